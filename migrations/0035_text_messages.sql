-- Text messages: the telephone numbers of a company, through its own account with Twilio, and with whom it texts.

-- A number by which the company texts, with the assistant in front of it.
create table talk.channels (
  company_id    uuid not null references identity.companies (id) on delete cascade,
  id            uuid not null,
  -- Stands in the addresses that the provider posts to.
  hook          text not null check (length(hook) between 20 and 60),
  -- As E.164: a plus and digits.
  number        text not null check (number ~ '^\+[1-9][0-9]{6,14}$'),
  assistant_id  uuid not null,
  -- The company's account with the provider, and the token of it: sealed (XChaCha20-Poly1305) by the key of that name.
  account       text not null check (length(account) between 1 and 60),
  token         bytea not null,
  token_key     text not null check (length(token_key) between 1 and 40),
  -- Played by this program itself.
  sandbox       boolean not null,
  -- Texts that answer nothing go out from one hour of the lead's day until another, 0 to 24.
  day_from      smallint not null check (day_from between 0 and 23),
  day_until     smallint not null check (day_until between 1 and 24 and day_until > day_from),
  -- The zone that counts where a number does not say where it is.
  zone          text not null check (length(zone) between 1 and 60),
  last_sent_at  timestamptz,
  last_heard_at timestamptz,
  last_error    text check (length(last_error) <= 400),
  last_error_at timestamptz,
  -- Goes up with every change: of two people who change it at once the second is told.
  version       integer not null default 1,
  primary key (company_id, id),
  constraint channels_hook_key unique (hook),
  constraint channels_number_key unique (company_id, number),
  foreign key (company_id, assistant_id) references talk.assistants (company_id, id)
);
call ops.guard('talk.channels');

-- Where a message went, or came from. The text itself is the message.
create table talk.texts (
  company_id uuid not null,
  message_id uuid not null,
  channel_id uuid not null,
  -- The other side's number.
  number     text not null,
  -- The provider's own id, once it is known.
  sid        text check (length(sid) <= 60),
  -- When it was last handed over, if that is so: what happened to it then may not be known.
  tried_at   timestamptz,
  tries      integer not null default 0,
  primary key (company_id, message_id),
  foreign key (company_id, message_id) references talk.messages (company_id, id) on delete cascade,
  foreign key (company_id, channel_id) references talk.channels (company_id, id) on delete cascade
);
create index texts_number on talk.texts (company_id, number);
call ops.guard('talk.texts');

-- Whether a number may be texted. An opt-out outlives the person's erasure here: forgetting it would undo it.
create table talk.consents (
  company_id   uuid not null references identity.companies (id) on delete cascade,
  number       text not null,
  -- They wrote first, or somebody noted how they agreed.
  agreed_at    timestamptz,
  how          text not null default '' check (length(how) <= 400),
  opted_out_at timestamptz,
  -- The word they wrote, or what the provider said.
  opt_out      text not null default '' check (length(opt_out) <= 60),
  primary key (company_id, number)
);
call ops.guard('talk.consents');

-- What was said where. A conversation goes on by the way on which they were heard last.
alter table talk.messages
  add column channel text not null default 'web' check (channel in ('web', 'sms')),
  -- Why it did not get there, in words.
  add column failure text check (length(failure) <= 400),
  drop constraint messages_state_check,
  add constraint messages_state_check check (state in ('pending', 'sent', 'failed', 'delivered', 'read'));
alter table talk.scheduled_messages
  add column channel text not null default 'web' check (channel in ('web', 'sms'));
alter table talk.conversations
  add column channel text not null default 'web' check (channel in ('web', 'sms')),
  -- With whom it is, by text, and by which of our numbers.
  add column number text,
  add column channel_id uuid,
  -- One that began by text is no visitor's of the widget.
  alter column visitor_id drop not null,
  add constraint conversations_reach check (visitor_id is not null or number is not null),
  add foreign key (company_id, channel_id) references talk.channels (company_id, id) on delete set null (channel_id);
create index conversations_number on talk.conversations (company_id, number) where number is not null;
alter table sales.leads drop constraint leads_source_check;
alter table sales.leads add constraint leads_source_check check (source in ('manual', 'widget', 'api', 'import', 'form', 'sms'));

-- Whose number a provider speaks of, and where there are tokens to seal anew: two more of the look-ups that come before a
-- company is known (0007).
grant select on talk.channels to spotlight_lookup;
create function talk.channel_by_hook(wanted text)
  returns table (company_id uuid, channel_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
  select c.company_id, c.id from talk.channels c where c.hook = wanted
$$;
create function talk.companies_with_channels()
  returns table (company_id uuid)
  language sql stable security definer set search_path = pg_catalog as $$
  select distinct c.company_id from talk.channels c
$$;
grant create on schema talk to spotlight_lookup;
alter function talk.channel_by_hook(text) owner to spotlight_lookup;
alter function talk.companies_with_channels() owner to spotlight_lookup;
revoke create on schema talk from spotlight_lookup;
revoke all on function talk.channel_by_hook(text), talk.companies_with_channels() from public;
grant execute on function talk.channel_by_hook(text), talk.companies_with_channels() to spotlight_app;
