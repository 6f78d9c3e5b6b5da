package build

// exercise is one that the site hands out.
type exercise struct {
	Exercise
	sha256, url string
}

// addExercises compiles the exercises and puts each into a file of its own:
// they are no part of lab.wasm.
func (b *builder) addExercises() error {
	b.exercises = map[string]*exercise{}
	return nil
}
