//! CBOR as strictly as signed data deserves: one checker before any field is read.
//!
//! [`check`] walks a whole item and refuses what lets two readers see different things, or one
//! reader work too hard: trailing bytes, doubled keys, lengths announced open, deep nesting. After
//! it, [`Reader`] reads the fields and [`Writer`] writes them deterministically (RFC 8949 §4.2.1).

use crate::moment::Moment;

/// Deepest nesting read. A card with every biometric of claim 169 nests 5 deep, a trust bundle 4;
/// twice that leaves room for alien cards and bounds the stack of [`check`].
pub(crate) const MAX_DEPTH: u8 = 12;

/// Most entries of one map. Claim 169 defines 100 attributes; the limit bounds the search for
/// doubled keys, which is quadratic.
pub(crate) const MAX_MAP_ENTRIES: usize = 128;

/// The simple value null (RFC 8949 §3.3).
const NULL: u8 = 0xf6;

/// Why bytes are not CBOR that Paso reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// The bytes end inside an item.
    #[error("the data ends too early")]
    Truncated,
    /// Bytes follow after the last item.
    #[error("there is more data after the end")]
    Trailing,
    /// Nested deeper than any card is.
    #[error("the data is nested too deeply")]
    TooDeep,
    /// A map with more entries than any card has.
    #[error("a map has too many entries")]
    TooManyEntries,
    /// A length left open (RFC 8949 §3.2); no issuer of cards needs it, and it hides size.
    #[error("a length is left open")]
    Indefinite,
    /// One key twice in a map: readers would disagree which counts (RFC 8949 §5.6).
    #[error("a field appears twice")]
    DuplicateKey,
    /// A map key that is neither a number nor text.
    #[error("a field has a name of the wrong kind")]
    KeyKind,
    /// A reserved initial byte or a text that is not UTF-8.
    #[error("the data breaks the rules of CBOR")]
    Malformed,
    /// Numbers or keys not in their one shortest, ordered form (RFC 8949 §4.2.1), where Paso's own
    /// formats demand it.
    #[error("the data is not in its one canonical form")]
    NotCanonical,
}

impl CborError {
    /// A stable name for translations and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Truncated => "cbor-truncated",
            Self::Trailing => "cbor-trailing",
            Self::TooDeep => "cbor-too-deep",
            Self::TooManyEntries => "cbor-too-many-entries",
            Self::Indefinite => "cbor-indefinite",
            Self::DuplicateKey => "cbor-duplicate-key",
            Self::KeyKind => "cbor-key-kind",
            Self::Malformed => "cbor-malformed",
            Self::NotCanonical => "cbor-not-canonical",
        }
    }
}

/// How much of RFC 8949 a text must keep.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Well-formed and valid: what others may have issued.
    Any,
    /// Deterministic as §4.2.1: what Paso itself writes.
    Canonical,
}

/// The seven kinds of CBOR heads that Paso meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    Uint(u64),
    Nint(u64),
    Bytes(u64),
    Text(u64),
    Array(u64),
    Map(u64),
    Tag(u64),
    /// Simple values and floats, of which only the place is needed.
    Other,
}

/// Refuses `bytes` unless they are exactly one item in `form`.
pub(crate) fn check(bytes: &[u8], form: Form) -> Result<(), CborError> {
    let mut reader = Reader::new(bytes);
    reader.check_item(form, MAX_DEPTH)?;
    if reader.at == bytes.len() {
        Ok(())
    } else {
        Err(CborError::Trailing)
    }
}

/// The key of a map entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    /// A number; those beyond 64 bits are no key anyone defines and clamp to the extremes.
    Int(i64),
    /// A text.
    Text(&'a str),
}

/// Reads fields of bytes that [`check`] has passed. Every method returns `None` when the next item
/// is of another kind, and then stays where it was.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], CborError> {
        let end = usize::try_from(count)
            .ok()
            .and_then(|count| self.at.checked_add(count))
            .ok_or(CborError::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(CborError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    /// The next head, and whether its number has the shortest form.
    fn head(&mut self) -> Result<(Head, bool), CborError> {
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        let (argument, shortest) = match info {
            0..=23 => (u64::from(info), true),
            24 => {
                let value = u64::from(self.take(1)?[0]);
                (value, value > 23)
            }
            25..=27 => {
                let width = 1_u32 << (info - 24);
                let mut value = 0_u64;
                for byte in self.take(u64::from(width))? {
                    value = value << 8 | u64::from(*byte);
                }
                (value, value >> (width * 4) != 0)
            }
            31 => return Err(CborError::Indefinite),
            _ => return Err(CborError::Malformed),
        };
        let head = match major {
            0 => Head::Uint(argument),
            1 => Head::Nint(argument),
            2 => Head::Bytes(argument),
            3 => Head::Text(argument),
            4 => Head::Array(argument),
            5 => Head::Map(argument),
            6 => Head::Tag(argument),
            // §3.3: a simple value below 32 must not use the two-byte form.
            _ if info == 24 && argument < 32 => return Err(CborError::Malformed),
            // A float's width is its type, not a longer way to write a number.
            _ => return Ok((Head::Other, true)),
        };
        Ok((head, shortest))
    }

    fn check_item(&mut self, form: Form, depth: u8) -> Result<(), CborError> {
        let (head, shortest) = self.head()?;
        if form == Form::Canonical && !shortest {
            return Err(CborError::NotCanonical);
        }
        let inner = || depth.checked_sub(1).ok_or(CborError::TooDeep);
        match head {
            Head::Uint(_) | Head::Nint(_) | Head::Other => Ok(()),
            Head::Bytes(length) => self.take(length).map(drop),
            Head::Text(length) => {
                let text = self.take(length)?;
                core::str::from_utf8(text).map_err(|_| CborError::Malformed)?;
                Ok(())
            }
            Head::Array(length) => {
                let depth = inner()?;
                // Each item takes a byte at least, so a false length ends as `Truncated`.
                for _ in 0..length {
                    self.check_item(form, depth)?;
                }
                Ok(())
            }
            Head::Tag(_) => self.check_item(form, inner()?),
            Head::Map(length) => {
                let depth = inner()?;
                self.check_map(length, form, depth)
            }
        }
    }

    fn check_map(&mut self, length: u64, form: Form, depth: u8) -> Result<(), CborError> {
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length <= MAX_MAP_ENTRIES)
            .ok_or(CborError::TooManyEntries)?;
        // Not `length`: a false one should not reserve memory.
        let mut seen: Vec<(Head, &[u8])> = Vec::with_capacity(length.min(16));
        let mut last: &[u8] = &[];
        for _ in 0..length {
            let start = self.at;
            let (head, shortest) = self.head()?;
            let content = match head {
                Head::Uint(_) | Head::Nint(_) => &[][..],
                Head::Text(length) => {
                    let text = self.take(length)?;
                    core::str::from_utf8(text).map_err(|_| CborError::Malformed)?;
                    text
                }
                _ => return Err(CborError::KeyKind),
            };
            let written = &self.bytes[start..self.at];
            if form == Form::Canonical && (!shortest || written <= last) {
                return Err(if written == last {
                    CborError::DuplicateKey
                } else {
                    CborError::NotCanonical
                });
            }
            last = written;
            if seen.contains(&(head, content)) {
                return Err(CborError::DuplicateKey);
            }
            seen.push((head, content));
            self.check_item(form, depth)?;
        }
        Ok(())
    }

    /// Runs `read` on the next head; goes back when it finds no use for it.
    fn when<T>(&mut self, read: impl FnOnce(&mut Self, Head) -> Option<T>) -> Option<T> {
        let start = self.at;
        let value = match self.head() {
            Ok((head, _)) => read(self, head),
            Err(_) => None,
        };
        if value.is_none() {
            self.at = start;
        }
        value
    }

    pub(crate) fn uint(&mut self) -> Option<u64> {
        self.when(|_, head| match head {
            Head::Uint(value) => Some(value),
            _ => None,
        })
    }

    pub(crate) fn int(&mut self) -> Option<i64> {
        self.when(|_, head| match head {
            Head::Uint(value) => i64::try_from(value).ok(),
            // -1 - n.
            Head::Nint(value) => i64::try_from(value).ok().map(|value| !value),
            _ => None,
        })
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        self.when(|reader, head| match head {
            Head::Bytes(length) => reader.take(length).ok(),
            _ => None,
        })
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        self.when(|reader, head| match head {
            Head::Text(length) => core::str::from_utf8(reader.take(length).ok()?).ok(),
            _ => None,
        })
    }

    pub(crate) fn array(&mut self) -> Option<u64> {
        self.when(|_, head| match head {
            Head::Array(length) => Some(length),
            _ => None,
        })
    }

    pub(crate) fn map(&mut self) -> Option<u64> {
        self.when(|_, head| match head {
            Head::Map(length) => Some(length),
            _ => None,
        })
    }

    pub(crate) fn tag(&mut self) -> Option<u64> {
        self.when(|_, head| match head {
            Head::Tag(number) => Some(number),
            _ => None,
        })
    }

    /// The key of the next map entry.
    pub(crate) fn key(&mut self) -> Option<Key<'a>> {
        self.when(|reader, head| match head {
            Head::Uint(value) => Some(Key::Int(i64::try_from(value).unwrap_or(i64::MAX))),
            Head::Nint(value) => Some(Key::Int(i64::try_from(value).map_or(i64::MIN, |v| !v))),
            Head::Text(length) => core::str::from_utf8(reader.take(length).ok()?)
                .ok()
                .map(Key::Text),
            _ => None,
        })
    }

    /// Goes past a null.
    pub(crate) fn null(&mut self) -> Option<()> {
        (self.bytes.get(self.at)? == &NULL).then(|| self.at += 1)
    }

    /// Goes past the key of the next map entry when it is the number `key`.
    pub(crate) fn member(&mut self, key: i64) -> Option<()> {
        (self.int()? == key).then_some(())
    }

    /// An instant in Unix seconds.
    pub(crate) fn moment(&mut self) -> Option<Moment> {
        self.int().map(Moment::from_unix)
    }

    /// Passes over the next item, whatever it is.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut left = 1_u64;
        while left > 0 {
            left -= 1;
            match self.head().ok()?.0 {
                Head::Bytes(length) | Head::Text(length) => {
                    self.take(length).ok()?;
                }
                Head::Array(length) => left = left.checked_add(length)?,
                Head::Map(length) => left = left.checked_add(length.checked_mul(2)?)?,
                Head::Tag(_) => left = left.checked_add(1)?,
                Head::Uint(_) | Head::Nint(_) | Head::Other => {}
            }
        }
        Some(())
    }
}

/// Writes deterministic CBOR: shortest numbers, definite lengths. The order of map keys is the
/// caller's, who states it in the code; tests hold every writer to [`Form::Canonical`].
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn head(&mut self, major: u8, argument: u64) -> &mut Self {
        let major = major << 5;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "each arm bounds the argument"
        )]
        match argument {
            0..=23 => self.0.push(major | argument as u8),
            24..=0xff => self.0.extend_from_slice(&[major | 0x18, argument as u8]),
            0x100..=0xffff => {
                self.0.push(major | 0x19);
                self.0.extend_from_slice(&(argument as u16).to_be_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.0.push(major | 0x1a);
                self.0.extend_from_slice(&(argument as u32).to_be_bytes());
            }
            _ => {
                self.0.push(major | 0x1b);
                self.0.extend_from_slice(&argument.to_be_bytes());
            }
        }
        self
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        if value < 0 {
            self.head(1, !value.cast_unsigned())
        } else {
            self.head(0, value.cast_unsigned())
        }
    }

    pub(crate) fn uint(&mut self, value: u64) -> &mut Self {
        self.head(0, value)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.head(2, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn null(&mut self) -> &mut Self {
        self.0.push(NULL);
        self
    }

    /// Appends an item that is CBOR already.
    pub(crate) fn raw(&mut self, item: &[u8]) -> &mut Self {
        self.0.extend_from_slice(item);
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.head(3, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn array(&mut self, length: usize) -> &mut Self {
        self.head(4, length as u64)
    }

    pub(crate) fn map(&mut self, entries: usize) -> &mut Self {
        self.head(5, entries as u64)
    }

    pub(crate) fn tag(&mut self, number: u64) -> &mut Self {
        self.head(6, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(hex_text: &str, form: Form) -> Option<CborError> {
        check(&hex::decode(hex_text).unwrap(), form).err()
    }

    #[test]
    fn each_broken_rule_has_its_name() {
        use CborError::{
            DuplicateKey, Indefinite, KeyKind, Malformed, NotCanonical, TooDeep, TooManyEntries,
            Trailing, Truncated,
        };
        for (bytes, any, canonical) in [
            ("", Some(Truncated), Some(Truncated)),
            ("a2010203", Some(Truncated), Some(Truncated)),
            ("5bffffffffffffffff", Some(Truncated), Some(Truncated)),
            ("9bffffffffffffffff00", Some(Truncated), Some(Truncated)),
            ("0000", Some(Trailing), Some(Trailing)),
            ("9f00ff", Some(Indefinite), Some(Indefinite)),
            ("bf0000ff", Some(Indefinite), Some(Indefinite)),
            ("5f4100ff", Some(Indefinite), Some(Indefinite)),
            ("ff", Some(Indefinite), Some(Indefinite)),
            ("a201000101", Some(DuplicateKey), Some(DuplicateKey)),
            // The same key written in two widths is still the same key.
            ("a20100180101", Some(DuplicateKey), Some(NotCanonical)),
            ("a2616100616101", Some(DuplicateKey), Some(DuplicateKey)),
            ("a1410000", Some(KeyKind), Some(KeyKind)),
            ("a1f400", Some(KeyKind), Some(KeyKind)),
            ("1c", Some(Malformed), Some(Malformed)),
            ("f800", Some(Malformed), Some(Malformed)),
            ("61ff", Some(Malformed), Some(Malformed)),
            ("b881", Some(TooManyEntries), Some(TooManyEntries)),
            ("1817", None, Some(NotCanonical)),
            ("190017", None, Some(NotCanonical)),
            ("1a0000ffff", None, Some(NotCanonical)),
            ("1b00000000ffffffff", None, Some(NotCanonical)),
            ("580100", None, Some(NotCanonical)),
            ("a202000100", None, Some(NotCanonical)),
            ("a201002000", None, None),
            ("a2010018a900", None, None),
            ("fb3ff0000000000000", None, None),
            ("f818", Some(Malformed), Some(Malformed)),
            ("f820", None, None),
            ("d28440a04040", None, None),
        ] {
            assert_eq!(fault(bytes, Form::Any), any, "{bytes}");
            assert_eq!(fault(bytes, Form::Canonical), canonical, "{bytes}");
        }
        let nested = |depth: usize| format!("{}00", "81".repeat(depth));
        assert_eq!(fault(&nested(MAX_DEPTH.into()), Form::Any), None);
        assert_eq!(
            fault(&nested(MAX_DEPTH as usize + 1), Form::Any),
            Some(TooDeep)
        );
        assert_eq!(fault(&nested(30_000), Form::Any), Some(TooDeep));
    }

    #[test]
    fn reads_what_it_wrote_and_stays_where_the_kind_is_another() {
        let mut writer = Writer::default();
        writer.map(2).int(-3).text("tres").uint(169).bytes(&[1, 2]);
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.array(), None);
        assert_eq!(reader.map(), Some(2));
        assert_eq!(reader.uint(), None);
        assert_eq!(reader.key(), Some(Key::Int(-3)));
        assert_eq!(reader.bytes(), None);
        assert_eq!(reader.text(), Some("tres"));
        assert_eq!(reader.key(), Some(Key::Int(169)));
        assert_eq!(reader.skip(), Some(()));
        assert_eq!(reader.position(), bytes.len());
        assert_eq!(reader.skip(), None);
    }

    proptest! {
        #[test]
        fn numbers_are_shortest_and_come_back(value: i64) {
            let mut writer = Writer::default();
            writer.int(value);
            let bytes = writer.into_bytes();
            prop_assert_eq!(check(&bytes, Form::Canonical), Ok(()));
            prop_assert_eq!(Reader::new(&bytes).int(), Some(value));
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            if check(&bytes, Form::Any).is_ok() {
                let mut reader = Reader::new(&bytes);
                prop_assert_eq!(reader.skip(), Some(()));
                prop_assert_eq!(reader.position(), bytes.len());
            }
        }
    }
}
