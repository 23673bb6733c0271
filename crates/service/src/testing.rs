//! A whole service for tests: real database, real keys, a clock that stands still, repeatable
//! randomness. Everyone in it is fictional.

use crate::{
    Authority, BundleAges, Keys, Officer, Parts, Service, ceremony,
    ceremony::KeyPurpose,
    clock::Clock,
    desk::ApplicationForm,
    log::{Log, LogKey, LogParts, LogPolicy, fault::Faults},
    random::Random,
};
use paso_domain::{
    card::ApplicationPurpose,
    crossings::Crossings,
    cui::Municipalities,
    document::{DocumentKind, TravelDocument},
    eligibility::Accompaniment,
    event::Event,
    policy::Role,
    programme::Programme,
    subject::Subject,
};
use paso_formats::{
    field::{Sex, StateCode},
    moment::{DAY, Moment},
    name::PersonName,
};
use paso_store::testing::{Engine, Scratch};
use std::{ops::Deref, sync::Arc, time::Duration};

/// A service and the scratch database under it.
pub struct House {
    service: Arc<Service>,
    scratch: Scratch,
}

impl Deref for House {
    type Target = Arc<Service>;

    fn deref(&self) -> &Arc<Service> {
        &self.service
    }
}

/// When the story of a house begins: the second day of the programme, 10:00 in Chiapas.
pub const MORNING: &str = "2014-07-08T15:00:00Z";

impl House {
    /// A service under the rules of 2014, standing at [`MORNING`].
    ///
    /// # Panics
    /// When anything in it fails: it is a test's ground.
    #[expect(
        clippy::unwrap_used,
        reason = "a test's ground: what fails here fails the test"
    )]
    pub async fn on(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let now: Moment = MORNING.parse().unwrap();
        let random = Random::seeded(7);
        let held = ceremony::hold("mx-test", "Autoridad de prueba", vec![], now, &random).unwrap();
        let read = |file: &str| {
            held.working
                .iter()
                .find(|s| s.file == file)
                .map(|s| s.bytes.clone())
        };
        let pinned = held.anchor.pinned().unwrap();
        let parts = Parts {
            store: scratch.create().await,
            clock: Clock::fixed(now),
            keys: Keys::from_files(&held.keys, read, pinned, "mx-test").unwrap(),
            random,
            authority: Authority {
                code: "mx-test".into(),
                name: "Autoridad de prueba".into(),
                country: StateCode::MEX,
                issuer: "https://mx.example".into(),
                home: "TAL".parse().unwrap(),
                complaints: "Defensoría de prueba, 800 000 0000".into(),
            },
            programme: Programme::frontera_sur().unwrap(),
            crossings: Crossings::southern_border().unwrap(),
            municipalities: Municipalities::guatemala().unwrap(),
            ages: BundleAges {
                soft: 30 * DAY,
                hard: 180 * DAY,
            },
            deliver: Box::new(|_| Ok(())),
        };
        Self {
            service: Arc::new(Service::start(parts).await.unwrap()),
            scratch,
        }
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
