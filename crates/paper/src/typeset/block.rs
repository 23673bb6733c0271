//! Lines of text that fit a width: breaking, measuring, and shrinking within stated limits.
//!
//! Promises: no line is wider than its column and no letter is dropped. Words break at spaces; a
//! word wider than the column breaks after a hyphen, slash, dot or at sign, else between letters.

use std::rc::Rc;

use krilla::text::KrillaGlyph;

use super::MM_PER_PT;
use super::face::{self, Figures, Shaper, Weight, Word};

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// Weight of the letters.
    pub(crate) weight: Weight,
    /// Size in points.
    pub(crate) size: f32,
    /// Distance of baselines as a multiple of the size.
    pub(crate) leading: f32,
    /// Drawing of digits.
    pub(crate) figures: Figures,
}

impl Style {
    /// Regular text with the leading of running text.
    pub(crate) const fn regular(size: f32) -> Self {
        Self {
            weight: Weight::Regular,
            size,
            leading: 1.3,
            figures: Figures::Text,
        }
    }

    /// Bold text with the tighter leading of names and headings.
    pub(crate) const fn bold(size: f32) -> Self {
        Self {
            weight: Weight::Bold,
            size,
            leading: 1.18,
            figures: Figures::Text,
        }
    }

    /// The same style with digits for copying by hand.
    pub(crate) const fn code(self) -> Self {
        Self {
            figures: Figures::Code,
            ..self
        }
    }

    /// The same style at another size.
    pub(crate) const fn at(self, size: f32) -> Self {
        Self { size, ..self }
    }

    /// The same style with other leading.
    pub(crate) const fn led(self, leading: f32) -> Self {
        Self { leading, ..self }
    }

    /// Millimetres of an em.
    pub(crate) fn em(&self) -> f32 {
        self.size * MM_PER_PT
    }

    /// Height of one line in millimetres.
    pub(crate) fn line_height(&self) -> f32 {
        self.em() * self.leading
    }
}

/// One line: words with single spaces between them.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    words: Vec<Rc<Word>>,
    /// Width in millimetres, without the space that may follow.
    pub(crate) width: f32,
    /// Whether another line of the same paragraph follows after a space, which is then written so
    /// that extracted text keeps its words apart.
    spaced: bool,
}

impl Line {
    /// The line's text and glyphs, ready to be drawn in one go.
    pub(crate) fn glyphs(&self, weight: Weight) -> (String, Vec<KrillaGlyph>) {
        let mut text = String::new();
        let mut glyphs = Vec::new();
        let last = self.words.len().saturating_sub(1);
        for (at, word) in self.words.iter().enumerate() {
            let start = text.len();
            text.push_str(&word.text);
            glyphs.extend(word.glyphs.iter().map(|glyph| shifted(glyph, start)));
            if at < last || self.spaced {
                glyphs.push(shifted(face::space(weight), text.len()));
                text.push(' ');
            }
        }
        (text, glyphs)
    }

    /// The line's text.
    pub(crate) fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }
}

fn shifted(glyph: &KrillaGlyph, by: usize) -> KrillaGlyph {
    let mut glyph = glyph.clone();
    glyph.text_range = glyph.text_range.start + by..glyph.text_range.end + by;
    glyph
}

/// A text set in lines.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Its lines from top to bottom.
    pub(crate) lines: Vec<Line>,
    /// How it is set.
    pub(crate) style: Style,
    /// The first character that no glyph exists for.
    pub(crate) missing: Option<char>,
}

impl Block {
    /// Sets `text` in lines at most `width` millimetres wide. Line breaks in the text are kept.
    pub(crate) fn set(shaper: &mut Shaper, text: &str, style: Style, width: f32) -> Self {
        let mut block = Self {
            lines: Vec::new(),
            style,
            missing: None,
        };
        for paragraph in text.lines() {
            block.paragraph(shaper, paragraph, width);
        }
        block
    }

    /// Sets `text` at the style's size or, where it does not fit in `width` by `height`
    /// millimetres, at the largest size that does, in steps of a quarter point down to
    /// `smallest`. Nothing if it does not fit even then.
    pub(crate) fn fit(
        shaper: &mut Shaper,
        text: &str,
        style: Style,
        smallest: f32,
        width: f32,
        height: f32,
    ) -> Option<Self> {
        let mut size = style.size;
        loop {
            let block = Self::set(shaper, text, style.at(size), width);
            if block.height() <= height + SLACK && block.width() <= width + SLACK {
                return Some(block);
            }
            if size <= smallest {
                return None;
            }
            size = (size - 0.25).max(smallest);
        }
    }

    /// Height of all lines in millimetres.
    pub(crate) fn height(&self) -> f32 {
        lines_as_f32(self.lines.len()) * self.style.line_height()
    }

    /// Width of the widest line in millimetres.
    pub(crate) fn width(&self) -> f32 {
        self.lines.iter().map(|line| line.width).fold(0.0, f32::max)
    }

    /// Distance from the top of a line to its baseline in millimetres: ascent and descent centred
    /// in the line's height.
    pub(crate) fn baseline(&self) -> f32 {
        let (ascent, descent) = face::extent(self.style.weight);
        f32::midpoint(
            self.style.line_height(),
            (ascent - descent) * self.style.em(),
        )
    }

    /// The lines from `at` on, taken off this block; for text that goes on over the page.
    pub(crate) fn split_off(&mut self, at: usize) -> Self {
        Self {
            lines: self.lines.split_off(at.min(self.lines.len())),
            style: self.style,
            missing: self.missing,
        }
    }

    fn paragraph(&mut self, shaper: &mut Shaper, text: &str, width: f32) {
        let em = self.style.em();
        let space = face::space(self.style.weight).x_advance * em;
        let mut words: Vec<Rc<Word>> = Vec::new();
        let mut used = 0.0;
        // A no-break space holds its neighbours together, as in `6 h`.
        for text in text.split(|c: char| c.is_whitespace() && c != '\u{A0}' && c != '\u{202F}') {
            if text.is_empty() {
                continue;
            }
            let word = self.word(shaper, text);
            let gap = if words.is_empty() { 0.0 } else { space };
            if used + gap + word.width * em <= width + SLACK {
                used += gap + word.width * em;
                words.push(word);
                continue;
            }
            if !words.is_empty() {
                self.push(std::mem::take(&mut words), used, true);
            }
            let mut rest = text;
            while let Some((head, tail)) = self.cut(shaper, rest, width) {
                let word = self.word(shaper, head);
                let head_width = word.width * em;
                self.push(vec![word], head_width, false);
                rest = tail;
            }
            let word = self.word(shaper, rest);
            used = word.width * em;
            words.push(word);
        }
        self.push(words, used, false);
    }

    fn push(&mut self, words: Vec<Rc<Word>>, width: f32, spaced: bool) {
        self.lines.push(Line {
            words,
            width,
            spaced,
        });
    }

    fn word(&mut self, shaper: &mut Shaper, text: &str) -> Rc<Word> {
        let word = shaper.word(text, self.style.weight, self.style.figures);
        self.missing = self.missing.or(word.missing);
        word
    }

    /// Cuts a word that is wider than the column into the part that fits and the rest; nothing if
    /// it fits whole. A column narrower than a letter still takes one letter, so that this ends.
    fn cut<'text>(
        &mut self,
        shaper: &mut Shaper,
        text: &'text str,
        width: f32,
    ) -> Option<(&'text str, &'text str)> {
        let em = self.style.em();
        let word = self.word(shaper, text);
        if word.width * em <= width + SLACK {
            return None;
        }
        let mut used = 0.0;
        let mut ends = Vec::new();
        for glyph in &word.glyphs {
            used += glyph.x_advance * em;
            let end = glyph.text_range.end;
            if end >= text.len() || (used > width && !ends.is_empty()) {
                break;
            }
            if text.is_char_boundary(end) {
                ends.push(end);
            }
        }
        // A letter may be wider at a line's end than before its neighbour, to which it is kerned:
        // each head is measured as it will be drawn.
        let first = ends.first().copied();
        let fits = |shaper: &mut Shaper, end: usize| {
            let head = shaper.word(&text[..end], self.style.weight, self.style.figures);
            head.width * em <= width
        };
        let good = |end: &usize| text[..*end].ends_with(['-', '/', '.', '@']);
        let at = ends
            .iter()
            .rev()
            .copied()
            .filter(good)
            .find(|end| fits(shaper, *end))
            .or_else(|| ends.iter().rev().copied().find(|end| fits(shaper, *end)))
            .or(first)?;
        Some(text.split_at(at))
    }
}

/// Rounding allowance of a comparison, in millimetres.
const SLACK: f32 = 0.001;

#[expect(
    clippy::cast_precision_loss,
    reason = "a page has far fewer than 2^24 lines"
)]
fn lines_as_f32(lines: usize) -> f32 {
    lines as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(text: &str, size: f32, width: f32) -> Vec<String> {
        let block = Block::set(&mut Shaper::default(), text, Style::regular(size), width);
        block.lines.iter().map(Line::text).collect()
    }

    #[test]
    fn breaks_at_spaces_and_keeps_given_breaks() {
        let lines = set("Nadie puede cobrarle\npor esta tarjeta.", 10.0, 26.0);
        assert_eq!(lines, ["Nadie puede", "cobrarle", "por esta", "tarjeta."]);
    }

    #[test]
    fn a_no_break_space_holds() {
        let lines = set("hasta las 19:00\u{A0}h", 10.0, 24.0);
        assert_eq!(lines, ["hasta las", "19:00\u{A0}h"]);
    }

    #[test]
    fn a_long_address_breaks_after_its_signs() {
        let lines = set("veedor.example.org/quejas", 10.0, 22.0);
        assert_eq!(lines, ["veedor.", "example.org/", "quejas"]);
    }

    #[test]
    fn fitting_shrinks_no_further_than_told() {
        let mut shaper = Shaper::default();
        let style = Style::bold(12.0);
        let name = "María de los Ángeles Guadalupe Xitumul-Tzꞌutujil Hernández de la Cruz";
        let fitted = Block::fit(&mut shaper, name, style, 7.0, 46.0, 10.0);
        assert!(fitted.is_some_and(|block| block.style.size >= 7.0 && block.height() <= 10.01));
        assert!(Block::fit(&mut shaper, name, style, 11.0, 46.0, 5.0).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(2026),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_line_is_wider_than_its_column_and_no_letter_is_lost(
            text in "[A-Za-zÁñü'ʼ./-]{1,40}( [A-Za-zÁñü'ʼ./-]{1,40}){0,8}",
            size in 4.0_f32..20.0,
            width in 8.0_f32..80.0,
        ) {
            let block = Block::set(&mut Shaper::default(), &text, Style::bold(size), width);
            let bare = |text: &str| text.replace(' ', "");
            let lines: String = block.lines.iter().map(Line::text).collect();
            prop_assert_eq!(bare(&lines), bare(&text));
            for line in &block.lines {
                // A column narrower than one letter cannot hold it.
                prop_assert!(line.width <= width + 0.01 || line.text().chars().count() == 1,
                    "{:?} in {}", line, width);
            }
        }
    }
}
