-- +goose Up

-- A conversation that its customer asked for by e-mail. It goes with the conversation.
alter table mails
    add column conversation_id bigint  references conversations on delete cascade,
    add column resumes         boolean not null default false, -- with a link that gives another browser the conversation
    drop constraint mails_kind_check,
    drop constraint mails_check1,
    add constraint mails_kind_check check (kind in ('acknowledgement', 'reply', 'notice', 'account', 'transcript')),
    add constraint mails_about_check check (case kind
        when 'transcript' then conversation_id is not null
        when 'acknowledgement' then reference is not null
        when 'reply' then reference is not null
        else true end);
create index mails_conversation on mails (conversation_id) where conversation_id is not null;

-- +goose Down
delete from mails where kind = 'transcript';
drop index mails_conversation;
alter table mails
    drop constraint mails_about_check,
    drop constraint mails_kind_check,
    add constraint mails_kind_check check (kind in ('acknowledgement', 'reply', 'notice', 'account')),
    add constraint mails_check1 check (reference is not null or kind in ('notice', 'account')),
    drop column resumes,
    drop column conversation_id;
