//! Placeholder until the leads branch is merged.
#![allow(missing_docs)]
use crate::conversations::model::Answer;
use crate::error::AppError;
use crate::leads::model::Card;
use crate::server::db::{Audience, Tx};
use crate::values::*;

pub async fn arrive(tx: &mut Tx, assistant: AssistantId, name: String, first: &str, conversation: ConversationId) -> Result<Card, AppError> {
    let (lead, contact) = (LeadId::new(), ContactId::new());
    let company = tx.company();
    sqlx::query("insert into sales.contacts (company_id, id, name) values ($1, $2, $3)").bind(company.0).bind(contact.0).bind(&name).execute(&mut **tx).await?;
    let stage: StageId = sqlx::query_scalar("select id from sales.stages order by position limit 1").fetch_one(&mut **tx).await?;
    sqlx::query("insert into sales.leads (company_id, id, contact_id, stage_id, rank, currency, source, assistant_id, last_message) values ($1,$2,$3,$4,'V','GBP','widget',$5,$6)")
        .bind(company.0).bind(lead.0).bind(contact.0).bind(stage.0).bind(assistant.0).bind(first).execute(&mut **tx).await?;
    Ok(Card {
        id: lead, name, organisation: String::new(), stage, rank: Rank::between(None, None), value: Money { minor: 0, currency: Currency::Gbp },
        score: None, sentiment: Sentiment::Neutral, assistant: Some(assistant), owner: None, last_message: first.into(),
        last_activity_at: Timestamp::now(), stage_entered_at: Timestamp::now(), conversation: Some(conversation), version: 1,
    })
}
pub async fn audience(tx: &mut Tx, lead: LeadId) -> Result<Audience, AppError> {
    let row: (Option<AssistantId>, Option<UserId>) = sqlx::query_as("select assistant_id, owner_id from sales.leads where id = $1").bind(lead.0).fetch_one(&mut **tx).await?;
    Ok(Audience::of_lead(row.0, row.1))
}
pub async fn heard(tx: &mut Tx, lead: LeadId, body: &str) -> Result<Audience, AppError> {
    sqlx::query("update sales.leads set last_message = $2, last_activity_at = now() where id = $1").bind(lead.0).bind(body).execute(&mut **tx).await?;
    audience(tx, lead).await
}
pub async fn felt(tx: &mut Tx, lead: LeadId, overall: Sentiment) -> Result<(), AppError> {
    sqlx::query("update sales.leads set sentiment = $2 where id = $1").bind(lead.0).bind(overall.as_str()).execute(&mut **tx).await?;
    Ok(())
}
pub async fn learned(tx: &mut Tx, lead: LeadId, _conversation: ConversationId, message: MessageId, answers: Vec<Answer>) -> Result<(), AppError> {
    let company = tx.company();
    for a in answers {
        sqlx::query("insert into sales.answers (company_id, lead_id, key, label, value, message_id) values ($1,$2,$3,$4,$5,$6) on conflict (company_id, lead_id, key) do update set value = $5")
            .bind(company.0).bind(lead.0).bind(a.key).bind(a.label).bind(a.value).bind(message.0).execute(&mut **tx).await?;
    }
    Ok(())
}
