//! "Why?" beside level, approver and deadline: the rule and its version, and what it was asked with (spec beyond.md, 5).

use domain::{
    approval_rule::{Level, RuleSet},
    directory::Directory,
    ids::RuleSetId,
    purchase_order::Order,
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Result, purchase_order::KIND};

/// Why an order needs the level it needs, asks whom it asks, and is due when it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The rules, and their version.
    pub set: (RuleSetId, i32),
    /// Whose rules they are: the department's, the currency's; both `None`: everyone's.
    pub rules_of: (Option<String>, Option<String>),
    /// Whether they go straight to the level.
    pub straight: bool,
    /// The level the total needs; `None` without a rate.
    pub required: Option<Level>,
    /// The smallest total of that level, and where the next level begins.
    pub band: Option<(Decimal, Option<Decimal>)>,
    /// The currency amounts are compared in: the rules' own, else the organisation's.
    pub compared_in: String,
    /// Each level asked: whom the rule asks, in words, and its hours.
    pub levels: Vec<(Level, String, u16)>,
    /// The submitter's manager.
    pub manager: Option<String>,
    /// The decision waited for: its level, when it began, its hours, when it is due.
    pub deadline: Option<(Level, Timestamp, u16, Timestamp)>,
}

/// Why, by the rules the order stands under.
pub(super) async fn why(
    db: &mut PgConnection,
    order: &Order,
    rules: &RuleSet,
    people: &Directory,
) -> Result<Why> {
    let required = order.required_level.or_else(|| order.level_by(rules));
    let from = |level: Level| rules.level(level).map(|rule| rule.from_amount);
    let asked = required.map(|required| rules.levels_asked(required));
    let levels = asked.into_iter().flatten().filter_map(|level| {
        let rule = rules.level(level)?;
        Some((level, rule.approver.in_words(people), rule.sla_hours))
    });
    let manager = people
        .person(order.submitter)
        .and_then(|person| person.manager);
    let row = sqlx::query!(
        r#"SELECT (SELECT currency FROM organisation WHERE id = 1) AS "own!", (SELECT name FROM departments WHERE id = $3) AS department,
               (SELECT opened_at FROM decisions WHERE subject_kind = $1 AND subject_id = $2 AND verdict IS NULL) AS opened_at"#,
        KIND,
        order.id.0,
        rules.department.map(|id| id.0),
    )
    .fetch_one(db)
    .await?;
    let opened = row.opened_at.map(jiff_sqlx::Timestamp::to_jiff);
    let deadline = order.waiting.as_ref().zip(opened).map(|(waiting, opened)| {
        let hours = rules.level(waiting.level).map_or(0, |rule| rule.sla_hours);
        (waiting.level, opened, hours, waiting.due)
    });
    Ok(Why {
        set: (rules.id, rules.version),
        rules_of: (
            row.department,
            rules.currency.map(|currency| currency.to_string()),
        ),
        straight: rules.straight,
        required,
        band: required.map(|level| {
            let end = from(Level(level.0 + 1));
            (from(level).unwrap_or_default(), end)
        }),
        compared_in: rules
            .currency
            .map_or(row.own, |currency| currency.to_string()),
        levels: levels.collect(),
        manager: manager.map(|id| people.name(id).to_owned()),
        deadline,
    })
}
