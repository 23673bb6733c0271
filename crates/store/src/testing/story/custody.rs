//! Custody in the story: people are counted, described, handed over and let go, one step at a time.

use paso_domain::{
    act::Act,
    custody::{
        Abroad, Custodian, CustodyEvent, Description, Ending, EndingKind, Leg, Offer, Opening,
        Paper, Recipient, Stated,
    },
    document::DocumentKind,
    event::Event,
    id::{EpisodeId, HandoverId, OperationId, PersonId},
    person::Evidence,
    subject::Subject,
};
use paso_formats::moment::{HOUR, MINUTE};

use super::{GIVEN, SURNAMES, Story, Told};

/// Somebody under control, and how far their story has come.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    episode: EpisodeId,
    handover: HandoverId,
    giver: Act,
    step: u8,
}

impl Story {
    /// The next thing that happens to people under control.
    pub fn keep(&mut self) -> Told {
        self.now = self.now.plus(MINUTE);
        if self.kept.is_empty() || self.random.below(4) == 0 {
            return self.count_in();
        }
        let at = self.random.below(self.kept.len());
        let Kept {
            episode,
            handover,
            giver,
            step,
        } = self.kept[at].clone();
        self.kept[at].step += 1;
        let act = Act {
            at: self.now,
            ..giver
        };
        // Whoever takes over is another officer than whoever counted.
        let other = Act {
            officer: "INM-0702".parse().unwrap(),
            ..act.clone()
        };
        let event = match step {
            0 => CustodyEvent::Described {
                description: Box::new(self.description()),
                act,
            },
            1 => CustodyEvent::Offered {
                offer: Offer {
                    handover,
                    to: Recipient::Post {
                        post: act.post,
                        officer: None,
                    },
                    counted: 1,
                    reason: "cambio de turno".into(),
                    leg: None,
                },
                act,
            },
            2 => CustodyEvent::Accepted {
                act: other,
                handover,
                counted: 1,
                receipt: None,
            },
            _ if self.random.below(5) > 0 => self.meanwhile(other, handover),
            _ => {
                let _ = self.kept.swap_remove(at);
                CustodyEvent::Ended {
                    act: other,
                    ending: Ending {
                        kind: EndingKind::Released,
                        evidence: "acta".into(),
                        to: String::new(),
                    },
                    receipt: None,
                }
            }
        };
        vec![(Subject::Episode(episode), Event::Custody(event))]
    }

    /// Any of what may be told between the counting and the end. Rules would refuse many an order of
    /// these; a journal takes them all (DESIGN §4).
    fn meanwhile(&mut self, act: Act, handover: HandoverId) -> CustodyEvent {
        match self.random.below(14) {
            0 => CustodyEvent::GivenOnPaper {
                act,
                paper: Paper {
                    ending: EndingKind::Hospital,
                    body: "Hospital General".into(),
                    receiver: "Dra. Ruiz".into(),
                    sheet: Some(self.hash()),
                },
                receipt: None,
            },
            1 => CustodyEvent::PaperConfirmed {
                act,
                how: "por teléfono con la guardia".into(),
            },
            2 => CustodyEvent::Recognised {
                act,
                person: PersonId::from_random(self.random.bytes()),
                evidence: "acta de nacimiento".into(),
            },
            3 => CustodyEvent::Missed { act, handover },
            4 => CustodyEvent::Withdrawn {
                act,
                handover,
                reason: "el camión no salió".into(),
            },
            5 => CustodyEvent::Departed {
                leg: Leg {
                    vehicle: "autobús 417".into(),
                    route: "carretera 200".into(),
                    to: act.post,
                    expected: act.at.plus(HOUR),
                },
                act,
            },
            6 => CustodyEvent::Arrived { act },
            7 => CustodyEvent::Countersigned { act },
            8 => CustodyEvent::NotFound {
                act,
                note: "no está en la lista".into(),
            },
            9 => CustodyEvent::Found {
                act,
                note: "estaba en la enfermería".into(),
            },
            10 => CustodyEvent::Settled {
                answers: Custodian::of(&act),
                act,
                reason: "dos actas".into(),
            },
            11 => CustodyEvent::AcceptedAbroad {
                abroad: Abroad {
                    handover,
                    authority: "gt-igm".parse().unwrap(),
                    officer: "IGM-0021".into(),
                    at: act.at,
                    counted: 1,
                    file: self.hash(),
                },
                act,
            },
            _ => CustodyEvent::SecretChanged {
                act,
                secret: Some(self.hash()),
            },
        }
    }

    fn hash(&mut self) -> [u8; 32] {
        let half: [u8; 16] = self.random.bytes();
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(&half);
        hash
    }

    fn count_in(&mut self) -> Told {
        let count = u16::try_from(1 + self.random.below(3)).unwrap();
        let operation = OperationId::from_random(self.random.bytes());
        let act = self.act();
        (1..=count)
            .map(|ordinal| {
                let episode = EpisodeId::from_random(self.random.bytes());
                self.kept.push(Kept {
                    episode,
                    handover: HandoverId::from_random(self.random.bytes()),
                    giver: act.clone(),
                    step: 0,
                });
                let opening = Opening {
                    operation,
                    ordinal,
                    count,
                    person: PersonId::from_random(self.random.bytes()),
                    handle: self.random.bytes(),
                    taken_at: act.at.plus(-HOUR),
                    taken_where: "km 20".into(),
                    vehicle: "autobús 417".into(),
                    unit: "INM".into(),
                    ordered_by: "INM-0009".into(),
                    basis: "art. 98".into(),
                    reason: "no mostró documento".into(),
                    secret: Some(self.hash()),
                    receipt: None,
                    phone: None,
                };
                let act = act.clone();
                let event = CustodyEvent::Opened { act, opening };
                (Subject::Episode(episode), Event::Custody(event))
            })
            .collect()
    }

    fn description(&mut self) -> Description {
        Description {
            stated: Stated {
                surnames: self.random.of(&SURNAMES).into(),
                given: self.random.of(&GIVEN).into(),
                birth: None,
                sex: Some('X'),
                nationality: None,
                evidence: Evidence {
                    kind: Some(DocumentKind::Passport),
                    number: None,
                    issuer: None,
                    expires: None,
                    machine_read: false,
                },
            },
            found_with: self.kept.iter().take(1).map(|one| one.episode).collect(),
            health: "buena".into(),
            injuries: String::new(),
            belongings: "una mochila".into(),
            language: "q’eqchi’".into(),
            interpreter: String::new(),
            tell: "su madre".into(),
            rights: "español".into(),
        }
    }
}
