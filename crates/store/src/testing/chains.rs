//! A look at every entry, and a journal from before there were any.

use std::collections::HashMap;

use paso_formats::{
    chain::{Chain, Step},
    entry::Content,
};

use crate::Store;

/// Reads every entry, in pages, and finds every stream without a hole, linked and signed by its
/// registered key, every leaf bound to its row, every number and position in its order; says how many
/// rows of the journal have an entry.
pub async fn chains_are_whole(store: &Store) -> u64 {
    let keys = store.devices().await.unwrap();
    let mut chains: HashMap<_, _> = keys
        .into_iter()
        .map(|(stream, key)| (stream, Chain::new(stream, key)))
        .collect();
    let (mut number, mut position) = (0, 0);
    loop {
        let page = store.entries(number + 1, 1000).await.unwrap();
        if page.is_empty() {
            return position;
        }
        for entry in page {
            number += 1;
            assert_eq!(entry.number, number, "a hole among the numbers");
            let chain = chains.get_mut(&entry.leaf.stream()).expect("no key");
            assert_eq!(chain.accept(&entry.leaf), Step::Next, "{entry:?}");
            assert!(entry.row().is_bound(), "{entry:?}");
            let Some(recorded) = &entry.recorded else {
                assert_eq!(entry.leaf.content(), Content::Heartbeat);
                continue;
            };
            position += 1;
            assert_eq!(
                (recorded.position, recorded.stream, recorded.sequence),
                (position, entry.leaf.stream(), entry.leaf.sequence())
            );
        }
    }
}

/// Forgets all entries, as if the journal had been written before there were any.
pub async fn forget_entries(store: &Store) {
    let mut tx = store.main().begin().await.unwrap();
    tx.script("DELETE FROM statement; DELETE FROM entry; DELETE FROM device")
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
