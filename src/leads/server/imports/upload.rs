//! A file comes in. It is stored as it comes, piece by piece; no more than a piece is in memory.

use super::file::{PIECE, head};
use super::store::{self, Received, files};
use super::{conflict, guess};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::leads::server::fields;
use crate::server::app::App;
use crate::server::upload::{broken, drain, name_of, short_text};
use crate::values::{Email, ImportId};
use axum::extract::multipart::{Field, Multipart};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

/// The largest file, in bytes.
const LARGEST: usize = 50 << 20;
/// What is read of a larger one, so that the browser reads the answer: it sends before it listens.
const PATIENCE: usize = 4 * LARGEST;
/// Files that wait to be checked or imported.
const MOST_WAITING: i64 = 20;
/// The most columns.
const MOST_COLUMNS: usize = 200;
/// Rows shown as the columns are chosen.
const SHOWN: usize = 5;
/// The longest piece of a cell that is shown of them, in characters.
const SHOWN_LETTERS: usize = 80;

/// Takes in the file of a form. The form says under which id: sent twice it is one import.
///
/// # Errors
/// `Invalid` on `file`; `Forbidden` to reps.
pub async fn receive(app: &App, actor: &Actor, form: &mut Multipart) -> Result<ImportId, AppError> {
    actor.require(Action::ImportLeads)?;
    let mut id = ImportId::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("import") => id = short_text(&mut field).await?.and_then(|text| text.parse().ok()).unwrap_or(id),
            Some("file") => return keep_one(app, actor, id, field).await,
            _ => {}
        }
    }
    Err(AppError::invalid("file", "Choose a file."))
}

async fn keep_one(app: &App, actor: &Actor, id: ImportId, mut field: Field<'_>) -> Result<ImportId, AppError> {
    let name = name_of(&field).ok_or_else(|| AppError::invalid("file", "Choose a file."))?;
    let id = match begin(app, actor, id, &name).await {
        Ok(Some(id)) => id,
        other => {
            drain(&mut field, PATIENCE).await;
            return other.map(|_| id);
        }
    };
    match keep(app, actor, id, &mut field).await {
        Ok(()) => Ok(id),
        Err(error) => {
            drain(&mut field, PATIENCE).await;
            let mut tx = app.begin(actor).await?;
            store::remove(&mut tx, id).await?;
            tx.commit().await?;
            Err(error)
        }
    }
}

/// Notes that a file is coming in. None when the same form has brought it already.
async fn begin(app: &App, actor: &Actor, id: ImportId, name: &str) -> Result<Option<ImportId>, AppError> {
    let me = actor.require_person()?.user;
    let mut tx = app.begin(actor).await?;
    store::clear(&mut tx).await?;
    if store::waiting(&mut tx).await? >= MOST_WAITING {
        return Err(AppError::invalid("file", format!("{MOST_WAITING} files wait to be imported. Remove one first.")));
    }
    let company = tx.company();
    let mut id = id;
    if !store::begin(&mut tx, company, id, me, name).await? {
        match store::import(&mut tx, id).await? {
            // The page was gone back to, and another file chosen.
            Some(import) if import.row.file_name != name => id = ImportId::new(),
            Some(_) => return Ok(None),
            None => return Err(conflict("The page is no longer good. Open it again.")),
        }
        store::begin(&mut tx, company, id, me, name).await?;
    }
    tx.commit().await?;
    Ok(Some(id))
}

async fn keep(app: &App, actor: &Actor, id: ImportId, field: &mut Field<'_>) -> Result<(), AppError> {
    let (mut text, mut kept, mut size, mut came, mut first) = (Text::default(), 0, 0, 0, Vec::new());
    loop {
        let bytes = field.chunk().await.map_err(broken)?;
        came += bytes.as_ref().map_or(0, |bytes| bytes.len());
        if came > LARGEST {
            return Err(AppError::invalid("file", "The file is larger than 50 MB. Cut it into several."));
        }
        let over = bytes.is_none();
        text.take(&bytes.unwrap_or_default(), over)?;
        while text.ready.len() >= PIECE || (over && !text.ready.is_empty()) {
            let rest = text.ready.split_off(text.ready.len().min(PIECE));
            let piece = std::mem::replace(&mut text.ready, rest);
            // Each by itself: whoever sends slowly holds no connection.
            let mut tx = app.begin(actor).await?;
            let company = tx.company();
            if !store::still_receives(&mut tx, id).await? {
                return Err(AppError::invalid("file", "The file was removed while it came in."));
            }
            files::keep(&mut tx, company, id, kept, &piece).await?;
            tx.commit().await?;
            kept += 1;
            size += piece.len();
            if kept == 1 {
                first = piece;
            }
        }
        if over {
            return finish(app, actor, id, &first, size).await;
        }
    }
}

/// Looks at the first rows, and keeps what they say of the rest.
async fn finish(app: &App, actor: &Actor, id: ImportId, first: &[u8], size: usize) -> Result<(), AppError> {
    let wrong = |message: &str| Err(AppError::invalid("file", message));
    if first.iter().all(u8::is_ascii_whitespace) {
        return wrong("The file is empty.");
    }
    let beginning = head(first, size == first.len(), SHOWN + 1);
    let mut rows = beginning.rows.into_iter().map(|row| row.cells);
    let header = match rows.next() {
        Some(Some(header)) if header.len() <= MOST_COLUMNS => header,
        Some(Some(_)) => return wrong("The first line names more than 200 columns."),
        _ => return wrong("The first line is too long to name columns. Is a quotation mark opened in it and never closed?"),
    };
    let header: Vec<String> = header.iter().map(|name| shown(name)).collect();
    if header.iter().any(|name| Email::parse(name).is_some()) || !header.iter().any(|name| name.chars().any(char::is_alphabetic)) {
        return wrong("The first line has to name the columns, such as Name, E-mail, Phone. It looks like a row.");
    }
    if beginning.body.0 as usize >= size {
        return wrong("There is no row below the first line.");
    }
    let samples: Vec<Vec<String>> = rows.flatten().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
    let mut tx = app.begin(actor).await?;
    let own = fields::in_use(&mut tx).await?;
    let file = Received {
        size: size as i64,
        separator: std::str::from_utf8(&[beginning.separator]).unwrap_or(",").to_owned(),
        mapping: guess::columns(&header, &samples, &own),
        header,
        samples,
        body: beginning.body,
    };
    store::received(&mut tx, id, &file).await?;
    tx.commit().await?;
    Ok(())
}

/// A cell on one line, and not too long.
fn shown(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_LETTERS).collect()
}

/// Bytes as they come in become what is kept: text of one byte a sign in ASCII, without the mark in front.
/// Files in UTF-16 carry that mark and become UTF-8; of others each cell says itself what it is.
#[derive(Default)]
struct Text {
    begun: bool,
    waiting: Vec<u8>,
    decoder: Option<Decoder>,
    ready: Vec<u8>,
}

impl Text {
    fn take(&mut self, bytes: &[u8], over: bool) -> Result<(), AppError> {
        self.waiting.extend_from_slice(bytes);
        if !self.begun {
            if self.waiting.len() < 3 && !over {
                return Ok(());
            }
            self.begun = true;
            if let Some((encoding, mark)) = Encoding::for_bom(&self.waiting) {
                self.waiting.drain(..mark);
                self.decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
            }
        }
        let waiting = std::mem::take(&mut self.waiting);
        let from = self.ready.len();
        match &mut self.decoder {
            None => self.ready.extend_from_slice(&waiting),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(waiting.len()).unwrap_or(waiting.len() * 3 + 16);
                let mut text = String::with_capacity(room);
                let (result, ..) = decoder.decode_to_string(&waiting, &mut text, over);
                debug_assert_eq!(result, CoderResult::InputEmpty, "there was room for all of it");
                self.ready.extend_from_slice(text.as_bytes());
            }
        }
        if self.ready[from..].contains(&0) {
            let what = "This is no file of text. Have your spreadsheet save it as CSV, and choose that file.";
            return Err(AppError::invalid("file", what));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[&[u8]]) -> Option<String> {
        let mut text = Text::default();
        for piece in pieces {
            text.take(piece, false).ok()?;
        }
        text.take(b"", true).ok()?;
        String::from_utf8(text.ready).ok()
    }

    #[test]
    fn a_mark_in_front_is_no_text_and_says_how_the_rest_is_written() {
        assert_eq!(text(&[b"\xef", b"\xbb\xbfN\xc3", b"\xa4me"]).as_deref(), Some("Näme"));
        assert_eq!(text(&[b"\xff\xfeN\0\xe4", b"\0m\0e\0"]).as_deref(), Some("Näme"));
        assert_eq!(text(&[b"N"]).as_deref(), Some("N"));
        assert_eq!(text(&[b"PK\x03\x04\0\0"]), None, "a workbook");
    }
}
