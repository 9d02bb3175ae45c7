//! Empty states: the lamp is on, the stage is clear, one hint of what will stand there.
use leptos::prelude::*;

/// What is drawn in the light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// A card: leads, assistants, people.
    #[default]
    Card,
    /// A speech bubble: conversations.
    Chat,
    /// A lens: a search that found nothing.
    Search,
    /// Bars: figures that need more time.
    Chart,
}

/// Says what belongs here and gives one next step (the children: buttons or links).
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] hint: Hint,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    // A gradient needs an id, and one in a hidden part of the page lights nothing elsewhere.
    let cone = format!("cone-{}", title.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    // Not written out below: what is still in an SVG leptos 0.8 makes inside a <g>, and a gradient
    // takes no group.
    let lit = "text-beam";
    let hint = match hint {
        Hint::Card => view! {
            <rect x="60" y="50" width="48" height="32" rx="5" />
            <path d="M67 60h20M67 67h30" stroke-dasharray="none" stroke-linecap="round" opacity=".6" />
        }
        .into_any(),
        Hint::Chat => view! { <path d="M62 54h44v22H82l-8 8v-8H62Z" /> }.into_any(),
        Hint::Search => view! {
            <circle cx="82" cy="62" r="14" />
            <path d="m92 73 9 9" stroke-dasharray="none" stroke-linecap="round" />
        }
        .into_any(),
        Hint::Chart => view! {
            <path
                d="M56 80V66M70 80V56M84 80V62M98 80V48M112 80V58"
                stroke-dasharray="none"
                stroke-linecap="round"
                stroke-width="6"
                opacity=".35"
            />
        }
        .into_any(),
    };
    view! {
        <div class="flex-1 flex flex-col items-center justify-center text-center px-8 py-7">
            <svg width="168" viewBox="0 0 168 104" aria-hidden="true">
                <defs>
                    <linearGradient id=cone.clone() x1="0" y1="0" x2="0" y2="1">
                        <stop class=lit offset="0" stop-color="currentColor" stop-opacity=".5" />
                        <stop class=lit offset="1" stop-color="currentColor" stop-opacity=".08" />
                    </linearGradient>
                </defs>
                <path d="M80 8 30 86A54 11 0 0 0 138 86L90 8Z" fill=format!("url(#{cone})") />
                <ellipse class="fill-beam" cx="84" cy="87" rx="54" ry="11" opacity=".24" />
                <rect class="fill-ink" x="76" y="2" width="18" height="9" rx="3" />
                <path class="stroke-ink" d="M85 0v3" stroke-width="2" />
                <g class="stroke-ink-muted" fill="none" stroke-width="1.5" stroke-dasharray="3 3.5">
                    {hint}
                </g>
            </svg>
            <h2 class="text-md mt-3">{title}</h2>
            <p class="text-ink-muted mt-1 max-w-[36ch] text-pretty">{text}</p>
            {children.map(|children| view! { <div class="flex flex-wrap justify-center gap-2 mt-4">{children()}</div> })}
        </div>
    }
}
