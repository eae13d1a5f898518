package bot_test

import (
	"errors"
	"testing"

	"guichet/bot"
)

func TestASitesLimitOfFilesMakesSense(t *testing.T) {
	t.Parallel()
	for mb, good := range map[int]bool{0: true, 1: true, bot.MostUploadMB: true, -1: false, bot.MostUploadMB + 1: false} {
		err := bot.CheckSite(bot.Site{UploadMB: mb})
		var setting *bot.SettingError
		if good != (err == nil) || !good && (!errors.As(err, &setting) || setting.Path[0] != "upload_mb") {
			t.Errorf("%d: %v", mb, err)
		}
	}
}
