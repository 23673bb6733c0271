//! Given a journal, what a review says of it.

use super::*;
use crate::{
    act::Act,
    custody::{Ending, EndingKind, Opening},
    id::OperationId,
};
use paso_formats::moment::{HOUR, MINUTE};

struct Ground {
    clocks: Clocks,
    crossings: Crossings,
}

impl Ground {
    fn new() -> Self {
        Self {
            clocks: Clocks::shipped().unwrap(),
            crossings: Crossings::southern_border().unwrap(),
        }
    }

    fn by(&self) -> By<'_> {
        By {
            clocks: &self.clocks,
            crossings: &self.crossings,
            home: StateCode::MEX,
            states: true,
        }
    }
}

fn act(who: &str, minutes: i64) -> Act {
    Act {
        at: "2026-03-02T15:00:00Z"
            .parse::<Moment>()
            .unwrap()
            .plus(minutes * MINUTE),
        post: "TAL".parse().unwrap(),
        officer: who.parse().unwrap(),
        late: None,
    }
}

fn opened(ordinal: u8, count: u16) -> CustodyEvent {
    let act = act("INM-A", 0);
    let opening = Opening {
        operation: OperationId::from_random([7; 16]),
        ordinal: ordinal.into(),
        count,
        person: PersonId::from_random([ordinal; 16]),
        handle: [ordinal; 16],
        taken_at: act.at,
        taken_where: "km 20".into(),
        vehicle: String::new(),
        unit: "grupo Talismán".into(),
        ordered_by: String::new(),
        basis: "art. 98".into(),
        reason: "sin documento".into(),
        secret: None,
        receipt: None,
        phone: None,
    };
    CustodyEvent::Opened { act, opening }
}

fn released(who: &str, minutes: i64) -> CustodyEvent {
    CustodyEvent::Ended {
        act: act(who, minutes),
        ending: Ending {
            kind: EndingKind::Returned,
            evidence: "acta 7".into(),
            to: "GTM".into(),
        },
        receipt: None,
    }
}

fn id(ordinal: u8) -> EpisodeId {
    EpisodeId::from_random([ordinal; 16])
}

/// What was stated, as the one row says or as the facts say.
#[derive(Clone, Copy)]
enum Statements {
    Honest,
    None,
    OfTheFirst,
}

/// Reviews facts as one device wrote them, each in the minute in which it happened.
fn reviewed(facts: &[(u8, CustodyEvent)], statements: Statements, signer: &str) -> Vec<String> {
    let ground = Ground::new();
    let mut review = Review::new(ground.by());
    let mut known: BTreeMap<EpisodeId, EpisodeState> = BTreeMap::new();
    let mut first = None;
    for (position, (ordinal, fact)) in (1..).zip(facts) {
        let episode = id(*ordinal);
        let before = known.remove(&episode).unwrap_or_default();
        let honest = review.expected(&before, fact);
        first = first.or_else(|| honest.clone());
        let said = match statements {
            Statements::Honest => honest.clone(),
            Statements::None => None,
            Statements::OfTheFirst => first.clone(),
        };
        let state = before.apply(fact);
        let version = facts[..position]
            .iter()
            .filter(|(of, _)| of == ordinal)
            .count();
        let _ = known.insert(episode, state);
        review.take(&ReviewRow {
            position: position as u64,
            episode,
            version: version as u64,
            read: Read::Fact(fact),
            said: said.map_or(Said::Nothing, Said::Told),
            signer: Some(signer),
            written: Some((StreamId::from_random([1; 16]), Minute::of(fact.act().at))),
        });
    }
    let end = review.end(act("INM-A", 60).at);
    let mut codes: Vec<_> = end
        .findings
        .iter()
        .filter(|found| found.grade != Grade::Noted)
        .map(ReviewFinding::code)
        .collect();
    codes.dedup();
    codes
}

#[test]
fn what_fits_is_not_found_and_what_does_not_is_named() {
    let whole = [
        (1, opened(1, 2)),
        (2, opened(2, 2)),
        (1, released("INM-A", 20)),
    ];
    let hole = [(1, opened(1, 2)), (1, released("INM-A", 20))];
    let stranger = [(1, opened(1, 1)), (1, released("INM-B", 20))];
    let headless = [(1, released("INM-A", 20))];
    let back = [(1, opened(1, 1)), (1, released("INM-A", -20))];
    let none: [&str; 0] = [];
    for (facts, statements, signer, expected) in [
        (&whole[..], Statements::Honest, "INM-A", &none[..]),
        (&hole, Statements::Honest, "INM-A", &["count"]),
        (&whole, Statements::None, "INM-A", &["statement-missing"]),
        (
            &whole,
            Statements::OfTheFirst,
            "INM-A",
            &["statement-differs"],
        ),
        (&whole, Statements::Honest, "INM-B", &["signed-by-another"]),
        (&back, Statements::Honest, "INM-A", &["clock-back"]),
        (
            &stranger,
            Statements::Honest,
            "INM-A",
            &["signed-by-another", "disputed", "misfit-ended-by-another"],
        ),
        (
            &headless,
            Statements::Honest,
            "INM-A",
            &["misfit-not-opened"],
        ),
    ] {
        assert_eq!(reviewed(facts, statements, signer), expected);
    }
}

#[test]
fn a_row_that_does_not_open_is_told_unless_two_signed_its_erasure() {
    let ground = Ground::new();
    for erased in [false, true] {
        let mut review = Review::new(ground.by());
        review.take(&ReviewRow {
            position: 1,
            episode: id(1),
            version: 1,
            read: Read::Unreadable,
            said: Said::Sealed,
            signer: None,
            written: None,
        });
        if erased {
            review.erases(id(1));
        }
        assert_eq!(review.end(act("INM-A", 0).at).is_clean(), erased);
    }
}

#[test]
fn a_clock_that_ran_out_waits_until_it_is_met_and_is_on_record_after() {
    let ground = Ground::new();
    let open = [opened(1, 1)];
    let closed = [opened(1, 1), released("INM-A", 40 * 60)];
    for (facts, waits) in [(&open[..], true), (&closed[..], false)] {
        let mut review = Review::new(ground.by());
        for (version, fact) in (1..).zip(facts) {
            review.take(&ReviewRow {
                position: version,
                episode: id(1),
                version,
                read: Read::Fact(fact),
                said: Said::Sealed,
                signer: None,
                written: None,
            });
        }
        let end = review.end(act("INM-A", 0).at.plus(50 * HOUR));
        let control = end
            .findings
            .iter()
            .find(|found| found.code() == "overdue-control");
        assert_eq!(control.unwrap().grade == Grade::Waits, waits);
    }
}
