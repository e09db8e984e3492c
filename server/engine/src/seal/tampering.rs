//! What verification can find, in words.

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A row's fields do not match its hash, or it does not follow the row before it.
    Changed,
    /// A row between two others, or the newest ones of a record, or a whole record's, are gone.
    Removed,
    /// A row after the one a record's head names as its newest, which nobody with the key wrote.
    Added,
    /// A record's head is not its newest row, all of whose rows are as they were written.
    Head,
    /// An order stands elsewhere than its history says.
    State,
    /// What a seal covers is not what it covered, or the seal itself is changed or gone.
    Seal,
    /// An exported seal is no part of the chain any more: everything since then may be missing.
    CutOff,
}

impl Wrong {
    const ALL: [Wrong; 7] = [
        Wrong::Changed,
        Wrong::Removed,
        Wrong::Added,
        Wrong::Head,
        Wrong::State,
        Wrong::Seal,
        Wrong::CutOff,
    ];

    /// The name stored in `audit_runs.wrong`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Wrong::Changed => "changed",
            Wrong::Removed => "removed",
            Wrong::Added => "added",
            Wrong::Head => "head",
            Wrong::State => "state",
            Wrong::Seal => "seal",
            Wrong::CutOff => "cut_off",
        }
    }

    /// Of a stored name.
    pub fn parse(name: &str) -> Option<Wrong> {
        Wrong::ALL.into_iter().find(|wrong| wrong.as_str() == name)
    }
}

/// The first thing found wrong with the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tampering {
    /// What.
    pub wrong: Wrong,
    /// With what: a row like `purchase_order/1042/3`, a record like `purchase_order/1042`, or a seal's number.
    pub place: String,
}

impl Tampering {
    pub(super) fn new(wrong: Wrong, place: impl Into<String>) -> Self {
        Self {
            wrong,
            place: place.into(),
        }
    }
}

impl std::fmt::Display for Tampering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = &self.place;
        match self.wrong {
            Wrong::Changed => write!(f, "Row {place} was changed: it is not as it was written."),
            Wrong::Removed => write!(f, "Row {place} was removed."),
            Wrong::Added => write!(f, "Row {place} was added: Countersign did not write it."),
            Wrong::Head => write!(
                f,
                "The head of {place} was changed or removed: it is not the record's newest row."
            ),
            Wrong::State => write!(
                f,
                "The state of {place} is not the one its history ends with."
            ),
            Wrong::Seal => write!(f, "Seal {place} does not match the rows it covers."),
            Wrong::CutOff => write!(
                f,
                "The exported seal {place} is no part of the history: what was written before it was taken away."
            ),
        }
    }
}
