//! What an order's page shows besides its actions and its activity: lines, facts, route.

use domain::{
    actor::Actor,
    money::{checked_line_total, format_amount},
    permission::{Area, may_enter},
    purchase_order::{Line, State},
};
use engine::{
    purchase_order::{RecordView, RejectedRound, address},
    vendor,
};
use leptos::prelude::*;

use crate::{
    purchase_order::{number, pages::why::worth, words},
    ui::{
        Amount, Cell, Column, DataTable, DescriptionItem, DescriptionList, Notice, NoticeKind,
        ReaderTime, Section, TableRow, Timestamp,
    },
};

/// The order's title: the first line of its justification, else its first line's description.
pub fn title(record: &RecordView) -> String {
    let order = &record.order;
    let said = order
        .justification
        .lines()
        .next()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let bought = || {
        let rejected = record
            .rejected
            .first()
            .and_then(|round| round.lines.first());
        order
            .lines
            .first()
            .or(rejected)
            .map(|line| line.description.as_str())
            .filter(|text| !text.is_empty())
    };
    said.or_else(bought)
        .map_or_else(|| "Untitled".to_owned(), words::title)
}

/// What it may be a duplicate of; nothing where there is no such order.
pub fn duplicates(record: &RecordView, time: &ReaderTime) -> Option<AnyView> {
    let orders = record.duplicates.iter().map(|other| {
        let (name, at) = (number(other.id), time.moment(other.at));
        if other.seen {
            let by = other.submitter.clone();
            view! { <li><a href=address(other.id)>{name}</a>" by "{by}", submitted "<Timestamp at=at/></li> }.into_any()
        } else {
            view! { <li>"Another order, submitted "<Timestamp at=at/></li> }.into_any()
        }
    });
    let orders = orders.collect_view();
    (!record.duplicates.is_empty()).then(|| {
        view! {
            <Notice text="This may be a duplicate: there is an order with the same vendor and total within 30 days of it." kind=NoticeKind::Warning>
                <ul>{orders}</ul>
            </Notice>
        }
        .into_any()
    })
}

/// Who asks whom for how much, and until when it is to be decided: above the record, and above its preview.
pub fn headline(record: &RecordView, time: &ReaderTime) -> AnyView {
    let order = &record.order;
    let due = order.waiting.as_ref().map(|waiting| {
        let late = if waiting.due < time.now {
            "late, was due "
        } else {
            "due "
        };
        view! { <span>{late}<Timestamp at=time.moment(waiting.due)/></span> }
    });
    let worth = worth(record).map(|worth| view! { <span>{worth}</span> });
    let vendor = order
        .vendor
        .as_ref()
        .map_or_else(String::new, |vendor| format!(" → {}", vendor.name));
    view! {
        <span>{record.submitter.clone()}{vendor}</span>
        <Amount amount=format_amount(order.total) currency=order.currency.to_string()/>
        {worth}
        {due}
    }
    .into_any()
}

/// Lines with their totals.
pub fn lines(record: &RecordView) -> AnyView {
    let order = &record.order;
    let arrives = matches!(order.state, State::Processing | State::Completed);
    let received: Received<'_> = &|line| line.received.to_string().into_any();
    let current = current_lines(record, arrives.then_some(received));
    view! {
        {difference(record)}
        {(!order.lines.is_empty()).then(|| view! { <Section title="Lines">{current}</Section> })}
        {lines_of_rejected_rounds(record)}
    }
    .into_any()
}

/// What is not as it was last shown to approvers.
fn difference(record: &RecordView) -> Option<AnyView> {
    let (order, changed) = (&record.order, record.difference.as_ref()?);
    let title = format!("Changed since round {}", order.round - 1);
    let fields = changed.fields.iter().cloned();
    let lines = changed.lines.iter().map(|change| {
        let said = |line: &Option<Line>| line.as_ref().map(words::line);
        ("Line", said(&change.before), said(&change.now))
    });
    let total = changed.total.map(|before| {
        let said = |amount| Some(format_amount(amount));
        ("Total", said(before), said(order.total))
    });
    let rows: Vec<_> = fields
        .chain(lines)
        .chain(total)
        .map(|(name, before, now)| {
            let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
            view! {
                <TableRow>
                    <Cell label="What">{name}</Cell>
                    <Cell label="Before">{or_dash(before)}</Cell>
                    <Cell label="Now">{or_dash(now)}</Cell>
                </TableRow>
            }
        })
        .collect();
    let content = if rows.is_empty() {
        view! { <p>"Nothing that is decided on: vendor, department, currency, lines, day and place are as they were."</p> }.into_any()
    } else {
        let columns = ["What", "Before", "Now"].map(Column::text).to_vec();
        view! { <DataTable caption=title.clone() columns=columns>{rows}</DataTable> }.into_any()
    };
    Some(view! { <Section title=title>{content}</Section> }.into_any())
}

/// What stands in a line's cell of what has arrived.
pub type Received<'a> = &'a dyn Fn(&Line) -> AnyView;

/// The table of the order's lines, with a column of what has arrived where there is one.
pub fn current_lines(record: &RecordView, received: Option<Received<'_>>) -> AnyView {
    let order = &record.order;
    let total = (format_amount(order.total), order.currency.to_string());
    table("Lines", &order.lines, received, Some(total))
}

/// Lines of earlier rounds, for a draft's form.
pub fn lines_of_rejected_rounds(record: &RecordView) -> AnyView {
    record
        .rejected
        .iter()
        .map(|round| rejected_lines(round, record))
        .collect_view()
        .into_any()
}

fn rejected_lines(round: &RejectedRound, record: &RecordView) -> AnyView {
    // While it is rejected these are the order's lines; later they are of the past.
    let now = record.order.state == State::Rejected
        && record
            .rejected
            .first()
            .is_some_and(|first| first.round == round.round);
    let total = now.then(|| {
        (
            format_amount(record.order.total),
            record.order.currency.to_string(),
        )
    });
    let caption = format!("Lines of round {}, rejected", round.round);
    let table = table(&caption, &round.lines, None, total);
    if now {
        view! { <Section title="Lines">{table}</Section> }.into_any()
    } else {
        view! { <details class="past-lines"><summary>{caption}</summary>{table}</details> }
            .into_any()
    }
}

fn table(
    caption: &str,
    lines: &[Line],
    received: Option<Received<'_>>,
    total: Option<(String, String)>,
) -> AnyView {
    let mut columns = vec![
        Column::text("Description"),
        Column::number("Quantity"),
        Column::text("Unit"),
        Column::number("Unit price"),
        Column::text("Cost centre"),
    ];
    if received.is_some() {
        columns.push(Column::number("Received"));
    }
    columns.push(Column::number("Total"));
    let span = if received.is_some() { "6" } else { "5" };
    let rows = lines
        .iter()
        .map(|line| {
            let line = line.clone();
            let received = received.map(|cell| cell(&line));
            let total = line.priced().and_then(|(quantity, price)| checked_line_total(quantity, price).ok());
            view! {
                <TableRow>
                    <Cell label="Description">{line.description.clone()}</Cell>
                    <Cell label="Quantity" numeric=true>{line.quantity.map(|q| q.to_string())}</Cell>
                    <Cell label="Unit">{line.unit.clone()}</Cell>
                    <Cell label="Unit price" numeric=true>{line.unit_price.map(words::unit_price)}</Cell>
                    <Cell label="Cost centre">{if line.cost_centre.is_empty() { "—".to_owned() } else { line.cost_centre.clone() }}</Cell>
                    {received.map(|cell| view! { <Cell label="Received" numeric=true>{cell}</Cell> })}
                    <Cell label="Total" numeric=true>{total.map(format_amount)}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    let footer = total.map(|(amount, currency)| {
        view! {
            <tr role="row" class="total-row">
                <th role="rowheader" scope="row" colspan=span>"Total"</th>
                <td role="cell" class="numeric"><Amount amount=amount currency=currency/></td>
            </tr>
        }
        .into_any()
    });
    match footer {
        Some(footer) => {
            view! { <DataTable caption=caption columns=columns footer=footer>{rows}</DataTable> }
                .into_any()
        }
        None => view! { <DataTable caption=caption columns=columns>{rows}</DataTable> }.into_any(),
    }
}

/// The facts of the order.
pub fn facts(record: &RecordView, reader: Option<&Actor>, time: &ReaderTime) -> AnyView {
    let order = &record.order;
    let or_dash = |text: Option<String>| {
        text.filter(|t| !t.is_empty())
            .unwrap_or_else(|| "—".to_owned())
    };
    let opens_vendors = may_enter(Area::VendorsRead, reader);
    let vendor = order.vendor.as_ref().map(|vendor| {
        let standing = vendor
            .hold_reason
            .as_ref()
            .map(|why| format!(" (on hold: {why})"));
        let standing = standing.or(vendor
            .flag_reason
            .as_ref()
            .map(|why| format!(" (under review: {why})")));
        let (name, href) = (vendor.name.clone(), vendor::address(vendor.id));
        let name = if opens_vendors {
            view! { <a href=href>{name}</a> }.into_any()
        } else {
            name.into_any()
        };
        view! { {name}{standing} }.into_any()
    });
    let mut items = vec![
        DescriptionItem::new("Raised by", record.submitter.clone()),
        DescriptionItem::new("Vendor", vendor.unwrap_or_else(|| "—".into_any())),
        DescriptionItem::new("Department", or_dash(record.department.clone())),
        DescriptionItem::new(
            "Needed by",
            or_dash(
                order
                    .needed_by
                    .map(|date| date.strftime("%-d %b %Y").to_string()),
            ),
        ),
        DescriptionItem::new("Ship to", or_dash(Some(order.ship_to.clone()))),
    ];
    if let Some(priority) = order.priority {
        items.push(DescriptionItem::new("Priority", priority.label()));
    }
    if order.round > 1 {
        items.push(DescriptionItem::new("Round", order.round.to_string()));
    }
    items.push(DescriptionItem::new(
        "Created",
        view! { <Timestamp at=time.moment(record.created_at)/> },
    ));
    view! { <Section title="Details"><DescriptionList items=items/></Section> }.into_any()
}

/// What the reader decides: "Your decision", "Your decision for Mia Moss".
pub fn whose_decision(record: &RecordView) -> String {
    record.on_behalf_of.as_ref().map_or_else(
        || "Your decision".to_owned(),
        |principal| format!("Your decision for {principal}"),
    )
}
