//! A full disk, with room kept back on it: what is urgent is taken, all else is refused and comes back.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use paso_domain::{
    access::{AccessEvent, How, Listed},
    act::Act,
    event::Event,
    policy::{Power, Role},
    subject::Subject,
};
use paso_formats::{
    envelope::SubjectKey,
    moment::{MINUTE, Moment},
};
use paso_store::{
    Append, AppendError, Url,
    testing::{Engine, Scratch, Story, Told, limit_growth},
};
use std::{fs, path::PathBuf};

/// Somebody looked at a list: what DESIGN §4 keeps room for.
fn reading(story: &Story) -> Told {
    let act = Act {
        at: story.now(),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    };
    let listed = Listed {
        power: Power::ReadActs,
        role: Role::Supervisor,
        query: "acts 2014-07-08".into(),
        found: Vec::new(),
        how: How::Page,
    };
    let subject = Subject::Lists(act.officer.clone());
    let event = Event::Access(AccessEvent::Listed { act, listed });
    vec![(subject, event)]
}

#[tokio::test]
async fn a_full_disk_still_takes_readings_and_refuses_the_rest_until_there_is_room() {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = scratch.create().await;
    let mut story = Story::new(1);
    story.tell_acts(&store, 10).await;
    store.keep_room(scratch.config(), 1 << 20).await;
    let ballast = |url: &Url| match url {
        Url::Sqlite(path) => PathBuf::from(format!("{}.reserve", path.display())),
        Url::Postgres(_) => panic!("a file"),
    };
    let files = [&scratch.config().main, &scratch.config().keys].map(ballast);
    let sizes = || {
        files
            .each_ref()
            .map(|file| fs::metadata(file).map_or(0, |file| file.len()))
    };
    assert_eq!(sizes(), [1 << 20, 1 << 17]);
    assert!(!store.has_only_reserve());

    let mut large = story.seal(&store, story.clone().next_act()).await.unwrap();
    large.expect.clear();
    for seed in 100..140 {
        let mut story = Story::new(seed);
        let told = story.next_act();
        let act = story.seal(&store, told).await.unwrap();
        large.entries.extend(act.entries);
    }
    let read = |now: Moment| {
        let (mut story, store) = (story.clone(), store.clone());
        async move {
            let told = reading(&story);
            let append = story.seal(&store, told).await.unwrap();
            let expect = Vec::new();
            store
                .append(Append {
                    now,
                    expect,
                    ..append
                })
                .await
        }
    };
    let now = story.now();
    let ordinary = |now: Moment| {
        let append = Append {
            now,
            ..large.clone()
        };
        store.append(append)
    };
    read(now).await.unwrap();
    limit_growth(&store, 2).await;
    // Both wait in one batch: the reading is stored all the same.
    let (refused, taken) = tokio::join!(ordinary(now), read(now));
    let refused = refused.unwrap_err();
    assert!(matches!(refused, AppendError::Reserved), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "the disk is full: the room that was kept back is for readings and custody, and this was not \
         recorded; free some space and repeat the act"
    );
    taken.unwrap();
    assert_eq!(sizes(), [0, 0], "the ballast went overboard");
    assert!(store.has_only_reserve());

    // As long as it cannot be laid in again, everything but what is urgent waits.
    fs::create_dir(&files[0]).unwrap();
    read(now).await.unwrap();
    let refused = ordinary(now).await;
    assert!(matches!(refused, Err(AppendError::Reserved)), "{refused:?}");
    let beat = store.heartbeat(story.device().clone(), now).await;
    assert!(matches!(beat, Err(AppendError::Reserved)), "{beat:?}");
    let key = |text: &str| {
        let key = (text.parse().unwrap(), SubjectKey::from_random([7; 32]));
        store.subject_keys_or_insert(vec![key])
    };
    let refused = key("person:0123456789abcdef0123456789abcdef").await;
    assert!(refused.unwrap_err().is_full());
    key("reads:0123456789abcdef0123456789abcdef").await.unwrap();

    fs::remove_dir(&files[0]).unwrap();
    let soon = ordinary(now.plus(MINUTE - 1)).await;
    assert!(matches!(soon, Err(AppendError::Reserved)), "{soon:?}");
    ordinary(now.plus(MINUTE)).await.unwrap();
    assert_eq!(sizes(), [1 << 20, 1 << 17]);
    key("person:0123456789abcdef0123456789abcdef")
        .await
        .unwrap();
    assert!(!store.views_are_behind().await.unwrap());
}
