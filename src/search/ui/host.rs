//! What opens the palette, the dialog it comes in, and its field: that is there at once, so that
//! nothing is lost of what is typed while the rest is fetched.

use super::commands::GO;
use crate::areas;
use crate::route::use_navigate;
use crate::search::model::LONGEST;
use crate::ui::{dialog::Modal, icon::Icon, keys::is_typing};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::time::Duration;

/// The second key of G and a letter comes within this.
const PATIENCE: Duration = Duration::from_millis(1200);

/// What the field and the list share.
#[derive(Clone, Copy)]
pub struct Asking {
    /// Whether the palette is open.
    pub open: RwSignal<bool>,
    /// What is in the field.
    pub typed: RwSignal<String>,
    /// Which line of the list is chosen.
    pub chosen: RwSignal<usize>,
    /// What the list does with a key.
    pub on_key: StoredValue<Option<Callback<KeyboardEvent>>>,
}

/// The palette's place in every page, and its keys: Ctrl or Cmd and K, ?, and G with a letter.
#[component]
pub fn PaletteHost(open: RwSignal<bool>) -> impl IntoView {
    let asking = Asking { open, typed: RwSignal::default(), chosen: RwSignal::default(), on_key: StoredValue::default() };
    let Asking { typed, chosen, on_key, .. } = asking;
    provide_context(asking);
    Effect::new(move || {
        if open.get() {
            typed.set(String::new());
        }
    });
    let navigate = use_navigate();
    let going = StoredValue::new(None::<TimeoutHandle>);
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let key = event.key().to_lowercase();
        if key == "k" && (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key() {
            event.prevent_default();
            open.update(|open| *open = !*open);
            return;
        }
        let began = going.try_update_value(Option::take).flatten();
        if let Some(began) = &began {
            began.clear();
        }
        if is_typing(&event) || event.default_prevented() {
            return;
        }
        let goal = GO.iter().find(|(letter, _)| *letter == key).filter(|_| began.is_some());
        if let Some((_, path)) = goal {
            event.prevent_default();
            navigate.to(path);
        } else if key == "g" {
            going.set_value(
                set_timeout_with_handle(
                    move || {
                        going.try_set_value(None);
                    },
                    PATIENCE,
                )
                .ok(),
            );
        } else if key == "?" {
            event.prevent_default();
            open.set(true);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <Modal open label="Search and commands" class="mx-auto mt-[14vh] mb-auto p-0 w-full max-w-[min(640px,calc(100vw-24px))] overflow-hidden">
            <div class="relative flex items-center gap-3 px-4 h-14 border-b border-line">
                <span class="text-ink-muted flex">
                    <Icon name="search" size=18 />
                </span>
                <input
                    class="flex-1 min-w-0 bg-transparent text-md outline-none caret-beam-ink"
                    role="combobox"
                    autofocus
                    aria-expanded="true"
                    aria-controls="found"
                    aria-autocomplete="list"
                    aria-activedescendant=move || format!("found-{}", chosen.get())
                    aria-label="Find a lead or a command"
                    placeholder="Find a lead, a message, a command"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength=LONGEST.to_string()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if let Some(on_key) = on_key.get_value() {
                            on_key.run(event);
                        }
                    }
                />
                <button type="button" class="kbd cursor-pointer" aria-label="Close" on:click=move |_| open.set(false)>
                    "Esc"
                </button>
            </div>
            <Suspense fallback=|| view! { <p class="p-5 text-ink-faint">"Loading…"</p> }>{move || Suspend::new(areas::palette())}</Suspense>
        </Modal>
    }
}
