use super::{
    Edge, Node, NodeKind,
    layout::{Area, place},
};

fn nodes(ids: &[&str]) -> Vec<Node> {
    ids.iter()
        .map(|id| Node {
            id: (*id).into(),
            label: format!("State {id}"),
            kind: NodeKind::Normal,
        })
        .collect()
}

fn edges(pairs: &[(&str, &str, &str)]) -> Vec<Edge> {
    pairs
        .iter()
        .map(|(from, to, label)| Edge {
            from: (*from).into(),
            to: (*to).into(),
            label: (*label).into(),
        })
        .collect()
}

fn overlap(a: &Area, b: &Area) -> bool {
    (a.x - b.x).abs() * 2.0 < a.width + b.width && (a.y - b.y).abs() * 2.0 < a.height + b.height
}

#[test]
fn a_diagram_of_one_state_or_none_is_drawn() {
    assert_eq!(place(&[], &[]).nodes.len(), 0);
    assert_eq!(
        place(&nodes(&["a"]), &edges(&[("a", "a", "Stay")])).loops,
        ["Stay"]
    );
    assert_eq!(place(&nodes(&["a", "b"]), &[]).nodes.len(), 2);
}

#[test]
fn several_transitions_between_two_states_are_one_arrow_with_all_their_words() {
    let picture = place(
        &nodes(&["a", "b"]),
        &edges(&[
            ("a", "b", "Approve"),
            ("a", "b", "Pass"),
            ("b", "a", "Reopen"),
        ]),
    );
    let labels: Vec<_> = picture
        .routes
        .iter()
        .map(|route| (route.label.as_str(), route.back))
        .collect();
    assert_eq!(labels, [("Approve, Pass", false), ("Reopen", true)]);
}

#[test]
fn nothing_with_words_overlaps_and_nothing_leaves_the_picture() {
    let ids = ["a", "b", "c", "d", "e", "f"];
    let mut all = Vec::new();
    for (at, from) in ids.iter().enumerate() {
        for to in &ids[at..] {
            all.extend([(*from, *to, "Approve with a reason"), (*to, *from, "Back")]);
        }
    }
    let picture = place(&nodes(&ids), &edges(&all));
    let areas: Vec<Area> = picture
        .nodes
        .iter()
        .copied()
        .chain(picture.routes.iter().map(|route| route.label_area))
        .collect();
    for (at, area) in areas.iter().enumerate() {
        assert!(
            area.x - area.width / 2.0 >= 0.0 && area.x + area.width / 2.0 <= picture.width,
            "{area:?}"
        );
        assert!(
            areas[at + 1..].iter().all(|other| !overlap(area, other)),
            "{area:?}"
        );
    }
}

#[test]
fn the_same_workflow_is_always_drawn_the_same_way() {
    let all = edges(&[
        ("a", "b", "Go"),
        ("a", "c", "Skip"),
        ("b", "c", "Go"),
        ("c", "a", "Back"),
        ("b", "d", "End"),
    ]);
    let first = place(&nodes(&["a", "b", "c", "d"]), &all);
    for _ in 0..20 {
        assert_eq!(place(&nodes(&["a", "b", "c", "d"]), &all), first);
    }
}
