//! Promises about the view of custody: it says of everybody what the whole record says.

use std::collections::BTreeMap;

use paso_domain::{
    act::Act,
    custody::{EpisodeState, Story as Course},
    erasure::{CarriedOut, ErasureEvent, ErasureGround},
    event::Event,
    id::{EpisodeId, ErasureId},
    subject::Subject,
};
use paso_store::{
    Store,
    testing::{Story, Told},
};

pub(crate) async fn episodes_are_found(store: &Store) {
    let mut story = Story::new(41);
    let mut told: Told = Vec::new();
    for _ in 0..160 {
        let next = story.keep();
        let _ = story.tell(store, next.clone()).await.unwrap();
        told.extend(next);
    }
    let mut states: BTreeMap<EpisodeId, EpisodeState> = BTreeMap::new();
    for (subject, event) in &told {
        if let (Subject::Episode(id), Event::Custody(event)) = (subject, event) {
            let state = states.entry(*id).or_default();
            *state = core::mem::take(state).apply(event);
        }
    }
    let courses: BTreeMap<EpisodeId, Course> = states
        .iter()
        .map(|(id, state)| (*id, state.story()))
        .collect();
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.episodes(after, 7).await.unwrap();
        after = page.last().map(|row| row.episode);
        let full = page.len() == 7;
        all.extend(page);
        if !full {
            break;
        }
    }
    assert!(all.len() > 20 && all.iter().any(|row| row.ended_at.is_some()));
    assert_eq!(
        all.iter().map(|row| row.episode).collect::<Vec<_>>(),
        courses.keys().copied().collect::<Vec<_>>()
    );
    for row in &all {
        let course = &courses[&row.episode];
        let (_, opening) = course.opening.as_ref().unwrap();
        assert_eq!(row.operation, Some(opening.operation));
        assert_eq!(row.ordinal, Some(opening.ordinal));
        assert_eq!(row.person, course.person());
        assert_eq!(
            Some(&row.officer),
            course.answers.as_ref().map(|one| &one.officer)
        );
        assert_eq!(
            row.ended_at,
            course.ended.as_ref().map(|ended| ended.act.at)
        );
        assert_eq!(
            row.place == row.post.to_string(),
            course.at_post() == Some(row.post)
        );
        if let Some(span) = course.spans.last() {
            assert_eq!(row.standing, span.standing);
        }
        let counted = store
            .episodes_of_operation(opening.operation)
            .await
            .unwrap();
        assert_eq!(counted.len(), usize::from(opening.count));
        assert!(counted.contains(row));
        let person = course.person().unwrap();
        assert_eq!(
            store.episodes_of_person(person).await.unwrap(),
            core::slice::from_ref(row)
        );
        if let Some(secret) = course.secret {
            let found = store.episodes_by_secret(&secret).await.unwrap();
            assert_eq!(found, core::slice::from_ref(row));
        }
        for handover in course.handovers.keys() {
            let listed = store.episodes_of_handover(*handover).await.unwrap();
            assert_eq!(listed, [row.episode]);
        }
    }
    let waiting = store.episodes_waiting(None, 500).await.unwrap();
    assert_eq!(waiting.len(), all.iter().filter(|row| row.waits).count());
    let rest = store
        .episodes_waiting(Some((waiting[0].opened_at, waiting[0].episode)), 500)
        .await
        .unwrap();
    assert_eq!(rest, waiting[1..]);
    let here = store.episodes_at(waiting[0].post, 500).await.unwrap();
    assert!(!here.is_empty() && here.iter().all(|row| row.waits));
}

pub(crate) async fn an_erased_episode_leaves_every_list(store: &Store) {
    let all = store.episodes(None, 500).await.unwrap();
    let gone = all[0].episode;
    let mut story = Story::new(42);
    let told = story.keep();
    let act: Act = told[0].1.act().unwrap().clone();
    let erasure = ErasureEvent::CarriedOut {
        act,
        erasure: CarriedOut {
            ground: ErasureGround::PersonAsked,
            subjects: vec![Subject::Episode(gone)],
            dead: Vec::new(),
        },
    };
    let subject = Subject::Erasure(ErasureId::from_random([41; 16]));
    let _ = story
        .tell(store, vec![(subject, Event::Erasure(erasure))])
        .await
        .unwrap();
    let left = store.episodes(None, 500).await.unwrap();
    assert_eq!(left.len(), all.len() - 1);
    assert!(left.iter().all(|row| row.episode != gone));
}
