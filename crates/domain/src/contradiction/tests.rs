//! Given what several places say, then what contradicts itself, who is asked, by when, and what
//! becomes of it once somebody has said what was true.

use super::*;
use crate::{
    act::Late,
    card::{CardConflict, CardEvent, CardState, Issued, NotIssued, Presented, RefusalGround},
    document::DocumentKind,
    event::{Event, SCHEMA},
    id::{PersonId, StayId},
    sheet::{Batch, SheetKind},
    stay::{Ending, Entered, StayEvent, StaysState},
};
use paso_formats::moment::DAY;
use proptest::prelude::*;

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn act(post: &str, officer: &str, minutes: i64) -> Act {
    Act {
        at: now().plus(60 * minutes),
        post: post.parse().unwrap(),
        officer: officer.parse().unwrap(),
        late: None,
    }
}

fn number() -> CardNumber {
    CardNumber::new("TAL".parse().unwrap(), [0, 0, 0, 0, 1])
}

fn stay() -> StayId {
    StayId::from_random([3; 16])
}

fn issued(post: &str, minutes: i64, text: &str) -> CardEvent {
    CardEvent::Issued {
        act: act(post, "INM-0417", minutes),
        card: Issued {
            number: number(),
            person: PersonId::from_random([1; 16]),
            document: DocumentKind::Dpi,
            document_tail: "90101".into(),
            issued_at: now(),
            expires: now().plus(1_000 * DAY),
            status_uri: "https://mx.example/s/0".into(),
            status_index: 7,
            text: text.into(),
            portrait: None,
        },
    }
}

fn refused(post: &str, minutes: i64) -> CardEvent {
    CardEvent::Refused {
        act: act(post, "INM-0418", minutes),
        refusal: NotIssued {
            ground: RefusalGround::DocumentMissing,
            reasons: "no la trae".into(),
            remedy: "vuelva con ella".into(),
            assessment: Vec::new(),
        },
    }
}

fn revoked(post: &str, minutes: i64) -> CardEvent {
    CardEvent::Revoked {
        act: act(post, "INM-0777", minutes),
        reason: RevocationReason::Stolen,
        note: String::new(),
    }
}

fn shown(post: &str, minutes: i64, text: &str, finding: &str) -> CardEvent {
    CardEvent::Presented {
        act: act(post, "INM-0420", minutes),
        shown: Presented {
            text: text.into(),
            expires: now().plus(1_000 * DAY),
            finding: finding.into(),
            bundle: 3,
            bundle_made: now(),
        },
    }
}

fn left(post: &str, minutes: i64) -> StayEvent {
    StayEvent::Exited {
        act: act(post, "INM-0421", minutes),
        stay: Some(stay()),
        receipt: None,
    }
}

fn entered(minutes: i64) -> StayEvent {
    StayEvent::Entered {
        act: act("TAL", "INM-0417", minutes),
        entry: Entered {
            stay: stay(),
            card: number(),
            zone: "America/Mexico_City".into(),
            rule: "programa-2014".into(),
            leave_by: now().plus(3 * DAY),
            not_overstayed_until: now().plus(4 * DAY),
            states: Vec::new(),
            slip: paso_formats::number::SlipNumber::new("TAL".parse().unwrap(), [0; 5]),
            slip_text: String::new(),
            receipt: None,
        },
    }
}

fn of_card(events: &[CardEvent]) -> Vec<Contradiction> {
    let state = events.iter().fold(CardState::default(), CardState::apply);
    state.contradictions(number())
}

fn of_stays(events: &[StayEvent]) -> Vec<Contradiction> {
    let state = events.iter().fold(StaysState::default(), StaysState::apply);
    state.contradictions()
}

fn supervisor(minutes: i64) -> Act {
    act("TAL", "INM-0900", minutes)
}

fn say(known: &[Contradiction], which: Which, by: &Act) -> Result<Settling, SettleRefusal> {
    settle(known, which, Finding::NotFoundOut, " se preguntó ", by)
}

/// Which it is, whose, since which minute and of how many acts; and an act more that opens it again.
struct Case {
    what: &'static str,
    events: Vec<CardEvent>,
    found: Option<(CardConflict, &'static str, i64, usize)>,
    again: CardEvent,
}

fn cases() -> Vec<Case> {
    use CardConflict as C;
    let case = |what, events, found, again| Case {
        what,
        events,
        found,
        again,
    };
    vec![
        case(
            "two cards of one number",
            vec![issued("TAL", 0, "6BF"), issued("HID", 5, "6BG")],
            Some((C::IssuedTwice, "HID", 5, 2)),
            issued("CAB", 90, "6BH"),
        ),
        case(
            "the same fact twice",
            vec![issued("TAL", 0, "6BF"), issued("TAL", 0, "6BF")],
            None,
            issued("TAL", 0, "6BF"),
        ),
        case(
            "refused here, issued there",
            vec![refused("HID", 2), issued("TAL", 0, "6BF")],
            Some((C::IssuedAndRefused, "HID", 2, 2)),
            refused("CAB", 90),
        ),
        case(
            "an end of what nobody issued",
            vec![revoked("HID", 4)],
            Some((C::EndedWithoutIssue, "HID", 4, 1)),
            revoked("CAB", 90),
        ),
        case(
            "an end before its issue is heard of",
            vec![revoked("HID", 4), issued("TAL", 0, "6BF")],
            None,
            issued("TAL", 0, "6BF"),
        ),
        case(
            "another card under its number",
            vec![
                issued("TAL", 0, "6BF"),
                shown("HID", 3, "6BF", "valid"),
                shown("HID", 6, "NCF", "valid"),
            ],
            Some((C::NotAsIssued, "TAL", 6, 2)),
            shown("CAB", 90, "NCF", "valid"),
        ),
        case(
            "two cards of a number that nobody is known to have issued: its own letters say whose",
            vec![
                shown("HID", 3, "6BF", "valid"),
                shown("CAB", 6, "NCF", "valid"),
            ],
            Some((C::NotAsIssued, "TAL", 6, 2)),
            shown("CAB", 90, "NCF", "valid"),
        ),
        case(
            "used where its end was not known",
            vec![
                issued("TAL", 0, "6BF"),
                shown("HID", 1, "6BF", "valid"),
                revoked("TAL", 4),
                shown("HID", 6, "6BF", "bundle-old"),
            ],
            Some((C::UsedAfterEnd, "HID", 6, 2)),
            shown("CAB", 90, "6BF", "valid"),
        ),
        case(
            "left on a card that was known to be revoked",
            vec![
                issued("TAL", 0, "6BF"),
                revoked("TAL", 4),
                shown("HID", 6, "6BF", "revoked"),
            ],
            None,
            shown("CAB", 90, "6BF", "revoked"),
        ),
    ]
}

#[test]
fn what_arises_whose_it_is_how_it_is_settled_and_opens_again() {
    for case in cases() {
        for turn in 0..case.events.len() {
            let mut events = case.events.clone();
            events.rotate_left(turn);
            let what = format!("{}, {turn}", case.what);
            let found = of_card(&events);
            let Some((conflict, owner, minutes, sides)) = case.found else {
                assert_eq!(found, [], "{what}");
                events.push(case.again.clone());
                assert_eq!(of_card(&events), [], "{what}");
                continue;
            };
            let [one] = &found[..] else {
                panic!("{what}: {found:?}")
            };
            let which = Which::Card(conflict);
            let told = (one.which, one.owner.as_str(), one.since, one.sides.len());
            let since = now().plus(60 * minutes);
            assert_eq!(told, (which, owner, since, sides), "{what}");
            assert!(one.is_open(), "{what}");

            let act = supervisor(30);
            let settling = say(&found, which, &act).unwrap();
            assert_eq!(settling.words, "se preguntó");
            events.push(CardEvent::Settled { act, settling });
            let settled = of_card(&events);
            assert!(!settled[0].is_open(), "{what}");
            assert_eq!(settled[0].sides, one.sides, "nothing is edited: {what}");
            assert_eq!(settled[0].settled.len(), 1);
            let twice = say(&settled, which, &supervisor(31));
            assert_eq!(twice, Err(SettleRefusal::Already), "{what}");

            // One more act of the kind is a question of its own, and what was found stays.
            events.push(case.again.clone());
            let again = of_card(&events);
            assert!(again[0].is_open(), "{what}");
            assert_eq!(again[0].since, now().plus(90 * 60), "{what}");
            assert_eq!(again[0].settled.len(), 1, "{what}");
            let act = supervisor(100);
            let settling = say(&again, which, &act).unwrap();
            events.push(CardEvent::Settled { act, settling });
            assert!(!of_card(&events)[0].is_open(), "{what}");
        }
    }
}

#[test]
fn one_stay_that_ended_at_two_places() {
    let mut events = vec![entered(0), left("HID", 10), left("CAB", 12)];
    for turn in 0..events.len() {
        let mut events = events.clone();
        events.rotate_left(turn);
        let state = events.iter().fold(StaysState::default(), StaysState::apply);
        // The earlier exit counts, whichever is heard of first.
        let ending = Some(Ending::Exited {
            at: now().plus(600),
            post: "HID".parse().unwrap(),
        });
        assert_eq!(state.stays()[0].ending, ending, "{turn}");
        let found = state.contradictions();
        let told = (found[0].which, found[0].owner.as_str(), found[0].since);
        let which = Which::EndedTwice(stay());
        assert_eq!(told, (which, "CAB", now().plus(12 * 60)), "{turn}");
    }
    let act = supervisor(30);
    let settling = say(&of_stays(&events), Which::EndedTwice(stay()), &act).unwrap();
    events.push(StayEvent::Settled { act, settling });
    assert!(!of_stays(&events)[0].is_open());
    events.push(left("TAL", 40));
    assert!(of_stays(&events)[0].is_open());
    // Two open stays and a lone exit contest nothing.
    let lone = StayEvent::Exited {
        act: supervisor(1),
        stay: None,
        receipt: None,
    };
    assert_eq!(of_stays(&[lone]), []);
}

#[test]
fn what_is_refused_and_why() {
    let events = [
        issued("TAL", 0, "6BF"),
        revoked("TAL", 4),
        shown("HID", 6, "6BF", "valid"),
    ];
    let found = of_card(&events);
    let which = Which::Card(CardConflict::UsedAfterEnd);
    let other = Which::Card(CardConflict::NotAsIssued);
    let late = Finding::WordCameLate;
    let long = "x".repeat(MOST_WORDS + 1);
    let who = |officer| act("TAL", officer, 30);
    let table = [
        (other, late, "a", "INM-0900", Some(SettleRefusal::Nothing)),
        (which, late, "a", "INM-0777", Some(SettleRefusal::Party)),
        (which, late, "a", "INM-0420", Some(SettleRefusal::Party)),
        // Whoever issued the card said nothing of its end or its use.
        (which, late, "a", "INM-0417", None),
        (
            which,
            Finding::KeyAbused,
            "a",
            "INM-0900",
            Some(SettleRefusal::FindingDoesNotFit),
        ),
        (
            which,
            late,
            " \n",
            "INM-0900",
            Some(SettleRefusal::WordsMissing),
        ),
        (
            which,
            late,
            &long,
            "INM-0900",
            Some(SettleRefusal::WordsMissing),
        ),
        (which, late, "a", "INM-0900", None),
    ];
    for (which, finding, words, officer, refused) in table {
        let answer = settle(&found, which, finding, words, &who(officer));
        assert_eq!(answer.err(), refused, "{which} {finding:?} {officer}");
    }
    // Whoever signed the sheet that a colleague typed is party to it as well.
    let mut paper = act("HID", "INM-0001", 8);
    paper.late = Some(Late {
        recorded: now().plus(3_600),
        sheet: Batch::new("HID".parse().unwrap(), SheetKind::Crossing, [7; 4])
            .sheet(1)
            .unwrap(),
        signed: "INM-0555".parse().unwrap(),
    });
    let exit = StayEvent::Exited {
        act: paper,
        stay: Some(stay()),
        receipt: None,
    };
    let found = of_stays(&[left("TAL", 1), exit]);
    let which = Which::EndedTwice(stay());
    assert_eq!(
        say(&found, which, &who("INM-0555")),
        Err(SettleRefusal::Party)
    );
    assert!(say(&found, which, &who("INM-0900")).is_ok());
}

/// A settling of nothing, or twice, is a fact like any other: it is kept, and hides nothing.
#[test]
fn a_settling_of_nothing_hides_nothing() {
    let which = Which::Card(CardConflict::UsedAfterEnd);
    let nothing = |acts| CardEvent::Settled {
        act: supervisor(1),
        settling: Settling {
            which,
            acts,
            finding: Finding::NotFoundOut,
            words: "x".into(),
        },
    };
    assert_eq!(of_card(&[nothing(vec![])]), []);
    let mut events = vec![
        nothing(vec![]),
        nothing(vec![]),
        issued("TAL", 0, "6BF"),
        revoked("TAL", 4),
        shown("HID", 6, "6BF", "valid"),
    ];
    let found = of_card(&events);
    assert!(found[0].is_open());
    assert_eq!(found[0].settled.len(), 1, "the same fact twice is one");
    // One that speaks of some of the acts leaves the others open.
    events.push(nothing(vec![act("TAL", "INM-0777", 4)]));
    assert!(of_card(&events)[0].is_open());
}

#[test]
fn each_kind_has_findings_and_a_name_that_leads_back_to_it() {
    let cards = CardConflict::ALL.map(Which::Card);
    let all: Vec<_> = cards
        .into_iter()
        .chain([Which::EndedTwice(stay())])
        .collect();
    assert_eq!(
        all.iter().map(|one| one.code()).collect::<Vec<_>>(),
        Which::CODES
    );
    for which in all {
        assert_eq!(which.to_string().parse(), Ok(which));
        let fitting = Finding::ALL.into_iter().filter(|one| one.fits(which));
        assert!(fitting.count() > 2 || which.concerns_control(), "{which}");
    }
    // Written in journals: never changed.
    let text = "ended-twice.03030303030303030303030303030303";
    assert_eq!(Which::EndedTwice(stay()).to_string(), text);
    for strange in [
        "",
        "ended-twice",
        "ended-twice.",
        "two-open",
        "USED-AFTER-END",
    ] {
        assert_eq!(
            strange.parse::<Which>(),
            Err(NotAContradiction),
            "{strange}"
        );
    }
}

#[test]
fn the_day_by_which_it_is_due_is_dated_data() {
    let terms = Terms::shipped().unwrap();
    let key = Which::Card(CardConflict::NotAsIssued);
    assert_eq!(terms.due(key, now()), now().plus(DAY));
    let stay = Which::EndedTwice(stay());
    assert_eq!(terms.due(stay, now()), now().plus(7 * DAY));
    let row = |from: &str, days: u16| {
        format!(
            "[[row]]\nfrom = {from}\ndays = {days}\nkey_days = 1\nsourced = false\n\
             instrument = \"i\"\nsource = \"s\"\n"
        )
    };
    let two = Terms::load(&(row("2014-01-01", 3) + &row("2014-07-09", 9))).unwrap();
    assert_eq!(two.due(stay, now()), now().plus(3 * DAY));
    assert_eq!(two.due(stay, now().plus(DAY)), now().plus(10 * DAY));
    for bad in [
        String::new(),
        row("2014-01-01", 0),
        row("2014-01-01", 3) + &row("2014-01-01", 4),
    ] {
        assert!(Terms::load(&bad).is_err(), "{bad}");
    }
}

fn any_of_card() -> impl Strategy<Value = CardEvent> {
    let posts = prop_oneof![Just("TAL"), Just("HID")];
    let texts = prop_oneof![Just("6BF"), Just("NCF")];
    (posts, 0_i64..6, texts, 0_u8..5).prop_map(|(post, minutes, text, kind)| match kind {
        0 => issued(post, minutes, text),
        1 => refused(post, minutes),
        2 => revoked(post, minutes),
        3 => shown(post, minutes, text, "valid"),
        _ => CardEvent::Settled {
            act: supervisor(minutes),
            settling: Settling {
                which: Which::Card(CardConflict::UsedAfterEnd),
                acts: vec![
                    act(post, "INM-0420", minutes),
                    act(post, "INM-0777", minutes),
                ],
                finding: Finding::WordCameLate,
                words: text.into(),
            },
        },
    })
}

fn any_of_stays() -> impl Strategy<Value = StayEvent> {
    let posts = prop_oneof![Just("TAL"), Just("HID")];
    (posts, 0_i64..6, 0_u8..4).prop_map(|(post, minutes, kind)| match kind {
        0 => entered(0),
        1 => left(post, minutes),
        2 => StayEvent::ExitNotRecorded {
            act: act(post, "INM-0417", minutes),
            stay: stay(),
        },
        _ => StayEvent::Settled {
            act: supervisor(minutes),
            settling: Settling {
                which: Which::EndedTwice(stay()),
                acts: vec![act(post, "INM-0421", minutes)],
                finding: Finding::TwoAtOnce,
                words: "x".into(),
            },
        },
    })
}

proptest! {
    /// The same facts give the same contradictions, with the same owners, terms and answers, whichever
    /// arrives first, and however often.
    #[test]
    fn the_order_of_arrival_changes_nothing(
        (told, shuffled) in proptest::collection::vec(any_of_card(), 0..9)
            .prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
        again in any::<proptest::sample::Index>(),
    ) {
        let mut shuffled = shuffled;
        if !shuffled.is_empty() {
            shuffled.push(again.get(&shuffled).clone());
        }
        let fold = |events: &[CardEvent]| events.iter().fold(CardState::default(), CardState::apply);
        prop_assert_eq!(fold(&told), fold(&shuffled));
    }

    /// The same of stays.
    #[test]
    fn the_order_of_arrival_changes_no_stay(
        (told, shuffled) in proptest::collection::vec(any_of_stays(), 0..9)
            .prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
    ) {
        let fold = |events: &[StayEvent]| events.iter().fold(StaysState::default(), StaysState::apply);
        prop_assert_eq!(fold(&told), fold(&shuffled));
    }

    /// What is stored of a settling decodes to what was stored.
    #[test]
    fn a_settling_has_canonical_bytes(card in any_of_card(), stay in any_of_stays()) {
        for event in [Event::Card(card), Event::Stay(stay)] {
            let decoded = Event::decode(event.kind(), SCHEMA, &event.encode()).unwrap();
            prop_assert_eq!(&decoded, &event);
        }
    }
}
