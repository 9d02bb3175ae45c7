-- The few look-ups that come before a company is known. Each runs as the owner of the tables
-- (security definer), takes one secret or public key, and gives back one row at most. This file
-- is the whole list; nothing else reads across companies.

-- Row security is forced for the owner too, so these functions belong to a role that may bypass
-- it and can do nothing else: it cannot log in, and owns only these functions.
do $$
begin
  if not exists (select from pg_roles where rolname = 'spotlight_lookup') then
    create role spotlight_lookup nologin bypassrls;
  end if;
  if not pg_has_role(current_user, 'spotlight_lookup', 'member') then
    execute format('grant spotlight_lookup to %I', current_user);
  end if;
end $$;
grant usage, create on schema identity, talk, ops to spotlight_lookup;
grant usage on schema sales to spotlight_lookup;
grant select on identity.companies, identity.users, identity.invites, identity.password_resets, talk.assistants, talk.assistant_reps to spotlight_lookup;
grant select, update on identity.sessions to spotlight_lookup;

-- Who a session token belongs to. A session ends 30 days (remembered) or 12 hours after it was
-- last seen, and at its absolute end. `last_seen_at` moves at most once a minute.
create function identity.session_by_token(hash bytea)
  returns table (company_id uuid, session_id uuid, user_id uuid, name text, email text, role text, tint smallint, theme text,
                 company_name text, currency text, assistants uuid[], expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  update identity.sessions s set last_seen_at = now()
   where s.token_hash = hash and s.revoked_at is null and s.expires_at > now() and s.last_seen_at < now() - interval '1 minute'
     and s.last_seen_at > now() - case when s.remembered then interval '30 days' else interval '12 hours' end;
  return query
    select s.company_id, s.id, u.id, u.name, u.email, u.role, u.tint, u.theme, c.name, c.currency,
           coalesce((select array_agg(r.assistant_id order by r.assistant_id) from talk.assistant_reps r
                      where r.company_id = u.company_id and r.user_id = u.id), '{}'),
           least(s.expires_at, s.last_seen_at + case when s.remembered then interval '30 days' else interval '12 hours' end)
      from identity.sessions s
      join identity.users u on (u.company_id, u.id) = (s.company_id, s.user_id)
      join identity.companies c on c.id = s.company_id
     where s.token_hash = hash and s.revoked_at is null and s.expires_at > now() and u.disabled_at is null
       and s.last_seen_at > now() - case when s.remembered then interval '30 days' else interval '12 hours' end;
end $$;

-- Of these sessions, which still stand, with the rights they now carry. Asked every few seconds
-- for the open sockets, so that a socket does not outlive its session or its rights.
create function identity.standing_sessions(ids uuid[])
  returns table (session_id uuid, role text, assistants uuid[])
  language sql stable security definer set search_path = pg_catalog as $$
  select s.id, u.role,
         coalesce((select array_agg(r.assistant_id order by r.assistant_id) from talk.assistant_reps r
                    where r.company_id = u.company_id and r.user_id = u.id), '{}')
    from identity.sessions s
    join identity.users u on (u.company_id, u.id) = (s.company_id, s.user_id)
   where s.id = any (ids) and s.revoked_at is null and s.expires_at > now() and u.disabled_at is null
     and s.last_seen_at > now() - case when s.remembered then interval '30 days' else interval '12 hours' end
$$;

-- The account behind an e-mail address, at sign-in and when a password was forgotten.
create function identity.user_by_email(address text)
  returns table (company_id uuid, user_id uuid, name text, password_hash text, disabled boolean)
  language sql stable security definer set search_path = pg_catalog as $$
  select u.company_id, u.id, u.name, u.password_hash, u.disabled_at is not null from identity.users u where u.email = address
$$;

create function identity.invite_by_token(hash bytea)
  returns table (company_id uuid, invite_id uuid, email text, role text, company_name text, invited_by text)
  language sql stable security definer set search_path = pg_catalog as $$
  select i.company_id, i.id, i.email, i.role, c.name, u.name
    from identity.invites i
    join identity.companies c on c.id = i.company_id
    join identity.users u on (u.company_id, u.id) = (i.company_id, i.invited_by)
   where i.token_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
$$;

create function identity.reset_by_token(hash bytea)
  returns table (company_id uuid, reset_id uuid, user_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
  select r.company_id, r.id, r.user_id from identity.password_resets r
   where r.token_hash = hash and r.used_at is null and r.expires_at > now()
$$;

-- The assistant behind a widget.
create function talk.assistant_by_key(key text)
  returns table (company_id uuid, assistant_id uuid, name text, hue smallint, greeting text, live boolean,
                 company_name text, widget_origins text[], demo boolean)
  language sql stable security definer set search_path = pg_catalog as $$
  select a.company_id, a.id, a.name, a.hue, a.greeting, a.live, c.name, c.widget_origins, c.demo
    from talk.assistants a join identity.companies c on c.id = a.company_id
   where a.public_key = key
$$;

-- Companies of the demo: whom the simulated visitors talk to.
create function ops.demo_companies()
  returns table (company_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
  select c.id from identity.companies c where c.demo order by c.created_at
$$;

alter function identity.session_by_token(bytea) owner to spotlight_lookup;
alter function identity.standing_sessions(uuid[]) owner to spotlight_lookup;
alter function identity.user_by_email(text) owner to spotlight_lookup;
alter function identity.invite_by_token(bytea) owner to spotlight_lookup;
alter function identity.reset_by_token(bytea) owner to spotlight_lookup;
alter function talk.assistant_by_key(text) owner to spotlight_lookup;
alter function ops.demo_companies() owner to spotlight_lookup;
revoke create on schema identity, talk, ops from spotlight_lookup;
revoke all on function identity.session_by_token(bytea), identity.standing_sessions(uuid[]), identity.user_by_email(text),
  identity.invite_by_token(bytea), identity.reset_by_token(bytea), talk.assistant_by_key(text), ops.demo_companies() from public;
grant execute on function identity.session_by_token(bytea), identity.standing_sessions(uuid[]), identity.user_by_email(text),
  identity.invite_by_token(bytea), identity.reset_by_token(bytea), talk.assistant_by_key(text), ops.demo_companies() to spotlight_app;
