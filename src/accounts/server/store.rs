//! SQL of one person's account: sign-in, sessions, password, desk.

use crate::accounts::model::{Colleague, InviteFace, Me, Role, SessionRow, Theme};
use crate::assistants::model::AssistantFace;
use crate::values::{AssistantId, CompanyId, ConversationId, Currency, Email, InviteId, SessionId, Timestamp, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// The account behind an address.
pub struct Account {
    /// Its company.
    pub company: CompanyId,
    /// Whose it is.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// A PHC string.
    pub password_hash: String,
    /// Whether they may no longer sign in.
    pub disabled: bool,
}

/// Who a session token's hash belongs to, if the session stands.
pub async fn session_by_token(pool: &PgPool, hash: &[u8]) -> Result<Option<Me>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select company_id as "company!: CompanyId", session_id as "session!: SessionId", user_id as "user!: UserId", name as "name!",
                  email as "email!: Email", role as "role!: Role", tint as "tint!", theme as "theme!: Theme", company_name as "company_name!",
                  currency as "currency!: Currency", assistants as "assistants!: Vec<AssistantId>"
             from identity.session_by_token($1)"#,
        hash
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Me {
        user: row.user,
        session: row.session,
        company: row.company,
        company_name: row.company_name,
        currency: row.currency,
        name: row.name,
        email: row.email,
        role: row.role,
        tint: row.tint.unsigned_abs() as u8,
        theme: row.theme,
        assistants: row.assistants,
    }))
}

/// The account behind an address, in whichever company.
pub async fn account_by_email(pool: &PgPool, email: &Email) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as!(
        Account,
        r#"select company_id as "company!: CompanyId", user_id as "user!: UserId", name as "name!", password_hash as "password_hash!",
                  disabled as "disabled!"
             from identity.user_by_email($1)"#,
        email.as_str()
    )
    .fetch_optional(pool)
    .await
}

/// The open invitation behind a token's hash.
pub async fn invite_by_token(pool: &PgPool, hash: &[u8]) -> Result<Option<(CompanyId, InviteId, InviteFace)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select company_id as "company!: CompanyId", invite_id as "invite!: InviteId", email as "email!: Email", role as "role!: Role",
                  company_name as "company_name!", invited_by as "invited_by!"
             from identity.invite_by_token($1)"#,
        hash
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| {
        let face = InviteFace { company_name: row.company_name, invited_by: row.invited_by, email: row.email, role: row.role };
        (row.company, row.invite, face)
    }))
}

/// Whose password the holder of a reset link may set: company, the link's row, the person.
pub async fn reset_by_token(pool: &PgPool, hash: &[u8]) -> Result<Option<(CompanyId, Uuid, UserId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select company_id as "company!: CompanyId", reset_id as "reset!", user_id as "user!: UserId" from identity.reset_by_token($1)"#,
        hash
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.company, row.reset, row.user)))
}

/// Counts a try; a window that is over starts afresh. Gives the count and the seconds until the
/// window ends.
pub async fn count_try(pool: &PgPool, key: &[u8], window: u32) -> Result<(i32, i32), sqlx::Error> {
    let row = sqlx::query!(
        r#"insert into identity.attempts as a (key, count, window_ends) values ($1, 1, now() + make_interval(secs => $2))
           on conflict (key) do update set
             count = case when a.window_ends <= now() then 1 else least(a.count + 1, 1000000) end,
             window_ends = case when a.window_ends <= now() then excluded.window_ends else a.window_ends end
           returning count, ceil(extract(epoch from window_ends - now()))::int as "seconds!""#,
        key,
        f64::from(window)
    )
    .fetch_one(pool)
    .await?;
    Ok((row.count, row.seconds))
}

/// Takes a try back.
pub async fn give_back_try(pool: &PgPool, key: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("update identity.attempts set count = greatest(count - 1, 0) where key = $1", key).execute(pool).await?;
    Ok(())
}

/// Throws counts away whose window is over.
pub async fn sweep_tries(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from identity.attempts where window_ends < now()").execute(pool).await?;
    Ok(())
}

/// A person, as they are at a sign-in of theirs.
pub async fn person(conn: &mut PgConnection, user: UserId, session: SessionId) -> Result<Option<Me>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select u.company_id as "company: CompanyId", u.name, u.email as "email: Email", u.role as "role: Role", u.tint,
                  u.theme as "theme: Theme", c.name as company_name, c.currency as "currency: Currency",
                  array(select r.assistant_id from talk.assistant_reps r where r.user_id = u.id order by r.assistant_id)
                    as "assistants!: Vec<AssistantId>"
             from identity.users u join identity.companies c on c.id = u.company_id where u.id = $1"#,
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Me {
        user,
        session,
        company: row.company,
        company_name: row.company_name,
        currency: row.currency,
        name: row.name,
        email: row.email,
        role: row.role,
        tint: row.tint.unsigned_abs() as u8,
        theme: row.theme,
        assistants: row.assistants,
    }))
}

/// A sign-in to be stored.
pub struct NewSession<'a> {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The hash of its token.
    pub token_hash: &'a [u8],
    /// Whether it outlives the browser.
    pub remembered: bool,
    /// Where from.
    pub address: &'a str,
    /// Browser and system.
    pub device: &'a str,
    /// The password hash that was checked. Has it changed since, nothing is stored.
    pub password_hash: &'a str,
}

/// Stores a sign-in, unless the person may no longer sign in or their password has just changed.
pub async fn open_session(conn: &mut PgConnection, new: &NewSession<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into identity.sessions (company_id, id, user_id, token_hash, remembered, address, device, expires_at)
         select u.company_id, $1, u.id, $2, $3, $4, $5, now() + case when $3 then interval '30 days' else interval '7 days' end
           from identity.users u where u.id = $6 and u.disabled_at is null and u.password_hash = $7 for share",
        new.id.0,
        new.token_hash,
        new.remembered,
        new.address,
        new.device,
        new.user.0,
        new.password_hash
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The sign-ins of a person that stand, the newest use first.
pub async fn sessions(conn: &mut PgConnection, user: UserId, current: SessionId) -> Result<Vec<SessionRow>, sqlx::Error> {
    sqlx::query_as!(
        SessionRow,
        r#"select id as "id: SessionId", device, address, created_at as "created_at: Timestamp", last_seen_at as "last_seen_at: Timestamp",
                  id = $2 as "current!"
             from identity.sessions
            where user_id = $1 and revoked_at is null and expires_at > now()
              and last_seen_at > now() - case when remembered then interval '30 days' else interval '12 hours' end
            order by id = $2 desc, last_seen_at desc"#,
        user.0,
        current.0
    )
    .fetch_all(conn)
    .await
}

/// Ends sign-ins of a person: one, or all but one, or all. Gives those that stood until now.
pub async fn end_sessions(
    conn: &mut PgConnection,
    user: UserId,
    only: Option<SessionId>,
    except: Option<SessionId>,
) -> Result<Vec<SessionId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"update identity.sessions set revoked_at = now()
            where user_id = $1 and revoked_at is null and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)
           returning id as "id: SessionId""#,
        user.0,
        only.map(|id| id.0),
        except.map(|id| id.0)
    )
    .fetch_all(conn)
    .await
}

/// The password hash of a person.
pub async fn password_hash(conn: &mut PgConnection, user: UserId) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!("select password_hash from identity.users where id = $1", user.0).fetch_one(conn).await
}

/// Sets a person's password, and spends every reset link they hold.
pub async fn set_password(conn: &mut PgConnection, user: UserId, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update identity.users set password_hash = $2 where id = $1", user.0, hash).execute(&mut *conn).await?;
    sqlx::query!("update identity.password_resets set used_at = now() where user_id = $1 and used_at is null", user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores a reset link's hash, good for an hour.
pub async fn add_reset(conn: &mut PgConnection, company: CompanyId, user: UserId, hash: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into identity.password_resets (company_id, id, user_id, token_hash, expires_at) values ($1, $2, $3, $4, now() + interval '1 hour')",
        company.0,
        Uuid::now_v7(),
        user.0,
        hash
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Spends a reset link. False when it is spent already, or too old, or the person may no longer
/// sign in.
pub async fn spend_reset(conn: &mut PgConnection, reset: Uuid) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update identity.password_resets r set used_at = now() from identity.users u
          where r.id = $1 and r.used_at is null and r.expires_at > now() and u.id = r.user_id and u.disabled_at is null",
        reset
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets a person's name.
pub async fn set_name(conn: &mut PgConnection, user: UserId, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update identity.users set name = $2 where id = $1", user.0, name).execute(conn).await?;
    Ok(())
}

/// Sets how a person wants the interface lit.
pub async fn set_theme(conn: &mut PgConnection, user: UserId, theme: Theme) -> Result<(), sqlx::Error> {
    sqlx::query!("update identity.users set theme = $2 where id = $1", user.0, theme.as_str()).execute(conn).await?;
    Ok(())
}

/// Everyone in the company, to put names to ids.
pub async fn colleagues(conn: &mut PgConnection) -> Result<Vec<Colleague>, sqlx::Error> {
    let rows = sqlx::query!(r#"select id as "id: UserId", name, tint from identity.users order by created_at, id"#).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| Colleague { id: row.id, name: row.name, tint: row.tint.unsigned_abs() as u8 }).collect())
}

/// The assistants in reach: all of them, or these.
pub async fn assistant_faces(conn: &mut PgConnection, all: bool, own: &[Uuid]) -> Result<Vec<AssistantFace>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: AssistantId", name, hue, live from talk.assistants where $1 or id = any ($2) order by created_at, id"#,
        all,
        own
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AssistantFace { id: row.id, name: row.name, hue: row.hue.unsigned_abs() as u8, live: row.live })
        .collect())
}

/// The conversations in reach that wait for a person, longest first.
pub async fn waiting(conn: &mut PgConnection, all: bool, user: Option<Uuid>, own: &[Uuid]) -> Result<Vec<ConversationId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select c.id as "id: ConversationId" from talk.conversations c join sales.leads l on (l.company_id, l.id) = (c.company_id, c.lead_id)
            where c.owner = 'waiting' and c.closed_at is null and c.snoozed_until is null and ($1 or l.owner_id = $2 or l.assistant_id = any ($3))
            order by c.waiting_since, c.id limit 1000"#,
        all,
        user,
        own
    )
    .fetch_all(conn)
    .await
}
