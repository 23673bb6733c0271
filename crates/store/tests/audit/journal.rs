//! Rows of the journal and of the views.

use super::Trial;
use paso_store::audit::{
    Check,
    Code::{
        BodyAltered, CommitmentAltered, CommitmentDiffers, EntryOfAnotherRow, EntryWithoutRow,
        EnvelopeDiffers, ErasureMissing, KeyMissing, PositionMissing, RowUnreadable,
        StatementWithoutRow, TimeAltered, VersionMissing, VersionOrder, ViewRowDiffers,
        ViewRowExtra, ViewRowMissing, ViewsBehind,
    },
    Counted, Place, Skipped,
};

pub(crate) async fn damage(trial: &mut Trial) {
    let report = trial
        .expect(
            "a bit of a body",
            &[BodyAltered, EnvelopeDiffers],
            async |copy, _| {
                let mut body = copy
                    .bytes("SELECT body FROM journal WHERE position = 7")
                    .await;
                body[40] ^= 1;
                copy.run(
                    "UPDATE journal SET body = $1 WHERE position = 7",
                    Some(&body),
                )
                .await;
            },
        )
        .await;
    let line = &report.lines[&Check::Journal];
    assert_eq!(line.findings[0].place, Place::Position(7));
    assert_eq!(report.lines[&Check::Views].skipped, Some(Skipped::NoReplay));

    trial
        .expect(
            "a body cut short",
            &[BodyAltered, EnvelopeDiffers],
            async |copy, _| {
                copy.run(
                    "UPDATE journal SET body = $1 WHERE position = 7",
                    Some(&[1, 2, 3]),
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "a commitment",
            &[CommitmentAltered, CommitmentDiffers],
            async |copy, _| {
                copy.run(
                    "UPDATE journal SET commitment = $1 WHERE position = 7",
                    Some(&[9; 32]),
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "the minute",
            &[TimeAltered, EnvelopeDiffers],
            async |copy, _| {
                copy.run(
                    "UPDATE journal SET time = time - 3600 WHERE position = 7",
                    None,
                )
                .await;
            },
        )
        .await;
    trial
        .expect("the approvals", &[EnvelopeDiffers], async |copy, _| {
            copy.run(
                "UPDATE journal SET approvals = $1 WHERE position = 7",
                Some(&[0x81, 1]),
            )
            .await;
        })
        .await;
    trial
        .expect(
            "a subject that is none",
            &[RowUnreadable, EnvelopeDiffers],
            async |copy, _| {
                // One whose only row it is.
                let first = "SELECT MIN(position) FROM journal WHERE kind = 'encounter.recorded'";
                let at = copy.number(first).await;
                copy.run(
                    &format!("UPDATE journal SET subject = 'nobody' WHERE position = {at}"),
                    None,
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "another kind, under which the body does not open",
            &[BodyAltered, EnvelopeDiffers],
            async |copy, _| {
                let text = "UPDATE journal SET kind = 'card.revoked' WHERE kind = 'card.replaced'";
                copy.run(text, None).await;
            },
        )
        .await;
    rows(trial).await;
    keys(trial).await;
    views(trial).await;
}

async fn rows(trial: &mut Trial) {
    trial
        .expect(
            "a row taken out",
            &[PositionMissing, EntryWithoutRow, VersionMissing],
            async |copy, _| {
                // One whose subject goes on, so that its version is missed, too.
                let text = "DELETE FROM journal WHERE position = (SELECT MIN(j.position)
                    FROM journal AS j JOIN journal AS k
                    ON k.subject = j.subject AND k.version = j.version + 1)";
                copy.run(text, None).await;
            },
        )
        .await;
    trial
        .expect(
            "the last row taken out",
            &[
                EntryWithoutRow,
                StatementWithoutRow,
                ViewsBehind,
                ViewRowExtra,
            ],
            async |copy, _| {
                let last = copy.number("SELECT MAX(position) FROM journal").await;
                let kind = copy
                    .text("SELECT kind FROM journal ORDER BY position DESC LIMIT 1")
                    .await;
                assert!(!kind.is_empty());
                copy.run(
                    &format!("DELETE FROM journal WHERE position = {last}"),
                    None,
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "two rows in each other's place",
            &[
                EntryOfAnotherRow,
                VersionOrder,
                ViewRowMissing,
                ViewRowExtra,
            ],
            async |copy, _| {
                let pair = "FROM journal AS j JOIN journal AS k
                    ON k.subject = j.subject AND k.version = j.version + 1
                    WHERE j.kind = 'stay.entered'";
                let low = copy.number(&format!("SELECT MIN(j.position) {pair}")).await;
                let high = copy
                    .number(&format!(
                        "SELECT MIN(k.position) {pair} AND j.position = {low}"
                    ))
                    .await;
                for (from, to) in [(low, 999_999), (high, low), (999_999, high)] {
                    let text =
                        format!("UPDATE journal SET position = {to} WHERE position = {from}");
                    copy.run(&text, None).await;
                }
            },
        )
        .await;
    trial
        .expect("a version", &[VersionMissing], async |copy, _| {
            let text = "UPDATE journal SET version = version + 1
                WHERE position = (SELECT MAX(position) FROM journal)";
            copy.run(text, None).await;
        })
        .await;
}

async fn keys(trial: &mut Trial) {
    let report = trial
        .expect(
            "a key destroyed behind the register's back",
            &[KeyMissing, ViewRowExtra],
            async |copy, _| {
                let subject = copy
                    .text("SELECT subject FROM journal WHERE kind = 'card.issued' LIMIT 1")
                    .await;
                let text = format!("DELETE FROM subject_key WHERE subject = '{subject}'");
                copy.run_on(&copy.config.keys, &text, None).await;
            },
        )
        .await;
    // Only an erasure in the journal makes a tombstone of it; all proofs still hold.
    let line = &report.lines[&Check::Journal];
    assert!(line.found[&KeyMissing] >= 2 && !line.counted.contains_key(&Counted::Erased));
    trial
        .expect(
            "a key destroyed, and the key database made to say that it was erased",
            &[ErasureMissing, ViewRowExtra],
            async |copy, _| {
                let subject = copy
                    .text("SELECT subject FROM journal WHERE kind = 'card.issued' LIMIT 1")
                    .await;
                for text in [
                    format!("DELETE FROM subject_key WHERE subject = '{subject}'"),
                    format!(
                        "INSERT INTO forgotten (subject, erasure, at)
                        VALUES ('{subject}', '0123456789abcdef0123456789abcdef', 0)"
                    ),
                ] {
                    copy.run_on(&copy.config.keys, &text, None).await;
                }
            },
        )
        .await;
    trial
        .expect("another key", &[BodyAltered], async |copy, _| {
            let subject = copy
                .text("SELECT subject FROM journal WHERE kind = 'card.issued' LIMIT 1")
                .await;
            let text = format!("UPDATE subject_key SET key = $1 WHERE subject = '{subject}'");
            copy.run_on(&copy.config.keys, &text, Some(&[5; 32])).await;
        })
        .await;
}

async fn views(trial: &mut Trial) {
    let report = trial
        .expect("a cell of a view", &[ViewRowDiffers], async |copy, _| {
            let text = "UPDATE view_card SET ended_at = NULL, revoked = NULL, replaced_by = NULL
                WHERE number = (SELECT MIN(number) FROM view_card WHERE ended_at IS NOT NULL)";
            copy.run(text, None).await;
        })
        .await;
    let place = report.lines[&Check::Views].findings[0].place.to_string();
    assert!(place.starts_with("view_card TAL-"), "{place}");
    trial
        .expect(
            "a row of a view taken out",
            &[ViewRowMissing],
            async |copy, _| {
                let text = "DELETE FROM view_encounter
                WHERE encounter = (SELECT MAX(encounter) FROM view_encounter)";
                copy.run(text, None).await;
            },
        )
        .await;
    trial
        .expect("a row put into a view", &[ViewRowExtra], async |copy, _| {
            let text = "INSERT INTO view_person_name (folded, birth, person)
                SELECT 'zzz', birth, person FROM view_person_name LIMIT 1";
            copy.run(text, None).await;
        })
        .await;
    trial
        .expect(
            "views that did not follow",
            &[ViewsBehind],
            async |copy, _| {
                copy.run("UPDATE view_state SET position = position - 1", None)
                    .await;
            },
        )
        .await;
    let report = trial
        .expect("views that were never made", &[], async |copy, _| {
            copy.run("UPDATE view_state SET position = 0, version = 0", None)
                .await;
        })
        .await;
    assert_eq!(report.lines[&Check::Views].skipped, Some(Skipped::NoViews));
    let report = trial
        .expect("views of another version", &[], async |copy, _| {
            copy.run("UPDATE view_state SET version = 99", None).await;
        })
        .await;
    assert_eq!(
        report.lines[&Check::Views].skipped,
        Some(Skipped::OtherViews)
    );
}
