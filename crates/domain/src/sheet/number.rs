//! Numbers of sheets: `P-TAL-E7K3-M901-F`.
//!
//! A [number](Number) whose eight characters are not all random: the first is the kind of sheet, five
//! name the batch, and the last two count within it from `01`, in base 32. So the eye sees a gap, a
//! device without a network makes numbers that no other makes, and the check character catches what a
//! cold hand wrote. The `P` is for paper and tells it from a card's number at a glance.

use core::{fmt, str::FromStr};
use paso_formats::number::{Number, NumberError, SitePrefix};

/// Crockford's base 32, as in [`paso_formats::number`].
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bits of the count within a batch: two characters.
const SERIAL_BITS: u32 = 10;

/// Bits that name the batch: five characters.
const BATCH_BITS: u32 = 25;

/// What a sheet is for. Its letter is part of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetKind {
    /// An application for a card (*solicitud*).
    Application,
    /// An entry or an exit (*cruce*).
    Crossing,
    /// An encounter, with a stub that the person keeps (*encuentro*).
    Encounter,
    /// A count of people taken into custody, with their names.
    Custody,
}

impl SheetKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Application,
        Self::Crossing,
        Self::Encounter,
        Self::Custody,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Crossing => "crossing",
            Self::Encounter => "encounter",
            Self::Custody => "custody",
        }
    }

    /// The letter in the number, by which people tell sheets apart: Spanish initials where they are
    /// free, `K` for custody since `C` is the crossing's.
    const fn letter(self) -> u8 {
        match self {
            Self::Application => b'S',
            Self::Crossing => b'C',
            Self::Encounter => b'E',
            Self::Custody => b'K',
        }
    }
}

crate::cbor::coded!(SheetKind, "kind of sheet");

/// Sheets printed together: for one place, of one kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Batch {
    site: SitePrefix,
    kind: SheetKind,
    name: u32,
}

impl Batch {
    /// A batch of this name. Draw another name when the batch exists.
    #[must_use]
    pub fn new(site: SitePrefix, kind: SheetKind, random: [u8; 4]) -> Self {
        Self {
            site,
            kind,
            name: u32::from_be_bytes(random) & ((1 << BATCH_BITS) - 1),
        }
    }

    /// What its sheets are for.
    #[must_use]
    pub const fn kind(&self) -> SheetKind {
        self.kind
    }

    /// One of its sheets. Sheets are counted from 1; what does not fit the number has none.
    #[must_use]
    pub const fn sheet(self, serial: u16) -> Option<SheetNumber> {
        if serial == 0 || serial >> SERIAL_BITS != 0 {
            return None;
        }
        Some(SheetNumber {
            batch: self,
            serial,
        })
    }
}

/// As it is stored: `TALE7K3M9`.
impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = SheetNumber {
            batch: *self,
            serial: 0,
        }
        .number()
        .compact();
        f.write_str(&whole[..whole.len().saturating_sub(3)])
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Batch {
    type Err = NotASheet;

    /// Reads only what it writes: it is no text for people.
    fn from_str(text: &str) -> Result<Self, NotASheet> {
        let (site, name) = text
            .len()
            .checked_sub(6)
            .and_then(|at| text.split_at_checked(at))
            .ok_or(NotASheet::Shape)?;
        let site: SitePrefix = site.parse().map_err(|_| NotASheet::Shape)?;
        let batch = read(site, name.as_bytes())?;
        if batch.to_string() == text {
            Ok(batch)
        } else {
            Err(NotASheet::Shape)
        }
    }
}

/// The number of a sheet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SheetNumber {
    batch: Batch,
    serial: u16,
}

/// The text is no number of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASheet {
    /// Not its shape.
    #[error("not the number of a sheet; it looks like P-TAL-E7K3-M901-F")]
    Shape,
    /// The check character does not fit the rest.
    #[error("a character of the number is wrong or two are swapped; compare it with the sheet")]
    Check,
}

impl SheetNumber {
    /// The batch.
    #[must_use]
    pub const fn batch(&self) -> Batch {
        self.batch
    }

    /// What the sheet is for.
    #[must_use]
    pub const fn kind(&self) -> SheetKind {
        self.batch.kind
    }

    /// Which of its batch, from 1.
    #[must_use]
    pub const fn serial(&self) -> u16 {
        self.serial
    }

    fn number(&self) -> Number<3> {
        let kind = value(self.batch.kind.letter()).unwrap_or_default();
        let bits = u64::from(kind) << (BATCH_BITS + SERIAL_BITS)
            | u64::from(self.batch.name) << SERIAL_BITS
            | u64::from(self.serial);
        let [_, _, _, rest @ ..] = bits.to_be_bytes();
        Number::new(self.batch.site, rest)
    }
}

/// A batch out of the six characters of its kind and name.
fn read(site: SitePrefix, characters: &[u8]) -> Result<Batch, NotASheet> {
    let (letter, name) = characters.split_first().ok_or(NotASheet::Shape)?;
    let kind = SheetKind::ALL
        .into_iter()
        .find(|kind| kind.letter() == *letter)
        .ok_or(NotASheet::Shape)?;
    Ok(Batch {
        site,
        kind,
        name: digits(name).ok_or(NotASheet::Shape)?,
    })
}

fn value(character: u8) -> Option<u8> {
    let at = ALPHABET.iter().position(|known| *known == character)?;
    u8::try_from(at).ok()
}

fn digits(characters: &[u8]) -> Option<u32> {
    characters.iter().try_fold(0, |sum: u32, character| {
        Some(sum << 5 | u32::from(value(*character)?))
    })
}

/// The way it is printed.
impl fmt::Display for SheetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P-{}", self.number())
    }
}

impl fmt::Debug for SheetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for SheetNumber {
    type Err = NotASheet;

    /// Forgives what the number of a card forgives, and a missing `P`.
    fn from_str(text: &str) -> Result<Self, NotASheet> {
        let text = text.trim();
        let without = text.strip_prefix(['P', 'p']).map(str::parse::<Number<3>>);
        // A site may begin with P itself, so that the whole is tried as well.
        let number = match (without, text.parse::<Number<3>>()) {
            (Some(Ok(number)), _) | (_, Ok(number)) => number,
            (Some(Err(NumberError::Check)), _) | (_, Err(NumberError::Check)) => {
                return Err(NotASheet::Check);
            }
            _ => return Err(NotASheet::Shape),
        };
        let compact = number.compact();
        let characters = compact
            .as_bytes()
            .get(number.site().as_str().len()..)
            .ok_or(NotASheet::Shape)?;
        let (name, serial) = characters.split_at_checked(6).ok_or(NotASheet::Shape)?;
        let serial = serial.get(..2).and_then(digits).ok_or(NotASheet::Shape)?;
        read(number.site(), name)?
            .sheet(u16::try_from(serial).map_err(|_| NotASheet::Shape)?)
            .ok_or(NotASheet::Shape)
    }
}
