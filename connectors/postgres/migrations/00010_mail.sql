-- +goose Up

-- An e-mail on its way. What it says is made when it leaves, and erased once it has left or never will.
create table mails (
    id              bigint generated always as identity primary key,
    kind            text        not null check (kind in ('acknowledgement', 'reply', 'notice', 'account')),
    reference       text        references tickets on delete cascade,
    recipient       text        not null check (recipient <> ''),
    sender          text        not null default '', -- a name; empty for the program's
    subject         text        not null default '',
    body            text        not null default '',
    seq             bigint,     -- of a reply: the newest message it holds
    -- pending -> ready (made) -> sent | dead; or read: the customer was there after all; or off: no server for mail
    state           text        not null default 'pending' check (state in ('pending', 'ready', 'sent', 'dead', 'read', 'off')),
    error           text        not null default '',
    created_at      timestamptz not null default clock_timestamp(),
    settled_at      timestamptz check ((settled_at is null) = (state in ('pending', 'ready'))),
    check (reference is not null or kind in ('notice', 'account')),
    check (body = '' or state in ('pending', 'ready'))
);
create index mails_ticket on mails (reference) where reference is not null;
create index mails_settled on mails (settled_at) where settled_at is not null;
-- One reply at a time waits whether its customer comes back: those that follow join it.
create unique index mails_waiting on mails (reference) where kind = 'reply' and state = 'pending';

-- A link that gives a browser a conversation. Only the hash is kept, and it goes when it is used.
create table resume_tokens (
    hash            bytea       primary key,
    conversation_id bigint      not null references conversations on delete cascade,
    expires_at      timestamptz not null
);
create index resume_tokens_conversation on resume_tokens (conversation_id);

-- When the customer's page was last connected.
alter table conversations add column seen_at timestamptz;

-- What somebody of the team is told of, and when it left.
create table notices (
    id        bigint generated always as identity primary key,
    recipient text        not null references users on update cascade on delete cascade,
    kind      text        not null check (kind in ('new', 'answer', 'mention', 'deadline')),
    reference text        not null references tickets on delete cascade,
    at        timestamptz not null,
    told_at   timestamptz
);
create unique index notices_waiting on notices (recipient, kind, reference) where told_at is null;
create index notices_told on notices (recipient, told_at) where told_at is not null;
create index notices_ticket on notices (reference);

alter table users add column notices text[] not null default '{new,answer,mention,deadline}'
    check (notices <@ '{new,answer,mention,deadline}');

-- The deadline for which the team was warned, and told that it is past.
alter table tickets add column warned_for timestamptz, add column late_for timestamptz;

-- +goose Down
alter table tickets drop column warned_for, drop column late_for;
alter table users drop column notices;
drop table notices;
alter table conversations drop column seen_at;
drop table resume_tokens, mails;
