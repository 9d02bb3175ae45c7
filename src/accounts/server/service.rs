//! One's own account: signing up, in and out, password, profile, desk.

use super::{
    actor::Actor,
    founding::{self, check_name, store::NewPerson},
    limit::{self, Tries},
    password,
    session::{self, SignedIn},
    store::{self, NewSession},
};
use crate::accounts::model::{Desk, Me, Role, SessionRow, Theme};
use crate::activity::model::Event;
use crate::activity::server::{record, store::newest};
use crate::error::AppError;
use crate::leads::server::{folds, tags, views};
use crate::server::{
    app::App,
    db::{Audience, Tx},
    mail,
};
use crate::tasks::server::service as tasks;
use crate::values::{CompanyId, Currency, Email, SessionId, UserId};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Where a sign-in comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The address, as the guard knows it.
    pub address: String,
    /// Browser and system, in words.
    pub device: String,
}

/// An address somebody typed.
pub(super) fn read_email(text: &str) -> Result<Email, AppError> {
    Email::parse(text).ok_or_else(|| AppError::invalid("email", "Write an address such as maya@meridian.example."))
}

/// Founds a company and signs its admin in.
///
/// A known address is told so, on the field. That lets a stranger find out who has an account,
/// at 30 tries in a quarter of an hour. The alternative, "check your mail" for everybody, would
/// keep every new company waiting for a letter before its first look, and where no mail server is
/// configured for ever. Signing in and asking for a reset, where guessing pays, do not tell.
///
/// # Errors
/// `Invalid` naming the field, or `TooMany`.
pub async fn sign_up(
    app: &App,
    company_name: &str,
    name: &str,
    email: &str,
    password: String,
    origin: &Origin,
) -> Result<SignedIn, AppError> {
    let company_name = check_name("company", company_name)?;
    let name = check_name("name", name)?;
    let email = read_email(email)?;
    password::check_new("password", &password, email.as_str())?;
    let _counted = limit::count(app, Tries::SignUpAddress, &limit::neighbourhood(&origin.address)).await?;
    let person = NewPerson { id: UserId::new(), name, email, role: Role::Admin, password_hash: password::hash(password).await? };
    let me = Me {
        user: person.id,
        session: SessionId::new(),
        company: CompanyId::new(),
        company_name: company_name.clone(),
        currency: Currency::Gbp,
        name: person.name.clone(),
        email: person.email.clone(),
        role: Role::Admin,
        tint: 1,
        theme: Theme::System,
        assistants: Vec::new(),
    };
    let mut tx = app.begin(&Actor::user(me.clone())).await?;
    founding::found(&mut tx, &company_name, &person).await?;
    let signed_in = open_session(&mut tx, &me, false, &person.password_hash, origin).await?;
    tx.commit().await?;
    signed_in.ok_or(AppError::SignedOut)
}

/// Signs in. `before` is who the browser was signed in as: that session ends, so that nothing
/// planted in the browser earlier is ever worth a new sign-in.
///
/// # Errors
/// `Invalid` on `password`, the same for an unknown address and a wrong password; `TooMany`.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: String,
    remember: bool,
    before: Option<&Me>,
    origin: &Origin,
) -> Result<SignedIn, AppError> {
    let email = read_email(email)?;
    let by_address = limit::count(app, Tries::SignInAddress, &limit::neighbourhood(&origin.address)).await?;
    let by_account = limit::count(app, Tries::SignInAccount, email.as_str()).await?;
    let left = by_account.left;
    let refused = || {
        let left = match left {
            0 => " That was the last try for a quarter of an hour.",
            1 => " One try left.",
            2 => " Two tries left.",
            _ => "",
        };
        AppError::invalid("password", format!("Email or password doesn’t match.{left}"))
    };
    let account = store::account_by_email(app.db.pool(), &email).await?.filter(|account| !account.disabled);
    if !password::verify(password, account.as_ref().map(|account| account.password_hash.clone())).await? {
        return Err(refused());
    }
    let account = account.ok_or_else(refused)?;
    limit::give_back(app, by_address).await?;
    limit::give_back(app, by_account).await?;
    let signed_in = start_session(app, account.company, account.user, &account.password_hash, remember, origin).await?;
    if let Some(before) = before {
        end_session(app, &Actor::user(before.clone()), before.session).await?;
    }
    signed_in.ok_or_else(refused)
}

/// Opens a session for a person whose password was checked against that hash.
async fn start_session(
    app: &App,
    company: CompanyId,
    user: UserId,
    password_hash: &str,
    remember: bool,
    origin: &Origin,
) -> Result<Option<SignedIn>, AppError> {
    let mut look = app.begin(&Actor::system(company, "sign-in")).await?;
    let Some(me) = store::person(&mut look, user, SessionId::new()).await? else { return Ok(None) };
    drop(look);
    let mut tx = app.begin(&Actor::user(me.clone())).await?;
    let signed_in = open_session(&mut tx, &me, remember, password_hash, origin).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Stores a session in `tx`. None when the person may no longer sign in, or their password was
/// changed a moment ago.
pub(super) async fn open_session(
    tx: &mut Tx,
    me: &Me,
    remembered: bool,
    password_hash: &str,
    origin: &Origin,
) -> Result<Option<SignedIn>, AppError> {
    let (token, token_hash) = session::token();
    let new = NewSession {
        id: me.session,
        user: me.user,
        token_hash: &token_hash,
        remembered,
        address: &origin.address,
        device: &origin.device,
        password_hash,
    };
    if !store::open_session(tx, &new).await? {
        return Ok(None);
    }
    record(tx, Event::SignedIn { session: me.session }, Audience::of_person(me.user));
    Ok(Some(SignedIn { token, remembered }))
}

/// Ends sign-ins of a person and says so to their sockets. `only` one, all `except` one, or all.
pub(super) async fn cut(tx: &mut Tx, user: UserId, only: Option<SessionId>, except: Option<SessionId>) -> Result<bool, AppError> {
    let sessions = store::end_sessions(tx, user, only, except).await?;
    let any = !sessions.is_empty();
    if any {
        record(tx, Event::SessionsEnded { sessions }, Audience::of_person(user));
    }
    Ok(any)
}

/// One's own sign-ins that stand.
///
/// # Errors
/// `SignedOut` for anyone but a person.
pub async fn sessions(app: &App, actor: &Actor) -> Result<Vec<SessionRow>, AppError> {
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    Ok(store::sessions(&mut tx, me.user, me.session).await?)
}

/// Ends one of one's own sign-ins. One that has ended already stays so.
///
/// # Errors
/// `SignedOut` for anyone but a person.
pub async fn end_session(app: &App, actor: &Actor, session: SessionId) -> Result<(), AppError> {
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    cut(&mut tx, me.user, Some(session), None).await?;
    tx.commit().await?;
    Ok(())
}

/// Signs out everywhere, here too.
///
/// # Errors
/// `SignedOut` for anyone but a person.
pub async fn end_all_sessions(app: &App, actor: &Actor) -> Result<(), AppError> {
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    cut(&mut tx, me.user, None, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends a letter with a link to set a new password, if the address has an account. The answer
/// is the same if it has none, and takes the same time.
///
/// # Errors
/// `Invalid` on `email` when it is no address; `TooMany`.
pub async fn ask_reset(app: &App, email: &str, origin: &Origin) -> Result<(), AppError> {
    let answer_at = Instant::now() + Duration::from_millis(400);
    let email = read_email(email)?;
    let _by_address = limit::count(app, Tries::LinkAddress, &limit::neighbourhood(&origin.address)).await?;
    let _by_account = limit::count(app, Tries::ResetAccount, email.as_str()).await?;
    if let Some(account) = store::account_by_email(app.db.pool(), &email).await?.filter(|account| !account.disabled) {
        let (token, hash) = session::token();
        let mut tx = app.begin(&Actor::system(account.company, "password reset")).await?;
        store::add_reset(&mut tx, account.company, account.user, &hash).await?;
        let body = format!(
            "Hello {},\n\nsomebody asked to set a new password for this address. If it was you, follow this link within the hour:\n\n{}/reset/{token}\n\n\
             If it was not you, there is nothing to do: your password stays as it is.\n\nSpotlight OS\n",
            account.name, app.inner.public_url
        );
        mail::write(&mut tx, &email, "Set a new password", &body).await?;
        tx.commit().await?;
    }
    sleep_until(answer_at).await;
    Ok(())
}

/// Sets a new password by the link from the letter, and ends every sign-in of the person.
///
/// # Errors
/// `Invalid` on `token` when the link is unknown, used or older than an hour; on `password` when
/// that will not do; `TooMany`.
pub async fn reset_password(app: &App, token: &str, password: String, origin: &Origin) -> Result<(), AppError> {
    let spent = || AppError::invalid("token", "This link has been used, or is older than an hour. Ask for a new one.");
    let _counted = limit::count(app, Tries::LinkAddress, &limit::neighbourhood(&origin.address)).await?;
    let (company, reset, user) = store::reset_by_token(app.db.pool(), &session::hash(token)).await?.ok_or_else(spent)?;
    password::check_new("password", &password, "")?;
    let hash = password::hash(password).await?;
    let mut tx = app.begin(&Actor::system(company, "password reset")).await?;
    if !store::spend_reset(&mut tx, reset).await? {
        return Err(spent());
    }
    store::set_password(&mut tx, user, &hash).await?;
    cut(&mut tx, user, None, None).await?;
    record(&mut tx, Event::PasswordChanged { user }, Audience::of_person(user));
    tx.commit().await?;
    Ok(())
}

/// Changes one's own password; every other sign-in of one's own ends.
///
/// # Errors
/// `Invalid` on `current` or `new`; `TooMany`, counted with the failed sign-ins.
pub async fn change_password(app: &App, actor: &Actor, current: String, new: String) -> Result<(), AppError> {
    let me = actor.require_person()?;
    password::check_new("new", &new, me.email.as_str())?;
    let counted = limit::count(app, Tries::SignInAccount, me.email.as_str()).await?;
    let mut look = app.begin(actor).await?;
    let stored = store::password_hash(&mut look, me.user).await?;
    drop(look);
    if !password::verify(current, Some(stored)).await? {
        return Err(AppError::invalid("current", "That is not your password."));
    }
    limit::give_back(app, counted).await?;
    let hash = password::hash(new).await?;
    let mut tx = app.begin(actor).await?;
    store::set_password(&mut tx, me.user, &hash).await?;
    cut(&mut tx, me.user, None, Some(me.session)).await?;
    record(&mut tx, Event::PasswordChanged { user: me.user }, Audience::of_person(me.user));
    tx.commit().await?;
    Ok(())
}

/// Changes one's own name.
///
/// # Errors
/// `Invalid` on `name`.
pub async fn change_name(app: &App, actor: &Actor, name: &str) -> Result<(), AppError> {
    let me = actor.require_person()?;
    let name = check_name("name", name)?;
    let mut tx = app.begin(actor).await?;
    store::set_name(&mut tx, me.user, &name).await?;
    record(&mut tx, Event::MemberChanged { user: me.user }, Audience::of_person(me.user));
    tx.commit().await?;
    Ok(())
}

/// Changes how one's own interface is lit.
///
/// # Errors
/// `Invalid` on `theme` when there is no such.
pub async fn change_theme(app: &App, actor: &Actor, theme: &str) -> Result<(), AppError> {
    let me = actor.require_person()?;
    let theme: Theme = theme.parse().map_err(|_| AppError::invalid("theme", "Choose light, dark or system."))?;
    let mut tx = app.begin(actor).await?;
    store::set_theme(&mut tx, me.user, theme).await?;
    tx.commit().await?;
    Ok(())
}

/// What every page of a signed-in person needs; little for anyone else.
///
/// # Errors
/// When the database cannot be reached.
pub async fn desk(app: &App, me: Option<Me>) -> Result<Desk, AppError> {
    let empty = Desk::nobody(app.inner.build.clone(), app.inner.sandbox(), app.inner.demo);
    let Some(me) = me else { return Ok(empty) };
    let actor = Actor::user(me.clone());
    let scope = actor.scope();
    let own = scope.assistants_arg();
    let mut tx = app.begin(&actor).await?;
    Ok(Desk {
        me: Some(me),
        // First: what happens while the rest is read is told again, and applying it twice is harmless.
        seq: newest(&mut tx).await?,
        colleagues: store::colleagues(&mut tx).await?,
        assistants: store::assistant_faces(&mut tx, scope.all, &own).await?,
        tags: tags::of_company(&mut tx).await?,
        views: views::of_person(&mut tx, actor.require_person()?.user).await?,
        folded: folds::of_person(&mut tx, actor.require_person()?.user).await?,
        waiting: store::waiting(&mut tx, scope.all, scope.user_arg(), &own).await?,
        late: tasks::late(&mut tx, &actor).await?,
        ..empty
    })
}
