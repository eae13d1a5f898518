-- +goose Up

-- An index refuses what does not fit into it, and with it the ticket: what is looked up is the beginning, which is all there is of
-- what is valid.
drop index tickets_email;
drop index tickets_siren;
drop index tickets_attestation;
create index tickets_email on tickets (left(lower(fields->>'email'), 254));
create index tickets_siren on tickets (left(fields->>'siren', 60));
create index tickets_attestation on tickets (left(fields->>'attestation_number', 60));

-- +goose Down
drop index tickets_email;
drop index tickets_siren;
drop index tickets_attestation;
create index tickets_email on tickets (lower(fields->>'email'));
create index tickets_siren on tickets ((fields->>'siren'));
create index tickets_attestation on tickets ((fields->>'attestation_number'));
