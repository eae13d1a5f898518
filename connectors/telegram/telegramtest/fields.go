package telegramtest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// fields are the parameters of a request. What is no string in JSON is kept as it was written.
type fields map[string]string

// longestRequest holds the largest file that a bot may send, with its form.
const longestRequest = 52 << 20

// readFields takes them from wherever the Bot API allows: the address, a form, a multipart form, JSON.
func readFields(r *http.Request) (fields, *apiError) {
	given := fields{}
	r.Body = http.MaxBytesReader(nil, r.Body, longestRequest)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, badRequest("can't read the request")
		}
		var object map[string]json.RawMessage
		if len(body) > 0 && json.Unmarshal(body, &object) != nil {
			return nil, badRequest("can't parse JSON object")
		}
		for name, raw := range object {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			given[name] = text
		}
		return given, nil
	}
	var err error
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(longestRequest) //nolint:gosec // the body is bounded above
		// A form without a field has no boundary, which is no mistake.
		if errors.Is(err, io.EOF) || err != nil && strings.Contains(err.Error(), "EOF") {
			err = nil
		}
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return nil, badRequest("can't read the request")
	}
	for name, values := range r.Form {
		given[name] = values[0]
	}
	if r.MultipartForm == nil {
		return given, nil
	}
	for name, parts := range r.MultipartForm.File {
		content, err := parts[0].Open()
		if err != nil {
			return nil, badRequest("can't read the request")
		}
		data, err := io.ReadAll(content)
		if content.Close() != nil || err != nil {
			return nil, badRequest("can't read the request")
		}
		given[name] = parts[0].Filename + nameEnd + string(data)
	}
	return given, nil
}

// nameEnd stands between the name and the content of an uploaded file, in the field that it came in.
const nameEnd = "\x00"

// upload is a file that was sent with the request; nil when the field holds none.
func (f fields) upload(name string) *File {
	called, data, found := strings.Cut(f[name], nameEnd)
	if !found {
		return nil
	}
	return &File{Name: called, Data: []byte(data), Size: int64(len(data))}
}

// only refuses what the method does not take.
func (f fields) only(names string) *apiError {
	known := strings.Fields(names)
	for name := range f {
		if !slices.Contains(known, name) {
			return badRequest("unknown field %q", name)
		}
	}
	return nil
}

func (f fields) number(name string) int64 {
	n, _ := strconv.ParseInt(f[name], 10, 64)
	return n
}

func (f fields) yes(name string) bool { return strings.EqualFold(f[name], "true") || f[name] == "1" }

// within is a number, clamped as the Bot API does.
func (f fields) within(name string, usual, least, most int64) int64 {
	n, err := strconv.ParseInt(f[name], 10, 64)
	if err != nil {
		return usual
	}
	return min(max(n, least), most)
}

// parse reads a field that holds JSON; an absent one leaves v as it is.
func (f fields) parse(name string, v any) error {
	if f[name] == "" {
		return nil
	}
	return json.Unmarshal([]byte(f[name]), v)
}
