//! Addresses of pages with whatever stands in for their records, and with queries that nobody would ask.

use rand::{RngExt as _, rngs::StdRng};

use super::{
    form::{Known, id_of, one},
    mutate::NASTY,
};

/// Names that some page reads from its address.
const NAMES: &[&str] = &[
    "scope",
    "sort",
    "dir",
    "q",
    "after",
    "state",
    "submitter",
    "approver",
    "vendor",
    "department",
    "currency",
    "needed_from",
    "needed_to",
    "from",
    "to",
    "amount_from",
    "amount_to",
    "late",
    "panel",
    "older",
    "copy",
    "f",
    "next",
    "note",
    "reason",
    "active",
    "role",
    "deactivated",
];
/// Values that mean something to some of them.
const VALUES: &[&str] = &[
    "mine",
    "all",
    "waiting",
    "team",
    "placed",
    "number",
    "-number",
    "total",
    "needed_by",
    "changed",
    "due",
    "asc",
    "desc",
    "draft",
    "approved",
    "USD",
    "true",
    "desk",
    "northwind",
    "1",
    "2",
    "2030-01-01",
    "1,1001",
    "null,1001",
    "2030-01-01,1001",
    "900.00,1001",
];

/// An address of the pattern, with a query more often than not.
pub fn address(pattern: &str, known: &Known, random: &mut StdRng) -> String {
    let pieces = pattern.split('/').map(|piece| match piece {
        "{id}" if random.random_ratio(4, 5) => id_of(one(known.of(pattern), random)).to_owned(),
        "{event}" if random.random_ratio(4, 5) => {
            let events = [
                "reject",
                "withdraw",
                "cancel",
                "complete",
                "hold",
                "release",
                "flag",
                "clear-flag",
            ];
            events[random.random_range(0..events.len())].to_owned()
        }
        "{name}" if random.random_ratio(1, 2) => "purchase_order".to_owned(),
        piece if piece.starts_with('{') => encoded(NASTY[random.random_range(0..NASTY.len())]),
        piece => piece.to_owned(),
    });
    let mut address = pieces.collect::<Vec<_>>().join("/");
    for n in 0..random.random_range(0..6) {
        let name = NAMES[random.random_range(0..NAMES.len())];
        let value = if random.random_ratio(1, 2) {
            VALUES[random.random_range(0..VALUES.len())].as_bytes()
        } else {
            NASTY[random.random_range(0..NASTY.len())]
        };
        address.push(if n == 0 { '?' } else { '&' });
        address.push_str(name);
        // A bare `%` now and then.
        address.push_str(if random.random_ratio(1, 30) {
            "=%"
        } else {
            "="
        });
        address.push_str(&encoded(value));
    }
    address
}

fn encoded(value: &[u8]) -> String {
    form_urlencoded::byte_serialize(value).collect()
}
