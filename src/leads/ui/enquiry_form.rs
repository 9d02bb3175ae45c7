//! One form for enquiries: what it asks, where its leads go, how it comes onto a site. Plain forms, posted to their own page.

use super::enquiry::came;
use crate::accounts::ui::{
    Panel, SettingsFrame, loaded,
    outcome::{FormOutcome, use_outcome},
};
use crate::app::use_desk;
use crate::leads::api::load_enquiry_form;
use crate::leads::enquiry::{Asked, EnquiryForm, EnquiryFormPage as Page};
use crate::leads::model::{Outcome, Stage};
use crate::route::{use_params_map, use_query_map};
use crate::ui::{
    copy::CopyLine,
    field::{Field, Select, TextArea},
    icon::Icon,
    marks::Ago,
};
use crate::values::EnquiryFormId;
use crate::wire::load;
use leptos::prelude::*;

/// What an error may stand beside.
const FIELDS: [&str; 13] = [
    "name",
    "heading",
    "intro",
    "organisation",
    "phone",
    "message",
    "consent",
    "thanks",
    "redirect",
    "stage",
    "assistant",
    "owner",
    "sure",
];

/// The page at `/settings/forms/:id`.
#[component]
pub fn EnquiryFormPage() -> impl IntoView {
    let (params, outcome) = (use_params_map(), use_outcome());
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("made") => Some("The form is made and takes enquiries. Put it on your site as said below."),
        Some("changed") => Some("The form is changed, wherever it stands."),
        _ => None,
    };
    // As for one that is not there, status and all.
    let asked = move || params.with(|params| params.get("id")).and_then(|id| id.parse().ok()).unwrap_or(EnquiryFormId(uuid::Uuid::nil()));
    let form = load(asked, load_enquiry_form);
    let error = outcome.error_beside(&FIELDS);
    view! {
        <SettingsFrame here="/settings/forms" title="Enquiry form" done=done.map(str::to_owned) error>
            {loaded(form, "This form is not shown", move |page| {
                let outcome = outcome.clone();
                view! { <OneForm page outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn OneForm(page: Page, outcome: FormOutcome) -> impl IntoView {
    let Page { form, stages, origin } = page;
    let (name, submissions, last_at) = (form.name.clone(), form.submissions, form.last_at);
    let remove = outcome.of("remove");
    view! {
        <p class="flex flex-wrap items-center gap-2">
            <a class="btn btn-ghost btn-sm" href="/settings/forms">
                <Icon name="arrow-left" size=14 />
                "All forms"
            </a>
            <b class="wrap-anywhere">{name}</b>
            <span class="text-xs text-ink-muted num">
                {came(submissions)} {last_at.map(|at| view! { ", the last " <Ago at /> })}
            </span>
        </p>
        <Change form=form.clone() stages outcome=outcome.of("change") />
        <OnSite form=form.clone() origin />
        <Remove form error=remove.error_at("sure") />
    }
}

#[component]
fn Change(form: EnquiryForm, stages: Vec<Stage>, outcome: FormOutcome) -> impl IntoView {
    let action = format!("/settings/forms/{}", form.id);
    view! {
        <form class="flex flex-col gap-3" method="post" action=action aria-label="Change the form">
            <input type="hidden" name="form" value="change" />
            <Seen form=form.clone() outcome=outcome.clone() />
            <Becomes form stages outcome />
        </form>
    }
}

/// What visitors see.
#[component]
fn Seen(form: EnquiryForm, outcome: FormOutcome) -> impl IntoView {
    let options: Vec<_> = Asked::ALL.iter().map(|asked| (asked.as_str().to_owned(), asked.label().to_owned())).collect();
    let asks =
        [("organisation", "Organisation", form.organisation), ("phone", "Telephone", form.phone), ("message", "Message", form.message)]
            .map(|(name, label, now)| {
                let (value, error) = (outcome.value_or(name, now.as_str()), outcome.error_at(name));
                view! { <Select name label options=options.clone() value error /> }
            })
            .collect_view();
    view! {
        <Panel title="What visitors see">
            <div class="flex flex-col gap-3">
                <Field
                    name="heading"
                    label="Heading"
                    value=outcome.value_or("heading", &form.heading)
                    autocomplete="off"
                    error=outcome.error_at("heading")
                    required=true
                />
                <TextArea
                    name="intro"
                    label="Text below it"
                    rows=2
                    value=outcome.value_or("intro", &form.intro)
                    error=outcome.error_at("intro")
                />
                <p class="text-xs text-ink-faint">"Name and e-mail are always asked for. Beside them:"</p>
                <div class="grid grid-cols-1 sm:grid-cols-3 gap-3">{asks}</div>
                <Field
                    name="consent"
                    label="What they must agree to"
                    value=outcome.value_or("consent", &form.consent)
                    placeholder="I agree that you write to me about my enquiry."
                    autocomplete="off"
                    hint="Left empty, nothing is asked. What was agreed to stands in the lead’s note."
                    error=outcome.error_at("consent")
                />
                <TextArea
                    name="thanks"
                    label="Thanks, when it is sent"
                    rows=2
                    value=outcome.value_or("thanks", &form.thanks)
                    error=outcome.error_at("thanks")
                    required=true
                />
                <Field
                    name="redirect"
                    label="Page they go on to"
                    value=outcome.value_or("redirect", &form.redirect)
                    placeholder="https://example.com/thanks"
                    autocomplete="off"
                    hint="Left empty, they are thanked by the form itself. In a frame they are thanked and given a link."
                    error=outcome.error_at("redirect")
                />
            </div>
        </Panel>
    }
}

/// What becomes of what is sent.
#[component]
fn Becomes(form: EnquiryForm, stages: Vec<Stage>, outcome: FormOutcome) -> impl IntoView {
    let live = if outcome.error.is_some() { !outcome.value("live").is_empty() } else { form.live };
    view! {
        <Panel title="What becomes of it">
            <div class="flex flex-col gap-3">
                <Field
                    name="name"
                    label="Name"
                    value=outcome.value_or("name", &form.name)
                    autocomplete="off"
                    hint="Your colleagues see it on the leads that come by it. Visitors do not."
                    error=outcome.error_at("name")
                    required=true
                />
                <Goes form stages outcome />
                <label class="flex items-start gap-2">
                    <input class="check mt-1" type="checkbox" name="live" value="on" checked=live />
                    "The form is on. Switched off, it says that it takes no enquiries."
                </label>
                <div>
                    <button class="btn btn-primary max-sm:w-full">"Save the form"</button>
                </div>
            </div>
        </Panel>
    }
}

/// Where new leads begin, and whose they are.
#[component]
fn Goes(form: EnquiryForm, stages: Vec<Stage>, outcome: FormOutcome) -> impl IntoView {
    let desk = use_desk();
    let or = |none: &str, options: Vec<(String, String)>| [vec![(String::new(), none.to_owned())], options].concat();
    let open = stages.iter().filter(|stage| stage.outcome == Outcome::Open);
    let stages = or("The first stage", open.map(|stage| (stage.id.to_string(), stage.called(&stages))).collect());
    let (assistants, people) = desk.with_untracked(|desk| {
        let assistants = desk.assistants.iter().map(|face| (face.id.to_string(), face.name.clone())).collect();
        let people = desk.colleagues.iter().map(|person| (person.id.to_string(), person.name.clone())).collect();
        (or("No assistant", assistants), or("Nobody", people))
    });
    let now = |id: Option<String>| id.unwrap_or_default();
    view! {
        <div class="grid grid-cols-1 sm:grid-cols-3 gap-3">
            <Select
                name="stage"
                label="Leads begin in"
                options=stages
                value=outcome.value_or("stage", &now(form.stage.map(|id| id.to_string())))
                error=outcome.error_at("stage")
            />
            <Select
                name="assistant"
                label="On the assistant"
                options=assistants
                value=outcome.value_or("assistant", &now(form.assistant.map(|id| id.to_string())))
                error=outcome.error_at("assistant")
            />
            <Select
                name="owner"
                label="Given to"
                options=people
                value=outcome.value_or("owner", &now(form.owner.map(|id| id.to_string())))
                error=outcome.error_at("owner")
            />
        </div>
        <p class="text-xs text-ink-faint">
            "Sales reps see the leads that are given to them, and those on their assistants. Of other leads only managers and admins know."
        </p>
    }
}

/// How it comes onto a site.
#[component]
fn OnSite(form: EnquiryForm, origin: String) -> impl IntoView {
    let (key, framed) = (form.public_key.clone(), form.public_key.clone());
    // Roughly as high as what is asked; a longer page is scrolled in its frame.
    let asks = |asked: Asked, height: u32| if asked == Asked::No { 0 } else { height };
    let heading = if form.intro.is_empty() { 60 } else { 120 };
    let consent = if form.consent.is_empty() { 0 } else { 60 };
    let height = 240 + heading + asks(form.organisation, 90) + asks(form.phone, 90) + asks(form.message, 180) + consent;
    let title = form.heading.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    view! {
        <Panel title="Put it on your site">
            <div class="flex flex-col gap-3">
                <div class="flex flex-col gap-1.5">
                    <p class="font-medium">"By a link"</p>
                    <CopyLine
                        line=move |origin| format!("{origin}/f/{key}")
                        origin=origin.clone()
                        what="Copy the address"
                        copied="Copied. Whoever opens it sees the form."
                    />
                </div>
                <div class="flex flex-col gap-1.5">
                    <p class="font-medium">"In a page of yours"</p>
                    <CopyLine
                        line=move |origin| {
                            format!(
                                "<iframe src=\"{origin}/f/{framed}/frame\" title=\"{title}\" width=\"100%\" height=\"{height}\" style=\"border:0\" loading=\"lazy\"></iframe>",
                            )
                        }
                        origin
                        what="Copy the frame"
                        copied="Copied. Put it where the form shall stand."
                    />
                    <p class="text-xs text-ink-faint">"It needs no script. Change the height if the form is cut off or leaves room."</p>
                </div>
            </div>
            <a
                class="inline-flex items-center gap-1.5 mt-2 text-beam-ink font-medium hover:underline min-h-6"
                href=format!("/f/{}", form.public_key)
                rel="external"
                target="_blank"
            >
                "Open it as a visitor"
                <Icon name="external-link" size=14 />
            </a>
        </Panel>
    }
}

#[component]
fn Remove(form: EnquiryForm, error: Option<String>) -> impl IntoView {
    let failed = error.is_some();
    view! {
        <details open=failed>
            <summary class="text-xs text-ink-muted hover:text-ink cursor-pointer w-fit py-1">"Remove this form…"</summary>
            <form class="flex flex-col gap-2.5 pt-1.5" method="post" action=format!("/settings/forms/{}", form.id)>
                <input type="hidden" name="form" value="remove" />
                <p class="text-ink-muted">
                    "Its address leads nowhere any more, also where it stands on a site. The leads that came by it stay. To have it back later, switch it off instead."
                </p>
                <label class="flex items-start gap-2">
                    <input class="check mt-1" type="checkbox" name="sure" value="yes" required />
                    <span class="wrap-anywhere">{format!("Remove {}", form.name)}</span>
                </label>
                {error.map(|error| view! { <p class="text-danger-ink text-xs" role="alert">{error}</p> })}
                <button class="btn btn-danger btn-sm w-fit max-sm:w-full">
                    <Icon name="trash-2" size=14 />
                    "Remove the form"
                </button>
            </form>
        </details>
    }
}
