-- +goose Up

alter table tickets
    add column priority      text        not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
    add column tags          text[]      not null default '{}',
    add column snoozed_until timestamptz; -- set aside until then, or until the customer writes
create index tickets_tags on tickets using gin (tags);
-- The other tickets of the same person are found by these.
create index tickets_email on tickets (lower(fields->>'email'));
create index tickets_siren on tickets ((fields->>'siren'));
create index tickets_attestation on tickets ((fields->>'attestation_number'));
create index tickets_snoozed on tickets (snoozed_until) where snoozed_until is not null;

alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried',
        'checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back'));

-- What an agent is writing, so that it is there on another machine. once is that of its form: a text that was sent is no draft.
create table drafts (
    email      text        not null references users on update cascade on delete cascade,
    reference  text        not null references tickets on delete cascade,
    mode       text        not null check (mode in ('reply', 'note')),
    text       text        not null check (text <> ''),
    once       text        not null check (once <> ''),
    seen       bigint      not null default 0, -- the newest message its author had seen
    updated_at timestamptz not null default clock_timestamp(),
    primary key (email, reference, mode)
);
create index drafts_ticket on drafts (reference);

-- Who has a ticket open now. A browser says so again and again; one that is gone says nothing.
create table presences (
    reference  text        not null references tickets on delete cascade,
    email      text        not null references users on update cascade on delete cascade,
    doing      text        not null check (doing in ('looking', 'writing')),
    expires_at timestamptz not null,
    primary key (reference, email)
);
create index presences_email on presences (email);

-- Texts that agents insert into their replies.
create table macros (
    id         bigint      generated always as identity primary key,
    name       text        not null unique check (name <> '' and length(name) <= 80),
    text       text        not null check (text <> '' and length(text) <= 10000),
    updated_by text        not null default '',
    updated_at timestamptz not null default clock_timestamp()
);

-- +goose Down
drop table macros, presences, drafts;
delete from ticket_events where kind in ('checked', 'unchecked', 'priority', 'tagged', 'category', 'snoozed', 'taken_over', 'handed_back');
alter table ticket_events drop constraint ticket_events_kind_check;
alter table ticket_events add constraint ticket_events_kind_check
    check (kind in ('opened', 'reply', 'note', 'assigned', 'status', 'undelivered', 'redelivered', 'carried'));
drop index tickets_email, tickets_siren, tickets_attestation;
alter table tickets drop column priority, drop column tags, drop column snoozed_until;
