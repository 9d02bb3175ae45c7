-- When a deal is expected to be made, and fields of leads that a company makes for itself.
create table sales.fields (
  company_id uuid not null,
  id         uuid not null,
  -- As other programs name it; stays when it is renamed.
  slug       text not null check (length(slug) between 1 and 40),
  name       text not null check (length(name) between 1 and 40),
  kind       text not null check (kind in ('text', 'number', 'money', 'date', 'choice', 'link')),
  choices    text[] not null default '{}' check (cardinality(choices) <= 50),
  place      smallint not null,
  -- Put away: no lead shows it. What was written in it is kept, and it can be brought back.
  away       boolean not null default false,
  primary key (company_id, id),
  unique (company_id, slug),
  foreign key (company_id) references identity.companies (id) on delete cascade
);
create unique index fields_name on sales.fields (company_id, lower(name));
call ops.guard('sales.fields');

alter table sales.leads
  add column closes_on date,
  -- By the field's id, as one would type it.
  add column custom jsonb not null default '{}' check (jsonb_typeof(custom) = 'object');
