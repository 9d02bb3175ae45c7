//! Avatars: people are circles, assistants are squircles lit from their own angle, leads are
//! unlit grey circles.
use leptos::prelude::*;

/// The colours of people, `peer-1` to `peer-5`.
const TINTS: [&str; 5] = ["bg-peer-1", "bg-peer-2", "bg-peer-3", "bg-peer-4", "bg-peer-5"];

/// Where the lamp hangs: the cone, the pool's centre, the lamp itself.
type Lamp = (&'static str, &'static str, &'static str, &'static str, &'static str);
const LEFT: Lamp = ("M6 3 21 15A7 3 0 0 1 8 19Z", "14", "17", "6", "4.6");
const RIGHT: Lamp = ("M18 3 3 15A7 3 0 0 0 16 19Z", "10", "17", "18", "4.6");
const ABOVE: Lamp = ("M12 2.5 5 17A7 3 0 0 0 19 17Z", "12", "17.5", "12", "4.2");
/// One place of the lamp for each of the hues `lamp-0` to `lamp-7` in `style/main.css`.
const LAMPS: [Lamp; 8] = [LEFT, RIGHT, ABOVE, LEFT, RIGHT, ABOVE, LEFT, RIGHT];

/// The first letters of the first two words, in capitals: `Maya Lindqvist` is `ML`.
pub fn initials(name: &str) -> String {
    name.split_whitespace().take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// Edge and type size, as classes; sizes between two steps take the smaller one.
fn circle(size: u8) -> &'static str {
    match size {
        0..20 => "size-4 text-[8px]",
        20..22 => "size-5 text-[8px]",
        22..24 => "size-5.5 text-[9px]",
        24..26 => "size-6 text-[10px]",
        26..28 => "size-6.5 text-[10px]",
        28..32 => "size-7 text-[11px]",
        32..34 => "size-8 text-[13px]",
        34..36 => "size-8.5 text-[13px]",
        36..40 => "size-9 text-[14px]",
        _ => "size-10 text-[16px]",
    }
}

/// A person of the company.
#[component]
pub fn Person(
    #[prop(into)] name: String,
    /// 1 to 5, given to the person when they joined.
    tint: u8,
    /// 16, 20, 22, 24, 26, 32 or 40 pixels.
    #[prop(default = 24)]
    size: u8,
) -> impl IntoView {
    let tint = TINTS[usize::from(tint.saturating_sub(1)) % TINTS.len()];
    let letters = initials(&name);
    view! {
        <span class=["person ", tint, " ", circle(size)].concat() role="img" aria-label=name.clone() title=name>
            {letters}
        </span>
    }
}

/// An AI assistant.
#[component]
pub fn Bot(
    #[prop(into)] name: String,
    /// 0 to 7: hue and place of the lamp.
    hue: u8,
    /// Edge in pixels.
    #[prop(default = 20)]
    size: u8,
) -> impl IntoView {
    let hue = usize::from(hue) % LAMPS.len();
    let (cone, pool_x, pool_y, lamp_x, lamp_y) = LAMPS[hue];
    view! {
        <svg
            class=format!("bot lamp-{hue}")
            role="img"
            aria-label=format!("{name}, AI assistant")
            width=size
            height=size
            viewBox="0 0 24 24"
        >
            <rect width="24" height="24" />
            <path d=cone />
            <ellipse cx=pool_x cy=pool_y rx="6.4" ry="2.7" />
            <circle cx=lamp_x cy=lamp_y r="2.3" />
        </svg>
    }
}

/// A lead. Decorative: the lead's name stands beside it.
#[component]
pub fn Lead(
    #[prop(into)] name: String,
    /// Edge in pixels.
    #[prop(default = 36)]
    size: u8,
) -> impl IntoView {
    view! {
        <span class=["person bg-pressed text-ink-muted ", circle(size)].concat() aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

/// The product's mark: a lamp, its cone, and the pool of light.
#[component]
pub fn Logo(
    /// Edge in pixels.
    #[prop(default = 24)]
    size: u8,
) -> impl IntoView {
    view! {
        <svg class="mark shrink-0" width=size height=size viewBox="0 0 24 24" aria-hidden="true">
            <rect width="24" height="24" rx="6.5" />
            <path d="M7.2 4.6 20.4 16.2A6.4 2.7 0 0 1 8.2 18.6Z" />
            <ellipse cx="14.3" cy="17.4" rx="6.1" ry="2.5" />
            <circle cx="7" cy="5.9" r="2.5" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters_of_two_words() {
        assert_eq!(initials("Maya Lindqvist"), "ML");
        assert_eq!(initials("  anneke de Vries "), "AD");
        assert_eq!(initials("élodie"), "É");
        assert_eq!(initials(""), "");
    }
}
