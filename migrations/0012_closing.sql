-- How a deal ended. Kept when the lead comes back to an open stage: an undone move loses nothing.
alter table sales.leads
  add column closed_on   date,
  add column lost_reason text check (lost_reason in ('price', 'competitor', 'timing', 'no_budget', 'no_answer', 'not_a_fit', 'other')),
  add column lost_note   text not null default '' check (length(lost_note) <= 2000);
