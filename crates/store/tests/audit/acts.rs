//! What was left undone or done twice, and clocks: told by going on with the story.

use super::{Copy, Held, Trial, ground::devices};
use paso_domain::{
    act::{Act, Way},
    card::{CardEvent, Issued},
    encounter::{EncounterEvent, Outcome, Recorded},
    event::Event,
    id::EncounterId,
    officer::OfficerEvent,
    post::PostEvent,
    receipt::{self, Kind},
    sheet::{Batch, SheetEvent, SheetKind},
    subject::Subject,
};
use paso_formats::{
    moment::{DAY, HOUR, Moment},
    number::CardNumber,
};
use paso_store::{
    Append, Store,
    audit::{
        Check,
        Code::{
            self, ActWhileAway, BundleRepeated, ClockAhead, ClockBehind, IndexRepeated,
            LeaseRepeated, NotIntegrated, NotPublished, ReceiptMissing, SandwichWide,
            SheetContradicted, SheetOutstanding,
        },
        Counted,
    },
    testing::{Story, Told},
};

/// Goes on with the story in a copy: these events, recorded now, by the first device.
async fn go_on(copy: &Copy, story: &Story, told: Told, now: Moment) {
    let store = Store::open(&copy.config).await.unwrap();
    write(&store, story, told, now).await;
    store.close().await;
}

async fn write(store: &Store, story: &Story, told: Told, now: Moment) {
    let mut story = story.clone();
    let append = story.seal(store, told).await.unwrap();
    store
        .append(Append {
            device: devices()[0].clone(),
            now,
            expect: Vec::new(),
            ..append
        })
        .await
        .unwrap();
}

fn act(officer: &str, at: Moment) -> Act {
    Act {
        at,
        post: "TAL".parse().unwrap(),
        officer: officer.parse().unwrap(),
        late: None,
    }
}

fn met(at: Moment, code: [u8; 4], with_receipt: bool) -> Told {
    met_by("INM-0417", at, code, with_receipt)
}

fn met_by(officer: &str, at: Moment, code: [u8; 4], with_receipt: bool) -> Told {
    let act = act(officer, at);
    let code = receipt::Code::from_random(code);
    let encounter = Recorded {
        receipt: code,
        place: "km 12".into(),
        with_card: false,
        outcome: Outcome::WentOn,
        legal_basis: "Artículo 97".into(),
        reason: "Revisión".into(),
        check: None,
        phone: None,
    };
    let id = EncounterId::from_random([code.to_string().as_bytes()[0]; 16]);
    let given = receipt::given(code, Kind::Encounter, &act, None).unwrap();
    let event = EncounterEvent::Recorded { act, encounter };
    let mut told = vec![(Subject::Encounter(id), Event::Encounter(event))];
    if with_receipt {
        told.push(given);
    }
    told
}

/// Two cards that say of themselves the same place in the status list.
fn two_cards_of_one_index(story: &Story) -> Told {
    let mut story = story.clone();
    loop {
        for (_, event) in story.next_act() {
            let Event::Card(CardEvent::Issued { act, card }) = event else {
                continue;
            };
            let card = |random| {
                let number = CardNumber::new("TAL".parse().unwrap(), [random; 5]);
                let card = Issued {
                    number,
                    ..card.clone()
                };
                let act = act.clone();
                let event = Event::Card(CardEvent::Issued { act, card });
                (Subject::Card(number), event)
            };
            return vec![card(1), card(2)];
        }
    }
}

/// What a post does by itself, so often that whatever was told before lies an append behind.
fn bundles(at: Moment, first: u64) -> Told {
    let bundle = |sequence| {
        let event = PostEvent::BundlePublished {
            at,
            sequence,
            hash: [1; 32],
        };
        (Subject::Post("HUI".parse().unwrap()), Event::Post(event))
    };
    (first..first + 70).map(bundle).collect()
}

/// A sheet of a crossing from which two officers say to have typed; nobody asks after the blank one.
fn typed_twice(now: Moment) -> Told {
    let (subject, printed) = printed(now, SheetKind::Crossing);
    let used = |officer: &str| {
        let act = act(officer, now);
        (
            subject.clone(),
            Event::Sheet(SheetEvent::Used { act, serial: 1 }),
        )
    };
    vec![
        (subject.clone(), printed),
        used("INM-0001"),
        used("INM-0002"),
    ]
}

/// Two sheets on paper.
fn printed(now: Moment, kind: SheetKind) -> (Subject, Event) {
    let batch = Batch::new("TAL".parse().unwrap(), kind, [9; 4]);
    let printed = SheetEvent::Printed {
        act: act("INM-0001", now),
        place: "TAL".parse().unwrap(),
        count: 2,
    };
    (Subject::Sheets(batch), Event::Sheet(printed))
}

pub(crate) async fn undone(trial: &mut Trial) {
    let (story, now) = (trial.ground.story.clone(), trial.ground.held.now);
    let report = trial
        .expect(
            "an act without its receipt",
            &[ReceiptMissing],
            async |copy, _| {
                go_on(copy, &story, met(now, [1; 4], true), now).await;
                go_on(copy, &story, met(now, [0xf0; 4], false), now).await;
                go_on(copy, &story, bundles(now, 1), now).await;
            },
        )
        .await;
    let line = &report.lines[&Check::Duties];
    assert_eq!(line.found[&ReceiptMissing], 1);
    assert!(line.counted[&Counted::BeforeReceipts] > 0);
    trial
        .expect("a lease given again", &[LeaseRepeated], async |copy, _| {
            let event = PostEvent::BlockLeased {
                at: now,
                list: 0,
                block: 2,
            };
            let told = vec![(Subject::Post("TAL".parse().unwrap()), Event::Post(event))];
            go_on(copy, &story, told, now).await;
        })
        .await;
    trial
        .expect(
            "a bundle's number given again",
            &[BundleRepeated],
            async |copy, _| {
                go_on(copy, &story, bundles(now, 1), now).await;
                go_on(copy, &story, bundles(now, 70), now).await;
            },
        )
        .await;
    trial
        .expect(
            "a status index given again",
            &[IndexRepeated],
            async |copy, _| {
                go_on(copy, &story, two_cards_of_one_index(&story), now).await;
            },
        )
        .await;
    trial
        .expect(
            "sheets that nobody has brought back in a month",
            &[NotIntegrated, SheetOutstanding],
            async |copy, held| {
                go_on(copy, &story, vec![printed(now, SheetKind::Encounter)], now).await;
                held.now = now.plus(31 * DAY);
            },
        )
        .await;
    trial
        .expect(
            "a sheet that two people typed",
            &[SheetContradicted],
            async |copy, _| {
                go_on(copy, &story, typed_twice(now), now).await;
            },
        )
        .await;
    trial
        .expect(
            "entries that wait for days",
            &[NotIntegrated],
            async |_, held| {
                held.now = now.plus(2 * DAY);
            },
        )
        .await;
    trial
        .expect(
            "heads that nobody witnessed",
            &[NotPublished],
            async |copy, held| {
                let text = "DELETE FROM published WHERE ordinal = 2";
                copy.run(text, None).await;
                held.now = now.plus(2 * DAY);
                held.checks = [Check::Duties].into();
                let cut =
                    "DELETE FROM entry WHERE number >= (SELECT first_number + size - 1 FROM log
                WHERE ordinal = 2)";
                copy.run(cut, None).await;
            },
        )
        .await;
    away(trial).await;
    clocks(trial).await;
}

/// Acts from outside an officer's service, whichever is written first: the act or the dismissal.
async fn away(trial: &mut Trial) {
    let (story, now) = (trial.ground.story.clone(), trial.ground.held.now);
    let (number, administrator) = ("INM-9001", "ADM-9");
    let told = |event| {
        vec![(
            Subject::Officer(number.parse().unwrap()),
            Event::Officer(event),
        )]
    };
    let enrolled = told(OfficerEvent::Enrolled {
        act: act(administrator, now.plus(-9 * HOUR)),
        way: Way::Console,
        name: "Tomás Ajú".into(),
    });
    let suspended = told(OfficerEvent::Suspended {
        act: act(administrator, now.plus(-8 * HOUR)),
        way: Way::Console,
        from: now.plus(-8 * HOUR),
        reason: "Se investiga.".into(),
    });
    let reinstated = told(OfficerEvent::Reinstated {
        act: act(administrator, now.plus(-6 * HOUR)),
        way: Way::Console,
        from: now.plus(-6 * HOUR),
        reason: "Aclarado.".into(),
    });
    let dismissed = told(OfficerEvent::Dismissed {
        act: act(administrator, now),
        way: Way::Console,
        from: now.plus(-2 * HOUR),
        reason: "Vendía lugares en la fila.".into(),
    });
    let did = |hours: u8| {
        let at = now.plus(-i64::from(hours) * HOUR);
        met_by(number, at, [hours << 4; 4], false)
    };
    for (name, acts, expected) in [
        ("acts in service", vec![9_u8, 5, 3], 0),
        ("an act of a suspended officer", vec![7], 1),
        (
            "acts of a suspended and then dismissed officer",
            vec![8, 6, 2, 1],
            3,
        ),
    ] {
        let codes: &[Code] = if expected == 0 { &[] } else { &[ActWhileAway] };
        let report = trial
            .expect(name, codes, async |copy, held| {
                held.checks = [Check::Officers].into();
                for told in [&enrolled, &suspended] {
                    go_on(copy, &story, told.clone(), now).await;
                }
                for hours in acts {
                    go_on(copy, &story, did(hours), now).await;
                }
                for told in [&reinstated, &dismissed] {
                    go_on(copy, &story, told.clone(), now).await;
                }
            })
            .await;
        let found = report.lines[&Check::Officers].findings.len();
        assert_eq!(found, expected, "{name}");
    }
}

/// Acts recorded at one moment, and published at another.
async fn published(
    copy: &Copy,
    held: &mut Held,
    told: (&Story, Told),
    recorded: Moment,
    at: Moment,
) {
    let store = Store::open(&copy.config).await.unwrap();
    write(&store, told.0, told.1, recorded).await;
    copy.publish(&store, at).await;
    store.close().await;
    held.now = at.plus(HOUR);
}

async fn clocks(trial: &mut Trial) {
    let (story, now) = (trial.ground.story.clone(), trial.ground.held.now);
    trial
        .expect("a clock turned back", &[ClockBehind], async |copy, _| {
            go_on(copy, &story, met(now, [1; 4], true), now.plus(-5 * DAY)).await;
        })
        .await;
    trial
        .expect("a clock put forward", &[ClockAhead], async |copy, held| {
            let told = (&story, met(now, [1; 4], true));
            published(copy, held, told, now.plus(5 * DAY), now).await;
        })
        .await;
    trial
        .expect(
            "a sandwich of four days",
            &[SandwichWide],
            async |copy, held| {
                let told = (&story, met(now, [1; 4], true));
                published(copy, held, told, now.plus(2 * DAY), now.plus(4 * DAY)).await;
            },
        )
        .await;
    let report = trial
        .expect("a day on paper, entered late", &[], async |copy, _| {
            go_on(copy, &story, met(now.plus(-DAY), [1; 4], true), now).await;
        })
        .await;
    let line = &report.lines[&Check::Times];
    assert!(line.counted[&Counted::RecordedLater] >= 1);
}
