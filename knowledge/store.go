package knowledge

// Open builds a base, keeping what was learned in a folder.
func Open(dir string, contents Contents, examples []Example) (*Base, error) {
	return Build(contents, examples)
}
