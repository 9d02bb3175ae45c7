//! Filters that people keep: a menu before the conditions, and a small form that names one.

use super::lead_forms::{Trouble, of};
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

/// Where a filter applies, what it is now, and whether it is being named.
#[derive(Clone, Copy)]
pub struct Naming {
    filter: Memo<Filter>,
    open: RwSignal<bool>,
}

/// The menu of views. `path` is the page that they are views of.
#[component]
pub fn Views(path: &'static str, filter: Memo<Filter>) -> impl IntoView {
    let (desk, toasts) = (use_desk(), use_toasts());
    let naming = Naming { filter, open: RwSignal::new(false) };
    provide_context(naming);
    let query = Memo::new(move |_| filter.with(Filter::query));
    let now = Memo::new(move |_| query.with(|query| desk.with(|desk| desk.views.iter().find(|view| view.query == *query).cloned())));
    let me = desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.user));
    let may_tidy = desk.with_untracked(|desk| desk.may(Action::RemoveSharedViews));
    let share = move |view: View| {
        spawn_local(async move {
            match share_view(view.id, !view.shared).await {
                Ok(()) if view.shared => toasts.say(format!("“{}” is yours alone now", view.name)),
                Ok(()) => toasts.say(format!("Everyone has “{}” now", view.name)),
                Err(error) => toasts.error(format!("“{}” is as it was. {error}", view.name)),
            }
        });
    };
    let remove = move |view: View| {
        spawn_local(async move {
            let View { id, name, query, shared, owner } = view;
            match remove_view(id).await {
                Ok(()) if Some(owner) == me => toasts.offer_undo(format!("“{name}” removed"), move || {
                    let back = keep_view(ViewId::new(), name.clone(), query.clone(), shared.then(|| "on".into()));
                    async move { back.await.map(drop) }
                }),
                Ok(()) => toasts.say(format!("“{name}” removed")),
                Err(error) => toasts.error(format!("“{name}” was not removed. {error}")),
            }
        });
    };
    let links = move || {
        let views = desk.with(|desk| desk.views.clone());
        let link = |view: View| {
            let from = desk.with(|desk| {
                Some(view.owner).filter(|owner| Some(*owner) != me).and_then(|id| desk.colleague(id).map(|person| person.name.clone()))
            });
            let current = query.with(|query| *query == view.query);
            view! {
                <a class="menu-item" role="menuitem" href=[path, &view.query].concat() aria-current=current.then_some("true")>
                    <span class="truncate flex-1">{view.name}</span>
                    {from.map(|name| view! { <span class="text-xs text-ink-faint truncate">{name}</span> })}
                    {current.then(|| view! { <Icon name="check" size=14 /> })}
                </a>
            }
        };
        views.into_iter().map(link).collect_view()
    };
    let own = move || now.get().filter(|view| Some(view.owner) == me);
    let button = move |text: &'static str, icon: &'static str, act: Callback<()>| {
        view! {
            <button type="button" class="menu-item" role="menuitem" on:click=move |_| act.run(())>
                <Icon name=icon size=14 />
                {text}
            </button>
        }
    };
    view! {
        <Menu
            label="Views"
            class="chip chip-filter cursor-pointer"
            panel="left-0 top-full mt-1 w-64 max-h-96 overflow-y-auto"
            trigger=move || {
                view! {
                    <Icon name="bookmark" size=14 />
                    <span class="truncate max-w-40">{move || now.get().map_or_else(|| "Views".to_owned(), |view| view.name)}</span>
                }
            }
        >
            {links}
            <Show when=move || desk.with(|desk| desk.views.is_empty()) && filter.with(|filter| *filter == Filter::default())>
                <p class="px-2 py-1.5 text-xs text-ink-muted">"Choose conditions or an order, then keep them here by a name."</p>
            </Show>
            {move || {
                (now.with(Option::is_none) && filter.with(|filter| *filter != Filter::default()))
                    .then(|| button("Keep this view…", "bookmark-plus", Callback::new(move |()| naming.open.set(true))))
            }}
            {move || {
                own().map(|view| {
                    let text = if view.shared { "Stop sharing it" } else { "Share it with everyone" };
                    button(text, "users-round", Callback::new(move |()| share(view.clone())))
                })
            }}
            {move || {
                now.get()
                    .filter(|view| Some(view.owner) == me || may_tidy)
                    .map(|view| button("Remove this view", "trash-2", Callback::new(move |()| remove(view.clone()))))
            }}
        </Menu>
        <Dialog open=naming.open title="Keep this view">
            <Suspense fallback=|| view! { <p class="text-ink-faint">"Loading…"</p> }>{move || Suspend::new(areas::name_view(naming))}</Suspense>
        </Dialog>
    }
}

/// The form in the dialog.
pub fn name_view(naming: Naming) -> AnyView {
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
            <input type="hidden" name="query" value=naming.filter.with_untracked(Filter::query) />
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
