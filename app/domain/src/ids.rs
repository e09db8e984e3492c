//! Identifiers: one newtype per kind of record, so that one can't be passed for another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A person: `people.id`.
    PersonId
);
id!(
    /// A department: `departments.id`.
    DepartmentId
);
id!(
    /// A cost centre: `cost_centres.id`.
    CostCentreId
);
id!(
    /// A vendor: `vendors.id`.
    VendorId
);
id!(
    /// A version of the approval rules: `approval_rule_sets.id`.
    RuleSetId
);
id!(
    /// A purchase order: `purchase_orders.id`, the number a person reads as `PO-1042`.
    PurchaseOrderId
);
