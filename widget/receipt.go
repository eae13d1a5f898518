package widget

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"guichet/bot"
)

// A receipt says that a file of a conversation has been received, checked and kept, and what it is. A message names the
// file by it, on any replica. It is "<attachment>.<HMAC-SHA256>", good for one conversation, and as long as the file is
// kept without a message: a day.

// maxReceipt bounds a receipt, in bytes: a name has a hundred characters at most.
const maxReceipt = 4 << 10

func receiptSign(secret []byte, key, attachment string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("guichet receipt\x00" + key + "\x00" + attachment))
	return encoding.EncodeToString(mac.Sum(nil))
}

func (s *Server) receipt(key string, a bot.Attachment) (string, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return "", fmt.Errorf("write a receipt: %w", err)
	}
	text := encoding.EncodeToString(data)
	return text + "." + receiptSign(s.secret, key, text), nil
}

// received finds the file of a receipt. bot.ErrNotFound when it is no receipt of this conversation, or the file is gone.
func (s *Server) received(ctx context.Context, key, receipt string) (a bot.Attachment, err error) {
	text, sign, _ := strings.Cut(receipt, ".")
	if s.files == nil || len(receipt) > maxReceipt || !hmac.Equal([]byte(sign), []byte(receiptSign(s.secret, key, text))) {
		return a, bot.ErrNotFound
	}
	data, err := encoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err != nil {
		return a, fmt.Errorf("read a receipt: %w", err)
	}
	content, err := s.files.Open(ctx, a.ID)
	if err != nil {
		return a, err
	}
	return a, content.Close()
}
