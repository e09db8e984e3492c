//! Vendors: what is entered of one, and who may change which of its standings when (spec purchase-orders.md, "Vendor hold").
//!
//! Hold: no new business. Flag: under review. Both keep its orders from being submitted, approved and placed.

#[cfg(test)]
mod tests;

use crate::{
    actor::Actor,
    field::FieldError,
    permission::{Area, may_enter},
    text,
};

/// Characters of a name (`vendors_name_length`).
pub const NAME_MAX: usize = 200;
/// Characters of an address.
pub const ADDRESS_MAX: usize = 1000;
/// Characters of a reason: it stands beside the vendor wherever it is chosen.
pub const REASON_MAX: usize = 500;

/// What is kept of a vendor beside its standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name people read; unique whatever its case.
    pub name: String,
    /// Where orders are sent; `None` until it is known.
    pub email: Option<String>,
    /// Any number of lines; may be empty.
    pub address: String,
}

impl Profile {
    /// What was typed, as it is kept; or every field at fault: `name`, `email`, `address`.
    pub fn parse(name: &str, email: &str, address: &str) -> Result<Profile, Vec<FieldError>> {
        let mut faults = Vec::new();
        let name = text::required_line("name", name, NAME_MAX, "Enter a name.")
            .map_err(|fault| faults.push(fault));
        let email = email.trim();
        if !email.is_empty() && !text::is_email(email) {
            faults.push(FieldError::new(
                "email",
                "Enter an email address like orders@example.com, or nothing.",
            ));
        }
        let address = text::multi_line(address, ADDRESS_MAX)
            .map_err(|fault| faults.push(FieldError::new("address", fault)));
        match (name, address) {
            (Ok(name), Ok(address)) if faults.is_empty() => Ok(Profile {
                name,
                email: (!email.is_empty()).then(|| email.to_owned()),
                address,
            }),
            _ => Err(faults),
        }
    }
}

/// The reason of a change of standing; or what is wrong with it, beside `reason`.
pub fn reason(raw: &str) -> Result<String, FieldError> {
    let reason = text::multi_line(raw, REASON_MAX).map_err(|e| FieldError::new("reason", e))?;
    if reason.is_empty() {
        return Err(FieldError::new("reason", "Say why."));
    }
    Ok(reason)
}

/// What can be against a vendor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// No new business.
    pub on_hold: bool,
    /// Under review.
    pub flagged: bool,
}

/// What somebody may do to a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// Name, email, address.
    Change,
    /// No new business from now on.
    Hold,
    /// Business again.
    Release,
    /// Under review from now on.
    Flag,
    /// The review is over.
    ClearFlag,
}

impl Event {
    /// Every event, in the order their buttons stand.
    pub const ALL: &[Event] = &[
        Event::Change,
        Event::Flag,
        Event::ClearFlag,
        Event::Hold,
        Event::Release,
    ];

    /// The name in the history.
    pub const fn as_str(self) -> &'static str {
        match self {
            Event::Change => "change",
            Event::Hold => "hold",
            Event::Release => "release",
            Event::Flag => "flag",
            Event::ClearFlag => "clear_flag",
        }
    }

    /// The event of a name.
    pub fn parse(name: &str) -> Option<Event> {
        Event::ALL.iter().copied().find(|e| e.as_str() == name)
    }

    /// The text of its button.
    pub const fn label(self) -> &'static str {
        match self {
            Event::Change => "Save",
            Event::Hold => "Put on hold",
            Event::Release => "Release",
            Event::Flag => "Flag for review",
            Event::ClearFlag => "Clear flag",
        }
    }
}

/// Why an event is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Purchasing and administrators only.
    #[error("Only purchasing and administrators change vendors.")]
    NotYours,
    /// Nothing to put on hold.
    #[error("This vendor is on hold already.")]
    OnHold,
    /// Nothing to release.
    #[error("This vendor is not on hold.")]
    NotOnHold,
    /// Nothing to flag.
    #[error("This vendor is flagged already.")]
    Flagged,
    /// Nothing to clear.
    #[error("This vendor is not flagged.")]
    NotFlagged,
}

/// Whether `actor` may do this to a vendor that stands so: shows its button, and refuses its request.
pub fn permission(standing: Standing, event: Event, actor: &Actor) -> Result<(), Refusal> {
    if !may_enter(Area::VendorsWrite, Some(actor)) {
        return Err(Refusal::NotYours);
    }
    let refusal = match event {
        Event::Hold if standing.on_hold => Refusal::OnHold,
        Event::Release if !standing.on_hold => Refusal::NotOnHold,
        Event::Flag if standing.flagged => Refusal::Flagged,
        Event::ClearFlag if !standing.flagged => Refusal::NotFlagged,
        Event::Change | Event::Hold | Event::Release | Event::Flag | Event::ClearFlag => {
            return Ok(());
        }
    };
    Err(refusal)
}
