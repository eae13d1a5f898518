-- +goose Up

-- The knowledge as it was published, each time whole. Rows are only added.
create table editions (
    number  bigint      primary key check (number > 0),
    at      timestamptz not null default clock_timestamp(),
    actor   text        not null,
    note    text        not null check (length(note) <= 200),
    topics  integer     not null check (topics > 0),
    files   bytea       not null,
    digest  text        not null, -- of what was learned from the files; empty when that is not kept
    learned bytea       check ((learned is null) = (digest = ''))
);
-- Both are packed already.
alter table editions alter column files set storage external, alter column learned set storage external;

-- +goose Down
drop table editions;
