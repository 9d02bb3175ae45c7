//! Both halves read and write the same. Pages' own data comes by in the journeys, which open every page.

use super::{FromWire, ToWire, parse, print, read};
use crate::activity::model::{Event, Recorded, Who};
use crate::assistants::model::{AnswerKind, Question};
use crate::conversations::model::{
    Answer, Author, Channel, Control, ConversationRow, Delivery, HandOff, Message, NewMessage, Owner, Pulse, Rest, Scheduled,
};
use crate::error::AppError;
use crate::files::model::{Attached, FileChange, FileKind, LeadFile};
use crate::leads::api::MoveLead;
use crate::leads::closing::{Closing, LostReason};
use crate::leads::enquiry::{FormChange, FormChanged};
use crate::leads::fields::{FieldChange, LeadField};
use crate::leads::filter::{Filter, Sight};
use crate::leads::model::{self, tests::card};
use crate::leads::scoring::ScoreReason;
use crate::leads::views::View;
use crate::live::topic::{Bye, ClientFrame, Here, ServerFrame, Topic};
use crate::server::testing::TestApp;
use crate::tasks::model::{NextStep, Task, TaskChange, TaskState};
use crate::values::*;
use leptos::server_fn::ServerFn;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use std::fmt::Debug;

/// What the server writes, the browser reads as the same thing.
#[track_caller]
fn comes<T: Serialize + FromWire + Debug>(what: T) {
    let text = serde_json::to_string(&what).unwrap();
    let read = parse(&text).and_then(|json| read::<T>(&json));
    assert_eq!(format!("{read:?}"), format!("{:?}", Some(what)), "{text}");
}

/// What the browser writes, the server reads as the same thing.
#[track_caller]
fn goes<T: ToWire + DeserializeOwned + Debug>(what: T) {
    let text = print(&what.to_wire());
    let read = serde_json::from_str::<T>(&text).ok();
    assert_eq!(format!("{read:?}"), format!("{:?}", Some(what)), "{text}");
}

/// One event of each kind.
pub(crate) fn events() -> Vec<Event> {
    use Event::*;
    let (lead, conversation, user, at) = (LeadId::new(), ConversationId::new(), UserId::new(), Timestamp(1_764_000_000_123));
    let (name, version) = ("Ada \"Byron\" \u{1f319}\n\\".to_owned(), 7);
    let value = Money { minor: -8_400_050, currency: Currency::Eur };
    let control = Control { owner: Owner::Person, user: Some(user), name: Some(name.clone()), epoch: 3 };
    let message = Message {
        id: MessageId::new(),
        conversation,
        number: 4,
        author: Author::Visitor,
        user: None,
        name: name.clone(),
        body: String::new(),
        files: vec![Attached { id: FileId::new(), name: name.clone(), kind: FileKind::Pdf, size: 7 }],
        channel: Channel::Web,
        state: Delivery::Sent,
        failure: None,
        partial: true,
        sources: vec!["Warranty".into()],
        sentiment: Some(Sentiment::Negative),
        mood: Some(-40),
        at,
    };
    let row = ConversationRow {
        id: conversation,
        lead,
        name: name.clone(),
        organisation: String::new(),
        assistant: AssistantId::new(),
        control: control.clone(),
        handoff: Some(HandOff::MissingKnowledge),
        waiting_since: None,
        unread: 2,
        last_message: name.clone(),
        last_author: Author::Assistant,
        last_at: at,
        sentiment: Sentiment::Positive,
        rest: Some(Rest::Snoozed { until: at }),
        channel: Channel::Sms,
    };
    let task = Task {
        id: TaskId::new(),
        lead,
        words: name.clone(),
        due: Some(at),
        person: user,
        made_by: Who::Key { id: ApiKeyId::new(), name: name.clone() },
        state: TaskState::Open,
        settled_at: None,
        version,
    };
    let moved =
        model::LeadMoved { lead, from: StageId::new(), to: StageId::new(), rank: Rank::parse("8").unwrap(), after: None, version, at };
    let mut card = card(1, StageId::new(), 900, Currency::Usd);
    card.next_step = Some(NextStep { words: name.clone(), due: None });
    vec![
        LeadCreated { card: card.clone(), import: Some(ImportId::new()) },
        LeadCreated { card: card.clone(), import: None },
        LeadsImported { import: ImportId::new() },
        LeadMoved(moved),
        LeadAssigned { lead, owner: Some(user), prior: None, assistant: None, version },
        LeadEdited { lead, name: name.clone(), organisation: name.clone(), value, version, changed: vec![] },
        LeadEdited {
            lead,
            name: name.clone(),
            organisation: name.clone(),
            value,
            version,
            changed: vec![FieldChange {
                field: LeadField::Custom(FieldId::new()),
                label: name.clone(),
                was: String::new(),
                now: name.clone(),
            }],
        },
        LeadClosed {
            lead,
            value,
            closing: Some(Closing { closed_on: Day::parse("2026-11-25").unwrap(), reason: Some(LostReason::Other), note: name.clone() }),
            version,
        },
        LeadTagged { lead, tags: vec![Tag::parse("hot").unwrap()], added: vec![], removed: vec![Tag::parse("cold").unwrap()] },
        LeadsMerged { card: card.clone(), gone: lead, name: name.clone(), talks: vec![conversation] },
        LeadsParted { card: card.clone(), back: lead, name: name.clone(), organisation: String::new(), talks: vec![] },
        LeadRemoved { lead, conversation: Some(conversation), version },
        LeadRestored { card },
        LeadErased { lead },
        LeadScored { lead, score: Score::new(81), reasons: vec![ScoreReason { label: name.clone(), points: -5 }] },
        NoteWritten { lead, body: name.clone(), mentions: vec![user] },
        TaskChanged { lead, about: name.clone(), change: TaskChange::Due, task, next: None },
        AnswersFound { lead, conversation, answers: vec![Answer { key: "size".into(), label: name.clone(), value: None }] },
        ConversationStarted { row },
        MessageSent { lead, message },
        MessageMarked {
            conversation,
            messages: vec![MessageId::new()],
            state: Delivery::Failed,
            channel: Channel::Sms,
            failure: Some("switched off".into()),
        },
        ConversationSeen { conversation },
        SentimentMeasured {
            lead,
            conversation,
            message: MessageId::new(),
            sentiment: Sentiment::Neutral,
            mood: 100,
            overall: Sentiment::Neutral,
        },
        ControlChanged { lead, conversation, control, handoff: None, waiting_since: Some(at) },
        AssistantChanged { assistant: AssistantId::new(), name: name.clone(), live: true },
        CompanyFounded { name: name.clone() },
        SignedIn { session: SessionId::new() },
        SessionsEnded { sessions: vec![SessionId::new()] },
        MemberInvited { invite: InviteId::new(), email: name.clone() },
        MemberJoined { user, name: name.clone() },
        MemberChanged { user },
        PasswordChanged { user },
        ViewKept { view: View { id: ViewId::new(), name: name.clone(), query: "?score=75".into(), owner: user, shared: true } },
        ViewRemoved { view: ViewId::new() },
        StagesChanged { stages: vec![model::Stage::open("call".into(), name.clone())] },
        FieldsChanged,
        CompanyChanged,
        JobBuried { job: i64::MAX, task: name.clone() },
        EnquiryFormChanged(FormChanged { form: EnquiryFormId::new(), name: name.clone(), change: FormChange::Changed }),
        FileChanged {
            lead,
            file: LeadFile { id: FileId::new(), name: name.clone(), kind: FileKind::Picture, size: 1 << 40, by: name, at },
            change: FileChange::Restored,
        },
        ConversationRested { lead, conversation, rest: Some(Rest::Closed), unread: 3, waiting: true },
        MessageScheduled {
            lead,
            conversation,
            scheduled: Scheduled {
                id: MessageId::new(),
                user,
                name: "Ada".into(),
                body: String::new(),
                files: vec![],
                channel: Channel::Sms,
                at,
            },
        },
        ScheduleDropped { lead, conversation, message: MessageId::new() },
        CannedReplyChanged { reply: CannedReplyId::new(), name: "hello".into(), removed: true },
        ConsentChanged { lead, conversation, agreed: true, how: "They texted first".into() },
        NobodyCame { lead, conversation, name: "Ada".into() },
    ]
}

/// Does not compile when there is a kind of event that `events` may lack.
fn kind(event: &Event) -> u8 {
    use Event::*;
    match event {
        LeadCreated { .. } => 0,
        LeadsImported { .. } => 1,
        LeadMoved(_) => 2,
        LeadAssigned { .. } => 3,
        LeadEdited { .. } => 4,
        LeadClosed { .. } => 5,
        LeadTagged { .. } => 6,
        LeadsMerged { .. } => 7,
        LeadsParted { .. } => 8,
        LeadRemoved { .. } => 9,
        LeadRestored { .. } => 10,
        LeadErased { .. } => 11,
        LeadScored { .. } => 12,
        NoteWritten { .. } => 13,
        TaskChanged { .. } => 14,
        AnswersFound { .. } => 15,
        ConversationStarted { .. } => 16,
        MessageSent { .. } => 17,
        MessageMarked { .. } => 18,
        ConversationSeen { .. } => 19,
        SentimentMeasured { .. } => 20,
        ControlChanged { .. } => 21,
        AssistantChanged { .. } => 22,
        CompanyFounded { .. } => 23,
        SignedIn { .. } => 24,
        SessionsEnded { .. } => 25,
        MemberInvited { .. } => 26,
        MemberJoined { .. } => 27,
        MemberChanged { .. } => 28,
        PasswordChanged { .. } => 29,
        ViewKept { .. } => 30,
        ViewRemoved { .. } => 31,
        StagesChanged { .. } => 32,
        FieldsChanged => 33,
        CompanyChanged => 34,
        JobBuried { .. } => 35,
        EnquiryFormChanged(_) => 36,
        FileChanged { .. } => 37,
        ConversationRested { .. } => 38,
        MessageScheduled { .. } => 39,
        ScheduleDropped { .. } => 40,
        CannedReplyChanged { .. } => 41,
        ConsentChanged { .. } => 42,
        NobodyCame { .. } => 43,
    }
}

#[test]
fn every_event_is_read_as_it_was_written() {
    let mut kinds: Vec<u8> = events().iter().map(kind).collect();
    kinds.dedup();
    assert_eq!(kinds, (0..=43).collect::<Vec<_>>(), "one of each");
    for event in events() {
        let mutation = Some(MutationId::new()).filter(|_| kind(&event).is_multiple_of(2));
        let actor = match kind(&event) % 3 {
            0 => Who::Visitor,
            1 => Who::System { part: "test".into() },
            _ => Who::Form { id: EnquiryFormId::new(), name: "Contact \u{201c}page\u{201d}".into() },
        };
        let recorded = Recorded { seq: 41, at: Timestamp(5), actor, mutation, event };
        comes(ServerFrame::Event { topics: recorded.event.topics(), event: recorded });
    }
}

#[test]
fn every_frame_is_read_as_it_was_written() {
    let (topic, here) = (Topic::Lead(LeadId::new()), Here { user: UserId::new(), name: "Ada".into(), tint: 5 });
    let frames: Vec<ServerFrame<Recorded>> = vec![
        ServerFrame::Hello { v: 1, build: "b".into(), seq: 0, session: None },
        ServerFrame::Subscribed { topic, seq: 9 },
        ServerFrame::Denied { topic },
        ServerFrame::SnapshotRequired { topic },
        ServerFrame::Pulse { topic, pulse: json!({ "a": [1, null, -2.5, "x"] }) },
        ServerFrame::Presence { topic, here: vec![here] },
        ServerFrame::Beat { seq: 3 },
        ServerFrame::Bye { reason: Bye::RightsChanged },
    ];
    frames.into_iter().for_each(comes);
    let topics = vec![Topic::Board, Topic::Inbox, Topic::Tasks, Topic::Company, topic, Topic::Conversation(ConversationId::new())];
    goes(ClientFrame::Hello { v: 1, visitor: None });
    goes(ClientFrame::Hello { v: 1, visitor: Some("token".into()) });
    goes(ClientFrame::Subscribe { topic, since: 3 });
    goes(ClientFrame::Resume { seq: 4, topics });
    goes(ClientFrame::Unsubscribe { topic });
    goes(ClientFrame::Pulse { topic, pulse: json!({ "kind": "typing" }) });
    goes(ClientFrame::Ping);
}

#[test]
fn what_the_browser_asks_is_read_as_it_was_written() {
    let (message, conversation) = (MessageId::new(), ConversationId::new());
    goes(NewMessage { id: message, conversation, body: "£5\n</script>\u{7}".into(), files: Vec::new(), channel: Some(Channel::Sms) });
    goes(Pulse::Typing { who: Author::Rep, name: "Ada".into() });
    goes(Pulse::DraftDropped { message });
    comes(Pulse::Draft { message, text: "…".into() });
    goes(Question { key: "size".into(), label: "Size".into(), question: "How large?".into(), kind: AnswerKind::ALL[0] });
    let filter = Filter::read(|name| (name == "q").then(|| "a & b=c".to_owned()));
    goes(Sight::new(&filter, vec![(StageId::new(), 200)], true));
    for event in events() {
        if let Event::LeadMoved(moved) = event {
            goes(moved);
        }
    }
}

#[test]
fn every_error_is_read_as_it_was_written() {
    comes(AppError::SignedOut);
    comes(AppError::forbidden("No."));
    comes(AppError::NotFound);
    comes(AppError::Conflict { reason: "Moved.".into(), current: Some(Box::new(json!({ "id": 1 }))) });
    comes(AppError::Conflict { reason: "Moved.".into(), current: None });
    comes(AppError::invalid("name", "Too long."));
    comes(AppError::TooMany { retry_after: 60 });
    comes(AppError::Unavailable { what: "The database".into() });
    comes(AppError::Internal { reference: "r".into() });
    comes(Result::<Option<i32>, AppError>::Ok(None));
    comes(Result::<Vec<u8>, AppError>::Err(AppError::NotFound));
}

#[test]
fn what_is_something_else_is_not_read() {
    let refused = |text: &str| parse(text).and_then(|json| read::<Recorded>(&json)).is_none();
    assert!(refused("{\"seq\":1,\"at\":2,\"actor\":{\"kind\":\"visitor\"},\"event\":{\"kind\":\"unheard_of\"}}"));
    assert!(refused("{\"seq\":1}") && refused("[]") && refused("null") && refused("{"));
    assert_eq!(parse("300").and_then(|json| read::<u8>(&json)), None);
    assert_eq!(parse("\"Board\"").and_then(|json| read::<Topic>(&json)), None);
}

#[tokio::test]
async fn what_cannot_be_read_is_the_senders_to_mend_and_what_is_too_much_is_not_looked_at() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (address, cookie) = (test.serve().await, test.cookie(&company.rep).await);
    let post = |kind: &'static str, body: String| {
        let asked =
            reqwest::Client::new().post(format!("{address}{}", MoveLead::PATH)).header("cookie", &cookie).header("origin", &address);
        async move { asked.header("content-type", kind).body(body).send().await.unwrap() }
    };
    let json = "application/json";
    for (kind, body) in
        [(json, "{"), (json, "[[[["), (json, "{\"lead\":\"x\"}"), ("application/x-www-form-urlencoded", "a=%ff"), ("text/plain", "")]
    {
        let answer = post(kind, body.into()).await;
        assert_eq!(answer.status(), 422, "{kind}: {body}");
        assert_eq!(answer.json::<AppError>().await.unwrap(), AppError::unreadable());
    }
    assert_eq!(post(json, "a".repeat(6_000_000)).await.status(), 413);
}
