//! A stick in the place of the wire: parcels one after the other in one file.
//!
//! `"paso stick 1" LF`, then for each parcel four bytes of length and the parcel. Each parcel is signed
//! and says itself up to where it goes, so a file that was cut is good up to the cut, and says so.

use super::SyncError;
use crate::Service;
use paso_formats::parcel::{MAX_PARCEL_BYTES, ParcelError};

const MAGIC: &[u8] = b"paso stick 1\n";
/// Parcels of one file: a post's backlog of a month, many times over.
const MOST: usize = 1024;

/// What a stick brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// Parcels taken in.
    pub parcels: u64,
    /// Entries that were new.
    pub taken: u64,
    /// Entries that were here already.
    pub present: u64,
    /// The file for the way back; empty at a post.
    pub answer: Vec<u8>,
    /// Why the rest was not taken; none where all was.
    pub stopped: Option<String>,
}

fn put(file: &mut Vec<u8>, parcel: &[u8]) {
    // A parcel is bounded far below 32 bits.
    let length = u32::try_from(parcel.len()).unwrap_or(u32::MAX);
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(parcel);
}

/// The parcels of a file, and at the end perhaps that it was cut.
fn parcels(file: &[u8]) -> Result<impl Iterator<Item = Result<&[u8], ParcelError>>, ParcelError> {
    let mut rest = file.strip_prefix(MAGIC).ok_or(ParcelError::NotAParcel)?;
    Ok(core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let whole = rest.split_first_chunk().and_then(|(length, behind)| {
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            (length <= MAX_PARCEL_BYTES).then(|| behind.split_at_checked(length))?
        });
        let Some((parcel, behind)) = whole else {
            rest = &[];
            return Some(Err(ParcelError::Torn));
        };
        rest = behind;
        Some(Ok(parcel))
    }))
}

impl Service {
    /// Everything that the hub has not got, as one file; and how many rows are in it.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn pack_stick(&self) -> Result<(Vec<u8>, u64), SyncError> {
        let mut file = MAGIC.to_vec();
        let mut rows = 0;
        let mut after = None;
        for _ in 0..MOST {
            let up = self.parcel_after(after, true).await?;
            // The first goes even where it holds no row: it asks for what is new at the hub.
            if up.rows == 0 && after.is_some() {
                break;
            }
            put(&mut file, &up.file);
            rows += up.rows;
            after = Some(up.last);
            if up.rows == 0 {
                break;
            }
        }
        Ok((file, rows))
    }

    /// Takes a post's stick in at its hub, and makes the file for the way back. What was taken before
    /// something was refused stays taken; the answer says so.
    ///
    /// # Errors
    /// When not even the first parcel could be taken.
    pub async fn take_stick(&self, file: &[u8]) -> Result<Unpacked, SyncError> {
        let mut unpacked = Unpacked::default();
        let mut last = None;
        for parcel in parcels(file)? {
            let taken = match parcel {
                Ok(parcel) => self.take_noted(parcel).await,
                Err(torn) => Err(torn.into()),
            };
            match taken {
                Ok(((received, note), noted)) => {
                    unpacked.parcels += 1;
                    unpacked.taken += received.taken;
                    unpacked.present += received.present;
                    last = Some(((received, note), noted));
                }
                Err(error) if last.is_none() => return Err(error),
                Err(error) => {
                    unpacked.stopped = Some(error.to_string());
                    break;
                }
            }
        }
        let Some(((received, mut note), mut noted)) = last else {
            return Err(ParcelError::Torn.into());
        };
        unpacked.answer = MAGIC.to_vec();
        put(&mut unpacked.answer, &received.answer);
        while note.more {
            noted.note.after = note.upto;
            let (parcel, next) = self.parcel_for(&noted, received.contiguous).await?;
            put(&mut unpacked.answer, &parcel);
            note = next;
        }
        Ok(unpacked)
    }

    /// Takes the hub's stick in at the post.
    ///
    /// # Errors
    /// When not even the first parcel could be taken.
    pub async fn take_answers(&self, file: &[u8]) -> Result<Unpacked, SyncError> {
        let mut unpacked = Unpacked::default();
        for parcel in parcels(file)? {
            let taken = match parcel {
                Ok(parcel) => self.take_answer(parcel).await,
                Err(torn) => Err(torn.into()),
            };
            match taken {
                Ok(down) => {
                    unpacked.parcels += 1;
                    unpacked.taken += down.taken;
                }
                Err(error) if unpacked.parcels == 0 => return Err(error),
                Err(error) => {
                    unpacked.stopped = Some(error.to_string());
                    break;
                }
            }
        }
        if unpacked.parcels == 0 {
            return Err(ParcelError::Torn.into());
        }
        Ok(unpacked)
    }
}
