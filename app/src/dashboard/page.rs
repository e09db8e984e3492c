//! The page: what is asked of it, its figures, its sections.

use domain::purchase_order::RejectionCategory;
use engine::{
    Error,
    list::Record,
    purchase_order::{
        Scope,
        dashboard::{self, Asked, Dashboard, PERIODS},
    },
};
use jiff::{civil::Date, tz::TimeZone};
use leptos::prelude::*;

use super::{parts, words};
use crate::{
    page::{PageContext, page},
    ui::{
        self, ButtonKind, Choice, LinkButton, PageHeader, ReaderTime, Scopes, Section, SelectField,
        SubmitButton, Timestamp, grouped,
    },
};

const ADDRESS: &str = "/dashboards/approvals";

/// `/dashboards/approvals?scope=all&days=30&department=3`.
#[component]
pub fn ApprovalsDashboardPage() -> impl IntoView {
    page(async |context| {
        let (engine, actor) = (context.engine(), context.actor()?);
        let asked = Asked::parse(actor, |word| context.request.query(word))?;
        let figures = dashboard::read(engine, actor, asked, &context.time.zone).await?;
        let watched = dashboard::watched(actor);
        let shown = Shown::new(asked, figures, &context.time);
        let ask = ask(&context, asked).await?;
        let subtitle = match asked.scope {
            Scope::Team => "Purchase orders of everyone who reports to you, at any depth.",
            _ => "Everyone's purchase orders.",
        };
        Ok(view! {
            <PageHeader title="Approvals dashboard" subtitle=subtitle>
                <LinkButton href=address(asked, asked.scope) label="Refresh" kind=ButtonKind::Quiet/>
            </PageHeader>
            {(watched.len() > 1).then(|| scopes(&watched, asked))}
            {ask}
            <div data-live="60">{shown.view(&context.time)}</div>
        }
        .into_any())
    })
}

/// The dashboard of another scope, else as asked.
fn address(asked: Asked, scope: Scope) -> String {
    let department = asked.department.map(|id| format!("&department={id}"));
    let department = department.unwrap_or_default();
    format!(
        "{ADDRESS}?scope={}&days={}{department}",
        scope.as_str(),
        asked.days
    )
}

fn scopes(watched: &[Scope], asked: Asked) -> AnyView {
    let scopes = watched.iter().map(|scope| ui::Scope {
        label: scope.label().to_owned(),
        href: address(asked, *scope),
        count: None,
        current: *scope == asked.scope,
    });
    view! { <Scopes scopes=scopes.collect()/> }.into_any()
}

/// The form that asks for another period or department.
async fn ask(context: &PageContext, asked: Asked) -> Result<AnyView, Error> {
    let departments = Record::Department.choices(context.engine()).await?;
    let departments = departments.into_iter();
    let departments = departments.map(|(id, name)| Choice::new(id.to_string(), name));
    let mut periods = PERIODS;
    periods.sort_unstable();
    let periods = periods.map(|days| Choice::new(days.to_string(), format!("{days} days")));
    let department = asked.department.map(|id| id.to_string());
    Ok(view! {
        <form method="get" action=ADDRESS class="dashboard-ask" aria-label="Period and department">
            <input type="hidden" name="scope" value=asked.scope.as_str()/>
            <SelectField name="days" label="Period" choices=periods.to_vec() value=asked.days.to_string()/>
            <SelectField name="department" label="Department" choices=departments.collect() prompt="All" value=department.unwrap_or_default()/>
            <SubmitButton label="Show"/>
        </form>
    }
    .into_any())
}

/// The figures with what their words and links need.
pub(super) struct Shown {
    pub(super) asked: Asked,
    pub(super) figures: Dashboard,
    /// The first and the last day of the period, of UTC.
    pub(super) period: (Date, Date),
    /// The reader's day.
    pub(super) today: Date,
}

impl Shown {
    fn new(asked: Asked, figures: Dashboard, time: &ReaderTime) -> Self {
        let last = time.now.to_zoned(TimeZone::UTC).date();
        Self {
            asked,
            figures,
            period: (dashboard::since(last, asked.days), last),
            today: time.now.to_zoned(time.zone.clone()).date(),
        }
    }

    /// The list of orders behind a number.
    pub(super) fn orders(&self, filters: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("scope", self.asked.scope.as_str());
        if let Some(department) = self.asked.department {
            query.append_pair("department", &department.to_string());
        }
        query.extend_pairs(filters);
        format!("{}?{}", engine::purchase_order::LIST, query.finish())
    }

    /// How many were approved, or rejected, from one day to another.
    pub(super) fn decided(&self, approved: bool, (from, to): (Date, Date)) -> i64 {
        let outcomes = self.figures.outcomes.iter();
        outcomes
            .filter(|((day, why), _)| (from..=to).contains(day) && why.is_none() == approved)
            .map(|(_, count)| count)
            .sum()
    }

    /// How many were rejected for this in the period.
    pub(super) fn rejected_for(&self, category: RejectionCategory) -> i64 {
        let outcomes = self.figures.outcomes.iter();
        outcomes
            .filter(|((day, why), _)| *day >= self.period.0 && *why == Some(category))
            .map(|(_, count)| count)
            .sum()
    }

    fn view(&self, time: &ReaderTime) -> AnyView {
        let (waiting, decided) = (parts::waiting(self), parts::decided(self));
        let (rejected, times, steps) = (
            parts::rejected(self),
            parts::times(self),
            parts::steps(self),
        );
        view! {
            {self.glance()}
            <Section title="What waits, and for whom?">{waiting}</Section>
            <Section title="What was decided, day by day?">{decided}</Section>
            <Section title="Why are orders rejected?">{rejected}</Section>
            <Section title="How long do orders stand in each state?">{times}</Section>
            <Section title="Which decisions take longest?">{steps}</Section>
            <p class="dashboard-note">
                "Figures of "<Timestamp at=time.moment(time.now)/>". Days are days of UTC, but for what is due today. An order that is \
                 decided twice counts twice here, and stands in its list once."
            </p>
        }
        .into_any()
    }

    /// The row of figures.
    fn glance(&self) -> AnyView {
        let waiting = &self.figures.waiting;
        let (from, days) = (self.period.0.to_string(), self.asked.days);
        let today = self.today.to_string();
        let before = (
            dashboard::since(self.period.1, days * 2),
            self.period.0.yesterday().unwrap_or(self.period.0),
        );
        let figure = |count: i64, label: String, filters: &[(&str, &str)]| {
            let href = self.orders(filters);
            view! { <li><a class="figure" href=href><b>{grouped(count)}</b>" "<span>{label}</span></a></li> }
        };
        let decided = |approved: bool, word: &str, filter: &str| {
            let now = self.decided(approved, self.period);
            let change = words::change(now, self.decided(approved, before), days);
            figure(
                now,
                format!("{word} in {days} days, {change}"),
                &[(filter, &from)],
            )
        };
        view! {
            <ul class="figures" aria-label="At a glance">
                {figure(waiting.iter().map(|w| w.count).sum(), "in approval".to_owned(), &[("in_approval", "true"), ("sort", "due")])}
                {figure(waiting.iter().map(|w| w.late).sum(), "overdue".to_owned(), &[("late", "true"), ("sort", "due")])}
                {figure(waiting.iter().map(|w| w.today).sum(), "due today, late ones too".to_owned(), &[("due_from", &today), ("due_to", &today), ("sort", "due")])}
                {decided(true, "approved", "approved_from")}
                {decided(false, "rejected", "rejected_from")}
            </ul>
        }
        .into_any()
    }
}
