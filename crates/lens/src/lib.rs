//! QR symbols in: the texts found in a grey picture.
//!
//! The server reads uploaded photographs with it, the phone the frames of its camera; so a symbol that
//! one of them reads, the other reads as well. It builds for WebAssembly and asks no clock: rxing's own
//! `Reader` does, for a time that nobody needs, and stops the program there.
//!
//! **It may panic**, because rxing documents that its finder can (`FindFinderPatterns`, `TraceLine`).
//! Whoever calls it walls it off: a server by `catch_unwind`, a phone by a fresh instance.

use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer, Luma8Source};

/// How many sets of three finder patterns are tried in one attempt. A picture of noise yields
/// thousands; a readable symbol is among the first hundred.
const MOST_SETS: usize = 300;

/// All texts of QR symbols in a picture of grey values, row by row from the top left, without
/// repetitions. A picture whose sides do not fit its values holds none.
///
/// # Panics
/// When rxing does, see above.
#[must_use]
pub fn texts(pixels: Vec<u8>, width: u32, height: u32) -> Vec<String> {
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) != pixels.len() as u64 {
        return Vec::new();
    }
    let Ok(source) = Luma8Source::new(pixels, width, height) else {
        return Vec::new();
    };
    let binarizer = HybridBinarizer::new(source);
    let Ok(matrix) = binarizer.get_black_matrix() else {
        return Vec::new();
    };
    let texts = texts_in_matrix(matrix);
    if !texts.is_empty() {
        return texts;
    }
    // Light on dark, as a telephone in dark mode may show a symbol.
    let mut inverted = matrix.clone();
    inverted.flip_self();
    texts_in_matrix(&inverted)
}

/// rxing's steps one by one. They find symbols at any rotation, and mirrored ones.
fn texts_in_matrix(matrix: &BitMatrix) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut patterns = FindFinderPatterns(matrix, true, 1);
    let mut used = Vec::new();
    for set in GenerateFinderPatternSets(&mut patterns)
        .into_iter()
        .take(MOST_SETS)
    {
        if [set.bl, set.tl, set.tr].iter().any(|p| used.contains(p)) {
            continue;
        }
        let decoded = SampleQR(matrix, &set).and_then(|sampled| Decode(sampled.getBits()));
        if let Ok(decoded) = decoded
            && decoded.isValid()
        {
            used.extend([set.bl, set.tl, set.tr]);
            let text = decoded.text();
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn sides_that_do_not_fit_hold_nothing() {
        for (width, height, pixels) in [(0, 0, 0), (3, 3, 8), (3, 3, 10), (u32::MAX, u32::MAX, 1)] {
            assert!(texts(vec![255; pixels], width, height).is_empty());
        }
    }

    #[test]
    fn an_empty_picture_holds_nothing() {
        for grey in [0, 127, 255] {
            assert!(texts(vec![grey; 640 * 480], 640, 480).is_empty());
        }
    }
}
