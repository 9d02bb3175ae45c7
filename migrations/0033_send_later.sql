-- What a person has written to a visitor and is to go out at a time to come. Once it has gone it is a message like any other.
create table talk.scheduled_messages (
  company_id      uuid not null,
  -- The id that the message will have: it goes out once.
  id              uuid not null,
  conversation_id uuid not null,
  user_id         uuid not null,
  body            text not null check (length(body) <= 20000),
  files           uuid[] not null default '{}',
  send_at         timestamptz not null,
  created_at      timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, conversation_id) references talk.conversations (company_id, id) on delete cascade,
  foreign key (company_id, user_id) references identity.users (company_id, id)
);
create index scheduled_messages_conversation on talk.scheduled_messages (company_id, conversation_id, send_at);
call ops.guard('talk.scheduled_messages');
