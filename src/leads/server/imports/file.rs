//! A file of rows, read piece by piece from anywhere.

use super::store::files;
use crate::values::ImportId;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use sqlx::PgConnection;

/// Every piece of a kept file has so many bytes, but for the last.
pub const PIECE: usize = 256 * 1024;
/// The longest row, in bytes. One that is longer has a quotation mark that is never closed.
const LONGEST_ROW: usize = 1 << 20;
/// The most cells of a row.
const MOST_CELLS: usize = 4096;

/// One row of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The line in which it begins, from 1.
    pub line: i64,
    /// What stands in it. None if it is too long to be one row.
    pub cells: Option<Vec<String>>,
    /// How many bytes that is.
    pub bytes: usize,
}

/// Cuts bytes into rows, however they come in.
pub struct Splitter {
    csv: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    ended: usize,
    /// The line in which the row that is being read begins.
    began: Option<i64>,
    overlong: bool,
    after_return: bool,
    /// How many bytes of the file have been taken.
    pub position: i64,
    /// The line that comes next.
    pub line: i64,
}

impl Splitter {
    /// From where a row begins.
    pub fn new(separator: u8, position: i64, line: i64) -> Self {
        Self {
            csv: ReaderBuilder::new().delimiter(separator).build(),
            text: vec![0; 4096],
            ends: vec![0; 64],
            filled: 0,
            ended: 0,
            began: None,
            overlong: false,
            after_return: false,
            position,
            line,
        }
    }

    /// Takes what it can of `input`, up to the end of a row. Nothing in `input` means that there is no
    /// more. Gives how many bytes it took, and the row that they complete.
    pub fn take(&mut self, input: &[u8]) -> (usize, Option<Row>) {
        let mut taken = 0;
        if self.began.is_none() {
            taken = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.passed(&input[..taken]);
            if taken == input.len() {
                return (taken, None);
            }
            self.began = Some(self.line);
        }
        loop {
            let (result, read, wrote, ended) =
                self.csv.read_record(&input[taken..], &mut self.text[self.filled..], &mut self.ends[self.ended..]);
            self.passed(&input[taken..taken + read]);
            taken += read;
            self.filled += wrote;
            self.ended += ended;
            match result {
                ReadRecordResult::OutputFull if self.text.len() < LONGEST_ROW => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_CELLS => self.ends.resize(self.ends.len() * 2, 0),
                // Read to its end, and kept no longer.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    self.overlong = true;
                    (self.filled, self.ended) = (0, 0);
                }
                ReadRecordResult::InputEmpty => return (taken, None),
                ReadRecordResult::Record => return (taken, self.completed()),
                ReadRecordResult::End => return (taken, None),
            }
        }
    }

    /// Whether the line was ended by a carriage return, which a line feed may still belong to.
    fn half_ended(&self) -> bool {
        self.after_return && self.began.is_none()
    }

    fn completed(&mut self) -> Option<Row> {
        let line = self.began.take()?;
        let mut from = 0;
        let cells = self.ends[..self.ended].iter().map(|to| {
            let cell = decoded(&self.text[from.min(*to)..*to]);
            from = *to;
            cell
        });
        let row = Row { line, cells: (!self.overlong).then(|| cells.collect()), bytes: self.filled };
        (self.filled, self.ended, self.overlong) = (0, 0, false);
        Some(row)
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.position += bytes.len() as i64;
        for byte in bytes {
            self.line += i64::from(*byte == b'\r' || (*byte == b'\n' && !self.after_return));
            self.after_return = *byte == b'\r';
        }
    }
}

/// A cell as text: UTF-8, and what cannot be that is taken for the code of older spreadsheets. Each cell
/// for itself: one broken letter spoils no other.
fn decoded(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0.into_owned(),
    }
}

/// The rows of a kept file, one after the other. No more than a piece and a row are in memory.
pub struct Rows {
    import: ImportId,
    splitter: Splitter,
    piece: Vec<u8>,
    /// Of the piece after the one in hand.
    number: i32,
    at: usize,
}

impl Rows {
    /// From where a row begins.
    pub fn from(import: ImportId, separator: u8, position: i64, line: i64) -> Self {
        let (number, at) = (position / PIECE as i64, position % PIECE as i64);
        Self { import, splitter: Splitter::new(separator, position, line), piece: Vec::new(), number: number as i32, at: at as usize }
    }

    /// The next row; none at the end of the file.
    pub async fn next(&mut self, conn: &mut PgConnection) -> Result<Option<Row>, sqlx::Error> {
        loop {
            let more = self.fill(conn).await?;
            let (taken, row) = self.splitter.take(self.piece.get(self.at..).unwrap_or_default());
            self.at += taken;
            if row.is_some() {
                // What is stored is never between the two halves of a line's end: it would count twice.
                if self.splitter.half_ended() && self.fill(conn).await? && self.piece.get(self.at) == Some(&b'\n') {
                    self.splitter.passed(b"\n");
                    self.at += 1;
                }
                return Ok(row);
            }
            if !more {
                return Ok(None);
            }
        }
    }

    /// Has bytes in hand. False when there are none left.
    async fn fill(&mut self, conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
        if self.at < self.piece.len() {
            return Ok(true);
        }
        let started = !self.piece.is_empty();
        let Some(piece) = files::piece(conn, self.import, self.number).await? else {
            (self.piece, self.at) = (Vec::new(), 0);
            return Ok(false);
        };
        if started {
            self.at = 0;
        }
        self.number += 1;
        self.piece = piece;
        Ok(self.at < self.piece.len())
    }

    /// Where the next row begins, in bytes and in lines.
    pub fn place(&self) -> (i64, i64) {
        (self.splitter.position, self.splitter.line)
    }
}

/// The beginning of a file: its first rows, what parts its cells, and where the second row begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// What parts the cells.
    pub separator: u8,
    /// The first rows, whole ones only.
    pub rows: Vec<Row>,
    /// Where the second one begins, in bytes and in lines.
    pub body: (i64, i64),
}

/// Reads the beginning of a file. Of the signs that can part cells it takes the one by which the first rows
/// have the most columns, and have them alike.
pub fn head(bytes: &[u8], whole: bool, most: usize) -> Head {
    let heads = [b',', b';', b'\t'].map(|separator| beginning(bytes, whole, most, separator));
    let alike = |head: &Head| {
        let width = |row: &Row| row.cells.as_ref().map_or(0, Vec::len);
        let columns = head.rows.first().map_or(0, width);
        // A note in which the other sign stands often makes some rows wide; the names seldom.
        (columns > 1).then(|| (columns * 100 / head.rows.len()) * head.rows.iter().filter(|row| width(row) == columns).count())
    };
    // Of equals the first counts.
    let [comma, semicolon, tab] = heads;
    let better = |a: Head, b: Head| if alike(&b) > alike(&a) { b } else { a };
    better(better(comma, semicolon), tab)
}

fn beginning(bytes: &[u8], whole: bool, most: usize, separator: u8) -> Head {
    let mut splitter = Splitter::new(separator, 0, 1);
    let (mut rows, mut body, mut at) = (Vec::new(), (0, 1), 0);
    while rows.len() < most {
        if at == bytes.len() && !whole {
            break;
        }
        let (taken, row) = splitter.take(&bytes[at..]);
        let over = taken == 0 && row.is_none();
        at += taken;
        if splitter.half_ended() && bytes.get(at) == Some(&b'\n') {
            splitter.passed(b"\n");
            at += 1;
        }
        if let Some(row) = row {
            rows.push(row);
            if rows.len() == 1 {
                body = (splitter.position, splitter.line);
            }
        } else if over || (at == bytes.len() && splitter.began.is_none()) {
            break;
        }
    }
    Head { separator, rows, body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(pieces: &[&[u8]]) -> Vec<(i64, Vec<String>)> {
        let mut splitter = Splitter::new(b',', 0, 1);
        let mut rows = Vec::new();
        for piece in pieces.iter().copied().filter(|piece| !piece.is_empty()).chain([&b""[..]]) {
            let mut at = 0;
            loop {
                let (taken, row) = splitter.take(&piece[at..]);
                at += taken;
                match row {
                    Some(row) => rows.push((row.line, row.cells.expect("not too long"))),
                    None if at == piece.len() => break,
                    None => {}
                }
            }
        }
        rows
    }

    #[test]
    fn rows_know_the_line_they_begin_in() {
        let text = b"a,b\r\n\r\n\"one\r\ntwo\",2\nx,\xe9\n\n\ny,\xc3\xa9";
        let cells = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        let wanted = vec![(1, cells("a", "b")), (3, cells("one\r\ntwo", "2")), (5, cells("x", "é")), (8, cells("y", "é"))];
        assert_eq!(rows(&[text]), wanted);
        assert_eq!(rows(&[b"a\rb\rc"]).iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 3], "an old Mac's lines");
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_takes_no_memory() {
        let mut splitter = Splitter::new(b',', 0, 1);
        splitter.take(b"a,b\n");
        assert_eq!(splitter.take(b"\"never").1, None);
        for _ in 0..64 {
            splitter.take(&[b'x'; PIECE]);
        }
        assert!(splitter.text.len() <= LONGEST_ROW);
        assert_eq!(splitter.take(b"").1.map(|row| (row.line, row.cells)), Some((2, None)));
    }

    proptest! {
        /// Wherever the pieces are cut, the rows are those that another reader finds in the whole.
        #[test]
        fn pieces_make_no_difference(text in "[ab,\"\r\né]{0,60}", cut in 0usize..60, again in 0usize..60) {
            let bytes = text.as_bytes();
            let (a, b) = (cut.min(again).min(bytes.len()), cut.max(again).min(bytes.len()));
            let found = rows(&[&bytes[..a], &bytes[a..b], &bytes[b..]]);
            prop_assert_eq!(&found, &rows(&[bytes]));
            let mut other = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
            let whole: Vec<Vec<String>> = other.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            prop_assert_eq!(found.into_iter().map(|row| row.1).collect::<Vec<_>>(), whole);
        }
    }

    #[test]
    fn what_parts_the_cells_is_seen_in_the_first_rows() {
        for (text, separator, columns) in [
            ("Name,Note\nAda,\"a;b;c\"\n", b',', 2),
            ("Name;Value\nAda;12,50\nBea;13,70\n", b';', 2),
            ("Name\tE-mail\nAda, Countess\ta@b.test\n", b'\t', 2),
            ("Name\nAda\n", b',', 1),
        ] {
            let head = head(text.as_bytes(), true, 6);
            assert_eq!((head.separator, head.rows[0].cells.as_ref().map(Vec::len)), (separator, Some(columns)), "{text:?}");
        }
        let head = head(b"Name,E-mail\r\nAda,a@b.test\r\nBe", false, 6);
        assert_eq!((head.rows.len(), head.body), (2, (13, 2)), "half a row is none");
    }
}
