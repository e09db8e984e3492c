//! One-time codes by time (RFC 6238: SHA-1, six digits, thirty seconds, which every authenticator app knows) and recovery codes. None is
//! kept: both are made from a nonce and a key of this server's.

use domain::ids::PersonId;
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};

use crate::{Engine, Error, Result, token::Nonce};

/// Whom an authenticator app names above the code.
const ISSUER: &str = "Countersign";
/// Bytes of a secret: what RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// Recovery codes of one person.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code: 50 random bits.
const RECOVERY_LENGTH: usize = 10;
/// Crockford's base 32: no letter that is read as a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What an authenticator app is told, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What the form brings back, so that what was scanned is what is set up: 64 hex digits.
    pub nonce: String,
    /// The secret in base 32, in groups of four, for who types it.
    pub secret: String,
    /// `otpauth://…`, for a QR code.
    pub address: String,
}

/// The offer of a nonce to somebody who signs in with `email`.
///
/// # Errors
/// `Internal` where the email cannot stand in an address.
pub(super) fn offer(
    engine: &Engine,
    person: PersonId,
    email: &str,
    nonce: &Nonce,
) -> Result<Offer> {
    let totp = totp(engine, person, email, nonce)?;
    let secret = totp.secret().to_base32();
    let groups: Vec<String> = secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    Ok(Offer {
        nonce: hex::encode(nonce),
        secret: groups.join(" "),
        address: totp.to_url().map_err(Error::internal)?,
    })
}

fn totp(engine: &Engine, person: PersonId, email: &str, nonce: &[u8]) -> Result<Totp> {
    let key = engine.audit_key().sub_key("second factors");
    let secret = key.mac([person.0.to_be_bytes().as_slice(), nonce]);
    Builder::new()
        .with_secret(Secret::from(secret[..SECRET_BYTES].to_vec()))
        .with_account_name(email)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(Error::internal)
}

/// The period of thirty seconds that `code` belongs to, if it is right now, or was one before, or will be one after.
pub(super) fn step_of(
    engine: &Engine,
    person: PersonId,
    nonce: &[u8],
    code: &str,
) -> Result<Option<i64>> {
    let now = u64::try_from(engine.clock().unmoved().as_second()).map_err(Error::internal)?;
    let step = totp(engine, person, "code", nonce)?.check(code, now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The code at a moment, as an authenticator app shows it: for tests.
#[cfg(test)]
pub(super) fn at(engine: &Engine, person: PersonId, nonce: &[u8], at: jiff::Timestamp) -> String {
    let seconds = u64::try_from(at.as_second()).unwrap();
    totp(engine, person, "code", nonce)
        .unwrap()
        .generate(seconds)
        .to_string()
}

/// The recovery codes of a nonce, as they are shown: `k7m2p-x4qd9`.
pub(super) fn recovery(engine: &Engine, person: PersonId, nonce: &[u8]) -> Vec<String> {
    let key = engine.audit_key().sub_key("recovery codes");
    (0..RECOVERY_CODES)
        .map(|index| {
            let bits = key.mac([
                person.0.to_be_bytes().as_slice(),
                nonce,
                index.to_be_bytes().as_slice(),
            ]);
            let letters = bits.iter().take(RECOVERY_LENGTH);
            let code: String = letters
                .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
                .collect();
            let (front, back) = code.split_at(RECOVERY_LENGTH / 2);
            format!("{front}-{back}")
        })
        .collect()
}

/// Which of the recovery codes was typed.
pub(super) fn recovery_index(
    engine: &Engine,
    person: PersonId,
    nonce: &[u8],
    typed: &str,
) -> Option<usize> {
    let typed = read(typed);
    recovery(engine, person, nonce)
        .iter()
        .position(|code| read(code).as_bytes().ct_eq(typed.as_bytes()).into())
}

/// A recovery code as it is compared: however it is grouped, and with what is easily misread.
fn read(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    letters
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        })
        .collect()
}
