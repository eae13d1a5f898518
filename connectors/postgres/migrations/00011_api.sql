-- +goose Up

-- Keys of the API. The key itself is known to whoever has it alone: here is its SHA-256. A name is never used again,
-- since events name it.
create table api_keys (
    name         text        primary key check (name <> ''),
    hash         bytea       not null unique,
    scopes       text[]      not null,
    made_by      text        not null,
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at   timestamptz,
    revoked_at   timestamptz
);

-- Where other programs are told what happens to tickets. The secret signs, so that it is kept as it is.
create table webhooks (
    id            bigint      generated always as identity primary key,
    name          text        not null unique check (name <> ''),
    url           text        not null,
    secret        text        not null,
    events        text[]      not null, -- empty: all
    with_text     boolean     not null,
    private       boolean     not null, -- may be an address of this machine or network
    made_by       text        not null,
    created_at    timestamptz not null default now(),
    delivered_at  timestamptz, -- the last time
    failing_since timestamptz, -- null while the last attempt succeeded
    last_error    text        not null default '',
    off_at        timestamptz
);

-- What is set aside is counted for the operator every few seconds.
create index inbox_parked on inbox (channel) where parked_at is not null;
create index outbox_dead on outbox (channel) where state = 'dead';

-- +goose Down
drop index outbox_dead, inbox_parked;
drop table webhooks, api_keys;
