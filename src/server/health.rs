//! Whether the process lives, whether it can serve, and its figures.

use crate::server::app::App;
use crate::server::schema::MIGRATIONS;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

/// `/healthz`: the process lives.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `/readyz`: the database can be reached and is up to date.
pub async fn ready(State(app): State<App>) -> Response {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    match sqlx::query_scalar::<_, Option<i64>>("select max(version) from _sqlx_migrations where success").fetch_one(app.db.pool()).await {
        Ok(applied) if applied == newest => "ready\n".into_response(),
        Ok(applied) => {
            let text = format!("the database is at migration {applied:?}, this build wants {newest:?}: run `spotlight migrate`\n");
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n").into_response()
        }
    }
}

/// `/metrics`: the figures, for whoever shows the token. Without a token set it is closed.
pub async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    match (&app.inner.metrics_token, shown) {
        (Some(token), Some(shown)) if bool::from(token.expose().as_bytes().ct_eq(shown.as_bytes())) => {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.inner.metrics.render()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
