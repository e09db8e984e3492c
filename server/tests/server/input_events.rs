//! Bad input in what is asked of an order that stands, over HTTP, a row a case: as in `input`.

use axum::http::StatusCode;
use domain::{
    ids::PurchaseOrderId,
    money::Quantity,
    purchase_order::{Event, State},
};
use engine::purchase_order::address;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    http::{Answer, App, sent},
    input::{SAVE, everything, order_form, read, rows, saved_draft, value},
    invariants::texts,
    orders,
    typed::{typed, words},
};

/// Where the order stands, who asks for what, what is typed, where it leads with which status, and what is said.
const EVENTS: &str = "
    Missing, wrong or too long
    pending_approval | mia  | reject   | category=&reason=                             | /reject   422 | Choose a reason category.
    pending_approval | mia  | reject   | category=price&reason=+%0A                    | /reject   422 | Say why.
    pending_approval | mia  | reject   | category=bribery&reason=Too+%3Cb%3Edear       | /reject   422 | Choose a reason category.
    pending_approval | mia  | reject   | category=price&reason={2001}                  | /reject   422 | Use at most 2000 characters: this has 2001.
    pending_approval | mia  | approve  | note={2001}                                   |           422 | Use at most 2000 characters: this has 2001.
    pending_approval | sam  | withdraw | note={2001}                                   | /withdraw 422 | Use at most 2000 characters: this has 2001.
    pending_approval | vik  | approve  | note=Go+on&override_reason=                   |           422 | Say why you decide in the approver's place.
    approved         | pat  | cancel   | note=                                         | /cancel   422 | Say why in the note.
    processing       | pat  | complete | note=+                                        | /complete 422 | Not everything was received: say why the order is complete.
    processing       | pat  | receive  | received-1=-1&note=Box+1                      |           422 | Use a number that is not below zero.
    processing       | pat  | receive  | received-1=1e3&note=Box+1                     |           422 | Use digits and a point, like 12.50.
    processing       | pat  | receive  | received-1=NaN&note=Box+1                     |           422 | Use digits and a point, like 12.50.
    processing       | pat  | receive  | received-1=%FF&note=Box+1                     |           422 | Use digits and a point, like 12.50.
    processing       | pat  | receive  | received-1=0.0001&note=Box+1                  |           422 | Use at most 3 decimals.
    processing       | pat  | receive  | received-1=99999999999&note=Box+1             |           422 | This number is too large
    processing       | pat  | receive  | received-1=1.001&note=Box+%3C1%3E             |           422 | Received must be between zero and what was ordered.

    Not mine to see
    pending_approval | tess | approve  | note=Let+me                                   |           404 | There is no such record, or it is not yours to see.
    pending_approval | tess | reject   | category=price&reason=Let+me                  | /reject   404 | There is no such record, or it is not yours to see.
    draft            | tess | cancel   | note=Let+me                                   | /cancel   404 | There is no such record, or it is not yours to see.
    pending_approval | pat  | start_processing | note=Let+me                           |           404 | There is no such record, or it is not yours to see.

    Not mine to do
    pending_approval | aud  | approve  | note=I+only+read                              |           403 | This is not yours to do.
    pending_approval | sam  | approve  | note=My+own                                   |           403 | You raised this order, so somebody else must decide it.
    pending_approval | dora | withdraw | note=Back+to+you                              |           403 | This is not yours to do.

    It has moved on, though nobody was faster
    approved         | mia  | approve  | note=Once+more                                |           409 | This order is approved: it cannot be changed that way now.
    approved         | sam  | withdraw | note=Too+late                                 |           409 | This order is approved: it cannot be changed that way now.
    completed        | pat  | cancel   | note=Too+late                                 |           409 | This order is completed: it cannot be changed that way now.
    completed        | pat  | receive  | received-1=1&note=More                        |           409 | This order is completed: it cannot be changed that way now.
";

/// The same where the form shows an old version.
const STALE: &str = "
    pending_approval | mia  | approve  | note=A+%3Cnote%3E+worth+keeping               |           409 | Already submitted for approval by Sam Stone a moment ago.
    pending_approval | mia  | reject   | category=price&reason=Too+dear                |           409 | This order is now: pending approval.
    pending_approval | sam  | withdraw | note=A+note                                   |           409 | This order is now: pending approval.
    approved         | mia  | approve  | note=A+note                                   |           409 | Already approved by Mia Moss a moment ago.
    approved         | pat  | start_processing | note=A+note                           |           409 | This order is now: approved.
    processing       | pat  | receive  | received-1=1&note=Box+1                       |           409 | This order is now: processing.
    processing       | pat  | complete | note=A+note                                   |           409 | Already processing started by Pat Price a moment ago.
    processing       | pat  | cancel   | note=A+note                                   |           409 | This order is now: processing.
";

/// A row of such a table.
struct Case {
    state: State,
    who: &'static str,
    event: &'static str,
    typed: String,
    page: &'static str,
    status: u16,
    says: &'static str,
}

fn cases(table: &'static str) -> impl Iterator<Item = Case> {
    rows(table)
        .into_iter()
        .map(|[state, who, event, typed, leads, says]| {
            let (page, status) = leads.rsplit_once(' ').unwrap_or(("", leads));
            Case {
                state: State::parse(state).unwrap(),
                who,
                event,
                typed: value(typed),
                page: page.trim(),
                status: status.parse().unwrap(),
                says,
            }
        })
}

/// An order of Sam's over 900.00 in `state`.
async fn order(app: &App, sam: &str, state: State) -> PurchaseOrderId {
    let steps = match state {
        State::Draft => return PurchaseOrderId(saved_draft(app, sam).await),
        State::PendingApproval => 0,
        State::Approved => 1,
        State::Processing => 2,
        State::Completed => 4,
        other => panic!("no case has an order that is {other:?}"),
    };
    let way = [
        (
            "mia",
            Event::Approve {
                note: None,
                override_reason: None,
            },
        ),
        ("pat", Event::StartProcessing { note: None }),
        (
            "pat",
            Event::Receive {
                received: vec![(1, Quantity::parse("1").unwrap())],
                note: None,
            },
        ),
        ("pat", Event::Complete { note: None }),
    ];
    let id = orders::submitted(&app.engine, "900").await;
    for (who, event) in way.into_iter().take(steps) {
        orders::done(&app.engine, id, who, event).await;
    }
    id
}

async fn version(pool: &PgPool, id: PurchaseOrderId) -> i32 {
    let mut db = pool.acquire().await.unwrap();
    let sql = format!("SELECT version::text FROM purchase_orders WHERE id = {id}");
    texts(&mut db, &sql).await[0].parse().unwrap()
}

/// Sends the case's form as of `version`; it is refused as the case says, changes nothing, and shows what was typed.
async fn refused(
    pool: &PgPool,
    app: &App,
    case: &Case,
    (id, version): (PurchaseOrderId, i32),
) -> Answer {
    let before = everything(pool).await;
    let cookie = app.sign_in(case.who).await;
    let (event, typed) = (case.event, &case.typed);
    let body = format!(
        "request_id={}&id={id}&version={version}&{typed}",
        Uuid::new_v4()
    );
    let path = format!("/fn/{event}_purchase_order");
    let (to, page) = sent(app, &path, &cookie, &body).await;
    let said = format!(
        "{event} by {} with {typed:.80}: {}",
        case.who,
        words(&page.body)
    );
    assert_eq!(
        (to, page.status.as_u16()),
        (format!("{}{}", address(id), case.page), case.status),
        "{said}"
    );
    assert!(words(&page.body).contains(case.says), "{said}");
    shown_again(&page, typed, &said);
    assert_eq!(everything(pool).await, before, "{said}");
    page
}

/// Everything typed stands on the page: in its field, or in words where the form is no longer offered.
#[track_caller]
fn shown_again(page: &Answer, fields: &str, said: &str) {
    for field in fields.split('&') {
        let (name, value) = field.split_once('=').unwrap();
        let value = read(value);
        let there =
            typed(&page.body, name).contains(&value) || words(&page.body).contains(value.trim());
        assert!(there, "{name} is not shown again: {said}");
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn whatever_an_event_is_refused_for_is_said_changes_nothing_and_is_shown_again(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let sam = app.sign_in("sam").await;
    for case in cases(EVENTS) {
        let id = order(&app, &sam, case.state).await;
        let now = version(&pool, id).await;
        refused(&pool, &app, &case, (id, now)).await;
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_stale_version_of_any_event_is_told_where_the_order_stands_and_loses_nothing(
    pool: PgPool,
) {
    let app = App::new(pool.clone()).await;
    let sam = app.sign_in("sam").await;
    for case in cases(STALE) {
        let id = order(&app, &sam, case.state).await;
        for old in [version(&pool, id).await - 1, 0, -1, i32::MAX] {
            refused(&pool, &app, &case, (id, old)).await;
        }
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn who_loses_sight_of_an_order_meanwhile_is_told_what_happened_and_loses_nothing(
    pool: PgPool,
) {
    let app = App::new(pool.clone()).await;
    let sam = app.sign_in("sam").await;
    let id = order(&app, &sam, State::Approved).await;
    let shown = version(&pool, id).await;
    orders::done(&app.engine, id, "sam", Event::Reopen { note: None }).await;
    let withdrawn = "pending_approval | sam | withdraw | note=As+Mia+said | 409 | Already reopened by Sam Stone a moment ago.";
    let own = cases(withdrawn).next().unwrap();
    refused(&pool, &app, &own, (id, shown - 1)).await;
    let table = "approved | pat | start_processing | note=Ordered+by+phone | 409 | Already reopened by Sam Stone a moment ago.";
    let case = cases(table).next().unwrap();
    let page = refused(&pool, &app, &case, (id, shown)).await;
    assert!(
        !page.body.contains("Desks for the new office"),
        "{}",
        page.body
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_order_that_is_not_mine_or_not_there_is_not_found_by_any_form(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let (sam, tess) = (app.sign_in("sam").await, app.sign_in("tess").await);
    let draft = saved_draft(&app, &sam).await;
    let before = everything(&pool).await;
    let order = order_form();
    for id in [
        draft.to_string(),
        "999999".to_owned(),
        i64::MAX.to_string(),
        "-1".to_owned(),
    ] {
        for (path, body) in [
            (SAVE, format!("id={id}&version=1&{order}")),
            (SAVE, format!("id={id}&version=1&intent=submit&{order}")),
            (
                "/fn/add_comment",
                format!("kind=purchase_order&id={id}&comment=Hello+there"),
            ),
            (
                "/fn/cancel_purchase_order",
                format!("id={id}&version=1&note=Hello+there"),
            ),
        ] {
            let (_, page) = sent(&app, path, &tess, &body).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path} {id}");
            assert!(
                words(&page.body).contains("There is no such record"),
                "{path} {id}: {}",
                words(&page.body)
            );
            assert!(!page.body.contains("Sam Stone"), "{path} {id}");
            assert_eq!(everything(&pool).await, before, "{path} {id}");
        }
    }
}
