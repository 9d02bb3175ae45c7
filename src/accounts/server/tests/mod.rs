//! What accounts promise, against a real Postgres.

mod forms;
mod people;
mod sign_in;

use super::service::Origin;
use crate::error::AppError;
use crate::server::testing::TestApp;

/// The password of everyone in a test's company.
const PASSWORD: &str = "spotlight";
/// A new one.
const FRESH: &str = "three quiet lamps";

fn from(address: &str) -> Origin {
    Origin { address: address.into(), device: "Firefox on Linux".into() }
}

/// The field and the text of an error about a field.
fn invalid(error: AppError) -> (String, String) {
    match error {
        AppError::Invalid { field, message } => (field, message),
        other => panic!("not about a field: {other:?}"),
    }
}

/// The token in the newest letter to that address.
async fn token_in_letter(t: &TestApp, to: &str) -> String {
    let body: String = sqlx::query_scalar("select body from ops.mails where recipient = $1 order by created_at desc, id desc limit 1")
        .bind(to)
        .fetch_one(&t.owner)
        .await
        .expect("a letter");
    let line = body.lines().find(|line| line.starts_with("http")).expect("a link");
    line.rsplit('/').next().expect("a token").to_owned()
}

/// The kinds of the company's events, in order.
async fn events(t: &TestApp, company: crate::values::CompanyId) -> Vec<String> {
    sqlx::query_scalar("select kind from ops.events where company_id = $1 order by seq")
        .bind(company)
        .fetch_all(&t.owner)
        .await
        .expect("events")
}
