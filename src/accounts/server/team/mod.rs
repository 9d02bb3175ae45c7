//! Who is in the company, and what they are.

/// SQL of the company's people.
pub mod store;

use super::{
    actor::Actor,
    founding::{self, check_name, store::NewPerson},
    limit::{self, Tries},
    password,
    service::{Origin, cut, open_session, read_email},
    session::{self, SignedIn},
    store as own,
};
use crate::accounts::model::{InviteFace, Letter, Me, Role, Team};
use crate::accounts::policy::Action;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::server::{
    app::App,
    db::{Audience, Tx},
    mail,
};
use crate::values::{InviteId, SessionId, UserId};
use store::NewInvite;

/// Everyone, and the open invitations.
///
/// # Errors
/// `Forbidden` for sales reps.
pub async fn team(app: &App, actor: &Actor) -> Result<Team, AppError> {
    actor.require(Action::SeeTeam)?;
    let mut tx = app.begin(actor).await?;
    Ok(Team { members: store::members(&mut tx).await?, invites: store::invites(&mut tx).await?, sends_letters: app.inner.mailer.sends() })
}

/// Letters that stayed here, for want of a mail server.
///
/// # Errors
/// `Forbidden` for anyone but admins.
pub async fn outbox(app: &App, actor: &Actor) -> Result<Vec<Letter>, AppError> {
    actor.require(Action::Operate)?;
    let mut tx = app.begin(actor).await?;
    Ok(store::outbox(&mut tx).await?)
}

/// Invites somebody by letter. Gives the link, which is stored nowhere but in the letter.
///
/// # Errors
/// `Invalid` on `email` or `role`; `Forbidden` for anyone but admins; `TooMany`.
pub async fn invite(app: &App, actor: &Actor, email: &str, role: &str) -> Result<String, AppError> {
    actor.require(Action::ManageTeam)?;
    let me = actor.require_person()?;
    let email = read_email(email)?;
    let role = read_role(role)?;
    let _counted = limit::count(app, Tries::InviteCompany, &actor.company().to_string()).await?;
    let (token, token_hash) = session::token();
    let id = InviteId::new();
    let link = format!("{}/invite/{token}", app.inner.public_url);
    let mut tx = app.begin(actor).await?;
    if store::has_member(&mut tx, &email).await? {
        return Err(AppError::invalid("email", "This person is already here."));
    }
    store::add_invite(&mut tx, actor.company(), &NewInvite { id, token_hash: &token_hash, email: &email, role, by: me.user }).await?;
    let body = format!(
        "Hello,\n\n{} invites you to join {} on Spotlight OS. Choose a name and a password here, within a week:\n\n{link}\n\nSpotlight OS\n",
        me.name, me.company_name
    );
    mail::write(&mut tx, &email, &format!("{} invites you to {}", me.name, me.company_name), &body).await?;
    record(&mut tx, Event::MemberInvited { invite: id, email: email.to_string() }, Audience::staff());
    tx.commit().await?;
    Ok(link)
}

/// Ends an open invitation.
///
/// # Errors
/// `NotFound` when there is none such; `Forbidden` for anyone but admins.
pub async fn revoke_invite(app: &App, actor: &Actor, invite: InviteId) -> Result<(), AppError> {
    actor.require(Action::ManageTeam)?;
    let mut tx = app.begin(actor).await?;
    if !store::revoke_invite(&mut tx, invite).await? {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(())
}

/// What an invitation says to whoever holds its link; none when it is used, revoked or too old.
///
/// # Errors
/// When the database cannot be reached.
pub async fn invite_face(app: &App, token: &str) -> Result<Option<InviteFace>, AppError> {
    Ok(own::invite_by_token(app.db.pool(), &session::hash(token)).await?.map(|(_, _, face)| face))
}

/// Joins by an invitation, and signs in.
///
/// # Errors
/// `Invalid` on `token` when the link is unknown, used, revoked or older than a week; on `name`,
/// `password`, or `email` when the address has an account; `TooMany`.
pub async fn join(app: &App, token: &str, name: &str, password: String, origin: &Origin) -> Result<SignedIn, AppError> {
    let over = || AppError::invalid("token", "This invitation has been used or has ended. Ask whoever sent it for a new one.");
    let counted = limit::count(app, Tries::LinkAddress, &limit::neighbourhood(&origin.address)).await?;
    let (company, invite, face) = own::invite_by_token(app.db.pool(), &session::hash(token)).await?.ok_or_else(over)?;
    let name = check_name("name", name)?;
    password::check_new("password", &password, face.email.as_str())?;
    let person = NewPerson { id: UserId::new(), name, email: face.email, role: face.role, password_hash: password::hash(password).await? };
    let mut tx = app.begin(&Actor::system(company, "invitation")).await?;
    if !store::accept_invite(&mut tx, invite).await? {
        return Err(over());
    }
    founding::add_person(&mut tx, &person).await?;
    let me = own::person(&mut tx, person.id, SessionId::new()).await?.ok_or(AppError::NotFound)?;
    let signed_in = open_session(&mut tx, &me, false, &person.password_hash, origin).await?.ok_or_else(over)?;
    tx.commit().await?;
    limit::give_back(app, counted).await?;
    Ok(signed_in)
}

/// Changes what somebody is. Their sign-ins end, so that no page goes on with the old rights;
/// whoever changes their own keeps the one at hand.
///
/// # Errors
/// `Conflict` when it would leave the company without an admin; `NotFound`; `Forbidden` for
/// anyone but admins.
pub async fn set_role(app: &App, actor: &Actor, user: UserId, role: &str) -> Result<(), AppError> {
    actor.require(Action::ManageTeam)?;
    let role = read_role(role)?;
    let mut tx = app.begin(actor).await?;
    if role != Role::Admin {
        keep_an_admin(&mut tx, user).await?;
    }
    if !store::set_role(&mut tx, user, role).await? {
        return Err(AppError::NotFound);
    }
    changed(tx, actor, user).await
}

/// Shuts somebody out, or lets them in again. Their sign-ins end at once.
///
/// # Errors
/// `Conflict` when it would leave the company without an admin; `NotFound`; `Forbidden` for
/// anyone but admins.
pub async fn set_disabled(app: &App, actor: &Actor, user: UserId, disabled: bool) -> Result<(), AppError> {
    actor.require(Action::ManageTeam)?;
    let mut tx = app.begin(actor).await?;
    if disabled {
        keep_an_admin(&mut tx, user).await?;
    }
    if !store::set_disabled(&mut tx, user, disabled).await? {
        return Err(AppError::NotFound);
    }
    changed(tx, actor, user).await
}

async fn changed(mut tx: Tx, actor: &Actor, user: UserId) -> Result<(), AppError> {
    let here = actor.me().filter(|me| me.user == user).map(|me: &Me| me.session);
    cut(&mut tx, user, None, here).await?;
    record(&mut tx, Event::MemberChanged { user }, Audience::of_person(user));
    tx.commit().await?;
    Ok(())
}

/// Refuses to take away the last admin.
async fn keep_an_admin(tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    if store::lock_admins(tx).await? == [user] {
        let reason = "This is the only admin. Make somebody else an admin first.".to_owned();
        return Err(AppError::Conflict { reason, current: None });
    }
    Ok(())
}

fn read_role(role: &str) -> Result<Role, AppError> {
    role.parse().map_err(|_| AppError::invalid("role", "Choose admin, manager or sales rep."))
}
