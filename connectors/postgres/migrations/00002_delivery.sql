-- +goose Up

-- What a platform delivered, kept before it is told "received". The payload holds what a person typed, unmasked, and is
-- erased once handled; the id stays for a while, to recognise a redelivery.
create table inbox (
    id            bigint generated always as identity primary key,
    channel       text        not null check (channel <> '' and length(channel) <= 50),
    update_id     text        not null check (update_id <> '' and length(update_id) <= 200),
    thread        text        not null check (length(thread) <= 200),
    payload       bytea,
    received_at   timestamptz not null default clock_timestamp(),
    next_at       timestamptz not null default clock_timestamp(),
    attempts      int         not null default 0 check (attempts >= 0),
    claimed_until timestamptz,
    error         text        not null default '',
    done_at       timestamptz check (done_at is null or payload is null),
    parked_at     timestamptz check (parked_at is null or done_at is null),
    unique (channel, update_id)
);
create index inbox_waiting on inbox (channel, id) where done_at is null and parked_at is null;
create index inbox_thread on inbox (channel, thread, id) where done_at is null and parked_at is null;
create index inbox_settled on inbox (coalesce(done_at, parked_at)) where done_at is not null or parked_at is not null;

-- What is to be delivered. It holds no text: that is the message's own, and goes with it.
create table outbox (
    conversation_id bigint      not null,
    seq             bigint      not null,
    channel         text        not null,
    state           text        not null default 'pending' check (state in ('pending', 'sent', 'dead')),
    parts           int         not null default 0 check (parts >= 0), -- of the message that have left
    next_at         timestamptz not null, -- infinity behind a message that has not left
    attempts        int         not null default 0 check (attempts >= 0),
    claimed_until   timestamptz,
    last_error      text        not null default '',
    settled_at      timestamptz check ((settled_at is null) = (state = 'pending')),
    primary key (conversation_id, seq),
    foreign key (conversation_id, seq) references messages on delete cascade
);
-- In the order in which they are claimed, so that a claim reads the first rows and sorts nothing.
create index outbox_due on outbox (channel, next_at, conversation_id) where state = 'pending';
create index outbox_conversation on outbox (conversation_id, seq) where state = 'pending';
create index outbox_sent on outbox (settled_at) where state = 'sent';

-- A message that did not arrive is a fact in the life of a ticket.
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered'));
alter table ticket_events drop constraint ticket_events_check;
alter table ticket_events add constraint ticket_events_check
    check ((seq is not null) = (kind in ('reply', 'undelivered')));

-- +goose Down
drop table outbox, inbox;
delete from ticket_events where kind = 'undelivered';
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status'));
alter table ticket_events drop constraint ticket_events_check;
alter table ticket_events add constraint ticket_events_check check ((seq is not null) = (kind = 'reply'));
