//! Three servers over one database under load, of which one after another is killed: every timer rings once, everybody is told once, and
//! every mail arrives.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use engine::{
    clock::{Jump, jump},
    seal,
};
use nix::sys::signal::Signal;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    http::App,
    invariants::{texts, violations},
    kill::{APPROVE, Approval, over, post},
    orders,
    process::{DEADLINE, Place, Server},
};

const ORDERS: usize = 60;
/// Approved while the timers of all of them ring.
const APPROVED: usize = 40;
const CLIENTS: usize = 6;
/// After so many answers a server is killed and another one takes its place.
const KILLED_AFTER: [usize; 3] = [6, 15, 26];
/// Which servers are asked and which are killed.
const SEED: u64 = 20_261_124;

/// A mail server: how often each Message-ID came.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<BTreeMap<String, usize>>>);

impl Sink {
    fn start(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let sink = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = sink.clone();
                // A server that is killed breaks off in the middle.
                std::thread::spawn(move || sink.talk(&stream));
            }
        });
        address
    }

    fn talk(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        stream.write_all(b"220 sink\r\n")?;
        let (mut id, mut in_data) = (String::new(), false);
        for line in BufReader::new(stream.try_clone()?).lines() {
            let line = line?;
            let answer: &[u8] = match (in_data, line.as_str()) {
                (true, ".") => {
                    in_data = false;
                    *self.0.lock().unwrap().entry(id.clone()).or_default() += 1;
                    b"250 kept\r\n"
                }
                (true, line) => {
                    if let Some(found) = line.strip_prefix("Message-ID: ") {
                        found.clone_into(&mut id);
                    }
                    continue;
                }
                (false, "DATA") => {
                    in_data = true;
                    b"354 go on\r\n"
                }
                (false, "QUIT") => {
                    stream.write_all(b"221 bye\r\n")?;
                    return Ok(());
                }
                (false, _) => b"250 yes\r\n",
            };
            stream.write_all(answer)?;
        }
        Ok(())
    }
}

/// The three that run now, and what is asked of them.
struct Fleet<'a> {
    start: &'a (dyn Fn() -> Server + Sync),
    running: Mutex<Vec<Server>>,
    todo: Mutex<Vec<Approval>>,
    answers: AtomicUsize,
    random: Mutex<StdRng>,
    killing: Mutex<()>,
}

impl Fleet<'_> {
    fn one_of_three(&self) -> usize {
        self.random.lock().unwrap().random_range(0..3)
    }

    /// One of several: sends approvals, each until somebody answers.
    fn client(&self, cookie: &str) {
        loop {
            let next = self.todo.lock().unwrap().pop();
            let Some(approval) = next else { return };
            loop {
                let asked = self.one_of_three();
                let address = self.running.lock().unwrap()[asked].address.clone();
                let Some(answer) = post(&address, APPROVE, cookie, &approval.form()) else {
                    continue;
                };
                assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                break;
            }
            let answers = self.answers.fetch_add(1, Ordering::SeqCst) + 1;
            if KILLED_AFTER.contains(&answers) {
                self.kill_one();
            }
        }
    }

    fn kill_one(&self) {
        // One at a time, or what has just come up is waited for as if it had been killed.
        let _alone = self.killing.lock().unwrap();
        let killed = self.one_of_three();
        self.running.lock().unwrap()[killed].signal(Signal::SIGKILL);
        let fresh = (self.start)();
        let gone = std::mem::replace(&mut self.running.lock().unwrap()[killed], fresh);
        assert_eq!(gone.ended(), None, "killed, not ended");
    }
}

async fn all(pool: &PgPool, sql: &str) -> Vec<String> {
    let mut db = pool.acquire().await.unwrap();
    texts(&mut db, sql).await
}

/// Returns once nothing is due any more and every mail has left.
async fn done(pool: &PgPool) {
    let left = "SELECT 'timer of ' || subject_id FROM decisions
            WHERE timer_at <= now() + (SELECT clock_moved_seconds * interval '1 second' FROM organisation)
        UNION ALL SELECT 'mail ' || id FROM deliveries WHERE state <> 'sent'";
    let until = Instant::now() + DEADLINE;
    loop {
        let left = all(pool, left).await;
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "{left:?}");
    }
}

async fn ahead(app: &App, hours: i64) {
    let ada = engine::demo::actor(&app.engine, "ada").await.unwrap();
    let by = Jump::hours(hours).unwrap();
    jump(&app.engine, &ada, Uuid::new_v4(), by).await.unwrap();
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn three_servers_of_which_one_is_killed_ring_every_timer_once_and_tell_everybody_once(
    pool: PgPool,
) {
    let app = App::new(pool.clone()).await;
    let mia = app.sign_in("mia").await;
    let mut todo = Vec::new();
    for n in 0..ORDERS {
        let id = orders::submitted(&app.engine, "900").await;
        if n < APPROVED {
            todo.push(Approval::of_new(id.0));
        }
    }
    // All of them are due to be reminded of and to escalate.
    ahead(&app, 26).await;
    let sink = Sink::default();
    let mail = format!("smtp://{}", sink.start());
    let place = Place::new();
    let start = || {
        let mut command = over(&pool, &place);
        command
            .env("SMTP_URL", &mail)
            .env("COUNTERSIGN_MAIL_FROM", "Countersign <hello@example.com>");
        Server::start(command)
    };
    let fleet = Fleet {
        start: &start,
        running: Mutex::new((0..3).map(|_| start()).collect()),
        todo: Mutex::new(todo),
        answers: AtomicUsize::new(0),
        random: Mutex::new(StdRng::seed_from_u64(SEED)),
        killing: Mutex::default(),
    };
    std::thread::scope(|clients| {
        for _ in 0..CLIENTS {
            clients.spawn(|| fleet.client(&mia));
        }
    });
    // What a killed one had claimed is free after five minutes.
    ahead(&app, 1).await;
    done(&pool).await;
    for server in fleet.running.into_inner().unwrap() {
        assert_eq!(server.stop(), Some(0));
    }

    assert_eq!(violations(&pool).await, Vec::<String>::new());
    let nothing = Vec::<String>::new();
    let twice =
        "SELECT subject_id || ' ' || event FROM transitions WHERE event IN ('approve', 'escalate')
        GROUP BY subject_id, event HAVING count(*) > 1";
    assert_eq!(all(&pool, twice).await, nothing, "rang or decided twice");
    // Of each that waits still: Mia is reminded and told that it escalated, Dora that it did to her; of each approved: Sam is told.
    let untold = "SELECT d.subject_id || ' ' || k.kind FROM decisions d
            JOIN (VALUES ('reminder', 2), ('escalated', 1), ('approved', 1)) k (kind, times) ON (d.verdict IS NULL) <> (k.kind = 'approved')
        WHERE k.times <> (SELECT count(*) FROM notifications n WHERE n.subject_id = d.subject_id AND n.kind = k.kind)";
    assert_eq!(all(&pool, untold).await, nothing);
    let unescalated = "SELECT subject_id::text FROM decisions d WHERE verdict IS NULL
        AND NOT EXISTS (SELECT FROM transitions t WHERE t.subject_id = d.subject_id AND t.event = 'escalate')";
    assert_eq!(all(&pool, unescalated).await, nothing);
    let waiting = all(
        &pool,
        "SELECT id::text FROM decisions WHERE verdict IS NULL",
    )
    .await;
    assert!(
        (ORDERS - APPROVED..ORDERS).contains(&waiting.len()),
        "some are approved, and some wait: {}",
        waiting.len()
    );
    // One mail each, which arrived: again only under the same Message-ID, where its server was killed before it noted the answer.
    let mails =
        "SELECT notification_id::text FROM deliveries GROUP BY notification_id HAVING count(*) > 1";
    assert_eq!(all(&pool, mails).await, nothing);
    let sent = all(&pool, "SELECT token::text FROM deliveries ORDER BY token").await;
    let arrived = sink.0.lock().unwrap().clone();
    assert_eq!(arrived.len(), sent.len());
    for token in sent {
        assert!(arrived.keys().any(|id| id.contains(&token)), "{token}");
    }
    let again: usize = arrived.values().map(|times| times - 1).sum();
    assert!(again <= 4 * KILLED_AFTER.len(), "{again} came again");
    seal::seal(&app.engine).await.unwrap();
    assert_eq!(seal::verify(&app.engine).await.unwrap(), None);
}
