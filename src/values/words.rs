//! What people type, as far as it can be seen.

/// Whether it is one line of plain text: nothing in it ends a line, turns what follows around, or carries
/// words that nobody sees (Unicode's bidirectional controls and tag characters).
pub fn is_plain_line(text: &str) -> bool {
    !text.chars().any(|sign| {
        let line = sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}');
        line || matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{E0000}'..='\u{E007F}')
    })
}

/// Whether nothing of it is seen: space alone, or signs without a shape.
pub fn is_unseen(text: &str) -> bool {
    let shapeless = |sign| {
        matches!(sign, '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}')
            || matches!(sign, '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
    };
    text.chars().all(|sign| sign.is_whitespace() || shapeless(sign))
}

/// Text of several lines, trimmed, without the signs that are none: control characters but line breaks and tabs.
pub fn plain_lines(text: &str) -> String {
    let kept: String = text.replace("\r\n", "\n").chars().filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_no_name_and_what_can_is_one() {
        for text in ["", "  ", "\u{200b}\u{200b}", "\u{feff}\u{3164} \u{2060}"] {
            assert!(is_unseen(text), "{text:?}");
        }
        for text in ["Ada", "Zoë Hartmann", "山田", "می‌خواهم", "👩‍🚀", "❤️"] {
            assert!(!is_unseen(text) && is_plain_line(text), "{text:?}");
        }
        for text in ["a\nb", "a\u{202e}b", "a\u{2066}b", "a\u{2028}b", "a\u{e0041}b", "a\0"] {
            assert!(!is_plain_line(text), "{text:?}");
        }
    }
}
