//! Twilio: text messages out, and the signature of what it posts to us.
//!
//! The protocol is that of its published description, version 2010-04-01.

use super::http::{CallError, Http};
use crate::server::config::Secret;
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// The name in metrics and logs.
const PROVIDER: &str = "twilio";
/// Texts that are looked through for one of which it is not known whether it went out.
const LOOKED_THROUGH: u8 = 50;

/// A client of one company's account.
#[derive(Clone)]
pub struct Twilio {
    http: Http,
    base_url: String,
    account: String,
    token: Secret,
}

/// A text on its way out.
#[derive(Clone, Debug)]
pub struct NewText<'a> {
    /// Our number, as E.164.
    pub from: &'a str,
    /// Theirs.
    pub to: &'a str,
    /// 1 to 1,600 characters.
    pub body: &'a str,
    /// Where it is told what becomes of it.
    pub status_url: &'a str,
}

/// A text as Twilio has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Text {
    /// Its id there.
    pub sid: String,
    /// What has become of it, in Twilio's words.
    #[serde(default)]
    pub status: Option<String>,
    /// What it says.
    #[serde(default)]
    pub body: Option<String>,
    /// When it was made, as RFC 2822.
    #[serde(default)]
    pub date_created: Option<String>,
}

#[derive(Deserialize)]
struct Texts {
    messages: Vec<Text>,
}

#[derive(Deserialize)]
struct Numbers {
    incoming_phone_numbers: Vec<Number>,
}

#[derive(Deserialize)]
struct Number {
    sid: String,
}

impl Twilio {
    /// `base_url` without a slash at the end.
    pub fn new(base_url: impl Into<String>, account: impl Into<String>, token: Secret, http: Http) -> Self {
        Self { http, base_url: base_url.into(), account: account.into(), token }
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}{rest}", self.base_url, self.account)
    }

    /// Hands a text over. There is no key by which Twilio knows a second try for the same: after `Down`, `Slow` and
    /// `Garbled` it may have gone out.
    pub async fn send(&self, text: &NewText<'_>) -> Result<Text, CallError> {
        let form = [("To", text.to), ("From", text.from), ("Body", text.body), ("StatusCallback", text.status_url)];
        let url = self.url("/Messages.json");
        let answer = self
            .http
            .send(PROVIDER, false, |client| client.post(&url).basic_auth(&self.account, Some(self.token.expose())).form(&form))
            .await?;
        answer.json().await
    }

    /// The newest texts from one number to another.
    pub async fn sent(&self, from: &str, to: &str) -> Result<Vec<Text>, CallError> {
        let url = self.url("/Messages.json");
        let query = [("To", to), ("From", from), ("PageSize", &LOOKED_THROUGH.to_string())];
        let ask =
            self.http.send(PROVIDER, true, |client| client.get(&url).basic_auth(&self.account, Some(self.token.expose())).query(&query));
        Ok(ask.await?.json::<Texts>().await?.messages)
    }

    /// Says where texts to that number of the account are told, and are told once more if that fails. `Refused` with status 404 when it has no such number.
    pub async fn point(&self, number: &str, url: &str) -> Result<(), CallError> {
        let list = self.url("/IncomingPhoneNumbers.json");
        let ask = self.http.send(PROVIDER, true, |client| {
            client.get(&list).basic_auth(&self.account, Some(self.token.expose())).query(&[("PhoneNumber", number)])
        });
        let found = ask.await?.json::<Numbers>().await?.incoming_phone_numbers;
        let Some(Number { sid }) = found.first() else {
            return Err(CallError::Refused { status: 404, code: None, message: format!("the account has no number {number}") });
        };
        let change = self.url(&format!("/IncomingPhoneNumbers/{sid}.json"));
        let form = [("SmsUrl", url), ("SmsMethod", "POST"), ("SmsFallbackUrl", url), ("SmsFallbackMethod", "POST")];
        let ask =
            self.http.send(PROVIDER, true, |client| client.post(&change).basic_auth(&self.account, Some(self.token.expose())).form(&form));
        ask.await?.json::<serde_json::Value>().await?;
        Ok(())
    }
}

/// The signature of what is posted to `url` with these fields: HMAC-SHA1 under the account's token of the address and of
/// all fields by name, each distinct value behind its name.
pub fn signature(token: &Secret, url: &str, fields: &[(String, String)]) -> String {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort();
    fields.dedup();
    let mut signed = signing(token).chain_update(url);
    for (name, value) in fields {
        signed.update(name.as_bytes());
        signed.update(value.as_bytes());
    }
    BASE64_STANDARD.encode(signed.finalize().into_bytes())
}

/// Whether Twilio signed it. It may have written the usual port into the address, or left it out.
pub fn is_signed(token: &Secret, url: &str, fields: &[(String, String)], given: &str) -> bool {
    let spellings = [url.to_owned(), with_port(url)];
    // Both are worked out, whichever it is.
    spellings.iter().fold(false, |so, url| so | bool::from(signature(token, url, fields).as_bytes().ct_eq(given.as_bytes())))
}

fn with_port(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port = if scheme == "https" || scheme == "wss" { 443 } else { 80 };
    if host.contains(':') { url.replacen(&format!(":{port}"), "", 1) } else { format!("{scheme}://{host}:{port}{path}") }
}

fn signing(token: &Secret) -> Hmac<Sha1> {
    // HMAC takes a key of any length: a long one is hashed first, a short one filled up with zeros.
    let mut block = [0; 64];
    let key = token.expose().as_bytes();
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => {
            use sha1::Digest;
            block[..20].copy_from_slice(&Sha1::digest(key));
        }
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields = Vec<(String, String)>;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn token() -> Secret {
        "12345678901234567890123456789012".to_owned().into()
    }

    /// Signatures made by Twilio's own library for Node (6.2.0) and for Python (9.13.0), which agree.
    fn made_by_twilio() -> Vec<(&'static str, Fields, &'static str)> {
        vec![
            (
                "https://app.example.com/twilio/status?tenant=7",
                fields(&[
                    ("CallSid", "CA00000000000000000000000000000001"),
                    ("AccountSid", "AC00000000000000000000000000000001"),
                    ("From", "+15551234567"),
                    ("To", "+15557654321"),
                    ("CallStatus", "completed"),
                    ("CallDuration", "42"),
                ]),
                "C1TdYvXmYF+WSOOavqmt6819BI0=",
            ),
            ("https://app.example.com/twilio/status?tenant=7", vec![], "VlE0x4VU6yK7SSd8BBS8pKOy9UY="),
            (
                "https://app.example.com/sms",
                fields(&[("Body", "Olá & 你好 +1"), ("Empty", ""), ("NumMedia", "0")]),
                "e2lOmgr7Z6ZWcgitoRRkkkLb5Uw=",
            ),
            ("https://x.co/", fields(&[("A", "1"), ("B", "b"), ("B", "a"), ("B", "b")]), "U103uZPYfp+PpRmuPsrYi0yHE+k="),
            ("wss://app.example.com/media", vec![], "rCwQVUi2gBCEX4QaTiByimld5i0="),
        ]
    }

    #[test]
    fn signatures_of_the_official_libraries_pass() {
        for (url, fields, signed) in made_by_twilio() {
            assert_eq!(signature(&token(), url, &fields), signed, "{url}");
            let host_ends = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
            let with_port = format!("{}:443{}", &url[..host_ends], &url[host_ends..]);
            assert!(is_signed(&token(), url, &fields, signed) && is_signed(&token(), &with_port, &fields, signed), "{with_port}");
        }
    }

    #[test]
    fn every_mutation_of_them_fails() {
        let mut tried = 0;
        let mut refused = |token: &Secret, url: &str, fields: &[(String, String)], signed: &str| {
            tried += 1;
            assert!(!is_signed(token, url, fields, signed), "{url} {fields:?} {signed}");
        };
        for (url, fields, signed) in made_by_twilio() {
            for at in 0..signed.len() {
                let mut other = signed.as_bytes().to_vec();
                other[at] = if other[at] == b'A' { b'B' } else { b'A' };
                refused(&token(), url, &fields, &String::from_utf8(other).unwrap());
                refused(&token(), url, &fields, &signed[..at]);
            }
            for at in 0..url.len() {
                refused(&token(), &format!("{}{}", &url[..at], &url[at + 1..]), &fields, signed);
            }
            refused(&token(), &format!("{url}x"), &fields, signed);
            refused(&token(), &url.replacen("https", "http", 1).replacen("wss", "ws", 1), &fields, signed);
            refused(&"12345678901234567890123456789013".to_owned().into(), url, &fields, signed);
            let with = |change: &dyn Fn(&mut Fields)| {
                let mut changed = fields.clone();
                change(&mut changed);
                changed
            };
            refused(&token(), url, &with(&|fields| fields.push(("Z".into(), "1".into()))), signed);
            for at in 0..fields.len() {
                refused(&token(), url, &with(&|fields| fields[at].0.push('x')), signed);
                refused(&token(), url, &with(&|fields| fields[at].1.push(' ')), signed);
                // One that stands there twice counts once.
                if !fields.iter().enumerate().any(|(other, field)| other != at && *field == fields[at]) {
                    refused(&token(), url, &with(&|fields| drop(fields.remove(at))), signed);
                }
            }
        }
        assert!(tried > 450, "{tried}");
    }
}
