//! Tiles: their names, their growth, and that none is believed which the checkpoint does not vouch
//! for.

use std::collections::BTreeMap;

use paso_tlog::{
    hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash},
    proof::{Plan, verify_consistency, verify_inclusion},
    tile::{
        Bundle, BundleError, Edge, EdgeError, Kind, MAX_ENTRY_BYTES, NotATile, ReadError, Reader,
        TilePath, partial_tiles, tiles,
    },
    tree::{MAX_SIZE, Node, RangeError},
};
use proptest::prelude::*;

use crate::support::{entry, leaves, root, served};

const HASHES: Kind = Kind::Hashes { level: 0 };

/// Sizes at which a published reader believed forged tiles: a full and a partial leaf tile, several
/// full ones, and three levels.
const SIZES: [u64; 3] = [300, 1_000, 70_000];

type Files = BTreeMap<TilePath, Vec<u8>>;

/// Reads these leaves out of served files.
fn read(files: &Files, size: u64, root: &Hash, wanted: &[u64]) -> Result<Vec<Hash>, ReadError> {
    let nodes: Vec<_> = wanted.iter().map(|at| Node::leaf(*at).unwrap()).collect();
    let reader = Reader::read(size, root, nodes.iter().copied(), |path| {
        Ok::<_, ReadError>(files[path].clone())
    })?;
    nodes.into_iter().map(|node| reader.node(node)).collect()
}

#[test]
fn a_tile_has_one_name() {
    for (path, kind, index, width) in [
        ("tile/0/000", HASHES, 0, 256),
        ("tile/0/999", HASHES, 999, 256),
        ("tile/0/x001/000", HASHES, 1000, 256),
        ("tile/0/x001/x234/067", HASHES, 1_234_067, 256),
        ("tile/0/x001/x000/000", HASHES, 1_000_000, 256),
        ("tile/1/005.p/17", Kind::Hashes { level: 1 }, 5, 17),
        ("tile/63/000.p/1", Kind::Hashes { level: 63 }, 0, 1),
        ("tile/0/000.p/255", HASHES, 0, 255),
        ("tile/entries/x001/x234/067", Kind::Entries, 1_234_067, 256),
        ("tile/entries/273.p/112", Kind::Entries, 273, 112),
        (
            "tile/63/x018/x446/x744/x073/x709/x551/615.p/255",
            Kind::Hashes { level: 63 },
            u64::MAX,
            255,
        ),
    ] {
        let tile = TilePath::partial(kind, index, width).unwrap();
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse(), Ok(tile));
    }
}

#[test]
fn what_is_no_name_of_a_tile_is_refused() {
    for wrong in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile//000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/+00",
        "tile/0/0x0",
        "tile/0/x000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/0/x001//000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/256/000",
        "tile/-1/000",
        "tile/a/000",
        "tile/8/0/000",
        // The path on which a published parser panics.
        "tile/8/0/000.p/0",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/65537",
        "tile/0/000.p/-1",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/000.p1",
        "tile/Entries/000",
        "tile/data/000",
        "tile/entries",
        "tile/entries/000 ",
        "tile/entries/٠٠٠",
        "tile/0/..",
        "tile/0/../000",
        "tile/0/000?x",
        "tile/0/000\n",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x001/x001/x001/x001/x001/x001/001",
    ] {
        assert_eq!(wrong.parse::<TilePath>(), Err(NotATile), "{wrong:?}");
    }
    assert_eq!(TilePath::partial(HASHES, 0, 0), None);
    assert_eq!(TilePath::partial(HASHES, 0, 257), None);
    assert_eq!(TilePath::full(Kind::Hashes { level: 64 }, 0), None);
}

#[test]
fn the_tiles_of_a_size_are_those_of_the_specification() {
    // tlog-tiles, "Partial Tiles": 70,000 entries and 256 entries.
    let names = |size| {
        (0..8)
            .flat_map(|level| tiles(Kind::Hashes { level }, size))
            .map(|path| path.to_string())
            .collect::<Vec<_>>()
    };
    let seventy = names(70_000);
    assert_eq!(seventy.len(), 277);
    assert_eq!(seventy[272], "tile/0/272");
    assert_eq!(seventy[273], "tile/0/273.p/112");
    assert_eq!(
        seventy[274..],
        ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    );
    assert_eq!(names(256), ["tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(names(255), ["tile/0/000.p/255"]);
    assert_eq!(names(0), Vec::<String>::new());
    assert_eq!(tiles(Kind::Entries, 70_000).count(), 274);
    let partial: Vec<_> = partial_tiles(70_000).map(|path| path.to_string()).collect();
    assert_eq!(
        partial,
        ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    );
    assert_eq!(partial_tiles(65_536).count(), 1);
    assert_eq!(partial_tiles(u64::MAX).count(), 8);
    assert_eq!(tiles(Kind::Hashes { level: 63 }, u64::MAX).count(), 0);
    for path in (0..8).flat_map(|level| tiles(Kind::Hashes { level }, 70_000)) {
        assert!(path.is_within(70_000), "{path}");
    }
}

#[test]
fn a_tile_beyond_the_tree_is_not_within_it() {
    for (path, size, within) in [
        ("tile/0/000", 256, true),
        ("tile/0/000", 255, false),
        ("tile/0/000.p/255", 255, true),
        ("tile/0/000.p/3", 255, true),
        ("tile/entries/001.p/1", 257, true),
        ("tile/entries/001.p/2", 257, false),
        ("tile/1/000.p/1", 256, true),
        ("tile/1/000.p/2", 511, false),
        ("tile/7/000.p/127", MAX_SIZE, true),
        ("tile/7/000.p/128", MAX_SIZE, false),
        ("tile/8/000.p/1", MAX_SIZE, false),
        (
            "tile/63/x018/x446/x744/x073/x709/x551/615.p/255",
            MAX_SIZE,
            false,
        ),
    ] {
        assert_eq!(
            path.parse::<TilePath>().unwrap().is_within(size),
            within,
            "{path} in {size}"
        );
    }
}

#[test]
fn growing_gives_every_full_tile_once_and_the_right_content() {
    let size = 70_000;
    let files = served(size);
    let leaves = leaves(size);
    let full: Vec<_> = files.keys().filter(|path| path.is_full()).collect();
    assert_eq!(full.len(), 273 + 1 + 273);
    let zero = TilePath::full(HASHES, 0).unwrap();
    let bytes: Vec<u8> = leaves[..256].iter().flat_map(|hash| hash.0).collect();
    assert_eq!(files[&zero], bytes);
    // Level 1 holds the roots of full leaf tiles.
    let one = TilePath::full(Kind::Hashes { level: 1 }, 0).unwrap();
    assert_eq!(files[&one][3 * 32..4 * 32], root(&leaves[768..1024]).0);
    let two = TilePath::partial(Kind::Hashes { level: 2 }, 0, 1).unwrap();
    assert_eq!(files[&two], root(&leaves[..65_536]).0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn an_edge_put_down_and_taken_up_goes_on_alike(
        at in prop_oneof![9 => 0_usize..700, 1 => 65_300_usize..65_700],
        more in 0_usize..600,
    ) {
        let leaves = leaves((at + more) as u64);
        let mut edge = Edge::new();
        leaves[..at].iter().for_each(|leaf| drop(edge.push(*leaf)));
        let stored: Vec<_> = edge.tiles().map(|tile| tile.bytes()).collect();
        let mut again = Edge::restore(edge.size(), &stored).unwrap();
        prop_assert_eq!(&again, &edge);
        for leaf in &leaves[at..] {
            prop_assert_eq!(again.push(*leaf), edge.push(*leaf));
        }
        prop_assert_eq!(again.root(), root(&leaves));
    }
}

#[test]
fn an_edge_of_the_wrong_shape_is_refused() {
    let tile = vec![0; 300 * 32];
    assert_eq!(
        Edge::restore(3, &[&tile[..64]]),
        Err(EdgeError::Length(paso_tlog::tile::WrongLength {
            path: "tile/0/000.p/3".parse().unwrap(),
            bytes: 64,
        })),
    );
    assert_eq!(
        Edge::restore::<&[u8]>(3, &[]),
        Err(RangeError::WrongCount {
            size: 3,
            expected: 1,
            found: 0
        }
        .into()),
    );
    assert_eq!(
        Edge::restore(3, &[&tile[..96], &tile[..32]]),
        Err(RangeError::WrongCount {
            size: 3,
            expected: 1,
            found: 2
        }
        .into()),
    );
    assert_eq!(
        Edge::restore::<&[u8]>(u64::MAX, &[]),
        Err(RangeError::TooLarge(u64::MAX).into()),
    );
    // The full tile in place of the partial one is as good.
    assert_eq!(
        Edge::restore(3, &[&tile[..256 * 32]]),
        Edge::restore(3, &[&tile[..3 * 32]]),
    );
}

#[test]
fn the_largest_edge_is_read_and_grows() {
    let tiles: Vec<_> = partial_tiles(MAX_SIZE)
        .map(|path| vec![0xaa; usize::from(path.width()) * 32])
        .collect();
    let mut edge = Edge::restore(MAX_SIZE, &tiles).unwrap();
    let before = edge.root();
    assert_eq!(edge.push(EMPTY_ROOT).len(), 7);
    assert_ne!(edge.root(), before);
}

#[test]
fn every_leaf_and_proof_is_read_from_the_files() {
    for size in [1, 255, 256, 257, 300, 1_000, 65_536, 70_000] {
        let files = served(size);
        let leaves = leaves(size);
        let root = root(&leaves);
        let wanted: Vec<_> = [0, 1, 255, 256, 299, 511, 999, 65_535, 65_536, size - 1]
            .into_iter()
            .filter(|at| *at < size)
            .collect();
        let found = read(&files, size, &root, &wanted).unwrap();
        for (at, hash) in wanted.iter().zip(&found) {
            assert_eq!(*hash, leaves[usize::try_from(*at).unwrap()]);
            let plan = Plan::inclusion(*at, size).unwrap();
            let reader = Reader::read(size, &root, plan.nodes(), |path| {
                Ok::<_, ReadError>(files[path].clone())
            });
            let reader = reader.unwrap();
            let proof = plan.build(|node| reader.node(node)).unwrap();
            verify_inclusion(hash, *at, size, &proof, &root).unwrap();
            let plan = Plan::consistency(at + 1, size).unwrap();
            let reader = Reader::read(size, &root, plan.nodes(), |path| {
                Ok::<_, ReadError>(files[path].clone())
            });
            let reader = reader.unwrap();
            let proof = plan.build(|node| reader.node(node)).unwrap();
            let old = self::root(&leaves[..=usize::try_from(*at).unwrap()]);
            verify_consistency(at + 1, &old, size, &root, &proof).unwrap();
        }
    }
}

/// The attack that a published reader let through: whole hash tiles replaced, at every place, and
/// every leaf below read.
#[test]
fn a_hash_tile_replaced_at_any_place_is_rejected() {
    for size in SIZES {
        let mut files = served(size);
        let leaves = leaves(size);
        let root = root(&leaves);
        let hash_tiles: Vec<_> = files
            .keys()
            .filter(|path| path.kind() != Kind::Entries)
            .copied()
            .collect();
        for path in hash_tiles {
            let forged = vec![0xaa; files[&path].len()];
            let right = files.insert(path, forged).unwrap();
            let span = 1 << (8 * u32::from(path.kind().level()));
            let first = path.index() * 256 * span;
            let last = first + u64::from(path.width()) * span - 1;
            for at in [first, first + (last - first) / 2, last] {
                let expected = if path.is_full() {
                    ReadError::Forged(path)
                } else {
                    ReadError::EdgeForged
                };
                assert_eq!(
                    read(&files, size, &root, &[at]),
                    Err(expected),
                    "{path}, leaf {at}"
                );
            }
            // All together, so that other tiles cannot make up for it.
            let every = [0, size / 3, first, size / 2, last, size - 1];
            assert!(read(&files, size, &root, &every).is_err(), "{path}");
            files.insert(path, right);
        }
        let every: Vec<_> = (0..size).step_by(100).collect();
        assert!(read(&files, size, &root, &every).is_ok());
    }
}

#[test]
fn two_hash_tiles_replaced_to_agree_are_rejected() {
    // Leaf tile 5 and its hash in the tile above agree; the next level does not.
    let size = 70_000;
    let mut files = served(size);
    let root = root(&leaves(size));
    let leaf_tile = TilePath::full(HASHES, 5).unwrap();
    let above = TilePath::full(Kind::Hashes { level: 1 }, 0).unwrap();
    let forged = [Hash([0xaa; 32]); 256];
    files.insert(leaf_tile, forged.iter().flat_map(|hash| hash.0).collect());
    files.get_mut(&above).unwrap()[5 * 32..6 * 32].copy_from_slice(&self::root(&forged).0);
    assert_eq!(
        read(&files, size, &root, &[5 * 256]),
        Err(ReadError::Forged(above))
    );
    // In the last leaf tiles the hash above lies in a partial tile.
    let leaf_tile = TilePath::full(HASHES, 272).unwrap();
    let above = TilePath::partial(Kind::Hashes { level: 1 }, 1, 17).unwrap();
    let mut files = served(size);
    files.insert(leaf_tile, forged.iter().flat_map(|hash| hash.0).collect());
    files.get_mut(&above).unwrap()[16 * 32..].copy_from_slice(&self::root(&forged).0);
    assert_eq!(
        read(&files, size, &root, &[272 * 256]),
        Err(ReadError::EdgeForged)
    );
}

#[test]
fn one_bit_of_any_hash_is_noticed() {
    let size = 1_000;
    let mut files = served(size);
    let root = root(&leaves(size));
    let paths: Vec<_> = files
        .keys()
        .filter(|path| path.kind() != Kind::Entries)
        .copied()
        .collect();
    for path in paths {
        for at in 0..usize::from(path.width()) {
            let flip = |files: &mut Files| {
                let bytes = files.get_mut(&path).unwrap();
                bytes[at * 32 + at % 32] ^= 1 << (at % 8);
            };
            flip(&mut files);
            let every: Vec<_> = (0..size).step_by(50).collect();
            assert!(
                read(&files, size, &root, &every).is_err(),
                "{path}, hash {at}"
            );
            flip(&mut files);
        }
    }
}

#[test]
fn tiles_of_another_tree_or_place_or_length_are_rejected() {
    let size = 1_000;
    let files = served(size);
    let root = root(&leaves(size));
    let partial: Vec<_> = partial_tiles(size)
        .map(|path| files[&path].clone())
        .collect();
    let open = |partial: &[Vec<u8>]| Reader::open(size, &root, partial);
    assert!(open(&partial).is_ok());
    // A missing answer is no answer.
    assert!(matches!(open(&[]), Err(ReadError::Edge(_))));
    assert!(matches!(open(&[vec![], vec![]]), Err(ReadError::Edge(_))));
    assert_eq!(
        Reader::open(size, &EMPTY_ROOT, &partial).unwrap_err(),
        ReadError::EdgeForged,
    );
    let mut reader = open(&partial).unwrap();
    let tile = |index| TilePath::full(HASHES, index).unwrap();
    let wrong = &files[&tile(1)];
    assert_eq!(reader.add(&tile(0), wrong), Err(ReadError::Forged(tile(0))));
    assert!(matches!(
        reader.add(&tile(0), &[]),
        Err(ReadError::Length(_))
    ));
    assert!(matches!(
        reader.add(&tile(0), &wrong[1..]),
        Err(ReadError::Length(_))
    ));
    assert_eq!(reader.add(&tile(3), wrong), Err(ReadError::Outside));
    let elsewhere = TilePath::full(Kind::Hashes { level: 63 }, u64::MAX).unwrap();
    assert_eq!(reader.add(&elsewhere, wrong), Err(ReadError::Outside));
    let bundle = TilePath::full(Kind::Entries, 0).unwrap();
    assert_eq!(reader.add(&bundle, wrong), Err(ReadError::Outside));
    let partial_path = partial_tiles(size).next().unwrap();
    assert_eq!(reader.add(&partial_path, wrong), Err(ReadError::Outside));
    // Nothing of what was refused is known now.
    let leaf = |at| Node::leaf(at).unwrap();
    assert_eq!(reader.node(leaf(0)), Err(ReadError::NotRead));
    assert_eq!(reader.node(leaf(size)), Err(ReadError::Outside));
    assert_eq!(reader.missing([leaf(size)]), Err(ReadError::Outside));
    assert_eq!(
        reader.missing([leaf(0), leaf(999), leaf(1)]),
        Ok(vec![tile(0)])
    );
    reader.add(&tile(0), &files[&tile(0)]).unwrap();
    assert_eq!(reader.missing([leaf(0), leaf(999), leaf(1)]), Ok(vec![]));
    assert_eq!(reader.node(leaf(0)), Ok(leaf_hash(&entry(0))));
}

#[test]
fn a_tile_waits_for_the_one_above() {
    let size = 70_000;
    let files = served(size);
    let root = root(&leaves(size));
    let partial: Vec<_> = partial_tiles(size)
        .map(|path| files[&path].clone())
        .collect();
    let mut reader = Reader::open(size, &root, &partial).unwrap();
    let leaf_tile = TilePath::full(HASHES, 7).unwrap();
    let above = TilePath::full(Kind::Hashes { level: 1 }, 0).unwrap();
    let early = reader.add(&leaf_tile, &files[&leaf_tile]);
    assert_eq!(early, Err(ReadError::ParentFirst(leaf_tile)));
    let wanted = Node::leaf(7 * 256).unwrap();
    assert_eq!(reader.missing([wanted]), Ok(vec![above, leaf_tile]));
    reader.add(&above, &files[&above]).unwrap();
    reader.add(&leaf_tile, &files[&leaf_tile]).unwrap();
    assert_eq!(reader.node(wanted), Ok(leaf_hash(&entry(7 * 256))));
}

#[test]
fn entries_are_believed_only_at_their_place() {
    let size = 300;
    let files = served(size);
    let root = root(&leaves(size));
    let reader = Reader::read(size, &root, Node::leaf(0), |path| {
        Ok::<_, ReadError>(files[path].clone())
    });
    let reader = reader.unwrap();
    let full = TilePath::full(Kind::Entries, 0).unwrap();
    let last = TilePath::partial(Kind::Entries, 1, 44).unwrap();
    assert_eq!(reader.entries(&full, &files[&full]).unwrap()[17], entry(17));
    assert_eq!(reader.entries(&last, &files[&last]).unwrap().len(), 44);
    let entries: Vec<_> = (0..256).map(entry).collect();
    let entry_nine = entry(9);
    let bundle = |change: &dyn Fn(&mut Vec<&[u8]>)| {
        let mut entries: Vec<_> = entries.iter().map(Vec::as_slice).collect();
        change(&mut entries);
        Bundle::new(entries).unwrap().bytes()
    };
    for (tampering, bytes) in [
        (
            "an entry changed",
            bundle(&|entries| entries[9] = b"changed"),
        ),
        ("an entry emptied", bundle(&|entries| entries[9] = b"")),
        (
            "an entry left out",
            bundle(&|entries| entries.retain(|entry| *entry != entry_nine)),
        ),
        (
            "the last left out",
            bundle(&|entries| entries.truncate(255)),
        ),
        ("two exchanged", bundle(&|entries| entries.swap(9, 10))),
        (
            "one instead of another",
            bundle(&|entries| entries[9] = entries[10]),
        ),
    ] {
        assert_eq!(
            reader.entries(&full, &bytes),
            Err(ReadError::Forged(full)),
            "{tampering}"
        );
    }
    assert_eq!(
        reader.entries(&last, &files[&full]),
        Err(ReadError::Forged(last))
    );
    assert_eq!(
        reader.entries(&full, &[]),
        Err(BundleError::Count(0).into())
    );
    let beyond = TilePath::partial(Kind::Entries, 1, 45).unwrap();
    assert_eq!(
        reader.entries(&beyond, &files[&last]),
        Err(ReadError::Outside)
    );
    let hashes = TilePath::full(HASHES, 0).unwrap();
    assert_eq!(
        reader.entries(&hashes, &files[&full]),
        Err(ReadError::Outside)
    );
    // A full bundle in place of an earlier partial one is cut.
    let earlier = TilePath::partial(Kind::Entries, 0, 10).unwrap();
    assert_eq!(reader.entries(&earlier, &files[&full]).unwrap().len(), 10);
    // Neither the width asked for nor the full one: nobody serves that.
    let between = bundle(&|entries| entries.truncate(20));
    assert_eq!(
        reader.entries(&earlier, &between),
        Err(ReadError::Forged(earlier))
    );
    // Without the leaf tile there is nothing to compare with.
    let partial: Vec<_> = partial_tiles(size)
        .map(|path| files[&path].clone())
        .collect();
    let unread = Reader::open(size, &root, &partial).unwrap();
    assert_eq!(
        unread.entries(&full, &files[&full]),
        Err(ReadError::NotRead)
    );
}

#[test]
fn a_bundle_is_read_to_its_last_byte() {
    let bundle = Bundle::parse(b"\0\x02ab\0\0\0\x01c").unwrap();
    assert_eq!(bundle.entries(), [&b"ab"[..], b"", b"c"]);
    assert_eq!(bundle.bytes(), b"\0\x02ab\0\0\0\x01c");
    assert_eq!(bundle.leaves().next(), Some(leaf_hash(b"ab")));
    for (bytes, error) in [
        (&b""[..], BundleError::Count(0)),
        (b"\0", BundleError::Torn(0)),
        (b"\0\x02a", BundleError::Torn(0)),
        (b"\0\x01a\xff\xff", BundleError::Torn(1)),
        (&[0; 2 * 257], BundleError::Count(257)),
    ] {
        assert_eq!(Bundle::parse(bytes), Err(error), "{bytes:?}");
    }
    let longest = vec![7; MAX_ENTRY_BYTES];
    let bytes = Bundle::new(vec![&longest]).unwrap().bytes();
    assert_eq!(Bundle::parse(&bytes).unwrap().entries(), [&longest[..]]);
    let longer = vec![7; MAX_ENTRY_BYTES + 1];
    assert_eq!(
        Bundle::new(vec![b"", &longer]),
        Err(BundleError::TooLong {
            at: 1,
            bytes: MAX_ENTRY_BYTES + 1
        }),
    );
    assert_eq!(Bundle::new(vec![&[]; 257]), Err(BundleError::Count(257)));
}

#[test]
fn inner_hashes_are_read_as_well_as_leaves() {
    let size = 70_000;
    let files = served(size);
    let leaves = leaves(size);
    let root = root(&leaves);
    let plan = Plan::inclusion(0, size).unwrap();
    let reader = Reader::read(size, &root, plan.nodes(), |path| {
        Ok::<_, ReadError>(files[path].clone())
    });
    let reader = reader.unwrap();
    for node in plan.nodes() {
        assert_eq!(
            reader.node(node).unwrap(),
            crate::support::node(&leaves, node)
        );
    }
    // One node of each height up to the root's child.
    let heights: std::collections::BTreeSet<_> = plan.nodes().map(Node::level).collect();
    assert!(heights.len() >= 16, "{heights:?}");
    assert_eq!(
        node_hash(&leaves[0], &reader.node(Node::leaf(1).unwrap()).unwrap()),
        self::root(&leaves[..2]),
    );
}
