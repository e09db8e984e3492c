//! Approval rules as they are kept, and how they change: proposed, tried, confirmed by a second administrator (spec
//! purchase-orders.md, "Levels"). What a set says is never changed, so that a record can keep the one it was submitted under.

mod boundary;
mod change_store;
mod decide;
mod dry_run;
mod policy;
mod propose;
mod read;
mod settings;
mod store;
mod words;

#[cfg(test)]
mod tests;

pub use boundary::{Band, Table, boundaries};
pub use decide::{confirm, reject, withdraw};
pub use dry_run::{DryRun, Moved, Taken};
pub use policy::check;
pub use propose::{propose, retire};
pub use read::{Listed, View, departments, get, list, organisation};
pub use settings::{Settings, set_four_eyes, settings};
pub use store::{by_id, current, in_force};

use domain::{
    actor::Actor,
    ids::RuleSetId,
    permission::{Area, may_enter},
};
use sqlx::PgConnection;

use crate::{Error, Result, transition_log::Subject};

/// The kind of every row of history that is about a rule set.
pub const KIND: &str = "approval_rule_set";
/// The address of the list.
pub const LIST: &str = "/admin/rules";

/// The subject of a rule set's history.
pub const fn subject(id: RuleSetId) -> Subject {
    Subject {
        kind: KIND,
        id: id.0,
    }
}

/// Where a rule set is read: `/admin/rules/7`.
pub fn address(id: RuleSetId) -> String {
    format!("{LIST}/{id}")
}

/// Refuses whoever may not change rules: by their session, and as they are now.
async fn administers(db: &mut PgConnection, by: &Actor) -> Result<()> {
    let may = may_enter(Area::RulesWrite, Some(by));
    if may && crate::person::is_administrator(db, by.id).await? {
        return Ok(());
    }
    let why = "Only administrators change approval rules.";
    Err(Error::Forbidden(why.to_owned()))
}

/// Somebody else's change came into force meanwhile.
fn overtaken() -> Error {
    Error::Stale(
        "Another change of these rules came first. Compare the two, then propose this one again."
            .to_owned(),
    )
}
