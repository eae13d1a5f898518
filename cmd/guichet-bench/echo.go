package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// echoCommand is the least that a server of sockets can be, with the buffers that Guichet's have: what comes goes back.
// It ends with its standard input.
type echoCommand struct{}

// Run serves.
func (echoCommand) Run(ctx context.Context, out io.Writer) error {
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	upgrader := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}}
	server := &http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		go echo(conn) // and the handler returns, which frees what net/http keeps for it
	})}
	go func() { // as Guichet does when it has little to do
		for pause(ctx, 30*time.Second) == nil {
			debug.FreeOSMemory()
		}
	}()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Fprintln(out, "http://"+address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func echo(conn *websocket.Conn) {
	defer func() { _ = conn.Close() }()
	for {
		kind, data, err := conn.ReadMessage()
		if err != nil || conn.WriteMessage(kind, data) != nil {
			return
		}
	}
}

// startEcho runs the echo in a process of its own.
func startEcho(ctx context.Context) (*target, error) {
	command := exec.CommandContext(ctx, os.Args[0], "echo") //nolint:gosec // this program itself
	command.Env = append(os.Environ(), childEnv+"=1")
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	t := &target{base: strings.TrimSpace(line), pid: command.Process.Pid, stop: func() { _ = input.Close(); _ = command.Wait() }}
	if err == nil {
		err = waitFor(ctx, t.base)
	}
	if err != nil {
		t.stop()
		return nil, fmt.Errorf("start the echo: %w", err)
	}
	return t, nil
}

// waitFor waits until a socket can be opened.
func waitFor(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		conn, err := dial(ctx, base, "/ws")
		if err == nil {
			return conn.Close()
		}
		if ctx.Err() != nil {
			return err
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// childEnv tells the program of a test that it is to be guichet-bench.
const childEnv = "GUICHET_BENCH_CHILD"

// bare is a socket to the echo.
type bare struct{ *websocket.Conn }

// openBare opens sockets to the echo, over each of which something has been said.
func openBare(ctx context.Context, base string, n int) ([]bare, error) {
	all := make([]bare, n)
	err := inParallel(n, 32, func(i int) (err error) {
		if all[i].Conn, err = dial(ctx, base, "/ws"); err == nil {
			err = all[i].ask(strings.Repeat("x", 160))
		}
		return err
	})
	return all, err
}

// ask sends a text and waits for it to come back.
func (b bare) ask(text string) error {
	_ = b.SetReadDeadline(time.Now().Add(patience))
	if err := b.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		return err
	}
	_, _, err := b.ReadMessage()
	return err
}
