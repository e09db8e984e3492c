//! What is said when an order waits for too long: to whom it waits for, to whoever it escalated to, and to operations.

use domain::{
    ids::PersonId,
    notification::{Kind, To, Told},
    purchase_order::{Context, Order},
    role::Role,
};

use super::notices::{About, Said, notice};
use crate::notification::Notice;

/// It is soon due.
pub(super) fn reminder(order: &Order, context: &Context<'_>, assignee: PersonId) -> Notice {
    let told = (To::Person(assignee), Kind::Reminder);
    say(order, context, told, (None, None))
}

/// It is late: whoever it escalated to is asked, and who was asked is told. Where there is nobody, operations are told by [`overdue`].
pub(super) fn escalation(
    order: &Order,
    context: &Context<'_>,
    (assignee, to): (PersonId, Option<PersonId>),
) -> Vec<Notice> {
    let Some(to) = to else { return Vec::new() };
    let name = |person| context.directory.name(person).to_owned();
    let asked = order.waiting.map_or(assignee, |waiting| waiting.approver);
    let not_yet = format!("{} has not decided in time.", name(asked));
    let number = order.id;
    let late = format!("PO-{number} is late: {} may decide it too", name(to));
    // Who is away is stood in for here too.
    let asked_too = context.directory.assignee(to, order.submitter, context.now);
    vec![
        say(
            order,
            context,
            (To::Person(asked_too), Kind::Escalated),
            (None, Some(&not_yet)),
        ),
        say(
            order,
            context,
            (To::Person(assignee), Kind::Reminder),
            (Some(late), Some("The decision is still yours as well.")),
        ),
    ]
}

/// It still waits: for nobody above, or a day after it escalated, and daily from then on.
pub(super) fn overdue(order: &Order, context: &Context<'_>) -> Notice {
    let waiting = order.waiting.into_iter();
    let people: Vec<&str> = waiting
        .flat_map(|waiting| [Some(waiting.approver), waiting.escalated_to])
        .flatten()
        .map(|person| context.directory.name(person))
        .collect();
    let text = format!("It waits for {}.", people.join(" and "));
    let headline = (people.len() > 1).then(|| format!("PO-{} is late, and still waits", order.id));
    let operations = (To::Role(Role::Operations), Kind::NobodyToEscalate);
    say(order, context, operations, (headline, Some(&text)))
}

fn say(
    order: &Order,
    context: &Context<'_>,
    (to, kind): (To, Kind),
    (headline, text): (Option<String>, Option<&str>),
) -> Notice {
    let about = About {
        order,
        submitter: context.directory.name(order.submitter),
        priority: order.priority,
        due: order.waiting.map(|waiting| waiting.due),
    };
    let level = order.waiting.map_or(0, |waiting| waiting.level.0);
    let at = context.now.as_second();
    // Two that ring in the same second, after a while without a worker, are two things.
    let late = headline.as_ref().map_or("", |_| "-late");
    let once = format!("round-{}-level-{level}{late}-{at}", order.round);
    let said = Said {
        by: "",
        text,
        once: &once,
    };
    let mut notice = notice(about, Told { to, kind }, said);
    if let Some(headline) = headline {
        notice.letter.headline = headline;
    }
    notice
}
