package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// check finds the first setting that cannot be, before anything is started.
func (s *serveCommand) check() (err error) {
	if s.URL, err = publicURL(s.URL); err != nil {
		return err
	}
	for _, number := range []struct {
		flag  string
		value int64
	}{
		{"spool-limit", s.SpoolLimit}, {"max-connections", int64(s.MaxConnections)}, {"max-per-address", int64(s.MaxPerAddress)},
		{"address-rate", int64(s.AddressRate)}, {"site-rate", int64(s.SiteRate)},
	} {
		if number.value < 0 {
			return fmt.Errorf("--%s is %d: it cannot be below 0", number.flag, number.value)
		}
	}
	for _, life := range []struct {
		flag  string
		value time.Duration
	}{{"sign-in-life", s.SignInLife}, {"sign-in-idle", s.SignInIdle}} {
		if life.value < time.Minute {
			return fmt.Errorf("--%s is %s: it is a minute at least", life.flag, life.value)
		}
	}
	return nil
}

// publicURL reads the address that people use: without a slash at its end, since paths follow.
func publicURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("--url is %q: it should read https://aide.example.fr", text)
	}
	return strings.TrimRight(text, "/"), nil
}
