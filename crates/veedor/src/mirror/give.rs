//! What the mirror gives back: heads, tiles, rows, proofs, bundles and evidence, as they were taken.

use std::io;

use paso_formats::{
    bundle::VerifiedBundle,
    entry::Entry,
    feed::{self, Header, Writer},
    receipt::{self, SignedReceipt},
};
use paso_tlog::{
    cosignature::Timestamp,
    proof_file::ProofFile,
    tile::{Bundle, FULL_WIDTH, Kind, TilePath},
};
use sqlx::SqliteConnection;

use super::{
    Mirror,
    db::DbError,
    hub::{Label, ROWS_AT_A_TIME},
    pull::{self, Held},
    rows, tree, trust,
};
use crate::evidence::Side;

/// The most receipts of one code that are looked at. A code has 32 random bits: two share one now and
/// then, and more than this only where somebody made them.
const MOST_OF_A_CODE: usize = 16;

impl Mirror {
    /// A side of a piece of evidence of which both sides are signed notes; none where there is no
    /// such piece.
    #[must_use]
    pub fn evidence(&self, label: Label, piece: &str, side: Side) -> Option<io::Result<Vec<u8>>> {
        let state = self.state();
        let evidence = state.evidence.get(&label)?;
        let public = evidence
            .pieces()
            .iter()
            .any(|known| known.kind.is_public() && known.to_string() == piece);
        public.then(|| evidence.read(piece, side)).flatten()
    }

    /// What is held of a log.
    pub async fn held(&self, label: Label) -> Result<Option<Held>, DbError> {
        pull::held_of(&mut *self.db.snapshot().await?, label).await
    }

    /// The bytes of a tile or an entry bundle; none where the tree does not reach that far.
    pub async fn tile(&self, label: Label, path: &TilePath) -> Result<Option<Vec<u8>>, DbError> {
        let mut db = self.db.snapshot().await?;
        let size = pull::held_of(&mut db, label)
            .await?
            .map_or(0, |log| log.head.size);
        if !path.is_within(size) {
            return Ok(None);
        }
        if path.kind() != Kind::Entries {
            return tree::tile(&mut db, label, path).await;
        }
        let first = path.index() * u64::from(FULL_WIDTH);
        let rows = rows::from(&mut db, label, first, u64::from(path.width())).await?;
        let leaves = rows.iter().map(|row| row.leaf.as_slice()).collect();
        let bundle = Bundle::new(leaves).map_err(|error| DbError::Damaged(error.to_string()))?;
        Ok(Some(bundle.bytes()))
    }

    /// A feed of rows from this place on, at most [`ROWS_AT_A_TIME`]; none where there is no such
    /// log.
    pub async fn feed(&self, label: Label, first: u64) -> Result<Option<Vec<u8>>, DbError> {
        let mut db = self.db.snapshot().await?;
        let Some(held) = pull::held_of(&mut db, label).await? else {
            return Ok(None);
        };
        let count = held.head.size.saturating_sub(first).min(ROWS_AT_A_TIME);
        let damaged = |error: feed::WriteError| DbError::Damaged(error.to_string());
        let header = Header {
            origin: held.origin.to_string(),
            first,
            count,
        };
        let mut out = Vec::new();
        let mut writer = Writer::begin(header, &mut out).map_err(damaged)?;
        for row in rows::from(&mut db, label, first, count).await? {
            let place = row
                .to_place()
                .ok_or_else(|| damaged(rows::unreadable(&row)))?;
            writer.place(&place, &mut out).map_err(damaged)?;
        }
        writer.finish(&mut out).map_err(damaged)?;
        Ok(Some(out))
    }

    /// The proof that the receipt of this code and commitment is in the log, with its leaf as extra
    /// data; none where the mirror holds no such receipt.
    pub async fn proof(
        &self,
        code: receipt::Code,
        commitment: receipt::Commitment,
    ) -> Result<Option<ProofFile>, DbError> {
        let mut db = self.db.snapshot().await?;
        for (label, place) in of_receipt(&mut db, code).await? {
            let leaf = leaf_at(&mut db, label, place).await?;
            if leaf.is_some_and(|leaf| leaf.commitment() == commitment.0) {
                return proof_at(&mut db, label, place).await;
            }
        }
        Ok(None)
    }

    /// The proofs of the receipts of this code, the newest first, at most 16.
    pub async fn proofs(&self, code: receipt::Code) -> Result<Vec<ProofFile>, DbError> {
        let mut db = self.db.snapshot().await?;
        let mut proofs = Vec::new();
        for (label, place) in of_receipt(&mut db, code).await? {
            proofs.extend(proof_at(&mut db, label, place).await?);
        }
        Ok(proofs)
    }

    /// The proof of what the log holds in the place of this receipt's event: the event itself, or
    /// else what its device signed under the number that the receipt promises, which convicts. None
    /// where it holds neither, whatever else it has under the receipt's code or number.
    pub async fn proof_of(&self, receipt: &SignedReceipt) -> Result<Option<ProofFile>, DbError> {
        let claims = receipt.claims();
        let mut db = self.db.snapshot().await?;
        let bundle = trust::kept(&mut db, &self.settings.pinned).await?;
        let device = bundle.as_ref().and_then(|bundle| receipt.device(bundle));
        let mut candidates = match claims.sequence {
            Some(sequence) => {
                rows::of_number(&mut db, claims.stream, u64::from(sequence.get())).await?
            }
            None => Vec::new(),
        };
        candidates.extend(of_receipt(&mut db, claims.body.facts().code).await?);
        let (mut places, mut leaves) = (Vec::new(), Vec::new());
        for (label, place) in candidates {
            if let Some(leaf) = leaf_at(&mut db, label, place).await? {
                places.push((label, place));
                leaves.push(leaf);
            }
        }
        let answer = claims.answer(&leaves, device.map(|device| &device.key));
        match answer.and_then(|at| places.get(at)) {
            Some((label, place)) => proof_at(&mut db, *label, *place).await,
            None => Ok(None),
        }
    }

    /// When the mirror last held everything that was published of its newest log.
    pub async fn complete(&self) -> Result<Option<Timestamp>, DbError> {
        let held = pull::held(&mut *self.db.snapshot().await?).await?;
        let state = self.state();
        Ok(held.last().map(|held| {
            state
                .complete
                .get(&held.label)
                .copied()
                .unwrap_or(held.complete)
        }))
    }

    /// The newest bundle that the mirror holds.
    pub async fn bundle(&self) -> Result<Option<VerifiedBundle>, DbError> {
        trust::kept(&mut *self.db.snapshot().await?, &self.settings.pinned).await
    }
}

/// Where the newest receipts of a code lie.
async fn of_receipt(
    db: &mut SqliteConnection,
    code: receipt::Code,
) -> Result<Vec<rows::At>, DbError> {
    let mut found = rows::of_receipt(db, code).await?;
    found.truncate(MOST_OF_A_CODE);
    Ok(found)
}

/// The entry of a row; none where there is no row, or an opening.
async fn leaf_at(
    db: &mut SqliteConnection,
    label: Label,
    place: u64,
) -> Result<Option<Entry>, DbError> {
    let row = rows::from(db, label, place, 1).await?.pop();
    Ok(row.and_then(|row| Entry::read(&row.leaf).ok()))
}

/// The proof that a row is in its log, with its leaf as extra data.
async fn proof_at(
    db: &mut SqliteConnection,
    label: Label,
    place: u64,
) -> Result<Option<ProofFile>, DbError> {
    let Some(held) = pull::held_of(db, label).await? else {
        return Ok(None);
    };
    let leaf = rows::from(db, label, place, 1).await?.pop();
    let hashes = tree::inclusion(db, label, place, held.head.size).await?;
    ProofFile::new(leaf.map(|row| row.leaf), place, hashes, held.note)
        .map(Some)
        .map_err(|error| DbError::Damaged(error.to_string()))
}
