//! The two fonts, and words shaped once.
//!
//! Promises: a shaped word is measured exactly as it is drawn, and a character that no glyph
//! exists for is reported, never drawn as an empty box.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, ShapePlan, UnicodeBuffer, script};

/// Inter Regular, cut to Latin (fonts/README.md).
static REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
/// Inter Bold, cut to Latin.
static BOLD: &[u8] = include_bytes!("../../fonts/Inter-Bold.otf");

/// A font's weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    /// Running text.
    Regular,
    /// Names, dates, headings.
    Bold,
}

/// How digits and letters are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Figures {
    /// As the font has them.
    Text,
    /// For numbers and codes that are copied by hand: digits of one width, zero with a stroke.
    Code,
}

struct Face {
    font: Font,
    shaper: rustybuzz::Face<'static>,
    text: ShapePlan,
    code: ShapePlan,
    space: KrillaGlyph,
    /// Ascender and descender in em, the descender as a positive number.
    ascent: f32,
    descent: f32,
    cap_height: f32,
}

struct Faces {
    regular: Face,
    bold: Face,
}

#[expect(
    clippy::expect_used,
    reason = "the bytes are compiled in and both fonts are opened by the tests of this module"
)]
static FACES: LazyLock<Faces> = LazyLock::new(|| Faces {
    regular: Face::open(REGULAR).expect("Inter Regular is a font"),
    bold: Face::open(BOLD).expect("Inter Bold is a font"),
});

impl Face {
    fn open(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes.into(), 0)?;
        let shaper = rustybuzz::Face::from_slice(bytes, 0)?;
        let plan = |features: &[Feature]| {
            ShapePlan::new(
                &shaper,
                Direction::LeftToRight,
                Some(script::LATIN),
                None,
                features,
            )
        };
        let text = plan(&[]);
        let code = plan(&[
            Feature::new(Tag::from_bytes(b"tnum"), 1, ..),
            Feature::new(Tag::from_bytes(b"zero"), 1, ..),
        ]);
        let em = units(shaper.units_per_em());
        let space_id = shaper.glyph_index(' ')?;
        let space = KrillaGlyph::new(
            GlyphId::new(u32::from(space_id.0)),
            f32::from(shaper.glyph_hor_advance(space_id)?) / em,
            0.0,
            0.0,
            0.0,
            0..1,
            None,
        );
        let metrics = (
            f32::from(shaper.ascender()) / em,
            f32::from(-shaper.descender()) / em,
            f32::from(shaper.capital_height()?) / em,
        );
        Some(Self {
            font,
            text,
            code,
            space,
            ascent: metrics.0,
            descent: metrics.1,
            cap_height: metrics.2,
            shaper,
        })
    }

    fn of(weight: Weight) -> &'static Self {
        match weight {
            Weight::Regular => &FACES.regular,
            Weight::Bold => &FACES.bold,
        }
    }
}

/// The krilla font of a weight.
pub(crate) fn font(weight: Weight) -> Font {
    Face::of(weight).font.clone()
}

/// The glyph of a space between two words; its text range is one byte long.
pub(crate) fn space(weight: Weight) -> &'static KrillaGlyph {
    &Face::of(weight).space
}

/// Ascender and descender in em, both positive.
pub(crate) fn extent(weight: Weight) -> (f32, f32) {
    let face = Face::of(weight);
    (face.ascent, face.descent)
}

/// Height of a capital letter in em.
pub(crate) fn cap_height(weight: Weight) -> f32 {
    Face::of(weight).cap_height
}

/// A word as glyphs.
#[derive(Debug)]
pub(crate) struct Word {
    /// The word's text; glyph ranges count its bytes.
    pub(crate) text: String,
    /// Glyphs in reading order.
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// Width in em.
    pub(crate) width: f32,
    /// The first character without a glyph, if any.
    pub(crate) missing: Option<char>,
}

/// Shapes words and remembers them: labels and notices recur on every card of a sheet.
#[derive(Default)]
pub(crate) struct Shaper {
    words: HashMap<(Weight, Figures), HashMap<String, Rc<Word>>>,
    scratch: Option<UnicodeBuffer>,
}

/// How many words one weight remembers. Names differ on every card of a large batch; past this
/// many the memory is emptied and filled again.
const REMEMBERED: usize = 8192;

impl Shaper {
    /// The word in the weight and figures asked for.
    pub(crate) fn word(&mut self, text: &str, weight: Weight, figures: Figures) -> Rc<Word> {
        let words = self.words.entry((weight, figures)).or_default();
        if let Some(word) = words.get(text) {
            return Rc::clone(word);
        }
        if words.len() >= REMEMBERED {
            words.clear();
        }
        let word = Rc::new(shape(text, weight, figures, &mut self.scratch));
        words.insert(text.to_owned(), Rc::clone(&word));
        word
    }
}

fn shape(
    text: &str,
    weight: Weight,
    figures: Figures,
    scratch: &mut Option<UnicodeBuffer>,
) -> Word {
    let face = Face::of(weight);
    let mut buffer = scratch.take().unwrap_or_default();
    buffer.push_str(text);
    buffer.set_direction(Direction::LeftToRight);
    buffer.set_script(script::LATIN);
    let plan = match figures {
        Figures::Text => &face.text,
        Figures::Code => &face.code,
    };
    let shaped = rustybuzz::shape_with_plan(&face.shaper, plan, buffer);
    let em = units(face.shaper.units_per_em());
    let infos = shaped.glyph_infos();
    let mut glyphs = Vec::with_capacity(infos.len());
    let mut width = 0.0;
    let mut missing = None;
    for (at, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
        let start = info.cluster as usize;
        // Glyphs of one cluster (a letter and its accent) share its text range.
        let end = infos[at..]
            .iter()
            .map(|next| next.cluster as usize)
            .find(|next| *next != start)
            .unwrap_or(text.len());
        if info.glyph_id == 0 && missing.is_none() {
            missing = text
                .get(start..end)
                .and_then(|cluster| cluster.chars().next());
        }
        let advance = units(position.x_advance) / em;
        width += advance;
        glyphs.push(KrillaGlyph::new(
            GlyphId::new(info.glyph_id),
            advance,
            units(position.x_offset) / em,
            units(position.y_offset) / em,
            0.0,
            start..end,
            None,
        ));
    }
    *scratch = Some(shaped.clear());
    Word {
        text: text.to_owned(),
        glyphs,
        width,
        missing,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "font units are below 2^16, where f32 is exact"
)]
fn units(units: i32) -> f32 {
    units as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fonts_open_and_measure() {
        for weight in [Weight::Regular, Weight::Bold] {
            let (ascent, descent) = extent(weight);
            assert!(ascent > 0.9 && descent > 0.2, "{ascent} {descent}");
            let mut shaper = Shaper::default();
            let narrow = shaper.word("il", weight, Figures::Text);
            let wide = shaper.word("MW", weight, Figures::Text);
            assert!(narrow.width < wide.width);
        }
    }

    #[test]
    fn names_of_the_region_have_every_letter() {
        // Mayan and Garifuna orthographies, Spanish, English, a macron, both saltillos, and accents
        // that arrive decomposed.
        let names = [
            "Kʼicheʼ",
            "K’iche’",
            "Tzꞌutujil",
            "Ꞌun",
            "Qʼanjobʼal",
            "Ixchíu",
            "Muñoz",
            "Güemes",
            "Garífuna",
            "Ābēnā",
            "Ẍ",
            "Chʼol",
            "Nuñez",
            "Jose\u{301}",
            "N\u{303}",
            "D'Angelo",
            "O‘Hara",
            "Łukasz",
        ];
        let mut shaper = Shaper::default();
        for weight in [Weight::Regular, Weight::Bold] {
            for name in names {
                let word = shaper.word(name, weight, Figures::Text);
                assert_eq!(word.missing, None, "{name}");
            }
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_reported() {
        let word = Shaper::default().word("李雷", Weight::Regular, Figures::Text);
        assert_eq!(word.missing, Some('李'));
    }

    #[test]
    fn digits_of_a_code_have_one_width() {
        let mut shaper = Shaper::default();
        let ones = shaper.word("1111", Weight::Bold, Figures::Code).width;
        let zeros = shaper.word("0000", Weight::Bold, Figures::Code).width;
        assert!((ones - zeros).abs() < 1e-4);
    }
}
