//! Names: kept as written, shortened only where a card has no room, folded only to compare.
//!
//! Nobody is refused for a name (DESIGN §5): any name with a letter in it, however long, gives a
//! form of at most [`CARD_NAME_MAX`] characters. The full name stays beside it and is printed.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most characters a name has on a card: the length of a passport's name field
/// (Doc 9303-4 §4.2.2, positions 6 to 44 of the upper line).
pub const CARD_NAME_MAX: usize = 39;

/// A name as its bearer writes it: two surnames, particles, Mayan apostrophes, or one name only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PersonName {
    /// Surnames in the order written, such as `de la Cruz Ajú`; empty for a person of one name.
    pub surnames: String,
    /// Given names as written; empty where a document states only one name.
    pub given: String,
}

impl PersonName {
    /// A name of these parts, with outer and repeated spaces removed and nothing else changed.
    #[must_use]
    pub fn new(surnames: &str, given: &str) -> Self {
        Self {
            surnames: single_spaced(surnames),
            given: single_spaced(given),
        }
    }

    /// Given names, then surnames: the order people are addressed in.
    #[must_use]
    pub fn display(&self) -> String {
        single_spaced(&format!("{} {}", self.given, self.surnames))
    }

    /// Whether there is a letter at all; a desk asks for a name until there is one.
    #[must_use]
    pub fn has_letter(&self) -> bool {
        self.surnames
            .chars()
            .chain(self.given.chars())
            .any(char::is_alphabetic)
    }

    /// The name on a card: surnames first as in a machine readable zone, `A` to `Z` and single
    /// spaces, at most [`CARD_NAME_MAX`] characters.
    #[must_use]
    pub fn for_card(&self) -> String {
        let mut words = Words::of(&self.surnames, &self.given);
        words.shorten(CARD_NAME_MAX, 1);
        words.join(" ", " ")
    }

    /// The name field of a machine readable zone, filled with `<` to exactly `len` characters
    /// (Doc 9303-3 §4.6; 39 in TD3, 31 in TD2, 30 in TD1). A name that had to be shortened ends
    /// in a letter, which is how a reader sees that it was (Doc 9303-4 §4.2.3).
    #[must_use]
    pub fn for_mrz(&self, len: usize) -> String {
        let mut words = Words::of(&self.surnames, &self.given);
        words.shorten(len, 2);
        let mut field = words.join("<", "<<");
        field.truncate(len);
        while field.len() < len {
            field.push('<');
        }
        field
    }
}

/// One name of which the surnames are not known apart, as [`PersonName::for_card`] would give it.
#[must_use]
pub fn for_card(name: &str) -> String {
    PersonName::new(name, "").for_card()
}

/// A form for comparing names and nothing else: two spellings that differ in case, accents, Mayan
/// apostrophes, hyphens or spaces become equal. Particles stay, since `de León` and `León` are
/// different names.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    // The spacing acute decomposes to a space and an accent, so apostrophes go before that.
    for c in name.chars().filter(|c| !is_apostrophe(*c)).nfkd() {
        if is_combining_mark(c) || is_apostrophe(c) {
            continue;
        }
        if is_separator(c) {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
            continue;
        }
        match spelled_out(c) {
            Some(letters) => folded.extend(letters.chars().flat_map(char::to_lowercase)),
            // Lower case of İ brings a combining dot of its own.
            None => folded.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The letters `A` to `Z` and single spaces of a name, by the table of Doc 9303-3 §6.A.
///
/// Where the table leaves a choice the single letter is taken (Ñ → N, Ü → U, Ä → A, Ö → O,
/// Å → A): in Spanish and in Mayan spellings the dots are no umlaut, and a card must match what
/// the region's people type. Apostrophes vanish, hyphens part words (Doc 9303-3 §4.6). A letter
/// outside the table, of a script that the region's documents do not use, becomes `X`, so that no
/// name with a letter comes out empty.
#[must_use]
pub fn transliterate(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !is_apostrophe(*c)).nfkd() {
        if is_combining_mark(c) || is_apostrophe(c) {
            continue;
        }
        if let Some(letters) = spelled_out(c) {
            out.push_str(letters);
        } else if c.is_ascii_alphabetic() {
            out.push(c.to_ascii_uppercase());
        } else if c.is_alphabetic() {
            out.push('X');
        } else if is_separator(c) && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Letters of Doc 9303-3 §6.A that do not come apart into a base letter and marks.
const fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'Æ' | 'æ' => "AE",
        'Ø' | 'ø' | 'Œ' | 'œ' => "OE",
        'Þ' | 'þ' => "TH",
        'ẞ' | 'ß' => "SS",
        'Ð' | 'ð' | 'Đ' | 'đ' => "D",
        'Ħ' | 'ħ' => "H",
        'Ł' | 'ł' => "L",
        'Ŋ' | 'ŋ' => "N",
        'Ŧ' | 'ŧ' => "T",
        // The barred i is not in the table; linguists' spellings of Mayan languages have it.
        'ı' | 'Ɨ' | 'ɨ' => "I",
        _ => return None,
    })
}

/// What stands for the glottal stop in Mayan names, on keyboards and in print.
const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '´'
            | '‘'
            | '’'
            | '‛'
            | '′'
            | '‵'
            | 'ʹ'
            | 'ʻ'
            | 'ʼ'
            | 'ʽ'
            | 'ʾ'
            | 'ʿ'
            | 'ˈ'
            | 'ˊ'
            | 'ˋ'
            | 'ꞌ'
            | 'Ꞌ'
            | '＇'
    )
}

/// What parts two words of a name: spaces, hyphens and dashes, and other punctuation.
fn is_separator(c: char) -> bool {
    !c.is_alphanumeric()
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a name while they are fitted into a width.
struct Words {
    surnames: Vec<String>,
    given: Vec<String>,
}

impl Words {
    fn of(surnames: &str, given: &str) -> Self {
        let split = |text: &str| {
            transliterate(text)
                .split(' ')
                .filter(|w| !w.is_empty())
                .map(String::from)
                .collect()
        };
        let (surnames, given): (Vec<_>, Vec<_>) = (split(surnames), split(given));
        // Doc 9303-3 §4.6: a single name is the primary identifier.
        if surnames.is_empty() {
            Self {
                surnames: given,
                given: Vec::new(),
            }
        } else {
            Self { surnames, given }
        }
    }

    fn len(&self, gap: usize) -> usize {
        let words = self.surnames.len() + self.given.len();
        let letters: usize = self
            .surnames
            .iter()
            .chain(&self.given)
            .map(String::len)
            .sum();
        let between = if self.surnames.is_empty() || self.given.is_empty() {
            0
        } else {
            gap - 1
        };
        letters + words.saturating_sub(1) + between
    }

    /// Shortens to at most `max` characters, `gap` of them between surnames and given names.
    ///
    /// Doc 9303-4 §4.2.3 wants letters taken from the surnames first and at least the first letter
    /// of the given names kept. So the same name always gives the same form: the longest surname
    /// loses its last letter until every surname has three; then the longest given name until each
    /// is an initial; then surnames down to initials; then the last given names, and at the very
    /// end the last surnames, are left out.
    fn shorten(&mut self, max: usize, gap: usize) {
        const READABLE: usize = 3;
        // What cannot fit by far goes at once, so that a page of text costs no more than a name.
        for words in [&mut self.surnames, &mut self.given] {
            words.truncate(max);
            for word in words.iter_mut() {
                word.truncate(max);
            }
        }
        while self.len(gap) > max {
            let done = trim_longest(&mut self.surnames, READABLE)
                || trim_longest(&mut self.given, 1)
                || trim_longest(&mut self.surnames, 1);
            if !done {
                if self.given.len() > 1 {
                    self.given.pop();
                } else if self.surnames.len() > 1 {
                    self.surnames.pop();
                } else {
                    return;
                }
            }
        }
    }

    fn join(&self, within: &str, between: &str) -> String {
        let mut text = self.surnames.join(within);
        if !text.is_empty() && !self.given.is_empty() {
            text.push_str(between);
        }
        text + &self.given.join(within)
    }
}

/// Takes the last letter of the longest word, the later one of equals, if it is longer than `min`.
fn trim_longest(words: &mut [String], min: usize) -> bool {
    let longest = words.iter_mut().max_by_key(|word| word.len());
    longest
        .filter(|word| word.len() > min)
        .is_some_and(|word| word.pop().is_some())
}
