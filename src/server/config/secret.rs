//! Text that must not be shown, and where it comes from.

use anyhow::Context;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::{
    fmt, fs,
    io::{BufRead, ErrorKind, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    str::FromStr,
};

/// Text that must not be shown: neither `Debug` nor `Display` has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// A fresh one of `bytes` random bytes, as text that is safe in addresses.
    pub fn random(bytes: usize) -> Self {
        let mut random = vec![0; bytes];
        rand::fill(&mut random[..]);
        Self(BASE64_URL_SAFE_NO_PAD.encode(random))
    }
}
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}
impl FromStr for Secret {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.into()))
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The signing key of a data folder; made (mode 0600) the first time.
pub(super) fn kept_in(data: &Path) -> anyhow::Result<Secret> {
    let path = data.join("secret");
    let read = || fs::read_to_string(&path).map(|text| Secret(text.trim().to_owned()));
    match read() {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        done => return done.with_context(|| format!("reading {}", path.display())),
    }
    fs::create_dir_all(data).with_context(|| format!("making the data folder {}", data.display()))?;
    // Written aside and linked into place: whole or not at all, and of two processes one wins.
    let draft = data.join(format!("secret.{}", std::process::id()));
    let mut file = fs::File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("writing {}", draft.display()))?;
    file.write_all(Secret::random(32).0.as_bytes()).and_then(|()| file.sync_all()).context("writing the signing key")?;
    let linked = fs::hard_link(&draft, &path);
    fs::remove_file(&draft).context("removing the draft of the signing key")?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error).context("keeping the signing key"),
        _ => read().with_context(|| format!("reading {}", path.display())),
    }
}

/// The password for a new person: the first line of standard input; where that is a terminal or
/// empty, a fresh one, and `true`: print it, it is nowhere else.
///
/// # Errors
/// When standard input cannot be read.
pub fn new_password() -> anyhow::Result<(Secret, bool)> {
    let mut line = String::new();
    let input = std::io::stdin();
    if !input.is_terminal() {
        input.lock().read_line(&mut line).context("reading the password")?;
    }
    match line.trim_end_matches(['\r', '\n']) {
        "" => Ok((Secret::random(15), true)),
        password => Ok((Secret(password.to_owned()), false)),
    }
}
