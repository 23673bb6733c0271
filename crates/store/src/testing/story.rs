//! Days at a border post, told from a seed: plausible acts on fictional people, in every kind there
//! is, so that tests and measurements run on something like the real thing.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use paso_domain::{
    act::Act,
    card::{
        Application, ApplicationPurpose, CardEvent, Issued, NotIssued, RefusalGround,
        RevocationReason,
    },
    document::DocumentKind,
    encounter::{Check, EncounterEvent, Outcome, ReceiptCode, Recorded},
    event::{Event, Refused},
    id::{ApplicationId, EncounterId, PersonId, StayId},
    person::{Claim, Evidence, PersonEvent},
    post::{Part, PostEvent, Trouble},
    protection::{
        Answer, Channel, Consenting, FlagAfter, NoticeOf, ProtectionEvent, Receiver, Referral,
    },
    receipt::given,
    sheet::Batch,
    stay::{Entered, StayEvent},
    subject::Subject,
};
use paso_formats::{
    envelope::{KeyRing, SubjectKey},
    field::{Sex, StateCode},
    moment::{DAY, HOUR, MINUTE, Moment},
    number::{CardNumber, SlipNumber},
    receipt::Kind,
};

mod administration;
mod custody;
mod sheets;

use super::device::device;
use crate::{Append, AppendError, Appended, DatabaseError, Device, Entry, Store};

/// Chance from a seed (the `SplitMix64` generator): the same seed, the same story.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Chance from this seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end as u64).unwrap()
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        core::array::from_fn(|_| self.bits().to_le_bytes()[0])
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// One act: events that belong together.
pub type Told = Vec<(Subject, Event)>;

#[derive(Clone, Debug)]
struct Holder {
    person: PersonId,
    claim: Claim,
    card: CardNumber,
    live: bool,
    stay: Option<StayId>,
}

/// A story in progress.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one more thing happens in the story"
)]
#[derive(Clone, Debug)]
pub struct Story {
    random: Random,
    now: Moment,
    device: Arc<Device>,
    holders: Vec<Holder>,
    blocks: u32,
    versions: BTreeMap<Subject, u64>,
    keys: HashMap<Subject, SubjectKey>,
    receipts: bool,
    with_affairs: bool,
    affairs: Option<administration::Affairs>,
    with_custody: bool,
    with_paper: bool,
    sheets: Option<(Batch, u16)>,
    kept: Vec<custody::Kept>,
}

/// Spanish, Mayan and English names as written at the southern border; accents, particles and the
/// glottal stop included, since sorting and folding fail on exactly those.
const SURNAMES: [&str; 8] = [
    "Xitumul de la Cruz",
    "Q’eqchi’ Ajú",
    "Zuñiga Álvarez",
    "Muñoz",
    "Ixchop Us",
    "O'Neil",
    "",
    "Ñuñez y Ñandú",
];
const GIVEN: [&str; 6] = [
    "María Eugenia",
    "K’abel",
    "José",
    "Ángel",
    "Zoila",
    "Ana Lucía",
];

impl Story {
    /// The story of this seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        // Sixteen bytes make the key, twice.
        let half: [u8; 16] = random.bytes();
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(&half);
        seed[16..].copy_from_slice(&half);
        Self {
            random,
            now: Moment::from_unix(1_404_752_400),
            device: device(seed),
            holders: Vec::new(),
            blocks: 0,
            versions: BTreeMap::new(),
            keys: HashMap::new(),
            receipts: false,
            with_affairs: false,
            affairs: None,
            with_custody: false,
            with_paper: false,
            sheets: None,
            kept: Vec::new(),
        }
    }

    /// The same story, in which people also come under control.
    #[must_use]
    pub fn keeping_custody(self) -> Self {
        Self {
            with_custody: true,
            ..self
        }
    }

    /// The same story, in which some of it stands on paper first.
    #[must_use]
    pub fn with_paper(self) -> Self {
        Self {
            with_paper: true,
            ..self
        }
    }

    /// The same story, in which officers also come and go.
    #[must_use]
    pub fn with_officers(self) -> Self {
        Self {
            with_affairs: true,
            ..self
        }
    }

    /// The same story, in which encounters also journal the receipts that they give.
    #[must_use]
    pub fn giving_receipts(self) -> Self {
        Self {
            receipts: true,
            ..self
        }
    }

    /// The device it is written on.
    pub const fn device(&self) -> &Arc<Device> {
        &self.device
    }

    /// The present of the story.
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// The next act. It is not part of the story's past until it is [told](Story::tell), or
    /// [taken as told](Story::took_place).
    pub fn next_act(&mut self) -> Told {
        self.now = self
            .now
            .plus(MINUTE + i64::try_from(self.random.below(600)).unwrap());
        if self.holders.len() < 4 {
            return self.issue(ApplicationPurpose::First);
        }
        if self.with_affairs && self.random.below(4) == 0 {
            return self.administration();
        }
        if self.with_custody && self.random.below(4) == 0 {
            return self.keep();
        }
        if self.with_paper && self.random.below(6) == 0 {
            return self.on_paper();
        }
        match self.random.below(20) {
            0..5 => self.issue(ApplicationPurpose::First),
            5..10 => self.enter(),
            10..13 => self.leave(),
            13..15 => self.encounter(),
            15 => self.refuse(),
            16 => self.revoke(),
            17 => self.replace(),
            18 => self.merge_or_claim(),
            _ => self.rest(),
        }
    }

    /// The next entry or exit of one person: what measurements repeat.
    pub fn enter_or_leave(&mut self) -> Told {
        self.now = self.now.plus(HOUR);
        if self.holders.is_empty() {
            self.issue(ApplicationPurpose::First);
        }
        if self.holders[0].stay.is_some() {
            self.leave()
        } else {
            self.enter()
        }
    }

    fn act(&mut self) -> Act {
        Act {
            at: self.now,
            post: self.random.of(&["TAL", "HID", "CHC"]).parse().unwrap(),
            officer: self.random.of(&["INM-0417", "INM-0033"]).parse().unwrap(),
            late: None,
        }
    }

    fn claim(&mut self) -> Claim {
        let kind = self
            .random
            .of(&[DocumentKind::Dpi, DocumentKind::HandwrittenPassport]);
        Claim {
            surnames: self.random.of(&SURNAMES).into(),
            given: self.random.of(&GIVEN).into(),
            birth: format!(
                "19{:02}-0{}",
                30 + self.random.below(65),
                1 + self.random.below(9)
            )
            .parse()
            .unwrap(),
            sex: self.random.of(&[Sex::Female, Sex::Male, Sex::Unspecified]),
            nationality: self.random.of(&[StateCode::GTM, StateCode::BLZ]),
            residence: None,
            cui: None,
            evidence: Evidence {
                kind: Some(kind),
                number: Some(format!("{:09}", self.random.below(1_000_000_000))),
                issuer: Some(StateCode::GTM),
                expires: None,
                machine_read: kind == DocumentKind::Dpi,
            },
        }
    }

    fn number(&mut self) -> CardNumber {
        CardNumber::new("TAL".parse().unwrap(), self.random.bytes())
    }

    fn issue(&mut self, purpose: ApplicationPurpose) -> Told {
        let person = PersonId::from_random(self.random.bytes());
        let claim = self.claim();
        let card = self.number();
        let act = self.act();
        let mut told = vec![(
            Subject::Person(person),
            Event::Person(PersonEvent::Claimed {
                act: act.clone(),
                claim: claim.clone(),
            }),
        )];
        told.extend(self.issued(act, person, claim.clone(), card, purpose));
        self.holders.push(Holder {
            person,
            claim,
            card,
            live: true,
            stay: None,
        });
        told
    }

    fn issued(
        &mut self,
        act: Act,
        person: PersonId,
        claim: Claim,
        number: CardNumber,
        purpose: ApplicationPurpose,
    ) -> Told {
        let application = Application {
            person,
            claim,
            purpose,
            rule: "demo-2014".into(),
        };
        let card = Issued {
            number,
            person,
            document: DocumentKind::Dpi,
            document_tail: "41903".into(),
            issued_at: self.now,
            expires: self.now.plus(365 * DAY),
            status_uri: "https://paso.example/s/0".into(),
            status_index: u32::try_from(self.random.below(1 << 20)).unwrap(),
            // About as long as a signed card.
            text: "6BFOXN%TS3DH".repeat(33),
            portrait: None,
        };
        vec![
            (
                Subject::Card(number),
                Event::Card(CardEvent::ApplicationReceived {
                    act: act.clone(),
                    application,
                }),
            ),
            (
                Subject::Card(number),
                Event::Card(CardEvent::Issued { act, card }),
            ),
        ]
    }

    fn refuse(&mut self) -> Told {
        let subject = Subject::Application(ApplicationId::from_random(self.random.bytes()));
        let (act, claim) = (self.act(), self.claim());
        let application = Application {
            person: PersonId::from_random(self.random.bytes()),
            claim,
            purpose: ApplicationPurpose::First,
            rule: "demo-2014".into(),
        };
        let refusal = NotIssued {
            ground: self.random.of(&RefusalGround::ALL),
            reasons: "No se mostró documento alguno.".into(),
            remedy: "Vuelva con su DPI; el trámite es gratuito.".into(),
            assessment: vec!["document-missing".into()],
        };
        let mut told = vec![
            (
                subject.clone(),
                Event::Card(CardEvent::ApplicationReceived {
                    act: act.clone(),
                    application,
                }),
            ),
            (subject, Event::Card(CardEvent::Refused { act, refusal })),
        ];
        told.extend(self.protect());
        told
    }

    fn enter(&mut self) -> Told {
        let index = self.random.below(self.holders.len());
        let holder = self.holders[index].clone();
        let subject = Subject::Stays(holder.person);
        let (act, stay) = (self.act(), StayId::from_random(self.random.bytes()));
        let mut told = Vec::new();
        if let Some(stay) = holder.stay {
            let event = StayEvent::ExitNotRecorded {
                act: act.clone(),
                stay,
            };
            told.push((subject.clone(), Event::Stay(event)));
        }
        let entry = Entered {
            stay,
            card: holder.card,
            zone: "America/Mexico_City".into(),
            rule: "demo-2014".into(),
            leave_by: self.now.plus(72 * HOUR),
            not_overstayed_until: self.now.plus(4 * DAY),
            states: vec!["MX-CHP".into(), "MX-TAB".into()],
            slip: SlipNumber::new("TAL".parse().unwrap(), self.random.bytes()),
            slip_text: "6BFOXN%TS3DH".repeat(20),
            receipt: None,
        };
        told.push((subject, Event::Stay(StayEvent::Entered { act, entry })));
        self.holders[index].stay = Some(stay);
        told
    }

    fn leave(&mut self) -> Told {
        let index = self.random.below(self.holders.len());
        let act = self.act();
        let stay = self.holders[index].stay.take();
        let subject = Subject::Stays(self.holders[index].person);
        let event = StayEvent::Exited {
            act,
            stay,
            receipt: None,
        };
        vec![(subject, Event::Stay(event))]
    }

    fn encounter(&mut self) -> Told {
        let with_card = self.random.below(2) == 0;
        let encounter = Recorded {
            receipt: ReceiptCode::from_random(self.random.bytes()),
            place: "Carretera 200, km 240".into(),
            with_card,
            outcome: self.random.of(&Outcome::ALL),
            legal_basis: "Ley de Migración, art. 97".into(),
            reason: "Revisión de rutina.".into(),
            check: with_card.then(|| Check {
                finding: "valid".into(),
                light: "green".into(),
                bundle: Some(7),
            }),
            phone: None,
        };
        let act = self.act();
        let id = EncounterId::from_random(self.random.bytes());
        let receipt = given(encounter.receipt, Kind::Encounter, &act, None);
        let event = EncounterEvent::Recorded { act, encounter };
        let mut told = vec![(Subject::Encounter(id), Event::Encounter(event))];
        // The story's officers and days all fit a receipt.
        told.extend(receipt.ok().filter(|_| self.receipts));
        told
    }

    fn revoke(&mut self) -> Told {
        let index = self.random.below(self.holders.len());
        let act = self.act();
        let subject = Subject::Card(self.holders[index].card);
        if !self.holders[index].live {
            let refused = Refused {
                act,
                command: "card.revoke".into(),
                reason: "card-ended".into(),
                person: Some(self.holders[index].person),
            };
            return vec![(subject, Event::Refused(refused))];
        }
        self.holders[index].live = false;
        let reason = self.random.of(&RevocationReason::ALL);
        vec![(
            subject,
            Event::Card(CardEvent::Revoked {
                act,
                reason,
                note: "Oficio 12".into(),
            }),
        )]
    }

    fn replace(&mut self) -> Told {
        let index = self.random.below(self.holders.len());
        let holder = self.holders[index].clone();
        if !holder.live {
            return self.revoke();
        }
        let (act, by) = (self.act(), self.number());
        let purpose = ApplicationPurpose::Replacement { of: holder.card };
        let mut told = self.issued(act.clone(), holder.person, holder.claim, by, purpose);
        told.push((
            Subject::Card(holder.card),
            Event::Card(CardEvent::Replaced { act, by }),
        ));
        self.holders[index].card = by;
        told
    }

    fn merge_or_claim(&mut self) -> Told {
        let (a, b) = (
            self.random.below(self.holders.len()),
            self.random.below(self.holders.len()),
        );
        let (act, subject) = (self.act(), Subject::Person(self.holders[a].person));
        let event = match self.random.below(3) {
            0 if a != b => PersonEvent::MergedInto {
                act,
                into: self.holders[b].person,
                reason: "Mismo DPI.".into(),
            },
            1 => PersonEvent::MergeUndone {
                act,
                reason: "Gemelas.".into(),
            },
            _ => PersonEvent::Claimed {
                act,
                claim: self.claim(),
            },
        };
        vec![(subject, Event::Person(event))]
    }

    /// Who is turned away is asked the protection questions, and something follows. Chance of its
    /// own: older stories go on as they were told.
    fn protect(&mut self) -> Told {
        let mut chance = Random::seeded(self.now.unix().unsigned_abs());
        let holder = self.holders[chance.below(self.holders.len())].clone();
        let (answer, to) = (
            chance.of(&Answer::ALL),
            chance.of(&[StateCode::GTM, StateCode::BLZ]),
        );
        let act = Act {
            at: self.now,
            post: chance.of(&["TAL", "HID", "CHC"]).parse().unwrap(),
            officer: "INM-0417".parse().unwrap(),
            late: None,
        };
        let screened = ProtectionEvent::Screened {
            act: act.clone(),
            answers: vec![Referral {
                answer,
                to: answer.receiver(),
            }],
        };
        let then = match chance.below(6) {
            0 => ProtectionEvent::ClaimNotified { act },
            1 => ProtectionEvent::ClaimEnded {
                act,
                flag: chance.of(&FlagAfter::ALL),
            },
            2 => ProtectionEvent::ConsentGiven {
                act,
                to,
                by: chance.of(&Consenting::ALL),
                evidence: "Escrito firmado, folio 12".into(),
            },
            3 => ProtectionEvent::NoticeReceived { act, to },
            4 => ProtectionEvent::ReferralReceived {
                act,
                receiver: chance.of(&Receiver::ALL),
            },
            _ => ProtectionEvent::NoticeGiven {
                act,
                to,
                channel: chance.of(&Channel::ALL),
                of: NoticeOf {
                    name: format!("{} {}", holder.claim.given, holder.claim.surnames),
                    birth: holder.claim.birth,
                },
                note: "Llamada del turno".into(),
            },
        };
        let subject = Subject::Protection(holder.person);
        vec![
            (subject.clone(), Event::Protection(screened)),
            (subject, Event::Protection(then)),
        ]
    }

    fn rest(&mut self) -> Told {
        let (at, subject) = (self.now, Subject::Post("TAL".parse().unwrap()));
        self.blocks += 1;
        let event = match self.blocks % 4 {
            0 => PostEvent::BlockLeased {
                at,
                list: 0,
                block: self.blocks,
            },
            1 => PostEvent::BundlePublished {
                at,
                sequence: self.blocks.into(),
                hash: self.random.bytes(),
            },
            2 => PostEvent::Noticed {
                at,
                trouble: Trouble::ClockJumped,
                amount: -i64::from(self.blocks),
            },
            _ => PostEvent::Told {
                act: self.act(),
                part: Part::Printer,
                works: false,
                words: "Sin tóner".into(),
            },
        };
        vec![(subject, Event::Post(event))]
    }

    /// Seals an act under keys it makes where there are none, expecting every subject to be as the
    /// story has left it. Of a post or a site nothing is expected: all stories write about the same.
    pub async fn seal(&mut self, store: &Store, told: Told) -> Result<Append, DatabaseError> {
        let fresh: Vec<_> = told
            .iter()
            .filter(|(subject, _)| !self.keys.contains_key(subject))
            .map(|(subject, _)| {
                (
                    subject.clone(),
                    SubjectKey::from_random(self.random.bytes()),
                )
            })
            .collect();
        if !fresh.is_empty() {
            let rings = store.subject_keys_or_insert(fresh).await?;
            let sealing = |(subject, ring): (_, KeyRing)| (subject, ring.sealing().clone());
            self.keys.extend(rings.into_iter().map(sealing));
        }
        let expect = told
            .iter()
            .filter(|(subject, _)| !shared(subject))
            .map(|(subject, _)| {
                (
                    subject.clone(),
                    self.versions.get(subject).copied().unwrap_or(0),
                )
            })
            .collect();
        let entries = told
            .into_iter()
            .map(|(subject, event)| {
                let key = &self.keys[&subject];
                Entry::seal(subject, event, key, self.random.bytes())
            })
            .collect();
        Ok(Append {
            device: Arc::clone(&self.device),
            now: self.now,
            entries,
            expect,
        })
    }

    /// Notes that an act was stored.
    pub fn took_place(&mut self, told: &Told) {
        for (subject, _) in told {
            *self.versions.entry(subject.clone()).or_default() += 1;
        }
    }

    /// Seals an act and appends it.
    pub async fn tell(&mut self, store: &Store, told: Told) -> Result<Appended, AppendError> {
        let append = self.seal(store, told.clone()).await.unwrap();
        let appended = store.append(append).await?;
        self.took_place(&told);
        Ok(appended)
    }

    /// Tells so many acts and returns their events in the order of the journal.
    pub async fn tell_acts(&mut self, store: &Store, acts: usize) -> Told {
        let mut all = Vec::new();
        for _ in 0..acts {
            let told = self.next_act();
            self.tell(store, told.clone()).await.unwrap();
            all.extend(told);
        }
        all
    }
}

const fn shared(subject: &Subject) -> bool {
    matches!(
        subject,
        Subject::Post(_) | Subject::Site(_) | Subject::Authority(_)
    )
}
