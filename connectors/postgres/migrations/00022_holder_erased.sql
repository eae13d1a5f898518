-- +goose Up

-- Who answers through a ticket, and who wrote a message, is an account: names are shown, may change, and may be those of two. holder is
-- its e-mail, and counts while holder_name is what held_by says: the release before this one changes held_by alone. held_by goes with a
-- later release, for holder_name. What was written before has names only.
alter table tickets add column holder text not null default '', add column holder_name text not null default '';
alter table messages add column agent_email text;

-- That a customer erased the conversation is no note any more, which would be in one language.
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back',
        'merged_into', 'merged_from', 'separated', 'elsewhere', 'linked', 'unlinked', 'amended', 'retimed',
        'due_soon', 'overdue', 'erased'));

-- +goose Down
delete from ticket_events where kind = 'erased';
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back',
        'merged_into', 'merged_from', 'separated', 'elsewhere', 'linked', 'unlinked', 'amended', 'retimed',
        'due_soon', 'overdue'));
alter table tickets drop column holder, drop column holder_name;
alter table messages drop column agent_email;
