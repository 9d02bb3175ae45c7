//! The head of a thread: who is talked to, who else looks, and the switch of who answers.

use super::actions::Actions;
use super::open::Open;
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::conversations::api::{HandBack, TakeOver, hand_back, take_over};
use crate::conversations::model::{Control, Owner};
use crate::live::topic::Topic;
use crate::route::use_query_map;
use crate::ui::avatar::{Bot, Lead, Person};
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

/// Lead, presence, switch.
#[component]
pub fn Head(open: Open) -> impl IntoView {
    let who = Memo::new(move |_| open.thread.with(|thread| (thread.row.name.clone(), thread.row.organisation.clone())));
    let lead = open.thread.with_untracked(|thread| thread.row.lead);
    let here = open.live.presence(Topic::Conversation(open.id));
    let (desk, query) = (use_desk(), use_query_map());
    // The part of the list one came from.
    let back = move || match query.with(|query| query.get("show")).as_deref() {
        Some("ai") => "/inbox?show=ai",
        Some("all") => "/inbox?show=all",
        _ => "/inbox",
    };
    view! {
        <header class="h-(--h-bar) px-3 md:px-4 flex items-center gap-2.5 border-b border-line shrink-0">
            <a href=back class="btn btn-ghost btn-icon md:hidden -ml-1" aria-label="Back to the list">
                <Icon name="chevron-left" />
            </a>
            {move || view! { <Lead name=who.get().0 size=28 /> }}
            <div class="min-w-0 flex-1">
                <h2 class="text-sm truncate leading-4.5">
                    <a class="hover:underline" href=format!("/leads/{lead}") title=move || who.get().0>
                        {move || who.get().0}
                    </a>
                </h2>
                <p class="text-xs text-ink-faint truncate" title=move || who.get().1>
                    {move || who.get().1}
                </p>
            </div>
            <span class="stack max-sm:hidden" aria-label="Also looking at this chat" role="group">
                {move || {
                    let here = here.get();
                    let more = here.len().saturating_sub(3);
                    view! {
                        {here.into_iter().take(3).map(|who| view! { <Person name=who.name tint=who.tint size=24 /> }).collect_view()}
                        {(more > 0).then(|| view! { <span class="person size-6 bg-pressed text-ink-muted text-2xs">{format!("+{more}")}</span> })}
                    }
                }}
            </span>
            {move || desk.with(|desk| desk.may(Action::Converse)).then(|| view! { <Switch open /> })}
            <button class="btn btn-icon btn-ghost xl:hidden" type="button" popovertarget="about" aria-label="About the lead" title="About the lead">
                <Icon name="user-round" />
            </button>
            <Actions open />
        </header>
    }
}

/// Who answers, and the way to change it: take over, or hand back. A plain form, quicker with
/// script.
#[component]
fn Switch(open: Open) -> impl IntoView {
    let (desk, toasts) = (use_desk(), use_toasts());
    let control = Memo::new(move |_| open.thread.with(|thread| thread.row.control.clone()));
    let assistant = open.thread.with_untracked(|thread| thread.row.assistant);
    let face = Memo::new(move |_| {
        desk.with(|desk| desk.assistant(assistant).map_or(("The assistant".to_owned(), 0), |face| (face.name.clone(), face.hue)))
    });
    let me = Memo::new(move |_| desk.with(|desk| desk.me.as_ref().map(|me| (me.user, me.name.clone(), me.tint))));
    // What was asked for and is not confirmed: shown at once.
    let wish = RwSignal::new(None::<bool>);
    let mine = move || control.with(|control| control.owner == Owner::Person && control.user == me.with(|me| me.as_ref().map(|me| me.0)));
    let by_ai = move || wish.get().unwrap_or_else(|| control.with(|control| control.owner == Owner::Assistant));
    // From a person the switch hands back, else it takes over; a colleague's chat can be taken over.
    let hands_back = move || wish.get().map_or_else(mine, |to_ai| !to_ai);
    let label = move || {
        let name = face.get().0;
        match (wish.get(), control.get()) {
            (Some(true), _) => format!("{name} is answering"),
            (Some(false), _) => "You are answering".into(),
            (None, Control { owner: Owner::Assistant, .. }) => format!("{name} is answering"),
            (None, Control { owner: Owner::Waiting, .. }) => format!("{name} waits for a person"),
            (None, Control { owner: Owner::Person, name: who, .. }) => {
                if mine() {
                    "You are answering".into()
                } else {
                    format!("{} is answering", who.as_deref().unwrap_or("A colleague"))
                }
            }
        }
    };
    let action = move || if hands_back() { format!("Hand back to {}", face.get().0) } else { "Take over".into() };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if wish.get_untracked().is_some() {
            return;
        }
        let (to_ai, epoch) = (untrack(mine), control.with_untracked(|control| control.epoch));
        wish.set(Some(to_ai));
        spawn_local(async move {
            let answer = if to_ai { hand_back(open.id, epoch).await } else { take_over(open.id, epoch).await };
            open.answered_by(answer, toasts);
            wish.try_set(None);
        });
    };
    view! {
        <form
            class="shrink-0"
            method="post"
            action=move || if hands_back() { HandBack::url() } else { TakeOver::url() }
            on:submit=on_submit
        >
            <input type="hidden" name="conversation" value=open.id.to_string() />
            <input type="hidden" name="epoch" prop:value=move || control.get().epoch value=control.get_untracked().epoch />
            <button
                class=move || {
                    let tone = if by_ai() { "border-beam-line bg-beam-soft" } else { "border-line-strong bg-raised hover:bg-hover" };
                    ["group flex items-center gap-2 h-8 pl-2 pr-2.5 rounded-md border ", tone].concat()
                }
                role="switch"
                aria-checked=move || if by_ai() { "true" } else { "false" }
                data-control=move || control.get().owner.as_str()
                aria-busy=move || wish.get().is_some().then_some("true")
                title=action
            >
                {move || {
                    let (name, hue) = face.get();
                    let person = control.with(|control| control.user.map(|user| (user, control.name.clone())));
                    match (by_ai(), person, me.get()) {
                        (false, _, Some((_, name, tint))) if hands_back() => view! { <Person name tint size=20 /> }.into_any(),
                        (false, Some((user, name)), _) => {
                            let tint = desk.with(|desk| desk.colleague(user).map_or(1, |person| person.tint));
                            view! { <Person name=name.unwrap_or_default() tint size=20 /> }.into_any()
                        }
                        _ => view! { <Bot name hue size=20 /> }.into_any(),
                    }
                }}
                <span class="max-sm:sr-only font-medium text-xs truncate max-w-44">{label}</span>
                <span class="sr-only">". "{action}</span>
                <span
                    class=move || {
                        let tone = if by_ai() { "bg-beam border-focus" } else { "bg-sunken border-line-control" };
                        ["relative w-8 h-4.5 rounded-full border shrink-0 ", tone].concat()
                    }
                    aria-hidden="true"
                >
                    <i class=move || {
                        let place = if by_ai() { "translate-x-3.5 bg-on-beam" } else { "bg-ink-muted" };
                        ["absolute left-0.5 top-0.5 size-3 rounded-full transition-transform ", place].concat()
                    }></i>
                </span>
            </button>
        </form>
    }
}
