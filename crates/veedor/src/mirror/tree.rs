//! The mirrored tree: any of its hashes, the root it had at any smaller size, and proofs, from the
//! tiles that the mirror built itself while it pulled.

use std::collections::BTreeMap;

use paso_tlog::{
    hash::{Hash, node_hash},
    proof::Plan,
    tile::{FULL_WIDTH, Kind, TilePath, partial_tiles},
    tree::{CompactRange, Node, subtrees},
};
use sqlx::SqliteConnection;

use super::{db::DbError, hub::Label, number};

/// The bytes of a hash tile of a mirrored log, full or cut to the width asked for; none where the
/// tree does not reach that far. A smaller width is the beginning of a larger one, so every partial
/// tile there ever was can be had.
pub(super) async fn tile(
    db: &mut SqliteConnection,
    label: Label,
    path: &TilePath,
) -> Result<Option<Vec<u8>>, DbError> {
    let Kind::Hashes { level } = path.kind() else {
        return Ok(None);
    };
    let wanted = usize::from(path.width()) * Hash::LEN;
    let bytes = row(db, label, level, path.index()).await?;
    Ok(bytes
        .filter(|bytes| bytes.len() >= wanted)
        .map(|mut bytes| {
            bytes.truncate(wanted);
            bytes
        }))
}

/// The leaf hashes of a tile as far as they go; empty where there is none.
pub(super) async fn lowest(
    db: &mut SqliteConnection,
    label: Label,
    index: u64,
) -> Result<Vec<u8>, DbError> {
    Ok(row(db, label, 0, index).await?.unwrap_or_default())
}

/// The hashes of a tile as far as they go.
async fn row(
    db: &mut SqliteConnection,
    label: Label,
    level: u8,
    index: u64,
) -> Result<Option<Vec<u8>>, DbError> {
    let full: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT hashes FROM tile WHERE label = ? AND level = ? AND number = ?")
            .bind(label.number())
            .bind(i64::from(level))
            .bind(number(index))
            .fetch_optional(&mut *db)
            .await
            .map_err(DbError::while_to("read a tile"))?;
    if full.is_some() {
        return Ok(full);
    }
    let size: Option<i64> = sqlx::query_scalar("SELECT size FROM log WHERE label = ?")
        .bind(label.number())
        .fetch_optional(&mut *db)
        .await
        .map_err(DbError::while_to("read a log"))?;
    let size = size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    // The one partial tile of this level lies behind its last full one.
    let partial = partial_tiles(size)
        .find(|path| path.kind() == Kind::Hashes { level } && path.index() == index);
    if partial.is_none() {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT hashes FROM edge WHERE label = ? AND level = ?")
        .bind(label.number())
        .bind(i64::from(level))
        .fetch_optional(&mut *db)
        .await
        .map_err(DbError::while_to("read a tile"))
}

/// The hash of a subtree.
async fn node(db: &mut SqliteConnection, label: Label, node: Node) -> Result<Hash, DbError> {
    let (level, first) = (node.level() / 8, node.index() << (node.level() % 8));
    let width = 1_usize << (node.level() % 8);
    let begin = usize::try_from(first % u64::from(FULL_WIDTH)).unwrap_or(usize::MAX);
    let bytes = row(db, label, level, first / u64::from(FULL_WIDTH)).await?;
    let (hashes, _) = bytes.as_deref().unwrap_or_default().as_chunks::<32>();
    let hashes = hashes
        .get(begin..begin.saturating_add(width))
        .ok_or_else(|| {
            DbError::Damaged(format!(
                "a tile of level {level} of the log of {label} is missing or cut"
            ))
        })?;
    // Over a power of two of hashes, the root is that of the perfect tree.
    let mut range = CompactRange::new();
    range.extend(hashes.iter().copied().map(Hash));
    Ok(range.root())
}

/// The root of the tree of a size at which the log once stood.
pub(super) async fn root_at(
    db: &mut SqliteConnection,
    label: Label,
    size: u64,
) -> Result<Hash, DbError> {
    let mut parts = Vec::new();
    for at in subtrees(size) {
        parts.push(node(db, label, at).await?);
    }
    Ok(parts
        .into_iter()
        .rev()
        .reduce(|right, left| node_hash(&left, &right))
        .unwrap_or(paso_tlog::hash::EMPTY_ROOT))
}

/// The proof that the entry at a place is in the tree of that size.
pub(super) async fn inclusion(
    db: &mut SqliteConnection,
    label: Label,
    place: u64,
    size: u64,
) -> Result<Vec<Hash>, DbError> {
    let plan = Plan::inclusion(place, size).map_err(|error| DbError::Damaged(error.to_string()))?;
    let mut known = BTreeMap::new();
    for at in plan.nodes() {
        known.insert(at, node(db, label, at).await?);
    }
    plan.build(|at| {
        let hash = known.get(&at).copied();
        hash.ok_or_else(|| DbError::Damaged(format!("a subtree of {label} is missing")))
    })
}
