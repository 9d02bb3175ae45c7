//! The SQL of forms for enquiries.

use crate::leads::enquiry::{Asked, EnquiryForm};
use crate::values::{AssistantId, CompanyId, EnquiryFormId, StageId, Timestamp, UserId};
use sqlx::{PgConnection, PgPool};

type Found<T> = Result<T, sqlx::Error>;

/// Forms with the conditions that are given. A stage that was taken off the board is none any more, nor is a
/// colleague who has left.
macro_rules! forms {
    ($conditions:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            EnquiryForm,
            r#"select f.id as "id: EnquiryFormId", public_key, f.name, heading, intro, organisation as "organisation: Asked", phone as "phone: Asked",
                      message as "message: Asked", consent, thanks, redirect, f.assistant_id as "assistant: AssistantId",
                      (select s.id from sales.stages s where s.id = f.stage_id and s.removed_at is null) as "stage: StageId",
                      (select u.id from identity.users u where u.id = f.owner_id and u.disabled_at is null) as "owner: UserId",
                      live, submissions, last_at as "last_at: Timestamp"
                 from sales.enquiry_forms f where "# + $conditions
            $(, $argument)*
        )
    };
}

/// All of the company, by name.
pub async fn forms(conn: &mut PgConnection) -> Found<Vec<EnquiryForm>> {
    forms!("true order by lower(f.name), f.id").fetch_all(conn).await
}

/// One of them.
pub async fn form(conn: &mut PgConnection, id: EnquiryFormId) -> Found<Option<EnquiryForm>> {
    forms!("f.id = $1", id.0).fetch_optional(conn).await
}

/// Stores a new one.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, form: &EnquiryForm) -> Found<()> {
    sqlx::query!(
        "insert into sales.enquiry_forms (company_id, id, public_key, name, heading, intro, organisation, phone, message, consent, thanks,
                                          redirect, live)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        company.0,
        form.id.0,
        form.public_key,
        form.name,
        form.heading,
        form.intro,
        form.organisation.as_str(),
        form.phone.as_str(),
        form.message.as_str(),
        form.consent,
        form.thanks,
        form.redirect,
        form.live
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what an admin decided about one. False if there is none such.
pub async fn set(conn: &mut PgConnection, form: &EnquiryForm) -> Found<bool> {
    let done = sqlx::query!(
        "update sales.enquiry_forms
            set name = $2, heading = $3, intro = $4, organisation = $5, phone = $6, message = $7, consent = $8, thanks = $9, redirect = $10,
                stage_id = $11, assistant_id = $12, owner_id = $13, live = $14
          where id = $1",
        form.id.0,
        form.name,
        form.heading,
        form.intro,
        form.organisation.as_str(),
        form.phone.as_str(),
        form.message.as_str(),
        form.consent,
        form.thanks,
        form.redirect,
        form.stage.map(|id| id.0),
        form.assistant.map(|id| id.0),
        form.owner.map(|id| id.0),
        form.live
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes one and gives its name, if there was one.
pub async fn delete(conn: &mut PgConnection, id: EnquiryFormId) -> Found<Option<String>> {
    sqlx::query_scalar!("delete from sales.enquiry_forms where id = $1 returning name", id.0).fetch_optional(conn).await
}

/// Counts an enquiry that came by one.
pub async fn count(conn: &mut PgConnection, id: EnquiryFormId) -> Found<()> {
    sqlx::query!("update sales.enquiry_forms set submissions = submissions + 1, last_at = now() where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Whether the company has that assistant.
pub async fn has_assistant(conn: &mut PgConnection, id: AssistantId) -> Found<bool> {
    let found = sqlx::query!("select id from talk.assistants where id = $1", id.0).fetch_optional(conn).await?;
    Ok(found.is_some())
}

/// What anybody may know who has a form's public key.
pub struct Door {
    /// Its company.
    pub company: CompanyId,
    /// The form.
    pub form: EnquiryFormId,
    /// What the company calls it.
    pub name: String,
    /// The company's name.
    pub company_name: String,
}

/// The form behind a public key, in whichever company.
pub async fn door(pool: &PgPool, key: &str) -> Found<Option<Door>> {
    sqlx::query_as!(
        Door,
        r#"select company_id as "company!: CompanyId", form_id as "form!: EnquiryFormId", name as "name!", company_name as "company_name!"
             from sales.enquiry_form_by_key($1)"#,
        key
    )
    .fetch_optional(pool)
    .await
}
