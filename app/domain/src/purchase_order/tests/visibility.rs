//! Who sees an order (spec README, "Who sees what"), and who enters which area.

use std::fmt::Write;

use super::samples::Setting;
use crate::{
    permission::{Area, may_enter, may_grant_override},
    purchase_order::*,
    role::Role,
    world::{ADA, AUD, SAM, TESS, VIK},
};

#[test]
#[expect(clippy::too_many_lines, reason = "one table, read as one")]
fn who_sees_an_order_in_which_state() {
    let setting = Setting::demo();
    let decided = Relation {
        decided: true,
        ..Relation::default()
    };
    let manages = Relation {
        manages_submitter: true,
        ..Relation::default()
    };
    let none = Relation::default();
    let staff = setting.actor(TESS);
    let mut rows = vec![
        ("its submitter".to_owned(), setting.actor(SAM), none),
        (
            "staff with nothing to do with it".to_owned(),
            staff.clone(),
            none,
        ),
        (
            "who decided it in some round".to_owned(),
            staff.clone(),
            decided,
        ),
        ("above its submitter".to_owned(), staff.clone(), manages),
        (
            "holds override_approvals".to_owned(),
            setting.actor(VIK),
            none,
        ),
    ];
    for role in Role::ALL {
        let mut actor = staff.clone();
        actor.roles = vec![*role];
        rows.push((role.title().to_owned(), actor, none));
    }
    let cancelled_late = |setting: &Setting| Order {
        was_approved: true,
        ..setting.sams(State::Cancelled)
    };
    let mut text = String::new();
    for (who, actor, relation) in rows {
        let mut seen: Vec<_> = State::ALL
            .iter()
            .filter(|state| sees(&setting.sams(**state), &actor, relation))
            .map(|state| state.label())
            .collect();
        if sees(&cancelled_late(&setting), &actor, relation) {
            seen.push("Cancelled after approval");
        }
        let all = seen.len() == State::ALL.len() + 1;
        let seen = if all {
            "everything".to_owned()
        } else {
            seen.join(", ")
        };
        writeln!(
            text,
            "{who}: {}",
            if seen.is_empty() { "nothing" } else { &seen }
        )
        .unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn approver_escalation_and_delegate_see_what_they_may_decide_and_no_longer() {
    let setting = Setting::demo();
    let staff = setting.actor(TESS);
    let seen = |change: fn(&mut Waiting)| {
        let mut order = setting.sams(State::PendingApproval);
        change(order.waiting.as_mut().unwrap());
        sees(&order, &staff, Relation::default())
    };
    assert!(!seen(|_| ()));
    assert!(seen(|waiting| waiting.approver = TESS));
    assert!(seen(|waiting| waiting.escalated_to = Some(TESS)));
    assert!(seen(|waiting| waiting.delegates[1] = Some((TESS, VIK))));
    assert!(!sees(
        &setting.sams(State::Approved),
        &setting.actor(VIK),
        Relation::default()
    ));
}

#[test]
fn who_enters_which_area() {
    let setting = Setting::demo();
    let mut text = String::new();
    let mut actors = vec![
        ("nobody signed in".to_owned(), None),
        ("staff".to_owned(), Some(setting.actor(TESS))),
    ];
    let mut manager = setting.actor(TESS);
    manager.is_manager = true;
    actors.push(("manager".to_owned(), Some(manager)));
    for role in Role::ALL {
        let mut actor = setting.actor(TESS);
        actor.roles = vec![*role];
        actors.push((role.title().to_owned(), Some(actor)));
    }
    let mut unready = setting.actor(ADA);
    unready.second_factor.required = true;
    actors.push((
        "administrator who has to set up a second factor".to_owned(),
        Some(unready),
    ));
    for (who, actor) in actors {
        let entered: Vec<_> = Area::ALL
            .iter()
            .filter(|area| may_enter(**area, actor.as_ref()))
            .map(|area| format!("{area:?}"))
            .collect();
        writeln!(text, "{who}: {}", entered.join(", ")).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn override_approvals_is_granted_by_an_administrator_and_never_to_oneself() {
    let setting = Setting::demo();
    assert!(may_grant_override(&setting.actor(ADA), SAM));
    assert!(!may_grant_override(&setting.actor(ADA), ADA));
    assert!(!may_grant_override(&setting.actor(AUD), SAM));
}
