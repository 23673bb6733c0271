//! A phone without a network, from the opening of its shift to what arrives: what it brings is
//! recorded once, with when it happened and when it came; what proves nothing is turned away by name.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{
    act::{Act, Way},
    custody::CustodyEvent,
    event::Event,
    officer::OfficerEvent,
    policy::Role,
    receipt::{Body, Facts, Kind},
    shift::Remark,
    subject::Subject,
};
use paso_formats::{
    entry::{Entry, StreamId},
    key::{Algorithm, Sign as _},
    moment::{DAY, HOUR, MINUTE, Moment},
    phone::{PhoneAct, PhoneEncounter, PhoneOpening, Record, Seed, SignedRecord, to_be_signed},
    receipt::{ReceiptClaims, ReceiptFinding, SignedVouch, encode_on_a_phone},
    secret::Secret,
    statement::SealingKey,
};
use paso_service::{
    ServiceError,
    approval::Prepared,
    custody::Known,
    phone::{PhoneRefusal, PhoneShift, Taken},
    signer::Signer,
    testing::{Hand, House, may, officer},
};
use paso_store::testing::Engine;

struct Phone {
    house: House,
    hand: Hand,
    key: Signer,
    shift: PhoneShift,
}

fn phone_key() -> Signer {
    let bytes = Signer::generate(Algorithm::Es256).unwrap();
    Signer::from_pkcs8(Algorithm::Es256, &bytes).unwrap()
}

/// A shift opened by an officer in this role, with their passkey.
async fn opened(role: Role) -> Phone {
    let house = House::on(Engine::Sqlite).await;
    let hand = house.hand(officer(role), 7).await;
    let key = phone_key();
    let permit = may(&hand.officer);
    let prepared = house.open_phone(&permit, key.public_key()).await.unwrap();
    let Prepared::ToSign(id) = prepared else {
        panic!("a phone's key is bound by a passkey")
    };
    let waiting = house.phone_shift(&permit, key.public_key().key_id()).await;
    assert!(matches!(waiting, Err(ServiceError::NotFound)), "unsigned");
    let options = house.signing_options(&hand.officer, &id).await.unwrap();
    let answer = hand.answer(&options);
    house.sign(&hand.officer, &id, &answer).await.unwrap();
    let shift = house.phone_shift(&permit, key.public_key().key_id()).await;
    Phone {
        shift: shift.unwrap(),
        house,
        hand,
        key,
    }
}

fn met() -> PhoneAct {
    PhoneAct::Encounter(PhoneEncounter {
        place: "km 12".into(),
        with_card: false,
        outcome: "went-on".into(),
        basis: "art. 97".into(),
        reason: "routine".into(),
        check: None,
    })
}

fn counted(count: u16, at: Moment) -> PhoneAct {
    PhoneAct::Opening(PhoneOpening {
        count,
        taken_at: at.plus(-10 * MINUTE),
        place: "km 12".into(),
        vehicle: "bus 44".into(),
        unit: "grupo Talismán".into(),
        ordered_by: String::new(),
        basis: "art. 99".into(),
        reason: "no document".into(),
    })
}

impl Phone {
    fn record(&self, seed: u8, at: Moment, act: PhoneAct) -> Record {
        Record {
            phone: self.key.public_key().key_id(),
            officer: self.hand.officer.number.to_string(),
            seed: Seed::from_random([seed; 32]),
            at,
            act,
        }
    }

    fn sealed_by(&self, key: &Signer, record: Record, stream: StreamId) -> Vec<u8> {
        let signature = key.sign(&to_be_signed(&record.digest())).unwrap();
        let to = SealingKey::from_bytes(&self.shift.sealing).unwrap();
        let signed = SignedRecord::new(record, signature);
        signed.seal(stream, &to, &[4; 32]).unwrap()
    }

    fn sealed(&self, record: Record) -> Vec<u8> {
        self.sealed_by(&self.key, record, self.shift.stream)
    }

    async fn bring(&self, record: Record) -> Taken {
        let sealed = self.sealed(record);
        self.house.take_from_phone(&sealed).await.unwrap()
    }

    /// The receipt as the phone showed it.
    fn receipt(&self, record: &Record, kind: Kind) -> String {
        let claims = ReceiptClaims {
            body: Body::new(Facts {
                code: record.seed.code(0),
                kind,
                post: self.shift.opened.post.to_string(),
                at: record.at,
                officer: record.officer.clone(),
                handle: None,
            })
            .unwrap(),
            stream: self.shift.stream,
            sequence: None,
            k_event: record.seed.k_event(0),
        };
        let vouch = SignedVouch::read(&self.shift.vouch).unwrap();
        let text = encode_on_a_phone(&claims, &vouch, &self.key).unwrap();
        text.into_string()
    }
}

#[tokio::test]
async fn a_receipt_given_on_the_road_is_the_one_that_the_log_keeps() {
    let phone = opened(Role::Checkpoint).await;
    let house = &phone.house;
    let at = house.clock().now().plus(HOUR);
    let record = phone.record(1, at, met());
    let text = phone.receipt(&record, Kind::Encounter);
    house.clock().set(at.plus(3 * HOUR));
    // Nobody has heard of the act, and the authority's signature counts already.
    let judged = house.verify_receipt(&text, None).await.unwrap();
    assert_eq!(judged.finding, ReceiptFinding::Signed);
    assert!(
        house
            .told_by_code(record.seed.code(0))
            .await
            .unwrap()
            .is_empty()
    );

    let taken = phone.bring(record.clone()).await;
    let expected = Taken {
        receipts: vec![record.seed.code(0)],
        arrived: at.plus(3 * HOUR),
        remarks: Vec::new(),
        again: false,
    };
    assert_eq!(taken, expected);
    let code = record.seed.code(0);
    let leaves = house.leaves_of(&Subject::Receipt(code)).await;
    let [leaf] = &leaves[..] else {
        panic!("{leaves:?}")
    };
    let entry = Entry::read(leaf).unwrap();
    let receipt = paso_formats::receipt::read(&text).unwrap();
    assert_eq!(receipt.claims().compare(&entry), Ok(()));

    let permit = may(&phone.hand.officer);
    let [found] = &house.receipts(&permit, code).await.unwrap()[..] else {
        panic!("one encounter has that code")
    };
    assert_eq!(found.act.at, at, "it happened when the phone says");
    let by = found.encounter.phone.as_ref().unwrap();
    assert_eq!(by.arrived, at.plus(3 * HOUR));
    assert!(by.is_signed_by(phone.key.public_key()));
}

#[tokio::test]
async fn bringing_it_again_changes_nothing_and_another_under_its_name_is_refused() {
    let phone = opened(Role::Custody).await;
    let house = &phone.house;
    let at = house.clock().now();
    for (seed, act) in [(1, met()), (2, counted(3, at))] {
        let record = phone.record(seed, at, act);
        let first = phone.bring(record.clone()).await;
        house.clock().set(house.clock().now().plus(HOUR));
        let before = house.position().await;
        let again = phone.bring(record.clone()).await;
        assert_eq!(
            again,
            Taken {
                again: true,
                ..first
            }
        );
        let other = Record {
            at: at.plus(1),
            ..record
        };
        let refused = house.take_from_phone(&phone.sealed(other)).await;
        assert!(matches!(refused, Err(PhoneRefusal::Another)), "{refused:?}");
        assert_eq!(house.position().await, before);
    }
}

#[tokio::test]
async fn what_proves_nothing_is_turned_away_by_name() {
    let phone = opened(Role::Checkpoint).await;
    let house = &phone.house;
    let at = house.clock().now();
    let before = house.position().await;
    let record = |seed| phone.record(seed, at, met());
    let whole = phone.sealed(record(1));
    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    let unknown = PhoneAct::Encounter(PhoneEncounter {
        outcome: "flown-away".into(),
        ..match met() {
            PhoneAct::Encounter(met) => met,
            PhoneAct::Opening(_) => panic!(),
        }
    });
    let stranger = phone_key();
    let of_stranger = Record {
        phone: stranger.public_key().key_id(),
        ..record(2)
    };
    let of_nobody = Record {
        officer: "INM-9999".into(),
        ..record(3)
    };
    let elsewhere = StreamId::from_random([9; 16]);
    for (bytes, code) in [
        (b"hello".to_vec(), "not-a-record"),
        (b"paso phone 7\n".to_vec(), "newer"),
        (whole[..20].to_vec(), "torn"),
        (vec![0; 100_000], "not-a-record"),
        (altered, "closed"),
        (
            phone.sealed_by(&phone.key, record(4), elsewhere),
            "elsewhere",
        ),
        (
            phone.sealed_by(&stranger, of_stranger, phone.shift.stream),
            "unknown-phone",
        ),
        (phone.sealed(of_nobody), "unknown-phone"),
        (
            phone.sealed_by(&stranger, record(5), phone.shift.stream),
            "not-signed",
        ),
        (phone.sealed(phone.record(6, at, unknown)), "unknown"),
    ] {
        let refused = house.take_from_phone(&bytes).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{refused}");
        assert!(PhoneRefusal::CODES.contains(&code));
    }
    assert_eq!(house.position().await, before, "nothing was recorded");
}

#[tokio::test]
async fn what_happened_after_a_dismissal_is_kept_and_flagged() {
    let phone = opened(Role::Checkpoint).await;
    let house = &phone.house;
    let at = house.clock().now();
    let from = at.plus(HOUR);
    let act = Act {
        at: from,
        post: phone.hand.officer.post,
        officer: "INM-0008".parse().unwrap(),
        late: None,
    };
    let dismissed = OfficerEvent::Dismissed {
        act,
        way: Way::Page,
        from,
        reason: "sold receipts".into(),
    };
    house.clock().set(at.plus(2 * DAY));
    house.record_of(&phone.hand.officer, dismissed).await;
    let record = phone.record(1, at.plus(13 * HOUR), met());
    let taken = phone.bring(record).await;
    let expected = [Remark::Late, Remark::OutsideShift, Remark::AccessEnded];
    assert_eq!(taken.remarks, expected);
}

#[tokio::test]
async fn everybody_counted_on_the_road_has_an_episode_and_a_secret_that_the_phone_showed() {
    let phone = opened(Role::Custody).await;
    let house = &phone.house;
    let at = house.clock().now();
    let record = phone.record(1, at, counted(3, at));
    house.clock().set(at.plus(HOUR));
    let taken = phone.bring(record.clone()).await;
    assert_eq!((taken.receipts.len(), taken.remarks), (3, Vec::new()));
    for ordinal in 0..3 {
        let id = paso_domain::id::EpisodeId::from_random(record.seed.episode(ordinal));
        let events = house.events_of(&Subject::Episode(id)).await;
        let [Event::Custody(CustodyEvent::Opened { act, opening })] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(
            (act.at, opening.ordinal, opening.count),
            (at, ordinal + 1, 3)
        );
        assert_eq!(opening.taken_at, at.plus(-10 * MINUTE));
        let secret = Secret::of(&record.seed.episode_key(ordinal), 0);
        assert_eq!(opening.secret, Some(secret.hash()));
        let known = house.known_by_secret(&secret).await.unwrap();
        assert_eq!(known, Known::InCustody);
        // The ombudsman hears of it as of any other count.
        assert_eq!(house.statements_of(&Subject::Episode(id)).await.len(), 1);
    }
    // A role without the power: it has happened all the same.
    let road = opened(Role::Checkpoint).await;
    let at = road.house.clock().now();
    let taken = road.bring(road.record(2, at, counted(1, at))).await;
    assert_eq!(taken.remarks, [Remark::BeyondRole]);
}
