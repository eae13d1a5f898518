-- +goose Up

-- Who answers through a ticket, and who wrote a message, is an account: names are shown, may change, and may be those of two. holder is
-- its e-mail, and counts while holder_name is what held_by says: the release before this one changes held_by alone. held_by goes with a
-- later release, for holder_name. What was written before has names only.
alter table tickets add column holder text not null default '', add column holder_name text not null default '';
alter table messages add column agent_email text;

-- +goose Down
alter table tickets drop column holder, drop column holder_name;
alter table messages drop column agent_email;
