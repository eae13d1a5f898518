-- +goose Up

-- The language in which a person reads the desk, as in the lang attribute of a page; empty until they choose one.
alter table users add column language text not null default '' check (length(language) <= 20);

-- +goose Down
alter table users drop column language;
