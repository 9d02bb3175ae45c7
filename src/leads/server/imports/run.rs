//! The job that reads the rows of a file: to check them, or to make leads of them.

use super::file::{Row, Rows};
use super::row::{self, Draft, Known, call};
use super::store::{self, Import, files, rows};
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::imports::{Fate, ImportState, Rejected};
use crate::leads::model::Source;
use crate::leads::server::store::Fresh;
use crate::leads::server::{fields, pipeline::store as stages, place, store as leads};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{Job, When, enqueue};
use crate::values::{CompanyId, ImportId, LeadId, Rank, StageId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Rows of one transaction.
const ROWS: usize = 500;
/// And bytes: rows can be long.
const BYTES: usize = 4 << 20;
/// After so long a job hands over to a fresh one: a process that is stopped waits for no long job, and the
/// crashes that a job is allowed are not used up by an hour's file. Open boards are told as often.
const STINT: Duration = Duration::from_secs(10);

/// Reads on in a file, for whoever began.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadImport {
    /// Whose.
    pub company: CompanyId,
    /// Which file.
    pub import: ImportId,
    /// In whose name.
    pub by: UserId,
    /// How they are called.
    pub name: String,
}

impl ReadImport {
    /// For the person who asks.
    ///
    /// # Errors
    /// `SignedOut` for what is no person.
    pub fn of(actor: &Actor, import: ImportId) -> Result<Self, AppError> {
        let me = actor.require_person()?;
        Ok(Self { company: me.company, import, by: me.user, name: me.name.clone() })
    }

    /// One is waiting for each file at most.
    pub fn key(import: ImportId) -> String {
        format!("import:{import}")
    }
}

impl Job for ReadImport {
    const NAME: &'static str = "leads.read_import";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.read_some(app, began.elapsed() > STINT).await? {}
        Ok(())
    }
}

impl ReadImport {
    /// Reads some rows. What becomes of them, and how far the file has been read, is stored together: a
    /// process that dies here has read none of them, and one that is beside it waits and finds them read.
    /// With `last` it hands over to a fresh job. Says whether there is more for this one.
    pub(super) async fn read_some(&self, app: &App, last: bool) -> Result<bool, AppError> {
        let mut tx = app.begin(&Actor::on_behalf(self.company, self.by, self.name.clone())).await?;
        let Some(import) = store::lock(&mut tx, self.import).await? else { return Ok(false) };
        let importing = import.row.state == ImportState::Importing;
        if !importing && import.row.state != ImportState::Checking {
            return Ok(false);
        }
        let mut file = Rows::from(self.import, import.separator.bytes().next().unwrap_or(b','), import.place.0, import.place.1);
        let (mut some, mut bytes, mut over) = (Vec::new(), 0, false);
        while some.len() < ROWS && bytes < BYTES && !over {
            match file.next(&mut tx).await? {
                Some(row) => {
                    bytes += row.bytes;
                    some.push(row);
                }
                None => over = true,
            }
        }
        if importing {
            // Two files of one company take turns: each sees the addresses that the other has brought.
            rows::take_turn(&mut tx, self.company).await?;
        }
        let (drafts, rejects) = self.judge(&mut tx, &import, some).await?;
        let count = |fate: Fate| rejects.iter().filter(|(own, _)| *own == fate).count() as i64;
        let (duplicates, bad) = (count(Fate::Duplicate), count(Fate::Bad));
        store::advance(&mut tx, self.import, file.place(), drafts.len() as i64, duplicates, bad).await?;
        rows::reject(&mut tx, self.company, self.import, &rejects).await?;
        if importing {
            self.add(&mut tx, drafts).await?;
            if over || last {
                record(&mut tx, Event::LeadsImported { import: self.import }, Audience::everyone());
            }
        }
        if over {
            store::set_state(&mut tx, self.import, if importing { ImportState::Done } else { ImportState::Checked }).await?;
            rows::forget(&mut tx, self.import).await?;
            if importing {
                files::discard(&mut tx, self.import).await?;
            }
        } else if last {
            enqueue(&mut tx, self, When::now().replacing(Self::key(self.import))).await?;
        }
        tx.commit().await?;
        Ok(!over && !last)
    }

    /// Which of the rows make leads, and why the others make none.
    async fn judge(&self, tx: &mut Tx, import: &Import, some: Vec<Row>) -> Result<(Vec<Draft>, Vec<(Fate, Rejected)>), AppError> {
        let known = known(tx).await?;
        let comma = import.separator == ";";
        let (mut read, mut rejects) = (Vec::new(), Vec::new());
        for Row { line, cells, .. } in some {
            let Some(cells) = cells else {
                let reason = "The row is longer than 1 MB or has more than 4,096 cells. Is a quotation mark opened in it and never closed?"
                    .to_owned();
                rejects.push((Fate::Bad, Rejected { line, reason, cells: Vec::new() }));
                continue;
            };
            // An empty row is none.
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match row::read(&known, &import.mapping, &cells, comma) {
                Ok(draft) => read.push((line, cells, draft)),
                Err(reason) => rejects.push((Fate::Bad, Rejected { line, reason, cells })),
            }
        }
        let keys: Vec<String> = read.iter().flat_map(|(_, _, draft)| draft.keys()).collect();
        let taken: HashSet<String> = rows::taken(tx, &keys).await?.into_iter().collect();
        // Leads of this file's earlier rows are taken by now; the row says which it is.
        let mut earlier: HashSet<String> = rows::read_before(tx, self.import, &keys).await?.into_iter().collect();
        let (mut drafts, mut fresh) = (Vec::new(), Vec::new());
        for (line, cells, draft) in read {
            let again = draft.keys().find_map(|key| match (earlier.contains(&key), taken.contains(&key)) {
                (true, _) => Some(format!("An earlier row has {} already.", said(&key))),
                (false, true) => Some(format!("A lead with {} is there already.", said(&key))),
                (false, false) => None,
            });
            if let Some(reason) = again {
                rejects.push((Fate::Duplicate, Rejected { line, reason, cells }));
                continue;
            }
            fresh.extend(draft.keys());
            earlier.extend(draft.keys());
            drafts.push(draft);
        }
        rows::remember(tx, self.company, self.import, &fresh).await?;
        Ok((drafts, rejects))
    }

    /// Makes leads, each as one that is added by hand, at the end of its column: what people have put on
    /// top stays there. A full stage turns none away, as it turns away no visitor.
    async fn add(&self, tx: &mut Tx, drafts: Vec<Draft>) -> Result<(), AppError> {
        let mut columns: HashMap<StageId, usize> = HashMap::new();
        for draft in &drafts {
            *columns.entry(draft.stage).or_default() += 1;
        }
        let wanted: Vec<StageId> = columns.keys().copied().collect();
        if stages::lock(tx, &wanted).await?.len() < wanted.len() {
            // Removed since the rows were read: they are read again, without it.
            return Err(AppError::Unavailable { what: "A stage".into() });
        }
        let mut ranks: HashMap<StageId, std::vec::IntoIter<Rank>> = HashMap::new();
        for (stage, count) in columns {
            ranks.insert(stage, place::ranks_behind(tx, stage, count).await?.into_iter());
        }
        let now = Timestamp::now();
        let (mut fresh, mut notes) = (Vec::with_capacity(drafts.len()), Vec::new());
        for draft in drafts {
            let Some(rank) = ranks.get_mut(&draft.stage).and_then(Iterator::next) else { continue };
            let (lead, note) = lead(draft, rank, now);
            if !note.is_empty() {
                notes.push((lead.card.id, note));
            }
            fresh.push(lead);
        }
        rows::insert(tx, self.company, now, &fresh).await?;
        rows::insert_notes(tx, self.company, self.by, &notes).await?;
        let mut notes: HashMap<LeadId, String> = notes.into_iter().collect();
        for Fresh { card, .. } in fresh {
            let (lead, audience) = (card.id, Audience::of_lead(card.assistant, card.owner));
            record(tx, Event::LeadCreated { card, import: Some(self.import) }, audience.clone());
            if let Some(body) = notes.remove(&lead) {
                record(tx, Event::NoteWritten { lead, body, mentions: Vec::new() }, audience);
            }
        }
        Ok(())
    }
}

/// A lead as it will be stored, and the note that goes with it.
fn lead(draft: Draft, rank: Rank, now: Timestamp) -> (Fresh, String) {
    let Draft { face, stage, owner, assistant, note, custom } = draft;
    let fresh = face.lead(LeadId::new(), (stage, rank), (owner, assistant), Source::Import, now);
    (Fresh { custom, ..fresh }, note)
}

/// What rows can name.
async fn known(tx: &mut Tx) -> Result<Known, AppError> {
    let (company, columns) = (tx.company(), stages::all(tx).await?);
    let mut known = Known {
        currency: leads::currency(tx, company).await?,
        stages: HashMap::new(),
        first_stage: columns.first().ok_or(AppError::NotFound)?.id,
        people: HashMap::new(),
        assistants: HashMap::new(),
        fields: fields::in_use(tx).await?,
    };
    for stage in &columns {
        // A name alone means the first pipeline.
        known.stages.entry(stage.name.to_lowercase()).or_insert(Some(stage.id));
        call(&mut known.stages, &stage.called(&columns), stage.id);
        call(&mut known.stages, &stage.slug, stage.id);
    }
    for (id, name, email) in leads::people(tx).await? {
        call(&mut known.people, &name, id);
        call(&mut known.people, email.as_str(), id);
    }
    for (id, name) in rows::assistants(tx).await? {
        call(&mut known.assistants, &name, id);
    }
    Ok(known)
}

/// An address or a telephone number, in a sentence.
fn said(key: &str) -> String {
    if key.contains('@') { format!("the address {key}") } else { "that telephone number".into() }
}
