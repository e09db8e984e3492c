//! What happens to each of the demo's orders: the same for the same size, by a fixed seed. Pure.
//!
//! Every fate ends some hours or weeks before now; when an order begins follows from how long its steps take.

use domain::purchase_order::{RawLine, RejectionCategory};
use jiff::SignedDuration;
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Makes the demo the same every time.
const SEED: u64 = 0xc0de_5160;

/// One thing that happens to an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Submitted as it stands.
    Submit,
    /// Approved at this level by whomever it waits for, unless it passed there by itself.
    Approve(i16),
    /// Approved in the approver's place.
    Override(&'static str),
    /// Rejected by whomever it waits for.
    Reject(RejectionCategory, &'static str),
    /// Taken back.
    Withdraw(&'static str),
    /// Brought back for change by its submitter.
    Reopen(&'static str),
    /// Every price cut to so many percent, and submitted again.
    Revise(i64),
    /// Placed with the vendor.
    Start,
    /// So many percent of every line have arrived.
    Receive(i64),
    /// Done; the note where something is missing.
    Complete(Option<&'static str>),
    /// Given up by its submitter.
    Cancel(&'static str),
    /// Given up by purchasing.
    CancelApproved(&'static str),
}

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

/// How large an order is: which level it needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Band {
    Manager,
    Finance,
    Executive,
}

use Band::{Executive, Finance, Manager};
use Step::{
    Approve, Cancel, CancelApproved, Complete, Override, Receive, Reject, Reopen, Revise, Start,
    Submit, Withdraw,
};

const OVERRIDE: &str = "Needed before the weekend, and the approver is travelling.";

/// What can become of an order: its band, its steps, and the hours it has rested since.
const FATES: &[(Band, &[Step], (i64, i64))] = &[
    (
        Manager,
        &[Submit, Approve(1), Start, Receive(100), Complete(None)],
        (24, 1700),
    ),
    (
        Finance,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Start,
            Receive(100),
            Complete(None),
        ],
        (24, 1600),
    ),
    (Manager, &[Submit], (1, 20)),
    (
        Finance,
        &[Submit, Approve(1), Approve(2), Start, Receive(60)],
        (4, 90),
    ),
    (
        Executive,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Approve(3),
            Start,
            Receive(50),
            Receive(100),
            Complete(None),
        ],
        (24, 1500),
    ),
    (
        Manager,
        &[
            Submit,
            Reject(
                RejectionCategory::Duplicate,
                "We ordered the same last week.",
            ),
        ],
        (12, 1500),
    ),
    (Finance, &[Submit, Approve(1)], (2, 40)),
    (
        Manager,
        &[Submit, Approve(1), Start, Receive(100), Complete(None)],
        (24, 1700),
    ),
    (Finance, &[], (1, 200)),
    (
        Executive,
        &[Submit, Approve(1), Approve(2), Approve(3), Start],
        (4, 90),
    ),
    (Executive, &[Submit, Approve(1), Approve(2)], (3, 60)),
    (
        Finance,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Start,
            Receive(100),
            Complete(None),
        ],
        (24, 1600),
    ),
    (
        Manager,
        &[Cancel("Found one in the store room.")],
        (24, 1700),
    ),
    (
        Finance,
        &[
            Submit,
            Reject(
                RejectionCategory::Price,
                "Other vendors ask a fifth less. Please negotiate.",
            ),
            Reopen("The vendor agreed to a better price."),
            Revise(80),
            Approve(1),
            Approve(2),
            Start,
            Receive(100),
            Complete(None),
        ],
        (24, 1300),
    ),
    (Manager, &[Submit, Approve(1)], (2, 70)),
    (
        Executive,
        &[
            Submit,
            Override(OVERRIDE),
            Approve(2),
            Approve(3),
            Start,
            Receive(100),
            Complete(None),
        ],
        (24, 1500),
    ),
    (Manager, &[Submit], (26, 34)),
    (
        Finance,
        &[
            Submit,
            Approve(1),
            Approve(2),
            CancelApproved("The vendor cannot deliver before next year."),
        ],
        (24, 1500),
    ),
    (
        Executive,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Reject(RejectionCategory::Budget, "Not this quarter."),
        ],
        (12, 1500),
    ),
    (
        Manager,
        &[Submit, Withdraw("Wrong quantity, I will correct it.")],
        (1, 100),
    ),
    (
        Finance,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Start,
            Receive(90),
            Complete(Some(
                "The vendor no longer makes the rest and gave us credit.",
            )),
        ],
        (24, 1500),
    ),
    (
        Executive,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Approve(3),
            Reopen("The team grew: we need a smaller lot first."),
            Revise(40),
            Approve(1),
        ],
        (2, 40),
    ),
    (
        Finance,
        &[Submit, Approve(1), Cancel("The project was stopped.")],
        (24, 1600),
    ),
    (Finance, &[Submit, Approve(1), Approve(2)], (2, 70)),
    (
        Manager,
        &[Submit, Approve(1), Start, Receive(100), Complete(None)],
        (24, 1700),
    ),
    (
        Finance,
        &[
            Submit,
            Reject(
                RejectionCategory::Vendor,
                "Use the vendor of our frame contract.",
            ),
        ],
        (12, 1500),
    ),
    (Executive, &[Submit], (1, 20)),
    (
        Finance,
        &[
            Submit,
            Approve(1),
            Approve(2),
            Start,
            Receive(100),
            Complete(None),
        ],
        (24, 1600),
    ),
    (
        Manager,
        &[
            Submit,
            Reject(RejectionCategory::Incomplete, "Which model, and for whom?"),
        ],
        (12, 1500),
    ),
    (Manager, &[], (1, 200)),
    (
        Finance,
        &[
            Submit,
            Override(OVERRIDE),
            Approve(2),
            Start,
            Receive(100),
            Complete(None),
        ],
        (24, 1500),
    ),
    (
        Manager,
        &[
            Submit,
            Reject(
                RejectionCategory::Policy,
                "Private headphones are not ours to buy.",
            ),
        ],
        (12, 1500),
    ),
];

/// Who raises orders, the busiest more than once.
const SUBMITTERS: &[&str] = &[
    "sam", "tess", "sam", "mia", "tess", "gil", "sam", "ike", "tess", "hana", "oli", "sam", "dora",
    "max", "tess", "pat", "lena", "tia", "vik", "fay", "carla",
];

const PLACES: &[&str] = &[
    "1 Market Square\nFloor 3\nBristol BS1 1AA",
    "Warehouse\n22 Dock Lane\nBristol BS2 0QP",
];

/// What is bought: description, unit, the most of it in one line.
type Item = (&'static str, &'static str, i64);

const SMALL: &[Item] = &[
    ("Printer paper A4, 80 g", "box", 12),
    ("Whiteboard markers, assorted", "pack", 10),
    ("USB-C cables, 2 m", "piece", 20),
    ("Headset with microphone", "piece", 4),
    ("Desk lamp, dimmable", "piece", 5),
    ("Safety goggles", "piece", 25),
    ("Coffee beans", "kg", 15),
];
const MEDIUM: &[Item] = &[
    ("Office chair, adjustable", "piece", 12),
    ("27-inch monitor", "piece", 10),
    ("Laptop, 16 GB memory", "piece", 4),
    ("Licence for drawing software, one year", "seat", 10),
    ("Conference registration", "person", 5),
    ("Cordless drill set", "set", 14),
];
const LARGE: &[Item] = &[
    ("Laptop, 32 GB memory", "piece", 20),
    ("Server, two sockets", "piece", 3),
    ("Meeting room equipment", "room", 3),
    ("Support contract, one year", "year", 1),
    ("Standing desk with installation", "piece", 40),
];

const WHY: &[&str] = &[
    "Replaces what broke last month.",
    "Two new colleagues start on the first.",
    "Stock is down to a week.",
    "The customer project begins in three weeks, and this has the longest delivery time.",
    "Required by the last safety inspection.",
    "Saves a day a week of work by hand.",
];

/// The whole plan, the oldest order first.
pub(super) fn plan(orders: usize) -> Vec<Planned> {
    let mut all: Vec<Planned> = (0..orders).map(planned).collect();
    all.sort_by_key(|order| std::cmp::Reverse(order.age));
    all
}

fn planned(n: usize) -> Planned {
    let mut random = StdRng::seed_from_u64(SEED ^ n as u64);
    let (band, fate, (least, most)) = &FATES[n % FATES.len()];
    let steps: Vec<(SignedDuration, Step)> = fate
        .iter()
        .map(|step| (pause(&mut random, step), step.clone()))
        .collect();
    let rested = SignedDuration::from_mins(random.random_range(least * 60..most * 60));
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
        lines: lines(&mut random, *band),
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
        Submit | Revise(_) => 1..8,
        // Now and then somebody is late.
        Approve(_) | Reject(..) | Withdraw(_) | Cancel(_) => 1..30,
        Override(_) => 20..40,
        Reopen(_) | Start | CancelApproved(_) => 3..40,
        Receive(_) => 40..150,
        Complete(_) => 2..40,
    };
    SignedDuration::from_mins(random.random_range(hours.start * 60..hours.end * 60))
}

/// Lines whose total lies within the band.
fn lines(random: &mut StdRng, band: Band) -> Vec<RawLine> {
    let (items, cents) = match band {
        Manager => (SMALL, 6_000..95_000),
        Finance => (MEDIUM, 130_000..960_000),
        Executive => (LARGE, 1_100_000..4_800_000),
    };
    let total: i64 = random.random_range(cents);
    let count = random.random_range(1..=3);
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
