//! The mark of a stage: a dimmer that is lit further with each step, so that the stage never
//! depends on its colour alone.

use crate::leads::model::{Outcome, Stage, StageTone};
use leptos::prelude::*;

/// The mark of a stage: bars for an open one, a tick for won, a cross for lost.
#[component]
pub fn StageGlyph<'a>(stage: &'a Stage) -> impl IntoView + use<> {
    let (fill, stroke) = match stage.tone {
        StageTone::Slate => ("fill-stage-new", "stroke-stage-new"),
        StageTone::Blue => ("fill-stage-contacted", "stroke-stage-contacted"),
        StageTone::Teal => ("fill-stage-qualified", "stroke-stage-qualified"),
        StageTone::Amber => ("fill-stage-proposal", "stroke-stage-proposal"),
        StageTone::Green => ("fill-stage-won", "stroke-stage-won"),
        StageTone::Red => ("fill-stage-lost", "stroke-stage-lost"),
    };
    let drawing = match stage.outcome {
        Outcome::Won => view! {
            <circle class=fill cx="7" cy="7" r="6.2" />
            <path class="stroke-raised" d="M4.3 7.2 6.3 9.1 9.8 5.2" fill="none" stroke-width="1.6" stroke-linecap="round" />
        }
        .into_any(),
        Outcome::Lost => view! {
            <g class=stroke fill="none" stroke-width="1.4" stroke-linecap="round">
                <circle cx="7" cy="7" r="5.6" />
                <path d="m5 5 4 4m0-4-4 4" />
            </g>
        }
        .into_any(),
        Outcome::Open => (0..4i16)
            .map(|bar| {
                let (n, class) = (f32::from(bar), if bar < stage.lit { fill } else { "fill-line-strong" });
                view! {
                    <rect class=class x=0.5 + n * 3.5 y=format!("{:.1}", 8.6 - n * 2.2) width="2.5" height=format!("{:.1}", 4.4 + n * 2.2) rx="1" />
                }
            })
            .collect_view()
            .into_any(),
    };
    view! {
        <svg class="shrink-0" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            {drawing}
        </svg>
    }
}
