package bot

// Remembered is how many texts an engine remembers.
func (e *Engine) Remembered() int {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	return len(e.memory.young) + len(e.memory.old)
}
