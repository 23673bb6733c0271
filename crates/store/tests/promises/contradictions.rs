//! What contradicts itself, listed for who is asked.

use super::{NOW, Story};
use paso_domain::{
    act::Act,
    card::{CardConflict, CardEvent, Presented, RevocationReason},
    contradiction::{Finding, Settling, Which},
    erasure::{CarriedOut, ErasureEvent, ErasureGround},
    event::Event,
    id::{ErasureId, PersonId, StayId},
    stay::StayEvent,
    subject::Subject,
};
use paso_formats::{moment::MINUTE, number::CardNumber};
use paso_store::Store;

fn act(post: &str, minutes: i64) -> Act {
    Act {
        at: NOW.plus(minutes * MINUTE),
        post: post.parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn settling(which: Which) -> Settling {
    Settling {
        which,
        acts: vec![act("ZZA", 1), act("ZZB", 2)],
        finding: Finding::NotFoundOut,
        words: "se preguntó".into(),
    }
}

type Listed = (String, String, i64);

fn row(which: &str, post: &str, minutes: i64) -> Listed {
    (which.to_owned(), post.to_owned(), minutes)
}

/// Which are listed for a place, or for all of two that no story knows.
async fn listed(store: &Store, of: Option<&str>) -> Vec<Listed> {
    let found = store.contradictions(500).await.unwrap();
    let ours = found.into_iter().filter(|row| match of {
        Some(post) => row.post.as_str() == post,
        None => row.post.as_str() >= "ZZA",
    });
    ours.map(|one| {
        let minutes = one.since.since(NOW) / MINUTE;
        row(one.which.code(), one.post.as_str(), minutes)
    })
    .collect()
}

pub(super) async fn what_contradicts_itself_is_listed_until_it_is_settled(store: &Store) {
    let mut story = Story::new(901);
    let number = CardNumber::new("ZZA".parse().unwrap(), [9; 5]);
    let card = Subject::Card(number);
    let stays = Subject::Stays(PersonId::of_card(number));
    let stay = StayId::from_random([0x77; 16]);
    let shown = |post, minutes, text: &str| {
        let event = CardEvent::Presented {
            act: act(post, minutes),
            shown: Presented {
                text: text.into(),
                expires: NOW.plus(1_000_000),
                finding: "valid".into(),
                bundle: 3,
                bundle_made: NOW,
            },
        };
        (card.clone(), Event::Card(event))
    };
    let left = |post, minutes| {
        let event = StayEvent::Exited {
            act: act(post, minutes),
            stay: Some(stay),
            receipt: None,
        };
        (stays.clone(), Event::Stay(event))
    };
    // Two cards of one number, in one batch; one stay that ended twice, in two.
    let told = vec![shown("ZZB", 1, "6BF"), shown("ZZB", 5, "NCF")];
    story.tell(store, told).await.unwrap();
    story.tell(store, vec![left("ZZB", 4)]).await.unwrap();
    assert_eq!(listed(store, Some("ZZB")).await, []);
    story.tell(store, vec![left("ZZA", 3)]).await.unwrap();
    let forged = row("not-as-issued", "ZZA", 5);
    let twice = row("ended-twice", "ZZB", 4);
    for (post, expected) in [("ZZA", &forged), ("ZZB", &twice)] {
        let found = listed(store, Some(post)).await;
        assert_eq!(found, std::slice::from_ref(expected));
    }
    // It is since the first; word of one more changes nothing of that.
    story
        .tell(store, vec![shown("ZZB", 9, "NCF")])
        .await
        .unwrap();
    assert_eq!(listed(store, None).await, [twice, forged]);

    // Settled it goes, and comes back with one more act.
    let event = CardEvent::Settled {
        act: act("ZZA", 30),
        settling: settling(Which::Card(CardConflict::NotAsIssued)),
    };
    let of_card = (card.clone(), Event::Card(event));
    let event = StayEvent::Settled {
        act: act("ZZA", 30),
        settling: settling(Which::EndedTwice(stay)),
    };
    let of_stay = (stays.clone(), Event::Stay(event));
    story.tell(store, vec![of_card, of_stay]).await.unwrap();
    assert_eq!(listed(store, None).await, []);
    let told = vec![shown("ZZB", 40, "NCF"), left("ZZA", 41)];
    story.tell(store, told).await.unwrap();
    let again = [
        row("not-as-issued", "ZZA", 40),
        row("ended-twice", "ZZA", 41),
    ];
    assert_eq!(listed(store, None).await, again);

    // An end without an issue has one side alone.
    let end = CardEvent::Revoked {
        act: act("ZZA", 50),
        reason: RevocationReason::Lost,
        note: String::new(),
    };
    let told = vec![(card.clone(), Event::Card(end))];
    story.tell(store, told).await.unwrap();
    assert_eq!(listed(store, Some("ZZA")).await.len(), 3);
}

/// What is forgotten is asked after by nobody.
pub(super) async fn what_is_forgotten_contradicts_nothing(store: &Store) {
    assert_eq!(listed(store, None).await.len(), 3);
    let number = CardNumber::new("ZZA".parse().unwrap(), [9; 5]);
    let card = Subject::Card(number);
    let stays = Subject::Stays(PersonId::of_card(number));
    let mut story = Story::new(902);
    let erasure = ErasureEvent::CarriedOut {
        act: act("ZZA", 60),
        erasure: CarriedOut {
            ground: ErasureGround::PersonAsked,
            subjects: vec![card, stays],
            dead: Vec::new(),
        },
    };
    let subject = Subject::Erasure(ErasureId::from_random([0x78; 16]));
    let told = vec![(subject, Event::Erasure(erasure))];
    story.tell(store, told).await.unwrap();
    assert_eq!(listed(store, None).await, []);
}
