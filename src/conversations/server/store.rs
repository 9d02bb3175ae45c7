//! SQL of conversations and messages. Row security keeps it to the transaction's company.

use crate::accounts::server::actor::Scope;
use crate::channels::model::Number;
use crate::conversations::model::{Author, Channel, Control, ConversationRow, HandOff, Owner, Rest};
use crate::values::{AssistantId, ChannelId, ConversationId, LeadId, MessageId, Sentiment, Timestamp, UserId, VisitorId};
use sqlx::PgConnection;

mod door;
mod later;
mod messages;
pub use door::{Door, demo_companies, door};
pub use later::{drop_scheduled, due, schedule, scheduled, scheduled_in};
pub use messages::{
    has_file, insert_message, is_answered, late_mood, mark, mark_one, mark_sent_later, message, messages, set_mood, texts_of_late,
};

/// What a service must know of a conversation before it changes it.
#[derive(Clone, Debug)]
pub struct Talk {
    /// The conversation.
    pub id: ConversationId,
    /// Its lead.
    pub lead: LeadId,
    /// The lead's name.
    pub name: String,
    /// The assistant in front.
    pub assistant: AssistantId,
    /// The assistant's name.
    pub assistant_name: String,
    /// Whether the assistant answers, or is paused.
    pub live: bool,
    /// Who answers.
    pub control: Control,
    /// What the assistant told the person it asked for; empty while none is asked for.
    pub summary: String,
    /// The visitor's newest message.
    pub newest_inbound: Option<MessageId>,
    /// The visitor's messages that no person has looked at.
    pub unread: i32,
    /// It was closed, or put off.
    pub rest: Option<Rest>,
    /// By which way they were heard last.
    pub channel: Channel,
    /// Whether somebody sits before a widget.
    pub web: bool,
}

fn rest(closed: bool, until: Option<Timestamp>) -> Option<Rest> {
    if closed { Some(Rest::Closed) } else { until.map(|until| Rest::Snoozed { until }) }
}

/// Finds a conversation in reach and locks its row: numbers, control and counts change only under
/// this lock.
pub async fn lock(conn: &mut PgConnection, id: ConversationId, scope: &Scope) -> Result<Option<Talk>, sqlx::Error> {
    let locked = sqlx::query_scalar!("select id from talk.conversations where id = $1 for update", id.0).fetch_optional(&mut *conn).await?;
    // Read again: what was read before the lock was had may be old.
    if locked.is_some() { talk(conn, id, scope).await } else { Ok(None) }
}

/// Finds a conversation in reach.
pub async fn talk(conn: &mut PgConnection, id: ConversationId, scope: &Scope) -> Result<Option<Talk>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select c.id as "id: ConversationId", c.lead_id as "lead: LeadId", k.name, c.assistant_id as "assistant: AssistantId",
                  a.name as assistant_name, a.live, c.owner as "owner: Owner", c.owner_user_id as "user: UserId", u.name as "user_name?",
                  c.epoch, coalesce(c.handoff_summary, '') as "summary!", c.newest_inbound as "newest_inbound: MessageId", c.unread,
                  c.closed_at is not null as "closed!", c.snoozed_until as "until: Timestamp", c.channel as "channel: Channel",
                  c.visitor_id is not null as "web!"
             from talk.conversations c
             join sales.leads l on (l.company_id, l.id) = (c.company_id, c.lead_id)
             join sales.contacts k on (k.company_id, k.id) = (l.company_id, l.contact_id)
             join talk.assistants a on (a.company_id, a.id) = (c.company_id, c.assistant_id)
             left join identity.users u on (u.company_id, u.id) = (c.company_id, c.owner_user_id)
            where c.id = $1 and ($2 or l.owner_id = $3 or l.assistant_id = any ($4))"#,
        id.0,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Talk {
        id: row.id,
        lead: row.lead,
        name: row.name,
        assistant: row.assistant,
        assistant_name: row.assistant_name,
        live: row.live,
        control: Control { owner: row.owner, user: row.user, name: row.user_name, epoch: row.epoch },
        summary: row.summary,
        newest_inbound: row.newest_inbound,
        unread: row.unread,
        rest: rest(row.closed, row.until),
        channel: row.channel,
        web: row.web,
    }))
}

/// The conversation of a visitor with an assistant.
pub async fn of_visitor(
    conn: &mut PgConnection,
    assistant: AssistantId,
    visitor: VisitorId,
) -> Result<Option<ConversationId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: ConversationId" from talk.conversations where assistant_id = $1 and visitor_id = $2"#,
        assistant.0,
        visitor.0
    )
    .fetch_optional(conn)
    .await
}

/// Opens a conversation with a visitor of the widget or a number; false when the visitor opened it in another tab at this
/// moment.
pub async fn open(
    conn: &mut PgConnection,
    id: ConversationId,
    lead: LeadId,
    assistant: AssistantId,
    visitor: Option<VisitorId>,
    number: Option<&Number>,
    page: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into talk.conversations (company_id, id, lead_id, assistant_id, visitor_id, number, channel, page_url)
         values (ops.company(), $1, $2, $3, $4, $6, case when $4::uuid is null then 'sms' else 'web' end, $5) on conflict (company_id, assistant_id, visitor_id) do nothing",
        id.0,
        lead.0,
        assistant.0,
        visitor.map(|id| id.0),
        page,
        number.map(Number::as_str)
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps everybody else who hears from that number waiting, until the transaction ends.
pub async fn hold_number(conn: &mut PgConnection, number: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(ops.company()::text || $1, 35)) is null as held", number)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// Whose number that is: the lead, and the conversation in which it goes on. `keys` are the number as leads' numbers are
/// compared.
pub async fn of_number(
    conn: &mut PgConnection,
    number: &str,
    keys: &[String],
    assistant: AssistantId,
) -> Result<Option<(LeadId, Option<ConversationId>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select l.id as "lead: LeadId", v.id as "conversation?: ConversationId"
             from sales.leads l
             join sales.contacts k on (k.company_id, k.id) = (l.company_id, l.contact_id)
             left join talk.conversations v on (v.company_id, v.lead_id) = (l.company_id, l.id)
              and (v.number = $1 or (v.number is null and v.assistant_id = $3))
            where k.phone_key = any ($2) or v.number = $1
            order by (v.number is not distinct from $1) desc, l.gone_at is not null, v.last_at desc nulls last, l.last_activity_at desc limit 1"#,
        number,
        keys,
        assistant.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.lead, row.conversation)))
}

/// From now on the conversation is also one by text, with that number and by that one of ours.
pub async fn reach_by_text(conn: &mut PgConnection, id: ConversationId, number: &str, channel: ChannelId) -> Result<(), sqlx::Error> {
    sqlx::query!("update talk.conversations set number = $2, channel_id = $3 where id = $1", id.0, number, channel.0).execute(conn).await?;
    Ok(())
}

/// The conversations in reach as the inbox lists them, newest first, with the number of the last
/// event that is in them: one statement, so both are of one moment. What is closed comes last. `only` narrows it to one.
pub async fn rows(
    conn: &mut PgConnection,
    scope: &Scope,
    only: Option<ConversationId>,
    limit: i64,
) -> Result<(Vec<ConversationRow>, Option<i64>), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.id as "id: ConversationId", c.lead_id as "lead: LeadId", k.name, k.organisation, c.assistant_id as "assistant: AssistantId",
                  c.owner as "owner: Owner", c.owner_user_id as "user: UserId", u.name as "user_name?", c.epoch,
                  c.handoff_reason as "handoff: HandOff", c.waiting_since as "waiting_since: Timestamp", c.unread, c.last_message,
                  c.last_author as "last_author: Author", c.last_at as "last_at: Timestamp", l.sentiment as "sentiment: Sentiment",
                  c.closed_at is not null as "closed!", c.snoozed_until as "until: Timestamp", c.channel as "channel: Channel",
                  (select seq from ops.streams) as seq
             from talk.conversations c
             join sales.leads l on (l.company_id, l.id) = (c.company_id, c.lead_id)
             join sales.contacts k on (k.company_id, k.id) = (l.company_id, l.contact_id)
             left join identity.users u on (u.company_id, u.id) = (c.company_id, c.owner_user_id)
            where ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) and ($4::uuid is null or c.id = $4)
            order by (c.closed_at is not null), c.last_at desc, c.id limit $5"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        only.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    let seq = rows.first().and_then(|row| row.seq);
    let rows = rows.into_iter().map(|row| ConversationRow {
        id: row.id,
        lead: row.lead,
        name: row.name,
        organisation: row.organisation,
        assistant: row.assistant,
        control: Control { owner: row.owner, user: row.user, name: row.user_name, epoch: row.epoch },
        handoff: row.handoff,
        waiting_since: row.waiting_since,
        unread: row.unread,
        last_message: row.last_message,
        last_author: row.last_author,
        last_at: row.last_at,
        sentiment: row.sentiment,
        rest: rest(row.closed, row.until),
        channel: row.channel,
    });
    Ok((rows.collect(), seq))
}

/// Gives control of a locked conversation to somebody; the epoch goes up by one. Gives the new
/// epoch, and since when a visitor waits, if a person is waited for.
pub async fn set_control(
    conn: &mut PgConnection,
    id: ConversationId,
    owner: Owner,
    user: Option<UserId>,
    handoff: Option<HandOff>,
    summary: Option<&str>,
) -> Result<(i32, Option<Timestamp>), sqlx::Error> {
    let row = sqlx::query!(
        r#"update talk.conversations set owner = $2, owner_user_id = $3, epoch = epoch + 1, handoff_reason = $4, handoff_summary = $5,
                  waiting_since = case when $2 = 'waiting' then clock_timestamp() end
            where id = $1 returning epoch, waiting_since as "waiting_since: Timestamp""#,
        id.0,
        owner.as_str(),
        user.map(|user| user.0),
        handoff.map(HandOff::as_str),
        summary
    )
    .fetch_one(conn)
    .await?;
    Ok((row.epoch, row.waiting_since))
}

/// Who answers and what was said last, as of now: asked often while an answer is being written.
pub async fn standing(conn: &mut PgConnection, id: ConversationId) -> Result<Option<(Owner, i32, Option<MessageId>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select owner as "owner: Owner", epoch, newest_inbound as "newest: MessageId" from talk.conversations where id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.owner, row.epoch, row.newest)))
}

/// What a person of the company is called.
pub async fn name_of(conn: &mut PgConnection, person: UserId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select name from identity.users where id = $1", person.0).fetch_optional(conn).await
}

/// Nothing of a locked conversation is unread any more.
pub async fn set_seen(conn: &mut PgConnection, id: ConversationId) -> Result<(), sqlx::Error> {
    sqlx::query!("update talk.conversations set unread = 0 where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Puts a locked conversation to rest, or opens it. Gives what is unread in it then: one that is to be seen has something.
pub async fn set_rest(conn: &mut PgConnection, id: ConversationId, rest: Option<Rest>, to_be_seen: bool) -> Result<i32, sqlx::Error> {
    let until = rest.and_then(|rest| match rest {
        Rest::Snoozed { until } => Some(until),
        Rest::Closed => None,
    });
    sqlx::query_scalar!(
        "update talk.conversations set closed_at = case when $2 then now() end, snoozed_until = $3,
                unread = case when $4 then greatest(unread, 1) else unread end
          where id = $1 returning unread",
        id.0,
        rest == Some(Rest::Closed),
        until as _,
        to_be_seen
    )
    .fetch_one(conn)
    .await
}

/// What has been found out about a lead: key, label, value. With `channel`, only what was said by that way.
pub async fn answers(
    conn: &mut PgConnection,
    lead: LeadId,
    channel: Option<Channel>,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select key, label, value from sales.answers a where lead_id = $1 and ($2::text is null or not exists (
           select from talk.messages m where (m.company_id, m.id) = (a.company_id, a.message_id) and m.channel <> $2))
          order by at, key",
        lead.0,
        channel.map(Channel::as_str)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.label, row.value)).collect())
}

/// Adds a call's cost to today's account of the company.
pub async fn add_spend(conn: &mut PgConnection, model: &str, prompt: i64, completion: i64, micros: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into ops.ai_spend (company_id, day, model, calls, prompt_tokens, completion_tokens, cost_micros)
         values (ops.company(), (now() at time zone 'utc')::date, $1, 1, $2, $3, $4)
         on conflict (company_id, day, model) do update set calls = ai_spend.calls + 1,
           prompt_tokens = ai_spend.prompt_tokens + $2, completion_tokens = ai_spend.completion_tokens + $3,
           cost_micros = ai_spend.cost_micros + $4",
        model,
        prompt,
        completion,
        micros
    )
    .execute(conn)
    .await?;
    Ok(())
}
