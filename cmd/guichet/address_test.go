package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatCannotServeIsSaidWithWhatToDo(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for says, args := range map[string][]string{
		"should read https://guichet.example":     {"serve", "--url=guichet.example"},
		"should read :8080":                       {"serve", "--addr=8080"},
		"choose another address with --addr":      {"serve", "--addr=" + taken.Addr().String()},
		"guichet --help lists the commands":       {"nonsense"},
		"name its folder with --data":             {"ticket", "list"},
		"a server makes one when it starts":       {"spool", "status"},
		"--url: \"http://\" should read https://": {"user", "invite", "a@example.org", "--url=http://"},
	} {
		folder := filepath.Join(t.TempDir(), "elsewhere")
		if args[0] != "nonsense" {
			args = append(args, "--data="+folder)
		}
		if args[0] == "serve" {
			args = append(args, cacheFlag())
		}
		code, out, errs := guichet(t, "", args...)
		if code == 0 || out != "" || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: exit %d, printed %q, said %q; want one line with %q", args, code, out, errs, says)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%v made the folder", args)
		}
	}
}

func TestTheAddressPeopleUseLosesItsLastSlash(t *testing.T) {
	t.Parallel()
	if got, err := publicAddress("https://guichet.example/"); err != nil || got != "https://guichet.example" {
		t.Errorf("it is %q, %v", got, err)
	}
}
