//! Colleagues who are named in a note: `@Maya Lindqvist, can you call?`

use std::ops::Range;

/// Where `people` are named with an `@` in front, from the beginning on. Capitals make no difference; of two names of
/// which one begins with the other the longer is meant.
pub fn mentions<'a, T: Copy + 'a>(text: &str, people: impl Iterator<Item = (T, &'a str)> + Clone) -> Vec<(Range<usize>, T)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        from = at + 1;
        // The sign within an address is none.
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let named = people.clone().filter_map(|(person, name)| Some((person, end(&text[from..], name)?)));
        if let Some((person, length)) = named.max_by_key(|(_, length)| *length) {
            from += length;
            found.push((at..from, person));
        }
    }
    found
}

/// How much of the text is that name, if it begins with it.
fn end(text: &str, name: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in name.chars() {
        let (_, letter) = letters.next()?;
        if !letter.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let rest = letters.as_str();
    let whole = !name.is_empty() && !rest.starts_with(char::is_alphanumeric);
    whole.then_some(text.len() - rest.len())
}

/// The name that is being typed at the end of a text: what stands behind its last `@`, if that may become one.
pub fn begun(text: &str) -> Option<&str> {
    let (before, name) = text.rsplit_once('@')?;
    let fits = !before.ends_with(char::is_alphanumeric) && !name.contains('\n') && name.chars().count() <= 40;
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_their_whole_names() {
        let people = [(1, "Maya"), (2, "Maya Lindqvist"), (3, "Tom Okafor"), (4, "Ås İnce"), (5, "")];
        let found = |text: &str| {
            let found = mentions(text, people.iter().copied());
            found.into_iter().map(|(place, person)| (text[place].to_owned(), person)).collect::<Vec<_>>()
        };
        assert_eq!(found("@maya lindqvist, and @TOM OKAFOR!"), [("@maya lindqvist".to_owned(), 2), ("@TOM OKAFOR".to_owned(), 3)]);
        assert_eq!(found("@Maya Lind"), [("@Maya".to_owned(), 1)]);
        assert_eq!(found("ask @Ås İnce."), [("@Ås İnce".to_owned(), 4)]);
        for none in ["Maya", "@", "@@", "x@Maya", "@Mayas", "@Tom", "@ Maya", "é@Maya", ""] {
            assert_eq!(found(none), [], "{none:?}");
        }
        assert_eq!(found("@@Maya"), [("@Maya".to_owned(), 1)]);
    }

    #[test]
    fn a_name_is_begun_behind_the_last_sign() {
        assert_eq!(begun("Hello @Ma"), Some("Ma"));
        assert_eq!(begun("@"), Some(""));
        assert_eq!(begun("kit@elder.test"), None);
        assert_eq!(begun("@Maya\nnext"), None);
        assert_eq!(begun("nobody"), None);
    }
}
