//! A valid form of any action: it holds whatever any of them asks for, of records that there are.

use std::fmt::Display;

use app::{attachment::ATTACH, routes::RouteRow};
use domain::{
    money::Quantity,
    purchase_order::{Event, TRANSITIONS},
};
use rand::{RngExt as _, rngs::StdRng};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{http::App, invariants::texts, orders};

/// Fields in their order: some come more than once.
pub struct Form {
    /// Who it would be carried out for: a number or a name of somebody; empty: anybody.
    pub by: String,
    pub path: String,
    pub multipart: bool,
    pub fields: Vec<(String, Vec<u8>)>,
}

/// Records that there are, as `id version`, and request ids that were used.
#[derive(Default)]
pub struct Known {
    /// With their state, who raised them, and for whom they wait.
    orders: Vec<String>,
    people: Vec<String>,
    vendors: Vec<String>,
    departments: Vec<String>,
    cost_centres: Vec<String>,
    views: Vec<String>,
    attachments: Vec<String>,
    requests: Vec<String>,
}

/// Orders in every state to begin with.
pub async fn begin(app: &App) {
    let engine = &app.engine;
    for (total, steps) in [
        ("900", 0),
        ("900", 1),
        ("5000", 0),
        ("12000", 1),
        ("900", 2),
        ("900", 4),
    ] {
        let id = orders::submitted(engine, total).await;
        let one = vec![(1, Quantity::parse("1").unwrap())];
        let approve = Event::Approve {
            note: None,
            override_reason: None,
        };
        let way = [
            ("mia", approve),
            ("pat", Event::StartProcessing { note: None }),
            (
                "pat",
                Event::Receive {
                    received: one,
                    note: None,
                },
            ),
            ("pat", Event::Complete { note: None }),
        ];
        for (who, event) in way.into_iter().take(steps) {
            orders::done(engine, id, who, event).await;
        }
    }
}

/// How far it came: orders by state, and rows of history.
pub async fn reached(pool: &PgPool) -> String {
    let mut db = pool.acquire().await.unwrap();
    let sql = "(SELECT status || ' ' || count(*) FROM purchase_orders GROUP BY status ORDER BY status)
        UNION ALL (SELECT subject_kind || '/' || event || ' ' || count(*) FROM transitions GROUP BY subject_kind, event ORDER BY 1)";
    texts(&mut db, sql).await.join(", ")
}

impl Known {
    pub async fn read(pool: &PgPool) -> Self {
        let mut db = pool.acquire().await.unwrap();
        let mut read = async |what: &str| texts(&mut db, &format!("SELECT {what}")).await;
        Self {
            // The newest, of which there are some in every state.
            orders: read(
                "concat_ws(' ', id, version, status, submitter_id, current_approver) FROM (SELECT *, row_number()
                 OVER (PARTITION BY status ORDER BY id DESC) AS n FROM purchase_orders) o WHERE n <= 30",
            )
            .await,
            people: read("id || ' ' || version FROM people").await,
            vendors: read("id || ' ' || version FROM vendors ORDER BY id LIMIT 20").await,
            departments: read("id || ' ' || version FROM departments ORDER BY id LIMIT 20").await,
            cost_centres: read("id || ' ' || version FROM cost_centres ORDER BY id LIMIT 20").await,
            views: read("id || ' 1' FROM saved_views").await,
            attachments: read("id || ' 1' FROM attachments").await,
            requests: read("request_id::text FROM requests ORDER BY at DESC LIMIT 50").await,
        }
    }

    /// The kind of record that a route is about.
    pub fn of(&self, path: &str) -> &[String] {
        match path {
            path if path.contains("attachment") && !path.ends_with("attachments") => {
                &self.attachments
            }
            path if path.contains("vendor") => &self.vendors,
            path if path.contains("department") => &self.departments,
            path if path.contains("cost") => &self.cost_centres,
            path if path.contains("person")
                || path.contains("people")
                || path.contains("override") =>
            {
                &self.people
            }
            path if path.contains("view") => &self.views,
            _ => &self.orders,
        }
    }
}

/// One of several; nothing of none.
pub fn one<'a>(all: &'a [String], random: &mut StdRng) -> &'a str {
    if all.is_empty() {
        return "";
    }
    &all[random.random_range(0..all.len())]
}

fn pick<'a>(all: &[&'a str], random: &mut StdRng) -> &'a str {
    all[random.random_range(0..all.len())]
}

/// The id in `id version`.
pub fn id_of(known: &str) -> &str {
    known.split(' ').next().unwrap_or_default()
}

/// The event of an order's action.
fn event(path: &str) -> Option<&str> {
    if path == "/fn/decide_many" {
        return Some("approve");
    }
    path.strip_prefix("/fn/")?.strip_suffix("_purchase_order")
}

/// Those of the orders that stand where the action begins.
fn fitting(path: &str, orders: &[String]) -> Vec<String> {
    let Some(event) = event(path) else {
        return Vec::new();
    };
    let begins = |state: &str| match event {
        "save" => state == "draft",
        event => TRANSITIONS
            .iter()
            .any(|row| row.event.as_str() == event && row.from.as_str() == state),
    };
    let fit = orders
        .iter()
        .filter(|order| order.split(' ').nth(2).is_some_and(begins));
    fit.cloned().collect()
}

/// Who can probably do it.
fn able(path: &str, state: &str, [submitter, approver]: [&str; 2]) -> String {
    let by = match event(path) {
        Some("approve" | "reject") => approver,
        Some("start_processing" | "receive" | "complete") => "pat",
        Some("cancel") if state == "approved" => "pat",
        Some(_) => submitter,
        None if path.contains("vendor") => "pat",
        None => match path.split('_').next_back() {
            Some("person" | "override" | "department" | "centre") => "ada",
            _ => "",
        },
    };
    by.to_owned()
}

/// A form that could be carried out, if it comes from the right person at the right time.
pub fn filled(row: &RouteRow, known: &Known, random: &mut StdRng) -> Form {
    let known_orders = fitting(row.pattern, &known.orders);
    let records = match known.of(row.pattern) {
        _ if !known_orders.is_empty() && random.random_ratio(4, 5) => &known_orders,
        records => records,
    };
    let record: Vec<&str> = one(records, random).split(' ').collect();
    let cell = |n: usize, otherwise| record.get(n).copied().unwrap_or(otherwise);
    let (id, version) = (cell(0, "1"), cell(1, "1"));
    let mut form = Form {
        by: able(row.pattern, cell(2, ""), [cell(3, ""), cell(4, "")]),
        path: row.pattern.to_owned(),
        multipart: row.pattern == ATTACH,
        fields: Vec::new(),
    };
    let request_id = if random.random_ratio(1, 20) {
        one(&known.requests, random).to_owned()
    } else {
        Uuid::from_u128(random.random()).to_string()
    };
    form.add("request_id", request_id);
    form.add("id", id);
    form.add("version", version);
    if row.pattern.contains("save_purchase_order") && random.random_ratio(3, 4) {
        // A new one.
        form.fields.truncate(1);
    }
    for order in fitting("/fn/approve_purchase_order", &known.orders)
        .iter()
        .take(3)
    {
        form.add(
            "item",
            order.splitn(3, ' ').take(2).collect::<Vec<_>>().join(":"),
        );
    }
    form.order(known, random);
    form.words(row.pattern, random);
    form.people(known, random);
    if form.multipart {
        form.add("file", "\u{89}PNG, or something like it");
    }
    form
}

impl Form {
    fn add(&mut self, name: &str, value: impl Display) {
        self.fields
            .push((name.to_owned(), value.to_string().into_bytes()));
    }

    fn order(&mut self, known: &Known, random: &mut StdRng) {
        self.add("vendor", id_of(one(&known.vendors, random)));
        self.add("department", id_of(one(&known.departments, random)));
        self.add("needed_by", pick(&["", "2099-12-31", "2030-01-01"], random));
        self.add(
            "currency",
            pick(
                &["USD", "USD", "USD", "USD", "USD", "USD", "EUR", ""],
                random,
            ),
        );
        self.add("justification", "For the new office");
        self.add("ship_to", "14 Harbour Road\r\nBristol");
        for _ in 0..random.random_range(1..=3) {
            self.add(
                "line_description",
                pick(&["Desk", "Lamp", "Über-Kabel"], random),
            );
            self.add("line_quantity", pick(&["1", "2.5", "10", "0.001"], random));
            self.add("line_unit", "each");
            self.add(
                "line_unit_price",
                pick(&["9.99", "450", "2500", "1,000.0001", "9999"], random),
            );
            self.add(
                "line_cost_centre",
                pick(
                    &[
                        "", "", "CC-100", "CC-100", "CC-200", "CC-120", "CC-310", "CC-900",
                    ],
                    random,
                ),
            );
        }
        for line in 1..=3 {
            let received = pick(&["", "0", "1", "2.5"], random);
            self.add(&format!("received-{line}"), received);
        }
    }

    fn words(&mut self, path: &str, random: &mut StdRng) {
        let intents: &[&str] = match path {
            path if path.contains("save_purchase_order") => &[
                "submit",
                "submit",
                "submit",
                "save_draft",
                "add_line",
                "remove_line-1",
            ],
            path if path.contains("decide_many") => &["approve", "approve", "reject"],
            path if path.contains("receive") => &["", "everything"],
            _ => &["grant", "take"],
        };
        self.add("intent", pick(intents, random));
        self.add("note", pick(&["", "Fine", "Because"], random));
        self.add("category", pick(&["price", "budget", "other"], random));
        self.add("reason", pick(&["Too dear", "Not now"], random));
        self.add("override_reason", pick(&["", "", "Mia is ill"], random));
        self.add("kind", "purchase_order");
        self.add(
            "comment",
            pick(&["Soon?", "@mia look", "@tess @sam here"], random),
        );
        self.add("up_to", random.random_range(0..1000));
        self.add(
            "list",
            pick(
                &["/purchase-orders", "/admin/vendors", "/admin/people"],
                random,
            ),
        );
        self.add(
            "query",
            pick(&["scope=all", "state=draft&sort=total", ""], random),
        );
        self.add("view", random.random_range(1..50));
        self.add("name", format!("Name {}", random.random_range(0..40)));
        self.add("code", format!("CC-{}", random.random_range(0..40)));
        self.add("address", "1 Main Street");
        self.add("active", pick(&["true", "true", "true", ""], random));
    }

    fn people(&mut self, known: &Known, random: &mut StdRng) {
        self.add(
            "email",
            format!("p{}@example.com", random.random_range(0..40)),
        );
        self.add(
            "roles",
            pick(
                &["hr", "purchasing", "finance_manager", "administrator"],
                random,
            ),
        );
        for field in ["manager", "head", "reassign_to"] {
            let id = id_of(one(&known.people, random));
            self.add(field, if random.random_ratio(2, 3) { "" } else { id });
        }
        self.add(
            "time_zone",
            pick(&["UTC", "Europe/Berlin", "Asia/Tokyo"], random),
        );
        self.add("password", "a long enough one");
        self.add("current_password", "countersign");
        self.add("new_password", "a long enough one");
        self.add("repeat_password", "a long enough one");
        self.add("next", pick(&["/", "/approvals", "//example.org"], random));
    }
}
