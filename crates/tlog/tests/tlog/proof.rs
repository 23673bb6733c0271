//! Proofs: against another implementation, and against everything a liar would try.
//!
//! For each kind of proof there are negative vectors after three faults found in Go's verifiers in
//! 2026: a hash unrelated to the record accepted, a missing entry accepted, a tile forged (that one
//! in `tile.rs`).

use ct_merkle::{ConsistencyProof, InclusionProof, mem_backed_tree::MemoryBackedTree};
use paso_tlog::{
    hash::{EMPTY_ROOT, Hash, leaf_hash},
    proof::{Plan, PlanError, ProofError, verify_consistency, verify_inclusion},
    tree::MAX_SIZE,
};
use proptest::prelude::*;
use sha2::Sha256;

use crate::support::{consistency, entry, inclusion, leaves, root};

const OTHER: Hash = Hash([0xaa; 32]);

#[test]
fn every_leaf_of_every_small_tree_is_proven() {
    let all = leaves(66);
    for size in 1..=all.len() {
        let leaves = &all[..size];
        let root = root(leaves);
        for index in 0..size as u64 {
            let proof = inclusion(leaves, index);
            let leaf = &leaves[usize::try_from(index).unwrap()];
            verify_inclusion(leaf, index, size as u64, &proof, &root).unwrap();
        }
    }
}

#[test]
fn every_small_tree_continues_every_smaller_one() {
    let all = leaves(66);
    for new in 0..=all.len() {
        for old in 0..=new {
            let proof = consistency(&all[..new], old as u64);
            let (old_root, new_root) = (root(&all[..old]), root(&all[..new]));
            verify_consistency(old as u64, &old_root, new as u64, &new_root, &proof).unwrap();
        }
    }
}

#[test]
fn an_inclusion_proof_changed_in_any_way_fails() {
    let leaves = leaves(107);
    let (size, root) = (107, root(&leaves));
    for index in [0, 1, 63, 64, 95, 96, 103, 104, 105, 106_u64] {
        let leaf = leaves[usize::try_from(index).unwrap()];
        let proof = inclusion(&leaves, index);
        let check = |leaf: &Hash, index, size, proof: &[Hash], root: &Hash| {
            verify_inclusion(leaf, index, size, proof, root)
        };
        assert_eq!(check(&leaf, index, size, &proof, &root), Ok(()));
        // A right proof for another record, at this place and at its own.
        let other = leaf_hash(b"an entry that the log does not hold");
        assert_eq!(
            check(&other, index, size, &proof, &root),
            Err(ProofError::OtherRoot)
        );
        for wrong in (0..107).filter(|at| *at != index) {
            assert!(
                check(&leaf, wrong, size, &proof, &root).is_err(),
                "{index} at {wrong}"
            );
            let elsewhere = inclusion(&leaves, wrong);
            assert!(check(&leaf, index, size, &elsewhere, &root).is_err());
        }
        assert_eq!(
            check(&leaf, index, index, &proof, &root),
            Err(ProofError::NoSuchEntry { index, size: index }),
        );
        assert_eq!(
            check(&leaf, index, size, &[], &root),
            Err(ProofError::WrongLength)
        );
        assert_eq!(
            check(&leaf, index, size, &proof, &OTHER),
            Err(ProofError::OtherRoot)
        );
        let longer = [&proof[..], &[OTHER]].concat();
        assert_eq!(
            check(&leaf, index, size, &longer, &root),
            Err(ProofError::WrongLength)
        );
        for at in 0..proof.len() {
            assert!(check(&leaf, index, size, &proof[..at], &root).is_err());
            let mut changed = proof.clone();
            changed[at].0[31] ^= 1;
            assert_eq!(
                check(&leaf, index, size, &changed, &root),
                Err(ProofError::OtherRoot)
            );
            let mut swapped = proof.clone();
            swapped.swap(0, at);
            if at > 0 {
                assert_eq!(
                    check(&leaf, index, size, &swapped, &root),
                    Err(ProofError::OtherRoot)
                );
            }
        }
    }
}

#[test]
fn an_inner_node_is_no_leaf() {
    // A node shown as the leaf of a smaller tree: the shapes match, the bytes in front do not.
    let leaves = leaves(4);
    let left = root(&leaves[..2]);
    let right = root(&leaves[2..]);
    let concatenated = [&leaves[0].0[..], &leaves[1].0].concat();
    assert_ne!(leaf_hash(&concatenated), left);
    assert_eq!(
        verify_inclusion(&leaf_hash(&concatenated), 0, 2, &[right], &root(&leaves)),
        Err(ProofError::OtherRoot),
    );
}

#[test]
fn a_consistency_proof_changed_in_any_way_fails() {
    let leaves = leaves(107);
    let (new, new_root) = (107, root(&leaves));
    for old in [1, 2, 3, 64, 95, 96, 104, 106_usize] {
        let old_root = root(&leaves[..old]);
        let proof = consistency(&leaves, old as u64);
        let old = old as u64;
        assert_eq!(
            verify_consistency(old, &old_root, new, &new_root, &proof),
            Ok(())
        );
        let empty = verify_consistency(old, &old_root, new, &new_root, &[]);
        assert_eq!(empty, Err(ProofError::WrongLength));
        assert!(verify_consistency(old, &OTHER, new, &new_root, &proof).is_err());
        assert!(verify_consistency(old, &old_root, new, &OTHER, &proof).is_err());
        assert!(verify_consistency(old, &new_root, new, &new_root, &proof).is_err());
        assert!(verify_consistency(old + 1, &old_root, new, &new_root, &proof).is_err());
        let shorter_tree = verify_consistency(new, &new_root, old, &old_root, &proof);
        assert_eq!(shorter_tree, Err(ProofError::Shrunk { old: new, new: old }));
        let longer = [&proof[..], &[OTHER]].concat();
        assert!(verify_consistency(old, &old_root, new, &new_root, &longer).is_err());
        for at in 0..proof.len() {
            assert!(verify_consistency(old, &old_root, new, &new_root, &proof[..at]).is_err());
            let mut changed = proof.clone();
            changed[at].0[0] ^= 1;
            let error = verify_consistency(old, &old_root, new, &new_root, &changed).unwrap_err();
            assert!(
                matches!(error, ProofError::OtherHistory | ProofError::OtherRoot),
                "{error}"
            );
        }
    }
}

#[test]
fn a_rewritten_history_is_told_from_a_wrong_end() {
    let ours = leaves(20);
    let mut rewritten = ours.clone();
    rewritten[3] = OTHER;
    let proof = consistency(&rewritten, 8);
    assert_eq!(
        verify_consistency(8, &root(&ours[..8]), 20, &root(&rewritten), &proof),
        Err(ProofError::OtherRoot),
    );
    let proof = consistency(&rewritten, 7);
    assert_eq!(
        verify_consistency(7, &root(&ours[..7]), 20, &root(&rewritten), &proof),
        Err(ProofError::OtherHistory),
    );
}

#[test]
fn the_empty_tree_and_the_same_tree_need_no_proof_and_allow_none() {
    let five = root(&leaves(5));
    let check = |old, old_root: &Hash, new, new_root: &Hash, proof: &[Hash]| {
        verify_consistency(old, old_root, new, new_root, proof)
    };
    assert_eq!(check(0, &EMPTY_ROOT, 0, &EMPTY_ROOT, &[]), Ok(()));
    assert_eq!(check(0, &EMPTY_ROOT, 5, &five, &[]), Ok(()));
    assert_eq!(check(5, &five, 5, &five, &[]), Ok(()));
    assert_eq!(
        check(0, &EMPTY_ROOT, 5, &five, &[OTHER]),
        Err(ProofError::WrongLength)
    );
    assert_eq!(
        check(5, &five, 5, &five, &[OTHER]),
        Err(ProofError::WrongLength)
    );
    assert_eq!(
        check(5, &five, 5, &OTHER, &[]),
        Err(ProofError::OtherHistory)
    );
    assert_eq!(
        check(0, &OTHER, 5, &five, &[]),
        Err(ProofError::OtherHistory)
    );
    assert_eq!(
        check(0, &EMPTY_ROOT, 0, &OTHER, &[]),
        Err(ProofError::OtherRoot)
    );
    assert_eq!(
        check(0, &OTHER, 0, &OTHER, &[]),
        Err(ProofError::OtherHistory)
    );
}

#[test]
fn what_cannot_be_proven_is_refused_when_asked() {
    assert_eq!(
        Plan::inclusion(0, 0),
        Err(PlanError::NoSuchEntry { index: 0, size: 0 })
    );
    assert_eq!(
        Plan::inclusion(5, 5),
        Err(PlanError::NoSuchEntry { index: 5, size: 5 })
    );
    assert_eq!(
        Plan::inclusion(0, u64::MAX),
        Err(PlanError::TooLarge(u64::MAX))
    );
    assert_eq!(
        Plan::consistency(6, 5),
        Err(PlanError::Shrunk { old: 6, new: 5 })
    );
    assert_eq!(
        Plan::consistency(0, u64::MAX),
        Err(PlanError::TooLarge(u64::MAX))
    );
}

#[test]
fn the_largest_numbers_are_answered() {
    let plan = Plan::inclusion(MAX_SIZE - 1, MAX_SIZE).unwrap();
    assert_eq!(plan.build(|_| Ok::<_, ()>(OTHER)).unwrap().len(), 62);
    let plan = Plan::inclusion(0, MAX_SIZE).unwrap();
    assert_eq!(plan.build(|_| Ok::<_, ()>(OTHER)).unwrap().len(), 63);
    assert!(
        Plan::consistency(MAX_SIZE - 1, MAX_SIZE)
            .unwrap()
            .nodes()
            .all(|node| node.end() <= MAX_SIZE)
    );
    let many = vec![OTHER; 200];
    for (index, size) in [
        (0, u64::MAX),
        (u64::MAX - 1, u64::MAX),
        (u64::MAX, u64::MAX),
    ] {
        assert!(verify_inclusion(&OTHER, index, size, &many, &OTHER).is_err());
        assert!(verify_consistency(index, &OTHER, size, &OTHER, &many).is_err());
    }
}

#[test]
fn a_source_that_fails_fails_the_proof() {
    let plan = Plan::inclusion(3, 20).unwrap();
    assert_eq!(plan.build(|node| Err::<Hash, _>(node.level())), Err(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn ct_merkle_and_we_accept_each_other_s_inclusion(
        size in prop_oneof![1_u64..400, 3_000_u64..4_000],
        place in any::<prop::sample::Index>(),
    ) {
        let index = place.index(usize::try_from(size).unwrap());
        let leaves = leaves(size);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|index| theirs.push(entry(index)));
        let ours = inclusion(&leaves, index as u64);
        let ours: Vec<u8> = ours.iter().flat_map(|hash| hash.0).collect();
        let proof = theirs.prove_inclusion(index);
        prop_assert_eq!(proof.as_bytes(), &ours[..]);
        let proof = InclusionProof::try_from_bytes(ours).unwrap();
        theirs.root().verify_inclusion(&entry(index as u64), index as u64, &proof).unwrap();
    }

    #[test]
    fn ct_merkle_and_we_accept_each_other_s_consistency(
        new in prop_oneof![2_u64..400, 3_000_u64..4_000],
        place in any::<prop::sample::Index>(),
    ) {
        let old = place.index(usize::try_from(new).unwrap() - 1) + 1;
        let leaves = leaves(new);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..old as u64).for_each(|index| theirs.push(entry(index)));
        let before = theirs.root();
        (old as u64..new).for_each(|index| theirs.push(entry(index)));
        let ours = consistency(&leaves, old as u64);
        let ours: Vec<u8> = ours.iter().flat_map(|hash| hash.0).collect();
        let proof = theirs.prove_consistency(leaves.len() - old);
        prop_assert_eq!(proof.as_bytes(), &ours[..]);
        let proof = ConsistencyProof::try_from_bytes(ours).unwrap();
        theirs.root().verify_consistency(&before, &proof).unwrap();
    }
}
