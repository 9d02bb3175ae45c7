//! The laws of the board.

use super::*;
use crate::leads::filter::Sort;
use crate::values::{AssistantId, Score, Sentiment, UserId};
use proptest::prelude::*;

/// A card of which little is known.
pub(crate) fn card(lead: u128, stage: StageId, minor: i64, currency: Currency) -> Card {
    Card {
        id: LeadId(uuid::Uuid::from_u128(lead)),
        name: format!("Lead {lead}"),
        organisation: String::new(),
        stage,
        rank: Rank::between(None, None),
        value: Money { minor, currency },
        score: None,
        sentiment: Sentiment::Neutral,
        assistant: None,
        owner: None,
        last_message: String::new(),
        last_activity_at: Timestamp(0),
        stage_entered_at: Timestamp(0),
        conversation: None,
        created_at: Timestamp(0),
        source: Source::Manual,
        closes_on: None,
        next_step: None,
        tags: Vec::new(),
        version: 1,
    }
}

fn board(cards: &[(usize, i64)]) -> Board {
    let stages: Vec<Stage> = (0..3)
        .map(|n: u128| Stage { id: StageId(uuid::Uuid::from_u128(n)), ..Stage::open(format!("stage-{n}"), format!("Stage {n}")) })
        .collect();
    let mut board = Board::new(stages, [], 0);
    for (n, (stage, minor)) in cards.iter().enumerate() {
        let stage = board.stages[stage % 3].id;
        let mut card = card(n as u128, stage, *minor, Currency::ALL[n % 3]);
        card.rank = board.rank_after(card.id, stage, None);
        board.put(card);
    }
    board
}

/// Totals counted from nothing but the cards.
fn recount(board: &Board) -> HashMap<StageId, Totals> {
    Board::new(board.stages.clone(), board.cards.values().map(|card| Card::clone(card)), 0).totals
}

/// Without the stages and currencies in which nothing is left.
fn tidy(totals: &HashMap<StageId, Totals>) -> Vec<(StageId, i64, Vec<Money>)> {
    let mut rows: Vec<_> = totals
        .iter()
        .filter(|(_, totals)| totals.count > 0)
        .map(|(id, totals)| (*id, totals.count, totals.sums.iter().copied().filter(|sum| sum.minor != 0).collect()))
        .collect();
    rows.sort_by_key(|row| row.0);
    rows
}

proptest! {
    #[test]
    fn a_sorted_column_stays_sorted_whatever_happens_to_its_cards(
        cards in prop::collection::vec((0usize..3, 0i64..5), 1..30),
        changes in prop::collection::vec((0usize..30, 0i64..5, 0u8..5), 0..60),
        sort in prop::sample::select(Sort::ALL),
    ) {
        let mut board = board(&cards);
        board.sort_by(Some(sort));
        for (which, minor, score) in changes {
            let lead = LeadId(uuid::Uuid::from_u128((which % cards.len()) as u128));
            board.change(lead, |card| {
                card.value.minor = minor;
                card.score = Some(Score::new(score.into()));
                card.last_activity_at = Timestamp(minor);
                card.stage_entered_at = Timestamp(i64::from(score));
            });
        }
        for stage in &board.stages {
            let column: Vec<_> = board.column(stage.id).collect();
            prop_assert!(column.windows(2).all(|pair| sort.compare(pair[0], pair[1]).is_lt()));
        }
    }

    #[test]
    fn totals_are_what_a_recount_says_after_any_moves(
        cards in prop::collection::vec((0usize..3, 0i64..1_000_000), 1..40),
        moves in prop::collection::vec((0usize..40, 0usize..3, 0usize..40), 0..120),
    ) {
        let mut board = board(&cards);
        for (which, to, behind) in moves {
            let lead = LeadId(uuid::Uuid::from_u128((which % cards.len()) as u128));
            let to = board.stages[to].id;
            let after = Some(LeadId(uuid::Uuid::from_u128((behind % cards.len()) as u128))).filter(|after| *after != lead);
            let (from, version) = (board.cards[&lead].stage, board.cards[&lead].version + 1);
            let rank = board.rank_after(lead, to, after);
            board.apply_move(&LeadMoved { lead, from, to, rank, after, version, at: Timestamp(1) });
            if after.is_some_and(|after| board.cards[&after].stage == to) {
                let column: Vec<LeadId> = board.leads(to).to_vec();
                let at = column.iter().position(|id| *id == lead).unwrap();
                prop_assert_eq!(at.checked_sub(1).map(|above| column[above]), after);
            }
        }
        prop_assert_eq!(tidy(&board.totals), tidy(&recount(&board)));
        prop_assert_eq!(board.totals.values().map(|totals| totals.count).sum::<i64>(), cards.len() as i64);
    }
}

#[test]
fn a_move_told_twice_or_late_changes_nothing() {
    let mut board = board(&[(0, 100), (0, 200)]);
    let lead = LeadId(uuid::Uuid::from_u128(0));
    let first = LeadMoved {
        lead,
        from: board.stages[0].id,
        to: board.stages[1].id,
        rank: Rank::between(None, None),
        after: None,
        version: 2,
        at: Timestamp(5),
    };
    let second = LeadMoved { from: first.to, to: board.stages[2].id, version: 3, at: Timestamp(6), ..first.clone() };
    board.apply_move(&first);
    let once = board.clone();
    board.apply_move(&first);
    assert_eq!(board, once);
    board.apply_move(&second);
    let both = board.clone();
    board.apply_move(&first);
    assert_eq!(board, both, "a move that is behind the card came again");
    assert_eq!(board.cards[&lead].stage_entered_at, Timestamp(6));
}

#[test]
fn sums_of_two_currencies_stay_apart() {
    let board = board(&[(0, 8_400_000), (0, 1_800_000), (0, 250_000)]);
    let shown = board.totals[&board.stages[0].id].shown(Currency::Gbp);
    assert_eq!(shown, "£84k + €18k + $2k".replace("$2k", &Money { minor: 250_000, currency: Currency::Usd }.short()));
}

#[test]
fn a_board_arrives_as_it_was_sent() {
    let mut board = board(&[(0, 100), (1, 200), (0, 300), (2, 400)]);
    let (assistant, owner) = (AssistantId::new(), UserId::new());
    for (n, lead) in board.cards.keys().copied().collect::<Vec<_>>().into_iter().enumerate() {
        board.change(lead, |card| {
            card.assistant = (n % 2 == 0).then_some(assistant);
            card.owner = (n > 1).then_some(owner);
            card.last_message = "She said: <b>\"yes\"</b>\n\u{2028}".into();
            card.version = n as i32;
        });
    }
    board.seq = 7;
    let text = serde_json::to_string(&board).unwrap();
    assert_eq!(serde_json::from_str::<Board>(&text).unwrap(), board);
}
