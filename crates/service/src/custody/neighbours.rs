//! The authorities that people can be handed to over a border: those whose anchors were compared in
//! person. Their bundles lie beside, are brought there by anybody, and count only with the pinned roots
//! (DESIGN §3, §6).

use paso_domain::id::AuthorityCode;
use paso_formats::bundle::{self, BundleError, Pinned, VerifiedBundle};
use std::{fs, io, path::PathBuf};

/// Another authority: its roots, and where its newest bundle lies.
#[derive(Clone, Debug)]
pub struct Neighbour {
    code: AuthorityCode,
    pinned: Pinned,
    bundle: PathBuf,
}

/// Why a neighbour's files cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum NeighbourError {
    /// Not one of those whose anchors were exchanged.
    #[error("no anchor of {0} was exchanged; the office that runs the system pins it")]
    Unknown(String),
    /// Its bundle is not where it should lie.
    #[error("the bundle of {code} cannot be read: {error}; fetch its newest one")]
    Missing {
        /// Whose.
        code: AuthorityCode,
        /// What the disk said.
        error: io::Error,
    },
    /// Its bundle is not signed by its roots, or is damaged.
    #[error("the bundle of {code} cannot be used: {error}; fetch its newest one")]
    Unusable {
        /// Whose.
        code: AuthorityCode,
        /// Why.
        error: BundleError,
    },
}

impl Neighbour {
    /// An authority by its pinned roots, and the file of its bundle. None where its name is no code of
    /// an authority.
    #[must_use]
    pub fn new(pinned: Pinned, bundle: PathBuf) -> Option<Self> {
        Some(Self {
            code: pinned.authority().parse().ok()?,
            pinned,
            bundle,
        })
    }
}

/// All neighbours.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(Vec<Neighbour>);

impl Neighbours {
    /// These.
    #[must_use]
    pub const fn new(all: Vec<Neighbour>) -> Self {
        Self(all)
    }

    /// Their codes.
    pub fn codes(&self) -> impl Iterator<Item = &AuthorityCode> {
        self.0.iter().map(|one| &one.code)
    }

    /// The bundle of one of them, read and checked now: whoever runs the system replaces the file
    /// whenever a newer one is fetched.
    ///
    /// # Errors
    /// When it is no neighbour, or its bundle cannot be read or used.
    pub fn bundle(&self, code: &str) -> Result<VerifiedBundle, NeighbourError> {
        let found = self.0.iter().find(|one| one.code.as_str() == code);
        let one = found.ok_or_else(|| NeighbourError::Unknown(code.to_owned()))?;
        let bytes = fs::read(&one.bundle).map_err(|error| NeighbourError::Missing {
            code: one.code.clone(),
            error,
        })?;
        bundle::open(&bytes, &one.pinned).map_err(|error| NeighbourError::Unusable {
            code: one.code.clone(),
            error,
        })
    }
}
