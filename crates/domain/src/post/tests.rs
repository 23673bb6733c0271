//! Leases never overlap, and indexes never repeat.

use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

/// A stand-in for HMAC-SHA-256: any function of the message makes a permutation, a good one makes
/// it look random.
fn prf(message: &[u8]) -> [u8; 32] {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in message {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let mut out = [0; 32];
    out[..8].copy_from_slice(&(state ^ (state >> 29)).to_be_bytes());
    out
}

#[test]
fn every_index_of_a_list_is_given_exactly_once() {
    let mut seen = HashSet::new();
    let mut lease = PostState::default().next_lease();
    while lease.list == 0 {
        for position in 0..BLOCK {
            let index = lease.index(position, prf).unwrap();
            assert!(index < LIST_SIZE);
            assert!(seen.insert(index));
        }
        lease = lease.next();
    }
    assert_eq!(seen.len(), LIST_SIZE as usize);
    assert_eq!(lease, Lease { list: 1, block: 0 });
}

#[test]
fn what_lies_outside_a_list_has_no_index() {
    assert_eq!(Lease { list: 0, block: 0 }.index(BLOCK, prf), None);
    assert_eq!(
        Lease {
            list: 0,
            block: LIST_SIZE / BLOCK
        }
        .index(0, prf),
        None
    );
    assert_eq!(
        Lease {
            list: 0,
            block: u32::MAX
        }
        .index(0, prf),
        None
    );
}

proptest! {
    /// In whatever order the facts arrive, the next lease is new.
    #[test]
    fn a_lease_is_never_given_twice(blocks in proptest::collection::vec((0_u32..3, 0_u32..40), 0..30)) {
        let state = blocks.iter().fold(PostState::default(), |state, (list, block)| {
            state.apply(&PostEvent::BlockLeased {
                at: paso_formats::moment::Moment::from_unix(0),
                list: *list,
                block: *block,
            })
        });
        let next = state.next_lease();
        prop_assert!(!blocks.contains(&(next.list, next.block)));
    }
}
