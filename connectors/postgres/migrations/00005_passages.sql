-- +goose Up

-- The right to go on with a conversation on another channel: of a one-time token, its hash only. One that was used is gone.
create table passages (
    hash            bytea       primary key,
    conversation_id bigint      not null references conversations on delete cascade,
    expires_at      timestamptz not null
);
create index passages_conversation on passages (conversation_id, expires_at);

-- That a message was sent again, and that a conversation went on elsewhere, are facts in the life of a ticket.
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried'));
alter table ticket_events drop constraint ticket_events_check;
alter table ticket_events add constraint ticket_events_check
    check ((seq is not null) = (kind in ('reply', 'undelivered', 'redelivered')));

-- +goose Down
delete from ticket_events where kind in ('redelivered', 'carried');
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered'));
alter table ticket_events drop constraint ticket_events_check;
alter table ticket_events add constraint ticket_events_check
    check ((seq is not null) = (kind in ('reply', 'undelivered')));
drop table passages;
