-- Files that go with a message: some of its lead's, as they were called then. One that is taken off its lead since is
-- named and can no longer be opened.
alter table talk.messages
  add column files jsonb not null default '[]',
  drop constraint messages_body_check,
  add constraint messages_says_something check (length(body) <= 20000 and (body <> '' or files <> '[]'));
