//! Leaves, links, signatures and keys.

use super::{Copy, Trial, ground::devices};
use paso_formats::{
    entry::{Class, Content, Entry as Leaf, StreamHead, Unsigned},
    moment::DAY,
};
use paso_store::{
    Device,
    audit::{
        Check,
        Code::{
            ClassDiffers, CommitmentDiffers, DeviceUnknown, EntryOfAnotherRow, EntryWithoutRow,
            EnvelopeDiffers, Fork, KeyCompromised, KeyNotTrusted, KeyOutsideWindow, LeafUnreadable,
            LinkBroken, NumberMissing, PublishedRootDiffers, RowWithoutEntry, SignatureBad,
            SignedByAnotherKey, SignedRootDiffers, StatementWithoutRow, StoredRootDiffers,
            StreamGap, TileDiffers,
        },
        Counted, Place,
    },
};

const LAST: &str = "(SELECT MAX(number) FROM entry)";

async fn last_leaf(copy: &Copy) -> Leaf {
    let text = format!("SELECT leaf FROM entry WHERE number = {LAST}");
    Leaf::read(&copy.bytes(&text).await).unwrap()
}

async fn put_last(copy: &Copy, leaf: &[u8]) {
    let text = format!("UPDATE entry SET leaf = $1 WHERE number = {LAST}");
    copy.run(&text, Some(leaf)).await;
}

/// The leaf with something else in it, signed by a device.
fn forged(leaf: &Leaf, signer: &Device, change: impl FnOnce(&mut Unsigned)) -> Leaf {
    let mut unsigned = Unsigned {
        stream: leaf.stream(),
        after: leaf.previous().map(|hash| StreamHead {
            sequence: leaf.sequence() - 1,
            hash,
        }),
        witnessed: leaf.witnessed(),
        time: leaf.time(),
        content: leaf.content(),
    };
    change(&mut unsigned);
    unsigned.sign(&*signer.signer).unwrap()
}

fn own_device(leaf: &Leaf) -> std::sync::Arc<Device> {
    let mut devices = devices().into_iter();
    devices
        .find(|device| device.stream == leaf.stream())
        .unwrap()
}

fn other_device(leaf: &Leaf) -> std::sync::Arc<Device> {
    let mut devices = devices().into_iter();
    devices
        .find(|device| device.stream != leaf.stream())
        .unwrap()
}

pub(crate) async fn damage(trial: &mut Trial) {
    waiting_leaves(trial).await;
    logged_leaves(trial).await;
    entries(trial).await;
    keys(trial).await;
}

/// The last entry waits for the log and nothing links to it: what is done to it shows by itself.
async fn waiting_leaves(trial: &mut Trial) {
    let report = trial
        .expect("a bit of a signature", &[SignatureBad], async |copy, _| {
            let mut leaf = last_leaf(copy).await.to_bytes();
            leaf[200] ^= 1;
            put_last(copy, &leaf).await;
        })
        .await;
    let place = &report.lines[&Check::Streams].findings[0].place;
    assert!(matches!(place, Place::Entry { of: Some(_), .. }));
    trial
        .expect(
            "signed by the other device",
            &[SignedByAnotherKey],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &other_device(&leaf), |_| {});
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect(
            "another commitment, well signed",
            &[CommitmentDiffers],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &own_device(&leaf), |unsigned| {
                    if let Content::Event(_, binding) = &mut unsigned.content {
                        binding.commitment[0] ^= 1;
                    }
                });
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect(
            "another envelope, well signed",
            &[EnvelopeDiffers],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &own_device(&leaf), |unsigned| {
                    if let Content::Event(_, binding) = &mut unsigned.content {
                        binding.envelope[0] ^= 1;
                    }
                });
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect(
            "another class, well signed",
            &[ClassDiffers],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &own_device(&leaf), |unsigned| {
                    if let Content::Event(class, _) = &mut unsigned.content {
                        *class = Class::Custody;
                    }
                });
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect(
            "another link, well signed",
            &[LinkBroken],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &own_device(&leaf), |unsigned| {
                    if let Some(after) = &mut unsigned.after {
                        after.hash[0] ^= 1;
                    }
                });
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect(
            "an event turned into a heartbeat",
            &[EntryOfAnotherRow],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &own_device(&leaf), |unsigned| {
                    unsigned.content = Content::Heartbeat;
                });
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect(
            "another number, well signed",
            &[EntryOfAnotherRow],
            async |copy, _| {
                let leaf = last_leaf(copy).await;
                let leaf = forged(&leaf, &own_device(&leaf), |unsigned| {
                    if let Some(after) = &mut unsigned.after {
                        after.sequence += 5;
                    }
                });
                put_last(copy, &leaf.to_bytes()).await;
            },
        )
        .await;
    trial
        .expect("no leaf at all", &[LeafUnreadable], async |copy, _| {
            put_last(copy, &[9; 230]).await;
        })
        .await;
}

/// A leaf that the log holds was hashed into all that came after it.
async fn logged_leaves(trial: &mut Trial) {
    trial
        .expect(
            "a bit of a leaf in the log",
            &[
                SignatureBad,
                LinkBroken,
                StoredRootDiffers,
                SignedRootDiffers,
                PublishedRootDiffers,
                TileDiffers,
            ],
            async |copy, _| {
                let mut leaf = copy.bytes("SELECT leaf FROM entry WHERE number = 20").await;
                leaf[200] ^= 1;
                copy.run("UPDATE entry SET leaf = $1 WHERE number = 20", Some(&leaf))
                    .await;
            },
        )
        .await;
}

async fn entries(trial: &mut Trial) {
    trial
        .expect(
            "an entry taken from its row",
            &[RowWithoutEntry, EntryWithoutRow],
            async |copy, _| {
                copy.run(
                    &format!("UPDATE entry SET position = NULL WHERE number = {LAST}"),
                    None,
                )
                .await;
            },
        )
        .await;
    trial
        .expect(
            "the last entry taken out",
            &[RowWithoutEntry],
            async |copy, _| {
                copy.run(&format!("DELETE FROM entry WHERE number = {LAST}"), None)
                    .await;
            },
        )
        .await;
    trial
        .expect(
            "an entry taken out",
            &[RowWithoutEntry, StreamGap, NumberMissing],
            async |copy, _| {
                let text = "DELETE FROM entry WHERE number = (SELECT MAX(number) FROM entry
                    WHERE position IS NOT NULL AND number < (SELECT MAX(number) FROM entry
                        WHERE position IS NULL))";
                copy.run(text, None).await;
            },
        )
        .await;
    trial
        .expect(
            "a heartbeat taken out, and no trace of it left here",
            &[StreamGap],
            async |copy, _| {
                let at = copy
                    .number("SELECT MAX(number) FROM entry WHERE position IS NULL")
                    .await;
                let last = copy.number("SELECT MAX(number) FROM entry").await;
                copy.run(&format!("DELETE FROM entry WHERE number = {at}"), None)
                    .await;
                for number in at + 1..=last {
                    let text = format!(
                        "UPDATE entry SET number = {} WHERE number = {number}",
                        number - 1
                    );
                    copy.run(&text, None).await;
                }
            },
        )
        .await;
    trial
        .expect(
            "a statement altered",
            &[EnvelopeDiffers],
            async |copy, _| {
                let text = "UPDATE statement SET sealed = $1
                WHERE position = (SELECT MAX(position) FROM statement)";
                copy.run(text, Some(&[8; 48])).await;
            },
        )
        .await;
    trial
        .expect(
            "a statement beside nothing",
            &[StatementWithoutRow],
            async |copy, _| {
                let text = "INSERT INTO statement (position, sealed) VALUES (999999, $1)";
                copy.run(text, Some(&[8; 48])).await;
            },
        )
        .await;
    let report = trial
        .expect("a fork in evidence", &[Fork], async |copy, _| {
            let text = format!(
                "INSERT INTO evidence (stream, sequence, kind, leaf)
                SELECT stream, sequence, 'fork', leaf FROM entry WHERE number = {LAST}"
            );
            copy.run(&text, None).await;
        })
        .await;
    assert!(matches!(
        report.lines[&Check::Streams].findings[0].place,
        Place::Stream { .. }
    ));
}

async fn keys(trial: &mut Trial) {
    trial
        .expect("a device struck off", &[DeviceUnknown], async |copy, _| {
            copy.run(
                "DELETE FROM device WHERE stream = (SELECT MIN(stream) FROM device)",
                None,
            )
            .await;
        })
        .await;
    trial
        .expect(
            "the other device's key",
            &[SignedByAnotherKey],
            async |copy, _| {
                let key = copy
                    .bytes("SELECT public_key FROM device ORDER BY stream LIMIT 1")
                    .await;
                let text = "UPDATE device SET public_key = $1
                WHERE stream = (SELECT MAX(stream) FROM device)";
                copy.run(text, Some(&key)).await;
            },
        )
        .await;
    trial
        .expect("a key in no bundle", &[KeyNotTrusted], async |_, held| {
            held.keys.pop();
        })
        .await;
    trial
        .expect(
            "a key whose window ended",
            &[KeyOutsideWindow],
            async |_, held| {
                held.keys[0].sign_until = held.keys[0].sign_from.plus(DAY);
            },
        )
        .await;
    trial
        .expect(
            "a key in other hands",
            &[KeyCompromised],
            async |_, held| {
                held.keys[0].compromised_at = Some(held.now.plus(-DAY));
            },
        )
        .await;
    let report = trial
        .expect("no bundle at hand", &[], async |_, held| {
            held.no_bundle = true;
        })
        .await;
    assert_eq!(report.lines[&Check::Streams].counted[&Counted::NoBundle], 2);
}
