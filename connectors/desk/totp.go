package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp/totp"
)

// codePeriod is how long a code holds: what every authenticator application assumes (RFC 6238).
const codePeriod = 30 * time.Second

// recoveryCodes is how many are given, each of 16 characters of 5 bits: a plain hash of them cannot be guessed back.
const recoveryCodes = 10

// crockford has no letters that are taken for others.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// matchingStep finds the time step of a code: the present one, or its neighbours, since clocks differ.
func matchingStep(secret, code string, now time.Time) (step int64, ok bool) {
	for _, shift := range []time.Duration{0, -codePeriod, codePeriod} {
		at := now.Add(shift)
		want, err := totp.GenerateCode(secret, at)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / int64(codePeriod/time.Second), true
		}
	}
	return 0, false
}

// sixDigits reads a code as people type it; ok is false for anything but a code of an application.
func sixDigits(typed string) (code string, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' || r == '-' {
			return -1
		}
		return r
	}, typed)
	return code, len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// newRecoveryCodes makes codes as they are shown, with what is kept of each.
func newRecoveryCodes(email string) (shown []string, hashes [][]byte) {
	for range recoveryCodes {
		var random [16]byte
		_, _ = rand.Read(random[:]) // never fails
		for i, b := range random {
			random[i] = crockford[b%32]
		}
		code := string(random[:])
		shown = append(shown, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		hashes = append(hashes, hashRecovery(email, code))
	}
	return shown, hashes
}

// hashRecovery is what is kept of a recovery code, however it is typed: O is read as 0, I and L as 1.
func hashRecovery(email, typed string) []byte {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == 'O':
			return '0'
		case r == 'I', r == 'L':
			return '1'
		case strings.ContainsRune(crockford, r):
			return r
		}
		return -1
	}, strings.ToUpper(typed))
	sum := sha256.Sum256([]byte("guichet recovery " + email + " " + plain))
	return sum[:]
}

// factorText is the secret as a person types it, in groups of four.
func factorText(secret []byte) string {
	text := factorKey(secret)
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), " ")
}

// factorKey is the secret as authenticator applications write it.
func factorKey(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// factorAddress is what the QR code holds (Key URI format).
func factorAddress(secret []byte, email string) string {
	query := url.Values{"secret": {factorKey(secret)}, "issuer": {"Guichet"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/Guichet:" + url.PathEscape(email) + "?" + query.Encode()
}

// picture is a QR code as one path, in units of a module, with the quiet zone of four that readers need.
type picture struct {
	Size int
	Path string
}

func drawQR(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return picture{}, err
	}
	const quiet = 4
	bounds := code.Bounds()
	var path strings.Builder
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			if dark, _, _, _ := code.At(bounds.Min.X+x, bounds.Min.Y+y).RGBA(); dark == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return picture{Size: bounds.Dx() + 2*quiet, Path: path.String()}, nil
}
