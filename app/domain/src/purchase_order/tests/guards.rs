//! Every guard, both ways, and the messages beside the fields.

use jiff::civil::Date;

use super::samples::{Setting, bare, draft, filled, flagged, line, on_hold, quantity};
use crate::{
    actor::Actor,
    approval_rule::{Level, NoApprover},
    exchange_rate::{Exchange, Rate},
    field::FieldError,
    money::Currency,
    permission::Permission,
    purchase_order::*,
    role::Role,
    second_factor::{Above, Standing},
    world::{ADA, CARLA, MIA, PAT, SAM, TESS, VIK, amount},
};

fn submit(order: &Order) -> Result<Decision, Refusal> {
    Setting::demo().decide(order, &Event::Submit, SAM)
}

fn fields(refusal: &Refusal) -> Vec<String> {
    refusal
        .field_errors()
        .into_iter()
        .map(|error| error.field)
        .collect()
}

#[test]
fn submit_needs_at_least_one_line_and_every_line_complete() {
    let order = draft(SAM, amount("500.00"));
    assert!(submit(&order).is_ok());
    let empty = Order {
        lines: vec![],
        total: amount("0.00"),
        ..order.clone()
    };
    assert_eq!(
        submit(&empty),
        Err(Refusal::NoLines),
        "and says nothing of the total"
    );

    let mut wrong = order;
    wrong.lines = vec![
        line(1, "1", "500"),
        line(2, "0", "0"),
        Line {
            position: 3,
            ..Line::default()
        },
    ];
    wrong.lines[1].description = "  ".to_owned();
    let refusal = submit(&wrong).unwrap_err();
    let missing = [
        (2, LineField::Description),
        (2, LineField::Quantity),
        (3, LineField::Description),
        (3, LineField::Quantity),
        (3, LineField::Unit),
        (3, LineField::UnitPrice),
    ];
    assert_eq!(refusal, Refusal::LinesIncomplete(missing.to_vec()));
    assert_eq!(
        fields(&refusal)[..2],
        ["line-2-description", "line-2-quantity"]
    );
    assert_eq!(fields(&refusal)[5], "line-3-unit_price");
}

#[test]
fn a_free_line_and_a_line_without_a_cost_centre_are_complete() {
    let mut order = draft(SAM, amount("500.00"));
    order.lines.push(line(2, "1", "0"));
    assert!(submit(&order).is_ok());
}

#[test]
fn submit_needs_a_vendor_and_a_total_above_zero() {
    let order = draft(SAM, amount("500.00"));
    let without = Order {
        vendor: None,
        ..order.clone()
    };
    assert_eq!(submit(&without), Err(Refusal::VendorMissing));
    let free = Order {
        lines: vec![line(1, "1", "0")],
        total: amount("0.00"),
        ..order
    };
    assert_eq!(submit(&free), Err(Refusal::TotalNotPositive));
    assert_eq!(fields(&Refusal::TotalNotPositive), ["lines"]);

    let mut nobody = Setting::demo();
    nobody.directory.people.get_mut(&SAM).unwrap().manager = None;
    nobody.rules.fallback = None;
    nobody.rules.fallback_alternate = None;
    let refused = nobody.decide(&free, &Event::Submit, SAM);
    assert_eq!(
        refused,
        Err(Refusal::TotalNotPositive),
        "a total of zero asks nobody"
    );
}

#[test]
fn a_vendor_on_hold_or_flagged_blocks_submit_approve_and_start_processing_only() {
    let setting = Setting::demo();
    for (state, kind, person) in [
        (State::Draft, EventKind::Submit, SAM),
        (State::PendingApproval, EventKind::Approve, MIA),
        (State::PendingApproval, EventKind::Approve, VIK),
        (State::Approved, EventKind::StartProcessing, PAT),
    ] {
        let order = setting.sams(state);
        let event = filled(kind, &order).unwrap();
        let held = setting
            .decide(&on_hold(order.clone()), &event, person)
            .unwrap_err();
        assert_eq!(
            held.to_string(),
            "Northwind Supply is on hold: Unpaid claims"
        );
        let under_review = setting
            .decide(&flagged(order.clone()), &event, person)
            .unwrap_err();
        assert_eq!(
            under_review.to_string(),
            "Northwind Supply is under review: Ownership changed"
        );
        let both = setting
            .decide(&flagged(on_hold(order)), &event, person)
            .unwrap_err();
        assert_eq!(both, Refusal::Several(vec![held, under_review]));
    }
    for (state, kind, person) in [
        (State::PendingApproval, EventKind::Reject, MIA),
        (State::PendingApproval, EventKind::Withdraw, SAM),
        (State::Rejected, EventKind::Reopen, SAM),
        (State::Processing, EventKind::Receive, PAT),
        (State::Processing, EventKind::Complete, PAT),
        (State::Approved, EventKind::Cancel, PAT),
    ] {
        let order = flagged(on_hold(setting.sams(state)));
        let event = filled(kind, &order).unwrap();
        assert!(setting.decide(&order, &event, person).is_ok(), "{kind:?}");
    }
}

#[test]
fn submit_needs_someone_at_every_level_up_to_the_required_one() {
    let mut setting = Setting::demo();
    setting.rules.fallback = None;
    setting.rules.fallback_alternate = None;
    setting.directory.people.get_mut(&SAM).unwrap().manager = None;
    setting.directory.cfo = None;
    let missing = |level, wanted: &str| {
        Refusal::NoApprover(NoApprover {
            level: Level(level),
            wanted: wanted.to_owned(),
        })
    };
    let submit = |total| {
        setting
            .decide(&draft(SAM, amount(total)), &Event::Submit, SAM)
            .unwrap_err()
    };
    assert_eq!(
        submit("5000.00"),
        missing(1, "Sam Stone's manager"),
        "level 2 has Fay"
    );
    let both = vec![missing(1, "Sam Stone's manager"), missing(3, "the CFO")];
    assert_eq!(submit("12000.00"), Refusal::Several(both));
    assert_eq!(
        submit("500.00").to_string(),
        "Nobody can decide level 1: Sam Stone's manager is missing. An administrator can name a fallback."
    );
    assert_eq!(submit("500.00").field_errors(), [], "said at the top");
}

#[test]
fn every_failing_guard_is_told_at_once_beside_its_field() {
    let mut order = on_hold(draft(SAM, amount("500.00")));
    order.lines[0].unit = String::new();
    let refusal = submit(&order).unwrap_err();
    assert_eq!(fields(&refusal), ["line-1-unit", "vendor"]);

    let setting = Setting::demo();
    let order = setting.sams(State::PendingApproval);
    let rejected = setting
        .decide(&order, &bare(EventKind::Reject).unwrap(), VIK)
        .unwrap_err();
    let expected = vec![
        FieldError::new("category", "Choose a reason category."),
        FieldError::new("reason", "Say why."),
        FieldError::new(
            "override_reason",
            "Say why you decide in the approver's place.",
        ),
    ];
    assert_eq!(rejected.field_errors(), expected);
    let words = "Choose a reason category. Say why. Say why you decide in the approver's place.";
    assert_eq!(rejected.to_string(), words);
}

#[test]
fn a_rejection_needs_reason_and_category_and_white_space_is_no_reason() {
    let setting = Setting::demo();
    let reject = |category, reason: Option<&str>| {
        let reason = reason.map(str::to_owned);
        let event = Event::Reject {
            category,
            reason,
            override_reason: None,
        };
        setting.decide(&setting.sams(State::PendingApproval), &event, MIA)
    };
    let category = Some(RejectionCategory::Budget);
    assert_eq!(reject(category, None), Err(Refusal::ReasonMissing));
    assert_eq!(reject(category, Some(" \n ")), Err(Refusal::ReasonMissing));
    assert_eq!(
        reject(None, Some("No money")),
        Err(Refusal::CategoryMissing)
    );
    let rejection = reject(category, Some(" No money "))
        .unwrap()
        .after
        .rejection;
    assert_eq!(
        rejection,
        Some((RejectionCategory::Budget, "No money".to_owned()))
    );
}

#[test]
fn an_override_needs_a_reason_and_the_approver_does_not() {
    let setting = Setting::demo();
    let order = setting.sams(State::PendingApproval);
    let approve = |person| setting.decide(&order, &bare(EventKind::Approve).unwrap(), person);
    assert_eq!(approve(VIK), Err(Refusal::OverrideReasonMissing));
    assert_eq!(approve(ADA), Err(Refusal::OverrideReasonMissing));
    assert!(approve(MIA).is_ok());
    assert_eq!(approve(TESS), Err(Refusal::NotYours));
    assert_eq!(approve(CARLA), Err(Refusal::NotYours), "not her level yet");
}

#[test]
fn nobody_decides_what_they_raised_by_any_way() {
    let setting = Setting::demo();
    for person in [SAM, MIA, VIK, ADA, CARLA] {
        for kind in [EventKind::Approve, EventKind::Reject] {
            let mut order = setting.order(State::PendingApproval, person, amount("500.00"));
            // As if every other safeguard had failed.
            order.waiting = Some(Waiting {
                approver: person,
                escalated_to: Some(person),
                delegates: [Some((person, TESS)), None],
                ..order.waiting.unwrap()
            });
            let event = filled(kind, &order).unwrap();
            assert_eq!(
                setting.decide(&order, &event, person),
                Err(Refusal::OwnOrder),
                "{person:?}"
            );
            let answer = permission(&order, kind, &setting.actor(person), &setting.ctx());
            assert_eq!(answer, Permission::Hidden);
        }
    }
}

#[test]
fn nobody_decides_as_the_delegate_of_the_one_who_raised_it() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::PendingApproval);
    order.waiting.as_mut().unwrap().delegates = [Some((TESS, SAM)), None];
    let event = filled(EventKind::Approve, &order).unwrap();
    assert_eq!(setting.decide(&order, &event, TESS), Err(Refusal::NotYours));
}

#[test]
fn received_lies_between_zero_and_what_was_ordered_on_lines_that_exist() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::Processing);
    order.lines.push(line(2, "10.5", "1"));
    let receive = |received: &[(i32, &str)]| {
        let received = received
            .iter()
            .map(|(at, text)| (*at, quantity(text)))
            .collect();
        setting.decide(
            &order,
            &Event::Receive {
                received,
                note: None,
            },
            PAT,
        )
    };
    assert!(receive(&[(1, "2"), (2, "10.5")]).is_ok());
    assert!(receive(&[(2, "0")]).is_ok());
    let wrong = |lines: &[i32]| Err(Refusal::ReceivedOutOfRange(lines.to_vec()));
    assert_eq!(receive(&[(1, "2.001"), (2, "10.5")]), wrong(&[1]));
    assert_eq!(receive(&[(1, "3"), (2, "10.501")]), wrong(&[1, 2]));
    assert_eq!(receive(&[(3, "0")]), wrong(&[3]), "no such line");
    assert_eq!(receive(&[(1, "1"), (1, "2")]), wrong(&[1]), "named twice");
    assert_eq!(
        fields(&Refusal::ReceivedOutOfRange(vec![2])),
        ["received-2"]
    );
}

#[test]
fn completing_short_and_cancelling_after_approval_need_a_note() {
    let setting = Setting::demo();
    let act = |state, event: Event, person| setting.decide(&setting.sams(state), &event, person);
    let note = |text: &str| Some(text.to_owned());
    let missing = |event| Err(Refusal::NoteMissing { event });
    let complete = |note| act(State::Processing, Event::Complete { note }, PAT);
    assert_eq!(complete(None), missing(EventKind::Complete));
    assert_eq!(complete(note(" ")), missing(EventKind::Complete));
    assert!(complete(note("Vendor went out of business")).is_ok());
    let cancel = |state, note, person| act(state, Event::Cancel { note }, person);
    assert_eq!(
        cancel(State::Approved, None, PAT),
        missing(EventKind::Cancel)
    );
    assert!(cancel(State::Approved, note("Not needed"), PAT).is_ok());
    assert!(cancel(State::PendingApproval, None, SAM).is_ok());
    assert_eq!(
        cancel(State::Approved, note("Mine"), SAM),
        Err(Refusal::NotYours)
    );
    assert_eq!(
        cancel(State::PendingApproval, note("x"), PAT),
        Err(Refusal::NotYours)
    );
}

#[test]
fn the_answer_that_shapes_the_button_refuses_the_request() {
    let setting = Setting::demo();
    for state in State::ALL {
        for order in [setting.sams(*state), on_hold(setting.sams(*state))] {
            for (kind, person) in EventKind::ALL.iter().flat_map(|kind| {
                setting
                    .directory
                    .people
                    .keys()
                    .map(move |person| (*kind, *person))
            }) {
                let Some(event) = filled(kind, &order) else {
                    continue;
                };
                let decided = setting.decide(&order, &event, person);
                match permission(&order, kind, &setting.actor(person), &setting.ctx()) {
                    Permission::Allowed(by) => assert_eq!(decided.unwrap().steps[0].by, by),
                    Permission::Blocked(refusal) => assert_eq!(decided, Err(refusal)),
                    Permission::Hidden => assert!(matches!(
                        decided,
                        Err(Refusal::NotYours | Refusal::OwnOrder | Refusal::NotFromHere { .. })
                    )),
                }
            }
        }
    }
}

#[test]
fn no_role_but_purchasing_opens_anything_by_itself() {
    let setting = Setting::demo();
    for (role, state) in Role::ALL
        .iter()
        .flat_map(|role| State::ALL.iter().map(move |s| (*role, *s)))
    {
        let actor = Actor {
            roles: vec![role],
            ..setting.actor(TESS)
        };
        for kind in EventKind::ALL {
            let answer = permission(&setting.sams(state), *kind, &actor, &setting.ctx());
            let row = transition(state, *kind);
            let purchasing = row.is_some_and(|row| row.who.contains(&Who::Purchasing));
            let open = role == Role::Purchasing && purchasing;
            assert_eq!(
                answer != Permission::Hidden,
                open,
                "{role:?} {state:?} {kind:?}"
            );
        }
    }
}

#[test]
fn only_a_draft_is_edited_and_only_by_its_submitter() {
    let setting = Setting::demo();
    for state in State::ALL {
        for person in setting.directory.people.keys() {
            let edits = can_edit(&setting.sams(*state), &setting.actor(*person));
            assert_eq!(
                edits,
                *state == State::Draft && *person == SAM,
                "{state:?} {person:?}"
            );
        }
    }
}

#[test]
fn a_cost_centre_that_is_none_is_said_beside_its_line_with_everything_else_at_fault() {
    let order = Order {
        unknown_cost_centres: vec![1],
        vendor: None,
        ..draft(SAM, amount("500.00"))
    };
    let refusal = submit(&order).unwrap_err();
    assert_eq!(fields(&refusal), ["line-1-cost_centre", "vendor"]);
}

#[test]
fn approving_above_the_amount_takes_a_second_factor_just_proved() {
    let mut setting = Setting::demo();
    let above = Above {
        amount: amount("500.00"),
        currency: Currency::USD,
    };
    setting.directory.second_factor_above = Some(above);
    let rate = Rate {
        per_unit: amount("0.5"),
        day: Date::constant(2026, 3, 2),
    };
    let order = |total: &str, exchange: Exchange| Order {
        total: amount(total),
        exchange,
        ..setting.sams(State::PendingApproval)
    };
    let by = |standing| {
        let mut actor = setting.actor(MIA);
        actor.second_factor.standing = standing;
        actor
    };
    let answer =
        |order: &Order, kind, standing| permission(order, kind, &by(standing), &setting.ctx());
    for (total, exchange, asked) in [
        ("499.99", Exchange::Own, false),
        ("500.00", Exchange::Own, false),
        ("500.01", Exchange::Own, true),
        ("1000.00", Exchange::At(rate), false),
        ("1000.01", Exchange::At(rate), true),
        // Nobody knows what it is worth.
        ("1.00", Exchange::Unknown, true),
    ] {
        let order = order(total, exchange);
        for (standing, set_up) in [(Standing::None, false), (Standing::SetUp, true)] {
            let refusal = Refusal::SecondFactor { above, set_up };
            let approve = answer(&order, EventKind::Approve, standing);
            assert_eq!(
                approve == Permission::Blocked(refusal),
                asked,
                "{total} {exchange:?}"
            );
            assert!(answer(&order, EventKind::Reject, standing).is_allowed());
        }
        assert!(answer(&order, EventKind::Approve, Standing::Confirmed).is_allowed());
    }
}
