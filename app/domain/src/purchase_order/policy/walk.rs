//! Every way an order of one submitter and one total can go, breadth first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rust_decimal::Decimal;

use super::{
    Asked, Decide, Example, Law, Policy, Problem, Standing,
    asked::{NOBODY, ask, draft},
    laws,
};
use crate::{
    actor::Actor,
    ids::{DepartmentId, PersonId},
    purchase_order::{EventKind, Order, State, Way},
    role::Role,
    second_factor::SecondFactor,
};

/// As far as one order can be told from another here: state, who decided what as themselves, whether everything arrived.
type Key = (State, Vec<(u8, Option<PersonId>)>, bool);

struct Walk<'a> {
    policy: &'a Policy<'a>,
    decide: Decide,
    actors: Vec<Actor>,
    /// The order, and how it came to be there.
    nodes: Vec<(Order, Option<(usize, Asked)>)>,
    known: BTreeMap<Key, usize>,
    queue: VecDeque<usize>,
    /// Under each standing of the vendor: from where a node is reached.
    back: BTreeMap<(Standing, usize), Vec<usize>>,
    questions: usize,
    found: BTreeMap<Law, (usize, Option<Asked>)>,
}

/// Walks, and says how often `decide` was asked and which laws it breaks.
pub(super) fn walk(
    policy: &Policy<'_>,
    decide: Decide,
    (submitter, department, total): (PersonId, Option<DepartmentId>, Decimal),
) -> (usize, Vec<Problem>) {
    let mut walk = Walk {
        policy,
        decide,
        actors: actors(policy, submitter, department),
        nodes: Vec::new(),
        known: BTreeMap::new(),
        queue: VecDeque::new(),
        back: BTreeMap::new(),
        questions: 0,
        found: BTreeMap::new(),
    };
    walk.visit(draft(submitter, department, total), None);
    while let Some(at) = walk.queue.pop_front() {
        walk.expand(at);
    }
    walk.ends();
    let found = std::mem::take(&mut walk.found).into_iter();
    let problems = found.map(|(law, (at, last))| walk.problem(law, at, last));
    let problems = problems.collect();
    (walk.questions, problems)
}

/// One of each kind of person `decide` can tell apart: the submitter, who holds the override; whom each level asks; somebody in
/// purchasing; somebody who holds the override and is delegate of the submitter; somebody who is nothing.
fn actors(
    policy: &Policy<'_>,
    submitter: PersonId,
    department: Option<DepartmentId>,
) -> Vec<Actor> {
    let person = |id: PersonId, override_approvals: bool| {
        let known = policy.directory.person(id);
        Actor {
            id,
            name: policy.directory.name(id).to_owned(),
            roles: known.map_or_else(Vec::new, |person| person.roles.clone()),
            override_approvals,
            is_manager: true,
            second_factor: SecondFactor::default(),
        }
    };
    let made_up = |id: i64, name: &str, role: Option<Role>, override_approvals: bool| Actor {
        id: PersonId(id),
        name: name.to_owned(),
        roles: role.into_iter().collect(),
        override_approvals,
        is_manager: false,
        second_factor: SecondFactor::default(),
    };
    let routed = policy.routed(submitter, department);
    let levels = policy.rules.levels.iter();
    let asked: BTreeSet<PersonId> = levels
        .filter_map(|rule| policy.rules.approver(rule.level, &routed).ok())
        .map(|asked| asked.person)
        .filter(|id| *id != submitter)
        .collect();
    let mut actors = vec![person(submitter, true)];
    actors.extend(asked.into_iter().map(|id| person(id, false)));
    actors.push(made_up(NOBODY.0, "Somebody who may override", None, true));
    let buyer = Some(Role::Purchasing);
    actors.push(made_up(
        NOBODY.0 - 1,
        "Somebody in purchasing",
        buyer,
        false,
    ));
    actors.push(made_up(NOBODY.0 - 2, "Somebody else", None, false));
    actors
}

fn key(order: &Order) -> Key {
    let given = order.approvals.iter().map(|given| {
        let own = (given.way == Way::Own).then_some(given.by);
        (given.level.0, own)
    });
    // Once it is over, who decided makes no difference any more.
    let given = if order.state.in_approval() {
        given.collect()
    } else {
        Vec::new()
    };
    let arrived = order
        .lines
        .iter()
        .all(|line| Some(line.received) == line.quantity);
    (order.state, given, arrived)
}

impl Walk<'_> {
    fn visit(&mut self, order: Order, from: Option<(usize, Asked)>) -> usize {
        let key = key(&order);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let at = self.nodes.len();
        self.known.insert(key, at);
        self.nodes.push((order, from));
        self.queue.push_back(at);
        at
    }

    fn expand(&mut self, at: usize) {
        let order = self.nodes[at].0.clone();
        for vendor in Standing::ALL {
            for event in EventKind::ALL.iter().copied() {
                for actor in self.actors.clone() {
                    self.questions += 1;
                    let asked = Asked {
                        actor,
                        event,
                        vendor,
                    };
                    if let Some(next) = ask(&order, &asked, self.policy, self.decide) {
                        self.accepted(at, &order, asked, next);
                    }
                }
            }
        }
    }

    fn accepted(&mut self, at: usize, before: &Order, asked: Asked, next: Order) {
        for law in laws::broken(self.policy, before, &asked, &next) {
            let last = Some(asked.clone());
            self.found.entry(law).or_insert((at, last));
        }
        let vendor = asked.vendor;
        let to = self.visit(next, Some((at, asked)));
        self.back.entry((vendor, to)).or_default().push(at);
    }

    /// From everywhere people can bring it to an end, however the vendor stands.
    fn ends(&mut self) {
        for vendor in Standing::ALL {
            let over = |at: &usize| self.nodes[*at].0.state.is_final();
            let mut queue: Vec<usize> = (0..self.nodes.len()).filter(over).collect();
            let mut reaching: BTreeSet<usize> = queue.iter().copied().collect();
            while let Some(at) = queue.pop() {
                for from in self.back.get(&(vendor, at)).into_iter().flatten() {
                    if reaching.insert(*from) {
                        queue.push(*from);
                    }
                }
            }
            if let Some(stuck) = (0..self.nodes.len()).find(|at| !reaching.contains(at)) {
                let found = self.found.entry(Law::AnEndIsReachable);
                found.or_insert((stuck, None));
            }
        }
    }

    fn problem(&self, law: Law, at: usize, last: Option<Asked>) -> Problem {
        let mut steps: Vec<Asked> = last.into_iter().collect();
        let mut here = at;
        while let Some((from, asked)) = &self.nodes[here].1 {
            steps.push(asked.clone());
            here = *from;
        }
        steps.reverse();
        let start = &self.nodes[0].0;
        let example = Example {
            submitter: start.submitter,
            department: start.department,
            total: start.total,
            steps,
        };
        Problem {
            law,
            field: String::new(),
            story: self.story(law, &example),
            example: Some(example),
        }
    }

    fn story(&self, law: Law, example: &Example) -> String {
        let submitter = Some(example.submitter);
        let mut told = vec![
            self.policy
                .raises(submitter, example.department, example.total),
        ];
        told.extend(example.steps.iter().map(|asked| {
            let vendor = match asked.vendor {
                Standing::Clear => "",
                Standing::OnHold => " while the vendor is on hold",
                Standing::Flagged => " while the vendor is under review",
            };
            format!("{}: {}{vendor}.", asked.actor.name, asked.event.label())
        }));
        let end = match law {
            Law::NobodyTheirOwn => "So they would decide what they raised themselves.",
            Law::LevelsDecided => "So it would be approved without a level that its total needs.",
            Law::AnEndIsReachable => "From there nobody could bring it to an end.",
            Law::Levels | Law::NoGap | Law::NoOverlap | Law::Sound | Law::SomebodyDecides => "",
        };
        told.push(end.to_owned());
        told.join(" ").trim_end().to_owned()
    }
}
