//! A camera that sees symbols badly, the same way every time: perspective, poor contrast, blur and
//! noise, all from a seed. The conditions are 4 pixels a module, corners
//! moved by 6 % of the side, contrast 0.6, blur of a quarter module, noise of 12 grey steps.

use paso_paper::qr::{QUIET_ZONE, Symbol};

/// A picture of grey values.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Frame {
    pub(crate) fn new(width: usize, height: usize, grey: u8) -> Self {
        Self {
            width,
            height,
            pixels: vec![grey; width * height],
        }
    }

    /// Puts another picture into this one.
    pub(crate) fn paste(&mut self, other: &Self, x: usize, y: usize) {
        for (row, line) in other.pixels.chunks(other.width).enumerate() {
            let at = (y + row) * self.width + x;
            self.pixels[at..at + other.width].copy_from_slice(line);
        }
    }

    pub(crate) fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let (width, height) = (self.width as u32, self.height as u32);
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&self.pixels).unwrap();
        writer.finish().unwrap();
        file
    }
}

/// `SplitMix64`: enough chance for pictures.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Even between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and deviation 1 (Box and Muller).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.share().max(1e-300).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }
}

/// What a signed card looks like from outside: base45 of a given length.
pub(crate) fn qr_text(length: usize, seed: u64) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut chance = Chance(seed);
    (0..length)
        .map(|_| char::from(ALPHABET[chance.next() as usize % ALPHABET.len()]))
        .collect()
}

/// How badly the camera sees.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub(crate) px_per_module: f64,
    /// Corners move by up to this share of the side.
    pub(crate) perspective: f64,
    /// Turned by this many degrees.
    pub(crate) degrees: f64,
    pub(crate) contrast: f64,
    /// Deviation of the blur in modules.
    pub(crate) blur: f64,
    /// Deviation of the noise in grey steps of 256.
    pub(crate) noise: f64,
}

/// The view that the scan test is about.
pub(crate) const HARD: View = View {
    px_per_module: 4.0,
    perspective: 0.06,
    degrees: 0.0,
    contrast: 0.6,
    blur: 0.25,
    noise: 12.0,
};

/// Samples of a pixel along each side.
const SUB: usize = 3;

pub(crate) fn photograph(symbol: &Symbol, view: View, seed: u64) -> Frame {
    let mut chance = Chance(seed);
    let modules = f64::from(symbol.modules() + 2 * QUIET_ZONE);
    let whole = modules * view.px_per_module;
    let reach = if view.degrees == 0.0 { 1.16 } else { 1.6 };
    let size = (whole * reach).ceil() as usize;
    let middle = size as f64 / 2.0;
    let (sin, cos) = view.degrees.to_radians().sin_cos();
    let corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y): (f64, f64)| {
        let mut moved = |at: f64| (at + (chance.share() * 2.0 - 1.0) * view.perspective) * whole;
        let (x, y) = (moved(x), moved(y));
        (middle + x * cos - y * sin, middle + x * sin + y * cos)
    });
    let to_square = inverse_of_square_to(corners);
    let mut light = vec![0.0_f64; size * size];
    for py in 0..size {
        for px in 0..size {
            let mut sum = 0.0;
            for s in 0..SUB * SUB {
                let x = px as f64 + ((s % SUB) as f64 + 0.5) / SUB as f64;
                let y = py as f64 + ((s / SUB) as f64 + 0.5) / SUB as f64;
                let (u, v) = to_square(x, y);
                sum += if is_dark(symbol, u * modules, v * modules) {
                    0.0
                } else {
                    1.0
                };
            }
            light[py * size + px] = sum / (SUB * SUB) as f64;
        }
    }
    let light = blurred(&light, size, view.blur * view.px_per_module);
    let pixels = light
        .into_iter()
        .map(|light| {
            let grey = 127.5 + (light - 0.5) * 255.0 * view.contrast + view.noise * chance.normal();
            grey.round().clamp(0.0, 255.0) as u8
        })
        .collect();
    Frame {
        width: size,
        height: size,
        pixels,
    }
}

fn is_dark(symbol: &Symbol, u: f64, v: f64) -> bool {
    let quiet = f64::from(QUIET_ZONE);
    let (x, y) = ((u - quiet).floor(), (v - quiet).floor());
    x >= 0.0 && y >= 0.0 && symbol.is_dark(x as u32, y as u32)
}

/// From a point of the picture to the unit square whose corners are given, by the projective map
/// of a square to a quadrilateral (Heckbert 1989) and its adjoint.
fn inverse_of_square_to(p: [(f64, f64); 4]) -> impl Fn(f64, f64) -> (f64, f64) {
    let (dx1, dx2) = (p[1].0 - p[2].0, p[3].0 - p[2].0);
    let (dy1, dy2) = (p[1].1 - p[2].1, p[3].1 - p[2].1);
    let sx = p[0].0 - p[1].0 + p[2].0 - p[3].0;
    let sy = p[0].1 - p[1].1 + p[2].1 - p[3].1;
    let det = dx1 * dy2 - dx2 * dy1;
    let to_right = (sx * dy2 - dx2 * sy) / det;
    let to_bottom = (dx1 * sy - sx * dy1) / det;
    let m = [
        [
            p[1].0 - p[0].0 + to_right * p[1].0,
            p[3].0 - p[0].0 + to_bottom * p[3].0,
            p[0].0,
        ],
        [
            p[1].1 - p[0].1 + to_right * p[1].1,
            p[3].1 - p[0].1 + to_bottom * p[3].1,
            p[0].1,
        ],
        [to_right, to_bottom, 1.0],
    ];
    let minor =
        |r1: usize, r2: usize, c1: usize, c2: usize| m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
    let adjoint = [
        [minor(1, 2, 1, 2), -minor(0, 2, 1, 2), minor(0, 1, 1, 2)],
        [-minor(1, 2, 0, 2), minor(0, 2, 0, 2), -minor(0, 1, 0, 2)],
        [minor(1, 2, 0, 1), -minor(0, 2, 0, 1), minor(0, 1, 0, 1)],
    ];
    move |x, y| {
        let row = |r: [f64; 3]| r[0] * x + r[1] * y + r[2];
        let w = row(adjoint[2]);
        (row(adjoint[0]) / w, row(adjoint[1]) / w)
    }
}

fn blurred(light: &[f64], size: usize, sigma: f64) -> Vec<f64> {
    if sigma <= 0.0 {
        return light.to_vec();
    }
    let reach = (3.0 * sigma).ceil() as i64;
    let weights: Vec<f64> = (-reach..=reach)
        .map(|d| (-((d * d) as f64) / (2.0 * sigma * sigma)).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let pass = |from: &[f64], along_x: bool| -> Vec<f64> {
        (0..size * size)
            .map(|at| {
                let (x, y) = ((at % size) as i64, (at / size) as i64);
                let last = size as i64 - 1;
                let sum: f64 = weights
                    .iter()
                    .zip(-reach..=reach)
                    .map(|(weight, d)| {
                        let (x, y) = if along_x { (x + d, y) } else { (x, y + d) };
                        let (x, y) = (x.clamp(0, last) as usize, y.clamp(0, last) as usize);
                        weight * from[y * size + x]
                    })
                    .sum();
                sum / total
            })
            .collect()
    };
    pass(&pass(light, true), false)
}
