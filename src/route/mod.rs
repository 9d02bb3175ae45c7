//! Where the tab is, and the way elsewhere: its address as signals, and links that change the page
//! without a new document. Knows no page; the table of them comes from outside (`areas.rs`).
//!
//! A page's view is made when its part of the program is there, at once, and stays while only its
//! parameters and its query change. Where that cannot be, the browser loads a document, as it does
//! without script.

mod table;
mod title;

pub use table::{Fetching, Page, Params, Part, find};
pub use title::{DocumentTitle, Title, provide_title};

use leptos::either::Either;
use leptos::ev::{self, MouseEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};

/// The tab.
#[derive(Clone, Copy)]
pub struct Tab {
    pages: &'static [Page],
    path: RwSignal<String>,
    shown: RwSignal<Shown>,
    /// How often it was left: who comes too late with a part does not count.
    left: StoredValue<u32>,
}

/// The page that is open. Its address is its own: while it is leaving it sees nothing of the next one's.
#[derive(Clone)]
struct Shown {
    page: &'static Page,
    here: Here,
}

/// Parameters of the path, and the query.
type Here = ArcRwSignal<(Params, Params)>;

/// What becomes of the address in the browser's history.
#[derive(Clone, Copy, PartialEq)]
enum Entry {
    New,
    Replaced,
    /// The browser has gone back or forward: it is there.
    Made,
}

/// The tab's path.
pub fn use_path() -> ReadSignal<String> {
    expect_context::<Tab>().path.read_only()
}

/// The query of the page's address.
pub fn use_query_map() -> Memo<Params> {
    let here = expect_context::<Here>();
    Memo::new(move |_| here.with(|(_, query)| query.clone()))
}

/// What stands in the page's path where the table has `{name}`.
pub fn use_params_map() -> Memo<Params> {
    let here = expect_context::<Here>();
    Memo::new(move |_| here.with(|(params, _)| params.clone()))
}

/// The way to other pages.
pub fn use_navigate() -> Tab {
    expect_context()
}

/// Begins with the page at the tab's address, or with `nowhere`. For the root of the program.
pub fn provide_tab(pages: &'static [Page], nowhere: &'static Page) -> &'static Page {
    let address = if cfg!(feature = "ssr") {
        let parts = use_context::<http::request::Parts>();
        parts.and_then(|parts| Some(parts.uri.path_and_query()?.to_string())).unwrap_or_default()
    } else {
        current()
    };
    let (path, query) = split(&address);
    let (page, params) = find(pages, path).unwrap_or((nowhere, Params::default()));
    let query = Params::of_query(query);
    let shown = Shown { page, here: Here::new((params, query)) };
    let tab = Tab { pages, path: RwSignal::new(path.to_owned()), shown: RwSignal::new(shown), left: StoredValue::new(0) };
    provide_context(tab);
    if !cfg!(feature = "ssr") {
        window_event_listener(ev::click, move |event| {
            if let Some(address) = wanted(&event)
                && tab.page_at(&address).is_some()
            {
                event.prevent_default();
                tab.go(&address, Entry::New);
            }
        });
        window_event_listener(ev::popstate, move |_| tab.go(&current(), Entry::Made));
    }
    page
}

/// The page that is open.
#[component]
pub fn Outlet() -> impl IntoView {
    let Tab { shown, .. } = expect_context();
    let mut turn = false;
    move || {
        let Shown { page, here } = shown.get();
        provide_context(here);
        // Nothing of one page is patched into the next, even where they are built alike.
        turn = !turn;
        let view = untrack(|| (page.view)());
        if turn { Either::Left(view) } else { Either::Right(view) }
    }
}

impl Tab {
    /// Goes there, as by a link.
    pub fn to(self, address: &str) {
        self.go(address, Entry::New);
    }

    /// Goes there in place of where it is: Back leads to what was before.
    pub fn replace(self, address: &str) {
        self.go(address, Entry::Replaced);
    }

    /// The page at an address that can be opened here.
    fn page_at(self, address: &str) -> Option<(&'static Page, &'static Part, (Params, Params))> {
        let (path, query) = split(address);
        let (page, params) = find(self.pages, path)?;
        Some((page, page.part.as_ref()?, (params, Params::of_query(query))))
    }

    fn go(self, to: &str, entry: Entry) {
        let turn = self.left.try_update_value(|left| {
            *left += 1;
            *left
        });
        if entry == Entry::New && to == current() {
            return;
        }
        let Some((page, part, here)) = self.page_at(to) else { return load(to) };
        let to = to.to_owned();
        if self.is_open(page) {
            return self.show(page, here, &to, entry);
        }
        spawn_local(async move {
            let came = (part.fetch)().await;
            if self.left.try_get_value() != turn {
                return;
            }
            match came {
                Ok(()) => self.show(page, here, &to, entry),
                Err(_) => load(&to),
            }
        });
    }

    fn is_open(self, page: &'static Page) -> bool {
        self.shown.with_untracked(|shown| std::ptr::eq(shown.page, page))
    }

    /// Address and page change at once.
    fn show(self, page: &'static Page, here: (Params, Params), to: &str, entry: Entry) {
        if let Ok(history) = window().history() {
            // Refused only when there were hundreds in a few seconds; the page changes all the same.
            let _ = match entry {
                Entry::New => history.push_state_with_url(&JsValue::NULL, "", Some(to)),
                Entry::Replaced => history.replace_state_with_url(&JsValue::NULL, "", Some(to)),
                Entry::Made => Ok(()),
            };
        }
        self.path.set(split(to).0.to_owned());
        if self.is_open(page) {
            self.shown.with_untracked(|shown| shown.here.set(here));
        } else {
            self.shown.set(Shown { page, here: Here::new(here) });
            request_animation_frame(begin);
        }
    }
}

/// Path and query.
fn split(address: &str) -> (&str, &str) {
    let address = address.split_once('#').map_or(address, |(address, _)| address);
    address.split_once('?').unwrap_or((address, ""))
}

/// What the browser shows as the address, from the path on.
fn current() -> String {
    let location = window().location();
    [location.pathname(), location.search(), location.hash()].map(Result::unwrap_or_default).concat()
}

/// Has the browser load it as a document.
fn load(address: &str) {
    // Refused only by a document that is being left already.
    let _ = window().location().assign(address);
}

/// Where a click leads that is ours to take: one on a link that begins with a slash, and that neither
/// wants a tab of its own nor a file.
fn wanted(event: &MouseEvent) -> Option<String> {
    let meant_otherwise = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || meant_otherwise {
        return None;
    }
    let link =
        event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("a[href^='/']:not([target], [download], [rel~=external])").ok()??;
    link.get_attribute("href")
}

/// The keyboard, and whoever has the page read out, begins at the top of the new page: in its field,
/// if it has one to begin with.
fn begin() {
    let start = document().query_selector("#main [autofocus]").ok().flatten().or_else(|| document().get_element_by_id("main"));
    if let Some(start) = start.and_then(|start| start.dyn_into::<web_sys::HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // Fails only for an element that has left the page.
        let _ = start.focus_with_options(&options);
    }
}
