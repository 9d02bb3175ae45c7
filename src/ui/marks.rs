//! Small marks: score, sentiment, age. None of them depends on colour alone.
use super::clock::use_clock;
use crate::values::{Day, Score, Sentiment, Timestamp};
use leptos::prelude::*;

/// The score as a ring with the number inside: amber from 75, paler below.
#[component]
pub fn ScoreRing(
    /// None while nothing is known of the lead.
    #[prop(into)]
    score: Signal<Option<Score>>,
    /// Edge in pixels.
    #[prop(default = 30)]
    size: u8,
) -> impl IntoView {
    let edge = f32::from(size);
    let (width, font) = if size > 40 { (3.5, (edge * 0.32).round()) } else { (2.5, 11.0) };
    let (centre, radius) = (edge / 2.0, (edge - width) / 2.0 - 0.5);
    let around = std::f32::consts::TAU * radius;
    let colour = move || match score.get().map_or(0, Score::get) {
        75.. => "stroke-stage-proposal",
        50..75 => "stroke-ink-muted",
        _ => "stroke-ink-faint",
    };
    // A round cap would show as a dot at zero: no dash, no cap.
    let dash = move || {
        let lit = around * f32::from(score.get().map_or(0, Score::get)) / 100.0;
        format!("{lit:.1} {around:.1}")
    };
    let cap = move || if score.get().is_some_and(|s| s.get() > 0) { "round" } else { "butt" };
    view! {
        <svg
            class="shrink-0"
            width=size
            height=size
            role="img"
            aria-label=move || match score.get() {
                Some(score) => format!("Score {} of 100", score.get()),
                None => "No score yet".into(),
            }
        >
            <g fill="none" stroke-width=width transform=format!("rotate(-90 {centre} {centre})")>
                <circle class="stroke-pressed" cx=centre cy=centre r=radius />
                <circle class=colour cx=centre cy=centre r=radius stroke-linecap=cap stroke-dasharray=dash />
            </g>
            <text
                class="num fill-ink font-semibold"
                x=centre
                y=centre
                font-size=font
                text-anchor="middle"
                dominant-baseline="central"
            >
                {move || score.get().map_or("–".into(), |s| s.get().to_string())}
            </text>
        </svg>
    }
}

/// Disc for positive, ring for neutral, diamond for negative.
#[component]
pub fn SentimentMark(
    #[prop(into)] sentiment: Signal<Sentiment>,
    /// Say the word beside the shape.
    #[prop(optional)]
    label: bool,
) -> impl IntoView {
    let word = move || match sentiment.get() {
        Sentiment::Positive => "Positive",
        Sentiment::Neutral => "Neutral",
        Sentiment::Negative => "Negative",
    };
    let shape = move || match sentiment.get() {
        Sentiment::Positive => view! { <circle class="fill-sentiment-positive" cx="5" cy="5" r="4" /> }.into_any(),
        Sentiment::Neutral => {
            view! { <circle class="stroke-sentiment-neutral" cx="5" cy="5" r="3.2" fill="none" stroke-width="1.7" /> }.into_any()
        }
        Sentiment::Negative => view! {
            <rect
                class="fill-sentiment-negative"
                x="1.7"
                y="1.7"
                width="6.6"
                height="6.6"
                rx="1"
                transform="rotate(45 5 5)"
            />
        }
        .into_any(),
    };
    if label {
        view! {
            <span class="inline-flex items-center gap-1.5">
                <svg class="shrink-0" width="8" height="8" viewBox="0 0 10 10" aria-hidden="true">{shape}</svg>
                {word}
            </span>
        }
        .into_any()
    } else {
        view! {
            <svg
                class="shrink-0"
                width="8"
                height="8"
                viewBox="0 0 10 10"
                role="img"
                aria-label=move || format!("Sentiment {}", sentiment.get())
            >
                {shape}
            </svg>
        }
        .into_any()
    }
}

/// How long ago, followed by the clock.
#[component]
pub fn Ago(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    let now = use_clock();
    view! {
        <time class="num" datetime=move || iso(at.get())>
            {move || at.get().ago(now.get())}
        </time>
    }
}

/// The moment as machines write it, in UTC to the second: `2026-11-22T14:30:00Z`.
pub fn iso(at: Timestamp) -> String {
    let second = at.0.div_euclid(1000).rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}Z", Day::of(at).iso(), second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn iso_agrees_with_the_calendar() {
        for seconds in [-86_401, -1, 0, 951_782_400, 951_868_799, 1_709_208_000, 1_798_761_599, 4_107_542_400_i64] {
            let expected = chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ").to_string();
            assert_eq!(iso(Timestamp(seconds * 1000)), expected);
        }
    }
}
