-- Tasks on leads: what is to be done, by whom, and by when.
create table sales.tasks (
  company_id uuid not null,
  -- Made by the form: sent twice, it is one task.
  id         uuid not null,
  lead_id    uuid not null,
  words      text not null check (length(words) between 1 and 500),
  due        timestamptz,
  -- Who shall do it.
  person_id  uuid not null,
  -- Who thought of it, as events name them: a person, a program, an assistant.
  made_by    jsonb not null,
  -- One that was dropped stays, so that it can be brought back.
  state      text not null default 'open' check (state in ('open', 'done', 'dropped')),
  settled_at timestamptz check ((settled_at is null) = (state = 'open')),
  version    integer not null default 1,
  -- The due moment that the person was reminded of. Another moment is another reminder.
  reminded   timestamptz,
  primary key (company_id, id),
  foreign key (company_id, lead_id) references sales.leads (company_id, id) on delete cascade,
  foreign key (company_id, person_id) references identity.users (company_id, id)
);
create index tasks_lead on sales.tasks (company_id, lead_id, state);
-- A person's tasks in their order: the earliest first, those without a day last.
create index tasks_person on sales.tasks (company_id, person_id, coalesce(due, 'infinity'::timestamptz), id) where state = 'open';
call ops.guard('sales.tasks');

-- Other programs write notes too, and have no account.
alter table sales.notes alter column author_id drop not null;
drop index sales.notes_lead;
create index notes_lead on sales.notes (company_id, lead_id, at desc, id desc);

-- The first of a lead's open tasks, which its card shows. Written whenever one of them changes: a board
-- of a thousand cards need not look for each.
alter table sales.leads
  add column next_step text check (length(next_step) between 1 and 80),
  add column next_due  timestamptz check (next_step is not null or next_due is null);
