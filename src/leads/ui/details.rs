//! The facts of a lead, line by line.

use super::column::home_currency;
use super::fact::{Entry, Fact};
use crate::app::use_desk;
use crate::leads::fields::{FieldKind, LeadField};
use crate::leads::model::Card;
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

/// Who they are, what it is worth, whose it is, how to reach them, and what the company wants to know besides.
#[component]
pub fn Details(lead: RwSignal<LeadPage>, card: Memo<Card>, may_edit: bool) -> impl IntoView {
    let desk = use_desk();
    let home = desk.with_untracked(home_currency);
    let custom = lead.with_untracked(|lead| lead.fields.clone()).into_iter().map(|own| {
        let (field, label) = (LeadField::Custom(own.id), own.name.clone());
        let entry = match own.kind {
            FieldKind::Choice => Entry::Choice(own.choices.clone()),
            FieldKind::Date => Entry::Input("date"),
            _ => Entry::Input("text"),
        };
        let said = move || {
            let text = lead.with(|lead| lead.written(field));
            match own.kind {
                _ if text.is_empty() => "–".into_any(),
                FieldKind::Link => {
                    let shown = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned();
                    view! {
                        <a class="link" href=text target="_blank" rel="noopener noreferrer nofollow">
                            {shown}
                        </a>
                    }
                    .into_any()
                }
                _ => own.said(&text, home).into_any(),
            }
        };
        view! { <Fact lead field label entry may_edit>{said}</Fact> }
    });
    let custom = custom.collect_view();
    view! {
        <section>
            <h2 class="text-sm mb-1">"Details"</h2>
            <dl>
                <Fact lead field=LeadField::Name label="Name" may_edit>{move || card.with(|card| card.name.clone())}</Fact>
                <Fact lead field=LeadField::Organisation label="Company" may_edit>
                    {move || or_dash(card.with(|card| card.organisation.clone()))}
                </Fact>
                <Fact lead field=LeadField::Value label="Value" may_edit>
                    {move || match card.with(|card| card.value) {
                        value if value.minor == 0 => view! { <span class="text-ink-muted">"Not known yet"</span> }.into_any(),
                        value => view! { <b class="num">{value.full()}</b> }.into_any(),
                    }}
                </Fact>
                <Fact lead field=LeadField::ClosesOn label="Closes on" entry=Entry::Input("date") may_edit>
                    {move || or_dash(card.with(|card| card.closes_on.map(|day| day.to_string()).unwrap_or_default()))}
                </Fact>
                <Fact lead field=LeadField::Email label="Email" entry=Entry::Input("email") may_edit>
                    {move || {
                        // It may break after a part of it, sooner than within a word.
                        or_dash(lead.with(|lead| lead.email.clone()))
                            .split_inclusive(['@', '.'])
                            .map(|part| view! { {part.to_owned()} <wbr /> })
                            .collect_view()
                    }}
                </Fact>
                <Fact lead field=LeadField::Phone label="Phone" entry=Entry::Input("tel") may_edit>
                    {move || or_dash(lead.with(|lead| lead.phone.clone()))}
                </Fact>
                {custom}
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
                <Detail label="Mood">
                    <SentimentMark sentiment=Signal::derive(move || card.with(|card| card.sentiment)) label=true />
                </Detail>
                <Detail label="Came by">
                    {card.with_untracked(|card| card.source.label())}
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
        <div class="grid grid-cols-[92px_1fr] gap-2 items-start">
            <dt class="min-h-7 grid content-center text-ink-faint text-xs wrap-anywhere">{label}</dt>
            <dd class="min-h-7 grid content-center min-w-0 wrap-anywhere">{children()}</dd>
        </div>
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".into() } else { text }
}
