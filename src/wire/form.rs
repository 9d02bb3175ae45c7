//! Forms that post to a server function: without script as any form, with it without leaving the page.

use super::call::{Body, answer, post};
use super::{FromWire, ToWire, parse, print, read};
use crate::error::AppError;
use crate::route::use_query_map;
use leptos::ev::SubmitEvent;
use leptos::server_fn::{ServerFn, error::ServerFnUrlError};
use leptos::{html, prelude::*};
use std::marker::PhantomData;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlButtonElement, HtmlFormElement, UrlSearchParams};

/// Calls of one server function, and what came of the last. What is not of the function's type is the
/// same for all of them: the answer is kept as text, and read where it is asked for.
pub struct ServerAction<S: 'static> {
    action: Action<Body, Result<String, AppError>>,
    sent: RwSignal<String>,
    of: PhantomData<fn(S)>,
}

impl<S> Clone for ServerAction<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for ServerAction<S> {}

impl<S> ServerAction<S>
where
    S: ServerFn<Error = AppError, Output: FromWire + Sync> + ToWire,
{
    /// On a page that a form without script came back to, the first answer is what went wrong there.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { action: new_action(S::PATH), sent: RwSignal::new(String::new()), of: PhantomData }
    }

    /// Calls it.
    pub fn dispatch(self, input: S) {
        self.action.dispatch(Body::Json(print(&input.to_wire())));
    }

    /// What came of the last call.
    pub fn value(self) -> Signal<Option<Result<S::Output, AppError>>> {
        let value = self.action.value();
        Signal::derive(move || value.get().map(answer))
    }

    /// A field of the form as it was last sent.
    pub fn sent(self, field: &str) -> Option<String> {
        self.sent.with(|sent| UrlSearchParams::new_with_str(sent).ok()?.get(field))
    }

    /// How many answers there have been.
    pub fn version(self) -> ReadSignal<usize> {
        self.action.version().read_only()
    }

    /// Whether an answer is awaited.
    pub fn pending(self) -> Memo<bool> {
        self.action.pending()
    }

    /// Forgets the last answer.
    pub fn clear(self) {
        self.action.clear();
    }
}

fn new_action(path: &'static str) -> Action<Body, Result<String, AppError>> {
    Action::new_with_value(refused(path).map(Err), move |body: &Body| post(path.to_owned(), body.clone()))
}

/// What the server said to a form without script that it sent back here.
fn refused(path: &str) -> Option<AppError> {
    let query = use_query_map();
    let said = query.with_untracked(|query| (query.get("__path").as_deref() == Some(path)).then(|| query.get("__err"))).flatten()?;
    if cfg!(feature = "ssr") {
        return Some(ServerFnUrlError::decode_err(&said));
    }
    // An error that cannot be read is one for the server too: the browser must show what it shows.
    let bytes = window().atob(&said.replace('-', "+").replace('_', "/")).unwrap_or_default();
    let text = String::from_utf8(bytes.chars().map(|byte| byte as u8).collect()).unwrap_or_default();
    Some(parse(&text).and_then(|json| read(&json)).unwrap_or_else(AppError::unreadable))
}

/// A form that calls it with its fields.
#[component]
pub fn ActionForm<S>(
    action: ServerAction<S>,
    #[prop(optional)] node_ref: NodeRef<html::Form>,
    #[prop(optional)] id: Option<&'static str>,
    #[prop(optional)] class: Option<&'static str>,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = AppError, Output: FromWire + Sync> + ToWire + 'static,
{
    let ServerAction { action, sent, .. } = action;
    let send = Callback::new(move |fields: String| {
        sent.set(fields.clone());
        action.dispatch(Body::Form(fields));
    });
    form(S::PATH, send, node_ref, id, class, children())
}

fn form(
    path: &'static str,
    send: Callback<String>,
    node_ref: NodeRef<html::Form>,
    id: Option<&'static str>,
    class: Option<&'static str>,
    inside: impl IntoView + 'static,
) -> AnyView {
    let on_submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if let Some(fields) = fields(&event) {
            send.run(fields);
        }
    };
    view! {
        <form action=path method="post" id=id class=class node_ref=node_ref on:submit=on_submit>
            {inside}
        </form>
    }
    .into_any()
}

/// The fields of the form that is sent, with the button that sends it, as the browser itself would.
fn fields(event: &SubmitEvent) -> Option<String> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    if let Some(button) = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok())
        && !button.name().is_empty()
    {
        fields.append_with_str(&button.name(), &button.value()).ok()?;
    }
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    fields.to_string().as_string()
}
