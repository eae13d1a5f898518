-- +goose Up

-- A group of agents on a chat platform ("telegram:-1001234567890"), from its first use.
create table staff_rooms (
    room      text        primary key check (room <> '' and length(room) <= 200),
    opened_at timestamptz not null default clock_timestamp()
);

-- In which thread of a room a ticket is told, and how far. No row: nothing has happened to it since the room was opened.
create table staff_threads (
    room          text        not null references staff_rooms on delete cascade,
    reference     text        not null references tickets on delete cascade,
    thread        text        not null default '', -- the platform's; empty until there is one
    shut          boolean     not null default false,
    renewed       boolean     not null default false,
    told_event    bigint      not null default 0,
    told_message  bigint      not null default 0,
    mark          bigint      not null default 1, -- counts what happened, so that nothing that happens meanwhile is missed
    next_at       timestamptz default clock_timestamp(), -- null: everything has been told
    attempts      int         not null default 0 check (attempts >= 0),
    claimed_until timestamptz,
    last_error    text        not null default '',
    primary key (room, reference)
);
create unique index staff_threads_thread on staff_threads (room, thread) where thread <> '';
create index staff_threads_due on staff_threads (room, next_at) where next_at is not null;
create index staff_threads_ticket on staff_threads (reference);

-- Under which account somebody of a platform answers.
create table staff_identities (
    channel     text not null check (channel <> '' and length(channel) <= 50),
    external_id text not null check (external_id <> '' and length(external_id) <= 200),
    email       text not null references users on update cascade on delete cascade,
    primary key (channel, external_id),
    unique (channel, email)
);

-- Triggers, so that whatever writes a message or an event makes its ticket due, in the same transaction.
-- +goose StatementBegin
create function staff_event() returns trigger language plpgsql as $$
begin
    insert into staff_threads (room, reference) select room, new.reference from staff_rooms
    on conflict (room, reference) do update
        set mark = staff_threads.mark + 1, next_at = coalesce(staff_threads.next_at, clock_timestamp());
    return null;
end $$;
-- +goose StatementEnd

-- A closed ticket is not told what the customer talks about afterwards; should it be reopened, it catches up.
-- +goose StatementBegin
create function staff_message() returns trigger language plpgsql as $$
begin
    insert into staff_threads (room, reference)
    select r.room, t.reference from tickets t, staff_rooms r
    where t.conversation_id = new.conversation_id and t.status <> 'closed'
    on conflict (room, reference) do update
        set mark = staff_threads.mark + 1, next_at = coalesce(staff_threads.next_at, clock_timestamp());
    return null;
end $$;
-- +goose StatementEnd

create trigger staff_event after insert on ticket_events for each row execute function staff_event();
create trigger staff_message after insert on messages for each row execute function staff_message();

-- +goose Down
drop trigger staff_message on messages;
drop trigger staff_event on ticket_events;
drop function staff_message(), staff_event();
drop table staff_identities, staff_threads, staff_rooms;
