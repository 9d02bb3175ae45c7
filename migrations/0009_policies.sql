-- The company of the transaction is worked out once a statement, not once a row: as a sub-select
-- Postgres sees that it cannot differ from row to row. A board of a thousand cards asked for it,
-- and read the same uuid from text, some three thousand times.
create or replace procedure ops.guard(target regclass, key name default 'company_id')
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy own_company on %s using (%I = (select ops.company())) with check (%I = (select ops.company()))',
                 target, key, key);
  execute format('grant select, insert, update, delete on %s to spotlight_app', target);
end $$;

-- The tables that are guarded already. Their grants stay as they are.
do $$
declare
  guarded record;
begin
  for guarded in
    select distinct p.polrelid::regclass as target, a.attname as key
      from pg_policy p
      join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
                      and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid and d.refobjsubid > 0
      join pg_attribute a on a.attrelid = p.polrelid and a.attnum = d.refobjsubid
     where p.polname = 'own_company'
  loop
    execute format('alter policy own_company on %s using (%I = (select ops.company())) with check (%I = (select ops.company()))',
                   guarded.target, guarded.key, guarded.key);
  end loop;
end $$;
