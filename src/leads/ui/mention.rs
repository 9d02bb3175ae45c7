//! Colleagues who are named while one writes: behind an `@` those are proposed who may see the lead.

use crate::app::use_desk;
use crate::leads::mentions::begun;
use crate::ui::proposals::{Proposal, Sign};
use crate::values::UserId;
use leptos::prelude::*;

/// The sign, and those who can be named by it.
pub fn mention(team: Signal<Vec<UserId>>) -> Sign {
    let desk = use_desk();
    let find = Callback::new(move |typed: String| {
        let typed = typed.to_lowercase();
        let fits =
            |name: &str| name.to_lowercase().split(' ').any(|part| part.starts_with(&typed)) || name.to_lowercase().starts_with(&typed);
        desk.with(|desk| {
            let there = desk.colleagues.iter().filter(|person| team.with(|team| team.contains(&person.id)) && fits(&person.name));
            there
                .map(|person| Proposal {
                    name: person.name.clone(),
                    more: String::new(),
                    tint: Some(person.tint),
                    text: format!("{} ", person.name),
                })
                .collect()
        })
    });
    // What is replaced is the name; the sign stays.
    Sign { label: "Colleagues", begun: |text| begun(text).map(|name| (text.len() - name.len(), name)), find }
}
