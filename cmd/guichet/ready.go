package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

// ready says whether messages can be recorded now, and where, and whether a new ticket is told to anybody: that is for the
// operator to put right, and no reason to send nobody here. The reasons of the first stand in the log: anybody may read
// this page.
func ready(db *postgres.DB, kept *spool.Spool, team reach) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		answers := db.Ping(ctx) == nil
		switch st := kept.Status(); {
		case st.Condition == spool.Refusing && !answers:
			http.Error(w, "refusing: the database does not answer and the spool takes no more", http.StatusServiceUnavailable)
			return
		case !answers:
			fmt.Fprintf(w, "spooling: the database does not answer; %d turns wait\n", st.Waiting)
			return
		case st.Condition != spool.OK:
			fmt.Fprintf(w, "spooling: %d turns wait for the database\n", st.Waiting)
		default:
			fmt.Fprintln(w, "ready")
		}
		if problem := team.problem(ctx); problem != "" {
			fmt.Fprintln(w, "but "+problem)
		}
	}
}
