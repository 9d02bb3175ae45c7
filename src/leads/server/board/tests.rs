//! Boards that are too large to be sent whole, against a real Postgres.

use super::{TOP, WHOLE, load};
use crate::accounts::model::Me;
use crate::leads::filter::{Closes, Filter, Sight, Sort, Step, Whose};
use crate::leads::model::{Board, Card, NewLead, Source, Stage, Totals};
use crate::leads::server::{pipeline, service};
use crate::server::testing::{TestApp, person};
use crate::values::*;
use rand::{Rng, seq::IndexedRandom};
use std::collections::HashMap;

async fn add(test: &TestApp, me: &Me, name: String, value: String, stage: StageId) -> Card {
    let new = NewLead {
        mutation: MutationId::new(),
        name,
        organisation: ["Söhne & Co", "50% off_ltd", ""].choose(&mut rand::rng()).map(|name| (*name).to_owned()).unwrap_or_default(),
        email: String::new(),
        phone: String::new(),
        value,
        closes_on: String::new(),
        custom: Vec::new(),
        stage: Some(stage),
    };
    service::create_lead(&test.app, &person(me), new).await.expect("made")
}

/// Leads of all sorts, as no form makes them.
async fn crowd(test: &TestApp, me: &Me, stages: &[StageId], many: usize) {
    for number in 0..many {
        let stage = stages[rand::rng().random_range(0..stages.len())];
        add(test, me, format!("Ada ÖZIL {number}"), format!("{}", number % 7), stage).await;
    }
    sqlx::query(
        "update sales.leads set score = (array[null, 10, 50, 75, 90])[1 + floor(random() * 5)], sentiment = (array['positive', 'neutral', 'negative'])[1 + floor(random() * 3)],
                currency = (array['GBP', 'EUR', 'USD'])[1 + floor(random() * 3)],
                stage_entered_at = now() - random() * interval '40 days', last_activity_at = now() - random() * interval '40 days',
                owner_id = case when random() < 0.5 then null else owner_id end,
                last_message = (array['', 'Governors liked it', 'back\\slash'])[1 + floor(random() * 3)],
                tags = case when random() < 0.3 then array['hot', 'b'] else '{}' end,
                next_step = case when random() < 0.6 then 'Call' end, source = (array['manual', 'api', 'widget'])[1 + floor(random() * 3)],
                closes_on = case when random() < 0.7 then current_date + floor((random() - 0.5) * 200)::integer end,
                created_at = now() - random() * interval '40 days'
          where company_id = $1",
    )
    .bind(me.company.0)
    .execute(&test.owner)
    .await
    .expect("strewn");
    sqlx::query("update sales.leads set next_due = now() + (random() - 0.5) * interval '9 days' where company_id = $1 and next_step is not null and random() < 0.7")
        .bind(me.company.0)
        .execute(&test.owner)
        .await
        .expect("due");
}

/// What a browser that has everything shows, by stage.
fn shown(all: &Board, filter: &Filter, now: Timestamp) -> (HashMap<StageId, Vec<LeadId>>, HashMap<StageId, Totals>) {
    let cards = all.cards.values().filter(|card| filter.shows(card, all.stage(card.stage), now)).map(|card| Card::clone(card));
    let mut board = Board::new(all.stages.clone(), cards, 0);
    board.sort_by(filter.sort);
    let columns = all.stages.iter().map(|stage| (stage.id, board.leads(stage.id).to_vec())).collect();
    (columns, board.totals)
}

#[tokio::test]
async fn a_board_in_part_is_the_top_of_the_whole_one_for_every_filter_and_order() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    add(&test, &theirs.admin, "Ada ÖZIL of theirs".into(), "1k".into(), theirs.stages[0]).await;
    sqlx::query("update sales.stages set rot_days = 20 where company_id = $1 and position = 0")
        .bind(ours.admin.company.0)
        .execute(&test.owner)
        .await
        .unwrap();
    pipeline::add_pipeline(&test.app, &person(&ours.admin), "Renewals").await.unwrap();
    let renewals: Vec<Stage> = pipeline::load_stages(&test.app, &person(&ours.admin)).await.unwrap().split_off(6);
    let stages: Vec<StageId> = ours.stages.iter().copied().chain(renewals.iter().map(|stage| stage.id)).collect();
    crowd(&test, &ours.rep, &stages, 320).await;
    let none = Filter::default;
    let mut filters = vec![
        none(),
        Filter { pipeline: Some(renewals[0].pipeline), ..none() },
        Filter { pipeline: Some(renewals[0].pipeline), score: Some(50), sort: Some(Sort::Value), ..none() },
        Filter { words: "özil 1".into(), ..none() },
        Filter { words: "50% OFF_".into(), ..none() },
        Filter { words: "back\\slash".into(), ..none() },
        Filter { owner: Some(Whose::Nobody), ..none() },
        Filter { owner: Some(Whose::Person(ours.rep.user)), score: Some(50), ..none() },
        Filter { mood: Some(Sentiment::Negative), ..none() },
        Filter { stuck: true, ..none() },
        Filter { tag: Tag::parse("hot"), ..none() },
        Filter { step: Some(Step::None), ..none() },
        Filter { step: Some(Step::Late), ..none() },
        Filter { stage: Some(ours.stages[1]), worth: Some(3), ..none() },
        Filter { source: Some(Source::Api), ..none() },
        Filter { worth: Some(0), ..none() },
        Filter { came: Some(20), ..none() },
        Filter { words: "nobody says this".into(), ..none() },
    ];
    filters.extend(Closes::ALL.iter().map(|closes| Filter { closes: Some(*closes), ..none() }));
    filters.extend(Sort::ALL.iter().map(|sort| Filter { sort: Some(*sort), ..none() }));
    for me in [&ours.manager, &ours.rep] {
        let whole = load(&test.app, &person(me), &Sight::default(), WHOLE, TOP).await.unwrap();
        assert!(!whole.is_cut());
        for filter in &filters {
            let deep = vec![(ours.stages[0], 3), (ours.stages[1], 20)];
            let mut board = load(&test.app, &person(me), &Sight::new(filter, deep, false), 0, 5).await.unwrap();
            board.sort_by(filter.sort);
            let (columns, totals) = shown(&whole, filter, Timestamp::now());
            let pipeline = Stage::on_board(&whole.stages, filter.pipeline);
            for stage in whole.stages.iter().filter(|stage| stage.pipeline == pipeline) {
                let (here, all) = (board.leads(stage.id), &columns[&stage.id]);
                assert_eq!(here, &all[..all.len().min(here.len())], "{filter:?}");
                assert!(here.len() == all.len() || here.len() == if stage.id == ours.stages[1] { 20 } else { 5 }, "{filter:?}");
                assert_eq!(board.left(stage.id), all.len() - here.len());
                let sums = |totals: Option<&Totals>| totals.cloned().unwrap_or_default();
                assert_eq!(sums(board.totals.get(&stage.id)), sums(totals.get(&stage.id)), "{filter:?}");
            }
            // As it comes to the browser.
            let text = serde_json::to_string(&board).unwrap();
            let mut read: Board = serde_json::from_str(&text).unwrap();
            read.sort_by(filter.sort);
            assert_eq!(read, board);
        }
    }
    let foreign = load(&test.app, &person(&theirs.admin), &Sight::default(), 0, 5).await.unwrap();
    assert_eq!(foreign.totals.values().map(|totals| totals.count).sum::<i64>(), 1);
}
