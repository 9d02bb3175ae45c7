-- Leads in the trash, and how a person is erased for good.

-- When a lead was put into the trash, and by whom, as events name them.
alter table sales.leads
  add column gone_at timestamptz,
  add column gone_by jsonb,
  add constraint leads_gone check ((gone_at is null) = (gone_by is null));
create index leads_gone on sales.leads (company_id, gone_at desc, id desc) where gone_at is not null;

-- Whether this transaction looks into the trash.
create function ops.in_trash() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('app.in_trash', true), '') = 'on';

-- No statement meets a lead in the trash unless its transaction looks there: not each query has to know.
create policy not_gone on sales.leads as restrictive using (gone_at is null or (select ops.in_trash()));

-- As in 0013, but for leads in the trash: the newest `most` hits of each kind among the leads in reach, one a lead: people by all of `words`, then,
-- if `deep`, notes and messages; last, if nobody is called so, people with a name like `typed`.
create or replace function sales.search(words tsquery, typed text, deep boolean, everything boolean, me uuid, mine uuid[], most integer)
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
     where c.company_id = company and c.found @@ words and l.gone_at is null and (everything or l.owner_id = me or l.assistant_id = any (mine))
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
         where n.company_id = company and n.found @@ words and l.gone_at is null and (everything or l.owner_id = me or l.assistant_id = any (mine))
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
         where m.company_id = company and m.found @@ words and l.gone_at is null and (everything or l.owner_id = me or l.assistant_id = any (mine))
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
         and l.gone_at is null and (everything or l.owner_id = me or l.assistant_id = any (mine))
       order by word_similarity(typed, lower(c.name || ' ' || c.organisation)) desc, l.last_activity_at desc limit 5;
  end if;
end $$;


-- Erases a person whose lead is in the trash: the lead with notes, tasks and answers, the conversations, the
-- contact, the rows of files that name them, the letters about them. What happened to the lead keeps its numbers in the stream and
-- loses its words: the process itself may not rewrite history. False if no such lead is in the trash.
create function sales.erase(wanted uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  company uuid := ops.company();
  person uuid;
  address text;
  number text;
begin
  select l.contact_id into person from sales.leads l
   where l.company_id = company and l.id = wanted and l.gone_at is not null for update;
  if not found then
    return false;
  end if;
  update ops.events set kind = 'lead_erased', body = jsonb_build_object('kind', 'lead_erased', 'lead', wanted)
   where company_id = company and lead_id = wanted;
  delete from talk.messages m using talk.conversations t
   where t.company_id = company and t.lead_id = wanted and (m.company_id, m.conversation_id) = (t.company_id, t.id);
  delete from talk.conversations where company_id = company and lead_id = wanted;
  -- Letters that reminded of its tasks. One that was sent has lost its text, and its subject is the task.
  delete from ops.mails m where m.company_id = company and (position(wanted::text in m.body) > 0 or exists (
    select from sales.tasks t
     where t.company_id = company and t.lead_id = wanted and m.subject like 'Due now: %'
       and starts_with(t.words, rtrim(substr(m.subject, 10), '…'))));
  delete from sales.leads where company_id = company and id = wanted;
  delete from sales.contacts c where c.company_id = company and c.id = person
     and not exists (select from sales.leads l where l.company_id = company and l.contact_id = person)
  returning lower(c.email), c.phone_key into address, number;
  delete from sales.import_keys where company_id = company and key in (address, number);
  delete from sales.import_rejects r where r.company_id = company and exists (
    select from jsonb_array_elements_text(r.cells) cell
     where lower(trim(cell)) = address
        -- In whichever spelling, with the country in front or without.
        or length(number) > 8 and right(regexp_replace(cell, '[^0-9]', '', 'g'), 9) = right(number, 9));
  return true;
end $$;
revoke all on function sales.erase(uuid) from public;
grant execute on function sales.erase(uuid) to spotlight_app;
