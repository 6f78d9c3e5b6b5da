package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// What a lesson of the course must hold to.
const (
	minMinutes = 5
	maxMinutes = 12

	// wordsToFirstBlock is how much a learner reads before there is something
	// to do: about half a screen.
	wordsToFirstBlock = 130
)

// Pages are the addresses of the site that a lesson may link to beside other
// lessons.
var Pages = []string{
	"/", "/lab/", "/licenses/",
	"/reference/cheat-sheet/", "/reference/etcdctl/", "/reference/etcdutl/", "/reference/glossary/", "/reference/lab/", "/reference/quorum/",
}

// requirement is one thing that every lesson of the course has.
type requirement struct {
	name string // for the guide and its test
	fix  string // what to do about its absence
	met  func(*Lesson) bool
}

var (
	prediction = regexp.MustCompile(`(?m)^> \[!TIP\] Predict|^` + "```predict")
	answers    = regexp.MustCompile(`(?m)^> \[!SUCCESS\] Answers`)
	question   = regexp.MustCompile(`(?m)^\d\. `)
	webSource  = regexp.MustCompile(`(?m)^- .*<https://[^>]+>`)
)

// requirements are checked in this order, and all that fail are told.
var requirements = []requirement{
	{"part", "front matter names the part of the course: " + strings.Join(Parts, ", "), func(l *Lesson) bool { return l.Part != "" }},
	{"minutes", fmt.Sprintf("it takes %d to %d minutes: cut it or split it", minMinutes, maxMinutes),
		func(l *Lesson) bool { return minMinutes <= l.Minutes && l.Minutes <= maxMinutes }},
	{"objectives", "its first paragraph says what the learner can do afterwards: \"After this lesson you can …\"",
		func(l *Lesson) bool { return strings.Contains(firstParagraph(l.Text), "After this lesson you can") }},
	{"first action", fmt.Sprintf("something to run stands before the first heading, within %d words", wordsToFirstBlock), actsEarly},
	{"prediction", "the learner is asked to predict before a block runs: > [!TIP] Predict before you run",
		func(l *Lesson) bool { return prediction.MatchString(l.Text) }},
	{"check", "## Check yourself has two numbered questions or more, and > [!SUCCESS] Answers behind them", func(l *Lesson) bool {
		part := section(l.Text, "Check yourself")
		return answers.MatchString(part) && len(question.FindAllString(part, -1)) >= 2
	}},
	{"production", "## In production says what follows for a real cluster", func(l *Lesson) bool { return section(l.Text, "In production") != "" }},
	{"sources", "## Sources lists where the facts come from, a line each: - etcd, *Title*: <https://…>",
		func(l *Lesson) bool { return webSource.MatchString(section(l.Text, "Sources")) }},
}

// Check holds lessons of one course to what every lesson of it must have, and
// their links to each other to what is there. The pages that are no lessons
// are named by their addresses, such as /lab/.
func Check(lessons []*Lesson, pages ...string) Problems {
	problems := sameOrder(lessons)
	for i, l := range lessons {
		for _, r := range requirements {
			if !r.met(l) {
				problems = append(problems, Problem{l.File, 1, r.name + ": " + r.fix})
			}
		}
		if i > 0 && slices.Index(Parts, l.Part) < slices.Index(Parts, lessons[i-1].Part) {
			problems = append(problems, Problem{l.File, 1, fmt.Sprintf("part: %s comes before %s, which lesson %d belongs to", l.Part, lessons[i-1].Part, lessons[i-1].Order)})
		}
		problems = append(problems, brokenLinks(l, lessons, pages)...)
	}
	return problems
}

// body is a lesson's text without its front matter.
func body(text string) string {
	_, rest, found := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !found {
		return text
	}
	return strings.TrimSpace(rest)
}

func firstParagraph(text string) string {
	first, _, _ := strings.Cut(body(text), "\n\n")
	return strings.ReplaceAll(first, "\n", " ")
}

// section is what stands below a heading of level two, without it.
func section(text, heading string) string {
	_, rest, _ := strings.Cut(text, "\n## "+heading+"\n")
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

func actsEarly(l *Lesson) bool {
	start, _, found := strings.Cut(body(l.Text), "\n```sh\n")
	return found && !strings.Contains(start, "\n## ") && len(strings.Fields(start)) <= wordsToFirstBlock
}

// External are the addresses outside of the site that a lesson points to.
func External(l *Lesson) []Link {
	var links []Link
	for _, link := range l.Links {
		if strings.Contains(link.URL, "://") {
			links = append(links, link)
		}
	}
	return links
}

func brokenLinks(l *Lesson, lessons []*Lesson, pages []string) Problems {
	var problems Problems
	for _, link := range l.Links {
		if why := broken(link.URL, l, lessons, pages); why != "" {
			problems = append(problems, Problem{l.File, link.Line, fmt.Sprintf("link to %s: %s", link.URL, why)})
		}
	}
	return problems
}

// broken says why a link of a lesson leads nowhere; empty if it does not.
func broken(url string, from *Lesson, lessons []*Lesson, pages []string) string {
	if strings.Contains(url, "://") {
		return "" // listed, and not asked: a test has no network
	}
	address, anchor, _ := strings.Cut(url, "#")
	target := from
	if address != "" {
		if slices.Contains(pages, address) {
			return ""
		}
		i := slices.IndexFunc(lessons, func(l *Lesson) bool { return address == "/lessons/"+l.ID+"/" })
		if i < 0 {
			return "there is no such page; a lesson's address is /lessons/ID/"
		}
		target = lessons[i]
	}
	if anchor != "" && !hasHeading(target.Contents, anchor) {
		return "there is no such heading"
	}
	return ""
}

func hasHeading(headings []Heading, id string) bool {
	return slices.ContainsFunc(headings, func(h Heading) bool { return h.ID == id || hasHeading(h.Children, id) })
}
