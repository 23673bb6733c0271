//! `veedor check`: everything held is hashed again and compared with the last head that the log
//! signed; what was damaged since is named.

use paso_tlog::{
    hash::Hash,
    tile::{Edge, FULL_WIDTH, Kind, Tile, TilePath},
    witness::Log,
};
use sqlx::SqliteConnection;

use super::{
    AT_ONCE,
    db::{Db, DbError},
    hub::Label,
    pull::{self, Held},
    rows, tree,
};

/// Something that is not what the log signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The note of the head.
    #[error("{label}: the note of the newest head does not bear the log's signature ({reason})")]
    Note {
        /// Which log.
        label: Label,
        /// What is wrong with it.
        reason: String,
    },
    /// The head beside the note.
    #[error("{0}: the head stored is not the one in its signed note")]
    Head(Label),
    /// A row is gone.
    #[error("{label}: the row at place {place} is missing")]
    Missing {
        /// Which log.
        label: Label,
        /// Where.
        place: u64,
    },
    /// A leaf's hash is not the one in its tile.
    #[error("{label}: the leaf at place {place} was altered")]
    Leaf {
        /// Which log.
        label: Label,
        /// Where.
        place: u64,
    },
    /// A leaf that does not bind what lies beside it.
    #[error("{label}: the row at place {place} was altered beside its leaf")]
    Row {
        /// Which log.
        label: Label,
        /// Where.
        place: u64,
    },
    /// A tile that does not follow from the leaves.
    #[error("{label}: the tile {path} was altered or is missing")]
    Tile {
        /// Which log.
        label: Label,
        /// Its path.
        path: String,
    },
    /// All leaves together.
    #[error("{0}: the leaves do not lead to the root that the log signed")]
    Root(Label),
}

/// What a check looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Which log.
    pub label: Label,
    /// Rows looked at.
    pub rows: u64,
    /// What was found, in order.
    pub damage: Vec<Damage>,
}

/// Checks every log of a mirror at one moment.
pub async fn check(db: &Db, logs: &[Log]) -> Result<Vec<Checked>, DbError> {
    let mut snapshot = db.snapshot().await?;
    let whole: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut *snapshot)
        .await
        .map_err(DbError::while_to("check its pages"))?;
    if whole != "ok" {
        return Err(DbError::Damaged(whole));
    }
    let mut checked = Vec::new();
    for held in pull::held(&mut snapshot).await? {
        let pinned = logs.iter().find(|log| log.origin == held.origin);
        checked.push(check_log(&mut snapshot, &held, pinned).await?);
    }
    Ok(checked)
}

async fn check_log(
    db: &mut SqliteConnection,
    held: &Held,
    pinned: Option<&Log>,
) -> Result<Checked, DbError> {
    let label = held.label;
    let mut damage = Vec::new();
    let signed = pinned.map_or_else(
        || Err("no [[log]] of veedor.toml pins its key".to_owned()),
        |log| pull::verified(&held.note, log).map_err(|error| error.to_string()),
    );
    if let Err(reason) = signed {
        damage.push(Damage::Note { label, reason });
    }
    let signed = held.note.unverified().head();
    if signed != held.head {
        damage.push(Damage::Head(label));
    }
    let mut tree = Rehashed::default();
    let mut unbound = Vec::new();
    while tree.leaves.edge.size() < signed.size {
        let first = tree.leaves.edge.size();
        let found = rows::from(db, label, first, AT_ONCE.min(signed.size - first)).await?;
        let gap = found.is_empty();
        for (place, row) in (first..).zip(&found) {
            if row.place != place {
                break;
            }
            if !row.is_bound() {
                unbound.push(place);
            }
            tree.push(db, label, place, rows::hashed(row)).await?;
        }
        let next = tree.leaves.edge.size();
        if gap || next < first + found.len() as u64 {
            damage.push(Damage::Missing { label, place: next });
            return Ok(Checked {
                label,
                rows: next,
                damage,
            });
        }
    }
    damage.extend(tree.judge(db, label, &signed.root, &unbound).await?);
    Ok(Checked {
        label,
        rows: signed.size,
        damage,
    })
}

/// The tree made again, twice: out of the leaves, and out of their hashes in the lowest tiles. Where
/// the two differ, the one that leads to the signed root is right, and the other was altered.
#[derive(Default)]
struct Rehashed {
    leaves: Made,
    tiles: Made,
    /// Places whose leaf and tile do not go together.
    differing: Vec<u64>,
    /// The stored tile of the lowest level in which the last place lies.
    lowest: (Option<u64>, Vec<u8>),
}

/// A tree, and the tiles of it that are stored otherwise.
#[derive(Default)]
struct Made {
    edge: Edge,
    differing: Vec<TilePath>,
}

impl Made {
    async fn push(
        &mut self,
        db: &mut SqliteConnection,
        label: Label,
        hash: Hash,
    ) -> Result<(), DbError> {
        for tile in self.edge.push(hash) {
            self.compare(db, label, &tile).await?;
        }
        Ok(())
    }

    /// Above the lowest level; that one is compared place by place.
    async fn compare(
        &mut self,
        db: &mut SqliteConnection,
        label: Label,
        made: &Tile,
    ) -> Result<(), DbError> {
        let lowest = made.path.kind() == Kind::Hashes { level: 0 };
        if !lowest && tree::tile(db, label, &made.path).await? != Some(made.bytes()) {
            self.differing.push(made.path);
        }
        Ok(())
    }
}

impl Rehashed {
    async fn push(
        &mut self,
        db: &mut SqliteConnection,
        label: Label,
        place: u64,
        leaf: Hash,
    ) -> Result<(), DbError> {
        let width = u64::from(FULL_WIDTH);
        let (tile, within) = (place / width, place % width);
        if self.lowest.0 != Some(tile) {
            let stored = tree::lowest(db, label, tile).await?;
            self.lowest = (Some(tile), stored);
        }
        let (hashes, _) = self.lowest.1.as_chunks::<32>();
        let within = usize::try_from(within).unwrap_or(usize::MAX);
        let stored = hashes.get(within).copied().map(Hash);
        if stored != Some(leaf) {
            self.differing.push(place);
        }
        self.leaves.push(db, label, leaf).await?;
        self.tiles.push(db, label, stored.unwrap_or(leaf)).await
    }

    /// What was altered, by which of the two trees the log signed.
    async fn judge(
        mut self,
        db: &mut SqliteConnection,
        label: Label,
        root: &Hash,
        unbound: &[u64],
    ) -> Result<Vec<Damage>, DbError> {
        for made in [&mut self.leaves, &mut self.tiles] {
            for tile in made.edge.tiles().collect::<Vec<_>>() {
                made.compare(db, label, &tile).await?;
            }
        }
        let by_leaves = self.leaves.edge.root() == *root;
        let by_tiles = self.tiles.edge.root() == *root;
        let mut damage = Vec::new();
        if !by_leaves && !by_tiles {
            damage.push(Damage::Root(label));
        }
        let mut altered: Vec<u64> = Vec::new();
        if by_leaves {
            let width = u64::from(FULL_WIDTH);
            let mut tiles: Vec<u64> = self.differing.iter().map(|place| place / width).collect();
            tiles.dedup();
            let path = |index| TilePath::full(Kind::Hashes { level: 0 }, index);
            let paths = tiles.into_iter().filter_map(path);
            damage.extend(paths.map(|path| Damage::tile(label, &path)));
        } else {
            altered = self.differing;
            damage.extend(altered.iter().map(|&place| Damage::Leaf { label, place }));
        }
        // A leaf that was altered binds nothing any more; that is said already.
        let beside = unbound.iter().filter(|place| !altered.contains(place));
        damage.extend(beside.map(|&place| Damage::Row { label, place }));
        let tiles = if by_tiles && !by_leaves {
            self.tiles.differing
        } else {
            self.leaves.differing
        };
        damage.extend(tiles.iter().map(|path| Damage::tile(label, path)));
        Ok(damage)
    }
}

impl Damage {
    fn tile(label: Label, path: &TilePath) -> Self {
        Self::Tile {
            label,
            path: path.to_string(),
        }
    }
}
