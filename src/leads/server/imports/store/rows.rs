//! The SQL of what rows become.

use crate::leads::imports::{Fate, Rejected};
use crate::leads::server::store::Fresh;
use crate::values::{AssistantId, CompanyId, ContactId, Day, ImportId, LeadId, Timestamp, UserId, uuid_now};
use sqlx::PgConnection;
use uuid::Uuid;

/// The assistants: id and name.
pub async fn assistants(conn: &mut PgConnection) -> Result<Vec<(AssistantId, String)>, sqlx::Error> {
    sqlx::query!(r#"select id as "id: AssistantId", name from talk.assistants"#).map(|row| (row.id, row.name)).fetch_all(conn).await
}

/// Those of the keys that an earlier row of the file has.
pub async fn read_before(conn: &mut PgConnection, import: ImportId, keys: &[String]) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select key from sales.import_keys where import_id = $1 and key = any ($2)", import.0, keys).fetch_all(conn).await
}

/// Waits until no other file of the company is being read, and has them wait until the transaction ends.
pub async fn take_turn(conn: &mut PgConnection, company: CompanyId) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('import ' || $1::text, 0))", company.to_string()).execute(conn).await?;
    Ok(())
}

/// Those of the keys, addresses and telephone numbers alike, that a lead has already.
pub async fn taken(conn: &mut PgConnection, keys: &[String]) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select key as "key!" from (
             select company_id, id, email as key from sales.contacts where email = any ($1)
             union all select company_id, id, phone_key from sales.contacts where phone_key = any ($1)) c
            where exists (select from sales.leads l where (l.company_id, l.contact_id) = (c.company_id, c.id))"#,
        keys
    )
    .fetch_all(conn)
    .await
}

/// Remembers the keys of rows that make leads.
pub async fn remember(conn: &mut PgConnection, company: CompanyId, import: ImportId, keys: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sales.import_keys (company_id, import_id, key) select $1, $2, key from unnest($3::text[]) key on conflict do nothing",
        company.0,
        import.0,
        keys
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets all keys of a file.
pub async fn forget(conn: &mut PgConnection, import: ImportId) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sales.import_keys where import_id = $1", import.0).execute(conn).await?;
    Ok(())
}

/// Stores rows that make no lead.
pub async fn reject(conn: &mut PgConnection, company: CompanyId, import: ImportId, rows: &[(Fate, Rejected)]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sales.import_rejects (company_id, import_id, fate, line, reason, cells)
         select $1, $2, fate, line, reason, cells from unnest($3::text[], $4::bigint[], $5::text[], $6::jsonb[]) r (fate, line, reason, cells)",
        company.0,
        import.0,
        &rows.iter().map(|(fate, _)| fate.as_str().to_owned()).collect::<Vec<_>>(),
        &rows.iter().map(|(_, row)| row.line).collect::<Vec<_>>(),
        &rows.iter().map(|(_, row)| row.reason.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|(_, row)| serde_json::json!(row.cells)).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores many leads and the people behind them. They all came at that moment.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, at: Timestamp, leads: &[Fresh]) -> Result<(), sqlx::Error> {
    fn each<T>(leads: &[Fresh], of: impl Fn(&Fresh) -> T) -> Vec<T> {
        leads.iter().map(of).collect()
    }
    let contacts = each(leads, |_| ContactId::new().0);
    sqlx::query!(
        "insert into sales.contacts (company_id, id, name, organisation, email, phone)
         select $1, id, name, organisation, nullif(email, ''), nullif(phone, '')
           from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) c (id, name, organisation, email, phone)",
        company.0,
        &contacts,
        &each(leads, |lead| lead.card.name.clone()),
        &each(leads, |lead| lead.card.organisation.clone()),
        &each(leads, |lead| lead.email.clone()),
        &each(leads, |lead| lead.phone.clone())
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into sales.leads (company_id, id, contact_id, stage_id, rank, value_minor, currency, score, score_reasons, sentiment, source,
                                  assistant_id, owner_id, closes_on, custom, last_activity_at, stage_entered_at, created_at)
         select $1, id, contact, stage, rank, minor, currency, score, reasons, sentiment, source, assistant, owner, closes::date, custom, $14, $14, $14
           from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::smallint[], $9::jsonb[], $10::text[],
                       $11::text[], $12::uuid[], $13::uuid[], $15::text[], $16::jsonb[])
             l (id, contact, stage, rank, minor, currency, score, reasons, sentiment, source, assistant, owner, closes, custom)",
        company.0,
        &each(leads, |lead| lead.card.id.0),
        &contacts,
        &each(leads, |lead| lead.card.stage.0),
        &each(leads, |lead| lead.card.rank.as_str().to_owned()),
        &each(leads, |lead| lead.card.value.minor),
        &each(leads, |lead| lead.card.value.currency.as_str().to_owned()),
        &each(leads, |lead| lead.card.score.map(|score| i16::from(score.get()))) as &[Option<i16>],
        &each(leads, |lead| serde_json::json!(lead.reasons)),
        &each(leads, |lead| lead.card.sentiment.as_str().to_owned()),
        &each(leads, |lead| lead.card.source.as_str().to_owned()),
        &each(leads, |lead| lead.card.assistant.map(|id| id.0)) as &[Option<Uuid>],
        &each(leads, |lead| lead.card.owner.map(|id| id.0)) as &[Option<Uuid>],
        at as Timestamp,
        &each(leads, |lead| lead.card.closes_on.map(Day::iso)) as &[Option<String>],
        &each(leads, |lead| serde_json::json!(lead.custom))
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes one private note on each of the leads.
pub async fn insert_notes(
    conn: &mut PgConnection,
    company: CompanyId,
    author: UserId,
    notes: &[(LeadId, String)],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sales.notes (company_id, id, lead_id, author_id, body)
         select $1, id, lead, $2, body from unnest($3::uuid[], $4::uuid[], $5::text[]) n (id, lead, body)",
        company.0,
        author.0,
        &notes.iter().map(|_| uuid_now()).collect::<Vec<_>>(),
        &notes.iter().map(|(lead, _)| lead.0).collect::<Vec<_>>(),
        &notes.iter().map(|(_, body)| body.clone()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}
