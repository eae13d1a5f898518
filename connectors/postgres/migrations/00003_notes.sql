-- +goose Up

-- What a connector has to remember between restarts, under a name of its own, until it is of no use.
create table notes (
    channel    text        not null check (channel <> '' and length(channel) <= 50),
    name       text        not null check (name <> '' and length(name) <= 200),
    value      bytea       not null,
    expires_at timestamptz not null,
    primary key (channel, name)
);
create index notes_expired on notes (expires_at);

-- +goose Down
drop table notes;
