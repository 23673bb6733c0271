//! What the mirror takes, what it refuses, what it finds, and that it gives everything back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_formats::{
    entry::{Content, Entry},
    feed::Feed,
    receipt::{Code, Commitment},
};
use paso_tlog::{
    checkpoint::{Head, Origin, SignedCheckpoint},
    cosignature::Timestamp,
    hash::leaf_hash,
    note::{SignatureLine, Verify},
    proof::verify_inclusion,
    proof_file::ProofFile,
    tile::{Bundle, Edge, Kind as TileKind, TilePath, tiles},
};
use paso_veedor::{
    disk::Disk,
    evidence::{Kind, Side},
    mirror::{Hub, HubError, Label, Mirror, PullError, What, check, database},
};
use std::path::Path;
use support::{
    NOON,
    hub::{Device, FakeHub, Kept, Ledger, ORIGIN, bundle, cosigner, settings},
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(NOON + seconds).unwrap()
}

fn label() -> Label {
    "2026".parse().unwrap()
}

async fn open(dir: &Path) -> Mirror {
    Mirror::open(dir, &Disk::reliable(), settings(&[ORIGIN]))
        .await
        .unwrap()
}

async fn pull(mirror: &Mirror, hub: &FakeHub) -> Result<(), PullError> {
    mirror.pull(hub, at(0), |_| None).await
}

async fn head(mirror: &Mirror) -> Option<Head> {
    mirror.held(label()).await.unwrap().map(|held| held.head)
}

/// Every byte of the mirror's answers, to be compared before and after.
async fn everything(mirror: &Mirror) -> (String, Vec<u8>) {
    let note = mirror
        .held(label())
        .await
        .unwrap()
        .unwrap()
        .note
        .to_string();
    (note, mirror.feed(label(), 0).await.unwrap().unwrap())
}

#[tokio::test]
async fn what_a_hub_publishes_is_taken_whole_and_given_back_whole() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1, 2]);
    let (mut one, mut two) = (Device::new(1), Device::new(2));
    let mut mirror = open(temp.path()).await;
    // Around the borders of tiles; the last ones with a restart in between.
    for size in [1_usize, 2, 255, 256, 257, 300, 511, 512, 513, 700] {
        hub.log(|log| {
            while log.places.len() < size {
                let number = log.places.len();
                log.push(match number % 5 {
                    0 => two.heartbeat(),
                    1 => two.act(&format!("card:{number}"), "card.issued", b""),
                    _ => one.act(&format!("card:{number}"), "card.issued", b""),
                });
            }
        });
        pull(&mirror, &hub).await.unwrap();
        assert_eq!(
            head(&mirror).await,
            Some(hub.log(|log| log.head())),
            "{size}"
        );
        if size > 500 {
            mirror.close().await;
            mirror = open(temp.path()).await;
        }
    }
    let (note, feed) = everything(&mirror).await;
    assert_eq!(note.into_bytes(), hub.log(|log| log.checkpoint()));
    assert_eq!(feed, hub.log(|log| log.feed(0, 4096)));
    assert_eq!(
        mirror.feed(label(), 699).await.unwrap(),
        Some(hub.log(|log| log.feed(699, 1)))
    );
    for none in [700, 5_000] {
        let bytes = mirror.feed(label(), none).await.unwrap().unwrap();
        assert_eq!(Feed::read(&bytes, Some(ORIGIN)).unwrap().header().count, 0);
    }
    let mut file = Vec::new();
    let db = paso_veedor::mirror::Db::open_to_read(&database(temp.path(), support::hub::CODE))
        .await
        .unwrap();
    assert_eq!(
        paso_veedor::mirror::export::export(&db, label(), &mut file)
            .await
            .unwrap(),
        700
    );
    assert_eq!(file, hub.log(|log| log.feed(0, 4096)));
    let checked = check::check(&db, &settings(&[ORIGIN]).logs).await.unwrap();
    assert_eq!(
        (checked.len(), checked[0].rows, checked[0].damage.len()),
        (1, 700, 0),
        "{checked:?}"
    );

    let standing = mirror.standing(at(0)).await.unwrap();
    assert_eq!((standing.findings.len(), standing.failure), (0, None));
    let streams: Vec<_> = standing
        .streams
        .iter()
        .map(|stream| (stream.highest, stream.missing))
        .collect();
    assert_eq!(
        streams.iter().map(|(highest, _)| highest).sum::<u64>(),
        699,
        "{streams:?}"
    );
}

#[tokio::test]
async fn every_tile_there_ever_was_is_served_and_no_other() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    hub.log(|log| (1..600).for_each(|_| log.push(one.heartbeat())));
    let mirror = open(temp.path()).await;
    pull(&mirror, &hub).await.unwrap();
    let leaves: Vec<Vec<u8>> =
        hub.log(|log| log.places.iter().map(|kept| kept.place().leaf()).collect());
    let mut edge = Edge::new();
    for (size, leaf) in (1_u64..).zip(&leaves) {
        edge.push(leaf_hash(leaf));
        if size % 37 != 0 && size != 600 {
            continue;
        }
        for tile in edge.tiles() {
            assert_eq!(
                mirror.tile(label(), &tile.path).await.unwrap(),
                Some(tile.bytes()),
                "{}",
                tile.path
            );
        }
        for path in tiles(TileKind::Entries, size) {
            let bytes = mirror.tile(label(), &path).await.unwrap().unwrap();
            let first = usize::try_from(path.index() * 256).unwrap();
            let expected = &leaves[first..first + usize::from(path.width())];
            assert_eq!(Bundle::parse(&bytes).unwrap().entries(), expected);
        }
    }
    for (kind, index, width) in [
        (TileKind::Hashes { level: 0 }, 2, 89),
        (TileKind::Hashes { level: 0 }, 3, 1),
        (TileKind::Hashes { level: 1 }, 0, 3),
        (TileKind::Hashes { level: 2 }, 0, 1),
        (TileKind::Hashes { level: 63 }, 0, 1),
        (TileKind::Entries, 2, 89),
        (TileKind::Entries, u64::MAX, 256),
    ] {
        let path = TilePath::partial(kind, index, width).unwrap();
        assert_eq!(mirror.tile(label(), &path).await.unwrap(), None, "{path}");
    }
}

#[tokio::test]
async fn a_receipt_is_proven_by_its_code() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    let code = Code::from_random([1, 2, 3, 4]);
    hub.log(|log| {
        (1..300).for_each(|_| log.push(one.heartbeat()));
        log.push(one.act(&format!("receipt:{code}"), "receipt.given", b""));
        (1..40).for_each(|_| log.push(one.heartbeat()));
    });
    let mirror = open(temp.path()).await;
    pull(&mirror, &hub).await.unwrap();
    let leaf = hub.log(|log| log.places[300].place().leaf());
    let commitment = Commitment(Entry::read(&leaf).unwrap().commitment());
    let proof = mirror.proof(code, commitment).await.unwrap().unwrap();
    let proof = ProofFile::parse(proof.to_string().as_bytes()).unwrap();
    assert_eq!(
        (proof.index(), proof.unverified_extra()),
        (300, Some(&leaf[..]))
    );
    let head = proof.checkpoint().unverified().head();
    assert_eq!(head, hub.log(|log| log.head()));
    verify_inclusion(
        &leaf_hash(&leaf),
        300,
        head.size,
        proof.hashes(),
        &head.root,
    )
    .unwrap();
    let other = Code::from_random([4, 3, 2, 1]);
    assert_eq!(mirror.proof(other, commitment).await.unwrap(), None);
    let guessed = Commitment([1; 32]);
    assert_eq!(mirror.proof(code, guessed).await.unwrap(), None);
    // Of receipts that share a code, each commitment finds its own.
    hub.log(|log| {
        (0..20).for_each(|_| log.push(one.act(&format!("receipt:{code}"), "receipt.given", b"")));
    });
    pull(&mirror, &hub).await.unwrap();
    let of = |leaf: &[u8]| Commitment(Entry::read(leaf).unwrap().commitment());
    for (at, within) in [(359, true), (344, true), (343, false), (300, false)] {
        let leaf = hub.log(|log| log.places[at].place().leaf());
        let proof = mirror.proof(code, of(&leaf)).await.unwrap();
        let extra = proof.as_ref().and_then(ProofFile::unverified_extra);
        assert_eq!(extra, within.then_some(&leaf[..]), "{at}");
    }
    assert_eq!(mirror.proofs(code).await.unwrap().len(), 16);
}

/// What a hub may do wrong, what it is called, and that what is held stays as it is.
#[tokio::test]
async fn what_does_not_fit_is_evidence_and_changes_nothing() {
    type Lie = fn(&mut Ledger);
    let table: [(&str, Lie, Kind, u64); 5] = [
        (
            "an older head",
            |log| log.published = 20,
            Kind::Rollback,
            20,
        ),
        (
            "another tree of that size",
            |log| log.other_root = Some([7; 32]),
            Kind::Fork,
            40,
        ),
        (
            "an older head of another tree",
            |log| {
                log.published = 20;
                log.other_root = Some([7; 32]);
            },
            Kind::Fork,
            20,
        ),
        (
            "a larger head to which the rows do not lead",
            |log| {
                let mut one = Device::new(1);
                log.push(one.heartbeat());
                log.other_root = Some([7; 32]);
            },
            Kind::Tree,
            41,
        ),
        (
            "a row altered beside its leaf",
            |log| {
                let mut two = Device::new(2);
                log.push(two.act("card:1", "card.issued", b""));
                log.altered = Some(40);
            },
            Kind::Row,
            40,
        ),
    ];
    for (case, lie, kind, size) in table {
        let temp = tempfile::tempdir().unwrap();
        let hub = FakeHub::new(&[1, 2]);
        let mut one = Device::new(1);
        hub.log(|log| (1..40).for_each(|_| log.push(one.heartbeat())));
        let mirror = open(temp.path()).await;
        pull(&mirror, &hub).await.unwrap();
        let before = everything(&mirror).await;
        let honest = hub.log(|log| log.clone());
        hub.log(lie);
        // Told twice, kept once.
        for _ in 0..2 {
            let refused = pull(&mirror, &hub).await.unwrap_err();
            let PullError::Refused {
                kind: found,
                size: at,
                ..
            } = refused
            else {
                panic!("{case}: {refused}")
            };
            assert_eq!((found, at), (kind, size), "{case}");
        }
        assert_eq!(everything(&mirror).await, before, "{case}");
        let standing = mirror.standing(at(0)).await.unwrap();
        assert!(standing.failure.is_some());
        let [piece] = &standing.logs[0].evidence[..] else {
            panic!("{case}: {standing:?}")
        };
        assert_eq!((piece.kind, piece.size), (kind, size), "{case}");
        let public = mirror.evidence(label(), &piece.to_string(), Side::Refused);
        assert_eq!(public.is_some(), kind.is_public(), "{case}");
        // Both notes are the log's own, and so convict or reproach by themselves.
        if let Some(note) = public {
            let note = SignedCheckpoint::parse(&note.unwrap()).unwrap();
            note.verify(&[&support::hub::vkey(ORIGIN)]).unwrap();
        }
        // The truth is taken again, and the evidence is still there after a restart.
        mirror.close().await;
        let mirror = open(temp.path()).await;
        hub.log(|log| {
            *log = honest;
            log.push(one.heartbeat());
        });
        pull(&mirror, &hub).await.unwrap();
        let standing = mirror.standing(at(0)).await.unwrap();
        assert_eq!(standing.logs[0].held.head.size, 41, "{case}");
        assert_eq!(
            (standing.logs[0].evidence.len(), standing.failure),
            (1, None),
            "{case}"
        );
    }
}

#[tokio::test]
async fn the_witness_and_the_mirror_must_be_shown_one_log() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    hub.log(|log| (1..40).for_each(|_| log.push(one.heartbeat())));
    let mirror = open(temp.path()).await;
    let seen = |published: usize, other_root| {
        let mut log = hub.log(|log| log.clone());
        (log.published, log.other_root) = (published, other_root);
        SignedCheckpoint::parse(&log.checkpoint()).unwrap()
    };
    for published in [20, 40] {
        let same = seen(published, None);
        mirror
            .pull(&hub, at(10), |_| Some(same.clone()))
            .await
            .unwrap();
        assert_eq!(
            mirror.standing(at(10)).await.unwrap().logs[0].complete,
            at(10)
        );
        let other = seen(published, Some([7; 32]));
        let refused = mirror
            .pull(&hub, at(20), |_| Some(other.clone()))
            .await
            .unwrap_err();
        assert!(
            matches!(
                refused,
                PullError::Refused {
                    kind: Kind::Fork,
                    ..
                }
            ),
            "{refused}"
        );
    }
    // A head that the witness has seen and the hub does not publish: the mirror is not complete.
    hub.log(|log| log.push(one.heartbeat()));
    let ahead = seen(41, None);
    hub.log(|log| log.published = 40);
    mirror
        .pull(&hub, at(30), |_| Some(ahead.clone()))
        .await
        .unwrap();
    assert_eq!(
        mirror.standing(at(30)).await.unwrap().logs[0].complete,
        at(10)
    );
}

/// A hub whose checkpoint was replaced on its way.
struct Swapped(FakeHub, Vec<u8>);
impl Hub for Swapped {
    async fn origins(&self) -> Result<Vec<Origin>, HubError> {
        self.0.origins().await
    }
    async fn checkpoint(&self, _: Label) -> Result<Option<Vec<u8>>, HubError> {
        Ok(Some(self.1.clone()))
    }
    async fn feed(&self, label: Label, from: u64) -> Result<Vec<u8>, HubError> {
        self.0.feed(label, from).await
    }
    async fn bundle(&self) -> Result<Option<Vec<u8>>, HubError> {
        self.0.bundle().await
    }
}

#[tokio::test]
async fn notes_of_others_and_other_origins_are_not_taken() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mirror = Mirror::open(
        temp.path(),
        &Disk::reliable(),
        settings(&["log.inm.example/2025", ORIGIN]),
    )
    .await
    .unwrap();
    // Our own log's address, another log's note.
    hub.lock().logs[0].origin = "log.inm.example/2025".to_owned();
    let other = hub.log(|log| log.checkpoint());
    hub.lock().logs[0].origin = ORIGIN.to_owned();
    let text = String::from_utf8(hub.log(|log| log.checkpoint())).unwrap();
    for (note, said) in [
        (other, "it is of log.inm.example/2025"),
        (text.replace("\n1\n", "\n2\n").into_bytes(), "does not fit"),
        (
            text.replace("\u{2014} log.", "\u{2014} fog.").into_bytes(),
            "nobody trusted signed",
        ),
        (b"<html>".to_vec(), "cannot be read"),
    ] {
        let hub = Swapped(hub.clone(), note);
        let error = mirror.pull(&hub, at(0), |_| None).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(head(&mirror).await, None);
    }
    // A log whose key nobody pinned is not even asked for.
    hub.lock()
        .logs
        .push(Ledger::open("log.elsewhere.example/2027", None));
    pull(&mirror, &hub).await.unwrap();
    assert_eq!(mirror.standing(at(0)).await.unwrap().logs.len(), 1);
    // A log that was there must stay.
    hub.lock().logs.remove(0);
    let error = pull(&mirror, &hub).await.unwrap_err();
    assert!(matches!(error, PullError::Vanished(_)), "{error}");
}

/// What devices may do wrong. The rows stay: the log has signed that they are there.
#[tokio::test]
async fn what_devices_did_wrong_is_found_at_its_place() {
    type Story = fn(&mut Device, &mut Device) -> Vec<Kept>;
    type Row = (&'static str, Story, &'static [(u64, What)]);
    let table: [Row; 6] = [
        (
            "in order",
            |one, two| vec![one.heartbeat(), two.heartbeat(), one.heartbeat()],
            &[],
        ),
        (
            "a hole that is filled late",
            |one, _| {
                let (first, second, third) = (one.heartbeat(), one.heartbeat(), one.heartbeat());
                vec![first, third, second]
            },
            &[],
        ),
        (
            "the same leaf twice",
            |one, _| {
                let first = one.heartbeat();
                vec![first.clone(), one.heartbeat(), first]
            },
            &[(3, What::Twice)],
        ),
        (
            "two entries with one number",
            |one, _| {
                let first = one.heartbeat();
                let before = one.last;
                let second = one.heartbeat();
                one.last = before;
                let other = one.act("card:1", "card.issued", b"");
                vec![first, second, other]
            },
            &[(3, What::Fork)],
        ),
        (
            "a link that fits nothing",
            |one, _| {
                let first = one.heartbeat();
                let mut head = one.last.unwrap();
                head.hash = [9; 32];
                one.last = Some(head);
                vec![first, one.heartbeat()]
            },
            &[(2, What::BrokenLink)],
        ),
        (
            "an entry that another device signed in its name",
            |one, two| {
                let first = one.heartbeat();
                two.stream = one.stream;
                two.last = one.last;
                vec![first, Kept::Entry(two.sign(Content::Heartbeat), None)]
            },
            &[(2, What::BadSignature)],
        ),
    ];
    for (case, story, expected) in table {
        for split in [false, true] {
            let temp = tempfile::tempdir().unwrap();
            let hub = FakeHub::new(&[1, 2]);
            let mut mirror = open(temp.path()).await;
            let kept = story(&mut Device::new(1), &mut Device::new(2));
            for kept in kept {
                hub.log(|log| log.push(kept));
                // Row by row with a restart each time, or all at once.
                if split {
                    pull(&mirror, &hub).await.unwrap();
                    mirror.close().await;
                    mirror = open(temp.path()).await;
                }
            }
            pull(&mirror, &hub).await.unwrap();
            assert_eq!(
                head(&mirror).await,
                Some(hub.log(|log| log.head())),
                "{case}"
            );
            let standing = mirror.standing(at(0)).await.unwrap();
            let found: Vec<_> = standing
                .findings
                .iter()
                .map(|found| (found.place, found.what))
                .collect();
            assert_eq!(found, expected, "{case} {split}");
            assert!(
                standing.streams.iter().all(|stream| stream.missing == 0),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_device_is_looked_at_again_with_the_next_bundle() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mut two = Device::new(2);
    hub.log(|log| {
        let (first, second, third) = (two.heartbeat(), two.heartbeat(), two.heartbeat());
        for kept in [first, third.clone(), third, second] {
            log.push(kept);
        }
    });
    let mirror = open(temp.path()).await;
    pull(&mirror, &hub).await.unwrap();
    let standing = mirror.standing(at(0)).await.unwrap();
    assert_eq!(standing.findings.len(), 4);
    assert!(
        standing
            .findings
            .iter()
            .all(|found| found.what == What::UnknownDevice)
    );
    assert_eq!(standing.streams, []);
    hub.lock().bundle = Some(bundle(2, &[1, 2]));
    pull(&mirror, &hub).await.unwrap();
    let standing = mirror.standing(at(0)).await.unwrap();
    let found: Vec<_> = standing
        .findings
        .iter()
        .map(|found| (found.place, found.what))
        .collect();
    assert_eq!(found, [(3, What::Twice)]);
    assert_eq!(
        (standing.streams[0].highest, standing.streams[0].missing),
        (3, 0)
    );
    // An older bundle changes nothing, nor does one of strangers.
    hub.lock().bundle = Some(bundle(1, &[]));
    pull(&mirror, &hub).await.unwrap();
    assert_eq!(mirror.bundle().await.unwrap().unwrap().bundle().sequence, 2);
    // What is no bundle is said, and what is published is kept all the same.
    hub.lock().bundle = Some(b"nothing".to_vec());
    hub.log(|log| log.push(two.heartbeat()));
    let error = pull(&mirror, &hub).await.unwrap_err();
    assert!(error.to_string().contains("not a trust bundle"), "{error}");
    assert_eq!(head(&mirror).await, Some(hub.log(|log| log.head())));
}

#[tokio::test]
async fn a_log_is_kept_before_anybody_knows_its_devices() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    hub.lock().bundle = None;
    let mut one = Device::new(1);
    hub.log(|log| (1..10).for_each(|_| log.push(one.heartbeat())));
    let mirror = open(temp.path()).await;
    let error = pull(&mirror, &hub).await.unwrap_err();
    assert!(error.to_string().contains("no trust bundle yet"), "{error}");
    assert_eq!(head(&mirror).await, Some(hub.log(|log| log.head())));
    assert_eq!(mirror.standing(at(0)).await.unwrap().findings.len(), 9);
    hub.lock().bundle = Some(bundle(1, &[1]));
    pull(&mirror, &hub).await.unwrap();
    let standing = mirror.standing(at(0)).await.unwrap();
    assert_eq!(
        (standing.findings.len(), standing.streams[0].highest),
        (0, 9)
    );
}

#[tokio::test]
async fn a_head_that_more_have_witnessed_replaces_its_note() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mirror = open(temp.path()).await;
    let lines = async || {
        mirror
            .held(label())
            .await
            .unwrap()
            .unwrap()
            .note
            .note()
            .lines()
            .len()
    };
    // Two witnesses of the policy, and a stranger; one after the other, so that each note lacks what
    // another one brought.
    for (witness, expected) in [
        (None, 1),
        (Some([77; 32]), 2),
        (None, 2),
        (Some([79; 32]), 2),
        (Some([78; 32]), 3),
        (Some([77; 32]), 3),
    ] {
        hub.log(|log| log.witness = witness);
        pull(&mirror, &hub).await.unwrap();
        assert_eq!(lines().await, expected, "{witness:?}");
    }
    let note = mirror.held(label()).await.unwrap().unwrap().note;
    let known: [&dyn Verify; 2] = [&cosigner(&[77; 32]), &cosigner(&[78; 32])];
    assert_eq!(note.note().verify(&known).unwrap().len(), 2);
}

/// Many lines that nobody can check weigh nothing against one that holds.
#[tokio::test]
async fn lines_that_do_not_hold_take_no_cosignature_away() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mirror = open(temp.path()).await;
    let bare = String::from_utf8(hub.log(|log| log.checkpoint())).unwrap();
    hub.log(|log| log.witness = Some([77; 32]));
    pull(&mirror, &hub).await.unwrap();
    let held = everything(&mirror).await;
    let other = |seed| cosigner(&[seed; 32]);
    let mut note = SignedCheckpoint::parse(bare.as_bytes()).unwrap();
    for seed in 77..90 {
        let line = SignatureLine::new(other(seed).name().clone(), other(seed).id(), vec![1; 72]);
        note.attach(line.unwrap()).unwrap();
    }
    let hub = Swapped(hub, note.to_string().into_bytes());
    mirror.pull(&hub, at(0), |_| None).await.unwrap();
    assert_eq!(everything(&mirror).await, held);
}

#[tokio::test]
async fn a_hole_stays_in_sight_until_it_is_filled() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    let mut entries: Vec<_> = (0..9).map(|_| one.heartbeat()).collect();
    let late = entries
        .split_off(8)
        .into_iter()
        .chain(entries.drain(2..5))
        .collect::<Vec<_>>();
    let mirror = open(temp.path()).await;
    hub.log(|log| {
        for kept in entries {
            log.push(kept);
        }
        log.push(late[0].clone());
    });
    pull(&mirror, &hub).await.unwrap();
    let stream = mirror.standing(at(0)).await.unwrap().streams.remove(0);
    assert_eq!(
        (stream.highest, stream.missing, stream.heard),
        (9, 3, at(0))
    );
    hub.log(|log| late[1..].iter().for_each(|kept| log.push(kept.clone())));
    mirror.pull(&hub, at(60), |_| None).await.unwrap();
    let stream = mirror.standing(at(60)).await.unwrap().streams.remove(0);
    // What came late is no sign of life.
    assert_eq!(
        (stream.highest, stream.missing, stream.heard),
        (9, 0, at(0))
    );
}

#[tokio::test]
async fn the_next_years_log_must_continue_the_last_one() {
    let next = "log.inm.example/2027";
    let old = || {
        (
            ORIGIN,
            Head {
                size: 40,
                ..Head::EMPTY
            },
        )
    };
    for (case, found) in [
        ("continues", 0),
        ("begins anew", 1),
        ("continues another head", 1),
    ] {
        let temp = tempfile::tempdir().unwrap();
        let hub = FakeHub::new(&[1]);
        let mut one = Device::new(1);
        hub.log(|log| (1..40).for_each(|_| log.push(one.heartbeat())));
        let origins = [ORIGIN, next];
        let mirror = Mirror::open(temp.path(), &Disk::reliable(), settings(&origins))
            .await
            .unwrap();
        pull(&mirror, &hub).await.unwrap();
        let continues = match case {
            "continues" => Some((ORIGIN, hub.log(|log| log.head()))),
            "begins anew" => None,
            _ => Some(old()),
        };
        let mut opened = Ledger::open(next, continues);
        opened.push(one.heartbeat());
        hub.lock().logs.push(opened);
        pull(&mirror, &hub).await.unwrap();
        let standing = mirror.standing(at(0)).await.unwrap();
        assert_eq!(standing.logs.len(), 2, "{case}");
        assert_eq!(
            standing.findings.len(),
            found,
            "{case}: {:?}",
            standing.findings
        );
        assert!(
            standing
                .findings
                .iter()
                .all(|found| found.what == What::Opening)
        );
        // The stream goes on from one log into the next.
        assert_eq!(standing.streams[0].highest, 40);
    }
}

#[tokio::test]
async fn a_hub_that_falls_silent_within_a_round_leaves_nothing_half_taken() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    hub.log(|log| (1..100).for_each(|_| log.push(one.heartbeat())));
    hub.lock().at_a_time = 10;
    let mirror = open(temp.path()).await;
    for pages in [1, 5, 9] {
        (hub.lock().feeds, hub.lock().silent_after) = (0, Some(pages));
        let error = pull(&mirror, &hub).await.unwrap_err();
        assert!(matches!(error, PullError::Hub(_)), "{error}");
        assert_eq!(head(&mirror).await, None);
        assert_eq!(mirror.standing(at(0)).await.unwrap().streams, []);
    }
    hub.lock().silent_after = None;
    pull(&mirror, &hub).await.unwrap();
    assert_eq!(head(&mirror).await, Some(hub.log(|log| log.head())));
    assert_eq!(mirror.standing(at(0)).await.unwrap().findings, []);
}
