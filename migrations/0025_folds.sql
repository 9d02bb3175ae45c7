-- Columns that a person has folded on their board. No event tells of it: it is how one person looks, as their theme is.
create table sales.folds (
  company_id uuid not null,
  user_id    uuid not null,
  stage_id   uuid not null,
  primary key (company_id, user_id, stage_id),
  foreign key (company_id, user_id) references identity.users (company_id, id) on delete cascade,
  foreign key (company_id, stage_id) references sales.stages (company_id, id) on delete cascade
);
call ops.guard('sales.folds');
