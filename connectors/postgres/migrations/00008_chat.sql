-- +goose Up

-- How a person found a conversation, asked once. It goes with the conversation.
create table ratings (
    conversation_id bigint      primary key references conversations on delete cascade,
    score           smallint    not null check (score between 1 and 5),
    at              timestamptz not null default clock_timestamp()
);

-- +goose Down
drop table ratings;
