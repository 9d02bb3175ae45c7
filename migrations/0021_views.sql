-- Filters that people keep, by name.
create table sales.views (
  company_id uuid not null,
  id         uuid not null,
  owner_id   uuid not null,
  name       text not null check (length(name) between 1 and 40),
  -- The part of the board's address that is the filter.
  query      text not null check (length(query) between 2 and 4000),
  shared     boolean not null,
  primary key (company_id, id),
  foreign key (company_id, owner_id) references identity.users (company_id, id) on delete cascade
);
create unique index views_name on sales.views (company_id, owner_id, lower(name));
call ops.guard('sales.views');
