//! A whole service for tests: real database, real keys, a clock that stands still, repeatable
//! randomness. Everyone in it is fictional.

mod hand;
mod outpost;

pub use hand::{HOST, Hand, PAGES};
pub use outpost::Outpost;

use crate::{
    Authority, BundleAges, Keys, Officer, Parts, Service, ServiceError,
    access::Permit,
    approval::Prepared,
    ceremony::{self, Ceremony, KeyPurpose},
    clock::Clock,
    desk::{ApplicationForm, RefusalForm, RefusalRecord},
    log::{Log, LogKey, LogParts, LogPolicy, fault::Faults},
    random::Random,
    session::Token,
    sync::Hub,
};
use paso_domain::{
    card::{ApplicationPurpose, RevocationReason},
    crossings::Crossings,
    cui::Municipalities,
    custody::Clocks,
    document::{DocumentKind, TravelDocument},
    eligibility::Accompaniment,
    event::Event,
    id::PersonId,
    officer::Access,
    policy::{Role, powers},
    programme::Programme,
    roles::Roles,
    subject::Subject,
};
use paso_formats::{
    bundle::Pinned,
    field::{Sex, StateCode},
    moment::{DAY, Moment},
    name::PersonName,
    number::CardNumber,
    statement::OpeningKey,
};
use paso_store::{
    Config, Store,
    testing::{Engine, Scratch},
};
use std::{fs, ops::Deref, path::Path, sync::Arc, time::Duration};

/// A service and the scratch database under it.
pub struct House {
    service: Arc<Service>,
    scratch: Scratch,
    held: Arc<Ceremony>,
}

impl Deref for House {
    type Target = Arc<Service>;

    fn deref(&self) -> &Arc<Service> {
        &self.service
    }
}

/// When the story of a house begins: the second day of the programme, 10:00 in Chiapas.
pub const MORNING: &str = "2014-07-08T15:00:00Z";

/// The ombudsman's key for statements, in tests.
#[expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test's ground: what fails here fails the test"
)]
#[must_use]
pub fn ombudsman() -> OpeningKey {
    OpeningKey::from_random([77; 32]).unwrap()
}

impl House {
    /// A service under the rules of 2014, standing at [`MORNING`].
    ///
    /// # Panics
    /// When anything in it fails: it is a test's ground.
    pub async fn on(engine: Engine) -> Self {
        Self::of("mx-test", engine, 7).await
    }

    /// The same of another authority.
    ///
    /// # Panics
    /// When anything in it fails: it is a test's ground.
    #[expect(
        clippy::unwrap_used,
        reason = "a test's ground: what fails here fails the test"
    )]
    pub async fn of(code: &str, engine: Engine, seed: u64) -> Self {
        let scratch = Scratch::new(engine).await;
        let now: Moment = MORNING.parse().unwrap();
        let random = Random::seeded(seed);
        let held = ceremony::hold(code, "Autoridad de prueba", vec![], now, &random).unwrap();
        let parts = parts(
            &held,
            scratch.create().await,
            scratch.directory(),
            now,
            random,
        );
        let service = Service::start(parts).await.unwrap();
        service.serve_at(PAGES);
        Self {
            service: Arc::new(service),
            scratch,
            held: Arc::new(held),
        }
    }

    /// The service started again over the same databases with the same keys, as after a power cut.
    /// Before it is, `meanwhile` is done to the files.
    ///
    /// # Panics
    /// When anything in it fails: it is a test's ground.
    #[expect(
        clippy::unwrap_used,
        reason = "a test's ground: what fails here fails the test"
    )]
    pub async fn restart(&mut self, seed: u64, meanwhile: impl AsyncFnOnce(&Config)) {
        let now = self.now();
        self.stop().await;
        meanwhile(self.scratch.config()).await;
        let store = self.scratch.open().await;
        let dir = self.scratch.directory();
        let parts = parts(&self.held, store, dir, now, Random::seeded(seed));
        let service = Service::start(parts).await.unwrap();
        service.serve_at(PAGES);
        self.service = Arc::new(service);
    }

    /// The roots that others pin.
    ///
    /// # Panics
    /// Never: the ceremony made them.
    #[expect(clippy::unwrap_used, reason = "made by the ceremony")]
    #[must_use]
    pub fn pinned(&self) -> Pinned {
        self.held.anchor.pinned().unwrap()
    }

    /// The page on which those roots are compared.
    #[must_use]
    pub fn anchor(&self) -> String {
        self.held.anchor.to_string()
    }

    /// Where the databases are.
    #[must_use]
    pub const fn config(&self) -> &Config {
        self.scratch.config()
    }
}

/// What a house is made of. Its trust bundle lies beside its databases.
#[expect(
    clippy::unwrap_used,
    reason = "a test's ground: what fails here fails the test"
)]
fn parts(held: &Ceremony, store: Store, dir: &Path, now: Moment, random: Random) -> Parts {
    let read = |file: &str| {
        held.working
            .iter()
            .find(|s| s.file == file)
            .map(|s| s.bytes.clone())
    };
    let pinned = held.anchor.pinned().unwrap();
    let bundle = dir.join("bundle.cose");
    Parts {
        store,
        clock: Clock::fixed(now),
        keys: Keys::from_files(&held.keys, read, pinned, &held.anchor.authority).unwrap(),
        random,
        authority: Authority {
            code: held.anchor.authority.clone(),
            name: "Autoridad de prueba".into(),
            country: StateCode::MEX,
            issuer: "https://mx.example".into(),
            home: "TAL".parse().unwrap(),
            complaints: "Defensoría de prueba, 800 000 0000".into(),
        },
        programme: Programme::frontera_sur().unwrap(),
        crossings: Crossings::southern_border().unwrap(),
        roles: Roles::shipped().unwrap(),
        clocks: Clocks::shipped().unwrap(),
        paper: paso_domain::sheet::Terms::shipped().unwrap(),
        phones: paso_domain::shift::ShiftLengths::shipped().unwrap(),
        placard: paso_domain::placard::Terms::shipped().unwrap(),
        contradictions: paso_domain::contradiction::Terms::shipped().unwrap(),
        statements: Some(ombudsman().sealing_key().clone()),
        municipalities: Municipalities::guatemala().unwrap(),
        ages: BundleAges {
            soft: 30 * DAY,
            hard: 180 * DAY,
        },
        hub: Hub::default(),
        site: None,
        deliver: Box::new(move |bytes| fs::write(&bundle, bytes)),
    }
}

impl House {
    /// Where the databases of the house are, on SQLite: `main.db` and `keys.db`.
    #[must_use]
    pub fn directory(&self) -> &std::path::Path {
        self.scratch.directory()
    }
}

/// Grave acts without their signatures, for tests of what comes after them; that they are signed is
/// tested in `tests/signing.rs`. These stand in front of the service's own.
impl House {
    /// Opens a session without a passkey, as a demonstration does, for an officer who is enrolled
    /// first if the register does not know them.
    pub async fn session_of(&self, officer: &Officer) -> Result<Token, ServiceError> {
        if self.standing(&officer.number).await?.access == Access::Unknown {
            self.invited(officer).await;
        }
        self.open_session(officer, None).await
    }

    /// Refuses an application.
    pub async fn refuse(
        &self,
        permit: &Permit<powers::DecideApplication>,
        form: &ApplicationForm,
        refusal: RefusalForm,
    ) -> Result<RefusalRecord, ServiceError> {
        let (record, plan) = self.plan_refusal(permit, form, refusal, None).await?;
        self.do_at_once(plan).await?;
        Ok(record)
    }

    /// Revokes a card.
    pub async fn revoke(
        &self,
        permit: &Permit<powers::RevokeCard>,
        number: CardNumber,
        reason: RevocationReason,
        note: String,
    ) -> Result<Prepared, ServiceError> {
        let plan = self.plan_revocation(permit, number, reason, note).await?;
        self.do_at_once(plan).await
    }

    /// Merges a record into another.
    pub async fn merge(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        into: PersonId,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let plan = self.plan_merge(permit, person, into, reason).await?;
        self.do_at_once(plan).await
    }

    /// Undoes a merge.
    pub async fn undo_merge(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let plan = self.plan_undo_merge(permit, person, reason).await?;
        self.do_at_once(plan).await
    }
}

impl House {
    /// The log of the house, which nobody countersigns; the mirror's token is `token`.
    ///
    /// # Panics
    /// When anything in it fails: it is a test's ground.
    #[expect(
        clippy::unwrap_used,
        reason = "a test's ground: what fails here fails the test"
    )]
    pub async fn log(&self) -> Log {
        let dir = self.scratch.directory();
        let key = self.keys().shared(KeyPurpose::Log, self.now()).unwrap();
        let home = self.crossings().post(self.authority().home.as_str());
        Log::open(LogParts {
            store: self.store().clone(),
            clock: Clock::fixed(self.now()),
            key: LogKey::new(key).unwrap(),
            base: "mx.example/log".parse().unwrap(),
            edition: 1,
            zone: home.unwrap().zone().clone(),
            policy: LogPolicy::parse("quorum none\n").unwrap(),
            witnesses: Vec::new(),
            tiles: dir.join("log"),
            guard: dir.join("guard"),
            mirror_token: String::from("token").into(),
            bundle: dir.join("bundle.cose"),
            patience: Duration::from_secs(1),
            faults: Faults::none(),
        })
        .await
        .unwrap()
    }
}

impl House {
    /// Facts as they come from elsewhere: nobody decides about them.
    ///
    /// # Panics
    /// When they cannot be stored.
    #[expect(
        clippy::unwrap_used,
        reason = "a test's ground: what fails here fails the test"
    )]
    pub async fn happened(&self, facts: Vec<(Subject, Event)>) {
        assert!(self.append(facts, Vec::new()).await.unwrap());
    }
}

pub use crate::access::may;

/// An officer of the house at Talismán.
///
/// # Panics
/// Never: the texts are an officer's number and a post.
#[must_use]
#[expect(clippy::unwrap_used, reason = "constants of the right form")]
pub fn officer(role: Role) -> Officer {
    let number = match role {
        Role::Desk => "INM-0417",
        Role::Checkpoint => "INM-0733",
        Role::Supervisor => "INM-0102",
        Role::Administrator => "INM-0008",
        Role::Inspector => "OIC-0021",
        Role::Transparency => "INM-0055",
        Role::Ombudsman => "CNDH-0003",
        Role::Refuge => "COMAR-0012",
        Role::Statistics => "UPM-0007",
        Role::Police => "GN-1180",
        Role::ConsulateGt => "CG-0001",
        Role::ConsulateBz => "CB-0001",
        Role::ConsulateHn => "CH-0001",
        Role::ConsulateSv => "CS-0001",
        Role::Custody => "INM-0707",
        Role::ChildProtection => "PPNNA-0001",
        Role::Prosecutor => "FGR-0001",
    };
    Officer {
        number: number.parse().unwrap(),
        role,
        post: "TAL".parse().unwrap(),
    }
}

/// An application of a fictional adult from Guatemala with a passport.
///
/// # Panics
/// Never: the texts are of the right form.
#[must_use]
#[expect(clippy::unwrap_used, reason = "constants of the right form")]
pub fn application() -> ApplicationForm {
    ApplicationForm {
        person: None,
        purpose: ApplicationPurpose::First,
        name: PersonName::new("Ajú Xitumul", "María K’abel"),
        birth: "1990-05-31".parse().unwrap(),
        sex: Sex::Female,
        nationality: StateCode::GTM,
        residence: None,
        cui: None,
        documents: vec![TravelDocument {
            kind: DocumentKind::Passport,
            number: "000123456".into(),
            issuer: StateCode::GTM,
            expires: Some(jiff::civil::date(2019, 1, 31)),
            mrz_checked: true,
        }],
        under_guardianship: false,
        accompaniment: Accompaniment::NotBoth {
            permission: None,
            birth_certificate_issued: None,
        },
        portrait: None,
    }
}

impl House {
    /// Lets the disk be full from now on.
    pub async fn fill_disk(&self) {
        paso_store::testing::limit_growth(self.store(), 0).await;
    }

    /// Appends what was decided, as if those who have to had signed it.
    ///
    /// # Errors
    /// As [`Service`] answers.
    pub async fn carry_out(&self, decided: crate::erasure::Decided) -> Result<bool, ServiceError> {
        let (events, expect) = decided;
        self.append(events, expect).await
    }

    /// The indexes that the first status list says are dead.
    ///
    /// # Errors
    /// As [`Service`] answers.
    pub async fn dead_indexes(&self) -> Result<Vec<u32>, ServiceError> {
        let uri = self.authority().status_uri(0);
        Ok(self.store().ended_indexes(&uri).await?)
    }
}
