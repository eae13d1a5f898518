package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// memory is what a process has resident, in bytes.
type memory struct {
	all  float64
	anon float64 // of its own: not the program's file nor mapped indexes, which the system can drop
}

// resident reads the memory of a process of this machine.
func resident(pid int) (m memory, err error) {
	if pid == 0 {
		return m, errors.New("the memory needs the server's process: give --pid, or --serve")
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return m, fmt.Errorf("read the memory of process %d: %w", pid, err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kib, _ := strconv.ParseFloat(fields[1], 64)
		switch fields[0] {
		case "Rss:":
			m.all = kib * 1024
		case "Anonymous:":
			m.anon = kib * 1024
		}
	}
	return m, nil
}

// processorTime is what a process of this machine has used, in seconds, in steps of a hundredth. On a busy machine it says
// more than the clock.
func processorTime(pid int) (float64, error) {
	u, err := readUsage(fmt.Sprintf("/proc/%d/stat", pid))
	return u.own, err
}

// figures reads /metrics: the figures without labels by name, those with labels by name and labels.
func (t *target) figures(ctx context.Context) (map[string]float64, error) {
	text, err := t.get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	all := map[string]float64{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		at := strings.LastIndexByte(line, ' ')
		if at < 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if value, err := strconv.ParseFloat(line[at+1:], 64); err == nil {
			all[line[:at]] = value
		}
	}
	return all, nil
}

// sum adds up a figure over its labels.
func sum(figures map[string]float64, name string) (total float64) {
	for key, value := range figures {
		if key == name || strings.HasPrefix(key, name+"{") {
			total += value
		}
	}
	return total
}

// filesFor refuses what the process may not open: Go has raised the limit to the hard one already.
func filesFor(sockets int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if need := uint64(sockets + 100); limit.Max < need {
		return fmt.Errorf("%d sockets need %d open files and this shell allows %d: raise it with ulimit -Hn, as root, or ask for fewer", sockets, need, limit.Max)
	}
	return nil
}
