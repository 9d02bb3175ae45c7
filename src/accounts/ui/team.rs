//! The company's people, and the letters that stayed here.
use super::{
    outcome::{FormOutcome, use_outcome},
    settings::{Panel, SettingsFrame, loaded},
};
use crate::accounts::api::{load_outbox, load_team};
use crate::accounts::model::{InviteRow, Letter, Member, Role, Team};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::route::use_query_map;
use crate::ui::{
    avatar::Person,
    clock::use_clock,
    empty::Empty,
    field::{Field, Select},
    icon::Icon,
    marks::Ago,
};
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/settings/team`.
#[component]
pub fn TeamPage() -> impl IntoView {
    let desk = use_desk();
    let manages = desk.with_untracked(|desk| desk.may(Action::ManageTeam));
    let outcome = use_outcome();
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("role") => Some("The role is changed. They sign in again to go on."),
        Some("disabled") => Some("They are signed out and can no longer sign in. What they did stays."),
        Some("enabled") => Some("They can sign in again."),
        Some("revoked") => Some("The invitation is withdrawn. Its link no longer works."),
        _ => None,
    };
    let team = load(|| (), |()| load_team());
    let error = outcome.error_beside(&["email"]);
    view! {
        <SettingsFrame here="/settings/team" title="Team" done=done.map(str::to_owned) error>
            {loaded(team, "The team is not shown", move |team| {
                let outcome = outcome.clone();
                view! { <People team manages outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn People(team: Team, manages: bool, outcome: FormOutcome) -> impl IntoView {
    let own = use_desk().with_untracked(|desk| desk.me.as_ref().map(|me| me.user));
    let invites = (!team.invites.is_empty()).then(|| {
        let rows = team.invites.into_iter().map(|row| view! { <Invited row manages /> }).collect_view();
        view! { <Panel title="Invited">{rows}</Panel> }
    });
    view! {
        {manages.then(|| view! { <Invite outcome=outcome.of("invite") sends=team.sends_letters /> })}
        <Panel title="People">
            {team.members
                .into_iter()
                .map(|member| {
                    let is_own = own == Some(member.id);
                    view! { <MemberRow member manages is_own /> }
                })
                .collect_view()}
        </Panel>
        {invites}
    }
}

/// Value and name of each role, the least rights first.
fn roles() -> Vec<(String, String)> {
    [Role::SalesRep, Role::Manager, Role::Admin].map(|role| (role.as_str().to_owned(), role.label().to_owned())).to_vec()
}

#[component]
fn Invite(outcome: FormOutcome, sends: bool) -> impl IntoView {
    let invited = outcome.notice.is_some();
    let (email, role) = if invited { (String::new(), String::new()) } else { (outcome.value("email"), outcome.value("role")) };
    view! {
        <Panel title="Invite somebody">
            {invited.then(|| view! { <Link link=outcome.value("link") to=outcome.value("invited") sends /> })}
            <form class="flex flex-wrap items-start gap-3" method="post" action="/settings/team">
                <input type="hidden" name="form" value="invite" />
                <div class="flex-1 min-w-56">
                    <Field name="email" label="Work email" kind="email" value=email autocomplete="off" error=outcome.error_at("email") required=true />
                </div>
                <div class="w-40">
                    <Select name="role" label="Role" options=roles() value=role />
                </div>
                <button class="btn btn-primary mt-6.5 max-sm:mt-0 max-sm:w-full">
                    <Icon name="user-plus" />
                    "Invite"
                </button>
            </form>
            <p class="text-xs text-ink-faint mt-3">
                "Admins do everything. Managers see all leads and reports. Sales reps see their own assistants and the leads on them or assigned to them."
            </p>
        </Panel>
    }
}

/// The link of an invitation, shown once.
#[component]
fn Link(link: String, to: String, sends: bool) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    let select = move |_| {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
    };
    let text = if sends {
        format!("A letter to {to} is on its way. You can also pass the link on yourself. It is shown only now, and is good for a week.")
    } else {
        format!("No mail server is set up, so no letter goes out: pass this link on to {to} yourself. It is good for a week.")
    };
    view! {
        <div class="rounded-md bg-positive-soft text-positive-ink p-3 mb-4" role="status">
            <p>{text}</p>
            <label class="sr-only" for="link">
                "Link of the invitation"
            </label>
            <input id="link" node_ref=field class="field mt-2 font-mono text-xs" value=link readonly on:focus=select />
        </div>
    }
}

#[component]
fn MemberRow(member: Member, manages: bool, is_own: bool) -> impl IntoView {
    let Member { id, name, email, role, tint, disabled } = member;
    let controls = manages.then(|| {
        let (action, word) = if disabled { ("enable", "Let in again") } else { ("disable", "Shut out") };
        let label = format!("{word}: {name}");
        view! {
            {(!disabled)
                .then(|| {
                    view! {
                        <form class="flex items-center gap-2" method="post" action="/settings/team">
                            <input type="hidden" name="form" value="role" />
                            <input type="hidden" name="user" value=id.to_string() />
                            <span class="relative">
                                <select class="field w-32" name="role" aria-label=format!("Role of {name}")>
                                    {roles()
                                        .into_iter()
                                        .map(|(value, text)| {
                                            let selected = value == role.as_str();
                                            view! {
                                                <option value=value selected=selected>
                                                    {text}
                                                </option>
                                            }
                                        })
                                        .collect_view()}
                                </select>
                                <span class="absolute inset-y-0 right-2 grid place-content-center pointer-events-none text-ink-faint">
                                    <Icon name="chevron-down" size=14 />
                                </span>
                            </span>
                            <button class="btn" aria-label=format!("Change role of {name}")>
                                "Change"
                            </button>
                        </form>
                    }
                })}
            // Nobody shuts themselves out: only the place is kept, so that the controls stand in a column.
            {is_own.then(|| view! { <span class="btn btn-ghost invisible max-lg:hidden" aria-hidden="true">{word}</span> })}
            {(!is_own)
                .then(|| {
                    view! {
                        <form method="post" action="/settings/team">
                            <input type="hidden" name="form" value=action />
                            <input type="hidden" name="user" value=id.to_string() />
                            <button class=if disabled { "btn" } else { "btn btn-ghost" } aria-label=label>
                                {word}
                            </button>
                        </form>
                    }
                })}
        }
    });
    let aside = match (manages, disabled) {
        (_, true) => Some(view! { <span class="tag">"Shut out"</span> }.into_any()),
        (false, false) => Some(view! { <span class="text-ink-muted">{role.label()}</span> }.into_any()),
        (true, false) => None,
    };
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 min-h-12 border-b border-line last:border-0">
            // The name follows as text.
            <span class="flex" aria-hidden="true">
                <Person name=name.clone() tint size=32 />
            </span>
            <div class="min-w-0 flex-1 max-lg:basis-3/4">
                <p class="font-medium truncate" title=name.clone()>
                    {name.clone()}
                    {is_own.then(|| view! { <span class="text-ink-faint font-normal">" (you)"</span> })}
                </p>
                <p class="text-xs text-ink-faint truncate" title=email.to_string()>
                    {email.to_string()}
                </p>
            </div>
            {aside}
            {controls}
        </div>
    }
}

#[component]
fn Invited(row: InviteRow, manages: bool) -> impl IntoView {
    let now = use_clock();
    let ends = move || match now.get().seconds_until(row.expires_at) / 86_400 {
        0 => "ends today".to_owned(),
        1 => "ends tomorrow".to_owned(),
        days => format!("ends in {days} days"),
    };
    let email = row.email.to_string();
    view! {
        <div class="flex items-center gap-3 min-h-11 border-b border-line last:border-0">
            <span class="text-ink-faint">
                <Icon name="mail" />
            </span>
            <div class="min-w-0 flex-1">
                <p class="font-medium truncate" title=email.clone()>
                    {email.clone()}
                </p>
                <p class="text-xs text-ink-faint truncate">{row.role.label()} ", invited by " {row.invited_by} ", " {ends}</p>
            </div>
            {manages
                .then(|| {
                    view! {
                        <form method="post" action="/settings/team">
                            <input type="hidden" name="form" value="revoke" />
                            <input type="hidden" name="invite" value=row.id.to_string() />
                            <button class="btn btn-sm" aria-label=format!("Withdraw the invitation of {email}")>
                                "Withdraw"
                            </button>
                        </form>
                    }
                })}
        </div>
    }
}

/// The page at `/settings/outbox`.
#[component]
pub fn OutboxPage() -> impl IntoView {
    let letters = load(|| (), |()| load_outbox());
    view! {
        <SettingsFrame here="/settings/outbox" title="Outbox" done=None error=None>
            <Suspense>
                {move || Suspend::new(async move {
                    match letters.await {
                        Ok(letters) if letters.is_empty() => {
                            view! {
                                <Empty
                                    title="No letters here"
                                    text="Where no mail server is set up, letters stay here for you to read and pass on."
                                />
                            }
                                .into_any()
                        }
                        Ok(letters) => letters.into_iter().map(|letter| view! { <Kept letter /> }).collect_view().into_any(),
                        Err(error) => view! { <p class="text-danger-ink">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Suspense>
        </SettingsFrame>
    }
}

/// A letter that stayed here.
#[component]
fn Kept(letter: Letter) -> impl IntoView {
    view! {
        <details class="panel">
            <summary class="flex items-center gap-3 px-3.5 min-h-11 cursor-pointer">
                <Icon name="mail" />
                <span class="min-w-0 flex-1 truncate">
                    <span class="font-medium">{letter.subject}</span>
                    <span class="text-ink-muted">" to " {letter.recipient}</span>
                </span>
                <span class="text-xs text-ink-faint">
                    <Ago at=letter.created_at />
                </span>
            </summary>
            <pre class="px-3.5 pb-3.5 pt-1 whitespace-pre-wrap break-words font-sans text-base">{letter.body}</pre>
        </details>
    }
}
