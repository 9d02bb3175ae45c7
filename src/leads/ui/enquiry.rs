//! The company's forms for enquiries, as an admin sees them. Plain forms, posted to their own page.

use crate::accounts::ui::{
    outcome::{FormOutcome, use_outcome},
    {Panel, SettingsFrame, loaded},
};
use crate::leads::api::load_enquiry_forms;
use crate::leads::enquiry::EnquiryForm;
use crate::route::use_query_map;
use crate::ui::{field::Field, icon::Icon, marks::Ago};
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/settings/forms`.
#[component]
pub fn EnquiryFormsPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = (use_query_map().get_untracked().get("done").as_deref() == Some("removed"))
        .then(|| "The form is gone. The leads that came by it stay.".to_owned());
    let error = outcome.error_beside(&["name"]);
    let forms = load(|| (), |()| load_enquiry_forms());
    view! {
        <SettingsFrame here="/settings/forms" title="Enquiry forms" done error>
            {loaded(forms, "The forms are not shown", move |forms| {
                let outcome = outcome.clone();
                view! { <Forms forms outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Forms(forms: Vec<EnquiryForm>, outcome: FormOutcome) -> impl IntoView {
    let none = forms.is_empty().then(|| view! { <p class="text-ink-muted">"There is no form yet."</p> });
    view! {
        <Panel title="Enquiry forms">
            <p class="text-xs text-ink-faint mb-1">
                "A form is a page of its own, or stands in a page of yours. Whoever sends it becomes a lead on the board."
            </p>
            {none}
            {forms.into_iter().map(|form| view! { <FormRow form /> }).collect_view()}
        </Panel>
        <Panel title="Make a form">
            <form class="flex flex-wrap items-start gap-3" method="post" action="/settings/forms">
                <div class="flex-1 min-w-56">
                    <Field
                        name="name"
                        label="Name"
                        value=outcome.value("name")
                        placeholder="Contact page"
                        autocomplete="off"
                        hint="Your colleagues see it on the leads that come by it. Visitors do not."
                        error=outcome.error_at("name")
                        required=true
                    />
                </div>
                <button class="btn btn-primary mt-6.5 max-sm:mt-0 max-sm:w-full">
                    <Icon name="plus" />
                    "Make form"
                </button>
            </form>
        </Panel>
    }
}

/// How many enquiries came by a form.
pub(super) fn came(enquiries: i64) -> String {
    match enquiries {
        0 => "No enquiry yet".into(),
        1 => "1 enquiry".into(),
        many => format!("{many} enquiries"),
    }
}

#[component]
fn FormRow(form: EnquiryForm) -> impl IntoView {
    let EnquiryForm { id, name, public_key, live, submissions, last_at, .. } = form;
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 border-b border-line last:border-0" data-form=id.to_string()>
            <span class="flex-1 min-w-48">
                <a class="font-medium wrap-anywhere hover:underline" href=format!("/settings/forms/{id}")>
                    {name.clone()}
                </a>
                <span class="block text-xs text-ink-muted num">
                    {came(submissions)} {last_at.map(|at| view! { ", the last " <Ago at /> })}
                </span>
            </span>
            {if live {
                view! { <span class="tag tag-positive">"On"</span> }
            } else {
                view! { <span class="tag">"Off"</span> }
            }}
            <a
                class="btn btn-ghost btn-icon btn-sm"
                href=format!("/f/{public_key}")
                rel="external"
                target="_blank"
                aria-label=format!("Open {name} as a visitor")
            >
                <Icon name="external-link" size=14 />
            </a>
        </div>
    }
}
