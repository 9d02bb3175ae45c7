-- Keys by which other programs send leads in and read them.
create table identity.api_keys (
  company_id   uuid not null references identity.companies (id),
  id           uuid not null,
  name         text not null check (length(name) between 1 and 60),
  key_hash     bytea not null,
  -- Its last characters, by which people tell their keys apart.
  hint         text not null check (length(hint) = 4),
  made_by      uuid not null,
  created_at   timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at   timestamptz,
  primary key (company_id, id),
  constraint api_keys_hash_key unique (key_hash),
  foreign key (company_id, made_by) references identity.users (company_id, id)
);
call ops.guard('identity.api_keys');

-- Whose key it is: one more of the look-ups that come before a company is known (0007).
-- `last_used_at` moves at most once a minute.
grant select, update on identity.api_keys to spotlight_lookup;
create function identity.api_key_by_hash(hash bytea)
  returns table (company_id uuid, key_id uuid, name text)
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  update identity.api_keys k set last_used_at = now()
   where k.key_hash = hash and k.revoked_at is null and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return query select k.company_id, k.id, k.name from identity.api_keys k where k.key_hash = hash and k.revoked_at is null;
end $$;
grant create on schema identity to spotlight_lookup;
alter function identity.api_key_by_hash(bytea) owner to spotlight_lookup;
revoke create on schema identity from spotlight_lookup;
revoke all on function identity.api_key_by_hash(bytea) from public;
grant execute on function identity.api_key_by_hash(bytea) to spotlight_app;

-- Leads that came in by a key.
alter table sales.leads drop constraint leads_source_check;
alter table sales.leads add constraint leads_source_check check (source in ('manual', 'widget', 'api'));
