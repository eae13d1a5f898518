package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"guichet/connectors/api"
)

func TestEveryRouteIsInTheDocumentAndBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	got := h.send(t.Context(), http.MethodGet, "/openapi.json", "") // without a key
	if got.status != http.StatusOK {
		t.Fatalf("answered %d %s", got.status, got.body)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(got.body))
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			described = append(described, method+" "+path)
			if operation.Security == nil && operation.Description == "" {
				t.Errorf("%s %s does not say which scope it needs", method, path)
			}
		}
	}
	slices.Sort(described)
	routes := append(api.Routes(), "GET /openapi.json")
	slices.Sort(routes)
	if !slices.Equal(described, routes) {
		t.Errorf("described: %v\nserved: %v", described, routes)
	}
}

func TestTheDocumentNamesTheScopeOfEachRoute(t *testing.T) {
	t.Parallel()
	var doc struct {
		Paths map[string]map[string]struct{ Description string }
	}
	h := newHouse(t, nil)
	if err := json.Unmarshal([]byte(h.send(t.Context(), http.MethodGet, "/openapi.json", "").body), &doc); err != nil {
		t.Fatal(err)
	}
	for route, scope := range api.RouteScopes() {
		method, path := route[0], route[1]
		if says := doc.Paths[path][method].Description; len(says) == 0 || !strings.Contains(says, "Needs the scope `"+scope+"`.") {
			t.Errorf("%s %s needs %s; the document says %q", method, path, scope, says)
		}
	}
}
