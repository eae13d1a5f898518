-- +goose Up

alter table tickets
    -- What was promised and the time it has taken (bot.Clock). The two moments follow from it and are written with it.
    add column clock   jsonb not null default '{}',
    add column due_at  timestamptz,
    add column warn_at timestamptz,
    add constraint tickets_due_check check ((due_at is null) = (warn_at is null)),
    add constraint tickets_done_check check (due_at is null or status in ('open', 'waiting'));
-- The queue: what is in progress, the next deadline first.
create index tickets_due on tickets (due_at, created_at desc, reference) where status in ('open', 'waiting');
create index tickets_warn on tickets (warn_at) where warn_at is not null;

-- Text as it is searched: small letters without accents, ligatures opened, blanks in the place of punctuation. It depends
-- on no locale: whatever the database's, letters are plain before they are made small. The extension unaccent may not be
-- installed, and would not be immutable.
-- +goose StatementBegin
create function guichet_fold(said text) returns text language sql immutable strict parallel safe as $$
    select lower(regexp_replace(regexp_replace(normalize(
        translate(replace(replace(replace(replace(left(said, 50000), 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), '’‘«»“”–—', '        '), NFKD),
        '[\u0300-\u036f]', '', 'g'), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g'))
$$;
-- +goose StatementEnd

-- 50 000 characters a message at most: a tsvector holds one megabyte, and a text must never make a message fail.
alter table messages add column search tsvector generated always as (to_tsvector('simple', guichet_fold(text))) stored;
create index messages_search on messages using gin (search);

-- +goose Down
alter table messages drop column search;
drop function guichet_fold;
alter table tickets drop column clock, drop column due_at, drop column warn_at;
