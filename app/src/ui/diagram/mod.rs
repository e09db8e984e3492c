//! A workflow's states and transitions as a picture.

use leptos::prelude::*;

use layout::Area;
use route::{Route, path, round};

mod layout;
mod route;
mod spread;
#[cfg(test)]
mod tests;

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

/// The diagram of a workflow, drawn on the server.
#[component]
pub fn StateDiagram(
    /// Its accessible name.
    #[prop(into)]
    title: String,
    /// What it shows, in a sentence, for who can't see it; the table beside it says the rest.
    #[prop(into)]
    description: String,
    /// The states, in the order of the process: it is drawn from top to bottom.
    nodes: Vec<Node>,
    /// The transitions.
    edges: Vec<Edge>,
) -> AnyView {
    let picture = layout::place(&nodes, &edges);
    let states = nodes
        .into_iter()
        .zip(picture.nodes.iter().zip(picture.loops))
        .map(|(node, (area, again))| state(node, *area, again))
        .collect_view();
    // The words lie above every line.
    let lines = picture.routes.iter().map(line).collect_view();
    let words = picture.routes.into_iter().map(words).collect_view();
    let name = format!("{title}, scrollable");
    let (width, height) = (picture.width.round(), picture.height.round());
    view! {
        <div class="diagram" role="region" tabindex="0" aria-label=name>
            <svg role="img" aria-labelledby="diagram-title" aria-describedby="diagram-description"
                viewBox=format!("0 0 {width} {height}") width=width height=height>
                <title id="diagram-title">{title}</title>
                <desc id="diagram-description">{description}</desc>
                <defs>
                    <marker id="diagram-tip" class="diagram-tip" viewBox="0 0 8 8" refX="7" refY="4"
                        markerWidth="8" markerHeight="8" orient="auto-start-reverse">
                        <path d="M0 .8 7.5 4 0 7.2z"></path>
                    </marker>
                </defs>
                {lines}
                {words}
                {states}
            </svg>
        </div>
        <p class="diagram-key">
            "Dashed arrows lead back to an earlier state; ↻ names what leaves the state as it is."
        </p>
    }
    .into_any()
}

fn state(node: Node, area: Area, again: String) -> AnyView {
    let class = match node.kind {
        NodeKind::Start => "diagram-state diagram-start",
        NodeKind::Normal => "diagram-state",
        NodeKind::Final => "diagram-state diagram-final",
    };
    let (left, top) = (area.x - area.width / 2.0, area.y - area.height / 2.0);
    let repeats = !again.is_empty();
    let baseline = if repeats { area.y - 3.0 } else { area.y + 4.5 };
    view! {
        <g class=class>
            <rect x=round(left) y=round(top) width=round(area.width) height=round(area.height) rx="6"></rect>
            <text x=round(area.x) y=round(baseline)>{node.label}</text>
            {repeats.then(|| view! {
                <text class="diagram-again" x=round(area.x) y=round(area.y + 14.0)>{format!("↻ {again}")}</text>
            })}
        </g>
    }
    .into_any()
}

fn line(route: &Route) -> AnyView {
    let class = if route.back {
        "diagram-line diagram-back"
    } else {
        "diagram-line"
    };
    view! { <path class=class d=path(&route.points) marker-end="url(#diagram-tip)"></path> }
        .into_any()
}

fn words(route: Route) -> AnyView {
    let area = route.label_area;
    let (left, top) = (area.x - area.width / 2.0, area.y - area.height / 2.0);
    view! {
        <g class="diagram-words">
            <rect x=round(left) y=round(top) width=round(area.width) height=round(area.height)></rect>
            <text x=round(area.x) y=round(area.y + 4.0)>{route.label}</text>
        </g>
    }
    .into_any()
}
