//! Inputs with label, hint and error. Uncontrolled: the form owns what is typed, so they work
//! without script and hydration cannot lose a letter.
use super::icon::Icon;
use leptos::prelude::*;

/// The ids of hint and error, as `aria-describedby` wants them; None when there is neither.
fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    let ids: Vec<_> =
        [(hint, "hint"), (error, "error")].into_iter().filter(|(there, _)| *there).map(|(_, part)| format!("{id}-{part}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Label above, hint and error below.
#[component]
fn Frame(
    id: String,
    label: String,
    hint: Option<String>,
    error: MaybeProp<String>,
    aside: Option<Children>,
    children: Children,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    view! {
        <div class="flex flex-col gap-1.5 min-w-0">
            <div class="flex items-baseline gap-3">
                <label class="font-medium" for=id.clone()>
                    {label}
                </label>
                {aside.map(|aside| view! { <span class="ml-auto">{aside()}</span> })}
            </div>
            {children()}
            {hint.map(|hint| view! { <p id=format!("{id}-hint") class="text-xs text-ink-faint">{hint}</p> })}
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <p id=error_id.clone() class="flex items-center gap-1.5 text-danger-ink text-xs">
                                <Icon name="circle-alert" size=14 />
                                {error}
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// One line of text.
#[component]
pub fn Field(
    /// Name in the form, and id unless one is given.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    /// For a page on which two forms have an input of this name.
    #[prop(optional, into)]
    id: Option<String>,
    /// Type of the input: `text`, `email`, `password`, `tel`, `number`, `url` …
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(optional, into)] hint: Option<String>,
    /// What is wrong, as a sentence.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] disabled: bool,
    /// 40 pixels high, for sign-in.
    #[prop(optional)]
    large: bool,
    /// Stands at the right of the label, such as a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let (for_input, has_hint) = (id.clone(), hint.is_some());
    let (own, wanted) = (RwSignal::new(None::<String>), label.clone());
    let error = MaybeProp::derive(move || own.get().or_else(|| error.get()));
    // With script the browser's bubble gives way to a sentence beside the field.
    let on_invalid = move |event: leptos::ev::Event| {
        event.prevent_default();
        let input: web_sys::HtmlInputElement = event_target(&event);
        own.set(Some(if input.value().is_empty() {
            format!("{wanted} is needed.")
        } else {
            format!("This is not a valid {}.", kind_name(kind))
        }));
        let first = input.form().and_then(|form| form.query_selector(":invalid").ok().flatten());
        if first.is_some_and(|first| first == **input) {
            let _ = input.focus();
        }
    };
    view! {
        <Frame id label hint error aside=children>
            <input
                id=for_input.clone()
                name=name
                type=kind
                class=if large { "field field-lg" } else { "field" }
                value=value
                autocomplete=autocomplete
                placeholder=placeholder
                required=required
                autofocus=autofocus
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described(&for_input, has_hint, error.get().is_some())
                on:invalid=on_invalid
                on:input=move |_| {
                    if own.with_untracked(Option::is_some) {
                        own.set(None);
                    }
                }
            />
        </Frame>
    }
}

/// What an input of that type wants, in words.
fn kind_name(kind: &str) -> &'static str {
    match kind {
        "email" => "email address",
        "url" => "address of a page",
        "number" => "number",
        "tel" => "telephone number",
        _ => "entry",
    }
}

/// A file.
#[component]
pub fn FileField(
    /// Name in the form, and id.
    name: &'static str,
    #[prop(into)] label: String,
    /// Which files are offered, as the attribute says it.
    accept: &'static str,
    #[prop(into)] hint: String,
    /// What is wrong, as a sentence.
    #[prop(optional_no_strip)]
    error: Option<String>,
) -> impl IntoView {
    let wrong = error.is_some();
    view! {
        <Frame id=name.to_owned() label hint=Some(hint) error=error.into() aside=None>
            <input
                id=name
                name=name
                type="file"
                class="field"
                accept=accept
                required
                aria-invalid=wrong.then_some("true")
                aria-describedby=described(name, true, wrong)
            />
        </Frame>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Name in the form, and id unless one is given.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    /// For a page on which two forms have an input of this name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    #[prop(default = 4)] rows: u8,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(optional, into)] hint: Option<String>,
    /// What is wrong, as a sentence.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let (for_input, has_hint) = (id.clone(), hint.is_some());
    view! {
        <Frame id label hint error aside=None>
            <textarea
                id=for_input.clone()
                name=name
                class="field"
                rows=rows
                placeholder=placeholder
                required=required
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described(&for_input, has_hint, error.get().is_some())
            >
                {value}
            </textarea>
        </Frame>
    }
}

/// One of several.
#[component]
pub fn Select(
    /// Name in the form, and id unless one is given.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    /// For a page on which two forms have an input of this name.
    #[prop(optional, into)]
    id: Option<String>,
    /// Value and text of each.
    options: Vec<(String, String)>,
    /// The value that is chosen at first.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: Option<String>,
    /// What is wrong, as a sentence.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let (for_input, has_hint) = (id.clone(), hint.is_some());
    let options = options
        .into_iter()
        .map(|(each, text)| {
            let selected = each == value;
            view! {
                <option value=each selected=selected>
                    {text}
                </option>
            }
        })
        .collect_view();
    view! {
        <Frame id label hint error aside=None>
            <span class="relative block">
                <select
                    id=for_input.clone()
                    name=name
                    class="field"
                    disabled=disabled
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || described(&for_input, has_hint, error.get().is_some())
                >
                    {options}
                </select>
                <span class="absolute inset-y-0 right-2 grid place-content-center pointer-events-none text-ink-faint">
                    <Icon name="chevron-down" size=14 />
                </span>
            </span>
        </Frame>
    }
}
