//! Bad input in the form of an order over HTTP, a row a case: the answer's status and words, nothing changed, everything typed
//! shown again on the page it leads to. What is asked of orders that stand is in `input_events`.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    http::{Answer, App, form, sent},
    invariants::{texts, violations},
    orders,
    typed::{typed, words},
};

pub const SAVE: &str = "/fn/save_purchase_order";

/// The form of an order that could be saved and submitted, but for what a case puts in.
const ORDER: [(&str, &str); 11] = [
    ("vendor", "1"),
    ("department", "1"),
    ("needed_by", "2099-12-31"),
    ("currency", "USD"),
    ("justification", "Desks & <b>chairs</b>"),
    ("ship_to", "14 Harbour Road\nBristol"),
    ("line_description", "Desk \"Oslo\""),
    ("line_quantity", "2"),
    ("line_unit", "each"),
    ("line_unit_price", "450.00"),
    ("line_cost_centre", "CC-100"),
];

/// A form's bytes; the values are encoded already.
fn joined(fields: &[(&str, String)]) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}={value}"));
    fields.collect::<Vec<_>>().join("&")
}

/// The order's form as a browser sends it.
pub fn order_form() -> String {
    joined(&ORDER.map(|(name, value)| (name, encoded(value))))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What is read from an encoded value.
pub fn read(encoded: &str) -> String {
    let mut fields = form_urlencoded::parse(encoded.as_bytes());
    fields
        .next()
        .map_or_else(String::new, |(text, _)| text.into_owned())
}

/// A value of a table: `{5001}` stands for so many letters.
pub fn value(cell: &str) -> String {
    let Some((before, rest)) = cell.split_once('{') else {
        return cell.to_owned();
    };
    let (many, after) = rest.split_once('}').expect("{…}");
    format!("{before}{}{after}", "9".repeat(many.parse().unwrap()))
}

/// The cells of a table's rows; a line without cells is a heading.
pub fn rows<const N: usize>(table: &'static str) -> Vec<[&'static str; N]> {
    let rows = table
        .lines()
        .map(str::trim)
        .filter(|line| line.contains('|'));
    let cells = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    cells
        .map(|cells| cells.try_into().expect("as many cells as columns"))
        .collect()
}

/// Everything that is kept of orders, vendors, people and what was asked, as one text: what a refused form leaves as it was.
pub async fn everything(pool: &PgPool) -> Vec<String> {
    let mut db = pool.acquire().await.unwrap();
    let mut all = Vec::new();
    for table in [
        "purchase_orders",
        "purchase_order_lines",
        "purchase_order_words",
        "rejected_items",
        "decisions",
        "transitions",
        "history_heads",
        "requests",
        "comments",
        "vendors",
        "people",
    ] {
        let sql = format!(
            "SELECT '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {table} t"
        );
        all.extend(texts(&mut db, &sql).await);
    }
    all
}

/// The field, what is typed into it as its bytes are sent, the button, and what is said.
const FORMS: &str = "
    Empty
    vendor           |                       | submit     | Choose a vendor.
    line_description |                       | submit     | Say what is bought.
    line_description | ++%0A                 | submit     | Say what is bought.
    line_quantity    |                       | submit     | Enter a quantity above zero.
    line_unit        |                       | submit     | Enter a unit, like each or kg.
    line_unit_price  |                       | submit     | Enter the price of one unit.

    Too long
    justification    | {5001}                | save_draft | Use at most 5000 characters: this has 5001.
    ship_to          | {1001}                | save_draft | Use at most 1000 characters: this has 1001.
    line_description | {501}                 | save_draft | Use at most 500 characters: this has 501.
    line_unit        | {21}                  | save_draft | Use at most 20 characters: this has 21.
    line_cost_centre | {51}                  | save_draft | Use at most 50 characters: this has 51.

    Negative
    line_quantity    | -1                    | save_draft | Use a number that is not below zero.
    line_quantity    | -0.001                | submit     | Use a number that is not below zero.
    line_unit_price  | -450                  | save_draft | Use a number that is not below zero.

    Zero
    line_quantity    | 0                     | submit     | Enter a quantity above zero.
    line_quantity    | 0.000                 | submit     | Enter a quantity above zero.
    line_unit_price  | 0                     | submit     | The total must be more than zero.
    line_unit_price  | 0.0001                | submit     | The total must be more than zero.

    Too many decimals
    line_quantity    | 1.2345                | save_draft | Use at most 3 decimals.
    line_unit_price  | 1.00001               | save_draft | Use at most 4 decimals.

    Numbers of programs and of other languages
    line_quantity    | 1e3                   | save_draft | Use digits and a point, like 12.50.
    line_quantity    | NaN                   | save_draft | Use digits and a point, like 12.50.
    line_quantity    | Infinity              | save_draft | Use digits and a point, like 12.50.
    line_quantity    | 0x10                  | save_draft | Use digits and a point, like 12.50.
    line_quantity    | 1,5                   | save_draft | Use digits and a point, like 12.50.
    line_quantity    | %D9%A3                | save_draft | Use digits and a point, like 12.50.
    line_quantity    | 1';+DROP+TABLE+people | save_draft | Use digits and a point, like 12.50.
    line_unit_price  | 1e3                   | save_draft | Use digits and a point, like 12.50.
    line_unit_price  | NaN                   | submit     | Use digits and a point, like 12.50.

    Huge
    line_quantity    | 99999999999           | save_draft | This number is too large: use at most 10 digits before the point.
    line_quantity    | {9000}                | save_draft | This number is too large: use at most 10 digits before the point.
    line_quantity    | 9999999999            | save_draft | The total is too large: at most 999,999,999,999.99.
    line_unit_price  | 99999999999.99        | save_draft | This number is too large: use at most 10 digits before the point.

    Not there
    vendor           | 999999                | save_draft | Choose a vendor from the list.
    vendor           | 99999999999999999999  | submit     | Choose a vendor from the list.
    vendor           | -1                    | save_draft | Choose a vendor from the list.
    vendor           | Northwind+Supply      | save_draft | Choose a vendor from the list.
    department       | 999999                | save_draft | Choose a department from the list.
    department       | 0                     | save_draft | Choose a department from the list.
    currency         | XXX                   | save_draft | Choose a currency from the list.
    currency         | IDR                   | submit     | There is no exchange rate for IDR of the last 7 days: choose another currency, or ask an administrator to import the rates.
    line_cost_centre | CC-404                | submit     | Use an active cost centre of the list, or none.

    Days
    needed_by        | 2001-02-03            | save_draft | Choose today or a later day.
    needed_by        | 2099-02-30            | save_draft | Use a day of the calendar, like 2026-03-31.
    needed_by        | 31.12.2099            | submit     | Use a day of the calendar, like 2026-03-31.
    needed_by        | %2B009999-01-01       | save_draft | Use a day of the calendar, like 2026-03-31.

    Broken UTF-8: what cannot be read is shown as the mark for that
    line_quantity    | 1%FF                  | save_draft | Use digits and a point, like 12.50.
    needed_by        | %C3%28                | save_draft | Use a day of the calendar, like 2026-03-31.
    vendor           | %F0%9F                | save_draft | Choose a vendor from the list.

    Markup
    line_quantity    | %3Cb%3E1%3C%2Fb%3E    | save_draft | Use digits and a point, like 12.50.
    needed_by        | %22%3E%3Cscript%3E    | save_draft | Use a day of the calendar, like 2026-03-31.
";

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn whatever_is_wrong_in_an_orders_form_is_said_changes_nothing_and_is_shown_again(
    pool: PgPool,
) {
    let app = App::new(pool.clone()).await;
    let sam = app.sign_in("sam").await;
    let draft = saved_draft(&app, &sam).await;
    let before = everything(&pool).await;
    for [name, cell, intent, says] in rows(FORMS) {
        let fields = ORDER.map(|(field, plain)| {
            let typed = if field == name {
                value(cell)
            } else {
                encoded(plain)
            };
            (field, typed)
        });
        for (page_of, record) in [
            ("/purchase-orders/new".to_owned(), String::new()),
            (
                format!("/purchase-orders/{draft}"),
                format!("id={draft}&version=1&"),
            ),
        ] {
            let body = format!("{record}intent={intent}&{}", joined(&fields));
            let (to, page) = sent(&app, SAVE, &sam, &body).await;
            let case = format!("{name}={cell}, {intent}: {}", words(&page.body));
            assert_eq!((to, page.status.as_u16()), (page_of, 422), "{case}");
            assert!(words(&page.body).contains(says), "{case}");
            for (field, value) in &fields {
                assert_eq!(typed(&page.body, field), [read(value)], "{field} in {case}");
            }
            assert_eq!(everything(&pool).await, before, "{case}");
        }
    }
}

/// A draft of Sam's from his form.
pub async fn saved_draft(app: &App, sam: &str) -> i64 {
    let (to, page) = sent(app, SAVE, sam, &order_form()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", words(&page.body));
    to.rsplit('/').next().unwrap().parse().unwrap()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_form_with_fields_missing_asks_for_them_and_one_too_long_to_show_again_says_so(
    pool: PgPool,
) {
    let app = App::new(pool.clone()).await;
    let sam = app.sign_in("sam").await;
    let before = everything(&pool).await;
    let lines = "line_description=Desk&".repeat(201);
    let long = format!("vendor=x&justification={}", "x".repeat(100_000));
    for (body, says) in [
        ("intent=submit", "Add at least one line."),
        ("intent=submit&line_quantity=1", "Say what is bought."),
        ("intent=submit&line_description=Desk", "Choose a vendor."),
        ("version=1&id=&intent=submit", "Add at least one line."),
        (&*lines, "Use at most 200 lines."),
        (&*long, "too long to show again here"),
    ] {
        let (to, page) = sent(&app, SAVE, &sam, body).await;
        let case = format!("{body:.60}: {}", words(&page.body));
        assert_eq!(
            (&*to, page.status.as_u16()),
            ("/purchase-orders/new", 422),
            "{case}"
        );
        assert!(words(&page.body).contains(says), "{case}");
        assert_eq!(everything(&pool).await, before, "{case}");
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_form_in_another_content_type_is_refused_with_a_page_and_changes_nothing(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let sam = app.sign_in("sam").await;
    let before = everything(&pool).await;
    for (kind, body) in [
        ("application/json", "{\"vendor\": 1}"),
        ("text/plain", "vendor=1"),
        (
            "multipart/form-data; boundary=XX",
            "--XX\r\nContent-Disposition: form-data; name=\"vendor\"\r\n\r\n1\r\n--XX--\r\n",
        ),
        ("application/octet-stream", "vendor=1"),
        ("application/x-www-form-urlencoded-not", "vendor=1"),
        ("\u{fc}", "vendor=1"),
    ] {
        let mut request = form(SAVE)
            .header(header::COOKIE, &sam)
            .body(Body::from(body))
            .unwrap();
        let kind = HeaderValue::from_bytes(kind.as_bytes()).unwrap();
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, kind.clone());
        let answer = app.send(request).await;
        assert_eq!(
            answer.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{kind:?}"
        );
        assert!(
            words(&answer.body).contains("nothing was done"),
            "{}",
            words(&answer.body)
        );
        assert_eq!(everything(&pool).await, before, "{kind:?}");
    }
    let mut request = form(SAVE)
        .header(header::COOKIE, &sam)
        .body(Body::from("vendor=1"))
        .unwrap();
    let kind = "Application/X-WWW-Form-urlencoded; charset=UTF-8"
        .parse()
        .unwrap();
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    assert_eq!(app.send(request).await.status, StatusCode::SEE_OTHER);
}

/// The page an answer leads to, without what is told there.
fn page_of(answer: &Answer) -> &str {
    let end = answer.location().find(['?', '#']);
    &answer.location()[..end.unwrap_or(answer.location().len())]
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_double_click_on_any_button_happens_once_and_both_are_told_the_same(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let (sam, mia) = (app.sign_in("sam").await, app.sign_in("mia").await);
    let id = orders::submitted(&app.engine, "900").await;
    let order = order_form();
    for (path, cookie, fields) in [
        (SAVE, &sam, format!("intent=save_draft&{order}")),
        (SAVE, &sam, format!("intent=submit&{order}")),
        (
            "/fn/add_comment",
            &sam,
            format!("kind=purchase_order&id={id}&comment=Soon%3F"),
        ),
        (
            "/fn/approve_purchase_order",
            &mia,
            format!("id={id}&version=2&note=Fine"),
        ),
    ] {
        let body = format!("request_id={}&{fields}", Uuid::new_v4());
        let click = || app.post(path, Some(cookie), &body);
        let (first, second) = futures::join!(click(), click());
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(page_of(&first), page_of(&second), "{path}");
        let after = everything(&pool).await;
        let (to, page) = sent(&app, path, cookie, &body).await;
        assert_eq!(to, page_of(&first), "{path}");
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", words(&page.body));
        assert_eq!(everything(&pool).await, after, "{path}: the third");
    }
    assert_eq!(violations(&pool).await, Vec::<String>::new());
    let mut db = pool.acquire().await.unwrap();
    let counts = "SELECT (SELECT count(*) FROM purchase_orders) || ' ' || (SELECT count(*) FROM comments) || ' '
        || (SELECT count(*) FROM transitions WHERE event = 'approve')";
    assert_eq!(texts(&mut db, counts).await, ["3 1 1"]);
}
