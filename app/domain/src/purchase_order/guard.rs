//! The guards of the table: each says what it refuses, or nothing.

use rust_decimal::Decimal;

use super::{By, Context, Event, Guard, Line, LineField, Order, Refusal, Way, climb};
use crate::{approval_rule::NoApprover, money::Quantity};

/// What `guard` refuses. Without an event only what is known before its form is filled in.
pub(super) fn failing(
    guard: Guard,
    order: &Order,
    event: Option<&Event>,
    by: By,
    ctx: &Context<'_>,
) -> Vec<Refusal> {
    match guard {
        Guard::CompleteLines => {
            let unknown = order.unknown_cost_centres.clone();
            let mut refusals = incomplete_lines(order);
            refusals.extend(when(
                !unknown.is_empty(),
                Refusal::CostCentreUnknown(unknown),
            ));
            refusals
        }
        Guard::VendorChosen => when(order.vendor.is_none(), Refusal::VendorMissing),
        Guard::VendorClear => vendor_not_clear(order),
        // Incomplete lines say it better.
        Guard::TotalPositive => when(
            order.total <= Decimal::ZERO && incomplete_lines(order).is_empty(),
            Refusal::TotalNotPositive,
        ),
        Guard::RateKnown => when(
            order.compared(ctx.rules).is_none(),
            Refusal::RateUnknown(order.currency),
        ),
        Guard::EveryLevelHasApprover => no_approver(order, ctx).map(Refusal::NoApprover).collect(),
        Guard::NotSubmitter => when(is_submitter(order, by), Refusal::OwnOrder),
        Guard::NextLevelHasApprover => climb(order, by, ctx)
            .err()
            .map(Refusal::NoApprover)
            .into_iter()
            .collect(),
        Guard::OverrideReasonGiven => when(
            event.is_some_and(|event| event.override_reason().is_none()) && is_override(by),
            Refusal::OverrideReasonMissing,
        ),
        Guard::ReasonAndCategory => event.map(reason_and_category).unwrap_or_default(),
        Guard::ReceivedWithinOrdered => {
            let wrong = event
                .map(|event| out_of_range(order, event))
                .unwrap_or_default();
            when(!wrong.is_empty(), Refusal::ReceivedOutOfRange(wrong))
        }
        Guard::ReceivedInFullOrNote => event
            .filter(|_| short(order))
            .map(note_missing)
            .unwrap_or_default(),
        Guard::NoteGiven => event.map(note_missing).unwrap_or_default(),
        Guard::DeadlinePassedOnce => late_once(order, ctx),
        // `answer` asks: it knows who acts. The other is the system's own: `climb` keeps it.
        Guard::SecondFactor | Guard::SameApproverDecidedBelow => Vec::new(),
    }
}

fn when(refused: bool, refusal: Refusal) -> Vec<Refusal> {
    if refused { vec![refusal] } else { Vec::new() }
}

fn is_submitter(order: &Order, by: By) -> bool {
    match by {
        By::Person {
            id, on_behalf_of, ..
        } => id == order.submitter || on_behalf_of == Some(order.submitter),
        By::System | By::Timer => false,
    }
}

fn late_once(order: &Order, ctx: &Context<'_>) -> Vec<Refusal> {
    let waiting = order.waiting.as_ref();
    let early = waiting.is_none_or(|waiting| ctx.now < waiting.due);
    let again = waiting.is_some_and(|waiting| waiting.escalated);
    let mut refusals = when(early, Refusal::DeadlineNotPassed);
    refusals.extend(when(again, Refusal::EscalatedAlready));
    refusals
}

fn is_override(by: By) -> bool {
    matches!(
        by,
        By::Person {
            way: Way::Override,
            ..
        }
    )
}

fn reason_and_category(event: &Event) -> Vec<Refusal> {
    let Event::Reject { category, .. } = event else {
        return Vec::new();
    };
    let mut refusals = when(category.is_none(), Refusal::CategoryMissing);
    refusals.extend(when(event.note().is_none(), Refusal::ReasonMissing));
    refusals
}

fn note_missing(event: &Event) -> Vec<Refusal> {
    when(
        event.note().is_none(),
        Refusal::NoteMissing {
            event: event.kind(),
        },
    )
}

/// Whether something ordered has not arrived.
fn short(order: &Order) -> bool {
    order
        .lines
        .iter()
        .any(|line| line.received < line.quantity.unwrap_or_default())
}

fn incomplete_lines(order: &Order) -> Vec<Refusal> {
    if order.lines.is_empty() {
        return vec![Refusal::NoLines];
    }
    let missing: Vec<_> = order
        .lines
        .iter()
        .flat_map(|line| {
            missing_fields(line)
                .into_iter()
                .map(|field| (line.position, field))
        })
        .collect();
    when(!missing.is_empty(), Refusal::LinesIncomplete(missing))
}

fn missing_fields(line: &Line) -> Vec<LineField> {
    let missing = [
        (LineField::Description, line.description.trim().is_empty()),
        (
            LineField::Quantity,
            line.quantity.is_none_or(Quantity::is_zero),
        ),
        (LineField::Unit, line.unit.trim().is_empty()),
        (LineField::UnitPrice, line.unit_price.is_none()),
    ];
    missing
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(field, _)| field)
        .collect()
}

fn vendor_not_clear(order: &Order) -> Vec<Refusal> {
    let Some(vendor) = &order.vendor else {
        return Vec::new();
    };
    let name = || vendor.name.clone();
    let hold = vendor
        .hold_reason
        .clone()
        .map(|reason| Refusal::VendorOnHold {
            vendor: name(),
            reason,
        });
    let flag = vendor
        .flag_reason
        .clone()
        .map(|reason| Refusal::VendorFlagged {
            vendor: name(),
            reason,
        });
    hold.into_iter().chain(flag).collect()
}

/// The levels nobody can decide. A total of zero asks for none, nor does one without a rate: that is refused already.
fn no_approver(order: &Order, ctx: &Context<'_>) -> impl Iterator<Item = NoApprover> {
    let asked = order
        .compared(ctx.rules)
        .filter(|_| order.total > Decimal::ZERO);
    let route = asked.map(|amount| ctx.rules.route(amount, &ctx.routed(order)));
    route
        .unwrap_or_default()
        .into_iter()
        .filter_map(|step| step.approver.err())
}

/// The positions received out of range, named twice, or not on the order.
fn out_of_range(order: &Order, event: &Event) -> Vec<i32> {
    let Event::Receive { received, .. } = event else {
        return Vec::new();
    };
    let fits = |i: usize, position: i32, quantity: Quantity| {
        let twice = received[..i]
            .iter()
            .any(|(earlier, _)| *earlier == position);
        let line = order.lines.iter().find(|line| line.position == position);
        !twice
            && line
                .and_then(|line| line.quantity)
                .is_some_and(|ordered| quantity <= ordered)
    };
    received
        .iter()
        .enumerate()
        .filter(|(i, (position, quantity))| !fits(*i, *position, *quantity))
        .map(|(_, (position, _))| *position)
        .collect()
}
