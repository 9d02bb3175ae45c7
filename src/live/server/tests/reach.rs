//! Who may hear what, and how soon a socket ends that may not go on.

use super::*;
use crate::accounts::server::visitor;
use crate::conversations::model::{Author, Channel, Delivery, Message as Said, Pulse};
use crate::server::testing::{TestApp, person};
use std::time::Instant;

#[tokio::test(flavor = "multi_thread")]
async fn a_rep_hears_of_leads_in_reach_and_of_no_others() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let elsewhere = test.company("Borealis").await;
    let address = test.serve().await;
    let (rep, other) = (company.rep.user, company.other_rep.user);
    let own = lead(&test.app, &company, None, Some(rep)).await;
    let on_mine = lead(&test.app, &company, Some(company.assistant), Some(other)).await;
    let theirs = lead(&test.app, &company, None, Some(other)).await;
    let nobodys = lead(&test.app, &company, None, None).await;
    let foreign = lead(&test.app, &elsewhere, Some(elsewhere.assistant), None).await;
    let talk = conversation(&test.app, &company, theirs, VisitorId::new()).await;

    let mut tab = Tab::listening(&address, &test.cookie(&company.rep).await, Topic::Board).await;
    let mut manager = Tab::listening(&address, &test.cookie(&company.manager).await, Topic::Board).await;
    for reachable in [own, on_mine] {
        tab.subscribe(Topic::Lead(reachable), 0).await;
    }
    for denied in [Topic::Lead(theirs), Topic::Lead(nobodys), Topic::Lead(foreign), Topic::Conversation(talk)] {
        tab.send(&ClientFrame::Subscribe { topic: denied, since: 0 }).await;
        assert!(matches!(tab.news().await, Some(Frame::Denied { topic }) if topic == denied), "{denied}");
    }
    manager.send(&ClientFrame::Subscribe { topic: Topic::Lead(foreign), since: 0 }).await;
    assert!(matches!(manager.news().await, Some(Frame::Denied { .. })), "another company's, even for a manager");

    let scored = |lead| Event::LeadScored { lead, score: Score::new(70), reasons: Vec::new() };
    for (lead, audience) in [
        (theirs, Audience::of_lead(None, Some(other))),
        (nobodys, Audience::of_lead(None, None)),
        (own, Audience::of_lead(None, Some(rep))),
        (on_mine, Audience::of_lead(Some(company.assistant), Some(other))),
        // Made by hand, without the flag for staff: a named owner is still not everyone.
        (theirs, Audience { assistant: None, owners: vec![other], staff_only: false }),
    ] {
        happen(&test.app, company.id, scored(lead), audience).await;
    }
    happen(&test.app, elsewhere.id, scored(foreign), Audience::everyone()).await;
    let last = happen(&test.app, company.id, scored(own), Audience::everyone()).await;
    let told: Vec<_> = [tab.event().await, tab.event().await, tab.event().await].iter().map(|event| event.seq).collect();
    assert_eq!(told, [3, 4, last], "own, on my assistant, everyone's");
    for number in 1..=last {
        assert_eq!(manager.event().await.seq, number);
    }
    assert!(tab.told_by_now().await.is_empty());
    // The same holds for what is replayed.
    assert_eq!(tab.subscribe(Topic::Board, 0).await, [3, 4, last]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_a_lead_is_told_that_and_nothing_after() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let (rep, other) = (company.rep.user, company.other_rep.user);
    let lead = lead(&test.app, &company, None, Some(rep)).await;
    let topic = Topic::Lead(lead);
    let mut tab = Tab::listening(&address, &test.cookie(&company.rep).await, topic).await;
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    sqlx::query("update sales.leads set owner_id = $1 where id = $2").bind(other).bind(lead).execute(&mut *tx).await.unwrap();
    let given = Event::LeadAssigned { lead, owner: Some(other), prior: Some(rep), assistant: None, version: 2 };
    record(&mut tx, given.clone(), Audience::of_lead(None, Some(other)).and(Some(rep)));
    tx.commit().await.unwrap();
    assert_eq!(tab.event().await.event, given);
    assert!(matches!(tab.news().await, Some(Frame::Denied { topic: lost }) if lost == topic));
    // Nor pulses: the subscription is gone, not only filtered.
    test.app.hub.pulse(company.id, topic, &Pulse::Typing { who: Author::Rep, name: "Tom".into() });
    happen(&test.app, company.id, note(lead, "private"), Audience::of_lead(None, Some(other))).await;
    assert!(tab.told_by_now().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_and_a_changed_role_end_the_socket_within_five_seconds() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let mut revoked = Tab::listening(&address, &test.cookie(&company.admin).await, Topic::Company).await;
    let mut demoted = Tab::listening(&address, &test.cookie(&company.manager).await, Topic::Company).await;
    let mut relieved = Tab::listening(&address, &test.cookie(&company.rep).await, Topic::Company).await;
    let mut unchanged = Tab::listening(&address, &test.cookie(&company.other_rep).await, Topic::Company).await;
    let began = Instant::now();
    // Behind our back, as another process would: no event, no hint.
    let run = async |statement: &'static str, id: uuid::Uuid| sqlx::query(statement).bind(id).execute(&test.owner).await.unwrap();
    run("update identity.sessions set revoked_at = now() where id = $1", company.admin.session.0).await;
    run("update identity.users set role = 'sales_rep' where id = $1", company.manager.user.0).await;
    run("delete from talk.assistant_reps where user_id = $1", company.rep.user.0).await;
    let (a, b, c) = tokio::join!(revoked.bye(), demoted.bye(), relieved.bye());
    assert_eq!((a, b, c), (Bye::SignedOut, Bye::RightsChanged, Bye::RightsChanged));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(revoked.next().await.is_none(), "and it is closed");
    assert!(unchanged.told_by_now().await.is_empty());

    // With the event it does not take a sweep.
    let began = Instant::now();
    happen(&test.app, company.id, Event::SessionsEnded { sessions: vec![company.other_rep.session] }, Audience::staff()).await;
    assert_eq!(unchanged.bye().await, Bye::SignedOut);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_say_who_they_are_is_shown_out() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let hello = |visitor: Option<&str>| ClientFrame::Hello { v: 1, visitor: visitor.map(Into::into) };
    for (cookie, first, reason) in [
        (None, hello(None), Bye::SignedOut),
        (Some("spotlight=forged"), hello(None), Bye::SignedOut),
        (None, hello(Some("forged")), Bye::SignedOut),
        (Some(&*test.cookie(&company.rep).await), hello(Some("forged")), Bye::SignedOut),
        (None, ClientFrame::Ping, Bye::BadFrame),
        (None, ClientFrame::Hello { v: 2, visitor: None }, Bye::BadFrame),
    ] {
        let mut tab = Tab::open(&address, cookie).await;
        tab.send(&first).await;
        assert_eq!(tab.bye().await, reason);
        assert!(tab.next().await.is_none());
    }
    let mut silent = Tab::open(&address, None).await;
    assert_eq!(silent.bye().await, Bye::BadFrame, "after five seconds of nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_hears_their_own_conversation_and_nothing_behind_it() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let visitor_id = VisitorId::new();
    let lead = lead(&test.app, &company, Some(company.assistant), None).await;
    let own = conversation(&test.app, &company, lead, visitor_id).await;
    let foreign = conversation(&test.app, &company, lead, VisitorId::new()).await;
    let token = visitor::issue(&test.app.inner.secret, company.id, company.assistant, visitor_id);
    let mut tab = Tab::open(&address, None).await;
    tab.send(&ClientFrame::Hello { v: 1, visitor: Some(token) }).await;
    assert!(matches!(tab.next().await, Some(Frame::Hello { session: None, .. })));
    for denied in [Topic::Board, Topic::Inbox, Topic::Company, Topic::Lead(lead), Topic::Conversation(foreign)] {
        tab.send(&ClientFrame::Subscribe { topic: denied, since: 0 }).await;
        assert!(matches!(tab.next().await, Some(Frame::Denied { topic }) if topic == denied), "{denied}");
    }
    let topic = Topic::Conversation(own);
    tab.subscribe(topic, 0).await;
    let mut rep = Tab::listening(&address, &test.cookie(&company.rep).await, topic).await;

    let audience = Audience::of_lead(Some(company.assistant), None);
    let sentiment = Event::SentimentMeasured {
        lead,
        conversation: own,
        message: MessageId::new(),
        sentiment: Sentiment::Negative,
        mood: -40,
        overall: Sentiment::Negative,
    };
    happen(&test.app, company.id, sentiment, audience.clone()).await;
    let message = Said {
        id: MessageId::new(),
        conversation: own,
        number: 1,
        author: Author::Rep,
        user: Some(company.rep.user),
        name: "Priya".into(),
        body: "Good morning.".into(),
        files: Vec::new(),
        channel: Channel::Web,
        state: Delivery::Sent,
        failure: None,
        partial: false,
        sources: Vec::new(),
        sentiment: Some(Sentiment::Positive),
        mood: Some(20),
        at: Timestamp(1),
    };
    happen(&test.app, company.id, Event::MessageSent { lead, message: message.clone() }, audience).await;
    let text = tab.text().await.unwrap();
    let seen: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(seen["seq"], 2, "the mood before it was not told");
    assert_eq!(
        seen["event"],
        serde_json::json!({ "kind": "message_sent", "message": {
            "id": message.id, "conversation": own, "author": "rep", "name": "Priya", "body": "Good morning.", "files": [],
            "state": "sent", "at": 1, "partial": false, "sources": [] } })
    );
    for hidden in [lead.to_string(), company.rep.user.to_string(), "mood".into(), "actor".into()] {
        assert!(!text.contains(&hidden), "{hidden} in {text}");
    }

    // Typing: whoever types is named by the server, in both directions; oneself hears nothing.
    rep.event().await;
    rep.event().await;
    let claim = serde_json::to_value(Pulse::Typing { who: Author::Assistant, name: "Somebody else".into() }).unwrap();
    rep.send(&ClientFrame::Pulse { topic, pulse: claim.clone() }).await;
    match tab.next().await {
        Some(Frame::Pulse { pulse, .. }) => {
            assert_eq!(pulse, serde_json::json!({ "kind": "typing", "who": "rep", "name": company.rep.name }));
        }
        other => panic!("no pulse but {other:?}"),
    }
    tab.send(&ClientFrame::Pulse { topic, pulse: claim }).await;
    match rep.news().await {
        Some(Frame::Pulse { pulse, .. }) => assert_eq!(pulse["who"], "visitor"),
        other => panic!("no pulse but {other:?}"),
    }
    // Anything else is not passed on.
    for refused in [serde_json::json!({ "kind": "draft", "message": MessageId::new(), "text": "x" }), serde_json::json!("x".repeat(2_000))]
    {
        tab.send(&ClientFrame::Pulse { topic, pulse: refused }).await;
    }
    assert!(tab.told_by_now().await.is_empty());
    assert!(rep.told_by_now().await.is_empty());
}

/// What a tab that comes now is told of the board, from the beginning on.
async fn all_told(address: &str, cookie: &str) -> String {
    let (mut tab, _) = Tab::greeted(address, cookie).await;
    tab.send(&ClientFrame::Subscribe { topic: Topic::Board, since: 0 }).await;
    let mut told = String::new();
    loop {
        let text = tab.text().await.expect("open");
        if text.contains("\"subscribed\"") {
            return told;
        }
        told += &text;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_hears_no_word_of_somebody_erased() {
    use crate::leads::server::{service, tests::new, trash};
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (address, cookie) = (test.serve().await, test.cookie(&company.manager).await);
    let admin = person(&company.admin);
    // While somebody is there, what happened is kept in memory.
    let mut open = Tab::listening(&address, &cookie, Topic::Board).await;
    let card = service::create_lead(&test.app, &admin, new("Zebra Jones", "", None)).await.unwrap();
    assert_eq!(open.event().await.event.lead(), Some(card.id));
    assert!(all_told(&address, &cookie).await.contains("Zebra"));
    trash::remove_lead(&test.app, &admin, card.id, None).await.unwrap();
    trash::erase_lead(&test.app, &admin, card.id).await.unwrap();
    let told = all_told(&address, &cookie).await;
    assert!(!told.contains("Zebra"), "{told}");
}
