//! The assistant's reply: briefed, streamed as a draft, stored once, or honestly given up.

use super::store;
use super::voice::{Said, Seen, answer_id, post_assistant};
use crate::accounts::server::actor::Actor;
use crate::assistants::model::Assistant;
use crate::assistants::server::store as assistants;
use crate::conversations::model::{Answer, Author, Channel, HandOff, Message, Owner, Pulse};
use crate::error::AppError;
use crate::leads::server::service as leads;
use crate::live::topic::Topic;
use crate::server::app::App;
use crate::server::integrations::briefing::{Act, Briefing, Passage};
use crate::server::integrations::http::CallError;
use crate::server::integrations::openai::{ChatDelta, ChatMessage, ChatRequest, Role, cost_micros};
use crate::values::{CompanyId, ConversationId};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

/// How long an answer may take to begin, all tries together. With the quiet time before it a
/// visitor waits less than 15 seconds for a word, with two to spare for a busy machine.
const TO_BEGIN: Duration = Duration::from_millis(10_500);
/// How long a whole answer may take once it has begun.
const TO_END: Duration = Duration::from_secs(90);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(600);
/// How often the growing text is told.
const DRAFT_EVERY: Duration = Duration::from_millis(60);
/// How often it is asked whether the assistant may still speak.
const CHECK_EVERY: Duration = Duration::from_millis(200);
/// Messages of the thread that the model is shown.
const SHOWN: i64 = 40;
/// Pieces of knowledge that the model is shown.
const PASSAGES: i64 = 8;
/// What the visitor is told when no answer could be had.
const NO_ANSWER: &str = "I can’t reach my notes just now. I’ve asked a person to answer you here.";
/// What the visitor is told when an answer broke off.
const BROKE_OFF: &str = "I was cut off there. I’ve asked a person to carry on here.";
/// Said where the model handed over without a word.
const HANDED_OVER: &str = "I’ll ask a person to answer you here.";

/// What a reply is written from.
struct Task {
    company: CompanyId,
    conversation: ConversationId,
    seen: Seen,
    assistant: Assistant,
    model: String,
    briefing: Briefing,
    thread: Vec<ChatMessage>,
    channel: Channel,
}

/// What became of asking the model.
enum Outcome {
    /// It has spoken, or acted, or both.
    Spoke { text: String, acts: Vec<Act> },
    /// Somebody took over or the visitor wrote on: not another word.
    Overtaken,
    /// It could not be had; `text` is what had been said by then.
    Failed { text: String },
}

/// Answers the visitor's newest message, if it stands unanswered and the assistant is in control.
/// Safe to repeat: the answer's id is that of the message answered, and it is stored once.
///
/// # Errors
/// Only the database's; then the job is tried again.
pub async fn reply(app: &App, company: CompanyId, conversation: ConversationId) -> anyhow::Result<()> {
    let Some(mut task) = prepare(app, company, conversation).await? else { return Ok(()) };
    let actor = Actor::assistant(company, task.assistant.face.id, task.assistant.face.name.clone());
    let begin_by = Instant::now() + TO_BEGIN;
    let mut acts = Vec::new();
    let mut outcome = ask(app, &task, begin_by, true).await?;
    // Some models call a tool and say nothing with it: they are told the result and asked to speak.
    if let Outcome::Spoke { text, acts: first } = &mut outcome
        && text.is_empty()
        && !first.iter().any(|act| matches!(act, Act::HandOff { .. }))
    {
        acts.append(first);
        task.briefing.answered.extend(acts.iter().flat_map(|act| match act {
            Act::RecordAnswers(answers) => answers.clone(),
            Act::HandOff { .. } => Vec::new(),
        }));
        outcome = ask(app, &task, begin_by, false).await?;
    }
    let said = match outcome {
        Outcome::Overtaken => return withdraw(app, &task).await,
        Outcome::Failed { text } => {
            let summary = "The language service failed while the visitor was waiting for an answer.".to_owned();
            let trouble = if text.is_empty() { NO_ANSWER } else { BROKE_OFF };
            let partial = !text.is_empty();
            Said {
                sources: sources(&text, &task.briefing.passages),
                body: text,
                partial,
                hand_off: Some((HandOff::ToolFailure, summary)),
                trouble: Some(trouble.into()),
                answers: learned(&task.assistant, &acts),
            }
        }
        Outcome::Spoke { mut text, acts: more } => {
            acts.extend(more);
            let hand_off = acts.iter().find_map(|act| match act {
                Act::HandOff { reason, summary } => Some((*reason, summary.chars().take(1_000).collect())),
                Act::RecordAnswers(_) => None,
            });
            if text.is_empty() && hand_off.is_some() {
                text = HANDED_OVER.into();
            }
            let sources = sources(&text, &task.briefing.passages);
            Said { body: text, partial: false, sources, answers: learned(&task.assistant, &acts), hand_off, trouble: None }
        }
    };
    if post_assistant(app, &actor, conversation, task.seen, said).await?.is_none() {
        return withdraw(app, &task).await;
    }
    Ok(())
}

/// Everything the reply is written from; none when there is nothing to answer, or no longer.
async fn prepare(app: &App, company: CompanyId, conversation: ConversationId) -> Result<Option<Task>, AppError> {
    let actor = Actor::system(company, "reply");
    let mut tx = app.begin(&actor).await?;
    let Some(mut talk) = store::lock(&mut tx, conversation, &actor.scope()).await? else { return Ok(None) };
    let Some(inbound) = talk.newest_inbound.filter(|_| talk.control.owner == Owner::Assistant) else { return Ok(None) };
    if store::is_answered(&mut tx, talk.id, inbound).await? {
        return Ok(None);
    }
    if !talk.live {
        // Paused between the visitor's message and now.
        let audience = leads::audience(&mut tx, talk.lead).await?;
        super::visitor::say_paused(&mut tx, &mut talk, audience).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let Some(assistant) = assistants::assistant(&mut tx, talk.assistant).await? else { return Ok(None) };
    let model = assistants::model(&mut tx, talk.assistant).await?.unwrap_or_else(|| app.inner.model.clone());
    let company_name = assistants::company_name(&mut tx).await?;
    let mut messages = store::messages(&mut tx, Some(conversation), None, SHOWN).await?;
    // What stands after an unanswered message is that no answer could be had: no part of the talk.
    if let Some(at) = messages.iter().position(|message| message.id == inbound) {
        messages.truncate(at + 1);
    }
    // What was said by another way is not for whoever reads this: that both are one person nobody has shown.
    messages.retain(|message| message.channel == talk.channel);
    let asked: Vec<&str> = messages.iter().rev().filter(|m| m.author == Author::Visitor).take(3).map(|m| m.body.as_str()).collect();
    let passages = assistants::passages(&mut tx, talk.assistant, &asked.join(" "), PASSAGES).await?;
    let answered = store::answers(&mut tx, talk.lead, Some(talk.channel)).await?;
    let briefing = Briefing {
        assistant_name: assistant.face.name.clone(),
        company_name,
        persona: assistant.persona.clone(),
        goals: assistant.goals.clone(),
        passages: passages.into_iter().map(|(title, body)| Passage { title, body }).collect(),
        questions: assistant.questions.clone(),
        answered: answered.into_iter().map(|(key, _, value)| (key, value)).collect(),
        greeting: assistant.greeting.clone(),
        today: chrono::Utc::now().date_naive(),
        by_text: talk.channel == Channel::Sms,
    };
    let seen = Seen { epoch: talk.control.epoch, inbound };
    Ok(Some(Task {
        company,
        conversation,
        seen,
        assistant,
        model,
        briefing,
        thread: messages.iter().map(as_chat).collect(),
        channel: talk.channel,
    }))
}

fn as_chat(message: &Message) -> ChatMessage {
    let role = if message.author == Author::Visitor { Role::User } else { Role::Assistant };
    ChatMessage { role, content: message.line().into_owned() }
}

/// Asks until an answer has begun or the time for it is over, and streams it to the end.
async fn ask(app: &App, task: &Task, begin_by: Instant, with_tools: bool) -> Result<Outcome, AppError> {
    loop {
        match listen(app, task, begin_by, with_tools).await? {
            // Nothing was said yet, so asking once more is no stutter.
            (Outcome::Failed { text }, again) if text.is_empty() && again && Instant::now() + PAUSE < begin_by => {
                tokio::time::sleep(PAUSE).await;
            }
            (outcome, _) => return Ok(outcome),
        }
    }
}

/// One try. The second part is whether another may do better.
async fn listen(app: &App, task: &Task, begin_by: Instant, with_tools: bool) -> Result<(Outcome, bool), AppError> {
    let failed = |text: &str| Outcome::Failed { text: text.trim().to_owned() };
    if !may_speak(app, task).await? {
        return Ok((Outcome::Overtaken, false));
    }
    let request = ChatRequest {
        model: task.model.clone(),
        messages: std::iter::once(ChatMessage { role: Role::System, content: task.briefing.system_prompt() })
            .chain(task.thread.iter().cloned())
            .collect(),
        temperature: None,
        user: task.conversation.to_string(),
        tools: if with_tools { task.briefing.tools() } else { Vec::new() },
    };
    let mut stream = match timeout_at(begin_by, app.inner.openai.stream_chat(request)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Ok((failed(""), worth_another(task, &error))),
        Err(_) => return Ok((failed(""), false)),
    };
    let (mut text, mut acts, mut told) = (String::new(), Vec::new(), Instant::now() - DRAFT_EVERY);
    let mut check = interval(CHECK_EVERY);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let end_by = Instant::now() + TO_END;
    loop {
        let limit = if text.is_empty() && acts.is_empty() { begin_by } else { end_by };
        let delta = tokio::select! {
            delta = timeout_at(limit, stream.next()) => delta,
            _ = check.tick() => {
                if may_speak(app, task).await? {
                    continue;
                }
                return Ok((Outcome::Overtaken, false));
            }
        };
        match delta {
            Ok(Some(Ok(ChatDelta::Text(more)))) => {
                text.push_str(&more);
                // A text is not read while it is written, and who sits before the widget must not read it at all.
                if task.channel == Channel::Web && told.elapsed() >= DRAFT_EVERY && !text.trim().is_empty() {
                    told = Instant::now();
                    pulse(app, task, &Pulse::Draft { message: answer_id(task.seen.inbound), text: text.trim_start().to_owned() });
                }
            }
            // What is no call of ours is not done; the words count.
            Ok(Some(Ok(ChatDelta::Tool { name, arguments }))) => acts.extend(Act::read(&name, &arguments)),
            Ok(Some(Ok(ChatDelta::Usage(usage)))) => spend(app, task, usage.prompt_tokens, usage.completion_tokens).await?,
            Ok(Some(Ok(ChatDelta::Done))) => {
                let text = text.trim().to_owned();
                let empty = text.is_empty() && acts.is_empty();
                return Ok((if empty { Outcome::Failed { text } } else { Outcome::Spoke { text, acts } }, true));
            }
            Ok(Some(Err(error))) => return Ok((failed(&text), worth_another(task, &error))),
            Ok(None) => return Ok((failed(&text), true)),
            Err(_) => return Ok((failed(&text), false)),
        }
    }
}

fn worth_another(task: &Task, error: &CallError) -> bool {
    tracing::warn!(conversation = %task.conversation, %error, "the language service failed");
    // Where nobody is even asked, waiting a little longer is no use.
    error.is_retryable() && *error != CallError::Open
}

/// Whether nobody took over and the visitor has not written on.
async fn may_speak(app: &App, task: &Task) -> Result<bool, AppError> {
    let mut tx = app.begin(&Actor::system(task.company, "reply")).await?;
    let standing = store::standing(&mut tx, task.conversation).await?;
    Ok(standing == Some((Owner::Assistant, task.seen.epoch, Some(task.seen.inbound))))
}

async fn spend(app: &App, task: &Task, prompt: i64, completion: i64) -> Result<(), AppError> {
    let model = if app.inner.openai.is_sandbox() { "sandbox" } else { &task.model };
    let mut tx = app.begin(&Actor::system(task.company, "reply")).await?;
    store::add_spend(&mut tx, model, prompt, completion, cost_micros(model, prompt, completion)).await?;
    tx.commit().await?;
    Ok(())
}

fn pulse(app: &App, task: &Task, pulse: &Pulse) {
    app.hub.pulse(task.company, Topic::Conversation(task.conversation), pulse);
}

/// Takes back the draft that the readers see.
async fn withdraw(app: &App, task: &Task) -> anyhow::Result<()> {
    pulse(app, task, &Pulse::DraftDropped { message: answer_id(task.seen.inbound) });
    Ok(())
}

/// The titles that the answer names.
fn sources(text: &str, passages: &[Passage]) -> Vec<String> {
    let text = text.to_lowercase();
    passages.iter().filter(|passage| text.contains(&passage.title.to_lowercase())).map(|passage| passage.title.clone()).collect()
}

/// What was found out and is an answer of the kind asked for; the last word on each question counts.
fn learned(assistant: &Assistant, acts: &[Act]) -> Vec<Answer> {
    let mut found: Vec<Answer> = Vec::new();
    for act in acts {
        let Act::RecordAnswers(answers) = act else { continue };
        for (key, value) in answers {
            let Some(question) = assistant.questions.iter().find(|question| question.key == *key) else { continue };
            let Some(value) = question.kind.accept(value) else { continue };
            found.retain(|answer| answer.key != *key);
            found.push(Answer { key: key.clone(), label: question.label.clone(), value: Some(value) });
        }
    }
    found
}
