package widget_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"testing"
	"time"
)

// signed is an identity as the server of a site makes it.
func signed(secret, id, name, email string, ends time.Time) map[string]any {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "guichet identity\n%s\n%s\n%s\n%d", id, name, email, ends.Unix())
	return map[string]any{"id": id, "name": name, "email": email, "expires": ends.Unix(), "signature": hex.EncodeToString(mac.Sum(nil))}
}

func (c *client) helloAs(identity map[string]any, token string) frame {
	c.t.Helper()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "identity": identity, "token": token})
	return c.next()
}

func TestAPersonHasOneConversationOnEveryDevice(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	me := signed(identitySecret, "42", "Camille Étal", "camille@example.org", time.Now().Add(time.Hour))
	c := f.dial()
	w := c.helloAs(me, "")
	c.ask("one", "Comment obtenir un extrait Kbis ?")
	later := signed(identitySecret, "42", "Camille Étal", "camille@example.org", time.Now().Add(2*time.Hour))
	if again := f.dial().helloAs(later, ""); again.Type != "welcome" || len(again.Messages) != 2 {
		t.Errorf("the other device gets %+v", again)
	}
	if other := f.dial().helloAs(signed(identitySecret, "43", "", "", time.Now().Add(time.Hour)), ""); len(other.Messages) != 0 {
		t.Errorf("another person reads %+v", other.Messages)
	}
	if e := f.dial().helloAs(nil, w.Token); e.Code != "bad_token" {
		t.Errorf("the token alone opens a person's conversation: %+v", e)
	}
	if swapped := f.dial().helloAs(signed(identitySecret, "43", "", "", time.Now().Add(time.Hour)), w.Token); len(swapped.Messages) != 0 {
		t.Errorf("with another's token a person reads %+v", swapped.Messages)
	}
}

func TestARequestDoesNotAskWhatTheSiteVouchesFor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	c.helloAs(signed(identitySecret, "42", "Camille Étal", "Camille@example.org", time.Now().Add(time.Hour)), "")
	c.send(map[string]any{"type": "message", "id": "a", "choice": "request:attestation_copy", "label": "Un nouvel exemplaire"})
	c.expect("message")
	asked := c.expect("message")
	if len(asked.Form) != 1 || asked.Form[0].Name != "attestation_number" {
		t.Fatalf("the form asks %+v", asked.Form)
	}
	c.send(map[string]any{"type": "message", "id": "b", "choice": "intake:form", "values": map[string]string{"attestation_number": "20417"}})
	c.expect("message")
	c.expect("message")
	c.send(map[string]any{"type": "message", "id": "c", "choice": "intake:confirm", "label": "Tout est exact"})
	c.expect("message")
	done := c.expect("message")
	file, err := f.db.Ticket(t.Context(), done.Reference)
	if err != nil || file.Fields["email"] != "camille@example.org" || file.Fields["name"] != "Camille Étal" {
		t.Errorf("the ticket has %v, %v", file.Fields, err)
	}
}

func TestAnIdentityThatTheSiteDidNotSignIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good := signed(identitySecret, "42", "Camille", "camille@example.org", time.Now().Add(time.Hour))
	with := func(field string, value any) map[string]any {
		other := maps.Clone(good)
		other[field] = value
		return other
	}
	for name, bad := range map[string]map[string]any{
		"another id":       with("id", "43"),
		"another address":  with("email", "voleur@example.org"),
		"another end":      with("expires", time.Now().Add(2*time.Hour).Unix()),
		"no signature":     with("signature", ""),
		"not hexadecimal":  with("signature", "zz"),
		"another secret":   signed("another secret", "42", "", "", time.Now().Add(time.Hour)),
		"empty secret":     signed("", "42", "", "", time.Now().Add(time.Hour)),
		"ended":            signed(identitySecret, "42", "", "", time.Now().Add(-time.Second)),
		"good for a month": signed(identitySecret, "42", "", "", time.Now().Add(30*24*time.Hour)),
		"no id":            signed(identitySecret, "", "", "", time.Now().Add(time.Hour)),
		"a line too many":  signed(identitySecret, "42\nCamille", "x", "", time.Now().Add(time.Hour)),
	} {
		if e := f.dial().helloAs(bad, ""); e.Type != "error" || e.Code != "bad_identity" {
			t.Errorf("%s: got %+v", name, e)
		}
	}
	c := f.dial() // a site without a secret vouches for nobody
	c.send(map[string]any{"type": "hello", "v": 1, "site": "alma", "identity": signed("", "42", "", "", time.Now().Add(time.Hour))})
	c.refused("bad_identity", "")
}
