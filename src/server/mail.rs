//! Letters: written in the change's own transaction, sent by a job.
//!
//! A job's arguments outlive the job in logs and dead-letter lists, so it carries only the
//! letter's number. The letter itself stands in `ops.mails`, and with it the link it brings. That
//! is acceptable because the row is the company's alone, the links in it end by themselves (an
//! hour, a week) and at their first use, and the text is wiped as soon as a mail server has taken
//! it. Where no mail server is configured the text stays, for an admin to read and pass on.

use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::server::{
    app::App,
    db::Tx,
    jobs::{Job, When, enqueue},
};
use crate::values::{CompanyId, Email};
use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Sends letters, or keeps them in the outbox.
pub struct Mailer {
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
    from: Mailbox,
}

impl Mailer {
    /// With a mail server's address (`smtp://user:password@host:587`, `smtps://…`) letters are
    /// sent; without one they are kept.
    ///
    /// # Errors
    /// When the address or the sender cannot be read. Says nothing of a password in it.
    pub fn from_config(smtp_url: Option<&str>, from: &str) -> anyhow::Result<Self> {
        let smtp = match smtp_url {
            // The cause may quote the address, and with it the password: it is left out.
            Some(url) => Some(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .ok()
                    .context("SMTP_URL is no address of the form smtp://user:password@host:587")?
                    .timeout(Some(Duration::from_secs(30)))
                    .build(),
            ),
            None => None,
        };
        Ok(Self { smtp, from: from.parse().context("MAIL_FROM is no sender of the form Name <name@host>")? })
    }

    /// Whether letters leave the house.
    pub fn sends(&self) -> bool {
        self.smtp.is_some()
    }
}

/// Writes a letter: it goes out if and when the transaction commits.
pub async fn write(tx: &mut Tx, to: &Email, subject: &str, body: &str) -> Result<(), AppError> {
    let (company, mail) = (tx.company(), Uuid::now_v7());
    sqlx::query!(
        "insert into ops.mails (company_id, id, recipient, subject, body) values ($1, $2, $3, $4, $5)",
        company.0,
        mail,
        to.as_str(),
        subject,
        body
    )
    .execute(&mut **tx)
    .await?;
    enqueue(tx, &SendMail { company, mail }, When::now()).await
}

/// How many letters of that subject have been written to somebody in the last hour.
pub async fn written_lately(tx: &mut Tx, to: &Email, subject: &str) -> Result<i64, AppError> {
    let written = sqlx::query_scalar!(
        r#"select count(*) as "count!" from ops.mails where recipient = $1 and subject = $2 and created_at > now() - interval '1 hour'"#,
        to.as_str(),
        subject
    );
    Ok(written.fetch_one(&mut **tx).await?)
}

/// Sends one letter.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMail {
    company: CompanyId,
    mail: Uuid,
}

impl Job for SendMail {
    const NAME: &'static str = "send_mail";

    fn company(&self) -> CompanyId {
        self.company
    }

    /// The row is locked while the letter is handed over, so two workers never send it both. A
    /// worker that dies between the server's yes and the commit leaves it to be sent again, under
    /// the same Message-ID, by which the receiving side knows it for the same letter.
    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.begin(&Actor::system(self.company, "mail")).await?;
        let letter =
            sqlx::query!("select recipient, subject, body from ops.mails where id = $1 and delivered is null for update", self.mail)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(letter) = letter else { return Ok(()) };
        let mailer = &app.inner.mailer;
        match &mailer.smtp {
            Some(smtp) => {
                let host = mailer.from.email.domain();
                let message = Message::builder()
                    .message_id(Some(format!("<{}@{host}>", self.mail)))
                    .from(mailer.from.clone())
                    .to(letter.recipient.parse().context("the recipient is no address")?)
                    .subject(letter.subject)
                    .header(ContentType::TEXT_PLAIN)
                    .body(letter.body)
                    .context("writing the letter")?;
                smtp.send(message).await.context("handing the letter to the mail server")?;
                sqlx::query!("update ops.mails set delivered = 'smtp', sent_at = now(), body = '' where id = $1", self.mail)
                    .execute(&mut *tx)
                    .await?;
            }
            None => {
                sqlx::query!("update ops.mails set delivered = 'outbox', sent_at = now() where id = $1", self.mail)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
