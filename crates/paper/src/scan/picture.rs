//! Pictures as grey values: decoding within limits, and making smaller.

use std::io::Cursor;

use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::ScanError;

/// The largest file that is looked at, in bytes.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The largest picture that is decoded, in pixels: the sensor of a telephone at its full size.
pub const MOST_PIXELS: u64 = 50_000_000;

/// A picture of grey values, row by row from the top left.
pub(super) struct Luma {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u8>,
}

impl Luma {
    /// The picture in a PNG or JPEG file.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, ScanError> {
        if bytes.len() > MOST_BYTES {
            return Err(ScanError::TooLarge);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            decode_png(bytes)
        } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            decode_jpeg(bytes)
        } else {
            Err(ScanError::NotAnImage)
        }
    }

    /// The picture made smaller by a whole factor, each pixel the mean of those it replaces, so
    /// that no side is longer than `longest`.
    pub(super) fn reduced(&self, longest: u32) -> Self {
        let factor = self.width.max(self.height).div_ceil(longest);
        if factor <= 1 {
            return Self {
                width: self.width,
                height: self.height,
                pixels: self.pixels.clone(),
            };
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let (width, height) = (width.max(1), height.max(1));
        let columns = width as usize;
        let step = factor as usize;
        let mut pixels = Vec::with_capacity(columns * height as usize);
        let mut sums = vec![0_u32; columns];
        let rows: Vec<&[u8]> = self.pixels.chunks_exact(self.width as usize).collect();
        for band in rows.chunks(step).take(height as usize) {
            sums.fill(0);
            for row in band {
                for (sum, group) in sums.iter_mut().zip(row.chunks(step)) {
                    *sum += group.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
            }
            let count = factor * u32::try_from(band.len()).unwrap_or(factor);
            // A mean of bytes is a byte.
            pixels.extend(
                sums.iter()
                    .map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)),
            );
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The picture with twice the pixels along each side, those between by straight lines.
    pub(super) fn doubled(&self) -> Self {
        let (columns, rows) = (self.width as usize, self.height as usize);
        let mut pixels = Vec::with_capacity(4 * columns * rows);
        let mean = |a: u8, b: u8| a.midpoint(b);
        for y in 0..rows {
            let row = &self.pixels[y * columns..(y + 1) * columns];
            let below = (y + 1).min(rows - 1) * columns;
            let next = &self.pixels[below..below + columns];
            let beside = |line: &[u8], x: usize| line[(x + 1).min(columns - 1)];
            for x in 0..columns {
                pixels.push(row[x]);
                pixels.push(mean(row[x], beside(row, x)));
            }
            for x in 0..columns {
                pixels.push(mean(row[x], next[x]));
                let across = mean(row[x], beside(row, x));
                pixels.push(mean(across, mean(next[x], beside(next, x))));
            }
        }
        Self {
            width: 2 * self.width,
            height: 2 * self.height,
            pixels,
        }
    }
}

/// Whether a picture of these sides may be decoded; nothing is allocated before this is asked.
fn within_limits(width: u64, height: u64) -> Result<(), ScanError> {
    if width == 0 || height == 0 {
        return Err(ScanError::Damaged);
    }
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(ScanError::TooLarge);
    }
    Ok(())
}

fn decode_png(bytes: &[u8]) -> Result<Luma, ScanError> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let (width, height) = decoder
        .read_header_info()
        .map_err(|_| ScanError::Damaged)?
        .size();
    within_limits(u64::from(width), u64::from(height))?;
    let mut reader = decoder.read_info().map_err(|_| ScanError::Damaged)?;
    let channels = reader.output_color_type().0.samples();
    let expected = width as usize * height as usize;
    let mut pixels = Vec::with_capacity(expected);
    if reader.info().interlaced {
        let size = reader.output_buffer_size().ok_or(ScanError::TooLarge)?;
        let mut buffer = vec![0; size];
        reader
            .next_frame(&mut buffer)
            .map_err(|_| ScanError::Damaged)?;
        push_grey(&mut pixels, &buffer, channels);
    } else {
        // Row by row, so that a picture in colour never stands whole in memory.
        while let Some(row) = reader.next_row().map_err(|_| ScanError::Damaged)? {
            push_grey(&mut pixels, row.data(), channels);
        }
    }
    if pixels.len() != expected {
        return Err(ScanError::Damaged);
    }
    Ok(Luma {
        width,
        height,
        pixels,
    })
}

/// Appends samples as grey values; what is transparent counts as white paper.
fn push_grey(pixels: &mut Vec<u8>, samples: &[u8], channels: usize) {
    match channels {
        1 => pixels.extend_from_slice(samples),
        2 => pixels.extend(
            samples
                .chunks_exact(2)
                .map(|pixel| over_white(pixel[0], pixel[1])),
        ),
        3 => pixels.extend(
            samples
                .chunks_exact(3)
                .map(|pixel| grey(pixel[0], pixel[1], pixel[2])),
        ),
        _ => pixels.extend(
            samples
                .chunks_exact(4)
                .map(|pixel| over_white(grey(pixel[0], pixel[1], pixel[2]), pixel[3])),
        ),
    }
}

/// Luma of ITU-R BT.601 in 256ths.
fn grey(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    // 77 + 150 + 29 = 256, so the mean of bytes is a byte.
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

fn over_white(grey: u8, alpha: u8) -> u8 {
    let mixed = u32::from(grey) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    u8::try_from(mixed / 255).unwrap_or(u8::MAX)
}

fn decode_jpeg(bytes: &[u8]) -> Result<Luma, ScanError> {
    // JPEG sides fit 16 bits; their product is checked below, before any picture is allocated.
    let options = DecoderOptions::new_fast()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| ScanError::Damaged)?;
    let info = decoder.info().ok_or(ScanError::Damaged)?;
    within_limits(u64::from(info.width), u64::from(info.height))?;
    // Telephones and scanners write these two; the brightness is a channel of its own then, and
    // colour need not be decoded. Of the rest the decoder knows how to make red, green and blue.
    let grey = matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::YCbCr | ColorSpace::Luma)
    );
    let (wanted, channels) = if grey {
        (ColorSpace::Luma, 1)
    } else {
        (ColorSpace::RGB, 3)
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let samples = decoder.decode().map_err(|_| ScanError::Damaged)?;
    let expected = usize::from(info.width) * usize::from(info.height);
    let mut pixels = Vec::with_capacity(expected);
    push_grey(&mut pixels, &samples, channels);
    if pixels.len() != expected {
        return Err(ScanError::Damaged);
    }
    Ok(Luma {
        width: u32::from(info.width),
        height: u32::from(info.height),
        pixels,
    })
}
