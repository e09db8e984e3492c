//! The demo company (spec README, "The demo company"): made by one command in an empty database, the same every time but
//! for its times, which are relative to the moment it is made.
//!
//! Nothing here is faked: orders are raised and decided by the same services as everyone's, with a clock that is moved.

mod company;
mod fates;
mod many;
mod orders;
mod plan;

#[cfg(test)]
mod tests;

use domain::{actor::Actor, ids::PersonId, role::Role};
use jiff::{SignedDuration, Timestamp};

use crate::{Clock, Engine, Error, Result, notification, person};

/// The password of everyone in the demo.
pub const PASSWORD: &str = "countersign";

/// The company itself is older than its first order.
const FOUNDED_DAYS: i64 = 120;

/// What the people of the demo were told in the last days they have not read yet.
const NEWS_DAYS: i64 = 2;

/// How much the demo holds beside its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoSize {
    /// Purchase orders.
    pub purchase_orders: usize,
}

impl Default for DemoSize {
    fn default() -> Self {
        Self {
            purchase_orders: 120,
        }
    }
}

/// Makes the demo company. One that was interrupted is gone on with.
///
/// # Errors
/// `Refused` in a database that holds anything else, or the whole demo already.
pub async fn make(engine: &Engine, size: DemoSize) -> Result<()> {
    if company::interrupted(engine, size).await? {
        tracing::info!("an earlier demo was interrupted: going on with it");
    } else {
        people_only(engine).await?;
    }
    orders::make(engine, size).await?;
    let news = engine.clock().now() - SignedDuration::from_hours(24 * NEWS_DAYS);
    notification::read_before(engine, news).await
}

/// Makes the company without its orders: people, departments, vendors, settings.
///
/// # Errors
/// `Refused` in a database that holds anything.
pub async fn people_only(engine: &Engine) -> Result<()> {
    let founded = engine.clock().now() - SignedDuration::from_hours(24 * FOUNDED_DAYS);
    company::make(&at(engine, founded).await?).await
}

/// Whether this database is a demo.
pub async fn is_demo(engine: &Engine) -> Result<bool> {
    let demo = sqlx::query_scalar!("SELECT demo FROM organisation")
        .fetch_optional(engine.pool())
        .await?;
    Ok(demo.unwrap_or_default())
}

/// Someone of the demo by the name before the `@` of their email: `sam`.
///
/// # Errors
/// `NotFound` for nobody of the demo.
pub async fn actor(engine: &Engine, name: &str) -> Result<Actor> {
    let email = format!("{name}@example.com");
    let id = sqlx::query_scalar!("SELECT id FROM people WHERE lower(email) = $1", email)
        .fetch_optional(engine.pool())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(person::signed_in(engine, PersonId(id))
        .await?
        .ok_or(Error::NotFound)?
        .actor)
}

/// One line of the sign-in page's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name people read.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Their offices in words; what they are besides where they hold none.
    pub role: String,
}

/// Everyone active, as the demo's sign-in page lists them: in the order they joined. Empty anywhere else.
pub async fn members(engine: &Engine) -> Result<Vec<Member>> {
    let rows = sqlx::query!(
        r#"SELECT p.name, p.email,
               array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id ORDER BY r.role) AS "roles!",
               EXISTS (SELECT FROM people r WHERE r.manager_id = p.id) AS "manages!",
               EXISTS (SELECT FROM organisation o WHERE o.cfo_id = p.id) AS "is_cfo!"
           FROM people p WHERE p.deactivated_at IS NULL AND (SELECT demo FROM organisation) ORDER BY p.id LIMIT 100"#,
    )
    .fetch_all(engine.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut words: Vec<&str> = row
                .roles
                .iter()
                .filter_map(|r| Role::parse(r))
                .map(Role::title)
                .collect();
            if row.is_cfo {
                words.push("CFO");
            }
            if words.is_empty() {
                words.push(if row.manages { "Manager" } else { "Staff" });
            }
            Member {
                name: row.name,
                email: row.email,
                role: words.join(", "),
            }
        })
        .collect())
}

/// The same database at another time, standing still. What happened then is not mailed now.
async fn at(engine: &Engine, time: Timestamp) -> Result<Engine> {
    let then = Engine::open(
        engine.pool().clone(),
        Clock::fixed(time - engine.clock().moved()),
        engine.audit_key().clone(),
    )
    .await?;
    Ok(then.quietly())
}
