//! What the demo's orders are made of, as data: what can become of one, who raises it, what is bought and why.

use domain::purchase_order::RejectionCategory;

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

/// How large an order is: which level it needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Band {
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
pub(super) const FATES: &[(Band, &[Step], (i64, i64))] = &[
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
pub(super) const SUBMITTERS: &[&str] = &[
    "sam", "tess", "sam", "mia", "tess", "gil", "sam", "ike", "tess", "hana", "oli", "sam", "dora",
    "max", "tess", "pat", "lena", "tia", "vik", "fay", "carla",
];

/// Where things go.
pub(super) const PLACES: &[&str] = &[
    "1 Market Square\nFloor 3\nBristol BS1 1AA",
    "Warehouse\n22 Dock Lane\nBristol BS2 0QP",
];

/// What is bought: description, unit, the most of it in one line.
pub(super) type Item = (&'static str, &'static str, i64);

pub(super) const SMALL: &[Item] = &[
    ("Printer paper A4, 80 g", "box", 12),
    ("Whiteboard markers, assorted", "pack", 10),
    ("USB-C cables, 2 m", "piece", 20),
    ("Headset with microphone", "piece", 4),
    ("Desk lamp, dimmable", "piece", 5),
    ("Safety goggles", "piece", 25),
    ("Coffee beans", "kg", 15),
];
pub(super) const MEDIUM: &[Item] = &[
    ("Office chair, adjustable", "piece", 12),
    ("27-inch monitor", "piece", 10),
    ("Laptop, 16 GB memory", "piece", 4),
    ("Licence for drawing software, one year", "seat", 10),
    ("Conference registration", "person", 5),
    ("Cordless drill set", "set", 14),
];
pub(super) const LARGE: &[Item] = &[
    ("Laptop, 32 GB memory", "piece", 20),
    ("Server, two sockets", "piece", 3),
    ("Meeting room equipment", "room", 3),
    ("Support contract, one year", "year", 1),
    ("Standing desk with installation", "piece", 40),
];

/// Why they are needed.
pub(super) const WHY: &[&str] = &[
    "Replaces what broke last month.",
    "Two new colleagues start on the first.",
    "Stock is down to a week.",
    "The customer project begins in three weeks, and this has the longest delivery time.",
    "Required by the last safety inspection.",
    "Saves a day a week of work by hand.",
];
