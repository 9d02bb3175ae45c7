-- Two leads of one person made one: what was taken over from the other, so that it can be given back.
create table sales.merges (
  company_id uuid not null,
  id         uuid not null,
  kept       uuid not null,
  gone       uuid not null,
  at         timestamptz not null default now(),
  -- Who did it, as events name them.
  by         jsonb not null,
  -- Rows by their ids, and the fields of the kept lead before and after (src/leads/server/merge/mod.rs).
  taken      jsonb not null,
  parted_at  timestamptz,
  primary key (company_id, id),
  foreign key (company_id, kept) references sales.leads (company_id, id) on delete cascade,
  foreign key (company_id, gone) references sales.leads (company_id, id) on delete cascade,
  check (kept <> gone)
);
-- A lead is part of one other at most.
create unique index merges_gone on sales.merges (company_id, gone) where parted_at is null;
create index merges_kept on sales.merges (company_id, kept);
call ops.guard('sales.merges');
