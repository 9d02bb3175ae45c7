//! What is reached by a link in a letter: a forgotten password, an invitation.
use super::{
    house::{Aside, House, Said},
    outcome::use_outcome,
    password::PasswordField,
};
use crate::accounts::api::load_invite;
use crate::accounts::model::InviteFace;
use crate::error::AppError;
use crate::route::{use_params_map, use_query_map};
use crate::ui::field::Field;
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/forgot`.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let outcome = use_outcome().of("forgot");
    let asked = use_query_map().get_untracked().get("done").is_some();
    let done = asked.then_some("If that address has an account, a letter is on its way. Its link is good for an hour.");
    view! {
        <House title="Forgotten password" heading="Set a new password" lead="We send a link to your work email.">
            <Said done error=outcome.error_beside(&["email"]) />
            <form class="mt-7 flex flex-col gap-4" method="post" action="/forgot">
                <Field
                    name="email"
                    label="Work email"
                    kind="email"
                    value=outcome.value("email")
                    autocomplete="username"
                    error=outcome.error_at("email")
                    required=true
                    large=true
                    autofocus=!asked
                />
                <button class="btn btn-primary btn-lg w-full" type="submit">
                    "Send the link"
                </button>
            </form>
            <Aside text="Remembered it?" href="/sign-in" link="Sign in" />
        </House>
    }
}

/// The page at `/reset/TOKEN`.
#[component]
pub fn ResetPage() -> impl IntoView {
    let outcome = use_outcome().of("reset");
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    view! {
        <House title="New password" heading="Choose a new password" lead="You are signed out everywhere and sign in with the new one.">
            <Said done=None error=outcome.error_beside(&["password"]) />
            <form class="mt-7 flex flex-col gap-4" method="post" action=format!("/reset/{token}")>
                <PasswordField
                    name="password"
                    label="New password"
                    autocomplete="new-password"
                    error=outcome.error_at("password")
                    hint="At least 10 characters. A few words in a row will do."
                    large=true
                    autofocus=true
                />
                <button class="btn btn-primary btn-lg w-full" type="submit">
                    "Set the password"
                </button>
            </form>
            <Aside text="The link no longer works?" href="/forgot" link="Ask for a new one" />
        </House>
    }
}

/// The page at `/invite/TOKEN`.
#[component]
pub fn InvitePage() -> impl IntoView {
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let invite = load(
        {
            let token = token.clone();
            move || token.clone()
        },
        load_invite,
    );
    let outcome = use_outcome().of("join");
    view! {
        <Suspense>
            {move || {
                let (token, outcome) = (token.clone(), outcome.clone());
                Suspend::new(async move {
                    match invite.await {
                        Ok(Some(face)) => view! { <Join token outcome face /> }.into_any(),
                        Ok(None) => view! { <Over error=outcome.error_beside(&["name", "password"]) /> }.into_any(),
                        Err(error) => view! { <Over error=Some(error.to_string()) /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Join(token: String, outcome: super::outcome::FormOutcome, face: InviteFace) -> impl IntoView {
    // An address that has an account elsewhere cannot be changed here: it is said above the form.
    let known = outcome.error_at("email").map(|_| "This address already has an account, and an account belongs to one company.".to_owned());
    let lead = format!("{} invites you to join as {}.", face.invited_by, face.role.label().to_lowercase());
    view! {
        <House title="Join" heading=format!("Join {}", face.company_name) lead>
            <Said done=None error=known.or_else(|| outcome.error_beside(&["name", "password", "email"])) />
            <form class="mt-7 flex flex-col gap-4" method="post" action=format!("/invite/{token}")>
                <div class="flex flex-col gap-1.5">
                    <label class="font-medium" for="email">
                        "Work email"
                    </label>
                    <input
                        id="email"
                        class="field field-lg text-ink-muted"
                        type="email"
                        autocomplete="username"
                        value=face.email.to_string()
                        readonly
                    />
                </div>
                <Field
                    name="name"
                    label="Your name"
                    value=outcome.value("name")
                    autocomplete="name"
                    error=outcome.error_at("name")
                    required=true
                    large=true
                    autofocus=true
                />
                <PasswordField
                    name="password"
                    label="Password"
                    autocomplete="new-password"
                    error=outcome.error_at("password")
                    hint="At least 10 characters. A few words in a row will do."
                    large=true
                />
                <button class="btn btn-primary btn-lg w-full" type="submit">
                    "Join"
                </button>
            </form>
            <Aside text="Already have an account?" href="/sign-in" link="Sign in" />
        </House>
    }
}

/// An invitation that cannot be answered any more.
#[component]
fn Over(error: Option<String>) -> impl IntoView {
    let error = error.or_else(|| {
        Some(
            AppError::invalid(
                "token",
                "This invitation has been used, was withdrawn, or is older than a week. Ask whoever sent it for a new one.",
            )
            .to_string(),
        )
    });
    view! {
        <House title="Invitation" heading="This invitation has ended" lead="An invitation is good for a week, and once.">
            <Said done=None error />
            <a class="btn btn-lg w-full mt-7" href="/sign-in">
                "Sign in"
            </a>
        </House>
    }
}
