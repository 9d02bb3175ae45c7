//! A field for a password, which can be shown. Password managers and paste work; what was typed
//! never comes back from the server.
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// A password with its label, hint, error and a button that shows it.
#[component]
pub fn PasswordField(
    /// Name in the form, and id.
    name: &'static str,
    label: &'static str,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What is wrong with it.
    error: Option<String>,
    #[prop(optional)] hint: Option<&'static str>,
    /// 40 pixels high, for the pages before signing in.
    #[prop(optional)]
    large: bool,
    /// The cursor stands here at first.
    #[prop(optional)]
    autofocus: bool,
    /// Stands at the right of the label, such as a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (shown, ready) = (RwSignal::new(false), RwSignal::new(false));
    // Without scripts the button could do nothing: it is not there.
    Effect::new(move || ready.set(true));
    let (error_id, hint_id) = (format!("{name}-error"), format!("{name}-hint"));
    let described: Vec<_> = [error.is_some().then(|| error_id.clone()), hint.map(|_| hint_id.clone())].into_iter().flatten().collect();
    view! {
        <div class="flex flex-col gap-1.5 min-w-0">
            <div class="flex items-baseline gap-3">
                <label class="font-medium" for=name>
                    {label}
                </label>
                {children.map(|aside| view! { <span class="ml-auto">{aside()}</span> })}
            </div>
            <span class="relative block">
                <input
                    id=name
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    class=if large { "field field-lg pr-11" } else { "field pr-10" }
                    autocomplete=autocomplete
                    autofocus=autofocus
                    required
                    spellcheck="false"
                    autocapitalize="off"
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=(!described.is_empty()).then(|| described.join(" "))
                />
                <button
                    type="button"
                    class="absolute right-1 inset-y-0 my-auto size-7 max-md:size-8 grid place-content-center rounded-sm text-ink-faint hover:text-ink hover:bg-hover"
                    hidden=move || !ready.get()
                    aria-label="Show password"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { view! { <Icon name="eye-off" /> } } else { view! { <Icon name="eye" /> } }}
                </button>
            </span>
            {hint.map(|hint| view! { <p id=hint_id class="text-xs text-ink-faint">{hint}</p> })}
            {error
                .map(|error| {
                    view! {
                        <p id=error_id class="flex items-center gap-1.5 text-danger-ink text-xs">
                            <Icon name="circle-alert" size=14 />
                            {error}
                        </p>
                    }
                })}
        </div>
    }
}
