//! Tries a rule set on the organisation as it is (spec beyond.md, 1), and what remains where one is retired.

use domain::{
    approval_rule::RuleSet,
    field::FieldError,
    ids::DepartmentId,
    purchase_order::{Policy, Problem, Tried, check_policy},
};

use super::{read, store};
use crate::{Engine, Error, Result, directory};

/// Tries a set as if it were in force.
///
/// # Errors
/// `Refused` with every problem as a story, beside its field.
pub async fn check(engine: &Engine, set: &RuleSet) -> Result<Tried> {
    let mut db = engine.one_moment().await?;
    let directory = directory::whole(&mut db).await?;
    let departments = read::departments(&mut db).await?;
    let own: Vec<_> = store::in_force(&mut db)
        .await?
        .into_iter()
        .filter(|other| other.currency == set.currency && other.department != set.department)
        .filter_map(|other| other.department)
        .collect();
    drop(db);
    let departments = covered(set, departments, &own);
    let set = set.clone();
    // Thousands of questions: not on the thread that answers requests.
    let tried = tokio::task::spawn_blocking(move || {
        check_policy(&Policy {
            rules: &set,
            directory: &directory,
            departments: &departments,
        })
    });
    tried
        .await
        .map_err(Error::internal)?
        .map_err(|found| refused(&found))
}

/// The departments whose orders fall under the set: its own, or those without a set of their own and orders without one.
fn covered(
    set: &RuleSet,
    all: Vec<(DepartmentId, String)>,
    own: &[DepartmentId],
) -> Vec<(Option<DepartmentId>, String)> {
    let named = all.into_iter().filter(|(id, _)| match set.department {
        Some(department) => *id == department,
        None => !own.contains(id),
    });
    let named = named.map(|(id, name)| (Some(id), name));
    let without = set.department.is_none().then(|| (None, String::new()));
    without.into_iter().chain(named).collect()
}

fn refused(problems: &[Problem]) -> Error {
    let fields = problems
        .iter()
        .map(|problem| FieldError::new(problem.field.clone(), &problem.story));
    Error::Refused {
        message: "These rules were not accepted: for each problem there is an example.".to_owned(),
        fields: fields.collect(),
    }
}
