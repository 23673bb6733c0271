//! Every step on the way of an act to the disk, failing: what the caller was told, and what is
//! there afterwards. Acknowledged is there; not acknowledged is wholly there or wholly absent, and
//! the views never differ from the journal.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use paso_domain::subject::Subject;
use paso_formats::envelope::SubjectKey;
use paso_store::{
    Append, AppendError, Fault, Faults, Step, Store, Url, Work,
    testing::{Engine, Random, Scratch, Story, journal_rows, limit_growth, view_rows},
};
use sqlx::{Connection as _, PgConnection};

/// The lock under which batches are written on PostgreSQL.
const JOURNAL_LOCK: i64 = 0x5041_534f_0001;

/// Rebuilds the views and finds them as they were; returns the journal's length.
async fn whole(store: &Store) -> u64 {
    assert!(!store.views_are_behind().await.unwrap());
    let rows = view_rows(store).await;
    store.drop_views().await.unwrap();
    store.rebuild_views().await.unwrap();
    assert_eq!(
        view_rows(store).await,
        rows,
        "the views differ from the journal"
    );
    store.position().await.unwrap()
}

#[tokio::test]
async fn every_step_fails_before_or_after_the_act_is_on_disk() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        Story::new(1).tell_acts(&store, 3).await;
        store.close().await;
        for step in Step::ALL {
            let faults = Faults::armable();
            let store = scratch.open_with(&faults).await;
            let before = journal_rows(&store).await;
            match step.work() {
                Work::Keys => {
                    keys_fail_at(step, &store, &faults).await;
                    assert_eq!(journal_rows(&store).await, before);
                }
                Work::Append => {
                    append_fails_at(step, &store, &faults, before.len()).await;
                    heartbeat_fails_at(step, &store, &faults).await;
                }
                // Where those are tested: `entries`, `import` and `forgetting`.
                Work::Backfill | Work::Import | Work::Sweep => {}
            }
            store.close().await;
        }
        let store = scratch.open().await;
        whole(&store).await;
    }
}

async fn keys_fail_at(step: Step, store: &Store, faults: &Faults) {
    let mut random = Random::seeded(step as u64);
    let subject = Subject::Person(paso_domain::id::PersonId::from_random(random.bytes()));
    let fresh = |byte| vec![(subject.clone(), SubjectKey::from_random([byte; 32]))];
    faults.arm(step, Fault::Error);
    store.subject_keys_or_insert(fresh(1)).await.unwrap_err();
    let stored = store.subject_key(&subject).await.unwrap();
    assert_eq!(stored.is_some(), step.is_persisted(), "{step:?}");
    // The next one is right in both cases.
    let expected = if step.is_persisted() { 1 } else { 2 };
    let keys = store.subject_keys_or_insert(fresh(2)).await.unwrap();
    assert_eq!(
        keys[&subject].sealing().expose(),
        &[expected; 32],
        "{step:?}"
    );
}

async fn append_fails_at(step: Step, store: &Store, faults: &Faults, before: usize) {
    let mut story = Story::new(100 + step as u64);
    let told = story.next_act();
    let append = story.seal(store, told.clone()).await.unwrap();
    faults.arm(step, Fault::Error);
    let error = store.append(append.clone()).await.unwrap_err();
    // The same answer serves the next person, too: the store goes on.
    let after = journal_rows(store).await.len();
    let again = store.append(append).await;
    if step.is_persisted() {
        assert!(
            matches!(error, AppendError::InDoubt(_)),
            "{step:?}: {error:?}"
        );
        assert_eq!(after, before + told.len(), "{step:?}");
        assert!(
            matches!(again, Err(AppendError::Conflict { .. })),
            "{step:?}: {again:?}"
        );
    } else {
        assert!(
            matches!(error, AppendError::Unavailable(_)),
            "{step:?}: {error:?}"
        );
        assert_eq!(after, before, "{step:?}");
        again.unwrap();
    }
}

async fn heartbeat_fails_at(step: Step, store: &Store, faults: &Faults) {
    let story = Story::new(200 + step as u64);
    let beat = || store.heartbeat(story.device().clone(), story.now());
    let before = store.entry_count().await.unwrap();
    faults.arm(step, Fault::Error);
    beat().await.unwrap_err();
    let after = store.entry_count().await.unwrap();
    assert_eq!(after > before, step.is_persisted(), "{step:?}");
    // The next one follows whatever is there.
    let beaten = beat().await.unwrap();
    assert_eq!(beaten.numbers, after + 1..after + 2, "{step:?}");
    assert!(beaten.positions.is_empty());
}

#[tokio::test]
async fn one_failed_commit_is_everybodys_answer() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        scratch.create().await.close().await;
        let faults = Faults::armable();
        let store = scratch.open_with(&faults).await;
        let mut appends = Vec::new();
        for seed in 0..32 {
            let mut story = Story::new(seed);
            let told = story.next_act();
            appends.push(story.seal(&store, told).await.unwrap());
        }
        faults.arm(Step::ViewsUpdated, Fault::Error);
        let mut waiting = tokio::task::JoinSet::new();
        for append in appends.clone() {
            let store = store.clone();
            waiting.spawn(async move { store.append(append).await });
        }
        let outcomes = waiting.join_all().await;
        let acknowledged: u64 = outcomes
            .iter()
            .flatten()
            .map(|a| a.positions.end - a.positions.start)
            .sum();
        assert!(outcomes.iter().any(Result::is_err));
        assert_eq!(whole(&store).await, acknowledged);
    }
}

#[tokio::test]
async fn whoever_stops_waiting_does_not_stop_the_act() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let mut story = Story::new(1);
        let told = story.next_act();
        let append = story.seal(&store, told.clone()).await.unwrap();
        let (writing, waiting) = (store.clone(), append.clone());
        let caller = tokio::spawn(async move { writing.append(waiting).await });
        // Once it runs it has handed the act over.
        tokio::task::yield_now().await;
        caller.abort();
        let _ = caller.await;
        // The next act follows it in the same queue, so by its answer the first is decided.
        let again = store.append(append).await;
        assert!(
            matches!(again, Err(AppendError::Conflict { found: 1, .. })),
            "{again:?}"
        );
        assert_eq!(whole(&store).await, told.len() as u64);
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_behind() {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = scratch.create().await;
    let mut story = Story::new(1);
    story.tell_acts(&store, 10).await;
    let before = journal_rows(&store).await;
    let mut acts: Vec<Append> = Vec::new();
    for seed in 100..140 {
        let mut story = Story::new(seed);
        let told = story.next_act();
        acts.push(story.seal(&store, told).await.unwrap());
    }
    limit_growth(&store, 2).await;
    let mut large = acts.pop().unwrap();
    large
        .entries
        .extend(acts.into_iter().flat_map(|act| act.entries));
    large.expect.clear();
    let error = store.append(large.clone()).await.unwrap_err();
    assert!(matches!(error, AppendError::Full(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the disk is full and nothing was recorded; free some space and repeat the act"
    );
    assert_eq!(journal_rows(&store).await, before);
    // Space was freed: the connection that met the full disk is gone, and its limit with it.
    store.append(large).await.unwrap();
    whole(&store).await;
}

#[tokio::test]
async fn a_connection_cut_before_the_commit_stores_nothing() {
    let scratch = Scratch::new(Engine::Postgres).await;
    let store = scratch.create().await;
    let mut story = Story::new(1);
    story.tell_acts(&store, 3).await;
    let before = store.position().await.unwrap();
    let told = story.next_act();
    let append = story.seal(&store, told).await.unwrap();
    let mut other = connect(&scratch).await;
    // The batch waits for the lock that the test holds, and is cut off while it waits.
    let lock = "SELECT pg_advisory_lock($1)";
    sqlx::query(lock)
        .bind(JOURNAL_LOCK)
        .execute(&mut other)
        .await
        .unwrap();
    let (writing, waiting) = (store.clone(), append.clone());
    let caller = tokio::spawn(async move { writing.append(waiting).await });
    while doing(&mut other, CUT, WAITING).await == 0 {
        tokio::task::yield_now().await;
    }
    let error = caller.await.unwrap().unwrap_err();
    assert!(matches!(error, AppendError::Unavailable(_)), "{error:?}");
    other.close().await.unwrap();
    assert_eq!(store.position().await.unwrap(), before);
    store.append(append).await.unwrap();
    whole(&store).await;
}

#[tokio::test]
async fn a_silent_database_is_said_after_half_a_minute() {
    let scratch = Scratch::new(Engine::Postgres).await;
    let store = scratch.create().await;
    let mut story = Story::new(1);
    let told = story.next_act();
    let append = story.seal(&store, told).await.unwrap();
    let mut other = connect(&scratch).await;
    let lock = "SELECT pg_advisory_lock($1)";
    sqlx::query(lock)
        .bind(JOURNAL_LOCK)
        .execute(&mut other)
        .await
        .unwrap();
    let (writing, waiting) = (store.clone(), append.clone());
    let caller = tokio::spawn(async move { writing.append(waiting).await });
    while doing(&mut other, "pid", WAITING).await == 0 {
        tokio::task::yield_now().await;
    }
    // From here the clock runs as soon as nothing else does.
    tokio::time::pause();
    let error = caller.await.unwrap().unwrap_err();
    tokio::time::resume();
    assert!(matches!(error, AppendError::InDoubt(_)), "{error:?}");
    other.close().await.unwrap();
    store.append(append).await.unwrap();
    whole(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_cut_at_any_moment_lose_nothing_acknowledged() {
    let scratch = Scratch::new(Engine::Postgres).await;
    let store = scratch.create().await;
    let mut other = connect(&scratch).await;
    let mut tellers = tokio::task::JoinSet::new();
    for seed in 0..8 {
        let store = store.clone();
        tellers.spawn(async move {
            let (mut acknowledged, mut story) = (Vec::new(), Story::new(seed));
            for _ in 0..40 {
                let told = story.next_act();
                // Keys are in the other database, which nobody cuts here.
                let append = story.seal(&store, told.clone()).await.unwrap();
                match store.append(append.clone()).await {
                    Ok(appended) => {
                        acknowledged.push((appended.positions, append.entries));
                        story.took_place(&told);
                    }
                    Err(AppendError::Unavailable(_) | AppendError::Conflict { .. }) => {}
                    Err(AppendError::InDoubt(_)) => {
                        // The way out that the error names: look, then go on from there.
                        while let Err(error) = store.load(&[told[0].0.clone()]).await {
                            tracing::debug!(%error, "cut off again");
                        }
                        story = Story::new(seed + 1000 + acknowledged.len() as u64);
                    }
                    Err(other) => panic!("{other:?}"),
                }
            }
            acknowledged
        });
    }
    let (mut cuts, mut acknowledged) = (0, Vec::new());
    while !tellers.is_empty() {
        if cuts < 12 {
            cuts += doing(
                &mut other,
                CUT,
                "query LIKE '%INSERT%' OR query LIKE 'COMMIT%'",
            )
            .await;
        }
        while let Some(done) = tellers.try_join_next() {
            acknowledged.extend(done.unwrap());
        }
        tokio::task::yield_now().await;
    }
    let rows = store.journal(1, u32::MAX).await.unwrap();
    for (positions, entries) in acknowledged {
        for (position, entry) in positions.zip(entries) {
            let row = &rows[usize::try_from(position).unwrap() - 1];
            assert_eq!((row.position, &row.subject), (position, entry.subject()));
        }
    }
    assert!(cuts > 0);
    whole(&store).await;
}

async fn connect(scratch: &Scratch) -> PgConnection {
    let Url::Postgres(url) = &scratch.config().main else {
        panic!("{:?}", scratch.config())
    };
    PgConnection::connect(url).await.unwrap()
}

/// A connection that waits for the lock.
const WAITING: &str = "wait_event = 'advisory'";

/// Ends a connection.
const CUT: &str = "pg_terminate_backend(pid)";

/// Does this to the other connections of this database that are doing that; says how many.
async fn doing(connection: &mut PgConnection, this: &str, that: &str) -> usize {
    let text = format!(
        "SELECT {this} FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({that})"
    );
    let text = sqlx::AssertSqlSafe(text);
    sqlx::query(text).fetch_all(connection).await.unwrap().len()
}
