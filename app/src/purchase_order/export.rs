//! The list of orders as a table of texts, for CSV.

use engine::purchase_order::ListRow;
use jiff::tz::TimeZone;

use super::{number, words};

/// The heads of the columns.
pub const HEAD: [&str; 13] = [
    "Order",
    "For",
    "State",
    "Raised by",
    "Vendor",
    "Department",
    "Needed by",
    "Total",
    "Currency",
    "Waits for",
    "Decision due",
    "State changed",
    "Address",
];

/// A row under [`HEAD`]; times in the reader's zone.
pub fn record(row: ListRow, zone: &TimeZone) -> [String; HEAD.len()] {
    let time = |at: jiff::Timestamp| {
        at.to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S%:z")
            .to_string()
    };
    [
        number(row.id),
        words::title(&row.title),
        row.state.label().to_owned(),
        row.submitter,
        row.vendor.unwrap_or_default(),
        row.department.unwrap_or_default(),
        row.needed_by.map(|day| day.to_string()).unwrap_or_default(),
        row.total.to_string(),
        row.currency.to_string(),
        row.approver.unwrap_or_default(),
        row.due.map(time).unwrap_or_default(),
        time(row.status_changed_at),
        engine::purchase_order::address(row.id),
    ]
}
