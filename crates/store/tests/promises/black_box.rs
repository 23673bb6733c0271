//! What a machine says of itself: in which quarters of an hour it lived, and what went wrong.

use std::sync::Arc;

use paso_domain::{
    event::Event,
    id::StreamId,
    post::{Part, PostEvent, Quarter, Trouble},
    subject::Subject,
};
use paso_formats::moment::Moment;
use paso_store::{
    Noted, Store,
    testing::{Told, device},
};

pub(crate) async fn signs_of_life_are_kept_by_quarters_of_an_hour(store: &Store) {
    let signing = Arc::new(device([0xc1; 32]));
    // A full hour.
    let start = 1_800_000_000;
    let at = |minutes: i64| Moment::from_unix(start + minutes * 60);
    // Twice in one quarter, skipping one, and in the next hour.
    for minutes in [1, 14, 31, 59, 60] {
        store
            .heartbeat(Arc::clone(&signing), at(minutes))
            .await
            .unwrap();
    }
    let of = |found: Vec<(StreamId, Quarter)>| -> Vec<_> {
        let own = found.into_iter().filter(|(of, _)| *of == signing.stream);
        own.map(|(_, quarter)| quarter).collect()
    };
    let all = of(store.alive(at(0), at(119)).await.unwrap());
    assert_eq!(all, [0, 30, 45, 60].map(|minutes| Quarter::of(at(minutes))));
    let first = of(store.alive(at(0), at(59)).await.unwrap());
    assert_eq!(first, all[..3]);
}

pub(crate) async fn what_was_noticed_is_listed_and_counted(store: &Store, told: &Told) {
    let events: Vec<_> = told
        .iter()
        .filter(|(_, event)| {
            matches!(
                event,
                Event::Post(PostEvent::Noticed { .. } | PostEvent::Told { .. })
            )
        })
        .collect();
    assert!(!events.is_empty());
    let post = Subject::Post("TAL".parse().unwrap());
    let listed = store.notices(core::slice::from_ref(&post)).await.unwrap();
    assert_eq!(listed.len(), events.len().min(200));
    assert!(listed.windows(2).all(|pair| pair[0].at >= pair[1].at));
    assert!(listed.iter().all(|row| match &row.noted {
        Noted::Noticed(trouble, amount) => *trouble == Trouble::ClockJumped && *amount < 0,
        Noted::Told {
            part, works, words, ..
        } => *part == Part::Printer && !works && words == "Sin tóner",
    }));
    let counts = store
        .notice_counts(Moment::from_unix(0), Moment::MAX)
        .await
        .unwrap();
    let counted: u64 = counts.iter().map(|row| row.count).sum();
    assert_eq!(counted, events.len() as u64);
    assert!(counts.iter().any(|row| row.works == Some(false)));
    let none = store
        .notice_counts(Moment::from_unix(0), Moment::from_unix(1))
        .await;
    assert_eq!(none.unwrap(), []);
}
