//! The outline of a QR symbol as closed loops.
//!
//! Filling loops instead of squares leaves no hairlines between neighbouring modules on screen and
//! needs a quarter fewer bytes; the fill rule is even-odd.

use crate::qr::Symbol;

/// A corner of a loop, in modules from the symbol's top left corner.
pub(crate) type Corner = (u32, u32);

/// All loops of the boundary between dark and light, each at least four corners long.
pub(crate) fn loops(symbol: &Symbol) -> Vec<Vec<Corner>> {
    let mut edges = Edges::of(symbol);
    let mut loops = Vec::new();
    for y in 0..edges.side {
        for x in 0..edges.side {
            // Every loop has a rightward edge, so starting from those finds all.
            while edges.has(x, y, Heading::Right) {
                loops.push(edges.walk(x, y));
            }
        }
    }
    loops
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Right,
    Down,
    Left,
    Up,
}

impl Heading {
    const fn bit(self) -> u8 {
        match self {
            Self::Right => 1,
            Self::Down => 2,
            Self::Left => 4,
            Self::Up => 8,
        }
    }
}

/// For each lattice point, the directions of boundary edges that leave it, dark on their right.
struct Edges {
    side: u32,
    leaving: Vec<u8>,
}

impl Edges {
    fn of(symbol: &Symbol) -> Self {
        let modules = symbol.modules();
        let side = modules + 1;
        let mut edges = Self {
            side,
            leaving: vec![0; (side * side) as usize],
        };
        let dark: Vec<bool> = (0..modules * modules)
            .map(|at| symbol.is_dark(at % modules, at / modules))
            .collect();
        let is_dark = |x: Option<u32>, y: Option<u32>| match (x, y) {
            (Some(x), Some(y)) if x < modules && y < modules => dark[(y * modules + x) as usize],
            _ => false,
        };
        for y in 0..side {
            for x in 0..side {
                let here = is_dark(Some(x), Some(y));
                let above = is_dark(Some(x), y.checked_sub(1));
                let before = is_dark(x.checked_sub(1), Some(y));
                if here && !above {
                    edges.add(x, y, Heading::Right);
                }
                if above && !here {
                    edges.add(x + 1, y, Heading::Left);
                }
                if before && !here {
                    edges.add(x, y, Heading::Down);
                }
                if here && !before {
                    edges.add(x, y + 1, Heading::Up);
                }
            }
        }
        edges
    }

    fn index(&self, x: u32, y: u32) -> usize {
        (y * self.side + x) as usize
    }

    fn add(&mut self, x: u32, y: u32, heading: Heading) {
        let at = self.index(x, y);
        self.leaving[at] |= heading.bit();
    }

    fn has(&self, x: u32, y: u32, heading: Heading) -> bool {
        self.leaving[self.index(x, y)] & heading.bit() != 0
    }

    /// Follows the loop that leaves `(x, y)` to the right, and takes its edges away.
    fn walk(&mut self, x: u32, y: u32) -> Vec<Corner> {
        let mut corners = vec![(x, y)];
        let (mut x, mut y, mut heading) = (x, y, Heading::Right);
        loop {
            while self.has(x, y, heading) {
                let at = self.index(x, y);
                self.leaving[at] &= !heading.bit();
                match heading {
                    Heading::Right => x += 1,
                    Heading::Down => y += 1,
                    Heading::Left => x -= 1,
                    Heading::Up => y -= 1,
                }
            }
            // Where two dark modules touch at a corner both turns exist; even-odd filling gives
            // the same picture for either.
            let turns = match heading {
                Heading::Right | Heading::Left => [Heading::Down, Heading::Up],
                Heading::Down | Heading::Up => [Heading::Left, Heading::Right],
            };
            match turns.into_iter().find(|turn| self.has(x, y, *turn)) {
                Some(turn) => heading = turn,
                None => return corners,
            }
            corners.push((x, y));
        }
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
