//! Everything that can happen to an order: breadth first over states, events, people, amounts, vendors and stand-ins.
//!
//! The laws are checked against what really happened here (who called, as what they stood), never against what `decide`
//! says of itself, and the levels a total needs are written out again. `model_laws` states them and breaks them on purpose.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rust_decimal::Decimal;

use super::{
    model_laws::{Happened, Law, broken},
    model_timer::{broken_by_timer, escalated_to},
    samples::{self, Setting, bare, filled},
};
use crate::{
    actor::Actor,
    approval_rule::Level,
    ids::PersonId,
    money,
    purchase_order::*,
    world::{self, amount},
};

/// Totals on both sides of every limit.
pub const TOTALS: [&str; 5] = ["0.01", "999.99", "1000.00", "10000.00", "10000.01"];

/// Nothing of an old round is left in an order, so every later round looks like the second. That each step counts
/// right is a law of its own.
const ROUNDS: i32 = 2;

pub type Decide = fn(&Order, &Event, &Actor, &Context<'_>) -> Result<Decision, Refusal>;

pub type Escalate = fn(&Order, &Context<'_>) -> Result<Decision, Refusal>;

/// Whoever decides for others: delegates of the approver, and of whoever it escalated to.
pub type StandIns = fn(
    &Model,
    approver: PersonId,
    escalated_to: Option<PersonId>,
) -> [Option<(PersonId, PersonId)>; 2];

/// One organisation, one submitter, and the machine under test.
pub struct Model {
    pub setting: Setting,
    pub submitter: PersonId,
    pub overriding: Vec<PersonId>,
    pub stand_ins: StandIns,
    pub decide: Decide,
    pub escalate: Escalate,
}

/// How the vendor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vendor {
    Clear,
    OnHold,
    Flagged,
}

/// An order, as far as the machine can tell one from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Config {
    pub state: State,
    pub round: i32,
    pub total: Decimal,
    pub vendor: Vendor,
    pub required: Option<Level>,
    pub approver: Option<PersonId>,
    /// Whether the deadline of what is waited for has passed.
    pub late: bool,
    /// Whether it escalated at this level.
    pub escalated: bool,
    /// To whom, if to somebody.
    pub escalated_to: Option<PersonId>,
    /// Decided in this round, as it happened. Forgotten when approval ends.
    pub decided: Vec<(Level, PersonId, Way)>,
    /// Passed in this round, by whom it asked. Forgotten likewise.
    pub passed: Vec<(Level, PersonId)>,
    pub received: bool,
}

/// How one configuration became another.
#[derive(Clone, Debug)]
enum Cause {
    Start,
    Asked(PersonId, Event),
    Edited,
    VendorChanged,
    DeadlinePassed,
    TimerRang,
}

/// What was found.
pub struct Explored {
    pub configs: usize,
    pub rows_used: BTreeSet<(State, EventKind)>,
    /// One counter-example per broken law, the shortest, as a short story.
    pub stories: BTreeMap<Law, String>,
}

struct Search<'a> {
    model: &'a Model,
    actors: Vec<Actor>,
    nodes: Vec<(Config, usize, Cause)>,
    index: BTreeMap<Config, usize>,
    queue: VecDeque<usize>,
    /// What people (not vendors or edits) can do, backwards.
    back: BTreeMap<usize, Vec<usize>>,
    found: Explored,
}

impl Model {
    pub fn explore(&self) -> Explored {
        let found = Explored {
            configs: 0,
            rows_used: BTreeSet::new(),
            stories: BTreeMap::new(),
        };
        let mut search = Search {
            model: self,
            actors: self
                .setting
                .directory
                .people
                .keys()
                .map(|id| self.actor(*id))
                .collect(),
            nodes: Vec::new(),
            index: BTreeMap::new(),
            queue: VecDeque::new(),
            back: BTreeMap::new(),
            found,
        };
        let start = Config {
            state: State::Draft,
            round: 1,
            total: amount(TOTALS[0]),
            vendor: Vendor::Clear,
            required: None,
            approver: None,
            late: false,
            escalated: false,
            escalated_to: None,
            decided: Vec::new(),
            passed: Vec::new(),
            received: false,
        };
        search.visit(start, 0, Cause::Start);
        while let Some(at) = search.queue.pop_front() {
            search.expand(at);
        }
        search.ends();
        search.found.configs = search.nodes.len();
        search.found
    }

    fn actor(&self, id: PersonId) -> Actor {
        let override_approvals = self.overriding.contains(&id);
        Actor {
            override_approvals,
            ..self.setting.actor(id)
        }
    }

    /// The order as the engine would load it.
    fn order(&self, config: &Config) -> Order {
        let mut order = samples::draft(self.submitter, config.total);
        order.state = config.state;
        order.round = config.round;
        order = match config.vendor {
            Vendor::Clear => order,
            Vendor::OnHold => samples::on_hold(order),
            Vendor::Flagged => samples::flagged(order),
        };
        order.required_level = config.required;
        order.rule_set = config.required.map(|_| self.setting.rules.id);
        order.waiting = config
            .approver
            .zip(config.state.level())
            .map(|(approver, level)| {
                let escalated_to = config.escalated_to;
                let mut waiting = samples::waiting(level, approver);
                if config.late {
                    waiting.due = world::now();
                }
                Waiting {
                    escalated: config.escalated,
                    escalated_to,
                    delegates: (self.stand_ins)(self, approver, escalated_to),
                    ..waiting
                }
            });
        let approvals = config.decided.iter();
        order.approvals = approvals
            .map(|(level, by, way)| Approval {
                level: *level,
                by: *by,
                way: *way,
            })
            .collect();
        if config.received {
            order.lines[0].received = order.lines[0].quantity.unwrap_or_default();
        }
        order
    }
}

impl Search<'_> {
    fn visit(&mut self, config: Config, from: usize, cause: Cause) -> usize {
        if let Some(known) = self.index.get(&config) {
            return *known;
        }
        let at = self.nodes.len();
        self.index.insert(config.clone(), at);
        self.nodes.push((config, from, cause));
        self.queue.push_back(at);
        at
    }

    fn expand(&mut self, at: usize) {
        let config = self.nodes[at].0.clone();
        for vendor in [Vendor::Clear, Vendor::OnHold, Vendor::Flagged] {
            self.visit(
                Config {
                    vendor,
                    ..config.clone()
                },
                at,
                Cause::VendorChanged,
            );
        }
        if config.state == State::Draft {
            for total in TOTALS {
                self.visit(
                    Config {
                        total: amount(total),
                        ..config.clone()
                    },
                    at,
                    Cause::Edited,
                );
            }
        }
        if config.state.in_approval() {
            let late = Config {
                late: true,
                ..config.clone()
            };
            self.visit(late, at, Cause::DeadlinePassed);
        }
        let order = self.model.order(&config);
        let ctx = self.model.setting.ctx();
        if let Ok(decision) = (self.model.escalate)(&order, &ctx) {
            self.rang(at, &order, &decision);
        }
        for event in events(&order) {
            for actor in self.actors.clone() {
                let Ok(decision) = (self.model.decide)(&order, &event, &actor, &ctx) else {
                    continue;
                };
                self.happened(at, &order, &event, &actor, &decision);
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of the search and where it came from"
    )]
    fn happened(
        &mut self,
        at: usize,
        order: &Order,
        event: &Event,
        actor: &Actor,
        decision: &Decision,
    ) {
        let before = self.nodes[at].0.clone();
        let rows = decision.steps.iter().map(|step| (step.from, step.event));
        self.found.rows_used.extend(rows);
        let happened = Happened {
            model: self.model,
            before: &before,
            order,
            event,
            actor,
            decision,
        };
        for law in broken(&happened) {
            let cause = Cause::Asked(actor.id, event.clone());
            let ending = self.sentence(&before, &cause, decision.after.state);
            self.tell(law, at, ending);
        }
        let next = happened.next();
        let next = Config {
            round: next.round.min(ROUNDS),
            ..next
        };
        let to = self.visit(next, at, Cause::Asked(actor.id, event.clone()));
        self.back.entry(to).or_default().push(at);
    }

    /// A timer rang, and it escalated.
    fn rang(&mut self, at: usize, order: &Order, decision: &Decision) {
        let before = self.nodes[at].0.clone();
        let rows = decision.steps.iter().map(|step| (step.from, step.event));
        self.found.rows_used.extend(rows);
        for law in broken_by_timer(self.model, &before, order, decision) {
            let ending = self.sentence(&before, &Cause::TimerRang, decision.after.state);
            self.tell(law, at, ending);
        }
        let next = Config {
            escalated: true,
            escalated_to: escalated_to(decision),
            ..before
        };
        self.visit(next, at, Cause::TimerRang);
    }

    /// From everywhere people can bring it to an end, and while the vendor is clear to completion.
    fn ends(&mut self) {
        let final_ = self.reaching(|config| config.state.is_final());
        let completed = self.reaching(|config| config.state == State::Completed);
        for at in 0..self.nodes.len() {
            let config = &self.nodes[at].0;
            let still_open = config.vendor == Vendor::Clear && config.state != State::Cancelled;
            if !final_.contains(&at) {
                self.tell(
                    Law::AnEndIsReachable,
                    at,
                    "and no way on to an end".to_owned(),
                );
            } else if still_open && !completed.contains(&at) {
                self.tell(
                    Law::CompletionIsReachable,
                    at,
                    "and no way on to completion".to_owned(),
                );
            }
        }
    }

    fn reaching(&self, goal: impl Fn(&Config) -> bool) -> BTreeSet<usize> {
        let mut queue: Vec<usize> = (0..self.nodes.len())
            .filter(|at| goal(&self.nodes[*at].0))
            .collect();
        let mut reaching: BTreeSet<usize> = queue.iter().copied().collect();
        while let Some(at) = queue.pop() {
            for from in self.back.get(&at).into_iter().flatten() {
                if reaching.insert(*from) {
                    queue.push(*from);
                }
            }
        }
        reaching
    }

    /// Keeps the first, which is the shortest, story of a broken law.
    fn tell(&mut self, law: Law, at: usize, ending: String) {
        if self.found.stories.contains_key(&law) {
            return;
        }
        let mut lines = vec![ending];
        let mut at = at;
        while !matches!(self.nodes[at].2, Cause::Start) {
            let (config, from, cause) = &self.nodes[at];
            lines.push(self.sentence(&self.nodes[*from].0, cause, config.state));
            if matches!(cause, Cause::Edited) {
                let total = money::format_amount(config.total);
                *lines.last_mut().unwrap() = format!("the draft is changed to {total}");
            }
            at = *from;
        }
        lines.push(format!(
            "{} drafts an order of 0.01",
            self.model.setting.directory.name(self.model.submitter)
        ));
        lines.reverse();
        self.found.stories.insert(law, lines.join("\n"));
    }

    fn sentence(&self, before: &Config, cause: &Cause, after: State) -> String {
        match cause {
            Cause::Start | Cause::Edited => String::new(),
            Cause::VendorChanged => "the vendor's standing changes".to_owned(),
            Cause::DeadlinePassed => "the deadline passes".to_owned(),
            Cause::TimerRang => format!("a timer: Escalate ({})", before.state.label()),
            Cause::Asked(who, event) => {
                let who = self.model.setting.directory.name(*who);
                let event = event.kind().label();
                format!(
                    "{who}: {event} ({} to {})",
                    before.state.label(),
                    after.label()
                )
            }
        }
    }
}

/// Every event, with everything filled in, with nothing, and with all but the reason for an override.
fn events(order: &Order) -> Vec<Event> {
    let kinds = || EventKind::ALL.iter().copied();
    let mut events: Vec<Event> = kinds().filter_map(|kind| filled(kind, order)).collect();
    events.extend(kinds().filter_map(bare));
    if let Some(Event::Reject {
        category, reason, ..
    }) = filled(EventKind::Reject, order)
    {
        events.push(Event::Reject {
            category,
            reason,
            override_reason: None,
        });
    }
    events
}
