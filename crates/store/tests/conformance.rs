//! One suite of promises, run on both databases, which at its end has run every statement there is
//! on each: SQL is not checked at compile time, so it is checked here.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "promises/black_box.rs"]
mod black_box;
#[path = "promises/contradictions.rs"]
mod contradictions;
#[path = "promises/custody.rs"]
mod custody;
#[path = "promises/figures.rs"]
mod figures;
#[path = "promises/log.rs"]
mod log;
#[path = "promises/reading.rs"]
mod reading;
#[path = "promises/signing.rs"]
mod signing;

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    card::CardEvent,
    device::DeviceState,
    document::DocumentKind,
    encounter::EncounterEvent,
    event::Event,
    id::{PersonId, StreamId},
    officer::{Access, OfficerState},
    person::PersonEvent,
    policy::Role,
    protection::{Answer, Channel, ProtectionEvent, Receiver},
    sheet::{SheetsState, Standing},
    stay::StayEvent,
    subject::Subject,
    token::TokenState,
};
use paso_formats::{
    batch::Row,
    entry::{Content, Entry as Leaf, Minute, StreamHead, Unsigned},
    envelope::SubjectKey,
    field::StateCode,
    moment::{HOUR, MINUTE, Moment},
    name::PersonName,
};
use paso_store::{
    Append, AppendError, Concerned, Mark, NewSession, Store,
    testing::{
        Engine, Random, Scratch, Story, Told, chains_are_whole, create_observed, device,
        statements_not_run, view_rows,
    },
};

const NOW: Moment = Moment::from_unix(1_404_752_400);

#[tokio::test]
async fn sqlite_keeps_every_promise() {
    promises(Engine::Sqlite).await;
}

#[tokio::test]
async fn postgresql_keeps_every_promise() {
    promises(Engine::Postgres).await;
}

/// One store for all promises but those about opening: what one leaves behind the next must stand.
async fn promises(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let store = create_observed(scratch.config()).await.unwrap();
    positions_and_sequences_have_no_holes(&store).await;
    an_overtaken_expectation_is_a_conflict(&store).await;
    a_stored_key_is_never_replaced(&store).await;
    keys_of_others_stand_beside_the_own_one(&store).await;
    what_was_carried_is_remembered(&store).await;
    black_box::signs_of_life_are_kept_by_quarters_of_an_hour(&store).await;
    let mut story = Story::new(7);
    let told = story.tell_acts(&store, 300).await;
    rows_are_loaded_by_subject_and_open_to_what_was_told(&store, &told).await;
    black_box::what_was_noticed_is_listed_and_counted(&store, &told).await;
    cards_are_found(&store, &told).await;
    persons_are_found(&store, &told).await;
    stays_and_encounters_are_found(&store, &told).await;
    records_are_listed_for_whom_they_concern(&store, &told).await;
    views_lead_from_nobody_to_a_check(&store, &told).await;
    the_list_of_the_day_is_paged(&store, &told).await;
    applications_are_found(&store, &told).await;
    facts_in_any_order_and_of_any_length_are_taken(&store).await;
    sheets_are_found(&store).await;
    contradictions::what_contradicts_itself_is_listed_until_it_is_settled(&store).await;
    officers_are_found(&store).await;
    reading::readings_are_found_and_outlive_what_was_read(&store).await;
    figures::figures_count_what_was_done(&store).await;
    custody::episodes_are_found(&store).await;
    views_come_out_the_same_when_rebuilt(&store).await;
    custody::an_erased_episode_leaves_every_list(&store).await;
    contradictions::what_is_forgotten_contradicts_nothing(&store).await;
    every_act_is_signed_into_its_stream(&store).await;
    the_houses_own_entries_are_found(&store).await;
    rows_from_elsewhere_are_taken_once(&store).await;
    log::logs_move_forward_only(&store, &told[0].0).await;
    signing::ceremonies_are_taken_once(&store).await;
    signing::proposals_collect_signatures_and_end_once(&store).await;
    signing::counts_only_grow(&store).await;
    signing::a_session_knows_its_passkey(&store).await;
    sessions_last_and_end(&store).await;
    assert_eq!(
        statements_not_run(&store),
        Vec::<&str>::new(),
        "on {engine:?}"
    );
}

async fn positions_and_sequences_have_no_holes(store: &Store) {
    assert_eq!(store.position().await.unwrap(), 0);
    let (mut a, mut b) = (Story::new(1), Story::new(2));
    let (first, second) = (a.next_act(), b.next_act());
    let appended = a.tell(store, first.clone()).await.unwrap();
    assert_eq!((appended.positions, appended.sequences), (1..4, 1..4));
    let appended = b.tell(store, second).await.unwrap();
    assert_eq!(
        (appended.positions, appended.sequences),
        (4..7, 1..4),
        "streams count apart"
    );
    let empty = Append {
        device: device([9; 32]),
        now: NOW,
        entries: Vec::new(),
        expect: vec![(first[0].0.clone(), 1)],
    };
    let appended = store.append(empty).await.unwrap();
    assert!(
        appended.positions.is_empty(),
        "an append may only ask whether its expectations hold"
    );
    assert_eq!(store.position().await.unwrap(), 6);
}

async fn an_overtaken_expectation_is_a_conflict(store: &Store) {
    let mut story = Story::new(3);
    let told = story.next_act();
    let append = story.seal(store, told.clone()).await.unwrap();
    store.append(append.clone()).await.unwrap();
    let position = store.position().await.unwrap();
    match store.append(append.clone()).await {
        Err(AppendError::Conflict {
            subject,
            expected: 0,
            found: 1,
        }) => {
            assert_eq!(subject, told[0].0);
        }
        other => panic!("{other:?}"),
    }
    // A subject that was only read is expected like one that is written.
    let mut other = Story::new(4);
    let told = other.next_act();
    let mut unrelated = other.seal(store, told).await.unwrap();
    unrelated.expect.push(append.expect[0].clone());
    assert!(matches!(
        store.append(unrelated).await,
        Err(AppendError::Conflict { .. })
    ));
    assert_eq!(
        store.position().await.unwrap(),
        position,
        "a conflict stores nothing"
    );

    // Sixty-four decide on the same state at once: they share batches, and one is in.
    let mut racing = tokio::task::JoinSet::new();
    let mut story = Story::new(5);
    let told = story.next_act();
    for _ in 0..64 {
        let (store, append) = (
            store.clone(),
            story.seal(store, told.clone()).await.unwrap(),
        );
        racing.spawn(async move { store.append(append).await });
    }
    let outcomes = racing.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(
        outcomes
            .iter()
            .all(|o| matches!(o, Ok(_) | Err(AppendError::Conflict { .. })))
    );
}

async fn a_stored_key_is_never_replaced(store: &Store) {
    let subject = Subject::Person(PersonId::from_random([0xaa; 16]));
    assert!(store.subject_key(&subject).await.unwrap().is_none());
    let mut racing = tokio::task::JoinSet::new();
    for byte in 0..32 {
        let (store, subject) = (store.clone(), subject.clone());
        racing.spawn(async move {
            let fresh = vec![(subject.clone(), SubjectKey::from_random([byte; 32]))];
            *store.subject_keys_or_insert(fresh).await.unwrap()[&subject]
                .sealing()
                .expose()
        });
    }
    let keys: BTreeSet<_> = racing.join_all().await.into_iter().collect();
    assert_eq!(keys.len(), 1, "all got the one that was first");
    let stored = store.subject_key(&subject).await.unwrap().unwrap();
    assert_eq!(Some(stored.sealing().expose()), keys.first());
}

/// A post and the hub have each made a key for somebody, and neither may be lost.
async fn keys_of_others_stand_beside_the_own_one(store: &Store) {
    let key = |byte| SubjectKey::from_random([byte; 32]);
    let known = Subject::Person(PersonId::from_random([0xbb; 16]));
    let strange = Subject::Person(PersonId::from_random([0xbc; 16]));
    let fresh = vec![(known.clone(), key(1))];
    store.subject_keys_or_insert(fresh).await.unwrap();
    for _ in 0..2 {
        let carried = [
            (known.clone(), key(2)),
            (known.clone(), key(1)),
            (strange.clone(), key(3)),
            (strange.clone(), key(4)),
        ];
        store.take_in_keys(&carried).await.unwrap();
    }
    let rings = store
        .subject_keys(&[known.clone(), strange.clone()])
        .await
        .unwrap();
    for (subject, held) in [(known, [1, 2]), (strange, [3, 4])] {
        let ring = &rings[&subject];
        let bytes: Vec<_> = ring.iter().map(|key| key.expose()[0]).collect();
        assert_eq!(bytes, held, "the first to come seals");
    }
}

async fn what_was_carried_is_remembered(store: &Store) {
    let stream = StreamId::from_random([0xcc; 16]);
    let at = Moment::from_unix;
    assert!(store.last_arrival(stream).await.unwrap().is_none());
    for (last, moment) in [
        (Some(10), 100),
        (Some(10), 200),
        (Some(25), 300),
        (None, 350),
    ] {
        let mark = Mark {
            number: last.unwrap_or(25),
            at: at(moment),
        };
        store.heard(stream, "heard", mark, last).await.unwrap();
        assert_eq!(store.mark("heard").await.unwrap(), Some(mark));
    }
    for (sequence, arrived) in [(1, Some(100)), (10, Some(100)), (11, Some(300)), (26, None)] {
        let found = store.arrival_of(stream, sequence).await.unwrap();
        assert_eq!(found, arrived.map(at), "{sequence}");
    }
    let last = store.last_arrival(stream).await.unwrap();
    assert_eq!(last.map(|mark| mark.number), Some(25));
    assert!(store.mark("sent").await.unwrap().is_none());
    for number in [3, 2] {
        let mark = Mark {
            number,
            at: at(400),
        };
        store.set_mark("sent", mark).await.unwrap();
        assert_eq!(store.mark("sent").await.unwrap(), Some(mark));
    }
}

async fn the_houses_own_entries_are_found(store: &Store) {
    let all = store.entries(1, u32::MAX).await.unwrap();
    let of_the_house: Vec<_> = all
        .iter()
        .filter(|row| {
            let about = row.recorded.as_ref().map(|recorded| &recorded.subject);
            matches!(
                about,
                Some(
                    Subject::Officer(_)
                        | Subject::Device(_)
                        | Subject::Site(_)
                        | Subject::Authority(_)
                        | Subject::Erasure(_)
                        | Subject::Sheets(_)
                )
            )
        })
        .collect();
    assert!(of_the_house.len() > 10, "{}", of_the_house.len());
    for after in [0, 1, all.len() as u64 / 2, all.len() as u64] {
        for limit in [3, u32::MAX] {
            let found = store.house_entries(after, limit).await.unwrap();
            let due = of_the_house.iter().filter(|row| row.number > after);
            let due: Vec<_> = due.take(limit as usize).copied().cloned().collect();
            assert_eq!(found, due, "after {after}");
        }
    }
}

async fn rows_are_loaded_by_subject_and_open_to_what_was_told(store: &Store, told: &Told) {
    let subjects: BTreeSet<_> = told.iter().map(|(subject, _)| subject.clone()).collect();
    let subjects: Vec<_> = subjects.into_iter().collect();
    assert!(subjects.len() > 200, "more than one list of parameters");
    let keys = store.subject_keys(&subjects).await.unwrap();
    let rows = store.load(&subjects).await.unwrap();
    let opened: Told = rows
        .iter()
        .map(|row| (row.subject.clone(), row.open(&keys[&row.subject]).unwrap()))
        .collect();
    assert_eq!(&opened, told);
    assert!(
        rows.windows(2)
            .all(|pair| pair[0].position < pair[1].position)
    );
    for row in &rows {
        assert_eq!(row.time.unix() % MINUTE, 0, "the envelope's time is coarse");
        assert_eq!(row.approvals, [0x80]);
    }
    // A subject's versions count from 1.
    for subject in &subjects {
        let versions: Vec<_> = rows
            .iter()
            .filter(|row| row.subject == *subject)
            .map(|row| row.version)
            .collect();
        assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>());
    }
    let page = store.journal(rows[10].position, 3).await.unwrap();
    assert_eq!(page, rows[10..13]);
    assert!(store.load(&[]).await.unwrap().is_empty());
    assert!(store.journal(u64::MAX, 1).await.unwrap().is_empty());
}

async fn cards_are_found(store: &Store, told: &Told) {
    let mut ended = BTreeSet::new();
    let mut numbers = Vec::new();
    for (subject, event) in told {
        let (Subject::Card(number), Event::Card(event)) = (subject, event) else {
            continue;
        };
        let card = store.card(*number).await.unwrap().unwrap();
        match event {
            CardEvent::ApplicationReceived { application, .. } => {
                let applicant = card.applicant.unwrap();
                assert_eq!(applicant.person, application.person);
                assert_eq!(applicant.birth, application.claim.birth);
                numbers.push(*number);
                let named = store
                    .cards_by_name(&application.claim.surnames, 500)
                    .await
                    .unwrap();
                assert!(
                    named.iter().any(|found| found.number == *number),
                    "{applicant:?}"
                );
            }
            CardEvent::Issued { card: issued, .. } => {
                let shown = card.issued.clone().unwrap();
                assert_eq!(
                    (shown.holder, shown.expires),
                    (issued.person, issued.expires)
                );
                assert_eq!(card.is_good_at(issued.issued_at), card.ended.is_none());
                assert!(!card.is_good_at(issued.expires));
                let of_holder = store.cards_of(&[issued.person]).await.unwrap();
                assert!(of_holder.iter().any(|found| found.number == *number));
                let since = store.cards_in_force(shown.at, shown.at, None, 500);
                let since = since.await.unwrap();
                let in_force = card.is_good_at(shown.at);
                assert_eq!(since.iter().any(|found| found.number == *number), in_force);
                let after = Some((shown.at, *number));
                let later = store.cards_in_force(shown.at, shown.at, after, 500);
                assert!(
                    later
                        .await
                        .unwrap()
                        .iter()
                        .all(|found| found.number != *number)
                );
            }
            CardEvent::Revoked { .. } | CardEvent::Replaced { .. } => {
                assert!(card.ended.is_some());
                ended.insert(card.issued.unwrap().status_index);
            }
            CardEvent::Refused { .. } => panic!("the story refuses applications, not cards"),
            CardEvent::Presented { .. } | CardEvent::Settled { .. } => {
                panic!("the story is of one house")
            }
        }
    }
    assert!(ended.len() > 10);
    let listed = store
        .ended_indexes("https://paso.example/s/0")
        .await
        .unwrap();
    assert_eq!(listed, ended.into_iter().collect::<Vec<_>>());
    assert!(
        store
            .ended_indexes("https://paso.example/s/1")
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.cards(&numbers).await.unwrap().len(), numbers.len());
    // In the order of bytes, which is neither Spanish nor the order of insertion.
    let all = store.cards_by_name("", 1000).await.unwrap();
    assert_eq!(
        all.len(),
        store.cards_by_name("", 1001).await.unwrap().len()
    );
    assert_eq!(store.cards_by_name("", 7).await.unwrap(), all[..7]);
    // Accents, case and the glottal stop do not matter; where a name begins does.
    let muñoz = store.cards_by_name("MUNOZ", 1000).await.unwrap();
    assert!(!muñoz.is_empty());
    assert!(store.cards_by_name("unoz", 1000).await.unwrap().is_empty());
}

async fn persons_are_found(store: &Store, told: &Told) {
    for (subject, event) in told {
        let (Subject::Person(id), Event::Person(event)) = (subject, event) else {
            continue;
        };
        let row = store.person(*id).await.unwrap().unwrap();
        match event {
            PersonEvent::Claimed { claim, .. } => {
                let name = PersonName::new(&claim.surnames, &claim.given);
                let named = store
                    .persons_by_name(&name, claim.birth, 500)
                    .await
                    .unwrap();
                assert!(named.contains(&row), "{name:?}");
                let number = claim.evidence.number.as_deref().unwrap();
                let spaced = format!(" {}-{} ", &number[..3], &number[3..]);
                let kind = claim.evidence.kind.unwrap();
                let shown = store.persons_by_document(kind, Some(StateCode::GTM), &spaced, 9);
                assert_eq!(shown.await.unwrap(), [row]);
            }
            PersonEvent::MergedInto { .. } => {
                if let Some(into) = row.merged_into {
                    let merged = store.persons_merged_into(into).await.unwrap();
                    assert!(merged.contains(&row));
                }
            }
            PersonEvent::MergeUndone { .. } => {}
        }
    }
    let nobody = store
        .persons_by_document(DocumentKind::Dpi, None, "1", 9)
        .await
        .unwrap();
    assert!(nobody.is_empty());
    assert!(
        store
            .person(PersonId::from_random([0; 16]))
            .await
            .unwrap()
            .is_none()
    );
}

async fn applications_are_found(store: &Store, told: &Told) {
    let mut refused = told
        .iter()
        .filter_map(|(subject, event)| match (subject, event) {
            (
                Subject::Application(id),
                Event::Card(CardEvent::ApplicationReceived { application, .. }),
            ) => Some((*id, application.person)),
            _ => None,
        });
    let (id, person) = refused.next().unwrap();
    assert_eq!(store.applications_of(&[person]).await.unwrap(), [id]);
    let nobody = PersonId::from_random([0; 16]);
    assert!(store.applications_of(&[nobody]).await.unwrap().is_empty());
}

async fn stays_and_encounters_are_found(store: &Store, told: &Told) {
    for (subject, event) in told {
        match (subject, event) {
            (Subject::Stays(person), Event::Stay(StayEvent::Entered { act, entry })) => {
                let stays = store.stays_by_slip(entry.slip).await.unwrap();
                let [stay] = stays.as_slice() else {
                    panic!("{stays:?}")
                };
                let shown = stay.entry.clone().unwrap();
                assert_eq!((stay.person, stay.stay), (*person, entry.stay));
                assert_eq!((shown.at, shown.leave_by), (act.at, entry.leave_by));
                assert_eq!(shown.not_overstayed_until, entry.not_overstayed_until);
                let of_person = store.stays_of(&[*person]).await.unwrap();
                assert!(of_person.contains(stay));
                let open = of_person
                    .iter()
                    .filter(|stay| stay.ending.is_none())
                    .count();
                assert!(open <= 1, "an entry closes the stay before it");
            }
            (
                Subject::Encounter(id),
                Event::Encounter(EncounterEvent::Recorded { encounter, .. }),
            ) => {
                let found = store.encounters(encounter.receipt).await.unwrap();
                assert_eq!(found.len(), 1);
                assert_eq!(
                    (found[0].encounter, found[0].outcome),
                    (*id, encounter.outcome)
                );
                assert_eq!(
                    found[0].finding,
                    encounter.check.clone().map(|check| check.finding)
                );
            }
            _ => {}
        }
    }
}

async fn records_are_listed_for_whom_they_concern(store: &Store, told: &Told) {
    let mut expected: BTreeMap<(Concerned, PersonId), Moment> = BTreeMap::new();
    for (subject, event) in told {
        let (Subject::Protection(person), Event::Protection(event)) = (subject, event) else {
            continue;
        };
        let concerned = match event {
            ProtectionEvent::Screened { answers, .. } => answers
                .iter()
                .filter_map(|answer| match answer.to? {
                    Receiver::Refuge => Some(Concerned::Refuge),
                    Receiver::ChildProtection => Some(Concerned::ChildProtection),
                    Receiver::Prosecutor => Some(Concerned::Prosecutor),
                })
                .collect(),
            ProtectionEvent::NoticeGiven { to, channel, .. } if *channel == Channel::Here => {
                vec![Concerned::Consulate(*to)]
            }
            ProtectionEvent::NoticeGiven { .. } | ProtectionEvent::NoticeReceived { .. } => {
                Vec::new()
            }
            ProtectionEvent::ReferralReceived { receiver, .. } => {
                vec![Concerned::receiving(*receiver)]
            }
            _ => vec![Concerned::Refuge],
        };
        for concerned in concerned {
            // A story's clock goes forward.
            expected.insert((concerned, *person), event.act().at);
        }
    }
    assert!(expected.len() > 6, "the story is long enough for pages");
    for of in [
        Concerned::Refuge,
        Concerned::Consulate(StateCode::GTM),
        Concerned::Consulate(StateCode::BLZ),
        Concerned::ChildProtection,
        Concerned::Prosecutor,
    ] {
        let mut wanted: Vec<_> = expected
            .iter()
            .filter(|((concerned, _), _)| *concerned == of)
            .map(|((_, person), at)| (*at, *person))
            .collect();
        wanted.sort_unstable_by(|a, b| b.cmp(a));
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.concerns(of, after, 2).await.unwrap();
            after = page.last().copied();
            found.extend(page.iter().map(|row| (row.at, row.person)));
            if page.len() < 2 {
                break;
            }
        }
        assert_eq!(found, wanted, "{of:?}");
    }
    let nobody = Concerned::Consulate(StateCode::SLV);
    assert_eq!(store.concerns(nobody, None, 9).await.unwrap(), []);
}

/// No row of a view has both somebody and a place of checking, and none has an answer to the
/// protection questions (DESIGN §6): what no table joins, no query finds.
async fn views_lead_from_nobody_to_a_check(store: &Store, told: &Told) {
    let (mut checks, mut somebody) = (BTreeSet::new(), BTreeSet::new());
    for (subject, event) in told {
        match (subject, event) {
            (
                Subject::Encounter(id),
                Event::Encounter(EncounterEvent::Recorded { encounter, .. }),
            ) => {
                checks.extend([id.to_string(), encounter.receipt.to_string()]);
            }
            (Subject::Person(id) | Subject::Stays(id) | Subject::Protection(id), _) => {
                somebody.insert(id.to_string());
            }
            (Subject::Card(number), _) => {
                somebody.insert(number.to_string());
            }
            _ => {}
        }
    }
    assert!(!checks.is_empty() && !somebody.is_empty());
    let rows = view_rows(store).await;
    let names = |row: &str, of: &BTreeSet<String>| of.iter().any(|word| row.contains(word));
    assert!(rows.iter().any(|row| names(row, &checks)));
    for row in rows {
        assert!(!(names(&row, &checks) && names(&row, &somebody)), "{row}");
        for answer in Answer::ALL {
            assert!(!row.contains(answer.code()), "{row}");
        }
    }
}

async fn the_list_of_the_day_is_paged(store: &Store, told: &Told) {
    let post = "TAL".parse().unwrap();
    let here = |event: &Event| event.act().filter(|act| act.post == post).map(|act| act.at);
    let (from, until) = (NOW.plus(10 * HOUR), NOW.plus(30 * HOUR));
    // What concerns somebody's protection is on no list of acts.
    let listed = |subject: &Subject| !matches!(subject, Subject::Protection(_));
    let expected = told
        .iter()
        .filter(|(subject, _)| listed(subject))
        .filter_map(|(_, e)| here(e))
        .filter(|at| (from..until).contains(at))
        .count();
    assert!(expected > 20, "the story is long enough for pages");
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.acts(&post, from, until, cursor, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(last.cursor());
        pages.extend(page);
    }
    assert_eq!(pages.len(), expected);
    assert!(
        pages
            .windows(2)
            .all(|pair| pair[0].cursor().at >= pair[1].cursor().at)
    );
    let whole = store.acts(&post, from, until, None, 10_000).await.unwrap();
    assert_eq!(whole, pages);
    // A closed reason is shown, and a refused command with what was asked.
    let mut everywhere = Vec::new();
    for post in ["TAL", "HID", "CHC"] {
        let (post, end) = (post.parse().unwrap(), NOW.plus(10_000 * HOUR));
        everywhere.extend(store.acts(&post, NOW, end, None, 100_000).await.unwrap());
    }
    assert!(
        everywhere
            .iter()
            .any(|row| row.kind == "card.revoked" && row.code.is_some())
    );
    assert!(
        everywhere
            .iter()
            .any(|row| row.command.as_deref() == Some("card.revoke"))
    );
    assert!(everywhere.iter().all(|row| listed(&row.subject)));
}

/// What `apply` promises of states holds for views: no fact is turned away.
async fn facts_in_any_order_and_of_any_length_are_taken(store: &Store) {
    let mut story = Story::new(11);
    let mut random = Random::seeded(11);
    let mut told: Told = (0..60).flat_map(|_| story.next_act()).collect();
    for index in (1..told.len()).rev() {
        told.swap(index, random.below(index + 1));
    }
    for (_, event) in &mut told {
        if let Event::Person(PersonEvent::Claimed { claim, .. }) = event {
            claim.surnames = format!("{}\0{}", claim.surnames, "ñ".repeat(5000));
            claim.evidence.number = Some("9".repeat(5000));
        }
    }
    // One by one and all together: rows are folded in batches of any size.
    let rest = told.split_off(told.len() / 2);
    for fact in told {
        story.tell(store, vec![fact]).await.unwrap();
    }
    let mut append = story.seal(store, rest).await.unwrap();
    append.expect.clear();
    store.append(append).await.unwrap();
}

/// What the lists say of officers and their things is what the registers say.
async fn officers_are_found(store: &Store) {
    let mut story = Story::new(70).with_officers();
    let told = story.tell_acts(store, 120).await;
    let now = story.now();
    let (mut officers, mut devices) = (BTreeMap::new(), BTreeMap::new());
    let mut tokens = BTreeMap::new();
    for (subject, event) in &told {
        match (subject, event) {
            (Subject::Officer(number), Event::Officer(event)) => {
                let state: &mut OfficerState = officers.entry(number.clone()).or_default();
                *state = core::mem::take(state).apply(event);
            }
            (Subject::Device(stream), Event::Device(event)) => {
                let state: &mut DeviceState = devices.entry(*stream).or_default();
                *state = core::mem::take(state).apply(event);
            }
            (Subject::Token(id), Event::Token(event)) => {
                let state: &mut TokenState = tokens.entry(*id).or_default();
                *state = core::mem::take(state).apply(event);
            }
            _ => {}
        }
    }
    assert!(officers.len() > 2);
    let listed = store.officers(None, 500).await.unwrap();
    let role = Role::Statistics;
    let mut holders = Vec::new();
    for (number, state) in &officers {
        let row = listed.iter().find(|row| row.officer == *number).unwrap();
        assert_eq!(row.name.as_deref(), Some(state.name()));
        assert_eq!(row.dismissed_from, state.dismissed());
        let suspended = matches!(state.access_at(now), Access::Suspended { .. });
        assert_eq!(
            row.suspended_from.is_some() && row.dismissed_from.is_none(),
            suspended
        );
        for passkey in state.passkeys() {
            let owner = store.officer_of_passkey(&passkey.credential).await.unwrap();
            assert_eq!(owner.as_ref(), Some(number));
        }
        let grants = store
            .grants_of(core::slice::from_ref(number))
            .await
            .unwrap();
        let until: Vec<_> = state.grants().iter().map(|grant| grant.until).collect();
        assert!(grants.iter().map(|grant| grant.until).eq(until));
        if state.grants().iter().any(|grant| grant.counts_at(now)) && state.dismissed().is_none() {
            holders.push(number.clone());
        }
        let shifts = store.shifts_of(number, 9).await.unwrap();
        assert!(shifts.iter().all(|shift| shift.officer == *number));
        let theirs = store.acts_of(number, NOW, None, 99).await.unwrap();
        assert!(theirs.iter().all(|act| act.officer == *number));
        let mut of_theirs = tokens
            .iter()
            .filter(|(_, state)| state.token().is_some_and(|t| t.officer == *number));
        for row in store.tokens_of(number).await.unwrap() {
            let (id, state) = of_theirs.next().unwrap();
            assert_eq!((row.id, row.revoked_from), (*id, state.revoked()));
            let token = row.issued.as_ref().map(|(token, _)| token);
            assert_eq!(token, state.token());
            assert_eq!(row.good_at(now), state.good_at(now));
            let hash = token.unwrap().hash;
            assert_eq!(store.token(&hash).await.unwrap().as_ref(), Some(&row));
        }
        assert!(of_theirs.next().is_none());
    }
    let found = store.officers_with(role, now).await.unwrap();
    assert_eq!(found, holders);
    let page = store.officers(Some(&listed[0].officer), 1).await.unwrap();
    assert_eq!(page, listed[1..2]);
    let away = store.officers_once_away().await.unwrap();
    let dismissed: Vec<_> = listed
        .iter()
        .filter(|row| row.dismissed_from.is_some())
        .collect();
    assert!(!dismissed.is_empty());
    assert!(dismissed.iter().all(|row| away.contains(&row.officer)));
    for row in store.listed_devices().await.unwrap() {
        let state = &devices[&row.stream];
        let device = state.device().unwrap();
        assert_eq!(row.enrolled, Some((device.name.clone(), device.post)));
        assert_eq!(row.ended_from, state.end().map(|end| end.from));
        let compromised = state.end().and_then(|end| end.compromised_from);
        assert_eq!(row.compromised_from, compromised);
    }
    assert_eq!(store.sites().await.unwrap().len(), 1);
    assert_eq!(store.tokens(500).await.unwrap().len(), tokens.len());
}

/// What the lists say of sheets is what their register says.
async fn sheets_are_found(store: &Store) {
    let mut story = Story::new(90).with_paper();
    let told = story.tell_acts(store, 150).await;
    let mut batches: BTreeMap<_, SheetsState> = BTreeMap::new();
    for (subject, event) in &told {
        if let (Subject::Sheets(batch), Event::Sheet(event)) = (subject, event) {
            let state = batches.entry(*batch).or_default();
            *state = core::mem::take(state).apply(event);
        }
    }
    assert!(batches.len() > 2);
    let mut found = 0;
    for post in ["TAL", "HID", "CHC"] {
        for row in store
            .sheet_batches(post.parse().unwrap(), 500)
            .await
            .unwrap()
        {
            let Some(state) = batches.get(&row.batch) else {
                continue;
            };
            found += 1;
            let (printed, place, count) = state.printed().unwrap();
            assert_eq!(
                (row.printed_at, row.place, row.count),
                (printed.at, *place, *count)
            );
            for sheet in row.sheets {
                match state.standing(sheet.serial) {
                    Standing::Used(act) => assert_eq!(
                        (sheet.used, sheet.used_at, sheet.recorded, sheet.void),
                        (1, Some(act.at), Some(act.recorded()), None)
                    ),
                    Standing::Void(reason, act) => assert_eq!(
                        (sheet.used, sheet.void, sheet.void_at),
                        (0, Some(reason), Some(act.at))
                    ),
                    other => panic!("{other:?}"),
                }
            }
        }
    }
    assert_eq!(found, batches.len());
    // In the list of the day the act stands where it happened, with its sheet; not its sheet again.
    let (from, until) = (NOW, NOW.plus(10_000 * HOUR));
    let mut late = 0;
    for post in ["TAL", "HID", "CHC"] {
        let post = post.parse().unwrap();
        let counted = store.late_acts(post, (from, until), HOUR).await.unwrap();
        let listed = store.acts(&post, from, until, None, 100_000).await.unwrap();
        let of_sheets: Vec<_> = listed.iter().filter(|row| row.sheet.is_some()).collect();
        assert!(of_sheets.iter().all(|row| row.at < row.recorded));
        assert!(listed.iter().all(|row| row.kind != "sheet.used"));
        assert_eq!(counted.from_paper, of_sheets.len() as u64);
        assert_eq!((counted.of, counted.carried_late), (listed.len() as u64, 0));
        late += of_sheets.len();
    }
    assert!(late > 5);
}

async fn views_come_out_the_same_when_rebuilt(store: &Store) {
    let before = view_rows(store).await;
    assert!(before.len() > 500);
    assert!(!store.views_are_behind().await.unwrap());
    store.drop_views().await.unwrap();
    assert!(store.views_are_behind().await.unwrap());
    assert!(view_rows(store).await.is_empty());
    let mut story = Story::new(12);
    let told = story.next_act();
    assert!(matches!(
        story.tell(store, told).await,
        Err(AppendError::ViewsBehind)
    ));
    let rebuilt = store.rebuild_views().await.unwrap();
    assert_eq!(rebuilt.events, store.position().await.unwrap());
    assert_eq!(rebuilt.erased, 0);
    assert_eq!(view_rows(store).await, before);
    assert_eq!(
        store.rebuild_views().await.unwrap().events,
        0,
        "nothing is left to do"
    );
}

async fn every_act_is_signed_into_its_stream(store: &Store) {
    let rows = store.position().await.unwrap();
    assert_eq!(chains_are_whole(store).await, rows);
    let device = device([9; 32]);
    let beaten = store.heartbeat(device.clone(), NOW).await.unwrap();
    assert_eq!(
        (beaten.positions, beaten.sequences),
        (rows + 1..rows + 1, 1..2)
    );
    let stated = |append: Append| Append {
        entries: append
            .entries
            .into_iter()
            .map(|entry| entry.stating(vec![7]))
            .collect(),
        device: device.clone(),
        ..append
    };
    let mut story = Story::new(13);
    let told = story.next_act();
    let append = stated(story.seal(store, told).await.unwrap());
    let appended = store.append(append).await.unwrap();
    assert_eq!(appended.sequences.start, 2);
    let of_device = store.entries_of(device.stream, 0, 100).await.unwrap();
    let last = of_device.last().unwrap();
    assert_eq!(of_device[0].recorded, None);
    assert_eq!(last.statement, [7]);
    assert_eq!(
        store.entries(beaten.numbers.start, 100).await.unwrap(),
        of_device
    );
    let found = store.entry_at(appended.positions.start).await.unwrap();
    assert_eq!(found.as_ref(), of_device.get(1));
    let leaf = store.last_leaf(device.stream).await.unwrap();
    assert_eq!(leaf.as_ref(), Some(&last.leaf));
    let span = store.span_of(device.stream, 0).await.unwrap().unwrap();
    assert_eq!(span, (of_device.len() as u64, last.leaf.sequence()));
    assert_eq!(store.entry_count().await.unwrap(), last.number);
    assert_eq!(
        store.backfill(&device, NOW).await.unwrap(),
        0,
        "nothing is older"
    );
    chains_are_whole(store).await;
}

/// A device that was cloned: heartbeats under numbers that the original has used.
async fn rows_from_elsewhere_are_taken_once(store: &Store) {
    let elsewhere = device([10; 32]);
    let beat = |after: Option<StreamHead>, minute: u32| {
        let unsigned = Unsigned {
            stream: elsewhere.stream,
            after,
            witnessed: None,
            time: Minute(minute),
            content: Content::Heartbeat,
        };
        unsigned.sign(&*elsewhere.signer).unwrap()
    };
    let first = beat(None, 1);
    let second = beat(Some(first.head()), 2);
    let (other, on_other) = (beat(Some(first.head()), 3), beat(Some(second.head()), 4));
    let on_nothing = beat(Some(beat(Some(on_other.head()), 5).head()), 6);
    let after_nothing = beat(Some(beat(Some(on_other.head()), 7).head()), 8);
    let keys = [elsewhere.signer.public_key().clone()];
    let import = async |leaves: &[&Leaf]| {
        let rows: Vec<_> = leaves
            .iter()
            .map(|leaf| Row {
                entry: (*leaf).clone(),
                envelope: None,
            })
            .collect();
        store.import(&rows, &keys).await.unwrap()
    };
    let count = store.entry_count().await.unwrap();
    assert_eq!(import(&[&first, &second]).await.taken, 2);
    assert_eq!(import(&[&second, &other, &on_other]).await.present, 1);
    let imported = import(&[&on_nothing]).await;
    assert_eq!(imported.streams[&elsewhere.stream].gaps, [4..=4]);
    let imported = import(&[&after_nothing]).await;
    assert_eq!(imported.streams[&elsewhere.stream].forks, [2, 5]);
    assert_eq!(store.evidence().await.unwrap().len(), 4);
    assert_eq!(store.entry_count().await.unwrap(), count + 4);
}

fn new_session(byte: u8) -> NewSession {
    NewSession {
        token_hash: [byte; 32],
        expires: NOW.plus(8 * HOUR),
        csrf: [byte; 32],
        credential: None,
    }
}

async fn sessions_last_and_end(store: &Store) {
    for byte in 2..5 {
        let (officer, post) = ("INM-0417".parse().unwrap(), "TAL".parse().unwrap());
        store
            .open_session("desk", &officer, post, NOW, &new_session(byte))
            .await
            .unwrap();
    }
    let session = store.session(&[2; 32], NOW).await.unwrap().unwrap();
    assert_eq!(
        (session.role.as_str(), session.officer.as_str()),
        ("desk", "INM-0417")
    );
    assert_eq!(
        (session.created, session.last_seen, session.csrf),
        (NOW, NOW, [2; 32])
    );
    let seen = async |now| {
        store.touch_session(&[2; 32], &session, now).await.unwrap();
        store
            .session(&[2; 32], now)
            .await
            .unwrap()
            .unwrap()
            .last_seen
    };
    assert_eq!(seen(NOW.plus(59)).await, NOW, "to the minute");
    assert_eq!(seen(NOW.plus(60)).await, NOW.plus(60));
    assert!(
        store
            .session(&[2; 32], NOW.plus(8 * HOUR))
            .await
            .unwrap()
            .is_none(),
        "expired"
    );
    store.end_session(&[2; 32]).await.unwrap();
    assert!(store.session(&[2; 32], NOW).await.unwrap().is_none());
    store.forget_expired(NOW.plus(HOUR)).await.unwrap();
    assert!(
        store.session(&[3; 32], NOW).await.unwrap().is_some(),
        "only what is over goes"
    );
    store.forget_expired(NOW.plus(8 * HOUR)).await.unwrap();
    assert!(
        store.session(&[3; 32], NOW).await.unwrap().is_none(),
        "what is over goes"
    );
    assert!(store.session(&[4; 32], NOW).await.unwrap().is_none());
    let officer = "INM-0417".parse().unwrap();
    let post = "TAL".parse().unwrap();
    let later = new_session(5);
    store
        .open_session("desk", &officer, post, NOW, &later)
        .await
        .unwrap();
    store
        .end_access(&"INM-0999".parse().unwrap())
        .await
        .unwrap();
    assert!(
        store.session(&[5; 32], NOW).await.unwrap().is_some(),
        "another officer's end is not theirs"
    );
    store.end_access(&officer).await.unwrap();
    assert!(store.session(&[5; 32], NOW).await.unwrap().is_none());
}
