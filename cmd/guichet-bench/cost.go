package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// cost is processor time, in seconds: on a small machine that is what runs out first, and it says something on a busy one too.
type cost struct{ server, database float64 }

func (c cost) since(before cost) cost {
	return cost{c.server - before.server, c.database - before.database}
}

// cost is what the server and the PostgreSQL that it has started have used so far; false when that PostgreSQL is not its own.
func (t *target) cost() (c cost, ok bool) {
	if t.pid == 0 {
		return c, false
	}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	var all []usage
	for _, name := range files {
		if u, err := readUsage(name); err == nil { // else it has ended meanwhile
			all = append(all, u)
		}
	}
	family := map[int]bool{t.pid: true}
	for grown := true; grown; {
		grown = false
		for _, u := range all {
			if family[u.parent] && !family[u.pid] {
				family[u.pid], grown = true, true
			}
		}
	}
	for _, u := range all {
		switch {
		case u.pid == t.pid:
			c.server = u.own
		case family[u.pid]:
			c.database, ok = c.database+u.own+u.children, true
		}
	}
	return c, ok
}

// addCost adds what so many questions have cost, n at once, beside the processor time of so many inserts of pgbench.
func (r *report) addCost(n int, used cost, questions, inserting, inserts float64) {
	each := func(name string, seconds float64) figure {
		return figure{Scenario: "ask", Name: fmt.Sprintf("%d at once: %s", n, name), Value: 1e6 * seconds / questions, Unit: "µs"}
	}
	r.add(each("processor time a question, the server's", used.server))
	r.add(each("PostgreSQL's", used.database))
	both := each("processor time of both", used.server+used.database)
	both.Floor, both.FloorIs = 1e6*inserting/inserts, "an insert, pgbench's and PostgreSQL's"
	r.add(both.atMost(1))
}

// usage is what a process has used, in seconds, and what its children had that have ended.
type usage struct {
	pid, parent   int
	own, children float64
}

func readUsage(name string) (u usage, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return u, err
	}
	line := string(text)
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:]) // the name before may hold spaces
	if len(fields) < 15 {
		return u, fmt.Errorf("%s has %d fields", name, len(fields))
	}
	var times [4]float64
	for i := range times {
		times[i], _ = strconv.ParseFloat(fields[11+i], 64)
	}
	u.pid, _ = strconv.Atoi(filepath.Base(filepath.Dir(name)))
	u.parent, _ = strconv.Atoi(fields[1])
	u.own, u.children = (times[0]+times[1])/100, (times[2]+times[3])/100
	return u, nil
}
