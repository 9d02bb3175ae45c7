//! What can be done with the chosen rows: each at once to all of them, with one Undo.

use super::rows::Rows;
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::error::AppError;
use crate::leads::api::{change_leads, load_matching};
use crate::leads::model::Stage;
use crate::leads::table::{Change, Changed, MOST_AT_ONCE, Wanted};
use crate::leads::ui::{glyph::StageGlyph, selection::leads, tags::TagField};
use crate::ui::{icon::Icon, menu::Menu, toast::use_toasts};
use crate::values::{LeadId, Tag};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// So many leads are changed by one request.
const AT_ONCE: usize = 50;

/// The bar. Nothing while none is chosen.
#[component]
pub fn BulkBar(rows: Rows) -> impl IntoView {
    let (desk, toasts) = (use_desk(), use_toasts());
    let [may_move, may_assign, may_tag, may_remove] = desk
        .with_untracked(|desk| [Action::MoveLead, Action::AssignLead, Action::EditLead, Action::RemoveLead].map(|action| desk.may(action)));
    // How many are changed already, while some are.
    let busy = RwSignal::new(None::<usize>);
    let owner = StoredValue::new(Owner::current());
    let count = move || rows.chosen.with(Vec::len);
    let all = move || usize::try_from(rows.totals.with(|totals| totals.count)).unwrap_or(0);

    let undo = move |back: Vec<Wanted>| {
        spawn_local(async move {
            let (changed, failed) = change_all(back, busy).await;
            match failed.map(|error| error.to_string()).or_else(|| refused(&changed)) {
                None => toasts.say("Undone"),
                Some(why) => toasts.error(format!("Not all was undone. {why}")),
            }
            if busy.try_set(None).is_none() {
                rows.refresh();
            }
        });
    };
    let change = move |done: String, what: Callback<(LeadId, Option<LeadId>), Option<Change>>| {
        if busy.get_untracked().is_some() {
            return;
        }
        let chosen = rows.chosen.get_untracked();
        let mut above = None;
        let wanted = chosen.into_iter().filter_map(|(lead, then)| {
            let change = what.run((lead, above))?;
            above = Some(lead);
            Some(Wanted { lead, version: rows.version(lead, then), change })
        });
        let wanted: Vec<Wanted> = wanted.collect();
        spawn_local(async move {
            let (changed, failed) = change_all(wanted, busy).await;
            // The page may have been left meanwhile.
            if busy.try_set(None).is_some() {
                return;
            }
            if let Some(why) = refused(&changed) {
                toasts.error(why);
            }
            // The last first: each then finds the one it stood behind.
            let back: Vec<Wanted> = changed.into_iter().rev().filter_map(|changed| changed.back).collect();
            let so_far = back.len();
            if so_far > 0 {
                let text = format!("{} {done}", leads(so_far));
                let undo = owner.get_value().map(|owner| owner.with(|| Callback::new(move |()| undo(back.clone()))));
                undo.into_iter().for_each(|undo| toasts.undo(text.clone(), undo));
            }
            match failed {
                Some(error) if so_far == 0 => toasts.error(format!("Nothing was changed. {error}")),
                Some(error) => toasts.error(format!("It ended there. {error}")),
                None => rows.choose_none(),
            }
            rows.refresh();
        });
    };
    let choose_all = move |_| {
        spawn_local(async move {
            match load_matching(rows.sight()).await {
                Ok(all) => drop(rows.chosen.try_set(all)),
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let move_to = move |stage: Stage| {
        let to = stage.id;
        let name = rows.stages.with_value(|all| stage.called(all));
        let said = name.clone();
        let what = Callback::new(move |(lead, after)| (!rows.stands_in(lead, to)).then_some(Change::Move { to, after }));
        view! {
            <button type="button" class="menu-item" role="menuitem" on:click=move |_| change(format!("moved to {name}"), what)>
                <StageGlyph stage=&stage />
                {said}
            </button>
        }
    };
    let give_to = move |owner: Option<crate::accounts::model::Colleague>| {
        let (id, name) = (owner.as_ref().map(|owner| owner.id), owner.map_or_else(|| "nobody".to_owned(), |owner| owner.name));
        let what = Callback::new(move |_| Some(Change::Give { owner: id }));
        let done = format!("given to {name}");
        view! {
            <button type="button" class="menu-item" role="menuitem" on:click=move |_| change(done.clone(), what)>
                {name}
            </button>
        }
    };
    let take_off = move |tag: Tag| {
        let text = tag.to_string();
        let done = format!("rid of “{tag}”");
        let what = Callback::new(move |_| Some(Change::TakeOff { tag: tag.clone() }));
        view! {
            <button type="button" class="menu-item" role="menuitem" on:click=move |_| change(done.clone(), what)>
                {text}
            </button>
        }
    };
    let menu = "left-0 top-full mt-1 w-52 max-h-80 overflow-y-auto";
    let button = "btn btn-sm cursor-pointer";
    let wanted_tag = NodeRef::<leptos::html::Input>::new();
    let put_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = wanted_tag.get_untracked() else { return };
        let Some(tag) = Tag::parse(&field.value()) else {
            return toasts
                .error(AppError::invalid("tag", format!("A tag has 1 to {} characters, without commas.", Tag::LONGEST)).to_string());
        };
        let done = format!("tagged “{tag}”");
        change(done, Callback::new(move |_| Some(Change::PutOn { tag: tag.clone() })));
    };
    view! {
        <Show when=move || { count() > 0 }>
            <div class="flex flex-wrap items-center gap-1.5" role="toolbar" aria-label="Chosen leads" aria-busy=move || busy.get().map(|_| "true")>
                <b class="num text-ink">
                    {move || busy.get().map_or_else(|| format!("{} chosen", count()), |done| format!("{done} of {} changed…", count()))}
                </b>
                <Show when=move || { count() < all().min(MOST_AT_ONCE) }>
                    <button type="button" class="btn btn-ghost btn-sm" on:click=choose_all>
                        {move || if all() > MOST_AT_ONCE { format!("Choose the first {MOST_AT_ONCE}") } else { format!("Choose all {}", all()) }}
                    </button>
                </Show>
                {may_move
                    .then(|| {
                        view! {
                            <Menu label="Move to" class=button panel=menu trigger=|| view! { <Icon name="arrow-right" size=14 /> "Move to" }>
                                {rows.stages.with_value(|stages| stages.iter().cloned().map(move_to).collect_view())}
                            </Menu>
                        }
                    })}
                {may_assign
                    .then(|| {
                        view! {
                            <Menu label="Give to" class=button panel=menu trigger=|| view! { <Icon name="user-round" size=14 /> "Give to" }>
                                {desk.with(|desk| desk.colleagues.iter().cloned().map(Some).chain([None]).map(give_to).collect_view())}
                            </Menu>
                        }
                    })}
                {may_tag
                    .then(|| {
                        view! {
                            <form class="flex items-center gap-1" on:submit=put_on>
                                <TagField field=wanted_tag label="Tag to put on" class="h-7! w-36" />
                                <button class="btn btn-sm">"Put on"</button>
                            </form>
                            <Show when=move || desk.with(|desk| !desk.tags.is_empty())>
                                <Menu label="Take off" class=button panel=menu trigger=|| "Take off">
                                    {move || desk.with(|desk| desk.tags.iter().cloned().map(take_off).collect_view())}
                                </Menu>
                            </Show>
                        }
                    })}
                {may_remove
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn btn-sm"
                                on:click=move |_| change("moved to the trash".into(), Callback::new(|_| Some(Change::Remove)))
                            >
                                <Icon name="trash-2" size=14 />
                                "To the trash"
                            </button>
                        }
                    })}
                <button type="button" class="btn btn-ghost btn-sm btn-icon" aria-label="Choose none" on:click=move |_| rows.choose_none()>
                    <Icon name="x" size=14 />
                </button>
            </div>
        </Show>
    }
}

/// Changes leads, some at a time, so that no request takes long, and tells how far it has come. Gives what came of
/// each, and why it ended early, if it did.
async fn change_all(wanted: Vec<Wanted>, done: RwSignal<Option<usize>>) -> (Vec<Changed>, Option<AppError>) {
    let mut changed = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(AT_ONCE) {
        let _ = done.try_set(Some(changed.len()));
        match change_leads(some.to_vec()).await {
            Ok(these) => changed.extend(these),
            Err(error) => return (changed, Some(error)),
        }
    }
    (changed, None)
}

/// What was not done, and why; none if all was.
fn refused(changed: &[Changed]) -> Option<String> {
    let mut why = changed.iter().filter_map(|changed| changed.refused.as_deref());
    let first = why.next()?;
    let others = why.count();
    Some(format!("{} not changed. {first}", if others == 0 { "1 lead was".to_owned() } else { format!("{} leads were", others + 1) }))
}
