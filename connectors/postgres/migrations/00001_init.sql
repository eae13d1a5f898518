-- +goose Up

-- One person's thread on one channel. Its row is the lock under which the messages of the thread are numbered.
create table conversations (
    id         bigint generated always as identity primary key,
    channel    text        not null check (channel <> '' and length(channel) <= 50),
    key        text        not null check (key <> '' and length(key) <= 200),
    site       text        not null,
    state      jsonb       not null default '{}',
    last_seq   bigint      not null default 0 check (last_seq >= 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (channel, key)
);
-- Retention looks for the conversations that have been quiet the longest.
create index conversations_quiet on conversations (updated_at);

create table messages (
    conversation_id bigint      not null references conversations on delete cascade,
    seq             bigint      not null check (seq > 0),
    author          text        not null check (author in ('customer', 'bot', 'agent')),
    text            text        not null,
    reply           jsonb       check (reply is null or author = 'bot'),
    agent           text        not null default '' check (agent = '' or author = 'agent'),
    -- The channel is repeated here only so that an index can make (channel, external_id) unique.
    channel         text        check ((channel is null) = (external_id is null)),
    external_id     text        check (external_id is null or author = 'customer'),
    at              timestamptz not null,
    primary key (conversation_id, seq)
);
-- A redelivered message is recognised by this.
create unique index messages_inbound on messages (channel, external_id) where external_id is not null;

create table tickets (
    reference       text        primary key check (reference <> ''),
    conversation_id bigint      not null references conversations on delete cascade,
    site            text        not null,
    category        text        not null check (category in
                    ('attestation_correction', 'attestation_copy', 'claim', 'complaint', 'human')),
    status          text        not null default 'open' check (status in ('open', 'waiting', 'resolved', 'closed')),
    fields          jsonb       not null default '{}',
    -- Reference and fields, lower case without accents: computed by the program, since unaccent may not be installed.
    search          text        not null,
    assignee        text        not null default '',
    -- The name of the agent who answers the customer through this ticket; the bot is silent while it is set.
    held_by         text        not null default '',
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    closed_at       timestamptz,
    check ((status = 'closed') = (closed_at is not null)),
    check (held_by = '' or status in ('open', 'waiting'))
);
create index tickets_conversation on tickets (conversation_id);
create index tickets_newest on tickets (created_at desc, reference);
create index tickets_status on tickets (status, created_at desc);
create index tickets_assignee on tickets (assignee, created_at desc) where assignee <> '';

create table ticket_events (
    id        bigint generated always as identity primary key,
    reference text        not null references tickets on delete cascade,
    at        timestamptz not null,
    actor     text        not null,
    kind      text        not null check (kind in ('opened', 'reply', 'note', 'assigned', 'status')),
    detail    text        not null default '',
    seq       bigint      check ((seq is not null) = (kind = 'reply')), -- the message a reply became
    once      text        check (once is null or kind in ('reply', 'note'))
);
create index ticket_events_ticket on ticket_events (reference, id);
-- A form sent twice is recognised by this.
create unique index ticket_events_once on ticket_events (reference, once) where once is not null;

create table users (
    email         text        primary key check (email <> ''),
    name          text        not null,
    role          text        not null check (role in ('agent', 'editor', 'admin')),
    password_hash text        not null default '',
    created_at    timestamptz not null default now()
);

create table setup_tokens (
    hash       bytea       primary key,
    expires_at timestamptz not null
);

-- The shape that scs/pgxstore expects.
create table sessions (
    token  text        primary key,
    data   bytea       not null,
    expiry timestamptz not null
);
create index sessions_expiry on sessions (expiry);

create table settings (
    key   text  primary key,
    value bytea not null
);

-- +goose Down
drop table settings, sessions, setup_tokens, users, ticket_events, tickets, messages, conversations;
