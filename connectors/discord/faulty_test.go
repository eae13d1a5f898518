package discord_test

import (
	"context"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// faulty is a store that can be made to fail, or to never come back, at a chosen point. A nil hook does nothing.
type faulty struct {
	*postgres.DB
	beforeKeep     func(ctx context.Context) error
	afterKeep      func(ctx context.Context) error
	beforeTurn     func(in bot.Inbound) error
	beforeSettle   func(ctx context.Context) error
	beforeDispatch func(ctx context.Context) error
	beforeStaff    func(as bot.StaffStep) error
	beforeNote     func(name string) error
}

func (f *faulty) KeepUpdates(ctx context.Context, updates []bot.Update) (int, error) {
	if f.beforeKeep != nil {
		if err := f.beforeKeep(ctx); err != nil {
			return 0, err
		}
	}
	n, err := f.DB.KeepUpdates(ctx, updates)
	if err == nil && f.afterKeep != nil && len(updates) > 0 {
		err = f.afterKeep(ctx)
	}
	return n, err
}

func (f *faulty) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	if f.beforeTurn != nil {
		if err := f.beforeTurn(in); err != nil {
			return bot.Outcome{}, err
		}
	}
	return f.DB.Turn(ctx, in, decide)
}

func (f *faulty) SettleUpdate(ctx context.Context, held bot.HeldUpdate, as bot.Settlement) error {
	if f.beforeSettle != nil {
		if err := f.beforeSettle(ctx); err != nil {
			return err
		}
	}
	return f.DB.SettleUpdate(ctx, held, as)
}

func (f *faulty) SettleStaffWork(ctx context.Context, held bot.StaffWork, as bot.StaffStep) error {
	if f.beforeStaff != nil {
		if err := f.beforeStaff(as); err != nil {
			return err
		}
	}
	return f.DB.SettleStaffWork(ctx, held, as)
}

func (f *faulty) Note(ctx context.Context, channel, name string) ([]byte, error) {
	if f.beforeNote != nil {
		if err := f.beforeNote(name); err != nil {
			return nil, err
		}
	}
	return f.DB.Note(ctx, channel, name)
}

func (f *faulty) SettleDelivery(ctx context.Context, held bot.Delivery, as bot.Dispatch) error {
	if f.beforeDispatch != nil && as.State == bot.Sent {
		if err := f.beforeDispatch(ctx); err != nil {
			return err
		}
	}
	return f.DB.SettleDelivery(ctx, held, as)
}
