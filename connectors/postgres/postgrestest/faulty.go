package postgrestest

import (
	"context"

	"guichet/bot"
	"guichet/connectors/postgres"
)

// Faulty is a store that fails, or never comes back, at chosen points of the way of a message on a platform. A nil hook does
// nothing; what a hook returns is what the store's caller gets.
type Faulty struct {
	*postgres.DB
	BeforeKeep     func(ctx context.Context) error
	AfterKeep      func(ctx context.Context) error // of some updates
	BeforeTurn     func(in bot.Inbound) error
	BeforeSettle   func(ctx context.Context) error
	BeforeDispatch func(ctx context.Context) error // of what was sent
	BeforeStaff    func(as bot.StaffStep) error
	BeforeNote     func(name string) error
}

// KeepUpdates calls BeforeKeep and AfterKeep.
func (f *Faulty) KeepUpdates(ctx context.Context, updates []bot.Update) error {
	if f.BeforeKeep != nil {
		if err := f.BeforeKeep(ctx); err != nil {
			return err
		}
	}
	err := f.DB.KeepUpdates(ctx, updates)
	if err == nil && f.AfterKeep != nil && len(updates) > 0 {
		err = f.AfterKeep(ctx)
	}
	return err
}

// Turn calls BeforeTurn.
func (f *Faulty) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	if f.BeforeTurn != nil {
		if err := f.BeforeTurn(in); err != nil {
			return bot.Outcome{}, err
		}
	}
	return f.DB.Turn(ctx, in, decide)
}

// SettleUpdate calls BeforeSettle.
func (f *Faulty) SettleUpdate(ctx context.Context, held bot.HeldUpdate, as bot.Settlement) error {
	if f.BeforeSettle != nil {
		if err := f.BeforeSettle(ctx); err != nil {
			return err
		}
	}
	return f.DB.SettleUpdate(ctx, held, as)
}

// SettleStaffWork calls BeforeStaff.
func (f *Faulty) SettleStaffWork(ctx context.Context, held bot.StaffWork, as bot.StaffStep) error {
	if f.BeforeStaff != nil {
		if err := f.BeforeStaff(as); err != nil {
			return err
		}
	}
	return f.DB.SettleStaffWork(ctx, held, as)
}

// Note calls BeforeNote.
func (f *Faulty) Note(ctx context.Context, channel, name string) ([]byte, error) {
	if f.BeforeNote != nil {
		if err := f.BeforeNote(name); err != nil {
			return nil, err
		}
	}
	return f.DB.Note(ctx, channel, name)
}

// SettleDelivery calls BeforeDispatch.
func (f *Faulty) SettleDelivery(ctx context.Context, held bot.Delivery, as bot.Dispatch) error {
	if f.BeforeDispatch != nil && as.State == bot.Sent {
		if err := f.BeforeDispatch(ctx); err != nil {
			return err
		}
	}
	return f.DB.SettleDelivery(ctx, held, as)
}
