//! What an assistant asks, in order. Plain fields, named by their place; with script they can be
//! added, removed and moved.

use crate::assistants::model::{AnswerKind, MOST_QUESTIONS, Question};
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// A question in the form: its place may change, its number here does not.
#[derive(Clone)]
struct Line {
    number: usize,
    question: Question,
}

/// As the form names a kind of answer.
fn kind_name(kind: AnswerKind) -> &'static str {
    match kind {
        AnswerKind::Text => "Text",
        AnswerKind::Number => "Number",
        AnswerKind::Money => "Money",
        AnswerKind::Date => "Date",
        AnswerKind::YesNo => "Yes or no",
    }
}

/// The questions of the editor's form.
#[component]
pub fn Questions(questions: Vec<Question>, disabled: bool, error: Signal<Option<String>>) -> impl IntoView {
    let first_free = questions.len();
    let lines = RwSignal::new(questions.into_iter().enumerate().map(|(number, question)| Line { number, question }).collect::<Vec<_>>());
    let free = StoredValue::new(first_free);
    let full = move || lines.with(Vec::len) >= MOST_QUESTIONS;
    let add = move |_| {
        let number = free.get_value();
        free.set_value(number + 1);
        let question = Question { key: String::new(), label: String::new(), question: String::new(), kind: AnswerKind::Text };
        lines.update(|lines| lines.push(Line { number, question }));
    };
    view! {
        <section class="panel" aria-labelledby="questions-head">
            <header class="panel-head">
                <h2 id="questions-head">"Qualification questions"</h2>
                <span class="text-xs text-ink-faint truncate">"asked in this order"</span>
            </header>
            <div class="px-3.5 pb-3.5">
                {move || {
                    error
                        .get()
                        .map(|error| {
                            view! {
                                <p class="flex items-center gap-1.5 text-danger-ink text-xs mb-2" role="alert">
                                    <Icon name="circle-alert" size=14 />
                                    {error}
                                </p>
                            }
                        })
                }}
                {move || lines.with(Vec::is_empty).then(|| view! { <p class="text-ink-muted">"It asks nothing yet."</p> })}
                <ol class="flex flex-col gap-3">
                    <For each=move || lines.get() key=|line| line.number let(line)>
                        <Row line lines disabled />
                    </For>
                </ol>
                {(!disabled)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn btn-sm mt-3"
                                on:click=add
                                disabled=full
                                title=move || full().then_some("There is room for twelve")
                            >
                                <Icon name="plus" size=14 />
                                "Add a question"
                            </button>
                        }
                    })}
            </div>
        </section>
    }
}

#[component]
fn Row(line: Line, lines: RwSignal<Vec<Line>>, disabled: bool) -> impl IntoView {
    let Line { number, question } = line;
    let place = Memo::new(move |_| lines.with(|lines| lines.iter().position(|line| line.number == number).unwrap_or_default()));
    let last = Memo::new(move |_| lines.with(|lines| lines.last().is_some_and(|line| line.number == number)));
    let name = move |field: &'static str| move || format!("questions[{}][{field}]", place.get());
    let label = move |what: &'static str| move || format!("{what} of question {}", place.get() + 1);
    let shift = move |by: isize| {
        lines.update(|lines| {
            let at = lines.iter().position(|line| line.number == number);
            if let Some((at, to)) = at.and_then(|at| Some((at, at.checked_add_signed(by)?)))
                && to < lines.len()
            {
                lines.swap(at, to);
            }
        });
    };
    let kinds = AnswerKind::ALL
        .iter()
        .map(|kind| {
            let selected = *kind == question.kind;
            view! {
                <option value=kind.as_str() selected=selected>
                    {kind_name(*kind)}
                </option>
            }
        })
        .collect_view();
    view! {
        <li class="flex gap-2 items-start" data-question=question.key.clone()>
            <span class="num text-xs text-ink-faint w-4 pt-2 text-right shrink-0" aria-hidden="true">
                {move || place.get() + 1}
            </span>
            <div class="flex-1 min-w-0 flex flex-wrap gap-1.5">
                <input type="hidden" name=name("key") value=question.key.clone() />
                <input
                    class="field flex-1 min-w-40"
                    name=name("label")
                    value=question.label.clone()
                    placeholder="Label, such as Roof area"
                    maxlength="60"
                    required
                    disabled=disabled
                    aria-label=label("Label")
                />
                <span class="relative block w-28 shrink-0">
                    <select class="field" name=name("kind") disabled=disabled aria-label=label("Kind of answer")>
                        {kinds}
                    </select>
                    <span class="absolute inset-y-0 right-2 grid place-content-center pointer-events-none text-ink-faint">
                        <Icon name="chevron-down" size=14 />
                    </span>
                </span>
                <input
                    class="field w-full"
                    name=name("question")
                    value=question.question.clone()
                    placeholder="What the visitor is asked"
                    maxlength="300"
                    required
                    disabled=disabled
                    aria-label=label("Words")
                />
            </div>
            {(!disabled)
                .then(|| {
                    view! {
                        <div class="flex flex-col shrink-0">
                            <button
                                type="button"
                                class="btn btn-ghost btn-sm btn-icon"
                                aria-label=label("Earlier place")
                                disabled=move || place.get() == 0
                                on:click=move |_| shift(-1)
                            >
                                <Icon name="chevron-up" size=14 />
                            </button>
                            <button
                                type="button"
                                class="btn btn-ghost btn-sm btn-icon"
                                aria-label=label("Later place")
                                disabled=move || last.get()
                                on:click=move |_| shift(1)
                            >
                                <Icon name="chevron-down" size=14 />
                            </button>
                        </div>
                        <button
                            type="button"
                            class="btn btn-ghost btn-sm btn-icon shrink-0"
                            aria-label=label("Removal")
                            title="Remove"
                            on:click=move |_| lines.update(|lines| lines.retain(|line| line.number != number))
                        >
                            <Icon name="trash-2" size=14 />
                        </button>
                    }
                })}
        </li>
    }
}
