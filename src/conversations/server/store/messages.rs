//! SQL of messages.

use crate::conversations::model::{Author, Channel, Delivery, Message};
use crate::files::model::Attached;
use crate::values::{ConversationId, FileId, MessageId, Sentiment, Timestamp, UserId};
use sqlx::{PgConnection, types::Json};

/// The newest `limit` messages of a conversation, oldest first. With `id`, only that message,
/// wherever it is.
pub async fn messages(
    conn: &mut PgConnection,
    conversation: Option<ConversationId>,
    id: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: MessageId", conversation_id as "conversation: ConversationId", number, author as "author: Author",
                  user_id as "user: UserId", name, body, files as "files: Json<Vec<Attached>>", channel as "channel: Channel",
                  state as "state: Delivery", failure, partial, sources, sentiment as "sentiment: Sentiment",
                  mood, at as "at: Timestamp"
             from talk.messages
            where ($1::uuid is null or conversation_id = $1) and ($2::uuid is null or id = $2)
            order by number desc limit $3"#,
        conversation.map(|id| id.0),
        id.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    let messages = rows.into_iter().rev().map(|row| Message {
        id: row.id,
        conversation: row.conversation,
        number: row.number,
        author: row.author,
        user: row.user,
        name: row.name,
        body: row.body,
        files: row.files.0,
        channel: row.channel,
        state: row.state,
        failure: row.failure,
        partial: row.partial,
        sources: row.sources,
        sentiment: row.sentiment,
        mood: row.mood,
        at: row.at,
    });
    Ok(messages.collect())
}

/// The message of that id, in whatever conversation of the company it is.
pub async fn message(conn: &mut PgConnection, id: MessageId) -> Result<Option<Message>, sqlx::Error> {
    Ok(messages(conn, None, Some(id), 1).await?.pop())
}

/// Stores a message with the next number of its conversation, whose row is locked. Gives it back
/// with number and time. Its time is later than that of every message before it, to the
/// millisecond, so that whoever sorts by time has them in order.
pub async fn insert_message(conn: &mut PgConnection, message: Message, answers: Option<MessageId>) -> Result<Message, sqlx::Error> {
    let stored = sqlx::query!(
        r#"insert into talk.messages (company_id, id, conversation_id, number, author, user_id, name, body, partial, sources, answers, files, channel, state, failure, at)
           select ops.company(), $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                  greatest(date_trunc('milliseconds', clock_timestamp()), max(at) + interval '1 millisecond')
             from talk.messages where conversation_id = $2
           returning number, at as "at: Timestamp""#,
        message.id.0,
        message.conversation.0,
        message.author.as_str(),
        message.user.map(|user| user.0),
        message.name,
        message.body,
        message.partial,
        &message.sources,
        answers.map(|id| id.0),
        Json(&message.files) as _,
        message.channel.as_str(),
        message.state.as_str(),
        message.failure
    )
    .fetch_one(&mut *conn)
    .await?;
    let heard = message.author == Author::Visitor;
    sqlx::query!(
        "update talk.conversations set last_message = left($2, 300), last_author = $3, last_at = $4,
                newest_inbound = case when $5 then $6 else newest_inbound end, channel = case when $5 then $7 else channel end, unread = unread + case when $5 then 1 else 0 end
          where id = $1",
        message.conversation.0,
        &message.line(),
        message.author.as_str(),
        stored.at as _,
        heard,
        message.id.0,
        message.channel.as_str()
    )
    .execute(conn)
    .await?;
    Ok(Message { number: stored.number, at: stored.at, ..message })
}

/// Whether a message of that conversation has that file with it.
pub async fn has_file(conn: &mut PgConnection, conversation: ConversationId, file: FileId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from talk.messages where conversation_id = $1 and files @> $2) as "has!""#,
        conversation.0,
        serde_json::json!([{ "id": file }])
    )
    .fetch_one(conn)
    .await
}

/// The message was written to go out later.
pub async fn mark_sent_later(conn: &mut PgConnection, id: MessageId) -> Result<(), sqlx::Error> {
    sqlx::query!("update talk.messages set sent_later = true where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Whether the visitor's message has its answer: the assistant's to it, or a person's after it, unless that was written
/// before to go out later.
pub async fn is_answered(conn: &mut PgConnection, conversation: ConversationId, inbound: MessageId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from talk.messages m
                           where m.conversation_id = $1
                             and (m.answers = $2 or (m.author = 'rep' and not m.sent_later and m.number >
                                   (select number from talk.messages i where i.company_id = m.company_id and i.id = $2)))) as "answered!""#,
        conversation.0,
        inbound.0
    )
    .fetch_one(conn)
    .await
}

/// Takes a text of ours further, only ever forward. False if it was as far.
pub async fn mark_one(conn: &mut PgConnection, id: MessageId, state: Delivery, failure: Option<&str>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update talk.messages set state = $2, failure = $3 where id = $1 and state = any ($4)",
        id.0,
        state.as_str(),
        failure,
        &behind(state)
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The states from which a message can come to that one.
fn behind(state: Delivery) -> Vec<String> {
    Delivery::ALL.iter().filter(|other| other.advance(state) != **other).map(|other| other.as_str().to_owned()).collect()
}

/// Takes messages of a locked conversation further, up to a number: the visitor's own, or all
/// others that stand in their widget. Only ever forward. Gives those that moved.
pub async fn mark(
    conn: &mut PgConnection,
    conversation: ConversationId,
    visitors_own: bool,
    upto: i32,
    state: Delivery,
) -> Result<Vec<(MessageId, Channel)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"update talk.messages set state = $4
            where conversation_id = $1 and (author = 'visitor') = $2 and ($2 or channel = 'web') and number <= $3 and state = any ($5)
           returning id as "id: MessageId", channel as "channel: Channel""#,
        conversation.0,
        visitors_own,
        upto,
        state.as_str(),
        &behind(state)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.channel)).collect())
}

/// How many texts the assistant has sent in a conversation within a day.
pub async fn texts_of_late(conn: &mut PgConnection, conversation: ConversationId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "many!" from talk.messages
            where conversation_id = $1 and author = 'assistant' and channel = 'sms' and at > now() - interval '1 day'"#,
        conversation.0
    )
    .fetch_one(conn)
    .await
}

/// Notes a visitor's message's mood; false when it was noted before.
pub async fn set_mood(conn: &mut PgConnection, id: MessageId, sentiment: Sentiment, mood: i16) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update talk.messages set sentiment = $2, mood = $3 where id = $1 and author = 'visitor' and mood is null",
        id.0,
        sentiment.as_str(),
        mood
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The mean mood of the visitor's last five measured messages, −100 to 100.
pub async fn late_mood(conn: &mut PgConnection, conversation: ConversationId) -> Result<f64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce(avg(mood), 0)::float8 as "mean!" from
             (select mood from talk.messages where conversation_id = $1 and mood is not null order by number desc limit 5) late"#,
        conversation.0
    )
    .fetch_one(conn)
    .await
}
