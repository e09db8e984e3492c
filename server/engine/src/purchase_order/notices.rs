//! What people are told about an order, in words, and the telling when it moves.

use domain::{
    actor::Actor,
    approval_rule::Priority,
    directory::Directory,
    ids::PersonId,
    money::{Quantity, UnitPrice, format_amount},
    notification::{Kind, Told, told, told_of_handing},
    purchase_order::{Decision, EventKind, Line, Order},
};
use jiff::{Timestamp, tz::TimeZone};

use super::{address, subject};
use crate::{
    Engine, Result, Tx,
    mail::{Action, Letter},
    notification::{Notice, tell},
};

/// Lines that a mail lists.
const LINES: usize = 20;

/// An order as its notices tell of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// The order.
    pub order: &'a Order,
    /// The name of who raised it.
    pub submitter: &'a str,
    /// That of its required level.
    pub priority: Option<Priority>,
    /// Until when the decision is due, if one is waited for.
    pub due: Option<Timestamp>,
}

/// What is told of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// Who did it.
    pub by: &'a str,
    /// What happened and why, beside what every notice of the kind says.
    pub text: Option<&'a str>,
    /// What sets this apart from the other notices of the kind about the order: its version, its round and level.
    pub once: &'a str,
}

/// The move of an order.
pub(super) struct Moved<'a> {
    pub actor: &'a Actor,
    /// Where it stood, with who stood in for whom, and its version then.
    pub from: (&'a Order, i32),
    pub decision: &'a Decision,
    pub directory: &'a Directory,
}

/// Tells everyone whom a move concerns.
pub(super) async fn tell_of(tx: &mut Tx, engine: &Engine, moved: &Moved<'_>) -> Result<()> {
    let ((order, version), decision) = (moved.from, moved.decision);
    let about = About {
        order,
        submitter: moved.directory.name(order.submitter),
        priority: decision.after.priority.or(order.priority),
        due: decision.after.sla_due_at,
    };
    let step = decision.steps.first();
    let text = step.map(|step| {
        let what = format!("{} by {}.", step.event.past(), moved.actor.name);
        let why = step.note.as_deref().or(step.override_reason.as_deref());
        let what = match (step.event, step.category) {
            // Whose order it is knows that they submitted it.
            (EventKind::Submit, _) => String::new(),
            (EventKind::Pass, _) => "Passed: decided at a lower level already.".to_owned(),
            (_, Some(category)) => format!("{what} {}:", category.label()),
            (_, None) => what,
        };
        format!("{what} {}", why.unwrap_or_default())
            .trim()
            .to_owned()
    });
    let once = format!("version-{}", version + 1);
    let said = Said {
        by: &moved.actor.name,
        text: text.as_deref().filter(|text| !text.is_empty()),
        once: &once,
    };
    let told = told(order, moved.actor.id, decision);
    let approver = decision.after.current_approver;
    let notices = notices(about, told, said, (approver, moved.directory));
    tell(tx, engine, &notices).await
}

/// An open decision in other hands.
pub(super) struct Handed<'a> {
    pub actor: &'a Actor,
    /// The order's version before.
    pub version: i32,
    /// Before and after, with who stands in for whom.
    pub orders: (&'a Order, &'a Order),
    /// What whoever decides now is told, and whether it passed at once.
    pub told: (Kind, bool),
    pub note: &'a str,
    pub directory: &'a Directory,
}

/// Tells whom it waited for, and whom it waits for now.
pub(super) async fn tell_of_handing(
    tx: &mut Tx,
    engine: &Engine,
    handed: &Handed<'_>,
) -> Result<()> {
    let after = handed.orders.1;
    let about = About {
        order: after,
        submitter: handed.directory.name(after.submitter),
        priority: after.priority,
        due: after.waiting.map(|waiting| waiting.due),
    };
    let once = format!("version-{}", handed.version + 1);
    let said = Said {
        by: &handed.actor.name,
        text: Some(handed.note),
        once: &once,
    };
    let told = told_of_handing(handed.orders, handed.actor.id, handed.told);
    let approver = after.waiting.map(|waiting| waiting.approver);
    let notices = notices(about, told, said, (approver, handed.directory));
    tell(tx, engine, &notices).await
}

/// What each hears; whoever stands in for the approver, in whose place.
fn notices(
    about: About<'_>,
    told: Vec<Told>,
    said: Said<'_>,
    (approver, directory): (Option<PersonId>, &Directory),
) -> Vec<Notice> {
    let notices = told.into_iter().map(|told| match (told.kind, approver) {
        (Kind::AskedAsDelegate, Some(approver)) => {
            let by = directory.name(approver);
            notice(about, told, Said { by, ..said })
        }
        _ => notice(about, told, said),
    });
    notices.collect()
}

/// What `told` hears.
pub(crate) fn notice(about: About<'_>, told: Told, said: Said<'_>) -> Notice {
    let id = about.order.id;
    let label = match told.kind {
        Kind::Rejected => format!("Revise PO-{id} and submit it again"),
        _ => format!("Open PO-{id}"),
    };
    let letter = Letter {
        headline: headline(about, told.kind, said.by),
        paragraphs: said.text.map(str::to_owned).into_iter().collect(),
        facts: facts(about),
        actions: vec![Action {
            label,
            path: address(id),
        }],
        because: "What you are told of, and how, is yours to choose on your account page."
            .to_owned(),
    };
    Notice {
        to: told.to,
        kind: told.kind,
        priority: about.priority.unwrap_or(Priority::Normal),
        subject: subject(id),
        key: format!("{}/{id}/{}", told.kind.as_str(), said.once),
        letter,
        address: address(id),
    }
}

fn headline(about: About<'_>, kind: Kind, by: &str) -> String {
    let number = format!("PO-{}", about.order.id);
    let urgent = match about.priority.map(|priority| kind.urgency(priority)) {
        Some(Priority::Urgent) => "Urgent: ",
        Some(Priority::High) => "High priority: ",
        Some(Priority::Normal) | None => "",
    };
    match kind {
        Kind::ApprovalAsked => format!("{urgent}{number} waits for your decision"),
        Kind::AskedAsDelegate => {
            format!("{urgent}{number} waits for you to decide in place of {by}")
        }
        Kind::Forwarded => format!("{urgent}{by} forwarded the decision on {number} to you"),
        Kind::HandedOver => format!("{urgent}{by} handed the decision on {number} over to you"),
        Kind::Reminder => format!("{urgent}Your decision on {number} is soon due"),
        Kind::Escalated => format!("{urgent}{number} is late and now yours to decide too"),
        Kind::NobodyToEscalate => format!("{urgent}{number} is late, and nobody else can be asked"),
        Kind::NoLongerWaiting => format!("{number} does not wait for you any more"),
        Kind::Approved => format!("{number} is approved"),
        Kind::Rejected => format!("{number} is rejected"),
        Kind::TakenBack => format!("{number} was taken back by {by}"),
        Kind::Completed => format!("{number} is completed"),
        Kind::ReadyToPlace => format!("{number} is ready to be placed"),
        Kind::Mentioned => format!("{by} mentioned you on {number}"),
    }
}

fn facts(about: About<'_>) -> Vec<(String, String)> {
    let order = about.order;
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let mut facts = vec![
        fact("Raised by", about.submitter.to_owned()),
        fact(
            "Total",
            format!("{} {}", format_amount(order.total), order.currency),
        ),
    ];
    facts.extend(
        order
            .vendor
            .as_ref()
            .map(|vendor| fact("Vendor", vendor.name.clone())),
    );
    facts.extend(order.needed_by.map(|day| {
        let day = day.strftime("%-d %b %Y").to_string();
        fact("Needed by", day)
    }));
    facts.extend(about.due.map(|due| fact("Decide by", moment(due))));
    if !order.justification.is_empty() {
        facts.push(fact("Justification", order.justification.clone()));
    }
    let lines = order.lines.iter().take(LINES);
    facts.extend(lines.map(|line| fact(&format!("Line {}", line.position), in_words(line))));
    if order.lines.len() > LINES {
        facts.push(fact(
            "And",
            format!("{} more lines", order.lines.len() - LINES),
        ));
    }
    facts
}

/// "Desk, 2 each at 450.00".
fn in_words(line: &Line) -> String {
    let quantity = line.quantity.unwrap_or(Quantity::ZERO);
    let price = line.unit_price.map(UnitPrice::with_cents);
    let price = price.map_or_else(String::new, |price| format!(" at {price}"));
    format!("{}, {quantity} {}{price}", line.description, line.unit)
}

/// "5 Mar 2026, 14:00 UTC".
fn moment(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}
