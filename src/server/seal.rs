//! Seals what companies give us to keep, such as the token of their account with a provider: XChaCha20-Poly1305, under a
//! key that has a name, bound to the place it is kept in.

use crate::server::config::Secret;
use crate::server::signer::signer;
use anyhow::{Context, ensure};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::Mac;
use sha2::{Digest, Sha256};

/// The key that is made of the signing key, where no other is named.
const OWN: &str = "own";
/// Bytes of a nonce, which stands before what is sealed.
const NONCE: usize = 24;

/// Something sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The name of the key.
    pub key: String,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

/// The keys. The first seals, all of them open.
#[derive(Clone)]
pub struct Seal(Vec<(String, XChaCha20Poly1305)>);

impl Seal {
    /// From `name:key` pairs parted by commas, the one that seals first; may be empty. Last comes the one that is made of the
    /// signing key, by which everything is sealed as long as no other is named.
    ///
    /// # Errors
    /// When a pair has no name, its key is shorter than 32 characters, or two have one name.
    pub fn new(secret: &[u8; 32], named: Option<&Secret>) -> anyhow::Result<Self> {
        let mut keys: Vec<(String, XChaCha20Poly1305)> = Vec::new();
        for pair in named.map_or("", Secret::expose).split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, key) = pair.split_once(':').context("SPOTLIGHT_SEAL_KEYS is written name:key,name:key")?;
            let fine = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            ensure!(fine && name != OWN, "a key of SPOTLIGHT_SEAL_KEYS needs a name of letters, digits and hyphens, other than {OWN:?}");
            ensure!(key.len() >= 32, "the key {name:?} of SPOTLIGHT_SEAL_KEYS must have at least 32 characters");
            ensure!(keys.iter().all(|(known, _)| known != name), "SPOTLIGHT_SEAL_KEYS has two keys called {name:?}");
            keys.push((name.to_owned(), XChaCha20Poly1305::new(&Sha256::digest(key))));
        }
        keys.push((OWN.to_owned(), XChaCha20Poly1305::new(&signer(secret, "seal").finalize().into_bytes())));
        Ok(Self(keys))
    }

    /// The name of the key that seals.
    pub fn current(&self) -> &str {
        self.0.first().map_or(OWN, |(name, _)| name)
    }

    /// Seals a text. `place` says where it is kept: opened anywhere else it is refused.
    ///
    /// # Errors
    /// When the text is longer than the cipher allows, which none is.
    pub fn seal(&self, place: &str, text: &Secret) -> anyhow::Result<Sealed> {
        let (name, cipher) = self.0.first().context("there is no key")?;
        let mut bytes = [0; NONCE].to_vec();
        rand::fill(&mut bytes[..]);
        let payload = Payload { msg: text.expose().as_bytes(), aad: place.as_bytes() };
        let sealed = cipher.encrypt(&nonce(&bytes)?, payload).map_err(|_| anyhow::anyhow!("it cannot be sealed"))?;
        bytes.extend(sealed);
        Ok(Sealed { key: name.clone(), bytes })
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// When its key is not among ours, or it was changed, or kept elsewhere.
    pub fn open(&self, place: &str, sealed: &Sealed) -> anyhow::Result<Secret> {
        let Some((_, cipher)) = self.0.iter().find(|(name, _)| *name == sealed.key) else {
            anyhow::bail!("it is sealed with the key {:?}, which is not in SPOTLIGHT_SEAL_KEYS", sealed.key);
        };
        let (start, rest) = sealed.bytes.split_at_checked(NONCE).context("it is no sealed text")?;
        let payload = Payload { msg: rest, aad: place.as_bytes() };
        let text = cipher.decrypt(&nonce(start)?, payload).map_err(|_| anyhow::anyhow!("it was changed, or sealed for another place"))?;
        Ok(String::from_utf8(text).context("it is no text")?.into())
    }
}

fn nonce(bytes: &[u8]) -> anyhow::Result<XNonce> {
    XNonce::try_from(bytes).map_err(|_| anyhow::anyhow!("a nonce has {NONCE} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(named: &str) -> anyhow::Result<Seal> {
        Seal::new(&[7; 32], Some(&named.to_owned().into()))
    }

    const OLD: &str = "old:0123456789abcdef0123456789abcdef";
    const NEW: &str = "new:fedcba9876543210fedcba9876543210";

    #[test]
    fn what_is_sealed_opens_in_its_place_only_and_unchanged() {
        let seal = Seal::new(&[7; 32], None).unwrap();
        let token = Secret::from("token".to_owned());
        let sealed = seal.seal("a", &token).unwrap();
        assert_eq!((sealed.key.as_str(), seal.open("a", &sealed).unwrap().expose()), (OWN, "token"));
        assert_ne!(seal.seal("a", &token).unwrap().bytes, sealed.bytes, "sealed twice it looks different");
        assert!(!sealed.bytes.windows(5).any(|bytes| bytes == b"token"));
        assert!(seal.open("b", &sealed).is_err());
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 1;
            assert!(seal.open("a", &changed).is_err(), "byte {at}");
        }
        assert!(Seal::new(&[8; 32], None).unwrap().open("a", &sealed).is_err());
    }

    #[test]
    fn a_new_key_seals_and_the_old_ones_still_open() {
        let (token, own) = (Secret::from("t".to_owned()), Seal::new(&[7; 32], None).unwrap());
        let (first, old) = (own.seal("a", &token).unwrap(), keys(OLD).unwrap().seal("a", &token).unwrap());
        let both = keys(&format!("{NEW}, {OLD}")).unwrap();
        assert_eq!(both.seal("a", &token).unwrap().key, "new");
        assert!(both.open("a", &old).is_ok() && both.open("a", &first).is_ok());
        assert!(keys(NEW).unwrap().open("a", &old).unwrap_err().to_string().contains("\"old\""));
    }

    #[test]
    fn keys_that_will_not_do_are_refused() {
        for bad in ["k", "k:short", ":0123456789abcdef0123456789abcdef", "own:0123456789abcdef0123456789abcdef", &format!("{OLD},{OLD}")] {
            assert!(keys(bad).is_err(), "{bad}");
        }
    }
}
