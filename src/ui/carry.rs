//! What a page brings along for the browser beside what it shows. As a block of data, not as a
//! script: the policy lets it stand, and nothing in it needs escaping twice.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// Puts it into the page under that name. Only the server does; a page that the browser makes by
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
pub fn carried<T: DeserializeOwned>(name: &str) -> Option<T> {
    if cfg!(feature = "ssr") {
        return None;
    }
    let element = document().get_element_by_id(name)?;
    let text = element.text_content()?;
    element.set_text_content(None);
    serde_json::from_str(&text).ok()
}
