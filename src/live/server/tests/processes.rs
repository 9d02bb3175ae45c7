//! Two processes over one database, and the end of one.

use super::*;
use crate::conversations::model::{Author, Pulse};
use crate::live::server::hub::Hub;
use crate::server::{db::Db, router, testing::TestApp};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// A second process: a hub of its own over the same database.
async fn second(test: &TestApp) -> (App, String) {
    let pool = test.app.db.pool().clone();
    let hub = Hub::new(pool.clone());
    let app = App { db: Db::new(pool, hub.clone()), hub, inner: test.app.inner.clone() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = router::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (app, address)
}

/// Who is said to look at the topic next.
async fn presence(tab: &mut Tab) -> Vec<String> {
    loop {
        match tab.next().await {
            Some(Frame::Presence { here, .. }) => return here.into_iter().map(|here| here.name).collect(),
            Some(Frame::Beat { .. }) => {}
            other => panic!("no presence but {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_pass_on_events_pulses_and_presence() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let one = test.serve().await;
    let (app, two) = second(&test).await;
    let mut here = Tab::listening(&one, &test.cookie(&company.manager).await, Topic::Board).await;
    assert_eq!(presence(&mut here).await, [company.manager.name.as_str()]);
    // The listener of each process comes up by itself; until then the poll carries the events.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut there = Tab::listening(&two, &test.cookie(&company.rep).await, Topic::Board).await;
    assert_eq!(presence(&mut there).await, [company.rep.name.as_str()]);
    let both = [company.manager.name.as_str(), company.rep.name.as_str()];
    assert_eq!(presence(&mut here).await, both);

    let scored = Event::LeadScored { lead: LeadId::new(), score: Score::new(1), reasons: Vec::new() };
    let seq = happen(&app, company.id, scored.clone(), Audience::everyone()).await;
    assert_eq!(here.event().await.seq, seq);
    assert_eq!(there.event().await.seq, seq);
    let seq = happen(&test.app, company.id, scored, Audience::everyone()).await;
    assert_eq!(here.event().await.seq, seq);
    assert_eq!(there.event().await.seq, seq);

    tokio::time::sleep(Duration::from_millis(500)).await;
    let typing = Pulse::Typing { who: Author::Assistant, name: "Nora".into() };
    app.hub.pulse(company.id, Topic::Board, &typing);
    for tab in [&mut here, &mut there] {
        match tab.news().await {
            Some(Frame::Pulse { pulse, .. }) => assert_eq!(pulse, serde_json::to_value(&typing).unwrap()),
            other => panic!("no pulse but {other:?}"),
        }
    }
    // Too large for a notification: heard in its own process only, and nothing breaks.
    app.hub.pulse(company.id, Topic::Board, &"x".repeat(9_000));
    assert!(matches!(there.news().await, Some(Frame::Pulse { .. })));
    app.hub.pulse(company.id, Topic::Board, &"small");
    match here.news().await {
        Some(Frame::Pulse { pulse, .. }) => assert_eq!(pulse, "small"),
        other => panic!("no pulse but {other:?}"),
    }
    // Whoever goes is gone elsewhere too.
    drop(there);
    assert_eq!(presence(&mut here).await, [company.manager.name.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stops_says_so_and_lets_nobody_in() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let cookie = test.cookie(&company.manager).await;
    let mut tab = Tab::listening(&address, &cookie, Topic::Company).await;
    let (reason, ()) = tokio::join!(tab.bye(), test.app.hub.drain());
    assert_eq!(reason, Bye::Restart);
    assert_eq!(test.app.hub.sockets(), 0);
    let mut request = format!("{}/live", address.replace("http", "ws")).into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    match connect_async(request).await {
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => assert_eq!(response.status(), 503),
        other => panic!("let in: {other:?}"),
    }
}
