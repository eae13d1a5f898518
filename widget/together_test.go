package widget

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

func TestFramesThatLeaveTogetherAreReadOneByOne(t *testing.T) {
	t.Parallel()
	var texts [][]byte
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 70000, 2} { // where the length is written in another way
		texts = append(texts, bytes.Repeat([]byte{byte('a' + n%26)}, n))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		k := &socket{conn: conn, session: session{server: &Server{pace: usualPace}}}
		k.hold()
		for _, text := range texts {
			if err := k.carry(text); err != nil {
				t.Error(err)
			}
		}
		if err := k.release(); err != nil {
			t.Error(err)
		}
		if err := k.carry([]byte("by itself")); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	client, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	defer client.Close()
	for _, want := range append(texts, []byte("by itself")) {
		kind, got, err := client.ReadMessage()
		if err != nil || kind != websocket.TextMessage || !bytes.Equal(got, want) {
			t.Fatalf("got a message of kind %d, %d bytes, %v, want %d bytes", kind, len(got), err, len(want))
		}
	}
	broken := &socket{conn: client, session: session{server: &Server{pace: usualPace}}}
	_ = client.Close()
	broken.hold()
	if err := broken.carry([]byte("too late")); err != nil {
		t.Errorf("what waits is not written yet: %v", err)
	}
	if broken.release() == nil {
		t.Error("a connection that is closed took a frame")
	}
}
