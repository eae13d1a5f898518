-- +goose Up

-- A ticket that was merged goes on in another one. What separating gives back is kept with it: the states of both.
alter table tickets
    add column merged_into text references tickets on delete set null,
    add column merge_was   jsonb,
    add constraint tickets_merged_check check (merged_into is null or status = 'closed' and merge_was is not null);
create index tickets_merged on tickets (merged_into) where merged_into is not null;

-- Tickets that have to do with each other. Each pair is there once, whichever way it was linked.
create table ticket_links (
    reference text not null references tickets on delete cascade,
    other     text not null references tickets on delete cascade,
    primary key (reference, other),
    check (reference < other)
);
create index ticket_links_other on ticket_links (other);

-- How long a reply can be called back, in seconds.
alter table users add column undo_seconds int not null default 5 check (undo_seconds in (0, 5, 10, 20));

-- Replies that were sent at the desk and that the customer does not have yet. They belong to no account: one that is
-- removed or disabled meanwhile has sent its reply all the same.
create table pending_replies (
    id          bigint      generated always as identity primary key,
    reference   text        not null references tickets on delete cascade,
    email       text        not null,
    name        text        not null,
    address     text        not null default '', -- from where it was sent
    text        text        not null,
    attachments jsonb,
    once        text        not null check (once <> ''),
    after       text        not null default '' check (after in ('', 'waiting', 'resolved')),
    seen        bigint      not null default 0, -- the newest message its author had seen
    due_at      timestamptz not null,
    unique (reference, once)
);
create index pending_replies_due on pending_replies (due_at);
create index pending_replies_files on pending_replies using gin (attachments jsonb_path_ops) where attachments is not null;

alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back',
        'merged_into', 'merged_from', 'separated', 'elsewhere', 'linked', 'unlinked', 'amended', 'retimed'));

-- +goose Down
delete from ticket_events where kind in ('merged_into', 'merged_from', 'separated', 'elsewhere', 'linked', 'unlinked', 'amended', 'retimed');
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back'));
drop table pending_replies, ticket_links;
alter table users drop column undo_seconds;
alter table tickets drop constraint tickets_merged_check, drop column merged_into, drop column merge_was;
