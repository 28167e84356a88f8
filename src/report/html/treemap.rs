//! Squarified treemaps: rectangles whose areas are as the weights, as near to squares as can be had
//! (Bruls, Huizing and van Wijk 2000).

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    /// The rectangle without a frame of `by` pixels, and without `top` more at its top.
    pub(super) fn inset(self, by: f64, top: f64) -> Self {
        let width = (self.width - 2.0 * by).max(0.0);
        let height = (self.height - 2.0 * by - top).max(0.0);
        Self { x: self.x + by, y: self.y + by + top, width, height }
    }

    fn area(self) -> f64 {
        self.width * self.height
    }
}

/// A rectangle for each weight, in the order of `weights`. Weights should fall; a weight of 0 has no area.
pub(super) fn squarify(weights: &[u32], within: Rect) -> Vec<Rect> {
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    if total <= 0.0 || within.area() <= 0.0 {
        return vec![Rect { width: 0.0, height: 0.0, ..within }; weights.len()];
    }
    let areas: Vec<f64> = weights.iter().map(|weight| f64::from(*weight) * within.area() / total).collect();
    let (mut placed, mut left, mut at) = (Vec::with_capacity(areas.len()), within, 0);
    while at < areas.len() {
        let side = left.width.min(left.height);
        let mut end = at + 1;
        while end < areas.len() && worst(&areas[at..=end], side) <= worst(&areas[at..end], side) {
            end += 1;
        }
        left = lay(&areas[at..end], left, &mut placed);
        at = end;
    }
    placed
}

/// The worst ratio of the sides of a row along `side`.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let largest = row.iter().copied().fold(0.0, f64::max);
    let smallest = row.iter().copied().fold(f64::INFINITY, f64::min);
    if sum <= 0.0 || smallest <= 0.0 || side <= 0.0 {
        return f64::INFINITY;
    }
    let (side, sum) = (side * side, sum * sum);
    (side * largest / sum).max(sum / (side * smallest))
}

/// Lays a row along the shorter side; gives what is left of the rectangle.
fn lay(row: &[f64], within: Rect, placed: &mut Vec<Rect>) -> Rect {
    let sum: f64 = row.iter().sum();
    let side = within.width.min(within.height);
    if sum <= 0.0 || side <= 0.0 {
        placed.extend(row.iter().map(|_| Rect { width: 0.0, height: 0.0, ..within }));
        return within;
    }
    let depth = sum / side;
    let mut along = 0.0;
    let beside = within.width >= within.height;
    for area in row {
        let length = area / depth;
        placed.push(if beside {
            Rect { x: within.x, y: within.y + along, width: depth, height: length }
        } else {
            Rect { x: within.x + along, y: within.y, width: length, height: depth }
        });
        along += length;
    }
    if beside {
        Rect { x: within.x + depth, width: (within.width - depth).max(0.0), ..within }
    } else {
        Rect { y: within.y + depth, height: (within.height - depth).max(0.0), ..within }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAPER: Rect = Rect { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };

    #[test]
    fn the_example_of_the_paper_has_its_rows() {
        let placed = squarify(&[6, 6, 4, 3, 2, 2, 1], PAPER);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(placed[0].width, 3.0) && close(placed[0].height, 2.0), "{placed:?}");
        assert!(close(placed[2].x, 3.0) && close(placed[2].height, 7.0 / 3.0), "{placed:?}");
    }

    proptest! {
        #[test]
        fn areas_are_as_the_weights_and_nothing_sticks_out(mut weights in prop::collection::vec(0_u32..5_000, 0..60)) {
            weights.sort_unstable_by(|a, b| b.cmp(a));
            let within = Rect { x: 10.0, y: 5.0, width: 900.0, height: 420.0 };
            let placed = squarify(&weights, within);
            prop_assert_eq!(placed.len(), weights.len());
            let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
            for (rect, weight) in placed.iter().zip(&weights) {
                if total > 0.0 {
                    prop_assert!((rect.area() - f64::from(*weight) / total * within.area()).abs() < 1e-3);
                }
                prop_assert!(rect.x >= within.x - 1e-6 && rect.x + rect.width <= within.x + within.width + 1e-3);
                prop_assert!(rect.y >= within.y - 1e-6 && rect.y + rect.height <= within.y + within.height + 1e-3);
            }
        }
    }
}
