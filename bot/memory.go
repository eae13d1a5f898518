package bot

import (
	"slices"
	"strings"
	"sync"

	"guichet/knowledge"
)

const (
	// rememberedTexts is how many texts a generation of the memory holds; there are two.
	rememberedTexts = 512

	// shortText is how long a text is remembered at most, in bytes: nobody says the same long one.
	shortText = 200
)

// memory remembers what short texts meant: people ask the same things, press the same buttons, and go on from the same
// topics. It belongs to one knowledge, and goes with it; its texts are masked, and leave the process nowhere.
type memory struct {
	findings generations[knowledge.Findings] // by text and collections
	subjects generations[subject]            // by text
}

// subject is what a text is about: its words with a meaning of their own, and the collections it names.
type subject struct{ content, named []string }

// Remembering returns the same engine with a memory of what texts meant. Its answers are the same, sooner.
func (e *Engine) Remembering() *Engine { return &Engine{base: e.base, memory: &memory{}} }

// find asks the base what a text may mean, or remembers it.
func (e *Engine) find(q knowledge.Query) (knowledge.Findings, error) {
	if e.memory == nil || len(q.Text) > shortText {
		return e.base.Find(q)
	}
	key := q.Text + "\x00" + strings.Join(q.Collections, "\x00")
	if found, ok := e.memory.findings.recall(key); ok {
		return separate(found), nil
	}
	found, err := e.base.Find(q)
	if err == nil {
		e.memory.findings.keep(key, separate(found))
	}
	return found, err
}

// subject asks the base what a text is about, or remembers it.
func (e *Engine) subject(text string) (content, named []string) {
	if e.memory == nil || len(text) > shortText {
		return e.base.Subject(text)
	}
	s, ok := e.memory.subjects.recall(text)
	if !ok {
		s.content, s.named = e.base.Subject(text)
		e.memory.subjects.keep(text, s)
	}
	return slices.Clone(s.content), slices.Clone(s.named)
}

// separate shares nothing that a reader might change.
func separate(f knowledge.Findings) knowledge.Findings {
	f.Hits, f.Rivals = slices.Clone(f.Hits), slices.Clone(f.Rivals)
	f.Readings, f.Named = slices.Clone(f.Readings), slices.Clone(f.Named)
	if f.Elsewhere != nil {
		elsewhere := *f.Elsewhere
		f.Elsewhere = &elsewhere
	}
	return f
}

// generations is a bounded map: what was not asked for in a while is forgotten, a generation at a time.
type generations[V any] struct {
	mu         sync.Mutex
	young, old map[string]V
}

func (g *generations[V]) recall(key string) (V, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v, ok := g.young[key]
	if !ok {
		if v, ok = g.old[key]; ok {
			g.put(key, v)
		}
	}
	return v, ok
}

func (g *generations[V]) keep(key string, v V) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.put(key, v)
}

// put makes a key young. mu is held.
func (g *generations[V]) put(key string, v V) {
	if g.young == nil || len(g.young) >= rememberedTexts {
		g.old, g.young = g.young, map[string]V{}
	}
	g.young[key] = v
}
