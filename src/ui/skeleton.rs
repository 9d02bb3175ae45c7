//! Placeholders: the same boxes as the real content, crossed by one beam together.
use leptos::prelude::*;

/// Widths, so that no two neighbours are alike.
const LONG: [&str; 3] = ["w-[94%]", "w-[86%]", "w-full"];
const MIDDLE: [&str; 3] = ["w-[72%]", "w-[58%]", "w-[66%]"];
const SHORT: [&str; 3] = ["w-[48%]", "w-[62%]", "w-[54%]"];

/// One bar; `class` gives its size.
#[component]
pub fn Skeleton(#[prop(into)] class: String) -> impl IntoView {
    view! { <span class=["skel block ", &class].concat()></span> }
}

/// The board before its leads are there.
#[component]
pub fn BoardSkeleton() -> impl IntoView {
    let card = |n: usize| {
        view! {
            <div class="lead shadow-none!">
                <div class="flex gap-2">
                    <div class="flex-1 flex flex-col gap-2 pt-1">
                        <Skeleton class=["h-2.75 ", MIDDLE[n % 3]].concat() />
                        <Skeleton class=["h-2.25 ", SHORT[n % 3]].concat() />
                    </div>
                    <Skeleton class="size-7.5 rounded-full!" />
                </div>
                <div class="flex flex-col gap-1.5 mt-3">
                    <Skeleton class=["h-2.25 ", LONG[n % 3]].concat() />
                    <Skeleton class=["h-2.25 ", SHORT[(n + 1) % 3]].concat() />
                </div>
                <div class="flex gap-1 mt-3 items-center">
                    <Skeleton class="size-4.5" />
                    <Skeleton class="size-4.5 rounded-full!" />
                    <Skeleton class="ml-auto h-2.5 w-13" />
                </div>
            </div>
        }
    };
    view! {
        <div
            class="late grid md:grid-cols-5 gap-2.5 px-4 pb-4 flex-1 min-h-0 overflow-hidden"
            role="status"
            aria-label="Loading leads"
        >
            {[4, 3, 3, 2, 2]
                .into_iter()
                .enumerate()
                .map(|(column, cards)| {
                    view! {
                        <div class="col flex flex-col overflow-hidden max-md:not-first:hidden" aria-hidden="true">
                            <div class="flex items-center gap-2 h-9 px-2.5">
                                <Skeleton class="h-3 w-20" />
                                <Skeleton class="ml-auto h-2.5 w-10" />
                            </div>
                            <div class="flex flex-col gap-2 px-1.5 pt-1">
                                {(0..cards).map(|n| card(n + column)).collect_view()}
                            </div>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// The list of conversations before it is there.
#[component]
pub fn InboxSkeleton() -> impl IntoView {
    view! {
        <div class="late flex flex-col" role="status" aria-label="Loading conversations">
            {(0..8)
                .map(|n: usize| {
                    view! {
                        <div class="flex gap-2.5 px-3 py-2.5 border-b border-line/60" aria-hidden="true">
                            <Skeleton class="size-8.5 rounded-full! shrink-0 mt-0.5" />
                            <div class="flex-1 flex flex-col gap-2 py-1">
                                <div class="flex">
                                    <Skeleton class=["h-2.75 ", SHORT[n % 3]].concat() />
                                    <Skeleton class="ml-auto h-2.25 w-6" />
                                </div>
                                <Skeleton class=["h-2.25 ", SHORT[(n + 1) % 3]].concat() />
                                <Skeleton class=["h-2.25 ", LONG[n % 3]].concat() />
                            </div>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}
