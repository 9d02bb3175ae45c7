//! Pages and their paths.

use leptos::prelude::AnyView;
use leptos::wasm_split::SplitLoaderError;
use std::future::Future;
use std::pin::Pin;

/// One page.
pub struct Page {
    /// Its paths, as axum writes them. `{name}` stands for anything, and is a parameter.
    pub paths: &'static [&'static str],
    /// The part of the program it is in. A page without one has no script: it is always a document of
    /// its own.
    pub part: Option<Part>,
    /// Makes its view. Its part is there.
    pub view: fn() -> AnyView,
}

/// A part of the program.
pub struct Part {
    /// Its name, which is that of its file.
    pub name: &'static str,
    /// Has it come, if it is not there. It fails without network, and when the server has another
    /// build by now.
    pub fetch: fn() -> Fetching,
}

/// A part on its way.
pub type Fetching = Pin<Box<dyn Future<Output = Result<(), SplitLoaderError>>>>;

/// Names and values: of a path, or of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The value of that name; of several the last.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.iter().rev().find(|(each, _)| each == name).map(|(_, value)| value.clone())
    }

    /// What a query says, without its question mark.
    pub fn of_query(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
        });
        Self(pairs.collect())
    }

    /// What a path says, if it is one of this pattern.
    fn of_path(pattern: &str, path: &str) -> Option<Self> {
        let mut found = Vec::new();
        let mut names = path.split('/');
        for piece in pattern.split('/') {
            let name = names.next()?;
            match piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}')) {
                Some(parameter) if !name.is_empty() => found.push((parameter.to_owned(), decoded(name))),
                None if piece == name => {}
                _ => return None,
            }
        }
        names.next().is_none().then_some(Self(found))
    }
}

/// The page at a path, and its parameters. A path that is written out goes before one with a parameter.
pub fn find(pages: &'static [Page], path: &str) -> Option<(&'static Page, Params)> {
    let fitting = pages.iter().flat_map(|page| page.paths.iter().filter_map(move |pattern| Some((page, Params::of_path(pattern, path)?))));
    fitting.min_by_key(|(_, params)| params.0.len())
}

/// Text with its percent signs read. What is not UTF-8 then shows as such.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let coded = if *first == b'%' { digit(0).zip(digit(1)) } else { None };
        // Two digits of four bits each.
        bytes.push(coded.map_or(*first, |(high, low)| (high << 4 | low) as u8));
        rest = if coded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::IntoAny;

    const fn page(paths: &'static [&'static str]) -> Page {
        Page { paths, part: None, view: || ().into_any() }
    }

    static PAGES: &[Page] = &[page(&["/leads/{id}"]), page(&["/leads/import"]), page(&["/inbox", "/inbox/{conversation}"])];

    /// Which page of the table it is, and a parameter of it.
    fn found(path: &str, name: &str) -> Option<(&'static str, Option<String>)> {
        find(PAGES, path).map(|(page, params)| (page.paths[0], params.get(name)))
    }

    #[test]
    fn a_path_leads_to_its_page_with_what_stands_in_it() {
        assert_eq!(found("/leads/7", "id"), Some(("/leads/{id}", Some("7".into()))));
        assert_eq!(found("/leads/a%20b%2f", "id"), Some(("/leads/{id}", Some("a b/".into()))));
        assert_eq!(found("/leads/import", "id"), Some(("/leads/import", None)), "written out goes first");
        assert_eq!(found("/inbox", "conversation"), Some(("/inbox", None)));
        assert_eq!(found("/inbox/9", "conversation"), Some(("/inbox", Some("9".into()))));
        for nowhere in ["", "/", "/leads", "/leads/", "/leads/7/", "/leads/7/8", "leads/7", "/Inbox", "/inbox/"] {
            assert_eq!(found(nowhere, "id"), None, "{nowhere}");
        }
    }

    #[test]
    fn a_query_is_read_as_a_form_wrote_it() {
        let query = Params::of_query("q=two+words%21&&owner=a&owner=b&new&%C3%A4=%e2%82%ac&half=%E2%8&none=100%");
        let get = |name: &str| query.get(name);
        assert_eq!(get("q").as_deref(), Some("two words!"));
        assert_eq!(get("owner").as_deref(), Some("b"), "the last one counts");
        assert_eq!(get("new").as_deref(), Some(""));
        assert_eq!(get("ä").as_deref(), Some("€"));
        assert_eq!(get("half").as_deref(), Some("\u{fffd}%8"));
        assert_eq!(get("none").as_deref(), Some("100%"));
        assert_eq!(get(""), None);
        assert_eq!(Params::of_query(""), Params::default());
    }
}
