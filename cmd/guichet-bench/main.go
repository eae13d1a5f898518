// Guichet-bench measures a running server, and beside it, in the same run, what the libraries under it do bare: a
// gorilla/websocket that echoes, a PostgreSQL that commits one row, a Bleve that is asked the same words. What counts are
// the ratios: a figure alone says as much about the machine as about the program.
//
//	guichet-bench all  --serve bin/guichet      every table of docs/performance.md
//	guichet-bench ask  --serve bin/guichet      one of them
//	guichet-bench ask  --url http://… --pid 123  a server that runs already
//
// The generator and the server share the machine's processors, which costs both: the floors pay the same price.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	JSON string `help:"Also write the figures to a file." placeholder:"FILE"`

	Ask      askCommand      `cmd:"" help:"Sockets that ask: as fast as they are answered, then paced at half that."`
	Idle     idleCommand     `cmd:"" help:"Sockets that are open and silent: memory for each."`
	Visitors visitorsCommand `cmd:"" help:"Many visitors who ask now and then: errors, reconnections, growth."`
	Intake   intakeCommand   `cmd:"" help:"Whole requests, from the first word to the ticket."`
	Telegram telegramCommand `cmd:"" help:"Messages on Telegram, through a stand-in for it."`
	Agents   agentsCommand   `cmd:"" help:"Agents at the desk: queue, ticket, reply."`
	Start    startCommand    `cmd:"" help:"From start to the first answer; memory at rest."`
	Passages passagesCommand `cmd:"" help:"Knowledge of growing size: build, open, ask."`
	All      allCommand      `cmd:"" help:"All of these, one after the other."`

	Echo  echoCommand  `cmd:"" hidden:""` // the floor of sockets, in a process of its own
	Built builtCommand `cmd:"" hidden:""` // the knowledge of one size, in a process of its own
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit status: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var cmd commands
	exited := -1
	r := newReport(errs)
	parser, err := kong.New(&cmd,
		kong.Name("guichet-bench"),
		kong.Description("Measures guichet serve beside the floors under it."),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(out, (*io.Writer)(nil)),
		kong.Bind(r),
	)
	if err != nil {
		fmt.Fprintln(errs, "guichet-bench:", err)
		return 2
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(errs, "guichet-bench:", err)
		return 2
	}
	err = k.Run()
	r.print(out)
	if cmd.JSON != "" && len(r.Figures) > 0 {
		if problem := r.write(cmd.JSON); err == nil {
			err = problem
		}
	}
	if err != nil {
		fmt.Fprintln(errs, "guichet-bench:", err)
		return 1
	}
	return 0
}
