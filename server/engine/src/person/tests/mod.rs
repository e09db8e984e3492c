mod account;
mod changes;
mod leaving;
mod reading;

use domain::{actor::Actor, ids::PersonId, role::Role};
use serde_json::Value;

use super::{Form, Person, Profile, get, subject};
use crate::{
    Engine, Error,
    testing::{actor, request},
    transition_log,
};

async fn id(engine: &Engine, name: &str) -> PersonId {
    actor(engine, name).await.id
}

async fn person(engine: &Engine, id: PersonId) -> Person {
    get(engine, id).await.unwrap().unwrap()
}

/// A form as their page would render it now.
async fn form(engine: &Engine, id: PersonId) -> Form {
    Form {
        request_id: request(),
        version: person(engine, id).await.version,
    }
}

/// What their page's form holds now.
async fn profile(engine: &Engine, id: PersonId) -> Profile {
    let person = person(engine, id).await;
    Profile {
        name: person.name,
        email: person.email,
        roles: person.roles,
        manager: person.manager.map(|(id, _)| id),
        department: person.department.map(|(id, _)| id),
        time_zone: person.time_zone,
        phone: person.phone.unwrap_or_default(),
    }
}

fn newcomer(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
        roles: Vec::new(),
        manager: None,
        department: None,
        time_zone: "Europe/Berlin".to_owned(),
        phone: String::new(),
    }
}

/// Changes one thing of someone, as Ada.
async fn change(engine: &Engine, name: &str, with: impl FnOnce(&mut Profile)) -> crate::Result<()> {
    let (ada, id) = (actor(engine, "ada").await, id(engine, name).await);
    let mut profile = profile(engine, id).await;
    with(&mut profile);
    super::update(engine, &ada, form(engine, id).await, id, &profile).await
}

/// A second administrator.
async fn promote(engine: &Engine, name: &str) -> Actor {
    change(engine, name, |profile| {
        profile.roles.push(Role::Administrator);
    })
    .await
    .unwrap();
    actor(engine, name).await
}

/// The newest row of a person's history: event, who, data.
async fn newest(engine: &Engine, id: PersonId) -> (String, Option<String>, Value) {
    let row = transition_log::history(engine, subject(id), None, 1)
        .await
        .unwrap()
        .remove(0);
    (row.event, row.actor, row.data)
}

/// The fields at fault, with what is said of each.
fn faults(error: &Error) -> Vec<(&str, &str)> {
    match error {
        Error::Invalid(faults) => faults
            .iter()
            .map(|f| (f.field.as_str(), f.message.as_str()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn fields(error: &Error) -> Vec<&str> {
    faults(error).into_iter().map(|(field, _)| field).collect()
}
