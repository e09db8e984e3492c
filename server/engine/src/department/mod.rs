//! Departments: their name, head, and whether they are offered. Never deleted: people and orders belong to them.

mod change;
mod read;

#[cfg(test)]
mod tests;

pub use change::{create, update};
pub use read::{DEPARTMENTS, Department, get};

use domain::ids::DepartmentId;

use crate::transition_log::Subject;

/// The address of the list.
pub const LIST: &str = "/admin/departments";
/// The kind of every row of history that is about a department.
pub const KIND: &str = "department";

/// The subject of a department's history.
pub const fn subject(id: DepartmentId) -> Subject {
    Subject {
        kind: KIND,
        id: id.0,
    }
}

/// Where a department is read: `/admin/departments/7`.
pub fn address(id: DepartmentId) -> String {
    format!("{LIST}/{id}")
}
