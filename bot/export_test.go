package bot

// Remembered is how many texts an engine remembers the meaning of.
func (e *Engine) Remembered() int {
	g := &e.memory.findings
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.young) + len(g.old)
}
