//! QR symbols out: one text, error correction M, a fixed mask.
//!
//! Scoring all eight masks costs 27 times the encoding itself (BENCHMARKS.md, "print"). Readers take
//! any mask, which the symbol names; the score only matters for content with patterns of its own,
//! and a signed, compressed text has none.

use std::fmt::{self, Write as _};
use std::num::NonZeroU8;

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use thiserror::Error;

use crate::outline;

/// The highest version a card or slip may carry: 65 modules, which at 0.40 mm a module and with
/// the quiet zone is 29.2 mm and still fits an ID-1 card.
pub const MAX_VERSION: u8 = 12;

/// Light modules around a symbol that readers need (ISO/IEC 18004 §5.3.8).
pub const QUIET_ZONE: u32 = 4;

/// The mask for every symbol: `x mod 3 = 0`. Of 1,500 texts like a card's, scoring chose it most
/// often (29 %).
const MASK: u8 = 2;

/// Why a text cannot become a symbol.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QrError {
    /// A character outside the alphanumeric mode's 45 (RFC 9285 uses just these).
    #[error("character {position} is outside the QR alphanumeric set: encode the text as base45")]
    NotAlphanumeric {
        /// Position of the first such character, counted from 1.
        position: usize,
    },
    /// There is no text.
    #[error("there is no text to encode")]
    Empty,
    /// The text needs a larger symbol than version 12.
    #[error(
        "{length} characters need more than QR version 12: shorten the content to 419 characters"
    )]
    TooLarge {
        /// How many characters were given.
        length: usize,
    },
}

/// A QR symbol, version 12 or smaller, error correction M.
#[derive(Clone)]
pub struct Symbol {
    code: QrCode,
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Symbol(version {})", self.version())
    }
}

impl Symbol {
    /// Encodes an alphanumeric (base45) text.
    pub fn new(text: &str) -> Result<Self, QrError> {
        if text.is_empty() {
            return Err(QrError::Empty);
        }
        if let Some(at) = text.chars().position(|c| !is_alphanumeric(c)) {
            return Err(QrError::NotAlphanumeric { position: at + 1 });
        }
        let code = QrCode::encode_segments_advanced(
            &[QrSegment::make_alphanumeric(text)],
            QrCodeEcc::Medium,
            Version::MIN,
            Version::new(MAX_VERSION),
            Some(Mask::new(MASK)),
            false,
        )
        .map_err(|_| QrError::TooLarge { length: text.len() })?;
        Ok(Self { code })
    }

    /// The version, 1 to 12.
    pub fn version(&self) -> u8 {
        self.code.version().value()
    }

    /// Modules along one side, without the quiet zone.
    pub fn modules(&self) -> u32 {
        self.code.size().unsigned_abs()
    }

    /// Whether the module in column `x` and row `y` is dark; outside the symbol it is light.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        match (i32::try_from(x), i32::try_from(y)) {
            (Ok(x), Ok(y)) => self.code.get_module(x, y),
            _ => false,
        }
    }

    /// Horizontal runs of dark modules as `(x, y, length)`, row by row: what is drawn.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let size = self.modules();
        (0..size).flat_map(move |y| {
            let mut x = 0;
            std::iter::from_fn(move || {
                while x < size && !self.is_dark(x, y) {
                    x += 1;
                }
                let start = x;
                while x < size && self.is_dark(x, y) {
                    x += 1;
                }
                (x > start).then_some((start, y, x - start))
            })
        })
    }
}

fn is_alphanumeric(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='Z' | ' ' | '$' | '%' | '*' | '+' | '-' | '.' | '/' | ':')
}

impl Symbol {
    /// The symbol as an accessible SVG image with its quiet zone, `module_mm` millimetres a
    /// module; `title` is its text alternative.
    pub fn to_svg(&self, module_mm: f32, title: &str) -> String {
        let side = self.modules() + 2 * QUIET_ZONE;
        #[expect(
            clippy::cast_precision_loss,
            reason = "a symbol has at most 73 modules a side"
        )]
        let millimetres = side as f32 * module_mm;
        let title = escape(title);
        let mut svg = String::with_capacity(12 * 1024);
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{title}\" \
             width=\"{millimetres:.2}mm\" height=\"{millimetres:.2}mm\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><title>{title}</title>\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" fill-rule=\"evenodd\" d=\""
        );
        for corners in outline::loops(self) {
            let (x, y) = corners[0];
            let _ = write!(svg, "M{} {}", x + QUIET_ZONE, y + QUIET_ZONE);
            for (from, to) in corners.iter().zip(&corners[1..]) {
                // Corners follow one another across and down by turns.
                let _ = if from.1 == to.1 {
                    write!(svg, "h{}", to.0.cast_signed() - from.0.cast_signed())
                } else {
                    write!(svg, "v{}", to.1.cast_signed() - from.1.cast_signed())
                };
            }
            svg.push('z');
        }
        svg.push_str("\"/></svg>");
        svg
    }
}

impl Symbol {
    /// The symbol as a grey PNG file with its quiet zone, `px` pixels a module.
    pub fn to_png(&self, px: NonZeroU8) -> Vec<u8> {
        let px = u32::from(px.get());
        let modules = self.modules() + 2 * QUIET_ZONE;
        let side = modules * px;
        let mut pixels = Vec::with_capacity((side * side) as usize);
        for y in 0..side {
            for x in 0..side {
                let module = |at: u32| (at / px).checked_sub(QUIET_ZONE);
                let dark = match (module(x), module(y)) {
                    (Some(x), Some(y)) => self.is_dark(x, y),
                    _ => false,
                };
                pixels.push(if dark { 0 } else { 255 });
            }
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        // Writing to memory fails only for sizes or row lengths that contradict the header, and
        // both come from `side`.
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&pixels));
        debug_assert!(written.is_ok());
        file
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML 1.0 §2.2 has no way to write the other control characters.
            c if c.is_control() && c != '\t' && c != '\n' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last length that fits each version in alphanumeric mode at M (ISO/IEC 18004 table 7).
    #[test]
    fn versions_follow_the_standard_table() {
        let table = [
            (1, 20),
            (2, 38),
            (3, 61),
            (4, 90),
            (5, 122),
            (6, 154),
            (7, 178),
            (8, 221),
            (9, 262),
            (10, 311),
            (11, 366),
            (12, 419),
        ];
        for (version, length) in table {
            let symbol = Symbol::new(&"A".repeat(length)).unwrap();
            assert_eq!(symbol.version(), version, "{length}");
            assert_eq!(symbol.modules(), 17 + 4 * u32::from(version));
            let next = Symbol::new(&"A".repeat(length + 1));
            match next {
                Ok(symbol) => assert_eq!(symbol.version(), version + 1),
                Err(error) => assert_eq!(error, QrError::TooLarge { length: 420 }),
            }
        }
    }

    #[test]
    fn what_is_no_base45_is_refused() {
        assert_eq!(Symbol::new("").err(), Some(QrError::Empty));
        let position = |text: &str| match Symbol::new(text) {
            Err(QrError::NotAlphanumeric { position }) => Some(position),
            _ => None,
        };
        assert_eq!(position("HC1:abc"), Some(5));
        assert_eq!(position("ÁBC"), Some(1));
        assert_eq!(position("AB\n"), Some(3));
        assert_eq!(
            position("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
            None
        );
    }

    #[test]
    fn runs_are_the_dark_modules() {
        let symbol = Symbol::new("PASO 2026").unwrap();
        let mut dark = 0;
        for (x, y, length) in symbol.runs() {
            assert!((x..x + length).all(|x| symbol.is_dark(x, y)));
            assert!(!symbol.is_dark(x + length, y));
            dark += length;
        }
        let all = (0..symbol.modules())
            .flat_map(|y| (0..symbol.modules()).map(move |x| (x, y)))
            .filter(|(x, y)| symbol.is_dark(*x, *y))
            .count();
        assert_eq!(dark as usize, all);
        assert!(!symbol.is_dark(u32::MAX, 0) && !symbol.is_dark(0, symbol.modules()));
    }

    #[test]
    fn svg_is_accessible_and_safe() {
        let svg = Symbol::new("PASO")
            .unwrap()
            .to_svg(0.5, "Tarjeta \"<1>\" & más\u{7}");
        insta::assert_snapshot!(svg);
    }
}
