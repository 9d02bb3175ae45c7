//! Files come in. They are stored as they come, piece by piece; no more than a piece is in memory.

use super::service::{self, Terms};
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::files::model::{LARGEST, LeadFile};
use crate::server::app::App;
use crate::server::upload::{broken, drain, name_of, short_text};
use crate::values::{FileId, LeadId};
use axum::extract::multipart::{Field, Multipart};
use uuid::Uuid;

/// The length of all pieces but the last, in bytes.
pub const PIECE: usize = 256 * 1024;
/// What is read of a file that is not taken, so that the browser reads the answer.
const PATIENCE: usize = 4 * LARGEST as usize;

/// Takes in the file of a form. The form says under which id: sent twice it is one file.
///
/// # Errors
/// `Invalid` on `file`; `NotFound` when the lead is out of reach.
pub async fn receive(app: &App, actor: &Actor, lead: LeadId, form: &mut Multipart, terms: Terms) -> Result<LeadFile, AppError> {
    let mut id = FileId::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("id") => id = short_text(&mut field).await?.and_then(|text| text.parse().ok()).unwrap_or(id),
            Some("file") => {
                let taken = take(app, actor, (id, lead), &mut field, terms).await;
                if taken.is_err() {
                    drain(&mut field, PATIENCE).await;
                }
                return taken;
            }
            _ => {}
        }
    }
    Err(AppError::invalid("file", "Choose a file."))
}

async fn take(app: &App, actor: &Actor, (id, lead): (FileId, LeadId), field: &mut Field<'_>, terms: Terms) -> Result<LeadFile, AppError> {
    let name = name_of(field).ok_or_else(|| AppError::invalid("file", "Choose a file."))?;
    let content = match service::begin(app, actor, id, lead, &name).await? {
        Ok(content) => content,
        Err(known) => {
            drain(field, PATIENCE).await;
            return Ok(known);
        }
    };
    let kept = keep(app, actor, content, field, terms).await;
    if kept.is_err() {
        service::give_up(app, actor, content).await?;
    }
    kept
}

async fn keep(app: &App, actor: &Actor, content: Uuid, field: &mut Field<'_>, terms: Terms) -> Result<LeadFile, AppError> {
    let (mut head, mut ready, mut kept, mut came) = (Vec::new(), Vec::with_capacity(PIECE), 0, 0);
    loop {
        let bytes = field.chunk().await.map_err(broken)?;
        let over = bytes.is_none();
        let mut bytes = bytes.unwrap_or_default();
        came += bytes.len();
        terms.allow_length(came)?;
        while !bytes.is_empty() || (over && !ready.is_empty()) {
            ready.extend_from_slice(&bytes.split_to(bytes.len().min(PIECE - ready.len())));
            if ready.len() == PIECE || over {
                if kept == 0 {
                    head = ready[..ready.len().min(8192)].to_vec();
                    terms.allow_kind(&head)?;
                }
                service::keep(app, actor, content, kept, &ready).await?;
                kept += 1;
                ready.clear();
            }
        }
        if over {
            break;
        }
    }
    if came == 0 {
        return Err(AppError::invalid("file", "The file is empty."));
    }
    service::finish(app, actor, content, &head).await
}
