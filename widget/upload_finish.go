package widget

import (
	"context"
	"errors"
	"net/http"

	"github.com/tus/tusd/v2/pkg/handler"

	"guichet/bot"
)

// finished keeps a file that has arrived.
func (u *uploads) finished(hook handler.HookEvent) (handler.HTTPResponse, error) {
	who, _ := hook.Context.Value(visitorKey{}).(visitor)
	receipt, err := u.finish(hook.Context, who, hook.Upload)
	return handler.HTTPResponse{Header: handler.HTTPHeader{receiptHeader: receipt}}, err
}

// finish finds out what a file is, keeps it, and leaves a receipt in its place. A file that is not taken is deleted. Its
// sender may be gone by now: they ask for the receipt when they are back.
func (u *uploads) finish(ctx context.Context, who visitor, info handler.FileInfo) (receipt string, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishLimit)
	defer cancel()
	content, err := u.root.Open(info.ID)
	if err != nil {
		return "", u.broken(ctx, "read a file that has arrived", err)
	}
	defer content.Close()
	a, err := u.files.Put(ctx, info.MetaData["filename"], content)
	switch {
	case errors.Is(err, bot.ErrFileType):
		u.remove(info.ID)
		return "", u.refuse(who.site, "not a kind that is taken", http.StatusUnsupportedMediaType, wordsOf(who.language).files.kind)
	case errors.Is(err, bot.ErrFileTooLarge):
		u.remove(info.ID)
		return "", u.refuse(who.site, "too large", http.StatusRequestEntityTooLarge, wordsOf(who.language).files.large(who.site.limit()))
	case err != nil:
		return "", u.broken(ctx, "keep a file that has arrived", err)
	}
	if receipt, err = u.receipt(who.key, a); err == nil {
		err = u.writeReceipt(info.ID+receiptEnding, receipt)
	}
	if err != nil {
		return "", u.broken(ctx, "keep a receipt", err)
	}
	u.remove(info.ID)
	return receipt, nil
}

// broken logs a fault of ours and answers that it is worth another try.
func (u *uploads) broken(ctx context.Context, what string, err error) error {
	u.log.Error(what, "error", err)
	return sentence(http.StatusServiceUnavailable, wordsOfVisitor(ctx).files.later)
}
