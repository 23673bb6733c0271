//! The service and what it is made of.

use crate::{
    Officer, ServiceError,
    black_box::Counted,
    ceremony::{KeyInUse, KeyPurpose, ListedKey},
    clock::Clock,
    gate::Readings,
    lease::Block,
    passkey::RelyingParty,
    random::Random,
    sync::{Certifier, Hub, Settings, Site},
};
use paso_domain::{
    crossings::{Crossings, Post, PostCode},
    cui::Municipalities,
    custody::Clocks,
    programme::Programme,
    roles::Roles,
};
use paso_formats::{
    bundle::{Pinned, TrustedKey, VerifiedBundle},
    field::StateCode,
    moment::DAY,
    number::SitePrefix,
    statement::SealingKey,
};
use paso_store::{BackfillError, DatabaseError, Device, RebuildError, Store};
use std::sync::{Arc, OnceLock, RwLock, atomic::AtomicBool};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// The authority that runs this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Short code, such as `mx-inm`; the name of its bundle and anchor.
    pub code: String,
    /// Full name, as printed.
    pub name: String,
    /// Its state.
    pub country: StateCode,
    /// URI of the issuer in cards and slips.
    pub issuer: String,
    /// The post that keeps the authority's own record of leases and bundles.
    pub home: PostCode,
    /// Where to complain about it, as printed: a body outside the authority.
    pub complaints: String,
}

impl Authority {
    /// The URI of a status list.
    #[must_use]
    pub fn status_uri(&self, list: u32) -> String {
        format!("{}/s/{list}", self.issuer)
    }
}

/// Ages at which a trust bundle is called old and no longer relied on, in seconds; both are amber,
/// never the holder's fault. Data of the authority: posts
/// months from a network need long ones (anchors/credential.md §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleAges {
    /// After this the verdict says that the bundle is old.
    pub soft: i64,
    /// After this the bundle is no longer relied on.
    pub hard: i64,
}

/// The authority's private keys, and the public ones it vouches for.
pub struct Keys {
    /// Those that sign, by purpose and window; see [`Keys::signer`].
    pub(crate) signers: Vec<KeyInUse>,
    /// Orders status indexes; none at a post, which is given them.
    pub index_secret: Option<Zeroizing<[u8; 32]>>,
    /// What the bundle tells others to trust.
    pub trusted: Vec<TrustedKey>,
    /// The roots others pin.
    pub pinned: Pinned,
    /// The list itself, with the keys that no longer sign.
    pub listed: Vec<ListedKey>,
}

/// What a service is started from.
pub struct Parts {
    /// Journal, keys and views.
    pub store: Store,
    /// Where the present comes from.
    pub clock: Clock,
    /// Where randomness comes from.
    pub random: Random,
    /// The authority.
    pub authority: Authority,
    /// Its keys.
    pub keys: Keys,
    /// The rules.
    pub programme: Programme,
    /// Crossings and posts.
    pub crossings: Crossings,
    /// Who may do what.
    pub roles: Roles,
    /// The clocks of custody.
    pub clocks: Clocks,
    /// From when on something about paper is worth a question.
    pub paper: paso_domain::sheet::Terms,
    /// How long a shift on a phone lasts.
    pub phones: paso_domain::shift::ShiftLengths,
    /// How long a post's sign holds.
    pub placard: paso_domain::placard::Terms,
    /// By when what contradicts itself is to be settled.
    pub contradictions: paso_domain::contradiction::Terms,
    /// To whom statements of custody are sealed; none while no ombudsman has given a key.
    pub statements: Option<SealingKey>,
    /// Guatemala's municipalities, to read personal codes by.
    pub municipalities: Municipalities,
    /// When bundles age.
    pub ages: BundleAges,
    /// What a hub lends its posts.
    pub hub: Hub,
    /// What makes this installation a post; none for a hub.
    pub site: Option<Site>,
    /// Where each published bundle goes, such as a file that checkpoints fetch.
    pub deliver: Deliver,
}

/// Takes the signed file of a bundle and answers when it is where others find it.
pub type Deliver = Box<dyn Fn(&[u8]) -> std::io::Result<()> + Send + Sync>;

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The first bundle could not be made.
    #[error("the trust bundle could not be made: {0}")]
    Bundle(ServiceError),
    /// What the list of keys says of keys could not be recorded.
    #[error("what keys.toml says of new and ended keys could not be recorded: {0}")]
    Keys(ServiceError),
    /// The views could not be brought up to the journal.
    #[error("the views could not be rebuilt from the journal: {0}")]
    Views(#[from] RebuildError),
    /// This device has no key to sign its entries with.
    #[error("this device cannot sign: {0}")]
    Device(ServiceError),
    /// Rows from before there were entries could not be signed.
    #[error(transparent)]
    Entries(#[from] BackfillError),
    /// The database does not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The home post is not among the crossings and posts.
    #[error(
        "post {0} is not in the file of crossings and posts; add it there or name another as home"
    )]
    NoSuchPost(PostCode),
}

/// The use cases. Share it behind an [`Arc`].
pub struct Service {
    parts: Parts,
    /// What signs this installation's entries, and the stream they are in.
    device: Arc<Device>,
    lease: Mutex<Option<Block>>,
    pub(crate) in_force: RwLock<Option<Arc<VerifiedBundle>>>,
    pub(crate) sealed: RwLock<Option<Arc<[u8]>>>,
    /// Whether a card has died that the bundle in force does not know of.
    pub(crate) stale: AtomicBool,
    readings: Readings,
    /// Held while a bundle is made, so that two never carry one number.
    pub(crate) publishing: Mutex<()>,
    /// Who asks for passkeys, once it is known where the pages are.
    relying_party: OnceLock<RelyingParty>,
    /// Held while a post's parcel is taken in.
    imports: Mutex<()>,
    /// The public figure of who worked when, for as long as it holds.
    counted: Counted,
    /// What posts are told of this authority, once it is known.
    settings: OnceLock<Settings>,
    certifier: OnceLock<Certifier>,
}

impl Service {
    /// Starts: signs what was written before there were entries, brings the views up to the journal
    /// and publishes a bundle.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        if parts
            .crossings
            .post(parts.authority.home.as_str())
            .is_none()
        {
            return Err(StartError::NoSuchPost(parts.authority.home));
        }
        let now = parts.clock.now();
        let key = parts.keys.shared(KeyPurpose::Device, now);
        let device = Device::of(key.map_err(StartError::Device)?);
        let signed = parts.store.backfill(&device, now).await?;
        if signed > 0 {
            tracing::info!(rows = signed, "older rows were signed");
        }
        let service = Self {
            parts,
            device: Arc::new(device),
            lease: Mutex::new(None),
            in_force: RwLock::new(None),
            sealed: RwLock::new(None),
            stale: AtomicBool::new(false),
            readings: Readings::default(),
            publishing: Mutex::new(()),
            relying_party: OnceLock::new(),
            imports: Mutex::new(()),
            counted: Counted::default(),
            settings: OnceLock::new(),
            certifier: OnceLock::new(),
        };
        if service.store().views_are_behind().await? {
            let rebuilt = service.store().rebuild_views().await?;
            tracing::info!(events = rebuilt.events, "views rebuilt from the journal");
        }
        // Whatever an old copy of either database brought back goes before anybody is served.
        service.store().sweep().await?;
        for (purpose, until) in service.keys().ending_before(service.now().plus(60 * DAY)) {
            tracing::warn!(
                "the last {} key signs until {until}; add a successor",
                purpose.code()
            );
        }
        service.store().forget_expired(service.now()).await?;
        if let Some(site) = service.site() {
            // Neither keys nor bundles are a post's: it believes what its hub last said.
            let file = site.first_bundle();
            service.believe(&file).map_err(StartError::Bundle)?;
            return Ok(service);
        }
        service.record_keys().await.map_err(StartError::Keys)?;
        service.publish_bundle().await.map_err(StartError::Bundle)?;
        Ok(service)
    }

    /// Waits for what is under way and closes the databases.
    pub async fn stop(&self) {
        self.parts.store.close().await;
    }

    /// The authority.
    pub fn authority(&self) -> &Authority {
        &self.parts.authority
    }

    /// The rules in use.
    pub fn programme(&self) -> &Programme {
        &self.parts.programme
    }

    /// Crossings and posts.
    pub fn crossings(&self) -> &Crossings {
        &self.parts.crossings
    }

    /// Who may do what, and what for.
    pub fn roles(&self) -> &Roles {
        &self.parts.roles
    }

    /// Guatemala's municipalities.
    pub fn municipalities(&self) -> &Municipalities {
        &self.parts.municipalities
    }

    /// The clock, to show when a page was made.
    pub fn clock(&self) -> &Clock {
        &self.parts.clock
    }

    /// Whether the disk is full, so that only readings and custody are recorded
    /// ([`paso_domain::urgent`]).
    #[must_use]
    pub fn has_only_reserve(&self) -> bool {
        self.store().has_only_reserve()
    }

    /// Looks, once a minute at most, whether there is room on the disk again for all acts.
    pub async fn look_for_room(&self) {
        self.store().look_for_room(self.now()).await;
    }

    pub(crate) fn store(&self) -> &Store {
        &self.parts.store
    }

    pub(crate) fn random(&self) -> &Random {
        &self.parts.random
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.parts.keys
    }

    pub(crate) fn deliver(&self, file: &[u8]) -> std::io::Result<()> {
        (self.parts.deliver)(file)
    }

    pub(crate) fn device(&self) -> &Arc<Device> {
        &self.device
    }

    pub(crate) fn ages(&self) -> BundleAges {
        self.parts.ages
    }

    pub(crate) const fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(crate) fn readings(&self) -> &Readings {
        &self.readings
    }

    pub(crate) const fn relying_party_cell(&self) -> &OnceLock<RelyingParty> {
        &self.relying_party
    }

    /// What makes this installation a post; none for a hub.
    #[must_use]
    pub const fn site(&self) -> Option<&Site> {
        self.parts.site.as_ref()
    }

    pub(crate) const fn hub(&self) -> Hub {
        self.parts.hub
    }

    pub(crate) const fn counted(&self) -> &Counted {
        &self.counted
    }

    pub(crate) const fn imports(&self) -> &Mutex<()> {
        &self.imports
    }

    pub(crate) const fn settings(&self) -> &OnceLock<Settings> {
        &self.settings
    }

    pub(crate) const fn certifier(&self) -> &OnceLock<Certifier> {
        &self.certifier
    }

    pub(crate) fn lease(&self) -> &Mutex<Option<Block>> {
        &self.lease
    }

    /// The officer's post.
    ///
    /// # Errors
    /// When the officer is signed in for a post that is not in the file of posts.
    pub fn post(&self, officer: &Officer) -> Result<&Post, ServiceError> {
        self.parts
            .crossings
            .post(officer.post.as_str())
            .ok_or(ServiceError::BadRequest {
                field: "post",
                problem: format!("{} is not in the file of crossings and posts", officer.post),
            })
    }
}

/// The prefix of the numbers that a post gives out: its code.
pub(crate) fn site(officer: &Officer) -> Result<SitePrefix, ServiceError> {
    site_of(officer.post)
}

/// The same of a post.
pub(crate) fn site_of(post: PostCode) -> Result<SitePrefix, ServiceError> {
    post.as_str().parse().map_err(|_| ServiceError::BadRequest {
        field: "post",
        problem: format!("{post} cannot begin a number"),
    })
}
