//! The form: what is accepted, and what stands beside which field.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::samples;
use crate::{
    ids::{DepartmentId, VendorId},
    money::{Currency, Quantity},
    purchase_order::*,
    world::{SAM, amount},
};

const TODAY: Date = date(2026, 3, 15);

fn laptop() -> RawLine {
    RawLine {
        description: "Laptop".to_owned(),
        quantity: "2".to_owned(),
        unit: "each".to_owned(),
        unit_price: "1,250.00".to_owned(),
        cost_centre: "IT-7".to_owned(),
    }
}

fn form() -> RawDraft {
    RawDraft {
        vendor: "3".to_owned(),
        department: "2".to_owned(),
        needed_by: "2026-04-01".to_owned(),
        currency: "EUR".to_owned(),
        justification: "Worn out.\r\nAll of them.".to_owned(),
        ship_to: "Dock 3".to_owned(),
        lines: vec![laptop()],
    }
}

/// `field: message` of every error of a changed form.
fn errors(change: impl FnOnce(&mut RawDraft)) -> Vec<String> {
    let mut form = form();
    change(&mut form);
    let errors = form.parse(TODAY).unwrap_err();
    errors
        .into_iter()
        .map(|error| format!("{}: {}", error.field, error.message))
        .collect()
}

#[test]
fn a_filled_form_is_a_draft() {
    let draft = form().parse(TODAY).unwrap();
    let line = Line {
        cost_centre: "IT-7".to_owned(),
        ..samples::line(1, "2", "1250")
    };
    let expected = Draft {
        vendor: Some(VendorId(3)),
        department: Some(DepartmentId(2)),
        needed_by: Some(date(2026, 4, 1)),
        currency: Currency::parse("EUR").unwrap(),
        justification: "Worn out.\nAll of them.".to_owned(),
        ship_to: "Dock 3".to_owned(),
        lines: vec![line],
        total: amount("2500.00"),
    };
    assert_eq!(draft, expected);
}

#[test]
fn an_empty_form_is_a_draft_too() {
    let draft = RawDraft::default().parse(TODAY).unwrap();
    assert_eq!(
        (draft.vendor, draft.needed_by, draft.currency),
        (None, None, Currency::USD)
    );
    assert_eq!((draft.lines, draft.total), (vec![], amount("0.00")));
}

#[test]
fn wholly_empty_lines_are_dropped_and_incomplete_ones_kept() {
    let blank = RawLine {
        description: " \n".to_owned(),
        ..RawLine::default()
    };
    let named = RawLine {
        description: "Mouse".to_owned(),
        ..RawLine::default()
    };
    let form = RawDraft {
        lines: vec![blank, laptop(), RawLine::default(), named],
        ..form()
    };
    let draft = form.parse(TODAY).unwrap();
    let kept: Vec<_> = draft
        .lines
        .iter()
        .map(|l| (l.position, l.description.as_str()))
        .collect();
    assert_eq!(kept, [(1, "Laptop"), (2, "Mouse")]);
    assert_eq!(draft.lines[1].quantity, None);
    assert_eq!(draft.total, amount("2500.00"));
    assert_eq!(form.without_empty_lines().lines.len(), 2);
}

#[test]
fn wrong_amounts_stand_beside_their_line_of_the_form() {
    let found = errors(|form| {
        form.lines = vec![RawLine::default(), laptop(), laptop()];
        form.lines[1].quantity = "two".to_owned();
        form.lines[1].unit_price = "1.23456".to_owned();
        form.lines[2].quantity = "-1".to_owned();
    });
    let expected = [
        "line-2-quantity: Use digits and a point, like 12.50.",
        "line-2-unit_price: Use at most 4 decimals.",
        "line-3-quantity: Use a number that is not below zero.",
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let found = errors(|form| {
        form.vendor = "Northwind".to_owned();
        form.department = "-2".to_owned();
        form.needed_by = "2026-02-30".to_owned();
        form.currency = "JPY".to_owned();
        form.justification = "x".repeat(5001);
        form.ship_to = "x".repeat(1001);
        form.lines[0].description = "x".repeat(501);
        form.lines[0].unit = "x".repeat(21);
        form.lines[0].cost_centre = "x".repeat(51);
    });
    let expected = [
        "line-1-description: Use at most 500 characters: this has 501.",
        "line-1-unit: Use at most 20 characters: this has 21.",
        "line-1-cost_centre: Use at most 50 characters: this has 51.",
        "vendor: Choose a vendor from the list.",
        "department: Choose a department from the list.",
        "needed_by: Use a day of the calendar, like 2026-03-31.",
        "currency: Choose a currency from the list.",
        "justification: Use at most 5000 characters: this has 5001.",
        "ship_to: Use at most 1000 characters: this has 1001.",
    ];
    assert_eq!(found, expected);
}

#[test]
fn texts_up_to_their_limits_fit() {
    let mut form = form();
    form.justification = "ä".repeat(JUSTIFICATION_MAX);
    form.ship_to = "ä".repeat(SHIP_TO_MAX);
    form.lines[0].description = "ä".repeat(DESCRIPTION_MAX);
    form.lines[0].unit = "ä".repeat(UNIT_MAX);
    form.lines[0].cost_centre = "ä".repeat(COST_CENTRE_MAX);
    assert!(form.parse(TODAY).is_ok());
}

#[test]
fn control_characters_never_reach_a_draft() {
    let mut form = form();
    form.justification = "a\0b\nc".to_owned();
    form.lines[0].description = "Lap\0\ttop\n".to_owned();
    let draft = form.parse(TODAY).unwrap();
    assert_eq!(draft.justification, "ab\nc");
    assert_eq!(draft.lines[0].description, "Lap top");
}

#[test]
fn dates_are_days_of_the_calendar_from_today_on() {
    let needed_by = |text: &str| {
        let form = RawDraft {
            needed_by: text.to_owned(),
            ..form()
        };
        form.parse(TODAY)
            .map(|draft| draft.needed_by)
            .map_err(|errors| errors[0].message.clone())
    };
    assert_eq!(needed_by("2026-03-15"), Ok(Some(TODAY)));
    assert_eq!(needed_by(" 2028-02-29 "), Ok(Some(date(2028, 2, 29))));
    assert_eq!(
        needed_by("2026-03-14"),
        Err("Choose today or a later day.".to_owned())
    );
    for wrong in [
        "2027-02-29",
        "2026-13-01",
        "2026-00-10",
        "20260401",
        "2026-04-01T10:00",
        "01.04.2026",
        "4/1/2026",
        "tomorrow",
        "+02026-04-0",
        "2026-4-1",
        "２０２６-04-01",
        "2026-W14-3",
    ] {
        let message = "Use a day of the calendar, like 2026-03-31.".to_owned();
        assert_eq!(needed_by(wrong), Err(message), "{wrong}");
    }
}

#[test]
fn numbers_of_records_are_plain_positive_numbers() {
    for wrong in ["0", "+3", "-3", "3.0", "3 4", "99999999999999999999", "0x3"] {
        assert_eq!(
            errors(|form| form.vendor = wrong.to_owned()),
            ["vendor: Choose a vendor from the list."]
        );
    }
}

#[test]
fn totals_too_large_are_named_by_line_or_for_the_whole() {
    let large = RawLine {
        quantity: "100".to_owned(),
        unit_price: "9999999999.9999".to_owned(),
        ..laptop()
    };
    let larger = RawLine {
        quantity: "101".to_owned(),
        ..large.clone()
    };
    let message = "The total is too large: at most 999,999,999,999.99.";
    assert_eq!(
        errors(|form| form.lines = vec![larger]),
        [format!("line-1-unit_price: {message}")]
    );
    let both = errors(|form| form.lines = vec![large.clone(), laptop()]);
    assert_eq!(both, [format!("lines: {message}")]);
    let fits = RawDraft {
        lines: vec![large],
        ..form()
    };
    assert!(fits.parse(TODAY).is_ok());
}

#[test]
fn two_hundred_lines_fit_and_one_more_does_not() {
    let mut form = form();
    form.lines = vec![laptop(); LINES_MAX];
    form.lines.push(RawLine::default());
    assert_eq!(form.parse(TODAY).unwrap().lines.len(), LINES_MAX);
    form.lines.push(laptop());
    assert_eq!(
        errors(|other| other.lines = form.lines),
        ["lines: Use at most 200 lines."]
    );
}

#[test]
fn a_form_travels_as_json_and_missing_fields_are_empty() {
    let json = serde_json::to_string(&form()).unwrap();
    assert_eq!(serde_json::from_str::<RawDraft>(&json).unwrap(), form());
    let partial: RawDraft =
        serde_json::from_str(r#"{"vendor":"3","lines":[{"unit":"kg"}]}"#).unwrap();
    assert_eq!(
        (partial.vendor.as_str(), partial.lines[0].unit.as_str()),
        ("3", "kg")
    );
}

#[test]
fn the_form_of_a_saved_order_means_the_same_order() {
    let mut order = samples::draft(SAM, amount("12000.00"));
    order.department = Some(DepartmentId(4));
    order.needed_by = Some(TODAY);
    order.lines.push(Line {
        position: 2,
        description: "Later".to_owned(),
        ..Line::default()
    });
    order.lines.push(samples::line(3, "0.001", "0.0001"));
    let draft = RawDraft::from(&order).parse(TODAY).unwrap();
    assert_eq!(draft.vendor, order.vendor.map(|vendor| vendor.id));
    assert_eq!(
        (draft.department, draft.needed_by),
        (order.department, order.needed_by)
    );
    assert_eq!(
        (draft.justification, draft.ship_to),
        (order.justification, order.ship_to)
    );
    assert_eq!((draft.lines, draft.total), (order.lines, order.total));
}

proptest! {
    #[test]
    fn any_form_is_a_sound_draft_or_names_its_wrong_fields(
        texts in prop::collection::vec("[ -~\\n\\t\0äß٣]{0,12}|[0-9,.]{0,16}|2026-0[0-9]-[0-3][0-9]", 16),
    ) {
        let text = |i: usize| texts[i].clone();
        let line = |i| RawLine {
            description: text(i),
            quantity: text(i + 1),
            unit: text(i + 2),
            unit_price: text(i + 3),
            cost_centre: text(i + 4),
        };
        let form = RawDraft {
            vendor: text(0),
            department: text(1),
            needed_by: text(2),
            currency: text(3),
            justification: text(4),
            ship_to: text(5),
            lines: vec![line(6), line(11)],
        };
        match form.parse(TODAY) {
            Ok(draft) => {
                let sum: rust_decimal::Decimal = draft.lines.iter().filter_map(Line::total).sum();
                prop_assert_eq!(draft.total, sum);
                prop_assert!(draft.lines.iter().all(|line| line.received == Quantity::ZERO));
                prop_assert!(!draft.justification.contains('\0'));
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}
