//! Where everything of a diagram stands: layers from top to bottom, in each layer an order with few crossings.
//!
//! A record moves downwards in the order the states are given; a transition to an earlier state is drawn upwards. Each
//! arrow's words take a place of their own in the layer next to where it starts, so that no two texts overlap.

use std::collections::BTreeMap;

use rust_sugiyama::{configure::Config, from_vertices_and_edges};

use super::{
    Edge, Node,
    route::{PORT, Route, route},
    spread::spread,
};

const NODE_HEIGHT: f64 = 32.0;
const LOOP_HEIGHT: f64 = 16.0;
const LABEL_HEIGHT: f64 = 18.0;
const GAP: f64 = 26.0;
const MARGIN: f64 = 4.0;
/// The room of a line that passes states, so that its curve does not touch their corners.
const BESIDE_STATES: (f64, f64) = (16.0, 32.0);

/// A rectangle by its centre.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The whole picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Picture {
    pub width: f64,
    pub height: f64,
    /// As the nodes were given.
    pub nodes: Vec<Area>,
    /// What leads from each node to itself, in words; empty for nothing.
    pub loops: Vec<String>,
    pub routes: Vec<Route>,
}

/// One arrow with all its words, and the vertices it passes from its upper to its lower node.
pub(super) struct Chain {
    pub upper: usize,
    pub lower: usize,
    pub back: bool,
    pub label: String,
    pub passes: Vec<usize>,
}

impl Chain {
    /// The pairs of vertices that follow each other, and how straight the line between them should be.
    fn ties(&self, nodes: usize) -> Vec<(usize, usize, f64)> {
        let stops: Vec<usize> = [self.upper]
            .into_iter()
            .chain(self.passes.iter().copied())
            .chain([self.lower])
            .collect();
        stops
            .windows(2)
            .map(|pair| {
                (
                    pair[0],
                    pair[1],
                    if pair[0] >= nodes && pair[1] >= nodes {
                        6.0
                    } else {
                        1.0
                    },
                )
            })
            .collect()
    }
}

#[derive(Default)]
struct Layers {
    rank: Vec<usize>,
    width: Vec<f64>,
    height: Vec<f64>,
}

impl Layers {
    fn add(&mut self, rank: usize, width: f64, height: f64) -> usize {
        self.rank.push(rank);
        self.width.push(width);
        self.height.push(height);
        self.rank.len() - 1
    }
}

/// Places the nodes and routes the edges. Edges of unknown nodes are left out.
pub(super) fn place(nodes: &[Node], edges: &[Edge]) -> Picture {
    if nodes.is_empty() {
        return Picture::default();
    }
    let (loops, merged) = merge(nodes, edges);
    let ranks = rank(nodes.len(), merged.keys());
    let mut layers = Layers::default();
    for (at, node) in nodes.iter().enumerate() {
        let words = text_width(&node.label, 7.2).max(text_width(&loops[at], 6.2) + 14.0) + 24.0;
        let below = merged
            .keys()
            .filter(|(from, to)| *from.min(to) == at)
            .count();
        let above = merged
            .keys()
            .filter(|(from, to)| *from.max(to) == at)
            .count();
        let height = NODE_HEIGHT
            + if loops[at].is_empty() {
                0.0
            } else {
                LOOP_HEIGHT
            };
        layers.add(
            ranks[at],
            words.max(count(below.max(above)) * PORT + 8.0),
            height,
        );
    }
    let chains = chains(merged, &mut layers);
    let areas = arrange(&layers, &chains, nodes.len());
    let width = areas
        .iter()
        .map(|area| area.x + area.width / 2.0)
        .fold(0.0, f64::max)
        + MARGIN;
    let height = areas
        .iter()
        .map(|area| area.y + area.height / 2.0)
        .fold(0.0, f64::max)
        + MARGIN;
    let routes = chains
        .iter()
        .map(|chain| route(chain, &chains, &areas))
        .collect();
    Picture {
        width,
        height,
        nodes: areas[..nodes.len()].to_vec(),
        loops,
        routes,
    }
}

type Merged = BTreeMap<(usize, usize), Vec<String>>;

/// Several edges between the same two nodes are one arrow; one from a node to itself is said inside the node.
fn merge(nodes: &[Node], edges: &[Edge]) -> (Vec<String>, Merged) {
    let position = |id: &str| nodes.iter().position(|node| node.id == id);
    let mut merged = Merged::new();
    for edge in edges {
        if let (Some(from), Some(to)) = (position(&edge.from), position(&edge.to)) {
            let labels = merged.entry((from, to)).or_default();
            if !labels.contains(&edge.label) {
                labels.push(edge.label.clone());
            }
        }
    }
    let loops = (0..nodes.len())
        .map(|at| merged.remove(&(at, at)).unwrap_or_default().join(", "))
        .collect();
    (loops, merged)
}

/// The layer of each node: two below every earlier node that leads to or from it, as one between is for the words.
fn rank<'a>(count: usize, pairs: impl Iterator<Item = &'a (usize, usize)>) -> Vec<usize> {
    let mut downwards: Vec<_> = pairs
        .map(|&(from, to)| (from.min(to), from.max(to)))
        .collect();
    downwards.sort_by_key(|&(upper, lower)| (lower, upper));
    let mut ranks = vec![0; count];
    for (upper, lower) in downwards {
        ranks[lower] = ranks[lower].max(ranks[upper] + 2);
    }
    ranks
}

fn chains(merged: Merged, layers: &mut Layers) -> Vec<Chain> {
    merged
        .into_iter()
        .map(|((from, to), labels)| {
            let (upper, lower, back) = (from.min(to), from.max(to), from > to);
            let label = labels.join(", ");
            let between = layers.rank[upper] + 1..layers.rank[lower];
            let label_rank = if back { between.end - 1 } else { between.start };
            let passes = between
                .map(|rank| {
                    let (width, height) = if rank == label_rank {
                        (text_width(&label, 6.2) + 10.0, LABEL_HEIGHT)
                    } else if rank % 2 == 0 {
                        BESIDE_STATES
                    } else {
                        (6.0, LABEL_HEIGHT)
                    };
                    layers.add(rank, width, height)
                })
                .collect();
            Chain {
                upper,
                lower,
                back,
                label,
                passes,
            }
        })
        .collect()
}

/// The order within each layer by rust-sugiyama, which crosses as few arrows as it can; the places by ourselves, since
/// its own are too far apart to be read on one screen.
fn arrange(layers: &Layers, chains: &[Chain], nodes: usize) -> Vec<Area> {
    let ties: Vec<(usize, usize, f64)> =
        chains.iter().flat_map(|chain| chain.ties(nodes)).collect();
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let vertices: Vec<_> = layers
        .width
        .iter()
        .zip(&layers.height)
        .enumerate()
        .map(|(at, (w, h))| (number(at), (*w, *h)))
        .collect();
    let edges: Vec<_> = ties
        .iter()
        .map(|&(upper, lower, _)| (number(upper), number(lower)))
        .collect();
    let mut rows: Vec<Vec<(f64, usize)>> =
        vec![Vec::new(); layers.rank.iter().max().map_or(0, |last| last + 1)];
    let mut left = 0.0;
    for (positions, width, _) in from_vertices_and_edges(&vertices, &edges, &Config::default()) {
        let width = positions.iter().map(|(_, (x, _))| *x).fold(width, f64::max);
        for (at, (x, _)) in positions {
            rows[layers.rank[at]].push((left + x, at));
        }
        left += 2.0 * width + GAP;
    }
    let rows: Vec<Vec<usize>> = rows
        .into_iter()
        .map(|mut row| {
            row.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            row.into_iter().map(|(_, at)| at).collect()
        })
        .collect();
    let x = spread(&rows, &layers.width, &ties);
    let start = x
        .iter()
        .zip(&layers.width)
        .map(|(x, width)| x - width / 2.0)
        .fold(f64::INFINITY, f64::min);
    let heights: Vec<f64> = rows
        .iter()
        .map(|row| row.iter().map(|&at| layers.height[at]).fold(0.0, f64::max))
        .collect();
    let middle = |rank: usize| {
        MARGIN
            + heights[..rank]
                .iter()
                .map(|height| height + GAP)
                .sum::<f64>()
            + heights[rank] / 2.0
    };
    (0..x.len())
        .map(|at| Area {
            x: x[at] - start + MARGIN,
            y: middle(layers.rank[at]),
            width: layers.width[at],
            height: layers.height[at],
        })
        .collect()
}

/// About how wide a text is drawn; the reader's font is not known here, so rather too wide.
fn text_width(text: &str, letter: f64) -> f64 {
    count(text.chars().count()) * letter
}

pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
