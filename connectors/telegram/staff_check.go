package telegram

import (
	"context"
	"fmt"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// CheckStaff asks Telegram about the group of the agents, and says what an operator has to put right. It changes nothing.
func CheckStaff(ctx context.Context, token Secret, server string, group int64) []Finding {
	a, err := newAPI(token, server)
	if err != nil {
		return []Finding{{OK: false, Says: err.Error()}}
	}
	wrong := func(format string, args ...any) []Finding {
		return []Finding{{OK: false, Says: fmt.Sprintf(format, args...)}}
	}
	chat, err := do(ctx, func(ctx context.Context) (*models.ChatFullInfo, error) {
		return a.bot.GetChat(ctx, &tg.GetChatParams{ChatID: group})
	})
	switch {
	case refusedFor(err, "chat not found"), refusedFor(err, "kicked", "not a member"):
		return wrong("the bot is in no staff group %d: add it to the group, and check the number, which begins with -100", group)
	case err != nil:
		return wrong("the staff group cannot be read: %v", err)
	case !chat.IsForum:
		return wrong("the staff group has no topics: switch them on in the group's settings (Topics), which makes it a supergroup with another number")
	}
	member, err := do(ctx, func(ctx context.Context) (*models.ChatMember, error) {
		return a.bot.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: group, UserID: a.bot.ID()})
	})
	switch {
	case err != nil:
		return wrong("the bot's rights in the staff group cannot be read: %v", err)
	case member.Administrator == nil:
		return wrong("in the staff group the bot is no administrator, and so does not get what agents write: make it one, with the right to manage topics")
	case !member.Administrator.CanManageTopics:
		return wrong("in the staff group the bot lacks the right to manage topics: group, Administrators, the bot, Manage topics")
	}
	return []Finding{{OK: true, Says: "the staff group has topics, and the bot may manage them"}}
}
