//! SQL of assistants and what they know. Row security keeps it to the transaction's company.

use crate::assistants::model::{Assistant, AssistantEdit, AssistantFace, Knowledge, Question};
use crate::values::{AssistantId, KnowledgeId, UserId};
use sqlx::PgConnection;
use sqlx::types::Json;

/// The company's assistants by name, whole; with `only`, just these.
pub async fn assistants(conn: &mut PgConnection, only: Option<&[AssistantId]>) -> Result<Vec<Assistant>, sqlx::Error> {
    let only: Option<Vec<uuid::Uuid>> = only.map(|ids| ids.iter().map(|id| id.0).collect());
    let rows = sqlx::query!(
        r#"select a.id as "id: AssistantId", a.name, a.hue, a.live, a.public_key, a.persona, a.goals, a.greeting,
                  a.questions as "questions: Json<Vec<Question>>", a.version,
                  (select coalesce(json_agg(json_build_object('id', k.id, 'title', k.title, 'body', k.body) order by k.created_at, k.id), '[]')
                     from talk.knowledge k where (k.company_id, k.assistant_id) = (a.company_id, a.id)) as "knowledge!: Json<Vec<Knowledge>>",
                  array(select r.user_id from talk.assistant_reps r where (r.company_id, r.assistant_id) = (a.company_id, a.id)
                         order by r.user_id) as "reps!: Vec<UserId>"
             from talk.assistants a where $1::uuid[] is null or a.id = any ($1) order by lower(a.name), a.id"#,
        only.as_deref()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Assistant {
            face: AssistantFace { id: row.id, name: row.name, hue: u8::try_from(row.hue).unwrap_or(0), live: row.live },
            public_key: row.public_key,
            persona: row.persona,
            goals: row.goals,
            greeting: row.greeting,
            questions: row.questions.0,
            knowledge: row.knowledge.0,
            reps: row.reps,
            version: row.version,
        })
        .collect())
}

/// One assistant, whole.
pub async fn assistant(conn: &mut PgConnection, id: AssistantId) -> Result<Option<Assistant>, sqlx::Error> {
    Ok(assistants(conn, Some(&[id])).await?.pop())
}

/// Locks an assistant's row and gives its version: changes of one assistant come one after another.
pub async fn lock(conn: &mut PgConnection, id: AssistantId) -> Result<Option<i32>, sqlx::Error> {
    sqlx::query_scalar!("select version from talk.assistants where id = $1 for update", id.0).fetch_optional(conn).await
}

/// Makes an assistant, paused until it knows something. Nothing when it was made before.
pub async fn create(conn: &mut PgConnection, id: AssistantId, name: &str, key: &str, greeting: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into talk.assistants (company_id, id, name, public_key, hue, live, greeting)
         values (ops.company(), $1, $2, $3, (select count(*) % 8 from talk.assistants)::smallint, false, $4)
         on conflict (company_id, id) do nothing",
        id.0,
        name,
        key,
        greeting
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Saves what a person edits at once, as the next version.
pub async fn save(conn: &mut PgConnection, id: AssistantId, edit: &AssistantEdit) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update talk.assistants set name = $2, persona = $3, goals = $4, greeting = $5, questions = $6, version = version + 1 where id = $1",
        id.0,
        edit.name,
        edit.persona,
        edit.goals,
        edit.greeting,
        Json(&edit.questions) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets it answer, or pauses it; false when it was so already.
pub async fn set_live(conn: &mut PgConnection, id: AssistantId, live: bool) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("update talk.assistants set live = $2, version = version + 1 where id = $1 and live <> $2", id.0, live)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The next version: something that belongs to it was changed.
pub async fn touch(conn: &mut PgConnection, id: AssistantId) -> Result<(), sqlx::Error> {
    sqlx::query!("update talk.assistants set version = version + 1 where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Teaches it something; nothing when a piece of that id is there.
pub async fn add_knowledge(conn: &mut PgConnection, assistant: AssistantId, piece: &Knowledge) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into talk.knowledge (company_id, id, assistant_id, title, body) values (ops.company(), $1, $2, $3, $4)
         on conflict (company_id, id) do nothing",
        piece.id.0,
        assistant.0,
        piece.title,
        piece.body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes one piece; false when the assistant has none of that id.
pub async fn edit_knowledge(conn: &mut PgConnection, assistant: AssistantId, piece: &Knowledge) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update talk.knowledge set title = $3, body = $4 where id = $1 and assistant_id = $2",
        piece.id.0,
        assistant.0,
        piece.title,
        piece.body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes it forget one piece; false when it has none of that id.
pub async fn remove_knowledge(conn: &mut PgConnection, assistant: AssistantId, id: KnowledgeId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from talk.knowledge where id = $1 and assistant_id = $2", id.0, assistant.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Makes it the own assistant of exactly these people; who is not of the company is left out.
pub async fn set_reps(conn: &mut PgConnection, assistant: AssistantId, reps: &[UserId]) -> Result<(), sqlx::Error> {
    let reps: Vec<uuid::Uuid> = reps.iter().map(|id| id.0).collect();
    sqlx::query!("delete from talk.assistant_reps where assistant_id = $1 and user_id <> all ($2)", assistant.0, &reps)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into talk.assistant_reps (company_id, assistant_id, user_id)
         select u.company_id, $1, u.id from identity.users u where u.id = any ($2) on conflict do nothing",
        assistant.0,
        &reps
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The pieces that go best with what was asked, best first: those that share words with it, then
/// the rest. Where there are few, that is all of them.
pub async fn passages(
    conn: &mut PgConnection,
    assistant: AssistantId,
    asked: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let words: Vec<&str> = asked.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).take(80).collect();
    let rows = sqlx::query!(
        "select title, left(body, 4000) as \"body!\" from talk.knowledge, websearch_to_tsquery('english', $2) as asked
          where assistant_id = $1 order by ts_rank_cd(words, asked) desc, created_at, id limit $3",
        assistant.0,
        words.join(" or "),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.title, row.body)).collect())
}

/// The model it speaks with, where it has one of its own.
pub async fn model(conn: &mut PgConnection, id: AssistantId) -> Result<Option<String>, sqlx::Error> {
    Ok(sqlx::query_scalar!("select model from talk.assistants where id = $1", id.0).fetch_optional(conn).await?.flatten())
}

/// The company's name.
pub async fn company_name(conn: &mut PgConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!("select name from identity.companies").fetch_one(conn).await
}
