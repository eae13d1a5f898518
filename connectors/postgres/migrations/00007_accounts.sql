-- +goose Up

alter table users
    add disabled_at   timestamptz,
    add subject       text unique check (subject <> ''), -- "issuer subject" of the OIDC provider
    add second_factor bytea, -- the secret of the codes, sealed by the desk
    add factor_step   bigint not null default 0; -- the time step of the last code that was accepted

create table recovery_codes (
    email text  not null references users on delete cascade,
    hash  bytea not null,
    primary key (email, hash)
);

-- One link an account: a new one replaces the older.
create table account_links (
    email      text        primary key references users on delete cascade,
    hash       bytea       not null unique,
    expires_at timestamptz not null
);

-- In which browsers people are signed in. The cookie's session names one of these; without it the session is nobody's.
create table sign_ins (
    id       text        primary key,
    email    text        not null references users on delete cascade,
    began_at timestamptz not null,
    seen_at  timestamptz not null,
    address  text        not null,
    browser  text        not null
);
create index sign_ins_account on sign_ins (email, seen_at desc);
create index sign_ins_seen on sign_ins (seen_at);

-- When the next try of a name is free, were its burst used up (the generic cell rate algorithm).
create table tries (
    name    text        primary key,
    free_at timestamptz not null
);
create index tries_free on tries (free_at);

create table audit_log (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default clock_timestamp(),
    actor   text        not null,
    address text        not null,
    action  text        not null check (action <> ''),
    object  text        not null,
    detail  text        not null default ''
);
create index audit_log_at on audit_log (at desc, id desc);
create index audit_log_actor on audit_log (actor, at desc);
create index audit_log_object on audit_log (object, at desc);

-- Nothing in the log changes, and nothing goes before its time, whoever has the program's rights.
-- +goose StatementBegin
create function audit_log_is_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '3 years' then
        return old;
    end if;
    raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger audit_log_is_kept before update or delete on audit_log
    for each row execute function audit_log_is_kept();
create trigger audit_log_is_not_emptied before truncate on audit_log
    for each statement execute function audit_log_is_kept();

-- From where an agent acted on a ticket, and the list of all that was done.
alter table ticket_events add address text not null default '';
create index ticket_events_at on ticket_events (at desc, id desc);
create index ticket_events_actor on ticket_events (actor, at desc);

-- +goose Down
drop index ticket_events_actor, ticket_events_at;
alter table ticket_events drop address;
drop table audit_log, tries, sign_ins, account_links, recovery_codes;
drop function audit_log_is_kept;
alter table users drop factor_step, drop second_factor, drop subject, drop disabled_at;
