//! The page on which admins say how chats are handed over. A plain form, posted to the page itself.

use crate::accounts::ui::{
    outcome::{FormOutcome, use_outcome},
    {Panel, SettingsFrame, loaded},
};
use crate::route::use_query_map;
use crate::routing::api::load_routing;
use crate::routing::model::{DAYS, Routing, clock};
use crate::ui::field::{Field, Select};
use crate::wire::load;
use leptos::prelude::*;

/// How long somebody may wait, as it is offered, in seconds.
const PICKUP: [(i32, &str); 6] = [
    (30, "30 seconds"),
    (60, "a minute"),
    (90, "a minute and a half"),
    (180, "3 minutes"),
    (300, "5 minutes"),
    (900, "a quarter of an hour"),
];

/// The page at `/settings/routing`.
#[component]
pub fn RoutingPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = use_query_map().get_untracked().get("done").map(|_| "It is so from now on.".to_owned());
    let routing = load(|| (), |()| load_routing());
    let fields: Vec<String> = (0..7).map(|day| format!("closes-{day}")).collect();
    let beside: Vec<&str> = ["pickup", "zone"].into_iter().chain(fields.iter().map(String::as_str)).collect();
    let error = outcome.error_beside(&beside);
    view! {
        <SettingsFrame here="/settings/routing" title="Handing over" done error>
            {loaded(routing, "This is not shown", move |routing| {
                let outcome = outcome.clone();
                view! { <Form routing outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Form(routing: Routing, outcome: FormOutcome) -> impl IntoView {
    let Routing { pickup, zone, days, version } = routing;
    let mut waits: Vec<(String, String)> = PICKUP.iter().map(|(seconds, words)| (seconds.to_string(), (*words).to_owned())).collect();
    if PICKUP.iter().all(|(seconds, _)| *seconds != pickup) {
        waits.push((pickup.to_string(), format!("{pickup} seconds")));
    }
    // Each panel takes what it shows.
    let (of_days, of_zone) = (outcome.clone(), outcome.clone());
    let rows = days
        .into_iter()
        .enumerate()
        .map(|(number, day)| {
            // A day that is closed still has two fields: choosing a time in both opens it.
            let times = |from: i16, chosen: Option<i16>| {
                let mut times = vec![(String::new(), "Closed".to_owned())];
                let mut minutes: Vec<i16> = (from..=1_440).step_by(30).filter(|minute| from > 0 || *minute < 1_440).collect();
                if let Some(chosen) = chosen.filter(|chosen| !minutes.contains(chosen)) {
                    minutes.push(chosen);
                    minutes.sort_unstable();
                }
                times.extend(minutes.into_iter().map(|minute| (minute.to_string(), clock(minute))));
                times
            };
            let value = |minute: Option<i16>| minute.map(|minute| minute.to_string()).unwrap_or_default();
            let (opens, closes) = (format!("opens-{number}"), format!("closes-{number}"));
            let name = DAYS.get(number).copied().unwrap_or_default();
            view! {
                <fieldset class="grid grid-cols-2 sm:grid-cols-[110px_1fr_1fr] gap-x-3 gap-y-1 items-start py-2 border-b border-line last:border-0" data-day=number>
                    <legend class="sr-only">{name}</legend>
                    <span class="font-medium max-sm:col-span-2 sm:pt-8.5" aria-hidden="true">
                        {name}
                    </span>
                    <Select name=opens.clone() label="From" options=times(0, day.opens) value=of_days.value_or(&opens, &value(day.opens)) />
                    <Select
                        name=closes.clone()
                        label="Until"
                        options=times(30, day.closes)
                        value=of_days.value_or(&closes, &value(day.closes))
                        error=of_days.error_at(&closes)
                    />
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <form class="contents" method="post" action="/settings/routing">
            <input type="hidden" name="version" value=version />
            <Panel title="When somebody asks for a person">
                <div class="flex flex-col gap-3 max-w-[420px]">
                    <Select
                        name="pickup"
                        label="Say that nobody could come after"
                        options=waits
                        value=outcome.value_or("pickup", &pickup.to_string())
                        hint="The assistant then asks when it suits them, and the managers get a letter. The chat goes on waiting."
                        error=outcome.error_at("pickup")
                    />
                </div>
                <p class="text-xs text-ink-faint mt-3">
                    "A chat whose person has closed Spotlight for a minute, with a message unanswered, goes back to everybody."
                </p>
            </Panel>
            <Panel title="When people answer">
                <p class="text-ink-muted mb-2">"Outside these hours whoever asks for a person is told at once when you are back. The assistant answers at all hours."</p>
                <div class="max-w-[420px] mb-2">
                    <Field
                        name="zone"
                        label="Zone"
                        value=of_zone.value_or("zone", &zone)
                        autocomplete="off"
                        error=of_zone.error_at("zone")
                        required=true
                    />
                </div>
                {rows}
            </Panel>
            <div>
                <button class="btn btn-primary max-sm:w-full">"Save"</button>
            </div>
        </form>
    }
}
