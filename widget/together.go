package widget

import (
	"encoding/binary"
	"sync"
	"time"
)

// A message and its answer are two frames. The library writes each by itself, and a write to the network costs more than
// making either: so those of a moment are put together here, and leave as one.

// mostTogether is how many bytes wait for each other at most.
const mostTogether = 32 << 10

var gathered = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

// hold has what is carried wait until release. Both are the writer's.
func (k *socket) hold() {
	if k.together == nil {
		k.together = gathered.Get().(*[]byte)
	}
}

// release sends what has waited.
func (k *socket) release() error {
	if k.together == nil {
		return nil
	}
	err := k.leave()
	gathered.Put(k.together)
	k.together = nil
	return err
}

// gather puts a frame to those that wait.
func (k *socket) gather(data []byte) error {
	*k.together = appendFrame(*k.together, data)
	if len(*k.together) > mostTogether {
		return k.leave()
	}
	return nil
}

// leave writes past the library, which may answer a ping meanwhile: one write is never in the middle of another.
func (k *socket) leave() (err error) {
	if len(*k.together) > 0 {
		wire := k.conn.NetConn()
		_ = wire.SetWriteDeadline(time.Now().Add(k.server.pace.write))
		_, err = wire.Write(*k.together)
		*k.together = (*k.together)[:0]
	}
	return err
}

// appendFrame appends a text frame as a server sends it (RFC 6455, 5.2): whole, and not masked.
func appendFrame(b, text []byte) []byte {
	b = append(b, 0x81)
	switch n := len(text); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, text...)
}
