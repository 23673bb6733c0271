//! A phone at a post: its shift is opened there and what it recorded delivered there while the hub is
//! away; then the post's parcel brings all of it to the hub, which shows, proves and audits it. What
//! was sealed to the other machine is refused by name, and the phone keeps it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso::audit::custody;
use paso_domain::{
    act::Act,
    crossings::Crossings,
    custody::{Clocks, CustodyEvent, Opening},
    event::Event,
    id::{EpisodeId, OfficerNumber, OperationId, PersonId},
    policy::Role,
    shift::{ByPhone, Remark},
    subject::Subject,
};
use paso_formats::{
    entry::Entry,
    field::StateCode,
    key::{Algorithm, KeyId, Sign as _},
    moment::{HOUR, MINUTE, Moment},
    phone::{PhoneAct, PhoneEncounter, PhoneOpening, Record, Seed, SignedRecord, to_be_signed},
    receipt::{
        Body, Facts, Handle, Kind, ReceiptClaims, ReceiptFinding, SignedVouch, encode_on_a_phone,
    },
    statement::SealingKey,
};
use paso_service::{
    Officer, Service,
    approval::Prepared,
    phone::{PhoneRefusal, PhoneShift},
    signer::Signer,
    testing::{HOST, Hand, House, Outpost, PAGES, may, officer, ombudsman},
};
use paso_store::testing::Engine;

/// A phone with a shift.
struct Phone {
    hand: Hand,
    key: Signer,
    shift: PhoneShift,
}

impl Phone {
    /// Opens a shift at a machine, with the officer's passkey.
    async fn open(at: &Service, hand: Hand) -> Self {
        let file = Signer::generate(Algorithm::Es256).unwrap();
        let key = Signer::from_pkcs8(Algorithm::Es256, &file).unwrap();
        let permit = may(&hand.officer);
        let prepared = at.open_phone(&permit, key.public_key()).await.unwrap();
        let Prepared::ToSign(id) = prepared else {
            panic!("a phone's key is bound by a passkey")
        };
        let options = at.signing_options(&hand.officer, &id).await.unwrap();
        let answer = hand.answer(&options);
        at.sign(&hand.officer, &id, &answer).await.unwrap();
        let shift = at.phone_shift(&permit, key.public_key().key_id()).await;
        Self {
            shift: shift.unwrap(),
            hand,
            key,
        }
    }

    fn record(&self, seed: u8, at: Moment, act: PhoneAct) -> Record {
        Record {
            phone: self.key.public_key().key_id(),
            officer: self.hand.officer.number.to_string(),
            seed: Seed::from_random([seed; 32]),
            at,
            act,
        }
    }

    fn signed(&self, record: Record) -> SignedRecord {
        let signature = self.key.sign(&to_be_signed(&record.digest())).unwrap();
        SignedRecord::new(record, signature)
    }

    fn sealed(&self, record: Record) -> Vec<u8> {
        let to = SealingKey::from_bytes(&self.shift.sealing).unwrap();
        let signed = self.signed(record);
        signed.seal(self.shift.stream, &to, &[4; 32]).unwrap()
    }

    /// A receipt as the phone showed it.
    fn receipt(&self, record: &Record, ordinal: u16) -> String {
        let (kind, handle) = match &record.act {
            PhoneAct::Encounter(_) => (Kind::Encounter, None),
            PhoneAct::Opening(_) => {
                let handle = Handle::Episode(record.seed.handle(ordinal));
                (Kind::CustodyOpened, Some(handle))
            }
        };
        let body = Body::new(Facts {
            code: record.seed.code(ordinal),
            kind,
            post: self.shift.opened.post.to_string(),
            at: record.at,
            officer: record.officer.clone(),
            handle,
        });
        let claims = ReceiptClaims {
            body: body.unwrap(),
            stream: self.shift.stream,
            sequence: None,
            k_event: record.seed.k_event(ordinal),
        };
        let vouch = SignedVouch::read(&self.shift.vouch).unwrap();
        let text = encode_on_a_phone(&claims, &vouch, &self.key).unwrap();
        text.into_string()
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
        unit: "grupo Hidalgo".into(),
        ordered_by: String::new(),
        basis: "art. 99".into(),
        reason: "no document".into(),
    })
}

/// A hub, a post of it, and an officer of custody at that post whom both know.
async fn apart(engine: Engine) -> (House, Outpost, Hand) {
    let house = House::on(engine).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    post.serve_at(PAGES);
    let hand = house
        .hand(
            Officer {
                post: "HID".parse().unwrap(),
                ..officer(Role::Custody)
            },
            7,
        )
        .await;
    post.settle(&house).await;
    (house, post, hand)
}

/// What `paso audit custody` says at the hub, with the ombudsman's key.
async fn audited(house: &House) -> Vec<String> {
    let key = ombudsman();
    let asked = custody::Asked {
        authority: "mx-test",
        home: StateCode::MEX,
        rp_id: HOST,
        clocks: &Clocks::shipped().unwrap(),
        crossings: &Crossings::southern_border().unwrap(),
        states: true,
        key: Some(&key),
        now: house.clock().now(),
    };
    custody::review(house.config(), &asked)
        .await
        .unwrap()
        .codes()
}

fn pass(house: &House, post: &Outpost, seconds: i64) -> Moment {
    let now = house.clock().now().plus(seconds);
    house.clock().set(now);
    post.clock().set(now);
    now
}

#[tokio::test]
async fn what_a_phone_brought_to_a_post_is_shown_proven_and_audited_at_the_hub() {
    for engine in Engine::BOTH {
        let (house, post, hand) = apart(engine).await;
        let phone = Phone::open(&post, hand).await;
        let at = pass(&house, &post, HOUR);
        let records = [
            phone.record(1, at, met()),
            phone.record(2, at, counted(2, at)),
        ];
        pass(&house, &post, HOUR / 2);
        let before = house.position().await;
        for record in &records {
            let taken = post.take_from_phone(&phone.sealed(record.clone())).await;
            assert_eq!(taken.unwrap().remarks, []);
        }
        assert_eq!(house.position().await, before, "the hub was away");

        pass(&house, &post, HOUR / 2);
        post.settle(&house).await;
        house.renew_bundle().await.unwrap();
        let log = house.log().await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        let here = may(&Officer {
            post: "TAL".parse().unwrap(),
            ..officer(Role::Checkpoint)
        });
        let code = records[0].seed.code(0);
        let [found] = &house.receipts(&here, code).await.unwrap()[..] else {
            panic!("one encounter has that code")
        };
        assert_eq!((found.act.at, found.act.post.as_str()), (at, "HID"));
        let by = found.encounter.phone.as_ref().unwrap();
        assert!(by.is_signed_by(phone.key.public_key()));

        for (record, ordinal) in [(&records[0], 0), (&records[1], 0), (&records[1], 1)] {
            let text = phone.receipt(record, ordinal);
            let subject = Subject::Receipt(record.seed.code(ordinal));
            let [leaf] = &house.leaves_of(&subject).await[..] else {
                panic!("one receipt has that code")
            };
            let receipt = paso_formats::receipt::read(&text).unwrap();
            let entry = Entry::read(leaf).unwrap();
            assert_eq!(receipt.claims().compare(&entry), Ok(()));
            let judged = house.verify_receipt(&text, Some(&log)).await.unwrap();
            // In the log, under a head that this house has no witnesses to cosign.
            assert_eq!(judged.finding, ReceiptFinding::Unwitnessed);
        }
        let held = house
            .events_of(&Subject::Episode(EpisodeId::from_random(
                records[1].seed.episode(1),
            )))
            .await;
        let [Event::Custody(CustodyEvent::Opened { opening, .. })] = &held[..] else {
            panic!("{held:?}")
        };
        assert_eq!((opening.ordinal, opening.count), (2, 2));
        assert_eq!(audited(&house).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_was_sealed_to_the_other_machine_is_refused_by_name_both_ways() {
    let (house, post, hand) = apart(Engine::Sqlite).await;
    let other = house
        .hand(
            Officer {
                number: "INM-0555".parse().unwrap(),
                ..officer(Role::Checkpoint)
            },
            8,
        )
        .await;
    post.settle(&house).await;
    let at_hub = Phone::open(&house, other).await;
    let at_post = Phone::open(&post, hand).await;
    let at = pass(&house, &post, MINUTE);
    let positions = (
        house.position().await,
        post.records().position().await.unwrap(),
    );
    let of_hub = at_hub.sealed(at_hub.record(1, at, met()));
    let of_post = at_post.sealed(at_post.record(2, at, met()));
    for refused in [
        post.take_from_phone(&of_hub).await,
        house.take_from_phone(&of_post).await,
    ] {
        assert!(
            matches!(refused, Err(PhoneRefusal::Elsewhere)),
            "{refused:?}"
        );
    }
    // The hub knows the shift once the post's rows are there, and still cannot open what is the post's.
    post.settle(&house).await;
    let refused = house.take_from_phone(&of_post).await.unwrap_err();
    assert_eq!(refused.code(), Some("elsewhere"));
    assert_eq!(positions.1, post.records().position().await.unwrap());
    assert!(positions.0 < house.position().await, "the post's rows came");
    // Where it belongs it is taken, however often it was refused elsewhere.
    house.take_from_phone(&of_hub).await.unwrap();
    post.take_from_phone(&of_post).await.unwrap();
}

#[tokio::test]
async fn an_opening_that_no_key_of_the_officers_signed_is_found() {
    let (house, post, hand) = apart(Engine::Sqlite).await;
    let phone = Phone::open(&post, hand).await;
    let at = pass(&house, &post, MINUTE);
    let signed = phone.signed(phone.record(1, at, counted(1, at)));
    let own = phone.shift.opened.officer.clone();
    let proven = ByPhone {
        key: phone.key.public_key().key_id(),
        arrived: at,
        digest: *signed.digest(),
        signature: *signed.signature(),
        remarks: Vec::new(),
    };
    let other_words = ByPhone {
        digest: [9; 32],
        ..proven.clone()
    };
    let other_signature = ByPhone {
        signature: [9; 64],
        ..proven.clone()
    };
    let unbound = ByPhone {
        key: KeyId([9; 8]),
        ..proven.clone()
    };
    let another: OfficerNumber = "INM-0555".parse().unwrap();
    // As a post's program would bring it that was changed to.
    let mut unproven = 0;
    for (seed, officer, by, found) in [
        (1, &own, &proven, false),
        (2, &own, &other_words, true),
        (3, &own, &other_signature, true),
        (4, &own, &unbound, true),
        (5, &another, &proven, true),
    ] {
        let event = CustodyEvent::Opened {
            act: Act {
                at,
                officer: officer.clone(),
                ..phone.shift.opened.clone()
            },
            opening: opening(seed, at, by.clone()),
        };
        let episode = Subject::Episode(EpisodeId::from_random([seed; 16]));
        post.forced(vec![(episode, Event::Custody(event))]).await;
        post.settle(&house).await;
        let codes = audited(&house).await;
        let told = codes.iter().filter(|code| *code == "phone-unproven");
        unproven += usize::from(found);
        assert_eq!(told.count(), unproven, "{seed}: {codes:?}");
    }
}

#[tokio::test]
async fn a_phones_clock_that_is_ahead_is_marked_and_accuses_nobody() {
    let (house, post, hand) = apart(Engine::Sqlite).await;
    let phone = Phone::open(&post, hand).await;
    let now = pass(&house, &post, MINUTE);
    let ahead = now.plus(20 * MINUTE);
    let record = phone.record(1, ahead, counted(1, now));
    let taken = post.take_from_phone(&phone.sealed(record)).await.unwrap();
    assert_eq!(taken.remarks, [Remark::ClockAhead]);
    post.settle(&house).await;
    assert_eq!(audited(&house).await, Vec::<String>::new());
}

fn opening(seed: u8, at: Moment, by: ByPhone) -> Opening {
    Opening {
        operation: OperationId::from_random([seed; 16]),
        ordinal: 1,
        count: 1,
        person: PersonId::from_random([seed; 16]),
        handle: [seed; 16],
        taken_at: at,
        taken_where: "km 12".into(),
        vehicle: String::new(),
        unit: "grupo Hidalgo".into(),
        ordered_by: String::new(),
        basis: "art. 99".into(),
        reason: "no document".into(),
        secret: None,
        receipt: None,
        phone: Some(Box::new(by)),
    }
}
