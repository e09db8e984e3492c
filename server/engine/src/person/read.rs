//! Reading people: the one who asks, one on their page, many in the list.

use domain::{
    actor::Actor,
    ids::{DepartmentId, PersonId},
    role::Role,
};
use jiff::Timestamp;

use crate::{Engine, Result};

/// Rows of one page of the list.
pub const PAGE: usize = 50;
/// People a select offers at most.
const CHOICES: i64 = 5000;

/// Whoever a session belongs to, as every page needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who rules are asked about.
    pub actor: Actor,
    /// What they signed in with.
    pub email: String,
    /// The time zone times are shown in.
    pub time_zone: String,
    /// Decisions that wait for them; at most 1,000 are counted.
    pub waiting: i64,
}

/// The person, if there is one and they are active: in one statement, for it is asked by every request.
pub async fn signed_in(engine: &Engine, id: PersonId) -> Result<Option<SignedIn>> {
    let row = sqlx::query!(
        r#"SELECT p.name, p.email, p.time_zone, p.override_approvals,
               array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id) AS "roles!",
               EXISTS (SELECT FROM people r WHERE r.manager_id = p.id AND r.deactivated_at IS NULL) AS "is_manager!",
               (SELECT count(*) FROM (
                   SELECT FROM decisions d WHERE d.assignee_id = p.id AND d.verdict IS NULL LIMIT 1000) w) AS "waiting!"
           FROM people p WHERE p.id = $1 AND p.deactivated_at IS NULL"#,
        id.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| SignedIn {
        actor: Actor {
            id,
            name: row.name,
            roles: parse_roles(&row.roles),
            override_approvals: row.override_approvals,
            is_manager: row.is_manager,
        },
        email: row.email,
        time_zone: row.time_zone,
        waiting: row.waiting,
    }))
}

/// Stored names as roles, in the order the spec names them.
pub(crate) fn parse_roles(names: &[String]) -> Vec<Role> {
    let mut roles: Vec<Role> = names.iter().filter_map(|name| Role::parse(name)).collect();
    roles.sort();
    roles
}

/// A person as their page shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `people.id`.
    pub id: PersonId,
    /// The name people read.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Offices held.
    pub roles: Vec<Role>,
    /// Whom they report to.
    pub manager: Option<(PersonId, String)>,
    /// Where they belong.
    pub department: Option<(DepartmentId, String)>,
    /// Holds `override_approvals`.
    pub override_approvals: bool,
    /// An IANA name.
    pub time_zone: String,
    /// When they left; `None` while active.
    pub deactivated_at: Option<Timestamp>,
    /// For the forms on their page.
    pub version: i32,
}

/// One person, active or not.
pub async fn get(engine: &Engine, id: PersonId) -> Result<Option<Person>> {
    let row = sqlx::query!(
        r#"SELECT p.name, p.email, p.manager_id, m.name AS "manager?", p.department_id, d.name AS "department?",
               p.override_approvals, p.time_zone, p.deactivated_at, p.version,
               array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id) AS "roles!"
           FROM people p LEFT JOIN people m ON m.id = p.manager_id LEFT JOIN departments d ON d.id = p.department_id
           WHERE p.id = $1"#,
        id.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| Person {
        id,
        name: row.name,
        email: row.email,
        roles: parse_roles(&row.roles),
        manager: row.manager_id.map(PersonId).zip(row.manager),
        department: row.department_id.map(DepartmentId).zip(row.department),
        override_approvals: row.override_approvals,
        time_zone: row.time_zone,
        deactivated_at: row.deactivated_at.map(jiff_sqlx::Timestamp::to_jiff),
        version: row.version,
    }))
}

/// Which people a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Part of a name or an email; empty: everyone.
    pub search: String,
    /// The last row of the page before, as its [`ListPage::next`] said.
    pub after: Option<(String, PersonId)>,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// `people.id`.
    pub id: PersonId,
    /// The name people read.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Offices held.
    pub roles: Vec<Role>,
    /// Whom they report to.
    pub manager: Option<String>,
    /// Where they belong.
    pub department: Option<String>,
    /// Holds `override_approvals`.
    pub override_approvals: bool,
    /// False once deactivated.
    pub active: bool,
}

/// One page of the list, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// At most [`PAGE`].
    pub rows: Vec<ListRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<(String, PersonId)>,
    /// How many there are; 1,001 means over 1,000.
    pub count: i64,
}

/// A page of people.
pub async fn list(engine: &Engine, query: &ListQuery) -> Result<ListPage> {
    let search = query.search.trim().to_lowercase().replace('\0', "");
    let (after_name, after_id) = query
        .after
        .clone()
        .map_or((None, None), |(name, id)| (Some(name), Some(id.0)));
    let found = sqlx::query!(
        r#"SELECT p.id, p.name, lower(p.name) AS "key!", p.email, p.override_approvals, p.deactivated_at IS NULL AS "active!",
               m.name AS "manager?", d.name AS "department?",
               array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id) AS "roles!"
           FROM people p LEFT JOIN people m ON m.id = p.manager_id LEFT JOIN departments d ON d.id = p.department_id
           WHERE ($1 = '' OR strpos(lower(p.name), $1) > 0 OR strpos(lower(p.email), $1) > 0)
               AND ($2::text IS NULL OR (lower(p.name), p.id) > ($2, $3::bigint))
           ORDER BY lower(p.name), p.id LIMIT 51"#,
        search,
        after_name,
        after_id,
    )
    .fetch_all(engine.pool())
    .await?;
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM people p
           WHERE $1 = '' OR strpos(lower(p.name), $1) > 0 OR strpos(lower(p.email), $1) > 0 LIMIT 1001) found"#,
        search,
    )
    .fetch_one(engine.pool())
    .await?;
    let more = found.len() > PAGE;
    let next = found
        .get(PAGE - 1)
        .filter(|_| more)
        .map(|last| (last.key.clone(), PersonId(last.id)));
    let rows = found
        .into_iter()
        .take(PAGE)
        .map(|row| ListRow {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
            roles: parse_roles(&row.roles),
            manager: row.manager,
            department: row.department,
            override_approvals: row.override_approvals,
            active: row.active,
        })
        .collect();
    Ok(ListPage { rows, next, count })
}

/// A person to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `people.id`.
    pub id: PersonId,
    /// The name people read.
    pub name: String,
    /// Tells two of a name apart.
    pub email: String,
}

/// Everyone active, by name.
pub async fn choices(engine: &Engine) -> Result<Vec<Choice>> {
    let rows = sqlx::query!(
        "SELECT id, name, email FROM people WHERE deactivated_at IS NULL ORDER BY lower(name), id LIMIT $1",
        CHOICES,
    )
    .fetch_all(engine.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Choice {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
        })
        .collect())
}
