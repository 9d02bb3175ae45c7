//! What a visitor of the chat widget is known by: a signed token, good for one assistant, a year.

use super::actor::Actor;
use crate::server::signer::signer;
use crate::values::{AssistantId, CompanyId, Timestamp, VisitorId};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::Mac;
use uuid::Uuid;

/// How long a token is good, in milliseconds: a year.
const LIFE: i64 = 365 * 24 * 60 * 60 * 1000;
/// What is signed.
const PURPOSE: &str = "spotlight visitor token 1";
/// Company, assistant, visitor, and the moment of issue: 16 bytes each, and 8.
const SAID: usize = 56;

/// A token for a visitor of that assistant.
pub fn issue(secret: &[u8; 32], company: CompanyId, assistant: AssistantId, visitor: VisitorId) -> String {
    issue_at(secret, company, assistant, visitor, Timestamp::now())
}

/// The visitor a token stands for. None unless it was signed by us, for this assistant, and is
/// not too old.
pub fn check(secret: &[u8; 32], token: &str, expected: AssistantId) -> Option<Actor> {
    check_at(secret, token, expected, Timestamp::now())
}

/// The visitor a token stands for, whichever assistant it is for: for the live socket, where a
/// visitor reaches their own conversation and nothing else.
pub fn bearer(secret: &[u8; 32], token: &str) -> Option<Actor> {
    read(secret, token, Timestamp::now()).map(|(_, actor)| actor)
}

fn issue_at(secret: &[u8; 32], company: CompanyId, assistant: AssistantId, visitor: VisitorId, at: Timestamp) -> String {
    let mut said = Vec::with_capacity(SAID + 32);
    for id in [company.0, assistant.0, visitor.0] {
        said.extend_from_slice(id.as_bytes());
    }
    said.extend_from_slice(&at.0.to_be_bytes());
    let signature = signer(secret, PURPOSE).chain_update(&said).finalize().into_bytes();
    said.extend_from_slice(&signature);
    BASE64_URL_SAFE_NO_PAD.encode(said)
}

fn check_at(secret: &[u8; 32], token: &str, expected: AssistantId, now: Timestamp) -> Option<Actor> {
    read(secret, token, now).filter(|(assistant, _)| *assistant == expected).map(|(_, actor)| actor)
}

fn read(secret: &[u8; 32], token: &str, now: Timestamp) -> Option<(AssistantId, Actor)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, signature) = bytes.split_at_checked(SAID)?;
    // Compares in constant time.
    signer(secret, PURPOSE).chain_update(said).verify_slice(signature).ok()?;
    let id = |n: usize| said.get(n * 16..n * 16 + 16).and_then(|bytes| Uuid::from_slice(bytes).ok());
    let (company, assistant, visitor) = (CompanyId(id(0)?), AssistantId(id(1)?), VisitorId(id(2)?));
    let issued = i64::from_be_bytes(said.get(48..SAID)?.try_into().ok()?);
    let fresh = issued <= now.0 + 60_000 && now.0 - issued < LIFE;
    fresh.then(|| (assistant, Actor::visitor(company, assistant, visitor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    #[test]
    fn a_token_opens_its_own_assistant_and_no_other() {
        let (company, assistant, visitor) = (CompanyId::new(), AssistantId::new(), VisitorId::new());
        let token = issue(&SECRET, company, assistant, visitor);
        let actor = check(&SECRET, &token, assistant).expect("its own token");
        assert_eq!(actor.company(), company);
        assert_eq!(actor.as_visitor().unwrap(), (assistant, visitor));
        assert!(check(&SECRET, &token, AssistantId::new()).is_none(), "another assistant");
        assert!(check(&[8; 32], &token, assistant).is_none(), "another secret");
    }

    #[test]
    fn no_bit_of_a_token_can_be_changed() {
        let assistant = AssistantId::new();
        let token = issue(&SECRET, CompanyId::new(), assistant, VisitorId::new());
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            assert!(check(&SECRET, &BASE64_URL_SAFE_NO_PAD.encode(forged), assistant).is_none(), "byte {at}");
        }
        for garbage in ["", "a", "....", &token[..40], &format!("{token}AAAA")] {
            assert!(check(&SECRET, garbage, assistant).is_none());
        }
    }

    #[test]
    fn a_token_is_good_for_a_year() {
        let assistant = AssistantId::new();
        let issued = Timestamp(1_000_000_000_000);
        let token = issue_at(&SECRET, CompanyId::new(), assistant, VisitorId::new(), issued);
        assert!(check_at(&SECRET, &token, assistant, Timestamp(issued.0 + LIFE - 1)).is_some());
        assert!(check_at(&SECRET, &token, assistant, Timestamp(issued.0 + LIFE)).is_none());
        assert!(check_at(&SECRET, &token, assistant, Timestamp(issued.0 - 120_000)).is_none(), "issued in the future");
    }
}
