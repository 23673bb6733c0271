//! Bad days in custody, from cases that were documented (facts C.6), each told through the service: what
//! the officers did, what the register then says, what the ombudsman sees, and what was stated.
//!
//! The bad days of somebody who has the database, its keys or the device are in `paso`'s test `fraud`,
//! since nothing of them goes through here.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{
    act::Act,
    custody::{
        Alarm, ClockKind, Custodian, CustodyEvent, CustodyRefusal, Description, Discord, Ending,
        EndingKind, Paper, Standing, Stated,
    },
    document::DocumentKind,
    id::{EpisodeId, HandoverId},
    person::Evidence,
    policy::Role,
    protection::Answer,
    subject::Subject,
};
use paso_formats::{
    field::StateCode,
    moment::{DAY, HOUR, MINUTE},
    statement::{Kind, Statement},
};
use paso_service::{
    Officer, ServiceError,
    approval::{Prepared, Signed},
    custody::{EpisodeRecord, HandoverForm, OpeningForm, Overlooked, Whereto},
    error::Refusal,
    testing::{Hand, House, may, officer, ombudsman},
};
use paso_store::testing::Engine;
use std::collections::BTreeSet;

/// An officer at Talismán, who counts; one at Huixtla.
struct Ground {
    house: House,
    ana: Hand,
    chela: Hand,
}

fn keeper(number: &str, post: &str) -> Officer {
    Officer {
        number: number.parse().unwrap(),
        role: Role::Custody,
        post: post.parse().unwrap(),
    }
}

fn custodian(of: &Hand) -> Custodian {
    Custodian {
        officer: of.officer.number.clone(),
        post: of.officer.post,
    }
}

impl Ground {
    async fn new() -> Self {
        let house = House::on(Engine::Sqlite).await;
        Self {
            ana: house.hand(keeper("INM-0701", "TAL"), 1).await,
            chela: house.hand(keeper("INM-0703", "HUI"), 3).await,
            house,
        }
    }

    fn later(&self, seconds: i64) {
        let clock = self.house.clock();
        clock.set(clock.now().plus(seconds));
    }

    async fn sign(&self, hand: &Hand, prepared: Prepared) {
        let Prepared::ToSign(id) = prepared else {
            panic!("it was done without a signature")
        };
        let options = self.house.signing_options(&hand.officer, &id).await;
        let answer = hand.answer(&options.unwrap());
        let signed = self.house.sign(&hand.officer, &id, &answer).await.unwrap();
        assert!(matches!(signed, Signed::Done { .. }));
    }

    async fn counted(&self, count: u16) -> Vec<EpisodeId> {
        let form = OpeningForm {
            count,
            taken_at: self.house.clock().now().plus(-20 * MINUTE),
            taken_where: "km 20, carretera a Huixtla".into(),
            vehicle: "autobús 417".into(),
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
        counted.episodes
    }

    async fn offered(&self, people: &[EpisodeId]) -> HandoverId {
        let form = HandoverForm {
            to: Whereto::Post("HUI".parse().unwrap(), None),
            counted: u16::try_from(people.len()).unwrap(),
            reason: "traslado".into(),
            leg: None,
        };
        let list = people.iter().copied().collect();
        let offered = self
            .house
            .offer(&may(&self.ana.officer), &list, &form)
            .await;
        let (id, prepared) = offered.unwrap();
        self.sign(&self.ana, prepared).await;
        id
    }

    async fn describe(&self, id: EpisodeId, told: Description) {
        let permit = may(&self.ana.officer);
        let done = self.house.describe(&permit, id, told).await;
        assert_eq!(done.unwrap(), Prepared::Done);
    }

    async fn episode(&self, of: &Hand, id: EpisodeId) -> EpisodeRecord {
        self.house.episode(&may(&of.officer), id).await.unwrap()
    }

    /// What the ombudsman sees on their page.
    async fn overlooked(&self) -> Overlooked {
        let watch = officer(Role::Ombudsman);
        self.house.overlook(&may(&watch)).await.unwrap()
    }

    /// What was stated of an episode, opened with the ombudsman's key.
    async fn stated(&self, id: EpisodeId) -> Vec<Statement> {
        let sealed = self.house.statements_of(&Subject::Episode(id)).await;
        sealed
            .iter()
            .map(|one| Statement::open(one, &ombudsman()).unwrap())
            .collect()
    }
}

fn told(name: &str, birth: &str, nationality: StateCode, evidence: bool) -> Description {
    Description {
        stated: Stated {
            surnames: name.into(),
            given: "ANA".into(),
            birth: Some(birth.parse().unwrap()),
            sex: Some('F'),
            nationality: Some(nationality),
            evidence: Evidence {
                kind: evidence.then_some(DocumentKind::Passport),
                number: None,
                issuer: evidence.then_some(nationality),
                expires: None,
                machine_read: false,
            },
        },
        found_with: Vec::new(),
        health: "buena".into(),
        injuries: "ninguna".into(),
        belongings: "una mochila".into(),
        language: "tseltal".into(),
        interpreter: String::new(),
        tell: "su hermana".into(),
        rights: "español".into(),
    }
}

/// Comitán, 2019: three offices each said that another had the two girls [C31]. Here the giver answers
/// until somebody has signed, and whoever only says that they had her, and let her go, ends nothing.
#[tokio::test]
async fn c31_two_officials_each_say_the_other_has_her() {
    let ground = Ground::new().await;
    let her = ground.counted(1).await[0];
    ground
        .describe(her, told("PÉREZ", "1990-05-01", StateCode::GTM, true))
        .await;
    let _ = ground.offered(&[her]).await;
    ground.later(61 * MINUTE);
    // "I gave her away." Nobody signed for her.
    let record = ground.episode(&ground.ana, her).await;
    assert_eq!(record.story.answers, Some(custodian(&ground.ana)));
    assert_eq!(record.alarms, [Alarm::Overdue(ClockKind::Offer)]);
    // "She was here, and left." By somebody who never answered for her.
    let act = Act {
        at: ground.house.clock().now(),
        post: ground.chela.officer.post,
        officer: ground.chela.officer.number.clone(),
        late: None,
    };
    let ending = Ending {
        kind: EndingKind::Released,
        evidence: "se fue por su pie".into(),
        to: String::new(),
    };
    let fact = CustodyEvent::Ended {
        act,
        ending,
        receipt: None,
    };
    ground.house.record_custody(her, fact).await;
    let record = ground.episode(&ground.ana, her).await;
    assert!(
        record.story.is_open(),
        "she is gone because nobody who answers said so"
    );
    assert_eq!(record.story.answers, Some(custodian(&ground.ana)));
    let others = record.story.dispute.unwrap().others;
    assert_eq!(others, BTreeSet::from([custodian(&ground.chela)]));
    let stated: Vec<_> = ground
        .stated(her)
        .await
        .iter()
        .map(|one| one.kind)
        .collect();
    assert!(!stated.contains(&Kind::Ended), "{stated:?}");
    assert_eq!(ground.overlooked().await.held, 1);
}

/// The consulate of the same two girls was not told for 38 days [C31]. Control has a limit, and it is
/// the ombudsman's alarm: an officer who tells nobody cannot keep it quiet. Notice to the consulate has
/// a clock of its own, from the screening on.
#[tokio::test]
async fn c31_a_consulate_untold_for_38_days() {
    let ground = Ground::new().await;
    let her = ground.counted(1).await[0];
    ground
        .describe(her, told("PÉREZ", "2001-05-01", StateCode::GTM, true))
        .await;
    let person = ground
        .episode(&ground.ana, her)
        .await
        .story
        .person()
        .unwrap();
    let permit = may(&ground.ana.officer);
    let answers = BTreeSet::from([Answer::NoneStated]);
    let notice = async || {
        let clocks = ground.episode(&ground.ana, her).await.clocks;
        let mut clocks = clocks.into_iter();
        clocks.find(|clock| clock.kind == ClockKind::Consulate)
    };
    assert_eq!(notice().await, None, "nobody is told before the questions");
    ground.house.screen(&permit, person, answers).await.unwrap();
    let clock = notice().await.unwrap();
    assert_eq!((clock.due.since(clock.from), clock.met), (DAY, None));
    ground.later(38 * DAY);
    let consulate = officer(Role::ConsulateGt);
    let notices = ground.house.notices(&may(&consulate)).await.unwrap();
    assert!(!notices.waiting && notices.received.is_empty());
    let seen = ground.overlooked().await;
    assert_eq!(seen.alarmed.len(), 1);
    assert_eq!(
        seen.alarmed[0].alarms,
        [
            Alarm::Overdue(ClockKind::Control),
            Alarm::Overdue(ClockKind::Consulate),
            Alarm::Overdue(ClockKind::Child)
        ]
    );
    // From the statements alone: 36 hours, less the twenty minutes before the count.
    let due = ground.stated(her).await.last().unwrap().due.unwrap();
    assert!(due < ground.house.clock().now().plus(-36 * DAY));
}

/// A mother from Honduras and her Mexican daughter, held 35 days as two Hondurans (CNDH 182/2023,
/// [C32]). A nationality is a claim: what was said before stays, and the change alarms.
#[tokio::test]
async fn c32_a_mexican_girl_recorded_as_honduran() {
    let ground = Ground::new().await;
    let [mother, daughter] = ground.counted(2).await[..] else {
        panic!("two were counted")
    };
    let told_of = |birth: &str, nationality| told("RUIZ", birth, nationality, false);
    ground
        .describe(mother, told_of("1985-01-01", StateCode::HND))
        .await;
    let mut girl = told_of("2009-03-02", StateCode::HND);
    girl.found_with = vec![mother];
    ground.describe(daughter, girl).await;
    assert_eq!(ground.episode(&ground.ana, daughter).await.alarms, []);
    ground.later(HOUR);
    ground
        .describe(daughter, told_of("2009-03-02", StateCode::MEX))
        .await;
    ground.later(35 * DAY);
    let record = ground.episode(&ground.ana, daughter).await;
    assert_eq!(
        record.alarms,
        [
            Alarm::ClaimsHome,
            Alarm::NationalityChanged,
            Alarm::Overdue(ClockKind::Control)
        ]
    );
    let said = record.story.descriptions.iter();
    let said: Vec<_> = said
        .filter_map(|(_, told)| told.stated.nationality)
        .collect();
    assert_eq!(said, [StateCode::HND, StateCode::MEX]);
    // Written back to Honduran, it is no less on record.
    ground
        .describe(daughter, told_of("2009-03-02", StateCode::HND))
        .await;
    let alarms = ground.episode(&ground.ana, daughter).await.alarms;
    assert!(alarms.contains(&Alarm::ClaimsHome), "{alarms:?}");
    // The statements tell nothing of it: neither that she is a child nor what she claims.
    assert_eq!(
        ground.stated(daughter).await.len(),
        ground.stated(mother).await.len()
    );
}

/// Four Tzeltal, citizens, held nine days as Guatemalans until their register had no such people
/// (CNDH 22/2016, [C33]). Nobody is returned on a word, and after 36 hours the ombudsman has all four.
#[tokio::test]
async fn c33_four_citizens_held_nine_days_as_foreigners() {
    let ground = Ground::new().await;
    let four = ground.counted(4).await;
    for (at, id) in four.iter().enumerate() {
        let name = format!("GÓMEZ {at}");
        ground
            .describe(*id, told(&name, "1980-01-01", StateCode::GTM, false))
            .await;
        let person = ground
            .episode(&ground.ana, *id)
            .await
            .story
            .person()
            .unwrap();
        let answers = BTreeSet::from([Answer::NoneStated]);
        let permit = may(&ground.ana.officer);
        ground.house.screen(&permit, person, answers).await.unwrap();
    }
    let ending = Ending {
        kind: EndingKind::Returned,
        evidence: "oficio del consulado".into(),
        to: "GTM".into(),
    };
    let permit = may(&ground.ana.officer);
    let refused = ground.house.end_custody(&permit, &four, &ending).await;
    let unevidenced = CustodyRefusal::NationalityUnevidenced;
    assert!(
        matches!(&refused, Err(ServiceError::Refused(Refusal::Custody(why))) if *why == unevidenced),
        "{refused:?}"
    );
    ground.later(9 * DAY);
    let seen = ground.overlooked().await;
    assert_eq!((seen.held, seen.alarmed.len()), (4, 4));
    let control = Alarm::Overdue(ClockKind::Control);
    assert!(seen.alarmed.iter().all(|one| one.alarms == [control]));
    let about = told("GÓMEZ 0", "1980-01-01", StateCode::MEX, false);
    ground.describe(four[0], about).await;
    let alarms = ground.episode(&ground.ana, four[0]).await.alarms;
    assert_eq!(
        alarms,
        [Alarm::ClaimsHome, Alarm::NationalityChanged, control]
    );
}

/// Twelve are offered and eleven arrive (facts D.2: people "were not in the station"). The twelfth is
/// named, is the giver's, and is in nobody's count but theirs.
#[tokio::test]
async fn d2_twelve_are_offered_and_eleven_arrive() {
    let ground = Ground::new().await;
    let twelve = ground.counted(12).await;
    let handover = ground.offered(&twelve).await;
    let present: BTreeSet<_> = twelve[..11].iter().copied().collect();
    let permit = may(&ground.chela.officer);
    let answered = ground.house.answer(&permit, handover, &present, 11).await;
    ground.sign(&ground.chela, answered.unwrap()).await;
    let lost = ground.episode(&ground.ana, twelve[11]).await;
    assert_eq!(lost.story.answers, Some(custodian(&ground.ana)));
    assert_eq!(lost.alarms, [Alarm::MissedAtHandover]);
    let seen = ground.overlooked().await;
    assert_eq!(seen.held, 12);
    assert_eq!(
        seen.discords,
        [Discord::Handover {
            handover,
            offered: 12,
            listed: 12,
            counted: Some(11),
            accepted: 11
        }]
    );
    // Nobody can be let go from a list on which they never came.
    let ending = Ending {
        kind: EndingKind::Released,
        evidence: "acta 3".into(),
        to: String::new(),
    };
    let gone = ground
        .house
        .end_custody(&permit, &[twelve[11]], &ending)
        .await;
    assert!(matches!(
        gone,
        Err(ServiceError::Refused(Refusal::Custody(
            CustodyRefusal::AnsweredByAnother
        )))
    ));
}

/// Let go at night on a sheet of paper, and nobody ever asked whether anybody received her (facts D.2).
/// She stays her giver's, and amber; a day later it is an alarm that only an answer clears.
#[tokio::test]
async fn d2_a_release_at_night_on_paper() {
    let ground = Ground::new().await;
    let her = ground.counted(1).await[0];
    ground
        .describe(her, told("PÉREZ", "1990-05-01", StateCode::HND, true))
        .await;
    ground.later(14 * HOUR);
    let paper = Paper {
        ending: EndingKind::Referred,
        body: "Albergue Jesús el Buen Pastor".into(),
        receiver: "quien abrió la puerta".into(),
        sheet: Some([6; 32]),
    };
    let permit = may(&ground.ana.officer);
    let given = ground.house.give_on_paper(&permit, &[her], &paper).await;
    ground.sign(&ground.ana, given.unwrap()).await;
    let record = ground.episode(&ground.ana, her).await;
    assert_eq!(record.story.answers, Some(custodian(&ground.ana)));
    let last = record.story.spans.last().unwrap();
    assert_eq!((last.standing, last.until), (Standing::OnPaper, None));
    ground.later(25 * HOUR);
    let alarms = ground.episode(&ground.ana, her).await.alarms;
    let control = Alarm::Overdue(ClockKind::Control);
    assert_eq!(alarms, [control, Alarm::Overdue(ClockKind::Paper)]);
    let seen = ground.overlooked().await;
    assert_eq!(
        (seen.held, &seen.alarmed[0].alarms[..]),
        (1, &[control][..])
    );
    let stated = ground.stated(her).await;
    assert_eq!(stated.last().unwrap().place.to_string(), "outside");
    assert!(stated.iter().all(|one| one.kind != Kind::Ended));
}

/// A child in a migration station is recorded, never turned away: a breach from the first minute on,
/// which reaches the Procuraduría and the ombudsman at once, and which no later act takes away (facts
/// C.1, C.5). To plan one is refused.
#[tokio::test]
async fn a_child_in_a_station_is_a_breach_that_nobody_can_clear() {
    let house = House::on(Engine::Sqlite).await;
    house.clock().set("2021-03-02T15:00:00Z".parse().unwrap());
    let ground = Ground {
        ana: house.hand(keeper("INM-0701", "TAL"), 1).await,
        chela: house.hand(keeper("INM-0709", "EMC"), 3).await,
        house,
    };
    let house = &ground.house;
    let child = told("PÉREZ", "2010-05-01", StateCode::GTM, false);
    // Whoever counts at the station counts her in: nothing refuses the fact.
    let form = OpeningForm {
        count: 1,
        taken_at: house.clock().now(),
        taken_where: "Chetumal".into(),
        vehicle: String::new(),
        unit: "Grupo de prueba".into(),
        ordered_by: String::new(),
        basis: "Revisión".into(),
        reason: "Sin documento".into(),
    };
    let there = may(&ground.chela.officer);
    let counted = house.open_custody(&there, &form).await.unwrap();
    ground.sign(&ground.chela, counted.prepared).await;
    let her = counted.episodes[0];
    let done = house.describe(&there, her, child.clone()).await;
    assert_eq!(done.unwrap(), Prepared::Done);
    let breach = Alarm::ChildInStation;
    let record = ground.episode(&ground.chela, her).await;
    assert_eq!(record.alarms, [breach], "from the first minute on");
    let seen = ground.overlooked().await;
    assert_eq!(seen.alarmed[0].alarms, [breach]);
    // The questions refer her by her age, whatever is answered; the Procuraduría finds her at once.
    let person = record.story.person().unwrap();
    let answers = BTreeSet::from([Answer::NoneStated]);
    let asks = may(&ground.chela.officer);
    house.screen(&asks, person, answers).await.unwrap();
    let protects = officer(Role::ChildProtection);
    let referred = house.referrals(&may(&protects), None).await.unwrap();
    assert_eq!((referred.len(), referred[0].received), (1, None));

    // Another one, elsewhere, is not sent there.
    let other = ground.counted(1).await[0];
    ground.describe(other, child).await;
    let form = HandoverForm {
        to: Whereto::Post("EMC".parse().unwrap(), None),
        counted: 1,
        reason: "traslado".into(),
        leg: None,
    };
    let list = BTreeSet::from([other]);
    let planned = house.offer(&may(&ground.ana.officer), &list, &form).await;
    assert!(matches!(
        planned,
        Err(ServiceError::Refused(Refusal::Custody(
            CustodyRefusal::ChildToStation
        )))
    ));

    // Acknowledged, grown up on paper, set free: it stays.
    house
        .receive_referral(&may(&protects), person)
        .await
        .unwrap();
    let adult = told("PÉREZ", "1990-05-01", StateCode::GTM, false);
    let done = house.describe(&there, her, adult).await;
    assert_eq!(done.unwrap(), Prepared::Done);
    let record = ground.episode(&ground.chela, her).await;
    assert!(record.alarms.contains(&breach), "{:?}", record.alarms);
    let ending = Ending {
        kind: EndingKind::Released,
        evidence: "Salió con la Procuraduría".into(),
        to: String::new(),
    };
    ground.later(MINUTE);
    let ended = house.end_custody(&there, &[her], &ending).await.unwrap();
    ground.sign(&ground.chela, ended).await;
    let record = ground.episode(&ground.chela, her).await;
    assert!(record.alarms.contains(&breach), "{:?}", record.alarms);
    let seen = ground.overlooked().await.alarmed;
    let of_her = seen.iter().find(|one| one.episode.id == her);
    assert!(of_her.unwrap().alarms.contains(&breach));
}
