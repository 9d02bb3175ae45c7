//! What a file is, by its content: a name can say anything.

use crate::files::model::FileKind;

/// The type of what nobody shows.
pub const UNKNOWN: &str = "application/octet-stream";

/// What browsers show and nothing in it can run: how `infer` calls it, how it is served, what it is for people.
/// SVG is not among them, and no kind of text.
const SHOWN: [(&str, &str, FileKind); 10] = [
    ("image/png", "image/png", FileKind::Picture),
    ("image/jpeg", "image/jpeg", FileKind::Picture),
    ("image/gif", "image/gif", FileKind::Picture),
    ("image/webp", "image/webp", FileKind::Picture),
    ("application/pdf", "application/pdf", FileKind::Pdf),
    ("audio/mpeg", "audio/mpeg", FileKind::Sound),
    ("audio/m4a", "audio/mp4", FileKind::Sound),
    ("audio/x-wav", "audio/wav", FileKind::Sound),
    ("audio/ogg", "audio/ogg", FileKind::Sound),
    ("audio/x-flac", "audio/flac", FileKind::Sound),
];

/// The media type to serve it under, by its first bytes.
pub fn media(head: &[u8]) -> &'static str {
    let found = infer::get(head).map(|found| found.mime_type());
    SHOWN.iter().find(|(name, ..)| found == Some(name)).map_or(UNKNOWN, |(_, media, _)| media)
}

/// What that media type is for people.
pub fn kind(media: &str) -> FileKind {
    SHOWN.iter().find(|(_, name, _)| *name == media).map_or(FileKind::Other, |(.., kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_says_what_a_file_is() {
        let known: [(&[u8], &str); 8] = [
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\xff\xd8\xff\xe0....", "image/jpeg"),
            (b"GIF89a......", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7 ...", "application/pdf"),
            (b"ID3\x04......", "audio/mpeg"),
            (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
            (b"\0\0\0\x20ftypM4A ....", "audio/mp4"),
        ];
        for (head, media) in known {
            assert_eq!(super::media(head), media);
            assert_ne!(kind(media), FileKind::Other);
        }
    }

    #[test]
    fn what_could_run_is_nothing_that_is_shown() {
        let hostile: [&[u8]; 7] = [
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\">",
            b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"<html><body onload=alert(1)>",
            b"alert(1)",
            b"MZ\x90\0\x03\0\0\0",
            b"",
        ];
        for head in hostile {
            assert_eq!((media(head), kind(media(head))), (UNKNOWN, FileKind::Other), "{:?}", String::from_utf8_lossy(head));
        }
    }
}
