//! The SQL of the search. What it does stands in `sales.search`, and why there.

use crate::accounts::server::actor::Scope;
use crate::search::model::{Hit, HitKind};
use crate::values::{ConversationId, LeadId, Score, Timestamp};
use sqlx::PgConnection;

/// Hits among the leads in reach: people first, then notes and messages, the newest first in each.
/// Notes and messages only if `deep`. In `excerpt` stands the whole text.
pub async fn search(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &str,
    name: &str,
    deep: bool,
    most: i32,
) -> Result<Vec<Hit>, sqlx::Error> {
    sqlx::query_as!(
        Hit,
        r#"select kind as "kind!: HitKind", lead as "lead!: LeadId", conversation as "conversation: ConversationId", at as "at!: Timestamp",
                  body as "excerpt!", name as "name!", organisation as "organisation!", stage as "stage!", score as "score: Score"
             from sales.search(to_tsquery('simple', $1), $2, $3, $4, $5, $6, $7)"#,
        query,
        name,
        deep,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        most
    )
    .fetch_all(conn)
    .await
}
