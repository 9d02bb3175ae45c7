//! Signing in, and founding a company.
use super::{
    house::{Aside, House, Said},
    outcome::use_outcome,
    password::PasswordField,
};
use crate::route::use_query_map;
use crate::ui::field::Field;
use leptos::prelude::*;

/// The page at `/sign-in`. `?next=` says where to go from there, `?done=` what has just been done.
#[component]
pub fn SignInPage() -> impl IntoView {
    let outcome = use_outcome().of("sign-in");
    let query = use_query_map().get_untracked();
    let done = match query.get("done").as_deref() {
        Some("signed-out") => Some("You are signed out."),
        Some("everywhere") => Some("You are signed out on every device."),
        Some("password") => Some("Your password is changed. Sign in with the new one."),
        _ => None,
    };
    let next = outcome.value_or("next", &query.get("next").unwrap_or_default());
    let email = outcome.value("email");
    let tried = outcome.error.is_some();
    view! {
        <House title="Sign in" heading="Sign in" lead="Use your work account.">
            <Said done error=outcome.error_beside(&["email", "password"]) />
            <form class="mt-7 flex flex-col gap-4" method="post" action="/sign-in">
                <input type="hidden" name="next" value=next />
                <Field
                    name="email"
                    label="Work email"
                    kind="email"
                    value=email.clone()
                    autocomplete="username"
                    error=outcome.error_at("email")
                    required=true
                    large=true
                    autofocus=email.is_empty()
                />
                <PasswordField
                    name="password"
                    label="Password"
                    autocomplete="current-password"
                    error=outcome.error_at("password")
                    large=true
                    autofocus=!email.is_empty()
                >
                    <a class="text-beam-ink underline underline-offset-3 decoration-beam-line hover:decoration-current" href="/forgot">
                        "Forgot it?"
                    </a>
                </PasswordField>
                <label class="flex items-center gap-2.5 text-ink-muted">
                    <input type="checkbox" class="tick" name="remember" value="yes" checked=!tried || !outcome.value("remember").is_empty() />
                    "Keep me signed in on this device"
                </label>
                <button class="btn btn-primary btn-lg w-full" type="submit">
                    "Sign in"
                </button>
            </form>
            <Aside text="Your company has no account yet?" href="/sign-up" link="Start one" />
        </House>
    }
}

/// The page at `/sign-up`.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let outcome = use_outcome().of("sign-up");
    view! {
        <House
            title="Start"
            heading="Start with your company"
            lead="Your first assistant answers as soon as you are in."
        >
            <Said done=None error=outcome.error_beside(&["company", "name", "email", "password"]) />
            <form class="mt-7 flex flex-col gap-4" method="post" action="/sign-up">
                <Field
                    name="company"
                    label="Company"
                    value=outcome.value("company")
                    autocomplete="organization"
                    error=outcome.error_at("company")
                    required=true
                    large=true
                    autofocus=outcome.error.is_none()
                />
                <Field
                    name="name"
                    label="Your name"
                    value=outcome.value("name")
                    autocomplete="name"
                    error=outcome.error_at("name")
                    required=true
                    large=true
                />
                <Field
                    name="email"
                    label="Work email"
                    kind="email"
                    value=outcome.value("email")
                    autocomplete="username"
                    error=outcome.error_at("email")
                    required=true
                    large=true
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
                    "Start"
                </button>
            </form>
            <Aside text="Already have an account?" href="/sign-in" link="Sign in" />
        </House>
    }
}
