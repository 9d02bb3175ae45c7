//! The page of one lead: stage, score with its reasons, conversations, timeline, details.

use super::{
    alike::AlikeNotice,
    closing::ClosingForm,
    details::{Detail, Details},
    drawer::Beside,
    lead_forms::AssignForm,
    merge::MergedNotice,
    note::NoteForm,
    remove::RemoveButton,
    stage_bar::StageBar,
    tags::TagSection,
    timeline::Timeline,
};
use crate::accounts::policy::Action;
use crate::activity::model::{Event, Recorded};
use crate::app::use_desk;
use crate::channels::ui::BeginText;
use crate::error::AppError;
use crate::files::{model as files, ui::FileSection};
use crate::leads::api::{MoveLeadTo, load_lead, move_lead_to};
use crate::leads::page::LeadPage as Lead;
use crate::live::client::{Listener, use_live};
use crate::live::topic::Topic;
use crate::route::{Title, use_navigate, use_params_map};
use crate::tasks::{model::take_in, ui::TaskSection};
use crate::ui::{
    avatar::{Bot, Lead as LeadMark},
    banner::{Banner, Tone},
    empty::Empty,
    icon::Icon,
    marks::{Ago, ScoreRing},
    shell::PageBar,
    skeleton::Skeleton,
    toast::use_toasts,
};
use crate::values::{LeadId, Score};
use crate::wire::{ActionForm, ServerAction, load};
use leptos::prelude::*;

/// `/leads/:id`.
#[component]
pub fn LeadPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse::<LeadId>().ok())));
    one_lead(id)
}

/// The same beside the board.
pub fn lead_beside(lead: LeadId) -> AnyView {
    one_lead(Memo::new(move |_| Some(lead))).into_any()
}

fn one_lead(id: Memo<Option<LeadId>>) -> impl IntoView {
    let lead = load(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => load_lead(id).await,
                None => Err(AppError::NotFound),
            }
        },
    );
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match lead.await {
                    Ok(lead) => view! { <LeadView loaded=lead /> }.into_any(),
                    Err(error) => view! { <Absent error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <PageBar title="Lead" />
        <div class="late p-5 flex flex-col gap-4" role="status" aria-label="Loading the lead">
            <Skeleton class="h-11 w-64" />
            <Skeleton class="h-8 w-full" />
            <Skeleton class="h-32 w-full" />
        </div>
    }
}

/// No such lead, or not for this person; or the page could not be loaded.
#[component]
fn Absent(error: AppError) -> impl IntoView {
    let title = if error == AppError::NotFound { "No such lead" } else { "The lead did not load" };
    view! {
        <Title text=title />
        <PageBar title="Lead" />
        <Empty title=title text=error.to_string()>
            <a class="btn" href="/board">
                "Back to the board"
            </a>
            <a class="btn btn-ghost" href="/leads/trash">
                "Look in the trash"
            </a>
        </Empty>
    }
}

#[component]
fn LeadView(loaded: Lead) -> impl IntoView {
    let (desk, toasts, live, navigate) = (use_desk(), use_toasts(), use_live(), use_navigate());
    let (seq, id, stages) = (loaded.seq, loaded.card.id, loaded.stages.clone());
    let lead = RwSignal::new(loaded);
    // Each part follows only what it shows.
    let card = Memo::new(move |_| lead.with(|lead| lead.card.clone()));
    let reasons = Memo::new(move |_| lead.with(|lead| lead.score_reasons.clone()));
    let answers = Memo::new(move |_| lead.with(|lead| lead.answers.clone()));
    let talks = Memo::new(move |_| lead.with(|lead| lead.conversations.clone()));
    let timeline = Memo::new(move |_| lead.with(|lead| lead.timeline.clone()));
    let tasks = Memo::new(move |_| lead.with(|lead| lead.tasks.clone()));
    let files = Memo::new(move |_| lead.with(|lead| lead.files.clone()));
    let alike = Memo::new(move |_| lead.with(|lead| lead.alike.clone()));
    let merged = Memo::new(move |_| lead.with(|lead| lead.merged.clone()));
    let team = Memo::new(move |_| lead.with(|lead| lead.team.clone()));
    let textable = Memo::new(move |_| lead.with(|lead| lead.card.conversation.is_none() && !lead.phone.is_empty()));

    let gone = Callback::new(move |()| {
        toasts.error("This lead is no longer yours to see.");
        navigate.to("/board");
    });
    // By this tab itself: then it need not be told.
    let leaving = RwSignal::new(false);
    let reload = move |()| {
        leptos::task::spawn_local(async move {
            match load_lead(id).await {
                Ok(fresh) => {
                    live.caught_up(Topic::Lead(id), fresh.seq);
                    lead.set(fresh);
                }
                Err(AppError::NotFound) => gone.run(()),
                // Unreachable now; the socket asks again when it is back.
                Err(_) => {}
            }
        });
    };
    live.listen(
        Topic::Lead(id),
        seq,
        Listener {
            on_event: Callback::new(move |told: Recorded| {
                if matches!(told.event, Event::LeadRemoved { .. }) && !leaving.get_untracked() {
                    toasts.error(format!("{} moved this lead to the trash.", told.actor.name()));
                    return navigate.to("/board");
                }
                if matches!(told.event, Event::LeadsMerged { .. } | Event::LeadsParted { .. }) {
                    return reload(());
                }
                let Some(me) = desk.with_untracked(|desk| desk.me.clone()) else { return };
                if lead.try_update(|lead| lead.apply(&told, &me)) == Some(false) {
                    gone.run(());
                }
            }),
            on_pulse: Callback::new(|_| ()),
            on_snapshot: Callback::new(reload),
        },
    );

    let move_to = ServerAction::<MoveLeadTo>::new();
    let refused = move || move_to.value().get().and_then(Result::err).map(|error| error.to_string());
    Effect::new(move || {
        // The answer comes before the socket's word when the socket is down.
        if let Some(Ok(moved)) = move_to.value().get() {
            lead.update(|lead| lead.card.moved(&moved));
            let stage =
                lead.with_untracked(|lead| lead.stages.iter().find(|stage| stage.id == moved.to).map(|stage| stage.called(&lead.stages)));
            toasts.offer_undo(format!("Moved to {}", stage.unwrap_or_default()), move || {
                let back = move_lead_to(id, moved.version, moved.from);
                async move {
                    let back = back.await?;
                    lead.try_update(|lead| lead.card.moved(&back));
                    Ok(())
                }
            });
        }
    });
    let [may_move, may_assign, may_edit, may_remove, may_converse] = desk.with_untracked(|desk| {
        [Action::MoveLead, Action::AssignLead, Action::EditLead, Action::RemoveLead, Action::Converse].map(|action| desk.may(action))
    });
    // The title of the window asks once more when this is gone already and the next page not there yet.
    let name = move || card.try_with(|card| card.name.clone()).unwrap_or_default();
    view! {
        <Title text=name />
        <header class="shrink-0 px-5 pt-3 pb-3.5 border-b border-line">
            {match use_context::<Beside>() {
                None => {
                    view! {
                        <a class="btn btn-ghost btn-sm -ml-2" href="/board">
                            <Icon name="arrow-left" size=14 />
                            "Lead board"
                        </a>
                    }
                        .into_any()
                }
                Some(beside) => beside.bar(id).into_any(),
            }}
            <div class="flex flex-wrap items-center gap-x-3.5 gap-y-3 mt-2">
                {move || view! { <LeadMark name=name() size=40 /> }}
                <div class="min-w-0 flex-1">
                    <h1 class="text-lg font-semibold truncate" title=name>
                        {name}
                    </h1>
                    <p class="text-ink-muted truncate">{move || card.with(|card| card.organisation.clone())}</p>
                </div>
                {move || {
                    card.with(|card| card.conversation)
                        .map(|conversation| {
                            view! {
                                <a class="btn btn-primary max-sm:w-full" href=format!("/inbox/{conversation}")>
                                    <Icon name="send-horizontal" />
                                    "Message"
                                </a>
                            }
                        })
                }}
                {may_converse.then(|| view! { <BeginText lead=id wanted=textable /> })}
            </div>
            <ActionForm action=move_to>
                <input type="hidden" name="lead" value=id.to_string() />
                <input type="hidden" name="version" prop:value=move || card.with(|card| card.version.to_string()) value=card.with_untracked(|card| card.version.to_string()) />
                <StageBar card all=stages may_move />
            </ActionForm>
        </header>
        {move || refused().map(|error| view! { <Banner tone=Tone::Danger>{format!("Not moved. {error}")}</Banner> })}
        <div class="flex-1 min-h-0 overflow-y-auto grid md:grid-cols-[1fr_300px]">
            <div class="p-5 flex flex-col gap-6 min-w-0">
                <section class="grid grid-cols-[auto_1fr] gap-4 items-start" aria-label="Score">
                    <ScoreRing score=Signal::derive(move || card.with(|card| card.score)) size=64 />
                    <div class="min-w-0">
                        <h2 class="text-sm">{move || card.with(|card| warmth(card.score))}</h2>
                        <Show
                            when=move || reasons.with(|reasons| !reasons.is_empty())
                            fallback=|| {
                                view! {
                                    <p class="text-xs text-ink-muted mt-0.5">
                                        "The score comes with the first answers, messages or a value."
                                    </p>
                                }
                            }
                        >
                            <ul class="mt-1.5 -ml-2">
                                {move || {
                                    reasons
                                        .get()
                                        .into_iter()
                                        .map(|reason| {
                                            let (tone, points) = if reason.points < 0 {
                                                ("text-danger-ink", format!("−{}", -reason.points))
                                            } else {
                                                ("text-positive-ink", format!("+{}", reason.points))
                                            };
                                            view! {
                                                <li class="grid grid-cols-[44px_1fr] gap-2.5 items-start py-1">
                                                    <span class=["num text-xs font-semibold text-right leading-5 ", tone].concat()>
                                                        {points}
                                                    </span>
                                                    <span class="min-w-0 wrap-anywhere">{reason.label}</span>
                                                </li>
                                            }
                                        })
                                        .collect_view()
                                }}
                            </ul>
                        </Show>
                    </div>
                </section>
                <Show when=move || answers.with(|answers| !answers.is_empty())>
                    <section aria-labelledby="answers">
                        <h2 class="text-sm mb-1" id="answers">
                            "Found out so far"
                        </h2>
                        <dl>
                            {move || {
                                answers
                                    .get()
                                    .into_iter()
                                    .map(|answer| view! { <Detail label=answer.label>{answer.value}</Detail> })
                                    .collect_view()
                            }}
                        </dl>
                    </section>
                </Show>
                <section aria-labelledby="talks">
                    <h2 class="text-sm mb-2" id="talks">
                        "Conversations"
                    </h2>
                    <Show
                        when=move || talks.with(|talks| !talks.is_empty())
                        fallback=|| view! { <p class="text-ink-muted">"None yet. This lead did not come by chat or text."</p> }
                    >
                        <ul class="panel divide-y divide-line overflow-hidden">
                            {move || {
                                talks
                                    .get()
                                    .into_iter()
                                    .map(|talk| {
                                        let face = desk.with(|desk| desk.assistant(talk.assistant).cloned());
                                        view! {
                                            <li>
                                                <a class="row px-3 py-2.5" href=format!("/inbox/{}", talk.id)>
                                                    {face.map(|face| view! { <Bot name=face.name hue=face.hue /> })}
                                                    <span class="min-w-0 flex-1">
                                                        <span class="block truncate">{talk.last_message}</span>
                                                        <span class="block text-xs text-ink-faint">{who_answers(talk.owner)}</span>
                                                    </span>
                                                    <span class="text-xs text-ink-faint">
                                                        <Ago at=talk.last_at />
                                                    </span>
                                                </a>
                                            </li>
                                        }
                                    })
                                    .collect_view()
                            }}
                        </ul>
                    </Show>
                </section>
                {may_edit
                    .then(|| {
                        let changed = move |task| {
                            lead.try_update(|lead| take_in(&mut lead.tasks, &task));
                        };
                        view! { <TaskSection lead=id tasks team changed /> }
                    })}
                <FileSection
                    lead=id
                    files
                    may_edit
                    changed=move |file, change| {
                        lead.try_update(|lead| files::take_in(&mut lead.files, &file, change));
                    }
                />
                {may_edit.then(|| view! { <NoteForm lead=id team /> })}
                <Timeline told=timeline stages=lead.with_untracked(|lead| lead.stages.clone()) />
            </div>
            <aside
                class="border-t md:border-t-0 md:border-l border-line bg-sunken p-4 max-md:px-5 max-md:pb-6 flex flex-col gap-5"
                aria-label="Details"
            >
                <AlikeNotice lead=id alike />
                <MergedNotice merged />
                <Details lead card may_edit />
                <TagSection id lead card may_edit />
                {may_edit.then(|| view! { <ClosingForm lead /> })}
                {may_assign.then(|| view! { <AssignForm lead=id card /> })}
                {may_remove.then(|| view! { <RemoveButton lead=id card leaving /> })}
            </aside>
        </div>
    }
}

fn warmth(score: Option<Score>) -> &'static str {
    match score.map(Score::get) {
        Some(75..) => "Hot",
        Some(50..75) => "Warm",
        Some(25..50) => "Lukewarm",
        Some(_) => "Cold",
        None => "Not scored yet",
    }
}

fn who_answers(owner: crate::conversations::model::Owner) -> &'static str {
    use crate::conversations::model::Owner;
    match owner {
        Owner::Assistant => "The assistant answers",
        Owner::Person => "A person answers",
        Owner::Waiting => "Waiting for a person",
    }
}
