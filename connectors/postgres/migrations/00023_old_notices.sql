-- +goose Up
-- Retention looks for what was told long ago, whoever was told.
create index notices_old on notices (told_at) where told_at is not null;

-- +goose Down
drop index notices_old;
