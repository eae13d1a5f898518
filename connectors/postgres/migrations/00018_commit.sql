-- +goose Up

-- Triggers on messages run once a statement, since a statement keeps the messages of many turns.
drop trigger staff_message on messages;
-- +goose StatementBegin
create or replace function staff_message() returns trigger language plpgsql as $$
begin
    if not exists (select from staff_rooms) then
        return null;
    end if;
    insert into staff_threads (room, reference)
    select distinct r.room, t.reference from added a join tickets t on t.conversation_id = a.conversation_id, staff_rooms r
    where t.status <> 'closed' order by r.room, t.reference
    on conflict (room, reference) do update
        set mark = staff_threads.mark + 1, next_at = coalesce(staff_threads.next_at, clock_timestamp());
    return null;
end $$;
-- +goose StatementEnd
create trigger staff_message after insert on messages referencing new table as added
    for each statement execute function staff_message();

-- What is searched is what belongs to a ticket. Most conversations never have one, and folding a text costs more than all
-- else that keeps it: their messages get words to be found by when the first ticket comes.
-- +goose StatementBegin
do $$
begin
    if not exists (select from pg_attribute where attrelid = 'messages'::regclass and attname = 'search' and attgenerated = 's') then
        return;
    end if;
    alter table messages alter column search drop expression;
    execute $sql$
        create function messages_searched() returns trigger language plpgsql as $f$
        begin
            if exists (select from added a join tickets t on t.conversation_id = a.conversation_id) then
                update messages m set search = to_tsvector('simple', guichet_fold(m.text)) from added a
                where m.conversation_id = a.conversation_id and m.seq = a.seq
                    and exists (select from tickets t where t.conversation_id = m.conversation_id);
            end if;
            return null;
        end $f$
    $sql$;
    execute $sql$
        create function ticket_searched() returns trigger language plpgsql as $f$
        begin
            update messages set search = to_tsvector('simple', guichet_fold(text))
            where conversation_id = new.conversation_id and search is null;
            return null;
        end $f$
    $sql$;
    create trigger messages_searched after insert on messages referencing new table as added
        for each statement execute function messages_searched();
    create trigger ticket_searched after insert or update of conversation_id on tickets
        for each row execute function ticket_searched();
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
do $$
begin
    if exists (select from pg_proc where proname = 'ticket_searched') then
        drop trigger ticket_searched on tickets;
        drop trigger messages_searched on messages;
        drop function ticket_searched(), messages_searched();
        alter table messages drop column search;
        alter table messages add column search tsvector generated always as (to_tsvector('simple', guichet_fold(text))) stored;
        create index messages_search on messages using gin (search);
    end if;
end $$;
-- +goose StatementEnd
drop trigger staff_message on messages;
-- +goose StatementBegin
create or replace function staff_message() returns trigger language plpgsql as $$
begin
    insert into staff_threads (room, reference)
    select r.room, t.reference from tickets t, staff_rooms r
    where t.conversation_id = new.conversation_id and t.status <> 'closed'
    on conflict (room, reference) do update
        set mark = staff_threads.mark + 1, next_at = coalesce(staff_threads.next_at, clock_timestamp());
    return null;
end $$;
-- +goose StatementEnd
create trigger staff_message after insert on messages for each row execute function staff_message();
