//! The SQL of leads.

use crate::accounts::server::actor::Scope;
use crate::conversations::model::Answer;
use crate::leads::closing::{Closing, LostReason};
use crate::leads::model::{Card, LeadMoved, Source};
use crate::leads::scoring::ScoreReason;
use crate::tasks::model::NextStep;
use crate::values::{
    AssistantId, CompanyId, ContactId, ConversationId, Currency, Day, Email, FieldId, LeadId, Money, MutationId, Rank, Score, Sentiment,
    StageId, Tag, Timestamp, UserId,
};
use sqlx::{PgConnection, types::Json};
use std::collections::HashMap;

type Found<T> = Result<T, sqlx::Error>;

/// What stands in the company's own fields of a lead, as one would type it.
pub type Custom = HashMap<FieldId, String>;

struct CardRow {
    id: LeadId,
    name: String,
    organisation: String,
    stage: StageId,
    rank: Rank,
    value_minor: i64,
    currency: Currency,
    score: Option<Score>,
    sentiment: Sentiment,
    assistant: Option<AssistantId>,
    owner: Option<UserId>,
    last_message: String,
    last_activity_at: Timestamp,
    stage_entered_at: Timestamp,
    created_at: Timestamp,
    source: Source,
    closes_on: Option<String>,
    conversation: Option<ConversationId>,
    next_step: Option<String>,
    next_due: Option<Timestamp>,
    tags: Vec<Tag>,
    version: i32,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            organisation: row.organisation,
            stage: row.stage,
            rank: row.rank,
            value: Money { minor: row.value_minor, currency: row.currency },
            score: row.score,
            sentiment: row.sentiment,
            assistant: row.assistant,
            owner: row.owner,
            last_message: row.last_message,
            last_activity_at: row.last_activity_at,
            stage_entered_at: row.stage_entered_at,
            created_at: row.created_at,
            source: row.source,
            closes_on: row.closes_on.as_deref().and_then(Day::parse),
            conversation: row.conversation,
            next_step: row.next_step.map(|words| NextStep { words, due: row.next_due }),
            tags: row.tags,
            version: row.version,
        }
    }
}

/// Cards with the conditions that are given: one list of columns for all of them.
macro_rules! cards {
    ($conditions:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            CardRow,
            r#"select l.id as "id: LeadId", c.name, c.organisation, l.stage_id as "stage: StageId", l.rank as "rank: Rank", l.value_minor,
                      l.currency as "currency: Currency", l.score as "score: Score", l.sentiment as "sentiment: Sentiment",
                      l.assistant_id as "assistant: AssistantId", l.owner_id as "owner: UserId", l.last_message,
                      l.last_activity_at as "last_activity_at: Timestamp", l.stage_entered_at as "stage_entered_at: Timestamp",
                      l.created_at as "created_at: Timestamp", l.source as "source: Source", to_char(l.closes_on, 'YYYY-MM-DD') as closes_on,
                      l.conversation_id as "conversation: ConversationId", l.next_step, l.next_due as "next_due: Timestamp", l.tags as "tags: Vec<Tag>", l.version
                 from sales.leads l join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
                where "# + $conditions,
            $($argument),+
        )
    };
}

/// Every card in reach.
pub async fn cards(conn: &mut PgConnection, scope: &Scope) -> Found<Vec<Card>> {
    let rows = cards!("$1 or l.owner_id = $2 or l.assistant_id = any ($3)", scope.all, scope.user_arg(), &scope.assistants_arg())
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// The cards of these leads. The caller has them from what is in reach.
pub async fn cards_of(conn: &mut PgConnection, leads: &[LeadId]) -> Found<Vec<Card>> {
    let ids: Vec<_> = leads.iter().map(|id| id.0).collect();
    let rows = cards!("l.id = any ($1)", &ids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// One card, if it is in reach.
pub async fn card(conn: &mut PgConnection, scope: &Scope, lead: LeadId) -> Found<Option<Card>> {
    let row = cards!(
        "l.id = $4 and ($1 or l.owner_id = $2 or l.assistant_id = any ($3))",
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        lead.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Card::from))
}

/// Locks a lead that is in reach until the transaction ends. Read it afterwards, not with the same
/// statement: the tables that are not locked would show what they were before the wait, and the
/// lead may have left reach meanwhile.
pub async fn lock(conn: &mut PgConnection, scope: &Scope, lead: LeadId) -> Found<()> {
    sqlx::query!(
        "select id from sales.leads l where id = $4 and ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) for update",
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        lead.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// What a move must know of a lead.
pub struct Standing {
    /// Where it stands.
    pub stage: StageId,
    /// As of which change.
    pub version: i32,
    /// The assistant it is on.
    pub assistant: Option<AssistantId>,
    /// Whose it is.
    pub owner: Option<UserId>,
}

/// Locks a lead that is in reach until the transaction ends, and says how it stands then. Nothing of other
/// tables, for the reason at [`lock`].
pub async fn lock_standing(conn: &mut PgConnection, scope: &Scope, lead: LeadId) -> Found<Option<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"select stage_id as "stage: StageId", version, assistant_id as "assistant: AssistantId", owner_id as "owner: UserId"
             from sales.leads l where id = $4 and ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) for update"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        lead.0
    )
    .fetch_optional(conn)
    .await
}

/// The cards of one column in order, whoever may see them.
pub async fn column(conn: &mut PgConnection, stage: StageId) -> Found<Vec<Card>> {
    let rows = cards!("l.stage_id = $1 order by l.rank, l.id", stage.0).fetch_all(conn).await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Writes a move down as it was decided.
pub async fn set_place(conn: &mut PgConnection, moved: &LeadMoved) -> Found<()> {
    sqlx::query!(
        "update sales.leads set stage_id = $2, rank = $3, version = $4, last_activity_at = greatest(last_activity_at, $5),
                stage_entered_at = case when stage_id = $2 then stage_entered_at else $5 end
          where id = $1",
        moved.lead.0,
        moved.to.0,
        moved.rank.as_str(),
        moved.version,
        moved.at as Timestamp,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The move of that lead that this mutation asked for, if it was done before.
pub async fn move_by(conn: &mut PgConnection, lead: LeadId, mutation: MutationId) -> Found<Option<LeadMoved>> {
    let body = sqlx::query_scalar!(
        r#"select body as "body: Json<LeadMoved>" from ops.events where lead_id = $1 and mutation_id = $2 and kind = 'lead_moved' limit 1"#,
        lead.0,
        mutation.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(body.map(|body| body.0))
}

/// The lead that this mutation made, if it was made before.
pub async fn made_by(conn: &mut PgConnection, mutation: MutationId) -> Found<Option<LeadId>> {
    sqlx::query_scalar!(r#"select id as "id: LeadId" from sales.leads where mutation_id = $1"#, mutation.0).fetch_optional(conn).await
}

/// What the company trades in.
pub async fn currency(conn: &mut PgConnection, company: CompanyId) -> Found<Currency> {
    sqlx::query_scalar!(r#"select currency as "currency: Currency" from identity.companies where id = $1"#, company.0).fetch_one(conn).await
}

/// A lead that comes into being.
pub struct Fresh {
    /// As it will stand on the board.
    pub card: Card,
    /// Their address; may be empty.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// Why the score is what it is.
    pub reasons: Vec<ScoreReason>,
    /// What stands in the company's own fields.
    pub custom: Custom,
    /// What asked for it.
    pub mutation: Option<MutationId>,
}

/// Stores a lead and the person behind it.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, fresh: &Fresh) -> Found<()> {
    let (card, contact) = (&fresh.card, ContactId::new());
    sqlx::query!(
        "insert into sales.contacts (company_id, id, name, organisation, email, phone) values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''))",
        company.0,
        contact.0,
        card.name,
        card.organisation,
        fresh.email,
        fresh.phone
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into sales.leads (company_id, id, contact_id, stage_id, rank, value_minor, currency, score, score_reasons, sentiment, source,
                                  assistant_id, owner_id, version, last_message, last_activity_at, stage_entered_at, created_at, mutation_id,
                                  conversation_id, closes_on, custom)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $20, $18, $19, $21::text::date, $22)",
        company.0,
        card.id.0,
        contact.0,
        card.stage.0,
        card.rank.as_str(),
        card.value.minor,
        card.value.currency.as_str(),
        card.score as Option<Score>,
        serde_json::json!(fresh.reasons),
        card.sentiment.as_str(),
        card.source.as_str(),
        card.assistant.map(|id| id.0),
        card.owner.map(|id| id.0),
        card.version,
        card.last_message,
        card.last_activity_at as Timestamp,
        card.stage_entered_at as Timestamp,
        fresh.mutation.map(|id| id.0),
        card.conversation.map(|id| id.0),
        card.created_at as Timestamp,
        card.closes_on.map(Day::iso),
        Json(&fresh.custom) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes how a deal ended, if it has.
pub async fn set_closing(conn: &mut PgConnection, card: &Card, closing: Option<&Closing>) -> Found<()> {
    sqlx::query!(
        "update sales.leads set value_minor = $2, version = $3, closed_on = $4::text::date, lost_reason = $5, lost_note = $6 where id = $1",
        card.id.0,
        card.value.minor,
        card.version,
        closing.map(|closing| closing.closed_on.iso()),
        closing.and_then(|closing| closing.reason).map(LostReason::as_str),
        closing.map_or("", |closing| closing.note.as_str())
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the fields that people change.
pub async fn set_face(conn: &mut PgConnection, card: &Card, email: &str, phone: &str) -> Found<()> {
    sqlx::query!(
        "with l as (update sales.leads set value_minor = $2, currency = $3, version = $4, closes_on = $9::text::date where id = $1 returning company_id, contact_id)
         update sales.contacts c set name = $5, organisation = $6, email = nullif($7, ''), phone = nullif($8, '')
           from l where (c.company_id, c.id) = (l.company_id, l.contact_id)",
        card.id.0,
        card.value.minor,
        card.value.currency.as_str(),
        card.version,
        card.name,
        card.organisation,
        email,
        phone,
        card.closes_on.map(Day::iso),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what stands in the company's own fields.
pub async fn set_custom(conn: &mut PgConnection, lead: LeadId, custom: &Custom) -> Found<()> {
    sqlx::query!("update sales.leads set custom = $2 where id = $1", lead.0, Json(custom) as _).execute(conn).await?;
    Ok(())
}

/// Gives a lead to somebody, or to nobody.
pub async fn set_owner(conn: &mut PgConnection, lead: LeadId, owner: Option<UserId>, version: i32) -> Found<()> {
    sqlx::query!("update sales.leads set owner_id = $2, version = $3 where id = $1", lead.0, owner.map(|id| id.0), version)
        .execute(conn)
        .await?;
    Ok(())
}

/// Everyone who may sign in: id, name and address.
pub async fn people(conn: &mut PgConnection) -> Found<Vec<(UserId, String, Email)>> {
    sqlx::query!(r#"select id as "id: UserId", name, email as "email: Email" from identity.users where disabled_at is null"#)
        .map(|row| (row.id, row.name, row.email))
        .fetch_all(conn)
        .await
}

/// Whether somebody works here and may sign in.
pub async fn works_here(conn: &mut PgConnection, user: UserId) -> Found<bool> {
    let found = sqlx::query!("select id from identity.users where id = $1 and disabled_at is null", user.0).fetch_optional(conn).await?;
    Ok(found.is_some())
}

/// What only the lead page shows of a lead.
pub struct Details {
    /// Their address; may be empty.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// What stands in the company's own fields.
    pub custom: Custom,
    /// Why the score is what it is.
    pub reasons: Vec<ScoreReason>,
    /// How the deal ended, if somebody said so.
    pub closing: Option<Closing>,
}

/// What only the lead page shows. The caller has checked that the lead is in reach.
pub async fn details(conn: &mut PgConnection, lead: LeadId) -> Found<Details> {
    let row = sqlx::query!(
        r#"select coalesce(c.email, '') as "email!", coalesce(c.phone, '') as "phone!", l.custom as "custom: Json<Custom>", l.score_reasons as "reasons: Json<Vec<ScoreReason>>",
                  to_char(l.closed_on, 'YYYY-MM-DD') as closed_on, l.lost_reason as "lost_reason: LostReason", l.lost_note
             from sales.leads l join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id) where l.id = $1"#,
        lead.0
    )
    .fetch_one(conn)
    .await?;
    let closing =
        row.closed_on.as_deref().and_then(Day::parse).map(|closed_on| Closing { closed_on, reason: row.lost_reason, note: row.lost_note });
    Ok(Details { email: row.email, phone: row.phone, custom: row.custom.0, reasons: row.reasons.0, closing })
}

/// What has been found out about a lead, in the order it was.
pub async fn answers(conn: &mut PgConnection, lead: LeadId) -> Found<Vec<Answer>> {
    sqlx::query_as!(Answer, r#"select key, label, value as "value?" from sales.answers where lead_id = $1 order by at, key"#, lead.0)
        .fetch_all(conn)
        .await
}
