//! Its people, departments, vendors and settings: in one transaction, into an empty database.

use std::collections::BTreeMap;

use domain::{
    ids::{DepartmentId, PersonId},
    role::Role,
};
use jiff_sqlx::ToSqlx;
use serde_json::json;
use sqlx::PgConnection;

use super::{DemoSize, FOUNDED_DAYS, PASSWORD};
use crate::{
    Engine, Error, Result, Tx, exchange_rate, password,
    person::{self, Profile},
    search::words,
    transition_log::{self, Entry, Subject},
};

/// One of the company.
struct Member {
    name: &'static str,
    roles: &'static [Role],
    /// By first name; empty: nobody.
    manager: &'static str,
    department: &'static str,
}

const fn member(
    name: &'static str,
    roles: &'static [Role],
    manager: &'static str,
    department: &'static str,
) -> Member {
    Member {
        name,
        roles,
        manager,
        department,
    }
}

/// Everyone, managers before their reports.
const PEOPLE: &[Member] = &[
    member("Ada Admin", &[Role::Administrator], "", "IT"),
    member("Carla Chief", &[Role::Executive], "", "Management"),
    member("Vik Vance", &[Role::Vp], "Carla", "Management"),
    member("Dora Diaz", &[Role::Director], "Vik", "Engineering"),
    member("Fay Finch", &[Role::FinanceManager], "Carla", "Finance"),
    member("Mia Moss", &[], "Dora", "Engineering"),
    member("Sam Stone", &[], "Mia", "Engineering"),
    member("Tess Tran", &[], "Mia", "Sales"),
    member("Pat Price", &[Role::Purchasing], "Fay", "Finance"),
    member("Leo Lane", &[Role::LegalReviewer], "Carla", "Legal"),
    member("Tia Todd", &[Role::TechnicalReviewer], "Vik", "Engineering"),
    member("Max Mead", &[Role::MarketingReviewer], "Vik", "Sales"),
    member("Lena Lowe", &[Role::SupportLead], "Dora", "Support"),
    member("Gil Gray", &[Role::SupportAgent], "Lena", "Support"),
    member("Ana Ames", &[Role::SupportAgent], "Lena", "Support"),
    member("Ben Boyd", &[Role::SupportAgent], "Lena", "Support"),
    member("Hana Holt", &[Role::Hr], "Carla", "People"),
    member("Ike Ives", &[Role::It], "Vik", "IT"),
    member("Oli Odom", &[Role::Operations], "Vik", "Operations"),
    member("Aud Abel", &[Role::Auditor], "", "Management"),
];

/// Departments with their heads.
const DEPARTMENTS: &[(&str, &str)] = &[
    ("Engineering", "Dora"),
    ("Finance", "Fay"),
    ("IT", "Ike"),
    ("Legal", "Leo"),
    ("Management", "Carla"),
    ("Operations", "Oli"),
    ("People", "Hana"),
    ("Sales", "Max"),
    ("Support", "Lena"),
];

/// Cost centres by code: those that the demo's orders are booked on, and one that is used no more.
const COST_CENTRES: &[(&str, &str, bool)] = &[
    ("CC-100", "Office and facilities", true),
    ("CC-120", "Travel and events", true),
    ("CC-200", "Computers and software", true),
    ("CC-310", "Workshop and tools", true),
    ("CC-400", "Customer projects", true),
    ("CC-900", "Old warehouse", false),
];

/// Name, email, address, why it is on hold.
const VENDORS: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "Northwind Supply",
        "orders@northwind.example.com",
        "14 Harbour Road\nBristol BS1 4RN\nUnited Kingdom",
        None,
    ),
    (
        "Acme Tools",
        "sales@acme.example.com",
        "200 Foundry Street\nPittsburgh, PA 15222\nUnited States",
        None,
    ),
    (
        "Shady Goods",
        "deals@shady.example.com",
        "Unit 7, Back Lane\nLondon E1 6AN\nUnited Kingdom",
        Some("Two deliveries never arrived, and nobody answers the phone."),
    ),
];

/// Who decides in an approver's place.
const OVERRIDERS: &[&str] = &["Ada", "Vik"];

/// Whether the database is a demo that lacks some of `size`'s orders.
pub(super) async fn interrupted(engine: &Engine, size: DemoSize) -> Result<bool> {
    let limit = i64::try_from(size.purchase_orders).unwrap_or(i64::MAX);
    let found = sqlx::query_scalar!(
        r#"SELECT demo AND (SELECT count(*) FROM (SELECT FROM purchase_orders LIMIT $1) o) < $1 AS "found!" FROM organisation"#,
        limit,
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(found)
}

/// Makes the company as of the engine's clock.
pub(super) async fn make(engine: &Engine) -> Result<()> {
    let hash = password::turn()?.hash(PASSWORD).await?;
    let mut tx = engine.begin().await?;
    person::lock::change(&mut tx).await?;
    refuse_filled(&mut tx).await?;
    let departments = departments(&mut tx, engine).await?;
    let people = people(&mut tx, engine, &departments, &hash).await?;
    for (name, head) in DEPARTMENTS {
        sqlx::query!(
            "UPDATE departments SET head_id = $2 WHERE name = $1",
            name,
            people[head].0
        )
        .execute(&mut *tx)
        .await?;
    }
    cost_centres(&mut tx, engine).await?;
    vendors(&mut tx, engine, people["Pat"]).await?;
    settings(&mut tx, engine, &people).await?;
    rates(&mut tx, engine).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether nothing has been made in the database.
async fn is_empty(db: &mut PgConnection) -> Result<bool> {
    let filled = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM people) OR EXISTS (SELECT FROM vendors) OR EXISTS (SELECT FROM purchase_orders)
               OR EXISTS (SELECT FROM departments) OR EXISTS (SELECT FROM transitions) AS "filled!""#,
    )
    .fetch_one(db)
    .await?;
    Ok(!filled)
}

async fn refuse_filled(tx: &mut Tx) -> Result<()> {
    if is_empty(tx).await? {
        return Ok(());
    }
    let message = "This database holds something already. The demo is made in an empty one only.";
    Err(Error::Refused {
        message: message.to_owned(),
        fields: Vec::new(),
    })
}

async fn departments(tx: &mut Tx, engine: &Engine) -> Result<BTreeMap<&'static str, DepartmentId>> {
    let mut all = BTreeMap::new();
    for (name, head) in DEPARTMENTS {
        let id = sqlx::query_scalar!(
            "INSERT INTO departments (name, words) VALUES ($1, array_to_tsvector($2::text[])) RETURNING id",
            name,
            &words(name),
        )
        .fetch_one(&mut **tx)
        .await?;
        log(
            tx,
            engine,
            ("department", id),
            entry("create", json!({ "name": name, "head": head })),
        )
        .await?;
        all.insert(*name, DepartmentId(id));
    }
    Ok(all)
}

async fn people(
    tx: &mut Tx,
    engine: &Engine,
    departments: &BTreeMap<&'static str, DepartmentId>,
    hash: &str,
) -> Result<BTreeMap<&'static str, PersonId>> {
    let mut all = BTreeMap::new();
    for member in PEOPLE {
        let first = member.name.split(' ').next().unwrap_or(member.name);
        let profile = Profile {
            name: member.name.to_owned(),
            email: format!("{}@example.com", first.to_lowercase()),
            roles: member.roles.to_vec(),
            manager: all.get(member.manager).copied(),
            department: departments.get(member.department).copied(),
            time_zone: "UTC".to_owned(),
            phone: String::new(),
        };
        let id = person::join(tx, engine, None, &profile, Some(hash)).await?;
        if OVERRIDERS.contains(&first) {
            sqlx::query!(
                "UPDATE people SET override_approvals = true WHERE id = $1",
                id.0
            )
            .execute(&mut **tx)
            .await?;
            log(
                tx,
                engine,
                (person::KIND, id.0),
                entry("grant_override", json!({})),
            )
            .await?;
        }
        all.insert(first, id);
    }
    Ok(all)
}

async fn cost_centres(tx: &mut Tx, engine: &Engine) -> Result<()> {
    for (code, name, active) in COST_CENTRES {
        let id = sqlx::query_scalar!(
            "INSERT INTO cost_centres (code, name, active, words) VALUES ($1, $2, $3, array_to_tsvector($4::text[])) RETURNING id",
            code,
            name,
            *active,
            &words(&format!("{code} {name}")),
        )
        .fetch_one(&mut **tx)
        .await?;
        let active = transition_log::yes_or_no(*active);
        let made = entry(
            "create",
            json!({ "code": code, "name": name, "active": active }),
        );
        log(tx, engine, ("cost_centre", id), made).await?;
    }
    Ok(())
}

async fn vendors(tx: &mut Tx, engine: &Engine, holder: PersonId) -> Result<()> {
    for (name, email, address, hold) in VENDORS {
        let id = sqlx::query_scalar!(
            "INSERT INTO vendors (name, email, address, hold_reason, held_by, held_at, words) VALUES ($1, $2, $3, $4,
                 CASE WHEN $4::text IS NULL THEN NULL ELSE $5::bigint END,
                 CASE WHEN $4::text IS NULL THEN NULL ELSE $6::timestamptz END, array_to_tsvector($7::text[]))
             RETURNING id",
            name,
            email,
            address,
            *hold,
            holder.0,
            engine.clock().now().to_sqlx() as _,
            &words(name),
        )
        .fetch_one(&mut **tx)
        .await?;
        log(
            tx,
            engine,
            ("vendor", id),
            entry("create", json!({ "name": name, "email": email })),
        )
        .await?;
        if let Some(reason) = hold {
            let held = Entry {
                actor: Some(holder),
                note: Some((*reason).to_owned()),
                ..entry("hold", json!({}))
            };
            log(tx, engine, ("vendor", id), held).await?;
        }
    }
    Ok(())
}

async fn settings(
    tx: &mut Tx,
    engine: &Engine,
    people: &BTreeMap<&'static str, PersonId>,
) -> Result<()> {
    let (cfo, alternate) = (people["Carla"], people["Ada"]);
    sqlx::query!(
        "UPDATE organisation SET name = 'Countersign Demo', cfo_id = $1, demo = true",
        cfo.0
    )
    .execute(&mut **tx)
    .await?;
    let settings = json!({ "name": "Countersign Demo", "cfo": "Carla Chief" });
    log(tx, engine, ("organisation", 1), entry("change", settings)).await?;
    let set = sqlx::query_scalar!(
        "UPDATE approval_rule_sets SET fallback_id = $1, fallback_alternate_id = $2
         WHERE workflow = 'purchase_order' AND department_id IS NULL AND currency IS NULL RETURNING id",
        cfo.0,
        alternate.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    let fallback = json!({ "fallback": "Carla Chief", "fallback_alternate": "Ada Admin" });
    log(
        tx,
        engine,
        ("approval_rule_set", set),
        entry("change", fallback),
    )
    .await
}

/// Rates of every day until now but weekends, as a bank would send them.
async fn rates(tx: &mut Tx, engine: &Engine) -> Result<()> {
    let founded = exchange_rate::day(engine.clock().now());
    sqlx::query!(
        "INSERT INTO exchange_rates (currency, day, per_unit)
         SELECT c.code, d.day, c.per_unit + extract(day FROM d.day)::int % 7 * 0.0013
         FROM (VALUES ('CHF', 1.1234), ('EUR', 1.0843), ('GBP', 1.2671)) AS c (code, per_unit),
             LATERAL (SELECT $1::date + n AS day FROM generate_series(0, $2::int) AS n) d
         WHERE extract(isodow FROM d.day) < 6",
        founded.to_sqlx() as jiff_sqlx::Date,
        i32::try_from(FOUNDED_DAYS).map_err(Error::internal)?,
    )
    .execute(&mut **tx)
    .await?;
    let said = json!({ "exchange_rates": { "to": "CHF, EUR and GBP" } });
    log(tx, engine, ("organisation", 1), entry("import_rates", said)).await
}

fn entry(event: &str, data: serde_json::Value) -> Entry {
    Entry {
        event: event.to_owned(),
        way: "command",
        data,
        ..Entry::default()
    }
}

async fn log(
    tx: &mut Tx,
    engine: &Engine,
    (kind, id): (&'static str, i64),
    entry: Entry,
) -> Result<()> {
    transition_log::append(tx, engine, Subject { kind, id }, &[entry]).await
}
