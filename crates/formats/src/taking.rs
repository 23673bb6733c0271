//! The answer of an authority to a taking report: somebody told the overseer that people were taken,
//! and the authority says which of its openings of custody that was, or that it was none.
//!
//! A note (C2SP signed-note) under the key of one of the authority's logs, in plain lines:
//!
//! ```text
//! paso taking answer 1
//! authority: MX-INM
//! folio: T-2C7K-9XRT
//! answered: 2026-11-22T18:00:00Z
//! says: opened
//! group: 1f2e…            32 digits, once for each count that opened them
//! episode: 9a8b…          32 digits, once for each person opened otherwise
//! ```
//!
//! There is no room for an explanation: what an authority writes here is on a public list. A
//! checkpoint under the same key has a number in its second line, so no signature means two things.
//! There is one way to write an answer, and only that is read.

use core::{fmt, str::FromStr};

use paso_tlog::note::{Ed25519Key, NoteError, Sign, SignNoteError, SignedNote, Verify};

use crate::{batch::MAX_AUTHORITY_BYTES, moment::Moment, receipt::Code};

/// The longest answer read, with its signatures.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Handles in one answer: buses are counted one by one.
pub const MAX_HANDLES: usize = 128;

const TITLE: &str = "paso taking answer 1";

/// Under what a report is found again, by whoever made it and whoever answers: `T-2C7K-9XRT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folio(Code);

/// The text is no folio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the folio of a taking report; it reads like T-2C7K-9XRT")]
pub struct NotAFolio;

impl Folio {
    /// A folio from four random bytes. Draw them anew when it exists.
    #[must_use]
    pub const fn from_random(bytes: [u8; 4]) -> Self {
        Self(Code::from_random(bytes))
    }
}

impl fmt::Display for Folio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{}", self.0)
    }
}

impl FromStr for Folio {
    type Err = NotAFolio;

    /// Forgives case, spaces, hyphens and a missing `T`: it is read aloud and typed by hand.
    fn from_str(text: &str) -> Result<Self, NotAFolio> {
        let text = text.trim_start_matches([' ', '-']);
        let all = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
        // T is also a character of the code: only a ninth one is the mark.
        let code = match all.count() {
            9 => text.strip_prefix(['T', 't']).ok_or(NotAFolio)?,
            _ => text,
        };
        code.parse().map(Self).map_err(|_| NotAFolio)
    }
}

/// What the authority says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// It opened custody of these people; the handles say where.
    Opened,
    /// It met them and took nobody under its control.
    NotHeld,
    /// None of its people were there.
    NotOurs,
}

impl Says {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Opened, Self::NotHeld, Self::NotOurs];

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::NotHeld => "not-held",
            Self::NotOurs => "not-ours",
        }
    }
}

impl FromStr for Says {
    type Err = AnswerError;

    fn from_str(text: &str) -> Result<Self, AnswerError> {
        let found = Self::ALL.into_iter().find(|says| says.code() == text);
        found.ok_or(AnswerError::NotExact)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The authority's short name.
    pub authority: String,
    /// Which report.
    pub folio: Folio,
    /// When it was given, by the authority's clock.
    pub at: Moment,
    /// What it says.
    pub says: Says,
    /// The handles of counts that opened these people.
    pub groups: Vec<[u8; 16]>,
    /// The handles of episodes.
    pub episodes: Vec<[u8; 16]>,
}

/// Why bytes are no answer, or none by this authority.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// Longer than any answer.
    #[error("the file is too long for an answer; choose the right file")]
    TooLong,
    /// No note, or not signed by a key of the authority's logs.
    #[error("the answer is not signed by a log of that authority: {0}; sign it again")]
    Note(#[from] NoteError),
    /// Not the lines of an answer.
    #[error(
        "the note is no answer to a taking report, or not in its one exact form; make it again"
    )]
    NotExact,
    /// It says that custody was opened and names no opening, or names one and says there is none.
    #[error("name at least one opening where custody was opened, and none where it was not")]
    Handles,
}

impl Answer {
    /// Signs the answer with the key of a log.
    pub fn sign(&self, key: &Ed25519Key, signer: &dyn Sign) -> Result<SignedNote, SignNoteError> {
        SignedNote::sign(self.to_string(), key, signer)
    }

    /// Reads an answer of which anybody may be the author: whose keys to ask stands in it.
    pub fn unverified(bytes: &[u8]) -> Result<(Self, SignedNote), AnswerError> {
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(AnswerError::TooLong);
        }
        let note = SignedNote::parse(bytes)?;
        Ok((note.unverified_text().parse()?, note))
    }

    /// Reads an answer that one of these keys signed.
    pub fn open(bytes: &[u8], keys: &[&dyn Verify]) -> Result<Self, AnswerError> {
        let (answer, note) = Self::unverified(bytes)?;
        note.verify(keys)?;
        Ok(answer)
    }

    fn is_sound(&self) -> bool {
        let named = self.groups.len() + self.episodes.len();
        match self.says {
            Says::Opened => (1..=MAX_HANDLES).contains(&named),
            Says::NotHeld | Says::NotOurs => named == 0,
        }
    }
}

/// The text that is signed.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}\nauthority: {}", self.authority)?;
        writeln!(f, "folio: {}\nanswered: {}", self.folio, self.at)?;
        writeln!(f, "says: {}", self.says.code())?;
        for (name, handles) in [("group", &self.groups), ("episode", &self.episodes)] {
            for handle in handles {
                writeln!(f, "{name}: {:032x}", u128::from_be_bytes(*handle))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Answer {
    type Err = AnswerError;

    fn from_str(text: &str) -> Result<Self, AnswerError> {
        let mut lines = text.lines();
        let titled = lines.next() == Some(TITLE);
        let mut value = |name: &str| value_of(lines.next()?, name);
        let fields = (|| {
            Some(Self {
                authority: value("authority")?.to_owned(),
                folio: value("folio")?.parse().ok()?,
                at: value("answered")?.parse().ok()?,
                says: value("says")?.parse().ok()?,
                groups: Vec::new(),
                episodes: Vec::new(),
            })
        })();
        let mut answer = fields.filter(|_| titled).ok_or(AnswerError::NotExact)?;
        for line in lines.take(MAX_HANDLES + 1) {
            let (to, digits) = match (value_of(line, "group"), value_of(line, "episode")) {
                (Some(digits), _) => (&mut answer.groups, digits),
                (_, Some(digits)) => (&mut answer.episodes, digits),
                _ => return Err(AnswerError::NotExact),
            };
            let handle = u128::from_str_radix(digits, 16).map_err(|_| AnswerError::NotExact)?;
            to.push(handle.to_be_bytes());
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let named = (1..=MAX_AUTHORITY_BYTES).contains(&answer.authority.len());
        if !named || !answer.authority.bytes().all(plain) || answer.to_string() != text {
            return Err(AnswerError::NotExact);
        }
        if !answer.is_sound() {
            return Err(AnswerError::Handles);
        }
        Ok(answer)
    }
}

fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix(name)?.strip_prefix(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(says: Says) -> Answer {
        let named = says == Says::Opened;
        Answer {
            authority: "MX-INM".to_owned(),
            folio: Folio::from_random([1, 2, 3, 4]),
            at: Moment::from_unix(1_790_000_000),
            says,
            groups: named.then_some([7; 16]).into_iter().collect(),
            episodes: named.then_some([0; 16]).into_iter().collect(),
        }
    }

    #[test]
    fn what_is_written_reads_the_same_and_in_one_form_only() {
        for says in Says::ALL {
            let text = answer(says).to_string();
            assert_eq!(text.parse::<Answer>().unwrap(), answer(says));
            for (from, to) in [
                ("answer 1", "answer 2"),
                ("MX-INM", "MX INM"),
                ("T-2", "t-2"),
                ("folio: ", "folio:"),
                ("says: ", "says: un"),
                ("Z\n", "+00:00\n"),
            ] {
                let changed = text.replacen(from, to, 1);
                assert!(
                    matches!(changed.parse::<Answer>(), Err(AnswerError::NotExact)),
                    "{changed}"
                );
            }
            assert!((text.clone() + "\n").parse::<Answer>().is_err());
            assert!((text + "more: 1\n").parse::<Answer>().is_err());
        }
        let upper = answer(Says::Opened).to_string().replace("0707", "070A");
        assert!(upper.parse::<Answer>().is_err());
    }

    #[test]
    fn an_answer_names_openings_exactly_where_it_says_there_are_some() {
        let text = |says: Says, of: Says| {
            let text = answer(of).to_string();
            text.replace(
                &format!("says: {}", of.code()),
                &format!("says: {}", says.code()),
            )
        };
        for wrong in [
            text(Says::Opened, Says::NotOurs),
            text(Says::NotHeld, Says::Opened),
        ] {
            assert!(
                matches!(wrong.parse::<Answer>(), Err(AnswerError::Handles)),
                "{wrong}"
            );
        }
        let mut many = answer(Says::Opened);
        many.groups = vec![[1; 16]; MAX_HANDLES + 1];
        assert!(many.to_string().parse::<Answer>().is_err());
    }

    #[test]
    fn a_folio_is_typed_as_it_was_heard() {
        let folio = Folio::from_random([1, 2, 3, 4]);
        let shown = folio.to_string();
        let bare = shown.trim_start_matches("T-").to_owned();
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!(" {shown}"),
            bare.replace('-', ""),
            format!("t{bare}"),
        ] {
            assert_eq!(typed.parse(), Ok(folio), "{typed}");
        }
        for wrong in ["", "T-", "T-2C7K", "X-2C7K-9XRT", "T-2C7K-9XRT-2"] {
            assert_eq!(wrong.parse::<Folio>(), Err(NotAFolio), "{wrong}");
        }
        // A folio of nothing but the letter of its mark.
        assert!("TTTT-TTTT".parse::<Folio>().is_ok());
    }
}
