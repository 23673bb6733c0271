//! A stream in any order of arrival.

use std::collections::{BTreeMap, BTreeSet};

use paso_formats::{
    chain::{Chain, Link, Step},
    entry::{Class, Content, Entry, MAX_SEQUENCE, StreamHead, StreamId, Unsigned},
    key::Sign,
};
use proptest::prelude::*;

use crate::{
    device::{STREAM, continued, marked, sign, signer, stream, unsigned},
    signers::{EdDsa, Es256},
};

fn chain() -> Chain {
    Chain::new(STREAM, signer().public_key().clone())
}

/// Feeds entries by their place in `entries`, from 1, and returns the steps.
fn steps(entries: &[Entry], order: &[usize]) -> Vec<Step> {
    let mut chain = chain();
    order
        .iter()
        .map(|number| chain.accept(&entries[number - 1]))
        .collect()
}

#[test]
fn a_stream_in_order_has_no_story() {
    let entries = stream(4, 1, &signer());
    let mut chain = chain();
    assert_eq!((chain.contiguous(), chain.highest()), (0, 0));
    assert_eq!(chain.head(), None);
    for entry in &entries {
        assert_eq!(chain.accept(entry), Step::Next);
        assert_eq!(chain.head(), Some(entry.head()));
    }
    assert_eq!((chain.contiguous(), chain.highest()), (4, 4));
    assert!(chain.gaps().is_empty() && chain.forks().is_empty() && chain.broken_links().is_empty());
    assert_eq!(chain.stream(), STREAM);
}

#[test]
fn holes_are_named_and_filled() {
    let entries = stream(6, 1, &signer());
    let gap = |expected, got| Step::Gap { expected, got };
    for (order, expected) in [
        (
            &[1, 2, 2, 1][..],
            &[Step::Next, Step::Next, Step::Duplicate, Step::Duplicate][..],
        ),
        (&[3, 1, 2], &[gap(1, 3), Step::Late, Step::Late]),
        (
            &[1, 3, 4, 2],
            &[Step::Next, gap(2, 3), Step::Next, Step::Late],
        ),
        (
            &[1, 6, 3, 6],
            &[Step::Next, gap(2, 6), Step::Late, Step::Duplicate],
        ),
    ] {
        assert_eq!(steps(&entries, order), expected, "{order:?}");
    }
    let mut chain = chain();
    for number in [6, 3, 4] {
        chain.accept(&entries[number - 1]);
    }
    assert_eq!(chain.gaps(), [1..=2, 5..=5]);
    assert_eq!((chain.contiguous(), chain.highest()), (0, 6));
    assert_eq!(chain.head(), None);
    chain.accept(&entries[0]);
    assert_eq!(chain.gaps(), [2..=2, 5..=5]);
    assert_eq!(chain.head(), Some(entries[0].head()));
    chain.accept(&entries[1]);
    assert_eq!(chain.gaps(), [5..=5]);
    assert_eq!(chain.contiguous(), 4);
}

#[test]
fn a_link_that_fits_nothing_is_seen_from_both_sides() {
    let entries = stream(3, 1, &signer());
    // A third entry that links to a second one nobody has seen.
    let hash = [9; 32];
    let stray = sign(
        Some(StreamHead { sequence: 2, hash }),
        2,
        Content::Heartbeat,
        &signer(),
    );
    let mut forwards = chain();
    assert_eq!(forwards.accept(&entries[0]), Step::Next);
    assert_eq!(forwards.accept(&entries[1]), Step::Next);
    assert_eq!(forwards.accept(&stray), Step::BrokenLink { sequence: 3 });
    let mut backwards = chain();
    backwards.accept(&stray);
    assert_eq!(
        backwards.accept(&entries[1]),
        Step::BrokenLink { sequence: 3 }
    );
    assert_eq!(backwards.accept(&entries[0]), Step::Late);
    assert_eq!(forwards, backwards);
    assert_eq!(forwards.broken_links(), [3]);
    assert_eq!(forwards.contiguous(), 3, "nothing signed is refused");
}

#[test]
fn two_entries_with_one_number_prove_a_forked_device() {
    let honest = stream(4, 1, &signer());
    let forked = continued(Some(honest[1].head()), 2, 2, &signer());
    let mut chain = chain();
    for entry in &honest {
        chain.accept(entry);
    }
    let fork = |sequence, held: &Entry, got: &Entry| Step::Fork {
        sequence,
        held: held.hash(),
        got: got.hash(),
    };
    assert_eq!(chain.accept(&forked[0]), fork(3, &honest[2], &forked[0]));
    assert_eq!(chain.accept(&forked[1]), fork(4, &honest[3], &forked[1]));
    assert_eq!(chain.accept(&forked[1]), Step::Duplicate);
    assert_eq!(chain.forks(), [3, 4]);
    assert_eq!(chain.head(), None, "there are two");
    // Each branch is linked in itself.
    assert!(chain.broken_links().is_empty());
    let next = sign(Some(forked[1].head()), 9, Content::Heartbeat, &signer());
    assert_eq!(chain.accept(&next), Step::Next);
    assert_eq!(chain.head(), Some(next.head()));
}

#[test]
fn what_is_not_the_devices_changes_nothing() {
    let entries = stream(2, 1, &signer());
    let mut chain = chain();
    chain.accept(&entries[0]);
    let before = chain.clone();
    let elsewhere = Unsigned {
        stream: StreamId::from_random([1; 16]),
        ..unsigned(None, 0, Content::Heartbeat)
    };
    let elsewhere = elsewhere.sign(&signer()).unwrap();
    assert_eq!(chain.accept(&elsewhere), Step::ForeignStream);
    for other in [&EdDsa::new(8) as &dyn Sign, &Es256::new(7)] {
        for entry in stream(2, 2, other) {
            assert_eq!(chain.accept(&entry), Step::BadSignature);
        }
    }
    assert_eq!(chain, before);
}

#[test]
fn a_stream_is_taken_up_where_it_was_left() {
    let entries = stream(6, 1, &signer());
    let key = signer().public_key().clone();
    let resume = |settled, links: &[usize]| {
        let links = links.iter().map(|number| Link::from(&entries[number - 1]));
        Chain::resume(STREAM, key.clone(), settled, links)
    };
    let mut whole = chain();
    for number in [1, 2, 3, 5] {
        whole.accept(&entries[number - 1]);
    }
    assert_eq!(resume(None, &[5, 1, 3, 2]), whole);

    let mut settled = resume(Some(entries[2].head()), &[5, 2]);
    assert_eq!(settled.contiguous(), 3);
    assert_eq!(settled.head(), Some(entries[2].head()));
    assert_eq!(settled.gaps(), [4..=4]);
    assert_eq!(settled.accept(&entries[2]), Step::Settled);
    assert_eq!(settled.accept(&entries[4]), Step::Duplicate);
    let stray = continued(
        Some(StreamHead {
            sequence: 3,
            hash: [9; 32],
        }),
        1,
        3,
        &signer(),
    );
    assert_eq!(
        settled.clone().accept(&stray[0]),
        Step::BrokenLink { sequence: 4 }
    );
    assert_eq!(settled.accept(&entries[3]), Step::Late);
    assert_eq!(settled.accept(&entries[5]), Step::Next);
    assert_eq!(settled.contiguous(), 6);

    // Numbers that no entry has are a damaged store's, and no reason to fall over.
    let hash = [1; 32];
    for sequence in [0, u64::MAX] {
        let link = Link {
            sequence,
            hash,
            previous: None,
        };
        let mut chain = Chain::resume(
            STREAM,
            key.clone(),
            Some(StreamHead { sequence, hash }),
            [link],
        );
        assert_eq!(chain.accept(&entries[0]), Step::Next);
    }
    let head = StreamHead {
        sequence: MAX_SEQUENCE,
        hash,
    };
    let mut full = Chain::resume(STREAM, key, Some(head), []);
    assert_eq!(full.accept(&entries[0]), Step::Settled);
    assert!(full.gaps().is_empty());
}

#[test]
fn every_step_says_what_it_means() {
    let fork = Step::Fork {
        sequence: 1,
        held: [0; 32],
        got: [1; 32],
    };
    for (step, code, kept, evidence) in [
        (Step::Next, "next", true, false),
        (Step::Duplicate, "duplicate", false, false),
        (
            Step::Gap {
                expected: 1,
                got: 3,
            },
            "gap",
            true,
            false,
        ),
        (Step::Late, "late", true, false),
        (Step::BrokenLink { sequence: 3 }, "broken-link", true, true),
        (fork, "fork", true, true),
        (Step::Settled, "settled", false, false),
        (Step::ForeignStream, "foreign-stream", false, false),
        (Step::BadSignature, "bad-signature", false, false),
    ] {
        assert_eq!(
            (step.code(), step.is_kept(), step.is_evidence()),
            (code, kept, evidence)
        );
    }
}

/// A stream with branches: each (from, length) leaves what is there after entry `from` and signs
/// other entries under the same numbers.
fn branched(length: usize, branches: &[(prop::sample::Index, usize)]) -> Vec<Entry> {
    let signer = signer();
    let mut entries = stream(length, 1, &signer);
    for ((from, length), mark) in branches.iter().zip(2..) {
        let after = entries[from.index(entries.len())].head();
        let content = marked(Class::Custody, mark);
        let branch = sign(Some(after), 500, content, &signer);
        let rest = continued(Some(branch.head()), *length, mark, &signer);
        entries.push(branch);
        entries.extend(rest);
    }
    entries
}

/// The same state by the plainest means: the set of entries, and questions asked of it.
fn naive(entries: &[Entry]) -> (u64, u64, Vec<u64>, Vec<u64>, Vec<u64>) {
    let mut by_number: BTreeMap<u64, BTreeSet<[u8; 32]>> = BTreeMap::new();
    for entry in entries {
        by_number
            .entry(entry.sequence())
            .or_default()
            .insert(entry.hash());
    }
    let highest = by_number.keys().next_back().copied().unwrap_or(0);
    let missing: Vec<u64> = (1..=highest)
        .filter(|n| !by_number.contains_key(n))
        .collect();
    let contiguous = missing.first().map_or(highest, |first| first - 1);
    let forks = by_number
        .iter()
        .filter(|(_, set)| set.len() > 1)
        .map(|(n, _)| *n)
        .collect();
    let broken: BTreeSet<u64> = entries
        .iter()
        .filter(|entry| {
            by_number
                .get(&(entry.sequence() - 1))
                .is_some_and(|set| !entry.previous().is_some_and(|hash| set.contains(&hash)))
        })
        .map(Entry::sequence)
        .collect();
    (
        contiguous,
        highest,
        missing,
        forks,
        broken.into_iter().collect(),
    )
}

fn story(chain: &Chain) -> (u64, u64, Vec<u64>, Vec<u64>, Vec<u64>) {
    (
        chain.contiguous(),
        chain.highest(),
        chain.gaps().into_iter().flatten().collect(),
        chain.forks(),
        chain.broken_links(),
    )
}

/// Some entries of a stream, perhaps branched, some of them lost, in some order.
fn arrivals() -> impl Strategy<Value = Vec<Entry>> {
    let branch = (any::<prop::sample::Index>(), 0_usize..3);
    (1_usize..10, prop::collection::vec(branch, 0..3))
        .prop_map(|(length, branches)| branched(length, &branches))
        .prop_flat_map(|entries| {
            let all = entries.len();
            prop::sample::subsequence(entries, 0..=all).prop_shuffle()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_same_entries_give_the_same_state(
        (arrivals, other) in arrivals().prop_flat_map(|kept| (Just(kept.clone()), Just(kept).prop_shuffle())),
    ) {
        let mut first = chain();
        let mut second = chain();
        let steps: Vec<Step> = arrivals.iter().map(|entry| first.accept(entry)).collect();
        let others: Vec<Step> = other.iter().map(|entry| second.accept(entry)).collect();
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(story(&first), naive(&arrivals));
        // However they came, a fork was called one each time an entry came to a taken number.
        let forks = |steps: &[Step]| steps.iter().filter(|step| matches!(step, Step::Fork { .. })).count();
        let numbers: BTreeSet<u64> = arrivals.iter().map(Entry::sequence).collect();
        prop_assert_eq!(forks(&steps), arrivals.len() - numbers.len());
        prop_assert_eq!(forks(&others), arrivals.len() - numbers.len());
        prop_assert!(steps.iter().all(|step| step.is_kept()));
        // Nothing is accepted twice.
        for entry in &other {
            prop_assert_eq!(first.accept(entry), Step::Duplicate);
        }
        prop_assert_eq!(first, second);
    }
}
