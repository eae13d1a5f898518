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
	shortText = 120
)

// memory remembers what short texts meant: people ask the same things, press the same buttons, and go on from the same
// topics. What was not asked for in a while is forgotten, a generation at a time. It belongs to one knowledge, and goes
// with it; its texts are masked, and leave the process nowhere.
type memory struct {
	mu         sync.Mutex
	young, old map[string]knowledge.Findings
}

// Remembering returns the same engine with a memory of what texts meant. Its answers are the same, sooner.
func (e *Engine) Remembering() *Engine {
	return &Engine{base: e.base, memory: &memory{young: map[string]knowledge.Findings{}}}
}

// find asks the base what a text may mean, or remembers it.
func (e *Engine) find(q knowledge.Query) (knowledge.Findings, error) {
	if e.memory == nil || len(q.Text) > shortText {
		return e.base.Find(q)
	}
	key := q.Text + "\x00" + strings.Join(q.Collections, "\x00")
	if found, ok := e.memory.recall(key); ok {
		return found, nil
	}
	found, err := e.base.Find(q)
	if err == nil {
		e.memory.keep(key, separate(found))
	}
	return found, err
}

func (m *memory) recall(key string) (knowledge.Findings, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.young[key]
	if !ok {
		if found, ok = m.old[key]; ok {
			m.put(key, found)
		}
	}
	return separate(found), ok
}

func (m *memory) keep(key string, found knowledge.Findings) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, found)
}

// put makes a text young. m.mu is held.
func (m *memory) put(key string, found knowledge.Findings) {
	if len(m.young) >= rememberedTexts {
		m.old, m.young = m.young, make(map[string]knowledge.Findings, rememberedTexts)
	}
	m.young[key] = found
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
