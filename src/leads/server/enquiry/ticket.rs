//! What an opened form carries along: which enquiry it will be, and since when it has been open. Signed, so that neither is
//! made up: one ticket is one lead, and nobody has filled in a form before it was opened.

use crate::server::signer::signer;
use crate::values::{EnquiryFormId, MutationId, Timestamp};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::Mac;
use uuid::Uuid;

/// How long one is good, in milliseconds: a day.
pub const LIFE: i64 = 24 * 60 * 60 * 1000;
/// What is signed.
const PURPOSE: &str = "spotlight enquiry ticket 1";
/// Form, enquiry and moment: 16 bytes, 16, and 8.
const SAID: usize = 40;

/// A ticket that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ticket {
    /// Which enquiry it will be.
    pub enquiry: MutationId,
    /// When the form was opened.
    pub opened: Timestamp,
}

/// A ticket for a form that is opened now.
pub fn issue(secret: &[u8; 32], form: EnquiryFormId) -> String {
    seal(secret, form, Ticket { enquiry: MutationId::new(), opened: Timestamp::now() })
}

/// That ticket, signed.
pub fn seal(secret: &[u8; 32], form: EnquiryFormId, ticket: Ticket) -> String {
    let mut said = Vec::with_capacity(SAID + 32);
    said.extend_from_slice(form.0.as_bytes());
    said.extend_from_slice(ticket.enquiry.0.as_bytes());
    said.extend_from_slice(&ticket.opened.0.to_be_bytes());
    let signature = signer(secret, PURPOSE).chain_update(&said).finalize().into_bytes();
    said.extend_from_slice(&signature);
    BASE64_URL_SAFE_NO_PAD.encode(said)
}

/// The ticket, if we signed it for that form and it is not too old.
pub fn read(secret: &[u8; 32], form: EnquiryFormId, text: &str, now: Timestamp) -> Option<Ticket> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (said, signature) = bytes.split_at_checked(SAID)?;
    // Compares in constant time.
    signer(secret, PURPOSE).chain_update(said).verify_slice(signature).ok()?;
    let enquiry = MutationId(Uuid::from_slice(said.get(16..32)?).ok()?);
    let opened = Timestamp(i64::from_be_bytes(said.get(32..SAID)?.try_into().ok()?));
    let fine = said.get(..16) == Some(form.0.as_bytes().as_slice()) && opened.0 <= now.0 + 60_000 && now.0 - opened.0 < LIFE;
    fine.then_some(Ticket { enquiry, opened })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    #[test]
    fn a_ticket_is_good_for_its_form_for_a_day_and_cannot_be_made_up() {
        let (form, now) = (EnquiryFormId::new(), Timestamp(1_000_000_000_000));
        let ticket = Ticket { enquiry: MutationId::new(), opened: now };
        let text = seal(&SECRET, form, ticket);
        assert_eq!(read(&SECRET, form, &text, now), Some(ticket));
        assert_eq!(read(&SECRET, EnquiryFormId::new(), &text, now), None, "another form");
        assert_eq!(read(&[8; 32], form, &text, now), None, "another secret");
        assert!(read(&SECRET, form, &text, Timestamp(now.0 + LIFE - 1)).is_some());
        assert_eq!(read(&SECRET, form, &text, Timestamp(now.0 + LIFE)), None, "too old");
        assert_eq!(read(&SECRET, form, &text, Timestamp(now.0 - 120_000)), None, "from the future");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            assert_eq!(read(&SECRET, form, &BASE64_URL_SAFE_NO_PAD.encode(forged), now), None, "byte {at}");
        }
        for garbage in ["", "a", "....", &text[..40], "💥"] {
            assert_eq!(read(&SECRET, form, garbage, now), None);
        }
    }
}
