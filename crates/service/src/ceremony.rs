//! The key ceremony: makes an authority's keys in memory and says which file goes where.
//!
//! Two roots are made. One signs bundles from the running machine; the other goes into an envelope
//! and is used when the first is lost or stolen, so that checkpoints which pinned both go on.

use crate::{
    ServiceError,
    random::{NoRandomness, Random},
    signer::{Signer, SignerError},
};
use paso_domain::id::OfficerNumber;
use paso_formats::{
    anchor::Anchor,
    bundle::{Pinned, Purpose, TooFewRoots, TrustedKey},
    entry::StreamId,
    key::{Algorithm, PublicKey, Sign},
    moment::{DAY, MINUTE, Moment},
};
use std::sync::Arc;
use zeroize::Zeroizing;

/// How long a key may sign, in seconds: it is replaced after two years.
pub const SIGNING: i64 = 2 * 366 * DAY;
/// How long what it signed can be checked after that, in seconds: the longest life of a card
/// (five years, facts A.2) and a little.
pub const CHECKING: i64 = 5 * 366 * DAY + 30 * DAY;

/// A secret of the ceremony and the file it is kept in.
pub struct Secret {
    /// File name inside the folder of keys.
    pub file: &'static str,
    /// What is written into it.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// One key of an authority, as the file of keys lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// File of its private half.
    pub file: String,
    /// Algorithm.
    pub algorithm: Algorithm,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// From when it signs.
    pub sign_from: Moment,
    /// Until when it signs.
    pub sign_until: Moment,
    /// Until when what it signed can be checked.
    pub verify_until: Moment,
    /// Since when it may be in other hands; none while all is well.
    pub compromised_at: Option<Moment>,
    /// Who took it into use; none for the ceremony's keys.
    pub by: Option<OfficerNumber>,
    /// That it was ended before its time; none while it was not.
    pub ended: Option<KeyEnding>,
}

/// The end of a key before its time, as the file of keys has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEnding {
    /// The last moment at which it signs.
    pub from: Moment,
    /// Who ended it.
    pub by: OfficerNumber,
    /// Why.
    pub reason: String,
}

impl KeyEntry {
    /// The name by which people know the key: its file, less the ending.
    #[must_use]
    pub fn name(&self) -> &str {
        self.file.strip_suffix(".pk8").unwrap_or(&self.file)
    }

    /// The last moment at which it signs: what it signed until then stands.
    #[must_use]
    pub fn signs_until(&self) -> Moment {
        let ended = self.ended.as_ref().map(|ended| ended.from);
        ended.map_or(self.sign_until, |ended| ended.min(self.sign_until))
    }

    /// Whether it may sign at a moment.
    #[must_use]
    pub fn signs_at(&self, moment: Moment) -> bool {
        self.compromised_at.is_none() && self.sign_from <= moment && moment <= self.signs_until()
    }
}

/// A key of the list, with its public half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Its line.
    pub entry: KeyEntry,
    /// Its public half.
    pub key: PublicKey,
}

/// What a key of an authority signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Bundles.
    Root,
    /// Cards.
    Card,
    /// Entry slips.
    Slip,
    /// Status lists.
    Status,
    /// Entries of this machine's stream, and receipts.
    Device,
    /// Heads of the log.
    Log,
}

impl KeyPurpose {
    /// All purposes.
    pub const ALL: [Self; 6] = [
        Self::Root,
        Self::Card,
        Self::Slip,
        Self::Status,
        Self::Device,
        Self::Log,
    ];

    /// The stable code in the file of keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Card => "card",
            Self::Slip => "slip",
            Self::Status => "status",
            Self::Device => "device",
            Self::Log => "log",
        }
    }

    /// The algorithm of a new key. Cards and slips are signed with ES256, which every security module
    /// and browser speaks; what no card reader of others has to check, with EdDSA
    /// (anchors/credential.md §0). The log's formats know no other.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Card | Self::Slip => Algorithm::Es256,
            Self::Root | Self::Status | Self::Device | Self::Log => Algorithm::EdDsa,
        }
    }

    /// What the bundle vouches for such a key as. Roots are pinned, and the log's key is in the
    /// policies of those who watch it.
    pub(crate) const fn trusted(self) -> Option<Purpose> {
        match self {
            Self::Root | Self::Log => None,
            Self::Card => Some(Purpose::Card),
            Self::Slip => Some(Purpose::Slip),
            Self::Status => Some(Purpose::Status),
            Self::Device => Some(Purpose::Device),
        }
    }
}

/// What a ceremony made.
pub struct Ceremony {
    /// Secrets for the running machine.
    pub working: Vec<Secret>,
    /// The secret for the envelope.
    pub envelope: Secret,
    /// The list of keys.
    pub keys: Vec<KeyEntry>,
    /// The anchor others pin.
    pub anchor: Anchor,
}

/// Why keys cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// One of them does not sign.
    #[error("{file}: {problem}")]
    Signer {
        /// Its file.
        file: String,
        /// Why.
        problem: SignerError,
    },
    /// No randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// Fewer than two roots.
    #[error(transparent)]
    TooFewRoots(#[from] TooFewRoots),
    /// A file is not there.
    #[error(
        "{0} is in the list of keys and cannot be read; restore it from the backup or the envelope"
    )]
    File(String),
    /// No key of a purpose that is not compromised.
    #[error("the list of keys names no {0} key that may sign; make one with `paso key add {0}`")]
    Missing(&'static str),
    /// The secret that orders status indexes has another length.
    #[error("index.secret does not hold 32 bytes; restore it from the backup")]
    IndexSecret,
}

/// File of the secret that orders status indexes.
pub const INDEX_SECRET: &str = "index.secret";

/// Makes a key whose window begins at `from`, and its line in the list.
///
/// # Errors
/// When the key cannot be made.
pub fn make(
    purpose: KeyPurpose,
    file: &str,
    from: Moment,
) -> Result<(KeyEntry, Zeroizing<Vec<u8>>), KeysError> {
    let algorithm = purpose.algorithm();
    let bytes = Signer::generate(algorithm).map_err(|problem| KeysError::Signer {
        file: file.to_owned(),
        problem,
    })?;
    let entry = KeyEntry {
        file: file.to_owned(),
        algorithm,
        purpose,
        sign_from: from,
        sign_until: from.plus(SIGNING),
        verify_until: from.plus(SIGNING + CHECKING),
        compromised_at: None,
        by: None,
        ended: None,
    };
    Ok((entry, bytes))
}

/// Makes all keys of an authority.
///
/// # Errors
/// When the machine has no randomness.
pub fn hold(
    code: &str,
    name: &str,
    endpoints: Vec<String>,
    now: Moment,
    random: &Random,
) -> Result<Ceremony, KeysError> {
    let made = [
        ("card.pk8", KeyPurpose::Card),
        ("slip.pk8", KeyPurpose::Slip),
        ("status.pk8", KeyPurpose::Status),
        ("device.pk8", KeyPurpose::Device),
        ("log.pk8", KeyPurpose::Log),
        ("root-1.pk8", KeyPurpose::Root),
        ("root-2.pk8", KeyPurpose::Root),
    ];
    // Clocks of posts may run a little behind the machine that holds the ceremony.
    let from = now.plus(-5 * MINUTE);
    let mut working = Vec::new();
    let mut roots = Vec::new();
    let mut keys = Vec::new();
    for (file, purpose) in made {
        let (entry, bytes) = make(purpose, file, from)?;
        if purpose == KeyPurpose::Root {
            let root = Signer::from_pkcs8(entry.algorithm, &bytes).map_err(|problem| {
                KeysError::Signer {
                    file: file.to_owned(),
                    problem,
                }
            })?;
            roots.push(root.public_key().clone());
        }
        keys.push(entry);
        working.push(Secret { file, bytes });
    }
    // The last one made is the second root.
    let Some(envelope) = working.pop() else {
        return Err(KeysError::Missing("root"));
    };
    keys.retain(|key| key.file != envelope.file);
    working.push(Secret {
        file: INDEX_SECRET,
        bytes: Zeroizing::new(random.bytes::<32>()?.to_vec()),
    });
    let anchor = Anchor {
        authority: code.to_owned(),
        name: name.to_owned(),
        valid_from: from,
        valid_until: now.plus(SIGNING),
        endpoints,
        roots,
    };
    Ok(Ceremony {
        working,
        envelope,
        keys,
        anchor,
    })
}

impl crate::Keys {
    /// The keys in a list, with the bytes of their files.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn from_files(
        entries: &[KeyEntry],
        read: impl Fn(&str) -> Option<Zeroizing<Vec<u8>>>,
        pinned: Pinned,
        site: &str,
    ) -> Result<Self, KeysError> {
        let mut trusted = Vec::new();
        let (mut signers, mut listed) = (Vec::new(), Vec::new());
        for entry in entries {
            let file = || entry.file.clone();
            let bytes = read(&entry.file).ok_or_else(|| KeysError::File(file()))?;
            let key = Signer::from_pkcs8(entry.algorithm, &bytes).map_err(|problem| {
                KeysError::Signer {
                    file: file(),
                    problem,
                }
            })?;
            if let Some(purpose) = entry.purpose.trusted() {
                trusted.push(TrustedKey {
                    key: key.public_key().clone(),
                    purpose,
                    site: site.to_owned(),
                    sign_from: entry.sign_from,
                    sign_until: entry.signs_until(),
                    verify_until: entry.verify_until,
                    compromised_at: entry.compromised_at,
                });
            }
            listed.push(ListedKey {
                entry: entry.clone(),
                key: key.public_key().clone(),
            });
            if entry.compromised_at.is_none() {
                signers.push(KeyInUse {
                    purpose: entry.purpose,
                    sign_from: entry.sign_from,
                    sign_until: entry.signs_until(),
                    key: Arc::new(key),
                });
            }
        }
        for purpose in KeyPurpose::ALL {
            if !signers.iter().any(|signer| signer.purpose == purpose) {
                return Err(KeysError::Missing(purpose.code()));
            }
        }
        let secret = read(INDEX_SECRET).ok_or(KeysError::IndexSecret)?;
        Ok(Self {
            signers,
            index_secret: Some(Zeroizing::new(
                secret
                    .as_slice()
                    .try_into()
                    .map_err(|_| KeysError::IndexSecret)?,
            )),
            trusted,
            pinned,
            listed,
        })
    }

    /// The key that signs for a purpose now: of those whose window holds the moment, the newest.
    /// A root has no window in which others believe it, only its pin, so the newest root signs.
    ///
    /// # Errors
    /// When no window holds the moment: a card signed outside its key's window would look forged.
    pub fn signer(&self, purpose: KeyPurpose, now: Moment) -> Result<&dyn Sign, ServiceError> {
        self.newest(purpose, now).map(|key| &**key)
    }

    /// The same key, to be kept by a task.
    ///
    /// # Errors
    /// As [`Self::signer`].
    pub fn shared(&self, purpose: KeyPurpose, now: Moment) -> Result<Arc<dyn Sign>, ServiceError> {
        self.newest(purpose, now).cloned()
    }

    fn newest(&self, purpose: KeyPurpose, now: Moment) -> Result<&Arc<dyn Sign>, ServiceError> {
        self.signers
            .iter()
            .filter(|signer| signer.purpose == purpose && signer.sign_from <= now)
            .filter(|signer| purpose == KeyPurpose::Root || now <= signer.sign_until)
            .max_by_key(|signer| signer.sign_from)
            .map(|signer| &signer.key)
            .ok_or_else(|| {
                ServiceError::Device(format!(
                    "no {0} key may sign today; nothing was recorded. Make a successor with `paso key add {0}`",
                    purpose.code()
                ))
            })
    }

    /// The key of the device that writes this stream, whether or not it still records: what stands in
    /// a stream is vouched for by the stream's own key.
    pub fn of_stream(&self, stream: StreamId) -> Option<&dyn Sign> {
        self.signers
            .iter()
            .filter(|signer| signer.purpose == KeyPurpose::Device)
            .find(|signer| StreamId::of_key(signer.key.public_key()) == stream)
            .map(|signer| &*signer.key as &dyn Sign)
    }

    /// The public halves of all keys of a purpose, of whatever window.
    pub fn publics(&self, purpose: KeyPurpose) -> impl Iterator<Item = &PublicKey> {
        let of = self.signers.iter();
        of.filter(move |signer| signer.purpose == purpose)
            .map(|signer| signer.key.public_key())
    }

    /// Purposes whose last window ends before `moment`, and when: time to add a successor.
    pub fn ending_before(&self, moment: Moment) -> Vec<(KeyPurpose, Moment)> {
        KeyPurpose::ALL
            .into_iter()
            .filter_map(|purpose| {
                let of = self
                    .signers
                    .iter()
                    .filter(|signer| signer.purpose == purpose);
                of.map(|signer| (purpose, signer.sign_until))
                    .max_by_key(|(_, until)| *until)
            })
            .filter(|(_, until)| *until < moment)
            .collect()
    }
}

/// A private key that may sign, and when.
pub struct KeyInUse {
    purpose: KeyPurpose,
    sign_from: Moment,
    sign_until: Moment,
    key: Arc<dyn Sign>,
}

impl KeyInUse {
    /// A key that signs from the first moment of a window to the last.
    pub(crate) const fn new(
        purpose: KeyPurpose,
        (sign_from, sign_until): (Moment, Moment),
        key: Arc<dyn Sign>,
    ) -> Self {
        Self {
            purpose,
            sign_from,
            sign_until,
            key,
        }
    }
}

/// SHA-256 of a file in hexadecimal digits, to be read aloud and compared.
#[must_use]
pub fn fingerprint(file: &[u8]) -> String {
    use core::fmt::Write;
    use sha2::{Digest, Sha256};
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(file) {
        // Writing into a String does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
