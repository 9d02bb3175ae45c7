//! What is on a lead: tags as chips that can be taken off, and a field for another.

use super::lead_forms::{Trouble, as_sent, of};
use crate::app::use_desk;
use crate::leads::api::{TagLead, UntagLead, tag_lead};
use crate::leads::model::Card;
use crate::leads::page::LeadPage;
use crate::ui::{icon::Icon, toast::use_toasts};
use crate::values::{LeadId, Tag};
use crate::wire::{ActionForm, ServerAction};
use leptos::prelude::*;

/// The section beside a lead. It works without script.
#[component]
pub fn TagSection(id: LeadId, lead: RwSignal<LeadPage>, card: Memo<Card>, may_edit: bool) -> impl IntoView {
    let toasts = use_toasts();
    let tags = Memo::new(move |_| card.with(|card| card.tags.clone()));
    let (put_on, take_off) = (ServerAction::<TagLead>::new(), ServerAction::<UntagLead>::new());
    let (put, taken) = (put_on.value(), take_off.value());
    let error = Signal::derive(move || put.get().and_then(Result::err).or_else(|| taken.get().and_then(Result::err)));
    let wrong = of(error, "tag");
    let had = as_sent(take_off, move || tags.get_untracked());
    let field = NodeRef::<leptos::html::Input>::new();
    let now = move |tags: Vec<Tag>| {
        lead.try_update(|lead| lead.card.tags = tags);
    };
    Effect::new(move || {
        // The answer comes before the socket's word when the socket is down.
        if let Some(Ok(tags)) = put.get() {
            now(tags);
            if let Some(field) = field.get_untracked() {
                field.set_value("");
                let _ = field.focus();
            }
        }
    });
    Effect::new(move || {
        let Some(Ok(left)) = taken.get() else { return };
        let gone = had.get_value().unwrap_or_default().into_iter().find(|tag| !left.contains(tag));
        now(left);
        if let Some(gone) = gone {
            toasts.offer_undo(format!("“{gone}” taken off"), move || {
                let back = tag_lead(id, gone.to_string());
                async move { back.await.map(now) }
            });
        }
    });
    let chips = move || {
        let chip = |tag: Tag| {
            let take_off = may_edit.then(|| {
                view! {
                    <button name="tag" value=tag.to_string() class="grid place-content-center size-5 -mr-1.5 rounded-sm hover:text-ink" aria-label=format!("Take off {tag}")>
                        <Icon name="x" size=12 />
                    </button>
                }
            });
            view! {
                <li class="tag max-w-full" data-tag="">
                    <a class="truncate" href=crate::leads::filter::Filter { tag: Some(tag.clone()), ..Default::default() }.address() title="Show all leads with this tag">
                        {tag.to_string()}
                    </a>
                    {take_off}
                </li>
            }
        };
        tags.get().into_iter().map(chip).collect_view()
    };
    let more = may_edit.then(|| {
        view! {
            <ActionForm action=put_on>
                <input type="hidden" name="lead" value=id.to_string() />
                <div class="flex items-center gap-1.5">
                    <TagField field label="Add a tag" class="h-8! flex-1 min-w-0" but=tags wrong />
                    <button class="btn btn-sm" aria-busy=move || put_on.pending().get().then_some("true")>
                        "Add"
                    </button>
                </div>
                {move || wrong.get().map(|text| view! { <p id="tag-error" class="text-danger-ink text-xs mt-1">{text}</p> })}
                <Trouble error />
            </ActionForm>
        }
    });
    view! {
        <section aria-labelledby="tags">
            <h2 id="tags" class="text-sm mb-1.5">
                "Tags"
            </h2>
            <Show
                when=move || tags.with(|tags| !tags.is_empty())
                fallback=move || (!may_edit).then(|| view! { <p class="text-ink-muted">"None"</p> })
            >
                <ActionForm action=take_off>
                    <input type="hidden" name="lead" value=id.to_string() />
                    <ul class="flex flex-wrap gap-1.5 mb-2">{chips}</ul>
                </ActionForm>
            </Show>
            {more}
        </section>
    }
}

/// The field for a tag. It proposes those that the company has, but for some.
#[component]
pub fn TagField(
    field: NodeRef<leptos::html::Input>,
    label: &'static str,
    class: &'static str,
    #[prop(optional, into)] but: Option<Memo<Vec<Tag>>>,
    /// What is wrong with what was typed; it is said below by whoever shows the field.
    #[prop(optional, into)]
    wrong: MaybeProp<String>,
) -> impl IntoView {
    let desk = use_desk();
    let known = move || {
        let known = desk.with(|desk| desk.tags.clone()).into_iter();
        let proposed = known.filter(|tag| but.is_none_or(|but| but.with(|but| !but.contains(tag))));
        proposed.map(|tag| view! { <option value=tag.to_string() /> }).collect_view()
    };
    view! {
        <input
            node_ref=field
            name="tag"
            list="known-tags"
            class=["field ", class].concat()
            placeholder=label
            aria-label=label
            maxlength=Tag::LONGEST.to_string()
            autocomplete="off"
            required
            aria-invalid=move || wrong.get().map(|_| "true")
            aria-describedby=move || wrong.get().map(|_| "tag-error")
        />
        <datalist id="known-tags">{known}</datalist>
    }
}
