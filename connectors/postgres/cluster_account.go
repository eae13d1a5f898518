package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"
)

// account is the system user that PostgreSQL runs as.
type account struct {
	name       string
	uid, gid   int
	credential *syscall.Credential // nil when it is our own user
}

// chooseAccount returns our own user, or, when we are root, the owner of the data (PostgreSQL opens no other's), and
// before there is data the first of candidates that the machine has.
func chooseAccount(data string, candidates []string) (account, error) {
	owner, err := ownerOf(data)
	exists := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return account{}, fmt.Errorf("look at the database folder: %w", err)
	}
	us := os.Geteuid()
	switch {
	case us != 0 && exists && owner != us:
		return account{}, fmt.Errorf("%s belongs to user %s: run guichet as that user or as root", data, userName(owner))
	case us != 0:
		return accountOf(strconv.Itoa(us), false)
	case exists && owner != 0:
		return accountOf(strconv.Itoa(owner), true)
	}
	for _, name := range candidates {
		found, err := user.Lookup(name)
		if err != nil || found.Uid == "0" {
			continue
		}
		if exists {
			return account{}, fmt.Errorf("%s belongs to root, as whom PostgreSQL refuses to run: run `chown -R %s %s`",
				data, name, data)
		}
		return accountOf(found.Uid, true)
	}
	return account{}, fmt.Errorf("PostgreSQL refuses to run as root and this machine has no user %s: create one with "+
		"`useradd --system postgres`, or run guichet as another user", strings.Join(candidates, " or "))
}

// accountOf looks a user up by number. PostgreSQL wants a name for it, in initdb and in recognising us at the socket,
// and a container started with a bare number has none.
func accountOf(uid string, switchTo bool) (account, error) {
	found, err := user.LookupId(uid)
	if err != nil {
		return account{}, fmt.Errorf("PostgreSQL needs a name for user %s, which /etc/passwd does not have: "+
			"run guichet as another user, or set DATABASE_URL to a server elsewhere", uid)
	}
	result := account{name: found.Username}
	if result.uid, err = strconv.Atoi(found.Uid); err != nil {
		return account{}, fmt.Errorf("read the number of user %s: %w", found.Username, err)
	}
	if result.gid, err = strconv.Atoi(found.Gid); err != nil {
		return account{}, fmt.Errorf("read the group of user %s: %w", found.Username, err)
	}
	if switchTo {
		// Groups stays empty on purpose: root's own groups must not follow.
		result.credential = &syscall.Credential{Uid: uint32(result.uid), Gid: uint32(result.gid), Groups: []uint32{}}
	}
	return result, nil
}

// ownerOf returns the number of the user that a file, or the link itself, belongs to.
func ownerOf(path string) (int, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	status, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, fmt.Errorf("%s: its file system has no owners", path)
	}
	return int(status.Uid), nil
}

func userName(uid int) string {
	found, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return strconv.Itoa(uid)
	}
	return found.Username
}
