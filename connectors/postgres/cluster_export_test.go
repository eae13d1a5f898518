package postgres

import (
	"context"
	"log/slog"
)

// StartClusterOn starts a cluster as on a machine with its PostgreSQL in these folders, where root would run it as the
// first of these users that exists.
func StartClusterOn(ctx context.Context, dir string, log *slog.Logger, folders, users []string) (*Cluster, error) {
	return startCluster(ctx, dir, log, machine{programFolders: folders, users: users})
}

// What the tests of the cluster look into.
var (
	InstallAdvice = installAdvice
	RunPath       = runPath
	ProgramsOf    = func() []string { return thisMachine().programFolders }
)
