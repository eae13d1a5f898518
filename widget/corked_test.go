package widget

import (
	"bytes"
	"errors"
	"net"
	"testing"
)

// recorder is a connection that remembers each write.
type recorder struct {
	net.Conn
	writes [][]byte
	broken error
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.broken != nil {
		return 0, r.broken
	}
	r.writes = append(r.writes, bytes.Clone(p))
	return len(p), nil
}

func TestWhatIsHeldBackLeavesAsOneWriteInItsOrder(t *testing.T) {
	t.Parallel()
	under := &recorder{}
	c := &corked{Conn: under}
	write := func(text string) {
		t.Helper()
		if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatalf("write %d bytes: %d, %v", len(text), n, err)
		}
	}
	write("a")
	c.hold()
	write("b")
	write("c")
	if len(under.writes) != 1 {
		t.Fatalf("%d writes before the release, want 1", len(under.writes))
	}
	if err := c.release(); err != nil {
		t.Fatal(err)
	}
	write("d")
	if got := bytes.Join(under.writes, []byte("|")); string(got) != "a|bc|d" {
		t.Errorf("written: %s", got)
	}
	if c.hold(); c.release() != nil || len(under.writes) != 3 {
		t.Errorf("nothing held back was written: %q", under.writes[3:])
	}

	under.writes = nil
	c.hold()
	long := string(bytes.Repeat([]byte("x"), mostCorked))
	write(long)
	write("y")
	if len(under.writes) != 1 || len(under.writes[0]) != mostCorked+1 {
		t.Errorf("of more than is held back, %d writes have left", len(under.writes))
	}
	if c.release() != nil {
		t.Error("the rest did not leave")
	}

	under.broken = errors.New("broken")
	c.hold()
	write("z")
	if err := c.release(); !errors.Is(err, under.broken) {
		t.Errorf("a connection that broke meanwhile: %v", err)
	}
}
