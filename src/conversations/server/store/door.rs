//! What is looked up before a company is known: the assistant behind a public key.

use crate::values::{AssistantId, CompanyId};
use sqlx::PgPool;

/// What anybody may know of the assistant behind a public key.
pub struct Door {
    /// The public key.
    pub key: String,
    /// Its company.
    pub company: CompanyId,
    /// The assistant.
    pub assistant: AssistantId,
    /// Its name.
    pub name: String,
    /// Its lamp.
    pub hue: u8,
    /// Its first line.
    pub greeting: String,
    /// Whether it answers.
    pub live: bool,
    /// The company's name.
    pub company_name: String,
    /// Where its widget may be framed.
    pub origins: Vec<String>,
    /// Whether it belongs to the demo.
    pub demo: bool,
}

/// The assistant behind a public key.
pub async fn door(pool: &PgPool, key: &str) -> Result<Option<Door>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select company_id as "company!: CompanyId", assistant_id as "assistant!: AssistantId", name as "name!", hue as "hue!",
                  greeting as "greeting!", live as "live!", company_name as "company_name!", widget_origins as "origins!", demo as "demo!"
             from talk.assistant_by_key($1)"#,
        key
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Door {
        key: key.to_owned(),
        company: row.company,
        assistant: row.assistant,
        name: row.name,
        hue: u8::try_from(row.hue).unwrap_or(0),
        greeting: row.greeting,
        live: row.live,
        company_name: row.company_name,
        origins: row.origins,
        demo: row.demo,
    }))
}

/// The companies of the demo.
pub async fn demo_companies(pool: &PgPool) -> Result<Vec<CompanyId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select company_id as "company!: CompanyId" from ops.demo_companies()"#).fetch_all(pool).await
}
