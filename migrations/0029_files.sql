-- Files on leads.
create table sales.files (
  company_id uuid not null references identity.companies (id),
  -- Made by the browser: sent twice, it is one file.
  id         uuid not null,
  lead_id    uuid not null,
  name       text not null check (length(name) between 1 and 200),
  -- Bytes that have come in.
  size       bigint not null default 0,
  -- What it is by its content, not by its name: a media type (src/leads/server/files/kind.rs).
  media      text not null default 'application/octet-stream',
  -- Under what its pieces are kept. Sent anew, it is another: what is left of the first try goes nowhere.
  content    uuid not null,
  -- Who added it, as events name them.
  by         jsonb not null,
  -- When it began to come in, and when it was here whole. Before that nobody sees it.
  begun_at   timestamptz not null default now(),
  at         timestamptz,
  -- When it was taken off the lead. It can be put back for a while.
  removed_at timestamptz,
  primary key (company_id, id),
  unique (company_id, content),
  foreign key (company_id, lead_id) references sales.leads (company_id, id) on delete cascade
);
create index files_lead on sales.files (company_id, lead_id, at desc);
create index files_unfinished on sales.files (company_id, begun_at) where at is null;
call ops.guard('sales.files');

-- Their bytes, in pieces of the same length but for the last.
create table sales.file_pieces (
  company_id uuid not null,
  content    uuid not null,
  number     integer not null,
  body       bytea not null,
  primary key (company_id, content, number),
  foreign key (company_id, content) references sales.files (company_id, content) on delete cascade
);
-- Most files are compressed already.
alter table sales.file_pieces alter column body set storage external;
call ops.guard('sales.file_pieces');
