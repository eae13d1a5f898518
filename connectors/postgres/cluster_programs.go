package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the first version of PostgreSQL whose SQL the store may use.
const oldestMajor = 14

// machine is what a start needs to know of the computer; tests give another one.
type machine struct {
	programFolders []string // patterns of the folders that may hold postgres and initdb
	users          []string // the users to run PostgreSQL as when we are root, best first
}

func thisMachine() machine {
	folders := []string{
		"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
		"/usr/libexec/postgresql*",  // Alpine
		"/usr/pgsql-*/bin",          // PostgreSQL's own packages for Fedora and Red Hat
		"/usr/lib/postgresql*/bin",  // openSUSE
		"/opt/homebrew/opt/postgres*/bin",
		"/usr/local/opt/postgres*/bin", // Homebrew on Intel
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	}
	if found, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, filepath.Dir(found))
	}
	return machine{programFolders: folders, users: []string{"postgres", "_postgres", "nobody"}}
}

// programs is one installed version of PostgreSQL.
type programs struct {
	folder  string
	version int // major
}

func (p programs) path(name string) string { return filepath.Join(p.folder, name) }

// findPrograms returns the installed versions that are recent enough, newest first, and at least one.
func findPrograms(ctx context.Context, patterns []string) ([]programs, error) {
	var found []programs
	for _, pattern := range patterns {
		folders, err := filepath.Glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("look for PostgreSQL in %s: %w", pattern, err)
		}
		for _, folder := range folders {
			if version, ok := installedVersion(ctx, folder); ok {
				found = append(found, programs{folder, version})
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("look for PostgreSQL: %w", err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNotInstalled, installAdvice(runtime.GOOS, osRelease()))
	}
	slices.SortStableFunc(found, func(a, b programs) int { return b.version - a.version })
	recent := slices.DeleteFunc(slices.Clone(found), func(p programs) bool { return p.version < oldestMajor })
	if len(recent) == 0 {
		return nil, fmt.Errorf("%w in a version that guichet can use: %s is PostgreSQL %d and %d or later is needed; %s",
			ErrNotInstalled, found[0].folder, found[0].version, oldestMajor, installAdvice(runtime.GOOS, osRelease()))
	}
	return recent, nil
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// installedVersion asks the program itself, since not every system has the version in the folder's name. A folder
// without initdb holds a client package and cannot make a cluster.
func installedVersion(ctx context.Context, folder string) (int, bool) {
	if _, err := os.Stat(filepath.Join(folder, "initdb")); err != nil {
		return 0, false
	}
	output, err := exec.CommandContext(ctx, filepath.Join(folder, "postgres"), "--version").Output()
	if err != nil {
		return 0, false
	}
	match := versionLine.FindSubmatch(output)
	if match == nil {
		return 0, false
	}
	version, err := strconv.Atoi(string(match[1]))
	return version, err == nil
}

// choosePrograms returns the version that made the data, which no other can open, or the newest when there is no data.
func choosePrograms(installed []programs, dataVersion, data string) (programs, error) {
	if dataVersion == "" {
		return installed[0], nil
	}
	var versions []string
	for _, p := range installed {
		if strconv.Itoa(p.version) == dataVersion {
			return p, nil
		}
		versions = append(versions, strconv.Itoa(p.version))
	}
	return programs{}, fmt.Errorf("the database in %s was made by PostgreSQL %s and this machine has PostgreSQL %s: "+
		"install PostgreSQL %s beside it, or carry the data over with pg_upgrade (nothing was changed)",
		data, dataVersion, strings.Join(slices.Compact(versions), " and "), dataVersion)
}

func osRelease() string {
	content, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "" // not every system has one; the advice is then general
	}
	return string(content)
}

// installAdvice returns what to type to install PostgreSQL on the system that osRelease, the content of
// /etc/os-release, describes.
func installAdvice(system, osRelease string) string {
	var command string
	if system == "darwin" {
		command = "brew install postgresql@17"
	}
	for line := range strings.Lines(osRelease) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key != "ID" && key != "ID_LIKE" {
			continue
		}
		for _, name := range strings.Fields(strings.Trim(value, `"'`)) {
			if known := installCommand(name); known != "" && command == "" {
				command = known
			}
		}
	}
	if command == "" {
		return "see https://www.postgresql.org/download/ to install it, or set DATABASE_URL to a server elsewhere"
	}
	return fmt.Sprintf("install it with `%s`, or set DATABASE_URL to a server elsewhere", command)
}

func installCommand(distribution string) string {
	switch distribution {
	case "debian", "ubuntu":
		return "apt-get install postgresql"
	case "alpine":
		return "apk add postgresql"
	case "fedora", "rhel", "centos":
		return "dnf install postgresql-server"
	case "suse", "opensuse":
		return "zypper install postgresql-server"
	case "arch":
		return "pacman -S postgresql"
	default:
		return ""
	}
}
