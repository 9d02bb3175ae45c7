-- How a chat gets from the assistant to a person: the hours in which people answer, how long a person has to pick one up,
-- and who is there at all.

create table talk.routing (
  company_id     uuid primary key references identity.companies (id) on delete cascade,
  -- So long somebody who asked for a person waits until they are told that nobody could come.
  pickup_seconds integer not null check (pickup_seconds between 15 and 3600),
  zone           text not null check (length(zone) between 1 and 60),
  -- For each day of the week, Monday first, the minutes of the day between which people answer; null is not at all.
  opens          smallint[] not null check (cardinality(opens) = 7),
  closes         smallint[] not null check (cardinality(closes) = 7),
  -- Goes up with every change: of two people who change it at once the second is told.
  version        integer not null default 1
);
call ops.guard('talk.routing');

-- Until when somebody who signed in counts as there: as long as a page of theirs is open, and a little longer.
alter table identity.sessions add column here_until timestamptz;
create index sessions_here on identity.sessions (company_id, user_id, here_until) where here_until is not null;

-- One more of the look-ups that come before a company is known (0007): said every few seconds of all open pages.
create function identity.are_here(ids uuid[], seconds integer)
  returns void
  language sql security definer set search_path = pg_catalog as $$
  update identity.sessions s set here_until = now() + make_interval(secs => seconds) where s.id = any (ids) and s.revoked_at is null
$$;
grant create on schema identity to spotlight_lookup;
alter function identity.are_here(uuid[], integer) owner to spotlight_lookup;
revoke create on schema identity from spotlight_lookup;
revoke all on function identity.are_here(uuid[], integer) from public;
grant execute on function identity.are_here(uuid[], integer) to spotlight_app;
