-- Full-text search over people, notes and messages, and names that are nearly right.
--
-- Under row security Postgres uses no index for a condition like `@@`: it might tell of rows that are
-- not to be seen before they are left out. So one function searches, as a role that may bypass row
-- security, can read just these tables, and owns nothing else. It names the company of the transaction
-- itself, first in every index; outside one it finds nothing.

create extension if not exists btree_gin with schema ops;
create extension if not exists pg_trgm with schema ops;

-- Words as they stand, in no language's grammar: companies write in many, and the search takes the
-- beginning of a word for the word.
-- What is no letter or number parts words, as in `search/model.rs`; Postgres would keep addresses and
-- paths whole.
create function ops.words(body text) returns tsvector
  language sql immutable parallel safe set search_path = pg_catalog
  return to_tsvector('simple'::regconfig, translate(body, E'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', repeat(' ', 32)));

alter table sales.contacts add column found tsvector generated always as (ops.words(
  name || ' ' || organisation || ' ' || coalesce(email, '') || ' ' || coalesce(translate(phone, '+-(). /', ''), ''))) stored;
alter table sales.notes add column found tsvector generated always as (ops.words(body)) stored;
alter table talk.messages add column found tsvector generated always as (ops.words(body)) stored;

create index contacts_found on sales.contacts using gin (company_id, found);
create index contacts_alike on sales.contacts using gin (company_id, lower(name || ' ' || organisation) ops.gin_trgm_ops);
create index notes_found on sales.notes using gin (company_id, found);
create index messages_found on talk.messages using gin (company_id, found);
create index leads_contact on sales.leads (company_id, contact_id);

do $$
begin
  if not exists (select from pg_roles where rolname = 'spotlight_search') then
    create role spotlight_search nologin bypassrls;
  end if;
  if not pg_has_role(current_user, 'spotlight_search', 'member') then
    execute format('grant spotlight_search to %I', current_user);
  end if;
end $$;
grant usage on schema sales, talk, ops to spotlight_search;
grant select on sales.stages, sales.contacts, sales.leads, sales.notes, talk.conversations, talk.messages to spotlight_search;

-- The newest `most` hits of each kind among the leads in reach, one a lead: people by all of `words`, then,
-- if `deep`, notes and messages; last, if nobody is called so, people with a name like `typed`.
create function sales.search(words tsquery, typed text, deep boolean, everything boolean, me uuid, mine uuid[], most integer)
  returns table (kind text, lead uuid, conversation uuid, at timestamptz, body text, name text, organisation text, stage text, score smallint)
  language plpgsql stable security definer
  set search_path = pg_catalog, ops set pg_trgm.word_similarity_threshold = 0.42 as $$
#variable_conflict use_column
declare
  company uuid := ops.company();
  people integer;
begin
  return query
    select 'person', l.id, l.conversation_id, l.last_activity_at, ''::text, c.name, c.organisation, s.name, l.score
      from sales.contacts c
      join sales.leads l on (l.company_id, l.contact_id) = (c.company_id, c.id)
      join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
     where c.company_id = company and c.found @@ words and (everything or l.owner_id = me or l.assistant_id = any (mine))
     order by l.last_activity_at desc limit most;
  get diagnostics people = row_count;
  if deep then
    return query
      select * from (
        select distinct on (l.id) 'note', l.id, l.conversation_id, n.at as at, n.body, c.name, c.organisation, s.name, l.score
          from sales.notes n
          join sales.leads l on (l.company_id, l.id) = (n.company_id, n.lead_id)
          join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
          join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
         where n.company_id = company and n.found @@ words and (everything or l.owner_id = me or l.assistant_id = any (mine))
         order by l.id, n.at desc) newest
       order by at desc limit most;
    return query
      select * from (
        select distinct on (l.id) 'message', l.id, m.conversation_id, m.at as at, m.body, c.name, c.organisation, s.name, l.score
          from talk.messages m
          join talk.conversations t on (t.company_id, t.id) = (m.company_id, m.conversation_id)
          join sales.leads l on (l.company_id, l.id) = (t.company_id, t.lead_id)
          join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
          join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
         where m.company_id = company and m.found @@ words and (everything or l.owner_id = me or l.assistant_id = any (mine))
         order by l.id, m.at desc) newest
       order by at desc limit most;
  end if;
  if people = 0 and length(typed) > 2 then
    return query
      select 'person', l.id, l.conversation_id, l.last_activity_at, ''::text, c.name, c.organisation, s.name, l.score
        from sales.contacts c
        join sales.leads l on (l.company_id, l.contact_id) = (c.company_id, c.id)
        join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
       where c.company_id = company and typed <% lower(c.name || ' ' || c.organisation)
         and (everything or l.owner_id = me or l.assistant_id = any (mine))
       order by word_similarity(typed, lower(c.name || ' ' || c.organisation)) desc, l.last_activity_at desc limit 5;
  end if;
end $$;

grant create on schema sales to spotlight_search;
alter function sales.search(tsquery, text, boolean, boolean, uuid, uuid[], integer) owner to spotlight_search;
revoke create on schema sales from spotlight_search;
revoke all on function sales.search(tsquery, text, boolean, boolean, uuid, uuid[], integer) from public;
grant execute on function sales.search(tsquery, text, boolean, boolean, uuid, uuid[], integer) to spotlight_app;
