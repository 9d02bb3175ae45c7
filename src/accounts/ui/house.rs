//! The frame of the pages before signing in: the house with its beam at the left, a form at the
//! right.
use crate::route::Title;
use crate::ui::avatar::Logo;
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// A page with one form.
#[component]
pub fn House(title: &'static str, #[prop(into)] heading: String, #[prop(into)] lead: String, children: Children) -> impl IntoView {
    view! {
        <Title text=title />
        <main id="main" class="min-h-dvh grid lg:grid-cols-[minmax(0,1fr)_minmax(0,560px)] bg-canvas">
            <Side />
            <section class="flex flex-col justify-center px-6 py-12 sm:px-16">
                <div class="w-full max-w-[360px] mx-auto">
                    <div class="lg:hidden mb-8 flex items-center gap-2.5">
                        <Logo size=28 />
                        <b class="text-md">"Spotlight OS"</b>
                    </div>
                    <h1 class="text-xl font-semibold">{heading}</h1>
                    <p class="text-ink-muted mt-1">{lead}</p>
                    {children()}
                </div>
            </section>
        </main>
    }
}

/// Drawn, not said: for those who do not see it there is nothing in it.
#[component]
fn Side() -> impl IntoView {
    view! {
        <section
            class="hidden lg:flex relative overflow-hidden m-2 mr-0 rounded-xl flex-col justify-between p-10 bg-house text-house-ink"
            aria-hidden="true"
        >
            <div class="absolute inset-0 bg-[conic-gradient(from_128deg_at_14%_-6%,transparent_0deg,color-mix(in_oklch,var(--color-house-beam)_30%,transparent)_7deg,color-mix(in_oklch,var(--color-house-beam)_34%,transparent)_17deg,color-mix(in_oklch,var(--color-house-beam)_12%,transparent)_25deg,transparent_31deg)] [mask-image:linear-gradient(155deg,black_20%,transparent_92%)]"></div>
            <div class="absolute left-[44%] bottom-[15%] w-[54%] h-[21%] rounded-full bg-[radial-gradient(closest-side,color-mix(in_oklch,var(--color-house-beam)_36%,transparent),color-mix(in_oklch,var(--color-house-beam)_12%,transparent)_58%,transparent)]"></div>
            <div class="relative flex items-center gap-3">
                <Logo size=30 />
                <span class="text-lg font-semibold">"Spotlight OS"</span>
            </div>
            <div class="relative max-w-[380px]">
                <p class="text-3xl font-semibold text-balance">"Every lead gets its moment in the light."</p>
                <p class="mt-4 text-md text-house-muted">"Your assistants answer at once, day and night. You step in where it counts."</p>
            </div>
            <div class="relative self-end w-[340px] rounded-lg p-3.5 text-ink bg-raised shadow-overlay mb-[9%] mr-[3%]">
                <div class="flex items-center gap-2 text-xs text-ink-muted">
                    <i class="live"></i>
                    "Nora, 02:14 on Sunday"
                    <svg class="ml-auto" width="8" height="8" viewBox="0 0 10 10">
                        <circle class="fill-sentiment-positive" cx="5" cy="5" r="4" />
                    </svg>
                </div>
                <p class="mt-2 text-base">"“Yes, a 400 kW roof usually pays back in 5 to 6 years. Shall I ask Maya to call you on Tuesday?”"</p>
                <p class="mt-2 text-xs font-medium text-positive-ink">"Priya Raman moved to Qualified"</p>
            </div>
        </section>
    }
}

/// What was done, or what went wrong with no field in particular, above a form.
#[component]
pub fn Said(
    /// What was done.
    done: Option<&'static str>,
    /// What went wrong.
    error: Option<String>,
) -> impl IntoView {
    match (error, done) {
        (Some(error), _) => view! {
            <p class="mt-5 flex items-start gap-2 rounded-md bg-danger-soft text-danger-ink px-3 py-2" role="alert">
                <Icon name="circle-alert" class="mt-0.5" />
                <span>{error}</span>
            </p>
        }
        .into_any(),
        (None, Some(done)) => view! {
            <p class="mt-5 flex items-start gap-2 rounded-md bg-positive-soft text-positive-ink px-3 py-2" role="status">
                <Icon name="circle-check" class="mt-0.5" />
                <span>{done}</span>
            </p>
        }
        .into_any(),
        (None, None) => ().into_any(),
    }
}

/// A line under a form, leading to another page.
#[component]
pub fn Aside(text: &'static str, href: &'static str, link: &'static str) -> impl IntoView {
    view! {
        <p class="mt-8 text-xs text-ink-faint">
            {text} " " <a class="text-ink-muted underline underline-offset-3 hover:text-ink" href=href>
                {link}
            </a>
        </p>
    }
}
