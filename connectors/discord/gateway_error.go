package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Why a session is given up.
var (
	errNoGateway = errors.New("no connection to the gateway")
	errStuck     = errors.New("the gateway did not get ready in time")
	errSilent    = errors.New("the gateway does not acknowledge heartbeats")
	errNotReady  = errors.New("the gateway did not accept the session")
	errUnsettled = errors.New("the gateway ends connections soon after they began")
)

var closeCode = regexp.MustCompile(`\bclose (4\d\d\d)\b`)

// gatewayError says why a connection failed, in words of ours: the library's may hold the address and what was sent.
func gatewayError(err error) error {
	if r := refused(err); r.status != 0 || r.what != "" {
		return err
	}
	if m := closeCode.FindStringSubmatch(err.Error()); m != nil {
		return &gatewayClosed{code: m[1]}
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return errors.New("Discord's answer is none of the API's")
	}
	return errNoGateway
}

// gatewayClosed is a close code of the gateway's.
type gatewayClosed struct{ code string }

// Error implements error.
func (c *gatewayClosed) Error() string {
	switch c.code {
	case "4004":
		return "the gateway does not know the token: guichet check discord"
	case "4013", "4014":
		return "the gateway does not allow an intent that is asked for (switch on Message Content in the developer portal): guichet check discord"
	}
	return fmt.Sprintf("the gateway closes with %s", c.code)
}

// isFatal tells whether trying again soon cannot help.
func isFatal(err error) bool {
	var closed *gatewayClosed
	return errors.As(err, &closed) && slices.Contains([]string{"4004", "4010", "4011", "4012", "4013", "4014"}, closed.code)
}
