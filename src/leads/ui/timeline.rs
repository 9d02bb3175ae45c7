//! What happened to a lead, newest first, in words.

use crate::activity::model::{Event, Recorded, Who};
use crate::app::use_desk;
use crate::conversations::model::{Author, Owner, Rest};
use crate::files::model::FileChange;
use crate::leads::fields::said_day;
use crate::leads::model::{Stage, preview};
use crate::tasks::model::TaskChange;
use crate::ui::{icon::Icon, marks::Ago};
use crate::values::{StageId, Tag, UserId};
use leptos::prelude::*;

/// One thing that happened: icon, who, what, and more of it below.
struct Line {
    icon: &'static str,
    what: String,
    more: Option<String>,
    note: bool,
}

impl Line {
    fn new(icon: &'static str, what: impl Into<String>) -> Option<Self> {
        Some(Self { icon, what: what.into(), more: None, note: false })
    }
    fn with(icon: &'static str, what: impl Into<String>, more: impl Into<String>) -> Option<Self> {
        Some(Self { icon, what: what.into(), more: Some(more.into()), note: false })
    }
}

/// The timeline.
#[component]
pub fn Timeline(told: Memo<Vec<Recorded>>, stages: Vec<Stage>) -> impl IntoView {
    let desk = use_desk();
    let stages = StoredValue::new(stages);
    let colleague = move |id: UserId| desk.with_untracked(|desk| desk.colleague(id).map(|person| person.name.clone()));
    view! {
        <section aria-labelledby="timeline">
            <h2 class="text-sm mb-2.5" id="timeline">
                "Timeline"
            </h2>
            <ol class="relative before:absolute before:left-3 before:top-2 before:bottom-3 before:w-px before:bg-line">
                <For each=move || told.get() key=|told| told.seq let:told>
                    {stages
                        .with_value(|stages| line(&told, stages, colleague))
                        .map(|line| {
                            let more = if line.note { "block w-fit max-w-full bubble bubble-note mt-1 whitespace-pre-line wrap-anywhere" } else { "block text-xs text-ink-muted wrap-anywhere" };
                            view! {
                                <li class="relative grid grid-cols-[24px_1fr_auto] gap-2.5 pb-3 last:pb-0">
                                    <span class="relative z-1 grid place-content-center size-6 rounded-full border bg-surface border-line text-ink-muted">
                                        <Icon name=line.icon size=13 />
                                    </span>
                                    <span class="pt-0.5 min-w-0">
                                        <span class="block">
                                            <b>{told.actor.name().to_owned()}</b>
                                            {format!(" {}", line.what)}
                                        </span>
                                        {line.more.map(|text| view! { <span class=more>{text}</span> })}
                                    </span>
                                    <span class="text-xs text-ink-faint pt-1">
                                        <Ago at=told.at />
                                    </span>
                                </li>
                            }
                        })}
                </For>
            </ol>
        </section>
    }
}

/// An event in words. None for what is of no interest here: a card that changed places within its
/// column, ticks under messages.
fn line(told: &Recorded, stages: &[Stage], colleague: impl Fn(UserId) -> Option<String>) -> Option<Line> {
    let stage = |id: StageId| stages.iter().find(|stage| stage.id == id).map_or("another stage", |stage| stage.name.as_str());
    let person = |id: UserId| colleague(id).unwrap_or_else(|| "somebody".into());
    match &told.event {
        Event::LeadCreated { .. } if told.actor == Who::Visitor => Line::new("globe", "came to the chat"),
        Event::LeadCreated { .. } if matches!(told.actor, Who::Form { .. }) => Line::new("file-text", "brought in an enquiry"),
        Event::LeadCreated { import: Some(_), .. } => Line::new("upload", "brought the lead in with a file"),
        Event::LeadCreated { .. } => Line::new("plus", "added the lead"),
        Event::LeadMoved(moved) if moved.from == moved.to => None,
        Event::LeadMoved(moved) => Line::new("arrow-right", format!("moved {} to {}", stage(moved.from), stage(moved.to))),
        Event::LeadAssigned { owner: Some(owner), .. } => Line::new("user-plus", format!("gave the lead to {}", person(*owner))),
        Event::LeadAssigned { owner: None, .. } => Line::new("user-round", "gave the lead to nobody"),
        Event::LeadEdited { changed, .. } if !changed.is_empty() => {
            let said = |text: &str| if text.is_empty() { "nothing".to_owned() } else { said_day(text) };
            let parts: Vec<String> =
                changed.iter().map(|change| format!("{}: {} → {}", change.label, said(&change.was), said(&change.now))).collect();
            Line::with("pencil", "changed the details", parts.join(" · "))
        }
        Event::LeadEdited { name, organisation, value, .. } => {
            let parts = [name.as_str(), organisation.as_str(), &value.full()];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            Line::with("pencil", "changed the details", parts.join(", "))
        }
        Event::LeadClosed { closing: None, .. } => Line::new("undo-2", "took back how the deal ended"),
        Event::LeadClosed { value, closing: Some(closing), .. } => {
            let what = match closing.reason {
                Some(reason) => format!("said why it was lost: {}", reason.label()),
                None => format!("said it was won for {} on {}", value.full(), closing.closed_on),
            };
            if closing.note.is_empty() { Line::new("circle-check", what) } else { Line::with("circle-check", what, closing.note.clone()) }
        }
        Event::LeadTagged { added, removed, .. } => {
            let named = |tags: &[Tag]| tags.iter().map(|tag| format!("“{tag}”")).collect::<Vec<_>>().join(", ");
            let what = match (added.as_slice(), removed.as_slice()) {
                (added, []) => format!("tagged the lead {}", named(added)),
                ([], removed) => format!("took off {}", named(removed)),
                (added, removed) => format!("tagged the lead {}, took off {}", named(added), named(removed)),
            };
            Line::new("tag", what)
        }
        Event::LeadsMerged { name, .. } => Line::new("git-compare-arrows", format!("merged {name} into this lead")),
        Event::LeadsParted { name, .. } => Line::new("git-compare-arrows", format!("parted {name} from this lead again")),
        Event::LeadRemoved { .. } => Line::new("trash-2", "moved the lead to the trash"),
        Event::LeadRestored { .. } if told.actor == Who::Visitor => {
            Line::new("undo-2", "wrote again, which brought the lead back from the trash")
        }
        Event::LeadRestored { .. } => Line::new("undo-2", "brought the lead back from the trash"),
        Event::LeadScored { score, .. } => Line::new("target", format!("scored the lead {}", score.get())),
        Event::NoteWritten { body, mentions, .. } if !mentions.is_empty() => {
            let named = mentions.iter().map(|id| person(*id)).collect::<Vec<_>>().join(", ");
            Some(Line { icon: "bookmark", what: format!("wrote a note for {named}"), more: Some(body.clone()), note: true })
        }
        Event::NoteWritten { body, .. } => {
            let by_form = matches!(told.actor, Who::Form { .. });
            let (icon, what) = if by_form { ("mail", "passed on what was written") } else { ("bookmark", "wrote a note") };
            Some(Line { icon, what: what.into(), more: Some(body.clone()), note: true })
        }
        Event::FileChanged { file, change, .. } => {
            let what = match change {
                FileChange::Added => "added a file",
                FileChange::Removed => "removed a file",
                FileChange::Restored => "put a file back",
            };
            Line::with("paperclip", what, file.name.clone())
        }
        Event::TaskChanged { change, task, .. } => {
            let whose = || {
                if matches!(&told.actor, Who::Person { id, .. } if *id == task.person) {
                    String::new()
                } else {
                    format!(" for {}", person(task.person))
                }
            };
            let what = match change {
                TaskChange::Added => format!("added a task{}", whose()),
                TaskChange::Edited => format!("changed a task{}", whose()),
                TaskChange::Given => format!("gave a task to {}", person(task.person)),
                TaskChange::Done => "finished a task".into(),
                TaskChange::Reopened => "opened a task again".into(),
                TaskChange::Dropped => "dropped a task".into(),
                TaskChange::Due => format!("reminded {} of a task", person(task.person)),
            };
            Line::with(if *change == TaskChange::Due { "bell-ring" } else { "calendar-check" }, what, task.words.clone())
        }
        Event::AnswersFound { answers, .. } => {
            let found: Vec<String> =
                answers.iter().map(|answer| format!("{}: {}", answer.label, answer.value.as_deref().unwrap_or("–"))).collect();
            Line::with("sparkles", "found out", found.join(" · "))
        }
        Event::ConversationStarted { .. } => Line::new("message-circle", "began a chat"),
        Event::MessageSent { message, .. } => {
            let what = if message.author == Author::Visitor { "wrote" } else { "answered" };
            Line::with("message-square", what, preview(&message.body))
        }
        Event::NobodyCame { .. } => Line::new("timer", "told them that nobody could come in time"),
        Event::ConsentChanged { agreed, how, .. } => {
            Line::with("message-square-text", if *agreed { "may be texted" } else { "no more texts to them" }, how.clone())
        }
        Event::ConversationRested { rest, .. } => match rest {
            Some(Rest::Closed) => Line::new("circle-check", "closed the chat"),
            Some(Rest::Snoozed { .. }) => Line::new("clock", "put the chat off"),
            None => Line::new("undo-2", "opened the chat again"),
        },
        Event::ControlChanged { control, handoff, .. } => match (control.owner, handoff) {
            (Owner::Waiting, Some(handoff)) => Line::new("hand", format!("asked for a person: {}", handoff.reason())),
            (Owner::Waiting, None) => Line::new("hand", "asked for a person"),
            (Owner::Person, _) => Line::new("headphones", "took over the chat"),
            (Owner::Assistant, _) => Line::new("sparkles", "handed back to the assistant"),
        },
        _ => None,
    }
}
