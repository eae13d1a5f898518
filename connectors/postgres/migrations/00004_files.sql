-- +goose Up

-- The files that a message holds, as bot.Attachment; their bytes are elsewhere. They go with the message, and whoever
-- sweeps the bytes asks here which are still held.
alter table messages add column attachments jsonb
    check (jsonb_typeof(attachments) = 'array' and attachments <> '[]'), add check (attachments is null or author <> 'bot');
create index messages_attachments on messages using gin (attachments jsonb_path_ops) where attachments is not null;

-- +goose Down
alter table messages drop column attachments;
