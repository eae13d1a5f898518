-- +goose Up

-- Words begin with the five thousand of their ticket instead of the thousand: a rare word is looked up in fewer places. How many
-- tickets share a beginning stands here alone.
-- +goose StatementBegin
create function guichet_stretch(number bigint) returns bigint language sql immutable parallel safe as $$ select number / 5000 $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function guichet_field_words(number bigint, search text) returns tsvector language plpgsql immutable strict parallel safe as $$
begin
    return array_to_tsvector(array(
        select distinct guichet_stretch(number) || '~' || substr(word, i, 60)
        from regexp_split_to_table(left(search, 2000), '\s+') word, generate_series(1, length(word)) i));
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function guichet_message_words(number bigint, folded text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('simple', replace(regexp_replace(' ' || folded, '[^[:alnum:]\x02]+', ' q' || guichet_stretch(number) || 'q', 'g'),
        E'\x02', ' q' || guichet_stretch(number) || 'q q' || guichet_stretch(number) || 'q'))
$$;
-- +goose StatementEnd

-- A search reads of a row which ticket it is, and not its words: long ones stand apart, so that a page holds a hundred rows
-- and not a dozen. Those of single messages are short, and stay.
alter table ticket_words set (toast_tuple_target = 128);

set local maintenance_work_mem = '256MB';
truncate ticket_words;
drop index ticket_words_search;
select count(write_ticket_words(number, 0)) from tickets;
create index ticket_words_search on ticket_words using gin (words) with (fastupdate = off) where seq = 0;

-- A list by deadline that narrows by what no index holds goes through this one, without reading the tickets it leaves out.
drop index tickets_order;
create index tickets_order on tickets (due_at, (case when due_at is not null then created_at end), created_at desc, reference)
    include (status, assignee, category, channel, site, priority, tags, snoozed_until);
-- Few have a priority: what else they are narrowed by is found with it.
drop index tickets_priority;
create index tickets_priority on tickets (priority, site, channel, category) where priority <> 'normal';

-- +goose Down
drop index tickets_priority;
create index tickets_priority on tickets (priority) where priority <> 'normal';
drop index tickets_order;
create index tickets_order on tickets (due_at, (case when due_at is not null then created_at end), created_at desc, reference);
-- +goose StatementBegin
create or replace function guichet_field_words(number bigint, search text) returns tsvector language plpgsql immutable strict parallel safe as $$
begin
    return array_to_tsvector(array(
        select distinct number / 1000 || '~' || substr(word, i, 60)
        from regexp_split_to_table(left(search, 2000), '\s+') word, generate_series(1, length(word)) i));
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function guichet_message_words(number bigint, folded text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('simple', replace(regexp_replace(' ' || folded, '[^[:alnum:]\x02]+', ' q' || number / 1000 || 'q', 'g'),
        E'\x02', ' q' || number / 1000 || 'q q' || number / 1000 || 'q'))
$$;
-- +goose StatementEnd
drop function guichet_stretch;
alter table ticket_words reset (toast_tuple_target);
set local maintenance_work_mem = '256MB';
truncate ticket_words;
drop index ticket_words_search;
select count(write_ticket_words(number, 0)) from tickets;
create index ticket_words_search on ticket_words using gin (words) with (fastupdate = off) where seq = 0;
