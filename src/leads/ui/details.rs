//! The facts of a lead, line by line.

use crate::app::use_desk;
use crate::leads::model::{Card, Source};
use crate::leads::page::LeadPage;
use crate::ui::{
    avatar::{Bot, Person},
    marks::{Ago, SentimentMark},
};
use crate::values::Money;
use leptos::prelude::*;

/// A lead in a line, where its name stands above: `Calder Bakery · £84k · Proposal`.
pub fn about(organisation: String, value: Money, stage: String) -> String {
    let worth = if value.minor == 0 { String::new() } else { value.short() };
    [organisation, worth, stage].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Value, owner, assistant, how to reach them.
#[component]
pub fn Details(lead: RwSignal<LeadPage>, card: Memo<Card>) -> impl IntoView {
    let desk = use_desk();
    view! {
        <section>
            <h2 class="text-sm mb-1">"Details"</h2>
            <dl>
                <Detail label="Value">
                    {move || match card.with(|card| card.value) {
                        value if value.minor == 0 => view! { <span class="text-ink-muted">"Not known yet"</span> }.into_any(),
                        value => view! { <b class="num">{value.full()}</b> }.into_any(),
                    }}
                </Detail>
                <Detail label="Owner">
                    {move || {
                        let owner = card.with(|card| card.owner).and_then(|id| desk.with(|desk| desk.colleague(id).cloned()));
                        match owner {
                            Some(owner) => {
                                view! {
                                    <span class="flex items-center gap-1.5">
                                        <Person name=owner.name.clone() tint=owner.tint size=20 />
                                        <span class="truncate">{owner.name}</span>
                                    </span>
                                }
                                    .into_any()
                            }
                            None => view! { <span class="text-ink-muted">"Nobody yet"</span> }.into_any(),
                        }
                    }}
                </Detail>
                <Detail label="Assistant">
                    {move || {
                        let face = card.with(|card| card.assistant).and_then(|id| desk.with(|desk| desk.assistant(id).cloned()));
                        match face {
                            Some(face) => {
                                view! {
                                    <span class="flex items-center gap-1.5">
                                        <Bot name=face.name.clone() hue=face.hue size=18 />
                                        <span class="truncate">{face.name}</span>
                                    </span>
                                }
                                    .into_any()
                            }
                            None => view! { <span class="text-ink-muted">"None"</span> }.into_any(),
                        }
                    }}
                </Detail>
                <Detail label="Email">
                    {move || {
                        // It may break after a part of it, sooner than within a word.
                        or_dash(lead.with(|lead| lead.email.clone()))
                            .split_inclusive(['@', '.'])
                            .map(|part| view! { {part.to_owned()} <wbr /> })
                            .collect_view()
                    }}
                </Detail>
                <Detail label="Phone">{move || or_dash(lead.with(|lead| lead.phone.clone()))}</Detail>
                <Detail label="Mood">
                    <SentimentMark sentiment=Signal::derive(move || card.with(|card| card.sentiment)) label=true />
                </Detail>
                <Detail label="Came by">
                    {match lead.with_untracked(|lead| lead.source) {
                        Source::Widget => "Chat on the site",
                        Source::Manual => "Added by hand",
                        Source::Api => "Sent in by another program",
                        Source::Import => "Brought in with a file",
                        Source::Form => "Enquiry form",
                    }}
                </Detail>
                <Detail label="In stage">
                    <Ago at=Signal::derive(move || card.with(|card| card.stage_entered_at)) />
                </Detail>
            </dl>
        </section>
    }
}

/// One line of a list of facts.
#[component]
pub fn Detail(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! {
        <div class="grid grid-cols-[92px_1fr] gap-2 min-h-7 items-center">
            <dt class="text-ink-faint text-xs">{label}</dt>
            <dd class="min-w-0 wrap-anywhere">{children()}</dd>
        </div>
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".into() } else { text }
}
