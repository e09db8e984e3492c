//! By which ways somebody wants to be told of what. What is not said is wanted.

use std::collections::BTreeSet;

use domain::{
    ids::PersonId,
    notification::{Kind, Way},
};
use uuid::Uuid;

use crate::{Engine, Result, request};

/// Where people choose.
const ADDRESS: &str = "/account";

/// What somebody does not want.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences(BTreeSet<(Kind, Way)>);

impl Preferences {
    /// Whether they want to be told of `kind` by `way`.
    pub fn wants(&self, kind: Kind, way: Way) -> bool {
        !self.0.contains(&(kind, way))
    }
}

/// What somebody chose.
pub async fn preferences(engine: &Engine, person: PersonId) -> Result<Preferences> {
    let rows = sqlx::query!(
        "SELECT kind, way FROM notification_preferences WHERE person_id = $1 AND NOT wanted",
        person.0,
    )
    .fetch_all(engine.pool())
    .await?;
    let unwanted = rows
        .iter()
        .filter_map(|row| Kind::parse(&row.kind).zip(Way::parse(&row.way)));
    Ok(Preferences(unwanted.collect()))
}

/// Keeps what somebody chose: `wants` answers for every kind and each way that reaches anybody with it.
///
/// # Errors
/// `Repeated` for a second click.
pub async fn choose(
    engine: &Engine,
    person: PersonId,
    request_id: Uuid,
    wants: impl Fn(Kind, Way) -> bool,
) -> Result<()> {
    let (mut kinds, mut names, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    for kind in Kind::ALL {
        for way in Way::ALL.iter().filter(|way| way.brings(*kind)) {
            kinds.push(kind.as_str().to_owned());
            names.push(way.as_str().to_owned());
            wanted.push(wants(*kind, *way));
        }
    }
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, person, request_id, "choose_notifications").await?;
    sqlx::query!(
        "INSERT INTO notification_preferences (person_id, kind, way, wanted)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::boolean[])
         ON CONFLICT (person_id, kind, way) DO UPDATE SET wanted = excluded.wanted",
        person.0,
        &kinds,
        &names,
        &wanted,
    )
    .execute(&mut *tx)
    .await?;
    request::finish(&mut tx, person, request_id, ADDRESS).await?;
    tx.commit().await?;
    Ok(())
}
