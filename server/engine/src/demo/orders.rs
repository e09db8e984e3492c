//! Plays the plan: every order goes through the services that everyone's orders go through, at the time the plan says.

use std::collections::BTreeMap;

use domain::{
    actor::Actor,
    ids::{DepartmentId, PersonId, PurchaseOrderId, VendorId},
    money::Quantity,
    purchase_order::{Draft, Event, RawDraft, RawLine},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    DemoSize, at,
    fates::Step,
    many,
    plan::{Planned, plan},
};
use crate::{
    Engine, Error, Result, person,
    purchase_order::{Command, DraftCommand, execute, save_draft},
    timer,
};

/// The forms' ids are the same every time, too.
const SEED: u64 = 0x51de;

/// So many orders are played at most; of more, most are copied.
const PLAYED_MAX: usize = 999;

/// Makes the orders that are not there yet.
pub(super) async fn make(engine: &Engine, size: DemoSize) -> Result<()> {
    let made = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM purchase_orders"#)
        .fetch_one(engine.pool())
        .await?;
    let now = engine.clock().now();
    let made = usize::try_from(made).unwrap_or(usize::MAX);
    let mut stage = Stage::set(at(engine, now).await?).await?;
    let many = size.purchase_orders > PLAYED_MAX;
    let mut planned = plan(if many { DemoSize::default() } else { size }.purchase_orders);
    if many {
        planned.extend(many::planned());
    }
    for (n, order) in planned.iter().enumerate().skip(made) {
        stage.random = StdRng::seed_from_u64(SEED ^ n as u64);
        stage.play(order, now - order.age).await?;
    }
    if many {
        many::copy(engine, size.purchase_orders).await?;
    }
    Ok(())
}

/// Who and what the orders are about, and the clock they are played by.
struct Stage {
    engine: Engine,
    /// When it ends.
    now: Timestamp,
    actors: BTreeMap<i64, Actor>,
    /// By the name before the `@` of their email.
    people: BTreeMap<String, (i64, Option<i64>)>,
    vendors: BTreeMap<String, i64>,
    random: StdRng,
}

impl Stage {
    async fn set(engine: Engine) -> Result<Self> {
        let people = sqlx::query!("SELECT id, email, department_id FROM people")
            .fetch_all(engine.pool())
            .await?;
        let mut actors = BTreeMap::new();
        for row in &people {
            if let Some(found) = person::signed_in(&engine, PersonId(row.id)).await? {
                actors.insert(row.id, found.actor);
            }
        }
        let people = people
            .into_iter()
            .map(|row| {
                (
                    row.email.split('@').next().unwrap_or_default().to_owned(),
                    (row.id, row.department_id),
                )
            })
            .collect();
        let vendors = sqlx::query!("SELECT id, name FROM vendors")
            .fetch_all(engine.pool())
            .await?;
        Ok(Self {
            actors,
            people,
            vendors: vendors.into_iter().map(|row| (row.name, row.id)).collect(),
            random: StdRng::seed_from_u64(SEED),
            now: engine.clock().now(),
            engine,
        })
    }

    async fn play(&mut self, order: &Planned, begins: Timestamp) -> Result<()> {
        let clock = self.engine.clock();
        clock.advance(begins.duration_since(clock.now()));
        let submitter = self.person(order.submitter)?.clone();
        let draft = self.draft(order, 100)?;
        let id = self.save(&submitter, None, draft, false).await?;
        for (pause, step) in &order.steps {
            let then = self.engine.clock().now() + *pause;
            self.pass(id, then).await?;
            self.step(order, id, step).await?;
        }
        // What rang until today has rung: a server that starts now has nobody to remind of what is long known.
        self.pass(id, self.now).await
    }

    /// Time passes, and the order's timers ring when they would have.
    async fn pass(&self, id: PurchaseOrderId, until: Timestamp) -> Result<()> {
        let clock = self.engine.clock();
        let wait = |at: Timestamp| clock.advance(at.duration_since(clock.now()));
        while let Some(at) = timer::next(&self.engine, id)
            .await?
            .filter(|at| *at <= until)
        {
            wait(at);
            timer::ring(&self.engine, id).await?;
        }
        wait(until);
        Ok(())
    }

    async fn step(&mut self, order: &Planned, id: PurchaseOrderId, step: &Step) -> Result<()> {
        let standing = self.standing(id).await?;
        if let Step::Revise(percent) = step {
            let submitter = self.person(order.submitter)?.clone();
            let draft = self.draft(order, *percent)?;
            self.save(&submitter, Some((id, standing.version)), draft, true)
                .await?;
            return Ok(());
        }
        if standing.passed(step) {
            return Ok(());
        }
        let actor = self.actor(order, &standing, step)?.clone();
        let own = standing.approver == Some(actor.id.0);
        let Some(event) = event(order, step, own) else {
            return Ok(());
        };
        let command = Command {
            id,
            version: standing.version,
            request_id: self.request_id(),
            event,
        };
        execute(&self.engine, &actor, &command).await?;
        Ok(())
    }

    /// Who does this.
    fn actor(&self, order: &Planned, standing: &Standing, step: &Step) -> Result<&Actor> {
        match step {
            Step::Approve(_) | Step::Reject(..) => standing
                .approver
                .and_then(|id| self.actors.get(&id))
                .ok_or(Error::NotFound),
            Step::Override(_) => self.person(if order.submitter == "vik" {
                "ada"
            } else {
                "vik"
            }),
            Step::Cancel(_) if !standing.approved => self.person(order.submitter),
            Step::Submit | Step::Revise(_) | Step::Withdraw(_) | Step::Reopen(_) => {
                self.person(order.submitter)
            }
            Step::Start
            | Step::Receive(_)
            | Step::Complete(_)
            | Step::Cancel(_)
            | Step::CancelApproved(_) => self.person("pat"),
        }
    }

    async fn save(
        &mut self,
        submitter: &Actor,
        existing: Option<(PurchaseOrderId, i32)>,
        draft: Draft,
        submit: bool,
    ) -> Result<PurchaseOrderId> {
        let command = DraftCommand {
            existing,
            request_id: self.request_id(),
            draft,
            submit,
        };
        Ok(save_draft(&self.engine, submitter, &command).await?.0)
    }

    /// The form as it was typed, with prices cut to so many percent.
    fn draft(&self, order: &Planned, percent: i64) -> Result<Draft> {
        let today = self.engine.clock().now().to_zoned(TimeZone::UTC).date();
        let needed = today
            .checked_add(SignedDuration::from_hours(24 * order.needed_in_days))
            .map_err(Error::internal)?;
        let raw = RawDraft {
            needed_by: needed.to_string(),
            justification: order.justification.to_owned(),
            ship_to: order.ship_to.to_owned(),
            lines: order.lines.iter().map(|line| cut(line, percent)).collect(),
            ..RawDraft::default()
        };
        let department = self
            .people
            .get(order.submitter)
            .and_then(|(_, department)| *department);
        let draft = raw.parse(today).map_err(Error::Invalid)?;
        let vendor = self.vendors.get(order.vendor).copied();
        Ok(Draft {
            vendor: vendor.map(VendorId),
            department: department.map(DepartmentId),
            ..draft
        })
    }

    fn person(&self, name: &str) -> Result<&Actor> {
        self.people
            .get(name)
            .and_then(|(id, _)| self.actors.get(id))
            .ok_or(Error::NotFound)
    }

    fn request_id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    async fn standing(&self, id: PurchaseOrderId) -> Result<Standing> {
        let row = sqlx::query!(
            "SELECT version, current_approver, approval_level, status FROM purchase_orders WHERE id = $1",
            id.0
        )
        .fetch_one(self.engine.pool())
        .await?;
        Ok(Standing {
            version: row.version,
            approver: row.current_approver,
            level: row.approval_level,
            approved: row.status == "approved",
        })
    }
}

/// Where an order stands between two steps.
struct Standing {
    version: i32,
    approver: Option<i64>,
    /// 0: nothing is waited for.
    level: i16,
    approved: bool,
}

impl Standing {
    /// Whether an approver's own decision at a lower level has settled this one.
    fn passed(&self, step: &Step) -> bool {
        match step {
            Step::Approve(level) => self.level != *level,
            Step::Reject(..) => self.level == 0,
            _ => false,
        }
    }
}

/// What is asked of the order; nothing for a revision, which is a form.
fn event(order: &Planned, step: &Step, own: bool) -> Option<Event> {
    let note = |text: &str| Some(text.to_owned());
    Some(match step {
        Step::Revise(_) => return None,
        Step::Submit => Event::Submit,
        Step::Approve(_) => Event::Approve {
            note: None,
            override_reason: None,
        },
        Step::Override(reason) => Event::Approve {
            note: None,
            override_reason: note(reason).filter(|_| !own),
        },
        Step::Reject(category, reason) => Event::Reject {
            category: Some(*category),
            reason: note(reason),
            override_reason: None,
        },
        Step::Withdraw(text) => Event::Withdraw { note: note(text) },
        Step::Reopen(text) => Event::Reopen { note: note(text) },
        Step::Cancel(text) | Step::CancelApproved(text) => Event::Cancel { note: note(text) },
        Step::Start => Event::StartProcessing { note: None },
        Step::Receive(percent) => Event::Receive {
            received: received(&order.lines, *percent),
            note: None,
        },
        Step::Complete(text) => Event::Complete {
            note: text.and_then(note),
        },
    })
}

fn cut(line: &RawLine, percent: i64) -> RawLine {
    let price: Decimal = line.unit_price.parse().unwrap_or_default();
    let price = (price * Decimal::new(percent, 2)).round_dp(2);
    RawLine {
        unit_price: price.to_string(),
        ..line.clone()
    }
}

/// So many percent of every line, in whole pieces.
fn received(lines: &[RawLine], percent: i64) -> Vec<(i32, Quantity)> {
    lines
        .iter()
        .zip(1..)
        .filter_map(|(line, position)| {
            let ordered: i64 = line.quantity.parse().ok()?;
            Some((
                position,
                Quantity::from_decimal(Decimal::from(ordered * percent / 100))?,
            ))
        })
        .collect()
}
