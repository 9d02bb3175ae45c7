//! SQL of the company's people: members, invitations, the outbox.

use crate::accounts::model::{InviteRow, Letter, Member, Role};
use crate::values::{CompanyId, Email, InviteId, Timestamp, UserId};
use sqlx::PgConnection;

/// Everyone, those who may no longer sign in last.
pub async fn members(conn: &mut PgConnection) -> Result<Vec<Member>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: UserId", name, email as "email: Email", role as "role: Role", tint, disabled_at is not null as "disabled!"
             from identity.users order by disabled_at is not null, lower(name), id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Member {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            tint: row.tint.unsigned_abs() as u8,
            disabled: row.disabled,
        })
        .collect())
}

/// Whether somebody of the company has that address.
pub async fn has_member(conn: &mut PgConnection, email: &Email) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists(select from identity.users where email = $1) as "there!""#, email.as_str()).fetch_one(conn).await
}

/// Locks the admins who may sign in, and gives them. Two changes that would each leave one admin
/// come after each other, and the second finds what the first has left.
pub async fn lock_admins(conn: &mut PgConnection) -> Result<Vec<UserId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: UserId" from identity.users where role = 'admin' and disabled_at is null order by id for update"#
    )
    .fetch_all(conn)
    .await
}

/// Sets what a person is. False when there is no such person.
pub async fn set_role(conn: &mut PgConnection, user: UserId, role: Role) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("update identity.users set role = $2 where id = $1", user.0, role.as_str()).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Sets whether a person may no longer sign in. False when there is no such person.
pub async fn set_disabled(conn: &mut PgConnection, user: UserId, disabled: bool) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update identity.users set disabled_at = case when $2 then coalesce(disabled_at, now()) end where id = $1",
        user.0,
        disabled
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Open invitations, newest first.
pub async fn invites(conn: &mut PgConnection) -> Result<Vec<InviteRow>, sqlx::Error> {
    sqlx::query_as!(
        InviteRow,
        r#"select i.id as "id: InviteId", i.email as "email: Email", i.role as "role: Role", u.name as invited_by,
                  i.expires_at as "expires_at: Timestamp"
             from identity.invites i join identity.users u on (u.company_id, u.id) = (i.company_id, i.invited_by)
            where i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
            order by i.created_at desc"#
    )
    .fetch_all(conn)
    .await
}

/// An invitation to be stored.
pub struct NewInvite<'a> {
    /// Which.
    pub id: InviteId,
    /// The hash of its token.
    pub token_hash: &'a [u8],
    /// To whom.
    pub email: &'a Email,
    /// What they will be.
    pub role: Role,
    /// Who invites.
    pub by: UserId,
}

/// Stores an invitation, good for a week. An open one to the same address ends: of two links one
/// would give a role that was thought better of.
pub async fn add_invite(conn: &mut PgConnection, company: CompanyId, new: &NewInvite<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update identity.invites set revoked_at = now() where email = $1 and accepted_at is null and revoked_at is null",
        new.email.as_str()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into identity.invites (company_id, id, token_hash, email, role, invited_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, now() + interval '7 days')",
        company.0,
        new.id.0,
        new.token_hash,
        new.email.as_str(),
        new.role.as_str(),
        new.by.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends an open invitation. False when there is none such.
pub async fn revoke_invite(conn: &mut PgConnection, invite: InviteId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update identity.invites set revoked_at = now() where id = $1 and accepted_at is null and revoked_at is null",
        invite.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses an invitation up. False when it is used, revoked or too old.
pub async fn accept_invite(conn: &mut PgConnection, invite: InviteId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update identity.invites set accepted_at = now() where id = $1 and accepted_at is null and revoked_at is null and expires_at > now()",
        invite.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest letters that stayed here.
pub async fn outbox(conn: &mut PgConnection) -> Result<Vec<Letter>, sqlx::Error> {
    sqlx::query_as!(
        Letter,
        r#"select recipient, subject, body, created_at as "created_at: Timestamp" from ops.mails where delivered = 'outbox'
            order by created_at desc, id desc limit 100"#
    )
    .fetch_all(conn)
    .await
}
