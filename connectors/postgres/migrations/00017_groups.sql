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

-- +goose Down
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
