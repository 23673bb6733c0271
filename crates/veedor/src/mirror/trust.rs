//! Whose device keys count: the authority's pinned roots, and the newest bundle that they signed.
//!
//! A bundle convinces by its root's signature, so it may come from anywhere: from the hub, or as a
//! file brought by hand. An older one never takes the place of a newer one.

use std::path::PathBuf;

use paso_formats::{
    bundle::{self, BundleError, Pinned, Purpose, VerifiedBundle},
    entry::StreamId,
    key::PublicKey,
    moment::Moment,
};
use sqlx::SqliteConnection;

use super::db::DbError;

/// Why an authority's keys cannot be known.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The bundle that came is none, or not this authority's.
    #[error("the trust bundle {from}: {source}")]
    Bundle {
        /// Where it came from.
        from: String,
        /// What is wrong with it.
        source: BundleError,
    },
    /// The file cannot be read.
    #[error("cannot read the trust bundle {path}: {source}; correct `bundle` in veedor.toml")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Neither the hub nor a file gave one yet.
    #[error(
        "there is no trust bundle yet: the hub serves none; bring the file bundle.cose and name it as `bundle` in veedor.toml"
    )]
    None,
}

/// The bundle that is kept, opened.
pub(super) async fn kept(
    db: &mut SqliteConnection,
    pinned: &Pinned,
) -> Result<Option<VerifiedBundle>, DbError> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM bundle WHERE one = 1")
        .fetch_optional(&mut *db)
        .await
        .map_err(DbError::while_to("read the bundle"))?;
    bytes
        .map(|bytes| {
            bundle::open(&bytes, pinned)
                .map_err(|error| DbError::Damaged(format!("the bundle kept: {error}")))
        })
        .transpose()
}

/// Puts a bundle in the place of the one kept.
pub(super) async fn keep(db: &mut SqliteConnection, bytes: &[u8]) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO bundle (one, bytes) VALUES (1, ?) \
         ON CONFLICT (one) DO UPDATE SET bytes = excluded.bytes",
    )
    .bind(bytes)
    .execute(&mut *db)
    .await
    .map_err(DbError::while_to("store the bundle"))?;
    Ok(())
}

/// A device that the authority has made known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) key: PublicKey,
    /// The stream that bears its key's name: nobody else's entries belong there.
    pub(super) stream: StreamId,
    /// From when on its key may have been in other hands.
    pub(super) compromised_at: Option<Moment>,
}

/// The devices in a bundle.
pub(super) fn devices(bundle: &VerifiedBundle) -> Vec<Device> {
    bundle
        .bundle()
        .keys
        .iter()
        .filter(|key| key.purpose == Purpose::Device)
        .map(|key| Device {
            key: key.key.clone(),
            stream: StreamId::of_key(&key.key),
            compromised_at: key.compromised_at,
        })
        .collect()
}

/// Whether the bundle says that this key signs now: a retired device is silent by right.
pub(super) fn signs_now(bundle: &VerifiedBundle, key: &PublicKey, now: Moment) -> bool {
    bundle
        .key(key.key_id(), Purpose::Device)
        .is_some_and(|known| known.signs_at(now) && !known.compromised_by(now))
}
