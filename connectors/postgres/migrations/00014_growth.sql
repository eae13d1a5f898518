-- +goose Up

-- The order in which tickets were opened, and their conversation's channel: what lists narrow by stands in the ticket.
alter table tickets
    add column number  bigint,
    add column channel text not null default '';
update tickets t set number = n.number, channel = c.channel
    from (select reference, row_number() over (order by created_at, reference) as number from tickets) n, conversations c
    where n.reference = t.reference and c.id = t.conversation_id;
alter table tickets alter column number set not null;
alter table tickets alter column number add generated always as identity;
select setval(pg_get_serial_sequence('tickets', 'number'), coalesce(max(number), 1), max(number) is not null) from tickets;
-- What a search has found is counted and put in order without reading the tickets.
alter table tickets add constraint tickets_number unique (number)
    include (status, assignee, category, channel, site, priority, tags, snoozed_until, due_at, created_at, reference);

-- +goose StatementBegin
create function ticket_channel() returns trigger language plpgsql as $$
begin
    new.channel := coalesce((select channel from conversations where id = new.conversation_id), '');
    return new;
end $$;
-- +goose StatementEnd
create trigger ticket_channel before insert or update of conversation_id on tickets for each row execute function ticket_channel();

-- Lists by deadline whatever the status, and what an agent has in progress; what few tickets have.
create index tickets_order on tickets (due_at, (case when due_at is not null then created_at end), created_at desc, reference);
create index tickets_hands on tickets (assignee, due_at, (case when due_at is not null then created_at end), created_at desc, reference) where status in ('open', 'waiting');
-- What is in progress, with all that lists narrow by and counts need: what is late or set aside depends on the hour. Of the
-- tickets that are due at the same moment the oldest comes first: all that arrive in a night are due at the same hour.
drop index tickets_due;
create index tickets_late on tickets (due_at, (case when due_at is not null then created_at end), created_at desc, reference)
    include (status, assignee, category, channel, site, priority, tags, snoozed_until) where status in ('open', 'waiting');
drop index tickets_snoozed;
create index tickets_aside on tickets (snoozed_until) include (status, assignee, category, channel, site, priority, tags) where snoozed_until is not null;
create index tickets_priority on tickets (priority) where priority <> 'normal';
create index tickets_site on tickets (site);
create index tickets_channel on tickets (channel);
-- Retention deletes what was closed long ago.
create index tickets_closed on tickets (closed_at) where status = 'closed';

-- How many tickets there are of each kind: the sum of n. Each change adds rows and touches none, so that no two
-- transactions wait for one another; fold_ticket_tally puts the rows of a kind together. A ticket counts once with the
-- tag '' and once with each of its tags.
create table ticket_tally (
    status   text   not null,
    tag      text   not null,
    category text   not null,
    channel  text   not null,
    site     text   not null,
    priority text   not null,
    assignee text   not null,
    n        bigint not null
);
create index ticket_tally_status on ticket_tally (status, tag);
insert into ticket_tally
    select status, tag, category, channel, site, priority, assignee, count(*)
    from tickets, unnest(array_prepend('', tags)) tag group by 1, 2, 3, 4, 5, 6, 7;

-- +goose StatementBegin
create function ticket_tally() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into ticket_tally select old.status, tag, old.category, old.channel, old.site, old.priority, old.assignee, -1
            from unnest(array_prepend('', old.tags)) tag;
    end if;
    if tg_op <> 'DELETE' then
        insert into ticket_tally select new.status, tag, new.category, new.channel, new.site, new.priority, new.assignee, 1
            from unnest(array_prepend('', new.tags)) tag;
    end if;
    return null;
end $$;
-- +goose StatementEnd
create trigger ticket_tally after insert or delete on tickets for each row execute function ticket_tally();
create trigger ticket_tally_changed after update on tickets for each row
    when ((old.status, old.tags, old.category, old.channel, old.site, old.priority, old.assignee)
        is distinct from (new.status, new.tags, new.category, new.channel, new.site, new.priority, new.assignee))
    execute function ticket_tally();

-- What it deletes it inserts as one row, whatever others add or fold meanwhile.
-- +goose StatementBegin
create function fold_ticket_tally() returns void language sql as $$
    with several as (
        select status, tag, category, channel, site, priority, assignee from ticket_tally
        group by 1, 2, 3, 4, 5, 6, 7 having count(*) > 1
    ), gone as (
        delete from ticket_tally t using several s
        where (t.status, t.tag, t.category, t.channel, t.site, t.priority, t.assignee)
            = (s.status, s.tag, s.category, s.channel, s.site, s.priority, s.assignee)
        returning t.*
    )
    insert into ticket_tally select status, tag, category, channel, site, priority, assignee, sum(n) from gone
    group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0
$$;
-- +goose StatementEnd

-- The words of tickets. The row with seq 0 holds those of the fields and of the conversation, and is the only one in the
-- index. What came since is beside it with its own number (a new ticket with the highest): few rows, which a search reads,
-- so that no message waits for an index; write_ticket_words puts them together. Of a very long conversation the rows
-- -1, -2 and so on hold what does not fit. Each word begins with the thousand of its ticket: 'q12qword' of a message, and
-- '12~rest' for each end of a word of the fields, so that a part of one is the beginning of another. A search goes from the
-- newest thousand to the oldest, and never reads all places of a common word.
create table ticket_words (
    ticket bigint   not null,
    seq    bigint   not null,
    words  tsvector not null,
    primary key (ticket, seq)
);
-- No query's plan depends on which words are frequent, and it would take long to look them all up.
alter table ticket_words alter words set statistics 0;

-- What follows is in PL/pgSQL where it is not written into the statement that calls it: that keeps its plans.

-- The first 2000 characters, in ends of 60: a tsvector holds one megabyte, and a field must never make a ticket fail.
-- +goose StatementBegin
create function guichet_field_words(number bigint, search text) returns tsvector language plpgsql immutable strict parallel safe as $$
begin
    return array_to_tsvector(array(
        select distinct number / 1000 || '~' || substr(word, i, 60)
        from regexp_split_to_table(left(search, 2000), '\s+') word, generate_series(1, length(word)) i));
end $$;
-- +goose StatementEnd
-- Of folded texts, with \x02 between them: there the beginning of a word stands alone, so that no words follow one another
-- across two messages. The beginnings are set before the text is taken apart, which is twice as fast as in what comes out.
-- +goose StatementBegin
create function guichet_message_words(number bigint, folded text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('simple', replace(regexp_replace(' ' || folded, '[^[:alnum:]\x02]+', ' q' || number / 1000 || 'q', 'g'),
        E'\x02', ' q' || number / 1000 || 'q q' || number / 1000 || 'q'))
$$;
-- +goose StatementEnd

-- What finds a word, as bot's filter wants it: any part of a word of the fields; in a message the beginning of a word, or
-- of the last of several with punctuation between them, an article before an apostrophe left aside. In the template the
-- thousand is \x01, which is no letter of any text.
-- +goose StatementBegin
create function guichet_template(word text) returns text language plpgsql immutable strict parallel safe as $$
begin
    return (select E'(\'\x01~' || replace(replace(left(word, 60), '\', '\\'), '''', '''''') || ''':*' || coalesce(' | (' || string_agg(
        E'\'q\x01q' || left(part, 200) || '''' || case when place = last and octet_length(part) >= 3 then ':*' else '' end,
        ' <-> ' order by place) || ')', '') || ')'
    from (select part, place, max(place) over () as last
        from regexp_split_to_table(regexp_replace(btrim(guichet_fold(word)), '^((l|d|j|m|t|s|n|c|(jus|lors|puis|quoi)?qu) )+', ''), '[^[:alnum:]]+')
            with ordinality parts (part, place) where part <> '') parts);
end $$;
-- +goose StatementEnd
-- All of several templates, in the thousands from low to high.
-- +goose StatementBegin
create function guichet_query(templates text[], low bigint, high bigint) returns tsquery language plpgsql immutable strict parallel safe as $$
begin
    return (select string_agg(replace(array_to_string(templates, ' & '), E'\x01', stretch::text), ' | ')::tsquery from generate_series(low, high) stretch);
end $$;
-- +goose StatementEnd

-- Writes all words of a ticket, whose row is locked; first is the number of the row that is not too long. Each 40 000
-- characters begin a further one.
-- +goose StatementBegin
create function write_ticket_words(this bigint, first bigint) returns void language plpgsql as $$
begin
    delete from ticket_words where ticket = this;
    insert into ticket_words
        select t.number, case part when 0 then first else -part end,
            (case part when 0 then guichet_field_words(t.number, t.search) else '' end) || guichet_message_words(t.number, said)
        from tickets t, lateral (
            select coalesce(part, 0) as part, coalesce(string_agg(folded, E'\x02' order by seq), '') as said from (select) one left join (
                select seq, folded, coalesce(sum(length(folded)) over (order by seq rows between unbounded preceding and 1 preceding), 0)::bigint / 40000 as part
                from (select seq, guichet_fold(text) as folded from messages where conversation_id = t.conversation_id) m
            ) placed on true group by part
        ) parts where t.number = this;
end $$;
-- +goose StatementEnd
select count(write_ticket_words(number, 0)) from tickets;
alter table ticket_words add foreign key (ticket) references tickets (number) on delete cascade;
-- Only a job writes into the index, so that nobody waits for it; a search reads nothing that is pending.
create index ticket_words_search on ticket_words using gin (words) with (fastupdate = off) where seq = 0;
create index ticket_words_apart on ticket_words (ticket, seq) where seq <> 0;

-- Words are kept of what belongs to a ticket. Most conversations never have one, and folding a text costs more than all else
-- that keeps it.
drop index messages_search;
alter table messages drop column search;

-- +goose StatementBegin
create function ticket_words() returns trigger language plpgsql as $$
begin
    perform write_ticket_words(new.number, 9223372036854775807);
    return null;
end $$;
-- +goose StatementEnd
create trigger ticket_words after insert or update of conversation_id, search on tickets
    for each row execute function ticket_words();

-- Once a statement, since a statement keeps the messages of many turns.
-- +goose StatementBegin
create function message_words() returns trigger language plpgsql as $$
begin
    insert into ticket_words select t.number, a.seq, guichet_message_words(t.number, guichet_fold(a.text))
        from added a join tickets t on t.conversation_id = a.conversation_id;
    return null;
end $$;
-- +goose StatementEnd
create trigger message_words after insert on messages referencing new table as added
    for each statement execute function message_words();
-- +goose StatementBegin
create function message_words_gone() returns trigger language plpgsql as $$
begin
    perform write_ticket_words(number, 9223372036854775807) from (
        select number from tickets where conversation_id in (select conversation_id from gone) order by number for no key update) these;
    return null;
end $$;
-- +goose StatementEnd
create trigger message_words_gone after delete on messages referencing old table as gone
    for each statement execute function message_words_gone();

-- +goose Down
drop trigger message_words on messages;
drop trigger message_words_gone on messages;
drop trigger ticket_words on tickets;
drop function message_words(), message_words_gone(), ticket_words();
alter table messages add column search tsvector generated always as (to_tsvector('simple', guichet_fold(text))) stored;
create index messages_search on messages using gin (search);
drop table ticket_words;
drop function write_ticket_words, guichet_query, guichet_template, guichet_message_words, guichet_field_words;
drop trigger ticket_tally on tickets;
drop trigger ticket_tally_changed on tickets;
drop function fold_ticket_tally, ticket_tally;
drop table ticket_tally;
drop index tickets_closed, tickets_channel, tickets_site, tickets_priority, tickets_aside, tickets_late, tickets_hands, tickets_order;
create index tickets_snoozed on tickets (snoozed_until) where snoozed_until is not null;
create index tickets_due on tickets (due_at, created_at desc, reference) where status in ('open', 'waiting');
drop trigger ticket_channel on tickets;
drop function ticket_channel;
alter table tickets drop column number, drop column channel;
