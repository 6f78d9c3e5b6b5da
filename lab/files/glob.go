package files

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Glob gives the sorted paths that match a pattern of path.Match's kind. A bad
// pattern matches nothing; a leading dot must be matched by a dot.
func (f *FS) Glob(pattern string) []string {
	found := []string{"/"}
	for _, part := range elements(Clean(pattern)) {
		found = f.globIn(found, part)
	}
	slices.Sort(found)
	return found
}

func (f *FS) globIn(dirs []string, part string) []string {
	var found []string
	for _, dir := range dirs {
		if !strings.ContainsAny(part, `*?[\`) {
			if _, err := f.Stat(path.Join(dir, part)); err == nil {
				found = append(found, path.Join(dir, part))
			}
			continue
		}
		entries, err := f.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			hidden := strings.HasPrefix(entry.Name, ".") && !strings.HasPrefix(part, ".")
			if ok, err := path.Match(part, entry.Name); ok && err == nil && !hidden {
				found = append(found, path.Join(dir, entry.Name))
			}
		}
	}
	return found
}

// DirEntries lists a directory as io/fs has it.
func (f *FS) DirEntries(name string) ([]fs.DirEntry, error) {
	entries, err := f.ReadDir(name)
	if err != nil {
		return nil, err
	}
	list := make([]fs.DirEntry, len(entries))
	for i, entry := range entries {
		list[i] = fs.FileInfoToDirEntry(entry.Info())
	}
	return list, nil
}
