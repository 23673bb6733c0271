//! Trees, tiles and signed heads.

use super::{
    Copy, Trial,
    ground::{note, origin, policy_with_a_third},
};
use paso_formats::moment::Moment;
use paso_store::audit::{
    Check,
    Code::{
        AnchorUnknown, ClockBehind, CosignatureBad, EntriesMissing, GuardDiffers, LogSignatureBad,
        NoteDiffers, NumberMissing, OpeningDiffers, PublishedRootDiffers, QuorumMissing,
        RowWithoutEntry, SignedRootDiffers, StoredRootDiffers, StreamGap, TileDiffers, TileMissing,
    },
    Counted, Skipped,
};
use paso_tlog::{checkpoint::Head, hash::Hash};
use std::fs;

pub(crate) async fn damage(trial: &mut Trial) {
    tiles(trial).await;
    trees(trial).await;
    notes(trial).await;
    clock(trial).await;
    policies(trial).await;
}

async fn tiles(trial: &mut Trial) {
    let report = trial
        .expect("a bit of a tile file", &[TileDiffers], async |copy, _| {
            let path = copy.files.join("2014/tile/0/000");
            let mut tile = fs::read(&path).unwrap();
            tile[77] ^= 1;
            fs::write(path, tile).unwrap();
        })
        .await;
    let place = report.lines[&Check::Log].findings[0].place.to_string();
    assert_eq!(place, "mx.example/log/2014 tile/0/000");
    trial
        .expect("a tile file cut short", &[TileDiffers], async |copy, _| {
            let path = copy.files.join("2014/tile/0/000");
            fs::write(&path, &fs::read(&path).unwrap()[..8000]).unwrap();
        })
        .await;
    trial
        .expect("a tile file taken out", &[TileMissing], async |copy, _| {
            fs::remove_file(copy.files.join("2014/tile/0/000")).unwrap();
        })
        .await;
    trial
        .expect("a bundle of entries", &[TileDiffers], async |copy, _| {
            let path = copy.files.join("2014/tile/entries");
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("000"), [0; 100]).unwrap();
        })
        .await;
    trial
        .expect(
            "a bit of a partial tile",
            &[TileDiffers],
            async |copy, _| {
                let of = "FROM log_tile WHERE ordinal = 2 AND level = 0";
                let mut hashes = copy.bytes(&format!("SELECT hashes {of}")).await;
                hashes[3] ^= 1;
                let text = "UPDATE log_tile SET hashes = $1 WHERE ordinal = 2 AND level = 0";
                copy.run(text, Some(&hashes)).await;
            },
        )
        .await;
    trial
        .expect(
            "a partial tile taken out",
            &[TileMissing],
            async |copy, _| {
                copy.run("DELETE FROM log_tile WHERE ordinal = 2 AND level = 0", None)
                    .await;
            },
        )
        .await;
}

async fn trees(trial: &mut Trial) {
    trial
        .expect(
            "another stored root",
            &[StoredRootDiffers],
            async |copy, _| {
                copy.run("UPDATE log SET root = $1 WHERE ordinal = 2", Some(&[6; 32]))
                    .await;
            },
        )
        .await;
    trial
        .expect(
            "a log whose count was cut",
            &[
                StoredRootDiffers,
                NoteDiffers,
                EntriesMissing,
                TileDiffers,
                GuardDiffers,
            ],
            async |copy, _| {
                let text = "UPDATE log SET size = size - 2, signed = signed - 2 WHERE ordinal = 2";
                copy.run(text, None).await;
            },
        )
        .await;
    trial
        .expect(
            "a log that claims more than there is",
            &[EntriesMissing],
            async |copy, _| {
                copy.run("UPDATE log SET size = size + 5000 WHERE ordinal = 2", None)
                    .await;
            },
        )
        .await;
    trial
        .expect(
            "entries cut off the end",
            &[RowWithoutEntry, EntriesMissing],
            async |copy, _| {
                let text = "DELETE FROM entry WHERE number > (SELECT first_number + 2 FROM log
                    WHERE ordinal = 2)";
                copy.run(text, None).await;
            },
        )
        .await;
    trial
        .expect(
            "an entry taken out of the log",
            &[RowWithoutEntry, StreamGap, NumberMissing],
            async |copy, _| copy.run("DELETE FROM entry WHERE number = 20", None).await,
        )
        .await;
    trial
        .expect(
            "another opening",
            &[
                OpeningDiffers,
                StoredRootDiffers,
                SignedRootDiffers,
                PublishedRootDiffers,
                TileDiffers,
                GuardDiffers,
            ],
            async |copy, _| {
                let opening = b"paso log opening v1\nmx.example/log/2015\n";
                copy.run(
                    "UPDATE log SET opening = $1 WHERE ordinal = 2",
                    Some(opening),
                )
                .await;
            },
        )
        .await;
    trial
        .expect("a guard that saw more", &[GuardDiffers], async |_, held| {
            held.guard[0].1.size += 1;
        })
        .await;
    trial
        .expect(
            "a guard that saw another tree",
            &[GuardDiffers],
            async |_, held| {
                held.guard[0].1.root = Hash([3; 32]);
            },
        )
        .await;
    trial
        .expect(
            "a guard that saw a log that is gone",
            &[GuardDiffers],
            async |_, held| {
                held.guard[0].0 = origin(2013);
            },
        )
        .await;
    let report = trial
        .expect("no log at all", &[AnchorUnknown], async |copy, held| {
            for table in ["log", "log_tile", "published"] {
                copy.run(&format!("DELETE FROM {table}"), None).await;
            }
            held.guard.clear();
        })
        .await;
    assert_eq!(report.lines[&Check::Log].skipped, Some(Skipped::Nothing));
}

/// A published head of the second log: its size, root and time.
async fn head(copy: &Copy) -> (Head, Moment) {
    let of = "FROM published WHERE ordinal = 2";
    let size = copy.number(&format!("SELECT size {of}")).await;
    let root = copy.bytes(&format!("SELECT root {of}")).await;
    let at = copy.number(&format!("SELECT at {of}")).await;
    let head = Head {
        size: size.try_into().unwrap(),
        root: Hash(root.try_into().unwrap()),
    };
    (head, Moment::from_unix(at))
}

async fn put_note(copy: &Copy, note: &str) {
    let text = format!("UPDATE published SET note = '{note}' WHERE ordinal = 2");
    copy.run(&text, None).await;
}

async fn notes(trial: &mut Trial) {
    trial
        .expect(
            "the note of another head",
            &[NoteDiffers],
            async |copy, _| {
                let other = copy
                    .text("SELECT note FROM published WHERE ordinal = 1 AND size < 100")
                    .await;
                put_note(copy, &other).await;
            },
        )
        .await;
    trial
        .expect("a note that is none", &[NoteDiffers], async |copy, _| {
            put_note(copy, "nothing").await;
        })
        .await;
    trial
        .expect(
            "signed by another log",
            &[LogSignatureBad],
            async |copy, _| {
                let (head, at) = head(copy).await;
                put_note(copy, &note(&origin(2015), head, at, 99, 2)).await;
            },
        )
        .await;
    trial
        .expect(
            "signed last by another log",
            &[LogSignatureBad],
            async |copy, _| {
                let (head, at) = head(copy).await;
                let note = note(&origin(2015), head, at, 99, 0);
                copy.run(
                    &format!("UPDATE log SET note = '{note}' WHERE ordinal = 2"),
                    None,
                )
                .await;
            },
        )
        .await;
    trial
        .expect("a witness taken off", &[QuorumMissing], async |copy, _| {
            let (head, at) = head(copy).await;
            put_note(copy, &note(&origin(2015), head, at, 101, 1)).await;
        })
        .await;
    trial
        .expect(
            "a witness's line altered",
            &[CosignatureBad],
            async |copy, _| {
                let note = copy
                    .text("SELECT note FROM published WHERE ordinal = 2")
                    .await;
                let at = note.find("gt.example/w ").unwrap() + 40;
                let mut altered = note.clone();
                let other = if &note[at..=at] == "A" { "B" } else { "A" };
                altered.replace_range(at..=at, other);
                put_note(copy, &altered).await;
            },
        )
        .await;
    trial
        .expect(
            "another tree, signed by log and witnesses",
            &[PublishedRootDiffers, AnchorUnknown],
            async |copy, _| {
                let (mut head, at) = head(copy).await;
                head.root = Hash([4; 32]);
                put_note(copy, &note(&origin(2015), head, at, 101, 2)).await;
                copy.run(
                    "UPDATE published SET root = $1 WHERE ordinal = 2",
                    Some(&head.root.0),
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "another tree signed last",
            &[SignedRootDiffers],
            async |copy, _| {
                let (mut head, at) = head(copy).await;
                head.root = Hash([4; 32]);
                let note = note(&origin(2015), head, at, 101, 0);
                copy.run(
                    &format!("UPDATE log SET note = '{note}' WHERE ordinal = 2"),
                    None,
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "a published head taken out",
            &[AnchorUnknown],
            async |copy, _| {
                copy.run("DELETE FROM published WHERE ordinal = 2", None)
                    .await;
            },
        )
        .await;
}

/// The register's own clock is not what is believed where witnesses speak.
async fn clock(trial: &mut Trial) {
    trial
        .expect(
            "when the register says it was published",
            &[],
            async |copy, _| {
                copy.run("UPDATE published SET at = at + 900000", None)
                    .await;
            },
        )
        .await;
    trial
        .expect(
            "the same, with nobody else to ask",
            &[ClockBehind],
            async |copy, held| {
                copy.run("UPDATE published SET at = at + 900000", None)
                    .await;
                held.policies.clear();
            },
        )
        .await;
}

async fn policies(trial: &mut Trial) {
    trial
        .expect("other witnesses now", &[QuorumMissing], async |_, held| {
            held.policies = vec![policy_with_a_third()];
        })
        .await;
    trial
        .expect(
            "other witnesses now, and the old policy kept",
            &[],
            async |_, held| {
                held.policies.insert(0, policy_with_a_third());
            },
        )
        .await;
    let report = trial
        .expect("no policy at hand", &[], async |_, held| {
            held.policies.clear();
        })
        .await;
    assert!(report.lines[&Check::Heads].counted[&Counted::NoPolicy] > 10);
}
