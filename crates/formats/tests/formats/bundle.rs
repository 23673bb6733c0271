//! The trust bundle: who may sign it, what replaces what, and what is never let in.

use paso_formats::{
    bundle::{
        self, Bundle, BundleError, MAX_BUNDLE_BYTES, Pinned, Purpose, RollbackError, StatusAnswer,
        TYP, TooFewRoots,
    },
    cose,
    key::Sign,
    moment::DAY,
    status_list::{self, Status},
};
use proptest::prelude::*;

use crate::{
    sample::{INDEX, STATUS, bundle, keys, pinned, start, status_token, trusted, verified},
    signers::{EdDsa, Es256},
};

fn sealed(change: impl FnOnce(&mut Bundle)) -> Result<Vec<u8>, BundleError> {
    let keys = keys();
    let mut bundle = bundle(&keys);
    change(&mut bundle);
    bundle.seal(&keys.roots[0])
}

#[test]
fn what_is_sealed_is_opened_under_any_pinned_root() {
    let keys = keys();
    let mut bundle = bundle(&keys);
    bundle.keys[0].compromised_at = Some(start().plus(DAY));
    bundle.programmes[0].valid_to = None;
    bundle.roots = vec![EdDsa::new(20).public_key().clone()];
    for root in &keys.roots {
        let bytes = bundle.seal(root).unwrap();
        assert_eq!(
            bundle.seal(root).unwrap(),
            bytes,
            "the same bytes every time"
        );
        let verified = bundle::open(&bytes, &pinned(&keys)).unwrap();
        assert_eq!(verified.bundle(), &bundle);
        assert_eq!(verified.signed_by(), root.public_key().key_id());
    }
}

#[test]
fn only_a_pinned_root_counts() {
    let keys = keys();
    let bundle = bundle(&keys);
    let stranger = bundle.seal(&Es256::new(50)).unwrap();
    assert_eq!(
        bundle::open(&stranger, &pinned(&keys)),
        Err(BundleError::UnknownRoot)
    );
    let mut changed = bundle.seal(&keys.roots[0]).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(
        bundle::open(&changed, &pinned(&keys)),
        Err(BundleError::BadSignature)
    );
    let other = Pinned::new("GT-IGM".to_owned(), pinned(&keys).roots().to_vec()).unwrap();
    let bytes = bundle.seal(&keys.roots[0]).unwrap();
    assert_eq!(
        bundle::open(&bytes, &other),
        Err(BundleError::OtherAuthority("MX-INM".to_owned()))
    );
}

#[test]
fn two_roots_are_the_least() {
    let root = Es256::new(1).public_key().clone();
    assert_eq!(Pinned::new(String::new(), vec![]), Err(TooFewRoots));
    assert_eq!(
        Pinned::new(String::new(), vec![root.clone(), root]),
        Err(TooFewRoots)
    );
}

#[test]
fn an_old_root_introduces_its_successor() {
    let keys = keys();
    let successor = Es256::new(60);
    let mut first = bundle(&keys);
    first.roots = vec![successor.public_key().clone()];
    let first = verified(&first, &keys);
    let mut second = bundle(&keys);
    second.sequence += 1;
    let bytes = second.seal(&successor).unwrap();
    assert_eq!(
        bundle::open(&bytes, &pinned(&keys)),
        Err(BundleError::UnknownRoot)
    );
    let pins = pinned(&keys).with_successors(&first);
    assert_eq!(pins.roots().len(), 3);
    let second = bundle::open(&bytes, &pins).unwrap();
    assert_eq!(second.replaces(&first), Ok(()));
    // Another authority's bundle introduces nobody here.
    let other = Pinned::new("GT-IGM".to_owned(), pinned(&keys).roots().to_vec()).unwrap();
    assert_eq!(other.clone().with_successors(&first), other);
}

#[test]
fn a_bundle_is_replaced_only_by_a_newer_one_of_the_same_authority() {
    let keys = keys();
    let numbered = |sequence| {
        let mut bundle = bundle(&keys);
        bundle.sequence = sequence;
        verified(&bundle, &keys)
    };
    let held = numbered(7);
    assert_eq!(numbered(8).replaces(&held), Ok(()));
    for offered in [0, 6, 7] {
        assert_eq!(
            numbered(offered).replaces(&held),
            Err(RollbackError::NotNewer { held: 7, offered })
        );
    }
    // A later date does not make up for a lower number: numbers decide, not clocks.
    let mut late = bundle(&keys);
    late.sequence = 6;
    late.issued_at = start().plus(DAY);
    assert!(verified(&late, &keys).replaces(&held).is_err());
    let mut other = bundle(&keys);
    other.authority = "GT-IGM".to_owned();
    other.sequence = 9;
    let bytes = other.seal(&keys.roots[0]).unwrap();
    let pins = Pinned::new("GT-IGM".to_owned(), pinned(&keys).roots().to_vec()).unwrap();
    let other = bundle::open(&bytes, &pins).unwrap();
    assert_eq!(other.replaces(&held), Err(RollbackError::OtherAuthority));
}

#[test]
fn bundles_out_of_order_are_neither_sealed_nor_opened() {
    let keys = keys();
    let card_key = keys.cards.public_key().key_id();
    assert_eq!(
        sealed(|bundle| bundle.soft_until = start().plus(-1)),
        Err(BundleError::Dates)
    );
    assert_eq!(
        sealed(|bundle| bundle.hard_until = start()),
        Err(BundleError::Dates)
    );
    assert_eq!(
        sealed(|bundle| bundle.keys[0].verify_until = bundle.keys[0].sign_until.plus(-1)),
        Err(BundleError::Window(card_key))
    );
    assert_eq!(
        sealed(|bundle| bundle.keys[0].sign_until = bundle.keys[0].sign_from.plus(-1)),
        Err(BundleError::Window(card_key))
    );
    // The same key for two purposes.
    assert_eq!(
        sealed(|bundle| bundle
            .keys
            .push(trusted(keys.cards.public_key(), Purpose::Status))),
        Err(BundleError::DuplicateKey(card_key))
    );
    assert_eq!(
        sealed(|bundle| bundle.status_lists.push(bundle.status_lists[0].clone())),
        Err(BundleError::DuplicateList(STATUS.to_owned()))
    );
    assert_eq!(
        sealed(|bundle| bundle.programmes[0].states.push("Chiapas".to_owned())),
        Err(BundleError::State("Chiapas".to_owned()))
    );
    // What a careless root signed anyway is refused on opening too.
    let mut payload = bundle::open(&sealed(|_| ()).unwrap(), &pinned(&keys))
        .map(|_| ())
        .map(|()| vec![0xa0])
        .unwrap();
    payload.push(0);
    for (content, error) in [
        (vec![0xa0], BundleError::NotABundle),
        (
            payload,
            BundleError::Cbor(paso_formats::cose::CborError::Trailing),
        ),
    ] {
        let bytes = cose::sign(&content, Some(TYP), &keys.roots[0]).unwrap();
        assert_eq!(bundle::open(&bytes, &pinned(&keys)), Err(error));
    }
    let other = cose::sign(&[0xa0], None, &keys.roots[0]).unwrap();
    assert_eq!(
        bundle::open(&other, &pinned(&keys)),
        Err(BundleError::WrongType)
    );
    assert_eq!(
        bundle::open(&vec![0; MAX_BUNDLE_BYTES + 1], &pinned(&keys)),
        Err(BundleError::TooLarge)
    );
}

#[test]
fn a_status_list_needs_a_status_key_in_its_window() {
    let refused = Err(BundleError::StatusList(STATUS.to_owned()));
    let keys = keys();
    // Signed by a stranger, by a key for cards, outside the window, after the theft of its key.
    for signer in [&Es256::new(77) as &dyn Sign, &keys.cards] {
        let token = status_token().sign(signer).unwrap();
        let list = status_list::read(&token).unwrap();
        assert_eq!(sealed(|bundle| bundle.status_lists = vec![list]), refused);
    }
    assert_eq!(
        sealed(|bundle| bundle.keys[2].sign_from = start().plus(1)),
        refused
    );
    assert_eq!(
        sealed(|bundle| bundle.keys[2].compromised_at = Some(start())),
        refused
    );
    assert!(sealed(|bundle| bundle.keys[2].compromised_at = Some(start().plus(1))).is_ok());
}

#[test]
fn answers_about_status() {
    let keys = keys();
    let mut token = status_token();
    token.list.set(INDEX, Status::Invalid).unwrap();
    token.expires = Some(start().plus(DAY));
    let mut bundle = bundle(&keys);
    bundle.status_lists = vec![status_list::read(&token.sign(&keys.status).unwrap()).unwrap()];
    let verified = verified(&bundle, &keys);
    let now = start();
    assert_eq!(
        verified.status(STATUS, INDEX, now),
        StatusAnswer::Known(Status::Invalid)
    );
    assert_eq!(
        verified.status(STATUS, 0, now),
        StatusAnswer::Known(Status::Valid)
    );
    assert_eq!(verified.status(STATUS, 1 << 16, now), StatusAnswer::Unknown);
    assert_eq!(
        verified.status("https://inm.example/2", INDEX, now),
        StatusAnswer::Unknown
    );
    assert_eq!(
        verified.status(STATUS, INDEX, now.plus(DAY - 1)),
        StatusAnswer::Known(Status::Invalid)
    );
    assert_eq!(
        verified.status(STATUS, INDEX, now.plus(DAY)),
        StatusAnswer::Unknown
    );
}

proptest! {
    #[test]
    fn no_changed_bundle_opens(at: prop::sample::Index, bit in 0..8_u32) {
        let keys = keys();
        let mut bytes = bundle(&keys).seal(&keys.roots[0]).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        prop_assert!(bundle::open(&bytes, &pinned(&keys)).is_err());
        prop_assert!(bundle::open(&bytes[..at], &pinned(&keys)).is_err());
    }
}
