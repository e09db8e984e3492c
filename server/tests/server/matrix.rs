//! Route × person × state over HTTP: what each of the demo's people can really do to an order in each state, as a golden file.
//!
//! The answers come from what the database holds afterwards, not from what a page says. A route, a rule or an office that changes who
//! can do what changes the file.

use std::fmt::Write as _;

use app::routes::ROUTES;
use domain::{
    actor::Actor,
    ids::PurchaseOrderId,
    money::Quantity,
    purchase_order::{Event, RawDraft, RawLine, RejectionCategory, State},
};
use engine::{
    Engine,
    purchase_order::{Command, DraftCommand, execute, record, save_draft},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{http::App, links};

/// One of every office of the demo, and everyone in the story.
const PEOPLE: [&str; 18] = [
    "sam", "mia", "dora", "vik", "carla", "fay", "pat", "ada", "aud", "tess", "leo", "tia", "max",
    "gil", "lena", "hana", "ike", "oli",
];

/// Who acts in the making of an order.
struct Cast {
    sam: Actor,
    mia: Actor,
    fay: Actor,
    carla: Actor,
    dora: Actor,
    pat: Actor,
}

impl Cast {
    async fn of(engine: &Engine) -> Self {
        let actor = async |name| engine::demo::actor(engine, name).await.unwrap();
        Self {
            sam: actor("sam").await,
            mia: actor("mia").await,
            fay: actor("fay").await,
            carla: actor("carla").await,
            dora: actor("dora").await,
            pat: actor("pat").await,
        }
    }

    /// An order of Sam's over 12,000.00, by the services alone, in `state`.
    async fn order(&self, engine: &Engine, state: State) -> PurchaseOrderId {
        let id = self.draft(engine, state != State::Draft).await;
        let approve = || Event::Approve {
            note: None,
            override_reason: None,
        };
        let steps: &[(&Actor, Event)] = match state {
            State::Draft | State::PendingApproval => &[],
            State::RequiresFinanceReview => &[(&self.mia, approve())],
            State::RequiresExecutiveReview => &[(&self.mia, approve()), (&self.fay, approve())],
            State::Rejected => &[(&self.mia, reject())],
            State::Cancelled => &[(&self.sam, Event::Cancel { note: None })],
            State::Approved => &[
                (&self.mia, approve()),
                (&self.fay, approve()),
                (&self.carla, approve()),
            ],
            State::Processing => &[
                (&self.mia, approve()),
                (&self.fay, approve()),
                (&self.carla, approve()),
                (&self.pat, Event::StartProcessing { note: None }),
            ],
            State::Completed => &[
                (&self.mia, approve()),
                (&self.fay, approve()),
                (&self.carla, approve()),
                (&self.pat, Event::StartProcessing { note: None }),
                (
                    &self.pat,
                    Event::Receive {
                        received: vec![(1, Quantity::parse("12").unwrap())],
                        note: None,
                    },
                ),
                (&self.pat, Event::Complete { note: None }),
            ],
        };
        for (actor, event) in steps {
            let version = record(engine, actor, id).await.unwrap().version;
            let command = Command {
                id,
                version,
                request_id: Uuid::new_v4(),
                event: event.clone(),
            };
            execute(engine, actor, &command).await.unwrap();
        }
        assert_eq!(
            record(engine, &self.sam, id).await.unwrap().order.state,
            state
        );
        id
    }

    async fn draft(&self, engine: &Engine, submit: bool) -> PurchaseOrderId {
        let raw = RawDraft {
            vendor: "1".to_owned(),
            lines: vec![RawLine {
                description: "Laptop".to_owned(),
                quantity: "12".to_owned(),
                unit: "each".to_owned(),
                unit_price: "1000".to_owned(),
                cost_centre: String::new(),
            }],
            ..RawDraft::default()
        };
        let draft = raw.parse("2026-01-01".parse().unwrap()).unwrap();
        let command = DraftCommand {
            existing: None,
            request_id: Uuid::new_v4(),
            draft,
            submit,
        };
        save_draft(engine, &self.sam, &command).await.unwrap().0
    }
}

fn reject() -> Event {
    Event::Reject {
        category: Some(RejectionCategory::Price),
        reason: Some("Too dear".to_owned()),
        override_reason: None,
    }
}

/// A form that holds whatever any of the actions asks for, so that only permission is left to refuse it. `to` may be asked for the
/// level it waits at.
fn filled(id: PurchaseOrderId, version: i32, to: &Actor) -> String {
    let to = to.id;
    format!(
        "id={id}&version={version}&to={to}&note=Because&category=price&reason=Because&override_reason=Away&received-1=1\
         &vendor=1&line_description=Laptop&line_quantity=12&line_unit=each&line_unit_price=1000&line_cost_centre="
    )
}

/// The addresses of everything that can be done to an order.
fn actions() -> Vec<&'static str> {
    let posts = ROUTES.iter().filter(|row| row.method == "POST");
    posts
        .map(|row| row.pattern)
        .filter(|pattern| pattern.ends_with("_purchase_order"))
        .collect()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_everyone_can_do_to_an_order_in_every_state(pool: PgPool) {
    let app = App::new(pool).await;
    let cast = Cast::of(&app.engine).await;
    let mut cookies = Vec::new();
    for name in PEOPLE {
        cookies.push((name, app.sign_in(name).await));
    }
    let mut golden = String::new();
    for state in State::ALL {
        writeln!(golden, "{}", state.as_str()).unwrap();
        for (name, cookie) in &cookies {
            let done = tried(&app, &cast, *state, cookie).await;
            writeln!(golden, "  {name:<6} {done}").unwrap();
        }
    }
    insta::assert_snapshot!(golden);
}

/// What one person can see and do to an order in one state: the page's status, then every action that was carried out.
async fn tried(app: &App, cast: &Cast, state: State, cookie: &str) -> String {
    let mut id = cast.order(&app.engine, state).await;
    let page = app
        .get(&engine::purchase_order::address(id), Some(cookie))
        .await;
    let mut said = format!("page {}", page.status.as_u16());
    let to = match state {
        State::RequiresFinanceReview => &cast.carla,
        _ => &cast.dora,
    };
    for action in actions() {
        let before = record(&app.engine, &cast.sam, id).await.unwrap();
        let answer = app
            .post(action, Some(cookie), &filled(id, before.version, to))
            .await;
        assert_eq!(
            answer.status.as_u16(),
            303,
            "{action} in {state:?}: {}",
            answer.body
        );
        let after = record(&app.engine, &cast.sam, id).await.unwrap();
        if after.version == before.version {
            assert_eq!(
                after.activity, before.activity,
                "{action} in {state:?} was refused, and left a trace"
            );
            continue;
        }
        let shown = app.get(answer.location(), Some(cookie)).await;
        assert_eq!(
            shown.status.as_u16(),
            200,
            "{action} in {state:?} leads to {}",
            answer.location()
        );
        let newest = after.activity.transitions().next().unwrap();
        let way = if newest.way == "override" {
            " by override"
        } else {
            ""
        };
        let name = action
            .trim_start_matches("/fn/")
            .trim_end_matches("_purchase_order");
        write!(said, ", {name}{way}").unwrap();
        id = cast.order(&app.engine, state).await;
    }
    said
}

/// A link is everybody's who has it, so it is bound to one person: who that can be, at each level.
#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_everyone_can_do_by_a_link_of_their_own_at_every_level(pool: PgPool) {
    let app = App::new(pool).await;
    let cast = Cast::of(&app.engine).await;
    let mut golden = String::new();
    for state in State::ALL.iter().filter(|state| state.in_approval()) {
        writeln!(golden, "{}", state.as_str()).unwrap();
        for name in PEOPLE {
            write!(golden, "  {name:<6}").unwrap();
            for action in ["approve", "reject"] {
                let id = cast.order(&app.engine, *state).await;
                let token = links::token(&app, id, name).await;
                let page = app.get(&engine::approval_link::address(&token), None).await;
                let (before, _) = links::state(&app, id).await;
                let more = filled(id, 0, &cast.dora).replace(&format!("id={id}&version=0&"), "");
                let body = links::fields(&app, id, &token, &more).await;
                let path = format!("/fn/{action}_by_link");
                assert_eq!(app.post(&path, None, &body).await.status, 303);
                let (after, _) = links::state(&app, id).await;
                let done = if after == before { "nothing" } else { action };
                write!(golden, " page {} {done}", page.status.as_u16()).unwrap();
            }
            writeln!(golden).unwrap();
        }
    }
    insta::assert_snapshot!(golden);
}
