//! Portraits before they are printed: their size, their limits, and a JPEG without what its camera
//! wrote beside the picture.

use crate::common::{Portrait, PrintError};

/// The most bytes a portrait may have; a passport photograph needs a hundredth.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The most pixels along one side.
const MOST_PIXELS: u32 = 4096;

/// Width and height of a portrait in pixels, if it is a picture within the limits.
pub(crate) fn size(portrait: &Portrait) -> Result<(u32, u32), PrintError> {
    let size = match portrait {
        Portrait::Jpeg(bytes) if bytes.len() <= MOST_BYTES => jpeg_size(bytes),
        Portrait::Png(bytes) if bytes.len() <= MOST_BYTES => png_size(bytes),
        Portrait::Jpeg(_) | Portrait::Png(_) => None,
    };
    size.filter(|(w, h)| (1..=MOST_PIXELS).contains(w) && (1..=MOST_PIXELS).contains(h))
        .ok_or(PrintError::Portrait)
}

fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    // PNG (ISO/IEC 15948) §5.2 and §11.2.1: signature, then IHDR with width and height.
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..16)?;
    let (kind, rest) = header.split_at(4);
    if kind != b"IHDR" {
        return None;
    }
    let (width, height) = rest.split_at(4);
    Some((
        u32::from_be_bytes(width.try_into().ok()?),
        u32::from_be_bytes(height.try_into().ok()?),
    ))
}

fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    segments(bytes)?
        .into_iter()
        // Frame headers SOF0 to SOF15 (ITU-T T.81 table B.1); C4, C8 and CC mean other things.
        .find(|segment| {
            matches!(segment.marker, 0xC0..=0xCF) && !matches!(segment.marker, 0xC4 | 0xC8 | 0xCC)
        })
        .and_then(|frame| {
            let body = frame.body;
            let height = u16::from_be_bytes([*body.get(3)?, *body.get(4)?]);
            let width = u16::from_be_bytes([*body.get(5)?, *body.get(6)?]);
            Some((u32::from(width), u32::from(height)))
        })
}

/// The JPEG without comments and application segments: place, camera, time and thumbnails live
/// there. Adobe's APP14 stays, because it says how the colours are coded.
pub(crate) fn bare_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const COMMENT: u8 = 0xFE;
    const ADOBE: u8 = 0xEE;
    let mut bare = vec![0xFF, 0xD8];
    for segment in segments(bytes)? {
        let told = segment.marker == COMMENT
            || (matches!(segment.marker, 0xE0..=0xEF) && segment.marker != ADOBE);
        if !told {
            bare.extend([0xFF, segment.marker]);
            bare.extend(segment.body);
        }
    }
    bare.extend([0xFF, 0xD9]);
    Some(bare)
}

struct Segment<'a> {
    marker: u8,
    /// The length field and what it counts; for a scan, its coded picture too.
    body: &'a [u8],
}

/// The segments of a JPEG file (ITU-T T.81 §B.1.1) from after its start to before its end. What
/// follows the end, as some telephones append, is not among them.
fn segments(bytes: &[u8]) -> Option<Vec<Segment<'_>>> {
    const END: u8 = 0xD9;
    const SCAN: u8 = 0xDA;
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    let mut segments = Vec::new();
    loop {
        let [0xFF, marker, ..] = *rest else {
            return None;
        };
        // Fill bytes may precede a marker.
        if marker == 0xFF {
            rest = rest.get(1..)?;
            continue;
        }
        if marker == END {
            return Some(segments);
        }
        let body = rest.get(2..)?;
        let counted = usize::from(u16::from_be_bytes([*body.first()?, *body.get(1)?]));
        if counted < 2 {
            return None;
        }
        let length = if marker == SCAN {
            counted + coded_length(body.get(counted..)?)?
        } else {
            counted
        };
        segments.push(Segment {
            marker,
            body: body.get(..length)?,
        });
        rest = body.get(length..)?;
    }
}

/// How far a scan's coded picture reaches: to the next marker that is neither a stuffed zero nor a
/// restart (ITU-T T.81 §B.1.1.5).
fn coded_length(coded: &[u8]) -> Option<usize> {
    coded
        .windows(2)
        .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with every kind of segment and no real picture.
    fn file() -> Vec<u8> {
        let mut file = vec![0xFF, 0xD8];
        file.extend(b"\xFF\xE0\x00\x04JF");
        file.extend(b"\xFF\xE1\x00\x0BExif GPS!");
        file.extend(b"\xFF\xEE\x00\x07Adobe");
        file.extend(b"\xFF\xFE\x00\x06note");
        file.extend(b"\xFF\xC0\x00\x0B\x08\x01\x40\x00\xF0\x01\x01\x11\x00");
        file.extend(b"\xFF\xDA\x00\x03\x01coded\xFF\x00more\xFF\xD0rest");
        file.extend(b"\xFF\xD9video after the end, with a place in it");
        file
    }

    #[test]
    fn what_the_camera_wrote_is_left_out() {
        let bare = bare_jpeg(&file()).unwrap();
        let holds = |part: &[u8]| bare.windows(part.len()).any(|window| window == part);
        for told in [&b"GPS"[..], b"note", b"JF", b"place"] {
            assert!(!holds(told), "{}", String::from_utf8_lossy(told));
        }
        for kept in [&b"Adobe"[..], b"coded\xFF\x00more\xFF\xD0rest\xFF\xD9"] {
            assert!(holds(kept), "{}", String::from_utf8_lossy(kept));
        }
    }

    #[test]
    fn sizes_are_read_from_headers() {
        assert_eq!(size(&Portrait::Jpeg(file())).unwrap(), (240, 320));
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
        png.extend(240_u32.to_be_bytes());
        png.extend(300_u32.to_be_bytes());
        assert_eq!(size(&Portrait::Png(png)).unwrap(), (240, 300));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [
            &b""[..],
            b"\xFF",
            b"\xFF\xD8",
            b"\xFF\xD8\xFF",
            b"GIF89a",
            &file()[..30],
        ] {
            assert!(size(&Portrait::Jpeg(bytes.to_vec())).is_err());
            assert!(size(&Portrait::Png(bytes.to_vec())).is_err());
        }
        let mut large = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
        large.extend(u32::MAX.to_be_bytes());
        large.extend(1_u32.to_be_bytes());
        assert!(size(&Portrait::Png(large)).is_err());
    }
}
