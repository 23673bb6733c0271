//! QR symbols in: the texts found in a photograph or a screenshot.
//!
//! Promises: any bytes give texts or a named error, within limits on bytes, pixels and work, and
//! never a panic. What a text means is not decided here.

mod picture;

use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

use picture::Luma;
pub use picture::{MOST_BYTES, MOST_PIXELS};

/// Why no text was read from a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The bytes are neither PNG nor JPEG.
    #[error("this is not a picture that can be read: send a PNG or JPEG file")]
    NotAnImage,
    /// The file or the picture is larger than the limits.
    #[error("the picture is too large: send at most 16 MB and 50 megapixels")]
    TooLarge,
    /// The file begins as a picture but is damaged.
    #[error("the picture is damaged: take or save it again")]
    Damaged,
    /// A picture, but no symbol could be read in it.
    #[error(
        "no code was found: fill the frame with the code, in focus and without glare, or type its \
         text"
    )]
    NoCode,
}

/// Longest sides in pixels at which a picture is tried, one after the other. A telephone's picture
/// of one card is read fastest and best when small, because its noise averages out; a whole sheet
/// of cards needs all pixels there are.
const LONGEST_SIDES: [u32; 3] = [1400, 2800, u32::MAX];

/// Whether the bytes are a picture that can be decoded to its end.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    matches!(catch_unwind(|| Luma::decode(bytes)), Ok(Ok(_)))
}

/// All texts of QR symbols in a PNG or JPEG file, without repetitions, in the order found: those
/// of the first attempt that finds any.
pub fn texts_in_picture(bytes: &[u8]) -> Result<Vec<String>, ScanError> {
    // The picture decoders are hardened, but they are not ours; a panic in them is damage.
    let luma = catch_unwind(|| Luma::decode(bytes)).unwrap_or(Err(ScanError::Damaged))?;
    let mut tried = None;
    for longest in LONGEST_SIDES {
        let smaller = luma.reduced(longest);
        if tried == Some(smaller.width) {
            continue;
        }
        tried = Some(smaller.width);
        let texts = texts_in_luma(smaller);
        if !texts.is_empty() {
            return Ok(texts);
        }
    }
    // A small picture, as messengers send them: with more pixels the edges between modules can be
    // found between the camera's.
    if luma.width.max(luma.height) <= LONGEST_SIDES[0] {
        let texts = texts_in_luma(luma.doubled());
        if !texts.is_empty() {
            return Ok(texts);
        }
    }
    Err(ScanError::NoCode)
}

fn texts_in_luma(luma: Luma) -> Vec<String> {
    // The reader may panic, and says so. A picture from outside must not take a server's task with
    // it; nothing is shared with the closure, so nothing can be left half changed.
    catch_unwind(AssertUnwindSafe(|| {
        paso_lens::texts(luma.pixels, luma.width, luma.height)
    }))
    .unwrap_or_default()
}
