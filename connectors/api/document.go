package api

import (
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed openapi.yaml
var openapi []byte

// document is the description of the API, as JSON. Tests hold every route and every answer against it.
func document() ([]byte, error) {
	data, err := yaml.YAMLToJSON(openapi)
	if err != nil {
		return nil, fmt.Errorf("api: openapi.yaml: %w", err)
	}
	return data, nil
}
