//! The post's half: makes the parcel up, takes the one down, and knows how it stands with its hub.

use super::{
    DownNote, ENOUGH_BYTES, IndexBlock, LEAST_BYTES, MOST_ROWS, PlacardSecret, SyncError, UpNote,
    batch_of, decode, encode, enough, fitting, keys_for, offset,
};
use crate::{
    Keys, Service, ServiceError,
    ceremony::{KeyInUse, KeyPurpose},
};
use minicbor::{Decode, Encode};
use paso_domain::{crossings::PostCode, id::StreamId, post::Lease};
use paso_formats::{
    batch::{Batch, Expected, Row},
    bundle::{Pinned, Purpose},
    key::{PublicKey, Sign},
    moment::{DAY, Moment},
    parcel::{Address, Content, Parcel, Way, open_keys, opening_key, seal_keys},
    statement::SealingKey,
};
use paso_store::Mark;
use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Up to where the hub has this post's stream.
const RECEIVED: &str = "received";
/// Up to where this post has the hub's entries.
const FETCHED: &str = "fetched";
/// What a line is thought to bear before it has been tried.
const FIRST_BYTES: usize = 64 * 1024;

/// What the hub has lent this post, and how the hub is known.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Terms {
    /// The stream of the hub's device.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub hub: [u8; 16],
    /// Its public key: a `COSE_Key`.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hub_key: Vec<u8>,
    /// To what keys are sealed for it.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub sealing: [u8; 32],
    /// Until when this post may issue, Unix seconds.
    #[n(3)]
    pub until: i64,
    /// Status indexes, in the order in which they are used.
    #[n(4)]
    pub blocks: Vec<IndexBlock>,
    /// Until when its name is certified, Unix seconds; none where it is not, or by somebody else.
    #[n(5)]
    pub certified: Option<i64>,
    /// The secret of its sign's spoken code; none until the hub has sent one.
    #[n(6)]
    pub placard: Option<PlacardSecret>,
}

impl Terms {
    /// The terms as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// The terms in a file.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, SyncError> {
        let terms: Self = decode(bytes)?;
        terms.hub_key()?;
        SealingKey::from_bytes(&terms.sealing).map_err(|_| SyncError::Note)?;
        Ok(terms)
    }

    fn hub_key(&self) -> Result<PublicKey, SyncError> {
        PublicKey::from_cose_key(&self.hub_key)
            .ok()
            .filter(|key| StreamId::of_key(key).as_bytes() == &self.hub)
            .ok_or(SyncError::Note)
    }
}

/// Writes the post's own file, whole or not at all.
pub type Keep = Box<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

/// The key of a post's name, and where its certificates go.
pub struct Name {
    /// The public half: see [`super::NameKey::point`].
    pub point: Vec<u8>,
    /// Writes a chain of certificates, whole or not at all.
    pub show: Keep,
}

/// With so little left of its certificate a post asks for another: longer than its lease.
const RENEW: i64 = 30 * DAY;

/// What makes an installation a post.
pub struct Site {
    post: PostCode,
    name: Option<Name>,
    terms: Mutex<Terms>,
    keep: Keep,
    bundle: Vec<u8>,
    heard: Mutex<Heard>,
    /// How many bytes of rows the line bears.
    bears: AtomicUsize,
    /// How the post stood when it was last looked at, for pages.
    shown: Mutex<Option<Standing>>,
}

/// How the hub was last met.
#[derive(Clone, Debug, Default)]
struct Heard {
    /// Whether it answered when it was last asked.
    reached: bool,
    /// What it refused in its last answer.
    refusal: Option<String>,
    clock: Option<i64>,
}

/// The three levels at which a post works (Regulation (EU) 2017/2226 Art. 21 has the same three). The
/// third, paper, is when this program does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The hub answers.
    Hub,
    /// The post works by itself.
    Local,
}

/// How a post stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The post.
    pub post: PostCode,
    /// At which level it works.
    pub level: Level,
    /// When its hub last answered; none where it never has.
    pub since: Option<Moment>,
    /// How many acts the hub has not got yet.
    pub unsent: u64,
    /// When the trust bundle was made.
    pub bundle: Option<Moment>,
    /// Until when it may issue.
    pub lease: Moment,
    /// For how many cards it has indexes.
    pub left: u64,
    /// What the hub said when it refused, and has not been better since.
    pub refusal: Option<String>,
    /// How far this post's clock is ahead of the hub's, in seconds, as last seen.
    pub clock: Option<i64>,
}

/// With so little left of the lease the pages turn amber: the two weeks that a post works alone are
/// over, and a week is left to carry a stick (DESIGN §5).
const LATE: i64 = 7 * DAY;
/// With indexes for so few cards left somebody should act.
const FEW: u64 = 256;

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// The hub answers.
    Fine,
    /// The post works by itself, as it is made to.
    Apart,
    /// Somebody should act.
    Grave,
}

impl Standing {
    /// How grave it is at a moment.
    #[must_use]
    pub fn mood(&self, now: Moment) -> Mood {
        if self.refusal.is_some() || self.is_late(now) || self.left < FEW {
            Mood::Grave
        } else if self.level == Level::Local {
            Mood::Apart
        } else {
            Mood::Fine
        }
    }

    /// Whether the lease ends soon, or has.
    #[must_use]
    pub fn is_late(&self, now: Moment) -> bool {
        self.lease.since(now) < LATE
    }

    /// Whether indexes for few cards are left.
    #[must_use]
    pub const fn has_few(&self) -> bool {
        self.left < FEW
    }
}

/// A key of a post: what it signs, the first and the last moment of its window, and itself.
pub type SiteSigner = (KeyPurpose, (Moment, Moment), Arc<dyn Sign>);

/// The keys of a post.
pub struct SiteKeys {
    /// Each with what it signs and its window.
    pub signers: Vec<SiteSigner>,
    /// The roots of the authority.
    pub pinned: Pinned,
}

/// Keys as a service wants them, of a post: without roots, without the log's, without the secret of
/// status indexes.
#[must_use]
pub fn keys_of(site: SiteKeys) -> Keys {
    let signers = site.signers.into_iter();
    Keys {
        signers: signers
            .map(|(purpose, window, key)| KeyInUse::new(purpose, window, key))
            .collect(),
        index_secret: None,
        trusted: Vec::new(),
        pinned: site.pinned,
        listed: Vec::new(),
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What it holds is replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    /// A post with these terms, which `keep` writes whenever they change. `bundle` is the file it
    /// believes at first.
    #[must_use]
    pub fn new(post: PostCode, terms: Terms, bundle: Vec<u8>, keep: Keep) -> Self {
        Self {
            post,
            name: None,
            terms: Mutex::new(terms),
            keep,
            bundle,
            heard: Mutex::default(),
            bears: AtomicUsize::new(FIRST_BYTES),
            shown: Mutex::default(),
        }
    }

    /// The same, with a name that its hub certifies.
    #[must_use]
    pub fn named(self, name: Name) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// The key for which another certificate is wanted.
    fn wants_certificate(&self, now: Moment) -> Option<Vec<u8>> {
        let until = hold(&self.terms).certified;
        let lasts = until.is_some_and(|until| Moment::from_unix(until).since(now) > RENEW);
        self.name
            .as_ref()
            .filter(|_| !lasts)
            .map(|name| name.point.clone())
    }

    /// Where it stands.
    pub(crate) const fn post(&self) -> PostCode {
        self.post
    }

    /// The secret of its sign's spoken code.
    pub(crate) fn placard_secret(&self) -> Option<PlacardSecret> {
        hold(&self.terms).placard.clone()
    }

    pub(crate) fn first_bundle(&self) -> Vec<u8> {
        self.bundle.clone()
    }

    /// Whether this post may issue at a moment.
    pub(crate) fn may_issue(&self, now: Moment) -> Result<(), ServiceError> {
        let since = Moment::from_unix(hold(&self.terms).until);
        if now <= since {
            Ok(())
        } else {
            Err(ServiceError::LeaseEnded { since })
        }
    }

    /// The block after a lease; the first one after none.
    pub(crate) fn next_block(&self, last: Option<Lease>) -> Option<IndexBlock> {
        let terms = hold(&self.terms);
        let next = terms.blocks.iter().find(|block| is_after(block, last));
        next.cloned()
    }

    pub(crate) fn left_after(&self, last: Option<Lease>) -> u64 {
        let terms = hold(&self.terms);
        let after = terms.blocks.iter().filter(|block| is_after(block, last));
        after.map(|block| block.indexes.len() as u64).sum()
    }

    /// Takes in what the hub lends. Blocks that are used up are let go.
    fn renew(
        &self,
        note: &DownNote,
        last: Option<Lease>,
        placard: Option<PlacardSecret>,
    ) -> Result<(), SyncError> {
        let mut terms = hold(&self.terms);
        let mut renewed = terms.clone();
        renewed.until = renewed.until.max(note.until);
        if let (Some(name), Some(shown)) = (&self.name, &note.certificate) {
            // Written first: what is remembered must be there.
            (name.show)(shown.chain.as_bytes()).map_err(SyncError::File)?;
            renewed.certified = Some(shown.until);
        }
        renewed.sealing = note.sealing;
        // A hub of an earlier version sends none, and takes none back.
        renewed.placard = placard.or(renewed.placard);
        renewed.blocks.retain(|block| is_after(block, last));
        for block in &note.blocks {
            if !renewed.blocks.contains(block) {
                renewed.blocks.push(block.clone());
            }
        }
        renewed
            .blocks
            .sort_by_key(|block| (block.list, block.block));
        if renewed != *terms {
            (self.keep)(&renewed.to_bytes()).map_err(SyncError::File)?;
            *terms = renewed;
        }
        Ok(())
    }

    /// Says that the hub was reached, or was not, and perhaps what it refused.
    pub(super) fn met(&self, reached: bool, refusal: Option<String>) {
        let mut heard = hold(&self.heard);
        heard.reached = reached;
        if reached {
            heard.refusal = refusal;
        }
        // A line that broke bears less than was thought; one that held may bear more.
        let bears = self.bears.load(Ordering::Relaxed);
        let bears = if reached { bears * 2 } else { bears / 2 };
        self.bears
            .store(bears.clamp(LEAST_BYTES, ENOUGH_BYTES), Ordering::Relaxed);
    }
}

fn is_after(block: &IndexBlock, last: Option<Lease>) -> bool {
    last.is_none_or(|last| (last.list, last.block) < (block.list, block.block))
}

/// A parcel for the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Up {
    /// The file.
    pub file: Vec<u8>,
    /// How many rows are in it.
    pub rows: u64,
    /// The number of the last one.
    pub last: u64,
}

/// What a parcel down brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Down {
    /// Entries that were new.
    pub taken: u64,
    /// Whether the hub has more.
    pub more: bool,
    /// How many entries of this post the hub does not have yet.
    pub unsent: u64,
}

impl Service {
    fn a_post(&self) -> Result<&Site, SyncError> {
        self.site().ok_or(SyncError::NotAPost)
    }

    /// Makes the parcel up: what the hub has not got, as much as the line bears; on a stick all that
    /// one parcel may hold.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn make_parcel(&self, on_stick: bool) -> Result<Up, SyncError> {
        self.parcel_after(None, on_stick).await
    }

    /// The parcel with the rows after a number; after what the hub has without one.
    pub(super) async fn parcel_after(
        &self,
        after: Option<u64>,
        on_stick: bool,
    ) -> Result<Up, SyncError> {
        let site = self.a_post()?;
        let device = self.device();
        let received = match after {
            Some(after) => after,
            None => self.marked(RECEIVED).await?,
        };
        let bears = site.bears.load(Ordering::Relaxed);
        let limit = u32::try_from(MOST_ROWS).unwrap_or(u32::MAX);
        let rows = self
            .store()
            .entries_of(device.stream, received, limit)
            .await?;
        let rows = enough(rows, if on_stick { ENOUGH_BYTES } else { bears });
        let rows: Vec<_> = rows.iter().collect();
        let terms = hold(&site.terms).clone();
        let to = SealingKey::from_bytes(&terms.sealing).map_err(|_| SyncError::Note)?;
        let keys = keys_for(self.store(), &rows).await?;
        let authority = &self.authority().code;
        let note = UpNote {
            after: self.marked(FETCHED).await?,
            bundle: self.bundle().map_or(0, |held| held.bundle().sequence),
            left: self.indexes_left(site).await?,
            sealing: opening_key(&*device.signer)?.sealing_key().to_bytes(),
            clock: self.now().unix(),
            most: bears as u64,
            name: site.wants_certificate(self.now()),
        };
        let content = Content {
            authority: authority.clone(),
            batches: batch_of(authority, device.stream, &rows)?
                .into_iter()
                .collect(),
            keys: seal_keys(&keys, &to, &self.random().bytes()?).map_err(|_| SyncError::Note)?,
            bundle: Vec::new(),
            note: encode(&note),
        };
        let address = Address {
            from: device.stream,
            to: StreamId::from_random(terms.hub),
            way: Way::Up,
        };
        Ok(Up {
            file: content.pack(address, &*device.signer)?,
            rows: rows.len() as u64,
            last: rows.last().map_or(received, |row| row.leaf.sequence()),
        })
    }

    /// Takes a parcel of the hub in. To take the same one again changes nothing; after an older one
    /// some things are carried a second time.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn take_answer(&self, file: &[u8]) -> Result<Down, SyncError> {
        let site = self.a_post()?;
        let parcel = Parcel::read(file)?;
        let Address { from, to, way } = parcel.address();
        let terms = hold(&site.terms).clone();
        let own = self.device();
        if way != Way::Down || to != own.stream || *from.as_bytes() != terms.hub {
            return Err(SyncError::NotForUs);
        }
        let content = parcel.open(&terms.hub_key()?)?;
        let authority = &self.authority().code;
        if content.authority != *authority {
            return Err(SyncError::ForeignAuthority(content.authority));
        }
        let note: DownNote = decode(&content.note)?;
        let expected = Expected {
            authority,
            stream: None,
        };
        let mut batches = Vec::with_capacity(content.batches.len());
        for bytes in &content.batches {
            batches.push(Batch::read(bytes, expected)?);
        }
        let rows: Vec<Row<'_>> = batches.iter().flat_map(Batch::rows).collect();
        let _turn = self.imports().lock().await;
        if !content.bundle.is_empty() {
            self.believe(&content.bundle)?;
            if let Some((_, file)) = self.numbered_bundle() {
                self.deliver(&file).map_err(SyncError::File)?;
            }
        }
        let keys = open_keys(&content.keys, &opening_key(&*own.signer)?)?;
        let placard = PlacardSecret::among(&keys);
        self.store().take_in_keys(&fitting(keys, &rows)).await?;
        let mut trusted = vec![terms.hub_key()?];
        if let Some(held) = self.bundle() {
            let devices = held.bundle().keys.iter();
            let devices = devices.filter(|key| key.purpose == Purpose::Device);
            trusted.extend(devices.map(|trusted| trusted.key.clone()));
        }
        let imported = self.store().import(&rows, &trusted).await?;
        let (state, _) = self.post_state().await?;
        site.renew(&note, state.last_lease(), placard)?;
        self.mark(RECEIVED, note.received).await?;
        self.mark(FETCHED, note.upto).await?;
        let clock = offset(self.now().unix(), Moment::from_unix(note.clock));
        hold(&site.heard).clock = Some(clock);
        Ok(Down {
            taken: imported.taken,
            more: note.more,
            unsent: self.unsent().await?,
        })
    }

    /// How this post stood when it was last looked at, a few seconds ago; none for a hub.
    pub fn shown_standing(&self) -> Option<Standing> {
        hold(&self.site()?.shown).clone()
    }

    /// Looks how this post stands, for its pages, every so often until the task is dropped.
    pub async fn look_at_standing(self: Arc<Self>, every: core::time::Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            match self.standing_of_post().await {
                Ok(standing) => {
                    if let Some(site) = self.site() {
                        *hold(&site.shown) = standing;
                    }
                }
                Err(error) => tracing::warn!("how this post stands is not known: {error}"),
            }
        }
    }

    /// How this post stands; none for a hub.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn standing_of_post(&self) -> Result<Option<Standing>, ServiceError> {
        let Some(site) = self.site() else {
            return Ok(None);
        };
        let heard = hold(&site.heard).clone();
        let lease = Moment::from_unix(hold(&site.terms).until);
        Ok(Some(Standing {
            post: site.post,
            level: if heard.reached {
                Level::Hub
            } else {
                Level::Local
            },
            since: self.store().mark(RECEIVED).await?.map(|mark| mark.at),
            unsent: self.unsent().await?,
            bundle: self.bundle().map(|held| held.bundle().issued_at),
            lease,
            left: self.indexes_left(site).await?,
            refusal: heard.refusal,
            clock: heard.clock,
        }))
    }

    /// When the hub last answered; none for a hub, and where it never has.
    pub(crate) async fn heard(&self) -> Result<Option<Moment>, ServiceError> {
        if self.site().is_none() {
            return Ok(None);
        }
        Ok(self.store().mark(RECEIVED).await?.map(|mark| mark.at))
    }

    async fn unsent(&self) -> Result<u64, ServiceError> {
        let received = self.store().mark(RECEIVED).await?;
        let received = received.map_or(0, |mark| mark.number);
        let span = self.store().span_of(self.device().stream, received).await?;
        Ok(span.map_or(0, |(count, _)| count))
    }

    async fn marked(&self, name: &str) -> Result<u64, SyncError> {
        Ok(self.store().mark(name).await?.map_or(0, |mark| mark.number))
    }

    /// Sets a mark to what the hub said last, also backwards: a hub that was restored from a backup
    /// needs again what it has lost, and to carry something twice is harmless.
    async fn mark(&self, name: &str, number: u64) -> Result<(), SyncError> {
        let at = self.now();
        Ok(self.store().set_mark(name, Mark { number, at }).await?)
    }
}
