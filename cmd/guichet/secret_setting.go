package main

import (
	"fmt"
	"os"
	"strings"

	"guichet/bot/secret"
)

// secretSetting is a secret that the operator gives: in the environment or in a file, for what stands on a command line can be
// read by everybody on the machine.
type secretSetting struct {
	what     string      // in an error: "the Telegram token"
	variable string      // of the environment, that of the file with _FILE behind it; empty where there is only the file
	value    secret.Text // what the variable holds
	file     string
}

// read returns the secret, empty when neither is given. Both, or a file that is empty or cannot be read, are an error.
func (s secretSetting) read() (secret.Text, error) {
	if s.file == "" {
		return s.value, nil
	}
	if s.value != "" {
		return "", fmt.Errorf("both %s and %s_FILE are set: keep one", s.variable, s.variable)
	}
	data, err := os.ReadFile(s.file)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", s.what, err)
	}
	text := secret.Text(strings.TrimSpace(string(data)))
	if text == "" {
		return "", fmt.Errorf("the file of %s, %s, is empty", s.what, s.file)
	}
	return text, nil
}
