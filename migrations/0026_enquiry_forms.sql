-- Forms for enquiries: pages that anybody can open, and whose entries become leads.
create table sales.enquiry_forms (
  company_id   uuid not null references identity.companies (id) on delete cascade,
  id           uuid not null,
  -- Stands in its address: whoever has it may open the form.
  public_key   text not null check (length(public_key) between 10 and 60),
  name         text not null check (length(name) between 1 and 60),
  heading      text not null check (length(heading) between 1 and 120),
  intro        text not null check (length(intro) <= 1000),
  -- What is asked for beside name and e-mail.
  organisation text not null check (organisation in ('no', 'optional', 'required')),
  phone        text not null check (phone in ('no', 'optional', 'required')),
  message      text not null check (message in ('no', 'optional', 'required')),
  -- What has to be agreed to; empty is nothing.
  consent      text not null check (length(consent) <= 400),
  thanks       text not null check (length(thanks) between 1 and 1000),
  -- The page that visitors go on to; empty: they are thanked here.
  redirect     text not null check (redirect = '' or (redirect like 'https://%' and length(redirect) <= 500)),
  -- Where its leads begin, and whose they are; none is the first stage, and nobody's.
  stage_id     uuid,
  assistant_id uuid,
  owner_id     uuid,
  live         boolean not null default true,
  submissions  bigint not null default 0,
  last_at      timestamptz,
  primary key (company_id, id),
  constraint enquiry_forms_key unique (public_key),
  foreign key (company_id, stage_id) references sales.stages (company_id, id),
  foreign key (company_id, assistant_id) references talk.assistants (company_id, id),
  foreign key (company_id, owner_id) references identity.users (company_id, id)
);
create unique index enquiry_forms_name on sales.enquiry_forms (company_id, lower(name));
call ops.guard('sales.enquiry_forms');

-- Whose form it is: one more of the look-ups that come before a company is known (0007).
grant select on sales.enquiry_forms to spotlight_lookup;
create function sales.enquiry_form_by_key(key text)
  returns table (company_id uuid, form_id uuid, name text, company_name text)
  language sql stable security definer set search_path = pg_catalog as $$
  select f.company_id, f.id, f.name, c.name
    from sales.enquiry_forms f join identity.companies c on c.id = f.company_id
   where f.public_key = key
$$;
grant create on schema sales to spotlight_lookup;
alter function sales.enquiry_form_by_key(text) owner to spotlight_lookup;
revoke create on schema sales from spotlight_lookup;
revoke all on function sales.enquiry_form_by_key(text) from public;
grant execute on function sales.enquiry_form_by_key(text) to spotlight_app;

-- Leads that came in by a form.
alter table sales.leads drop constraint leads_source_check;
alter table sales.leads add constraint leads_source_check check (source in ('manual', 'widget', 'api', 'import', 'form'));
