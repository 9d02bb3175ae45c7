-- Talks with visitors, and who may speak in them.

create table talk.conversations (
  company_id     uuid not null,
  id             uuid not null,
  lead_id        uuid not null,
  assistant_id   uuid not null,
  visitor_id     uuid not null,
  -- Who answers: the assistant, a person, or nobody yet because a person was asked for.
  owner          text not null default 'assistant' check (owner in ('assistant', 'person', 'waiting')),
  owner_user_id  uuid,
  -- Goes up with every change of control. An AI message is stored only if it is still the epoch
  -- its writer saw: the AI and a person can never both speak.
  epoch          integer not null default 0,
  -- The visitor's newest message: an answer to an older one is not stored.
  newest_inbound uuid,
  handoff_reason text,
  handoff_summary text,
  waiting_since  timestamptz,
  -- Messages of the visitor that no person has looked at.
  unread         integer not null default 0,
  last_message   text not null default '',
  last_author    text not null default 'visitor',
  last_at        timestamptz not null default now(),
  page_url       text,
  created_at     timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, lead_id) references sales.leads (company_id, id),
  foreign key (company_id, assistant_id) references talk.assistants (company_id, id),
  foreign key (company_id, owner_user_id) references identity.users (company_id, id),
  constraint conversations_person check ((owner = 'person') = (owner_user_id is not null))
);
create unique index conversations_visitor on talk.conversations (company_id, assistant_id, visitor_id);
create index conversations_lead on talk.conversations (company_id, lead_id);
create index conversations_recent on talk.conversations (company_id, last_at desc);
call ops.guard('talk.conversations');

create table talk.messages (
  company_id      uuid not null,
  -- Made by the writer, so that sending twice is sending once.
  id              uuid not null,
  conversation_id uuid not null,
  -- 1, 2, 3 … within the conversation.
  number          integer not null,
  author          text not null check (author in ('visitor', 'assistant', 'rep')),
  user_id         uuid,
  name            text not null,
  body            text not null check (length(body) between 1 and 20000),
  state           text not null default 'sent' check (state in ('sent', 'delivered', 'read')),
  -- An answer that broke off half-way is kept and marked.
  partial         boolean not null default false,
  sources         text[] not null default '{}',
  -- The visitor's message this answers: one answer for each, whatever is tried again.
  answers         uuid,
  sentiment       text check (sentiment in ('positive', 'neutral', 'negative')),
  -- −100 to 100.
  mood            smallint check (mood between -100 and 100),
  at              timestamptz not null default now(),
  primary key (company_id, id),
  constraint messages_number_key unique (company_id, conversation_id, number),
  constraint messages_answers_key unique (company_id, conversation_id, answers),
  foreign key (company_id, conversation_id) references talk.conversations (company_id, id)
);
call ops.guard('talk.messages');
