//! Deciding by the link of an email: what differs from the page is how it came in.

use domain::{
    actor::Actor,
    purchase_order::{EventKind, State},
};

use super::{
    apply::Door,
    service::{Command, apply_event, current},
};
use crate::{Engine, Error, Result, Tx};

/// Approves or rejects the locked order as `actor`, from a page that showed `command.version` of it. The caller commits.
pub(crate) async fn decide_by_link(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    command: &Command,
) -> Result<State> {
    let stored = current(tx, engine, actor, (command.id, command.version)).await?;
    if !matches!(command.event.kind(), EventKind::Approve | EventKind::Reject) {
        return Err(Error::Forbidden(
            "A link approves or rejects, nothing else.".to_owned(),
        ));
    }
    apply_event(tx, engine, actor, &stored, (&command.event, Door::Link)).await
}
