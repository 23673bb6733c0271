//! The mirror on a bad disk: what was damaged is named, a full disk takes nothing half, and files of
//! others are not touched.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_tlog::cosignature::Timestamp;
use paso_veedor::{
    disk::Disk,
    mirror::{Db, DbError, Label, Mirror, OpenError, PullError, check, database},
};
use sqlx::{
    Connection as _, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::path::Path;
use support::{
    NOON,
    hub::{CODE, Device, FakeHub, ORIGIN, settings},
};

fn now() -> Timestamp {
    Timestamp::from_seconds(NOON).unwrap()
}

fn label() -> Label {
    "2026".parse().unwrap()
}

/// A hub with acts and heartbeats, 600 places in all.
fn hub() -> FakeHub {
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    hub.log(|log| {
        (1..600).for_each(|number| {
            log.push(match number % 3 {
                0 => one.heartbeat(),
                _ => one.act(&format!("card:{number}"), "card.issued", b"statement"),
            });
        });
    });
    hub
}

async fn mirrored(dir: &Path) {
    let mirror = Mirror::open(dir, &Disk::reliable(), settings(&[ORIGIN]))
        .await
        .unwrap();
    mirror.pull(&hub(), now(), |_| None).await.unwrap();
    mirror.close().await;
}

async fn connect(dir: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(database(dir, CODE))
        .journal_mode(SqliteJournalMode::Wal);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Flips a bit of a stored value: of bytes, or of the first byte of a text.
async fn flip(db: &mut SqliteConnection, table: &str, column: &str, at: &str, byte: usize) {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT CAST({column} AS BLOB) FROM {table} WHERE {at}"
    ));
    let mut bytes: Vec<u8> = sqlx::query(text).fetch_one(&mut *db).await.unwrap().get(0);
    bytes[byte] ^= 1;
    let kind: String = {
        let text = sqlx::AssertSqlSafe(format!("SELECT typeof({column}) FROM {table} WHERE {at}"));
        sqlx::query(text).fetch_one(&mut *db).await.unwrap().get(0)
    };
    let value = if kind == "text" {
        "CAST(? AS TEXT)"
    } else {
        "?"
    };
    let text = sqlx::AssertSqlSafe(format!("UPDATE {table} SET {column} = {value} WHERE {at}"));
    sqlx::query(text)
        .bind(bytes)
        .execute(&mut *db)
        .await
        .unwrap();
}

async fn found(dir: &Path) -> Vec<String> {
    let db = Db::open_to_read(&database(dir, CODE)).await.unwrap();
    let checked = check::check(&db, &settings(&[ORIGIN]).logs).await.unwrap();
    db.close().await;
    let damage = checked.into_iter().flat_map(|checked| checked.damage);
    damage.map(|damage| damage.to_string()).collect()
}

#[tokio::test]
async fn a_flipped_bit_anywhere_is_found_by_name() {
    const LEAF: &str = "2026: the leaf at place 5 was altered";
    const ROW: &str = "2026: the row at place 5 was altered beside its leaf";
    type Flip = (
        &'static str,
        &'static str,
        &'static str,
        usize,
        &'static [&'static str],
    );
    let table: [Flip; 13] = [
        ("place", "leaf", "place = 5", 0, &[LEAF]),
        ("place", "leaf", "place = 5", 60, &[LEAF]),
        ("place", "leaf", "place = 5", 229, &[LEAF]),
        (
            "place",
            "leaf",
            "place = 0",
            3,
            &["2026: the leaf at place 0 was altered"],
        ),
        (
            "place",
            "leaf",
            "place = 599",
            3,
            &["2026: the leaf at place 599 was altered"],
        ),
        ("place", "subject", "place = 5", 5, &[ROW]),
        ("place", "kind", "place = 5", 0, &[ROW]),
        ("place", "sealed", "place = 5", 30, &[ROW]),
        ("place", "approvals", "place = 5", 0, &[ROW]),
        ("place", "statement", "place = 5", 0, &[ROW]),
        (
            "tile",
            "hashes",
            "level = 0 AND number = 1",
            100,
            &["2026: the tile tile/0/001 was altered or is missing"],
        ),
        (
            "edge",
            "hashes",
            "level = 1",
            40,
            &["2026: the tile tile/1/000.p/2 was altered or is missing"],
        ),
        (
            "log",
            "root",
            "label > 0",
            0,
            &["2026: the head stored is not the one in its signed note"],
        ),
    ];
    let temp = tempfile::tempdir().unwrap();
    mirrored(temp.path()).await;
    assert_eq!(found(temp.path()).await, Vec::<String>::new());
    for (table, column, at, byte, expected) in table {
        let mut db = connect(temp.path()).await;
        flip(&mut db, table, column, at, byte).await;
        assert_eq!(
            found(temp.path()).await,
            expected,
            "{table}.{column} {at} {byte}"
        );
        flip(&mut db, table, column, at, byte).await;
        db.close().await.unwrap();
    }
    assert_eq!(found(temp.path()).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_missing_or_was_never_signed_is_found() {
    let temp = tempfile::tempdir().unwrap();
    mirrored(temp.path()).await;
    let mut db = connect(temp.path()).await;
    flip(&mut db, "log", "note", "label > 0", 25).await;
    let damage = found(temp.path()).await;
    assert!(
        damage[0].contains("does not bear the log's signature"),
        "{damage:?}"
    );
    flip(&mut db, "log", "note", "label > 0", 25).await;
    for (what, expected) in [
        (
            "DELETE FROM tile WHERE number = 1",
            "2026: the tile tile/0/001 was altered or is missing",
        ),
        (
            "DELETE FROM place WHERE place = 300",
            "2026: the row at place 300 is missing",
        ),
        (
            "DELETE FROM place WHERE place >= 300",
            "2026: the row at place 300 is missing",
        ),
    ] {
        sqlx::query(what).execute(&mut db).await.unwrap();
        assert_eq!(found(temp.path()).await.last().unwrap(), expected, "{what}");
    }
    // A page of the file that is no page any more.
    db.close().await.unwrap();
    let path = database(temp.path(), CODE);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 64].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let db = Db::open_to_read(&path).await.unwrap();
    let error = check::check(&db, &settings(&[ORIGIN]).logs)
        .await
        .unwrap_err();
    assert!(
        matches!(error, DbError::Damaged(_) | DbError::Failed { .. }),
        "{error}"
    );
}

/// What was damaged is never handed out as if it were whole.
#[tokio::test]
async fn a_damaged_row_is_not_given_out() {
    let temp = tempfile::tempdir().unwrap();
    mirrored(temp.path()).await;
    let mut db = connect(temp.path()).await;
    flip(&mut db, "place", "sealed", "place = 5", 30).await;
    db.close().await.unwrap();
    let mirror = Mirror::open(temp.path(), &Disk::reliable(), settings(&[ORIGIN]))
        .await
        .unwrap();
    let error = mirror.feed(label(), 0).await.unwrap_err();
    assert!(error.to_string().contains("place 5"), "{error}");
    assert!(mirror.feed(label(), 6).await.unwrap().is_some());
    let db = Db::open_to_read(&database(temp.path(), CODE))
        .await
        .unwrap();
    let mut file = Vec::new();
    let error = paso_veedor::mirror::export::export(&db, label(), &mut file)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("place 5"), "{error}");
}

#[tokio::test]
async fn a_full_disk_takes_nothing_half_and_goes_on_once_there_is_room() {
    let temp = tempfile::tempdir().unwrap();
    let hub = hub();
    let disk = Disk::reliable();
    let mut refused = 0;
    // More room each time, until there is enough.
    for pages in (24..).step_by(16) {
        let mirror = Mirror::open_within(temp.path(), &disk, settings(&[ORIGIN]), Some(pages))
            .await
            .unwrap();
        let pulled = mirror.pull(&hub, now(), |_| None).await;
        let held = mirror.held(label()).await.unwrap().map(|held| held.head);
        let standing = mirror.standing(now()).await.unwrap();
        mirror.close().await;
        match pulled {
            Ok(()) => {
                assert_eq!(held, Some(hub.log(|log| log.head())));
                break;
            }
            Err(PullError::Db(error)) => {
                assert!(error.is_full(), "{error}");
                assert_eq!((held, standing.streams.len()), (None, 0));
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > 3, "{refused}");
    assert_eq!(found(temp.path()).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_file_of_others_or_of_a_later_program_is_left_alone() {
    let open = async |dir: &Path| Mirror::open(dir, &Disk::reliable(), settings(&[ORIGIN])).await;
    let temp = tempfile::tempdir().unwrap();
    mirrored(temp.path()).await;
    for (change, said) in [
        ("PRAGMA user_version = 99", "newer program"),
        ("PRAGMA application_id = 1", "no mirror of veedor's"),
    ] {
        let mut db = connect(temp.path()).await;
        sqlx::query(change).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
        let error = open(temp.path()).await.unwrap_err();
        assert!(
            matches!(error, OpenError::Db(_)) && error.to_string().contains(said),
            "{error}"
        );
        let error = Db::open_to_read(&database(temp.path(), CODE))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    let other = tempfile::tempdir().unwrap();
    std::fs::write(
        database(other.path(), CODE),
        "text, and not a little of it".repeat(100),
    )
    .unwrap();
    assert!(open(other.path()).await.is_err());
    let empty = tempfile::tempdir().unwrap();
    let error = Db::open_to_read(&database(empty.path(), CODE))
        .await
        .unwrap_err();
    assert!(matches!(error, DbError::Missing(_)), "{error}");
    // A database with tables and no name of its own belongs to another program.
    let mut db = SqliteConnection::connect_with(
        &SqliteConnectOptions::new()
            .filename(database(empty.path(), CODE))
            .create_if_missing(true),
    )
    .await
    .unwrap();
    sqlx::query("CREATE TABLE card (number TEXT)")
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    let error = open(empty.path()).await.unwrap_err();
    assert!(
        error.to_string().contains("no mirror of veedor's"),
        "{error}"
    );
}

#[tokio::test]
async fn a_hub_that_sends_without_end_does_not_fill_the_disk() {
    let temp = tempfile::tempdir().unwrap();
    let (hub, mut one) = (FakeHub::new(&[1]), Device::new(1));
    hub.lock().at_a_time = 10;
    hub.log(|log| (0..400).for_each(|_| log.push(one.heartbeat())));
    let mut settings = settings(&[ORIGIN]);
    settings.most_bytes = 110_000;
    let open = async |settings| {
        let mirror = Mirror::open(temp.path(), &Disk::reliable(), settings).await;
        mirror.unwrap()
    };
    let mirror = open(settings.clone()).await;
    let now = Timestamp::from_seconds(NOON).unwrap();
    let error = mirror.pull(&hub, now, |_| None).await.unwrap_err();
    assert!(matches!(error, PullError::NoRoom(_)), "{error}");
    let feeds = hub.lock().feeds;
    assert!(feeds < 35, "it went on asking: {feeds}");
    assert_eq!(mirror.held("2026".parse().unwrap()).await.unwrap(), None);
    mirror.close().await;
    settings.most_bytes = 1 << 30;
    open(settings)
        .await
        .pull(&hub, now, |_| None)
        .await
        .unwrap();
}
