//! `/leads/merge`: two leads that may become one, and what will become of what. Plain forms.

use super::column::home_currency;
use super::details::about;
use crate::accounts::ui::{Panel, SettingsFrame, loaded, outcome::use_outcome};
use crate::app::use_desk;
use crate::error::AppError;
use crate::leads::api::load_merge;
use crate::leads::fields::LeadField;
use crate::leads::merge::{Merged, Pair, Side, tags_to_take};
use crate::route::use_query_map;
use crate::ui::{icon::Icon, marks::Ago};
use crate::values::Tag;
use crate::wire::load;
use leptos::prelude::*;

/// The page. `keep` and `other` in the address name the two.
#[component]
pub fn MergePage() -> impl IntoView {
    let query = use_query_map();
    let two =
        move || query.with(|query| (query.get("keep").and_then(|id| id.parse().ok()), query.get("other").and_then(|id| id.parse().ok())));
    let sides = load(two, |two| async move {
        match two {
            (Some(keep), Some(other)) => load_merge(keep, other).await,
            _ => Err(AppError::NotFound),
        }
    });
    view! {
        <SettingsFrame here="/leads/alike" title="Merge two leads" error=use_outcome().error_beside(&[])>
            {loaded(sides, "These leads cannot be merged", |pair| view! { <Preview pair /> }.into_any())}
        </SettingsFrame>
    }
}

#[component]
fn Preview(pair: Pair) -> impl IntoView {
    let Pair { keep, other, fields } = pair;
    let home = use_desk().with_untracked(home_currency);
    let swap = format!("/leads/merge?keep={}&other={}", other.card.id, keep.card.id);
    let every = LeadField::EVERY.map(|field| (field, field.label().to_owned()));
    let own: Vec<(LeadField, String)> = fields.iter().map(|own| (LeadField::Custom(own.id), own.name.clone())).collect();
    let choices = every
        .into_iter()
        .chain(own)
        .map(|(field, label)| {
            let (keep, other) = (keep.says(field, &fields, home), other.says(field, &fields, home));
            view! { <Choice field label keep other /> }
        })
        .collect_view();
    let comes: Vec<String> =
        [("note", "notes"), ("task", "tasks"), ("answer", "answers"), ("conversation", "conversations"), ("file", "files")]
            .into_iter()
            .zip(other.has.iter().copied())
            .filter(|(_, count)| *count > 0)
            .map(|((one, many), count)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
    let taken = tags_to_take(&keep.card, &other.card);
    let (come, stay): (Vec<&Tag>, Vec<&Tag>) =
        other.card.tags.iter().filter(|tag| !keep.card.tags.contains(tag)).partition(|tag| taken.contains(tag));
    let named = |tags: &[&Tag]| tags.iter().map(|tag| format!("“{tag}”")).collect::<Vec<_>>().join(", ");
    let tags = [("Tags that come along", named(&come)), ("Tags for which there is no room", named(&stay))]
        .into_iter()
        .filter(|(_, tags)| !tags.is_empty())
        .map(|(what, tags)| view! { <li>{format!("{what}: {tags}.")}</li> })
        .collect_view();
    let stays = keep.card.name.clone();
    let line = |side: &Side| about(side.card.organisation.clone(), side.card.value, side.stage.clone());
    let (keep_line, other_line) = (line(&keep), line(&other));
    let (keep_id, other_id, keep_name, other_name) = (keep.card.id, other.card.id, keep.card.name.clone(), other.card.name.clone());
    view! {
        <form method="post" action="/leads/merge" class="flex flex-col gap-4">
            <input type="hidden" name="form" value="merge" />
            <input type="hidden" name="keep" value=keep.card.id.to_string() />
            <input type="hidden" name="keep_version" value=keep.card.version.to_string() />
            <input type="hidden" name="other" value=other.card.id.to_string() />
            <input type="hidden" name="other_version" value=other.card.version.to_string() />
            <Panel title="Who stays">
                <div class="grid sm:grid-cols-2 gap-3">
                    <p class="min-w-0">
                        <span class="tag tag-beam">"Stays"</span>
                        <a class="block font-medium mt-1 wrap-anywhere hover:underline" href=format!("/leads/{keep_id}")>
                            {keep_name}
                        </a>
                        <span class="block text-xs text-ink-muted num wrap-anywhere">{keep_line}</span>
                    </p>
                    <p class="min-w-0">
                        <span class="tag">"Becomes part of it"</span>
                        <a class="block font-medium mt-1 wrap-anywhere hover:underline" href=format!("/leads/{other_id}")>
                            {other_name}
                        </a>
                        <span class="block text-xs text-ink-muted num wrap-anywhere">{other_line}</span>
                    </p>
                </div>
                <a class="btn btn-sm w-fit mt-3" href=swap>
                    <Icon name="git-compare-arrows" size=14 />
                    "The other way round"
                </a>
            </Panel>
            <Panel title="What is kept of the two">
                {choices}
            </Panel>
            <Panel title="What comes along">
                <ul class="list-disc pl-5 flex flex-col gap-1 text-ink-muted">
                    <li>
                        {if comes.is_empty() { "No notes, tasks, answers, conversations or files: the other lead has none.".to_owned() } else { format!("{}. Of answers to the same question the one that stays keeps its own.", comes.join(", ")) }}
                    </li>
                    {tags}
                    <li>{format!("Everything that happened: both histories stand in one timeline. Stage, owner and assistant stay those of {stays}.")}</li>
                </ul>
                <p class="text-xs text-ink-faint my-3">"It can be undone at any time, on the page of the lead that stays."</p>
                <div class="flex gap-2">
                    <button class="btn btn-primary">"Merge"</button>
                    <a class="btn btn-ghost" href=format!("/leads/{keep_id}")>
                        "Cancel"
                    </a>
                </div>
            </Panel>
        </form>
    }
}

/// One field of which one of two values is kept. Nothing is asked where they are the same, or where only one says anything.
#[component]
fn Choice(field: LeadField, label: String, keep: String, other: String) -> impl IntoView {
    let name = field.to_string();
    let differ = !other.is_empty() && keep != other;
    if !differ || keep.is_empty() {
        let taken = if keep.is_empty() { "other" } else { "keep" };
        let value = if keep.is_empty() { other } else { keep };
        return view! {
            <div class="grid grid-cols-[92px_1fr] gap-2 min-h-7 items-center">
                <span class="text-ink-faint text-xs">{label.clone()}</span>
                <span class="wrap-anywhere">{if value.is_empty() { "–".to_owned() } else { value }}</span>
                <input type="hidden" name=name value=taken />
            </div>
        }
        .into_any();
    }
    let radio = |value: &'static str, text: String, checked: bool| {
        view! {
            <label class="flex items-center gap-2 min-h-7">
                <input type="radio" name=name.clone() value=value checked=checked />
                <span class="wrap-anywhere">{text}</span>
            </label>
        }
    };
    view! {
        <fieldset class="grid grid-cols-[92px_1fr_1fr] max-sm:grid-cols-[92px_1fr] gap-x-2 items-center">
            <legend class="sr-only">{label.clone()}</legend>
            <span class="text-ink-faint text-xs" aria-hidden="true">
                {label.clone()}
            </span>
            {radio("keep", keep, true)}
            <span class="hidden max-sm:block"></span>
            {radio("other", other, false)}
        </fieldset>
    }
    .into_any()
}

/// Beside a lead: those that have become part of it. Nothing if none has.
#[component]
pub fn MergedNotice(merged: Memo<Vec<Merged>>) -> impl IntoView {
    let part = |merged: Merged| {
        view! {
            <li class="text-sm flex flex-wrap items-center gap-2">
                <span class="flex-1 min-w-32">
                    <span class="block font-medium wrap-anywhere">{merged.name.clone()}</span>
                    <span class="block text-xs text-ink-faint wrap-anywhere">{merged.by} ", " <Ago at=merged.at /></span>
                </span>
                <form method="post" action="/leads/merge">
                    <input type="hidden" name="form" value=format!("part:{}", merged.lead) />
                    <button class="btn btn-sm" aria-label=format!("Undo the merge of {}", merged.name)>
                        <Icon name="undo-2" size=14 />
                        "Undo"
                    </button>
                </form>
            </li>
        }
    };
    view! {
        <Show when=move || merged.with(|merged| !merged.is_empty())>
            <section class="panel p-3" aria-labelledby="merged">
                <h2 id="merged" class="text-sm flex items-center gap-1.5 mb-1.5">
                    <Icon name="git-compare-arrows" size=14 />
                    "Merged into this lead"
                </h2>
                <ul class="flex flex-col gap-2">{move || merged.get().into_iter().map(part).collect_view()}</ul>
            </section>
        </Show>
    }
}
