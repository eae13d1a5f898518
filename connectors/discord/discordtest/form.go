package discordtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// form gathers what is wrong with the body of a request, field by field (docs: reference, error messages).
type form struct{ errors map[string]any }

// rule checks one value and tells the form what is wrong with it. The path is the names and numbers that lead to it.
type rule func(f *form, path []string, value any)

// wrong notes an error at a path.
func (f *form) wrong(path []string, code, message string) {
	if f.errors == nil {
		f.errors = map[string]any{}
	}
	at := f.errors
	for _, name := range path {
		next, ok := at[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[name] = next
		}
		at = next
	}
	list, _ := at["_errors"].([]any)
	at["_errors"] = append(list, map[string]any{"code": code, "message": message})
}

// refused is the answer to the body: nil when nothing is wrong with it.
func (f *form) refused() error {
	if f.errors == nil {
		return nil
	}
	r := refuse(invalidForm)
	r.body["errors"] = f.errors
	return r
}

// check reads a body against a rule.
func check(body any, r rule) error {
	f := &form{}
	r(f, nil, body)
	return f.refused()
}

// under is a path with one more name; it never shares memory with another.
func under(path []string, name string) []string { return append(slices.Clip(path), name) }

// units counts a text in UTF-16 units.
func units(text string) int { return len(utf16.Encode([]rune(text))) }

// text is a string of so many characters. White space around it is not counted, since Discord trims it.
func text(least, most int) rule {
	return func(f *form, path []string, value any) {
		s, ok := value.(string)
		if !ok {
			f.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
			return
		}
		switch n := units(strings.TrimSpace(s)); {
		case n > most && least == 0:
			f.wrong(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
		case least > 0 && n == 0:
			f.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
		case n < least || n > most:
			f.wrong(path, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", least, most))
		}
	}
}

func whole(least, most int64) rule {
	return func(f *form, path []string, value any) {
		n, ok := integer(value)
		switch {
		case !ok:
			f.wrong(path, "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not int.", fmt.Sprint(value)))
		case n < least:
			f.wrong(path, "NUMBER_TYPE_MIN", fmt.Sprintf("int value should be greater than or equal to %d.", least))
		case n > most:
			f.wrong(path, "NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", most))
		}
	}
}

func integer(value any) (int64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
	return n, err == nil
}

// flags is an integer of which only some bits may be set.
func flags(allowed int64) rule {
	return func(f *form, path []string, value any) {
		if n, ok := integer(value); !ok || n&^allowed != 0 {
			f.wrong(path, "MESSAGE_FLAGS_INVALID", fmt.Sprintf("Only the flags %d may be set.", allowed))
		}
	}
}

func boolean(f *form, path []string, value any) {
	if _, ok := value.(bool); !ok {
		f.wrong(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
	}
}

func snowflake(f *form, path []string, value any) {
	if number, ok := value.(json.Number); ok {
		value = number.String()
	}
	s, ok := value.(string)
	if _, err := strconv.ParseInt(s, 10, 64); !ok || err != nil {
		f.wrong(path, "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", fmt.Sprint(value)))
	}
}

func oneOf(allowed ...any) rule {
	return func(f *form, path []string, value any) {
		if n, ok := integer(value); ok {
			value = int(n)
		}
		if !slices.Contains(allowed, value) {
			f.wrong(path, "BASE_TYPE_CHOICES", fmt.Sprintf("Value must be one of %v.", allowed))
		}
	}
}

// address is a web address; an embed also takes one of a file that comes with it.
func address(schemes ...string) rule {
	return func(f *form, path []string, value any) {
		s, _ := value.(string)
		u, err := url.Parse(s)
		switch {
		case err != nil || u.Host == "":
			f.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
		case !slices.Contains(schemes, u.Scheme):
			f.wrong(path, "URL_TYPE_INVALID_SCHEME", fmt.Sprintf("Scheme %q must be one of %v.", u.Scheme, schemes))
		case len(s) > 2048:
			f.wrong(path, "BASE_TYPE_MAX_LENGTH", "Must be 2048 or fewer in length.")
		}
	}
}

func moment(f *form, path []string, value any) {
	s, _ := value.(string)
	if _, err := time.Parse(time.RFC3339, s); err != nil {
		f.wrong(path, "DATE_TIME_TYPE_PARSE", fmt.Sprintf("Could not parse %s. Should be ISO8601.", s))
	}
}

func anything(*form, []string, any) {}

func list(least, most int, each rule) rule {
	return func(f *form, path []string, value any) {
		elements, ok := value.([]any)
		if !ok {
			f.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
			return
		}
		if len(elements) < least || len(elements) > most {
			f.wrong(path, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", least, most))
		}
		for i, element := range elements {
			each(f, under(path, strconv.Itoa(i)), element)
		}
	}
}

// fields are those that an object may have. One whose name ends in ! must be there; any other may also be null.
type fields map[string]rule

func object(known fields) rule {
	return func(f *form, path []string, value any) {
		o, ok := value.(map[string]any)
		if !ok {
			f.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			return
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if known[name] == nil && known[name+"!"] == nil {
				f.wrong(under(path, name), "UNKNOWN_FIELD", "The documentation has no such field.") // ours: Discord passes over it
			}
		}
		for name, each := range known {
			name, required := strings.CutSuffix(name, "!")
			if o[name] != nil {
				each(f, under(path, name), o[name])
			} else if required {
				f.wrong(under(path, name), "BASE_TYPE_REQUIRED", "This field is required")
			}
		}
	}
}

// with is these fields and some more.
func (k fields) with(more fields) fields {
	all := maps.Clone(k)
	maps.Copy(all, more)
	return all
}
