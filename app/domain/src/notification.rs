//! What people are told of, by which ways, and who is told what by each change of a record. Pure; delivered by the engine.

mod told;

pub use told::{Told, told, told_of_handing};

use crate::{approval_rule::Priority, ids::PersonId, role::Role};

macro_rules! kinds {
    ($($variant:ident $name:literal $label:literal),+ $(,)?) => {
        /// What a notification is about, as people choose which ones they want.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(
                #[doc = $label]
                $variant,
            )+
        }

        impl Kind {
            /// Every kind, in the order people choose from.
            pub const ALL: &[Kind] = &[$(Kind::$variant),+];

            /// The name stored in `notifications.kind`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$variant => $name),+ }
            }

            /// What people read.
            pub const fn label(self) -> &'static str {
                match self { $(Kind::$variant => $label),+ }
            }

            /// The kind of a stored name.
            pub fn parse(name: &str) -> Option<Kind> {
                match name { $($name => Some(Kind::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    ApprovalAsked "approval_asked" "A decision waits for me",
    AskedAsDelegate "asked_as_delegate" "A decision waits for somebody I stand in for",
    Forwarded "forwarded" "A decision is forwarded to me",
    HandedOver "handed_over" "A decision is handed over to me",
    Reminder "reminder" "A decision is soon due",
    Escalated "escalated" "A late decision comes to me",
    NobodyToEscalate "nobody_to_escalate" "A late decision has nobody to go to",
    NoLongerWaiting "no_longer_waiting" "A decision does not wait for me any more",
    Approved "approved" "My order is approved",
    Rejected "rejected" "My order is rejected",
    TakenBack "taken_back" "My order is reopened or cancelled by somebody else",
    Completed "completed" "My order is completed",
    ReadyToPlace "ready_to_place" "An order is ready to be placed",
    Mentioned "mentioned" "Somebody mentions me",
}

impl Kind {
    /// How loudly it is said about a record of `priority`: only what asks for something is urgent.
    pub const fn urgency(self, priority: Priority) -> Priority {
        match self {
            Kind::ApprovalAsked
            | Kind::AskedAsDelegate
            | Kind::Forwarded
            | Kind::HandedOver
            | Kind::Reminder
            | Kind::Escalated
            | Kind::NobodyToEscalate => priority,
            Kind::NoLongerWaiting
            | Kind::Approved
            | Kind::Rejected
            | Kind::TakenBack
            | Kind::Completed
            | Kind::ReadyToPlace
            | Kind::Mentioned => Priority::Normal,
        }
    }

    /// Whether it asks whoever is told for a decision: they can make it from the mail.
    pub const fn asks(self) -> bool {
        match self {
            Kind::ApprovalAsked
            | Kind::AskedAsDelegate
            | Kind::Forwarded
            | Kind::HandedOver
            | Kind::Reminder
            | Kind::Escalated => true,
            Kind::NobodyToEscalate
            | Kind::NoLongerWaiting
            | Kind::Approved
            | Kind::Rejected
            | Kind::TakenBack
            | Kind::Completed
            | Kind::ReadyToPlace
            | Kind::Mentioned => false,
        }
    }
}

/// How a notification reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The bell.
    InApp,
    /// A mail.
    Email,
    /// A text message: urgent ones only.
    Sms,
}

impl Way {
    /// Every way.
    pub const ALL: &[Way] = &[Way::InApp, Way::Email, Way::Sms];

    /// The name stored in `notification_preferences.way`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Way::InApp => "in_app",
            Way::Email => "email",
            Way::Sms => "sms",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Way::InApp => "In the app",
            Way::Email => "By email",
            Way::Sms => "By SMS",
        }
    }

    /// The way of a stored name.
    pub fn parse(name: &str) -> Option<Way> {
        Way::ALL.iter().copied().find(|way| way.as_str() == name)
    }

    /// Whether anything of `kind` comes so: text messages are of what can be urgent.
    pub fn brings(self, kind: Kind) -> bool {
        self != Way::Sms || kind.urgency(Priority::Urgent) == Priority::Urgent
    }

    /// Whether nobody can refuse to be told so: urgent ones, in the app.
    pub fn is_forced(self, urgency: Priority) -> bool {
        self == Way::InApp && urgency == Priority::Urgent
    }
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum To {
    /// One person.
    Person(PersonId),
    /// Everyone who holds the role.
    Role(Role),
}
