//! Slows guessing down: tries are counted per account and per address, in windows of 15 minutes.
//!
//! A try is counted before it is made and given back when it succeeds, in one statement each, so
//! that a thousand tries at once count as a thousand.

use super::store;
use crate::error::AppError;
use crate::server::app::App;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// How long tries are counted, in seconds.
pub const WINDOW: u32 = 15 * 60;

/// What is counted. The number is how many a window allows.
#[derive(Clone, Copy, Debug)]
pub enum Tries {
    /// Failed sign-ins of one account.
    SignInAccount,
    /// Failed sign-ins from one address: higher, because an office may share one.
    SignInAddress,
    /// Letters to one address about a forgotten password.
    ResetAccount,
    /// Questions about forgotten passwords, and tries of links, from one address.
    LinkAddress,
    /// Companies founded from one address.
    SignUpAddress,
    /// Invitations sent by one company.
    InviteCompany,
    /// Requests with one API key.
    ApiKey,
    /// Enquiries sent from one address, whether they were taken or not.
    EnquiryAddress,
    /// Enquiries sent by one form.
    EnquiryForm,
}

impl Tries {
    fn allowed(self) -> (&'static str, i32) {
        match self {
            Self::SignInAccount => ("sign-in account", 10),
            Self::SignInAddress => ("sign-in address", 60),
            Self::ResetAccount => ("reset account", 5),
            Self::LinkAddress => ("link address", 60),
            Self::SignUpAddress => ("sign-up address", 30),
            Self::InviteCompany => ("invite company", 50),
            Self::ApiKey => ("api key", 9_000),
            Self::EnquiryAddress => ("enquiry address", 30),
            Self::EnquiryForm => ("enquiry form", 600),
        }
    }
}

/// One counted try. Give it back when it succeeded.
#[derive(Debug)]
#[must_use]
pub struct Counted {
    key: Vec<u8>,
    /// How many more failures the window allows.
    pub left: u32,
}

/// Counts a try by `who`.
///
/// # Errors
/// `TooMany`, with the seconds until the window ends.
pub async fn count(app: &App, tries: Tries, who: &str) -> Result<Counted, AppError> {
    let (what, most) = tries.allowed();
    // A hash, so that the table says nothing about who was tried.
    let key = Sha256::digest(format!("{what}\n{who}")).to_vec();
    let (count, seconds) = store::count_try(app.db.pool(), &key, WINDOW).await?;
    // Now and then someone sweeps up; it does not matter who.
    if rand::random_ratio(1, 200) {
        store::sweep_tries(app.db.pool()).await?;
    }
    if count > most {
        return Err(AppError::TooMany { retry_after: seconds.max(1).unsigned_abs() });
    }
    Ok(Counted { key, left: (most - count).unsigned_abs() })
}

/// Gives a try back: it succeeded.
///
/// # Errors
/// When the database cannot be reached.
pub async fn give_back(app: &App, counted: Counted) -> Result<(), AppError> {
    Ok(store::give_back_try(app.db.pool(), &counted.key).await?)
}

/// What stands for an address in the count: of IPv6 the first half, for whoever has one has all
/// 2⁶⁴ addresses of it.
pub fn neighbourhood(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V6(v6)) => v6.to_ipv4_mapped().map_or_else(|| address.to_owned(), |v4| v4.to_string()),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::neighbourhood;

    #[test]
    fn one_network_counts_as_one_address() {
        assert_eq!(neighbourhood("2001:db8:1:2:aaaa::1"), neighbourhood("2001:db8:1:2:bbbb::9"));
        assert_ne!(neighbourhood("2001:db8:1:2::1"), neighbourhood("2001:db8:1:3::1"));
        assert_eq!(neighbourhood("::ffff:203.0.113.9"), "203.0.113.9");
        assert_ne!(neighbourhood("203.0.113.9"), neighbourhood("203.0.113.10"));
    }
}
