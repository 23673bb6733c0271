//! Custody out of statements alone: what a state is made of, what is named as not fitting, and what a
//! head-count comes to.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use paso_formats::{
    entry::{Minute, StreamId},
    moment::{DAY, HOUR, Moment},
    statement::{Kind, Place, Statement},
};
use paso_veedor::custody::{
    Stands, Told,
    board::Board,
    count::{Committed, Verdict, Visit, reckon},
    episode::{Contradiction, fold},
    summary::Summary,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const START: i64 = 1_790_035_200;

fn place(code: &str) -> Place {
    code.parse().unwrap()
}

fn at(hour: i64) -> Moment {
    Moment::from_unix(START + hour * HOUR)
}

/// A statement about an episode, at an hour, recorded in that hour by one device.
fn told(number: u64, episode: u8, kind: Kind, hour: i64, code: &str, due: Option<i64>) -> Told {
    Told {
        statement: Statement {
            episode: [episode; 16],
            group: (kind == Kind::Opened).then_some([99; 16]),
            place: place(code),
            kind,
            at: at(hour),
            due: due.map(at),
        },
        stands: Stands {
            label: "2026".parse().unwrap(),
            place: number,
            stream: StreamId::from_random([1; 16]),
            sequence: number,
            recorded: Minute::of(at(hour)),
        },
    }
}

/// One person from the road to the station, offered, accepted, let go; another who stays.
fn story() -> Vec<Told> {
    vec![
        told(1, 1, Kind::Opened, 0, "ROAD", Some(2)),
        told(2, 2, Kind::Opened, 0, "ROAD", Some(2)),
        told(3, 1, Kind::Clock, 1, "ROAD", Some(36)),
        told(4, 1, Kind::Moved, 2, "EM-1", Some(36)),
        told(5, 1, Kind::Offered, 3, "EM-1", Some(4)),
        told(6, 1, Kind::HandedOver, 4, "EM-2", Some(36)),
        told(7, 1, Kind::Ended, 30, "EM-2", None),
    ]
}

#[test]
fn a_board_is_in_minus_out_and_every_clock() {
    // At which hour, and per place: in, out, present, overdue; then clocks run out in all.
    let road = |out, present, overdue| ("ROAD", [2, out, present, overdue]);
    let table = [
        (0, vec![road(0, 2, 0)], 0),
        (2, vec![road(1, 1, 0), ("EM-1", [1, 0, 1, 0])], 0),
        (3, vec![road(1, 1, 1), ("EM-1", [1, 0, 1, 0])], 1),
        (
            4,
            vec![
                road(1, 1, 1),
                ("EM-1", [1, 1, 0, 0]),
                ("EM-2", [1, 0, 1, 0]),
            ],
            1,
        ),
        (
            31,
            vec![
                road(1, 1, 1),
                ("EM-1", [1, 1, 0, 0]),
                ("EM-2", [1, 1, 0, 0]),
            ],
            1,
        ),
    ];
    for (hour, places, overdue) in table {
        let board = Board::at(&story(), at(hour));
        let rows: BTreeMap<Place, [u64; 4]> = board
            .places
            .iter()
            .map(|(place, row)| {
                let present = row.present.len() as u64;
                (place.clone(), [row.entered, row.left, present, row.overdue])
            })
            .collect();
        let expected = places.into_iter().map(|(code, row)| (place(code), row));
        assert_eq!(rows, expected.collect(), "{hour}");
        assert_eq!(board.overdue(), overdue, "{hour}");
        assert_eq!(board.found, [], "{hour}");
    }
    let board = Board::at(&story(), at(3));
    assert_eq!(board.places[&place("EM-1")].offered, 1);
    assert_eq!(board.places[&place("ROAD")].oldest, Some(at(2)));
}

#[test]
fn what_does_not_fit_is_named_where_it_stands() {
    use Contradiction as C;
    let twice = {
        let mut row = told(9, 1, Kind::Opened, 0, "ROAD", Some(2));
        row.stands.sequence = 9;
        row
    };
    let ahead = {
        let mut row = told(9, 2, Kind::Clock, 40, "ROAD", None);
        row.stands.recorded = Minute::of(at(31));
        row
    };
    let back = {
        let mut row = told(9, 2, Kind::Clock, 1, "ROAD", None);
        row.stands.recorded = Minute::of(at(1));
        row
    };
    let table = [
        (twice, C::Repeated),
        (told(9, 1, Kind::Opened, 31, "ROAD", None), C::OpenedTwice),
        (told(9, 3, Kind::Moved, 31, "EM-1", None), C::NeverOpened),
        (told(9, 1, Kind::Ended, 31, "EM-2", None), C::EndedTwice),
        (
            told(9, 1, Kind::HandedOver, 31, "EM-3", None),
            C::HandedOverAfterEnd,
        ),
        (told(9, 1, Kind::Moved, 31, "EM-3", None), C::AfterEnd),
        (ahead, C::Ahead),
        (back, C::Backwards),
    ];
    for (row, expected) in table {
        let mut rows = story();
        let stands = row.stands;
        rows.push(row);
        let (_, found) = fold(&rows);
        let named: Vec<_> = found.iter().map(|found| found.what).collect();
        // Recorded by the same device after the last of the story: an hour before it is backwards too.
        assert!(named.contains(&expected), "{expected:?}: {named:?}");
        assert!(
            found.iter().all(|found| found.stands == stands),
            "{found:?}"
        );
    }
    let early = vec![
        told(1, 1, Kind::Moved, 0, "EM-1", None),
        told(2, 1, Kind::Opened, 1, "ROAD", None),
    ];
    assert_eq!(fold(&early).1[0].what, C::BeforeOpening);
}

#[test]
fn who_is_not_found_is_still_answered_for() {
    let mut rows = story();
    rows.truncate(4);
    rows.push(told(5, 1, Kind::NotFound, 5, "EM-1", Some(6)));
    let row = Board::at(&rows, at(7)).places[&place("EM-1")].clone();
    assert_eq!((row.present.len(), row.not_found, row.overdue), (1, 1, 1));
}

#[test]
fn a_release_on_paper_written_down_next_morning_is_no_contradiction() {
    let mut late = told(8, 2, Kind::Ended, 10, "ROAD", None);
    late.stands.recorded = Minute::of(at(31));
    let mut rows = story();
    rows.push(late);
    assert_eq!(fold(&rows).1, []);
}

#[test]
fn an_ending_that_did_not_hold_is_undone_and_who_returns_is_counted_once() {
    let mut rows = story();
    rows.push(told(8, 1, Kind::Resumed, 31, "EM-2", Some(60)));
    let board = Board::at(&rows, at(32));
    assert_eq!(board.found, []);
    let row = &board.places[&place("EM-2")];
    assert_eq!((row.entered, row.left, row.present.len()), (1, 0, 1));
}

#[test]
fn what_one_device_says_later_is_said_knowing_what_it_said_before() {
    // A late fact about an earlier hour, after which the person turns out to be elsewhere.
    let mut rows = story();
    rows.truncate(6);
    let mut late = told(8, 1, Kind::HandedOver, 3, "EM-1", Some(60));
    late.stands.recorded = Minute::of(at(5));
    rows.push(late);
    let board = Board::at(&rows, at(40));
    assert_eq!(
        (board.present(&place("EM-1")).len(), board.found.len()),
        (1, 0)
    );
    // The same from a device that had not heard of the handover at the fourth hour.
    let row = rows.last_mut().unwrap();
    row.stands.stream = StreamId::from_random([2; 16]);
    let board = Board::at(&rows, at(40));
    assert_eq!(
        (board.present(&place("EM-2")).len(), board.found.len()),
        (1, 0)
    );
}

fn visit(counted: u32, named: &[u8]) -> Visit {
    Visit {
        place: place("ROAD"),
        at: at(1),
        counted,
        named: named.iter().map(|episode| [*episode; 16]).collect(),
    }
}

fn committed(size: u64) -> Committed {
    Committed {
        sizes: BTreeMap::from([("2026".parse().unwrap(), size)]),
        published: Some(at(1)),
        complete: None,
    }
}

#[test]
fn a_count_is_held_against_what_stood_before_the_visit() {
    // Size of the published head, counted, whose receipts; verdict and rows that came late.
    let table: [(u64, u32, &[u8], Verdict, usize); 8] = [
        (4, 2, &[], Verdict::Agrees, 0),
        (4, 2, &[1, 2], Verdict::Agrees, 0),
        (4, 2, &[1, 7], Verdict::Others(1), 0),
        (4, 5, &[], Verdict::TooMany(3), 0),
        (4, 0, &[], Verdict::Missing(2), 0),
        // The second opening says an hour before the visit, and came into the log after it.
        (2, 2, &[], Verdict::CommittedLate(1), 2),
        (2, 3, &[], Verdict::TooMany(2), 2),
        (0, 2, &[], Verdict::CommittedLate(2), 3),
    ];
    for (size, counted, named, verdict, late) in table {
        let found = reckon(&story(), &committed(size), &visit(counted, named));
        assert_eq!(found.verdict, verdict, "{size} {counted}");
        assert_eq!(found.late.len(), late, "{size} {counted}");
        assert_eq!(found.entered - found.left, u64::from(found.present));
        assert!(!found.blind);
    }
    let mut unseen = committed(2);
    unseen.published = Some(at(0));
    assert!(reckon(&story(), &unseen, &visit(2, &[])).blind);
}

#[test]
fn everybody_is_shown_whole_days_of_a_whole_authority_and_nothing_finer() {
    let board = Board::at(&story(), at(24 + 20));
    let summary = Summary::of("MX-INM", &board, 1);
    let begins: Vec<i64> = summary.days.iter().map(|day| day.begins).collect();
    let today = at(44).unix() / DAY * DAY;
    assert_eq!(begins, [today - DAY, today - 2 * DAY][..begins.len()]);
    let first = summary.days.last().unwrap();
    assert_eq!((first.opened, first.ended, first.present), (2, 0, 2));
    assert_eq!((summary.overdue, summary.discrepancies), (1, 1));
    let text = serde_json::to_string(&summary).unwrap();
    for secret in ["ROAD", "EM-1", "0101"] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn any_told() -> impl Strategy<Value = Told> {
    (
        1_u64..40,
        0_u8..4,
        0_usize..Kind::ALL.len(),
        0_i64..50,
        0_usize..3,
        any::<bool>(),
    )
        .prop_map(|(number, episode, kind, hour, code, due)| {
            let code = ["ROAD", "EM-1", "EM-2"][code];
            let due = due.then_some(hour + 3);
            told(number, episode, Kind::ALL[kind], hour, code, due)
        })
}

proptest! {
    #[test]
    fn any_statements_in_any_order_give_one_state(
        rows in proptest::collection::vec(any_told(), 0..40),
        cut in 0_usize..40,
        hour in 0_i64..60,
    ) {
        // One place of a log holds one row.
        let mut seen = BTreeSet::new();
        let rows: Vec<Told> = rows.into_iter().filter(|row| seen.insert(row.stands.place)).collect();
        let board = Board::at(&rows, at(hour));
        let mut other = rows.clone();
        other.rotate_left(cut.min(rows.len()));
        other.reverse();
        other.extend(rows.iter().take(cut).cloned());
        prop_assert_eq!(&board, &Board::at(&other, at(hour)));
        let mut present = 0;
        for row in board.places.values() {
            prop_assert_eq!(row.entered - row.left, row.present.len() as u64);
            present += row.present.len();
        }
        prop_assert_eq!(present, board.open().count());
        prop_assert!(board.overdue() <= present);
    }
}
