//! A post and its hub: what goes up, what comes down, and what each does with it.
//!
//! Whoever has something to say makes a parcel ([`paso_formats::parcel`]); the answer to a parcel up
//! is a parcel down. Over a wire the two are one request and its answer, on a stick they are two
//! files, and nothing else differs. Every parcel is small, says itself up to where it goes, and may be
//! sent again: what is here already is passed over, so a line that breaks costs one parcel.
//!
//! Up go the rows of the post's own stream, each with the keys of whom it is about. Down come the rows
//! of the house's registers (officers with their passkeys, devices, sites, keys, erasures), the trust
//! bundle, and the post's lease: until when it may issue, and with which status indexes.
//!
//! Reading order: this file, `hub`, `site` (the post), `enrol` (how the one becomes known to the
//! other), `road` (the wire).

mod certificate;
mod enrol;
mod hub;
mod placard;
mod road;
mod site;
mod stick;

pub use certificate::{CertificateError, Certified, Certifier, NameKey};
pub use enrol::{Asking, Code, EnrolError, Enrolled, Invitation, NotACode, Request, Settings};
pub(crate) use hub::leased;
pub use hub::{Hub, Received};
/// Why rows are not taken in.
pub use paso_store::ImportError;
pub use placard::PlacardSecret;
pub use road::{Road, RoadError};
pub use site::{
    Down, Keep, Level, Mood, Name, Site, SiteKeys, SiteSigner, Standing, Terms, Up, keys_of,
};
pub use stick::Unpacked;

use crate::{ServiceError, random::NoRandomness};
use minicbor::{Decode, Encode};
use paso_domain::{id::StreamId, subject::Subject};
use paso_formats::{
    batch::{self, BatchError, Row},
    bundle::BundleError,
    envelope::{self, SubjectKey},
    key::SignError,
    moment::Moment,
    parcel::{NamedKeys, ParcelError},
};
use paso_store::{DatabaseError, EntryRow, Store};
use std::collections::{BTreeSet, HashMap};

/// Rows in a parcel: an import is one transaction, and others' acts wait that long.
pub(crate) const MOST_ROWS: usize = 256;
/// Keys of one subject that are looked at in one parcel: as many posts as ever met one person apart.
/// Each costs a trial per row.
const MOST_KEYS: usize = 32;
/// Bytes of rows after which a parcel is closed at the latest; the last row may go beyond.
pub(crate) const ENOUGH_BYTES: usize = 384 * 1024;
/// What even the worst line has to bear: a few rows, a second of a telephone.
pub(crate) const LEAST_BYTES: usize = 4 * 1024;

/// Why a parcel was not taken. What the words do not say was done, was not.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The parcel itself.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    /// A batch in it.
    #[error("a batch in the parcel cannot be taken: {0}")]
    Batch(#[from] BatchError),
    /// Its rows.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A bundle in it.
    #[error("the trust bundle in the parcel cannot be used: {0}")]
    Bundle(#[from] BundleError),
    /// The parcel is for somebody else, or goes the other way.
    #[error(
        "this parcel is for another machine, or goes the other way; look at which file goes where"
    )]
    NotForUs,
    /// The authority is another.
    #[error("the parcel is of {0}, another authority; load it there")]
    ForeignAuthority(String),
    /// The device is not in the register.
    #[error(
        "{0:?} is of no device enrolled here; enrol the post with `paso post invite` and `paso post \
         enrol`"
    )]
    UnknownDevice(StreamId),
    /// The device was revoked.
    #[error(
        "this device was revoked, and its stream is closed: {aside} rows were set aside as evidence \
         and none was recorded; enrol the machine anew with a new key, or hand it in"
    )]
    Revoked {
        /// How many rows went to the evidence.
        aside: u64,
    },
    /// The rows hold an affair of the hub.
    #[error(
        "row {sequence} ({kind}) is the hub's affair and no post's: nothing was recorded, the row was \
         set aside as evidence; stop that machine and find out who used it"
    )]
    HubsAffair {
        /// Its number.
        sequence: u64,
        /// Its kind.
        kind: String,
    },
    /// The rest of what is in the parcel cannot be read.
    #[error("the parcel's note cannot be read; update both programs to the same version")]
    Note,
    /// Nothing was signed.
    #[error(transparent)]
    Unsigned(#[from] SignError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// A post's name was not certified.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A file of the post could not be written.
    #[error("the post's own file could not be written: {0}")]
    File(std::io::Error),
    /// This installation is no post.
    #[error("this installation is no post; parcels come down only to one")]
    NotAPost,
    /// This installation is a post.
    #[error(
        "this installation is a post itself, and takes no posts' parcels; send them to the hub"
    )]
    NotTheHub,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Something else failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// What a post says beside its rows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct UpNote {
    /// The number of the last of the hub's entries that it has.
    #[n(0)]
    pub(crate) after: u64,
    /// The number of the bundle it has; 0 for none.
    #[n(1)]
    pub(crate) bundle: u64,
    /// How many status indexes it has left.
    #[n(2)]
    pub(crate) left: u64,
    /// To what the hub seals keys: an X25519 key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub(crate) sealing: [u8; 32],
    /// The post's clock, Unix seconds.
    #[n(4)]
    pub(crate) clock: i64,
    /// How many bytes of rows the line bears at once.
    #[n(5)]
    pub(crate) most: u64,
    /// The public key of the post's name, where it wants a certificate: see [`NameKey::point`].
    #[cbor(n(6), with = "minicbor::bytes")]
    pub(crate) name: Option<Vec<u8>>,
}

/// What a hub says beside its rows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct DownNote {
    /// The highest number of the post's stream up to which none is missing at the hub.
    #[n(0)]
    pub(crate) received: u64,
    /// The number of the hub's last entry that was looked at for this parcel.
    #[n(1)]
    pub(crate) upto: u64,
    /// Whether there is more to come.
    #[n(2)]
    pub(crate) more: bool,
    /// To what the post seals keys from now on: an X25519 key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub(crate) sealing: [u8; 32],
    /// The hub's clock, Unix seconds.
    #[n(4)]
    pub(crate) clock: i64,
    /// Until when the post may issue, Unix seconds.
    #[n(5)]
    pub(crate) until: i64,
    /// Status indexes that are new.
    #[n(6)]
    pub(crate) blocks: Vec<IndexBlock>,
    /// The certificate that was asked for, if this hub gives any.
    #[n(7)]
    pub(crate) certificate: Option<Shown>,
}

/// A certificate on its way to a post.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Shown {
    /// PEM.
    #[n(0)]
    pub(crate) chain: String,
    /// Its end, Unix seconds.
    #[n(1)]
    pub(crate) until: i64,
}

/// A block of status indexes, in the order in which they are used.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IndexBlock {
    /// The status list.
    #[n(0)]
    pub list: u32,
    /// The block of the list.
    #[n(1)]
    pub block: u32,
    /// Its indexes.
    #[n(2)]
    pub indexes: Vec<u32>,
}

pub(crate) fn encode(note: &impl Encode<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    match minicbor::encode(note, &mut bytes) {
        Ok(()) => bytes,
        // Writing into a Vec has the error type Infallible, and nothing here encodes by hand.
        Err(impossible) => unreachable!("{impossible}"),
    }
}

pub(crate) fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, SyncError> {
    minicbor::decode(bytes).map_err(|_| SyncError::Note)
}

/// Rows of one stream as a batch.
pub(crate) fn batch_of(
    authority: &str,
    stream: StreamId,
    rows: &[&EntryRow],
) -> Result<Option<Vec<u8>>, ServiceError> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(None);
    };
    let header = batch::Header {
        authority: authority.to_owned(),
        stream,
        first: first.leaf.sequence(),
        last: last.leaf.sequence(),
        count: rows.len() as u64,
    };
    let mut file = Vec::new();
    let written = batch::Writer::begin(header, &mut file).and_then(|mut writer| {
        for row in rows {
            writer.row(&row.row(), &mut file)?;
        }
        writer.finish(&mut file)
    });
    written
        .map(|()| Some(file))
        .map_err(|error| ServiceError::Unreadable(error.to_string()))
}

/// The keys of all whom rows are about; none of those who were erased.
pub(crate) async fn keys_for(
    store: &Store,
    rows: &[&EntryRow],
) -> Result<NamedKeys, DatabaseError> {
    let subjects: BTreeSet<Subject> = rows
        .iter()
        .filter_map(|row| Some(row.recorded.as_ref()?.subject.clone()))
        .collect();
    let subjects: Vec<_> = subjects.into_iter().collect();
    let rings = store.subject_keys(&subjects).await?;
    let mut keys = Vec::new();
    for subject in subjects {
        let name = subject.to_string();
        let ring = rings.get(&subject);
        let all = ring.into_iter().flat_map(|ring| ring.iter().cloned());
        keys.extend(all.map(|key| (name.clone(), key)));
    }
    Ok(keys)
}

/// Those keys that open a row they came with, by their subjects: a key for somebody of whom the
/// parcel says nothing has no business here.
pub(crate) fn fitting(keys: NamedKeys, rows: &[Row<'_>]) -> Vec<(Subject, SubjectKey)> {
    let mut about: HashMap<&str, Vec<_>> = HashMap::new();
    for envelope in rows.iter().filter_map(|row| row.envelope.as_ref()) {
        about.entry(envelope.subject).or_default().push(envelope);
    }
    let opens = |name: &str, key: &SubjectKey| {
        about.get(name).is_some_and(|envelopes| {
            envelopes.iter().any(|envelope| {
                let sealed = envelope.to_sealed();
                envelope::open(&sealed, envelope.label(), key).is_ok()
            })
        })
    };
    let mut tried: HashMap<String, usize> = HashMap::new();
    keys.into_iter()
        .filter(|(name, _)| {
            let tried = tried.entry(name.clone()).or_default();
            *tried += 1;
            *tried <= MOST_KEYS
        })
        .filter(|(name, key)| opens(name, key))
        .filter_map(|(name, key)| Some((name.parse().ok()?, key)))
        .collect()
}

/// As many rows as go into one parcel.
pub(crate) fn enough(rows: Vec<EntryRow>, most: usize) -> Vec<EntryRow> {
    let most = most.clamp(LEAST_BYTES, ENOUGH_BYTES);
    let mut bytes = 0;
    let mut taken = Vec::new();
    for row in rows.into_iter().take(MOST_ROWS) {
        bytes += weight(&row);
        taken.push(row);
        if bytes >= most {
            break;
        }
    }
    taken
}

/// About how many bytes a row takes on its way, with its leaf and its key.
pub(crate) fn weight(row: &EntryRow) -> usize {
    512 + row.recorded.as_ref().map_or(0, |r| r.sealed.bytes.len())
}

/// How far a clock is from ours, in seconds: positive where it is ahead.
pub(crate) const fn offset(theirs: i64, ours: Moment) -> i64 {
    theirs.saturating_sub(ours.unix())
}
