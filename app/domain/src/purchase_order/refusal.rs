//! Why an event is refused: which rule says no, in a type, and in words for people.

use super::{EventKind, State, line_field};
use crate::{
    approval_rule::NoApprover,
    exchange_rate::GOOD_FOR_DAYS,
    field::FieldError,
    money::{Currency, format_amount},
    second_factor::Above,
};

/// What is missing from a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineField {
    /// What is bought.
    Description,
    /// How many: missing or zero.
    Quantity,
    /// Of what.
    Unit,
    /// For how much each.
    UnitPrice,
}

/// Which rule refuses an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The table has no such transition.
    #[error("This order is {}: it cannot be changed that way now.", .state.label().to_lowercase())]
    NotFromHere {
        /// Where it stands.
        state: State,
        /// What was asked.
        event: EventKind,
    },
    /// Somebody else's to do, never this person's.
    #[error("This is not yours to do.")]
    NotYours,
    /// Segregation of duties: nobody decides what they submitted.
    #[error("You raised this order, so somebody else must decide it.")]
    OwnOrder,
    /// No line at all.
    #[error("Add at least one line.")]
    NoLines,
    /// A line is not complete: `(position, what is missing)`.
    #[error("Complete every line: description, quantity, unit and unit price.")]
    LinesIncomplete(Vec<(i32, LineField)>),
    /// A cost centre that is none, or not active any more: the positions of its lines.
    #[error("Use an active cost centre of the list, or none.")]
    CostCentreUnknown(Vec<i32>),
    /// No vendor.
    #[error("Choose a vendor.")]
    VendorMissing,
    /// Hold: no new business.
    #[error("{vendor} is on hold: {reason}")]
    VendorOnHold {
        /// The vendor's name.
        vendor: String,
        /// Why.
        reason: String,
    },
    /// Flag: under review.
    #[error("{vendor} is under review: {reason}")]
    VendorFlagged {
        /// The vendor's name.
        vendor: String,
        /// Why.
        reason: String,
    },
    /// Nothing to pay.
    #[error("The total must be more than zero.")]
    TotalNotPositive,
    /// Its amounts cannot be compared with those of the rules.
    #[error("There is no exchange rate for {0} of the last {days} days: choose another currency, or ask an administrator to import the rates.", days = GOOD_FOR_DAYS)]
    RateUnknown(Currency),
    /// Nobody can decide a level it needs.
    #[error("Nobody can decide level {}: {} is missing. An administrator can name a fallback.", .0.level, .0.wanted)]
    NoApprover(NoApprover),
    /// A rejection without a category.
    #[error("Choose a reason category.")]
    CategoryMissing,
    /// A rejection without a reason.
    #[error("Say why.")]
    ReasonMissing,
    /// A decision in the approver's place without a reason.
    #[error("Say why you decide in the approver's place.")]
    OverrideReasonMissing,
    /// Cancelling an approved order, or completing one not received in full, without a note.
    #[error("{}", match .event { EventKind::Complete => "Not everything was received: say why the order is complete.", _ => "Say why in the note." })]
    NoteMissing {
        /// What was asked.
        event: EventKind,
    },
    /// More received than ordered: the positions of the lines at fault, or of lines that do not exist.
    #[error("Received must be between zero and what was ordered.")]
    ReceivedOutOfRange(Vec<i32>),
    /// There is time left to decide.
    #[error("The deadline has not passed.")]
    DeadlineNotPassed,
    /// Once a level and round.
    #[error("This level has escalated already.")]
    EscalatedAlready,
    /// Approving so much takes a second factor, proved just before.
    #[error("Above {} {} approving takes a second factor: {}.", format_amount(.above.amount), .above.currency, if *.set_up { "confirm that it is you" } else { "set one up" })]
    SecondFactor {
        /// The amount.
        above: Above,
        /// Whether they have one to prove.
        set_up: bool,
    },
    /// Handing the decision to somebody who cannot be asked for it.
    #[error("Choose somebody from the list.")]
    NotEntitled,
    /// More than one rule, in the order of the table. At least two, none of them this one.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    Several(Vec<Refusal>),
}

impl LineField {
    /// The last part of the field's name in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            LineField::Description => "description",
            LineField::Quantity => "quantity",
            LineField::Unit => "unit",
            LineField::UnitPrice => "unit_price",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            LineField::Description => "Say what is bought.",
            LineField::Quantity => "Enter a quantity above zero.",
            LineField::Unit => "Enter a unit, like each or kg.",
            LineField::UnitPrice => "Enter the price of one unit.",
        }
    }
}

impl Refusal {
    /// All of them as one; `None` when there are none.
    pub(super) fn all(refusals: impl IntoIterator<Item = Refusal>) -> Option<Refusal> {
        let mut refusals: Vec<Refusal> = refusals.into_iter().collect();
        if refusals.len() > 1 {
            Some(Refusal::Several(refusals))
        } else {
            refusals.pop()
        }
    }

    /// Whether a second factor would help.
    pub fn asks_second_factor(&self) -> bool {
        match self {
            Refusal::SecondFactor { .. } => true,
            Refusal::Several(all) => all.iter().any(Refusal::asks_second_factor),
            _ => false,
        }
    }

    /// The messages that stand beside fields. Empty for what concerns no field: that is said at the top.
    pub fn field_errors(&self) -> Vec<FieldError> {
        let beside = |field: &str| vec![FieldError::new(field, self)];
        match self {
            Refusal::NotFromHere { .. }
            | Refusal::NotYours
            | Refusal::OwnOrder
            | Refusal::DeadlineNotPassed
            | Refusal::EscalatedAlready
            | Refusal::SecondFactor { .. }
            | Refusal::NoApprover(_) => Vec::new(),
            Refusal::RateUnknown(_) => beside("currency"),
            Refusal::NoLines | Refusal::TotalNotPositive => beside("lines"),
            Refusal::LinesIncomplete(missing) => missing
                .iter()
                .map(|(line, field)| {
                    FieldError::new(line_field(line, field.as_str()), field.message())
                })
                .collect(),
            Refusal::CostCentreUnknown(lines) => lines
                .iter()
                .map(|line| FieldError::new(line_field(line, "cost_centre"), self))
                .collect(),
            Refusal::VendorMissing
            | Refusal::VendorOnHold { .. }
            | Refusal::VendorFlagged { .. } => beside("vendor"),
            Refusal::CategoryMissing => beside("category"),
            Refusal::ReasonMissing => beside("reason"),
            Refusal::OverrideReasonMissing => beside("override_reason"),
            Refusal::NoteMissing { .. } => beside("note"),
            Refusal::NotEntitled => beside("to"),
            Refusal::ReceivedOutOfRange(lines) => lines
                .iter()
                .map(|line| FieldError::new(format!("received-{line}"), self))
                .collect(),
            Refusal::Several(all) => all.iter().flat_map(Refusal::field_errors).collect(),
        }
    }
}
