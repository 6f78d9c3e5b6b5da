package build

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"quorumlab/content"
	"quorumlab/lab/recording"
	"quorumlab/server/licenses"
	"quorumlab/server/site"
)

// parts are what the steps of a build hand to each other.
type parts struct {
	lab        site.Lab
	lessons    []*content.Lesson
	references []*content.Reference
	glossary   map[string]Term      // by ID
	exercises  map[string]*exercise // by id
	messages   messages
	templates  map[string]*template.Template
	assetNames []string          // that the templates ask for
	classic    map[string]bool   // of those, scripts that a page runs before it is painted
	assets     map[string]string // their addresses, by name
	imports    map[string][]imported
	search     string   // address of the search's index
	packages   []string // of npm, bundled
	notices    []licenses.Notice
	texts      []text // whose links are checked
}

// text is markdown with the address of the page it is on.
type text struct {
	file, address string
	page          *content.Page
}

// Page is what a template is given.
type Page struct {
	Kind        string // the template's name
	Lang, Dir   string
	Address     string // of this page
	Title       string
	Description string
	Search      string // address of the search's index
	Parts       []Part // the course map
	Totals      Totals
	Lessons     []Card // the whole course, in order
	Lesson      *Lesson
	References  []*content.Reference
	Reference   *Reference
	Config      *Config // for <script type="application/json" id="lab-config">; nil on a page without a lab
	Notices     []licenses.Notice
}

// Part is a part of the course on its map.
type Part struct {
	Number                 int
	Name, Summary          string
	Minutes, ExerciseCount int
	Lessons                []Card
}

// Totals are figures of the whole course.
type Totals struct{ Lessons, Exercises, Hours int }

// Card is a lesson as others see it.
type Card struct {
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	URL       string         `json:"url"`
	Minutes   int            `json:"minutes"`
	Part      string         `json:"-"`
	Summary   string         `json:"-"`
	Number    int            `json:"-"` // place in the course, from 1
	Current   bool           `json:"-"` // it is this page's own
	Exercises []CardExercise `json:"-"`
}

// CardExercise is an exercise as the course map shows it.
type CardExercise struct {
	ID, Title, URL string
	Minutes        int
}

// Lesson is a lesson on its own page.
type Lesson struct {
	Card
	Members        int
	HTML           template.HTML
	Contents       []content.Heading
	Previous, Next *Card
	Exercises      []*Exercise
	Terms          []Term // of the glossary, that the text marks
}

// Term is a word of the glossary, explained.
type Term struct {
	ID, Name string
	HTML     template.HTML
}

// Reference is a page to look things up in.
type Reference struct {
	*content.Reference
	HTML template.HTML
}

// Exercise is an exercise of a lesson.
type Exercise struct {
	ID, Title, Anchor string
	Minutes           int
	Task              template.HTML
	Explain           template.HTML // for those who have solved it
	Steps             []Step
}

// Step is one line of an exercise's checklist.
type Step struct {
	ID, Title string
	Points    int
}

// Config is what the page's script is told; data, not code.
type Config struct {
	Lab       ConfigLab        `json:"lab"`
	Worker    string           `json:"worker"`
	Classic   string           `json:"workerType"` // classic: the Worker's script is no module
	Lesson    string           `json:"lesson,omitempty"`
	Exercises []ConfigExercise `json:"exercises,omitempty"`
	Members   int              `json:"members"`
	TLS       bool             `json:"tls,omitempty"` // the lesson's world is {members, tls: {}}
	Lessons   []Card           `json:"lessons"`
}

// ConfigLab names lab.wasm.
type ConfigLab struct {
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"` // uncompressed
}

// ConfigExercise names an exercise compiled to JSON.
type ConfigExercise struct {
	ID       string          `json:"id"`
	SHA256   string          `json:"sha256"`
	URL      string          `json:"url"`
	Solution string          `json:"solution"` // address of its script
	Title    string          `json:"title"`
	Minutes  int             `json:"minutes"`
	World    recording.World `json:"world"`
	Par      *ConfigPar      `json:"par,omitempty"`
}

// ConfigPar is what a good attempt needs; a figure that is zero has no par.
type ConfigPar struct {
	Commands      int   `json:"commands,omitempty"`
	UnavailableMs int64 `json:"unavailableMs,omitempty"`
}

func (b *builder) loadLessons() error {
	lessons, err := content.Load(os.DirFS(b.path("content")))
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	b.lessons = lessons
	for _, lesson := range lessons {
		if lesson.Exercise != "" && b.exercises[lesson.Exercise] == nil {
			return fmt.Errorf("content/%s:1: exercise: there is no %q", lesson.File, lesson.Exercise)
		}
		b.texts = append(b.texts, text{"content/" + lesson.File, address(lesson), &lesson.Page})
	}
	return b.loadReferences()
}

// loadReferences reads the pages to look things up in, and the glossary among
// them.
func (b *builder) loadReferences() error {
	references, err := content.References(os.DirFS(b.path("content")))
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	b.references = references
	b.glossary = map[string]Term{}
	for _, r := range references {
		b.texts = append(b.texts, text{"content/" + r.File, r.Address(), &r.Page})
		if r.Address() == content.GlossaryAddress {
			if err := b.loadGlossary(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) loadGlossary() error {
	terms, err := content.Glossary(os.DirFS(b.path("content")))
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	for _, term := range terms {
		page, err := content.Markdown("content: glossary: "+term.Name, []byte(term.Text))
		if err != nil {
			return err
		}
		b.glossary[term.ID] = Term{term.ID, term.Name, template.HTML(page.HTML)}
	}
	return nil
}

func address(lesson *content.Lesson) string { return "/lessons/" + lesson.ID + "/" }

// pageNames are the templates that make pages; the others in the folder are
// parts that they share.
var pageNames = []string{"home.html", "lesson.html", "lab.html", "references.html", "reference.html", "404.html", "licenses.html"}

var (
	assetCall     = regexp.MustCompile(`\basset "([^"]+)"`)
	classicScript = regexp.MustCompile(`<script src="\{\{asset "([^"]+)"\}\}"`)
)

// loadTemplates parses static/templates, each page with all the parts, and
// notes which assets they ask for.
func (b *builder) loadTemplates() error {
	files, err := filepath.Glob(b.path("static", "templates", "*.html"))
	if err != nil {
		return err
	}
	shared := []string{}
	for _, file := range files {
		if !slices.Contains(pageNames, filepath.Base(file)) {
			shared = append(shared, file)
		}
	}
	b.templates = map[string]*template.Template{}
	for _, name := range pageNames {
		sources := append(slices.Clone(shared), b.path("static", "templates", name))
		t, err := template.New(name).Funcs(b.funcs()).ParseFiles(sources...)
		if err != nil {
			return err
		}
		b.templates[name] = t
	}
	return b.findAssets(files)
}

func (b *builder) funcs() template.FuncMap {
	return template.FuncMap{
		"asset": func(name string) (string, error) {
			if address := b.assets[name]; address != "" {
				return address, nil
			}
			return "", fmt.Errorf("there is no asset %q", name)
		},
		"t": b.messages.text,
	}
}

func (b *builder) findAssets(files []string) error {
	b.classic = map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, m := range classicScript.FindAllStringSubmatch(string(source), -1) {
			b.classic[m[1]] = true
		}
		for _, m := range assetCall.FindAllStringSubmatch(string(source), -1) {
			name := m[1]
			if base, isCSS := strings.CutSuffix(name, ".css"); isCSS && name != codeCSS {
				if _, err := b.source(name); err != nil {
					if _, err := b.source(base + ".ts"); err == nil {
						continue // the styles that the script imports
					}
				}
			}
			b.assetNames = append(b.assetNames, name)
		}
	}
	slices.Sort(b.assetNames)
	b.assetNames = slices.Compact(b.assetNames)
	return nil
}

func (b *builder) addNotices() error {
	slices.Sort(b.packages)
	notices, err := b.Notices(slices.Compact(b.packages))
	if err != nil {
		return err
	}
	b.notices = notices
	b.add(licenses.Address, []byte(licenses.Text(notices)))
	return nil
}

func (b *builder) addPages() error {
	var errs []error
	t := b.messages.must
	add := func(file string, page Page) { errs = append(errs, b.addPage(file, page)) }
	add("/index.html", Page{Kind: "home", Address: "/", Title: t("site.title"), Description: t("home.description")})
	add("/lab/index.html", Page{Kind: "lab", Address: "/lab/", Title: t("lab.title"), Description: t("lab.description"), Config: b.config(nil)})
	add("/404.html", Page{Kind: "404", Address: "/404.html", Title: t("missing.title"), Description: t("missing.description")})
	add("/licenses/index.html", Page{
		Kind: "licenses", Address: "/licenses/", Title: t("licences.title"), Description: t("licences.description"), Notices: b.notices,
	})
	for i, lesson := range b.lessons {
		add(address(lesson)+"index.html", Page{
			Kind: "lesson", Address: address(lesson), Title: lesson.Title, Description: lesson.Summary,
			Lesson: b.lesson(i), Config: b.config(lesson),
		})
	}
	return errors.Join(append(errs, b.addReferences(), b.checkMessages())...)
}

func (b *builder) addReferences() error {
	if len(b.references) == 0 {
		return nil
	}
	t := b.messages.must
	errs := []error{b.addPage("/reference/index.html", Page{
		Kind: "references", Address: "/reference/", Title: t("reference.title"), Description: t("reference.description"),
	})}
	for _, r := range b.references {
		errs = append(errs, b.addPage(r.Address()+"index.html", Page{
			Kind: "reference", Address: r.Address(), Title: r.Title, Description: r.Summary,
			Reference: &Reference{r, template.HTML(r.Page.HTML)},
		}))
	}
	return errors.Join(errs...)
}

func (b *builder) addPage(file string, page Page) error {
	page.Lessons, page.References, page.Search = b.cards(page.Address), b.references, b.search
	page.Parts, page.Totals = courseMap(page.Lessons)
	page.Lang, page.Dir = b.messages.lang, b.messages.dir
	name := page.Kind + ".html"
	var out bytes.Buffer
	if err := b.templates[name].ExecuteTemplate(&out, name, page); err != nil {
		return fmt.Errorf("static/templates: %w", err)
	}
	text, err := minifyFile(name, out.Bytes())
	if err != nil {
		return fmt.Errorf("static/templates/%s: %w", name, err)
	}
	b.add(file, text)
	return nil
}

func (b *builder) cards(current string) []Card {
	cards := make([]Card, len(b.lessons))
	for i := range b.lessons {
		cards[i] = b.card(i)
		cards[i].Current = cards[i].URL == current
	}
	return cards
}

func (b *builder) card(i int) Card {
	l := b.lessons[i]
	card := Card{ID: l.ID, Title: l.Title, URL: address(l), Minutes: l.Minutes, Part: l.Part, Summary: l.Summary, Number: i + 1}
	for _, e := range b.ofLesson(l) {
		card.Exercises = append(card.Exercises, CardExercise{e.ID, e.Title, card.URL + "#" + e.Anchor, e.Minutes})
	}
	return card
}

// courseMap puts lessons into the parts of the course; those that name none
// stand in one without a name.
func courseMap(lessons []Card) ([]Part, Totals) {
	var all []Part
	totals := Totals{Lessons: len(lessons)}
	minutes := 0
	for _, card := range lessons {
		if len(all) == 0 || all[len(all)-1].Name != card.Part {
			all = append(all, Part{Number: len(all) + 1, Name: card.Part, Summary: content.PartSummaries[card.Part]})
		}
		part := &all[len(all)-1]
		part.Lessons = append(part.Lessons, card)
		part.Minutes += card.Minutes
		for _, e := range card.Exercises {
			part.Minutes += e.Minutes
		}
		part.ExerciseCount += len(card.Exercises)
	}
	for _, part := range all {
		totals.Exercises += part.ExerciseCount
		minutes += part.Minutes
	}
	totals.Hours = (minutes + 30) / 60
	return all, totals
}

func (b *builder) lesson(i int) *Lesson {
	l := b.lessons[i]
	lesson := &Lesson{Card: b.card(i), Members: l.Members, HTML: template.HTML(l.HTML), Contents: l.Contents}
	if i > 0 {
		previous := b.card(i - 1)
		lesson.Previous = &previous
	}
	if i < len(b.lessons)-1 {
		next := b.card(i + 1)
		lesson.Next = &next
	}
	for _, e := range b.ofLesson(l) {
		lesson.Exercises = append(lesson.Exercises, &e.Exercise)
	}
	for _, id := range l.Terms {
		lesson.Terms = append(lesson.Terms, b.glossary[id])
	}
	return lesson
}

func (b *builder) config(lesson *content.Lesson) *Config {
	config := &Config{
		Lab:     ConfigLab{b.lab.Path, b.lab.SHA256, b.lab.Bytes},
		Worker:  b.assets[workerEntry],
		Classic: "classic",
		Members: 3,
		Lessons: b.cards(""),
	}
	if lesson == nil {
		return config
	}
	config.Lesson, config.Members, config.TLS = lesson.ID, lesson.Members, lesson.TLS
	for _, e := range b.ofLesson(lesson) {
		config.Exercises = append(config.Exercises, e.config)
	}
	return config
}
