-- Texts that the team writes to visitors again and again. Blanks in them, such as {{first_name|there}}, are filled in
-- where one is used (src/canned/model.rs).
create table talk.canned_replies (
  company_id uuid not null references identity.companies (id),
  id         uuid not null,
  -- What is typed behind a slash.
  name       text not null check (length(name) between 1 and 40),
  body       text not null check (length(body) between 1 and 4000),
  -- Goes up with every change: of two people who change it at once the second is told.
  version    integer not null default 1,
  primary key (company_id, id)
);
create unique index canned_replies_name on talk.canned_replies (company_id, lower(name));
call ops.guard('talk.canned_replies');
