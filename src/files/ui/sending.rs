//! Files on their way to the server: one after the other, each with how far it has come.
//!
//! They belong to no page. Whoever goes elsewhere in the meantime still has them arrive, or is told that one did not.

use crate::error::AppError;
use crate::files::model::{FileChange, LARGEST, LeadFile, TOO_LARGE};
use crate::ui::toast::Toasts;
use crate::values::{FileId, LeadId};
use crate::wire::{parse, read};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::{Arc, OnceLock};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

/// How far a file has come.
#[derive(Clone)]
pub enum Stage {
    /// Others go first.
    Waiting,
    /// So many hundredths of it have gone out.
    Sending(u32, SendWrapper<XmlHttpRequest>),
    /// It did not arrive.
    Failed(String),
}

/// A file on its way.
#[derive(Clone)]
pub struct Outgoing {
    /// The id it will have: sent twice it is one file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whether another try may do.
    pub retriable: bool,
    file: SendWrapper<File>,
}

/// Files on their way to one lead.
#[derive(Clone)]
pub struct Sending {
    /// Which; one that becomes part of another meanwhile is that one.
    pub lead: ArcRwSignal<LeadId>,
    /// Those that have not arrived, in the order in which they were chosen.
    pub files: ArcRwSignal<Vec<Outgoing>>,
    /// Hears of each that has arrived. It does nothing once its page is gone.
    arrived: Callback<LeadFile>,
    /// Whether the page that shows them is there.
    shown: StoredValue<()>,
    toasts: Toasts,
    /// Whoever closes the tab meanwhile is asked whether they mean it; from the first file on.
    watch: Arc<OnceLock<()>>,
}

impl Sending {
    /// None yet. `changed` hears of those that have arrived.
    pub fn new(lead: LeadId, toasts: Toasts, changed: impl Fn(LeadFile, FileChange) + Send + Sync + 'static) -> Self {
        let arrived = Callback::new(move |file| changed(file, FileChange::Added));
        let lead = ArcRwSignal::new(lead);
        Self { lead, files: ArcRwSignal::new(Vec::new()), arrived, shown: StoredValue::new(()), toasts, watch: Arc::default() }
    }

    /// Sends these too.
    pub fn add(&self, files: impl Iterator<Item = File>) {
        let outgoing = files.map(|file| {
            let fits = file.size() <= LARGEST as f64;
            let stage = if fits { Stage::Waiting } else { Stage::Failed(TOO_LARGE.into()) };
            Outgoing { id: FileId::new(), name: file.name(), stage, retriable: fits, file: SendWrapper::new(file) }
        });
        self.files.update(|all| all.extend(outgoing));
        self.watch.get_or_init(|| {
            let this = self.clone();
            // Never taken away: also on another page of ours the files are still on their way.
            window_event_listener(leptos::ev::beforeunload, move |event| {
                if this.busy() {
                    event.prevent_default();
                }
            });
        });
        self.send_next();
    }

    /// Sends it once more.
    pub fn retry(&self, id: FileId) {
        self.set(id, Stage::Waiting);
        self.send_next();
    }

    /// Forgets it, and breaks off if it is on its way.
    pub fn drop(&self, id: FileId) {
        if let Some(Outgoing { stage: Stage::Sending(_, request), .. }) = self.take(id) {
            // Its end is heard like any other's.
            let _ = request.abort();
        }
    }

    /// Whether one has yet to arrive.
    pub fn busy(&self) -> bool {
        self.files.with_untracked(|all| all.iter().any(|file| !matches!(file.stage, Stage::Failed(_))))
    }

    fn take(&self, id: FileId) -> Option<Outgoing> {
        let mut taken = None;
        self.files.update(|all| taken = all.iter().position(|file| file.id == id).map(|at| all.remove(at)));
        taken
    }

    fn set(&self, id: FileId, stage: Stage) {
        self.files.update(|all| all.iter_mut().filter(|file| file.id == id).for_each(|file| file.stage = stage.clone()));
    }

    fn send_next(&self) {
        let next = self.files.with_untracked(|all| {
            let free = !all.iter().any(|file| matches!(file.stage, Stage::Sending(..)));
            all.iter().find(|file| free && matches!(file.stage, Stage::Waiting)).cloned()
        });
        if let Some(file) = next
            && self.send(&file).is_err()
        {
            self.failed(&file, "This browser cannot send it.".into());
            self.send_next();
        }
    }

    /// Only this kind of request says how far it has come.
    fn send(&self, file: &Outgoing) -> Result<(), JsValue> {
        let form = FormData::new()?;
        form.append_with_str("id", &file.id.to_string())?;
        form.append_with_blob_and_filename("file", &file.file, &file.name)?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", &format!("/leads/{}", self.lead.get_untracked()))?;
        request.set_request_header("accept", "application/json")?;
        let request = SendWrapper::new(request);
        let (this, id, sent) = (self.clone(), file.id, request.clone());
        let further = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                this.set(id, Stage::Sending((event.loaded() * 100.0 / event.total()) as u32, sent.clone()));
            }
        });
        request.upload()?.set_onprogress(Some(further.into_js_value().unchecked_ref()));
        let (this, sent, outgoing) = (self.clone(), request.clone(), file.clone());
        let over = Closure::once_into_js(move || {
            // One that was dropped is no longer among them.
            if this.files.with_untracked(|all| all.iter().any(|file| file.id == outgoing.id)) {
                this.ended(&outgoing, &sent);
            }
            this.send_next();
        });
        request.set_onloadend(Some(over.unchecked_ref()));
        self.set(id, Stage::Sending(0, request.clone()));
        request.send_with_opt_form_data(Some(&form))
    }

    fn ended(&self, file: &Outgoing, request: &XmlHttpRequest) {
        let text = request.response_text().ok().flatten().unwrap_or_default();
        let json = parse(&text);
        if let Some(arrived) = json.as_ref().and_then(read::<LeadFile>) {
            self.take(file.id);
            if self.shown.try_get_value().is_some() {
                self.arrived.run(arrived);
            }
        } else if let Some(error) = json.as_ref().and_then(read::<AppError>) {
            self.failed(file, error.to_string());
        } else {
            self.failed(file, "The server cannot be reached just now.".into());
        }
    }

    fn failed(&self, file: &Outgoing, why: String) {
        if self.shown.try_get_value().is_none() {
            self.toasts.error(format!("{} was not added. {why}", file.name));
        }
        self.set(file.id, Stage::Failed(why));
    }
}
