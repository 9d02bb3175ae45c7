//! What a page brings along for the browser beside what it shows.

use super::{FromWire, Lean, parse, read};
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use std::future::Future;

/// What a page loads: awaited by the server, brought along for the browser.
pub type Loaded<T> = Resource<T, Lean>;

impl<T: Serialize> Encoder<T> for Lean {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(what: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(what)
    }
}

/// It is not what was expected.
#[derive(Debug)]
pub struct Unreadable;

impl<T: FromWire> Decoder<T> for Lean {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        parse(text).and_then(|json| read(&json)).ok_or(Unreadable)
    }
}

/// Loads it, and again when what it is loaded for changes. Nothing of the page is sent before it is there.
pub fn load<S, T, F>(of: impl Fn() -> S + Send + Sync + 'static, fetch: impl Fn(S) -> F + Send + Sync + 'static) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + FromWire + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(of, fetch, true)
}

/// What the server made when it rendered the page: the browser takes the page over with the same.
pub fn shared<T: Serialize + FromWire>(make: impl FnOnce() -> T) -> T {
    SharedValue::<T, Lean>::new_with_encoding(make).into_inner()
}
/// Puts it into the page under that name, as a block of data and not as a script: the policy lets it
/// stand, and nothing in it needs escaping twice. Only the server does; a page that the browser makes by
/// itself has loaded it already.
pub fn carry<T: Serialize>(name: &'static str, what: &T) -> impl IntoView + use<T> {
    let text = if cfg!(feature = "ssr") {
        // What cannot be written is loaded again by the browser.
        serde_json::to_string(what).unwrap_or_default().replace('<', "\\u003c")
    } else {
        String::new()
    };
    view! { <script type="application/json" id=name inner_html=text></script> }
}

/// Takes it out of the page, once.
pub fn carried<T: FromWire>(name: &str) -> Option<T> {
    if cfg!(feature = "ssr") {
        return None;
    }
    let element = document().get_element_by_id(name)?;
    let text = element.text_content()?;
    element.set_text_content(None);
    read(&parse(&text)?)
}
