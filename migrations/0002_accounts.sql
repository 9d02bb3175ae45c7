-- Companies, the people in them, how they sign in.

create table identity.companies (
  id              uuid primary key,
  name            text not null check (length(name) between 1 and 120),
  currency        text not null default 'GBP' check (currency in ('GBP', 'EUR', 'USD')),
  -- Where the chat widget may be framed, besides our own address. Scheme, host and port each.
  widget_origins  text[] not null default '{}',
  demo            boolean not null default false,
  created_at      timestamptz not null default now()
);
call ops.guard('identity.companies', 'id');

create table identity.users (
  company_id    uuid not null references identity.companies (id),
  id            uuid not null,
  email         text not null check (email = lower(email)),
  name          text not null check (length(name) between 1 and 120),
  role          text not null check (role in ('admin', 'manager', 'sales_rep')),
  -- A PHC string (argon2id). Never leaves the accounts store.
  password_hash text not null,
  -- Which of the five peer colours the person has, 1 to 5.
  tint          smallint not null default 1 check (tint between 1 and 5),
  theme         text not null default 'system' check (theme in ('system', 'light', 'dark')),
  created_at    timestamptz not null default now(),
  disabled_at   timestamptz,
  primary key (company_id, id),
  constraint users_email_key unique (email)
);
call ops.guard('identity.users');

-- One row a sign-in. The browser holds the token, we hold its SHA-256.
create table identity.sessions (
  company_id   uuid not null,
  id           uuid not null,
  user_id      uuid not null,
  token_hash   bytea not null,
  remembered   boolean not null,
  address      text not null,
  device       text not null,
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- Absolute end. Idle sessions end earlier, see identity.session_by_token.
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  primary key (company_id, id),
  constraint sessions_token_key unique (token_hash),
  foreign key (company_id, user_id) references identity.users (company_id, id) on delete cascade
);
create index sessions_user on identity.sessions (company_id, user_id) where revoked_at is null;
call ops.guard('identity.sessions');

create table identity.invites (
  company_id  uuid not null,
  id          uuid not null,
  token_hash  bytea not null,
  email       text not null,
  role        text not null check (role in ('admin', 'manager', 'sales_rep')),
  invited_by  uuid not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  accepted_at timestamptz,
  revoked_at  timestamptz,
  primary key (company_id, id),
  constraint invites_token_key unique (token_hash),
  foreign key (company_id, invited_by) references identity.users (company_id, id)
);
call ops.guard('identity.invites');

create table identity.password_resets (
  company_id uuid not null,
  id         uuid not null,
  user_id    uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz,
  primary key (company_id, id),
  constraint password_resets_token_key unique (token_hash),
  foreign key (company_id, user_id) references identity.users (company_id, id) on delete cascade
);
call ops.guard('identity.password_resets');

-- Counters that slow guessing down, by account and by address. Not a tenant table: most tries
-- name nobody. The key is a hash, so the table says nothing about who was tried.
create table identity.attempts (
  key         bytea primary key,
  count       integer not null,
  window_ends timestamptz not null
);
grant select, insert, update, delete on identity.attempts to spotlight_app;

-- Letters: waiting, sent, or kept in the outbox where no mail server is configured.
create table ops.mails (
  company_id uuid not null references identity.companies (id),
  id         uuid not null,
  recipient  text not null,
  subject    text not null,
  body       text not null,
  created_at timestamptz not null default now(),
  sent_at    timestamptz,
  -- 'smtp' once handed to a server, 'outbox' when kept here for admins to read.
  delivered  text check (delivered in ('smtp', 'outbox')),
  primary key (company_id, id)
);
call ops.guard('ops.mails');
