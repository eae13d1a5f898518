// Guichet answers customers' insurance questions from the company's own FAQ and contracts, with their source, and
// hands what needs a person to the support team as a ticket. This command wires the rooms together, and holds what only a
// command needs: measuring answers, keeping editions and secrets in the data folder, reading what a proxy says of addresses.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Answer on the website and open the desk."`
	Ask      askCommand      `cmd:"" help:"Ask one question, or a file of them. Needs no database."`
	Converse converseCommand `cmd:"" help:"Play a file of conversations. Needs no database."`
	Eval     evalCommand     `cmd:"" help:"Measure the answers against a file of labelled questions."`
	KB       kbCommand       `cmd:"" name:"kb" help:"Check, import and export the knowledge."`
	Ticket   ticketCommand   `cmd:"" help:"Work on tickets from the command line."`
	User     userCommand     `cmd:"" help:"Manage the accounts of the desk."`
	Key      keyCommand      `cmd:"" help:"Manage the keys of the API."`
	Webhook  webhookCommand  `cmd:"" help:"Manage the addresses that are told what happens to tickets."`
	Spool    spoolCommand    `cmd:"" help:"What was recorded while the database was away."`
	Check    checkCommand    `cmd:"" help:"Check that a platform or e-mail is set up, and say what is wrong."`
	Generate generateCommand `cmd:"" help:"Fill an empty database with made-up tickets, to try the desk at its size."`
}

// console is what a command may say and read.
type console struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit status: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, c console) int {
	var cmd commands
	exited := -1
	parser, err := kong.New(&cmd,
		kong.Name("guichet"),
		kong.Description("The counter where an insurance customer is served."),
		kong.UsageOnError(),
		kong.Writers(c.out, c.err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
		kong.Vars{"cache": defaultCache(), "data": "data"},
	)
	if err != nil {
		fmt.Fprintln(c.err, "guichet:", err)
		return 2
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		more := ""
		if strings.HasPrefix(err.Error(), "expected one of") || strings.HasPrefix(err.Error(), "unexpected argument") {
			more = "; guichet --help lists the commands"
		}
		fmt.Fprintf(c.err, "guichet: %v%s\n", err, more)
		return 2
	}
	if err := k.Run(); err != nil {
		fmt.Fprintln(c.err, "guichet:", err)
		return 1
	}
	return 0
}
