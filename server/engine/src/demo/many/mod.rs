//! As many orders as a benchmark needs, in minutes. Some are played through the services as all of the demo's are; the others are
//! copies of those under numbers, times, prices and words of their own, with history, hashes and content hashes made as they are
//! for any order: everything that verifies an order verifies these.

mod copy;
mod schema;
mod template;

use domain::purchase_order::RejectionCategory;
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

use super::{
    fates::{Band, Step},
    plan::{self, Planned},
};
use crate::{Engine, Result, Tx, purchase_order, seal};
use Band::{Executive, Finance, Manager};
use Step::{Approve, Cancel, Complete, Reject, Reopen, Revise, Start, Submit, Withdraw};

/// Orders copied at once: what one batch holds in memory.
const BATCH: i64 = 10_000;
/// Orders played of each fate, for variety of people, vendors and lines.
const PLAYED_OF_EACH: usize = 16;

/// What becomes of an order in four steps, and how many of a thousand fare so.
const FATES: &[(usize, Band, &[Step])] = &[
    (
        520,
        Manager,
        &[
            Submit,
            Approve(1),
            Start,
            Complete(Some("Checked against the delivery note.")),
        ],
    ),
    (200, Finance, &[Submit, Approve(1), Approve(2), Start]),
    (
        100,
        Executive,
        &[Submit, Approve(1), Approve(2), Approve(3)],
    ),
    (
        70,
        Manager,
        &[
            Submit,
            Withdraw("Too early."),
            Revise(90),
            Cancel("No longer needed."),
        ],
    ),
    (
        60,
        Executive,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Reject(RejectionCategory::Budget, "Not this quarter."),
        ],
    ),
    (
        40,
        Finance,
        &[
            Submit,
            Approve(1),
            Reject(RejectionCategory::Price, "Others ask less."),
            Reopen("We ask again."),
        ],
    ),
    (
        6,
        Manager,
        &[
            Submit,
            Reject(RejectionCategory::Incomplete, "Which model?"),
            Reopen("Now with the model."),
            Revise(95),
        ],
    ),
    (
        4,
        Finance,
        &[
            Submit,
            Withdraw("One more is needed."),
            Revise(90),
            Approve(1),
        ],
    ),
];

/// How many are played before the others are copied from them.
pub(super) const PLAYED: usize = FATES.len() * PLAYED_OF_EACH;

/// What is played: the same every time.
pub(super) fn planned() -> impl Iterator<Item = Planned> {
    (0..PLAYED).map(|n| {
        let (_, band, fate) = &FATES[n % FATES.len()];
        let hours = if waits(fate) { 2..20 } else { 30..200 };
        plan::of_two_lines(n, *band, fate, hours)
    })
}

/// Whether somebody's decision is waited for in the end.
fn waits(fate: &[Step]) -> bool {
    matches!(fate, [.., Revise(_)] | [.., Revise(_), Approve(1)])
}

/// Which of the played orders the `n`th copy is of, and how much longer ago it was.
fn original(n: i64, copies: i64) -> (usize, SignedDuration) {
    let n_usize = usize::try_from(n).unwrap_or_default();
    // A permutation of the thousand, so that neighbours fare differently.
    let mut place = n_usize.wrapping_mul(7919) % 1000;
    let fate = FATES.iter().position(|(share, ..)| {
        let found = place < *share;
        place = place.wrapping_sub(*share);
        found
    });
    let fate = fate.unwrap_or_default();
    let played = fate + FATES.len() * (n_usize / 1000 % PLAYED_OF_EACH);
    let span = if waits(FATES[fate].2) {
        30 * 60
    } else {
        85 * 24 * 60 * 60
    };
    (
        played,
        SignedDuration::from_secs(span * (copies - n) / copies.max(1)),
    )
}

/// A copy is a little older than its original: where that one's reminder is to come and the copy's is past, nobody is reminded twice
/// by a server that starts now.
async fn count_as_reminded(tx: &mut Tx, engine: &Engine) -> Result<()> {
    sqlx::query!(
        "UPDATE decisions SET timer = 'escalation', timer_at = due_at WHERE timer = 'reminder' AND timer_at <= $1",
        engine.clock().now().to_sqlx() as jiff_sqlx::Timestamp,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Copies the orders played last until there are `size` in all.
pub(super) async fn copy(engine: &Engine, size: usize) -> Result<()> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let mut tx = engine.begin().await?;
    let bare = schema::strip(&mut tx).await?;
    copy::copy(&mut tx, engine, size).await?;
    bare.dress(&mut tx).await?;
    count_as_reminded(&mut tx, engine).await?;
    tx.commit().await?;
    schema::analyze(engine).await?;
    // Copies are not counted one by one.
    purchase_order::settle(engine).await?;
    seal::seal(engine).await?;
    Ok(())
}
