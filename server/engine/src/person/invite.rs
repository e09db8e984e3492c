//! Inviting somebody who has no password yet: they are sent a link to choose their own.

use domain::{actor::Actor, ids::PersonId};
use serde_json::json;

use super::{
    Form, change,
    store::{self, begin},
};
use crate::{
    Engine, Error, Result,
    password_link::{self, Purpose},
};

/// Sends somebody another invitation; the ones before go on working for as long as they would have.
///
/// # Errors
/// `Stale` for somebody who has left or who has chosen a password meanwhile.
pub async fn invite(engine: &Engine, by: &Actor, form: Form, id: PersonId) -> Result<()> {
    let mut tx = begin(engine, by, form.request_id, "invite_person").await?;
    let person = store::lock(&mut tx, id, form).await?;
    let name = &person.profile.name;
    if !person.active {
        return Err(Error::Stale(format!("{name} has been deactivated.")));
    }
    if person.has_password {
        return Err(Error::Stale(format!("{name} has a password already.")));
    }
    password_link::send(&mut tx, engine, id, Purpose::Invitation).await?;
    change::finish(tx, engine, by.id, (id, form), ("invite", json!({}))).await
}
