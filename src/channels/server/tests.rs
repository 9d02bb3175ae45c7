//! Texting on a real Postgres, with Twilio as the sandbox plays it over real HTTP.

use super::jobs::SendText;
use super::service::{self, Wanted};
use super::store;
use crate::accounts::server::{actor::Actor, visitor as tokens};
use crate::activity::model::Event;
use crate::channels::model::{Bar, Number, Way};
use crate::conversations::model::{Author, Channel, Delivery, Message, NewMessage, Owner, Thread};
use crate::conversations::server::{reads, service as talks, visitor};
use crate::error::AppError;
use crate::server::config::Secret;
use crate::server::integrations::{sandbox::phone, twilio::signature};
use crate::server::jobs::Job;
use crate::server::seal::Seal;
use crate::server::testing::{Company, TestApp, person};
use crate::values::*;
use std::time::Duration;

const OURS: &str = "+442079460100";
const THEIRS: &str = "+447700900123";

fn wanted(company: &Company) -> Wanted {
    Wanted {
        id: ChannelId::new(),
        version: 0,
        number: OURS.into(),
        account: String::new(),
        token: String::new().into(),
        assistant: company.assistant,
        day_from: 0,
        day_until: 24,
        zone: "Europe/London".into(),
        sandbox: true,
    }
}

/// A company that texts by the sandbox's number.
struct Texting {
    test: TestApp,
    company: Company,
    channel: ChannelId,
    hook: String,
    token: Secret,
    http: reqwest::Client,
}

impl Texting {
    async fn new() -> Self {
        let mut test = TestApp::new().await;
        test.serve_to_outside().await;
        let company = test.company("Meridian").await;
        let channel = service::connect(&test.app, &person(&company.admin), wanted(&company)).await.unwrap();
        service::test(&test.app, &person(&company.admin), channel).await.unwrap();
        let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
        let line = service::line(&mut tx, channel).await.unwrap();
        let token = service::token(&test.app, company.id, &line).unwrap();
        drop(tx);
        Self { test, company, channel, hook: line.hook, token, http: reqwest::Client::new() }
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/hooks/twilio/{}{rest}", self.test.app.inner.public_url, self.hook)
    }

    /// Posts as Twilio does. Gives the status.
    async fn post(&self, rest: &str, fields: &[(&str, &str)]) -> u16 {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.post_with(rest, &fields, &signature(&self.token, &self.url(rest), &fields)).await
    }

    async fn post_with(&self, rest: &str, fields: &[(String, String)], signed: &str) -> u16 {
        let sent = self.http.post(self.url(rest)).header("x-twilio-signature", signed).form(fields).send().await.unwrap();
        sent.status().as_u16()
    }

    async fn text_in(&self, from: &str, sid: &str, body: &str) -> u16 {
        self.post("", &[("MessageSid", sid), ("From", from), ("To", OURS), ("Body", body), ("NumMedia", "0")]).await
    }

    /// What stands on a telephone.
    async fn phone(&self, number: &str) -> Vec<phone::Text> {
        let base = self.test.app.inner.sandbox_url.as_deref().unwrap();
        self.http.get(format!("{base}/phone/{number}")).send().await.unwrap().json().await.unwrap()
    }

    /// The only conversation there is, as managers see it.
    async fn thread(&self) -> Thread {
        let manager = person(&self.company.manager);
        let rows = reads::inbox(&self.test.app, &manager).await.unwrap().rows;
        assert_eq!(rows.len(), 1, "{rows:?}");
        reads::thread(&self.test.app, &manager, rows[0].id).await.unwrap()
    }

    async fn says(&self, conversation: ConversationId, channel: Channel, body: &str) -> Result<Message, AppError> {
        let new = NewMessage { id: MessageId::new(), conversation, body: body.into(), files: vec![], channel: Some(channel) };
        talks::rep_says(&self.test.app, &person(&self.company.rep), new).await
    }

    async fn status(&self, message: MessageId, sid: &str, status: &str, code: &str) -> u16 {
        let mut fields = vec![("MessageSid", sid), ("MessageStatus", status)];
        if !code.is_empty() {
            fields.push(("ErrorCode", code));
        }
        self.post(&format!("/status?message={message}"), &fields).await
    }

    async fn send(&self, message: MessageId) {
        SendText { company: self.company.id, message }.run(&self.test.app).await.unwrap();
    }
}

async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    for _ in 0..300 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("half a minute has gone by: {what}");
}

fn field_of(error: AppError) -> String {
    match error {
        AppError::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_is_sealed_and_never_shown_and_a_new_key_takes_over() {
    let mut test = TestApp::new().await;
    let (address, company) = (test.serve_to_outside().await, test.company("Meridian").await);
    let admin = person(&company.admin);
    let token = "0123456789abcdef0123456789abcdef";
    let real =
        Wanted { account: "AC00000000000000000000000000000001".into(), token: token.to_owned().into(), sandbox: false, ..wanted(&company) };
    for (field, bad) in [
        ("number", Wanted { number: "020 7946 0100".into(), ..real.clone() }),
        ("account", Wanted { account: "AC1".into(), ..real.clone() }),
        ("token", Wanted { token: String::new().into(), ..real.clone() }),
        ("zone", Wanted { zone: "Mars/Olympus".into(), ..real.clone() }),
        ("day_until", Wanted { day_from: 9, day_until: 9, ..real.clone() }),
        ("assistant", Wanted { assistant: AssistantId::new(), ..real.clone() }),
    ] {
        assert_eq!(field_of(service::connect(&test.app, &admin, bad).await.unwrap_err()), field);
    }
    for other in [&company.manager, &company.rep] {
        assert!(matches!(service::connect(&test.app, &person(other), real.clone()).await, Err(AppError::Forbidden { .. })));
    }
    service::connect(&test.app, &admin, real.clone()).await.unwrap();
    assert_eq!(field_of(service::connect(&test.app, &admin, Wanted { id: ChannelId::new(), ..real.clone() }).await.unwrap_err()), "number");
    // Nobody answers at the address of Twilio: what is wrong is kept beside the number, and said.
    assert_eq!(field_of(service::test(&test.app, &admin, real.id).await.unwrap_err()), "test");
    let settings = service::load(&test.app, &admin).await.unwrap();
    assert_eq!(settings.channels[0].last_error.as_ref().unwrap().0, "Twilio cannot be reached just now.");

    let cookie = test.cookie(&company.admin).await;
    let page = reqwest::Client::new().get(format!("{address}/settings/texts")).header("cookie", &cookie);
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains(OURS) && !page.contains(token), "the number is shown, the token is not");
    let refused = reqwest::Client::new().post(format!("{address}/settings/texts")).header("cookie", &cookie).form(&[
        ("form", "connect"),
        ("number", "x"),
        ("account", "AC1"),
        ("token", token),
        ("assistant", &company.assistant.to_string()),
    ]);
    let refused = refused.send().await.unwrap().text().await.unwrap();
    assert!(refused.contains("AC1") && !refused.contains(token), "what was typed is there, but for the token");

    // Of two who change it at once the second is told; a change without a token leaves the one that is there.
    let change = Wanted { version: 1, token: String::new().into(), number: "+442079460199".into(), ..real.clone() };
    service::connect(&test.app, &admin, change.clone()).await.unwrap();
    assert!(matches!(service::connect(&test.app, &admin, change).await, Err(AppError::Conflict { .. })));

    let new = Seal::new(&[7; 32], Some(&"new:fedcba9876543210fedcba9876543210".to_owned().into())).unwrap();
    let line = async |test: &TestApp| {
        let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
        service::line(&mut tx, real.id).await.unwrap()
    };
    assert_eq!(service::token(&test.app, company.id, &line(&test).await).unwrap().expose(), token);
    let other = test.company("Northwind").await;
    assert!(service::token(&test.app, other.id, &line(&test).await).is_err(), "it opens in its own place only");
    assert_eq!((service::reseal(&test.app, &new).await.unwrap(), service::reseal(&test.app, &new).await.unwrap()), (1, 0));
    let sealed = line(&test).await.token;
    assert_eq!((sealed.key.as_str(), new.open(&service::place(company.id, real.id), &sealed).unwrap().expose()), ("new", token));
    assert!(service::token(&test.app, company.id, &line(&test).await).is_err(), "the old key does not open it any more");
}

#[tokio::test]
async fn only_what_is_signed_is_heard_and_five_times_are_once() {
    let texting = Texting::new().await;
    let fields: Vec<(String, String)> =
        [("MessageSid", "SM1"), ("From", THEIRS), ("To", OURS), ("Body", "Hello, I’m Joanna Pike from Pike Ceramics."), ("NumMedia", "0")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
    let signed = signature(&texting.token, &texting.url(""), &fields);
    for at in 0..fields.len() {
        let mut changed = fields.clone();
        changed[at].1.push('1');
        assert_eq!(texting.post_with("", &changed, &signed).await, 404, "{:?}", changed[at]);
    }
    for bad in ["", "x", &signed[1..], &signature(&"another token".to_owned().into(), &texting.url(""), &fields)] {
        assert_eq!(texting.post_with("", &fields, bad).await, 404, "{bad}");
    }
    assert_eq!(texting.post_with("?x=1", &fields, &signed).await, 404, "another address");
    let manager = person(&texting.company.manager);
    assert_eq!(reads::inbox(&texting.test.app, &manager).await.unwrap().rows, []);

    let five = (0..5).map(|_| texting.post_with("", &fields, &signed));
    assert_eq!(futures::future::join_all(five).await, [200; 5]);
    let thread = texting.thread().await;
    assert_eq!((thread.messages.len(), thread.row.channel, thread.row.name.as_str()), (1, Channel::Sms, "Joanna Pike"));
    assert_eq!(thread.row.organisation, "Pike Ceramics");
    assert_eq!(thread.ways, [Way { channel: Channel::Sms, number: Number::parse(THEIRS), bar: None }]);
    // Two texts at once of somebody who is not known make one lead.
    let two = ["SM2", "SM3"].map(|sid| texting.text_in("+447700900999", sid, "Hi"));
    assert_eq!(futures::future::join_all(two).await, [200; 2]);
    assert_eq!(reads::inbox(&texting.test.app, &manager).await.unwrap().rows.len(), 2);
}

#[tokio::test]
async fn what_becomes_of_a_text_is_the_same_in_whatever_order_it_is_told() {
    let texting = Texting::new().await;
    texting.text_in(THEIRS, "SM1", "Hello").await;
    let conversation = texting.thread().await.row.id;
    let told = [("queued", ""), ("sent", ""), ("delivered", ""), ("sent", "")];
    for turn in 0..24 {
        // Every order of four.
        let (mut left, mut order, mut rest) = (told.to_vec(), Vec::new(), turn);
        for many in (1..=4).rev() {
            order.push(left.remove(rest % many));
            rest /= many;
        }
        let message = texting.says(conversation, Channel::Sms, &format!("Text {turn}")).await.unwrap();
        assert_eq!(message.state, Delivery::Pending);
        for (status, code) in order.iter().chain(&order) {
            assert_eq!(texting.status(message.id, "SM9", status, code).await, 200);
        }
        // They answer, so that it does not become too many.
        if turn % 4 == 3 {
            texting.text_in(THEIRS, &format!("SMa{turn}"), "Yes").await;
        }
        let thread = texting.thread().await;
        let stored = thread.messages.iter().find(|known| known.id == message.id).unwrap();
        assert_eq!((stored.state, stored.failure.as_deref()), (Delivery::Delivered, None), "{order:?}");
    }
    let message = texting.says(conversation, Channel::Sms, "The last").await.unwrap();
    for status in ["undelivered", "sent", "queued"] {
        texting.status(message.id, "SM9", status, "30003").await;
    }
    let thread = texting.thread().await;
    let stored = thread.messages.last().unwrap();
    assert_eq!(stored.failure.as_deref(), Some("Their telephone is switched off, or cannot be reached. (30003)"));
    assert_eq!(stored.state, Delivery::Failed);
    // Another's hook says nothing of it.
    assert_eq!(texting.status(MessageId::new(), "SM9", "delivered", "").await, 200);
}

#[tokio::test]
async fn the_assistant_answers_by_text_and_the_carrier_says_that_it_is_there() {
    let texting = Texting::new().await;
    texting.test.work();
    texting.text_in(THEIRS, "SM1", "How long is the warranty?").await;
    until("the answer stands on the telephone", async || !texting.phone(THEIRS).await.is_empty()).await;
    until("it is delivered", async || texting.thread().await.messages.last().unwrap().state == Delivery::Delivered).await;
    let thread = texting.thread().await;
    let [asked, answer] = thread.messages.as_slice() else { panic!("{:?}", thread.messages) };
    assert_eq!((asked.author, answer.author, answer.channel), (Author::Visitor, Author::Assistant, Channel::Sms));
    // A yes of somebody who never asked for no more is an answer like any other.
    let texts = texting.phone(THEIRS).await;
    texting.text_in(THEIRS, "SM2", "Yes").await;
    until("the yes is answered", async || texting.phone(THEIRS).await.len() == 2).await;
    assert_eq!((texts.len(), texts[0].body.as_str(), texts[0].from.as_str()), (1, answer.body.as_str(), OURS));
    assert!(answer.body.contains("25 years"), "{}", answer.body);
    let settings = service::load(&texting.test.app, &person(&texting.company.admin)).await.unwrap();
    assert!(settings.channels[0].last_sent_at.is_some() && settings.channels[0].last_heard_at.is_some());
}

#[tokio::test]
async fn who_writes_stop_is_left_alone_until_they_write_start() {
    let texting = Texting::new().await;
    texting.text_in(THEIRS, "SM1", "Hello").await;
    let conversation = texting.thread().await.row.id;
    let waiting = texting.says(conversation, Channel::Sms, "On its way when they ask for no more").await.unwrap();
    texting.text_in(THEIRS, "SM2", " Stop. ").await;
    texting.send(waiting.id).await;
    assert_eq!(texting.phone(THEIRS).await.len(), 0, "not even what was on its way goes out");
    let thread = texting.thread().await;
    assert_eq!((thread.messages[1].state, thread.messages[1].failure.as_deref()), (Delivery::Failed, Some(Bar::OptedOut.reason())));
    assert_eq!(thread.ways[0].bar, Some(Bar::OptedOut));
    assert!(thread.notices.iter().any(|notice| notice.text == "No more texts to them: they texted STOP"), "{:?}", thread.notices);
    let refused = texting.says(conversation, Channel::Sms, "But wait").await.unwrap_err();
    assert_eq!(refused.to_string(), Bar::OptedOut.reason());
    let noted =
        service::note_consent(&texting.test.app, &person(&texting.company.rep), conversation, "They told me on the telephone").await;
    assert!(matches!(noted, Err(AppError::Conflict { .. })), "only they can take it back");

    // The assistant says nothing to a wish; handed back it says nothing to them at all.
    assert_eq!(talk_owner(&texting, conversation).await, Owner::Person);
    texting.text_in(THEIRS, "SM3", "START").await;
    assert_eq!(texting.thread().await.ways[0].bar, None);
    texting.says(conversation, Channel::Sms, "Welcome back").await.unwrap();
    // The carrier knows of others who asked for no more.
    texting.text_in("+15005550004", "SM4", "Hello").await;
    let manager = person(&texting.company.manager);
    let rows = reads::inbox(&texting.test.app, &manager).await.unwrap().rows;
    let other = rows.iter().find(|row| row.id != conversation).unwrap().id;
    let message = texting.says(other, Channel::Sms, "Hi").await.unwrap();
    texting.send(message.id).await;
    let thread = reads::thread(&texting.test.app, &manager, other).await.unwrap();
    assert_eq!((thread.messages[1].state, thread.ways[0].bar), (Delivery::Failed, Some(Bar::OptedOut)));
}

async fn talk_owner(texting: &Texting, conversation: ConversationId) -> Owner {
    let manager = person(&texting.company.manager);
    reads::thread(&texting.test.app, &manager, conversation).await.unwrap().row.control.owner
}

/// Somebody before the widget, whose lead has that telephone number.
async fn at_the_widget(texting: &Texting, phone: &str) -> (Actor, ConversationId) {
    let token = tokens::issue(&texting.test.app.inner.secret, texting.company.id, texting.company.assistant, VisitorId::new());
    let visitor = tokens::check(&texting.test.app.inner.secret, &token, texting.company.assistant).unwrap();
    let (_, conversation) =
        visitor::visitor_says(&texting.test.app, &visitor, MessageId::new(), "My number is in your files", &[], None).await.unwrap();
    sqlx::query("update sales.contacts set phone = $1").bind(phone).execute(&texting.test.owner).await.unwrap();
    (visitor, conversation)
}

#[tokio::test]
async fn a_text_joins_the_thread_of_its_lead_and_the_widget_learns_nothing_of_it() {
    let texting = Texting::new().await;
    let (visitor, conversation) = at_the_widget(&texting, "07700 900123").await;
    texting.text_in(THEIRS, "SM1", "It is about the secret survey").await;
    let thread = texting.thread().await;
    assert_eq!((thread.row.id, thread.messages.len(), thread.row.channel), (conversation, 2, Channel::Sms));
    assert_eq!(thread.ways.iter().map(|way| way.channel).collect::<Vec<_>>(), [Channel::Web, Channel::Sms]);
    let by_text = texting.says(conversation, Channel::Sms, "We come on Tuesday").await.unwrap();
    let by_web = texting.says(conversation, Channel::Web, "And on the site").await.unwrap();
    // Whether both are one person nobody has shown: the widget sees its own part, and marks nothing else.
    let shown = visitor::shown(&texting.test.app, &visitor).await.unwrap();
    let bodies: Vec<_> = shown.messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["My number is in your files", "And on the site"]);
    visitor::visitor_marks(&texting.test.app, &visitor, by_web.id, Delivery::Read).await.unwrap();
    let state = async |id| texting.thread().await.messages.into_iter().find(|message| message.id == id).unwrap().state;
    assert_eq!((state(by_text.id).await, state(by_web.id).await), (Delivery::Pending, Delivery::Read));
    // Nor does it get a text's words by its id, which it is not told either.
    let text = texting.thread().await.messages[1].clone();
    let asked = visitor::visitor_says(&texting.test.app, &visitor, text.id, "x", &[], None).await;
    assert!(matches!(asked, Err(AppError::Conflict { .. })), "{asked:?}");
    let mut tx = texting.test.app.begin(&Actor::system(texting.company.id, "test")).await.unwrap();
    let told = crate::activity::server::store::after(&mut tx, 0, 1_000).await.unwrap();
    drop(tx);
    for recorded in told.into_iter().filter_map(|told| told.recorded) {
        if let Event::MessageMarked { messages, channel, .. } = &recorded.event {
            assert!(*channel == Channel::Sms || !messages.contains(&text.id), "{recorded:?}");
        }
    }
    // Where they write, there they are answered.
    visitor::visitor_says(&texting.test.app, &visitor, MessageId::new(), "Hello again", &[], None).await.unwrap();
    assert_eq!(texting.thread().await.row.channel, Channel::Web);
}

#[tokio::test]
async fn nobody_is_texted_who_has_not_agreed_nor_at_night_nor_too_often() {
    let texting = Texting::new().await;
    let (_, conversation) = at_the_widget(&texting, "call me").await;
    let refused = async |bar: Bar| {
        let error = texting.says(conversation, Channel::Sms, "Hello").await.unwrap_err();
        assert_eq!(error.to_string(), bar.reason());
    };
    refused(Bar::NoNumber).await;
    sqlx::query("update sales.contacts set phone = $1").bind(THEIRS).execute(&texting.test.owner).await.unwrap();
    refused(Bar::NoConsent).await;
    let rep = person(&texting.company.rep);
    assert_eq!(field_of(service::note_consent(&texting.test.app, &rep, conversation, " ").await.unwrap_err()), "how");
    let stranger = service::note_consent(&texting.test.app, &person(&texting.company.other_rep), conversation, "I say so").await;
    assert!(matches!(stranger, Err(AppError::NotFound)));
    service::note_consent(&texting.test.app, &rep, conversation, "On the telephone today").await.unwrap();
    texting.says(conversation, Channel::Sms, "Hello").await.unwrap();
    let how: String = sqlx::query_scalar("select how from talk.consents").fetch_one(&texting.test.owner).await.unwrap();
    assert_eq!(how, format!("On the telephone today (noted by {})", texting.company.rep.name));

    let hour = {
        use chrono::Timelike;
        chrono::Utc::now().with_timezone(&chrono_tz::Europe::London).hour() as i16
    };
    // A day that is over, or has not begun.
    let (from, until) = if hour > 0 { (0, hour) } else { (2, 24) };
    let hours = async |from: i16, until: i16| {
        let set = sqlx::query("update talk.channels set day_from = $1, day_until = $2").bind(from).bind(until);
        set.execute(&texting.test.owner).await.unwrap();
    };
    hours(from, until).await;
    refused(Bar::QuietHours).await;
    // Who has just texted is answered at any hour.
    texting.text_in(THEIRS, "SM1", "Are you there?").await;
    texting.says(conversation, Channel::Sms, "We are").await.unwrap();
    hours(0, 24).await;
    for _ in 0..4 {
        texting.says(conversation, Channel::Sms, "Hello?").await.unwrap();
    }
    refused(Bar::TooOften).await;
    texting.text_in(THEIRS, "SM2", "Yes?").await;
    texting.says(conversation, Channel::Sms, "There you are").await.unwrap();
    let long = texting.says(conversation, Channel::Sms, &"a".repeat(1_601)).await.unwrap_err();
    assert_eq!(field_of(long), "body");
    // Without a number there is no such way, and what is on its way says so.
    let last = texting.says(conversation, Channel::Sms, "The last").await.unwrap();
    service::disconnect(&texting.test.app, &person(&texting.company.admin), texting.channel).await.unwrap();
    let thread = texting.thread().await;
    assert_eq!(thread.ways.len(), 1);
    let stored = thread.messages.iter().find(|message| message.id == last.id).unwrap();
    assert_eq!((stored.state, stored.failure.as_deref()), (Delivery::Failed, Some("The number was given up before it went out.")));
}

#[tokio::test]
async fn a_text_of_which_nobody_knows_is_looked_for_before_it_is_sent_again() {
    let texting = Texting::new().await;
    texting.text_in(THEIRS, "SM1", "Hello").await;
    let conversation = texting.thread().await.row.id;
    // Handed over, and then the process was killed, or the answer lost.
    let handed_over = async |body: &str, there: bool| {
        let message = texting.says(conversation, Channel::Sms, body).await.unwrap();
        if there {
            let base = texting.test.app.inner.sandbox_url.as_deref().unwrap();
            let account = service::load(&texting.test.app, &person(&texting.company.admin)).await.unwrap().channels[0].account.clone();
            let form = [("To", THEIRS), ("From", OURS), ("Body", body)];
            let sent = texting.http.post(format!("{base}/2010-04-01/Accounts/{account}/Messages.json")).form(&form);
            assert_eq!(sent.basic_auth(&account, Some(texting.token.expose())).send().await.unwrap().status(), 201);
        }
        let set = sqlx::query("update talk.texts set tried_at = now(), tries = 1 where message_id = $1").bind(message.id);
        set.execute(&texting.test.owner).await.unwrap();
        message.id
    };
    let (first, second) = (handed_over("The first", true).await, handed_over("The second", false).await);
    texting.send(first).await;
    texting.send(second).await;
    assert_eq!(texting.phone(THEIRS).await.len(), 1, "so soon it is only waited");
    sqlx::query("update talk.texts set tried_at = now() - interval '21 seconds'").execute(&texting.test.owner).await.unwrap();
    for _ in 0..3 {
        texting.send(first).await;
        texting.send(second).await;
    }
    let bodies: Vec<_> = texting.phone(THEIRS).await.into_iter().map(|text| text.body).collect();
    assert_eq!(bodies, ["The first", "The second"]);
    let mut tx = texting.test.app.begin(&Actor::system(texting.company.id, "test")).await.unwrap();
    for message in [first, second] {
        let text = store::lock_text(&mut tx, message).await.unwrap().unwrap();
        assert!(text.sid.is_some());
    }
}
