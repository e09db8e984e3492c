//! A workflow's states and transitions as a picture.

use leptos::prelude::*;

/// What a state is in its workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeKind {
    /// Where a record begins.
    Start,
    /// On the way.
    #[default]
    Normal,
    /// Nothing happens any more.
    Final,
}

/// One state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name in the workflow, unique.
    pub id: String,
    /// The words people read.
    pub label: String,
    /// What it is.
    pub kind: NodeKind,
}

/// One transition. Several between the same two states are drawn as one arrow with all their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The id of the state it leaves.
    pub from: String,
    /// The id of the state it reaches.
    pub to: String,
    /// The event in words.
    pub label: String,
}

/// The diagram of a workflow.
#[component]
pub fn StateDiagram(
    /// Its accessible name.
    #[prop(into)]
    title: String,
    /// What it shows, in a sentence, for who can't see it; the table beside it says the rest.
    #[prop(into)]
    description: String,
    /// The states.
    nodes: Vec<Node>,
    /// The transitions.
    edges: Vec<Edge>,
) -> impl IntoView {
    let label = |id: &str| {
        nodes
            .iter()
            .find(|node| node.id == id)
            .map_or_else(|| id.to_owned(), |node| node.label.clone())
    };
    let lines = edges
        .iter()
        .map(|edge| view! { <li>{label(&edge.from)}" → "{label(&edge.to)}": "{edge.label.clone()}</li> })
        .collect_view();
    view! {
        <div class="diagram" role="region" tabindex="0" aria-label=title><p>{description}</p><ul>{lines}</ul></div>
    }
}
