//! Where a rule set stands between being proposed and being replaced, and who may move it (four eyes).

use crate::{
    actor::Actor,
    ids::PersonId,
    permission::{Area, Permission, may_enter},
};

macro_rules! standings {
    ($($variant:ident $name:literal $label:literal),+ $(,)?) => {
        /// Where a rule set stands. What it says never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SetState {
            $(
                #[doc = $label]
                $variant,
            )+
        }

        impl SetState {
            /// Every standing.
            pub const ALL: &[SetState] = &[$(SetState::$variant),+];

            /// The name stored in `approval_rule_sets.state`.
            pub const fn as_str(self) -> &'static str {
                match self { $(SetState::$variant => $name),+ }
            }

            /// The text people read.
            pub const fn label(self) -> &'static str {
                match self { $(SetState::$variant => $label),+ }
            }

            /// The standing of a stored name.
            pub fn parse(name: &str) -> Option<SetState> {
                match name { $($name => Some(SetState::$variant),)+ _ => None }
            }
        }
    };
}

standings! {
    Proposed "proposed" "Proposed",
    InForce "in_force" "In force",
    Replaced "replaced" "Replaced",
    Retired "retired" "Retired",
    Rejected "rejected" "Rejected",
    Withdrawn "withdrawn" "Withdrawn",
}

/// What can be done with a proposed change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Bring it into force.
    Confirm,
    /// Say no.
    Reject,
    /// Take it back.
    Withdraw,
}

impl Step {
    /// Every step.
    pub const ALL: &[Step] = &[Step::Confirm, Step::Reject, Step::Withdraw];

    /// The button's words.
    pub const fn label(self) -> &'static str {
        match self {
            Step::Confirm => "Confirm",
            Step::Reject => "Reject",
            Step::Withdraw => "Withdraw",
        }
    }

    /// The name stored in the history.
    pub const fn as_str(self) -> &'static str {
        match self {
            Step::Confirm => "confirm",
            Step::Reject => "reject",
            Step::Withdraw => "withdraw",
        }
    }
}

/// A proposed change, as far as who may move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Where it stands.
    pub state: SetState,
    /// Who proposed it; `None`: as delivered.
    pub author: Option<PersonId>,
    /// Whether the organisation asks for a second administrator.
    pub four_eyes: bool,
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    /// Not an administrator, or somebody else's proposal to withdraw.
    #[error("This is not yours to do.")]
    NotYours,
    /// It was decided already.
    #[error("This change is {}.", .0.label().to_lowercase())]
    Decided(SetState),
    /// Four eyes.
    #[error("You proposed this change, so another administrator must confirm it.")]
    OwnProposal,
}

/// Whether `actor` may take a step with a proposed change now: shapes the button, refuses the request.
pub fn step_permission(
    proposal: &Proposal,
    step: Step,
    actor: &Actor,
) -> Permission<StepRefusal, ()> {
    match step_refusal(proposal, step, actor) {
        None => Permission::Allowed(()),
        Some(refusal @ StepRefusal::OwnProposal) => Permission::Blocked(refusal),
        Some(StepRefusal::NotYours | StepRefusal::Decided(_)) => Permission::Hidden,
    }
}

/// Why `actor` may not take a step; `None` when they may.
pub fn step_refusal(proposal: &Proposal, step: Step, actor: &Actor) -> Option<StepRefusal> {
    let own = proposal.author == Some(actor.id);
    if !may_enter(Area::RulesWrite, Some(actor)) {
        return Some(StepRefusal::NotYours);
    }
    if proposal.state != SetState::Proposed {
        return Some(StepRefusal::Decided(proposal.state));
    }
    match step {
        Step::Confirm if own && proposal.four_eyes => Some(StepRefusal::OwnProposal),
        // Whoever proposed it withdraws it; everyone else rejects it.
        Step::Reject if own => Some(StepRefusal::NotYours),
        Step::Withdraw if !own => Some(StepRefusal::NotYours),
        Step::Confirm | Step::Reject | Step::Withdraw => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{self, ADA, AUD, SAM};

    #[test]
    fn a_second_administrator_confirms_and_nobody_else() {
        let people = world::directory();
        let ada = world::actor(&people, ADA);
        let mut bea = ada.clone();
        bea.id = PersonId(99);
        let mut golden = Vec::new();
        for (name, actor) in [
            ("author", &ada),
            ("second", &bea),
            ("auditor", &world::actor(&people, AUD)),
            ("staff", &world::actor(&people, SAM)),
        ] {
            for four_eyes in [true, false] {
                for state in SetState::ALL {
                    let proposal = Proposal {
                        state: *state,
                        author: Some(ADA),
                        four_eyes,
                    };
                    let steps = Step::ALL.iter().map(|step| {
                        let answer = match step_permission(&proposal, *step, actor) {
                            Permission::Allowed(()) => "may",
                            Permission::Blocked(_) => "not now",
                            Permission::Hidden => "-",
                        };
                        format!("{} {answer}", step.as_str())
                    });
                    let steps: Vec<_> = steps.collect();
                    let eyes = if four_eyes {
                        "four eyes"
                    } else {
                        "one will do"
                    };
                    let state = state.as_str();
                    golden.push(format!("{name}, {eyes}, {state}: {}", steps.join(", ")));
                }
            }
        }
        insta::assert_snapshot!(golden.join("\n"));
    }
}
