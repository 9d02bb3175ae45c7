//! SQL of founding a company.

use crate::accounts::model::Role;
use crate::assistants::model::Question;
use crate::values::{AssistantId, CompanyId, Email, KnowledgeId, UserId};
use sqlx::{PgConnection, PgPool, types::Json};

/// A person to be added to a company.
pub struct NewPerson {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// A PHC string.
    pub password_hash: String,
}

/// Adds a company.
pub async fn add_company(conn: &mut PgConnection, id: CompanyId, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into identity.companies (id, name) values ($1, $2)", id.0, name).execute(conn).await?;
    Ok(())
}

/// Adds a person; their colour is the next of the five. Breaks `users_email_key` when the address
/// has an account, in whichever company.
pub async fn add_person(conn: &mut PgConnection, company: CompanyId, person: &NewPerson) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into identity.users (company_id, id, name, email, role, password_hash, tint)
         values ($1, $2, $3, $4, $5, $6, (select count(*) from identity.users) % 5 + 1)",
        company.0,
        person.id.0,
        person.name,
        person.email.as_str(),
        person.role.as_str(),
        person.password_hash
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A company's first assistant.
pub struct FirstAssistant<'a> {
    /// Which.
    pub id: AssistantId,
    /// Its name.
    pub name: &'a str,
    /// Stands in the pages that carry the widget.
    pub public_key: &'a str,
    /// How it speaks.
    pub persona: &'a str,
    /// What it is there for.
    pub goals: &'a str,
    /// Its first line.
    pub greeting: &'a str,
    /// What it asks.
    pub questions: Vec<Question>,
}

/// Adds an assistant, live, with the founder as its rep.
pub async fn add_assistant(conn: &mut PgConnection, company: CompanyId, new: &FirstAssistant<'_>, rep: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into talk.assistants (company_id, id, name, public_key, persona, goals, greeting, questions) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        company.0,
        new.id.0,
        new.name,
        new.public_key,
        new.persona,
        new.goals,
        new.greeting,
        Json(&new.questions) as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("insert into talk.assistant_reps (company_id, assistant_id, user_id) values ($1, $2, $3)", company.0, new.id.0, rep.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds a piece of what an assistant knows.
pub async fn add_knowledge(
    conn: &mut PgConnection,
    company: CompanyId,
    assistant: AssistantId,
    title: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into talk.knowledge (company_id, id, assistant_id, title, body) values ($1, $2, $3, $4, $5)",
        company.0,
        KnowledgeId::new().0,
        assistant.0,
        title,
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The companies of that name. Only for the command line, which holds the owner's connection: the
/// process's own role sees no company but the one it works for.
pub async fn companies_named(owner: &PgPool, name: &str) -> Result<Vec<CompanyId>, sqlx::Error> {
    let mut tx = owner.begin().await?;
    // Row security is forced for the owner too; the look-up role may see past it, and only read.
    sqlx::query("set local role spotlight_lookup").execute(&mut *tx).await?;
    let found = sqlx::query_scalar!(r#"select id as "id: CompanyId" from identity.companies where name = $1 order by created_at"#, name)
        .fetch_all(&mut *tx)
        .await?;
    tx.rollback().await?;
    Ok(found)
}
