//! The page on which admins connect the company's numbers. Plain forms, posted to the page itself.

use crate::accounts::ui::{
    outcome::{FormOutcome, use_outcome},
    {Panel, SettingsFrame, loaded},
};
use crate::app::use_desk;
use crate::channels::api::load_texts;
use crate::channels::model::{TextChannel, TextSettings};
use crate::route::use_query_map;
use crate::ui::{
    copy::CopyLine,
    field::{Field, Select},
    icon::Icon,
    marks::Ago,
};
use crate::wire::load;
use leptos::prelude::*;

/// The fields beside which an error can stand.
const FIELDS: [&str; 7] = ["number", "account", "token", "assistant", "day_from", "day_until", "zone"];

/// The page at `/settings/texts`.
#[component]
pub fn TextsPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("connected") => Some("The number is connected. Texts to it are answered from now on."),
        Some("kept") => Some("The number is kept, but it does not work yet. What is wrong stands beside it."),
        Some("tested") => Some("It works: the account is ours, and Twilio tells us of texts to the number."),
        Some("disconnected") => Some("The number is given up. What was texted by it stays."),
        _ => None,
    };
    let settings = load(|| (), |()| load_texts());
    let error = outcome.error_beside(&FIELDS);
    view! {
        <SettingsFrame here="/settings/texts" title="Text messages" done=done.map(str::to_owned) error>
            {loaded(settings, "The numbers are not shown", move |settings| {
                let outcome = outcome.clone();
                view! { <Numbers settings outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Numbers(settings: TextSettings, outcome: FormOutcome) -> impl IntoView {
    let TextSettings { channels, sandbox, phone } = settings;
    let none = channels.is_empty();
    let played = channels.iter().find(|channel| channel.sandbox).map(|channel| channel.number.to_string());
    let rows = channels.into_iter().map(|channel| view! { <Number channel outcome=outcome.clone() /> }).collect_view();
    let (connecting, trying) = (outcome.of("connect"), outcome.of("try"));
    view! {
        <Panel title="Your numbers">
            <p class="text-xs text-ink-faint mb-1">
                "Whoever texts a number talks with its assistant, in the same inbox as on the web. STOP and START are honoured by themselves."
            </p>
            {none.then(|| view! { <p class="text-ink-muted py-2">"None yet. Connect one of your Twilio account below."</p> })}
            {rows}
            {played
                .filter(|_| phone)
                .map(|number| {
                    view! {
                        <p class="pt-3">
                            <a class="btn btn-sm" href=format!("/demo/phone?to={}", number.replace('+', "%2B")) rel="external" target="_blank">
                                <Icon name="smartphone" size=14 />
                                "Text it from a telephone that we play"
                            </a>
                        </p>
                    }
                })}
        </Panel>
        <Panel title="Connect a Twilio number">
            <form class="flex flex-col gap-3" method="post" action="/settings/texts" autocomplete="off">
                <input type="hidden" name="form" value="connect" />
                <div class="grid sm:grid-cols-2 gap-3">
                    <NumberField id="connect" outcome=connecting.clone() />
                    <Assistant id="connect" outcome=connecting.clone() value="" />
                    <Field
                        name="account"
                        id="connect-account"
                        label="Account SID"
                        value=connecting.value("account")
                        placeholder="AC…"
                        autocomplete="off"
                        error=connecting.error_at("account")
                        required=true
                    />
                    <Field
                        name="token"
                        id="connect-token"
                        kind="password"
                        label="Auth token"
                        hint="Kept sealed, and never shown again."
                        autocomplete="off"
                        error=connecting.error_at("token")
                        required=true
                    />
                </div>
                <Day id="connect" outcome=connecting from=8 until=21 zone="Europe/London" />
                <div>
                    <button class="btn btn-primary max-sm:w-full">
                        <Icon name="plus" />
                        "Connect"
                    </button>
                </div>
            </form>
        </Panel>
        {sandbox
            .then(|| {
                view! {
                    <Panel title="Try it without an account">
                        <p class="text-ink-muted mb-2">
                            "A number that this program plays: nothing leaves the machine, and nobody is charged."
                        </p>
                        <form class="flex flex-col gap-3" method="post" action="/settings/texts">
                            <input type="hidden" name="form" value="try" />
                            <div class="grid sm:grid-cols-2 gap-3">
                                <NumberField id="try" outcome=trying.clone() />
                                <Assistant id="try" outcome=trying.clone() value="" />
                            </div>
                            <Day id="try" outcome=trying from=8 until=21 zone="Europe/London" />
                            <div>
                                <button class="btn max-sm:w-full">"Make a number to try"</button>
                            </div>
                        </form>
                    </Panel>
                }
            })}
    }
}

#[component]
fn NumberField(id: &'static str, outcome: FormOutcome) -> impl IntoView {
    view! {
        <Field
            name="number"
            id=format!("{id}-number")
            kind="tel"
            label="Number"
            value=outcome.value("number")
            placeholder="+44 20 7946 0100"
            autocomplete="off"
            error=outcome.error_at("number")
            required=true
        />
    }
}

/// Whose texts they are.
#[component]
fn Assistant(#[prop(into)] id: String, outcome: FormOutcome, #[prop(into)] value: String) -> impl IntoView {
    let desk = use_desk();
    let options =
        desk.with_untracked(|desk| desk.assistants.iter().map(|face| (face.id.to_string(), face.name.clone())).collect::<Vec<_>>());
    view! {
        <Select
            name="assistant"
            id=format!("{id}-assistant")
            label="Answered by"
            options
            value=outcome.value_or("assistant", &value)
            error=outcome.error_at("assistant")
        />
    }
}

/// When texts go out that answer nothing.
#[component]
fn Day(#[prop(into)] id: String, outcome: FormOutcome, from: i16, until: i16, #[prop(into)] zone: String) -> impl IntoView {
    let hours = |hours: std::ops::RangeInclusive<i16>| hours.map(|hour| (hour.to_string(), format!("{hour:02}:00"))).collect::<Vec<_>>();
    view! {
        <fieldset>
            <legend class="font-medium mb-1">"Hours of the day, where the lead is"</legend>
            <p class="text-xs text-ink-faint mb-2">
                "Outside them nobody is texted, unless they have just texted themselves. Where a number does not say where it is, the zone counts."
            </p>
            <div class="grid grid-cols-2 sm:grid-cols-[1fr_1fr_2fr] gap-3">
                <Select
                    name="day_from"
                    id=format!("{id}-from")
                    label="From"
                    options=hours(0..=23)
                    value=outcome.value_or("day_from", &from.to_string())
                    error=outcome.error_at("day_from")
                />
                <Select
                    name="day_until"
                    id=format!("{id}-until")
                    label="Until"
                    options=hours(1..=24)
                    value=outcome.value_or("day_until", &until.to_string())
                    error=outcome.error_at("day_until")
                />
                <div class="max-sm:col-span-2">
                    <Field
                        name="zone"
                        id=format!("{id}-zone")
                        label="Zone"
                        value=outcome.value_or("zone", &zone)
                        autocomplete="off"
                        error=outcome.error_at("zone")
                        required=true
                    />
                </div>
            </div>
        </fieldset>
    }
}

/// A number, how it fares, and what can be done with it.
#[component]
fn Number(channel: TextChannel, outcome: FormOutcome) -> impl IntoView {
    let TextChannel { id, number, assistant, account, sandbox, day_from, day_until, zone, hook_url, version, .. } = channel.clone();
    let change = outcome.of(&format!("change:{id}"));
    let failed = change.error.is_some();
    let name = use_desk().with_untracked(|desk| desk.assistant(assistant).map_or("An assistant", |face| &face.name).to_owned());
    let number = number.to_string();
    view! {
        <details class="group border-b border-line last:border-0" open=failed data-number=number.clone()>
            <summary class="flex items-center gap-2.5 min-h-13 rounded-sm hover:bg-hover px-1 -mx-1 py-1.5">
                <span class="flex-1 min-w-0">
                    <span class="flex items-center gap-2 min-w-0">
                        <span class="font-medium num whitespace-nowrap">{number.clone()}</span>
                        {sandbox.then(|| view! { <span class="tag">"Played here"</span> })}
                        <span class="text-xs text-ink-faint truncate">{format!("answered by {name}")}</span>
                    </span>
                    <Health channel />
                </span>
                <span class="flex text-ink-faint group-open:rotate-180">
                    <Icon name="chevron-down" size=14 />
                </span>
            </summary>
            <div class="pb-4 pt-1 flex flex-col gap-4">
                <form class="flex flex-col gap-3" method="post" action="/settings/texts" autocomplete="off" aria-label=format!("Change {number}")>
                    <input type="hidden" name="form" value=format!("change:{id}") />
                    <input type="hidden" name="version" value=version />
                    <div class="grid sm:grid-cols-2 gap-3">
                        <Field
                            name="number"
                            id=format!("number-{id}")
                            kind="tel"
                            label="Number"
                            value=change.value_or("number", &number)
                            autocomplete="off"
                            error=change.error_at("number")
                            required=true
                        />
                        <Assistant id=id.to_string() outcome=change.clone() value=assistant.to_string() />
                        {(!sandbox)
                            .then(|| {
                                view! {
                                    <Field
                                        name="account"
                                        id=format!("account-{id}")
                                        label="Account SID"
                                        value=change.value_or("account", &account)
                                        autocomplete="off"
                                        error=change.error_at("account")
                                        required=true
                                    />
                                    <Field
                                        name="token"
                                        id=format!("token-{id}")
                                        kind="password"
                                        label="Auth token"
                                        hint="Empty leaves the one that is kept."
                                        autocomplete="off"
                                        error=change.error_at("token")
                                    />
                                }
                            })}
                    </div>
                    <Day id=id.to_string() outcome=change from=day_from until=day_until zone />
                    <div>
                        <button class="btn btn-primary" aria-label=format!("Save {number}")>
                            "Save"
                        </button>
                    </div>
                </form>
                {(!sandbox)
                    .then(|| {
                        view! {
                            <div class="border-t border-line pt-3">
                                <p class="text-xs text-ink-muted mb-1.5">
                                    "Twilio is told by itself where texts to the number go. If it must be set by hand: a message comes in, webhook, POST, to"
                                </p>
                                <CopyLine line=move |_| hook_url.clone() what="Copy the address of the webhook" copied="The address is copied." />
                            </div>
                        }
                    })}
                <div class="border-t border-line pt-3 flex flex-wrap gap-2">
                    <form method="post" action="/settings/texts">
                        <input type="hidden" name="form" value=format!("test:{id}") />
                        <button class="btn" aria-label=format!("Test {number}")>
                            "Test"
                        </button>
                    </form>
                    <form class="ml-auto" method="post" action="/settings/texts">
                        <input type="hidden" name="form" value=format!("disconnect:{id}") />
                        <button class="btn btn-danger" aria-label=format!("Disconnect {number}")>
                            <Icon name="trash-2" />
                            "Disconnect"
                        </button>
                    </form>
                </div>
            </div>
        </details>
    }
}

/// How the number fares.
#[component]
fn Health(channel: TextChannel) -> impl IntoView {
    let TextChannel { last_error, last_sent_at, last_heard_at, .. } = channel;
    match last_error {
        Some((error, at)) => view! {
            <span class="flex items-start gap-1.5 text-xs text-danger-ink">
                <Icon name="circle-alert" size=14 />
                <span class="min-w-0 wrap-anywhere">{error} " " <Ago at /></span>
            </span>
        }
        .into_any(),
        None => {
            let never = (last_sent_at.is_none() && last_heard_at.is_none()).then_some("No text yet");
            view! {
                <span class="flex flex-wrap items-center gap-x-1.5 text-xs text-ink-muted">
                    <span class="flex text-positive-ink">
                        <Icon name="circle-check" size=14 />
                    </span>
                    {never} {last_heard_at.map(|at| view! { <span>"Last heard " <Ago at /></span> })}
                    {last_sent_at.map(|at| view! { <span>"Last sent " <Ago at /></span> })}
                </span>
            }
            .into_any()
        }
    }
}
