//! The whole HTTP surface on one screen.

use crate::accounts::server::{forms, session, visitor};
use crate::areas::PAGES;
use crate::canned::server::forms as canned;
use crate::channels::server::{forms as channels, hooks, phone};
use crate::conversations::server::widget;
use crate::files::server::web as files;
use crate::leads::server::{
    enquiry::{forms as enquiry_forms, visit},
    export, forms as stages,
    imports::forms as imports,
    rest,
};
use crate::live::server::socket;
use crate::routing::server::forms as routing;
use crate::server::{app::App, guard, health, render};
use crate::wire::Refused;
use any_spawner::Executor;
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::prelude::provide_context;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    services::ServeDir,
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// Every route, behind the guard.
pub fn router(app: App) -> Router {
    // What leptos starts while it renders runs on the same runtime. Refused only when that is said already.
    let _ = Executor::init_tokio();
    // What people keep here is compressed already, most of it, and is asked for in parts.
    let files = NotForContentType::const_new("application/octet-stream").and(NotForContentType::const_new("application/pdf"));
    let files = files.and(NotForContentType::const_new("audio/"));
    let assets = NotForContentType::const_new("font/woff2").and(NotForContentType::const_new("application/wasm"));
    let compressible = DefaultPredicate::new().and(assets).and(files);
    // The last one is the outermost.
    routes(&app)
        .layer(from_fn_with_state(app.clone(), guard::same_origin))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible))
        .layer(from_fn(guard::headers))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
            let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
            // The route and not the path: paths and query strings can carry links that open something.
            let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
            tracing::info_span!("http", method = %request.method(), route, id)
        }))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(app)
}

/// The routes themselves. The tenant-matrix test reads this table: a route that is not in the
/// matrix fails it.
pub fn routes(app: &App) -> Router<App> {
    let pages = PAGES.iter().flat_map(|page| page.paths).fold(Router::new(), |router, path| router.route(path, get(render::get)));
    let patience = |limit| TimeoutLayer::with_status_code(http::StatusCode::SERVICE_UNAVAILABLE, limit);
    pages
        .route("/", get(render::get))
        .merge(forms::routes())
        .merge(stages::routes())
        .merge(enquiry_forms::routes())
        .merge(visit::routes())
        .merge(export::route())
        .merge(imports::routes())
        .merge(canned::routes())
        .merge(channels::routes())
        .merge(hooks::routes())
        .merge(routing::routes())
        .merge(phone::routes())
        .merge(files::routes())
        .merge(rest::routes())
        .merge(widget::routes())
        .merge(socket::route(|app, token| visitor::bearer(&app.inner.secret, token)))
        .route("/api/{*function}", any(server_function))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(render::missing)
        .layer(RequestBodyLimitLayer::new(guard::BODY))
        .layer(patience(guard::PATIENCE))
        .merge(imports::receiving().merge(files::receiving()).merge(widget::receiving()).layer(patience(guard::PATIENCE_WITH_FILES)))
        // Files are nobody's: no session is looked up for them.
        .layer(from_fn_with_state(app.clone(), session::recognise))
        .merge(assets(app))
}

/// Files of the browser. What carries the build in its path never changes; the rest is asked
/// for again after five minutes.
fn assets(app: &App) -> Router<App> {
    let root = std::path::Path::new(app.inner.leptos.site_root.as_ref());
    let kept = |seconds: Duration| {
        let value = format!("public, max-age={}{}", seconds.as_secs(), if seconds.as_secs() > 86_400 { ", immutable" } else { "" });
        SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("no-cache")),
        )
    };
    let folder = |name: &str| ServeDir::new(root.join(name)).precompressed_br().precompressed_gzip();
    let pkg = app.inner.leptos.site_pkg_dir.as_ref();
    let file = |name: &'static str| {
        ServiceBuilder::new()
            .layer(kept(Duration::from_secs(300)))
            .service(tower_http::services::ServeFile::new(root.join(name)).precompressed_br())
    };
    Router::new()
        .nest_service(&format!("/{pkg}"), ServiceBuilder::new().layer(kept(Duration::from_secs(31_536_000))).service(folder(pkg)))
        .nest_service("/fonts", ServiceBuilder::new().layer(kept(Duration::from_secs(31_536_000))).service(folder("fonts")))
        .nest_service("/widget", ServiceBuilder::new().layer(kept(Duration::from_secs(300))).service(folder("widget")))
        .route_service("/widget.js", file("widget.js"))
        .route_service("/icons.svg", file("icons.svg"))
        .route_service("/favicon.svg", file("favicon.svg"))
}

/// A server function: the services see who asks through the same context as in a page.
async fn server_function(State(app): State<App>, request: Request<Body>) -> Response {
    let refused = Refused::default();
    let context = {
        let refused = refused.clone();
        move || {
            provide_context(app.clone());
            provide_context(refused.clone());
        }
    };
    let mut response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    if response.status() == http::StatusCode::INTERNAL_SERVER_ERROR
        && let Some(status) = refused.0.get()
    {
        *response.status_mut() = *status;
    }
    response
}
