//! Custody as it comes out of a mirrored log: statements opened with the ombudsman's key, rows that tell
//! nothing, and what had been published by an hour.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_formats::{
    moment::Moment,
    statement::{Kind, OpeningKey, Statement},
};
use paso_tlog::cosignature::Timestamp;
use paso_veedor::{
    custody::{Row, board::Board},
    disk::Disk,
    mirror::{Db, DbError, Mirror, committed, database, told},
};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;
use support::{
    NOON,
    hub::{CODE, Device, FakeHub, ORIGIN, settings},
};

fn key(byte: u8) -> OpeningKey {
    OpeningKey::from_random([byte; 32]).unwrap()
}

fn after_noon(seconds: u64) -> Moment {
    Moment::from_unix(i64::try_from(NOON + seconds).unwrap())
}

fn sealed(episode: u8, kind: Kind, to: &OpeningKey) -> Vec<u8> {
    let statement = Statement {
        episode: [episode; 16],
        group: None,
        place: "EM-TAP-1".parse().unwrap(),
        kind,
        at: after_noon(0),
        due: None,
    };
    let random = [episode + 100; 32];
    statement.seal(to.sealing_key(), &random).unwrap()
}

async fn open(dir: &Path) -> Mirror {
    let mirror = Mirror::open(dir, &Disk::reliable(), settings(&[ORIGIN])).await;
    mirror.unwrap()
}

async fn pull(dir: &Path, hub: &FakeHub, seconds: u64) {
    let mirror = open(dir).await;
    let now = Timestamp::from_seconds(NOON + seconds).unwrap();
    mirror.pull(hub, now, |_| None).await.unwrap();
    mirror.close().await;
}

async fn read(dir: &Path) -> Db {
    Db::open_to_read(&database(dir, CODE)).await.unwrap()
}

#[tokio::test]
async fn every_record_of_custody_tells_something_or_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let (hub, mut one) = (FakeHub::new(&[1]), Device::new(1));
    hub.log(|log| {
        log.push(one.custody("custody:1", &sealed(1, Kind::Opened, &key(1))));
        log.push(one.act("card:1", "card.issued", b""));
        log.push(one.custody("custody:2", b""));
        log.push(one.custody("custody:3", &sealed(2, Kind::Opened, &key(2))));
        // What is told beside an act of another class is told all the same.
        log.push(one.act("x:1", "x", &sealed(3, Kind::Opened, &key(1))));
        // Not every row says something, before a statement or after it.
        log.push(one.custody("custody:1", b""));
        log.push(one.custody("custody:2", b""));
        log.push(one.custody("custody:4", b""));
        log.push(one.custody("custody:4", &sealed(4, Kind::Opened, &key(1))));
    });
    pull(temp.path(), &hub, 0).await;
    let rows = told(&read(temp.path()).await, &key(1)).await.unwrap();
    let named: Vec<_> = rows
        .iter()
        .map(|row| match row {
            Row::Told(told) => (told.stands.place, told.stands.sequence.to_string()),
            Row::Silent(silent) => (silent.place, silent.why.clone()),
        })
        .collect();
    let closed =
        "the statement does not open with this key: it is sealed to another, or was altered";
    let expected = [
        (1, "1"),
        (4, closed),
        (5, "5"),
        (9, "9"),
        (3, "nothing was ever told of this record"),
    ];
    assert_eq!(
        named,
        expected.map(|(place, said)| (place, said.to_owned()))
    );
    let told: Vec<_> = rows
        .into_iter()
        .filter_map(|row| match row {
            Row::Told(told) => Some(told),
            Row::Silent(_) => None,
        })
        .collect();
    let board = Board::at(&told, after_noon(60));
    assert_eq!(board.present(&"EM-TAP-1".parse().unwrap()).len(), 3);
}

#[tokio::test]
async fn what_was_published_by_an_hour_is_known_later_and_a_late_pull_makes_nobody_late() {
    let temp = tempfile::tempdir().unwrap();
    let (hub, mut one) = (FakeHub::new(&[1]), Device::new(1));
    hub.log(|log| log.push(one.heartbeat()));
    pull(temp.path(), &hub, 100).await;
    hub.log(|log| log.push(one.heartbeat()));
    pull(temp.path(), &hub, 200).await;
    // A witness signed the third head at noon, an hour before the mirror came by.
    hub.log(|log| {
        log.push(one.heartbeat());
        log.witness = Some([77; 32]);
    });
    let db = read(temp.path()).await;
    for (seconds, size) in [(99, None), (100, Some(2)), (199, Some(2)), (200, Some(3))] {
        let found = committed(&db, after_noon(seconds)).await.unwrap();
        let sizes: Vec<u64> = found.sizes.into_values().collect();
        assert_eq!(sizes, Vec::from_iter(size), "{seconds}");
    }
    pull(temp.path(), &hub, 3_600).await;
    let found = committed(&db, after_noon(50)).await.unwrap();
    assert_eq!(found.sizes.into_values().collect::<Vec<u64>>(), [4]);
    assert_eq!(found.published, Some(after_noon(0)));
}

#[tokio::test]
async fn a_mirror_of_the_first_version_is_brought_up_to_date_and_keeps_all_it_had() {
    let temp = tempfile::tempdir().unwrap();
    let (hub, mut one) = (FakeHub::new(&[1]), Device::new(1));
    hub.log(|log| log.push(one.custody("custody:1", &sealed(1, Kind::Opened, &key(1)))));
    pull(temp.path(), &hub, 0).await;
    let path = database(temp.path(), CODE);
    let options = SqliteConnectOptions::new().filename(&path);
    let mut db = SqliteConnection::connect_with(&options).await.unwrap();
    for change in ["DROP TABLE seen", "PRAGMA user_version = 1"] {
        sqlx::query(change).execute(&mut db).await.unwrap();
    }
    db.close().await.unwrap();
    let error = Db::open_to_read(&path).await.unwrap_err();
    assert!(matches!(error, DbError::Older(_)), "{error}");
    open(temp.path()).await.close().await;
    let rows = told(&read(temp.path()).await, &key(1)).await.unwrap();
    assert_eq!(rows.len(), 1);
}
