//! The forms of the pages of imports: plain HTML, posted to their own pages. And the report as a file.

use super::upload;
use crate::accounts::server::web::who_asks;
use crate::accounts::ui::outcome::FormOutcome;
use crate::error::AppError;
use crate::leads::imports::Column;
use crate::server::{
    app::App,
    forms::{Posted, go},
    render,
};
use crate::values::ImportId;
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::header;

/// The forms, and the report.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/leads/import/{id}", post(forms).layer(DefaultBodyLimit::max(64 * 1024)))
        .route("/leads/import/{id}/rejected.csv", get(report))
}

/// Where the file comes in. It has limits of its own.
pub fn receiving() -> Router<App> {
    Router::new().route("/leads/import", post(receive)).layer(DefaultBodyLimit::disable())
}

async fn receive(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let done = async {
        let actor = who_asks(&parts.extensions).ok_or(AppError::SignedOut)?;
        let form = Multipart::from_request(Request::from_parts(parts.clone(), body), &()).await;
        let mut form = form.map_err(|_| AppError::invalid("file", "Choose a file."))?;
        upload::receive(&app, &actor, &mut form).await
    }
    .await;
    match done {
        Ok(id) => go(&format!("/leads/import/{id}")),
        Err(AppError::SignedOut) => go("/sign-in?next=/leads/import"),
        Err(error) => {
            let outcome = FormOutcome { form: "upload".into(), error: Some(error), ..FormOutcome::default() };
            render::page(app, Request::from_parts(parts, Body::empty()), outcome).await
        }
    }
}

async fn forms(State(app): State<App>, Path(id): Path<String>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let import: ImportId = id.parse().map_err(|_| AppError::NotFound)?;
        match name.as_str() {
            "check" => super::check(&app, &actor, import, columns(&form)?).await?,
            "columns" => super::choose_again(&app, &actor, import).await?,
            "start" => super::start(&app, &actor, import).await?,
            "stop" => super::stop(&app, &actor, import).await?,
            "go-on" => super::go_on(&app, &actor, import).await?,
            "remove" => {
                super::remove(&app, &actor, import).await?;
                return Ok(go("/leads/import?done=removed"));
            }
            _ => return Err(AppError::NotFound),
        }
        Ok(go(&format!("/leads/import/{import}")))
    }
    .await;
    form.answer(app, &name, done).await
}

/// What the form says each column is: `column0`, `column1` and so on, as many as there are.
fn columns(form: &Posted) -> Result<Vec<Column>, AppError> {
    let named = |column: usize| form.given(&format!("column{column}"));
    (0..)
        .map_while(|column| named(column).map(|field| (column, field)))
        .map(|(column, field)| field.parse().map_err(|_| AppError::invalid(&format!("column{column}"), "Choose what this column is.")))
        .collect()
}

async fn report(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Some(actor) = who_asks(request.extensions()) else { return AppError::SignedOut.into_response() };
    let Ok(id) = id.parse() else { return AppError::NotFound.into_response() };
    match super::report(&app, &actor, id).await {
        Ok(rows) => {
            let named = "attachment; filename=\"rejected.csv\"";
            ([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, named)], Body::from_stream(rows))
                .into_response()
        }
        Err(error) => error.into_response(),
    }
}
