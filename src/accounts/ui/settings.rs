//! One's own settings, and the frame of all settings pages.
use super::{
    outcome::{FormOutcome, use_outcome},
    password::PasswordField,
};
use crate::accounts::api::load_sessions;
use crate::accounts::model::{Me, SessionRow};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::error::AppError;
use crate::route::{Title, use_query_map};
use crate::ui::{
    banner::{Banner, Tone},
    empty::Empty,
    field::Field,
    icon::Icon,
    marks::Ago,
    shell::PageBar,
    theme::ThemeToggle,
};
use crate::wire::{Loaded, load};
use leptos::prelude::*;

/// A settings page: the bar, the list of settings pages, and the page's panels.
#[component]
pub fn SettingsFrame(
    /// The page's own path, which is lit in the list.
    here: &'static str,
    title: &'static str,
    /// What was done, under the bar.
    #[prop(optional_no_strip)]
    done: Option<String>,
    /// What went wrong with no field in particular, under the bar.
    #[prop(optional_no_strip)]
    error: Option<String>,
    children: Children,
) -> impl IntoView {
    let desk = use_desk();
    let may = move |action| desk.with_untracked(|desk| desk.may(action));
    let place = move |href: &'static str, label: &'static str, icon: &'static str| {
        view! {
            <a class="nav shrink-0" href=href aria-current=(href == here).then_some("page")>
                <Icon name=icon />
                <span class="truncate">{label}</span>
            </a>
        }
    };
    view! {
        <Title text=title />
        <PageBar title="Settings" />
        {match (error, done) {
            (Some(error), _) => view! { <Banner tone=Tone::Danger>{error}</Banner> }.into_any(),
            (None, Some(done)) => view! { <Banner tone=Tone::Positive>{done}</Banner> }.into_any(),
            (None, None) => ().into_any(),
        }}
        <div class="flex-1 min-h-0 flex flex-col md:flex-row border-t border-line">
            <nav
                class="shrink-0 md:w-48 p-2.5 flex md:flex-col gap-px overflow-x-auto border-line max-md:border-b md:border-r"
                aria-label="Settings"
            >
                <div class="rule-label px-2 pb-1 max-md:hidden">"You"</div>
                {place("/settings", "Profile", "user-round")}
                {may(Action::Converse).then(|| place("/settings/replies", "Canned replies", "bookmark"))}
                {place("/leads/alike", "Duplicates", "copy")}
                {place("/leads/trash", "Trash", "trash-2")}
                {may(Action::SeeTeam)
                    .then(|| view! { <div class="rule-label px-2 pt-3 pb-1 max-md:hidden">"Company"</div> })}
                {may(Action::SeeTeam).then(|| place("/settings/team", "Team", "users-round"))}
                {may(Action::ImportLeads).then(|| place("/leads/import", "Import leads", "upload"))}
                {may(Action::ManageCompany).then(|| place("/settings/stages", "Stages", "columns-3"))}
                {may(Action::ManageCompany).then(|| place("/settings/fields", "Lead fields", "table"))}
                {may(Action::ManageEnquiryForms).then(|| place("/settings/forms", "Enquiry forms", "file-text"))}
                {may(Action::ManageCompany).then(|| place("/settings/routing", "Handing over", "hand"))}
                {may(Action::ManageCompany).then(|| place("/settings/texts", "Text messages", "smartphone"))}
                {may(Action::ManageCompany).then(|| place("/settings/keys", "API keys", "key-round"))}
                {may(Action::Operate).then(|| place("/settings/outbox", "Outbox", "mail"))}
                {may(Action::Operate).then(|| place("/settings/jobs", "Jobs", "list-checks"))}
            </nav>
            <div class="flex-1 min-w-0 min-h-0 overflow-y-auto">
                <div class="max-w-[760px] mx-auto p-4 md:p-6 flex flex-col gap-3">{children()}</div>
            </div>
        </div>
    }
}

/// A panel with its title.
#[component]
pub fn Panel(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section class="panel">
            <div class="panel-head">
                <h2 class="font-semibold">{title}</h2>
            </div>
            <div class="px-3.5 pb-3.5 pt-1">{children()}</div>
        </section>
    }
}

/// The page at `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let desk = use_desk();
    let outcome = use_outcome();
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("profile") => Some("Your name is saved."),
        Some("password") => Some("Your password is changed. Everywhere else you are signed out."),
        Some("session") => Some("That device is signed out."),
        _ => None,
    };
    let sessions = load(|| (), |()| load_sessions());
    let me = desk.with_untracked(|desk| desk.me.clone());
    view! {
        <SettingsFrame here="/settings" title="Settings" done=done.map(str::to_owned) error=outcome.error_beside(&["name", "current", "new"])>
            {me.map(|me| view! { <Own me outcome /> })}
            <Panel title="Where you are signed in">
                <Suspense>
                    {move || Suspend::new(async move {
                        match sessions.await {
                            Ok(rows) => rows.into_iter().map(|row| view! { <Session row /> }).collect_view().into_any(),
                            Err(error) => view! { <p class="text-danger-ink">{error.to_string()}</p> }.into_any(),
                        }
                    })}
                </Suspense>
                <form class="mt-3" method="post" action="/settings">
                    <input type="hidden" name="form" value="end-all" />
                    <button class="btn btn-danger">
                        <Icon name="log-out" />
                        "Sign out everywhere"
                    </button>
                </form>
            </Panel>
        </SettingsFrame>
    }
}

/// Name, theme and password.
#[component]
fn Own(me: Me, outcome: FormOutcome) -> impl IntoView {
    let (profile, password) = (outcome.of("profile"), outcome.of("password"));
    let (email, username, theme) = (me.email.to_string(), me.email.to_string(), me.theme.as_str());
    view! {
        <Panel title="Profile">
            <form class="flex flex-col gap-3 max-w-[420px]" method="post" action="/settings">
                <input type="hidden" name="form" value="profile" />
                <Field
                    name="name"
                    label="Name"
                    value=profile.value_or("name", &me.name)
                    autocomplete="name"
                    hint="Your colleagues see it, and so does a lead when you take over."
                    error=profile.error_at("name")
                    required=true
                />
                <p class="text-ink-muted">
                    "You sign in with " <b class="font-medium text-ink">{email}</b> " and are "
                    <b class="font-medium text-ink">{me.role.label()}</b> " at " {me.company_name.clone()} "."
                </p>
                <div>
                    <button class="btn btn-primary">"Save name"</button>
                </div>
            </form>
        </Panel>
        <Panel title="Appearance">
            <ThemeToggle current=theme />
        </Panel>
        <Panel title="Password">
            <form class="flex flex-col gap-3 max-w-[420px]" method="post" action="/settings">
                <input type="hidden" name="form" value="password" />
                // For password managers: whose password this is.
                <input class="sr-only" type="text" autocomplete="username" value=username tabindex="-1" readonly aria-hidden="true" />
                <PasswordField name="current" label="Current password" autocomplete="current-password" error=password.error_at("current") />
                <PasswordField
                    name="new"
                    label="New password"
                    autocomplete="new-password"
                    error=password.error_at("new")
                    hint="At least 10 characters. Everywhere else you are signed out."
                />
                <div>
                    <button class="btn">"Change password"</button>
                </div>
            </form>
        </Panel>
    }
}

#[component]
fn Session(row: SessionRow) -> impl IntoView {
    let small = ["iPhone", "iPad", "Android"].iter().any(|name| row.device.contains(name));
    view! {
        <div class="flex items-center gap-3 min-h-11 border-b border-line last:border-0">
            <span class="text-ink-faint">
                <Icon name=if small { "smartphone" } else { "monitor" } />
            </span>
            <div class="min-w-0 flex-1">
                <p class="font-medium truncate">{row.device.clone()}</p>
                <p class="text-xs text-ink-faint truncate">{row.address} ", last used " <Ago at=row.last_seen_at /></p>
            </div>
            {if row.current {
                view! { <span class="tag tag-positive">"This device"</span> }.into_any()
            } else {
                view! {
                    <form method="post" action="/settings">
                        <input type="hidden" name="form" value="end-session" />
                        <input type="hidden" name="session" value=row.id.to_string() />
                        <button class="btn btn-sm" aria-label=format!("Sign out {}", row.device)>
                            "Sign out"
                        </button>
                    </form>
                }
                .into_any()
            }}
        </div>
    }
}

/// What a page shows once its data has come, or why it has not.
pub fn loaded<T: Clone + Send + Sync + 'static>(
    data: Loaded<Result<T, AppError>>,
    absent: &'static str,
    shown: impl Fn(T) -> AnyView + Clone + Send + 'static,
) -> impl IntoView {
    view! {
        <Suspense>
            {move || {
                let shown = shown.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => shown(data),
                        Err(error) => view! {
                            <Empty title=absent text=error.to_string()>
                                <a class="btn" href="/settings">
                                    "Your own settings"
                                </a>
                            </Empty>
                        }
                        .into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
