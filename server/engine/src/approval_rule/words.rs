//! Rule sets as the history says them.

use domain::{
    approval_rule::RuleSet,
    directory::Directory,
    ids::{DepartmentId, PersonId},
    money::format_amount,
};
use serde_json::Value;
use sqlx::PgConnection;

use super::read::{departments, people};
use crate::{Result, transition_log};

/// What differs between two sets, as people read it; one may be missing.
pub(super) async fn differences(
    db: &mut PgConnection,
    before: Option<&RuleSet>,
    after: Option<&RuleSet>,
) -> Result<Value> {
    let sets: Vec<RuleSet> = before.into_iter().chain(after).cloned().collect();
    let people = people(&mut *db, &sets).await?;
    let departments = departments(db).await?;
    let before = in_words(before, &people, &departments);
    let after = in_words(after, &people, &departments);
    Ok(transition_log::differences(&before, &after))
}

fn in_words(
    set: Option<&RuleSet>,
    people: &Directory,
    departments: &[(DepartmentId, String)],
) -> [(&'static str, String); 8] {
    let level = |at: usize| {
        let rule = set.and_then(|set| set.levels.get(at));
        rule.map_or_else(String::new, |rule| {
            format!(
                "from {}: {}, {} h, {}",
                format_amount(rule.from_amount),
                rule.approver.in_words(people),
                rule.sla_hours,
                rule.priority.label().to_lowercase()
            )
        })
    };
    let person =
        |id: Option<PersonId>| id.map_or_else(String::new, |id| people.name(id).to_owned());
    let department = set.and_then(|set| set.department);
    let department = departments.iter().find(|(id, _)| Some(*id) == department);
    let way = set.map_or("", |set| if set.straight { "straight" } else { "climb" });
    [
        (
            "department",
            department.map_or_else(String::new, |(_, name)| name.clone()),
        ),
        (
            "currency",
            set.and_then(|set| set.currency)
                .map_or_else(String::new, |c| c.to_string()),
        ),
        ("route", way.to_owned()),
        ("level_1", level(0)),
        ("level_2", level(1)),
        ("level_3", level(2)),
        ("fallback", person(set.and_then(|set| set.fallback))),
        (
            "fallback_alternate",
            person(set.and_then(|set| set.fallback_alternate)),
        ),
    ]
}
