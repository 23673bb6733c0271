//! What a store opens, what it creates, and what it refuses to touch.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]

use paso_store::{
    Config, OpenError, Store, Url,
    testing::{Engine, Scratch, Story, view_rows},
};

#[tokio::test]
async fn a_journal_is_created_once_and_opened_where_it_is() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let missing = Store::open(scratch.config()).await.unwrap_err();
        assert!(
            matches!(
                missing,
                OpenError::NotInitialised {
                    what: "key database",
                    ..
                }
            ),
            "{missing}"
        );
        let store = scratch.create().await;
        // An interrupted init is repeated.
        store.close().await;
        let store = scratch.create().await;
        let mut story = Story::new(1);
        story.tell_acts(&store, 5).await;
        let (position, rows) = (store.position().await.unwrap(), view_rows(&store).await);
        store.close().await;
        let again = Store::create(scratch.config()).await.unwrap_err();
        assert!(
            matches!(again, OpenError::AlreadyInitialised { .. }),
            "{again}"
        );
        // A lost journal beside the keys of an old one is no new authority either.
        let elsewhere = Scratch::new(engine).await;
        let main = elsewhere.config().main.clone();
        let lost = Config {
            main,
            ..scratch.config().clone()
        };
        let error = Store::create(&lost).await.unwrap_err();
        assert!(
            matches!(error, OpenError::AlreadyInitialised { .. }),
            "{error}"
        );
        let store = scratch.open().await;
        assert!(!store.views_are_behind().await.unwrap());
        assert_eq!(
            (store.position().await.unwrap(), view_rows(&store).await),
            (position, rows)
        );
        store.close().await;
        let told = story.next_act();
        assert!(
            store.subject_keys(&[told[0].0.clone()]).await.is_err(),
            "closed is closed"
        );
    }
}

#[tokio::test]
async fn one_database_is_never_taken_for_the_other() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        scratch.create().await.close().await;
        let Config { main, keys } = scratch.config().clone();
        let swapped = Config {
            main: keys,
            keys: main.clone(),
        };
        let error = Store::open(&swapped).await.unwrap_err();
        assert!(matches!(error, OpenError::Newer { version: 1 }), "{error}");
        let same = Config {
            main: main.clone(),
            keys: main,
        };
        assert!(matches!(
            Store::open(&same).await.unwrap_err(),
            OpenError::SameDatabase
        ));
    }
}

#[tokio::test]
async fn a_connection_that_can_be_read_on_its_way_is_refused() {
    for mode in [
        "",
        "?sslmode=disable",
        "?sslmode=prefer",
        "?sslmode=require",
    ] {
        let config = Config {
            main: Url::Postgres(format!("postgres://paso@db.example/main{mode}")),
            keys: Url::Postgres(format!("postgres://paso@db.example/keys{mode}")),
        };
        let error = Store::open(&config).await.unwrap_err();
        assert!(matches!(error, OpenError::Url { .. }), "{mode}: {error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = scratch.create().await;
    Story::new(1).tell_acts(&store, 1).await;
    for file in std::fs::read_dir(scratch.directory()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{file:?}"
        );
    }
}
