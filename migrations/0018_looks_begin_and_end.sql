-- No query can use it: the past is read in the order of the key.
drop index ops.events_leads_in_order;
