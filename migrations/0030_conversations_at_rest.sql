-- Conversations that want nothing of anybody for now: closed, or put off until a moment.
alter table talk.conversations
  add column closed_at     timestamptz,
  add column snoozed_until timestamptz,
  add constraint conversations_rest check (closed_at is null or snoozed_until is null);

-- The inbox: what is closed comes last.
create index conversations_inbox on talk.conversations (company_id, (closed_at is not null), last_at desc);
drop index talk.conversations_recent;
