//! The SQL of a lead's page.

use crate::conversations::model::{Author, Owner};
use crate::leads::page::Talk;
use crate::values::{AssistantId, ConversationId, LeadId, Timestamp};
use sqlx::PgConnection;

/// The conversations of a lead, newest first.
pub async fn talks(conn: &mut PgConnection, lead: LeadId) -> Result<Vec<Talk>, sqlx::Error> {
    sqlx::query_as!(
        Talk,
        r#"select id as "id: ConversationId", assistant_id as "assistant: AssistantId", owner as "owner: Owner", last_message,
                  last_author as "last_author: Author", last_at as "last_at: Timestamp"
             from talk.conversations where lead_id = $1 order by last_at desc limit 20"#,
        lead.0
    )
    .fetch_all(conn)
    .await
}
