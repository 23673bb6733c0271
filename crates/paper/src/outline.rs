//! The outline of a QR symbol as closed loops, to be filled even-odd.
//!
//! Filling loops instead of squares leaves no hairlines between neighbouring modules on screen.
//! Even-odd filling does not ask which way a loop runs, so where two dark modules touch at a corner
//! the loop may cross itself: going straight on there spares a third of all corners, and corners
//! are most of what a sheet of cards weighs.

use crate::qr::Symbol;

/// A corner of a loop, in modules from the symbol's top left corner.
pub(crate) type Corner = (u32, u32);

/// Loops along the boundary between dark and light, each at least four corners long. Lines between
/// neighbouring corners run across and down by turns.
pub(crate) fn loops(symbol: &Symbol) -> Vec<Vec<Corner>> {
    let mut edges = Edges::of(symbol);
    let mut loops = Vec::new();
    for y in 0..edges.side {
        for x in 0..edges.side {
            // Every loop has a line across. Its leftmost point in the first row that has one is a
            // corner, since an edge to the left would have been met before.
            while edges.across[edges.index(x, y)] {
                loops.push(edges.walk(x, y));
            }
        }
    }
    loops
}

/// Boundary edges that are not walked yet: for each lattice point the edge to its right and the
/// edge below it.
struct Edges {
    side: u32,
    across: Vec<bool>,
    down: Vec<bool>,
}

impl Edges {
    fn of(symbol: &Symbol) -> Self {
        let modules = symbol.modules();
        let side = modules + 1;
        // One light module beyond each side, so that every module has four neighbours.
        let wide = modules + 2;
        let mut dark = vec![false; (wide * wide) as usize];
        for (x, y, length) in symbol.runs() {
            let start = ((y + 1) * wide + x + 1) as usize;
            dark[start..start + length as usize].fill(true);
        }
        let mut edges = Self {
            side,
            across: vec![false; (side * side) as usize],
            down: vec![false; (side * side) as usize],
        };
        for y in 0..side {
            for x in 0..side {
                let here = ((y + 1) * wide + x + 1) as usize;
                let at = edges.index(x, y);
                edges.across[at] = dark[here] != dark[here - wide as usize];
                edges.down[at] = dark[here] != dark[here - 1];
            }
        }
        edges
    }

    fn index(&self, x: u32, y: u32) -> usize {
        (y * self.side + x) as usize
    }

    /// Follows the loop that leaves `(x, y)` to the right, taking its edges away, and going
    /// straight on wherever it can.
    fn walk(&mut self, x: u32, y: u32) -> Vec<Corner> {
        let mut corners = Vec::with_capacity(16);
        let (mut x, mut y) = (x, y);
        loop {
            corners.push((x, y));
            let from = x;
            while self.take_across(x, y) {
                x += 1;
            }
            let right = x != from;
            while !right && x > 0 && self.take_across(x - 1, y) {
                x -= 1;
            }
            corners.push((x, y));
            let from = y;
            while self.take_down(x, y) {
                y += 1;
            }
            let down = y != from;
            while !down && y > 0 && self.take_down(x, y - 1) {
                y -= 1;
            }
            // Every point has an even number of edges, so a way that goes on as long as it can
            // ends only where it began.
            if (x, y) == corners[0] {
                return corners;
            }
        }
    }

    fn take_across(&mut self, x: u32, y: u32) -> bool {
        let at = self.index(x, y);
        std::mem::take(&mut self.across[at])
    }

    fn take_down(&mut self, x: u32, y: u32) -> bool {
        let at = self.index(x, y);
        std::mem::take(&mut self.down[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_filled_even_odd_give_the_symbol_back() {
        for text in ["A", "HELLO WORLD", &"7K2M-Q94D/$%*+.:".repeat(24)] {
            let symbol = Symbol::new(text).unwrap();
            let loops = loops(&symbol);
            for y in 0..symbol.modules() {
                for x in 0..symbol.modules() {
                    // Count vertical edges to the left of the module's centre.
                    let crossings = loops
                        .iter()
                        .flat_map(|corners| corners.iter().zip(corners.iter().cycle().skip(1)))
                        .filter(|(a, b)| {
                            a.0 == b.0 && a.0 <= x && a.1.min(b.1) <= y && y < a.1.max(b.1)
                        })
                        .count();
                    assert_eq!(crossings % 2 == 1, symbol.is_dark(x, y), "{text} {x} {y}");
                }
            }
        }
    }
}
