//! The lines of a diagram: where an arrow leaves, what it passes, where its tip is.

use super::layout::{Area, Chain, count};

/// How far apart arrows meet the side of a state.
pub(super) const PORT: f64 = 15.0;

/// An arrow: the points (x, y) it passes from its start to its tip, and its words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route {
    pub points: Vec<(f64, f64)>,
    pub label: String,
    pub label_area: Area,
    pub back: bool,
}

/// The route of one arrow among all of them.
pub(super) fn route(chain: &Chain, all: &[Chain], areas: &[Area]) -> Route {
    let label_at = if chain.back {
        chain.passes.last()
    } else {
        chain.passes.first()
    };
    let label_area = label_at.map_or_else(Area::default, |&vertex| areas[vertex]);
    let mut points = Vec::new();
    if let (Some(&first), Some(&last)) = (chain.passes.first(), chain.passes.last()) {
        let below = all.iter().filter(|other| other.upper == chain.upper);
        let from = areas[chain.upper];
        points.push((
            port(
                from,
                areas[first].x,
                below.filter_map(|other| other.passes.first()),
                areas,
            ),
            from.y + from.height / 2.0,
        ));
        for &vertex in &chain.passes {
            // Straight past words and states, so that no word is struck through and no corner cut.
            let Area { x, y, height, .. } = areas[vertex];
            points.extend([(x, y - height / 2.0), (x, y + height / 2.0)]);
        }
        let above = all.iter().filter(|other| other.lower == chain.lower);
        let to = areas[chain.lower];
        points.push((
            port(
                to,
                areas[last].x,
                above.filter_map(|other| other.passes.last()),
                areas,
            ),
            to.y - to.height / 2.0,
        ));
    }
    if chain.back {
        points.reverse();
    }
    Route {
        points,
        label: chain.label.clone(),
        label_area,
        back: chain.back,
    }
}

/// Where along a side of a state the arrow to `x` meets it: all that meet there are spread in the order they come from.
fn port<'a>(
    state: Area,
    x: f64,
    neighbours: impl Iterator<Item = &'a usize>,
    areas: &[Area],
) -> f64 {
    let others: Vec<f64> = neighbours.map(|&vertex| areas[vertex].x).collect();
    let left = others.iter().filter(|other| **other < x).count();
    state.x + PORT * (count(left) - count(others.len().saturating_sub(1)) / 2.0)
}

/// A smooth line through the points that leaves, passes and reaches each of them vertically.
pub(super) fn path(points: &[(f64, f64)]) -> String {
    let Some(first) = points.first() else {
        return String::new();
    };
    let mut path = format!("M{} {}", round(first.0), round(first.1));
    for pair in points.windows(2) {
        let ((from, start), (to, end)) = (pair[0], pair[1]);
        let bend = (end - start) * 0.4;
        let numbers = [from, start + bend, to, end - bend, to, end];
        path.push('C');
        path.push_str(&numbers.map(|number| round(number).to_string()).join(" "));
    }
    path
}

/// To a tenth of a pixel.
pub(super) fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
