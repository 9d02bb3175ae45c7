//! Server functions: who, what, return. Those that a form can send without script land on a page.

use super::{
    alike::AlikePage,
    closing::{Closed, Said},
    enquiry::{EnquiryForm, EnquiryFormPage},
    fields::{CustomField, Edited, FieldEdit},
    filter::Sight,
    imports::{Fate, ImportPage, ImportRow},
    merge::Pair,
    model::{Board, Card, LeadMoved, Stage},
    page::LeadPage,
    past::Past,
    table::{Changed, Table, Wanted},
    trash::TrashPage,
    views::View,
};
use crate::error::AppError;
use crate::values::{EnquiryFormId, ImportId, LeadId, MutationId, StageId, Tag, Timestamp, ViewId};
use crate::wire::server;

/// The board of whoever asks.
#[server]
pub async fn load_board(sight: Sight) -> Result<Board, AppError> {
    use crate::{accounts::server::web::asked, leads::server::service};
    asked(|app, actor| async move { service::load_board(&app, &actor, &sight).await }).await
}

/// Notes that whoever asks begins to look at the board, or has stopped.
#[server]
pub async fn look(begins: bool) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, leads::server::past};
    asked(|app, actor| async move { past::look(&app, &actor, begins).await }).await
}

/// The board as it was at a moment, and what has become of it since; none is when whoever asks last looked.
#[server]
pub async fn load_past(at: Option<Timestamp>) -> Result<Past, AppError> {
    use crate::{accounts::server::web::asked, leads::server::past};
    asked(|app, actor| async move { past::load_past(&app, &actor, at).await }).await
}

/// The stages, left to right.
#[server]
pub async fn load_stages() -> Result<Vec<Stage>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::pipeline};
    asked(|app, actor| async move { pipeline::load_stages(&app, &actor).await }).await
}

/// The company's forms for enquiries, by name.
#[server]
pub async fn load_enquiry_forms() -> Result<Vec<EnquiryForm>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::enquiry};
    asked(|app, actor| async move { enquiry::load_forms(&app, &actor).await }).await
}

/// One of them.
#[server]
pub async fn load_enquiry_form(id: EnquiryFormId) -> Result<EnquiryFormPage, AppError> {
    use crate::{accounts::server::web::asked, leads::server::enquiry};
    asked(|app, actor| async move { enquiry::load_form(&app, &actor, id).await }).await
}

/// Files of leads that were brought in, the newest first.
#[server]
pub async fn load_imports() -> Result<Vec<ImportRow>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::imports};
    asked(|app, actor| async move { imports::load_imports(&app, &actor).await }).await
}

/// One of them, with a page of its rejected rows: of that fate, behind line `after`.
#[server]
pub async fn load_import(id: ImportId, fate: Fate, after: i64) -> Result<ImportPage, AppError> {
    use crate::{accounts::server::web::asked, leads::server::imports};
    asked(|app, actor| async move { imports::load_import(&app, &actor, id, fate, after).await }).await
}

/// One lead, whole.
#[server]
pub async fn load_lead(lead: LeadId) -> Result<LeadPage, AppError> {
    use crate::{accounts::server::web::asked, leads::server::service};
    asked(|app, actor| async move { service::load_lead(&app, &actor, lead).await }).await
}

/// Moves a card to where it was dropped. Gives the move as it was stored.
#[server]
pub async fn move_lead(mutation: MutationId, moved: LeadMoved) -> Result<LeadMoved, AppError> {
    use crate::{accounts::server::web::asked, leads::server::service};
    asked(|app, actor| async move { service::move_lead(&app, &actor, mutation, moved).await }).await
}

/// Moves a card to the top of a stage: the form of the Move menu.
#[server]
pub async fn move_lead_to(lead: LeadId, version: i32, stage: StageId) -> Result<LeadMoved, AppError> {
    use crate::{
        accounts::server::web::asked,
        leads::server::{service, web::land},
    };
    let moved = asked(|app, actor| async move { service::move_lead_to(&app, &actor, lead, stage, version).await }).await?;
    land("move");
    Ok(moved)
}

/// Adds a lead by hand. An empty stage is the first one. If there is one in reach with the same address or number,
/// it is added only if `anyway` says something.
#[server]
pub async fn create_lead(
    mutation: MutationId,
    name: String,
    #[server(default)] organisation: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] value: String,
    #[server(default)] stage: String,
    #[server(default)] anyway: String,
) -> Result<Card, AppError> {
    use crate::{
        accounts::server::web::asked,
        leads::{
            model::NewLead,
            server::{alike, web::land},
        },
    };
    let stage = match stage.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| AppError::invalid("stage", "That is no stage."))?),
    };
    let (closes_on, custom) = (String::new(), Vec::new());
    let new = NewLead { mutation, name, organisation, email, phone, value, closes_on, custom, stage };
    let card = asked(|app, actor| async move { alike::add_lead(&app, &actor, new, !anyway.is_empty()).await }).await?;
    land("new");
    Ok(card)
}

/// Puts a lead into the trash, if it is still that version.
#[server]
pub async fn remove_lead(lead: LeadId, version: i32) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, leads::server::trash};
    asked(|app, actor| async move { trash::remove_lead(&app, &actor, lead, Some(version)).await }).await
}

/// Brings a lead back from the trash.
#[server]
pub async fn restore_lead(lead: LeadId) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, leads::server::trash};
    asked(|app, actor| async move { trash::restore_lead(&app, &actor, lead).await }).await
}

/// A page of the leads that are perhaps of one person; `after` is where the page before says the next begins.
#[server]
pub async fn load_alike(#[server(default)] after: String) -> Result<AlikePage, AppError> {
    use crate::{accounts::server::web::asked, leads::server::alike};
    asked(|app, actor| async move { alike::load_alike(&app, &actor, &after).await }).await
}

/// A page of the trash: what was put there before that moment, and at it before that lead.
#[server]
pub async fn load_trash(at: Option<Timestamp>, lead: Option<LeadId>) -> Result<TrashPage, AppError> {
    use crate::{accounts::server::web::asked, leads::server::trash};
    asked(|app, actor| async move { trash::load_trash(&app, &actor, at.zip(lead)).await }).await
}

/// Gives a lead to somebody; an empty owner is nobody.
#[server]
pub async fn assign_lead(lead: LeadId, version: i32, #[server(default)] owner: String) -> Result<Card, AppError> {
    use crate::{accounts::server::web::asked, leads::server::service};
    let owner = match owner.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| AppError::invalid("owner", "That is nobody here."))?),
    };
    asked(|app, actor| async move { service::assign_lead(&app, &actor, lead, owner, version).await }).await
}

/// The company's own fields, in order, also those that are put away.
#[server]
pub async fn load_fields() -> Result<Vec<CustomField>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::fields};
    asked(|app, actor| async move { fields::load_fields(&app, &actor).await }).await
}

/// Changes fields of a lead.
#[server]
pub async fn edit_lead(lead: LeadId, changes: Vec<FieldEdit>) -> Result<Edited, AppError> {
    use crate::{
        accounts::server::web::asked,
        leads::{fields::LeadEdit, server::service},
    };
    let edit = LeadEdit { lead, version: None, changes };
    asked(|app, actor| async move { service::edit_lead(&app, &actor, edit).await }).await
}

/// Says how a deal ended. An empty value is the one it has, an empty day is today.
#[server]
pub async fn close_lead(
    lead: LeadId,
    #[server(default)] value: String,
    #[server(default)] closed_on: String,
    #[server(default)] reason: String,
    #[server(default)] note: String,
) -> Result<Closed, AppError> {
    use crate::{accounts::server::web::asked, leads::server::service};
    asked(|app, actor| async move { service::close_lead(&app, &actor, lead, &value, [&closed_on, &reason, &note]).await }).await
}

/// Takes back what was said of a deal's end.
#[server]
pub async fn take_back_closing(lead: LeadId, version: i32, was: Said) -> Result<Card, AppError> {
    use crate::{accounts::server::web::asked, leads::server::service};
    asked(|app, actor| async move { service::take_back_closing(&app, &actor, lead, version, was).await }).await
}

/// Writes a private note on a lead. The id is made by the form: sent twice, it is written once.
#[server]
pub async fn write_note(note: MutationId, lead: LeadId, body: String) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, leads::server::notes};
    asked(|app, actor| async move { notes::write_note(&app, &actor, note, lead, body).await }).await
}

/// Puts a tag on a lead. Gives those it has then.
#[server]
pub async fn tag_lead(lead: LeadId, tag: String) -> Result<Vec<Tag>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::tags};
    asked(|app, actor| async move { tags::tag_lead(&app, &actor, lead, &[tag], &[]).await }).await
}

/// Takes a tag off a lead. Gives those it still has.
#[server]
pub async fn untag_lead(lead: LeadId, tag: String) -> Result<Vec<Tag>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::tags};
    asked(|app, actor| async move { tags::tag_lead(&app, &actor, lead, &[], &[tag]).await }).await
}

/// Keeps a filter, as an address says it. The id is made by the form: sent twice, it is kept once.
#[server]
pub async fn keep_view(view: ViewId, name: String, query: String, #[server(default)] shared: Option<String>) -> Result<View, AppError> {
    use crate::{accounts::server::web::asked, leads::server::views};
    asked(|app, actor| async move { views::keep_view(&app, &actor, view, &name, &query, shared.is_some()).await }).await
}

/// Lets everyone in the company use a view of one's own, or nobody else any more.
#[server]
pub async fn share_view(view: ViewId, shared: bool) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, leads::server::views};
    asked(|app, actor| async move { views::share_view(&app, &actor, view, shared).await }).await
}

/// Removes a view.
#[server]
pub async fn remove_view(view: ViewId) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, leads::server::views};
    asked(|app, actor| async move { views::remove_view(&app, &actor, view).await }).await
}

/// Folds a column of one's own board, or unfolds it.
#[server]
pub async fn fold_stage(stage: StageId, folded: bool) -> Result<(), AppError> {
    use crate::{
        accounts::server::web::asked,
        leads::server::{folds, web::land},
    };
    asked(|app, actor| async move { folds::fold_stage(&app, &actor, stage, folded).await }).await?;
    land("");
    Ok(())
}

/// The rows of the table behind the first `skipped`.
#[server]
pub async fn load_table(sight: Sight, skipped: u32) -> Result<Table, AppError> {
    use crate::{accounts::server::web::asked, leads::server::board::table};
    asked(|app, actor| async move { table::load_table(&app, &actor, &sight, skipped).await }).await
}

/// All leads that a filter shows with their versions, as many as can be changed at once.
#[server]
pub async fn load_matching(sight: Sight) -> Result<Vec<(LeadId, i32)>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::board::table};
    asked(|app, actor| async move { table::load_matching(&app, &actor, &sight).await }).await
}

/// Changes many leads. Says of each what came of it.
#[server]
pub async fn change_leads(wanted: Vec<Wanted>) -> Result<Vec<Changed>, AppError> {
    use crate::{accounts::server::web::asked, leads::server::bulk};
    asked(|app, actor| async move { bulk::change_leads(&app, &actor, wanted).await }).await
}

/// Two leads that may become one.
#[server]
pub async fn load_merge(keep: LeadId, other: LeadId) -> Result<Pair, AppError> {
    use crate::{accounts::server::web::asked, leads::server::merge};
    asked(|app, actor| async move { merge::load_merge(&app, &actor, keep, other).await }).await
}
