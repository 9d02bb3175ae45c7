//! Filters that people keep: a menu before the conditions, and a small dialog that names one, shares and removes it.
//! What is in the dialog comes as a part of its own when it is first opened.

use super::choices::opened;
use super::lead_forms::{Trouble, of};
use crate::accounts::model::Desk;
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::areas;
use crate::leads::api::{KeepView, keep_view, remove_view, share_view};
use crate::leads::filter::Filter;
use crate::leads::views::View;
use crate::ui::{dialog::Dialog, field::Field, icon::Icon, menu::Menu, toast::use_toasts};
use crate::values::ViewId;
use crate::wire::{ActionForm, ServerAction};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The view of a page: its filter, the view that is kept of just that, and whether its dialog is open.
#[derive(Clone, Copy)]
pub struct Naming {
    path: &'static str,
    desk: RwSignal<Desk>,
    query: Memo<String>,
    now: Memo<Option<View>>,
    open: RwSignal<bool>,
}

/// The menu of views. `path` is the page that they are views of.
#[component]
pub fn Views(path: &'static str, filter: Memo<Filter>) -> impl IntoView {
    let desk = use_desk();
    let query = Memo::new(move |_| filter.with(Filter::query));
    let now = Memo::new(move |_| query.with(|query| desk.with(|desk| desk.views.iter().find(|view| view.query == *query).cloned())));
    let naming = Naming { path, desk, query, now, open: RwSignal::new(false) };
    // What is in the menu comes as a part of its own when it is first opened. Without script it is there at once.
    let wanted = RwSignal::new(false);
    let plain = if cfg!(feature = "ssr") { untrack(|| links(naming).to_html()) } else { String::new() };
    let plain = StoredValue::new(plain);
    view! {
        <Menu
            label="Views"
            class="chip chip-filter cursor-pointer"
            panel="left-0 top-full mt-1 w-64 max-h-96 overflow-y-auto"
            trigger=move || {
                view! {
                    <Icon name="bookmark" size=14 />
                    <span class="truncate max-w-40 max-md:max-w-20">{move || now.get().map_or_else(|| "Views".to_owned(), |view| view.name)}</span>
                }
            }
            on_open=move || wanted.set(true)
        >
            <Show when=move || wanted.get()>
                <Suspense>{Suspend::new(areas::views(naming))}</Suspense>
            </Show>
            <noscript inner_html=plain.get_value()></noscript>
        </Menu>
        <Dialog open=naming.open title="View">
            <Suspense fallback=|| view! { <p class="text-ink-faint">"Loading…"</p> }>{move || Suspend::new(areas::name_view(naming))}</Suspense>
        </Dialog>
    }
}

/// What is in the menu.
pub fn views_menu(naming: Naming) -> AnyView {
    let Naming { desk, query, now, .. } = naming;
    let me = desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.user));
    let may_tidy = desk.with_untracked(|desk| desk.may(Action::RemoveSharedViews));
    // What can be done with what is shown just now.
    let more = move || match now.get() {
        Some(view) if Some(view.owner) == me || may_tidy => Some("Change this view…"),
        None if query.with(|query| !query.is_empty()) => Some("Keep this view…"),
        _ => None,
    };
    let done = move || {
        let button = |text| {
            view! {
                <button type="button" class="menu-item" role="menuitem" on:click=move |_| naming.open.set(true)>
                    <Icon name="bookmark-plus" size=14 />
                    {text}
                </button>
            }
        };
        more().map(button)
    };
    opened(move || {
        view! {
            {move || links(naming)}
            {done}
            <Show when=move || query.with(String::is_empty)>
                <p class="px-2 py-1.5 text-xs text-ink-muted">"Choose conditions or an order, then keep them here by a name."</p>
            </Show>
        }
        .into_any()
    })
}

/// The views that somebody has, as they stand now.
fn links(Naming { path, desk, query, .. }: Naming) -> AnyView {
    let me = desk.with(|desk| desk.me.as_ref().map(|me| me.user));
    let link = |view: View| {
        let from = desk.with(|desk| desk.colleague(view.owner).filter(|from| Some(from.id) != me).map(|from| from.name.clone()));
        let current = query.with(|query| *query == view.query);
        view! {
            <a class="menu-item" role="menuitem" href=[path, &view.query].concat() aria-current=current.then_some("true")>
                <span class="truncate flex-1">{view.name}</span>
                <span class="text-xs text-ink-faint truncate">{from}</span>
            </a>
        }
    };
    desk.with(|desk| desk.views.clone()).into_iter().map(link).collect_view().into_any()
}

/// What is in the dialog.
pub fn name_view(naming: Naming) -> AnyView {
    match naming.now.get_untracked() {
        Some(view) => change(naming, view),
        None => keep(naming),
    }
}

/// A view that is kept: shared or no longer, or removed.
fn change(naming: Naming, view: View) -> AnyView {
    let (desk, toasts) = (use_desk(), use_toasts());
    let own = desk.with_untracked(|desk| desk.me.as_ref().is_some_and(|me| me.user == view.owner));
    let View { id, name, query, shared, .. } = view;
    let called = name.clone();
    let share = move |_| {
        let name = called.clone();
        naming.open.set(false);
        spawn_local(async move {
            match share_view(id, !shared).await {
                Ok(()) if shared => toasts.say(format!("“{name}” is yours alone now")),
                Ok(()) => toasts.say(format!("Everyone has “{name}” now")),
                Err(error) => toasts.error(format!("“{name}” is as it was. {error}")),
            }
        });
    };
    let called = name.clone();
    let remove = move |_| {
        let (name, query) = (called.clone(), query.clone());
        naming.open.set(false);
        spawn_local(async move {
            match remove_view(id).await {
                Ok(()) if own => toasts.offer_undo(format!("“{name}” removed"), move || {
                    let back = keep_view(ViewId::new(), name.clone(), query.clone(), shared.then(|| "on".into()));
                    async move { back.await.map(drop) }
                }),
                Ok(()) => toasts.say(format!("“{name}” removed")),
                Err(error) => toasts.error(format!("“{name}” was not removed. {error}")),
            }
        });
    };
    view! {
        <p class="mb-3 wrap-anywhere">
            <b>{name}</b>
            <span class="block text-ink-muted">{if shared { "Everyone in the company can use it." } else { "Yours alone." }}</span>
        </p>
        <div class="flex flex-wrap gap-2">
            {own
                .then(|| {
                    view! {
                        <button type="button" class="btn" on:click=share>
                            <Icon name="users-round" />
                            {if shared { "Stop sharing it" } else { "Share it with everyone" }}
                        </button>
                    }
                })}
            <button type="button" class="btn" on:click=remove>
                <Icon name="trash-2" />
                "Remove this view"
            </button>
        </div>
    }
    .into_any()
}

/// A filter that gets a name.
fn keep(naming: Naming) -> AnyView {
    let (toasts, keep) = (use_toasts(), ServerAction::<KeepView>::new());
    let value = keep.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    Effect::new(move || {
        if let Some(Ok(view)) = value.get() {
            toasts.say(format!("Kept as “{}”", view.name));
            naming.open.set(false);
        }
    });
    view! {
        <ActionForm action=keep class="flex flex-col gap-3">
            <Trouble error />
            <input type="hidden" name="view" value=ViewId::new().to_string() />
            <input type="hidden" name="query" value=naming.query.get_untracked() />
            <Field name="name" id="view-name" label="Name" placeholder="Hot and nobody’s" error=of(error, "name") autofocus=true required=true />
            <label class="flex items-center gap-2">
                <input class="check" type="checkbox" name="shared" value="on" />
                "Everyone in the company can use it"
            </label>
            <button class="btn btn-primary self-end" aria-busy=move || keep.pending().get().then_some("true")>
                "Keep"
            </button>
        </ActionForm>
    }
    .into_any()
}
