//! Rule sets in words.

use domain::{
    approval_rule::{LevelRule, RuleSet, SetState},
    money::format_amount,
};
use engine::approval_rule::{Listed, Taken};
use rust_decimal::Decimal;

use crate::ui::Tone;

/// Whose orders a set is for: "Orders of Sales in EUR".
pub fn scope(department: Option<&str>, currency: Option<&str>) -> String {
    match (department, currency) {
        (None, None) => "Everyone's orders".to_owned(),
        (Some(name), None) => format!("Orders of {name}"),
        (None, Some(code)) => format!("Orders in {code}"),
        (Some(name), Some(code)) => format!("Orders of {name} in {code}"),
    }
}

/// Whose orders a listed set is for.
pub fn scope_of(listed: &Listed) -> String {
    let department = listed.department.as_ref().map(|(_, name)| name.as_str());
    let currency = listed.currency.map(|currency| currency.to_string());
    scope(department, currency.as_deref())
}

/// What a proposal is: a change, rules added, rules retired.
pub const fn kind(listed: &Listed) -> &'static str {
    match (listed.retires, listed.base) {
        (true, _) => "Retire",
        (false, Some(_)) => "Change",
        (false, None) => "New rules",
    }
}

/// "Version 3", or where there is none yet its standing.
pub fn version(listed: &Listed) -> String {
    listed.version.map_or_else(
        || listed.state.label().to_owned(),
        |version| format!("Version {version}"),
    )
}

/// What a standing means for people.
pub const fn tone(state: SetState) -> Tone {
    match state {
        SetState::Proposed => Tone::Waiting,
        SetState::InForce => Tone::Good,
        SetState::Rejected => Tone::Bad,
        SetState::Replaced | SetState::Retired | SetState::Withdrawn => Tone::Neutral,
    }
}

/// The totals that need a level: "1,000.00 to 10,000.00".
pub fn band(set: &RuleSet, rule: &LevelRule) -> String {
    let next = set.levels.iter().find(|other| other.level > rule.level);
    let cent = Decimal::new(1, 2);
    between(rule.from_amount, next.map(|next| next.from_amount - cent))
}

/// From a total on, to another, both included.
pub fn between(from: Decimal, to: Option<Decimal>) -> String {
    match to {
        None => format!("{} and more", format_amount(from)),
        Some(to) if from.is_zero() => format!("up to {}", format_amount(to)),
        Some(to) => format!("{} to {}", format_amount(from), format_amount(to)),
    }
}

/// How rules go: one decision a level, or only the last.
pub const fn way(straight: bool) -> &'static str {
    if straight {
        "Straight to the level of the total"
    } else {
        "One decision a level, from level 1 up"
    }
}

/// The way an order takes: "Level 2: Mia Moss, then Fay Finch".
pub fn taken(taken: &Taken) -> String {
    let Some(level) = taken.level else {
        return "No rules".to_owned();
    };
    let asked = taken.asked.join(", then ");
    match &taken.missing {
        Some((level, missing)) => format!("Level {level}: nobody, {missing} is missing"),
        None => format!("Level {level}: {asked}"),
    }
}
