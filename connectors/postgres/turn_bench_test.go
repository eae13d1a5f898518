package postgres_test

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// atOnce are the numbers of people who write at the same time.
var atOnce = []int{1, 16, 64, 256}

// BenchmarkTurn counts processor time too, of this program and of PostgreSQL, since that says more than the clock on a machine
// that others use: two processors that do nothing else commit two million microseconds' worth a second.
//
// It keeps turns of as many conversations as write at once, on a PostgreSQL that waits for its disk. Beside it
// stands pgbench: as many connections, as far as the server takes them, that insert and commit one row each.
func BenchmarkTurn(b *testing.B) {
	url := durable(b)
	db := postgrestest.OpenAt(b, url)
	execute(b, url, `create table if not exists inserted (id bigint generated always as identity primary key, n int, said text)`)
	for _, n := range atOnce {
		b.Run(fmt.Sprintf("pgbench/%d", n), func(b *testing.B) { pgbench(b, url, min(n, mostConnections)) })
		b.Run(fmt.Sprintf("turn/%d", n), func(b *testing.B) {
			run := fmt.Sprintf("%d-%d", n, b.N)
			w := startWork(b, url)
			parallel(b, n, func(worker, i int) error {
				in := bot.Inbound{Channel: "web", Key: fmt.Sprintf("%s-%d", run, worker), ExternalID: fmt.Sprintf("%s-%d-%d", run, worker, i), Site: "demo"}
				_, err := db.Turn(b.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
					c.State.Topic, c.State.Question = "micro.kbis", question
					return bot.Turn{Text: question, Reply: usualReply, State: c.State}, nil
				})
				return err
			})
			w.report(b.N)
		})
	}
}

// mostConnections is how many pgbench opens: the private cluster takes a hundred in all. It does not get faster with more.
const mostConnections = 80

// pgbench has clients insert b.N rows and commit each.
func pgbench(b *testing.B, url string, clients int) {
	b.Helper()
	program, err := exec.LookPath("pgbench")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
		if len(found) == 0 {
			b.Skip("there is no pgbench on this machine: it comes with PostgreSQL's programs")
		}
		program = found[len(found)-1]
	}
	script := filepath.Join(b.TempDir(), "insert.sql")
	if err := os.WriteFile(script, []byte("insert into inserted (n, said) values (:client_id, '"+question+"');\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	each := max(1, b.N/clients)
	work := startWork(b, url)
	b.ResetTimer()
	command := exec.CommandContext(b.Context(), program, "-n", "-M", "prepared", "-j", "2", "-c", fmt.Sprint(clients), "-t", fmt.Sprint(each), "-f", script, url)
	out, err := command.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	work.done += command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	work.report(each * clients)
}

// work is the processor time that something has taken.
type work struct {
	b        *testing.B
	url      string
	ours     time.Duration // at the start
	postgres time.Duration // at the start
	done     time.Duration // of programs that have ended
}

func startWork(b *testing.B, url string) *work {
	return &work{b: b, url: url, ours: ownTime(b), postgres: postgresTime(b, url)}
}

func (w *work) report(commits int) {
	elapsed := w.b.Elapsed()
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(commits) }
	ours, theirs := ownTime(w.b)-w.ours+w.done, postgresTime(w.b, w.url)-w.postgres
	w.b.ReportMetric(each(ours), "µs-ours")
	w.b.ReportMetric(each(theirs), "µs-postgres")
	w.b.ReportMetric(float64(commits)/elapsed.Seconds(), "commits/s")
}

func ownTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// postgresTime is what the server's processes have taken that still run, and those of theirs that have ended.
func postgresTime(b *testing.B, url string) time.Duration {
	folder := queryHere[string](b, url, `select current_setting('data_directory')`)
	file, err := os.ReadFile(filepath.Join(folder, "postmaster.pid"))
	if err != nil {
		b.Fatal(err)
	}
	postmaster, _, _ := strings.Cut(string(file), "\n")
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	ticks := 0
	for _, name := range all {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		field := strings.Fields(after) // from the third on
		if field[1] != postmaster && filepath.Base(filepath.Dir(name)) != postmaster {
			continue
		}
		for _, i := range []int{11, 12, 13, 14} { // its own time, and that of its children which have ended
			n, _ := strconv.Atoi(field[i])
			ticks += n
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func queryHere[T any](b *testing.B, url, statement string) (value T) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), url)
	if err == nil {
		defer conn.Close(b.Context())
		err = conn.QueryRow(b.Context(), statement).Scan(&value)
	}
	if err != nil {
		b.Fatal(err)
	}
	return value
}

const question = "Comment obtenir un extrait Kbis ?"

// usualReply has the size of what is answered to most.
var usualReply = bot.Reply{
	Kind: bot.Answer, Topic: "micro.kbis", Confidence: 0.97,
	Text: "Commandez-le sur Infogreffe, le site officiel : c’est rapide et l’extrait coûte moins de 5 €.\n\n" +
		"Un micro-entrepreneur inscrit au répertoire des métiers demande un extrait D1 à sa chambre ; il est accepté de même.\n\n" +
		"**Cela répond-il à votre question ?**",
	Citations: []bot.Citation{{Topic: "micro.kbis", Document: "Foire aux questions", Section: "Comment obtenir un extrait Kbis ?", URL: "https://example.fr/faq/kbis", Checked: "2026-01-02"}},
	Choices:   []bot.Choice{{Label: "Oui", Value: "feedback:yes"}, {Label: "Non", Value: "feedback:no"}},
	Why:       &bot.Why{Rule: bot.RuleSure},
}

// parallel has n workers share b.N calls.
func parallel(b *testing.B, n int, do func(worker, i int) error) {
	b.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	for worker := range n {
		group.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(worker, int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// durable is a database of a cluster of this benchmark's own, which keeps what it has committed through a power cut.
func durable(b *testing.B) (url string) {
	b.Helper()
	dir, err := os.MkdirTemp("", "guichet-bench-")
	if err == nil {
		err = os.Chmod(dir, 0o711) // for the user that PostgreSQL runs as
	}
	if err != nil {
		b.Fatal(err)
	}
	cluster, err := postgres.StartCluster(b.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			b.Error(err)
		}
		_ = os.RemoveAll(dir)
	})
	return cluster.URL()
}
