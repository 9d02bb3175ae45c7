-- Leads that come as a file of rows. The file is kept here while it is read, so that any process can
-- go on with it where another one stopped.
create table sales.imports (
  company_id  uuid not null references identity.companies (id),
  id          uuid not null,
  created_by  uuid not null,
  file_name   text not null check (length(file_name) between 1 and 200),
  state       text not null check (state in ('receiving', 'mapping', 'checking', 'checked', 'importing', 'stopped', 'done')),
  -- Bytes of the file as it is kept.
  size        bigint not null default 0,
  separator   text not null default ',' check (separator in (',', ';', E'\t')),
  header      text[] not null default '{}',
  -- The first rows, as people choose the columns by: [["Ada","ada@example.test"]].
  samples     jsonb not null default '[]',
  -- What each column is, in the order of the header.
  mapping     text[] not null default '{}',
  -- Where the first row begins, in bytes and in lines.
  body_at     bigint not null default 0,
  body_line   bigint not null default 1,
  -- Where the next row begins. Moved on in the transaction that stores the rows before it.
  position    bigint not null default 0,
  line        bigint not null default 1,
  added       bigint not null default 0,
  duplicates  bigint not null default 0,
  bad         bigint not null default 0,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, created_by) references identity.users (company_id, id)
);
call ops.guard('sales.imports');

-- The file, in pieces of the same length but for the last.
create table sales.import_pieces (
  company_id uuid not null,
  import_id  uuid not null,
  number     integer not null,
  body       bytea not null,
  primary key (company_id, import_id, number),
  foreign key (company_id, import_id) references sales.imports (company_id, id) on delete cascade
);
call ops.guard('sales.import_pieces');

-- Rows that make no lead, and why.
create table sales.import_rejects (
  company_id uuid not null,
  import_id  uuid not null,
  fate       text not null check (fate in ('bad', 'duplicate')),
  line       bigint not null,
  reason     text not null,
  cells      jsonb not null,
  primary key (company_id, import_id, fate, line),
  foreign key (company_id, import_id) references sales.imports (company_id, id) on delete cascade
);
call ops.guard('sales.import_rejects');

-- Addresses and numbers of the rows read so far: two rows of one file are not two leads.
create table sales.import_keys (
  company_id uuid not null,
  import_id  uuid not null,
  key        text not null,
  primary key (company_id, import_id, key),
  foreign key (company_id, import_id) references sales.imports (company_id, id) on delete cascade
);
call ops.guard('sales.import_keys');

-- A telephone number as it is compared: digits alone, without zeros in front. As in leads/server/imports/row.rs.
alter table sales.contacts add column phone_key text
  generated always as (ltrim(regexp_replace(replace(phone, '(0)', ''), '[^0-9]', '', 'g'), '0')) stored;
create index contacts_phone on sales.contacts (company_id, phone_key) where phone_key is not null;

alter table sales.leads drop constraint leads_source_check;
alter table sales.leads add constraint leads_source_check check (source in ('manual', 'widget', 'api', 'import'));
