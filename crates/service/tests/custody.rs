//! One bus, from the count to the last ending: with real signatures, a real database, and statements
//! that only the ombudsman's key opens.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(clippy::too_many_lines, reason = "a story is told in one go")]

use paso_domain::{
    custody::{
        Alarm, ClockKind, Custodian, CustodyEvent, CustodyRefusal, Description, Ending, EndingKind,
        Misfit, Paper, Stated,
    },
    document::DocumentKind,
    event::Event,
    id::{EpisodeId, HandoverId},
    person::Evidence,
    policy::{Role, powers},
    protection::Answer,
    receipt::{Handle, Kind as ReceiptKind},
    subject::Subject,
};
use paso_formats::{
    field::StateCode,
    moment::{HOUR, MINUTE},
    receipt::read,
    secret::Secret,
    statement::{Kind, Statement},
};
use paso_service::{
    Officer, ServiceError,
    approval::{Prepared, Signed},
    custody::{Counted, HandoverForm, Known, OpeningForm, Whereto},
    error::Refusal,
    testing::{Hand, House, may, officer, ombudsman},
};
use paso_store::testing::Engine;
use std::collections::BTreeSet;

/// Two custody officers at Talismán, one at Huixtla.
struct Ground {
    house: House,
    ana: Hand,
    beto: Hand,
    chela: Hand,
}

fn keeper(number: &str, post: &str) -> Officer {
    Officer {
        number: number.parse().unwrap(),
        role: Role::Custody,
        post: post.parse().unwrap(),
    }
}

async fn ground(engine: Engine) -> Ground {
    let house = House::on(engine).await;
    let ana = house.hand(keeper("INM-0701", "TAL"), 1).await;
    let beto = house.hand(keeper("INM-0702", "TAL"), 2).await;
    let chela = house.hand(keeper("INM-0703", "HUI"), 3).await;
    Ground {
        house,
        ana,
        beto,
        chela,
    }
}

impl Ground {
    async fn sign(&self, hand: &Hand, prepared: Prepared) {
        let Prepared::ToSign(id) = prepared else {
            panic!("it was done without a signature")
        };
        let options = self
            .house
            .signing_options(&hand.officer, &id)
            .await
            .unwrap();
        let answer = hand.answer(&options);
        let signed = self.house.sign(&hand.officer, &id, &answer).await.unwrap();
        assert!(matches!(signed, Signed::Done { .. }));
    }

    async fn bus(&self, count: u16) -> Counted {
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
            .await
            .unwrap();
        self.sign(&self.ana, counted.prepared.clone()).await;
        counted
    }

    async fn to_huixtla(&self, episodes: &[EpisodeId]) -> HandoverId {
        let form = HandoverForm {
            to: Whereto::Post("HUI".parse().unwrap(), None),
            counted: u16::try_from(episodes.len()).unwrap(),
            reason: "traslado".into(),
            leg: None,
        };
        self.house
            .clock()
            .set(self.house.clock().now().plus(MINUTE));
        let all: BTreeSet<_> = episodes.iter().copied().collect();
        let (id, prepared) = self
            .house
            .offer(&may(&self.ana.officer), &all, &form)
            .await
            .unwrap();
        self.sign(&self.ana, prepared).await;
        id
    }

    /// What the ombudsman reads of the statements so far.
    async fn stated(&self, id: EpisodeId) -> Vec<Statement> {
        let sealed = self.house.statements_of(&Subject::Episode(id)).await;
        sealed
            .iter()
            .map(|sealed| Statement::open(sealed, &ombudsman()).unwrap())
            .collect()
    }
}

fn maria(nationality: StateCode) -> Description {
    Description {
        stated: Stated {
            surnames: "LÓPEZ".into(),
            given: "MARÍA".into(),
            birth: Some("1990-05-01".parse().unwrap()),
            sex: Some('F'),
            nationality: Some(nationality),
            evidence: Evidence {
                kind: Some(DocumentKind::Passport),
                number: None,
                issuer: Some(nationality),
                expires: None,
                machine_read: false,
            },
        },
        found_with: Vec::new(),
        health: "buena".into(),
        injuries: "ninguna".into(),
        belongings: "una mochila".into(),
        language: "español".into(),
        interpreter: String::new(),
        tell: "su hermana".into(),
        rights: "español".into(),
    }
}

#[tokio::test]
async fn a_bus_is_counted_handed_over_and_let_go() {
    for engine in Engine::BOTH {
        let ground = ground(engine).await;
        let house = &ground.house;
        let (ana, chela) = (&ground.ana.officer, &ground.chela.officer);
        let bus = ground.bus(3).await;
        let board = house.board(&may(ana)).await.unwrap();
        assert_eq!((board.present(), board.residents.len()), (3, 3));
        assert_eq!(house.board(&may(chela)).await.unwrap().residents.len(), 0);

        let first = bus.episodes[0];
        let prepared = house
            .describe(&may(ana), first, maria(StateCode::HND))
            .await;
        assert_eq!(prepared.unwrap(), Prepared::Done);
        let record = house.episode(&may(ana), first).await.unwrap();
        assert_eq!((record.screened, record.alarms.len()), (false, 0));
        let person = record.story.person().unwrap();
        house
            .screen(&may(ana), person, BTreeSet::from([Answer::FearsReturn]))
            .await
            .unwrap();
        let record = house.episode(&may(ana), first).await.unwrap();
        assert!(record.screened && record.referred && record.flag);

        // Three offered, two arrive: the third is still Ana's, and the ombudsman is told.
        let handover = ground.to_huixtla(&bus.episodes).await;
        assert!(matches!(
            house
                .episode(&may(chela), first)
                .await
                .unwrap()
                .story
                .spans
                .len(),
            2
        ));
        let present: BTreeSet<_> = bus.episodes[..2].iter().copied().collect();
        let wrong = house.answer(&may(chela), handover, &present, 3).await;
        assert!(matches!(wrong, Err(ServiceError::BadRequest { .. })));
        let prepared = house
            .answer(&may(chela), handover, &present, 2)
            .await
            .unwrap();
        ground.sign(&ground.chela, prepared).await;
        assert_eq!(house.board(&may(chela)).await.unwrap().present(), 2);
        assert_eq!(house.board(&may(ana)).await.unwrap().present(), 1);
        let lost = house.episode(&may(ana), bus.episodes[2]).await.unwrap();
        assert_eq!(lost.alarms, [Alarm::MissedAtHandover]);
        assert_eq!(
            lost.story.answers,
            Some(Custodian {
                officer: ana.number.clone(),
                post: ana.post,
            })
        );
        let watch = officer(Role::Ombudsman);
        let seen = house.overlook(&may(&watch)).await.unwrap();
        assert_eq!(
            (seen.held, seen.alarmed.len(), seen.discords.len()),
            (3, 1, 1)
        );
        assert_eq!(
            house.seek(&may(&watch), "lopez maria").await.unwrap().len(),
            1
        );
        assert_eq!(house.seek(&may(&watch), "perez").await.unwrap().len(), 0);

        // She may not be returned; she is let go, which waits for nobody.
        let ending = |kind| Ending {
            kind,
            evidence: "acta 12".into(),
            to: "HND".into(),
        };
        let refused = house
            .end_custody(&may(chela), &[first], &ending(EndingKind::Returned))
            .await;
        assert!(
            matches!(
                refused,
                Err(ServiceError::Refused(Refusal::Custody(
                    CustodyRefusal::ReturnHeld
                )))
            ),
            "{refused:?}"
        );
        let prepared = house
            .end_custody(&may(chela), &[first], &ending(EndingKind::Released))
            .await
            .unwrap();
        ground.sign(&ground.chela, prepared).await;
        house.clock().set(house.clock().now().plus(25 * HOUR));
        let late = house.episode(&may(chela), first).await.unwrap();
        assert_eq!(late.alarms, [Alarm::Overdue(ClockKind::Countersignature)]);

        let kinds: Vec<_> = ground
            .stated(first)
            .await
            .iter()
            .map(|one| one.kind)
            .collect();
        assert_eq!(
            kinds,
            [
                Kind::Opened,
                Kind::Clock,
                Kind::Offered,
                Kind::HandedOver,
                Kind::Ended
            ]
        );
        let group = ground.stated(first).await[0].group;
        assert_eq!(ground.stated(bus.episodes[1]).await[0].group, group);
    }
}

/// Who comes into other hands or goes free takes a signed receipt away, each their own; who escaped
/// takes none.
#[tokio::test]
async fn who_is_handed_over_or_let_go_takes_a_receipt_away() {
    for engine in Engine::BOTH {
        let ground = ground(engine).await;
        let house = &ground.house;
        let (ana, chela) = (&ground.ana.officer, &ground.chela.officer);
        let bus = ground.bus(4).await;
        let handover = ground.to_huixtla(&bus.episodes[..3]).await;
        let none = house.handover_slips(&may(chela), handover).await;
        assert!(
            matches!(none, Err(ServiceError::NotFound)),
            "an offer is no handover"
        );
        let present: BTreeSet<_> = bus.episodes[..2].iter().copied().collect();
        let prepared = house
            .answer(&may(chela), handover, &present, 2)
            .await
            .unwrap();
        ground.sign(&ground.chela, prepared).await;

        let slips = house.handover_slips(&may(chela), handover).await.unwrap();
        let of: Vec<_> = slips.iter().map(|slip| slip.episode.id).collect();
        assert_eq!(of, bus.episodes[..2], "who did not arrive has none");
        assert_ne!(slips[0].code, slips[1].code);
        for slip in &slips {
            assert_eq!(slip.kind, ReceiptKind::Handover);
            let text = slip.symbol.clone().unwrap();
            let facts = read(&text).unwrap().claims().body.facts().clone();
            let opening = &slip.episode.story.opening.as_ref().unwrap().1;
            assert_eq!(facts.handle, Some(Handle::Episode(opening.handle)));
            assert_eq!((facts.post.as_str(), facts.code), ("HUI", slip.code));
            let verdict = house.verify_receipt(&text, None).await.unwrap();
            assert!(verdict.finding.is_proven(), "{:?}", verdict.finding);
        }
        // Whoever gave them has nothing of theirs any more.
        let givers = house.handover_slips(&may(ana), handover).await;
        assert!(matches!(givers, Err(ServiceError::NotFound)));

        let endings = [
            (EndingKind::Released, Some(ReceiptKind::Release)),
            (EndingKind::Escaped, None),
        ];
        for (id, (kind, gives)) in bus.episodes.iter().zip(endings) {
            let ending = Ending {
                kind,
                evidence: "acta 12".into(),
                to: String::new(),
            };
            let prepared = house.end_custody(&may(chela), &[*id], &ending).await;
            let prepared = prepared.unwrap();
            if prepared != Prepared::Done {
                ground.sign(&ground.chela, prepared).await;
            }
            let record = house.episode(&may(chela), *id).await.unwrap();
            let ended = record.facts.last().unwrap();
            assert_eq!(ended.receipt().is_some(), gives.is_some());
            let Some(code) = ended.receipt() else {
                continue;
            };
            let slip = house.custody_slip(&may(chela), *id, code).await.unwrap();
            assert_eq!(Some(slip.kind), gives);
            assert!(slip.symbol.is_ok());
            let others = house.custody_slip(&may(chela), bus.episodes[1], code).await;
            assert!(matches!(others, Err(ServiceError::NotFound)));
        }

        // To a hospital, on paper: the receipt is given while the person is there to take it.
        let paper = Paper {
            ending: EndingKind::Hospital,
            body: "Hospital de prueba".into(),
            receiver: "Dra. Nadie".into(),
            sheet: None,
        };
        let fourth = bus.episodes[3];
        let prepared = house.give_on_paper(&may(ana), &[fourth], &paper).await;
        ground.sign(&ground.ana, prepared.unwrap()).await;
        let record = house.episode(&may(ana), fourth).await.unwrap();
        let given = record.facts.last().unwrap();
        assert_eq!(given.gives(), Some(ReceiptKind::Handover));
        assert!(given.receipt().is_some());
    }
}

#[tokio::test]
async fn the_secret_shows_whether_and_nothing_more() {
    let ground = ground(Engine::Sqlite).await;
    let house = &ground.house;
    let ana = &ground.ana.officer;
    let id = ground.bus(1).await.episodes[0];
    let paper = house.secret_of(&may(ana), id).await.unwrap().unwrap();
    let secret: Secret = paper.parse().unwrap();
    assert_eq!(
        house.known_by_secret(&secret).await.unwrap(),
        Known::InCustody
    );
    // Another post does not print it; the person has it changed, then closed.
    let elsewhere = house.secret_of(&may(&ground.chela.officer), id).await;
    assert!(matches!(elsewhere, Err(ServiceError::NotFound)));
    assert_eq!(
        house.change_secret(&may(ana), id, false).await.unwrap(),
        Prepared::Done
    );
    assert!(matches!(
        house.known_by_secret(&secret).await,
        Err(ServiceError::NotFound)
    ));
    let paper = house.secret_of(&may(ana), id).await.unwrap().unwrap();
    let changed: Secret = paper.parse().unwrap();
    assert_eq!(
        house.known_by_secret(&changed).await.unwrap(),
        Known::InCustody
    );
    assert_eq!(
        house.change_secret(&may(ana), id, true).await.unwrap(),
        Prepared::Done
    );
    assert!(matches!(
        house.known_by_secret(&changed).await,
        Err(ServiceError::NotFound)
    ));
    assert!(house.secret_of(&may(ana), id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_whole_place_changes_hands_in_one_act() {
    let ground = ground(Engine::Sqlite).await;
    let house = &ground.house;
    let (ana, beto) = (&ground.ana.officer, &ground.beto.officer);
    let bus = ground.bus(5).await;
    let form = HandoverForm {
        to: Whereto::Post("TAL".parse().unwrap(), Some(beto.number.clone())),
        counted: 5,
        reason: "cambio de turno".into(),
        leg: None,
    };
    let all: BTreeSet<_> = bus.episodes.iter().copied().collect();
    let (id, prepared) = house.offer(&may(ana), &all, &form).await.unwrap();
    ground.sign(&ground.ana, prepared).await;
    // The giver cannot be the receiver, and nobody else is meant.
    let alone = house.answer(&may(ana), id, &all, 5).await;
    assert!(matches!(
        alone,
        Err(ServiceError::Refused(Refusal::Custody(
            CustodyRefusal::AcceptedByGiver
        )))
    ));
    let record = house.handover(&may(beto), id).await.unwrap();
    assert_eq!(record.list.len(), 5);
    let prepared = house.answer(&may(beto), id, &all, 5).await.unwrap();
    ground.sign(&ground.beto, prepared).await;
    let board = house.board(&may(beto)).await.unwrap();
    assert_eq!(board.present(), 5);
    assert!(
        board
            .residents
            .iter()
            .all(|one| { one.episode.story.answers.as_ref().unwrap().officer == beto.number })
    );
}

#[tokio::test]
async fn given_to_a_hospital_on_paper_the_giver_answers_until_somebody_has_asked() {
    let ground = ground(Engine::Sqlite).await;
    let house = &ground.house;
    let ana = &ground.ana.officer;
    let id = ground.bus(1).await.episodes[0];
    let paper = Paper {
        ending: EndingKind::Hospital,
        body: "Hospital General de Huixtla".into(),
        receiver: "Dra. Ruiz, urgencias".into(),
        sheet: Some([4; 32]),
    };
    let prepared = house.give_on_paper(&may(ana), &[id], &paper).await.unwrap();
    ground.sign(&ground.ana, prepared).await;
    let record = house.episode(&may(ana), id).await.unwrap();
    assert!(record.story.is_open() && record.story.at_post().is_none());
    house.clock().set(house.clock().now().plus(25 * HOUR));
    let record = house.episode(&may(ana), id).await.unwrap();
    assert_eq!(
        record.alarms,
        [
            Alarm::Overdue(ClockKind::Names),
            Alarm::Overdue(ClockKind::Paper)
        ]
    );
    let done = house
        .confirm_paper(&may(ana), id, "por teléfono".into())
        .await;
    assert_eq!(done.unwrap(), Prepared::Done);
    let story = house.episode(&may(ana), id).await.unwrap().story;
    assert_eq!(story.ended.unwrap().kind, EndingKind::Hospital);
    assert_eq!(
        ground.stated(id).await.last().map(|one| one.kind),
        Some(Kind::Ended)
    );
}

#[tokio::test]
async fn a_fact_from_elsewhere_that_contradicts_is_a_dispute_and_two_settle_it() {
    let ground = ground(Engine::Sqlite).await;
    let house = &ground.house;
    let id = ground.bus(1).await.episodes[0];
    let handover = ground.to_huixtla(&[id]).await;
    let present = BTreeSet::from([id]);
    let prepared = house
        .answer(&may(&ground.chela.officer), handover, &present, 1)
        .await
        .unwrap();
    ground.sign(&ground.chela, prepared).await;
    // A post that was offline says that it accepted, too.
    let other = keeper("INM-0799", "TAL");
    house
        .record_custody(
            id,
            CustodyEvent::Accepted {
                act: paso_domain::act::Act {
                    at: house.clock().now(),
                    post: other.post,
                    officer: other.number.clone(),
                    late: None,
                },
                handover,
                counted: 1,
                receipt: None,
            },
        )
        .await;
    let record = house.episode(&may(&ground.ana.officer), id).await.unwrap();
    assert_eq!(record.story.misfits[0].1, Misfit::AcceptedTwice);
    assert!(record.alarms.contains(&Alarm::Disputed));
    assert_eq!(
        record.story.answers.unwrap().officer,
        ground.ana.officer.number,
        "the giver, until it is settled"
    );
    let first = house.hand(officer(Role::Supervisor), 8).await;
    let second = house
        .hand(
            Officer {
                number: "INM-0103".parse().unwrap(),
                ..officer(Role::Supervisor)
            },
            9,
        )
        .await;
    let answers = Custodian {
        officer: ground.chela.officer.number.clone(),
        post: ground.chela.officer.post,
    };
    let permit = may::<powers::SettleCustody>(&first.officer);
    let prepared = house
        .settle_custody(
            &permit,
            id,
            answers.clone(),
            "está en Huixtla, la vi".into(),
        )
        .await
        .unwrap();
    let Prepared::ToSign(proposal) = prepared else {
        panic!("an override by one")
    };
    for hand in [&first, &second] {
        let options = house
            .signing_options(&hand.officer, &proposal)
            .await
            .unwrap();
        let answer = hand.answer(&options);
        house.sign(&hand.officer, &proposal, &answer).await.unwrap();
    }
    let record = house
        .episode(&may(&ground.chela.officer), id)
        .await
        .unwrap();
    assert_eq!(record.story.answers, Some(answers));
    assert_eq!(record.story.dispute, None);
}

#[tokio::test]
async fn a_refusal_is_kept_and_an_act_without_a_signature_is_none() {
    let ground = ground(Engine::Sqlite).await;
    let house = &ground.house;
    let id = ground.bus(1).await.episodes[0];
    let ending = Ending {
        kind: EndingKind::Released,
        evidence: "acta".into(),
        to: String::new(),
    };
    let refused = house
        .end_custody(&may(&ground.beto.officer), &[id], &ending)
        .await;
    assert!(matches!(
        refused,
        Err(ServiceError::Refused(Refusal::Custody(
            CustodyRefusal::AnsweredByAnother
        )))
    ));
    let kept = house.events_of(&Subject::Episode(id)).await;
    assert!(kept.iter().any(|event| matches!(event, Event::Refused(_))));
    // Prepared and never signed: nobody was let go.
    let prepared = house
        .end_custody(&may(&ground.ana.officer), &[id], &ending)
        .await
        .unwrap();
    assert!(matches!(prepared, Prepared::ToSign(_)));
    let record = house.episode(&may(&ground.ana.officer), id).await.unwrap();
    assert!(record.story.is_open());
}

/// Two authorities that have exchanged their anchors: three are offered, two arrive.
#[tokio::test]
async fn people_are_handed_over_a_border_by_two_signed_files() {
    let ground = ground(Engine::Sqlite).await;
    let (mx, gt) = (&ground.house, House::of("gt-test", Engine::Sqlite, 8).await);
    let ana = &ground.ana.officer;
    let guest = gt.hand(keeper("IGM-0001", "TAL"), 6).await;
    let (of_mx, of_gt) = (mx.bundle().unwrap(), gt.bundle().unwrap());
    let bus = ground.bus(3).await;
    let all: BTreeSet<_> = bus.episodes.iter().copied().collect();
    let form = HandoverForm {
        to: Whereto::Authority("gt-test".parse().unwrap()),
        counted: 3,
        reason: "devolución asistida".into(),
        leg: None,
    };
    // Nobody is told of to another state before the questions of protection.
    let early = mx.offer(&may(ana), &all, &form).await;
    assert!(matches!(
        early,
        Err(ServiceError::Refused(Refusal::Custody(
            CustodyRefusal::ReturnBeforeScreening
        )))
    ));
    for id in &bus.episodes {
        let done = mx.describe(&may(ana), *id, maria(StateCode::GTM)).await;
        assert_eq!(done.unwrap(), Prepared::Done);
        let person = mx.episode(&may(ana), *id).await.unwrap().story.person();
        mx.screen(
            &may(ana),
            person.unwrap(),
            BTreeSet::from([Answer::NoneStated]),
        )
        .await
        .unwrap();
    }
    mx.clock().set(mx.clock().now().plus(MINUTE));
    let (handover, prepared) = mx.offer(&may(ana), &all, &form).await.unwrap();
    ground.sign(&ground.ana, prepared).await;
    let offer = mx.offer_file(&may(ana), handover).await.unwrap();
    gt.clock().set(mx.clock().now().plus(HOUR));
    mx.clock().set(mx.clock().now().plus(2 * HOUR));

    // On the other side: counted, two are here.
    let listed = paso_formats::handover::SignedOffer::unverified(&offer).unwrap();
    let names: Vec<_> = listed
        .offer()
        .people
        .iter()
        .map(|one| one.episode.0)
        .collect();
    let here: BTreeSet<_> = names[..2].iter().copied().collect();
    let wrong = gt
        .receive(&may(&guest.officer), &offer, &of_gt, &here, 2)
        .await;
    assert!(
        matches!(wrong, Err(ServiceError::BadRequest { .. })),
        "another's bundle"
    );
    let counted = gt
        .receive(&may(&guest.officer), &offer, &of_mx, &here, 2)
        .await
        .unwrap();
    let second_try = gt
        .receive(&may(&guest.officer), &offer, &of_mx, &here, 2)
        .await
        .unwrap();
    let unsigned = gt
        .acceptance_file(&may(&guest.officer), &offer, &of_mx)
        .await;
    assert!(
        matches!(unsigned, Err(ServiceError::NotFound)),
        "nobody has signed"
    );
    let Prepared::ToSign(proposal) = counted.prepared else {
        panic!("taken over without a signature")
    };
    let options = gt.signing_options(&guest.officer, &proposal).await.unwrap();
    let answer = guest.answer(&options);
    gt.sign(&guest.officer, &proposal, &answer).await.unwrap();
    // The same offer, prepared twice: who was counted in once is not counted in again.
    let Prepared::ToSign(proposal) = second_try.prepared else {
        panic!("taken over without a signature")
    };
    let options = gt.signing_options(&guest.officer, &proposal).await.unwrap();
    let answer = guest.answer(&options);
    let overtaken = gt.sign(&guest.officer, &proposal, &answer).await;
    assert!(matches!(overtaken, Err(ServiceError::Signing(_))));
    let again = gt
        .receive(&may(&guest.officer), &offer, &of_mx, &here, 2)
        .await;
    assert!(matches!(
        again,
        Err(ServiceError::Refused(Refusal::Custody(
            CustodyRefusal::OpenedAlready
        )))
    ));
    let file = gt
        .acceptance_file(&may(&guest.officer), &offer, &of_mx)
        .await
        .unwrap();

    // Back here: until now the giver answered for all three.
    let held = mx.board(&may(ana)).await.unwrap();
    assert_eq!(held.present(), 3);
    let mut torn = file.clone();
    let last = torn.len() - 1;
    torn[last] ^= 1;
    assert!(matches!(
        mx.accepted_abroad(&may(ana), &torn, &of_gt).await,
        Err(ServiceError::BadRequest { .. })
    ));
    let prepared = mx.accepted_abroad(&may(ana), &file, &of_gt).await.unwrap();
    ground.sign(&ground.ana, prepared).await;
    let mut ended = Vec::new();
    for id in &bus.episodes {
        let record = mx.episode(&may(ana), *id).await.unwrap();
        if record.story.is_open() {
            let late = Alarm::Overdue(ClockKind::Offer);
            assert_eq!(record.alarms, [Alarm::MissedAtHandover, late]);
        }
        ended.push(record.story.ended.map(|one| (one.kind, one.evidence)));
    }
    ended.sort_unstable();
    let over = Some((EndingKind::Transferred, "IGM-0001".to_owned()));
    assert_eq!(ended, [None, over.clone(), over]);
    assert_eq!(gt.board(&may(&guest.officer)).await.unwrap().present(), 2);
    let twice = mx.accepted_abroad(&may(ana), &file, &of_gt).await;
    assert!(matches!(twice, Err(ServiceError::Refused(_))), "{twice:?}");
}

#[tokio::test]
async fn an_episode_leaves_the_house_as_a_file_and_a_receipt() {
    let ground = ground(Engine::Sqlite).await;
    let house = &ground.house;
    let ana = &ground.ana.officer;
    let id = ground.bus(1).await.episodes[0];
    let _ = house
        .describe(&may(ana), id, maria(StateCode::HND))
        .await
        .unwrap();
    let file = house.export_episode(&may(ana), id, None).await.unwrap();
    assert_eq!(file.rows.len(), 2);
    let read = paso_formats::episode::SignedExport::read(&file.bytes).unwrap();
    let rows = &read.export().rows;
    let subject = Subject::Episode(id).to_string();
    assert_eq!(
        (rows.len(), read.export().subject.as_str()),
        (2, subject.as_str())
    );
    assert!(
        rows.iter()
            .all(|row| row.is_bound(&subject) && row.opened.is_some())
    );
    let elsewhere = house
        .export_episode(&may(&ground.chela.officer), id, None)
        .await;
    assert!(matches!(elsewhere, Err(ServiceError::NotFound)));

    let paper = house.custody_paper(&may(ana), id).await.unwrap();
    assert!(paper.symbol.unwrap().len() > 100);
    let secret: Secret = paper.secret.unwrap().parse().unwrap();
    assert_eq!(
        house.known_by_secret(&secret).await.unwrap(),
        Known::InCustody
    );
}
