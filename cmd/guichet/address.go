package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"syscall"
)

// publicAddress is the address people use, without a slash at its end; empty stays empty.
func publicAddress(given string) (string, error) {
	if given == "" {
		return "", nil
	}
	u, err := url.Parse(given)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("--url: %q should read https://guichet.example, as people type it", given)
	}
	return strings.TrimRight(given, "/"), nil
}

// Validate puts --url in order.
func (u *userInviteCommand) Validate() (err error) {
	u.URL, err = publicAddress(u.URL)
	return err
}

// Validate puts --url in order.
func (t *checkTelegramCommand) Validate() (err error) {
	t.URL, err = publicAddress(t.URL)
	return err
}

// listenError says what to do about an address that cannot be listened on.
func listenError(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: another program listens there already: stop it, or choose another address with --addr", address)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: not allowed: take a port above 1023, and let a proxy stand before", address)
	case !strings.Contains(address, ":"):
		return fmt.Errorf("listen on %s: --addr should read :8080 for every address of this machine, or 127.0.0.1:8080", address)
	}
	return fmt.Errorf("listen on %s: %w", address, err)
}
