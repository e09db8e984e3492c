//! What became of an order's lines between two rounds (spec beyond.md, 3).

use super::Line;

/// A line that is not what it was. Added: no `before`; removed: no `now`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// As it was last shown.
    pub before: Option<Line>,
    /// As it is.
    pub now: Option<Line>,
}

/// The lines that changed, were added or were removed; where they stand does not matter. A changed line is known by its description,
/// else by its place. In the order of the lines as they are now, removed ones last.
pub fn changed_lines(before: &[Line], now: &[Line]) -> Vec<LineChange> {
    let mut gone: Vec<&Line> = before.iter().collect();
    let mut rest: Vec<&Line> = Vec::new();
    for line in now {
        if take(&mut gone, |old| same(old, line)).is_none() {
            rest.push(line);
        }
    }
    let named: Vec<_> = rest
        .iter()
        .map(|line| take(&mut gone, |old| old.description == line.description))
        .collect();
    let mut changes: Vec<LineChange> = rest
        .into_iter()
        .zip(named)
        .map(|(line, named)| LineChange {
            before: named
                .or_else(|| take(&mut gone, |old| old.position == line.position))
                .cloned(),
            now: Some(line.clone()),
        })
        .collect();
    changes.extend(gone.into_iter().map(|line| LineChange {
        before: Some(line.clone()),
        now: None,
    }));
    changes
}

fn take<'a>(lines: &mut Vec<&'a Line>, fits: impl Fn(&Line) -> bool) -> Option<&'a Line> {
    let at = lines.iter().position(|line| fits(line))?;
    Some(lines.remove(at))
}

/// The same but for its place and for what has arrived.
fn same(one: &Line, other: &Line) -> bool {
    let moved = Line {
        position: other.position,
        received: other.received,
        ..one.clone()
    };
    moved == *other
}
