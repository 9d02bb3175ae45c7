//! SQL of the company's numbers, of texts, and of who may be texted.

use crate::channels::model::{Number, TextChannel};
use crate::conversations::model::Delivery;
use crate::server::seal::Sealed;
use crate::values::{AssistantId, ChannelId, CompanyId, ConversationId, LeadId, MessageId, Timestamp};
use sqlx::{PgConnection, PgPool};

type Found<T> = Result<T, sqlx::Error>;

/// A number of the company with what is needed to text by it.
#[derive(Clone, Debug)]
pub struct Line {
    /// As the settings show it; without the address of its hook.
    pub channel: TextChannel,
    /// What stands in the addresses that the provider posts to.
    pub hook: String,
    /// The sealed token.
    pub token: Sealed,
}

/// The numbers of the company, in their order.
pub async fn lines(conn: &mut PgConnection) -> Found<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select id as "id: ChannelId", hook, number as "number: Number", assistant_id as "assistant: AssistantId", account, token, token_key, sandbox,
                  day_from, day_until, zone, last_sent_at as "last_sent_at: Timestamp", last_heard_at as "last_heard_at: Timestamp",
                  last_error, last_error_at as "last_error_at: Timestamp", version
             from talk.channels order by number, id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            channel: TextChannel {
                id: row.id,
                number: row.number,
                assistant: row.assistant,
                account: row.account,
                sandbox: row.sandbox,
                day_from: row.day_from,
                day_until: row.day_until,
                zone: row.zone,
                hook_url: String::new(),
                last_sent_at: row.last_sent_at,
                last_heard_at: row.last_heard_at,
                last_error: row.last_error.zip(row.last_error_at),
                version: row.version,
            },
            hook: row.hook,
            token: Sealed { key: row.token_key, bytes: row.token },
        })
        .collect())
}

/// Keeps a number, or changes the one of that id. False if it was changed since that version.
pub async fn keep(conn: &mut PgConnection, line: &Line) -> Found<bool> {
    let channel = &line.channel;
    let done = sqlx::query!(
        "insert into talk.channels (company_id, id, hook, number, assistant_id, account, token, token_key, sandbox, day_from, day_until, zone)
         values (ops.company(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (company_id, id) do update set number = $3, assistant_id = $4, account = $5, token = $6, token_key = $7, day_from = $9,
           day_until = $10, zone = $11, version = channels.version + 1 where channels.version = $12",
        channel.id.0,
        line.hook,
        channel.number.as_str(),
        channel.assistant.0,
        channel.account,
        line.token.bytes,
        line.token.key,
        channel.sandbox,
        channel.day_from,
        channel.day_until,
        channel.zone,
        channel.version
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a number no longer; gives it, if it was there.
pub async fn remove(conn: &mut PgConnection, id: ChannelId) -> Found<Option<String>> {
    sqlx::query_scalar!("delete from talk.channels where id = $1 returning number", id.0).fetch_optional(conn).await
}

/// Seals the token of a number anew.
pub async fn set_token(conn: &mut PgConnection, id: ChannelId, token: &Sealed) -> Found<()> {
    sqlx::query!("update talk.channels set token = $2, token_key = $3 where id = $1", id.0, token.bytes, token.key).execute(conn).await?;
    Ok(())
}

/// What has become of the number's last dealing with the provider: it went well, or why not.
pub async fn set_health(conn: &mut PgConnection, id: ChannelId, sent: bool, heard: bool, error: Option<&str>) -> Found<()> {
    sqlx::query!(
        "update talk.channels set last_sent_at = case when $2 then now() else last_sent_at end,
                last_heard_at = case when $3 then now() else last_heard_at end,
                last_error = left($4, 400), last_error_at = case when $4::text is not null then now() end where id = $1",
        id.0,
        sent,
        heard,
        error
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose number a hook is.
pub async fn by_hook(pool: &PgPool, hook: &str) -> Found<Option<(CompanyId, ChannelId)>> {
    let row = sqlx::query!(
        r#"select company_id as "company!: CompanyId", channel_id as "channel!: ChannelId" from talk.channel_by_hook($1)"#,
        hook
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.company, row.channel)))
}

/// The companies that have numbers.
pub async fn companies(pool: &PgPool) -> Found<Vec<CompanyId>> {
    sqlx::query_scalar!(r#"select company_id as "company!: CompanyId" from talk.companies_with_channels()"#).fetch_all(pool).await
}

/// How the person of a conversation is reached.
pub struct Reached {
    /// Whether by a widget: somebody there can read.
    pub web: bool,
    /// The number they are texted with here.
    pub number: Option<Number>,
    /// Whether they have texted from it here: then it is theirs, whatever stands on their page.
    pub proven: bool,
    /// By which of ours.
    pub channel: Option<ChannelId>,
    /// The assistant in front.
    pub assistant: Option<AssistantId>,
    /// What stands on the lead's page as their telephone; may be empty.
    pub phone: String,
}

/// How the person of a conversation is reached.
pub async fn reached(conn: &mut PgConnection, conversation: ConversationId) -> Found<Option<Reached>> {
    let row = sqlx::query!(
        r#"select c.visitor_id is not null as "web!", c.number as "number: Number", c.channel_id as "channel: ChannelId",
                  c.assistant_id as "assistant: AssistantId", coalesce(k.phone, '') as "phone!",
                  exists (select from talk.texts t join talk.messages m on (m.company_id, m.id) = (t.company_id, t.message_id)
                           where m.conversation_id = c.id and t.number = c.number and m.author = 'visitor') as "proven!"
             from talk.conversations c
             join sales.leads l on (l.company_id, l.id) = (c.company_id, c.lead_id)
             join sales.contacts k on (k.company_id, k.id) = (l.company_id, l.contact_id)
            where c.id = $1"#,
        conversation.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Reached {
        web: row.web,
        number: row.number,
        proven: row.proven,
        channel: row.channel,
        assistant: Some(row.assistant),
        phone: row.phone,
    }))
}

/// What stands on a lead's page as their telephone; may be empty.
pub async fn phone(conn: &mut PgConnection, lead: LeadId) -> Found<String> {
    let phone = sqlx::query_scalar!(
        "select k.phone from sales.leads l join sales.contacts k on (k.company_id, k.id) = (l.company_id, l.contact_id) where l.id = $1",
        lead.0
    );
    Ok(phone.fetch_optional(conn).await?.flatten().unwrap_or_default())
}

/// What tells whether a number may be texted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// They wrote first, or it was noted that they agreed.
    pub agreed: bool,
    /// They asked for no more.
    pub opted_out: bool,
    /// When they last texted.
    pub heard_at: Option<Timestamp>,
    /// How many texts they had in a day since then.
    pub unanswered: i64,
}

/// What tells whether a number may be texted. The text `but` is not counted.
pub async fn facts(conn: &mut PgConnection, number: &Number, but: Option<MessageId>) -> Found<Facts> {
    let row = sqlx::query!(
        r#"with heard as (select max(m.at) as at from talk.texts t
                           join talk.messages m on (m.company_id, m.id) = (t.company_id, t.message_id)
                          where t.number = $1 and m.author = 'visitor')
           select (select agreed_at is not null from talk.consents where number = $1) as agreed,
                  (select opted_out_at is not null from talk.consents where number = $1) as opted_out,
                  (select at from heard) as "heard_at: Timestamp",
                  (select count(*) from talk.texts t join talk.messages m on (m.company_id, m.id) = (t.company_id, t.message_id)
                    where t.number = $1 and m.author <> 'visitor' and m.state <> 'failed' and m.id is distinct from $2
                      and m.at > greatest((select at from heard), now() - interval '1 day')) as "unanswered!""#,
        number.as_str(),
        but.map(|id| id.0)
    )
    .fetch_one(conn)
    .await?;
    Ok(Facts {
        agreed: row.agreed.unwrap_or_default(),
        opted_out: row.opted_out.unwrap_or_default(),
        heard_at: row.heard_at,
        unanswered: row.unanswered,
    })
}

/// They agreed to be texted. What they asked for before stands.
pub async fn agree(conn: &mut PgConnection, number: &Number, how: &str) -> Found<()> {
    sqlx::query!(
        "insert into talk.consents (company_id, number, agreed_at, how) values (ops.company(), $1, now(), $2)
         on conflict (company_id, number) do update set agreed_at = coalesce(consents.agreed_at, now()),
           how = case when consents.agreed_at is null then $2 else consents.how end",
        number.as_str(),
        how
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// They want no more texts, or texts again (then `word` is none). False if that was so before.
pub async fn opt_out(conn: &mut PgConnection, number: &Number, word: Option<&str>) -> Found<bool> {
    let done = sqlx::query!(
        "insert into talk.consents (company_id, number, opted_out_at, opt_out) values (ops.company(), $1, case when $2::text is not null then now() end, coalesce($2, ''))
         on conflict (company_id, number) do update set opted_out_at = excluded.opted_out_at, opt_out = excluded.opt_out
          where (consents.opted_out_at is null) <> (excluded.opted_out_at is null)",
        number.as_str(),
        word
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A text as it is on its way.
pub struct OnItsWay {
    /// The lead it is about.
    pub lead: LeadId,
    /// Where it was written.
    pub conversation: ConversationId,
    /// By which number of ours.
    pub channel: ChannelId,
    /// To whom.
    pub number: Number,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub at: Timestamp,
    /// How far it has come.
    pub state: Delivery,
    /// The provider's id, once known.
    pub sid: Option<String>,
    /// When it was handed over without an answer.
    pub tried_at: Option<Timestamp>,
}

/// Keeps where a message goes or came from.
pub async fn add_text(conn: &mut PgConnection, message: MessageId, channel: ChannelId, number: &Number, sid: Option<&str>) -> Found<()> {
    sqlx::query!(
        "insert into talk.texts (company_id, message_id, channel_id, number, sid) values (ops.company(), $1, $2, $3, $4)",
        message.0,
        channel.0,
        number.as_str(),
        sid
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds a text of ours and locks it.
pub async fn lock_text(conn: &mut PgConnection, message: MessageId) -> Found<Option<OnItsWay>> {
    let row = sqlx::query!(
        r#"select c.lead_id as "lead: LeadId", m.conversation_id as "conversation: ConversationId", t.channel_id as "channel: ChannelId",
                  t.number as "number: Number", m.body, m.at as "at: Timestamp", m.state as "state: Delivery", t.sid,
                  t.tried_at as "tried_at: Timestamp"
             from talk.texts t
             join talk.messages m on (m.company_id, m.id) = (t.company_id, t.message_id)
             join talk.conversations c on (c.company_id, c.id) = (m.company_id, m.conversation_id)
            where t.message_id = $1 and m.author <> 'visitor' for update of t"#,
        message.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| OnItsWay {
        lead: row.lead,
        conversation: row.conversation,
        channel: row.channel,
        number: row.number,
        body: row.body,
        at: row.at,
        state: row.state,
        sid: row.sid,
        tried_at: row.tried_at,
    }))
}

/// The texts of a number that have not gone out.
pub async fn on_their_way(conn: &mut PgConnection, channel: ChannelId) -> Found<Vec<MessageId>> {
    sqlx::query_scalar!(
        r#"select t.message_id as "id: MessageId" from talk.texts t join talk.messages m on (m.company_id, m.id) = (t.company_id, t.message_id)
            where t.channel_id = $1 and m.state = 'pending'"#,
        channel.0
    )
    .fetch_all(conn)
    .await
}

/// It is being handed over, or (`false`) surely was not.
pub async fn set_tried(conn: &mut PgConnection, message: MessageId, tried: bool) -> Found<()> {
    sqlx::query!(
        "update talk.texts set tried_at = case when $2 then now() end, tries = tries + case when $2 then 1 else 0 end where message_id = $1",
        message.0,
        tried
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The provider's id of a text. The first that is heard stays.
pub async fn set_sid(conn: &mut PgConnection, message: MessageId, sid: &str) -> Found<()> {
    sqlx::query!("update talk.texts set sid = $2 where message_id = $1 and sid is null", message.0, sid).execute(conn).await?;
    Ok(())
}

/// Which of these of the provider's ids are texts of ours already.
pub async fn known_sids(conn: &mut PgConnection, sids: &[String]) -> Found<Vec<String>> {
    let rows = sqlx::query_scalar!(r#"select sid as "sid!" from talk.texts where sid = any ($1)"#, sids).fetch_all(conn).await?;
    Ok(rows)
}

crate::pg_text!(Number, |text: &str| Number::parse(text).ok_or("not a telephone number"), Number::as_str);
