//! The golden matrix: who may do what in which state. A change of it is a change of the product: read it.

use std::fmt::Write;

use super::samples::{Setting, on_hold};
use crate::{
    actor::Actor,
    permission::Permission,
    purchase_order::*,
    role::Role,
    world::{ADA, AUD, CARLA, DORA, FAY, MIA, OLI, PAT, SAM, TESS, VIK},
};

/// Everyone who stands differently to Sam's order of 12,000.00.
fn actors(setting: &Setting) -> Vec<(&'static str, Actor)> {
    let who = |id| setting.actor(id);
    let with = |id, role| {
        let mut actor = setting.actor(id);
        actor.roles.push(role);
        actor
    };
    let overriding = Actor {
        override_approvals: true,
        ..setting.actor(SAM)
    };
    vec![
        ("its submitter", who(SAM)),
        ("its submitter, holding override_approvals", overriding),
        ("its submitter, in purchasing", with(SAM, Role::Purchasing)),
        (
            "its submitter, an administrator",
            with(SAM, Role::Administrator),
        ),
        ("the manager: approver of level 1", who(MIA)),
        ("the finance manager: approver of level 2", who(FAY)),
        ("the CFO: approver of level 3", who(CARLA)),
        ("whoever it escalated to: the approver's manager", who(DORA)),
        ("today's delegate of the approver", who(OLI)),
        ("a VP, holding override_approvals", who(VIK)),
        ("an administrator, holding override_approvals", who(ADA)),
        (
            "an administrator",
            Actor {
                override_approvals: false,
                ..who(ADA)
            },
        ),
        ("in purchasing", who(PAT)),
        ("an auditor", who(AUD)),
        ("staff with nothing to do with it", who(TESS)),
    ]
}

/// Escalated to Dora, and Oli is the approver's delegate today.
fn order(setting: &Setting, state: State) -> Order {
    let mut order = setting.sams(state);
    if let Some(waiting) = &mut order.waiting {
        waiting.escalated = true;
        waiting.escalated_to = Some(DORA);
        waiting.delegates = [Some((OLI, waiting.approver)), None];
    }
    order
}

fn answer(order: &Order, kind: EventKind, actor: &Actor, setting: &Setting) -> String {
    match permission(order, kind, actor, &setting.ctx()) {
        Permission::Hidden => ".".to_owned(),
        Permission::Allowed(By::Person { way, .. }) => way.as_str().to_owned(),
        Permission::Allowed(By::System | By::Timer) => "system".to_owned(),
        Permission::Blocked(Refusal::VendorOnHold { .. }) => "on hold".to_owned(),
        Permission::Blocked(refusal) => format!("{refusal:?}"),
    }
}

/// One block per actor, one row per action; actions hidden in every state have no row.
fn matrix(change: fn(Order) -> Order) -> String {
    let setting = Setting::demo();
    let mut text = String::new();
    for (who, actor) in actors(&setting) {
        let states = State::ALL
            .iter()
            .map(|state| short(*state).to_owned())
            .collect();
        let mut rows = vec![row(who, states)];
        for kind in EventKind::ALL {
            let orders = State::ALL
                .iter()
                .map(|state| change(order(&setting, *state)));
            let answers: Vec<_> = orders
                .map(|order| answer(&order, *kind, &actor, &setting))
                .collect();
            if answers.iter().any(|answer| answer != ".") {
                rows.push(row(kind.as_str(), answers));
            }
        }
        text.push_str(&rows.concat());
        text.push_str(if rows.len() == 1 { "nothing\n\n" } else { "\n" });
    }
    text
}

fn row(first: &str, cells: Vec<String>) -> String {
    let mut text = format!("{first:<52}");
    for cell in cells {
        write!(text, "{cell:<11}").unwrap();
    }
    format!("{}\n", text.trim_end())
}

fn short(state: State) -> &'static str {
    match state {
        State::PendingApproval => "Pending",
        State::RequiresFinanceReview => "Finance",
        State::RequiresExecutiveReview => "Executive",
        State::Draft
        | State::Approved
        | State::Rejected
        | State::Processing
        | State::Completed
        | State::Cancelled => state.label(),
    }
}

#[test]
fn who_may_do_what_in_which_state() {
    insta::assert_snapshot!(matrix(|order| order));
}

#[test]
fn who_may_do_what_while_the_vendor_is_on_hold() {
    insta::assert_snapshot!(matrix(on_hold));
}
