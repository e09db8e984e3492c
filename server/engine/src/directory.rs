//! The part of the organisation that one record's routing needs, in one statement.

use std::collections::BTreeMap;

use domain::{
    approval_rule::{ApproverRule, RuleSet},
    away::Away,
    directory::{Directory, Person},
    ids::{DepartmentId, PersonId},
    money::Currency,
    role::Role,
    second_factor::Above,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::Result;

/// Whose organisation is loaded, and when.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Who raised the record.
    pub submitter: PersonId,
    /// Its department.
    pub department: Option<DepartmentId>,
    /// Who else matters: whom it waits for.
    pub also: Vec<PersonId>,
    /// Who is away then.
    pub at: Timestamp,
}

/// Loads everyone `rules` can reach for a record: those they name, holders of the roles they name, executives, the managers of all
/// of them, and whoever stands in for any of them while they are away.
pub async fn load(db: &mut PgConnection, wanted: &Wanted, rules: &RuleSet) -> Result<Directory> {
    let (mut people, role_names) = named(rules);
    people.push(wanted.submitter.0);
    people.extend(wanted.also.iter().map(|person| person.0));
    reached(db, (&people, &role_names), wanted.department, wanted.at).await
}

/// Loads these people, their managers, and whoever stands in for any of them.
pub(crate) async fn around(
    db: &mut PgConnection,
    people: &[i64],
    at: Timestamp,
) -> Result<Directory> {
    reached(db, (people, &[]), None, at).await
}

async fn reached(
    db: &mut PgConnection,
    (people, role_names): (&[i64], &[String]),
    department: Option<DepartmentId>,
    at: Timestamp,
) -> Result<Directory> {
    // What waits for each is asked only where several hold a role, of whom the one with the fewest is chosen.
    // UNION, not UNION ALL: a loop of managers ends. The settings by their key, and the people by an array of theirs: else the
    // planner expects thousands of rows, and where its JIT is on compiles the statement first, half a second each time.
    let rows = sqlx::query_as!(
        Row,
        r#"WITH RECURSIVE
           settings AS (SELECT cfo_id, second_factor_above, currency FROM organisation WHERE id = 1),
           holders AS (SELECT person_id FROM person_roles WHERE role = ANY($2)),
           head AS (SELECT head_id FROM departments WHERE id = $3),
           reached (id) AS (
               SELECT unnest($1::bigint[])
               UNION SELECT person_id FROM holders
               UNION SELECT cfo_id FROM settings
               UNION SELECT head_id FROM head
               UNION SELECT person_id FROM person_roles WHERE role = 'executive'
               UNION SELECT step.id FROM reached r JOIN people p ON p.id = r.id
                   LEFT JOIN away_periods a ON a.person_id = p.id AND a.until_at > $4 AND a.from_at <= $4
                   CROSS JOIN LATERAL (VALUES (p.manager_id), (a.delegate_id)) AS step (id))
           SELECT p.id AS "id!", p.name AS "name!", p.manager_id, p.deactivated_at IS NULL AS "active!",
               array(SELECT role FROM person_roles pr WHERE pr.person_id = p.id) AS "roles!",
               CASE WHEN (SELECT count(*) FROM holders) > 1 AND EXISTS (SELECT FROM holders h WHERE h.person_id = p.id)
                   THEN (SELECT count(*) FROM decisions d WHERE d.approver_id = p.id AND d.verdict IS NULL) ELSE 0 END AS "waiting!",
               (SELECT cfo_id FROM settings) AS cfo_id,
               (SELECT second_factor_above FROM settings) AS above, (SELECT currency FROM settings) AS "currency!", (SELECT head_id FROM head) AS head_id,
               a.from_at AS "from_at?", a.until_at AS "until_at?", a.delegate_id
           FROM people p LEFT JOIN away_periods a ON a.person_id = p.id AND a.until_at > $4 AND a.from_at <= $4
           WHERE p.id = ANY(array(SELECT id FROM reached))"#,
        people,
        role_names,
        department.map(|d| d.0),
        at.to_sqlx(),
    )
    .fetch_all(&mut *db)
    .await?;
    Ok(directory(rows, department))
}

/// One person, with what is the organisation's and the department's.
struct Row {
    id: i64,
    name: String,
    manager_id: Option<i64>,
    active: bool,
    roles: Vec<String>,
    waiting: i64,
    cfo_id: Option<i64>,
    above: Option<Decimal>,
    currency: String,
    head_id: Option<i64>,
    from_at: Option<jiff_sqlx::Timestamp>,
    until_at: Option<jiff_sqlx::Timestamp>,
    delegate_id: Option<i64>,
}

fn directory(rows: Vec<Row>, department: Option<DepartmentId>) -> Directory {
    let first = rows.first();
    let (cfo, head) = first.map_or((None, None), |row| (row.cfo_id, row.head_id));
    let mut directory = Directory {
        people: BTreeMap::new(),
        cfo: cfo.map(PersonId),
        heads: department.zip(head.map(PersonId)).into_iter().collect(),
        away: BTreeMap::new(),
        second_factor_above: first.and_then(|row| {
            Some(Above {
                amount: row.above?,
                currency: Currency::parse(&row.currency)?,
            })
        }),
    };
    for row in rows {
        let id = PersonId(row.id);
        if let Some((from, until)) = row.from_at.zip(row.until_at) {
            let away = Away {
                from: from.to_jiff(),
                until: until.to_jiff(),
                delegate: row.delegate_id.map(PersonId),
            };
            directory.away.insert(id, away);
        }
        let roles = row.roles.iter();
        let person = Person {
            id,
            name: row.name,
            manager: row.manager_id.map(PersonId),
            roles: roles.filter_map(|role| Role::parse(role)).collect(),
            active: row.active,
            waiting: row.waiting,
        };
        directory.people.insert(id, person);
    }
    directory
}

/// Everyone, every office and every head: what rules as a whole are tried on.
pub async fn whole(db: &mut PgConnection) -> Result<Directory> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.name, p.manager_id, p.deactivated_at IS NULL AS "active!",
               coalesce(r.roles, '{}') AS "roles!", coalesce(d.waiting, 0) AS "waiting!"
           FROM people p
               LEFT JOIN (SELECT person_id, array_agg(role) AS roles FROM person_roles GROUP BY person_id) r ON r.person_id = p.id
               LEFT JOIN (SELECT approver_id, count(*) AS waiting FROM decisions WHERE verdict IS NULL GROUP BY approver_id) d
                   ON d.approver_id = p.id"#
    )
    .fetch_all(&mut *db)
    .await?;
    let people = rows.into_iter().map(|row| {
        let id = PersonId(row.id);
        let roles = row.roles.iter().filter_map(|role| Role::parse(role));
        let person = Person {
            id,
            name: row.name,
            manager: row.manager_id.map(PersonId),
            roles: roles.collect(),
            active: row.active,
            waiting: row.waiting,
        };
        (id, person)
    });
    let people = people.collect();
    let heads =
        sqlx::query!(r#"SELECT id, head_id AS "head!" FROM departments WHERE head_id IS NOT NULL"#)
            .fetch_all(&mut *db)
            .await?;
    let heads = heads.into_iter();
    let cfo = sqlx::query_scalar!("SELECT cfo_id FROM organisation WHERE id = 1")
        .fetch_one(&mut *db)
        .await?;
    Ok(Directory {
        people,
        cfo: cfo.map(PersonId),
        heads: heads
            .map(|row| (DepartmentId(row.id), PersonId(row.head)))
            .collect(),
        // Whom rules name depends neither on who is away today nor on how they sign in.
        away: BTreeMap::new(),
        second_factor_above: None,
    })
}

/// The people and the roles that rules name.
fn named(rules: &RuleSet) -> (Vec<i64>, Vec<String>) {
    let mut people = Vec::new();
    let mut role_names = Vec::new();
    for rule in &rules.levels {
        match rule.approver {
            ApproverRule::Person(person) => people.push(person.0),
            ApproverRule::Role(role) => role_names.push(role.as_str().to_owned()),
            ApproverRule::Manager | ApproverRule::Cfo | ApproverRule::DepartmentHead => {}
        }
    }
    let fallbacks = rules.fallback.iter().chain(&rules.fallback_alternate);
    people.extend(fallbacks.map(|person| person.0));
    (people, role_names)
}

/// Whether `manager` stands above `person` in the chain of managers.
pub async fn manages(db: &mut PgConnection, manager: PersonId, person: PersonId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"WITH RECURSIVE chain (id) AS (
               SELECT manager_id FROM people WHERE id = $2
               UNION SELECT p.manager_id FROM people p JOIN chain c ON p.id = c.id)
           SELECT EXISTS (SELECT FROM chain WHERE id = $1) AS "found!""#,
        manager.0,
        person.0,
    )
    .fetch_one(&mut *db)
    .await?;
    Ok(found)
}

/// The departments to choose from, as `(id, name)`: the active ones, and the one chosen before.
pub async fn departments(
    db: &mut PgConnection,
    chosen: Option<DepartmentId>,
) -> Result<Vec<(DepartmentId, String)>> {
    let rows = sqlx::query!(
        "SELECT id, name FROM departments WHERE active OR id = $1 ORDER BY lower(name)",
        chosen.map(|id| id.0),
    )
    .fetch_all(&mut *db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (DepartmentId(row.id), row.name))
        .collect())
}

/// The department a person belongs to.
pub async fn department_of(
    db: &mut PgConnection,
    person: PersonId,
) -> Result<Option<DepartmentId>> {
    let id = sqlx::query_scalar!("SELECT department_id FROM people WHERE id = $1", person.0)
        .fetch_optional(&mut *db)
        .await?;
    Ok(id.flatten().map(DepartmentId))
}
