//! What the store promises of logs, on both databases; part of the conformance suite.

use paso_domain::subject::Subject;
use paso_formats::moment::Moment;
use paso_store::{
    Store,
    log::{Integration, LogRow, MoveError, NewLog, Published},
};
use paso_tlog::{
    checkpoint::{Head, Origin},
    hash::leaf_hash,
    tile::{Edge, Kind, TilePath},
};

/// A log moves under compare-and-swap, keeps its newest note, and gives back what it was given.
pub(crate) async fn logs_move_forward_only(store: &Store, subject: &Subject) {
    let origin = Origin::new("mx.example/log/2026").unwrap();
    assert!(store.logs().await.unwrap().is_empty());
    let new = NewLog {
        ordinal: 1,
        origin: origin.clone(),
        opening: b"an opening".to_vec(),
        first_number: 1,
    };
    let row = store.open_log(&new).await.unwrap();
    assert_eq!(store.logs().await.unwrap(), core::slice::from_ref(&row));
    assert!(
        store.open_log(&new).await.is_err(),
        "an origin is used once"
    );

    let (step, edge) = integration(store, &row).await;
    store.integrate(&step).await.unwrap();
    let again = store.integrate(&step).await;
    assert!(matches!(again, Err(MoveError::Moved)), "{again:?}");
    let full = TilePath::full(Kind::Hashes { level: 0 }, 0).unwrap();
    for tile in edge.tiles() {
        let stored = store.log_tile(1, &tile.path).await.unwrap();
        assert_eq!(stored, Some(tile.bytes()), "{}", tile.path);
    }
    let fulls = store.full_log_tiles(1, 9).await.unwrap();
    assert_eq!(fulls[0].0, full);
    store.drop_log_tiles(1, &[full]).await.unwrap();
    assert_eq!(store.log_tile(1, &full).await.unwrap(), None);
    let tiles: Vec<_> = edge.tiles().collect();
    store.replace_log_tiles(1, &tiles).await.unwrap();

    let size = step.to.size;
    store.keep_note(1, size, "newer\n").await.unwrap();
    let older = store.keep_note(1, size - 1, "older\n").await;
    assert!(matches!(older, Err(MoveError::Moved)), "{older:?}");
    let row = store.logs().await.unwrap().pop().unwrap();
    assert_eq!((row.head, row.note.as_deref()), (step.to, Some("newer\n")));
    heads_are_published(store, &origin, step.to).await;

    let of_subject = store.leaves_of(subject).await.unwrap();
    let first = &of_subject[0];
    assert_eq!(
        store.leaves(first.number, 1).await.unwrap(),
        core::slice::from_ref(first)
    );
    let mut leader = store.lead().await.unwrap().unwrap();
    assert!(leader.holds().await);
    if store.is_shared() {
        assert!(store.lead().await.unwrap().is_none(), "one leads at a time");
    }
}

/// All entries there are, as one step.
async fn integration(store: &Store, row: &LogRow) -> (Integration, Edge) {
    let leaves = store.leaves(1, u32::MAX).await.unwrap();
    assert!(leaves.len() > 300, "a full tile and a partial one");
    let mut edge = Edge::new();
    let mut tiles = edge.push(leaf_hash(&row.opening));
    for leaf in leaves {
        tiles.extend(edge.push(leaf_hash(&leaf.bytes)));
    }
    tiles.extend(edge.tiles());
    let to = Head {
        size: edge.size(),
        root: edge.root(),
    };
    let step = Integration {
        ordinal: 1,
        from: 0,
        to,
        tiles,
    };
    (step, edge)
}

async fn heads_are_published(store: &Store, origin: &Origin, head: Head) {
    let published = |size, note: &str, at| Published {
        ordinal: 1,
        origin: origin.clone(),
        head: Head { size, ..head },
        note: note.into(),
        at: Moment::from_unix(at),
    };
    for (size, note, at) in [(9, "a\n", 1), (20, "b\n", 2), (20, "b and c\n", 3)] {
        store.publish(&published(size, note, at)).await.unwrap();
    }
    let newest = published(20, "b and c\n", 2);
    assert_eq!(
        store.newest_published().await.unwrap(),
        Some(newest.clone())
    );
    assert_eq!(store.last_published(1).await.unwrap(), Some(newest.clone()));
    assert_eq!(store.last_published(2).await.unwrap(), None);
    let holding = store.published_from(1, 10, 9).await.unwrap();
    assert_eq!(holding, [newest], "the first that holds index 9");
}
