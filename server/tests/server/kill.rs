//! The server killed with SIGKILL while orders are being approved, again and again: what somebody was told is done is done, once,
//! and every order agrees with its history, decisions and lines.

use std::{
    collections::{BTreeSet, VecDeque},
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use engine::seal;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sqlx::{
    ConnectOptions as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::{
    http::App,
    invariants::{texts, violations},
    orders,
    process::{DEADLINE, Place, Server, countersign, run},
};

const ORDERS: usize = 200;
const KILLS: usize = 20;
/// Connections that are used at once.
const CLIENTS: usize = 8;
pub const APPROVE: &str = "/fn/approve_purchase_order";
/// Which moments are chosen.
const SEED: u64 = 20_261_123;

/// *Approve* as a page of the order sends it; the same however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Approval {
    id: i64,
    version: i32,
    request_id: Uuid,
}

impl Approval {
    pub fn of_new(id: i64) -> Self {
        Self {
            id,
            version: 2,
            request_id: Uuid::new_v4(),
        }
    }

    pub fn form(&self) -> String {
        let Self {
            id,
            version,
            request_id,
        } = self;
        format!("request_id={request_id}&id={id}&version={version}&note=")
    }
}

/// What is left to do, what was answered with 303, and the answer after which the server is killed.
struct Life<'a> {
    address: &'a str,
    cookie: &'a str,
    todo: Mutex<VecDeque<Approval>>,
    told: Mutex<Vec<Approval>>,
    unanswered: Mutex<Vec<Approval>>,
    answers: AtomicUsize,
    last: usize,
    end: &'a (dyn Fn() + Sync),
}

impl Life<'_> {
    /// One of several: sends approvals until none is left, or the server is gone.
    fn client(&self) {
        loop {
            let next = self.todo.lock().unwrap().pop_front();
            let Some(approval) = next else { return };
            let Some(answer) = post(self.address, APPROVE, self.cookie, &approval.form()) else {
                self.unanswered.lock().unwrap().push(approval);
                return;
            };
            assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
            self.told.lock().unwrap().push(approval);
            if self.answers.fetch_add(1, Ordering::SeqCst) + 1 == self.last {
                (self.end)();
            }
        }
    }
}

/// Runs clients against `server` until `last` answers came, and then kills it. Returns what was told, and puts what was
/// not answered first into `todo` again.
fn until_killed(
    server: Server,
    cookie: &str,
    last: usize,
    todo: &mut VecDeque<Approval>,
    also: &(dyn Fn() + Sync),
) -> Vec<Approval> {
    let process = Pid::from_raw(server.child.id().try_into().unwrap());
    let end = || {
        kill(process, Signal::SIGKILL).unwrap();
        also();
    };
    let life = Life {
        address: &server.address,
        cookie,
        todo: Mutex::new(std::mem::take(todo)),
        told: Mutex::default(),
        unanswered: Mutex::default(),
        answers: AtomicUsize::new(0),
        last,
        end: &end,
    };
    std::thread::scope(|clients| {
        for _ in 0..CLIENTS {
            clients.spawn(|| life.client());
        }
    });
    *todo = life.unanswered.into_inner().unwrap().into();
    todo.append(&mut life.todo.into_inner().unwrap());
    let told = life.told.into_inner().unwrap();
    assert_eq!(server.ended(), None, "killed, not ended: {todo:?}");
    told
}

/// Sends what is left, and all the rest once more: each is answered as if it were the first time.
fn all_told(server: &Server, cookie: &str, approvals: &VecDeque<Approval>) {
    for approval in approvals {
        let answer = post(&server.address, APPROVE, cookie, &approval.form()).unwrap();
        let to = format!("\r\nlocation: /purchase-orders/{}?f=", approval.id);
        assert!(
            answer.starts_with("HTTP/1.1 303") && answer.contains(&to),
            "{answer}"
        );
    }
}

/// The answer to a form; `None` when the connection broke before its head was whole.
pub fn post(address: &str, path: &str, cookie: &str, form: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(DEADLINE)).ok()?;
    let length = form.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(format!("{head}{form}").as_bytes()).ok()?;
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (ended.is_ok() || answer.contains("\r\n\r\n"))
        .then_some(answer)
        .filter(|answer| !answer.is_empty())
}

/// The program over the test's own database.
pub fn over(pool: &PgPool, place: &Place) -> Command {
    let url = pool.connect_options().to_url_lossy();
    let mut command = countersign(&["serve"]);
    command
        .env("DATABASE_URL", url.as_str())
        .env("COUNTERSIGN_DATA_DIR", place.data())
        .env("COUNTERSIGN_AUDIT_KEY", "07".repeat(32))
        .env("RUST_LOG", "warn");
    command
}

/// The orders that Mia approved, one entry for each time.
async fn approved(pool: &PgPool) -> Vec<i64> {
    let sql =
        "SELECT subject_id::text FROM transitions WHERE event = 'approve' ORDER BY subject_id";
    let mut db = pool.acquire().await.unwrap();
    let ids = texts(&mut db, sql).await;
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

/// Everything agrees, and what was told is there, once.
async fn assert_kept(pool: &PgPool, told: &BTreeSet<Approval>, when: &str) {
    assert_eq!(violations(pool).await, Vec::<String>::new(), "{when}");
    let approved = approved(pool).await;
    let distinct: BTreeSet<i64> = approved.iter().copied().collect();
    assert_eq!(
        approved.len(),
        distinct.len(),
        "{when}: an order was approved twice"
    );
    let refused = "SELECT body::text FROM flashes WHERE body->>'status' <> '200'";
    let mut db = pool.acquire().await.unwrap();
    assert_eq!(
        texts(&mut db, refused).await,
        Vec::<String>::new(),
        "{when}"
    );
    for approval in told {
        assert!(
            distinct.contains(&approval.id),
            "{when}: {approval:?} was answered with 303 and is not there"
        );
    }
}

/// The cookie of someone of the demo who signs in at `server`.
fn signed_in(server: &Server, name: &str) -> String {
    let form = format!(
        "email={name}%40example.com&password={}",
        engine::demo::PASSWORD
    );
    let answer = post(&server.address, "/fn/sign_in", "", &form).unwrap();
    let (_, cookie) = answer.split_once("\r\nset-cookie: ").expect("a session");
    cookie.split(';').next().unwrap().to_owned()
}

/// Sam submits an order for 900 at `server`.
fn submitted(server: &Server, cookie: &str) -> Approval {
    let form = "intent=submit&vendor=1&line_description=Desk&line_quantity=1&line_unit=each&line_unit_price=900&line_cost_centre=";
    let answer = post(&server.address, "/fn/save_purchase_order", cookie, form).unwrap();
    let (_, id) = answer
        .split_once("\r\nlocation: /purchase-orders/")
        .expect("an order");
    Approval::of_new(id.split('?').next().unwrap().parse().unwrap())
}

/// The database that a server of `place` has started.
async fn private(place: &Place) -> PgPool {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(place.socket())
        .username("countersign")
        .database("countersign");
    let pool = PgPoolOptions::new().connect_with(options);
    pool.await.unwrap()
}

#[test]
fn killed_together_with_its_private_postgres_it_goes_on_with_all_that_was_told() {
    let place = Place::new();
    let (code, said) = run(place.command(&["demo", "--purchase-orders", "0"]));
    assert_eq!(code, Some(0), "{said}");
    let server = Server::start(place.command(&["serve"]));
    let (sam, mia) = (signed_in(&server, "sam"), signed_in(&server, "mia"));
    let mut todo: VecDeque<Approval> = (0..24).map(|_| submitted(&server, &sam)).collect();
    let mut told = BTreeSet::new();
    let mut server = Some(server);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for last in [5, 9] {
        let running = server
            .take()
            .unwrap_or_else(|| Server::start(place.command(&["serve"])));
        let postmaster = Pid::from_raw(place.postmaster());
        let also = || kill(postmaster, Signal::SIGKILL).unwrap();
        told.extend(until_killed(running, &mia, last, &mut todo, &also));
    }
    let server = Server::start(place.command(&["serve"]));
    let kept = runtime.block_on(private(&place));
    runtime.block_on(assert_kept(&kept, &told, "after both were killed twice"));
    todo.extend(told.iter().cloned());
    all_told(&server, &mia, &todo);
    told.extend(todo);
    runtime.block_on(assert_kept(&kept, &told, "at the end"));
    assert_eq!(told.len(), 24);
    runtime.block_on(kept.close());
    assert_eq!(server.stop(), Some(0));
    let (code, said) = run(place.command(&["audit", "verify"]));
    assert_eq!(code, Some(0), "{said}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn killed_20_times_while_200_orders_are_approved_nothing_told_is_lost_or_done_twice(
    pool: PgPool,
) {
    let app = App::new(pool.clone()).await;
    let cookie = app.sign_in("mia").await;
    let mut todo = VecDeque::new();
    for n in 0..ORDERS {
        // Every fourth goes on to Fay, so that its approval opens a decision as well.
        let total = if n % 4 == 0 { "5000" } else { "900" };
        let id = orders::submitted(&app.engine, total).await;
        todo.push_back(Approval::of_new(id.0));
    }
    let mut random = StdRng::seed_from_u64(SEED);
    let place = Place::new();
    let mut told = BTreeSet::<Approval>::new();
    for turn in 1..=KILLS {
        // About as many answers in each life, so that the kills are spread over all orders.
        let last = random.random_range(1..=2 * todo.len() / (KILLS + 2 - turn) - 1);
        let server = Server::start(over(&pool, &place));
        // One that was answered in an earlier life is sent again, too.
        if let Some(again) = told.iter().nth(random.random_range(0..=told.len())) {
            todo.push_front(again.clone());
        }
        told.extend(until_killed(server, &cookie, last, &mut todo, &|| ()));
        assert_kept(
            &pool,
            &told,
            &format!("after kill {turn}, at answer {last}"),
        )
        .await;
    }
    assert!(told.len() < ORDERS, "the last kill came while some waited");

    let server = Server::start(over(&pool, &place));
    todo.extend(told.iter().cloned());
    all_told(&server, &cookie, &todo);
    told.extend(todo);
    assert_eq!(server.stop(), Some(0));
    assert_kept(&pool, &told, "at the end").await;
    assert_eq!(approved(&pool).await.len(), ORDERS);
    seal::seal(&app.engine).await.unwrap();
    assert_eq!(seal::verify(&app.engine).await.unwrap(), None);
}
