//! The forms of the pages on which admins make forms for enquiries: plain HTML, posted to their own pages.

use super::{Edit, change_form, make_form, remove_form};
use crate::error::AppError;
use crate::server::{
    app::App,
    forms::{Posted, go},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    response::Response,
    routing::post,
};

/// Both pages' forms.
pub fn routes() -> Router<App> {
    Router::new().route("/settings/forms", post(all)).route("/settings/forms/{id}", post(one)).layer(DefaultBodyLimit::max(32 * 1024))
}

async fn all(State(app): State<App>, form: Posted) -> Response {
    let done = async {
        let made = make_form(&app, &form.actor()?, form.field("name")).await?;
        Ok(go(&format!("/settings/forms/{}?done=made", made.id)))
    }
    .await;
    form.answer(app, "make", done).await
}

async fn one(State(app): State<App>, Path(id): Path<String>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let id = id.parse().map_err(|_| AppError::NotFound)?;
        match name.as_str() {
            "change" => {
                let field = |name| form.field(name).to_owned();
                let edit = Edit {
                    name: field("name"),
                    heading: field("heading"),
                    intro: field("intro"),
                    organisation: field("organisation"),
                    phone: field("phone"),
                    message: field("message"),
                    consent: field("consent"),
                    thanks: field("thanks"),
                    redirect: field("redirect"),
                    stage: field("stage"),
                    assistant: field("assistant"),
                    owner: field("owner"),
                    live: !form.field("live").is_empty(),
                };
                change_form(&app, &actor, id, &edit).await?;
                Ok(go(&format!("/settings/forms/{id}?done=changed")))
            }
            "remove" if form.field("sure").is_empty() => Err(AppError::invalid("sure", "Say that you are sure.")),
            "remove" => {
                remove_form(&app, &actor, id).await?;
                Ok(go("/settings/forms?done=removed"))
            }
            _ => Err(AppError::NotFound),
        }
    }
    .await;
    form.answer(app, &name, done).await
}
