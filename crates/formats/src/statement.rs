//! A statement: what the ombudsman learns of a custody event, sealed so that the mirror which
//! stores it cannot read it.
//!
//! A line about a nameless episode: a random handle, a place, what happened, when, and until when
//! something must happen next. From these alone the overseer computes clocks and occupancy
//! (DESIGN §4). There is no field for a person, a card, an officer or a reason, and none may be
//! added. That a clock ran out is for the reader to compute, never for a statement to say: no kind
//! is a breach, since a child in a station and a claim not passed on are breaches too.
//!
//! One episode is one counted person, opened when a place or a vehicle is counted; all opened by
//! one count share the group's random handle, so that whoever was seen being taken can be looked
//! for by number. Each statement replaces the clock of the one before: `due` is when the next event
//! of this episode is due, and without it no clock runs.
//!
//! Sealed with HPKE in base mode (RFC 9180 §5.1.1) to the ombudsman's X25519 key:
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, `ChaCha20Poly1305`, info `paso statement v1`, no
//! additional data: to which event a statement belongs is said by the leaf, which commits to its
//! sealed bytes. Every statement is padded to one length before it is sealed, so that neither the
//! kind nor the presence of a clock can be told by size:
//!
//! | from | bytes | field |
//! |---|---|---|
//! | 0 | 1 | version: 1 |
//! | 1 | 32 | the encapsulated key |
//! | 33 | 96 + 16 | sealed: one byte of length, so much CBOR, zeros; and the tag |
//!
//! The CBOR is deterministic (RFC 8949 §4.2.1), an array of five or six: episode (16 bytes), group
//! (16 bytes, or none), place (text), kind (number), at (Unix seconds), and due where a clock runs.

use core::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hpke::{
    Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256 as Kem,
    rand_core::{TryCryptoRng, TryRng},
    single_shot_open, single_shot_seal_with_rng,
};
use zeroize::Zeroizing;

use crate::{
    cbor::{self, Form, Reader, Writer},
    moment::Moment,
};

/// Bytes of a sealed statement, whatever it says.
pub const SEALED_LEN: usize = OVERHEAD + PADDED;

/// Characters of a place's code.
pub const MAX_PLACE_CHARS: usize = 32;

const VERSION: u8 = 1;
const INFO: &[u8] = b"paso statement v1";
const KEY: usize = 32;
const TAG: usize = 16;
/// What sealing adds to the padded bytes.
pub(crate) const OVERHEAD: usize = 1 + KEY + TAG;
/// The longest statement has 89 bytes with its length; the rest is room for a later field.
const PADDED: usize = 96;

/// What happened to an episode of custody. Stored for ever: add, never change. Coarse on purpose:
/// no kind tells a refuge claim, a child or an illness (DESIGN §4, §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Somebody came under an authority's control at this place.
    Opened,
    /// They were brought to this place, set out on this leg, or were found again here, under the same
    /// custodian.
    Moved,
    /// Another custodian took over, at this place.
    HandedOver,
    /// They are no longer under control.
    Ended,
    /// Their custodian offered them to another, at this place; who offered answers until the other
    /// takes over.
    Offered,
    /// The offer came to nothing: who offered answers as before.
    Kept,
    /// Nothing but the clock changed: another one runs, or none.
    Clock,
    /// Their custodian does not find them. No ending: who answered for them still does.
    NotFound,
    /// The ending did not hold: they are under control, at this place.
    Resumed,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Opened,
        Self::Moved,
        Self::HandedOver,
        Self::Ended,
        Self::Offered,
        Self::Kept,
        Self::Clock,
        Self::NotFound,
        Self::Resumed,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Moved => "moved",
            Self::HandedOver => "handed-over",
            Self::Ended => "ended",
            Self::Offered => "offered",
            Self::Kept => "kept",
            Self::Clock => "clock",
            Self::NotFound => "not-found",
            Self::Resumed => "resumed",
        }
    }

    const fn number(self) -> u64 {
        match self {
            Self::Opened => 1,
            Self::Moved => 2,
            Self::HandedOver => 3,
            Self::Ended => 4,
            Self::Offered => 5,
            Self::Kept => 6,
            Self::Clock => 7,
            Self::NotFound => 8,
            Self::Resumed => 9,
        }
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// The code of a place: 1 to [`MAX_PLACE_CHARS`] printable ASCII characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(String);

/// The text is no place's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a place's code has 1 to {MAX_PLACE_CHARS} plain characters and no space; correct the list of places"
)]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let fits = (1..=MAX_PLACE_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPlace)
        }
    }
}

impl AsRef<str> for Place {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The episode's random handle: the same in all its statements, and nowhere else but in the
    /// sealed bodies and on the receipts of that episode.
    pub episode: [u8; 16],
    /// The random handle of the count by which it was opened, said when it is opened and needed in
    /// no later statement.
    pub group: Option<[u8; 16]>,
    /// Where.
    pub place: Place,
    /// What.
    pub kind: Kind,
    /// When.
    pub at: Moment,
    /// By when the next event of this episode is due, where a clock runs.
    pub due: Option<Moment>,
}

/// Why a statement cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not [`SEALED_LEN`] bytes.
    #[error("a sealed statement has {SEALED_LEN} bytes and this has {0}; fetch it again")]
    Length(usize),
    /// A version that is not known here.
    #[error("the statement has version {0}, and 1 is the only one known here; use a newer program")]
    Version(u8),
    /// Sealed to another key, or altered.
    #[error("the statement does not open with this key: it is sealed to another, or was altered")]
    Closed,
    /// It opens, and is not as statements are written.
    #[error("the statement opens but breaks the format; use a newer program, or report this")]
    Content,
}

/// A key that is not one of X25519 in the form written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a statement key; it is one line of 44 characters, made by `veedor statement-key`")]
pub struct NotAKey;

/// The ombudsman's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingKey(<Kem as hpke::Kem>::PublicKey);

impl SealingKey {
    /// The key of these 32 bytes (RFC 7748 §5).
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        let key = <Kem as hpke::Kem>::PublicKey::from_bytes(bytes).map_err(|_| NotAKey)?;
        // A point of small order makes a shared secret that everybody knows; sealing to it fails
        // (RFC 9180 §7.1.4), and should here, not when custody begins.
        let key = Self(key);
        let sealed = seal_bytes(&[0; PADDED], INFO, &key, &[0; 32]);
        sealed.map(|_| key).ok_or(NotAKey)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }
}

/// Reads base64 of 32 bytes, as [`fmt::Display`] writes it.
impl FromStr for SealingKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = STANDARD.decode(text).map_err(|_| NotAKey)?;
        Self::from_bytes(&bytes.try_into().map_err(|_| NotAKey)?)
    }
}

impl fmt::Display for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.to_bytes()))
    }
}

/// The ombudsman's private key, wiped from memory when dropped.
pub struct OpeningKey {
    secret: Zeroizing<[u8; 32]>,
    public: SealingKey,
}

impl OpeningKey {
    /// A key from 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Result<Self, NotAKey> {
        let secret = Zeroizing::new(bytes);
        let key = <Kem as hpke::Kem>::PrivateKey::from_bytes(&*secret).map_err(|_| NotAKey)?;
        let public = SealingKey(Kem::sk_to_pk(&key));
        Ok(Self { secret, public })
    }

    /// The bytes, for the key's own file only.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The public half.
    #[must_use]
    pub const fn sealing_key(&self) -> &SealingKey {
        &self.public
    }
}

/// Keys are never printed.
impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningKey(…)")
    }
}

impl Statement {
    /// Seals the statement. `random` must be 32 random bytes, used once.
    ///
    /// # Errors
    /// None that a checked key and a fresh `random` lead to; the key is then not usable.
    pub fn seal(&self, key: &SealingKey, random: &[u8; 32]) -> Result<Vec<u8>, NotAKey> {
        seal_bytes(&self.padded(), INFO, key, random).ok_or(NotAKey)
    }

    /// Opens a sealed statement.
    pub fn open(sealed: &[u8], key: &OpeningKey) -> Result<Self, StatementError> {
        if sealed.len() != SEALED_LEN {
            return Err(StatementError::Length(sealed.len()));
        }
        let padded = open_bytes(sealed, INFO, key)?;
        Self::read(&padded).ok_or(StatementError::Content)
    }

    fn padded(&self) -> [u8; PADDED] {
        let mut writer = Writer::with_capacity(PADDED);
        writer.array(if self.due.is_some() { 6 } else { 5 });
        writer.bytes(&self.episode);
        writer.bytes(self.group.as_ref().map_or(&[], |group| group));
        writer.text(self.place.as_ref());
        writer.uint(self.kind.number()).int(self.at.unix());
        if let Some(due) = self.due {
            writer.int(due.unix());
        }
        let cbor = writer.into_bytes();
        let mut padded = [0; PADDED];
        // 1 + 17 + 17 + 34 + 1 + 9 + 9 at most: its length fits one byte and it fits the padding.
        padded[0] = u8::try_from(cbor.len()).unwrap_or(0);
        padded[1..=cbor.len()].copy_from_slice(&cbor);
        padded
    }

    fn read(padded: &[u8]) -> Option<Self> {
        let (length, rest) = padded.split_first()?;
        let (cbor, zeros) = rest.split_at_checked(usize::from(*length))?;
        if zeros.iter().any(|byte| *byte != 0) {
            return None;
        }
        cbor::check(cbor, Form::Canonical).ok()?;
        let mut reader = Reader::new(cbor);
        let fields = reader.array()?;
        Some(Self {
            episode: reader.bytes()?.try_into().ok()?,
            group: match reader.bytes()? {
                [] => None,
                group => Some(group.try_into().ok()?),
            },
            place: reader.text()?.parse().ok()?,
            kind: Kind::from_number(reader.uint()?)?,
            at: reader.moment()?,
            due: match fields {
                5 => None,
                6 => Some(reader.moment()?),
                _ => return None,
            },
        })
    }
}

/// Version, encapsulated key and ciphertext of padded bytes, under this info.
pub(crate) fn seal_bytes(
    padded: &[u8],
    info: &[u8],
    key: &SealingKey,
    random: &[u8; 32],
) -> Option<Vec<u8>> {
    let (encapsulated, ciphertext) =
        single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeS::Base,
            &key.0,
            info,
            padded,
            &[],
            &mut Given(random.iter().cycle()),
        )
        .ok()?;
    let mut sealed = Vec::with_capacity(OVERHEAD + padded.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&encapsulated.to_bytes());
    sealed.extend_from_slice(&ciphertext);
    Some(sealed)
}

/// The inverse of [`seal_bytes`].
pub(crate) fn open_bytes(
    sealed: &[u8],
    info: &[u8],
    key: &OpeningKey,
) -> Result<Zeroizing<Vec<u8>>, StatementError> {
    let (head, ciphertext) = sealed
        .split_at_checked(1 + KEY)
        .ok_or(StatementError::Length(sealed.len()))?;
    if head[0] != VERSION {
        return Err(StatementError::Version(head[0]));
    }
    let closed = |_| StatementError::Closed;
    let secret = <Kem as hpke::Kem>::PrivateKey::from_bytes(&*key.secret).map_err(closed)?;
    let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(&head[1..]).map_err(closed)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        info,
        ciphertext,
        &[],
    )
    .map(Zeroizing::new)
    .map_err(closed)
}

/// The bytes given as an argument, in the place of a generator: HPKE draws the ephemeral key's 32
/// bytes, once (RFC 9180 §7.1.3).
struct Given<'a>(core::iter::Cycle<core::slice::Iter<'a, u8>>);

impl TryRng for Given<'_> {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for (byte, given) in bytes.iter_mut().zip(&mut self.0) {
            *byte = *given;
        }
        Ok(())
    }
}

impl TryCryptoRng for Given<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(byte: u8) -> OpeningKey {
        OpeningKey::from_random([byte; 32]).unwrap()
    }

    fn sample(kind: Kind, place: &str, due: bool) -> Statement {
        Statement {
            episode: [7; 16],
            group: due.then_some([8; 16]),
            place: place.parse().unwrap(),
            kind,
            at: Moment::from_unix(1_790_000_000),
            due: due.then(|| Moment::from_unix(1_790_129_600)),
        }
    }

    #[test]
    fn what_is_sealed_opens_with_the_one_key_and_has_one_length() {
        let longest = "E".repeat(MAX_PLACE_CHARS);
        for kind in Kind::ALL {
            for (place, due) in [("T", false), ("EM-TAP-1", true), (longest.as_str(), true)] {
                let statement = sample(kind, place, due);
                let sealed = statement.seal(key(1).sealing_key(), &[9; 32]).unwrap();
                assert_eq!(sealed.len(), SEALED_LEN);
                assert_eq!(Statement::open(&sealed, &key(1)), Ok(statement));
                assert_eq!(
                    Statement::open(&sealed, &key(2)),
                    Err(StatementError::Closed)
                );
            }
        }
    }

    #[test]
    fn the_same_statement_is_never_sealed_alike_and_the_key_is_not_printed() {
        let statement = sample(Kind::Opened, "T", true);
        let to = key(1);
        let sealed = |random| statement.seal(to.sealing_key(), &[random; 32]).unwrap();
        assert_ne!(sealed(1)[33..], sealed(2)[33..]);
        assert_eq!(format!("{to:?}"), "OpeningKey(…)");
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_named() {
        let sealed = sample(Kind::Ended, "T", false)
            .seal(key(1).sealing_key(), &[9; 32])
            .unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut forged = sealed.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let found = Statement::open(&forged, &key(1));
            // X25519 ignores the highest bit of a point (RFC 7748 §5), but HPKE's key schedule
            // binds the bytes.
            assert!(
                matches!(
                    found,
                    Err(StatementError::Closed | StatementError::Version(_))
                ),
                "{bit}: {found:?}"
            );
        }
        for length in 0..sealed.len() {
            assert_eq!(
                Statement::open(&sealed[..length], &key(1)),
                Err(StatementError::Length(length))
            );
        }
    }

    #[test]
    fn keys_are_read_as_written_and_weak_ones_are_none() {
        let key = key(1);
        let text = key.sealing_key().to_string();
        assert_eq!(text.parse().as_ref(), Ok(key.sealing_key()));
        assert_eq!(SealingKey::from_bytes(&[0; 32]), Err(NotAKey));
        for wrong in ["", "AAAA", "not base64", &text[..43]] {
            assert_eq!(wrong.parse::<SealingKey>(), Err(NotAKey), "{wrong:?}");
        }
        for wrong in ["", "a b", "ñ", &"E".repeat(MAX_PLACE_CHARS + 1)] {
            assert_eq!(wrong.parse::<Place>(), Err(NotAPlace), "{wrong:?}");
        }
    }

    /// Sealed by pyca/cryptography 48.0.0 (`hazmat.primitives.hpke`), which shares no code with ours.
    #[test]
    fn what_another_program_sealed_opens() {
        let sealed = hex::decode(concat!(
            "01",
            "421e531a3194cca12d30e78b8e6ad0b3ca8703b8053dac6871191fa6c211f52d",
            "f34353eda117e6695327c90f43d354906fe613446621d48085036f0fef5fbf95",
            "c2d20a5e5e33d17909bfed3743f2c1bd5d4662df7e42a1d1bda77c0b16c58029",
            "0d3a79cbc9542208d49e2e4fdae243a637f447debcae142502b2b1a651d6a1a3",
            "b35f77b835ed0a4d7ea8bdda1ba1bea8",
        ))
        .unwrap();
        let expected = sample(Kind::Opened, "EM-TAP-1", true);
        assert_eq!(Statement::open(&sealed, &key(1)), Ok(expected));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            let mut padded = bytes.clone();
            padded.resize(PADDED, 0);
            if let Some(read) = Statement::read(&padded) {
                prop_assert_eq!(&read.padded()[..], &padded[..]);
            }
            prop_assert!(Statement::open(&bytes, &key(1)).is_err());
        }
    }
}
