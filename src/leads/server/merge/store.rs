//! The SQL of merging.

use crate::activity::model::Who;
use crate::leads::merge::Merged;
use crate::leads::model::Card;
use crate::leads::server::store::{self as leads, Custom};
use crate::values::{CompanyId, ConversationId, Day, LeadId, Money, Tag, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

type Found<T> = Result<T, sqlx::Error>;

/// Rows that belong to a lead, by their ids; answers by their keys.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Rows {
    notes: Vec<Uuid>,
    tasks: Vec<Uuid>,
    pub conversations: Vec<Uuid>,
    answers: Vec<String>,
    #[serde(default)]
    files: Vec<Uuid>,
}

impl Rows {
    /// The conversations among them.
    pub fn talks(&self) -> Vec<ConversationId> {
        self.conversations.iter().copied().map(ConversationId).collect()
    }
}

/// The fields of a lead that change when another becomes part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Face {
    pub name: String,
    pub organisation: String,
    pub email: String,
    pub phone: String,
    pub value: Money,
    #[serde(default)]
    pub closes_on: Option<Day>,
    #[serde(default)]
    pub custom: Custom,
    pub conversation: Option<ConversationId>,
    pub last_message: String,
    pub last_activity_at: Timestamp,
}

/// What one lead has taken over from another.
#[derive(Debug, Serialize, Deserialize)]
pub struct Taken {
    pub rows: Rows,
    /// Tags that it did not have.
    pub tags: Vec<Tag>,
    pub before: Face,
    pub after: Face,
}

/// How many notes, tasks, answers, conversations and files a lead has.
pub async fn count(conn: &mut PgConnection, lead: LeadId) -> Found<Vec<i64>> {
    let row = sqlx::query!(
        r#"select (select count(*) from sales.notes where lead_id = $1) as "notes!", (select count(*) from sales.tasks where lead_id = $1) as "tasks!",
                  (select count(*) from sales.answers where lead_id = $1) as "answers!",
                  (select count(*) from talk.conversations where lead_id = $1) as "talks!",
                  (select count(*) from sales.files where lead_id = $1 and at is not null and removed_at is null) as "files!""#,
        lead.0
    )
    .fetch_one(conn)
    .await?;
    Ok(vec![row.notes, row.tasks, row.answers, row.talks, row.files])
}

/// Locks the conversations of leads until the transaction ends.
pub async fn hold_talks(conn: &mut PgConnection, leads: &[LeadId]) -> Found<()> {
    let ids: Vec<_> = leads.iter().map(|lead| lead.0).collect();
    sqlx::query!("select id from talk.conversations where lead_id = any ($1) order by id for update", &ids).fetch_all(conn).await?;
    Ok(())
}

/// The fields of a lead as they are.
pub async fn face(conn: &mut PgConnection, card: &Card) -> Found<Face> {
    let details = leads::details(conn, card.id).await?;
    Ok(Face {
        name: card.name.clone(),
        organisation: card.organisation.clone(),
        email: details.email,
        phone: details.phone,
        value: card.value,
        closes_on: card.closes_on,
        custom: details.custom,
        conversation: card.conversation,
        last_message: card.last_message.clone(),
        last_activity_at: card.last_activity_at,
    })
}

/// Writes them, with the card's tags and version, and has the card show them.
pub async fn set_face(conn: &mut PgConnection, card: &mut Card, face: &Face) -> Found<()> {
    let Face { name, organisation, email, phone, value, closes_on, custom, conversation, last_message, last_activity_at } = face.clone();
    (card.name, card.organisation, card.value, card.closes_on) = (name, organisation, value, closes_on);
    (card.conversation, card.last_message, card.last_activity_at) = (conversation, last_message, last_activity_at);
    leads::set_face(conn, card, &email, &phone).await?;
    leads::set_custom(conn, card.id, &custom).await?;
    sqlx::query!(
        "update sales.leads set conversation_id = $2, last_message = $3, last_activity_at = $4, tags = $5 where id = $1",
        card.id.0,
        card.conversation.map(|id| id.0),
        card.last_message,
        card.last_activity_at as Timestamp,
        &card.tags as &[Tag]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What one lead has goes over to another: all of it, or these rows as far as it still has them. Of answers to one
/// question the other keeps its own. Gives what went over.
pub async fn take_over(conn: &mut PgConnection, from: LeadId, to: LeadId, only: Option<&Rows>) -> Found<Rows> {
    let all = only.is_none();
    let none = Rows::default();
    let only = only.unwrap_or(&none);
    Ok(Rows {
        notes: sqlx::query_scalar!(
            "update sales.notes set lead_id = $2 where lead_id = $1 and ($3 or id = any ($4)) returning id",
            from.0,
            to.0,
            all,
            &only.notes
        )
        .fetch_all(&mut *conn)
        .await?,
        tasks: sqlx::query_scalar!(
            "update sales.tasks set lead_id = $2 where lead_id = $1 and ($3 or id = any ($4)) returning id",
            from.0,
            to.0,
            all,
            &only.tasks
        )
        .fetch_all(&mut *conn)
        .await?,
        conversations: sqlx::query_scalar!(
            "update talk.conversations set lead_id = $2 where lead_id = $1 and ($3 or id = any ($4)) returning id",
            from.0,
            to.0,
            all,
            &only.conversations
        )
        .fetch_all(&mut *conn)
        .await?,
        files: sqlx::query_scalar!(
            "update sales.files set lead_id = $2 where lead_id = $1 and ($3 or id = any ($4)) returning id",
            from.0,
            to.0,
            all,
            &only.files
        )
        .fetch_all(&mut *conn)
        .await?,
        answers: sqlx::query_scalar!(
            "update sales.answers a set lead_id = $2
              where lead_id = $1 and ($3 or key = any ($4))
                and not exists (select from sales.answers own where own.lead_id = $2 and own.key = a.key) returning key",
            from.0,
            to.0,
            all,
            &only.answers
        )
        .fetch_all(&mut *conn)
        .await?,
    })
}

/// Writes down what was taken over.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, (kept, gone): (LeadId, LeadId), by: &Who, taken: &Taken) -> Found<()> {
    sqlx::query!(
        "insert into sales.merges (company_id, id, kept, gone, by, taken) values ($1, $2, $3, $4, $5, $6)",
        company.0,
        Uuid::now_v7(),
        kept.0,
        gone.0,
        Json(by) as _,
        Json(taken) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The lead that this one is part of.
pub async fn merged_into(conn: &mut PgConnection, gone: LeadId) -> Found<Option<LeadId>> {
    sqlx::query_scalar!(r#"select kept as "kept: LeadId" from sales.merges where gone = $1 and parted_at is null"#, gone.0)
        .fetch_optional(conn)
        .await
}

/// How a lead became part of another, locked until the transaction ends.
pub async fn lock_merge(conn: &mut PgConnection, gone: LeadId) -> Found<Option<(Uuid, LeadId, Taken)>> {
    let row = sqlx::query!(
        r#"select id, kept as "kept: LeadId", taken as "taken: Json<Taken>" from sales.merges where gone = $1 and parted_at is null for update"#,
        gone.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.kept, row.taken.0)))
}

/// It is part of the other no longer.
pub async fn part(conn: &mut PgConnection, merge: Uuid) -> Found<()> {
    sqlx::query!("update sales.merges set parted_at = now() where id = $1", merge).execute(conn).await?;
    Ok(())
}

/// The leads that have become part of this one, the latest first. The transaction looks inside the trash.
pub async fn parts(conn: &mut PgConnection, kept: LeadId) -> Found<Vec<Merged>> {
    let rows = sqlx::query!(
        r#"select m.gone as "lead: LeadId", c.name, m.by as "by: Json<Who>", m.at as "at: Timestamp"
             from sales.merges m
             join sales.leads l on (l.company_id, l.id) = (m.company_id, m.gone)
             join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
            where m.kept = $1 and m.parted_at is null order by m.at desc"#,
        kept.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Merged { lead: row.lead, name: row.name, by: row.by.0.name().to_owned(), at: row.at }).collect())
}

/// Files that went with messages of those conversations go where the conversations are.
pub async fn files_follow(conn: &mut PgConnection, talks: &[Uuid], from: LeadId, to: LeadId) -> Found<()> {
    sqlx::query!(
        "update sales.files f set lead_id = $3
          where lead_id = $2 and exists (
            select from talk.messages m
             where m.conversation_id = any ($1) and m.files @> jsonb_build_array(jsonb_build_object('id', f.id)))",
        talks,
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A lead and all that have become part of it, also by way of others: whose history is its own.
pub async fn all_parts(conn: &mut PgConnection, kept: LeadId) -> Found<Vec<LeadId>> {
    sqlx::query_scalar!(
        r#"with recursive whole as (
             select $1::uuid as lead
             union select m.gone from sales.merges m join whole on m.kept = whole.lead where m.parted_at is null)
           select lead as "lead!: LeadId" from whole"#,
        kept.0
    )
    .fetch_all(conn)
    .await
}
