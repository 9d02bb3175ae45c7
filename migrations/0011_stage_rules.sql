-- What a company decides about its stages.
alter table sales.stages
  add column tone        text not null default 'slate' check (tone in ('slate', 'blue', 'teal', 'amber', 'green', 'red')),
  -- How likely a lead that stands here is won, in percent.
  add column probability smallint not null default 0 check (probability between 0 and 100),
  -- So many leads at most; with `wip_hard` no person can put one more in.
  add column wip_limit   integer check (wip_limit between 1 and 9999),
  add column wip_hard    boolean not null default false,
  -- A lead that has stood here for longer is marked. Counted from when it entered the stage.
  add column rot_days    integer check (rot_days between 1 and 365),
  -- A stage that was removed stays for what its leads' histories tell.
  add column removed_at  timestamptz;

-- The stages there are get what new ones are given. For a moment their owner sees every company's.
alter table sales.stages no force row level security;
update sales.stages
   set (tone, probability) = (case slug when 'contacted' then 'blue' when 'qualified' then 'teal' when 'proposal' then 'amber'
                                        when 'won' then 'green' when 'lost' then 'red' else 'slate' end,
                              case slug when 'new' then 10 when 'contacted' then 25 when 'qualified' then 50 when 'proposal' then 75
                                        when 'won' then 100 else 0 end);
alter table sales.stages force row level security;
