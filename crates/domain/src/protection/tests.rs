//! Given a history, when a command, then an event or a refusal; and any history gives a state.

use super::*;
use crate::{
    act::Act,
    custody::Clocks,
    event::{Event, SCHEMA},
};
use jiff::civil::{Date, date};
use paso_formats::{field::StateCode, moment::Moment};
use proptest::prelude::*;
use std::collections::BTreeSet;

const GTM: StateCode = StateCode::GTM;
const HND: StateCode = StateCode::HND;

fn act(seconds: i64) -> Act {
    let noon: Moment = "2014-10-25T18:00:00Z".parse().unwrap();
    Act {
        at: noon.plus(seconds),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn today() -> Date {
    date(2014, 10, 25)
}

fn of() -> NoticeOf {
    NoticeOf {
        name: "María Xitumul".into(),
        birth: "1990-05-31".parse().unwrap(),
    }
}

fn screened(at: i64, answers: &[Answer]) -> ProtectionEvent {
    ProtectionEvent::Screened {
        act: act(at),
        answers: answers
            .iter()
            .map(|answer| Referral {
                answer: *answer,
                to: answer.receiver(),
            })
            .collect(),
    }
}

fn claim(at: i64) -> ProtectionEvent {
    ProtectionEvent::ClaimNotified { act: act(at) }
}

fn ended(at: i64, flag: FlagAfter) -> ProtectionEvent {
    ProtectionEvent::ClaimEnded { act: act(at), flag }
}

fn consent(at: i64, to: StateCode, by: Consenting) -> ProtectionEvent {
    ProtectionEvent::ConsentGiven {
        act: act(at),
        to,
        by,
        evidence: "Escrito firmado, folio 12".into(),
    }
}

fn notice(at: i64, to: StateCode, channel: Channel) -> ProtectionEvent {
    ProtectionEvent::NoticeGiven {
        act: act(at),
        to,
        channel,
        of: of(),
        note: String::new(),
    }
}

fn received(at: i64, to: StateCode) -> ProtectionEvent {
    ProtectionEvent::NoticeReceived { act: act(at), to }
}

fn after(events: &[ProtectionEvent]) -> ProtectionState {
    events
        .iter()
        .fold(ProtectionState::default(), ProtectionState::apply)
}

fn tell(to: StateCode) -> ProtectionCommand {
    ProtectionCommand::GiveNotice {
        to,
        of: of(),
        claimed: vec![GTM, HND],
    }
}

fn ask(
    history: &[ProtectionEvent],
    command: ProtectionCommand,
) -> Result<ProtectionEvent, ProtectionRefusal> {
    decide(&after(history), command, act(1_000))
}

/// Facts D.4: screening first; held while a claim stands; lifted by evidenced consent alone.
#[test]
fn when_a_consulate_may_be_told() {
    use Answer::{ChildOrMayBe, FearsReturn, NoneStated, VictimOfCrime};
    use Consenting::{Person, Representative};
    use ProtectionRefusal::{NoticeBeforeScreening, NoticeGivenAlready, NoticeHeld};
    let none = screened(0, &[NoneStated]);
    let fears = screened(0, &[FearsReturn]);
    let child = screened(0, &[ChildOrMayBe]);
    let cases: [(&str, Vec<ProtectionEvent>, Option<ProtectionRefusal>); 20] = [
        ("nothing asked yet", vec![], Some(NoticeBeforeScreening)),
        (
            "a claim and no screening",
            vec![claim(0)],
            Some(NoticeBeforeScreening),
        ),
        ("nothing stated", vec![none.clone()], None),
        ("a victim", vec![screened(0, &[VictimOfCrime])], None),
        ("a child", vec![child.clone()], None),
        ("fear alone holds", vec![fears.clone()], Some(NoticeHeld)),
        (
            "fear stated at the second asking",
            vec![none.clone(), screened(5, &[FearsReturn])],
            Some(NoticeHeld),
        ),
        ("a claim", vec![none.clone(), claim(5)], Some(NoticeHeld)),
        (
            "a claim and consent",
            vec![none.clone(), claim(5), consent(9, GTM, Person)],
            None,
        ),
        (
            "consent to another state's consulate",
            vec![none.clone(), claim(5), consent(9, HND, Person)],
            Some(NoticeHeld),
        ),
        (
            "consent before the claim was made",
            vec![none.clone(), consent(3, GTM, Person), claim(5)],
            Some(NoticeHeld),
        ),
        (
            "consent, then a second claim",
            vec![none.clone(), claim(5), consent(9, GTM, Person), claim(12)],
            Some(NoticeHeld),
        ),
        (
            "a child's own consent",
            vec![child.clone(), claim(5), consent(9, GTM, Person)],
            Some(NoticeHeld),
        ),
        (
            "a child's representative's",
            vec![child.clone(), claim(5), consent(9, GTM, Representative)],
            None,
        ),
        (
            "consent of somebody found to be a child afterwards",
            vec![
                none.clone(),
                claim(5),
                consent(9, GTM, Person),
                screened(12, &[ChildOrMayBe]),
            ],
            Some(NoticeHeld),
        ),
        (
            "protection goes on after the claim",
            vec![none.clone(), claim(5), ended(9, FlagAfter::Stays)],
            Some(NoticeHeld),
        ),
        (
            "the claim has ended",
            vec![none.clone(), claim(5), ended(9, FlagAfter::Lifted)],
            None,
        ),
        (
            "fear that refuge found to stand no more",
            vec![fears, ended(9, FlagAfter::Lifted)],
            None,
        ),
        (
            "told already",
            vec![none.clone(), notice(5, GTM, Channel::Here)],
            Some(NoticeGivenAlready),
        ),
        (
            "told by telephone, not yet here",
            vec![none, notice(5, GTM, Channel::Elsewhere)],
            None,
        ),
    ];
    for (case, history, refused) in cases {
        assert_eq!(ask(&history, tell(GTM)).err(), refused, "{case}");
    }
}

#[test]
fn a_consulate_of_another_nationality_is_not_told() {
    let history = [screened(0, &[Answer::NoneStated])];
    let told = ask(
        &history,
        ProtectionCommand::GiveNotice {
            to: StateCode::SLV,
            of: of(),
            claimed: vec![GTM],
        },
    );
    assert_eq!(told, Err(ProtectionRefusal::NoticeNotTheirState));
}

/// Answers, date of birth, and what is recorded.
type Asked<'a> = (
    &'a [Answer],
    Option<&'a str>,
    Result<&'a [Answer], ProtectionRefusal>,
);

/// Every answer has its referral, which nobody can leave out; doubt about age means child.
#[test]
fn every_answer_is_referred() {
    use Answer::{ChildOrMayBe, FearsReturn, NoneStated, VictimOfCrime};
    let adult = Some("1990-05-31");
    let cases: [Asked<'_>; 8] = [
        (&[NoneStated], adult, Ok(&[NoneStated])),
        (
            &[FearsReturn, VictimOfCrime],
            adult,
            Ok(&[FearsReturn, VictimOfCrime]),
        ),
        (&[ChildOrMayBe], adult, Ok(&[ChildOrMayBe])),
        (
            &[NoneStated],
            Some("2000-01-01"),
            Ok(&[ChildOrMayBe, NoneStated]),
        ),
        (&[NoneStated], Some("1996"), Ok(&[ChildOrMayBe, NoneStated])),
        (&[NoneStated], None, Ok(&[ChildOrMayBe, NoneStated])),
        (&[], adult, Err(ProtectionRefusal::ScreeningUnanswered)),
        (
            &[NoneStated, FearsReturn],
            adult,
            Err(ProtectionRefusal::ScreeningContradicts),
        ),
    ];
    for (answers, birth, expected) in cases {
        let asked = ask(
            &[],
            ProtectionCommand::Screen {
                answers: answers.iter().copied().collect(),
                birth: birth.map(|birth| birth.parse().unwrap()),
                on: today(),
            },
        );
        match (asked, expected) {
            (Ok(ProtectionEvent::Screened { answers, .. }), Ok(expected)) => {
                let found: Vec<_> = answers.iter().map(|referral| referral.answer).collect();
                assert_eq!(found, expected, "{birth:?}");
                for referral in answers {
                    assert_eq!(referral.to, referral.answer.receiver());
                    assert_eq!(referral.to.is_none(), referral.answer == NoneStated);
                }
            }
            (asked, expected) => assert_eq!(asked.err(), expected.err(), "{answers:?} {birth:?}"),
        }
    }
}

/// What happened against the rules is kept with its breach, whenever it becomes known.
/// A referral is acknowledged by whom it was for, once, and by nobody to whom none was made; a receipt
/// told before its referral is still its receipt.
#[test]
fn a_referral_waits_until_its_receiver_has_it() {
    use Receiver::{ChildProtection, Prosecutor};
    let taken = |at, receiver| ProtectionEvent::ReferralReceived {
        act: act(at),
        receiver,
    };
    let told = [screened(0, &[Answer::ChildOrMayBe])];
    let known = [told[0].clone(), taken(5, ChildProtection)];
    let none = Err(ProtectionRefusal::NoReferral);
    for (history, by, expected) in [
        (&[][..], ChildProtection, none.clone()),
        (&told[..], Prosecutor, none.clone()),
        (&told[..], ChildProtection, Ok(taken(9, ChildProtection))),
        (&known[..], ChildProtection, none),
    ] {
        let command = ProtectionCommand::ReceiveReferral { by };
        assert_eq!(decide(&after(history), command, act(9)), expected);
    }
    let clocks = crate::custody::Clocks::shipped().unwrap();
    let [late, early] = [&known[..], &[known[1].clone(), known[0].clone()][..]].map(after);
    assert_eq!(late.referrals(), early.referrals());
    let clock = |state: &ProtectionState| clock(&state.referrals()[0], &clocks, today()).unwrap();
    assert_eq!(clock(&late).met, Some(act(5).at));
    let due = clock(&after(&told));
    assert_eq!((due.met, due.due), (None, act(30 * 60).at));
    // That a fear was stated shows in no clock.
    let fears = after(&[screened(0, &[Answer::FearsReturn])]);
    assert_eq!(super::clock(&fears.referrals()[0], &clocks, today()), None);
}

#[test]
fn breaches_are_facts() {
    use Breach::{NoticeAgainstFlag, NoticeBeforeScreening};
    let none = || screened(0, &[Answer::NoneStated]);
    let outside = |at| notice(at, GTM, Channel::Elsewhere);
    let cases: [(&str, Vec<ProtectionEvent>, Vec<Breach>); 6] = [
        ("in order", vec![none(), outside(5)], vec![]),
        (
            "before screening",
            vec![outside(5)],
            vec![NoticeBeforeScreening],
        ),
        (
            "the screening came later",
            vec![outside(5), screened(9, &[Answer::NoneStated])],
            vec![NoticeBeforeScreening],
        ),
        (
            "against the flag",
            vec![none(), claim(3), outside(5)],
            vec![NoticeAgainstFlag],
        ),
        (
            "against a claim that is told afterwards",
            vec![none(), outside(5), claim(3)],
            vec![NoticeAgainstFlag],
        ),
        (
            "both",
            vec![claim(3), outside(5)],
            vec![NoticeBeforeScreening, NoticeAgainstFlag],
        ),
    ];
    for (case, history, expected) in cases {
        let found: Vec<_> = after(&history)
            .breaches()
            .into_iter()
            .map(|b| b.1)
            .collect();
        assert_eq!(found, expected, "{case}");
    }
    // Said afterwards, it is taken, flag or not.
    let report = ProtectionCommand::ReportNotice {
        to: GTM,
        of: of(),
        note: "Llamada de la estación".into(),
    };
    assert!(ask(&[claim(3)], report).is_ok());
}

/// What a consulate sees tells nothing of a claim: neither a row that comes nor one that goes.
#[test]
fn a_claim_neither_shows_nor_hides_a_notice_received() {
    let none = || screened(0, &[Answer::NoneStated]);
    let here = || notice(5, GTM, Channel::Here);
    let told = after(&[none(), here()]);
    assert!(told.waits_for(GTM) && told.received_by(GTM).is_empty());
    assert!(!told.waits_for(HND));
    let claimed_first = told.clone().apply(&claim(7));
    assert!(!claimed_first.waits_for(GTM) && claimed_first.received_by(GTM).is_empty());
    let taken = told.apply(&received(6, GTM));
    let seen = taken.received_by(GTM);
    assert_eq!(seen.len(), 1);
    assert_eq!(taken.apply(&claim(7)).received_by(GTM), seen);
    // What was told by telephone is on no page of the consulate's.
    let elsewhere = after(&[none(), notice(5, GTM, Channel::Elsewhere), received(6, GTM)]);
    assert!(!elsewhere.waits_for(GTM) && elsewhere.received_by(GTM).is_empty());
}

#[test]
fn the_other_refusals() {
    let no = |history: &[ProtectionEvent], command| ask(history, command).unwrap_err();
    let consent = |by, evidence: &str| ProtectionCommand::Consent {
        to: GTM,
        by,
        evidence: evidence.into(),
    };
    let lift = || ProtectionCommand::EndClaim {
        flag: FlagAfter::Lifted,
    };
    assert_eq!(
        no(&[claim(0)], ProtectionCommand::NotifyClaim),
        ProtectionRefusal::ClaimStands
    );
    assert_eq!(no(&[], lift()), ProtectionRefusal::NoClaim);
    for evidence in ["", "  ", &"x".repeat(TEXT_MAX + 1)] {
        assert_eq!(
            no(&[], consent(Consenting::Person, evidence)),
            ProtectionRefusal::ConsentUnevidenced
        );
    }
    assert_eq!(
        no(
            &[screened(0, &[Answer::ChildOrMayBe])],
            consent(Consenting::Person, "Escrito")
        ),
        ProtectionRefusal::ConsentOfChild
    );
    assert_eq!(
        no(
            &[],
            ProtectionCommand::ReportNotice {
                to: GTM,
                of: of(),
                note: " ".into()
            }
        ),
        ProtectionRefusal::NoticeUntold
    );
    assert_eq!(
        no(&[], ProtectionCommand::ReceiveNotices { by: GTM }),
        ProtectionRefusal::NothingToReceive
    );
    let codes: BTreeSet<_> = ProtectionRefusal::ALL.map(ProtectionRefusal::code).into();
    assert_eq!(codes.len(), ProtectionRefusal::ALL.len());
}

/// The duty for children, its dates, and the prohibition that goes before it.
#[test]
fn the_duty_towards_a_childs_consulate() {
    let none = || screened(0, &[Answer::NoneStated]);
    let cases: [(&str, Vec<ProtectionEvent>, bool, Date, Duty); 7] = [
        ("an adult", vec![none()], false, today(), Duty::None),
        ("a child", vec![none()], true, today(), Duty::Owed),
        ("a child not yet asked", vec![], true, today(), Duty::Owed),
        (
            "a child who claims",
            vec![none(), claim(5)],
            true,
            today(),
            Duty::Held,
        ),
        (
            "done",
            vec![none(), notice(5, GTM, Channel::Here)],
            true,
            today(),
            Duty::Done,
        ),
        ("before 2013", vec![], true, date(2013, 6, 4), Duty::None),
        ("after 2020", vec![], true, date(2020, 11, 11), Duty::None),
    ];
    for (case, history, child, on, expected) in cases {
        assert_eq!(duty(&after(&history), GTM, child, on), expected, "{case}");
    }
}

/// The clock of a notice: from the screening, never before it; none while it is held, and none for
/// whom nobody owes one.
#[test]
fn a_notice_has_a_clock_from_the_screening_on_and_none_while_it_is_held() {
    let rules = Clocks::shipped().unwrap();
    let none = || screened(10, &[Answer::NoneStated]);
    let fears = || screened(10, &[Answer::FearsReturn]);
    let told = || notice(500, GTM, Channel::Here);
    let at = act(10).at;
    let day = 86_400;
    let cases = [
        ("not screened", vec![], true, today(), None),
        ("screened", vec![none()], true, today(), Some(None)),
        ("told", vec![none(), told()], true, today(), Some(Some(490))),
        ("a claimant", vec![fears()], true, today(), None),
        ("a claim", vec![none(), claim(20)], true, today(), None),
        (
            "consent by a representative",
            vec![fears(), consent(20, GTM, Consenting::Representative)],
            true,
            today(),
            Some(None),
        ),
        ("no child", vec![none()], false, today(), None),
        ("after 2020", vec![none()], true, date(2020, 11, 11), None),
    ];
    for (case, history, child, on, expected) in cases {
        let clocks = notice_clocks(&after(&history), [GTM], child, &rules, on);
        let met = clocks
            .first()
            .map(|clock| clock.met.map(|met| met.since(at)));
        assert_eq!(met, expected, "{case}");
        let lengths = clocks.iter().map(|clock| clock.due.since(clock.from));
        assert!(lengths.into_iter().all(|length| length == day), "{case}");
    }
}

/// From outside all that happens to a person's protection looks alike.
#[test]
fn sealed_rows_do_not_tell_a_claim_from_a_screening() {
    let all = [
        screened(0, &Answer::ALL),
        claim(0),
        ended(0, FlagAfter::Stays),
        consent(0, GTM, Consenting::Representative),
        notice(0, GTM, Channel::Here),
        received(0, GTM),
    ];
    let mut names = BTreeSet::new();
    for event in all {
        names.insert(event.name());
        let stored = Event::Protection(event);
        assert_eq!(stored.kind(), "protection.noted");
        let body = stored.encode();
        assert_eq!(body.len(), 512);
        assert_eq!(Event::decode(stored.kind(), SCHEMA, &body).unwrap(), stored);
        for wrong in [&body[..511], &[&body[..], &[0]].concat(), &{
            let mut filled = body.clone();
            filled[511] = 1;
            filled
        }] {
            assert!(Event::decode(stored.kind(), SCHEMA, wrong).is_err());
        }
    }
    assert_eq!(names.len(), 6);
}

fn any_event() -> impl Strategy<Value = ProtectionEvent> {
    let state = prop_oneof![Just(GTM), Just(HND)];
    (0..9_u8, 0..100_i64, state).prop_map(|(what, at, to)| match what {
        0 => screened(at, &[Answer::FearsReturn]),
        1 => screened(at, &[Answer::ChildOrMayBe, Answer::VictimOfCrime]),
        2 => claim(at),
        3 => ended(at, FlagAfter::Stays),
        4 => ended(at, FlagAfter::Lifted),
        5 => consent(at, to, Consenting::Person),
        6 => notice(at, to, Channel::Here),
        7 => notice(at, to, Channel::Elsewhere),
        _ => received(at, to),
    })
}

proptest! {
    /// No command gives a notice here while the flag stands without consent, or before a
    /// screening, whatever went before.
    #[test]
    fn no_history_lets_a_forbidden_notice_through(history in prop::collection::vec(any_event(), 0..12)) {
        let state = after(&history);
        if ask(&history, tell(GTM)).is_ok() {
            prop_assert!(state.screened().is_some());
            prop_assert!(!state.held(GTM));
            let told = state.clone().apply(&notice(1_000, GTM, Channel::Here));
            prop_assert_eq!(told.breaches(), state.breaches());
        }
        if state.claim() {
            prop_assert!(state.flag());
        }
    }

    /// Facts of different moments give one state in any order of arrival.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        history in prop::collection::vec(any_event(), 0..10),
        order in prop::collection::vec(any::<prop::sample::Index>(), 10),
    ) {
        let mut seen = BTreeSet::new();
        let apart: Vec<_> = history
            .into_iter()
            .filter(|event| seen.insert(event.act().at))
            .collect();
        let mut mixed = apart.clone();
        for (from, to) in order.iter().enumerate() {
            if from < mixed.len() {
                let to = to.index(mixed.len());
                mixed.swap(from, to);
            }
        }
        prop_assert_eq!(after(&apart), after(&mixed));
    }
}
