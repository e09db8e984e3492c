//! Passwords: argon2id in PHC strings, worked out off the async threads, a few at a time.
//!
//! One run takes about 19 MiB and tens of milliseconds (OWASP Password Storage: m = 19456 KiB, t = 2, p = 1). So that a
//! flood of sign-ins takes neither all cores nor all memory, runs are queued, and the queue has an end.

use std::{num::NonZero, sync::LazyLock, thread::available_parallelism};

use argon2::{
    Argon2,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Error, Result};

/// The fewest characters of a new password.
pub const MIN_LENGTH: usize = 10;
/// The most; more only costs time.
pub const MAX_LENGTH: usize = 200;

/// Runs at the same time: leaves cores to everything else.
static RUNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get).div_ceil(2)));
/// Runs that may wait or run: a second or two of work. Tests share the process, and must not take each other's places.
static QUEUE: Semaphore = Semaphore::const_new(if cfg!(test) { 10_000 } else { 64 });

/// The hash that an unknown account's password is compared with, so that it takes as long as a known one's. Of no password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
tokio::task_local! {
    /// How often a password was compared in this task.
    pub(crate) static COMPARED: std::cell::Cell<u32>;
}

/// A place in the queue, taken before anything is counted against anybody.
pub struct Turn {
    _place: SemaphorePermit<'static>,
}

/// Takes a place in the queue.
///
/// # Errors
/// `TooMany`, at once, when it is full.
pub fn turn() -> Result<Turn> {
    place(&QUEUE)
}

fn place(queue: &'static Semaphore) -> Result<Turn> {
    match queue.try_acquire() {
        Ok(place) => Ok(Turn { _place: place }),
        Err(_) => Err(Error::TooMany {
            retry_after_seconds: 2,
        }),
    }
}

impl Turn {
    /// Whether `password` is the one `hash` was made of. Without a hash it is not, after the same work.
    pub async fn verify(self, password: &str, hash: Option<&str>) -> Result<bool> {
        #[cfg(test)]
        let _ = COMPARED.try_with(|n| n.set(n.get() + 1));
        let known = hash.is_some();
        let hash = PasswordHash::new(hash.unwrap_or(NOBODY)).map_err(Error::internal)?;
        let password = password.to_owned();
        let compared = self
            .run(move || Argon2::default().verify_password(password.as_bytes(), &hash))
            .await?;
        match compared {
            Ok(()) => Ok(known),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// The PHC string to keep of a password.
    pub async fn hash(self, password: &str) -> Result<String> {
        let password = password.to_owned();
        let hash = self
            .run(move || Argon2::default().hash_password(password.as_bytes()))
            .await?;
        hash.map(|hash| hash.to_string()).map_err(Error::internal)
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let running = RUNS.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, even when nobody waits for its result any more.
            let _held = (self, running);
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

/// What is wrong with a new password, in words. No rules of composition (NIST SP 800-63B).
pub fn fault(password: &str, name: &str, email: &str) -> Option<String> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Some(format!("Use at least {MIN_LENGTH} characters."));
    }
    if length > MAX_LENGTH {
        return Some(format!("Use at most {MAX_LENGTH} characters."));
    }
    let same = |other: &str| password.trim().to_lowercase() == other.trim().to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    (same(name) || same(email) || same(local))
        .then(|| "Use something other than the name or the email.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_says_its_parameters() {
        let hash = turn().unwrap().hash("correct horse battery").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            turn()
                .unwrap()
                .verify("correct horse battery", Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !turn()
                .unwrap()
                .verify("correct horse batterY", Some(&hash))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn the_hash_of_nobody_costs_the_same_and_fits_nothing() {
        let made = turn().unwrap().hash("x").await.unwrap();
        let parameters = |phc: &str| {
            phc.split('$')
                .take(4)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(parameters(NOBODY), parameters(&made));
        assert_eq!(NOBODY.len(), made.len());
        assert!(!turn().unwrap().verify("", None).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_says_to_wait_and_has_room_again_once_a_run_is_done() {
        static QUEUE: Semaphore = Semaphore::const_new(1);
        let turn = place(&QUEUE).unwrap();
        assert!(matches!(place(&QUEUE), Err(Error::TooMany { .. })));
        turn.hash("correct horse battery").await.unwrap();
        assert!(place(&QUEUE).is_ok());
    }

    #[test]
    fn a_new_password_is_neither_short_nor_endless_nor_the_persons_name() {
        let fault =
            |password: &str| fault(password, "Samantha Stone", "samantha.stone@example.com");
        assert_eq!(fault("countersign"), None);
        assert_eq!(fault("ten chars!"), None);
        assert!(fault("nine char").is_some());
        assert!(fault(&"x".repeat(201)).is_some());
        assert!(fault("samantha stone").is_some());
        assert!(fault("Samantha.Stone@example.com").is_some());
        assert!(fault("samantha.stone").is_some());
        assert_eq!(
            fault("ééééééééé é"),
            None,
            "characters are counted, not bytes"
        );
    }
}
