//! Leads against a real Postgres.

use super::{notes, service, store};
use crate::accounts::model::Me;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::store as stream;
use crate::conversations::{model::Answer, server::store as talks};
use crate::error::AppError;
use crate::leads::closing::Said;
use crate::leads::fields::{FieldEdit, LeadEdit, LeadField};
use crate::leads::filter::Sight;
use crate::leads::model::{Card, LeadMoved, NewLead};
use crate::server::testing::{Company, TestApp, person};
use crate::values::*;

/// What somebody types to add a lead.
pub(crate) fn new(name: &str, value: &str, stage: Option<StageId>) -> NewLead {
    let text = String::new;
    NewLead {
        mutation: MutationId::new(),
        name: name.into(),
        organisation: text(),
        email: text(),
        phone: text(),
        value: value.into(),
        closes_on: String::new(),
        custom: Vec::new(),
        stage,
    }
}

/// What somebody asks for who has the lead's page open and writes that in its fields.
pub(crate) fn edit(page: &crate::leads::page::LeadPage, to: &[(LeadField, &str)]) -> LeadEdit {
    let changes = to.iter().map(|(field, to)| FieldEdit { field: *field, was: page.written(*field), to: (*to).to_owned() });
    LeadEdit { lead: page.card.id, version: None, changes: changes.collect() }
}

async fn made(test: &TestApp, me: &Me, name: &str, stage: StageId) -> Card {
    service::create_lead(&test.app, &person(me), new(name, "", Some(stage))).await.expect("made")
}

/// The move that a drop behind `after` asks for.
fn drop_on(card: &Card, to: StageId, after: Option<LeadId>) -> LeadMoved {
    LeadMoved { lead: card.id, from: card.stage, to, rank: card.rank.clone(), after, version: card.version, at: Timestamp::now() }
}

async fn order(test: &TestApp, company: &Company, stage: StageId) -> Vec<LeadId> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    store::column(&mut tx, stage).await.unwrap().into_iter().map(|card| card.id).collect()
}

async fn events(test: &TestApp, company: &Company, lead: LeadId) -> Vec<Event> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    stream::of_lead(&mut tx, lead, 1000).await.unwrap().into_iter().map(|told| told.event).collect()
}

#[tokio::test]
async fn a_drop_that_comes_too_late_is_told_who_was_faster_and_gets_the_card() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = made(&test, &company.manager, "Marcus Thorne", company.stages[0]).await;
    let moved =
        service::move_lead(&test.app, &person(&company.manager), MutationId::new(), drop_on(&card, company.stages[3], None)).await.unwrap();
    assert_eq!(moved.version, 2);

    let late = service::move_lead(&test.app, &person(&company.admin), MutationId::new(), drop_on(&card, company.stages[1], None)).await;
    let Err(AppError::Conflict { reason, current: Some(current) }) = late else { panic!("{late:?}") };
    assert!(reason.starts_with("manager of Meridian moved it to Proposal"), "{reason}");
    let current: Card = serde_json::from_value(*current).unwrap();
    assert_eq!((current.stage, current.version, &current.rank), (company.stages[3], 2, &moved.rank));
    assert_eq!(order(&test, &company, company.stages[1]).await, [], "nothing was moved");
}

#[tokio::test]
async fn what_is_out_of_reach_is_not_there() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let card = made(&test, &ours.rep, "Marcus Thorne", ours.stages[0]).await;
    assert_eq!(card.owner, Some(ours.rep.user), "a rep's lead is their own");

    for stranger in [&theirs.admin, &ours.other_rep] {
        let asked = person(stranger);
        assert!(!service::load_board(&test.app, &asked, &Sight::default()).await.unwrap().cards.contains_key(&card.id));
        let moved = service::move_lead(&test.app, &asked, MutationId::new(), drop_on(&card, card.stage, None)).await;
        assert_eq!(moved, Err(AppError::NotFound), "{}", stranger.name);
        assert_eq!(service::load_lead(&test.app, &asked, card.id).await.unwrap_err(), AppError::NotFound);
        let note = notes::write_note(&test.app, &asked, MutationId::new(), card.id, "hm".into()).await;
        assert_eq!(note, Err(AppError::NotFound));
    }
    // Nor can a card be put into another company's column.
    let smuggled = service::move_lead(&test.app, &person(&ours.rep), MutationId::new(), drop_on(&card, theirs.stages[0], None)).await;
    assert!(matches!(smuggled, Err(AppError::Invalid { .. })), "{smuggled:?}");
    // A rep may not give leads away; a manager may, and then it leaves the rep's board.
    let refused = service::assign_lead(&test.app, &person(&ours.rep), card.id, Some(ours.other_rep.user), card.version).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    service::assign_lead(&test.app, &person(&ours.manager), card.id, Some(ours.other_rep.user), card.version).await.unwrap();
    assert!(service::load_board(&test.app, &person(&ours.rep), &Sight::default()).await.unwrap().cards.is_empty());
    assert!(service::load_board(&test.app, &person(&ours.other_rep), &Sight::default()).await.unwrap().cards.contains_key(&card.id));
    let given = service::assign_lead(&test.app, &person(&ours.manager), card.id, Some(theirs.rep.user), card.version + 1).await;
    assert!(matches!(given, Err(AppError::Invalid { .. })), "{given:?}");
}

#[tokio::test]
async fn the_same_change_asked_for_twice_is_done_once() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let asked = person(&company.rep);
    let twice = new("Marcus Thorne", "84k", None);
    let (first, second) =
        tokio::join!(service::create_lead(&test.app, &asked, twice.clone()), service::create_lead(&test.app, &asked, twice.clone()));
    let (card, again) = (first.unwrap(), second.unwrap());
    assert_eq!(card.id, again.id);
    assert_eq!(card.value.minor, 8_400_000);
    assert_eq!(card.stage, company.stages[0]);

    let mutation = MutationId::new();
    let wanted = drop_on(&card, company.stages[2], None);
    let (first, second) = tokio::join!(
        service::move_lead(&test.app, &asked, mutation, wanted.clone()),
        service::move_lead(&test.app, &asked, mutation, wanted.clone())
    );
    assert_eq!(first.unwrap(), second.unwrap());
    let note = MutationId::new();
    for _ in 0..2 {
        notes::write_note(&test.app, &asked, note, card.id, "Rang, no answer.".into()).await.unwrap();
    }
    let kinds: Vec<_> = events(&test, &company, card.id).await;
    assert_eq!(kinds.len(), 3, "made, moved, noted, once each: {kinds:?}");
}

#[tokio::test]
async fn five_hundred_drops_into_one_gap_at_once_give_one_order() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (from, to) = (company.stages[0], company.stages[1]);
    let below = made(&test, &company.manager, "below", to).await;
    let above = made(&test, &company.manager, "above", to).await;
    let mut cards = Vec::new();
    for n in 0..500 {
        cards.push(made(&test, &company.manager, &format!("lead {n}"), from).await);
    }
    let drops = cards.iter().map(|card| {
        let (app, asked, wanted) = (test.app.clone(), person(&company.manager), drop_on(card, to, Some(above.id)));
        tokio::spawn(async move { service::move_lead(&app, &asked, MutationId::new(), wanted).await })
    });
    for dropped in futures::future::join_all(drops).await {
        dropped.unwrap().unwrap();
    }
    let stored = order(&test, &company, to).await;
    assert_eq!((stored.len(), stored[0], stored[501]), (502, above.id, below.id));
    let board = service::load_board(&test.app, &person(&company.manager), &Sight::default()).await.unwrap();
    let column: Vec<_> = board.column(to).collect();
    assert_eq!(board.leads(to), stored, "the board sorts as the database does");
    // Two that came at the very same moment may share a rank; then their ids tell which is higher, for everyone.
    assert!(column.windows(2).all(|pair| (&pair[0].rank, pair[0].id) < (&pair[1].rank, pair[1].id)), "one order");
    // And a drop between two that share one still comes to lie between them.
    let newcomer = made(&test, &company.manager, "newcomer", from).await;
    for pair in column.windows(2).filter(|pair| pair[0].rank == pair[1].rank).take(3) {
        let card = service::load_lead(&test.app, &person(&company.manager), newcomer.id).await.unwrap().card;
        let wanted = drop_on(&card, to, Some(pair[0].id));
        service::move_lead(&test.app, &person(&company.manager), MutationId::new(), wanted).await.unwrap();
        let stored = order(&test, &company, to).await;
        let at = stored.iter().position(|id| *id == newcomer.id).unwrap();
        assert_eq!((stored[at - 1], stored[at + 1]), (pair[0].id, pair[1].id));
    }
    let stored = order(&test, &company, to).await;
    assert_eq!(board.totals[&to].count, 502);

    // Replaying the stream onto the first card's board gives the same order: nothing was told out of turn.
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let told = stream::after(&mut tx, 0, 2000).await.unwrap();
    let mut replayed = crate::leads::model::Board::new(board.stages.clone(), [], board.seq);
    for event in told.into_iter().filter_map(|told| told.recorded) {
        replayed.apply(&event, &company.manager);
    }
    assert_eq!(replayed.leads(to), stored);
}

#[tokio::test]
async fn drops_into_one_gap_for_ever_keep_the_keys_short() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let stage = company.stages[0];
    let asked = person(&company.manager);
    let mut pair = [made(&test, &company.manager, "one", stage).await, made(&test, &company.manager, "two", stage).await];
    made(&test, &company.manager, "bottom", stage).await;
    let top = made(&test, &company.manager, "top", stage).await;
    let mut longest = 0;
    // One key grows by a byte every six drops, so it is too long after 240: this many drops go
    // through the numbering afresh more than once, and after that it is the same again.
    for n in 0..700 {
        let card = &mut pair[n % 2];
        let moved = service::move_lead(&test.app, &asked, MutationId::new(), drop_on(card, stage, Some(top.id))).await.unwrap();
        card.version = moved.version;
        longest = longest.max(moved.rank.as_str().len());
    }
    assert!(longest > 10, "the gap never narrowed: {longest}");
    assert!(longest <= Rank::LONG, "{longest}");
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let column = store::column(&mut tx, stage).await.unwrap();
    assert!(column.iter().all(|card| card.rank.as_str().len() <= Rank::LONG));
    assert_eq!(column.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["top", "two", "one", "bottom"]);
    assert_eq!(column[0].version, 1, "being numbered afresh is no change of the card");
}

#[tokio::test]
async fn a_drop_behind_a_card_that_has_gone_lands_where_it_was_seen() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (here, there) = (company.stages[0], company.stages[1]);
    let asked = person(&company.manager);
    let low = made(&test, &company.manager, "low", there).await;
    let gone = made(&test, &company.manager, "gone", there).await;
    let high = made(&test, &company.manager, "high", there).await;
    let card = made(&test, &company.manager, "dropped", here).await;
    let seen = Rank::between(Some(&gone.rank), Some(&low.rank));
    service::move_lead(&test.app, &asked, MutationId::new(), drop_on(&gone, here, None)).await.unwrap();
    let wanted = LeadMoved { rank: seen, ..drop_on(&card, there, Some(gone.id)) };
    service::move_lead(&test.app, &asked, MutationId::new(), wanted).await.unwrap();
    assert_eq!(order(&test, &company, there).await, [high.id, card.id, low.id]);
    // A rank that is none goes to the top, and is not stored.
    let card = made(&test, &company.manager, "forged", here).await;
    let forged: Rank = serde_json::from_value(serde_json::json!("'; drop table")).unwrap();
    let wanted = LeadMoved { rank: forged, ..drop_on(&card, there, Some(gone.id)) };
    let moved = service::move_lead(&test.app, &asked, MutationId::new(), wanted).await.unwrap();
    assert!(Rank::parse(moved.rank.as_str()).is_some());
    assert_eq!(order(&test, &company, there).await[0], card.id);
}

#[tokio::test]
async fn sums_of_two_currencies_are_told_apart() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let asked = person(&company.manager);
    for (name, value) in [("one", "84,000"), ("two", "£1,000.50")] {
        service::create_lead(&test.app, &asked, new(name, value, Some(company.stages[1]))).await.unwrap();
    }
    let euro = service::create_lead(&test.app, &asked, new("three", "18k", Some(company.stages[1]))).await.unwrap();
    sqlx::query("update sales.leads set currency = 'EUR' where id = $1").bind(euro.id).execute(&test.owner).await.unwrap();
    let board = service::load_board(&test.app, &asked, &Sight::default()).await.unwrap();
    let totals = &board.totals[&company.stages[1]];
    assert_eq!(totals.count, 3);
    assert_eq!(totals.sums, [Money { minor: 8_500_050, currency: Currency::Gbp }, Money { minor: 1_800_000, currency: Currency::Eur }]);
    // It survives the road to the browser.
    let there = serde_json::to_string(&board).unwrap();
    assert_eq!(serde_json::from_str::<crate::leads::model::Board>(&there).unwrap(), board);
}

#[tokio::test]
async fn bad_fields_are_named_and_nothing_is_made() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let asked = person(&company.rep);
    let fine = new("Marcus Thorne", "", None);
    for (bad, field) in [
        (NewLead { name: "  ".into(), ..fine.clone() }, "name"),
        (NewLead { name: "x".repeat(121), ..fine.clone() }, "name"),
        (NewLead { name: "a\nb".into(), ..fine.clone() }, "name"),
        (NewLead { email: "marcus@".into(), ..fine.clone() }, "email"),
        (NewLead { phone: "call me".into(), ..fine.clone() }, "phone"),
        (NewLead { value: "lots".into(), ..fine.clone() }, "value"),
        (NewLead { stage: Some(StageId::new()), ..fine.clone() }, "stage"),
    ] {
        let refused = service::create_lead(&test.app, &asked, bad.clone()).await.unwrap_err();
        assert_eq!(refused.field(), Some(field), "{bad:?}");
    }
    assert!(service::load_board(&test.app, &asked, &Sight::default()).await.unwrap().cards.is_empty());
    let card = made(&test, &company.rep, "Marcus Thorne", company.stages[0]).await;
    let page = service::load_lead(&test.app, &asked, card.id).await.unwrap();
    let wanted =
        [(LeadField::Name, "Marcus T."), (LeadField::Value, "212,000"), (LeadField::Email, "Marcus@Calder.test"), (LeadField::Phone, "")];
    let wanted = LeadEdit { version: Some(1), ..edit(&page, &wanted) };
    let edited = service::edit_lead(&test.app, &asked, wanted.clone()).await.unwrap();
    assert_eq!((edited.card.version, edited.card.value.full().as_str(), edited.changed.len()), (2, "£212,000", 3));
    assert!(edited.card.score.is_some(), "a value and an address are worth points");
    let late = service::edit_lead(&test.app, &asked, wanted).await.unwrap_err();
    assert!(matches!(&late, AppError::Conflict { reason, .. } if reason.contains("changed its details")), "{late:?}");
    let page = service::load_lead(&test.app, &asked, card.id).await.unwrap();
    assert_eq!((page.email.as_str(), page.card), ("marcus@calder.test", edited.card));
}

#[tokio::test]
async fn what_a_visitor_says_makes_a_lead_and_what_is_found_out_stands_on_it() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let voice = Actor::assistant(company.id, company.assistant, "Nora".into());
    let conversation = ConversationId::new();
    let mut tx = test.app.begin(&voice).await.unwrap();
    let card = service::arrive(&mut tx, company.assistant, conversation, None, "Hello,\n what does it cost?").await.unwrap();
    assert!(talks::open(&mut tx, conversation, card.id, company.assistant, Some(VisitorId::new()), None, None).await.unwrap());
    tx.commit().await.unwrap();
    assert!(card.name.starts_with("Visitor ") && card.name.len() == 12, "{}", card.name);
    assert_eq!((card.last_message.as_str(), card.stage), ("Hello, what does it cost?", company.stages[0]));

    let found = |key: &str, value: &str| Answer { key: key.into(), label: key.to_uppercase(), value: Some(value.into()) };
    let answers =
        vec![found("name", "Zelda Quist"), found("budget", "about £200k"), found("email", "Zelda@Quist.test"), found("sites", "3")];
    for _ in 0..2 {
        let mut tx = test.app.begin(&voice).await.unwrap();
        service::learned(&mut tx, card.id, conversation, MessageId::new(), answers.clone()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let page = service::load_lead(&test.app, &person(&company.rep), card.id).await.unwrap();
    assert_eq!((page.card.name.as_str(), page.card.value.minor, page.email.as_str()), ("Zelda Quist", 20_000_000, "zelda@quist.test"));
    assert_eq!(page.card.version, 1, "nothing that is in the way of a person's drop");
    assert_eq!(page.answers.len(), 4);
    let sum: i32 = page.score_reasons.iter().map(|reason| i32::from(reason.points)).sum();
    assert_eq!(page.card.score.map(|score| i32::from(score.get())), Some(sum), "{:?}", page.score_reasons);
    let kinds = events(&test, &company, card.id).await;
    assert_eq!(kinds.iter().filter(|event| matches!(event, Event::AnswersFound { .. })).count(), 1, "known answers are no news");

    // A value that is there is a person's word and stays.
    let mut tx = test.app.begin(&voice).await.unwrap();
    service::learned(&mut tx, card.id, conversation, MessageId::new(), vec![found("budget", "£5k")]).await.unwrap();
    service::felt(&mut tx, card.id, Sentiment::Positive).await.unwrap();
    let audience = service::hold(&mut tx, card.id).await.unwrap();
    service::heard(&mut tx, card.id, "Sounds good", Timestamp::now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(audience, service::audience(&mut test.app.begin(&voice).await.unwrap(), card.id).await.unwrap());
    let page = service::load_lead(&test.app, &person(&company.rep), card.id).await.unwrap();
    assert_eq!((page.card.value.minor, page.card.last_message.as_str()), (20_000_000, "Sounds good"));
    assert!(page.score_reasons.iter().any(|reason| reason.label == "Good mood of late"));
}

#[tokio::test]
async fn how_a_deal_ended_is_said_once_it_has_and_survives_coming_back() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (rep, app) = (person(&company.rep), &test.app);
    let [open, won, lost] = [0, 4, 5].map(|at| company.stages[at]);
    let card = service::create_lead(app, &rep, new("Ada", "84k", Some(open))).await.unwrap();
    let early = service::close_lead(app, &rep, card.id, "", ["", "price", ""]).await.unwrap_err();
    assert!(early.to_string().contains("still open"), "{early}");

    service::move_lead_to(app, &rep, card.id, lost, 1).await.unwrap();
    for (said, field) in [
        (["", "", ""], "reason"),
        (["", "because", ""], "reason"),
        (["", "other", "  "], "note"),
        (["soon", "price", ""], "closed_on"),
        (["2199-01-01", "price", ""], "closed_on"),
    ] {
        let error = service::close_lead(app, &rep, card.id, "", said).await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{said:?}: {error:?}");
    }
    service::close_lead(app, &rep, card.id, "", ["2026-01-31", "other", " The roof was sold. "]).await.unwrap();
    let page = service::load_lead(app, &rep, card.id).await.unwrap();
    let closing = page.closing.clone().unwrap();
    assert_eq!((closing.closed_on.iso().as_str(), closing.note.as_str()), ("2026-01-31", "The roof was sold."));

    // Back among the open ones, and lost again: what was said is still there.
    let moved = service::move_lead_to(app, &rep, card.id, open, page.card.version).await.unwrap();
    let moved = service::move_lead_to(app, &rep, card.id, lost, moved.version).await.unwrap();
    assert_eq!(service::load_lead(app, &rep, card.id).await.unwrap().closing, Some(closing));

    let moved = service::move_lead_to(app, &rep, card.id, won, moved.version).await.unwrap();
    let wrong = service::close_lead(app, &rep, card.id, "a lot", ["", "", ""]).await.unwrap_err();
    assert_eq!(wrong.field(), Some("value"));
    let closed = service::close_lead(app, &rep, card.id, "91,500", ["", "", ""]).await.unwrap();
    let before = closed.before.clone();
    assert_eq!((closed.card.value.full().as_str(), closed.card.version), ("£91,500", moved.version + 1));
    let again = service::close_lead(app, &rep, card.id, "91,500", ["", "", ""]).await.unwrap();
    assert_eq!(again.card, closed.card, "sent twice, said once");
    // Taken back it is worth what it was; why it had been lost before does not count where deals are won. Of an older
    // version nothing is taken back.
    let taken = service::take_back_closing(app, &rep, card.id, closed.card.version, before.clone()).await.unwrap();
    let page = service::load_lead(app, &rep, card.id).await.unwrap();
    assert_eq!((page.card.value.full().as_str(), page.closing.clone(), &page.card), ("£84,000", None, &taken));
    let late = service::take_back_closing(app, &rep, card.id, closed.card.version, before.clone()).await;
    assert!(matches!(late, Err(AppError::Conflict { .. })), "{late:?}");
    let again = service::close_lead(app, &rep, card.id, "91,500", ["2026-01-31", "", ""]).await.unwrap();
    let more = service::close_lead(app, &rep, card.id, "92,000", ["2026-02-01", "", ""]).await.unwrap();
    let taken = service::take_back_closing(app, &rep, card.id, more.card.version, more.before).await.unwrap();
    let page = service::load_lead(app, &rep, card.id).await.unwrap();
    let said = page.closing.map(|closing| closing.closed_on.iso());
    assert_eq!((page.card.value, said.as_deref()), (again.card.value, Some("2026-01-31")));
    for garbage in [
        Said { value: Money { minor: -5, ..before.value }, ..before.clone() },
        Said { value: Money { minor: i64::MAX, ..before.value }, ..before.clone() },
        Said { value: Money { currency: Currency::Usd, ..before.value }, ..before.clone() },
    ] {
        assert!(service::take_back_closing(app, &rep, card.id, taken.version, garbage).await.is_err());
    }
    assert!(
        service::close_lead(app, &person(&company.other_rep), card.id, "", ["", "", ""])
            .await
            .is_err_and(|error| error == AppError::NotFound)
    );

    // Whoever follows the stream has the same figures as whoever loads the board.
    let mut tx = app.begin(&rep).await.unwrap();
    let mut followed = crate::leads::model::Board::default();
    for event in stream::after(&mut tx, 0, 1000).await.unwrap().into_iter().filter_map(|told| told.recorded) {
        followed.apply(&event, &company.rep);
    }
    drop(tx);
    let board = service::load_board(app, &rep, &Sight::default()).await.unwrap();
    assert_eq!((followed.totals[&won].clone(), &followed.cards), (board.totals[&won].clone(), &board.cards));
}

#[tokio::test]
async fn a_sign_that_cannot_be_stored_is_the_senders_to_mend() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let asked = person(&company.rep);
    let card = made(&test, &company.rep, "Ada", company.stages[0]).await;
    let refused = notes::write_note(&test.app, &asked, MutationId::new(), card.id, "a\0b".into()).await;
    assert!(matches!(refused, Err(AppError::Invalid { .. })), "{refused:?}");
}
