package spool_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/spool"
)

// BenchmarkReplay hands over one turn of each of many conversations.
func BenchmarkReplay(b *testing.B) { benchmarkReplay(b, func(i int) int { return i }) }

// BenchmarkReplayOfTalkers hands over the many turns of sixteen conversations.
func BenchmarkReplayOfTalkers(b *testing.B) { benchmarkReplay(b, func(i int) int { return i % 16 }) }

func benchmarkReplay(b *testing.B, person func(turn int) int) {
	db := postgrestest.Open(b)
	store := &flaky{Store: db}
	store.away(true)
	s, err := spool.Open(spool.Options{Store: store, Path: filepath.Join(b.TempDir(), "turns.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for i := range b.N {
		if _, err := s.Turn(context.Background(), says(fmt.Sprint("v", person(i)), fmt.Sprint(i), "x"), answer("y")); err != nil {
			b.Fatal(err)
		}
	}
	store.away(false)
	b.ResetTimer()
	if err := s.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}
