//! The SQL of what conversations tell a lead, and of its score.

use crate::assistants::model::Question;
use crate::conversations::model::Answer;
use crate::leads::model::Card;
use crate::leads::scoring::Facts;
use crate::leads::scoring::ScoreReason;
use crate::leads::server::store::answers;
use crate::values::{AssistantId, CompanyId, ConversationId, LeadId, MessageId, Score, Sentiment, Timestamp};
use sqlx::{PgConnection, types::Json};

type Found<T> = Result<T, sqlx::Error>;

/// Stores one answer. False when it was known already, word for word.
pub async fn set_answer(
    conn: &mut PgConnection,
    company: CompanyId,
    lead: LeadId,
    message: MessageId,
    answer: &Answer,
    value: &str,
) -> Found<bool> {
    let done = sqlx::query!(
        "insert into sales.answers (company_id, lead_id, key, label, value, message_id) values ($1, $2, $3, $4, $5, $6)
         on conflict (company_id, lead_id, key) do update set label = $4, value = $5, message_id = $6, at = now()
          where answers.value <> $5",
        company.0,
        lead.0,
        answer.key,
        answer.label,
        value,
        message.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What the score is worked out from.
pub async fn facts(conn: &mut PgConnection, card: &Card) -> Found<Facts> {
    let row = sqlx::query!(
        r#"select c.email is not null as "email!", c.phone is not null as "phone!", now() as "now!: Timestamp",
                  count(m.id) as "messages!", max(m.at) as "last_heard: Timestamp"
             from sales.leads l
             join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
             left join talk.conversations v on (v.company_id, v.lead_id) = (l.company_id, l.id)
             left join talk.messages m on (m.company_id, m.conversation_id) = (v.company_id, v.id) and m.author = 'visitor'
            where l.id = $1 group by c.email, c.phone"#,
        card.id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(Facts {
        answers: answers(conn, card.id).await?,
        value: card.value,
        mood: card.sentiment,
        messages: row.messages,
        last_heard: row.last_heard,
        email: row.email,
        phone: row.phone,
        now: row.now,
    })
}

/// Writes the score down.
pub async fn set_score(conn: &mut PgConnection, lead: LeadId, score: Score, reasons: &[ScoreReason]) -> Found<()> {
    sqlx::query!("update sales.leads set score = $2, score_reasons = $3 where id = $1", lead.0, score as Score, serde_json::json!(reasons))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes on the card what the visitor said last, and when.
pub async fn set_last_message(conn: &mut PgConnection, lead: LeadId, preview: &str, at: Timestamp) -> Found<()> {
    sqlx::query!(
        "update sales.leads set last_message = $2, last_activity_at = greatest(last_activity_at, $3) where id = $1",
        lead.0,
        preview,
        at as Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which conversation a card leads to.
pub async fn set_conversation(conn: &mut PgConnection, lead: LeadId, conversation: ConversationId) -> Found<()> {
    sqlx::query!("update sales.leads set conversation_id = $2 where id = $1", lead.0, conversation.0).execute(conn).await?;
    Ok(())
}

/// Writes the visitor's mood on the card.
pub async fn set_mood(conn: &mut PgConnection, lead: LeadId, mood: Sentiment) -> Found<()> {
    sqlx::query!("update sales.leads set sentiment = $2 where id = $1", lead.0, mood.as_str()).execute(conn).await?;
    Ok(())
}

/// What an assistant asks.
pub async fn questions(conn: &mut PgConnection, assistant: AssistantId) -> Found<Vec<Question>> {
    let row =
        sqlx::query_scalar!(r#"select questions as "questions: Json<Vec<Question>>" from talk.assistants where id = $1"#, assistant.0)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|questions| questions.0).unwrap_or_default())
}
