package widget

// Sockets is how many sockets and streams are open on this replica.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}
