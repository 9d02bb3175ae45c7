//! SQL of what is to go out later.

use crate::conversations::model::{Channel, Scheduled};
use crate::values::{ConversationId, FileId, MessageId, Timestamp, UserId};
use sqlx::PgConnection;

/// What is to go out later in a conversation, the first first, without its files, and which those are.
pub async fn scheduled(conn: &mut PgConnection, conversation: ConversationId) -> Result<Vec<(Scheduled, Vec<FileId>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select s.id as "id: MessageId", s.user_id as "user: UserId", u.name, s.body, s.files as "files: Vec<FileId>", s.channel as "channel: Channel", s.send_at as "at: Timestamp"
             from talk.scheduled_messages s join identity.users u on (u.company_id, u.id) = (s.company_id, s.user_id)
            where s.conversation_id = $1 order by s.send_at, s.id"#,
        conversation.0
    )
    .fetch_all(conn)
    .await?;
    let scheduled = rows.into_iter().map(|row| {
        (
            Scheduled { id: row.id, user: row.user, name: row.name, body: row.body, files: Vec::new(), channel: row.channel, at: row.at },
            row.files,
        )
    });
    Ok(scheduled.collect())
}

/// Keeps what is to go out later. False when it is kept already.
pub async fn schedule(conn: &mut PgConnection, conversation: ConversationId, scheduled: &Scheduled) -> Result<bool, sqlx::Error> {
    let files: Vec<_> = scheduled.files.iter().map(|file| file.id.0).collect();
    let done = sqlx::query!(
        "insert into talk.scheduled_messages (company_id, id, conversation_id, user_id, body, files, send_at, channel)
         values (ops.company(), $1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        scheduled.id.0,
        conversation.0,
        scheduled.user.0,
        scheduled.body,
        &files,
        scheduled.at as _,
        scheduled.channel.as_str()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The conversation in which it is to go out.
pub async fn scheduled_in(conn: &mut PgConnection, id: MessageId) -> Result<Option<ConversationId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select conversation_id as "id: ConversationId" from talk.scheduled_messages where id = $1"#, id.0)
        .fetch_optional(conn)
        .await
}

/// Where it is to go out and who wrote it, if it is to go out at that moment.
pub async fn due(conn: &mut PgConnection, id: MessageId, at: Timestamp) -> Result<Option<(ConversationId, UserId, String)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select s.conversation_id as "conversation: ConversationId", s.user_id as "user: UserId", u.name
             from talk.scheduled_messages s join identity.users u on (u.company_id, u.id) = (s.company_id, s.user_id)
            where s.id = $1 and s.send_at = $2"#,
        id.0,
        at as _
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.conversation, row.user, row.name)))
}

/// Keeps it no longer. False when it was not kept.
pub async fn drop_scheduled(conn: &mut PgConnection, id: MessageId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from talk.scheduled_messages where id = $1", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}
