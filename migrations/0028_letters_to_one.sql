-- How many letters somebody got of late.
create index mails_to_one on ops.mails (company_id, recipient, created_at);
