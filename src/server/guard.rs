//! What stands before every route: who may send what from where, and what every answer carries.

use crate::error::AppError;
use crate::server::app::App;
use crate::server::fault;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, net::SocketAddr, time::Duration};

/// The largest body anybody may send, in bytes. Sockets have limits of their own.
pub const BODY: usize = 256 * 1024;
/// How long a request may take. Sockets are answered at once and live on after that.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long a file may take to come in. How large it may be says the route that takes it.
pub const PATIENCE_WITH_FILES: Duration = Duration::from_secs(900);

/// The address a request came from, as limits and session lists see it.
#[derive(Clone, Debug)]
pub struct Address(pub String);

/// Refuses what a foreign page makes a browser send, and says which address it came from.
///
/// Every browser of this decade sends `Sec-Fetch-Site`, every older one `Origin` with a POST from
/// elsewhere and with a socket. What has neither is no browser and carries nobody's cookies by
/// itself. `GET` is let through: nothing here changes anything on `GET`.
pub async fn same_origin(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let upgrade = request.headers().contains_key(header::UPGRADE);
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && !upgrade;
    if !safe && !is_own(request.headers(), &app) {
        tracing::warn!(path = request.uri().path(), "request of a foreign origin refused");
        return AppError::forbidden("This request came from another site.").into_response();
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    // The last entry is the one that our own proxy wrote; it may have written a line of its own.
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded.and_then(|value| value.to_str().ok()).and_then(|list| list.rsplit(',').next());
    let address = match forwarded {
        Some(address) if app.inner.trust_proxy => address.trim().to_owned(),
        _ => peer.unwrap_or_else(|| "unknown".into()),
    };
    request.extensions_mut().insert(Address(address));
    next.run(request).await
}

fn is_own(headers: &HeaderMap, app: &App) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && (host == text(header::HOST) || app.inner.public_url.trim_end_matches('/') == origin)
}

/// Puts onto every answer what keeps a browser from doing more with it than we meant. A page says
/// its own Content-Security-Policy; what has none may load nothing and be framed by nobody.
pub async fn headers(request: Request, next: Next) -> Response {
    let shared = matches!(request.uri().path(), "/widget.js") || request.uri().path().starts_with("/fonts/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: &'static str, value: &'static str| {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    // Whatever says nothing else is one person's, now.
    put("cache-control", "no-store");
    put("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    put("strict-transport-security", "max-age=31536000; includeSubDomains");
    put("x-content-type-options", "nosniff");
    put("referrer-policy", "same-origin");
    put("permissions-policy", "camera=(), geolocation=(), microphone=(self), payment=(), usb=()");
    put("cross-origin-opener-policy", "same-origin");
    put("cross-origin-resource-policy", if shared { "cross-origin" } else { "same-origin" });
    response
}

/// The Content-Security-Policy of our own pages. `'wasm-unsafe-eval'` lets WASM be compiled and
/// nothing else; styles and scripts need the nonce of this one answer.
pub fn page_policy(nonce: &str, frame_ancestors: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frame_ancestors}"
    )
}

/// A panic in a handler: this one request is answered 500, the process goes on.
pub fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let cause = cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied()).unwrap_or("panic");
    fault::internal(format!("panic: {cause}")).into_response()
}
