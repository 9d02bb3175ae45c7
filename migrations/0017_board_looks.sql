-- When a person last looked at the board: what changed since is shown beside it.
create table sales.board_looks (
  company_id uuid not null,
  user_id    uuid not null,
  -- The latest look, and the one before this sitting: looks less than half an hour apart are one sitting.
  looked_at  timestamptz not null,
  before     timestamptz,
  primary key (company_id, user_id),
  foreign key (company_id, user_id) references identity.users (company_id, id) on delete cascade
);
call ops.guard('sales.board_looks');

-- The board of a past moment is folded from these events of its leads.
create index events_leads_in_order on ops.events (company_id, seq) where lead_id is not null;
