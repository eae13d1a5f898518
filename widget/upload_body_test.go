package widget

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tus/tusd/v2/pkg/handler"
)

func TestABodyIsEndedBeforeItIsReadAndWhileItIs(t *testing.T) {
	t.Parallel()
	for name, early := range map[string]bool{"before": true, "while": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := &uploadBody{ReadCloser: r.Body, control: http.NewResponseController(w)}
				defer body.leave()
				one := make([]byte, 1)
				if !early {
					if n, err := body.Read(one); n != 1 || err != nil {
						t.Errorf("the first byte: %d, %v", n, err)
					}
				}
				ended := make(chan struct{})
				end := func() { defer close(ended); body.end(handler.ErrServerShutdown) }
				if early {
					end()
				} else {
					go end()
				}
				if n, err := body.Read(one); n != 0 || err == nil || err.Error() != handler.ErrServerShutdown.Error() {
					t.Errorf("what comes no more: %d, %v", n, err)
				}
				<-ended
			}))
			t.Cleanup(server.Close)
			from, to := io.Pipe()
			go func() { _, _ = to.Write([]byte("x")) }()
			res, err := http.Post(server.URL, "text/plain", from) // which never sends more
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			_ = from.CloseWithError(io.ErrClosedPipe)
		})
	}
}

func TestABodyThatIsAllReadIsNotEnded(t *testing.T) {
	t.Parallel()
	body := &uploadBody{ReadCloser: io.NopCloser(strings.NewReader("all"))} // without a connection, whose deadline it would set
	if data, err := io.ReadAll(body); string(data) != "all" || err != nil {
		t.Fatalf("read are %q, %v", data, err)
	}
	body.end(handler.ErrUploadInterrupted)
	if _, err := body.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("after its end: %v", err)
	}
}
