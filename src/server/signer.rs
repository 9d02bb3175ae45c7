//! Signs what is handed out and comes back, such as a visitor's token.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs for one purpose, with a key of its own: what is signed for one is never taken for another.
pub fn signer(secret: &[u8; 32], purpose: &str) -> Hmac<Sha256> {
    let own = keyed(secret).chain_update(purpose).finalize().into_bytes();
    keyed(&own.into())
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a short key up with zeros itself; done here the length is right by its type.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}
