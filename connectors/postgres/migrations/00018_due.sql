-- +goose Up

-- Of the tickets that are due at the same moment the oldest comes first: all that arrive in a night are due at the same
-- hour. Without a deadline, the newest do.
drop index tickets_due;
create index tickets_due on tickets (due_at, (case when due_at is not null then created_at end), created_at desc, reference)
    where status in ('open', 'waiting');

-- +goose Down
drop index tickets_due;
create index tickets_due on tickets (due_at, created_at desc, reference) where status in ('open', 'waiting');
