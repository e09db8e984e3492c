//! What happens to each of the demo's orders: the same for the same size, by a fixed seed. Pure.
//!
//! Every fate ends some hours or weeks before now; when an order begins follows from how long its steps take.

use std::ops::Range;

use domain::purchase_order::RawLine;
use jiff::SignedDuration;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::fates::{Band, FATES, LARGE, MEDIUM, PLACES, SMALL, SUBMITTERS, Step, WHY};

/// Makes the demo the same every time.
const SEED: u64 = 0xc0de_5160;

/// One order and all that happens to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Planned {
    /// By first name, lower case.
    pub submitter: &'static str,
    /// By name.
    pub vendor: &'static str,
    pub justification: &'static str,
    pub ship_to: &'static str,
    /// Days after it was begun.
    pub needed_in_days: i64,
    pub lines: Vec<RawLine>,
    /// How long before now it was begun.
    pub age: SignedDuration,
    /// Each with the time that passes before it.
    pub steps: Vec<(SignedDuration, Step)>,
}

/// The whole plan, the oldest order first.
pub(super) fn plan(orders: usize) -> Vec<Planned> {
    let mut all: Vec<Planned> = (0..orders).map(planned).collect();
    all.sort_by_key(|order| std::cmp::Reverse(order.age));
    all
}

fn planned(n: usize) -> Planned {
    let (band, fate, (least, most)) = &FATES[n % FATES.len()];
    fated(n as u64, (*band, fate, *least..*most), None)
}

/// An order of two lines that fares so, and rests for some of these hours.
pub(super) fn of_two_lines(n: usize, band: Band, fate: &[Step], hours: Range<i64>) -> Planned {
    fated((n as u64) << 32, (band, fate, hours), Some(2))
}

fn fated(
    n: u64,
    (band, fate, hours): (Band, &[Step], Range<i64>),
    count: Option<usize>,
) -> Planned {
    let mut random = StdRng::seed_from_u64(SEED ^ n);
    let steps: Vec<(SignedDuration, Step)> = fate
        .iter()
        .map(|step| (pause(&mut random, step), step.clone()))
        .collect();
    let rested = SignedDuration::from_mins(random.random_range(hours.start * 60..hours.end * 60));
    let age = steps.iter().fold(rested, |age, (pause, _)| age + *pause);
    let draft = fate.is_empty();
    Planned {
        submitter: pick(&mut random, SUBMITTERS),
        vendor: if draft && n.is_multiple_of(3) {
            "Shady Goods"
        } else {
            pick(&mut random, &["Northwind Supply", "Acme Tools"])
        },
        justification: pick(&mut random, WHY),
        ship_to: pick(&mut random, PLACES),
        needed_in_days: random.random_range(20..60),
        lines: lines(&mut random, band, count),
        age,
        steps,
    }
}

fn pick<T: Copy>(random: &mut StdRng, from: &[T]) -> T {
    from[random.random_range(0..from.len())]
}

/// How long it takes until somebody does this.
fn pause(random: &mut StdRng, step: &Step) -> SignedDuration {
    let hours = match step {
        Step::Submit | Step::Revise(_) => 1..8,
        // Now and then somebody is late.
        Step::Approve(_) | Step::Reject(..) | Step::Withdraw(_) | Step::Cancel(_) => 1..30,
        Step::Override(_) => 20..40,
        Step::Reopen(_) | Step::Start | Step::CancelApproved(_) => 3..40,
        Step::Receive(_) => 40..150,
        Step::Complete(_) => 2..40,
    };
    SignedDuration::from_mins(random.random_range(hours.start * 60..hours.end * 60))
}

/// Lines whose total lies within the band.
fn lines(random: &mut StdRng, band: Band, count: Option<usize>) -> Vec<RawLine> {
    let (items, cents) = match band {
        Band::Manager => (SMALL, 6_000..95_000),
        Band::Finance => (MEDIUM, 130_000..960_000),
        Band::Executive => (LARGE, 1_100_000..4_800_000),
    };
    let total: i64 = random.random_range(cents);
    let any = random.random_range(1..=3);
    let count = count.unwrap_or(any);
    let first = random.random_range(0..items.len());
    (0..count)
        .map(|n| {
            let (description, unit, most) = items[(first + n) % items.len()];
            let quantity = random.random_range(1..=most);
            // Never below the band: what rounding takes away is less than a cent a piece.
            let price = (total / i64::try_from(count).unwrap_or(1) / quantity).max(1);
            RawLine {
                description: description.to_owned(),
                quantity: quantity.to_string(),
                unit: unit.to_owned(),
                unit_price: format!("{}.{:02}", price / 100, price % 100),
                cost_centre: format!("CC-{}", pick(random, &[100, 120, 200, 310, 400])),
            }
        })
        .collect()
}
