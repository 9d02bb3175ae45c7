-- Several pipelines a company, each with stages of its own. The first is where leads begin that nobody put elsewhere.
create table sales.pipelines (
  company_id uuid not null references identity.companies (id),
  id         uuid not null,
  name       text not null check (length(name) between 1 and 60),
  position   smallint not null,
  -- One that was removed stays, as its stages do, for what its leads' histories tell.
  removed_at timestamptz,
  primary key (company_id, id)
);
create unique index pipelines_name on sales.pipelines (company_id, lower(name)) where removed_at is null;
call ops.guard('sales.pipelines');

-- The stages there are make up one. For a moment their owner sees every company's.
alter table sales.stages no force row level security;
alter table sales.pipelines no force row level security;
alter table sales.stages add column pipeline_id uuid;
insert into sales.pipelines (company_id, id, name, position)
  select company_id, gen_random_uuid(), 'Sales', 1 from sales.stages group by company_id;
update sales.stages s set pipeline_id = p.id from sales.pipelines p where p.company_id = s.company_id;
alter table sales.stages
  alter column pipeline_id set not null,
  add constraint stages_pipeline foreign key (company_id, pipeline_id) references sales.pipelines (company_id, id);
alter table sales.stages force row level security;
alter table sales.pipelines force row level security;
