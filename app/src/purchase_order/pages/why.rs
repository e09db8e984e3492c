//! *Why?* beside an order's route: the rule, its version and what it was asked with (spec beyond.md, 5). Opens without scripts.

use domain::{
    actor::Actor,
    money::format_amount,
    permission::{Area, may_enter},
};
use engine::{
    approval_rule,
    purchase_order::{RecordView, Why},
};
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::{
    approval_rule::words,
    ui::{DescriptionItem, DescriptionList, ReaderTime, Timestamp},
};

/// Why this level, these people, this deadline.
pub fn why(record: &RecordView, reader: Option<&Actor>, time: &ReaderTime) -> AnyView {
    let why = &record.why;
    let mut items = vec![
        DescriptionItem::new("Rules", rules(why, reader)),
        DescriptionItem::new("Level", level(record)),
        DescriptionItem::new("Decided by", approvers(record)),
    ];
    if let Some((level, began, hours, due)) = why.deadline {
        items.push(DescriptionItem::new(
            "Due",
            view! {
                {format!("Level {level} began ")}<Timestamp at=time.moment(began)/>
                {format!(" and has {hours} h: until ")}<Timestamp at=time.moment(due)/>"."
            },
        ));
    }
    view! {
        <details class="past-lines">
            <summary>"Why?"</summary>
            <DescriptionList items=items/>
        </details>
    }
    .into_any()
}

fn rules(why: &Why, reader: Option<&Actor>) -> AnyView {
    let (department, currency) = &why.rules_of;
    let whose = words::scope(department.as_deref(), currency.as_deref());
    let (id, version) = why.set;
    let named = format!("{whose}, version {version}");
    if may_enter(Area::RulesRead, reader) {
        view! { <a href=approval_rule::address(id)>{named}</a> }.into_any()
    } else {
        named.into_any()
    }
}

fn level(record: &RecordView) -> String {
    let (order, why) = (&record.order, &record.why);
    let total = format!(
        "The total is {} {}{}",
        format_amount(order.total),
        order.currency,
        worth(record).map_or_else(String::new, |worth| format!(", {worth}"))
    );
    let Some(((from, next), level)) = why.band.zip(why.required) else {
        return format!("{total}: there is no rate to compare it at.");
    };
    let band = words::between(from, next.map(|next| next - Decimal::new(1, 2)));
    let way = words::way(why.straight);
    format!("{total}: {band} needs level {level}. {way}.")
}

/// What the total is worth in the currency it is compared in, and by which rate, where that is another: "1,084.30 USD at
/// 1.0843 of 2026-11-23".
pub(super) fn worth(record: &RecordView) -> Option<String> {
    let (order, why) = (&record.order, &record.why);
    let rate = order.exchange.rate();
    let other = order.currency.as_str() != why.compared_in;
    rate.filter(|_| other).map(|rate| {
        let worth = format_amount(rate.worth(order.total));
        let own = &why.compared_in;
        format!("{worth} {own} at {} of {}", rate.per_unit, rate.day)
    })
}

fn approvers(record: &RecordView) -> String {
    let why = &record.why;
    let manager = why.manager.as_deref().unwrap_or("nobody");
    let asked = why
        .levels
        .iter()
        .map(|(level, whom, hours)| format!("Level {level}: {whom}, within {hours} h."));
    let asked: Vec<String> = asked.collect();
    format!(
        "{} {} reports to {manager}. Department: {}. Who raised the order is never asked: their manager is, or the fallback.",
        asked.join(" "),
        record.submitter,
        record.department.as_deref().unwrap_or("none")
    )
}
