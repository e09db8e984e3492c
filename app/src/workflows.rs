//! How a workflow runs: its diagram and its table, drawn from the table the program runs on.

use domain::purchase_order::{State, TRANSITIONS, Transition};
use engine::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    page::page,
    ui::{
        Cell, Column, DataTable, Edge, Node, NodeKind, PageHeader, Section, StateDiagram, TableRow,
    },
};

/// `/workflows/{name}`.
#[component]
pub fn WorkflowPage() -> impl IntoView {
    let name = use_params_map()
        .with_untracked(|params| params.get("name"))
        .unwrap_or_default();
    page(async move |_| match name.as_str() {
        "purchase_order" => Ok(purchase_order().into_any()),
        _ => Err(Error::NotFound),
    })
}

fn purchase_order() -> impl IntoView {
    let kind = |state: State| match state {
        State::Draft => NodeKind::Start,
        state if state.is_final() => NodeKind::Final,
        _ => NodeKind::Normal,
    };
    let nodes: Vec<_> = State::ALL
        .iter()
        .map(|s| Node {
            id: s.as_str().to_owned(),
            label: s.label().to_owned(),
            kind: kind(*s),
        })
        .collect();
    let edges: Vec<_> = TRANSITIONS
        .iter()
        .flat_map(|row| {
            let to = row.to.states(row.from).into_iter();
            to.map(|to| Edge {
                from: row.from.as_str().to_owned(),
                to: to.as_str().to_owned(),
                label: row.event.label().to_owned(),
            })
        })
        .collect();
    let columns = ["From", "Event", "To", "Who", "Conditions"]
        .map(Column::text)
        .to_vec();
    let rows = TRANSITIONS.iter().map(row).collect_view();
    view! {
        <PageHeader title="How purchase orders run" subtitle="Every state an order can stand in, and everything that can move it. The program runs on this very table."/>
        <Section title="Diagram">
            <StateDiagram title="States of a purchase order" description="Each box is a state, each arrow an event that leads from one to another. The table below says the same."
                nodes=nodes edges=edges/>
        </Section>
        <Section title="Transitions">
            <DataTable caption="Transitions of a purchase order" columns=columns>{rows}</DataTable>
        </Section>
    }
}

fn row(row: &'static Transition) -> impl IntoView {
    let who: Vec<_> = row.who.iter().map(|w| w.label()).collect();
    let guards: Vec<_> = row.guards.iter().map(|g| g.label()).collect();
    view! {
        <TableRow>
            <Cell label="From">{row.from.label()}</Cell>
            <Cell label="Event">{row.event.label()}</Cell>
            <Cell label="To">{row.to.label()}</Cell>
            <Cell label="Who">{who.join(" or ")}</Cell>
            <Cell label="Conditions">{if guards.is_empty() { "—".to_owned() } else { guards.join("; ") }}</Cell>
        </TableRow>
    }
}
