//! How a company comes into being: its first admin, its board, and an assistant to try at once.

/// SQL of founding a company.
pub mod store;

use super::{actor::Actor, password};
use crate::accounts::model::Role;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::assistants::model::{AnswerKind, Question};
use crate::error::AppError;
use crate::leads::server::pipeline;
use crate::server::{
    app::App,
    db::{Audience, Tx},
    fault::broke,
};
use crate::values::{AssistantId, CompanyId, Email, UserId};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sqlx::PgPool;
use store::{FirstAssistant, NewPerson};

/// Founds the company that `tx` was begun for: its admin, its board and its first assistant.
///
/// # Errors
/// `Invalid` on `email` when the address has an account already.
pub async fn found(tx: &mut Tx, name: &str, admin: &NewPerson) -> Result<(), AppError> {
    let company = tx.company();
    store::add_company(tx, company, name).await?;
    record(tx, Event::CompanyFounded { name: name.to_owned() }, Audience::staff());
    add_person(tx, admin).await?;
    pipeline::begin(tx, pipeline::FIRST).await?;
    pipeline::announce(tx).await?;
    add_first_assistant(tx, name, admin.id).await
}

/// Adds a person to the company that `tx` was begun for.
///
/// # Errors
/// `Invalid` on `email` when the address has an account already.
pub async fn add_person(tx: &mut Tx, person: &NewPerson) -> Result<(), AppError> {
    let company = tx.company();
    store::add_person(tx, company, person).await.map_err(|error| match error {
        error if broke(&error, "users_email_key") => AppError::invalid("email", "This address already has an account. Sign in instead."),
        other => other.into(),
    })?;
    // Told to everyone: names stand beside leads and messages.
    record(tx, Event::MemberJoined { user: person.id, name: person.name.clone() }, Audience::everyone());
    Ok(())
}

/// An assistant that can be talked to before anything was set up. What it knows is how the
/// product works, which is true for every company.
async fn add_first_assistant(tx: &mut Tx, company_name: &str, founder: UserId) -> Result<(), AppError> {
    let company = tx.company();
    let mut key = [0; 16];
    rand::fill(&mut key);
    let question = |key: &str, label: &str, question: &str, kind| Question {
        key: key.to_owned(),
        label: label.to_owned(),
        question: question.to_owned(),
        kind,
    };
    let assistant = FirstAssistant {
        id: AssistantId::new(),
        name: "Ada",
        public_key: &BASE64_URL_SAFE_NO_PAD.encode(key),
        persona: "Friendly, brief and exact. Plain words, one question at a time.",
        goals: "Find out what the visitor needs, answer from the knowledge below, and ask a person to join when the visitor wants one or the \
                answer is not known.",
        greeting: &format!("Hello, I am Ada, an AI assistant at {company_name}. What brings you here today?"),
        questions: vec![
            question("need", "Need", "What are you looking for?", AnswerKind::Text),
            question("start", "Start", "When would you like to begin?", AnswerKind::Date),
            question("budget", "Budget", "Roughly what budget do you have in mind?", AnswerKind::Money),
        ],
    };
    store::add_assistant(tx, company, &assistant, founder).await?;
    let knowledge = [
        (
            "How this chat works",
            format!(
                "You are talking with an AI assistant. It answers at once, day and night, from what {company_name} has taught it, and names \
                 the source it used. When it does not know something it says so and asks a person to join. What you tell it is passed on, so \
                 you need not say it twice."
            ),
        ),
        (
            "Talking to a person",
            format!(
                "Ask for a person at any time. The assistant hands over with a summary, somebody from {company_name} takes over in this same \
                 chat, and the assistant stays silent until they hand back. You need not leave the page or wait on the line: the conversation \
                 is kept and goes on where it stopped."
            ),
        ),
    ];
    for (title, body) in knowledge {
        store::add_knowledge(tx, company, assistant.id, title, &body).await?;
    }
    Ok(())
}

/// Adds a person from the command line. The company is founded when there is none of that name;
/// then they are its admin whatever `role` says, for a company without one cannot be run. Gives
/// the company, and what they became.
///
/// # Errors
/// `Invalid` when the password or the name will not do or the address has an account;
/// `Conflict` when several companies are called that.
pub async fn create_user(
    app: &App,
    owner: &PgPool,
    company_name: &str,
    email: Email,
    role: Role,
    name: Option<String>,
    password: String,
) -> Result<(CompanyId, Role), AppError> {
    password::check_new("password", &password, email.as_str())?;
    let fallback = email.as_str().split('@').next().unwrap_or_default();
    let name = check_name("name", name.as_deref().unwrap_or(fallback))?;
    let company_name = check_name("company", company_name)?;
    let found_already = store::companies_named(owner, &company_name).await?;
    let (company, role) = match found_already.as_slice() {
        [] => (CompanyId::new(), Role::Admin),
        [one] => (*one, role),
        several => {
            let reason = format!("{} companies are called {company_name}. Invite the person from within instead.", several.len());
            return Err(AppError::Conflict { reason, current: None });
        }
    };
    let person = NewPerson { id: UserId::new(), name, email, role, password_hash: password::hash(password).await? };
    let mut tx = app.begin(&Actor::system(company, "command line")).await?;
    if found_already.is_empty() {
        found(&mut tx, &company_name, &person).await?;
    } else {
        add_person(&mut tx, &person).await?;
    }
    tx.commit().await?;
    Ok((company, role))
}

/// The name of a person or a company, trimmed.
///
/// # Errors
/// `Invalid` on `field` when it is empty, longer than 120 characters, or has control characters.
pub fn check_name(field: &str, name: &str) -> Result<String, AppError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(AppError::invalid(field, "Write a name.")),
        121.. => Err(AppError::invalid(field, "Use a name of at most 120 characters.")),
        _ if name.chars().any(char::is_control) => Err(AppError::invalid(field, "Use letters, digits and signs only.")),
        _ => Ok(name.to_owned()),
    }
}
