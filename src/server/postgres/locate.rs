//! Where things are: the Postgres programs, the account they run as, the folders and the lock.

use anyhow::{Context, bail, ensure};
use nix::unistd::{User, getegid, geteuid};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::process::Command;

/// The oldest major version of Postgres that our SQL runs on.
pub const OLDEST_MAJOR: u32 = 15;
/// The port that names the socket's file; nothing listens on TCP.
pub(super) const PORT: u16 = 5432;

/// Whom Postgres runs as. It refuses root, so root runs it as somebody else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub uid: u32,
    pub gid: u32,
    /// It is not the account of this process.
    other: bool,
}

impl Account {
    /// Ourselves, or as root the owner of the cluster that is there, else `postgres`, else `nobody`.
    pub fn for_cluster(cluster: &Path) -> anyhow::Result<Self> {
        let found = fs::metadata(cluster).ok();
        if !geteuid().is_root() {
            let own = Self { uid: geteuid().as_raw(), gid: getegid().as_raw(), other: false };
            if let Some(folder) = found {
                ensure!(
                    folder.uid() == own.uid,
                    "{} belongs to the account with uid {}. Run as that account or as root, or choose another SPOTLIGHT_DATA",
                    cluster.display(),
                    folder.uid()
                );
            }
            return Ok(own);
        }
        if let Some(folder) = found.filter(|folder| folder.uid() != 0) {
            return Ok(Self { uid: folder.uid(), gid: folder.gid(), other: true });
        }
        for name in ["postgres", "nobody"] {
            if let Some(user) = User::from_name(name).with_context(|| format!("looking up the account {name}"))? {
                return Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw(), other: true });
            }
        }
        bail!("Postgres refuses to run as root, and there is no account `postgres` or `nobody` to run it as")
    }

    /// The first folder on the way to `path`, itself included, that the account cannot enter.
    fn barred(self, path: &Path) -> Option<PathBuf> {
        let mut way: Vec<&Path> = path.ancestors().filter(|part| part.exists()).collect();
        way.reverse();
        way.into_iter().find(|part| !self.may_enter(part)).map(Path::to_owned)
    }

    fn may_enter(self, folder: &Path) -> bool {
        let Ok(folder) = fs::metadata(folder) else { return false };
        let needed = match () {
            () if folder.uid() == self.uid => 0o100,
            () if folder.gid() == self.gid => 0o010,
            () => 0o001,
        };
        folder.mode() & needed != 0
    }

    /// A program to be run as the account: nothing of our environment (it holds secrets), a
    /// folder that anybody can enter. Dropping root also drops its supplementary groups.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if self.other {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes `folder` the account's own and closed to all others.
    pub fn give(self, folder: &Path) -> anyhow::Result<()> {
        if self.other {
            chown(folder, Some(self.uid), Some(self.gid)).with_context(|| format!("giving {} to uid {}", folder.display(), self.uid))?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).with_context(|| format!("closing {} to others", folder.display()))
    }
}

/// Whether the lock of a data folder could be had.
pub(super) enum Claim {
    /// It is held for as long as this file is open; the kernel drops it with the process.
    Ours(File),
    /// Another process holds it: its pid, or what is known of it.
    Theirs(String),
}

/// The files of one data folder.
pub(super) struct Layout {
    /// The data folder, absolute and without links.
    pub data: PathBuf,
    /// The cluster inside it.
    pub cluster: PathBuf,
    /// Where Postgres writes its log.
    pub log: PathBuf,
    /// The folder of the socket.
    pub socket: PathBuf,
}

impl Layout {
    /// Makes the data folder where there is none. Others may pass through it (Postgres may run as
    /// another account) but not look in; each thing inside is closed by itself.
    pub fn of(data: &Path) -> anyhow::Result<Self> {
        if !data.exists() {
            fs::create_dir_all(data).with_context(|| format!("making the data folder {}", data.display()))?;
            fs::set_permissions(data, fs::Permissions::from_mode(0o711))
                .with_context(|| format!("setting the mode of {}", data.display()))?;
        }
        let data = data.canonicalize().with_context(|| format!("finding the data folder {}", data.display()))?;
        let cluster = data.join("postgres");
        let path = cluster.join(format!(".s.PGSQL.{PORT}"));
        // A socket's address is short, and Postgres reads commas and quotes in it as a list.
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let fits = path.as_os_str().len() < 107 && path.to_str().is_some_and(|path| path.chars().all(plain));
        let socket = if fits { cluster.clone() } else { PathBuf::from(format!("/tmp/spotlight-{}", short_hash(&data))) };
        Ok(Self { log: data.join("postgres.log"), socket, cluster, data })
    }

    /// Tries for the lock that keeps two processes from one data folder.
    pub fn claim(&self) -> anyhow::Result<Claim> {
        let path = self.data.join("lock");
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("opening {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).context("writing the lock")?;
                Ok(Claim::Ours(file))
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).context("reading the lock")?;
                Ok(Claim::Theirs(if pid.is_empty() { "unknown".into() } else { pid }))
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
        }
    }

    /// Fails, with what to do about it, when the account cannot get to the data folder.
    pub fn must_be_reachable(&self, account: Account) -> anyhow::Result<()> {
        match account.barred(&self.data) {
            None => Ok(()),
            Some(folder) => bail!(
                "Postgres runs as uid {} and cannot pass through {}. Set SPOTLIGHT_DATA to a folder that others may pass through, or run `chmod o+x {}`",
                account.uid,
                folder.display(),
                folder.display()
            ),
        }
    }

    /// Makes the folder of the socket where it is not the cluster itself. Its name can be guessed,
    /// so one that somebody else has put there is refused.
    pub fn prepare_socket(&self, account: Account) -> anyhow::Result<()> {
        if self.socket == self.cluster {
            return Ok(());
        }
        own_folder(&self.socket, &[account.uid, geteuid().as_raw()])?;
        account.give(&self.socket)
    }
}

/// Makes a folder with a name that can be guessed, in a place where anybody may make one: it must
/// be a real folder of one of the `owners` when it is there already.
fn own_folder(folder: &Path, owners: &[u32]) -> anyhow::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("making {}", folder.display()));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(folder).with_context(|| format!("looking at {}", folder.display()))?;
    ensure!(
        found.is_dir() && owners.contains(&found.uid()),
        "{} is there already and is not ours: remove it, or set SPOTLIGHT_DATA to another folder",
        folder.display()
    );
    Ok(())
}

fn short_hash(path: &Path) -> String {
    Sha256::digest(path.as_os_str().as_encoded_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The data folder where none is named: `.data` in the `checkout`, or, where Postgres must run as
/// another account that cannot get there (a checkout under `/root`), one under `/var/tmp`.
///
/// # Errors
/// When there is no account for Postgres, or the name under `/var/tmp` is taken by somebody else.
pub fn default_data(checkout: &Path) -> anyhow::Result<PathBuf> {
    let near = checkout.join(".data");
    let account = Account::for_cluster(&near.join("postgres"))?;
    if !account.other || account.barred(&near).is_none() {
        return Ok(near);
    }
    let far = PathBuf::from(format!("/var/tmp/spotlight-{}", short_hash(checkout)));
    own_folder(&far, &[geteuid().as_raw()])?;
    fs::set_permissions(&far, fs::Permissions::from_mode(0o711)).context("setting the mode of the data folder")?;
    Ok(far)
}

/// The programs of one installed version.
pub(super) struct Programs {
    folder: PathBuf,
    pub major: u32,
}

impl Programs {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The first usable version: on `PATH`, then in `/usr/lib/postgresql`, newest first. A cluster
    /// that is there already (`wanted`) can only be opened by its own major version.
    pub async fn find(account: Account, wanted: Option<u32>) -> anyhow::Result<Self> {
        let mut skipped = Vec::new();
        for folder in candidates() {
            match probe(account, &folder).await {
                Ok(major) if wanted.is_some_and(|wanted| wanted != major) || major < OLDEST_MAJOR => {
                    skipped.push(format!("{}: version {major}", folder.display()));
                }
                Ok(major) => return Ok(Self { folder, major }),
                Err(error) => skipped.push(format!("{}: {error:#}", folder.display())),
            }
        }
        let need = match wanted {
            Some(major) => format!("the data folder was made by Postgres {major}; install that version"),
            None => format!("install Postgres {OLDEST_MAJOR} or later (Debian: apt-get install postgresql)"),
        };
        let seen = if skipped.is_empty() { "none found".into() } else { skipped.join("; ") };
        bail!("no usable Postgres on this machine: {need}, or set DATABASE_URL. Looked at: {seen}")
    }
}

fn candidates() -> Vec<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut installed: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    installed.sort_by_key(|path| std::cmp::Reverse(version(path)));
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in std::env::split_paths(&on_path).chain(installed.into_iter().map(|path| path.join("bin"))) {
        // Links on PATH lead to the folder where initdb and postgres lie side by side.
        let Some(real) = folder.join("postgres").canonicalize().ok().and_then(|p| Some(p.parent()?.to_owned())) else { continue };
        if !folders.contains(&real) {
            folders.push(real);
        }
    }
    folders
}

/// Runs both programs as the account that will run them; answers with their major version.
async fn probe(account: Account, folder: &Path) -> anyhow::Result<u32> {
    let mut major = None;
    for name in ["initdb", "postgres"] {
        let run = account.command(&folder.join(name)).arg("--version").kill_on_drop(true).output();
        let output = tokio::time::timeout(Duration::from_secs(10), run)
            .await
            .with_context(|| format!("{name} does not answer"))?
            .with_context(|| format!("{name} does not start"))?;
        ensure!(output.status.success(), "{name} fails: {}", String::from_utf8_lossy(&output.stderr).trim());
        major = major_version(&String::from_utf8_lossy(&output.stdout));
    }
    major.context("its version cannot be read")
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` → 15.
fn major_version(text: &str) -> Option<u32> {
    let version = text.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
