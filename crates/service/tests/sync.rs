//! A post and its hub: what is done at the one is known at the other, and nothing that happens on the
//! way makes it otherwise.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{
    card::{CardConflict, RevocationReason, Standing},
    contradiction::Which,
    device::DeviceCommand,
    erasure::ErasureGround,
    event::Event,
    id::PersonId,
    officer::Access,
    policy::Role,
    stay::{Ending, EntryGround, StayRefusal},
    subject::Subject,
};
use paso_formats::{
    key::Sign,
    moment::{DAY, MINUTE},
    number::CardNumber,
    parcel::ParcelError,
    verdict::{Finding, Light},
};
use paso_service::{
    Officer, ServiceError,
    desk::ApplicationForm,
    error::Refusal,
    officers::NewOfficer,
    sync::{Asking, Certifier, EnrolError, Level, NameKey, Request, SyncError},
    testing::{House, Outpost, application, may, officer},
};
use paso_store::{Contradiction, Store, testing::Engine};
use std::sync::Arc;

fn at(post: &str, role: Role) -> Officer {
    Officer {
        post: post.parse().unwrap(),
        ..officer(role)
    }
}

fn somebody(number: usize) -> ApplicationForm {
    let mut form = application();
    form.documents[0].number = format!("{number:09}");
    form
}

/// Revokes a post's machine, from this moment on.
async fn stolen_on_the_road(house: &House, post: &Outpost) {
    let number = "INM-0008".parse().unwrap();
    let console = house.at_console(&number, None).await.unwrap();
    let revoke = DeviceCommand::Revoke {
        compromised_from: house.clock().now(),
        reason: "Robo en carretera".into(),
    };
    house
        .manage_device_at_console(&console, post.stream(), revoke)
        .await
        .unwrap();
}

/// All rows of a stream, opened: what hub and post must agree on.
async fn story(store: &Store, post: &Outpost) -> Vec<(Subject, String, Event)> {
    let rows = store.entries_of(post.stream(), 0, u32::MAX).await.unwrap();
    let recorded: Vec<_> = rows.into_iter().filter_map(|row| row.recorded).collect();
    let subjects: Vec<_> = recorded.iter().map(|row| row.subject.clone()).collect();
    let keys = store.subject_keys(&subjects).await.unwrap();
    let told = recorded.into_iter().map(|row| {
        let event = row.open(&keys[&row.subject]).unwrap();
        (row.subject, row.kind, event)
    });
    told.collect()
}

#[tokio::test]
async fn what_a_post_does_without_the_hub_is_known_there_once_it_is_carried() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let post = house.outpost("HID", Engine::Sqlite, 11).await;
        let (desk, checkpoint) = (at("HID", Role::Desk), officer(Role::Checkpoint));
        let mut cards = Vec::new();
        for number in 0..3 {
            let issued = post.issue(&may(&desk), &somebody(number)).await.unwrap();
            let entry = post.enter(&may(&desk), issued.card.number).await.unwrap();
            cards.push((issued.card, entry.entry.slip_text));
        }
        // The bundle of its hub vouches for what the post signs, at any checkpoint.
        for (card, slip) in &cards {
            let shown = vec![card.text.clone(), slip.clone()];
            let verdict = house.check(&may(&checkpoint), &shown).unwrap();
            assert_eq!(verdict.finding, Finding::ValidStay);
            let missing = house.card(&may(&at("TAL", Role::Desk)), card.number).await;
            assert!(matches!(missing, Err(ServiceError::NotFound)));
        }
        let standing = post.standing_of_post().await.unwrap().unwrap();
        assert!(standing.unsent > 9, "{standing:?}");
        assert_eq!((standing.level, standing.since), (Level::Local, None));

        house.clock().set(house.clock().now().plus(3 * DAY));
        post.settle(&house).await;
        assert_eq!(
            story(house.records(), &post).await,
            story(post.records(), &post).await
        );
        let known = house
            .card(&may(&at("TAL", Role::Desk)), cards[0].0.number)
            .await;
        assert_eq!(known.unwrap().card, cards[0].0);
        // It is known to have come late: recorded three days before it arrived.
        let rows = house
            .records()
            .entries_of(post.stream(), 0, 1)
            .await
            .unwrap();
        let arrived = house.arrived_at(post.stream(), 1).await.unwrap().unwrap();
        assert!(arrived.since(rows[0].leaf.time().start()) > 3 * DAY - MINUTE);
        let standing = post.standing_of_post().await.unwrap().unwrap();
        assert_eq!(standing.unsent, 0);
        assert!(standing.since.is_some());
    }
}

#[tokio::test]
async fn what_the_house_decides_comes_down() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let newcomer = at("HID", Role::Supervisor);
    let hand = house.hand(newcomer.clone(), 5).await;
    let issued = post
        .issue(&may(&at("HID", Role::Desk)), &somebody(1))
        .await
        .unwrap();
    assert_eq!(
        post.standing(&newcomer.number).await.unwrap().access,
        Access::Unknown
    );
    post.settle(&house).await;
    let known = post.standing(&newcomer.number).await.unwrap();
    assert_eq!(known.access, Access::Active);
    assert_eq!(known, house.standing(&newcomer.number).await.unwrap());
    drop(hand);

    // A death at the hub reaches the post with the next bundle.
    let reason = paso_domain::card::RevocationReason::ALL[0];
    house
        .revoke(
            &may(&officer(Role::Supervisor)),
            issued.card.number,
            reason,
            String::new(),
        )
        .await
        .unwrap();
    let shown = vec![issued.card.text.clone()];
    let look = || {
        post.check(&may(&at("HID", Role::Checkpoint)), &shown)
            .unwrap()
            .finding
    };
    assert_eq!(look(), Finding::Valid);
    house.renew_bundle().await.unwrap();
    post.settle(&house).await;
    assert_eq!(look(), Finding::Revoked);

    // What is decided at the hub is not decided at a post.
    let number = "INM-0008".parse().unwrap();
    let console = post.at_console(&number, None).await.unwrap();
    let thief = NewOfficer {
        number: "INM-6666".parse().unwrap(),
        name: "Nadie".into(),
        role: Some((Role::Administrator, Vec::new())),
    };
    let refused = post.enrol_at_console(&console, &thief).await;
    assert!(matches!(refused, Err(ServiceError::AtHub)), "{refused:?}");
    assert!(matches!(
        post.take_parcel(b"").await,
        Err(SyncError::NotTheHub)
    ));
}

#[tokio::test]
async fn two_who_were_apart_make_a_key_each_for_one_subject() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let issued = post
        .issue(&may(&at("HID", Role::Desk)), &somebody(1))
        .await
        .unwrap();
    let subject = Subject::Card(issued.card.number);
    // Somebody at the hub asks for that card before the hub has heard of it: the refusal is journaled
    // under the card, with a key of the hub's own.
    let asked = house
        .enter(&may(&officer(Role::Desk)), issued.card.number)
        .await;
    assert!(matches!(asked, Err(ServiceError::Refused(_))));
    post.settle(&house).await;
    let ring = house
        .records()
        .subject_key(&subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ring.iter().count(), 2);
    let kinds: Vec<_> = house
        .events_of(&subject)
        .await
        .iter()
        .map(Event::kind)
        .collect();
    assert_eq!(kinds[0], "command.refused");
    assert!(kinds.contains(&"card.issued"), "{kinds:?}");
    house
        .enter(&may(&officer(Role::Desk)), issued.card.number)
        .await
        .unwrap();
    // All of it comes out of the journal again.
    house.records().drop_views().await.unwrap();
    let rebuilt = house.records().rebuild_views().await.unwrap();
    assert_eq!(rebuilt.erased, 0);
}

#[tokio::test]
async fn whatever_happens_to_a_parcel_on_its_way_it_is_taken_once_or_not_at_all() {
    let house = House::on(Engine::Sqlite).await;
    let mut post = house.outpost("HID", Engine::Sqlite, 11).await;
    let desk = at("HID", Role::Desk);
    post.issue(&may(&desk), &somebody(1)).await.unwrap();
    let up = post.make_parcel(true).await.unwrap();
    let count = house.records().entry_count().await.unwrap();
    for cut in [0, 1, 20, 100, up.file.len() - 1] {
        let torn = house.take_parcel(&up.file[..cut]).await.unwrap_err();
        assert!(matches!(torn, SyncError::Parcel(_)), "{cut}: {torn}");
    }
    let mut altered = up.file.clone();
    altered[200] ^= 1;
    let altered = house.take_parcel(&altered).await.unwrap_err();
    assert!(matches!(altered, SyncError::Parcel(ParcelError::NotSigned)));
    assert_eq!(house.records().entry_count().await.unwrap(), count);

    // The answer is lost, the power goes, and the same is sent again.
    let first = house.take_parcel(&up.file).await.unwrap();
    assert!(first.taken > 0);
    post.restart(12).await;
    let again = post.make_parcel(true).await.unwrap();
    let second = house.take_parcel(&again.file).await.unwrap();
    assert_eq!((second.taken, second.present), (0, first.taken));
    post.take_answer(&second.answer).await.unwrap();
    // An answer may come late or twice, and another's fits nobody else.
    post.take_answer(&first.answer).await.unwrap();
    let other = house.outpost("TAL", Engine::Sqlite, 13).await;
    let foreign = other.take_answer(&first.answer).await.unwrap_err();
    assert!(matches!(foreign, SyncError::NotForUs));
    let upside_down = post.take_answer(&up.file).await.unwrap_err();
    assert!(matches!(upside_down, SyncError::NotForUs));
    assert!(matches!(
        house.take_parcel(&first.answer).await,
        Err(SyncError::UnknownDevice(_))
    ));
    // Another authority's hub knows nothing of this device.
    let elsewhere = House::of("gt-test", Engine::Sqlite, 9).await;
    let foreign = elsewhere.take_parcel(&up.file).await.unwrap_err();
    assert!(matches!(foreign, SyncError::UnknownDevice(_)));
    post.settle(&house).await;
    assert_eq!(
        story(house.records(), &post).await,
        story(post.records(), &post).await
    );
}

#[tokio::test]
async fn numbers_are_never_given_twice_and_end_with_the_lease() {
    let house = House::on(Engine::Sqlite).await;
    let mut post = house.outpost("HID", Engine::Sqlite, 11).await;
    let desk = at("HID", Role::Desk);
    let left = |post: &Outpost| {
        let post = std::sync::Arc::clone(post);
        async move { post.standing_of_post().await.unwrap().unwrap().left }
    };
    let first = left(&post).await;
    assert!(first >= 4096);
    let mut indexes = std::collections::BTreeSet::new();
    for number in 0..4 {
        let issued = post.issue(&may(&desk), &somebody(number)).await.unwrap();
        assert!(indexes.insert(issued.card.status_index), "given twice");
        post.restart(20 + number as u64).await;
    }
    // Each start begins a block; what is left of one is lost and never used again.
    assert_eq!(left(&post).await, first - 4 * 64);
    for number in 4..8 {
        let issued = house
            .issue(&may(&officer(Role::Desk)), &somebody(number))
            .await;
        assert!(
            indexes.insert(issued.unwrap().card.status_index),
            "given twice"
        );
    }

    let now = post.clock().now();
    for (days, may_issue) in [(14, true), (20, true), (22, false)] {
        post.clock().set(now.plus(days * DAY));
        let issued = post.issue(&may(&desk), &somebody(99)).await;
        assert_eq!(issued.is_ok(), may_issue, "{days} days: {issued:?}");
        if let Err(error) = issued {
            assert!(matches!(error, ServiceError::LeaseEnded { .. }), "{error}");
        }
    }
    // The hub is back, and so is the lease.
    house.clock().set(post.clock().now());
    post.settle(&house).await;
    post.issue(&may(&desk), &somebody(98)).await.unwrap();
}

#[tokio::test]
async fn a_stolen_post_is_closed_where_it_was_last_seen() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let desk = at("HID", Role::Desk);
    post.issue(&may(&desk), &somebody(1)).await.unwrap();
    post.settle(&house).await;
    let seen = house.records().entry_count().await.unwrap();
    post.issue(&may(&desk), &somebody(2)).await.unwrap();

    stolen_on_the_road(&house, &post).await;
    // What it signs from now on is believed nowhere.
    house.renew_bundle().await.unwrap();
    post.clock().set(post.clock().now().plus(MINUTE));
    let stolen = post.issue(&may(&desk), &somebody(3)).await.unwrap();
    let checkpoint = officer(Role::Checkpoint);
    let verdict = house.check(&may(&checkpoint), &[stolen.card.text]).unwrap();
    assert_ne!(verdict.light, Light::Green, "{verdict:?}");
    let refused = post.exchange(&house).await.unwrap_err();
    let SyncError::Revoked { aside } = refused else {
        panic!("{refused}")
    };
    assert!(aside > 0);
    // Its revocation and the bundle that says so are all that is new in the journal; what it sent lies
    // beside, once.
    post.exchange(&house).await.unwrap_err();
    assert_eq!(house.records().entry_count().await.unwrap(), seen + 2);
    let evidence = house.records().evidence().await.unwrap();
    assert_eq!(evidence.len() as u64, aside);
    assert!(
        evidence
            .iter()
            .all(|found| found.contradiction == Contradiction::AfterEnd)
    );
}

#[tokio::test]
async fn a_post_cannot_enrol_its_thief() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let (_, granted) = house
        .records()
        .entries(1, u32::MAX)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|row| row.recorded)
        .find(|row| row.kind == "officer.granted")
        .map(|row| (row.position, row.subject))
        .unwrap();
    let event = house.events_of(&granted).await.remove(1);
    // A program that was changed to record it all the same.
    post.forced(vec![(granted.clone(), event)]).await;
    let count = house.records().entry_count().await.unwrap();
    let refused = post.exchange(&house).await.unwrap_err();
    assert!(matches!(refused, SyncError::HubsAffair { .. }), "{refused}");
    assert_eq!(house.records().entry_count().await.unwrap(), count);
    assert_eq!(house.records().evidence().await.unwrap().len(), 1);
}

fn asking<'k>(keys: &'k [Arc<dyn Sign>; 3], name: &'k NameKey) -> Asking<'k> {
    Asking {
        device: &*keys[0],
        card: &*keys[1],
        slip: &*keys[2],
        name,
    }
}

#[tokio::test]
async fn a_posts_name_is_certified_as_long_as_its_hub_believes_it() {
    let house = House::on(Engine::Sqlite).await;
    // Without an authority for names nobody is given a certificate, and nothing else is missing.
    let bare = house.outpost("HID", Engine::Sqlite, 10).await;
    bare.settle(&house).await;
    assert!(bare.chains().is_empty());

    let key = NameKey::generate().unwrap();
    let root = Certifier::root(&key, "paso.example", house.clock().now()).unwrap();
    house.certify_posts(Certifier::new(key, root, "paso.example", 45).unwrap());
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let first = post.chains();
    assert_eq!(first.len(), 1, "with the answer to its enrolment");
    let days = |days| house.clock().now().plus(days * DAY);
    for (later, chains) in [(0, 1), (14, 1), (2, 2), (14, 2)] {
        house.clock().set(days(later));
        post.clock().set(house.clock().now());
        post.settle(&house).await;
        post.settle(&house).await;
        assert_eq!(post.chains().len(), chains, "{later} days later");
    }
    // It is the post's name that is certified, and nobody's word for it.
    assert!(
        post.chains()
            .iter()
            .all(|chain| chain.matches("BEGIN").count() == 2)
    );
    stolen_on_the_road(&house, &post).await;
    house.clock().set(days(20));
    post.exchange(&house).await.unwrap_err();
    assert_eq!(post.chains().len(), 2);
}

#[tokio::test]
async fn a_code_works_once_and_binds_both_sides() {
    let house = House::on(Engine::Sqlite).await;
    let code = house.code_for("HID").await;
    let keys = Outpost::keys();
    let name = NameKey::generate().unwrap();
    let request = Request::new(&code, asking(&keys, &name));
    let sent = request.to_bytes();
    let mut altered = sent.clone();
    *altered.last_mut().unwrap() ^= 1;
    let refused = house.enrol_post(&altered).await.unwrap_err();
    assert!(matches!(refused, EnrolError::Altered), "{refused}");
    // Somebody stands in between: that code has served.
    let used = house.enrol_post(&sent).await.unwrap_err();
    assert!(matches!(used, EnrolError::NoSuchCode), "{used}");

    let code = house.code_for("HID").await;
    let request = Request::new(&code, asking(&keys, &name));
    let answer = house.enrol_post(&request.to_bytes()).await.unwrap();
    for bit in (0..answer.len() * 8).step_by(41) {
        let mut altered = answer.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert!(request.read(&altered).is_err(), "bit {bit}");
    }
    request.read(&answer).unwrap();
    let again = house.enrol_post(&request.to_bytes()).await.unwrap_err();
    assert!(matches!(again, EnrolError::NoSuchCode), "{again}");
    let late = house.code_for("HID").await;
    house.clock().set(house.clock().now().plus(DAY + 1));
    let request = Request::new(&late, asking(&keys, &name));
    let late = house.enrol_post(&request.to_bytes()).await.unwrap_err();
    assert!(matches!(late, EnrolError::NoSuchCode), "{late}");
}

#[tokio::test]
async fn posts_come_back_at_once_and_the_desk_goes_on() {
    const POSTS: usize = 6;
    const CARDS: usize = 4;
    for engine in Engine::BOTH {
        let house = Arc::new(House::on(engine).await);
        let desk = at("HID", Role::Desk);
        let mut deliveries = Vec::new();
        let mut due = Vec::new();
        for number in 0..POSTS {
            let post = house.outpost("HID", Engine::Sqlite, number as u64).await;
            post.settle(&house).await;
            let before = house.records().contiguous(post.stream()).await.unwrap();
            for holder in 0..CARDS {
                let form = somebody(number * CARDS + holder);
                let issued = post.issue(&may(&desk), &form).await.unwrap();
                post.enter(&may(&desk), issued.card.number).await.unwrap();
            }
            let (stick, rows) = post.pack_stick().await.unwrap();
            due.push((post.stream(), before + rows));
            deliveries.push(stick);
            post.stop().await;
        }
        let deliveries: Vec<_> = deliveries
            .into_iter()
            .map(|stick| {
                let house = Arc::clone(&house);
                tokio::spawn(async move { house.take_stick(&stick).await.unwrap() })
            })
            .collect();
        // What somebody does meanwhile is neither refused nor lost.
        let here = officer(Role::Desk);
        let mut mine = Vec::new();
        for holder in 0..10 {
            let form = somebody(900_000 + holder);
            let issued = house.issue(&may(&here), &form).await.unwrap();
            house.enter(&may(&here), issued.card.number).await.unwrap();
            mine.push(issued.card.number);
        }
        for delivery in deliveries {
            assert_eq!(delivery.await.unwrap().stopped, None);
        }
        for (stream, last) in due {
            let found = house.records().contiguous(stream).await.unwrap();
            assert_eq!(found, last, "{stream:?} on {engine:?}");
        }
        for number in mine {
            let card = house.card(&may(&here), number).await.unwrap();
            assert_eq!(card.standing, Standing::Issued);
        }
    }
}

#[tokio::test]
async fn a_stick_carries_a_fortnight_there_and_the_house_back() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let desk = at("HID", Role::Desk);
    for number in 0..70 {
        let issued = post.issue(&may(&desk), &somebody(number)).await.unwrap();
        post.enter(&may(&desk), issued.card.number).await.unwrap();
    }
    for number in 0..40 {
        let new = Officer {
            number: format!("INM-7{number:03}").parse().unwrap(),
            ..at("HID", Role::Desk)
        };
        for _ in 0..3 {
            house.invited(&new).await;
        }
    }
    let (up, rows) = post.pack_stick().await.unwrap();
    assert!(rows > 256, "more than one parcel: {rows}");
    // Cut on its way, it is good up to the cut.
    let cut = house.take_stick(&up[..up.len() / 2]).await;
    match cut {
        Ok(unpacked) => assert!(unpacked.stopped.is_some()),
        Err(error) => assert!(matches!(error, SyncError::Parcel(ParcelError::Torn))),
    }
    let unpacked = house.take_stick(&up).await.unwrap();
    assert_eq!(unpacked.taken + unpacked.present, rows);
    assert_eq!(unpacked.stopped, None);
    let back = post.take_answers(&unpacked.answer).await.unwrap();
    assert!(back.parcels > 1 && back.taken > 256, "{back:?}");
    let number = "INM-7039".parse().unwrap();
    let known = post.standing(&number).await.unwrap();
    assert_eq!(known.access, Access::Active);
    assert_eq!(post.standing_of_post().await.unwrap().unwrap().unsent, 0);
    assert_eq!(
        story(house.records(), &post).await,
        story(post.records(), &post).await
    );
    for strange in [b"".as_slice(), b"PK\x03\x04", b"paso stick 1\n", &up[..20]] {
        house.take_stick(strange).await.unwrap_err();
        post.take_answers(strange).await.unwrap_err();
    }
}

/// Stays of a card's holder as the hub tells them: where entered, and where left.
async fn told(house: &House, number: CardNumber) -> Vec<(String, Option<String>)> {
    let stays = house.stays(&may(&at("TAL", Role::Desk)), number).await;
    let mut stays: Vec<_> = stays
        .unwrap()
        .into_iter()
        .map(|stay| {
            let left = match stay.ending {
                Some(Ending::Exited { post, .. }) => Some(post.to_string()),
                Some(Ending::NotRecorded) => Some("not recorded".to_owned()),
                None => None,
            };
            (stay.entered.post.to_string(), left)
        })
        .collect();
    stays.reverse();
    stays
}

/// A minute goes by everywhere.
fn pass(house: &House, posts: &[&Outpost]) {
    let now = house.clock().now().plus(MINUTE);
    house.clock().set(now);
    for post in posts {
        post.clock().set(now);
    }
}

#[tokio::test]
async fn a_card_issued_elsewhere_brings_itself() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let here = house.outpost("HID", Engine::Sqlite, 11).await;
        let there = house.outpost("CAB", Engine::Sqlite, 12).await;
        house.renew_bundle().await.unwrap();
        there.settle(&house).await;
        let (desk, other) = (at("HID", Role::Desk), at("CAB", Role::Desk));
        let issued = here.issue(&may(&desk), &somebody(1)).await.unwrap();
        let (number, text) = (issued.card.number, issued.card.text.clone());

        // By its number alone nobody knows it there; its code speaks for it.
        let unknown = there.enter(&may(&other), number).await;
        assert!(
            matches!(unknown, Err(ServiceError::Refused(_))),
            "{unknown:?}"
        );
        let noise = there.enter_shown(&may(&other), "6BF", None).await;
        assert!(matches!(noise, Err(ServiceError::Refused(_))), "{noise:?}");
        let entry = there.enter_shown(&may(&other), &text, None).await.unwrap();
        assert_eq!(entry.person, PersonId::of_card(number));
        let bearer = there.bearer(&may(&other), number).await.unwrap();
        assert_eq!(bearer.document_tail, issued.card.document_tail);
        assert_eq!(there.stays(&may(&other), number).await.unwrap().len(), 1);
        // For the next entry it has to be there again; to leave its number is enough.
        pass(&house, &[&here, &there]);
        let typed = there.enter(&may(&other), number).await;
        assert!(matches!(typed, Err(ServiceError::Refused(_))), "{typed:?}");

        // It leaves where it was issued, comes in here, and leaves there.
        let left = here.leave(&may(&desk), number).await.unwrap();
        assert_eq!(left.stay, None);
        pass(&house, &[&here, &there]);
        here.enter(&may(&desk), number).await.unwrap();
        pass(&house, &[&here, &there]);
        there.leave(&may(&other), number).await.unwrap();

        // Whichever is heard first, the hub tells one story.
        there.settle(&house).await;
        let apart = house.bearer(&may(&at("TAL", Role::Desk)), number).await;
        assert_eq!(apart.unwrap().standing, Standing::Brought);
        here.settle(&house).await;
        let whole = [("CAB", "HID"), ("HID", "CAB")]
            .map(|(one, two)| (one.to_owned(), Some(two.to_owned())));
        assert_eq!(told(&house, number).await, whole);
        for post in [&here, &there] {
            assert_eq!(
                story(house.records(), post).await,
                story(post.records(), post).await
            );
        }
        // A stay that is open there ends when its holder leaves at the hub.
        pass(&house, &[&here, &there]);
        there.enter_shown(&may(&other), &text, None).await.unwrap();
        there.settle(&house).await;
        pass(&house, &[&here, &there]);
        let left = house
            .leave(&may(&at("TAL", Role::Desk)), number)
            .await
            .unwrap();
        assert_eq!(left.stay.unwrap().entered.post.as_str(), "CAB");

        // Whoever is forgotten is forgotten with what their card brought, there as well.
        let supervisor = may(&at("TAL", Role::Supervisor));
        let reason = RevocationReason::HolderAsked;
        house
            .revoke(&supervisor, number, reason, String::new())
            .await
            .unwrap();
        let clerk = may(&officer(Role::Transparency));
        let ground = ErasureGround::PersonAsked;
        let decided = house.decide_erasure(&clerk, issued.card.person, ground);
        assert!(house.carry_out(decided.await.unwrap()).await.unwrap());
        there.settle(&house).await;
        let named = Subject::Stays(PersonId::of_card(number));
        for (records, subject) in [
            (house.records(), &named),
            (there.records(), &named),
            (there.records(), &Subject::Card(number)),
        ] {
            assert!(
                records.subject_key(subject).await.unwrap().is_none(),
                "{subject}"
            );
        }
    }
}

#[tokio::test]
async fn a_card_that_ended_is_let_in_nowhere_that_has_heard_of_it() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let other = at("HID", Role::Desk);
    let issued = house
        .issue(&may(&at("TAL", Role::Desk)), &somebody(1))
        .await
        .unwrap();
    let (number, text) = (issued.card.number, issued.card.text);
    post.enter_shown(&may(&other), &text, None).await.unwrap();
    post.leave_shown(&may(&other), &text, None).await.unwrap();
    pass(&house, &[&post]);
    let supervisor = may(&at("TAL", Role::Supervisor));
    let reason = RevocationReason::Stolen;
    house
        .revoke(&supervisor, number, reason, String::new())
        .await
        .unwrap();
    pass(&house, &[&post]);
    // Word of it has not come: it is believed, and that it was is known afterwards.
    post.enter_shown(&may(&other), &text, None).await.unwrap();
    house.renew_bundle().await.unwrap();
    post.settle(&house).await;
    let late = post.enter_shown(&may(&other), &text, None).await;
    let ground = StayRefusal::Entry(EntryGround::CardRevoked);
    assert!(
        matches!(late, Err(ServiceError::Refused(Refusal::Stay(no))) if no == ground),
        "{late:?}"
    );
    // To leave is another matter.
    post.leave_shown(&may(&other), &text, None).await.unwrap();
    let known = house.card(&may(&at("TAL", Role::Desk)), number).await;
    let known = known.unwrap().contradictions;
    let which: Vec<_> = known.iter().map(|one| one.found.which).collect();
    assert_eq!(which, [Which::Card(CardConflict::UsedAfterEnd)]);
}

/// A desk at a post does not know who has a record elsewhere: they can get a second card there. The
/// hub offers the two records as one person's, and somebody joins them.
#[tokio::test]
async fn who_was_known_elsewhere_has_two_records_until_they_are_joined() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let (hub, desk) = (at("TAL", Role::Desk), at("HID", Role::Desk));
    let first = house.issue(&may(&hub), &somebody(1)).await.unwrap();
    let form = somebody(1);
    let (asks, there) = (may(&desk), may(&hub));
    let known = post.find_person(&asks, &form.name, form.birth, None);
    assert_eq!(known.await.unwrap(), []);
    let second = post.issue(&may(&desk), &form).await.unwrap();
    post.settle(&house).await;
    let known = house.find_person(&there, &form.name, form.birth, None);
    assert_eq!(known.await.unwrap().len(), 2);
    let supervisor = may(&at("TAL", Role::Supervisor));
    house
        .merge(
            &supervisor,
            second.card.person,
            first.card.person,
            "la misma".into(),
        )
        .await
        .unwrap();
    // Either card is this person's, and the exit on the one ends the entry on the other.
    post.enter(&may(&desk), second.card.number).await.unwrap();
    post.settle(&house).await;
    pass(&house, &[&post]);
    let left = house.leave(&may(&hub), first.card.number).await.unwrap();
    assert_eq!(left.stay.unwrap().entry.card, second.card.number);
}
