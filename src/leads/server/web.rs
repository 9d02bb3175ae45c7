//! Where a form that was sent without script comes out.

use http::{Uri, header, request::Parts};
use leptos::prelude::use_context;

/// Sends the browser back to the page the form was on, without the part of its address that had
/// the form open. Calls by script are not concerned: they do not ask for a page.
pub fn land(open: &str) {
    let Some(parts) = use_context::<Parts>() else { return };
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if !text(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")) {
        return;
    }
    let came_from: Option<Uri> = text(header::REFERER).and_then(|referer| referer.parse().ok());
    leptos_axum::redirect(&came_from.map_or("/board".into(), |uri| without(&uri, open)));
}

/// The path and query of an address, without one of its parameters and without an old error.
fn without(uri: &Uri, open: &str) -> String {
    let dropped = |pair: &&str| ![open, "__path", "__err"].contains(&pair.split('=').next().unwrap_or_default());
    let kept: Vec<&str> = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).filter(dropped).collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_closed_and_the_rest_of_the_address_kept() {
        let back = |uri: &str, open| without(&uri.parse().unwrap(), open);
        assert_eq!(back("https://x.test/board?new=1", "new"), "/board");
        assert_eq!(back("https://x.test/board?stage=won&move=abc&__err=e&__path=p", "move"), "/board?stage=won");
        assert_eq!(back("https://x.test/leads/1", "move"), "/leads/1");
    }
}
