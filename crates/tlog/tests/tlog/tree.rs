//! Roots: the known ones of certificate transparency, the definition, and another implementation.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use paso_tlog::{
    hash::{EMPTY_ROOT, Hash, leaf_hash},
    tile::Edge,
    tree::{CompactRange, MAX_SIZE, RangeError, subtrees},
};
use proptest::prelude::*;
use sha2::Sha256;

use crate::support::{self, entry, leaves, mth};

/// The leaves with which implementations of RFC 6962 are tested since 2013, and the roots of the
/// trees over the first 1, 2, … of them.
const KNOWN: [(&str, &str); 8] = [
    (
        "",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    ),
    (
        "00",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    ),
    (
        "10",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    ),
    (
        "2021",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (
        "3031",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    ),
    (
        "40414243",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    ),
    (
        "5051525354555657",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    ),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
];

#[test]
fn the_known_trees_have_their_roots() {
    let mut range = CompactRange::new();
    assert_eq!(range.root(), EMPTY_ROOT);
    for (leaf, root) in KNOWN {
        range.push(leaf_hash(&hex::decode(leaf).unwrap()));
        assert_eq!(format!("{:x}", range.root()), root, "{}", range.size());
    }
}

#[test]
fn the_empty_root_is_the_hash_of_nothing() {
    assert_eq!(
        EMPTY_ROOT.to_base64(),
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    );
    assert_eq!(mth(&[]), EMPTY_ROOT);
    assert_eq!(Edge::new().root(), EMPTY_ROOT);
}

#[test]
fn a_hash_has_one_text() {
    let text = EMPTY_ROOT.to_base64();
    assert_eq!(Hash::from_base64(&text), Some(EMPTY_ROOT));
    for wrong in [
        "",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
        "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFVVAA==",
    ] {
        assert_eq!(Hash::from_base64(wrong), None, "{wrong}");
    }
}

#[test]
fn every_size_is_cut_into_the_powers_of_two_in_it() {
    let cut = |size| {
        subtrees(size)
            .map(|node| (node.level(), node.index()))
            .collect::<Vec<_>>()
    };
    assert_eq!(cut(0), []);
    assert_eq!(cut(1), [(0, 0)]);
    assert_eq!(cut(7), [(2, 0), (1, 2), (0, 6)]);
    assert_eq!(cut(256), [(8, 0)]);
    let largest: Vec<_> = subtrees(MAX_SIZE).collect();
    assert_eq!(largest.len(), 63);
    assert_eq!(largest[62].end(), MAX_SIZE);
    // Larger numbers are no sizes.
    assert!(subtrees(u64::MAX).eq(subtrees(MAX_SIZE)));
}

#[test]
fn a_stored_range_must_fit_its_size() {
    let three = vec![EMPTY_ROOT; 3];
    assert!(CompactRange::from_parts(7, three.clone()).is_ok());
    assert_eq!(
        CompactRange::from_parts(8, three.clone()),
        Err(RangeError::WrongCount {
            size: 8,
            expected: 1,
            found: 3
        }),
    );
    assert_eq!(
        CompactRange::from_parts(1 << 63, three),
        Err(RangeError::TooLarge(1 << 63)),
    );
    // The largest tree can be read and even grow by a leaf without a fault.
    let mut largest = CompactRange::from_parts(MAX_SIZE, vec![EMPTY_ROOT; 63]).unwrap();
    largest.push(EMPTY_ROOT);
    assert_eq!(largest.hashes().len(), 1);
}

#[test]
fn the_range_and_the_tiles_agree_with_the_definition_at_every_size() {
    let leaves = leaves(520);
    let mut range = CompactRange::new();
    let mut edge = Edge::new();
    for (size, leaf) in (1..).zip(&leaves) {
        range.push(*leaf);
        edge.push(*leaf);
        let root = mth(&leaves[..size]);
        assert_eq!(range.root(), root, "{size}");
        assert_eq!(edge.root(), root, "{size}");
        let parts: Vec<_> = subtrees(size as u64)
            .map(|at| support::node(&leaves, at))
            .collect();
        assert_eq!(range.hashes(), parts, "{size}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn ct_merkle_finds_the_same_root(size in prop_oneof![0_u64..400, 4_000_u64..6_000]) {
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|index| theirs.push(entry(index)));
        let ours = support::root(&leaves(size));
        let theirs = theirs.root();
        prop_assert_eq!(&ours.0[..], &theirs.as_bytes()[..]);
    }

    #[test]
    fn a_range_taken_up_again_goes_on_as_if_never_put_down(at in 0_usize..300, more in 0_usize..300) {
        let leaves = leaves((at + more) as u64);
        let mut first = CompactRange::new();
        first.extend(leaves[..at].iter().copied());
        let mut again =
            CompactRange::from_parts(first.size(), first.hashes().to_vec()).unwrap();
        again.extend(leaves[at..].iter().copied());
        prop_assert_eq!(again.root(), mth(&leaves));
    }
}
