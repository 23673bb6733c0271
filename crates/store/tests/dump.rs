//! Whole tables, read at one instant and loaded elsewhere: nothing is missing, nothing is torn, and
//! either database takes what the other gave.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::similar_names, reason = "a store and the story it is told")]

use paso_store::{
    Config, OpenError, Store, Url,
    dump::{Cell, Column, Database, Kind, LEFT_OUT, LoadError, Loader, Snapshot, Unkeyed},
    testing::{Engine, Scratch, Story, view_rows},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// Every table that a backup holds. A new table belongs here, with rows of its own in [`FILL`], or
/// in `LEFT_OUT` with the reason for which nobody will miss it.
const IN_EVERY_BACKUP: [(Database, &[&str]); 2] = [
    (
        Database::Main,
        &[
            "alive",
            "arrival",
            "device",
            "entry",
            "evidence",
            "journal",
            "log",
            "log_tile",
            "mark",
            "published",
            "statement",
        ],
    ),
    (Database::Keys, &["forgotten", "further_key", "subject_key"]),
];

/// Rows for the tables that a story does not fill. `{{n}}` stands for so many zero bytes.
const FILL: [&str; 8] = [
    "INSERT INTO arrival (stream, last, at) VALUES ('ab', 7, 8)",
    "INSERT INTO mark (name, number, at) VALUES ('sent', 7, 8)",
    "INSERT INTO statement (position, sealed) VALUES (1, {{5}})",
    "INSERT INTO evidence (stream, sequence, kind, leaf) VALUES ('ab', 7, 'fork', {{230}})",
    "INSERT INTO evidence (stream, sequence, kind, leaf, subject, schema, body)
        VALUES ('ab', 8, 'fork', {{230}}, 'ñandú', 1, {{0}})",
    "INSERT INTO log (ordinal, origin, opening, first_number, size, root, signed, note)
        VALUES (1, 'mx.example/2014', {{9}}, 1, 2, {{32}}, 0, NULL)",
    "INSERT INTO log_tile (ordinal, level, place, hashes) VALUES (1, 0, 0, {{64}})",
    "INSERT INTO published (ordinal, size, root, origin, note, at)
        VALUES (1, 1, {{32}}, 'mx.example/2014', 'a note', -1)",
];

/// What a story does not fill of the key database: one that was erased, of whom nothing is in the
/// journal.
const FORGOTTEN: &str = "INSERT INTO forgotten (subject, erasure, at)
    VALUES ('person:00112233445566778899aabbccddeeff', '00112233445566778899aabbccddeeff', 7)";

const FURTHER: &str = "INSERT INTO further_key (subject, key)
    VALUES ('person:00112233445566778899aabbccddee00', {{32}})";

async fn run(url: &Url, text: &str) -> Vec<String> {
    let zeros = |text: &str, spell: &dyn Fn(&str) -> String| {
        let mut parts = text.split("{{");
        let mut spelled = parts.next().unwrap().to_owned();
        for part in parts {
            let (count, rest) = part.split_once("}}").unwrap();
            spelled += &spell(count);
            spelled += rest;
        }
        AssertSqlSafe(spelled)
    };
    match url {
        Url::Sqlite(path) => {
            let url = format!("sqlite:{}", path.display());
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            let text = zeros(text, &|count| format!("zeroblob({count})"));
            let rows = sqlx::query_scalar(text).fetch_all(&mut connection);
            rows.await.unwrap()
        }
        Url::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            let text = zeros(text, &|count| {
                format!("decode(repeat('00', {count}), 'hex')")
            });
            let rows = sqlx::query_scalar(text).fetch_all(&mut connection);
            rows.await.unwrap()
        }
    }
}

/// A store with a story in it.
async fn told(engine: Engine, acts: usize) -> (Scratch, Store) {
    let scratch = Scratch::new(engine).await;
    let store = scratch.create().await;
    Story::new(11).tell_acts(&store, acts).await;
    (scratch, store)
}

/// A store with rows in every table. Those of the log are made up, so it can only be looked at.
async fn filled(engine: Engine, acts: usize) -> (Scratch, Store) {
    let (scratch, store) = told(engine, acts).await;
    for text in FILL {
        run(&scratch.config().main, text).await;
    }
    run(&scratch.config().keys, FORGOTTEN).await;
    run(&scratch.config().keys, FURTHER).await;
    (scratch, store)
}

type Rows = Vec<(String, Vec<Column>, Vec<Vec<Cell>>)>;
type Change = Box<dyn Fn(&mut Rows)>;

async fn everything(snapshot: &mut Snapshot, database: Database) -> Rows {
    let mut all = Vec::new();
    for table in snapshot.tables(database).to_vec() {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        loop {
            let last = rows.last().map(Vec::as_slice);
            let page = snapshot.rows(database, &table, last).await.unwrap();
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        all.push((table.name, table.columns, rows));
    }
    all
}

async fn load(from: &[Rows; 2], versions: [i64; 2], to: &Config) -> Result<(), LoadError> {
    let mut loader = Loader::begin(to, versions[0], versions[1]).await?;
    for (database, tables) in Database::BOTH.into_iter().zip(from) {
        for (name, columns, rows) in tables {
            loader.table(database, name, columns).await?;
            for row in rows {
                loader.row(database, row.clone()).await?;
            }
        }
    }
    loader.commit().await
}

/// Both databases of a store, and the versions of their schemas.
async fn taken(config: &Config) -> ([Rows; 2], [i64; 2]) {
    let mut snapshot = Snapshot::take(config).await.unwrap();
    let versions = Database::BOTH.map(|database| snapshot.version(database));
    let main = everything(&mut snapshot, Database::Main).await;
    let keys = everything(&mut snapshot, Database::Keys).await;
    snapshot.close().await.unwrap();
    ([main, keys], versions)
}

#[tokio::test]
async fn every_table_is_in_a_backup_or_left_out_with_a_reason() {
    for engine in Engine::BOTH {
        let (scratch, _store) = filled(engine, 5).await;
        let config = scratch.config();
        let text = match engine {
            Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
            Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
        };
        for (database, in_backup) in IN_EVERY_BACKUP {
            let url = match database {
                Database::Main => &config.main,
                Database::Keys => &config.keys,
            };
            for table in run(url, text).await {
                let left_out = table.starts_with("view_")
                    || LEFT_OUT
                        .iter()
                        .any(|(name, reason)| *name == table && reason.len() > 10);
                assert!(
                    in_backup.contains(&table.as_str()) != left_out,
                    "{engine:?}: table {table} needs a line in this test and rows, or a reason in \
                     LEFT_OUT"
                );
            }
            let mut snapshot = Snapshot::take(config).await.unwrap();
            let tables = everything(&mut snapshot, database).await;
            let names: Vec<_> = tables.iter().map(|(name, ..)| name.as_str()).collect();
            assert_eq!(names, in_backup, "{engine:?}");
            for (name, _, rows) in &tables {
                assert!(!rows.is_empty(), "{engine:?}: FILL has no row for {name}");
            }
        }
    }
}

#[tokio::test]
async fn either_database_takes_what_the_other_gave() {
    for (from, to) in [
        (Engine::Sqlite, Engine::Sqlite),
        (Engine::Sqlite, Engine::Postgres),
        (Engine::Postgres, Engine::Sqlite),
        (Engine::Postgres, Engine::Postgres),
    ] {
        let (scratch, store) = filled(from, 120).await;
        let (tables, versions) = taken(scratch.config()).await;
        let target = Scratch::new(to).await;
        load(&tables, versions, target.config()).await.unwrap();
        assert_eq!(
            taken(target.config()).await.0,
            tables,
            "{from:?} to {to:?}: every cell of every row"
        );
        let restored = target.open().await;
        assert!(restored.views_are_behind().await.unwrap());
        assert_eq!(restored.rebuild_views().await.unwrap().erased, 0);
        assert_eq!(view_rows(&restored).await, view_rows(&store).await);
        // It goes on where the original stopped.
        run(&target.config().main, "DELETE FROM published").await;
        Story::new(12).tell_acts(&restored, 3).await;
    }
}

#[tokio::test]
async fn a_snapshot_stands_still_while_acts_go_on() {
    for engine in Engine::BOTH {
        let (scratch, store) = told(engine, 30).await;
        let writing = {
            let store = store.clone();
            tokio::spawn(async move {
                let mut story = Story::new(13);
                for _ in 0..60 {
                    story.tell_acts(&store, 1).await;
                }
            })
        };
        let mut looks = 0;
        while !writing.is_finished() || looks < 2 {
            looks += 1;
            let mut snapshot = Snapshot::take(scratch.config()).await.unwrap();
            let heads = snapshot.heads().clone();
            // The keys are read after more acts: each has its key before its row.
            let main = everything(&mut snapshot, Database::Main).await;
            let rows = |table: &str| {
                let found = main.iter().find(|(name, ..)| name == table);
                found.unwrap().2.len() as u64
            };
            assert_eq!(rows("journal"), heads.position, "{engine:?}");
            assert_eq!(rows("entry"), heads.entries, "{engine:?}");
            let unkeyed = snapshot.unkeyed().await.unwrap();
            assert!(unkeyed.subjects > 0);
            assert_eq!(unkeyed.without_key, 0, "{engine:?}");
        }
        writing.await.unwrap();
    }
}

#[tokio::test]
async fn missing_keys_are_counted() {
    for engine in Engine::BOTH {
        let (scratch, _store) = filled(engine, 40).await;
        let count = |unkeyed: Unkeyed| (unkeyed.without_key, unkeyed.spare_keys);
        let mut snapshot = Snapshot::take(scratch.config()).await.unwrap();
        let before = snapshot.unkeyed().await.unwrap();
        assert_eq!(count(before), (0, 0), "{engine:?}");
        drop(snapshot);
        let keys = &scratch.config().keys;
        run(
            keys,
            "DELETE FROM subject_key WHERE subject = (SELECT MIN(subject) FROM subject_key)",
        )
        .await;
        run(
            keys,
            "INSERT INTO subject_key (subject, key) VALUES ('zzz', {{32}})",
        )
        .await;
        run(
            keys,
            "INSERT INTO subject_key (subject, key) VALUES ('aaa', {{32}})",
        )
        .await;
        let mut snapshot = Snapshot::take(scratch.config()).await.unwrap();
        let after = snapshot.unkeyed().await.unwrap();
        assert_eq!(count(after), (1, 2), "{engine:?}");
        assert_eq!(after.subjects, before.subjects);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_leaves_nothing() {
    for engine in Engine::BOTH {
        let (scratch, store) = filled(engine, 5).await;
        let (tables, versions) = taken(scratch.config()).await;
        let column = |name: &str, kind| Column {
            name: name.to_owned(),
            kind,
        };
        let changes: Vec<(&str, Change)> = vec![
            ("is missing", Box::new(|main| drop(main.remove(1)))),
            ("no table", Box::new(|main| main[0].0 = "other".into())),
            ("twice", Box::new(|main| main.push(main[0].clone()))),
            (
                "columns",
                Box::new(move |main| main[0].1.push(column("more", Kind::Text))),
            ),
            ("does not fit", Box::new(|main| drop(main[0].2[0].pop()))),
            (
                "does not fit",
                Box::new(|main| main[0].2[0][0] = Cell::Integer(1)),
            ),
            ("view_stay", Box::new(|main| main[0].0 = "view_stay".into())),
        ];
        let target = Scratch::new(engine).await;
        for (said, change) in changes {
            let mut changed = tables.clone();
            change(&mut changed[0]);
            let refused = load(&changed, versions, target.config()).await;
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains(said), "{engine:?}: {refused}");
        }
        let newer = load(&tables, [999, versions[1]], target.config()).await;
        assert!(matches!(
            newer,
            Err(LoadError::Open(OpenError::Newer { version: 999 }))
        ));
        // After all these attempts the place is still empty, and takes a whole backup, once.
        load(&tables, versions, target.config()).await.unwrap();
        let again = load(&tables, versions, target.config()).await;
        assert!(matches!(
            again,
            Err(LoadError::Open(OpenError::AlreadyInitialised { .. }))
        ));
        drop(store);
    }
}

#[tokio::test]
async fn nothing_is_made_where_there_is_no_store() {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let missing = Snapshot::take(scratch.config()).await.unwrap_err();
    assert!(matches!(missing, OpenError::NotInitialised { .. }));
    assert_eq!(scratch.directory().read_dir().unwrap().count(), 0);
    let empty = Scratch::new(Engine::Postgres).await;
    let missing = Snapshot::take(empty.config()).await.unwrap_err();
    assert!(matches!(missing, OpenError::NotInitialised { .. }));
}
