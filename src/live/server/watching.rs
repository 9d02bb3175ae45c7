//! Who looks at something through this process. People come and go by the thousand when a server is replaced, so each
//! costs no more than finding their place.

use crate::live::topic::Here;
use crate::values::UserId;
use std::collections::BTreeMap;

/// People named as looking at one topic.
pub(super) const NAMED: usize = 50;

/// The people who look at one topic, by name, each with the number of their pages.
#[derive(Default)]
pub(super) struct Watching(BTreeMap<(String, UserId), (Here, usize)>);

impl Watching {
    /// One more page of somebody. Says whether those who are named have changed by it.
    pub fn come(&mut self, here: &Here) -> bool {
        let key = (here.name.clone(), here.user);
        let (_, pages) = self.0.entry(key.clone()).or_insert_with(|| (here.clone(), 0));
        *pages += 1;
        *pages == 1 && self.is_named(&key)
    }

    /// One page less of somebody. Says whether those who are named have changed by it.
    pub fn go(&mut self, here: &Here) -> bool {
        let key = (here.name.clone(), here.user);
        let Some((_, pages)) = self.0.get_mut(&key) else { return false };
        *pages -= 1;
        if *pages > 0 {
            return false;
        }
        let named = self.is_named(&key);
        self.0.remove(&key);
        named
    }

    /// Whether nobody looks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those who are named.
    pub fn named(&self) -> Vec<Here> {
        self.0.values().take(NAMED).map(|(here, _)| here.clone()).collect()
    }

    fn is_named(&self, key: &(String, UserId)) -> bool {
        self.0.keys().take(NAMED).any(|known| known == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(number: usize) -> Here {
        Here { user: UserId(uuid::Uuid::from_u128(number as u128)), name: format!("{number:03}"), tint: 1 }
    }

    #[test]
    fn somebody_is_named_once_however_many_pages_they_have_open() {
        let mut watching = Watching::default();
        assert_eq!([watching.come(&here(1)), watching.come(&here(1)), watching.come(&here(0))], [true, false, true]);
        assert_eq!(watching.named(), [here(0), here(1)]);
        assert_eq!([watching.go(&here(1)), watching.go(&here(1)), watching.go(&here(1))], [false, true, false]);
        assert!(watching.go(&here(0)) && watching.is_empty());
    }

    #[test]
    fn of_many_the_first_are_named_and_of_the_others_nobody_is_told() {
        let mut watching = Watching::default();
        let changed = (0..NAMED + 5).filter(|number| watching.come(&here(*number))).count();
        assert_eq!((changed, watching.named().len()), (NAMED, NAMED));
        assert!(!watching.go(&here(NAMED + 1)), "nobody saw them");
        assert!(watching.go(&here(0)));
        assert_eq!(watching.named().last(), Some(&here(NAMED)), "the next takes the place");
    }
}
