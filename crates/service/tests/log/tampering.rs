//! A flipped bit in what was stored: nothing is signed over it, and the words say what to do.

use crate::harness::{Ground, leaves, reference_root};
use paso_service::log::Light;
use paso_store::testing::{Engine, alter};
use std::fs;

const ORIGIN: &str = "mx.example/log/2026";

/// Triggers stand for a disk that stores something else than it was given: they change rows inside
/// the sequencer's own transaction, after it has written them.
async fn stores_wrongly(trigger: &str, named: &str) {
    let ground = Ground::alone(Engine::Sqlite).await;
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 300).await;
    log.step().await.unwrap();
    let before = ground.key.heads(ORIGIN);
    ground.beat(&store, 300).await;
    alter(&store, trigger).await;
    let error = log.step().await.unwrap_err().to_string();
    assert!(error.contains("not what was meant"), "{error}");
    assert!(
        error.contains(named) && error.contains("another disk"),
        "{error}"
    );
    let standing = log.standing().await.unwrap();
    assert_eq!(
        (standing.light, standing.reason.code()),
        (Light::Red, "halted")
    );
    assert!(
        log.step().await.is_err(),
        "nothing is signed until a restart"
    );
    assert_eq!(ground.key.heads(ORIGIN), before);
    // Acts go on.
    ground.beat(&store, 5).await;
}

#[tokio::test]
async fn a_partial_tile_stored_wrongly_is_not_signed() {
    stores_wrongly(
        "CREATE TRIGGER flip AFTER UPDATE ON log_tile WHEN new.level = 0 BEGIN
            UPDATE log_tile SET hashes = zeroblob(length(hashes))
            WHERE ordinal = new.ordinal AND level = 0 AND place = new.place; END",
        "tile/0/001",
    )
    .await;
}

#[tokio::test]
async fn a_full_tile_stored_wrongly_is_not_signed() {
    stores_wrongly(
        "CREATE TRIGGER flip AFTER UPDATE ON log_tile WHEN length(new.hashes) = 8192 BEGIN
            UPDATE log_tile SET hashes = zeroblob(8192)
            WHERE ordinal = new.ordinal AND level = new.level AND place = new.place; END",
        "tile/0/001",
    )
    .await;
}

#[tokio::test]
async fn an_entry_that_reads_differently_the_second_time_is_not_signed() {
    stores_wrongly(
        "CREATE TRIGGER flip AFTER UPDATE ON log BEGIN
            UPDATE entry SET leaf = zeroblob(230) WHERE number = 400; END",
        "its entries",
    )
    .await;
}

#[tokio::test]
async fn a_head_stored_wrongly_is_not_signed() {
    stores_wrongly(
        "CREATE TRIGGER flip AFTER UPDATE ON log WHEN new.root <> zeroblob(32) BEGIN
            UPDATE log SET root = zeroblob(32) WHERE ordinal = new.ordinal; END",
        "its head",
    )
    .await;
}

#[tokio::test]
async fn an_entry_altered_after_it_was_integrated_is_found_when_the_tree_is_checked() {
    let ground = Ground::alone(Engine::Sqlite).await;
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 300).await;
    log.step().await.unwrap();
    log.round().await.unwrap();
    drop(log);
    // The tiles go with it, so that the tree has to be made from the entries.
    let script = "UPDATE entry SET leaf = zeroblob(230) WHERE number = 17; DELETE FROM log_tile";
    alter(&store, script).await;
    let error = ground.open(&store).await.unwrap_err().to_string();
    assert!(
        error.contains("altered") && error.contains("paso audit"),
        "{error}"
    );
}

#[tokio::test]
async fn tiles_that_are_lost_or_altered_are_made_anew_from_the_entries() {
    for engine in Engine::BOTH {
        let ground = Ground::alone(engine).await;
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 600).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        drop(log);
        alter(&store, "DELETE FROM log_tile").await;
        let tile = ground.tiles().join("2026/tile/0/001");
        let whole = fs::read(&tile).unwrap();
        let mut flipped = whole.clone();
        flipped[4000] ^= 1;
        fs::write(&tile, &flipped).unwrap();
        fs::remove_file(ground.tiles().join("2026/tile/0/000")).unwrap();

        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 600).await;
        assert!(log.step().await.unwrap().signed);
        assert!(log.round().await.unwrap());
        let all = leaves(&store).await;
        assert_eq!(ground.key.heads(ORIGIN)[&1201], reference_root(&all));
    }
}

#[tokio::test]
async fn a_hole_among_the_entries_is_named() {
    let ground = Ground::alone(Engine::Sqlite).await;
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 10).await;
    alter(&store, "DELETE FROM entry WHERE number = 4").await;
    let error = log.step().await.unwrap_err().to_string();
    assert!(error.contains("entry 4 is missing"), "{error}");
    assert!(ground.key.heads(ORIGIN).is_empty());
}
