//! Whose stream is whose: a name made out of a key belongs to that key, and a key that may have been in
//! other hands is told by when its rows came.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_formats::moment::Moment;
use paso_tlog::cosignature::Timestamp;
use paso_veedor::{
    disk::Disk,
    mirror::{Mirror, What},
};
use support::{
    NOON,
    hub::{Device, FakeHub, ORIGIN, bundle, bundle_with, settings},
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(NOON + seconds).unwrap()
}

async fn open(dir: &std::path::Path) -> Mirror {
    let mirror = Mirror::open(dir, &Disk::reliable(), settings(&[ORIGIN])).await;
    mirror.unwrap()
}

/// What was found, by place.
async fn found(mirror: &Mirror) -> Vec<(u64, What)> {
    let findings = mirror.standing(at(0)).await.unwrap().findings;
    let mut found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.place, finding.what))
        .collect();
    found.sort_unstable();
    found
}

/// Whether the owner of the name is known from the start, or only with the next bundle.
#[tokio::test]
async fn nobody_takes_the_stream_that_bears_anothers_name() {
    for known in [true, false] {
        let temp = tempfile::tempdir().unwrap();
        // The third device is not known at first, and signs nothing but the first entry.
        let hub = FakeHub::new(if known { &[1, 2] } else { &[] });
        let (mut one, mut two) = (Device::named(1), Device::named(2));
        let (own, mut thief, mut stranger) = (two.stream, Device::new(1), Device::new(3));
        (thief.stream, stranger.stream) = (own, own);
        hub.log(|log| {
            log.push(thief.heartbeat());
            log.push(stranger.heartbeat());
            log.push(two.heartbeat());
            log.push(one.heartbeat());
            log.push(two.heartbeat());
        });
        let mirror = open(temp.path()).await;
        mirror.pull(&hub, at(0), |_| None).await.unwrap();
        if !known {
            assert!(
                found(&mirror)
                    .await
                    .iter()
                    .all(|(_, what)| *what == What::UnknownDevice)
            );
            hub.lock().bundle = Some(bundle(2, &[1, 2]));
            mirror.pull(&hub, at(0), |_| None).await.unwrap();
        }
        let expected = [(1, What::BadSignature), (2, What::BadSignature)];
        assert_eq!(found(&mirror).await, expected, "{known}");
        let standing = mirror.standing(at(0)).await.unwrap();
        let stream = standing.streams.iter().find(|stream| stream.id == own);
        assert_eq!(stream.map(|stream| stream.highest), Some(2), "{known}");
    }
}

#[tokio::test]
async fn a_row_that_comes_after_its_key_was_compromised_is_found() {
    let temp = tempfile::tempdir().unwrap();
    let hub = FakeHub::new(&[]);
    let since = Moment::from_unix(i64::try_from(NOON).unwrap() + 100);
    hub.lock().bundle = Some(bundle_with(1, &[1], Some((1, since))));
    let (mut one, mut two) = (Device::named(1), Device::named(2));
    let mirror = open(temp.path()).await;
    for seconds in [99, 100, 200] {
        hub.log(|log| {
            log.push(one.heartbeat());
            log.push(two.heartbeat());
        });
        mirror.pull(&hub, at(seconds), |_| None).await.unwrap();
    }
    // The other one becomes known later: what counts is when its rows came.
    let since = Moment::from_unix(i64::try_from(NOON).unwrap() + 150);
    hub.lock().bundle = Some(bundle_with(2, &[1, 2], Some((2, since))));
    mirror.pull(&hub, at(300), |_| None).await.unwrap();
    let expected = [3, 5, 6].map(|place| (place, What::CompromisedKey));
    assert_eq!(found(&mirror).await, expected);
}
