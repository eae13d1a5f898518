-- +goose Up

-- When there is next something to tell of a ticket's deadlines: that one is near, or past. Null: from warn_at on; infinity:
-- not before the deadlines change. What was told is an event, once for each moment that was promised.
-- warned_for and late_for go with a later release: the one before this still reads and writes them.
alter table tickets add column tell_at timestamptz;
update tickets set tell_at = case
        when warned_for is distinct from due_at then warn_at
        when late_for is distinct from due_at then due_at
        else 'infinity' end
    where warn_at is not null;
create index tickets_tell on tickets ((coalesce(tell_at, warn_at))) where warn_at is not null and status in ('open', 'waiting');
drop index tickets_warn;

alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back',
        'merged_into', 'merged_from', 'separated', 'elsewhere', 'linked', 'unlinked', 'amended', 'retimed',
        'due_soon', 'overdue'));
alter table ticket_events drop constraint ticket_events_check1;
alter table ticket_events add constraint ticket_events_check1
    check (once is null or kind in ('reply', 'note', 'due_soon', 'overdue'));

-- A mail that brings nothing but that the request is resolved.
alter table mails
    drop constraint mails_kind_check,
    drop constraint mails_about_check,
    add constraint mails_kind_check check (kind in ('acknowledgement', 'reply', 'resolved', 'notice', 'account', 'transcript')),
    add constraint mails_about_check check (case kind
        when 'transcript' then conversation_id is not null
        when 'acknowledgement' then reference is not null
        when 'reply' then reference is not null
        when 'resolved' then reference is not null
        else true end);

-- +goose Down
update mails set kind = 'reply' where kind = 'resolved';
alter table mails
    drop constraint mails_kind_check,
    drop constraint mails_about_check,
    add constraint mails_kind_check check (kind in ('acknowledgement', 'reply', 'notice', 'account', 'transcript')),
    add constraint mails_about_check check (case kind
        when 'transcript' then conversation_id is not null
        when 'acknowledgement' then reference is not null
        when 'reply' then reference is not null
        else true end);
delete from ticket_events where kind in ('due_soon', 'overdue');
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back',
        'merged_into', 'merged_from', 'separated', 'elsewhere', 'linked', 'unlinked', 'amended', 'retimed'));
alter table ticket_events drop constraint ticket_events_check1;
alter table ticket_events add constraint ticket_events_check1 check (once is null or kind in ('reply', 'note'));
drop index tickets_tell;
create index tickets_warn on tickets (warn_at) where warn_at is not null;
alter table tickets drop column tell_at;
