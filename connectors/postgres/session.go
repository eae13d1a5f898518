package postgres

import (
	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
)

// Sessions is where the desk keeps who is signed in: any replica knows them. Expired ones are deleted by the retention
// job, so the store has no goroutine of its own.
//
// A token is kept as it is given: set HashTokenInStore on the session manager, so that a copy of the table signs
// nobody in.
func (db *DB) Sessions() scs.Store { return pgxstore.NewWithCleanupInterval(db.pool, 0) }
