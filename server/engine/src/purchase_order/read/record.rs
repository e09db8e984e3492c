//! One order's page: the order, what this reader may do, its route, what happened and was said.

use domain::{
    actor::Actor,
    directory::Directory,
    ids::{PersonId, PurchaseOrderId},
    money::{Quantity, UnitPrice},
    permission::Permission,
    purchase_order::{
        By, Context, EventKind, Line, Order, Refusal, RejectionCategory, State, entitled,
        may_forward, may_reassign, permission,
    },
};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::{
    difference::{Difference, difference},
    duplicate::{Duplicate, duplicates},
    route::{RouteEntry, route},
    why::{Why, why},
};
use crate::{
    Engine, Result,
    activity::{self, Activity, Place},
    attachment::{self, Attachment},
    purchase_order::{service, subject},
};

/// All that an order's page shows.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// The order.
    pub order: Order,
    /// What a form on the page carries.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it stands where it stands.
    pub status_changed_at: Timestamp,
    /// Why it was rejected, while it is.
    pub rejection: Option<(RejectionCategory, String)>,
    /// Who raised it.
    pub submitter: String,
    /// The department's name.
    pub department: Option<String>,
    /// Level by level.
    pub route: Vec<RouteEntry>,
    /// Why that level, those people, that deadline.
    pub why: Why,
    /// Whom the reader would decide for, as who stands in for them.
    pub on_behalf_of: Option<String>,
    /// To whom the reader may forward what is waited for; `None`: it is not theirs to forward.
    pub forwards_to: Option<Vec<(PersonId, String)>>,
    /// Whether the reader may reassign it.
    pub reassigns: bool,
    /// What this reader may do; hidden ones are left out.
    pub actions: Vec<(EventKind, Permission<Refusal, By>)>,
    /// Lines of rejected rounds, newest first.
    pub rejected: Vec<RejectedRound>,
    /// What changed since it was last shown to approvers, while it is again.
    pub difference: Option<Difference>,
    /// Orders that this one may be a duplicate of: told to its submitter and its approver, until it is decided.
    pub duplicates: Vec<Duplicate>,
    /// Files, oldest first.
    pub attachments: Vec<Attachment>,
    /// What happened and was said, newest first.
    pub activity: Activity,
}

/// The lines an order had when it was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRound {
    /// The round.
    pub round: i32,
    /// By position.
    pub lines: Vec<Line>,
}

/// An order as `actor` sees it.
///
/// # Errors
/// `NotFound` for one the actor may not see.
pub async fn record(engine: &Engine, actor: &Actor, id: PurchaseOrderId) -> Result<RecordView> {
    record_from(engine, actor, id, None).await
}

/// As [`record`], with the activity after `place`.
pub async fn record_from(
    engine: &Engine,
    actor: &Actor,
    id: PurchaseOrderId,
    place: Option<Place>,
) -> Result<RecordView> {
    // One moment for all of it: a page never shows the state of before with the lines of after.
    let mut db = engine.one_moment().await?;
    let now = engine.clock().now();
    let stored = service::seen_at(&mut db, actor, id, now).await?;
    let removable = service::removable_since(&stored, actor);
    let since = stored.submitted_at;
    let order = stored.order;
    let (rules, people) = service::surroundings(&mut db, &order, &[], now).await?;
    let order = order.with_stand_ins(&people, now);
    let context = Context {
        rules: &rules,
        directory: &people,
        now,
    };
    let actions: Vec<_> = EventKind::ALL
        .iter()
        .map(|kind| (*kind, permission(&order, *kind, actor, &context)))
        .filter(|(_, permission)| *permission != Permission::Hidden)
        .collect();
    let names = sqlx::query!(
        r#"SELECT p.name AS "submitter!", (SELECT d.name FROM departments d WHERE d.id = $2) AS department FROM people p WHERE p.id = $1"#,
        order.submitter.0,
        order.department.map(|d| d.0),
    )
    .fetch_one(&mut *db)
    .await?;
    let route = route(&mut db, &order, &context).await?;
    let why = why(&mut db, &order, &rules, &people).await?;
    let duplicates = if is_told(&order, actor, &actions) {
        let at = since.unwrap_or(context.now);
        duplicates(&mut db, &order, actor, at).await?
    } else {
        Vec::new()
    };
    let rejected = rejected(&mut db, id).await?;
    let difference = difference(&mut db, &order, names.department.as_deref()).await?;
    let attachments = attachment::all(&mut db, subject(id), removable).await?;
    let activity = activity::read(&mut db, subject(id), place).await?;
    db.commit().await?;
    Ok(RecordView {
        on_behalf_of: on_behalf_of(&actions, &people),
        forwards_to: may_forward(&order, actor).map(|_| others(&order, actor, &context)),
        reassigns: may_reassign(&order, actor),
        version: stored.version,
        created_at: stored.created_at,
        status_changed_at: stored.status_changed_at,
        rejection: stored.rejection,
        submitter: names.submitter,
        department: names.department,
        route,
        why,
        actions,
        rejected,
        difference,
        duplicates,
        attachments,
        activity,
        order,
    })
}

/// Whether it is the reader's to raise or to decide the order now.
fn is_told(
    order: &Order,
    reader: &Actor,
    actions: &[(EventKind, Permission<Refusal, By>)],
) -> bool {
    let open = order.state == State::Draft || order.state.in_approval();
    let decides = actions.iter().any(|(kind, _)| *kind == EventKind::Approve);
    open && (reader.id == order.submitter || decides)
}

/// Whom the reader decides for, where they stand in for somebody.
fn on_behalf_of(
    actions: &[(EventKind, Permission<Refusal, By>)],
    people: &Directory,
) -> Option<String> {
    actions.iter().find_map(|(_, permission)| match permission {
        Permission::Allowed(By::Person {
            on_behalf_of: Some(principal),
            ..
        }) => Some(people.name(*principal).to_owned()),
        _ => None,
    })
}

/// Who may be asked in the approver's stead, by name.
fn others(order: &Order, actor: &Actor, context: &Context<'_>) -> Vec<(PersonId, String)> {
    let people = entitled(order, context).into_iter();
    let others = people.filter(|id| *id != actor.id);
    let mut named: Vec<_> = others
        .map(|id| (id, context.directory.name(id).to_owned()))
        .collect();
    named.sort_by_key(|(id, name)| (name.to_lowercase(), *id));
    named
}

async fn rejected(db: &mut PgConnection, id: PurchaseOrderId) -> Result<Vec<RejectedRound>> {
    let rows = sqlx::query!(
        "SELECT round, position, description, quantity, unit, unit_price, cost_centre
         FROM rejected_items WHERE purchase_order_id = $1 ORDER BY round DESC, position",
        id.0,
    )
    .fetch_all(db)
    .await?;
    let mut rounds: Vec<RejectedRound> = Vec::new();
    for row in rows {
        let line = Line {
            position: row.position.into(),
            description: row.description,
            quantity: Quantity::from_decimal(row.quantity),
            unit: row.unit,
            unit_price: UnitPrice::from_decimal(row.unit_price),
            cost_centre: row.cost_centre,
            received: Quantity::ZERO,
        };
        match rounds.last_mut() {
            Some(last) if last.round == row.round => last.lines.push(line),
            _ => rounds.push(RejectedRound {
                round: row.round,
                lines: vec![line],
            }),
        }
    }
    Ok(rounds)
}
