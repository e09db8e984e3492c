//! What people do with their own: set it up, prove it, have new recovery codes, turn it off.

use domain::{actor::Actor, ids::PersonId, second_factor::Standing};
use jiff::Timestamp;
use uuid::Uuid;

use super::{ADDRESS, codes, note, prove, store, tell};
use crate::{
    Engine, Error, Result, Tx, request,
    sign_in::{CodeAsked, Counted, Identity, Tried, admit, forgive},
    token::{self, Nonce},
};

/// Somebody's second factor, as their page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetUp {
    /// Since when.
    pub at: Timestamp,
    /// Recovery codes that were not used yet.
    pub recovery_left: usize,
}

/// Whether and since when somebody has one.
pub async fn set_up(engine: &Engine, person: PersonId) -> Result<Option<SetUp>> {
    let kept = store::read(engine.pool(), person).await?;
    Ok(kept.map(|kept| SetUp {
        at: kept.set_up_at,
        recovery_left: codes::RECOVERY_CODES - kept.used.count_ones() as usize,
    }))
}

/// What to scan: a new one, or the one that was scanned already, by the nonce it brings back.
///
/// # Errors
/// `Internal` where the email cannot stand in an address.
pub fn offer(
    engine: &Engine,
    person: PersonId,
    email: &str,
    nonce: Option<&str>,
) -> Result<codes::Offer> {
    let nonce = nonce.and_then(read_nonce).unwrap_or_else(token::nonce);
    codes::offer(engine, person, email, &nonce)
}

fn read_nonce(text: &str) -> Option<Nonce> {
    let mut nonce = Nonce::default();
    hex::decode_to_slice(text, &mut nonce).ok()?;
    Some(nonce)
}

/// Sets up the second factor that was scanned, once a code shows that it was.
///
/// # Errors
/// `Invalid` beside `code`, `Stale` when there is one already, `TooMany`, `Repeated`.
pub async fn turn_on(
    engine: &Engine,
    person: PersonId,
    request_id: Uuid,
    nonce: &str,
    code: &str,
) -> Result<()> {
    let nonce =
        read_nonce(nonce).ok_or_else(|| Error::field("code", "Scan the code again, please."))?;
    let form = (request_id, "turn_on_second_factor");
    let tried = admit(engine, &[Tried::Code(person)]).await?;
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, person, form.0, form.1).await?;
    let step = codes::step_of(engine, person, &nonce, &super::digits(code))?;
    let step = step.ok_or_else(|| {
        Error::field(
            "code",
            "This is not the code your app shows now. Scan the picture, then enter the six digits.",
        )
    })?;
    let recovery = token::nonce();
    if !store::insert(&mut tx, engine, person, (&nonce, step), &recovery).await? {
        return Err(Error::Stale("You have a second factor already.".to_owned()));
    }
    let says =
        "From now on, signing in asks for a code of your authenticator app besides your password.";
    let mail = ("A second factor was set up", says);
    told(tx, engine, person, form, mail).await?;
    forgive(engine, &tried).await
}

/// Proves the second factor once more: for what asks for it.
///
/// # Errors
/// `Invalid` beside `code`, `TooMany`, `NotFound` for who has none.
pub async fn confirm(engine: &Engine, person: PersonId, code: &str) -> Result<()> {
    let mut own = Try::begin(engine, person).await?;
    prove(&mut own.tx, engine, person, code).await?;
    own.end().await
}

/// The second half of signing in.
///
/// # Errors
/// As [`confirm`]. Who has none any more, whose password was changed meanwhile or who has left: `NotFound`.
pub async fn enter(engine: &Engine, asked: CodeAsked, code: &str) -> Result<Identity> {
    let mut own = Try::begin(engine, asked.person()).await?;
    let identity = asked.proved();
    let current = sqlx::query_scalar!(
        "SELECT credential_version FROM people WHERE id = $1 AND deactivated_at IS NULL",
        identity.person.0,
    )
    .fetch_optional(&mut *own.tx)
    .await?;
    if current != Some(identity.credential) {
        return Err(Error::NotFound);
    }
    prove(&mut own.tx, engine, identity.person, code).await?;
    own.end().await?;
    Ok(identity)
}

/// The recovery codes, and which of them were used. For who has just proved their second factor.
pub async fn recovery_codes(engine: &Engine, person: PersonId) -> Result<Vec<(String, bool)>> {
    let kept = store::read(engine.pool(), person)
        .await?
        .ok_or(Error::NotFound)?;
    let codes = codes::recovery(engine, person, &kept.recovery_nonce);
    Ok(codes
        .into_iter()
        .enumerate()
        .map(|(index, code)| (code, kept.used & (1 << index) != 0))
        .collect())
}

/// Makes new recovery codes; the old ones are worth nothing any more.
///
/// # Errors
/// `Refused` to who has not just proved theirs; `NotFound` for who has none; `Repeated`.
pub async fn renew_recovery_codes(engine: &Engine, by: &Actor, request_id: Uuid) -> Result<()> {
    let form = (request_id, "renew_recovery_codes");
    let mut tx = proved(engine, by, form).await?;
    store::renew(&mut tx, by.id, &token::nonce()).await?;
    let says = "New recovery codes were made. The ones before are worth nothing any more.";
    let mail = ("New recovery codes", says);
    told(tx, engine, by.id, form, mail).await
}

/// Turns it off.
///
/// # Errors
/// As [`renew_recovery_codes`].
pub async fn turn_off(engine: &Engine, by: &Actor, request_id: Uuid) -> Result<()> {
    let form = (request_id, "turn_off_second_factor");
    let mut tx = proved(engine, by, form).await?;
    store::delete(&mut tx, by.id).await?;
    let says = "Signing in asks for your password only.";
    let mail = ("Your second factor was turned off", says);
    told(tx, engine, by.id, form, mail).await
}

/// Begins what only who has just proved theirs may do: somebody at a desk that was left open may not.
async fn proved(engine: &Engine, by: &Actor, (request_id, action): (Uuid, &str)) -> Result<Tx> {
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, by.id, request_id, action).await?;
    if by.second_factor.standing != Standing::Confirmed {
        return Err(Error::Refused {
            message: "Enter a code first: this takes your second factor.".to_owned(),
            fields: Vec::new(),
        });
    }
    store::lock(&mut tx, by.id).await?.ok_or(Error::NotFound)?;
    Ok(tx)
}

/// Ends it with a row of history and a mail.
async fn told(
    mut tx: Tx,
    engine: &Engine,
    person: PersonId,
    (request_id, event): (Uuid, &str),
    (headline, says): (&str, &str),
) -> Result<()> {
    note(&mut tx, engine, person, event).await?;
    tell(&mut tx, engine, person, headline, says).await?;
    request::finish(&mut tx, person, request_id, ADDRESS).await?;
    tx.commit().await?;
    Ok(())
}

/// One try with a code: counted as wrong before it is looked at, and forgiven when all went well.
struct Try<'a> {
    engine: &'a Engine,
    tried: Vec<Counted>,
    tx: Tx,
}

impl<'a> Try<'a> {
    async fn begin(engine: &'a Engine, person: PersonId) -> Result<Self> {
        let tried = admit(engine, &[Tried::Code(person)]).await?;
        Ok(Self {
            engine,
            tried,
            tx: engine.begin().await?,
        })
    }

    async fn end(self) -> Result<()> {
        self.tx.commit().await?;
        forgive(self.engine, &self.tried).await
    }
}
