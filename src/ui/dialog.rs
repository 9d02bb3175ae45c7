//! Modal dialogs on the browser's own `<dialog>`: it traps focus, makes the page behind inert,
//! closes on Escape and gives focus back.
use super::icon::Icon;
use leptos::{ev::MouseEvent, html, prelude::*};
use wasm_bindgen::JsCast;

/// The bare dialog, open while `open` is true. Its children are made afresh each time.
#[component]
pub fn Modal(
    open: RwSignal<bool>,
    #[prop(into)] label: String,
    /// Its place and width.
    class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    // The browser says that a dialog was closed a little later. If it was we who closed it, it may be
    // wanted again by then.
    let by_us = StoredValue::new(false);
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = element.get() else { return };
        // After the children are there, so that `autofocus` among them is honoured.
        request_animation_frame(move || {
            if wanted && !dialog.open() && dialog.is_connected() {
                // Refused only when the dialog has left the page.
                let _ = dialog.show_modal();
            } else if !wanted && dialog.open() {
                by_us.try_set_value(true);
                dialog.close();
            }
        });
    });
    // The backdrop belongs to the dialog: a click that hits the dialog itself missed its content.
    let on_backdrop = move |event: MouseEvent| {
        let hit: Option<web_sys::Element> = event.target().and_then(|target| target.dyn_into().ok());
        if hit.is_some_and(|hit| hit.tag_name() == "DIALOG") {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=element
            class=["max-h-[calc(100dvh-24px)] rounded-xl bg-overlay text-ink shadow-overlay backdrop:bg-scrim open:animate-pop ", class].concat()
            aria-label=label
            on:close=move |_| {
                if by_us.try_update_value(std::mem::take) != Some(true) {
                    open.set(false);
                }
            }
            on:mousedown=on_backdrop
        >
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}

/// A dialog with its title and a button that closes it.
#[component]
pub fn Dialog(open: RwSignal<bool>, #[prop(into)] title: String, children: ChildrenFn) -> impl IntoView {
    view! {
        <Modal open label=title.clone() class="m-auto w-full max-w-[min(480px,calc(100vw-24px))]">
            <div class="p-4">
                <div class="flex items-center gap-3 mb-3">
                    <h2 class="text-md flex-1">{title.clone()}</h2>
                    <button
                        type="button"
                        class="btn btn-ghost btn-icon btn-sm"
                        aria-label="Close"
                        on:click=move |_| open.set(false)
                    >
                        <Icon name="x" />
                    </button>
                </div>
                {children()}
            </div>
        </Modal>
    }
}
