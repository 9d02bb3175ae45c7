//! A file of a form, as it comes in.

use crate::error::AppError;
use crate::values::words::{is_plain_line, is_unseen};
use axum::extract::multipart::{Field, MultipartError};

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What a file is called: without the folders it was in, and without signs that turn a name around or are not
/// seen. None if no file was chosen.
pub fn name_of(field: &Field<'_>) -> Option<String> {
    let name = field.file_name()?.rsplit(['/', '\\']).next()?;
    let plain = |sign: &char| is_plain_line(sign.encode_utf8(&mut [0; 4]));
    let name: String = name.chars().filter(plain).take(LONGEST_NAME).collect();
    (!is_unseen(&name)).then(|| name.trim().to_owned())
}

/// Reads what is left of a file and lets it go, up to that many bytes: a browser sends all of it before it listens.
pub async fn drain(field: &mut Field<'_>, most: usize) {
    let mut read = 0;
    while let Ok(Some(bytes)) = field.chunk().await
        && read < most
    {
        read += bytes.len();
    }
}

/// The text of a field that is short enough to come in one go.
pub async fn short_text(field: &mut Field<'_>) -> Result<Option<String>, AppError> {
    Ok(field.chunk().await.map_err(broken)?.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()))
}

/// The connection was lost, or what came is no form.
pub fn broken(error: MultipartError) -> AppError {
    tracing::info!(%error, "a file did not come in whole");
    AppError::invalid("file", "The file did not come in whole. Send it again.")
}
