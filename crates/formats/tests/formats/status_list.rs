//! Status lists: packing, limits, and the token around them.

use paso_formats::{
    cose,
    key::Sign,
    moment::DAY,
    status_list::{self, Bits, MAX_LIST_BYTES, Status, StatusList, StatusListError, TYP},
};
use proptest::prelude::*;

use crate::{
    sample::{start, status_token},
    signers::Es256,
};

#[test]
fn bits_are_packed_from_the_least_significant() {
    let mut one = StatusList::new(Bits::One, 16).unwrap();
    for index in [0, 3, 4, 5, 7, 8, 9, 13, 15] {
        one.set(index, Status::Invalid).unwrap();
    }
    assert_eq!(one.as_bytes(), [0xb9, 0xa3]);
    let mut two = StatusList::new(Bits::Two, 12).unwrap();
    for (index, value) in (0..).zip([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]) {
        two.set(index, Status::from_value(value)).unwrap();
    }
    assert_eq!(two.as_bytes(), [0xc9, 0x44, 0xf9]);
}

#[test]
fn what_the_list_does_not_hold_has_no_status() {
    let mut list = StatusList::new(Bits::Two, 9).unwrap();
    assert_eq!(list.len(), 12);
    assert_eq!(list.get(11), Ok(Status::Valid));
    assert_eq!(list.get(12), Err(StatusListError::OutOfRange(12)));
    assert_eq!(
        list.get(u32::MAX),
        Err(StatusListError::OutOfRange(u32::MAX))
    );
    assert_eq!(
        list.set(12, Status::Valid),
        Err(StatusListError::OutOfRange(12))
    );
    assert_eq!(
        list.set(0, Status::Other(4)),
        Err(StatusListError::TooFewBits)
    );
    let empty = StatusList::new(Bits::One, 0).unwrap();
    assert!(empty.is_empty());
    assert_eq!(empty.get(0), Err(StatusListError::OutOfRange(0)));
    assert_eq!(
        StatusList::new(Bits::Eight, u32::MAX),
        Err(StatusListError::TooLarge)
    );
    assert_eq!(
        StatusList::from_bytes(Bits::One, vec![0; MAX_LIST_BYTES + 1]),
        Err(StatusListError::TooLarge)
    );
}

#[test]
fn damaged_lists_are_refused() {
    for bytes in [
        "a0",
        "01",
        "a1646269747301",
        "a2646269747303636c737443 789c03".replace(' ', "").as_str(),
        "a2646269747301636c737401",
        "a2646269747301636c7374420000",
    ] {
        let error = StatusList::decode(&hex::decode(bytes).unwrap()).unwrap_err();
        assert!(
            matches!(error, StatusListError::NotAList | StatusListError::Cbor(_)),
            "{bytes}"
        );
    }
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX_LIST_BYTES + 1], 9);
    let mut bytes = hex::decode("a2646269747301636c737459").unwrap();
    bytes.extend(u16::try_from(bomb.len()).unwrap().to_be_bytes());
    bytes.extend(bomb);
    assert_eq!(StatusList::decode(&bytes), Err(StatusListError::TooLarge));
}

#[test]
fn tokens_come_back_and_wear_tag_18_alone() {
    let signer = Es256::new(5);
    for expires in [None, Some(start().plus(DAY))] {
        let mut token = status_token();
        token.expires = expires;
        let bytes = token.sign(&signer).unwrap();
        let received = status_list::read(&bytes).unwrap();
        assert_eq!(received.as_bytes(), bytes);
        assert_eq!(received.claims(), &token);
        assert_eq!(received.verify(signer.public_key()), Ok(&token));
        assert!(received.verify(Es256::new(6).public_key()).is_err());
        let mut cwt = vec![0xd8, 61];
        cwt.extend(&bytes);
        assert!(matches!(
            status_list::read(&cwt),
            Err(StatusListError::Cose(_))
        ));
        assert!(matches!(
            status_list::read(&bytes[1..]),
            Err(StatusListError::Cose(_))
        ));
    }
    let other = cose::sign(&[0xa0], None, &signer).unwrap();
    assert_eq!(status_list::read(&other), Err(StatusListError::WrongType));
    let empty = cose::sign(&[0xa0], Some(TYP), &signer).unwrap();
    assert_eq!(status_list::read(&empty), Err(StatusListError::NotAList));
}

#[test]
fn a_million_cards_fit_a_small_file() {
    let mut list = StatusList::new(Bits::One, 1 << 20).unwrap();
    for index in (0..1_u32 << 20).step_by(1000) {
        list.set(
            index.wrapping_mul(2_654_435_761) % (1 << 20),
            Status::Invalid,
        )
        .unwrap();
    }
    let mut token = status_token();
    token.list = list;
    let bytes = token.sign(&Es256::new(5)).unwrap();
    assert!(bytes.len() < 4000, "{} bytes", bytes.len());
    assert_eq!(status_list::read(&bytes).unwrap().claims(), &token);
}

proptest! {
    #[test]
    fn what_is_set_is_got_and_nothing_else_moves(
        bits in prop::sample::select(vec![Bits::One, Bits::Two, Bits::Four, Bits::Eight]),
        marks in prop::collection::btree_map(0_u32..500, any::<u8>(), 0..40),
    ) {
        let mut list = StatusList::new(bits, 500).unwrap();
        let value = |mark: u8| Status::from_value(mark & (0xff >> (8 - bits.count())));
        for (index, mark) in &marks {
            list.set(*index, Status::from_value(0)).unwrap();
            list.set(*index, value(*mark)).unwrap();
        }
        let list = StatusList::decode(&list.encode()).unwrap();
        for index in 0..500 {
            let expected = marks.get(&index).map_or(Status::Valid, |mark| value(*mark));
            prop_assert_eq!(list.get(index), Ok(expected));
        }
    }
}
