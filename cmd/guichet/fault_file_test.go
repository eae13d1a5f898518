package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
)

// sends sends a file to a server by the tus protocol and gives its receipt.
func (v *visitor) sends(base, name string, data []byte) (receipt string) {
	v.t.Helper()
	hello, err := json.Marshal(map[string]any{"v": 1, "site": "micro", "token": v.token})
	if err != nil {
		v.t.Fatal(err)
	}
	do := func(method, path string, header map[string]string, body io.Reader) http.Header {
		v.t.Helper()
		r, err := http.NewRequest(method, base+path, body)
		if err != nil {
			v.t.Fatal(err)
		}
		r.Header.Set("Tus-Resumable", "1.0.0")
		r.Header.Set("Authorization", "Guichet "+base64.RawURLEncoding.EncodeToString(hello))
		for name, value := range header {
			r.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			v.t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if res.StatusCode >= 300 {
			v.t.Fatalf("%s %s: %d", method, path, res.StatusCode)
		}
		return res.Header
	}
	at := do(http.MethodPost, "/upload/", map[string]string{
		"Upload-Length": fmt.Sprint(len(data)), "Upload-Metadata": "filename " + base64.StdEncoding.EncodeToString([]byte(name)),
	}, nil).Get("Location")
	return do(http.MethodPatch, at, map[string]string{
		"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
	}, bytes.NewReader(data)).Get("Guichet-Receipt")
}

// brings sends a message with a file until it comes back.
func (v *visitor) brings(id, receipt string) {
	v.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if v.conn == nil && !v.connect() {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if v.conn.WriteJSON(map[string]any{"type": "message", "id": id, "file": receipt}) != nil {
			v.hangUp()
			continue
		}
		for v.conn != nil {
			for _, m := range v.shown {
				if m.ID == id {
					return
				}
			}
			if _, ok := v.next(5 * time.Second); !ok {
				break
			}
		}
	}
	v.t.Fatalf("the message %s never came back", id)
}

// TestAFileSentWithoutTheDatabaseIsThereOnce kills the server, too, before the database comes.
func TestAFileSentWithoutTheDatabaseIsThereOnce(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	server := newProcess(t, database.url(), dir)
	server.start()
	server.serves()
	v := newCrowd(t, 1, server.base).all[0]
	v.say(make(chan struct{}), "comment obtenir un kbis ?", "")
	photo := bottest.JPEG(100)
	receipt := v.sends(server.base, "étal.jpg", photo)
	v.brings("photo", receipt)
	v.hangUp()
	server.kill()
	server.start()
	server.serves()
	v.shown, v.after = map[int64]fault{}, 0
	v.brings("photo", receipt)              // as a browser does that did not hear of it
	v.say(make(chan struct{}), "merci", "") // which is handled after it
	database.start()
	server.ready()
	server.until("nothing waits", func() bool {
		_, body := server.get("/readyz")
		return !waiting.MatchString(body)
	})
	db := checked(t, database)
	key, _, _ := strings.Cut(v.token, ".")
	kept, err := db.Transcript(t.Context(), "web", key, 0)
	if err != nil {
		t.Fatal(err)
	}
	var held []bot.Attachment
	for _, m := range kept {
		held = append(held, m.Attachments...)
	}
	if len(held) != 1 || held[0].Name != "étal.jpg" || len(kept) != 6 {
		t.Fatalf("of %d messages the files are %+v", len(kept), held)
	}
	store, err := filesFlags{}.open(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	content, err := store.Open(t.Context(), held[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); err != nil || !bytes.Equal(got, photo) {
		t.Errorf("the file has %d bytes, %v", len(got), err)
	}
	v.hangUp()
}
