-- How far the streams of several companies have come, in one question. The live hub asks it about
-- once a second for the companies that have sockets open, so that a lost hint costs a second. It
-- tells a number for each company and nothing else.
grant usage, create on schema ops to spotlight_lookup;
grant select on ops.streams to spotlight_lookup;

create function ops.newest_events(ids uuid[])
  returns table (company_id uuid, seq bigint)
  language sql stable security definer set search_path = pg_catalog as $$
  select s.company_id, s.seq from ops.streams s where s.company_id = any (ids)
$$;

alter function ops.newest_events(uuid[]) owner to spotlight_lookup;
revoke create on schema ops from spotlight_lookup;
revoke all on function ops.newest_events(uuid[]) from public;
grant execute on function ops.newest_events(uuid[]) to spotlight_app;
