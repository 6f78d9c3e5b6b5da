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
	"quorumlab/server/licenses"
	"quorumlab/server/site"
)

// parts are what the steps of a build hand to each other.
type parts struct {
	lab        site.Lab
	lessons    []*content.Lesson
	references []*content.Reference
	exercises  map[string]*exercise // by id
	templates  map[string]*template.Template
	assetNames []string          // that the templates ask for
	classic    map[string]bool   // of those, scripts that a page runs before it is painted
	assets     map[string]string // their addresses, by name
	packages   []string          // of npm, bundled
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
	Kind        string // home, lesson, lab, reference, 404 or licenses: the template's name
	Address     string // of this page
	Title       string
	Description string
	Lessons     []Card // the whole course, in order
	Parts       []Part // the same, by parts
	Lesson      *Lesson
	References  []Reference // all pages to look things up in
	Reference   *Reference  // this one
	Config      *Config     // for <script type="application/json" id="lab-config">; nil on a page without a lab
	Notices     []licenses.Notice
}

// Reference is a page to look things up in.
type Reference struct {
	Title, Summary, URL string
	HTML                template.HTML
	Contents            []content.Heading
}

// Part is a part of the course.
type Part struct {
	Title   string // empty if its lessons name none
	Lessons []Card
}

// Card is a lesson as others see it.
type Card struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	URL      string `json:"url"`
	Minutes  int    `json:"minutes"`
	Exercise string `json:"exercise,omitempty"`
	Part     string `json:"part,omitempty"`
	Summary  string `json:"-"`
	Number   int    `json:"-"` // place in the course, from 1
	Current  bool   `json:"-"` // it is this page's own
}

// Lesson is a lesson on its own page.
type Lesson struct {
	Card
	Members        int
	HTML           template.HTML
	Contents       []content.Heading
	Previous, Next *Card
	Exercise       *Exercise
}

// Exercise is the exercise that belongs to a lesson.
type Exercise struct {
	ID, Title string
	Minutes   int
	Task      template.HTML
	Explain   template.HTML // for those who have solved it
	Solution  string        // shell
	Steps     []Step
}

// Step is one line of an exercise's checklist.
type Step struct {
	ID, Title string
	Points    int
}

// Config is what the page's script is told; data, not code.
type Config struct {
	Lab      ConfigLab       `json:"lab"`
	Worker   string          `json:"worker"`
	Classic  string          `json:"workerType"` // classic: the Worker's script is no module
	Lesson   string          `json:"lesson,omitempty"`
	Exercise *ConfigExercise `json:"exercise,omitempty"`
	Members  int             `json:"members"`
	Lessons  []Card          `json:"lessons"`
}

// ConfigLab names lab.wasm.
type ConfigLab struct {
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"` // uncompressed
}

// ConfigExercise names an exercise compiled to JSON.
type ConfigExercise struct {
	ID      string `json:"id"`
	SHA256  string `json:"sha256"`
	URL     string `json:"url"`
	Title   string `json:"title"`
	Minutes int    `json:"minutes"`
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
	return nil
}

func (b *builder) loadReferences() error {
	references, err := content.References(os.DirFS(b.path("content")))
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	b.references = references
	for _, r := range references {
		b.texts = append(b.texts, text{"content/" + r.File, r.Address(), &r.Page})
	}
	return nil
}

func reference(r *content.Reference) Reference {
	return Reference{Title: r.Title, Summary: r.Summary, URL: r.Address(), HTML: template.HTML(r.Page.HTML), Contents: r.Page.Contents}
}

func address(lesson *content.Lesson) string { return "/lessons/" + lesson.ID + "/" }

// pageNames are the templates that make pages; the others in the folder are
// parts that they share.
var pageNames = []string{"home.html", "lesson.html", "lab.html", "reference.html", "404.html", "licenses.html"}

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
	add := func(file string, page Page) { errs = append(errs, b.addPage(file, page)) }
	add("/index.html", Page{
		Kind: "home", Address: "/", Title: "Quorum Lab",
		Description: "Learn Raft and etcd by running, breaking and mending a real cluster in your browser.",
	})
	add("/lab/index.html", Page{
		Kind: "lab", Address: "/lab/", Title: "The lab",
		Description: "A real Raft cluster in this tab: kill it, cut it, mend it.", Config: b.config(nil),
	})
	add("/404.html", Page{Kind: "404", Address: "/404.html", Title: "No such page", Description: "There is nothing at this address."})
	add("/licenses/index.html", Page{
		Kind: "licenses", Address: "/licenses/", Title: "Licences",
		Description: "The work of others that Quorum Lab is built on.", Notices: b.notices,
	})
	for i, lesson := range b.lessons {
		add(address(lesson)+"index.html", Page{
			Kind: "lesson", Address: address(lesson), Title: lesson.Title, Description: lesson.Summary,
			Lesson: b.lesson(i), Config: b.config(lesson),
		})
	}
	for _, r := range b.references {
		own := reference(r)
		add(r.Address()+"index.html", Page{Kind: "reference", Address: r.Address(), Title: r.Title, Description: r.Summary, Reference: &own})
	}
	return errors.Join(errs...)
}

func (b *builder) addPage(file string, page Page) error {
	page.Lessons = b.cards(page.Address)
	page.Parts = parted(page.Lessons)
	for _, r := range b.references {
		page.References = append(page.References, reference(r))
	}
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

// parted puts lessons that follow each other in one part together.
func parted(cards []Card) []Part {
	var all []Part
	for _, card := range cards {
		if len(all) == 0 || all[len(all)-1].Title != card.Part {
			all = append(all, Part{Title: card.Part})
		}
		last := &all[len(all)-1]
		last.Lessons = append(last.Lessons, card)
	}
	return all
}

func (b *builder) card(i int) Card {
	l := b.lessons[i]
	return Card{ID: l.ID, Title: l.Title, URL: address(l), Minutes: l.Minutes, Exercise: l.Exercise, Part: l.Part, Summary: l.Summary, Number: i + 1}
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
	if e := b.exercises[l.Exercise]; e != nil {
		lesson.Exercise = &e.Exercise
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
	config.Lesson, config.Members = lesson.ID, lesson.Members
	if e := b.exercises[lesson.Exercise]; e != nil {
		config.Exercise = &ConfigExercise{e.ID, e.sha256, e.url, e.Title, e.Minutes}
	}
	return config
}
