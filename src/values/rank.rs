//! Where a card stands in its column.

use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};

/// Where a card stands in its column: base-62 text, compared byte by byte.
///
/// Between two ranks there is always a third. Equal ranks (two people dropping into the same gap
/// at once) are told apart by the lead's id, so the order is stable for everyone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromWire, ToWire)]
#[serde(transparent)]
pub struct Rank(String);

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Rank {
    /// Past this many bytes a column is numbered afresh.
    pub const LONG: usize = 40;

    /// A rank as stored. None unless it is non-empty base-62 that does not end in `0` (nothing
    /// would fit before such a key).
    pub fn parse(text: &str) -> Option<Self> {
        let fine = !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| digit(b).is_some()) && !text.ends_with('0');
        fine.then(|| Self(text.to_owned()))
    }

    /// The key as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A rank strictly between two others; `None` means the end of the column. When `before` is
    /// not less than `after` (they were read at different moments) the rank follows `before`.
    pub fn between(before: Option<&Rank>, after: Option<&Rank>) -> Rank {
        let low = before.map_or("", |r| &r.0).as_bytes();
        let high = after.filter(|after| before.is_none_or(|before| before < *after)).map(|r| r.0.as_bytes());
        let mut key = Vec::with_capacity(low.len() + 1);
        let mut bounded = high;
        let mut i = 0;
        loop {
            let floor = low.get(i).and_then(|b| digit(*b)).unwrap_or(0);
            let ceiling = bounded.map_or(62, |high| high.get(i).and_then(|b| digit(*b)).unwrap_or(0));
            if ceiling > floor + 1 {
                // At an open end step by one, so that keys grow slowly when a column is added to at
                // its end, or, as every new lead does, at its top.
                let step = match (before, bounded) {
                    (Some(_), None) if i < low.len() => floor + 1,
                    (None, Some(_)) => ceiling - 1,
                    _ => floor + (ceiling - floor) / 2,
                };
                key.push(DIGITS[step]);
                return Self(String::from_utf8_lossy(&key).into_owned());
            }
            key.push(DIGITS[floor]);
            if floor < ceiling {
                bounded = None;
            }
            i += 1;
        }
    }

    /// `count` ranks in order behind a column's last one. Asked for again and again with the last that it
    /// gave, it needs one more letter for every sixty times: the low figure in the middle leaves room there.
    pub fn behind(last: Option<&Rank>, count: usize) -> Vec<Rank> {
        let base = Rank::between(last, None);
        Rank::spread(count).into_iter().map(|rank| Self(format!("{}1{}", base.0, rank.0))).collect()
    }

    /// `count` ranks in order, evenly spread and short: for filling or re-numbering a column.
    pub fn spread(count: usize) -> Vec<Rank> {
        let mut width = 1;
        let mut space: usize = 62;
        while space < (count + 1) * 2 {
            width += 1;
            space *= 62;
        }
        (1..=count)
            .map(|n| {
                let mut value = n * (space / (count + 1));
                let mut key = vec![b'0'; width];
                for place in key.iter_mut().rev() {
                    *place = DIGITS[value % 62];
                    value /= 62;
                }
                // A key may not end in 0; the middle digit after it keeps the order.
                if key.ends_with(b"0") {
                    key.push(b'V');
                }
                Self(String::from_utf8_lossy(&key).into_owned())
            })
            .collect()
    }
}

fn digit(byte: u8) -> Option<usize> {
    DIGITS.iter().position(|d| *d == byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn between_two_ranks_there_is_always_a_third(gaps in prop::collection::vec(0usize..8, 1..200)) {
            let mut ranks: Vec<Rank> = Vec::new();
            for gap in gaps {
                let at = gap.min(ranks.len());
                let rank = Rank::between(at.checked_sub(1).map(|i| &ranks[i]), ranks.get(at));
                prop_assert!(Rank::parse(rank.as_str()).is_some() || rank.as_str().len() > 64, "{rank:?}");
                ranks.insert(at, rank);
                prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
            }
        }

        #[test]
        fn a_spread_is_in_order_and_short(count in 1usize..3000) {
            let ranks = Rank::spread(count);
            prop_assert_eq!(ranks.len(), count);
            prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(ranks.iter().all(|rank| rank.as_str().len() <= 4 && Rank::parse(rank.as_str()).is_some()));
        }
    }

    #[test]
    fn a_column_is_filled_from_behind_with_short_ranks() {
        let mut column = vec![Rank::between(None, None)];
        for _ in 0..400 {
            column.extend(Rank::behind(column.last(), 500));
        }
        assert!(column.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(column.iter().all(|rank| rank.as_str().len() < 16 && Rank::parse(rank.as_str()).is_some()), "{:?}", column.last());
    }

    #[test]
    fn a_thousand_leads_on_top_of_one_another_need_no_new_numbering() {
        let mut top = Rank::between(None, None);
        for _ in 0..1000 {
            let above = Rank::between(None, Some(&top));
            assert!(above < top && Rank::parse(above.as_str()).is_some(), "{above:?} over {top:?}");
            top = above;
        }
        assert!(top.as_str().len() <= Rank::LONG, "{top:?}");
    }
}
