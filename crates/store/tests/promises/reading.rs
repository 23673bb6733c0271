//! Readings are found by whom they are about and by who read, and outlive what was read.

use paso_domain::{
    access::{AccessEvent, How, Listed, Opened},
    act::Act,
    erasure::{CarriedOut, DeadIndex, ErasureEvent, ErasureGround},
    event::Event,
    id::{ApplicationId, ErasureId, OfficerNumber, PersonId},
    policy::{Power, Role},
    subject::Subject,
};
use paso_formats::{envelope::SubjectKey, moment::Moment, number::CardNumber};
use paso_store::{
    Store,
    testing::{Story, Told, view_rows},
};

const READ: PersonId = PersonId::from_random([0xa1; 16]);
const FOUND: PersonId = PersonId::from_random([0xa2; 16]);
const START: i64 = 1_404_800_000;

fn act(minute: i64, officer: &str) -> Act {
    Act {
        at: Moment::from_unix(START + 60 * minute),
        post: "TAL".parse().unwrap(),
        officer: officer.parse().unwrap(),
        late: None,
    }
}

fn opened(minute: i64, officer: &str, record: Subject) -> Told {
    let opened = Opened {
        power: Power::ReadCard,
        role: Role::Desk,
        record,
        how: How::Page,
    };
    let event = AccessEvent::Opened {
        act: act(minute, officer),
        opened,
    };
    vec![(Subject::Reads(READ), Event::Access(event))]
}

fn listed(minute: i64, officer: &str, found: &[PersonId]) -> Told {
    let listed = Listed {
        power: Power::FindPerson,
        role: Role::Desk,
        query: "person.find document".into(),
        found: found.iter().copied().map(Subject::Person).collect(),
        how: How::Page,
    };
    let event = AccessEvent::Listed {
        act: act(minute, officer),
        listed,
    };
    let number: OfficerNumber = officer.parse().unwrap();
    vec![(Subject::Lists(number), Event::Access(event))]
}

pub(crate) async fn readings_are_found_and_outlive_what_was_read(store: &Store) {
    let mut story = Story::new(77);
    let application = Subject::Application(ApplicationId::from_random([1; 16]));
    let card = Subject::Card(CardNumber::new("TAL".parse().unwrap(), [9; 5]));
    let key = vec![(card.clone(), SubjectKey::from_random([9; 32]))];
    store.subject_keys_or_insert(key).await.unwrap();
    for told in [
        opened(1, "INM-0417", Subject::Person(READ)),
        opened(2, "INM-0033", application.clone()),
        // Twice in one answer is once.
        listed(3, "INM-0417", &[FOUND, READ, READ]),
        listed(4, "INM-0417", &[]),
    ] {
        story.tell(store, told).await.unwrap();
    }
    let of = |rows: &[paso_store::AccessRow]| -> Vec<(i64, bool)> {
        rows.iter()
            .map(|row| ((row.at.unix() - START) / 60, row.listed))
            .collect()
    };
    let all = store.accesses_of(READ, None, 9).await.unwrap();
    assert_eq!(of(&all), [(3, true), (2, false), (1, false)]);
    let rest = store
        .accesses_of(READ, Some(all[0].cursor()), 1)
        .await
        .unwrap();
    assert_eq!(of(&rest), [(2, false)]);
    assert_eq!(
        of(&store.accesses_of(FOUND, None, 9).await.unwrap()),
        [(3, true)]
    );
    let officer: OfficerNumber = "INM-0417".parse().unwrap();
    let (from, until) = (Moment::from_unix(START), Moment::from_unix(START + 240));
    let read = store.accesses_by(&officer, from, until).await.unwrap();
    assert_eq!(of(&read), [(1, false), (3, true), (3, true)]);
    let lists = store.lists_by(&officer, from, until).await.unwrap();
    assert_eq!(lists.len(), 1, "the one at the end of the span is outside");
    assert_eq!(lists[0].query, "person.find document");
    // Who reads the list of the day is not told of whom colleagues read.
    let rows = view_rows(store).await;
    assert!(
        !rows
            .iter()
            .any(|row| row.starts_with("view_act") && row.contains("access."))
    );

    let erasure = CarriedOut {
        ground: ErasureGround::Ordered,
        subjects: vec![
            Subject::Person(READ),
            Subject::Stays(READ),
            Subject::Protection(READ),
            application,
            card.clone(),
        ],
        dead: vec![DeadIndex {
            list: "https://paso.example/s/9".into(),
            index: 4,
        }],
    };
    let event = ErasureEvent::CarriedOut {
        act: act(9, "UT-0007"),
        erasure,
    };
    let subject = Subject::Erasure(ErasureId::from_random([0xe1; 16]));
    story
        .tell(store, vec![(subject, Event::Erasure(event))])
        .await
        .unwrap();
    assert_eq!(store.accesses_of(READ, None, 9).await.unwrap(), all);
    assert_eq!(
        store.erasures(1).await.unwrap()[0].ground,
        ErasureGround::Ordered
    );
    assert_eq!(
        store
            .ended_indexes("https://paso.example/s/9")
            .await
            .unwrap(),
        [4]
    );
    let forgotten = store.forgotten(&[Subject::Stays(READ)]).await.unwrap();
    assert_eq!(forgotten.len(), 1);
    assert!(store.subject_key(&card).await.unwrap().is_none());
}
