-- Messages that were written to go out later: they answer nothing that was asked meanwhile.
alter table talk.messages add column sent_later boolean not null default false;
