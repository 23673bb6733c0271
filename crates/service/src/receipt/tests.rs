//! What a person takes away can be held against the journal, and says no more than it must.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use super::given::Given;
use crate::{
    Service, ServiceError,
    checkpoint::{EncounterForm, EncounterRecord},
    clock::Clock,
    log::{Base, Log, LogKey, LogParts, LogPolicy, fault::Faults},
    receipt::NoSymbol,
    signer::Signer,
    testing::{House, application, may, officer},
};
use core::{num::NonZeroU32, time::Duration};
use paso_domain::{
    crossings::Zone,
    encounter::{EncounterEvent, Outcome, Recorded},
    event::Event,
    id::EncounterId,
    policy::{Role, powers},
    receipt::{Body, Code, Facts, Handle, Kind, given},
    subject::Subject,
};
use paso_formats::{
    entry::{Entry, StreamId},
    key::Algorithm,
    receipt::{LogState, ReceiptClaims, ReceiptFinding, SignedReceipt, read},
};
use paso_store::testing::Engine;
use std::sync::Arc;
use zeroize::Zeroizing;

fn met(with_card: bool) -> EncounterForm {
    EncounterForm {
        place: "km 12".into(),
        with_card,
        outcome: Outcome::WentOn,
        legal_basis: "Ley de Migración, art. 97".into(),
        reason: "Revisión de rutina".into(),
        shown: Vec::new(),
    }
}

async fn meet(house: &House, with_card: bool) -> EncounterRecord {
    let officer = officer(Role::Checkpoint);
    house
        .encounter(&may(&officer), &met(with_card))
        .await
        .unwrap()
}

/// The receipt that was signed, and the leaf of its event.
async fn held_against(service: &Service, text: &str) -> (SignedReceipt, Entry) {
    let receipt = read(text).unwrap();
    let code = receipt.claims().body.facts().code;
    let leaves = service
        .store()
        .leaves_of(&Subject::Receipt(code))
        .await
        .unwrap();
    let [leaf] = &leaves[..] else {
        panic!("{leaves:?}")
    };
    (receipt, Entry::read(&leaf.bytes).unwrap())
}

#[tokio::test]
async fn an_encounters_receipt_promises_the_leaf_of_its_own_event() {
    let house = House::on(Engine::Sqlite).await;
    for (with_card, kind) in [(false, Kind::Encounter), (true, Kind::Check)] {
        let before = house.store().position().await.unwrap();
        let record = meet(&house, with_card).await;
        let text = record.symbol.clone().unwrap();
        let (receipt, leaf) = held_against(&house, &text).await;
        assert_eq!(receipt.claims().compare(&leaf), Ok(()));
        let facts = receipt.claims().body.facts();
        assert_eq!(facts.code, record.encounter.receipt, "one code finds both");
        assert_eq!(facts.kind, kind);
        assert_eq!(facts.at, record.act.at);
        assert_eq!(facts.handle, None, "no list of a card's whereabouts");
        // Act and receipt: two rows, one append.
        let rows = house.store().journal(before + 1, 10).await.unwrap();
        let kinds: Vec<_> = rows.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(kinds, ["encounter.recorded", "receipt.given"]);

        let verdict = house.verify_receipt(&text, None).await.unwrap();
        assert!(verdict.finding.is_proven(), "{:?}", verdict.finding);
        // A print made again says the same, byte for byte.
        let again = house
            .receipts(&may(&officer(Role::Supervisor)), facts.code)
            .await
            .unwrap();
        assert_eq!(again[0].symbol, Ok(text));
    }
}

#[tokio::test]
async fn entries_and_exits_give_receipts_that_name_the_card() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let card = house.issue(&may(&desk), &application()).await.unwrap().card;
    let entry = house.enter(&may(&desk), card.number).await.unwrap();
    let text = entry.symbol.clone().unwrap();
    let (receipt, leaf) = held_against(&house, &text).await;
    assert_eq!(receipt.claims().compare(&leaf), Ok(()));
    let facts = receipt.claims().body.facts();
    assert_eq!(Some(facts.code), entry.entry.receipt);
    assert_eq!(
        (facts.kind, facts.handle),
        (Kind::Entry, Some(Handle::Card(card.number)))
    );
    let again = house
        .entry(&may(&desk), card.number, entry.entry.stay)
        .await
        .unwrap();
    assert_eq!(again.symbol, Ok(text));

    let exit = house.leave(&may(&desk), card.number).await.unwrap();
    let code = exit.receipt.unwrap();
    let paper = house
        .crossing_receipt(&may(&desk), card.number, code)
        .await
        .unwrap();
    assert_eq!(
        (paper.facts.kind, paper.facts.at),
        (Kind::Exit, exit.act.at)
    );
    let (receipt, leaf) = held_against(&house, &paper.symbol.unwrap()).await;
    assert_eq!(receipt.claims().compare(&leaf), Ok(()));
    let stays = house.stays(&may(&desk), card.number).await.unwrap();
    assert_eq!(stays[0].exit_receipt, Some(code), "to be printed again");

    // Whoever has the code read out learns no card, and no other card has this receipt.
    let told = house
        .crossings_by_code(&may(&officer(Role::Checkpoint)), code)
        .await
        .unwrap();
    assert_eq!((told[0].kind, told[0].handle), (Kind::Exit, None));
    let other = house.issue(&may(&desk), &application()).await.unwrap().card;
    house
        .crossing_receipt(&may(&desk), other.number, code)
        .await
        .unwrap_err();
    for role in [Role::Checkpoint, Role::Supervisor] {
        let asked = house.permit::<powers::RecordCrossing>(&officer(role)).await;
        assert!(matches!(asked, Err(ServiceError::NotAllowed(_))), "{role}");
    }
}

#[tokio::test]
async fn a_code_alone_tells_kind_post_day_and_log() {
    let house = House::on(Engine::Sqlite).await;
    let record = meet(&house, true).await;
    let told = house.told_by_code(record.encounter.receipt).await.unwrap();
    let [told] = &told[..] else {
        panic!("{told:?}")
    };
    let said = told.said.as_ref().unwrap();
    assert_eq!((said.kind, said.post.as_str()), (Kind::Check, "TAL"));
    assert_eq!(said.day.to_string(), "2014-07-08");
    assert_eq!(told.log, LogState::Waiting);
    let nobody = Code::from_random([0xff; 4]);
    assert_eq!(house.told_by_code(nobody).await.unwrap(), []);
}

/// Encounters of the days before receipts were signed are found as before.
#[tokio::test]
async fn an_encounter_without_a_signed_receipt_says_so() {
    let house = House::on(Engine::Sqlite).await;
    let checkpoint = officer(Role::Checkpoint);
    let code = Code::from_random([1, 2, 3, 4]);
    let event = EncounterEvent::Recorded {
        act: checkpoint.act(house.now()),
        encounter: Recorded {
            receipt: code,
            place: "km 12".into(),
            with_card: false,
            outcome: Outcome::WentOn,
            legal_basis: String::new(),
            reason: String::new(),
            check: None,
            phone: None,
        },
    };
    let subject = Subject::Encounter(EncounterId::from_random([7; 16]));
    house
        .append(vec![(subject, Event::Encounter(event))], Vec::new())
        .await
        .unwrap();
    let found = house.receipts(&may(&checkpoint), code).await.unwrap();
    assert_eq!(found[0].symbol, Err(NoSymbol::NotGiven));
    assert_eq!(house.told_by_code(code).await.unwrap(), []);
    // A receipt of the same code by another act is not its receipt.
    let later = paso_domain::act::Act {
        at: house.now().plus(60),
        ..checkpoint.act(house.now())
    };
    let (subject, event) = given(code, Kind::Encounter, &later, None).unwrap();
    house
        .append(vec![(subject, event)], Vec::new())
        .await
        .unwrap();
    let found = house.receipts(&may(&checkpoint), code).await.unwrap();
    assert_eq!(found[0].symbol, Err(NoSymbol::NotGiven));
}

#[tokio::test]
async fn a_stream_whose_key_is_gone_gives_papers_without_a_symbol() {
    let house = House::on(Engine::Sqlite).await;
    let facts = Facts {
        code: Code::from_random([1; 4]),
        kind: Kind::Entry,
        post: "TAL".into(),
        at: house.now(),
        officer: "INM-0417".into(),
        handle: None,
    };
    let of = |stream| {
        Given::new(
            1,
            (stream, 1),
            Some((Body::new(facts.clone()).unwrap(), Zeroizing::new([7; 32]))),
        )
        .paper(&house)
        .unwrap()
        .symbol
    };
    assert_eq!(of(StreamId::from_random([9; 16])), Err(NoSymbol::NoKey));
    let text = of(house.device().stream).unwrap();
    assert_eq!(
        house.verify_receipt(&text, None).await.unwrap().finding,
        ReceiptFinding::Signed
    );
    // A body that was erased has nothing to print, and tells nothing but the log's state.
    assert_eq!(
        Given::new(1, (house.device().stream, 1), None).paper(&house),
        None
    );
}

/// A log that nobody countersigns, over the house's own journal.
async fn log_of(house: &House, dir: &std::path::Path) -> Log {
    let bytes = Signer::generate(Algorithm::EdDsa).unwrap();
    let signer = Signer::from_pkcs8(Algorithm::EdDsa, &bytes).unwrap();
    let key = LogKey::new(Arc::new(signer)).unwrap();
    let base: Base = "mx.example/log".parse().unwrap();
    let zone = Zone::named("America/Mexico_City").unwrap();
    Log::open(LogParts {
        store: house.store().clone(),
        clock: Clock::fixed(house.now()),
        key,
        base,
        edition: 1,
        zone,
        policy: LogPolicy::parse("quorum none\n").unwrap(),
        witnesses: Vec::new(),
        tiles: dir.join("tiles"),
        guard: dir.join("guard"),
        mirror_token: String::from("c2VjcmV0").into(),
        bundle: dir.join("bundle.cose"),
        patience: Duration::from_millis(50),
        faults: Faults::none(),
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn the_log_is_asked_and_its_silence_is_told_from_its_word() {
    let house = House::on(Engine::Sqlite).await;
    let dir = tempfile::tempdir().unwrap();
    let log = log_of(&house, dir.path()).await;
    let record = meet(&house, false).await;
    let (code, text) = (record.encounter.receipt, record.symbol.unwrap());
    let found = async || {
        let verdict = house.verify_receipt(&text, Some(&log)).await.unwrap();
        let told = house.told_by_code(code).await.unwrap();
        (verdict, told[0].log)
    };
    let (verdict, state) = found().await;
    assert_eq!(
        (verdict.finding, state),
        (ReceiptFinding::NotYetLogged, LogState::Waiting)
    );
    log.step().await.unwrap();
    log.round().await.unwrap();
    let (verdict, state) = found().await;
    assert_eq!(
        (verdict.finding, state),
        (ReceiptFinding::Unwitnessed, LogState::Unwitnessed)
    );
    let place = verdict.place.unwrap();
    assert_eq!(place.origin, "mx.example/log/2014");
    // Another receipt's leaf under the same code answers for nothing that was left out; what the
    // device signed under the number that a paper promises convicts it.
    for (sequence, finding) in [
        (NonZeroU32::new(u32::MAX), ReceiptFinding::NotYetLogged),
        (None, ReceiptFinding::NotYetLogged),
        (
            read(&text).unwrap().claims().sequence,
            ReceiptFinding::Contradicted,
        ),
    ] {
        let omitted = ReceiptClaims {
            k_event: [9; 32],
            sequence,
            ..read(&text).unwrap().claims().clone()
        };
        let omitted = paso_formats::receipt::encode(&omitted, house.device().signer.as_ref());
        let omitted = omitted.unwrap();
        let verdict = house.verify_receipt(omitted.as_str(), Some(&log)).await;
        assert_eq!(verdict.unwrap().finding, finding);
    }
    assert_eq!(place.witnesses, []);
    // Text that is none needs no log.
    let unread = house.verify_receipt("NADA", Some(&log)).await.unwrap();
    assert!(matches!(unread.finding, ReceiptFinding::Malformed(_)));
}
