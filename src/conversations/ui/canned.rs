//! Canned replies where a message is written: behind a slash, with their blanks filled in.

use super::open::Open;
use crate::activity::model::{Event, Recorded};
use crate::app::use_desk;
use crate::canned::api::load_canned;
use crate::canned::model::{Blank, CannedReply, begun, fill};
use crate::leads::introduction::nameless;
use crate::live::client::Listener;
use crate::live::topic::Topic;
use crate::ui::proposals::{Proposal, Sign};
use leptos::prelude::*;
use leptos::task::spawn_local;

fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_owned()
}

/// The sign, and the replies that can be had by it; none while a note is written.
pub fn canned(open: Open, noting: RwSignal<bool>) -> Sign {
    let desk = use_desk();
    // Fetched when the first is wanted, and again after one was changed.
    let (known, asked) = (RwSignal::new(None::<Vec<CannedReply>>), StoredValue::new(false));
    let fetch = move || {
        if asked.try_update_value(|asked| std::mem::replace(asked, true)) != Some(false) {
            return;
        }
        spawn_local(async move {
            match load_canned().await {
                Ok(replies) => known.try_set(Some(replies)).map_or((), drop),
                // Asked again with the next letter.
                Err(_) => asked.try_set_value(false).map_or((), drop),
            }
        });
    };
    let listener = Listener {
        on_event: Callback::new(move |recorded: Recorded| {
            if matches!(recorded.event, Event::CannedReplyChanged { .. }) {
                asked.set_value(false);
            }
        }),
        on_pulse: Callback::new(|_| {}),
        on_snapshot: Callback::new(move |()| asked.set_value(false)),
    };
    open.live.listen(Topic::Company, open.thread.with_untracked(|thread| thread.seq), listener);
    let value = move |blank: Blank| {
        let (lead, name, organisation) =
            open.thread.with_untracked(|thread| (thread.row.lead, thread.row.name.clone(), thread.row.organisation.clone()));
        let mine = desk.with_untracked(|desk| desk.me.as_ref().map(|me| (me.name.clone(), me.company_name.clone())));
        let (my_name, my_company) = mine.unwrap_or_default();
        match blank {
            // What we call them ourselves is nothing to address them by.
            Blank::FirstName | Blank::Name if name == nameless(lead) => String::new(),
            Blank::FirstName => first_name(&name),
            Blank::Name => name,
            Blank::Organisation => organisation,
            Blank::MyFirstName => first_name(&my_name),
            Blank::MyName => my_name,
            Blank::MyCompany => my_company,
        }
    };
    let find = Callback::new(move |typed: String| {
        if noting.get() {
            return Vec::new();
        }
        fetch();
        let typed = typed.to_lowercase();
        let fits = |reply: &&CannedReply| reply.name.to_lowercase().contains(&typed);
        known.with(|known| {
            let mut fitting: Vec<_> = known.iter().flatten().filter(fits).collect();
            // Those that begin so come first.
            fitting.sort_by_key(|reply| !reply.name.to_lowercase().starts_with(&typed));
            let proposal = |reply: &CannedReply| {
                let text = fill(&reply.body, value);
                Proposal { name: format!("/{}", reply.name), more: text.replace('\n', " "), tint: None, text }
            };
            fitting.into_iter().map(proposal).collect()
        })
    });
    Sign { label: "Canned replies", begun, find }
}
