-- How tenants are kept apart.
--
-- Two roles. Whoever runs these migrations owns everything. `spotlight_app` owns nothing, cannot
-- bypass row security, and is what the process works as. Every tenant table has `company_id`,
-- keys that include it, and forced row security on the company that the transaction was begun for.

do $$
begin
  if not exists (select from pg_roles where rolname = 'spotlight_app') then
    create role spotlight_app login nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;
  -- So that an owner that is no superuser can work as the process's role (DATABASE_URL alone).
  if not pg_has_role(current_user, 'spotlight_app', 'member') then
    execute format('grant spotlight_app to %I', current_user);
  end if;
end $$;

create schema identity;
create schema sales;
create schema talk;
create schema ops;
grant usage on schema identity, sales, talk, ops to spotlight_app;

-- The company of this transaction; null outside one, and then every policy is false.
create function ops.company() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.company_id', true), '')::uuid;

-- Puts one table under the rule. Called once for each tenant table, right after it is made.
create procedure ops.guard(target regclass, key name default 'company_id')
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy own_company on %s using (%I = ops.company()) with check (%I = ops.company())', target, key, key);
  execute format('grant select, insert, update, delete on %s to spotlight_app', target);
end $$;
