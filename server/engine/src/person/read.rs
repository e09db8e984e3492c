//! Reading people: the one who asks, one on their page, many in the list.

use domain::{
    actor::Actor,
    ids::{DepartmentId, PersonId},
    role::Role,
    second_factor::{SecondFactor, Standing},
};
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};

use crate::{
    Engine, Result,
    list::{self, Filter, Kind, Listed, Record, Sort, Spec, Test, Words},
};

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
    /// Decisions that wait for them; at most 100 are counted.
    pub waiting: i64,
    /// Notifications they have not read; at most 100 are counted.
    pub unread: i64,
}

/// The person, if there is one and they are active: in one statement, for it is asked by every request. With it comes how far the
/// demo's clock was moved, by whichever server.
pub async fn signed_in(engine: &Engine, id: PersonId) -> Result<Option<SignedIn>> {
    active(engine, engine.pool(), id).await
}

/// As [`signed_in`], on a connection that is already held.
pub(crate) async fn active(
    engine: &Engine,
    db: impl PgExecutor<'_>,
    id: PersonId,
) -> Result<Option<SignedIn>> {
    let row = sqlx::query!(
        r#"SELECT p.name, p.email, p.time_zone, p.override_approvals,
               array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id) AS "roles!",
               EXISTS (SELECT FROM people r WHERE r.manager_id = p.id AND r.deactivated_at IS NULL) AS "is_manager!",
               (SELECT count(*) FROM (
                   SELECT FROM decisions d WHERE d.assignee_id = p.id AND d.verdict IS NULL
                   UNION ALL SELECT FROM decisions d WHERE d.escalated_to_id = p.id AND d.assignee_id <> p.id AND d.verdict IS NULL
                   LIMIT 100) w) AS "waiting!",
               (SELECT count(*) FROM (
                   SELECT FROM notifications n WHERE n.person_id = p.id AND n.in_app AND n.read_at IS NULL LIMIT 100) u) AS "unread!",
               o.clock_moved_seconds AS clock_moved,
               EXISTS (SELECT FROM second_factors f WHERE f.person_id = p.id) AS "has_second_factor!",
               o.second_factor_for_all OR EXISTS (
                   SELECT FROM person_roles r WHERE r.person_id = p.id AND r.role = ANY (o.second_factor_roles)) AS "needs_second_factor!"
           FROM people p CROSS JOIN organisation o WHERE o.id = 1 AND p.id = $1 AND p.deactivated_at IS NULL"#,
        id.0,
    )
    .fetch_optional(db)
    .await?;
    if let Some(row) = &row {
        engine.clock().moved_by(row.clock_moved);
    }
    Ok(row.map(|row| SignedIn {
        actor: Actor {
            id,
            name: row.name,
            roles: parse_roles(&row.roles),
            override_approvals: row.override_approvals,
            is_manager: row.is_manager,
            second_factor: SecondFactor {
                required: row.needs_second_factor,
                standing: if row.has_second_factor {
                    Standing::SetUp
                } else {
                    Standing::None
                },
            },
        },
        email: row.email,
        time_zone: row.time_zone,
        waiting: row.waiting,
        unread: row.unread,
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
    /// Where urgent text messages go, as E.164 writes it.
    pub phone: Option<String>,
    /// When they left; `None` while active.
    pub deactivated_at: Option<Timestamp>,
    /// False until they have chosen one by their invitation.
    pub has_password: bool,
    /// For the forms on their page.
    pub version: i32,
}

/// One person, active or not.
pub async fn get(engine: &Engine, id: PersonId) -> Result<Option<Person>> {
    let row = sqlx::query!(
        r#"SELECT p.name, p.email, p.manager_id, m.name AS "manager?", p.department_id, d.name AS "department?",
               p.override_approvals, p.time_zone, p.phone, p.deactivated_at, p.version, p.password_hash IS NOT NULL AS "has_password!",
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
        phone: row.phone,
        deactivated_at: row.deactivated_at.map(jiff_sqlx::Timestamp::to_jiff),
        has_password: row.has_password,
        version: row.version,
    }))
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

/// Every role, as filters name it.
const ROLES: [&str; Role::ALL.len()] = {
    let mut names = [""; Role::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Role::ALL[at].as_str();
        at += 1;
    }
    names
};

/// What the list of people can be asked.
pub static PEOPLE: Spec = Spec {
    path: super::LIST,
    table: "people p",
    key: "p.id",
    sorts: &[
        Sort::by("name", "Name", "lower(p.name)", Kind::Text),
        Sort::by("email", "Email", "lower(p.email)", Kind::Text),
    ],
    filters: &[
        Filter::new(
            "role",
            "Role",
            Test::KeyIn(
                "SELECT person_id FROM person_roles WHERE role = ",
                Kind::OneOf(&ROLES),
            ),
        ),
        Filter::new(
            "manager",
            "Manager",
            Test::Is("p.manager_id", Kind::Id(Record::Person)),
        ),
        Filter::new(
            "department",
            "Department",
            Test::Is("p.department_id", Kind::Id(Record::Department)),
        ),
        Filter::new(
            "active",
            "Account",
            list::active("(p.deactivated_at IS NULL)::text"),
        ),
    ],
    words: Some(Words::of("people")),
};

impl Listed for ListRow {
    fn spec() -> &'static Spec {
        &PEOPLE
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT p.id, p.name, p.email, p.override_approvals, p.deactivated_at IS NULL AS "active!",
                   m.name AS "manager?", d.name AS "department?",
                   array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id) AS "roles!"
               FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place) JOIN people p ON p.id = asked.id
                   LEFT JOIN people m ON m.id = p.manager_id LEFT JOIN departments d ON d.id = p.department_id
               ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        let rows = rows.into_iter().map(|row| ListRow {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
            roles: parse_roles(&row.roles),
            manager: row.manager,
            department: row.department,
            override_approvals: row.override_approvals,
            active: row.active,
        });
        Ok(rows.collect())
    }
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
