-- The one ordered stream of events of each company.

-- The counter is updated last in a transaction, so numbers have no gaps and never commit out of
-- order. A sequence can do both, and then a reader loses events for ever.
create table ops.streams (
  company_id uuid primary key references identity.companies (id),
  seq        bigint not null default 0
);
call ops.guard('ops.streams');

create table ops.events (
  company_id  uuid not null references identity.companies (id),
  seq         bigint not null,
  at          timestamptz not null default now(),
  -- Who did it, as shown: {"kind":"person","id","name"} and so on.
  actor       jsonb not null,
  kind        text not null,
  -- The event itself, exactly as the browser receives it.
  body        jsonb not null,
  lead_id     uuid,
  conversation_id uuid,
  -- Who may see it, besides managers and admins: reps of this assistant, and these owners.
  assistant_id uuid,
  owners      uuid[] not null default '{}',
  -- Managers and admins only, whatever the rest says.
  staff_only  boolean not null default false,
  mutation_id uuid,
  primary key (company_id, seq)
);
create index events_lead on ops.events (company_id, lead_id, seq) where lead_id is not null;
call ops.guard('ops.events');
-- History is not rewritten: the process may add and read, nothing else.
revoke update, delete on ops.events from spotlight_app;

-- What the AI has cost, by company, day and model. Money in millionths of a US dollar.
create table ops.ai_spend (
  company_id        uuid not null references identity.companies (id),
  day               date not null,
  model             text not null,
  calls             integer not null default 0,
  prompt_tokens     bigint not null default 0,
  completion_tokens bigint not null default 0,
  cost_micros       bigint not null default 0,
  primary key (company_id, day, model)
);
call ops.guard('ops.ai_spend');

-- How often a job took its process down with it. The queue's own sweep hands the attempt back,
-- so without this count such a job would come round for ever.
create table ops.job_runs (
  job_id     bigint primary key,
  worker     text not null,
  crashes    integer not null default 0,
  started_at timestamptz not null default now()
);
grant select, insert, update, delete on ops.job_runs to spotlight_app;
