//! Whatever fails between a judgement and its answer: two trees of one size are never cosigned, nor
//! a smaller one after a larger; and what a log signed and must not have stays as evidence.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/mod.rs"]
mod support;

use paso_tlog::checkpoint::{Origin, SignedCheckpoint};
use paso_veedor::{
    disk::{Disk, Point},
    evidence::{Kind, MAX_PIECES},
    witness::{Witness, origin_hash},
};
use std::{fs, path::PathBuf};
use support::{History, NOON, ORIGIN, open, open_at};

fn status(witness: &Witness, history: &History, old: u64) -> u16 {
    let response = witness.add_checkpoint(&history.body(old)).unwrap();
    response.status.code()
}

fn monitored(witness: &Witness) -> Option<String> {
    witness.checkpoint(&origin_hash(&Origin::new(ORIGIN).unwrap()))
}

fn log_dir(logs: &std::path::Path) -> PathBuf {
    logs.join(origin_hash(&Origin::new(ORIGIN).unwrap()))
}

/// At every point of a write that fails: nothing is cosigned, and afterwards, with or without a
/// restart, the log's own next head is, while another history of the size that failed is cosigned
/// only if the failed one is not on disk.
#[test]
fn a_disk_that_fails_at_any_point_never_leads_to_two_trees() {
    let ten = History::of(10, b'a');
    let (twenty, other) = (ten.then(10, b'a'), ten.then(10, b'b'));
    for point in Point::ALL {
        for restart in [false, true] {
            let temp = tempfile::tempdir().unwrap();
            let disk = Disk::faulty();
            let mut witness = open(temp.path(), &disk).unwrap();
            assert_eq!(status(&witness, &ten, 0), 200);
            let before = monitored(&witness);
            disk.fail_once(point);
            let error = witness.add_checkpoint(&twenty.body(10)).unwrap_err();
            assert!(
                error.to_string().contains("nothing was cosigned"),
                "{error}"
            );
            assert!(!disk.is_armed(), "{point:?} was not reached");
            assert_eq!(monitored(&witness), before, "{point:?}");
            if restart {
                drop(witness);
                witness = open(temp.path(), &disk).unwrap();
            }
            let stored = point >= Point::Renamed;
            let found = (
                status(&witness, &other, 10),
                status(&witness, &other, 20),
                status(&witness, &twenty, 20),
            );
            // Where the other history came first, ours is the fork.
            let expected = if stored {
                (409, 422, 200)
            } else {
                (200, 200, 422)
            };
            assert_eq!(found, expected, "{point:?} {restart}");
            assert_eq!(status(&witness, &ten, 10), 409, "{point:?} {restart}");
        }
    }
}

/// The write that settles a doubt may fail as well.
#[test]
fn a_disk_that_fails_twice_is_no_way_round() {
    let ten = History::of(10, b'a');
    let (twenty, other) = (ten.then(10, b'a'), ten.then(10, b'b'));
    for first in Point::ALL {
        for second in Point::ALL {
            let temp = tempfile::tempdir().unwrap();
            let disk = Disk::faulty();
            let witness = open(temp.path(), &disk).unwrap();
            assert_eq!(status(&witness, &ten, 0), 200);
            disk.fail_once(first);
            witness.add_checkpoint(&twenty.body(10)).unwrap_err();
            disk.fail_once(second);
            witness.add_checkpoint(&other.body(10)).unwrap_err();
            let found = (status(&witness, &other, 10), status(&witness, &twenty, 20));
            let stored = first >= Point::Renamed;
            let expected = if stored { (409, 200) } else { (200, 422) };
            assert_eq!(found, expected, "{first:?} {second:?}");
        }
    }
}

#[test]
fn a_restart_forgets_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(monitored(&witness), None);
    assert_eq!(status(&witness, &ten, 0), 200);
    let note = monitored(&witness).unwrap();
    assert_eq!(note.matches("\n\u{2014} ").count(), 2, "{note}");
    drop(witness);
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(monitored(&witness).unwrap(), note);
    assert_eq!(status(&witness, &ten, 0), 409);
}

/// Whoever has the public checkpoint can send it for ever: the answer is the line that stands.
#[test]
fn the_same_head_again_costs_no_write_and_is_no_sign_of_life() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    let first = witness.add_checkpoint(&ten.body(0)).unwrap();
    let note = monitored(&witness).unwrap();
    drop(witness);
    let disk = Disk::faulty();
    let witness = open_at(temp.path(), &disk, NOON + 7_200).unwrap();
    disk.fail_once(Point::Begun);
    assert_eq!(witness.add_checkpoint(&ten.body(10)).unwrap(), first);
    assert!(disk.is_armed(), "it was written");
    assert_eq!(monitored(&witness).unwrap(), note);
    let seen = witness.standings()[0].seen.unwrap();
    assert_eq!(seen.seconds(), NOON);
}

/// What a snapshot put back, or a file removed, makes a witness forget, and what stays true.
#[test]
fn a_record_that_forgot_what_was_signed_is_told_by_a_note_kept_elsewhere() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let twenty = ten.then(10, b'a');
    let signed = |witness: &Witness| {
        SignedCheckpoint::parse(monitored(witness).unwrap().as_bytes()).unwrap()
    };
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    let small = signed(&witness);
    assert_eq!(status(&witness, &twenty, 10), 200);
    let large = signed(&witness);
    let unsigned = ten.then(20, b'b').request_as(ORIGIN, 0, vec![]);
    let elsewhere = tempfile::tempdir().unwrap();
    let twin = open(elsewhere.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&twin, &ten.then(10, b'b'), 0), 200);
    let forked = signed(&twin);
    for (found, said) in [
        (&small, None),
        (&large, None),
        (unsigned.checkpoint(), None),
        (&forked, Some("this record ends at 20")),
    ] {
        let told = witness
            .remembers(found)
            .err()
            .map(|error| error.to_string());
        assert_eq!(told.is_some(), said.is_some(), "{found}: {told:?}");
        assert!(told.unwrap_or_default().contains(said.unwrap_or_default()));
    }
    drop(witness);
    let path = log_dir(temp.path()).join("checkpoint");
    fs::write(&path, small.to_string()).unwrap();
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    witness.remembers(&small).unwrap();
    let error = witness.remembers(&large).unwrap_err().to_string();
    assert!(error.contains("this record ends at 10"), "{error}");
    assert!(error.contains("under another name"), "{error}");
    drop(witness);
    fs::remove_file(&path).unwrap();
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    let error = witness.remembers(&small).unwrap_err().to_string();
    assert!(error.contains("this record ends at 0"), "{error}");
}

#[test]
fn a_fork_is_kept_once_with_both_notes_and_never_overwritten() {
    let temp = tempfile::tempdir().unwrap();
    let (ten, other) = (History::of(10, b'a'), History::of(10, b'b'));
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    let cosigned = monitored(&witness).unwrap();
    assert_eq!(status(&witness, &other, 10), 422);
    // Claiming that nothing is stored changes the status, not the lie.
    assert_eq!(status(&witness, &other, 0), 409);
    let standing = &witness.standings()[0];
    let [piece] = &standing.evidence[..] else {
        panic!("{standing:?}")
    };
    assert_eq!((piece.kind, piece.size), (Kind::Fork, 10));
    let dir = log_dir(temp.path())
        .join("evidence")
        .join(piece.to_string());
    let read = |name| fs::read_to_string(dir.join(name)).unwrap();
    assert_eq!(read("cosigned"), cosigned);
    assert_eq!(read("refused").into_bytes(), other.body(10));
    drop(witness);
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &other, 10), 422);
    assert_eq!(witness.standings()[0].evidence.len(), 1);
    assert_eq!(read("refused").into_bytes(), other.body(10));
}

#[test]
fn a_wrong_proof_is_told_from_a_fork_and_a_rollback_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    let rewritten = History::of(20, b'b');
    assert_eq!(status(&witness, &rewritten, 10), 422);
    assert_eq!(status(&witness, &History::of(5, b'a'), 5), 409);
    let kinds: Vec<_> = witness.standings()[0]
        .evidence
        .iter()
        .map(|piece| (piece.kind, piece.size))
        .collect();
    assert_eq!(kinds, [(Kind::Proof, 20)]);
}

#[test]
fn a_log_that_lies_without_end_does_not_fill_the_disk_nor_hide_its_forks() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    for more in 0..=MAX_PIECES {
        assert_eq!(status(&witness, &History::of(11 + more, b'b'), 10), 422);
    }
    assert_eq!(witness.standings()[0].evidence.len(), MAX_PIECES);
    assert_eq!(status(&witness, &History::of(10, b'b'), 10), 422);
    let standing = &witness.standings()[0];
    assert_eq!(standing.evidence.len(), MAX_PIECES + 1);
    assert_eq!(standing.evidence[MAX_PIECES].kind, Kind::Fork);
}

/// A disk that fails while evidence is written leaves no half of it, and the refusal stands.
#[test]
fn evidence_is_whole_or_not_there() {
    for point in Point::ALL {
        let temp = tempfile::tempdir().unwrap();
        let (ten, other) = (History::of(10, b'a'), History::of(10, b'b'));
        let disk = Disk::faulty();
        let witness = open(temp.path(), &disk).unwrap();
        assert_eq!(status(&witness, &ten, 0), 200);
        disk.fail_once(point);
        assert_eq!(status(&witness, &other, 10), 422);
        assert_eq!(witness.standings()[0].evidence, [], "{point:?}");
        drop(witness);
        let witness = open(temp.path(), &disk).unwrap();
        assert_eq!(witness.standings()[0].evidence, [], "{point:?}");
        assert_eq!(status(&witness, &other, 10), 422);
        assert_eq!(witness.standings()[0].evidence.len(), 1, "{point:?}");
    }
}

/// What stands in the place of the record, and the words with which the witness refuses to start.
#[test]
fn a_record_that_was_touched_stops_the_witness() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    assert_eq!(status(&witness, &History::of(10, b'b'), 10), 422);
    drop(witness);
    let path = log_dir(temp.path()).join("checkpoint");
    let good = fs::read_to_string(&path).unwrap();
    let smaller = good.replacen("\n10\n", "\n9\n", 1);
    let last = good.trim_end().rfind('\n').unwrap() + 1;
    let elsewhere = good.replacen("log.", "fog.", 1);
    for (content, said) in [
        (
            smaller.as_str(),
            "does not carry this witness's cosignature",
        ),
        (&good[..last], "does not carry this witness's cosignature"),
        (&good[..40], "was changed"),
        ("", "was changed"),
        (elsewhere.as_str(), "went back or was swapped"),
    ] {
        fs::write(&path, content).unwrap();
        let error = open(temp.path(), &Disk::reliable()).unwrap_err();
        assert!(error.to_string().contains(said), "{content:?}: {error}");
    }
    // There is evidence against a record that is gone.
    fs::remove_file(&path).unwrap();
    let error = open(temp.path(), &Disk::reliable()).unwrap_err();
    assert!(error.to_string().contains("went back"), "{error}");
    fs::write(&path, good).unwrap();
    assert_eq!(
        status(&open(temp.path(), &Disk::reliable()).unwrap(), &ten, 10),
        200
    );
}

/// Behind the back of a running witness, found when a doubt is settled.
#[test]
fn a_record_that_goes_back_under_a_running_witness_is_noticed() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let disk = Disk::faulty();
    let witness = open(temp.path(), &disk).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    let path = log_dir(temp.path()).join("checkpoint");
    let old = fs::read(&path).unwrap();
    let twenty = ten.then(10, b'a');
    assert_eq!(status(&witness, &twenty, 10), 200);
    fs::write(&path, old).unwrap();
    disk.fail_once(Point::Begun);
    witness
        .add_checkpoint(&twenty.then(1, b'a').body(20))
        .unwrap_err();
    let error = witness
        .add_checkpoint(&ten.then(1, b'b').body(10))
        .unwrap_err();
    assert!(error.to_string().contains("went back"), "{error}");
}

/// Many at once from one head: one wins, and every other sees its size.
#[test]
fn of_requests_at_the_same_time_one_passes() {
    let temp = tempfile::tempdir().unwrap();
    let ten = History::of(10, b'a');
    let witness = open(temp.path(), &Disk::reliable()).unwrap();
    assert_eq!(status(&witness, &ten, 0), 200);
    let passed = std::thread::scope(|scope| {
        let ask = |entry| {
            let (witness, history) = (&witness, ten.then(5, entry));
            scope.spawn(move || status(witness, &history, 10))
        };
        let askers: Vec<_> = (b'a'..b'i').map(ask).collect();
        let statuses = askers.into_iter().map(|asker| asker.join().unwrap());
        statuses.filter(|status| *status == 200).count()
    });
    assert_eq!(passed, 1);
}
