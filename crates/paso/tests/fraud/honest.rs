//! An honest history: buses are counted, people described, handed over, taken back, given on paper,
//! released and countersigned, all with signatures and inside every clock; and at its end one person
//! who is held, of whom the fraud will be.

use paso_domain::{
    crossings::PostCode,
    custody::{Description, Ending, EndingKind, Leg, Paper, Stated},
    document::DocumentKind,
    id::{EpisodeId, HandoverId},
    person::Evidence,
    policy::Role,
};
use paso_formats::{field::StateCode, moment::MINUTE};
use paso_service::{
    Officer,
    approval::{Prepared, Signed},
    custody::{HandoverForm, OpeningForm, Whereto},
    testing::{Hand, House, may},
};
use paso_store::{
    Url,
    testing::{Engine, Random},
};
use std::{collections::BTreeSet, path::PathBuf};

/// A house with two custody officers at Talismán and two at Huixtla, and what happened there.
pub(crate) struct Town {
    pub(crate) house: House,
    pub(crate) ana: Hand,
    pub(crate) beto: Hand,
    pub(crate) chela: Hand,
    pub(crate) diana: Hand,
    pub(crate) chance: Random,
    /// Who is held at the end, first; then those who were counted with them and are free.
    pub(crate) victims: Vec<EpisodeId>,
    /// Yesterday's backup, where there is one.
    pub(crate) backup: Option<PathBuf>,
    people: u32,
}

fn keeper(number: &str, post: &str) -> Officer {
    Officer {
        number: number.parse().unwrap(),
        role: Role::Custody,
        post: post.parse().unwrap(),
    }
}

fn set(episodes: &[EpisodeId]) -> BTreeSet<EpisodeId> {
    episodes.iter().copied().collect()
}

impl Town {
    /// The history of a seed, up to the evening.
    pub(crate) async fn tell(engine: Engine, seed: u64) -> Self {
        let house = House::on(engine).await;
        let mut town = Self {
            ana: house.hand(keeper("INM-0701", "TAL"), 1).await,
            beto: house.hand(keeper("INM-0702", "TAL"), 2).await,
            chela: house.hand(keeper("INM-0703", "HUI"), 3).await,
            diana: house.hand(keeper("INM-0704", "HUI"), 4).await,
            house,
            chance: Random::seeded(seed),
            victims: Vec::new(),
            backup: None,
            people: 0,
        };
        let first = town.chance.below(5);
        for bus in 0..2 {
            let count = 2 + town.chance.below(3);
            let people = town.bus(u16::try_from(count).unwrap()).await;
            town.go(&people, (first + bus * 2) % 5).await;
        }
        town
    }

    /// One of the honest ways that a bus goes.
    async fn go(&mut self, people: &[EpisodeId], way: usize) {
        match way {
            0 => {
                self.released(false, people).await;
            }
            1 => {
                let handover = self.offer(false, people, "HUI", None).await;
                self.answer(true, handover, people).await;
                self.released(true, people).await;
            }
            // Not everybody comes: who is ill stays, and the giver says so by taking them back.
            2 => {
                let handover = self.offer(false, people, "HUI", None).await;
                self.answer(true, handover, &people[1..]).await;
                self.withdraw(handover).await;
                self.released(true, &people[1..]).await;
                self.on_paper_to_hospital(people[0]).await;
                self.confirmed(people[0]).await;
            }
            // The shift changes.
            3 => {
                let handover = self.offer(false, people, "TAL", Some("INM-0702")).await;
                self.pass();
                let prepared = self
                    .house
                    .answer(
                        &may(&self.beto.officer),
                        handover,
                        &set(people),
                        u16::try_from(people.len()).unwrap(),
                    )
                    .await;
                self.sign(&self.beto, prepared.unwrap()).await;
                self.end(&self.beto, people).await;
                self.countersign(&self.ana, people).await;
            }
            _ => {
                self.pass();
                let leg = Leg {
                    vehicle: "camioneta 12".into(),
                    route: "carretera a Huixtla".into(),
                    to: "HUI".parse().unwrap(),
                    expected: self.house.clock().now().plus(30 * MINUTE),
                };
                let handover = self.offer(false, people, "HUI", Some("INM-0703")).await;
                let gone = self
                    .house
                    .depart(&may(&self.ana.officer), &set(people), &leg)
                    .await;
                assert_eq!(gone.unwrap(), Prepared::Done);
                self.answer(true, handover, people).await;
                self.released(true, people).await;
            }
        }
    }

    /// The bus of the victim: everybody but one is released.
    pub(crate) async fn take_the_victim(&mut self) {
        self.pass();
        let count = 2 + self.chance.below(2);
        let people = self.bus(u16::try_from(count).unwrap()).await;
        self.released(false, &people[1..]).await;
        self.victims = people;
    }

    pub(crate) fn victim(&self) -> EpisodeId {
        self.victims[0]
    }

    /// Keeps a copy of the journal as it stands.
    pub(crate) async fn yesterday(&mut self) {
        if let Url::Sqlite(_) = self.house.config().main {
            let path = self.house.directory().join("yesterday.db");
            let vacuum = format!("VACUUM INTO '{}'", path.display());
            super::raw::script(&self.house.config().main, &vacuum).await;
            self.backup = Some(path);
        }
    }

    /// Some minutes go by.
    pub(crate) fn pass(&mut self) {
        let minutes = i64::try_from(1 + self.chance.below(5)).unwrap();
        self.later(minutes);
    }

    pub(crate) fn later(&self, minutes: i64) {
        let clock = self.house.clock();
        clock.set(self.house.clock().now().plus(minutes * MINUTE));
    }

    pub(crate) async fn sign(&self, hand: &Hand, prepared: Prepared) {
        let Prepared::ToSign(id) = prepared else {
            assert_eq!(prepared, Prepared::Done, "nothing to sign");
            return;
        };
        let options = self.house.signing_options(&hand.officer, &id).await;
        let answer = hand.answer(&options.unwrap());
        let signed = self.house.sign(&hand.officer, &id, &answer).await.unwrap();
        assert!(matches!(signed, Signed::Done { .. }));
    }

    /// So many are counted at Talismán and described, most of them as found together.
    pub(crate) async fn bus(&mut self, count: u16) -> Vec<EpisodeId> {
        self.pass();
        let form = OpeningForm {
            count,
            taken_at: self.house.clock().now().plus(-20 * MINUTE),
            taken_where: "km 20, carretera a Huixtla".into(),
            vehicle: format!("autobús {}", self.chance.below(900)),
            unit: "INM, grupo Talismán".into(),
            ordered_by: "INM-0009".into(),
            basis: "Ley de Migración, art. 98".into(),
            reason: "no mostró documento".into(),
        };
        let counted = self
            .house
            .open_custody(&may(&self.ana.officer), &form)
            .await;
        let counted = counted.unwrap();
        self.sign(&self.ana, counted.prepared).await;
        for (at, episode) in counted.episodes.iter().enumerate() {
            self.pass();
            self.people += 1;
            let found_with = match at {
                1 => vec![counted.episodes[0]],
                _ => Vec::new(),
            };
            let told = described(self.people, found_with);
            let permit = may(&self.ana.officer);
            self.house.describe(&permit, *episode, told).await.unwrap();
        }
        counted.episodes
    }

    /// Offers people who are with Ana, or in Huixtla with Chela.
    pub(crate) async fn offer(
        &mut self,
        in_huixtla: bool,
        people: &[EpisodeId],
        to: &str,
        officer: Option<&str>,
    ) -> HandoverId {
        self.pass();
        let to: PostCode = to.parse().unwrap();
        let form = HandoverForm {
            to: Whereto::Post(to, officer.map(|number| number.parse().unwrap())),
            counted: u16::try_from(people.len()).unwrap(),
            reason: "traslado".into(),
            leg: None,
        };
        let giver = if in_huixtla { &self.chela } else { &self.ana };
        let offered = self
            .house
            .offer(&may(&giver.officer), &set(people), &form)
            .await;
        let (id, prepared) = offered.unwrap();
        self.sign(giver, prepared).await;
        id
    }

    /// Chela answers, or Diana.
    pub(crate) async fn answer(&mut self, chela: bool, id: HandoverId, present: &[EpisodeId]) {
        self.pass();
        let counted = u16::try_from(present.len()).unwrap();
        let hand = if chela { &self.chela } else { &self.diana };
        let permit = may(&hand.officer);
        let answered = self.house.answer(&permit, id, &set(present), counted).await;
        self.sign(hand, answered.unwrap()).await;
    }

    async fn withdraw(&mut self, id: HandoverId) {
        self.pass();
        let permit = may(&self.ana.officer);
        let back = self.house.withdraw(&permit, id, "se queda, enferma").await;
        assert_eq!(back.unwrap(), Prepared::Done);
    }

    /// Given to a hospital on a signed sheet.
    pub(crate) async fn on_paper_to_hospital(&mut self, person: EpisodeId) {
        self.pass();
        let paper = Paper {
            ending: EndingKind::Hospital,
            body: "Hospital General de Tapachula".into(),
            receiver: "Dra. Vázquez, urgencias".into(),
            sheet: Some([5; 32]),
        };
        let permit = may(&self.ana.officer);
        let given = self.house.give_on_paper(&permit, &[person], &paper).await;
        self.sign(&self.ana, given.unwrap()).await;
    }

    async fn confirmed(&mut self, person: EpisodeId) {
        self.pass();
        let permit = may(&self.ana.officer);
        let how = "por teléfono con urgencias".to_owned();
        let confirmed = self.house.confirm_paper(&permit, person, how).await;
        assert_eq!(confirmed.unwrap(), Prepared::Done);
        self.countersign(&self.beto, &[person]).await;
    }

    /// Ends control with a release, at whichever of the two posts, and has it countersigned there.
    pub(crate) async fn released(&mut self, in_huixtla: bool, people: &[EpisodeId]) {
        self.pass();
        let (one, other) = if in_huixtla {
            (&self.chela, &self.diana)
        } else {
            (&self.ana, &self.beto)
        };
        self.end(one, people).await;
        self.countersign(other, people).await;
    }

    async fn end(&self, hand: &Hand, people: &[EpisodeId]) {
        let ended = self
            .house
            .end_custody(&may(&hand.officer), people, &release())
            .await;
        self.sign(hand, ended.unwrap()).await;
    }

    async fn countersign(&self, hand: &Hand, people: &[EpisodeId]) {
        for person in people {
            let second = self.house.countersign(&may(&hand.officer), *person).await;
            self.sign(hand, second.unwrap()).await;
        }
    }
}

/// A release, as it is evidenced.
pub(crate) fn release() -> Ending {
    Ending {
        kind: EndingKind::Released,
        evidence: "salió por la puerta principal".into(),
        to: String::new(),
    }
}

fn described(number: u32, found_with: Vec<EpisodeId>) -> Description {
    let honduras: StateCode = "HND".parse().unwrap();
    Description {
        stated: Stated {
            surnames: format!("PÉREZ {number}"),
            given: "JUANA".into(),
            birth: Some("1985-03-04".parse().unwrap()),
            sex: Some('F'),
            nationality: Some(honduras),
            evidence: Evidence {
                kind: Some(DocumentKind::Passport),
                number: None,
                issuer: Some(honduras),
                expires: None,
                machine_read: false,
            },
        },
        found_with,
        health: "buena".into(),
        injuries: "ninguna".into(),
        belongings: "una mochila".into(),
        language: "español".into(),
        interpreter: String::new(),
        tell: String::new(),
        rights: "español".into(),
    }
}
