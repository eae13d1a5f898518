package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"
)

// While chats are being closed, a server that leaves takes no request of the desk or the API either.
func TestAServerThatLeavesTakesNothingNewWhileChatsClose(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err = leave(ctx, server, func(ctx context.Context) error {
		again := time.NewTicker(5 * time.Millisecond)
		defer again.Stop()
		for ctx.Err() == nil {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
			if err != nil {
				return ctx.Err()
			}
			conn.Close()
			<-again.C
		}
		return ctx.Err()
	})
	if err != nil {
		t.Errorf("the chats close while others come in: %v", err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}
