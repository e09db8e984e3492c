//! Where in its layer each vertex of a diagram stands, once their order is known: near what it is tied to, as close
//! together as their widths allow.

const SPACE: f64 = 14.0;
const SWEEPS: usize = 200;

/// The middles of all vertices. `layers` holds the vertices of each layer from left to right; `ties` are pairs of vertices
/// in neighbouring layers, with how strongly they want to stand under each other.
pub(super) fn spread(
    layers: &[Vec<usize>],
    widths: &[f64],
    ties: &[(usize, usize, f64)],
) -> Vec<f64> {
    let mut near: Vec<Vec<(usize, f64)>> = vec![Vec::new(); widths.len()];
    for &(one, other, strength) in ties {
        near[one].push((other, strength));
        near[other].push((one, strength));
    }
    let mut x = vec![0.0; widths.len()];
    for layer in layers {
        let wish = vec![(0.0, 1.0); layer.len()];
        settle(layer, widths, &wish, &mut x);
    }
    for sweep in 0..SWEEPS {
        let order: Vec<&Vec<usize>> = if sweep % 2 == 0 {
            layers.iter().collect()
        } else {
            layers.iter().rev().collect()
        };
        for layer in order {
            let wish: Vec<(f64, f64)> = layer
                .iter()
                .map(|&vertex| {
                    let weight: f64 = near[vertex].iter().map(|(_, strength)| strength).sum();
                    let pull: f64 = near[vertex]
                        .iter()
                        .map(|(other, strength)| x[*other] * strength)
                        .sum();
                    if weight > 0.0 {
                        (pull / weight, weight)
                    } else {
                        (x[vertex], 0.1)
                    }
                })
                .collect();
            settle(layer, widths, &wish, &mut x);
        }
    }
    x
}

/// Gives each vertex of one layer the place nearest to its wish (place and weight) that keeps order and distance: least
/// squares, by pooling neighbours that would come too close (isotonic regression).
fn settle(layer: &[usize], widths: &[f64], wishes: &[(f64, f64)], x: &mut [f64]) {
    // A pool's members stand side by side: its place is that of the first, had all of them no width.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    for (at, (&vertex, &(wish, weight))) in layer.iter().zip(wishes).enumerate() {
        if at > 0 {
            offset += widths[layer[at - 1]] / 2.0 + SPACE + widths[vertex] / 2.0;
        }
        offsets.push(offset);
        let mut pool = (wish - offset, weight, 1);
        while let Some(before) = pools.pop_if(|before| before.0 > pool.0) {
            let weight = before.1 + pool.1;
            pool = (
                (before.0 * before.1 + pool.0 * pool.1) / weight,
                weight,
                before.2 + pool.2,
            );
        }
        pools.push(pool);
    }
    let places = pools
        .into_iter()
        .flat_map(|(place, _, members)| std::iter::repeat_n(place, members));
    for ((&vertex, offset), place) in layer.iter().zip(offsets).zip(places) {
        x[vertex] = place + offset;
    }
}
