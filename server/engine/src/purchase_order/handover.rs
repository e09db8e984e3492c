//! An open decision in other hands: forwarded, reassigned by an administrator, handed over by who goes away or leaves.

use domain::{
    actor::Actor,
    ids::{PersonId, PurchaseOrderId},
    notification::Kind,
    purchase_order::{
        By, Context, Order, Way, forward as may_go_to, pass, reassign as may_be_moved_to,
    },
    text,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx, request,
    transition_log::{self, Entry},
};

use super::{
    KIND, address,
    apply::{self, Door},
    notices::{self, Handed, Moved},
    service, store,
    store::Stored,
    subject,
};

/// Characters of a note.
const NOTE_MAX: usize = 2000;
/// Where who sees the order no more is led.
const INBOX: &str = "/approvals";

/// What a form asks: that somebody else decides what it showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The order.
    pub id: PurchaseOrderId,
    /// The version of the page it was asked from.
    pub version: i32,
    /// The form's.
    pub request_id: Uuid,
    /// Who is to decide.
    pub to: PersonId,
    /// Why; required.
    pub note: String,
}

/// A decision's way into other hands, as it is written.
pub(super) struct Handing<'a> {
    /// Of the history: `forward`, `reassign`, `hand_over`.
    pub event: &'a str,
    /// As in `decisions.source`.
    pub source: &'a str,
    /// Who hands it over.
    pub by: By,
    /// Who decides from now on.
    pub to: PersonId,
    /// Why.
    pub note: String,
}

impl Handing<'_> {
    /// What whoever decides from now on is told.
    fn told(&self) -> Kind {
        if self.event == "forward" {
            Kind::Forwarded
        } else {
            Kind::HandedOver
        }
    }
}

/// *Forward*: from whom it waits for, or who stands in for them, to somebody entitled. Returns where it leads.
///
/// # Errors
/// `NotFound`, `Stale` and `Repeated` as `execute`; `Forbidden` to whom it does not wait for; `Refused` beside `to`; `Invalid`
/// beside `note`.
pub async fn forward(engine: &Engine, actor: &Actor, asked: &Handover) -> Result<String> {
    let note = noted(asked)?;
    let (mut tx, stored) = begin(engine, actor, asked, "forward").await?;
    let now = engine.clock().now();
    let (rules, directory) = service::surroundings(&mut tx, &stored.order, &[], now).await?;
    let order = stored.order.clone().with_stand_ins(&directory, now);
    let context = Context {
        rules: &rules,
        directory: &directory,
        now,
    };
    let handing = Handing {
        event: "forward",
        source: "forward",
        by: may_go_to(&order, actor, asked.to, &context)?,
        to: asked.to,
        note,
    };
    give(&mut tx, engine, actor, &stored, &handing).await?;
    end(tx, actor, asked).await
}

/// *Reassign*: by an administrator, to anybody active who neither raised it nor is asked already, themselves excepted.
///
/// # Errors
/// As [`forward`].
pub async fn reassign_to(engine: &Engine, actor: &Actor, asked: &Handover) -> Result<String> {
    let note = noted(asked)?;
    let (mut tx, stored) = begin(engine, actor, asked, "reassign").await?;
    let handing = Handing {
        event: "reassign",
        source: "reassignment",
        by: may_be_moved_to(&stored.order, actor, asked.to)?,
        to: asked.to,
        note,
    };
    let active = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM people WHERE id = $1 AND deactivated_at IS NULL) AS "active!""#,
        asked.to.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    if !active {
        return Err(Error::field("to", "Choose somebody active from the list."));
    }
    give(&mut tx, engine, actor, &stored, &handing).await?;
    end(tx, actor, asked).await
}

fn noted(asked: &Handover) -> Result<String> {
    let note = text::multi_line(&asked.note, NOTE_MAX)
        .map_err(|too_long| Error::field("note", too_long.to_string()))?;
    if note.is_empty() {
        return Err(Error::field("note", "Say why, in a few words."));
    }
    Ok(note)
}

/// The form once, and the order locked as it was shown.
async fn begin(
    engine: &Engine,
    actor: &Actor,
    asked: &Handover,
    action: &str,
) -> Result<(Tx, Stored)> {
    let mut tx = engine.begin_deciding().await?;
    request::claim(&mut tx, engine, actor.id, asked.request_id, action).await?;
    store::lock(&mut tx, asked.id).await?;
    let stored = service::current(&mut tx, engine, actor, (asked.id, asked.version)).await?;
    Ok((tx, stored))
}

/// Leads back to the order, or to the inbox when it is not theirs to see any more.
async fn end(mut tx: Tx, actor: &Actor, asked: &Handover) -> Result<String> {
    let to = match service::seen(&mut tx, actor, asked.id).await {
        Ok(_) => address(asked.id),
        Err(Error::NotFound) => INBOX.to_owned(),
        Err(error) => return Err(error),
    };
    request::finish(&mut tx, actor.id, asked.request_id, &to).await?;
    tx.commit().await?;
    Ok(to)
}

/// Makes the delegate of somebody who goes away the approver of these, for good. The caller has the organisation to itself.
///
/// # Errors
/// `Invalid` for `hand_over`, naming those that the delegate raised and those that wait for somebody else.
pub(crate) async fn hand_over(
    tx: &mut Tx,
    engine: &Engine,
    by: &Actor,
    (from, to): (PersonId, PersonId),
    (orders, note): (&[PurchaseOrderId], &str),
) -> Result<()> {
    let mut orders = orders.to_vec();
    orders.sort_unstable();
    orders.dedup();
    let (mut raised, mut gone) = (Vec::new(), Vec::new());
    for id in orders {
        store::lock(tx, id).await?;
        let waits = |stored: &Stored| stored.order.waiting.is_some_and(|w| w.approver == from);
        match store::read(tx, id).await?.filter(waits) {
            None => gone.push(format!("PO-{id}")),
            Some(stored) if stored.order.submitter == to => raised.push(format!("PO-{id}")),
            Some(stored) => {
                let handing = Handing {
                    event: "hand_over",
                    source: "reassignment",
                    by: on_their_own(by),
                    to,
                    note: note.to_owned(),
                };
                give(tx, engine, by, &stored, &handing).await?;
            }
        }
    }
    if !raised.is_empty() {
        let raised = raised.join(", ");
        let message = format!(
            "The delegate raised {raised}, and nobody decides what they raised: untick it."
        );
        return Err(Error::field("hand_over", message));
    }
    if !gone.is_empty() {
        let message = format!(
            "{} waits for somebody else now: untick it.",
            gone.join(", ")
        );
        return Err(Error::field("hand_over", message));
    }
    Ok(())
}

/// An actor who hands something over as themselves.
pub(super) const fn on_their_own(actor: &Actor) -> By {
    By::Person {
        id: actor.id,
        way: Way::Own,
        on_behalf_of: None,
    }
}

/// Writes who decides from now on, and that it is so in the history; then passes the level, where they decided a lower one as
/// themselves already. The caller holds the order's lock.
pub(super) async fn give(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    stored: &Stored,
    handing: &Handing<'_>,
) -> Result<()> {
    let (order, to) = (&stored.order, handing.to);
    let Some(waiting) = order.waiting else {
        return Err(Error::internal(format!("{} waits for nobody", order.id)));
    };
    let mut moved = order.clone();
    if let Some(waiting) = &mut moved.waiting {
        waiting.approver = to;
        waiting.escalated_to = waiting.escalated_to.filter(|id| *id != to);
    }
    let now = engine.clock().now();
    let (rules, directory) = service::surroundings(tx, order, &[to], now).await?;
    let assignee = directory.assignee(to, order.submitter, now);
    write(tx, order, (to, assignee), handing.source).await?;
    let entry = entry(
        order,
        handing,
        [directory.name(waiting.approver), directory.name(to)],
    );
    transition_log::append(tx, engine, subject(order.id), &[entry]).await?;
    let context = Context {
        rules: &rules,
        directory: &directory,
        now,
    };
    let moved = moved.with_stand_ins(&directory, now);
    let passing = pass(&moved, &context);
    let handed = Handed {
        actor,
        version: stored.version,
        orders: (&order.clone().with_stand_ins(&directory, now), &moved),
        told: (handing.told(), passing.is_some()),
        note: &handing.note,
        directory: &directory,
    };
    notices::tell_of_handing(tx, engine, &handed).await?;
    let Some(decision) = passing else {
        return Ok(());
    };
    let stored = store::read(tx, order.id).await?.ok_or(Error::NotFound)?;
    apply::apply(tx, engine, actor, &stored, (&decision, Door::Page)).await?;
    let end = Moved {
        actor,
        from: (&moved, stored.version),
        decision: &decision,
        directory: &directory,
    };
    notices::tell_of(tx, engine, &end).await
}

/// The order's and its open decision's columns. Whoever it escalated to is still asked, unless it is theirs now.
async fn write(
    tx: &mut Tx,
    order: &Order,
    (to, assignee): (PersonId, PersonId),
    source: &str,
) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE decisions SET approver_id = $4, assignee_id = $5, source = $6, escalated_to_id = nullif(escalated_to_id, $4)
         WHERE subject_kind = $1 AND subject_id = $2 AND round = $3 AND verdict IS NULL",
        KIND,
        order.id.0,
        order.round,
        to.0,
        assignee.0,
        source,
    )
    .execute(&mut **tx)
    .await?;
    apply::one(done.rows_affected(), "decisions")?;
    let done = sqlx::query!(
        "UPDATE purchase_orders SET current_approver = $2, escalated_to = nullif(escalated_to, $2), version = version + 1
         WHERE id = $1",
        order.id.0,
        to.0,
    )
    .execute(&mut **tx)
    .await?;
    apply::one(done.rows_affected(), "purchase_orders")
}

/// The history's row: who handed it over, from whom, to whom, and why.
fn entry(order: &Order, handing: &Handing<'_>, [from, to]: [&str; 2]) -> Entry {
    let state = Some(order.state.as_str().to_owned());
    let level = order.waiting.map(|waiting| i16::from(waiting.level.0));
    let (actor, on_behalf_of) = match handing.by {
        By::Person {
            id, on_behalf_of, ..
        } => (Some(id), on_behalf_of),
        By::System | By::Timer => (None, None),
    };
    Entry {
        event: handing.event.to_owned(),
        from_state: state.clone(),
        to_state: state,
        round: Some(order.round),
        level,
        actor,
        on_behalf_of,
        way: "page",
        note: Some(handing.note.clone()),
        data: json!({ "from": from, "to": to }),
    }
}
