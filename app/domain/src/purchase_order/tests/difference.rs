//! What of an order's lines is told to the next approver.

use crate::{
    money::{Quantity, UnitPrice},
    purchase_order::{Line, changed_lines},
};

fn line(position: i32, description: &str, price: &str) -> Line {
    Line {
        position,
        description: description.to_owned(),
        quantity: Some(Quantity::parse("2").unwrap()),
        unit: "each".to_owned(),
        unit_price: Some(UnitPrice::parse(price).unwrap()),
        ..Line::default()
    }
}

/// As "Desk 10 → Desk 12", with a dash for none.
fn told(before: &[Line], now: &[Line]) -> Vec<String> {
    let said = |line: &Option<Line>| match line {
        Some(line) => format!("{} {}", line.description, line.unit_price.unwrap()),
        None => "-".to_owned(),
    };
    changed_lines(before, now)
        .iter()
        .map(|change| format!("{} → {}", said(&change.before), said(&change.now)))
        .collect()
}

#[test]
fn what_is_the_same_in_another_place_is_no_change() {
    let (desk, lamp) = (line(1, "Desk", "10"), line(2, "Lamp", "5"));
    let moved = [line(1, "Lamp", "5"), line(2, "Desk", "10")];
    assert!(told(&[desk.clone(), lamp.clone()], &moved).is_empty());
    let arrived = Line {
        received: Quantity::parse("1").unwrap(),
        ..desk.clone()
    };
    assert!(told(&[desk], &[arrived]).is_empty());
    assert!(told(&[], &[]).is_empty());
}

#[test]
fn a_changed_line_stands_beside_what_it_was_wherever_it_stands() {
    let before = [line(1, "Desk", "10"), line(2, "Lamp", "5")];
    let now = [line(1, "Lamp", "6"), line(2, "Desk", "10")];
    assert_eq!(told(&before, &now), ["Lamp 5 → Lamp 6"]);
    let renamed = [line(1, "Standing desk", "10"), line(2, "Lamp", "5")];
    assert_eq!(told(&before, &renamed), ["Desk 10 → Standing desk 10"]);
}

#[test]
fn added_and_removed_lines_are_told_and_of_two_alike_each_is_counted() {
    let before = [line(1, "Desk", "10"), line(2, "Lamp", "5")];
    let twice = [
        line(1, "Desk", "10"),
        line(2, "Lamp", "5"),
        line(3, "Desk", "10"),
    ];
    assert_eq!(told(&before, &twice), ["- → Desk 10"]);
    assert_eq!(told(&twice, &before), ["Desk 10 → -"]);
    assert_eq!(told(&before, &[]), ["Desk 10 → -", "Lamp 5 → -"]);
}
