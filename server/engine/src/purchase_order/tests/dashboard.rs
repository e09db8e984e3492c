//! The approvals dashboard: its sums are those of a recount after whatever happened, its figures those of a count in memory, and what it
//! reads does not grow with the orders.

use std::collections::BTreeMap;

use domain::{
    actor::Actor,
    ids::{DepartmentId, PersonId, PurchaseOrderId},
    purchase_order::{Event, RejectionCategory, State},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use sqlx::PgPool;

use crate::{
    Error,
    list::{self, Query},
    purchase_order::{
        ListRow, ORDERS, Scope,
        dashboard::{Asked, Dashboard, read, watched},
        fold, save_draft, settle,
    },
    test_support::{
        ADA, AUD, CARLA, Company, DORA, EVERYONE, FAY, MIA, PAT, SAM, TESS, actor, approve, cancel,
        complete, draft, receive, reject, reopen, saving, start_processing, withdraw,
    },
};

/// What happens by chance, the same every time.
struct Chance(u64);

impl Chance {
    fn of(&mut self, many: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % many
    }

    /// Somebody asks something of an order; most of it is refused.
    async fn event(&mut self, company: &Company, id: PurchaseOrderId) {
        let why = RejectionCategory::ALL[self.of(RejectionCategory::ALL.len())];
        let rejected = Event::Reject {
            category: Some(why),
            reason: Some("No.".to_owned()),
            override_reason: None,
        };
        let events = [
            Event::Submit,
            Event::Submit,
            approve(),
            approve(),
            approve(),
            approve(),
            rejected,
            withdraw(),
            reopen(),
            reopen(),
            start_processing(),
            receive(&[(1, "1")]),
            complete(),
            cancel(Some("Enough.")),
        ];
        let event = &events[self.of(events.len())];
        for who in EVERYONE {
            if company.act(who, id, event.clone()).await.is_ok() {
                break;
            }
        }
    }

    /// Its submitter saves a draft for another department, or for none.
    async fn moved(&mut self, company: &Company, id: PurchaseOrderId) {
        let sql = format!("SELECT submitter_id FROM purchase_orders WHERE id = {id}");
        let submitter = PersonId(company.number(&sql).await);
        let departments = [None, Some(DepartmentId(1)), Some(DepartmentId(2))];
        let content = domain::purchase_order::Draft {
            department: departments[self.of(3)],
            ..draft(["900", "5000", "12000"][self.of(3)])
        };
        let command = saving(content, Some((id, company.version(id).await)));
        // Refused once it is a draft no more.
        let _ = save_draft(&company.engine, &actor(submitter), &command).await;
    }
}

async fn played(company: &Company, seed: u64) {
    company
        .run("INSERT INTO departments (id, name) VALUES (2, 'Sales')")
        .await;
    let mut chance = Chance(seed);
    let mut orders = Vec::new();
    for (who, total) in [
        (SAM, "900"),
        (SAM, "5000"),
        (SAM, "12000"),
        (TESS, "900"),
        (TESS, "12000"),
        (MIA, "900"),
    ] {
        orders.push(company.raise_by(who, total).await);
    }
    // Carla is the first and the last level of Dora's: the last one passes.
    let passing = company.raise_by(DORA, "12000").await;
    company.does(DORA, passing, Event::Submit).await;
    company.hour();
    company.does(CARLA, passing, approve()).await;
    company.hour();
    company.does(FAY, passing, approve()).await;
    for n in 0..160 {
        let minutes = [0, 3, 50, 400, 3000][chance.of(5)];
        company
            .engine
            .clock()
            .advance(SignedDuration::from_mins(minutes));
        let id = orders[chance.of(orders.len())];
        if chance.of(6) == 0 {
            chance.moved(company, id).await;
        } else {
            chance.event(company, id).await;
        }
        if n == 20 {
            fold(&company.engine).await.unwrap();
        }
    }
}

async fn differences(company: &Company) -> i64 {
    company
        .number("SELECT count(*) FROM purchase_order_differences")
        .await
}

/// The whole history counted in memory, of the orders that `fits` knows by submitter and department.
async fn counted(company: &Company, fits: impl Fn(i64, Option<i64>) -> bool) -> Plain {
    let rows = company
        .rows(
            "SELECT t.subject_id, t.event, t.from_state, t.to_state, t.at, t.data ->> 'category' AS category, o.submitter_id, o.department_id
             FROM transitions t JOIN purchase_orders o ON o.id = t.subject_id
             WHERE t.subject_kind = 'purchase_order' ORDER BY t.subject_id, t.seq",
        )
        .await;
    let mut plain = Plain::default();
    let mut since = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        let (from, to) = (text("from_state"), text("to_state"));
        let at: Timestamp = text("at").unwrap().parse().unwrap();
        if from == to
            || !fits(
                row["submitter_id"].as_i64().unwrap(),
                row["department_id"].as_i64(),
            )
        {
            continue;
        }
        let before = since.insert(row["subject_id"].as_i64(), at);
        let Some(state) = from.as_deref().and_then(State::parse) else {
            continue;
        };
        if text("event").as_deref() == Some("pass") {
            plain.passed += 1;
        } else {
            let stood = at.duration_since(before.unwrap());
            plain.times.entry(state).or_default().push(stood);
        }
        match to.as_deref() {
            Some("approved") => *plain.outcomes.entry(None).or_default() += 1,
            Some("rejected") => {
                let why = RejectionCategory::parse(&text("category").unwrap());
                *plain.outcomes.entry(why).or_default() += 1;
            }
            _ => {}
        }
    }
    plain
}

#[derive(Debug, Default)]
struct Plain {
    times: BTreeMap<State, Vec<SignedDuration>>,
    outcomes: BTreeMap<Option<RejectionCategory>, i64>,
    passed: i64,
}

/// The figures say what was counted.
fn agree(figures: &Dashboard, mut plain: Plain) {
    let mut outcomes = BTreeMap::new();
    for ((_, why), count) in &figures.outcomes {
        *outcomes.entry(*why).or_default() += count;
    }
    assert_eq!(outcomes, plain.outcomes);
    let states: Vec<_> = figures.times.keys().collect();
    assert_eq!(states, plain.times.keys().collect::<Vec<_>>());
    for (state, times) in &figures.times {
        let all = plain.times.get_mut(state).unwrap();
        all.sort();
        assert_eq!(times.count(), all.len() as u64, "{state:?}");
        for percent in [50, 95] {
            let exact = all[(all.len() * percent).div_ceil(100) - 1];
            let said = times.percentile(percent as u64).unwrap();
            let near = (said.as_secs_f64() / exact.as_secs_f64() - 1.0).abs() < 0.1;
            assert!(
                near || exact.as_secs() < 60,
                "{state:?}: {said:?} for {exact:?}"
            );
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whatever_happens_the_figures_are_those_of_a_recount(pool: PgPool) {
    let company = Company::new(pool).await;
    played(&company, 7).await;
    assert_eq!(differences(&company).await, 0);
    let engine = &company.engine;
    let everything = counted(&company, |_, _| true).await;
    assert!(
        everything.times.len() > 4 && everything.outcomes.len() > 1,
        "{everything:?}"
    );
    assert!(everything.passed > 0);
    // Before all deltas are folded, and after.
    assert!(
        company
            .number("SELECT count(*) FROM purchase_order_deltas")
            .await
            > 0
    );
    for _ in 0..2 {
        for department in [None, Some(1), Some(2)] {
            for (who, scope, team) in [
                (FAY, Scope::All, None),
                (MIA, Scope::Team, Some(vec![SAM.0])),
                (DORA, Scope::Team, Some(vec![SAM.0, MIA.0])),
            ] {
                let asked = Asked {
                    scope,
                    days: 90,
                    department: department.map(DepartmentId),
                };
                let figures = read(engine, &actor(who), asked, &TimeZone::UTC)
                    .await
                    .unwrap();
                let fits = |submitter: i64, of: Option<i64>| {
                    team.as_ref().is_none_or(|team| team.contains(&submitter))
                        && (department.is_none() || of == department)
                };
                agree(&figures, counted(&company, fits).await);
            }
        }
        fold(engine).await.unwrap();
        assert_eq!(
            company
                .number("SELECT count(*) FROM purchase_order_deltas")
                .await,
            0
        );
        assert_eq!(differences(&company).await, 0);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_recount_finds_and_mends_what_differs_and_then_nothing(pool: PgPool) {
    let company = Company::new(pool).await;
    company.approved().await;
    fold(&company.engine).await.unwrap();
    assert_eq!(settle(&company.engine).await.unwrap(), 0);
    company
        .run("UPDATE purchase_order_sums SET count = count + 5 WHERE grain = 'all' AND measure = 'outcome'")
        .await;
    company
        .run("DELETE FROM purchase_order_sums WHERE grain = 'submitter' AND measure = 'step'")
        .await;
    assert_eq!(settle(&company.engine).await.unwrap(), 2);
    assert_eq!(settle(&company.engine).await.unwrap(), 0);
    assert_eq!(differences(&company).await, 0);
}

fn all(days: i16) -> Asked {
    Asked {
        scope: Scope::All,
        days,
        department: None,
    }
}

async fn listed(company: &Company, who: &Actor, address: &str) -> i64 {
    let query = Query::parse(&ORDERS, address, &TimeZone::UTC);
    assert!(query.errors().is_empty(), "{address}");
    let page = list::read::<ListRow>(&company.engine, who, &query).await;
    page.unwrap().count.unwrap()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_figure_leads_to_a_list_of_as_many_orders(pool: PgPool) {
    let company = Company::new(pool).await;
    let fay = actor(FAY);
    // Submitted on Monday at 9, due on Tuesday at 9; the second level has until Thursday.
    for total in ["900", "800", "12000"] {
        company.submitted(total).await;
    }
    let two = company.submitted("5000").await;
    company.does(MIA, two, approve()).await;
    company.approved().await;
    let dear = company.submitted("950").await;
    company.does(MIA, dear, reject("Too dear.")).await;
    let day = |day: i64| {
        let clock = company.engine.clock();
        clock.advance(SignedDuration::from_hours(24 * day));
    };
    day(1);
    company.hour();
    company.approved().await;
    let figures = read(&company.engine, &fay, all(7), &TimeZone::UTC)
        .await
        .unwrap();
    let waiting: Vec<_> = figures
        .waiting
        .iter()
        .map(|w| (w.state, w.name.as_str(), w.count, w.late, w.today))
        .collect();
    assert_eq!(
        waiting,
        [
            (State::PendingApproval, "Mia Moss", 3, 3, 3),
            (State::RequiresFinanceReview, "Fay Finch", 1, 0, 0)
        ]
    );
    for (address, count) in [
        ("in_approval=true", 4),
        ("late=true", 3),
        ("due_from=2026-03-03&due_to=2026-03-03", 3),
        ("due_from=2026-03-04&due_to=2026-03-04", 1),
        ("state=pending_approval&approver=2", 3),
        ("approved_from=2026-02-25", 2),
        ("approved_on=2026-03-02", 1),
        ("approved_from=2026-03-04", 0),
        ("rejected_on=2026-03-02", 1),
        ("rejected_for=price&rejected_from=2026-02-25", 1),
        ("rejected_for=budget", 0),
    ] {
        assert_eq!(
            listed(&company, &fay, &format!("scope=all&{address}")).await,
            count,
            "{address}"
        );
    }
    let outcomes: Vec<_> = figures.outcomes.values().copied().collect();
    assert_eq!(outcomes, [1, 1, 1]);
    // Reopened since: it was approved all the same.
    let id = company.approved().await;
    company.does(PAT, id, reopen()).await;
    assert_eq!(
        listed(&company, &fay, "scope=all&approved_from=2026-03-03").await,
        2
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_slowest_steps_come_first_and_days_before_the_period_count_no_more(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    company.hour();
    company.does(MIA, id, approve()).await;
    for _ in 0..30 {
        company.hour();
    }
    company.does(FAY, id, approve()).await;
    let steps = async |days| {
        let asked = all(days);
        let figures = read(&company.engine, &actor(AUD), asked, &TimeZone::UTC).await;
        let steps = figures.unwrap().steps.into_iter();
        let said = steps.map(|s| (s.name, s.count, s.mean.as_hours()));
        said.collect::<Vec<_>>()
    };
    let (fay, mia) = (
        ("Fay Finch".to_owned(), 1, 30),
        ("Mia Moss".to_owned(), 1, 1),
    );
    assert_eq!(steps(7).await, [fay.clone(), mia.clone()]);
    let days = |days: i64| {
        let clock = company.engine.clock();
        clock.advance(SignedDuration::from_hours(24 * days));
    };
    days(6);
    let left = steps(7).await;
    assert_eq!((left.len(), &left[0]), (1, &fay), "Mia's was a day earlier");
    days(1);
    assert_eq!(steps(7).await, []);
    assert_eq!(steps(30).await, [fay, mia]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn managers_watch_their_people_offices_everyone_and_nobody_else_anything(pool: PgPool) {
    let company = Company::new(pool).await;
    company.submitted("900").await;
    let asked = company.raise_by(TESS, "900").await;
    company.does(TESS, asked, Event::Submit).await;
    for who in EVERYONE {
        let who = actor(who);
        let scopes = watched(&who);
        let expected: &[Scope] = match who.id {
            FAY | CARLA => &[Scope::All, Scope::Team],
            ADA | AUD => &[Scope::All],
            MIA | DORA | crate::test_support::VIK => &[Scope::Team],
            _ => &[],
        };
        assert_eq!(scopes, expected, "{}", who.name);
        for scope in [
            Scope::Mine,
            Scope::Waiting,
            Scope::Team,
            Scope::Placed,
            Scope::All,
        ] {
            let asked = Asked { scope, ..all(7) };
            let answer = read(&company.engine, &who, asked, &TimeZone::UTC).await;
            if scopes.contains(&scope) {
                let waiting: i64 = answer.unwrap().waiting.iter().map(|w| w.count).sum();
                let seen = match (who.id, scope) {
                    (_, Scope::All) | (CARLA, _) => 2,
                    (FAY, _) => 0,
                    _ => 1,
                };
                assert_eq!(waiting, seen, "{}: {scope:?}", who.name);
            } else {
                assert!(
                    matches!(answer, Err(Error::NotFound)),
                    "{}: {scope:?}",
                    who.name
                );
            }
        }
        // A word that is not theirs is as if left out.
        let asked = Asked::parse(&who, |word| (word == "scope").then(|| "all".to_owned()));
        assert_eq!(
            asked.ok().map(|asked| asked.scope),
            expected.first().copied()
        );
    }
}

/// Orders of two people that were approved, or rejected, over 80 days, with their history.
const MANY: &str = "
    INSERT INTO purchase_orders (status, submitter_id, vendor_id, department_id, currency, total, content_hash, required_level, rule_set_id,
        created_at, status_changed_at, rejection_category, rejection_reason)
    SELECT CASE n % 5 WHEN 0 THEN 'rejected' ELSE 'completed' END, CASE n % 2 WHEN 0 THEN 1 ELSE 8 END, 1, 1, 'USD', n, sha256(''), 1, 1,
        now(), now(), CASE n % 5 WHEN 0 THEN 'price' END, CASE n % 5 WHEN 0 THEN 'no' END
    FROM generate_series(1, 20000) AS n;
    INSERT INTO transitions (subject_kind, subject_id, seq, event, from_state, to_state, round, way, data, at, hash, epoch)
    SELECT 'purchase_order', o.id, s, CASE s WHEN 1 THEN 'create' WHEN 2 THEN 'submit' ELSE 'approve' END,
        CASE s WHEN 2 THEN 'draft' WHEN 3 THEN 'pending_approval' END,
        CASE s WHEN 1 THEN 'draft' WHEN 2 THEN 'pending_approval' ELSE CASE o.status WHEN 'rejected' THEN 'rejected' ELSE 'approved' END END,
        1, 'page', CASE WHEN s = 3 AND o.status = 'rejected' THEN '{\"category\": \"price\"}'::jsonb ELSE '{}' END,
        '2026-03-02T09:00Z'::timestamptz - interval '1 day' * (o.id % 80) + interval '1 h' * s * (o.id % 7), sha256(''), 1
    FROM purchase_orders o, generate_series(1, 3) s;";

/// Rows read so far of all that the dashboard could read.
async fn looked_at(company: &Company) -> i64 {
    company.run("SELECT pg_stat_force_next_flush()").await;
    company
        .number(
            "SELECT (sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes
                 WHERE relname ~ '^(purchase_order|transitions|decisions)'))::bigint
             FROM pg_stat_user_tables WHERE relname ~ '^(purchase_order|transitions|decisions)'",
        )
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_the_dashboard_reads_does_not_grow_with_the_orders(pool: PgPool) {
    let options = (*pool.connect_options()).clone();
    let one = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    let one = one.after_connect(|connection, _| {
        Box::pin(async move { crate::plan_for_pages(connection).await })
    });
    let company = Company::new(one.connect_with(options).await.unwrap()).await;
    company.run(MANY).await;
    assert!(settle(&company.engine).await.unwrap() > 500);
    for table in ["purchase_orders", "transitions", "purchase_order_sums"] {
        company.run(&format!("VACUUM ANALYZE {table}")).await;
    }
    for (who, scope) in [(AUD, Scope::All), (MIA, Scope::Team)] {
        for department in [None, Some(DepartmentId(1))] {
            let asked = Asked {
                scope,
                department,
                days: 90,
            };
            let before = looked_at(&company).await;
            for _ in 0..8 {
                let figures = read(&company.engine, &actor(who), asked, &TimeZone::UTC).await;
                assert!(!figures.unwrap().outcomes.is_empty());
            }
            let each = (looked_at(&company).await - before) / 8;
            // Each sum in the index and in the table: 80 days of two states, an outcome or two, no step.
            assert!(each < 4000, "{scope:?} {department:?}: {each} rows");
        }
    }
}
