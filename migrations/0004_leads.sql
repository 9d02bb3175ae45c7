-- The board: stages, and the leads that stand in them.

create table sales.stages (
  company_id uuid not null references identity.companies (id),
  id         uuid not null,
  slug       text not null check (slug ~ '^[a-z0-9-]{1,40}$'),
  name       text not null check (length(name) between 1 and 60),
  outcome    text not null check (outcome in ('open', 'won', 'lost')),
  position   smallint not null,
  primary key (company_id, id),
  constraint stages_slug_key unique (company_id, slug)
);
call ops.guard('sales.stages');

-- The person behind a lead.
create table sales.contacts (
  company_id   uuid not null references identity.companies (id),
  id           uuid not null,
  name         text not null check (length(name) between 1 and 120),
  organisation text not null default '' check (length(organisation) <= 120),
  email        text,
  phone        text check (length(phone) <= 40),
  created_at   timestamptz not null default now(),
  primary key (company_id, id)
);
create index contacts_email on sales.contacts (company_id, email) where email is not null;
call ops.guard('sales.contacts');

create table sales.leads (
  company_id       uuid not null,
  id               uuid not null,
  contact_id       uuid not null,
  stage_id         uuid not null,
  -- Fractional rank within the stage; ties are broken by id. Byte order, whatever the locale.
  rank             text collate "C" not null check (rank ~ '^[0-9A-Za-z]{1,64}$'),
  value_minor      bigint not null default 0 check (value_minor >= 0),
  currency         text not null check (currency in ('GBP', 'EUR', 'USD')),
  score            smallint check (score between 0 and 100),
  -- Why the score is what it is: [{"label","points"}].
  score_reasons    jsonb not null default '[]',
  sentiment        text not null default 'neutral' check (sentiment in ('positive', 'neutral', 'negative')),
  source           text not null default 'manual' check (source in ('manual', 'widget')),
  assistant_id     uuid,
  owner_id         uuid,
  -- Goes up with every change a person can make to the card; a drop names the version it saw.
  version          integer not null default 1,
  last_message     text not null default '',
  last_activity_at timestamptz not null default now(),
  stage_entered_at timestamptz not null default now(),
  created_at       timestamptz not null default now(),
  -- The same request sent twice makes one lead.
  mutation_id      uuid,
  primary key (company_id, id),
  constraint leads_mutation_key unique (company_id, mutation_id),
  foreign key (company_id, contact_id) references sales.contacts (company_id, id),
  foreign key (company_id, stage_id) references sales.stages (company_id, id),
  foreign key (company_id, assistant_id) references talk.assistants (company_id, id),
  foreign key (company_id, owner_id) references identity.users (company_id, id)
);
create index leads_column on sales.leads (company_id, stage_id, rank, id);
create index leads_owner on sales.leads (company_id, owner_id);
create index leads_assistant on sales.leads (company_id, assistant_id);
call ops.guard('sales.leads');

-- What the assistant has found out, one row a question.
create table sales.answers (
  company_id uuid not null,
  lead_id    uuid not null,
  key        text not null,
  label      text not null,
  value      text not null,
  message_id uuid,
  at         timestamptz not null default now(),
  primary key (company_id, lead_id, key),
  foreign key (company_id, lead_id) references sales.leads (company_id, id) on delete cascade
);
call ops.guard('sales.answers');

-- A private note on a lead.
create table sales.notes (
  company_id uuid not null,
  id         uuid not null,
  lead_id    uuid not null,
  author_id  uuid not null,
  body       text not null check (length(body) between 1 and 4000),
  at         timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, lead_id) references sales.leads (company_id, id) on delete cascade,
  foreign key (company_id, author_id) references identity.users (company_id, id)
);
create index notes_lead on sales.notes (company_id, lead_id);
call ops.guard('sales.notes');
