//! A post of a house: its own databases, its own keys, enrolled with a code as a real one is.

use super::{House, parts};
use crate::{
    Officer, Service,
    ceremony::KeyPurpose,
    officers::NewOfficer,
    random::Random,
    signer::Signer,
    sync::{
        Asking, Code, Down, Enrolled, Invitation, Name, NameKey, Received, Request, Settings, Site,
        SiteKeys, SyncError, keys_of,
    },
};
use core::ops::Deref;
use paso_domain::{event::Event, id::StreamId, officer::Access, policy::Role, subject::Subject};
use paso_formats::{key::Sign, moment::Moment};
use paso_store::{
    Append, Store,
    testing::{Engine, Scratch},
};
use std::sync::{Arc, Mutex};

/// A post and what survives a power cut at it.
pub struct Outpost {
    service: Arc<Service>,
    scratch: Scratch,
    enrolled: Enrolled,
    signers: [(KeyPurpose, Arc<dyn Sign>); 3],
    files: Files,
    held: Arc<crate::ceremony::Ceremony>,
}

/// What a post writes beside its databases.
struct Files {
    /// Its own file, as last written.
    terms: Arc<Mutex<Vec<u8>>>,
    /// Every chain of certificates it was given, for the key of its name.
    chains: Arc<Mutex<Vec<String>>>,
    name: NameKey,
}

impl Deref for Outpost {
    type Target = Arc<Service>;

    fn deref(&self) -> &Arc<Service> {
        &self.service
    }
}

#[expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test's ground: what fails here fails the test"
)]
impl House {
    /// A code for a post, made by an administrator at the machine.
    pub async fn code_for(&self, post: &str) -> Code {
        let number = "INM-0008".parse().unwrap();
        let console = self.at_console(&number, Some(&number)).await.unwrap();
        if self.standing(&number).await.unwrap().access == Access::Unknown {
            let new = NewOfficer {
                number,
                name: "Administradora".into(),
                role: Some((Role::Administrator, Vec::new())),
            };
            self.enrol_at_console(&console, &new).await.unwrap();
        }
        self.take_posts(Settings {
            settings: b"settings".to_vec(),
            anchor: b"anchor".to_vec(),
        });
        let invitation = Invitation {
            post: post.parse().unwrap(),
            name: format!("Puesto {post}"),
        };
        self.invite_post(&console, &invitation).await.unwrap()
    }

    /// A post, enrolled.
    pub async fn outpost(&self, post: &str, engine: Engine, seed: u64) -> Outpost {
        let code = self.code_for(post).await;
        let [device, card, slip] = Outpost::keys();
        let signers = [
            (KeyPurpose::Device, device),
            (KeyPurpose::Card, card),
            (KeyPurpose::Slip, slip),
        ];
        let [(_, device), (_, card), (_, slip)] = &signers;
        let name = NameKey::generate().unwrap();
        let asking = Asking {
            device: &**device,
            card: &**card,
            slip: &**slip,
            name: &name,
        };
        let request = Request::new(&code, asking);
        let answer = self.enrol_post(&request.to_bytes()).await.unwrap();
        let enrolled = request.read(&answer).unwrap();
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let files = Files {
            terms: Arc::new(Mutex::new(enrolled.terms.to_bytes())),
            chains: Arc::new(Mutex::new(enrolled.chain.iter().cloned().collect())),
            name,
        };
        let held = self.held.clone();
        // On the heap: every test would carry room for all that a post is made of.
        let service = Box::pin(start(
            &held,
            &scratch,
            store,
            self.now(),
            seed,
            &enrolled,
            &signers,
            &files,
        ))
        .await;
        Outpost {
            service,
            scratch,
            enrolled,
            signers,
            files,
            held,
        }
    }
}

#[expect(
    clippy::unwrap_used,
    reason = "a test's ground: what fails here fails the test"
)]
#[expect(clippy::too_many_arguments, reason = "what a post is made of, once")]
async fn start(
    held: &crate::ceremony::Ceremony,
    scratch: &Scratch,
    store: Store,
    now: Moment,
    seed: u64,
    enrolled: &Enrolled,
    signers: &[(KeyPurpose, Arc<dyn Sign>); 3],
    files: &Files,
) -> Arc<Service> {
    let dir = scratch.directory();
    let mut parts = parts(held, store, dir, now, Random::seeded(seed));
    let (from, until, _) = enrolled.window;
    let terms = crate::sync::Terms::read(&files.terms.lock().unwrap()).unwrap();
    let (write, chains) = (Arc::clone(&files.terms), Arc::clone(&files.chains));
    parts.authority.home = enrolled.post;
    parts.keys = keys_of(SiteKeys {
        signers: signers
            .iter()
            .map(|(purpose, key)| (*purpose, (from, until), Arc::clone(key)))
            .collect(),
        pinned: held.anchor.pinned().unwrap(),
    });
    let bundle = std::fs::read(dir.join("bundle.cose")).unwrap_or(enrolled.bundle.clone());
    let keep = Box::new(move |bytes: &[u8]| {
        *write.lock().unwrap() = bytes.to_vec();
        Ok(())
    });
    let show = Box::new(move |bytes: &[u8]| {
        let chain = String::from_utf8(bytes.to_vec()).unwrap();
        chains.lock().unwrap().push(chain);
        Ok(())
    });
    let point = files.name.point().to_vec();
    let site = Site::new(enrolled.post, terms, bundle, keep);
    parts.site = Some(site.named(Name { point, show }));
    Arc::new(Service::start(parts).await.unwrap())
}

#[expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test's ground: what fails here fails the test"
)]
impl Outpost {
    /// Keys of a device, for cards and for slips.
    #[must_use]
    pub fn keys() -> [Arc<dyn Sign>; 3] {
        [KeyPurpose::Device, KeyPurpose::Card, KeyPurpose::Slip].map(|purpose| {
            let algorithm = purpose.algorithm();
            let file = Signer::generate(algorithm).unwrap();
            Arc::new(Signer::from_pkcs8(algorithm, &file).unwrap()) as Arc<dyn Sign>
        })
    }

    /// Records whatever is asked, as a program would that was changed to.
    pub async fn forced(&self, facts: Vec<(Subject, Event)>) {
        let entries = self.seal(facts).await.unwrap();
        let append = Append {
            device: Arc::clone(self.device()),
            now: self.now(),
            entries,
            expect: Vec::new(),
        };
        self.store().append(append).await.unwrap();
    }

    /// The stream of its device.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        self.device().stream
    }

    /// Every chain of certificates that its hub gave it.
    #[must_use]
    pub fn chains(&self) -> Vec<String> {
        self.files.chains.lock().unwrap().clone()
    }

    /// Its databases.
    #[must_use]
    pub fn records(&self) -> &Store {
        self.store()
    }

    /// The same post after a power cut.
    pub async fn restart(&mut self, seed: u64) {
        let now = self.now();
        self.stop().await;
        let store = self.scratch.open().await;
        self.service = Box::pin(start(
            &self.held,
            &self.scratch,
            store,
            now,
            seed,
            &self.enrolled,
            &self.signers,
            &self.files,
        ))
        .await;
    }

    /// Opens a session and a shift without a passkey, as a demonstration does.
    pub async fn session_of(&self, officer: &Officer) {
        self.open_session(officer, None).await.unwrap();
    }

    /// One exchange on a stick.
    pub async fn exchange(&self, house: &House) -> Result<(Received, Down), SyncError> {
        let up = self.make_parcel(true).await?;
        let received = house.take_parcel(&up.file).await?;
        let down = self.take_answer(&received.answer).await?;
        Ok((received, down))
    }

    /// Exchanges until nothing is left to carry.
    pub async fn settle(&self, house: &House) {
        for left in (0..64).rev() {
            let (_, down) = self.exchange(house).await.unwrap();
            if !down.more && down.unsent == 0 {
                return;
            }
            assert!(left > 0, "post and hub do not come to an end");
        }
    }
}

impl House {
    /// The house's databases.
    #[must_use]
    pub fn records(&self) -> &Store {
        self.store()
    }
}
