//! Yesterday's data in today's program: a journal kept from every closed part opens, replays and
//! gives the same views, on SQLite as it was stored and on PostgreSQL after a move.
//!
//! The folders below `golden/` are written once, by the ignored tests here, and then only read.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use paso_domain::{
    access::{AccessEvent, How, Listed, Opened},
    act::Act,
    card::{CardEvent, RevocationReason},
    erasure::{CarriedOut, DeadIndex, ErasureEvent, ErasureGround},
    event::Event,
    id::ErasureId,
    policy::{Power, Role},
    subject::Subject,
};
use paso_formats::{
    approval::{self, ActHeader, ActRow, Approval, Approvals},
    moment::Moment,
    testing::{Authenticator, Ceremony},
};
use paso_store::{
    Append, AppendError, Entry, Store, Url,
    testing::{Engine, Scratch, Story, Told, chains_are_whole, device, view_rows, views_version},
};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _, SqliteConnection,
    ValueRef as _,
    sqlite::{SqliteConnectOptions, SqliteRow},
};

/// The parts that are closed, oldest first.
const PARTS: [&str; 4] = ["part-a", "part-b", "part-c", "part-d"];

/// Acts in a golden journal.
const ACTS: usize = 300;

/// Kinds of facts of custody on the day its part was closed.
const CUSTODY_FACTS: usize = 18;

fn golden(part: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(part)
        .join(file)
}

fn file(url: &Url) -> &Path {
    let Url::Sqlite(path) = url else {
        panic!("{url:?}")
    };
    path
}

async fn sqlite(path: &Path, create: bool) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .connect()
        .await
        .unwrap()
}

/// The databases of a part as they were stored.
async fn restore(part: &str) -> Scratch {
    let scratch = Scratch::new(Engine::Sqlite).await;
    for (url, name) in [
        (&scratch.config().main, "main.sql"),
        (&scratch.config().keys, "keys.sql"),
    ] {
        let mut connection = sqlite(file(url), true).await;
        let text = fs::read_to_string(golden(part, name)).unwrap();
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
    scratch
}

async fn replayed(store: &Store) -> Vec<String> {
    store.drop_views().await.unwrap();
    let rebuilt = store.rebuild_views().await.unwrap();
    let erased = closed_for_ever(store).await;
    assert_eq!(
        (rebuilt.events, rebuilt.erased),
        (store.position().await.unwrap() - erased, erased)
    );
    view_rows(store).await
}

/// Rows of subjects that an erasure of the journal names.
async fn closed_for_ever(store: &Store) -> u64 {
    let mut erased = 0;
    for erasure in store.erasures(100).await.unwrap() {
        let subject = Subject::Erasure(erasure.erasure);
        let key = store.subject_key(&subject).await.unwrap().unwrap();
        for row in store.load(&[subject]).await.unwrap() {
            let Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }) = row.open(&key).unwrap()
            else {
                panic!("{row:?}")
            };
            let named = store.load(&erasure.subjects).await.unwrap();
            // What came before the erasure; nothing can come after.
            assert!(named.iter().all(|named| named.position < row.position));
            erased += named.len();
        }
    }
    u64::try_from(erased).unwrap()
}

#[tokio::test]
async fn every_golden_journal_opens_and_replays() {
    for part in PARTS {
        let scratch = restore(part).await;
        let store = scratch.open().await;
        let rows = replayed(&store).await;
        if part == "part-a" {
            sign_older_rows(&store).await;
        } else {
            let position = store.position().await.unwrap();
            assert_eq!(chains_are_whole(&store).await, position, "{part}");
        }
        let file = golden(part, &format!("views-{}.txt", views_version()));
        let stored = fs::read_to_string(&file).unwrap_or_else(|_| {
            panic!("views have a new version: run the ignored test write_views, read its files, commit them")
        });
        assert!(
            stored.lines().eq(rows.iter().map(String::as_str)),
            "the views of {part} differ from {}: raise views::VERSION and run write_views",
            file.display()
        );
        // A replayed journal goes on.
        Story::new(99).tell_acts(&store, 5).await;
    }
}

/// What starting the program does: rows from before there were entries get theirs.
async fn sign_older_rows(store: &Store) {
    let told = Append {
        device: device([7; 32]),
        now: Moment::from_unix(1_500_000_000),
        entries: Vec::new(),
        expect: Vec::new(),
    };
    let refused = store.append(told.clone()).await.unwrap_err();
    assert!(matches!(refused, AppendError::EntriesBehind), "{refused}");
    let position = store.position().await.unwrap();
    let signed = store.backfill(&told.device, told.now).await.unwrap();
    assert_eq!(
        (signed, chains_are_whole(store).await),
        (position, position)
    );
    assert_eq!(store.backfill(&told.device, told.now).await.unwrap(), 0);
    store.append(told).await.unwrap();
}

/// Outgrowing SQLite: copy the journal and the keys, rebuild the rest.
#[tokio::test]
async fn a_golden_journal_moves_to_postgresql() {
    for part in PARTS {
        let (old, new) = (restore(part).await, Scratch::new(Engine::Postgres).await);
        new.create().await.close().await;
        // The newest tables, also where the part had not all of them.
        old.open().await.close().await;
        for (from, to, table) in [
            (&old.config().main, &new.config().main, "journal"),
            (&old.config().keys, &new.config().keys, "subject_key"),
            (&old.config().keys, &new.config().keys, "forgotten"),
        ] {
            copy(file(from), to, table).await;
        }
        let (old, new) = (old.open().await, new.open().await);
        assert_eq!(replayed(&old).await, replayed(&new).await);
        sign_older_rows(&new).await;
    }
}

async fn copy(from: &Path, to: &Url, table: &str) {
    let Url::Postgres(to) = to else {
        panic!("{to:?}")
    };
    let (mut from, mut to) = (
        sqlite(from, false).await,
        PgConnection::connect(to).await.unwrap(),
    );
    let select = AssertSqlSafe(format!("SELECT * FROM {table} ORDER BY 1"));
    for row in sqlx::query(select).fetch_all(&mut from).await.unwrap() {
        let places: Vec<_> = (1..=row.len()).map(|column| format!("${column}")).collect();
        let insert = format!("INSERT INTO {table} VALUES ({})", places.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for column in 0..row.len() {
            query = match kind(&row, column).as_str() {
                "TEXT" => query.bind(row.get::<String, _>(column)),
                "BLOB" => query.bind(row.get::<Vec<u8>, _>(column)),
                _ => query.bind(row.get::<i64, _>(column)),
            };
        }
        query.execute(&mut to).await.unwrap();
    }
}

fn kind(row: &SqliteRow, column: usize) -> String {
    let value = row.try_get_raw(column).unwrap();
    if value.is_null() {
        "NULL".into()
    } else {
        value.type_info().to_string()
    }
}

#[tokio::test]
#[ignore = "writes the golden journal of the part being closed: once, and never over another"]
async fn write_journal() {
    let part = PARTS[PARTS.len() - 1];
    // The first story of so many acts with every kind of event that stories tell.
    let last = ["access.opened", "access.listed", "erasure.carried-out"];
    let saga = |seed| {
        Story::new(seed)
            .giving_receipts()
            .with_officers()
            .keeping_custody()
            .with_paper()
    };
    let seed = (0..10_000).find(|seed| {
        let mut tale = saga(*seed);
        let told: Vec<_> = (0..ACTS).flat_map(|_| tale.next_act()).collect();
        let mut kinds: BTreeSet<_> = told.iter().map(|(_, event)| event.kind()).collect();
        kinds.extend(last);
        // All of custody has one kind: what happened is only inside.
        let facts: BTreeSet<_> = told.iter().filter_map(|(_, event)| name(event)).collect();
        Event::KINDS.iter().all(|kind| kinds.contains(kind)) && facts.len() == CUSTODY_FACTS
    });
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = scratch.create().await;
    let mut tale = saga(seed.unwrap());
    let told = tale.tell_acts(&store, ACTS).await;
    read_signed_and_forgotten(&mut tale, &store, &told).await;
    // Views are not part of it: a later program makes its own.
    store.drop_views().await.unwrap();
    store.close().await;
    fs::create_dir_all(golden(part, "")).unwrap();
    for (url, name) in [
        (&scratch.config().main, "main.sql"),
        (&scratch.config().keys, "keys.sql"),
    ] {
        fs::write(golden(part, name), dump(file(url)).await).unwrap();
    }
}

fn name(event: &Event) -> Option<&'static str> {
    match event {
        Event::Custody(event) => Some(event.name()),
        _ => None,
    }
}

/// The last chapter: somebody is read of, and listed; a card of theirs is revoked with a signature;
/// and they are forgotten.
async fn read_signed_and_forgotten(tale: &mut Story, store: &Store, told: &Told) {
    let act = |tale: &Story, officer: &str| Act {
        at: tale.now(),
        post: "TAL".parse().unwrap(),
        officer: officer.parse().unwrap(),
        late: None,
    };
    let (person, number, index) = told
        .iter()
        .find_map(|(_, event)| match event {
            Event::Card(CardEvent::Issued { card, .. }) => {
                Some((card.person, card.number, card.status_index))
            }
            _ => None,
        })
        .unwrap();
    let desk = act(tale, "INM-0417");
    let opened = Opened {
        power: Power::ReadCard,
        role: Role::Desk,
        record: Subject::Card(number),
        how: How::Page,
    };
    let listed = Listed {
        power: Power::ReadActs,
        role: Role::Desk,
        query: "acts 2014-07-08".into(),
        found: vec![Subject::Person(person)],
        how: How::Print,
    };
    let readings = vec![
        (
            Subject::Reads(person),
            Event::Access(AccessEvent::Opened {
                act: desk.clone(),
                opened,
            }),
        ),
        (
            Subject::Lists(desk.officer.clone()),
            Event::Access(AccessEvent::Listed { act: desk, listed }),
        ),
    ];
    tale.tell(store, readings).await.unwrap();

    let revoked = vec![(
        Subject::Card(number),
        Event::Card(CardEvent::Revoked {
            act: act(tale, "INM-0102"),
            reason: RevocationReason::HolderAsked,
            note: "Devuelta en ventanilla.".into(),
        }),
    )];
    let mut sealed = tale.seal(store, revoked.clone()).await.unwrap();
    sealed.entries = sealed.entries.into_iter().map(signed).collect();
    store.append(sealed).await.unwrap();
    tale.took_place(&revoked);

    let mut subjects = vec![Subject::Person(person), Subject::Stays(person)];
    let cards = store.cards_of(&[person]).await.unwrap();
    subjects.extend(cards.iter().map(|card| Subject::Card(card.number)));
    let erased = CarriedOut {
        ground: ErasureGround::PersonAsked,
        subjects,
        dead: vec![DeadIndex {
            list: "https://paso.example/s/0".into(),
            index,
        }],
    };
    let erased = vec![(
        Subject::Erasure(ErasureId::from_random([0xee; 16])),
        Event::Erasure(ErasureEvent::CarriedOut {
            act: act(tale, "INM-0055"),
            erasure: erased,
        }),
    )];
    tale.tell(store, erased).await.unwrap();
}

/// An entry with the signature of the officer who answers for it.
fn signed(entry: Entry) -> Entry {
    let at = entry.event().at();
    let header = ActHeader {
        authority: "mx-test".into(),
        command: "card.revoke".into(),
        at,
        post: "TAL".into(),
        officer: "INM-0102".into(),
        nonce: [9; 16],
    };
    let row = ActRow {
        kind: entry.event().kind().into(),
        commitment: entry.sealed().commitment,
    };
    let act = approval::Act::new(header, vec![row]).unwrap();
    let challenge = act.challenge();
    let ceremony = Ceremony::new("mx.localhost", "http://mx.localhost", &challenge);
    let given = Approval {
        officer: "INM-0102".into(),
        role: "supervisor".into(),
        at,
        assertion: Authenticator::es256(1).assert(&ceremony),
    };
    let approvals = Approvals::of(act).with(given).unwrap();
    entry.approved(approvals.to_cbor())
}

#[tokio::test]
#[ignore = "writes what the views of every golden journal are in this version"]
async fn write_views() {
    for part in PARTS {
        let scratch = restore(part).await;
        let store = scratch.open().await;
        let text = replayed(&store).await.join("\n") + "\n";
        fs::write(
            golden(part, &format!("views-{}.txt", views_version())),
            text,
        )
        .unwrap();
    }
}

/// A SQLite database as SQL: its tables, indexes and rows, and the driver's list of migrations with
/// a date that says nothing.
async fn dump(path: &Path) -> String {
    let mut connection = sqlite(path, false).await;
    let mut text = String::new();
    let schema = "SELECT name, sql FROM sqlite_master
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index', name";
    let objects = sqlx::query(schema)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    for object in &objects {
        writeln!(text, "{};", object.get::<String, _>("sql")).unwrap();
    }
    for object in &objects {
        let name: String = object.get("name");
        let select = match name.as_str() {
            "_sqlx_migrations" => {
                "SELECT version, description, '2014-07-08 00:00:00', success, checksum, 0 FROM _sqlx_migrations".into()
            }
            name if object.get::<String, _>("sql").starts_with("CREATE TABLE") => {
                format!("SELECT * FROM {name} ORDER BY 1")
            }
            _ => continue,
        };
        for row in sqlx::query(AssertSqlSafe(select))
            .fetch_all(&mut connection)
            .await
            .unwrap()
        {
            let cells: Vec<_> = (0..row.len()).map(|column| literal(&row, column)).collect();
            writeln!(text, "INSERT INTO {name} VALUES ({});", cells.join(", ")).unwrap();
        }
    }
    text
}

fn literal(row: &SqliteRow, column: usize) -> String {
    match kind(row, column).as_str() {
        "NULL" => "NULL".into(),
        "TEXT" => format!("'{}'", row.get::<String, _>(column).replace('\'', "''")),
        "BLOB" => {
            let bytes = row.get::<Vec<u8>, _>(column);
            let digits = bytes.iter().fold(String::new(), |digits, byte| {
                digits + &format!("{byte:02x}")
            });
            format!("x'{digits}'")
        }
        _ => row.get_unchecked::<i64, _>(column).to_string(),
    }
}
