//! Files that people keep with a lead.

use crate::values::{FileId, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// The largest file, in bytes.
pub const LARGEST: i64 = 25 << 20;
/// What is said of a larger one.
pub const TOO_LARGE: &str = "The file is larger than 25 MB.";

crate::text_enum! {
    /// What a file is, by its content.
    FileKind {
        /// A picture that browsers show.
        Picture = "picture",
        /// Something to hear that browsers play.
        Sound = "sound",
        /// A PDF.
        Pdf = "pdf",
        /// Anything else. It is downloaded and never shown.
        Other = "other",
    }
    /// What became of a file.
    FileChange {
        /// It was added.
        Added = "added",
        /// It was taken off.
        Removed = "removed",
        /// It was put back.
        Restored = "restored",
    }
}

/// A file, as the lead's page names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct LeadFile {
    /// Which.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its length in bytes.
    pub size: i64,
    /// Who added it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A file that goes with a message, as it was called then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Attached {
    /// Which.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its length in bytes.
    pub size: i64,
}

impl From<LeadFile> for Attached {
    fn from(file: LeadFile) -> Self {
        Self { id: file.id, name: file.name, kind: file.kind, size: file.size }
    }
}

/// The largest picture that is shown where it is named, in bytes.
const LARGEST_SHOWN: i64 = 3_000_000;

/// Whether it is a picture that is shown where it is named.
pub fn is_shown(kind: FileKind, size: i64) -> bool {
    kind == FileKind::Picture && size <= LARGEST_SHOWN
}

/// A length in bytes, as people say it.
pub fn length(bytes: i64) -> String {
    match bytes {
        bytes @ ..1000 => format!("{bytes} B"),
        bytes @ ..1_000_000 => format!("{} kB", bytes.div_euclid(1000)),
        bytes => {
            let tenths = bytes.div_euclid(100_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// Takes in what became of a file: the newest first.
pub fn take_in(files: &mut Vec<LeadFile>, file: &LeadFile, change: FileChange) {
    files.retain(|known| known.id != file.id);
    if change != FileChange::Removed {
        let at = files.iter().position(|known| (known.at, known.id) < (file.at, file.id)).unwrap_or(files.len());
        files.insert(at, file.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_once_in_its_place_whatever_comes_twice_or_late() {
        let file = |at| LeadFile {
            id: FileId::new(),
            name: format!("{at}.pdf"),
            kind: FileKind::Pdf,
            size: at,
            by: "Ada".into(),
            at: Timestamp(at),
        };
        let (old, mid, new) = (file(1), file(2), file(3));
        let mut files = Vec::new();
        for file in [&new, &old, &new] {
            take_in(&mut files, file, FileChange::Added);
        }
        take_in(&mut files, &mid, FileChange::Restored);
        assert_eq!(files, [new.clone(), mid.clone(), old.clone()]);
        take_in(&mut files, &mid, FileChange::Removed);
        take_in(&mut files, &mid, FileChange::Removed);
        assert_eq!(files, [new, old]);
    }

    #[test]
    fn lengths_are_said_in_round_figures() {
        assert_eq!([0, 999, 1000, 999_999, 1_000_000, LARGEST].map(length), ["0 B", "999 B", "1 kB", "999 kB", "1.0 MB", "26.2 MB"]);
    }
}
