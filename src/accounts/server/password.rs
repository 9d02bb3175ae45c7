//! Passwords: hashed with argon2id, checked in the same time whether or not there is an account.

use crate::error::AppError;
use crate::server::fault::internal;
use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{self, phc::PasswordHash},
};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The shortest password that is accepted, in characters.
pub const SHORTEST: usize = 10;
/// The longest, in bytes: far beyond any real one, and little work to read.
const LONGEST: usize = 1024;

/// Each hash takes 19 MiB and one core for some 30 ms: two at a time, whatever comes in.
static TURNS: Semaphore = Semaphore::const_new(2);
/// How long a sign-in waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Nobody's hash, of the same cost as everyone's. No password is known to give it. It is checked
/// where there is no account, so that the time of an answer tells nothing.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3BvdGxpZ2h0LW5vYm9keQ$bm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkLCBldmVyLi4";

/// Whether it will do as a new password.
///
/// # Errors
/// `Invalid` on `field`, saying what would do.
pub fn check_new(field: &str, password: &str, email: &str) -> Result<(), AppError> {
    if password.chars().count() < SHORTEST {
        return Err(AppError::invalid(
            field,
            format!("Use at least {SHORTEST} characters. A few words in a row are easy to keep in mind."),
        ));
    }
    if password.len() > LONGEST {
        return Err(AppError::invalid(field, "That is longer than we can take. Use fewer than 1,000 characters."));
    }
    if password.to_lowercase() == email {
        return Err(AppError::invalid(field, "Use something other than your address."));
    }
    let first = password.chars().next();
    if password.chars().all(|c| Some(c) == first) {
        return Err(AppError::invalid(field, "Use more than one character over and over."));
    }
    Ok(())
}

/// The hash to store, as a PHC string with a salt of its own.
///
/// # Errors
/// `Unavailable` when too many wait for their turn.
pub async fn hash(password: String) -> Result<String, AppError> {
    in_turn(move || {
        let mut salt = [0; 16];
        rand::fill(&mut salt);
        Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string())
    })
    .await
}

/// Whether the password gives that hash. Without a hash the same work is done, and the answer is
/// no.
///
/// # Errors
/// `Unavailable` when too many wait for their turn.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, AppError> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        match Argon2::default().verify_password(password.as_bytes(), &PasswordHash::new(&hash)?) {
            Ok(()) => Ok(known),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(other) => Err(other),
        }
    })
    .await
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> password_hash::Result<T> + Send + 'static) -> Result<T, AppError> {
    let Ok(turn) = tokio::time::timeout(PATIENCE, TURNS.acquire()).await else {
        return Err(AppError::Unavailable { what: "Sign-in".into() });
    };
    let turn = turn.map_err(internal)?;
    // The turn goes along: should the request be dropped, the work is still being done.
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(internal)?.map_err(internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_of_its_password_alone() {
        let stored = hash("correct horse battery".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse battery".into(), Some(stored.clone())).await.unwrap());
        assert!(!verify("correct horse batterY".into(), Some(stored.clone())).await.unwrap());
        assert_ne!(stored, hash("correct horse battery".into()).await.unwrap(), "no two hashes share a salt");
    }

    #[tokio::test]
    async fn where_there_is_no_account_the_same_work_is_done() {
        let made = hash("anything at all".into()).await.unwrap();
        let cost = |phc: &str| phc.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(cost(NOBODY), cost(&made));
        assert!(!verify("anything at all".into(), None).await.unwrap());
    }

    #[test]
    fn poor_passwords_are_refused_with_a_reason() {
        assert!(check_new("password", "short", "a@b.example").is_err());
        assert!(check_new("password", "aaaaaaaaaaaa", "a@b.example").is_err());
        assert!(check_new("password", "Anna@b.example", "anna@b.example").is_err());
        assert!(check_new("password", "some words in a row", "a@b.example").is_ok());
    }
}
