package main

import (
	"fmt"
	"time"
)

// Validate finds the first setting that cannot be, and puts --url in order, before anything starts.
func (s *serveCommand) Validate() (err error) {
	if s.URL, err = publicAddress(s.URL); err != nil {
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
