//! A process that dies, and a disk that fails under it: a child appends and says on its standard
//! output what was acknowledged; afterwards all of that must be there, and the views must equal
//! the journal.
//!
//! `PASO_KILLS` is the number of kills per database: 10 unless told.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::{
    env,
    ffi::OsString,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use paso_store::{
    AppendError, Config, Fault, Faults, Step, Store, Url, Work,
    testing::{Engine, Random, Scratch, Story, chains_are_whole, view_rows},
};

/// Story-tellers in the child, so that batches hold several acts.
const TELLERS: u64 = 4;

/// Not a test: what the other tests run as their child.
#[test]
#[ignore = "the child of the other tests; it appends until it is killed or cannot"]
fn child() {
    let Ok(seed) = env::var("PASO_CHILD_SEED") else {
        return;
    };
    let url = |name| match env::var(name).unwrap() {
        url if url.starts_with("postgres:") => Url::Postgres(url),
        path => Url::Sqlite(path.into()),
    };
    let config = Config {
        main: url("PASO_CHILD_MAIN"),
        keys: url("PASO_CHILD_KEYS"),
    };
    let seed: u64 = seed.parse().unwrap();
    let acts: usize = env::var("PASO_CHILD_ACTS").unwrap().parse().unwrap();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let faults = Faults::armable();
            let store = Store::open_with_faults(&config, faults.clone())
                .await
                .unwrap();
            tell(store.clone(), seed, acts.min(5)).await;
            if let Ok(step) = env::var("PASO_CHILD_ABORT") {
                faults.arm(Step::ALL[step.parse::<usize>().unwrap()], Fault::Abort);
            }
            let mut tellers = tokio::task::JoinSet::new();
            for teller in 1..=TELLERS {
                tellers.spawn(tell(store.clone(), seed + 1000 * teller, acts));
            }
            tellers.join_all().await;
        });
}

async fn tell(store: Store, seed: u64, acts: usize) {
    let mut story = Story::new(seed);
    for _ in 0..acts {
        let told = story.next_act();
        let Ok(append) = story.seal(&store, told.clone()).await else {
            return say("NO KEYS");
        };
        match store.append(append.clone()).await {
            Ok(appended) => {
                story.took_place(&told);
                for (position, entry) in appended.positions.zip(&append.entries) {
                    say(&format!("ACK {position} {:?}", entry.subject()));
                }
            }
            Err(AppendError::Full(_)) => return say("FULL"),
            Err(AppendError::InDoubt(_)) => return say("DOUBT"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

struct Child {
    config: Config,
    environment: Vec<(&'static str, OsString)>,
}

/// What a child said before it ended.
#[derive(Debug, Default)]
struct Said {
    acknowledged: Vec<(u64, String)>,
    full: usize,
    doubt: usize,
    no_keys: usize,
    ended_well: bool,
}

impl Child {
    fn new(config: &Config, seed: u64, acts: usize) -> Self {
        let environment = vec![
            ("PASO_CHILD_SEED", seed.to_string().into()),
            ("PASO_CHILD_ACTS", acts.to_string().into()),
        ];
        Self {
            config: config.clone(),
            environment,
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs it, and kills it once it has said so many lines.
    fn run(self, kill_after: Option<usize>) -> Said {
        let url = |url: &Url| match url {
            Url::Sqlite(path) => path.clone().into_os_string(),
            Url::Postgres(url) => url.into(),
        };
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture", "--quiet"])
            .env("PASO_CHILD_MAIN", url(&self.config.main))
            .env("PASO_CHILD_KEYS", url(&self.config.keys))
            .envs(self.environment)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = Said::default();
        for (count, line) in BufReader::new(child.stdout.take().unwrap())
            .split(b'\n')
            .enumerate()
        {
            if kill_after == Some(count) {
                child.kill().unwrap();
            }
            // What was said before the kill counts, too; a line may be cut short by it.
            let line = String::from_utf8(line.unwrap()).unwrap();
            match line.split_once(' ') {
                Some(("ACK", rest)) => {
                    let (position, subject) = rest.split_once(' ').unwrap();
                    said.acknowledged
                        .push((position.parse().unwrap(), subject.to_owned()));
                }
                _ if line == "FULL" => said.full += 1,
                _ if line == "DOUBT" => said.doubt += 1,
                _ if line == "NO KEYS" => said.no_keys += 1,
                _ => {}
            }
        }
        said.ended_well = child.wait().unwrap().success();
        said
    }
}

/// Opens the store again and finds everything acknowledged, and views that equal the journal.
async fn verify(scratch: &Scratch, said: &Said) {
    let store = scratch.open().await;
    let rows = store.journal(1, u32::MAX).await.unwrap();
    assert!(
        rows.iter()
            .map(|row| row.position)
            .eq(1..=rows.len() as u64),
        "a hole"
    );
    for (position, subject) in &said.acknowledged {
        let row = &rows[usize::try_from(*position).unwrap() - 1];
        assert_eq!(
            &format!("{:?}", row.subject),
            subject,
            "acknowledged, and not there"
        );
    }
    // Every row has its entry, and every stream is whole.
    let count = chains_are_whole(&store).await;
    assert_eq!(count, rows.len() as u64, "a row without its entry");
    assert!(!store.views_are_behind().await.unwrap());
    let views = view_rows(&store).await;
    store.drop_views().await.unwrap();
    let rebuilt = store.rebuild_views().await.unwrap();
    assert_eq!(rebuilt.erased, 0, "a row whose key is not there");
    assert_eq!(
        view_rows(&store).await,
        views,
        "views differ from the journal"
    );
    store.close().await;
}

#[tokio::test]
async fn sqlite_survives_being_killed() {
    kills(Engine::Sqlite).await;
}

#[tokio::test]
async fn postgresql_survives_its_client_being_killed() {
    kills(Engine::Postgres).await;
}

async fn kills(engine: Engine) {
    let kills = env::var("PASO_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let mut random = Random::seeded(2014);
    let (mut acknowledged, mut scratch) = (0, Scratch::new(engine).await);
    for seed in 0..kills {
        // Ten kills on one journal; a longer one would only take longer to compare.
        if seed % 10 == 0 {
            scratch = Scratch::new(engine).await;
            scratch.create().await.close().await;
        }
        let said = Child::new(scratch.config(), seed, usize::MAX).run(Some(random.below(150)));
        acknowledged += said.acknowledged.len();
        verify(&scratch, &said).await;
    }
    assert!(acknowledged > 0);
}

#[tokio::test]
async fn dying_at_any_step_leaves_all_or_nothing() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        scratch.create().await.close().await;
        let reached = |step: &Step| matches!(step.work(), Work::Keys | Work::Append);
        let steps = Step::ALL.iter().enumerate();
        for (index, _) in steps.filter(|(_, step)| reached(step)) {
            let said = Child::new(scratch.config(), index as u64, 50)
                .with("PASO_CHILD_ABORT", index.to_string())
                .run(None);
            assert!(
                said.acknowledged.len() < 50,
                "it should have died: {said:?}"
            );
            verify(&scratch, &said).await;
        }
    }
}

/// Builds the shim that stands between the child and its disk.
fn shim(directory: &Path) -> PathBuf {
    let library = directory.join("failing_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/failing_disk.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .expect("a C compiler is missing: apt-get install -y gcc libc6-dev");
    assert!(built.success());
    library
}

/// Runs children whose disk fails for one file after so many calls, and sums up what they said.
async fn disk_fails(fault: &'static str, file: &str, after: &[usize]) -> Said {
    let mut all = Said {
        ended_well: true,
        ..Said::default()
    };
    for (seed, after) in after.iter().enumerate() {
        let scratch = Scratch::new(Engine::Sqlite).await;
        scratch.create().await.close().await;
        let said = Child::new(scratch.config(), seed as u64, 100)
            .with("LD_PRELOAD", shim(scratch.directory()))
            .with("PASO_DISK_FILE", file)
            .with("PASO_DISK_FAULT", fault)
            .with("PASO_DISK_AFTER", after.to_string())
            .run(None);
        verify(&scratch, &said).await;
        all.acknowledged.extend(said.acknowledged);
        all.full += said.full;
        all.doubt += said.doubt;
        all.no_keys += said.no_keys;
        all.ended_well &= said.ended_well;
    }
    all
}

#[tokio::test]
async fn a_disk_that_fills_up_in_the_middle_of_a_commit_is_said() {
    let after = [0, 1, 60, 61, 62, 300];
    let said = disk_fails("full", "main.db-wal", &after).await;
    assert!(said.ended_well && !said.acknowledged.is_empty());
    // A full disk is certain: nothing was stored, and every teller learns it.
    assert!(said.full >= after.len() * 4, "{said:?}");
    assert_eq!((said.doubt, said.no_keys), (0, 0));
}

#[tokio::test]
async fn a_failed_fsync_is_never_taken_for_a_commit() {
    let after = [0, 1, 7, 20];
    let said = disk_fails("sync", "main.db-wal", &after).await;
    assert!(said.ended_well && !said.acknowledged.is_empty());
    assert!(said.doubt >= after.len() * 4, "{said:?}");
    assert_eq!((said.full, said.no_keys), (0, 0));
}

#[tokio::test]
async fn nothing_is_sealed_under_a_key_that_is_not_on_disk() {
    let after = [0, 1, 9, 30];
    for fault in ["full", "sync"] {
        let said = disk_fails(fault, "keys.db-wal", &after).await;
        assert!(said.ended_well && !said.acknowledged.is_empty());
        assert!(said.no_keys >= after.len() * 4, "{said:?}");
        assert_eq!((said.full, said.doubt), (0, 0));
    }
}

/// The journal's file is written when the log in front of it is copied back, after the commits:
/// acts go on, and nothing acknowledged is lost.
#[tokio::test]
async fn a_disk_that_fails_behind_the_log_takes_nothing_back() {
    for fault in ["full", "sync"] {
        let said = disk_fails(fault, "main.db", &[0, 1, 9]).await;
        assert!(
            said.ended_well && said.acknowledged.len() > 1000,
            "{}",
            said.acknowledged.len()
        );
        assert_eq!((said.full, said.doubt, said.no_keys), (0, 0, 0));
    }
}
