package discordtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// File is a file to send with a message.
type File struct {
	Name        string
	ContentType string
	Data        []byte

	number string // its place in an upload
}

// Attachment is a file of a message (docs: message, attachment object). URL can be fetched by any client.
type Attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int    `json:"size"`
	URL         string `json:"url"`
	ProxyURL    string `json:"proxy_url"`
	Ephemeral   bool   `json:"ephemeral,omitempty"`
}

// attachment is the file itself, which outlives its message for as long as its address is valid.
type attachment struct {
	file    File
	expires time.Time
}

// addressLife is how long the address of a file is valid; how long is not documented, that it is not for ever is.
const addressLife = 24 * time.Hour

// attach keeps of a message's files those that a draft lists, all when it lists none, and adds new ones.
func (s *Server) attach(m *Message, d draft, files []File) error {
	descriptions := map[string]string{}
	if d.Attachments != nil {
		f := &form{}
		kept := []Attachment{}
		for i, listed := range *d.Attachments {
			id := listed.ID.String()
			descriptions[id] = listed.Description
			at := slices.IndexFunc(m.Attachments, func(a Attachment) bool { return a.ID == id })
			isNew := slices.ContainsFunc(files, func(f File) bool { return f.number == id })
			switch {
			case at >= 0:
				kept = append(kept, m.Attachments[at])
			case !isNew:
				f.wrong([]string{"attachments", strconv.Itoa(i), "id"}, "ATTACHMENT_NOT_FOUND", "Attachment data not found")
			}
		}
		if err := f.refused(); err != nil {
			return err
		}
		m.Attachments = kept
	}
	if len(files) > 0 {
		if err := m.channel.refusedTo(AttachFiles); err != nil {
			return err
		}
	}
	m.Attachments = slices.Clip(m.Attachments)
	for _, file := range files {
		a := s.keep(m.channel, file)
		a.Description, a.Ephemeral = descriptions[file.number], m.Flags&Ephemeral != 0
		m.Attachments = append(m.Attachments, a)
	}
	return nil
}

// keep stores a file and gives it an address. The caller holds mu.
func (s *Server) keep(c *Channel, file File) Attachment {
	id, expires := s.newID(), s.config.Now().Add(addressLife)
	s.attachments[id] = &attachment{file: file, expires: expires}
	address := fmt.Sprintf("%s/attachments/%s/%s/%s?ex=%x", s.URL, c.ID, id, url.PathEscape(file.Name), expires.Unix())
	return Attachment{ID: id, Filename: file.Name, ContentType: file.ContentType, Size: len(file.Data), URL: address, ProxyURL: address}
}

// Content is what a file holds.
func (s *Server) Content(a Attachment) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attachments[a.ID].file.Data
}

// download serves a file, with no token: whoever has the address has the file.
func (s *Server) download(w http.ResponseWriter, q *http.Request) {
	s.mu.Lock()
	a := s.attachments[q.PathValue("id")]
	valid := a != nil && q.URL.Query().Get("ex") == fmt.Sprintf("%x", a.expires.Unix()) && s.config.Now().Before(a.expires)
	fault := Fault{}
	for _, p := range s.broken {
		if p.left > 0 {
			p.left--
			fault = p.fault
			break
		}
	}
	s.counts.Downloads++
	s.notify()
	s.mu.Unlock()
	switch {
	case fault.Cut && valid:
		w.Header().Set("Content-Length", strconv.Itoa(len(a.file.Data)))
		_, _ = w.Write(a.file.Data[:len(a.file.Data)/2])
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		http.Error(w, "no file", fault.Status)
		return
	}
	if !valid {
		http.Error(w, "This content is no longer available.", http.StatusNotFound)
		return
	}
	if a.file.ContentType != "" {
		w.Header().Set("Content-Type", a.file.ContentType)
	}
	_, _ = w.Write(a.file.Data) // a client that is gone is not our concern
}
