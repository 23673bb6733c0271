//! What the store promises of ceremonies, proposals and counts, on both databases; part of the
//! conformance suite.

use paso_formats::moment::{DAY, HOUR, MINUTE, Moment};
use paso_store::{Ended, NewProposal, NewSession, ProposalEnd, Store};

const NOW: Moment = Moment::from_unix(1_404_752_400);

pub(crate) async fn ceremonies_are_taken_once(store: &Store) {
    let begin = async |byte: u8, state: &[u8]| {
        let end = NOW.plus(5 * MINUTE);
        let token = [byte; 32];
        let begun = store.begin_ceremony(&token, "sign-in", state.to_vec(), NOW, end);
        begun.await.unwrap();
    };
    let take = async |byte: u8, purpose: &str, now| {
        let token = [byte; 32];
        let taken = store.take_ceremony(&token, purpose, now, 5 * MINUTE);
        taken.await.unwrap()
    };
    begin(1, b"first").await;
    begin(2, b"second").await;
    assert_eq!(take(9, "sign-in", NOW).await, None, "nobody began it");
    assert_eq!(take(1, "enrol", NOW).await, None, "for another purpose");
    assert_eq!(
        take(1, "sign-in", NOW).await.as_deref(),
        Some(&b"first"[..])
    );
    assert_eq!(take(1, "sign-in", NOW).await, None, "once");
    assert_eq!(take(2, "sign-in", NOW.plus(5 * MINUTE)).await, None, "late");
    assert_eq!(take(2, "sign-in", NOW).await, None, "and gone");
    begin(5, b"fifth").await;
    assert_eq!(
        take(5, "sign-in", NOW.plus(-1)).await,
        None,
        "the clock was set back"
    );
    // Beginning another clears away what is over.
    begin(3, b"third").await;
    let later = NOW.plus(HOUR);
    let begun = store.begin_ceremony(&[4; 32], "sign-in", vec![4], later, later.plus(MINUTE));
    begun.await.unwrap();
    assert_eq!(take(3, "sign-in", NOW).await, None);
}

fn proposal(id: &str, created: Moment) -> NewProposal {
    NewProposal {
        id: id.to_owned(),
        command: "card.revoke".to_owned(),
        officer: "INM-0102".parse().unwrap(),
        role: "supervisor".to_owned(),
        post: "TAL".parse().unwrap(),
        created,
        expires: created.plus(10 * MINUTE),
        sealed: b"sealed".to_vec(),
        expected: b"expected".to_vec(),
        given: vec![0x80],
    }
}

pub(crate) async fn proposals_collect_signatures_and_end_once(store: &Store) {
    let first = proposal("first", NOW);
    let second = proposal("second", NOW.plus(1));
    store.add_proposal(&second).await.unwrap();
    store.add_proposal(&first).await.unwrap();
    assert_eq!(store.proposal("third").await.unwrap(), None);
    let found = store.proposal("first").await.unwrap().unwrap();
    assert_eq!((&found.made, found.ended.is_none()), (&first, true));
    let waiting = store.waiting_proposals(NOW, 10).await.unwrap();
    let ids: Vec<_> = waiting.iter().map(|p| p.made.id.as_str()).collect();
    assert_eq!(ids, ["first", "second"], "oldest first");
    let of = store.proposals_of(&first.officer, 10).await.unwrap();
    assert_eq!(of[0].made.id, "second", "newest first");
    let over = store.waiting_proposals(NOW.plus(10 * MINUTE), 10).await;
    assert_eq!(over.unwrap().len(), 1, "the first can no longer be signed");

    // Of two who sign on the same state one is in; the other looks again.
    let until = NOW.plus(7 * DAY);
    assert!(
        store
            .sign_proposal(&found, b"one".to_vec(), until)
            .await
            .unwrap()
    );
    assert!(
        !store
            .sign_proposal(&found, b"two".to_vec(), until)
            .await
            .unwrap()
    );
    let signed = store.proposal("first").await.unwrap().unwrap();
    assert_eq!(
        (signed.made.given.as_slice(), signed.made.expires),
        (&b"one"[..], until)
    );

    let ended = |how, reason: Option<&str>| Ended {
        how,
        at: NOW,
        by: "INM-0733".parse().unwrap(),
        reason: reason.map(str::to_owned),
    };
    let end = async |id: &str, how| {
        let end = ended(how, Some("no-ground"));
        store.end_proposal(id, &end).await.unwrap()
    };
    assert!(end("first", ProposalEnd::Done).await);
    assert!(!end("first", ProposalEnd::Declined).await, "once");
    assert!(end("second", ProposalEnd::Declined).await);
    let found = store.proposal("first").await.unwrap().unwrap();
    assert_eq!(
        found.ended,
        Some(ended(ProposalEnd::Done, Some("no-ground")))
    );
    assert!(
        !store
            .sign_proposal(&found, b"late".to_vec(), until)
            .await
            .unwrap()
    );
    assert!(store.waiting_proposals(NOW, 10).await.unwrap().is_empty());

    store
        .forget_expired(NOW.plus(30 * DAY + 11 * MINUTE))
        .await
        .unwrap();
    assert_eq!(store.proposal("second").await.unwrap(), None);
    assert!(store.proposal("first").await.unwrap().is_some());
}

pub(crate) async fn a_session_knows_its_passkey(store: &Store) {
    let new = NewSession {
        token_hash: [77; 32],
        expires: NOW.plus(8 * HOUR),
        csrf: [7; 32],
        credential: Some(b"credential".to_vec()),
    };
    let officer = "INM-0900".parse().unwrap();
    let post = "TAL".parse().unwrap();
    let opened = store
        .open_session("desk", &officer, post, NOW, &new)
        .await
        .unwrap();
    let found = store.session(&[77; 32], NOW).await.unwrap();
    assert_eq!(found.as_ref(), Some(&opened));
    assert_eq!(opened.credential.as_deref(), Some(&b"credential"[..]));
}

pub(crate) async fn counts_only_grow(store: &Store) {
    let count = async |credential: &[u8], seen| store.count_signature(credential, seen).await;
    assert_eq!(count(b"one", 4).await.unwrap(), None);
    assert_eq!(count(b"one", 9).await.unwrap(), Some(4));
    assert_eq!(
        count(b"one", 3).await.unwrap(),
        Some(9),
        "the highest stays"
    );
    assert_eq!(count(b"one", 10).await.unwrap(), Some(9));
    assert_eq!(count(b"two", 0).await.unwrap(), None);
}
