//! Random and mutated forms to every POST route, random queries to every GET route, by several people and by nobody: no
//! answer of 500 or above (a panic is one, and so is one that took too long), and everything that is kept still agrees.
//!
//! The seed is fixed. `FUZZ_SEED` and `FUZZ_POSTS` change it and how many forms are sent: `make fuzz` sends all of them.

mod cast;
mod form;
mod mutate;
mod query;

use std::{env, str::FromStr, time::Instant};

use app::routes::{FILES, ROUTES, RouteRow};
use axum::{body::Body, http::Request};
use engine::seal;
use futures::future::join_all;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    http::{App, from_this_machine},
    invariants::{texts, violations},
};
use cast::Cast;
use form::Known;

/// How many forms `make test` sends, where each answer takes ten times as long as in a release.
const POSTS: usize = 10_000;
const SEED: u64 = 20_261_123;
/// After so many everything that is kept is looked at.
const ROUND: usize = 2_000;
/// Who sends at once.
const AT_ONCE: usize = 4;
/// Forms to each GET.
const GETS: usize = 5;
/// After so many a sender looks again what there is.
const LOOK: usize = 10;

/// A number of the environment's.
fn setting<T: FromStr>(name: &str, otherwise: T) -> T {
    let set = env::var(name).ok().and_then(|value| value.parse().ok());
    set.unwrap_or(otherwise)
}

/// How often an action is chosen. Those that work for a password take a thousand times as long as the rest; new vendors
/// and the like make every list longer.
fn weight(row: &RouteRow) -> u32 {
    let rare = ["create_", "password", "sign_in", "sign_out", "attachments"];
    match row.pattern {
        pattern if rare.iter().any(|word| pattern.contains(word)) => 2,
        // Enough new ones that there are always some to act on.
        "/fn/save_purchase_order" => 300,
        "/fn/cancel_purchase_order" | "/fn/withdraw_purchase_order" => 10,
        "/fn/hold_vendor" | "/fn/flag_vendor" => 3,
        pattern if pattern.ends_with("_purchase_order") => 60,
        _ => 10,
    }
}

fn all(method: &str) -> Vec<&'static RouteRow> {
    let rows = ROUTES.iter().chain(FILES);
    rows.filter(|row| row.method == method).collect()
}

/// One of several that send at once.
struct Sender<'a> {
    app: &'a App,
    cast: &'a Cast,
    known: Known,
    random: StdRng,
}

impl Sender<'_> {
    /// Sends `posts` forms and some queries; what is answered with 500 or above.
    async fn send(mut self, posts: usize) -> Result<(), String> {
        let (forms, pages) = (all("POST"), all("GET"));
        let weights: u32 = forms.iter().map(|row| weight(row)).sum();
        for n in 0..posts {
            if n % LOOK == 0 {
                self.known = Known::read(self.app.engine.pool()).await;
            }
            let mut at = self.random.random_range(0..weights);
            let row = forms.iter().find(|row| {
                let here = at < weight(row);
                at = at.saturating_sub(weight(row));
                here
            });
            let mut form = form::filled(row.unwrap(), &self.known, &mut self.random);
            let by = std::mem::take(&mut form.by);
            let request = mutate::request(form, &mut self.random);
            let leads = self.ask(&by, request).await?;
            if n % GETS == 0 {
                if !leads.is_empty() {
                    self.ask(&by, (from_this_machine(Request::get(leads)), Vec::new()))
                        .await?;
                }
                let page = pages[self.random.random_range(0..pages.len())];
                let address = query::address(page.pattern, &self.known, &mut self.random);
                self.ask("", (from_this_machine(Request::get(address)), Vec::new()))
                    .await?;
            }
        }
        Ok(())
    }

    /// Sends a request, more often than not as who can do it; returns where it leads.
    async fn ask(
        &mut self,
        by: &str,
        (request, body): (axum::http::request::Builder, Vec<u8>),
    ) -> Result<String, String> {
        let able = self.cast.cookie_of(by);
        let able = able.filter(|_| self.random.random_ratio(4, 5));
        let request = match able.or_else(|| self.cast.anybody(&mut self.random)) {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let request = if self.random.random_ratio(19, 20) {
            request.header("accept", "text/html")
        } else {
            request
        };
        // What is no request at all is not the router's to answer.
        let Ok(request) = request.body(Body::from(body.clone())) else {
            return Ok(String::new());
        };
        let said = format!(
            "{} {} {:?}",
            request.method(),
            request.uri(),
            request.headers()
        );
        let answer = self.app.send(request).await;
        if answer.status.is_server_error() {
            let body = body.escape_ascii();
            return Err(format!("{} to {said}\n{body:.5000}", answer.status));
        }
        Ok(answer.location().to_owned())
    }
}

/// A redirect hides what went wrong in a flash.
async fn failures(pool: &PgPool) -> Vec<String> {
    let mut db = pool.acquire().await.unwrap();
    let sql = "SELECT left(body::text, 5000) FROM flashes WHERE (body->>'status')::int >= 500";
    texts(&mut db, sql).await
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn random_forms_to_every_route_fail_nowhere_and_leave_everything_agreeing(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let pool = PgPoolOptions::new()
        .max_connections(12)
        .connect_with(options)
        .await
        .unwrap();
    let (posts, seed) = (setting("FUZZ_POSTS", POSTS), setting("FUZZ_SEED", SEED));
    let app = App::new(pool.clone()).await;
    let cast = Cast::of(&app).await;
    form::begin(&app).await;
    let began = Instant::now();
    for (round, first) in (0..posts).step_by(ROUND).enumerate() {
        let each = ROUND.min(posts - first).div_ceil(AT_ONCE);
        let senders = (0..AT_ONCE).map(|n| {
            let stream = seed + (round * AT_ONCE + n) as u64;
            let random = StdRng::seed_from_u64(stream);
            Sender {
                app: &app,
                cast: &cast,
                known: Known::default(),
                random,
            }
            .send(each)
        });
        let wrong: Vec<String> = join_all(senders)
            .await
            .into_iter()
            .filter_map(Result::err)
            .collect();
        let when = format!("FUZZ_SEED={seed}, round {round}");
        assert_eq!(wrong, Vec::<String>::new(), "{when}");
        assert_eq!(failures(&pool).await, Vec::<String>::new(), "{when}");
        assert_eq!(violations(&pool).await, Vec::<String>::new(), "{when}");
        cast.restore(&app).await;
    }
    seal::seal(&app.engine).await.unwrap();
    assert_eq!(
        seal::verify(&app.engine).await.unwrap(),
        None,
        "FUZZ_SEED={seed}"
    );
    println!(
        "{posts} forms in {:.0} s; orders by state, events: {}",
        began.elapsed().as_secs_f64(),
        form::reached(&pool).await
    );
    pool.close().await;
}
