-- AI assistants: who they are, what they know, what they ask, and which reps work with them.

create table talk.assistants (
  company_id    uuid not null references identity.companies (id),
  id            uuid not null,
  name          text not null check (length(name) between 1 and 60),
  -- Public: it stands in the pages that carry the widget.
  public_key    text not null,
  -- Which of the eight lamps of the design it wears, 0 to 7.
  hue           smallint not null default 0 check (hue between 0 and 7),
  live          boolean not null default true,
  persona       text not null default '',
  goals         text not null default '',
  greeting      text not null,
  -- What it asks, in order: [{"key","label","question","kind"}].
  questions     jsonb not null default '[]',
  model         text,
  version       integer not null default 1,
  created_at    timestamptz not null default now(),
  primary key (company_id, id),
  constraint assistants_public_key_key unique (public_key)
);
call ops.guard('talk.assistants');

-- The reps whose own assistant it is.
create table talk.assistant_reps (
  company_id   uuid not null,
  assistant_id uuid not null,
  user_id      uuid not null,
  primary key (company_id, assistant_id, user_id),
  foreign key (company_id, assistant_id) references talk.assistants (company_id, id) on delete cascade,
  foreign key (company_id, user_id) references identity.users (company_id, id) on delete cascade
);
create index assistant_reps_user on talk.assistant_reps (company_id, user_id);
call ops.guard('talk.assistant_reps');

create table talk.knowledge (
  company_id   uuid not null,
  id           uuid not null,
  assistant_id uuid not null,
  title        text not null check (length(title) between 1 and 200),
  body         text not null check (length(body) between 1 and 20000),
  words        tsvector generated always as (
                 setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')) stored,
  created_at   timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, assistant_id) references talk.assistants (company_id, id) on delete cascade
);
create index knowledge_assistant on talk.knowledge (company_id, assistant_id);
create index knowledge_words on talk.knowledge using gin (words);
call ops.guard('talk.knowledge');
