package api

import "strings"

// Routes lists what is served, as "METHOD /path".
func Routes() []string {
	var all []string
	for _, r := range new(api).routes() {
		all = append(all, r.method+" "+r.path)
	}
	return all
}

// RouteScopes gives the scope that each route needs, by its method in lower case and its path.
func RouteScopes() map[[2]string]string {
	all := map[[2]string]string{}
	for _, r := range new(api).routes() {
		all[[2]string{strings.ToLower(r.method), r.path}] = string(r.scope)
	}
	return all
}
