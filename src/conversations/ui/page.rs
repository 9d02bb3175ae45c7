//! The page: the list stays while threads change; on a phone one of the two is shown.

use super::list::ListPane;
use super::open::Outbox;
use super::thread::ThreadPane;
use super::transcript::TranscriptPane;
use crate::conversations::api::{load_inbox, load_thread};
use crate::error::AppError;
use crate::route::{Title, use_params_map, use_query_map};
use crate::ui::empty::{Empty, Hint};
use crate::ui::moment::provide_zone;
use crate::ui::skeleton::{InboxSkeleton, Skeleton};
use crate::values::ConversationId;
use crate::wire::load;
use leptos::prelude::*;

/// The inbox, on the path `/inbox/:conversation?`.
#[component]
pub fn InboxPage() -> impl IntoView {
    provide_zone();
    provide_context(Outbox(RwSignal::new(Vec::new())));
    let (params, query) = (use_params_map(), use_query_map());
    // None: no thread is asked for; an id that is none finds nothing.
    let wanted = Memo::new(move |_| params.with(|params| params.get("conversation")));
    let open = Memo::new(move |_| wanted.get().and_then(|id| id.parse::<ConversationId>().ok()));
    let transcript = Memo::new(move |_| query.with(|query| query.get("view").as_deref() == Some("transcript")));
    let inbox = load(|| (), |()| load_inbox());
    view! {
        <Title text="Inbox" />
        <div class="flex flex-1 min-h-0">
            <section
                class=move || {
                    let phone = if wanted.get().is_some() { "max-md:hidden" } else { "" };
                    ["w-full md:w-[300px] xl:w-(--w-list) shrink-0 flex flex-col min-h-0 md:border-r border-line print:hidden ", phone]
                        .concat()
                }
                aria-label="Conversations"
            >
                <Suspense fallback=|| {
                    view! {
                        <header class="h-(--h-bar) px-4 flex items-center shrink-0">
                            <h1 class="text-md font-semibold">"Inbox"</h1>
                        </header>
                        <InboxSkeleton />
                    }
                }>
                    {move || Suspend::new(async move {
                        match inbox.await {
                            Ok(inbox) => view! { <ListPane inbox open /> }.into_any(),
                            Err(error) => {
                                view! { <Broken title="The list could not be loaded" error again=move || inbox.refetch() /> }
                                    .into_any()
                            }
                        }
                    })}
                </Suspense>
            </section>
            {move || match (wanted.get(), open.get()) {
                (None, _) => view! { <NoThread /> }.into_any(),
                (Some(_), Some(id)) => view! { <Loading id transcript /> }.into_any(),
                (Some(_), None) => view! { <Gone /> }.into_any(),
            }}
        </div>
    }
}

/// One thread, loaded for as long as it is open.
#[component]
fn Loading(id: ConversationId, transcript: Memo<bool>) -> impl IntoView {
    let thread = load(|| (), move |()| load_thread(id));
    view! {
        <Suspense fallback=ThreadSkeleton>
            {move || Suspend::new(async move {
                match thread.await {
                    Ok(thread) => {
                        let loaded = StoredValue::new(thread);
                        view! {
                            {move || {
                                if transcript.get() {
                                    view! { <TranscriptPane thread=loaded.get_value() /> }.into_any()
                                } else {
                                    view! { <ThreadPane thread=loaded.get_value() /> }.into_any()
                                }
                            }}
                        }
                            .into_any()
                    }
                    Err(AppError::NotFound) => view! { <Gone /> }.into_any(),
                    Err(error) => {
                        view! {
                            <section class="flex-1 min-w-0 flex flex-col" aria-label="Conversation">
                                <BackBar />
                                <Broken title="The conversation could not be loaded" error again=move || thread.refetch() />
                            </section>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

/// A part that could not be loaded: why, and a way to try again. The rest of the page stands.
#[component]
fn Broken(title: &'static str, error: AppError, again: impl Fn() + Send + Sync + 'static) -> impl IntoView {
    view! {
        <Empty title text=error.to_string() hint=Hint::Chat>
            <button class="btn" on:click=move |_| again()>
                "Try again"
            </button>
        </Empty>
    }
}

/// Back to the list, on a phone.
#[component]
fn BackBar() -> impl IntoView {
    view! {
        <header class="md:hidden h-(--h-bar) px-3 flex items-center shrink-0">
            <a class="btn btn-ghost" href="/inbox">
                "Back to the inbox"
            </a>
        </header>
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <section class="flex-1 min-w-0 flex flex-col" aria-label="Conversation">
            <Empty title="There is no such chat" text="It may have been removed, or you may not have access to it." hint=Hint::Chat>
                <a class="btn" href="/inbox">
                    "Back to the inbox"
                </a>
            </Empty>
        </section>
    }
}

#[component]
fn NoThread() -> impl IntoView {
    view! {
        <section class="max-md:hidden flex-1 min-w-0 flex flex-col" aria-label="Conversation">
            <Empty
                title="No chat is open"
                text="Choose one from the list to read it and to answer. J and K go down and up the list, R writes."
                hint=Hint::Chat
            />
        </section>
    }
}

#[component]
fn ThreadSkeleton() -> impl IntoView {
    let bubble = |class: &'static str| view! { <Skeleton class=class /> };
    view! {
        <section class="late flex-1 min-w-0 flex flex-col" role="status" aria-label="Loading the conversation">
            <header class="h-(--h-bar) px-4 flex items-center gap-2.5 border-b border-line shrink-0" aria-hidden="true">
                <Skeleton class="size-7 rounded-full!" />
                <Skeleton class="h-3 w-36" />
            </header>
            <div class="flex-1 px-6 py-4 flex flex-col gap-4" aria-hidden="true">
                {bubble("h-10 w-[46%]")}
                {bubble("h-16 w-[58%] self-end")}
                {bubble("h-10 w-[38%]")}
                {bubble("h-10 w-[50%] self-end")}
            </div>
        </section>
    }
}
