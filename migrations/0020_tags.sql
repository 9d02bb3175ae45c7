-- Words that people put on leads.
create table sales.tags (
  company_id uuid not null references identity.companies (id) on delete cascade,
  -- As it was first written here.
  name       text not null check (length(name) between 1 and 30),
  primary key (company_id, name)
);
create unique index tags_spelling on sales.tags (company_id, lower(name));
call ops.guard('sales.tags');

-- In the order in which they were put on. Without an index: each move of a card would pay for it.
alter table sales.leads add column tags text[] not null default '{}' check (cardinality(tags) <= 12);
