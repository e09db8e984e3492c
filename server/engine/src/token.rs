//! The tokens of emailed links. The database holds none: a row keeps a random nonce and the hash of the token that the nonce and a
//! key of this server's make. So a mail that is sent again, and the Outbox, which shows mails as they would have been sent, carry
//! the same working token, and nobody who reads the database alone can make one.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::Engine;

/// What a token is made from, with the server's key. 256 random bits.
pub(crate) type Nonce = [u8; 32];

/// What tokens are of: one of another kind is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `/a/{token}`.
    ApprovalLink,
    /// `/reset/{token}`.
    PasswordLink,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Purpose::ApprovalLink => "approval",
            Purpose::PasswordLink => "password",
        }
    }
}

/// A new nonce.
pub(crate) fn nonce() -> Nonce {
    rand::random()
}

/// The token of a nonce: base64url of HMAC-SHA-256(sub-key of the server's key, purpose || nonce), 43 characters.
pub(crate) fn make(engine: &Engine, purpose: Purpose, nonce: &[u8]) -> String {
    let key = engine.audit_key().sub_key("tokens of emailed links");
    BASE64_URL_SAFE_NO_PAD.encode(key.mac([purpose.as_str().as_bytes(), nonce]))
}

/// What a token is looked up by.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::{Purpose, hash, make};
    use crate::{AuditKey, test_support::Company};
    use sqlx::PgPool;

    #[sqlx::test(migrator = "crate::MIGRATOR")]
    async fn a_token_is_the_same_whenever_it_is_made_and_another_for_every_nonce_purpose_and_key(
        pool: PgPool,
    ) {
        let engine = Company::new(pool).await.engine;
        let token = make(&engine, Purpose::ApprovalLink, &[1; 32]);
        assert_eq!(token.len(), 43);
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        assert!(token.bytes().all(fits));
        assert_eq!(token, make(&engine, Purpose::ApprovalLink, &[1; 32]));
        assert_ne!(token, make(&engine, Purpose::ApprovalLink, &[2; 32]));
        assert_ne!(token, make(&engine, Purpose::PasswordLink, &[1; 32]));
        assert_ne!(hash(&token), hash(&token.to_lowercase()));
        let [one, other] = [7, 8].map(|byte| AuditKey::new(vec![byte; 32]).unwrap());
        let made = |key: &AuditKey| key.sub_key("x").mac([b"1".as_slice()]);
        assert_ne!(made(&one), made(&other));
        assert_ne!(
            made(&one),
            one.mac([b"1".as_slice()]),
            "not by the history's own key"
        );
    }
}
