package main

import (
	"fmt"
	"log/slog"

	"guichet/bot/secret"
	"guichet/connectors/metrics"
	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

// metricsFlags say who may read the figures at /metrics.
type metricsFlags struct {
	MetricsToken     secret.Text `hidden:"" env:"GUICHET_METRICS_TOKEN"`
	MetricsTokenFile string      `help:"File with the token that readers of /metrics send; or GUICHET_METRICS_TOKEN. Without one only programs on this machine read it, and with --url nobody." env:"GUICHET_METRICS_TOKEN_FILE" placeholder:"FILE"`
}

// shortestToken is what a token of the figures has at least, in characters.
const shortestToken = 16

func (f metricsFlags) metricsToken() (secret.Text, error) {
	token, err := secretSetting{"the token of the metrics", "GUICHET_METRICS_TOKEN", f.MetricsToken, f.MetricsTokenFile}.read()
	if err != nil {
		return "", err
	}
	if token != "" && len(token) < shortestToken {
		return "", fmt.Errorf("the token of the metrics has %d characters: take %d at least, such as openssl rand -hex 16 gives", len(token), shortestToken)
	}
	return token, nil
}

// openMetrics prepares the figures. url is the public address, which tells that a proxy stands before.
func (f metricsFlags) openMetrics(db *postgres.DB, kept *spool.Spool, url string, sockets func() int, edition func() int64, log *slog.Logger) (*metrics.Metrics, error) {
	token, err := f.metricsToken()
	if err != nil {
		return nil, err
	}
	return metrics.New(metrics.Options{
		Backlog: db.Backlog, Pool: func() metrics.Pool { return metrics.Pool(db.Pool()) }, Sockets: sockets, Edition: edition,
		Spool: func() metrics.Spool { return spoolFigures(kept.Status()) },
		Guard: metrics.Guard{Token: token, Proxied: url != ""}, Log: log,
	}), nil
}

func spoolFigures(st spool.Status) metrics.Spool {
	return metrics.Spool{
		Waiting: st.Waiting, Parked: st.Parked, Bytes: st.Bytes, Limit: st.Limit, Oldest: st.Oldest, Refusing: st.Condition == spool.Refusing,
		Kept: st.Kept, Replayed: st.Replayed, Refused: st.Refused,
	}
}
