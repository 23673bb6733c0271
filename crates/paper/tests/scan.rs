//! Reading symbols from pictures: what must be read, what must be refused, and what must not break.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "helpers of tests fail by panicking; the arithmetic is of small synthetic pictures"
)]

#[path = "support/camera.rs"]
mod camera;

use std::num::NonZeroU8;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use camera::{Chance, Frame, HARD, View, photograph, qr_text};
use paso_paper::qr::Symbol;
use paso_paper::scan::{ScanError, texts_in_picture};

const EASY: View = View {
    px_per_module: 5.0,
    perspective: 0.0,
    degrees: 0.0,
    contrast: 0.9,
    blur: 0.1,
    noise: 2.0,
};

fn read_one(frame: &Frame) -> Option<String> {
    texts_in_picture(&frame.png()).ok()?.into_iter().next()
}

#[test]
fn a_screenshot_is_read() {
    for length in [20, 120, 300, 419] {
        let text = qr_text(length, length as u64);
        let png = Symbol::new(&text)
            .unwrap()
            .to_png(NonZeroU8::new(3).unwrap());
        assert_eq!(texts_in_picture(&png).unwrap(), [text]);
    }
}

/// Nine of ten bad photographs are read. With `PASO_FRAMES` set to a directory the same frames and
/// their texts are written there, for a second reader (`tests/interop/zxing_agree.py`).
#[test]
fn bad_photographs_are_read() {
    const FRAMES: u64 = 50;
    let directory: Option<PathBuf> = std::env::var_os("PASO_FRAMES").map(Into::into);
    if let Some(directory) = &directory {
        std::fs::create_dir_all(directory).unwrap();
    }
    let mut read = 0;
    for seed in 0..FRAMES {
        // Versions 10, 11 and 12.
        let length = [305, 360, 390][seed as usize % 3];
        let text = qr_text(length, seed + 1000);
        let symbol = Symbol::new(&text).unwrap();
        assert_eq!(u64::from(symbol.version()), 10 + seed % 3);
        let frame = photograph(&symbol, HARD, seed);
        if let Some(directory) = &directory {
            std::fs::write(directory.join(format!("{seed:02}.png")), frame.png()).unwrap();
            std::fs::write(directory.join(format!("{seed:02}.txt")), &text).unwrap();
        }
        match read_one(&frame) {
            Some(found) if found == text => read += 1,
            Some(found) => panic!("frame {seed} was read as another text: {found}"),
            None => {}
        }
    }
    println!("{read} of {FRAMES} frames read");
    assert!(
        read * 10 >= FRAMES * 9,
        "only {read} of {FRAMES} frames read"
    );
}

#[test]
fn turned_mirrored_and_light_on_dark_symbols_are_read() {
    let text = qr_text(390, 3);
    let symbol = Symbol::new(&text).unwrap();
    for degrees in [0.0, 17.0, 45.0, 90.0, 133.0, 180.0, 270.0] {
        let frame = photograph(&symbol, View { degrees, ..EASY }, 1);
        assert_eq!(read_one(&frame).as_ref(), Some(&text), "{degrees} degrees");
    }
    let frame = photograph(&symbol, EASY, 1);
    let mut mirrored = frame.clone();
    for row in mirrored.pixels.chunks_mut(mirrored.width) {
        row.reverse();
    }
    assert_eq!(read_one(&mirrored).as_ref(), Some(&text), "mirrored");
    let mut inverted = frame;
    for pixel in &mut inverted.pixels {
        *pixel = 255 - *pixel;
    }
    assert_eq!(read_one(&inverted).as_ref(), Some(&text), "light on dark");
}

#[test]
fn every_symbol_of_a_picture_is_read() {
    let texts = [qr_text(390, 21), qr_text(300, 22), qr_text(60, 23)];
    let mut sheet = Frame::new(1200, 1300, 235);
    for (at, text) in texts.iter().enumerate() {
        let frame = photograph(&Symbol::new(text).unwrap(), EASY, at as u64);
        sheet.paste(&frame, 30 + 520 * (at % 2), 40 + 600 * (at / 2));
    }
    let mut found = texts_in_picture(&sheet.png()).unwrap();
    found.sort();
    let mut expected = texts.to_vec();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_small_symbol_in_a_large_photograph_is_read() {
    // Twelve megapixels with a card's symbol at 5 pixels a module in one corner.
    let text = qr_text(390, 31);
    let frame = photograph(&Symbol::new(&text).unwrap(), EASY, 4);
    let mut photograph = Frame::new(4000, 3000, 180);
    photograph.paste(&frame, 3300, 2300);
    assert_eq!(read_one(&photograph), Some(text));
}

#[test]
fn a_jpeg_photograph_is_read() {
    // Written by tests/pictures/make.py: colour, 4:2:0, quality 70.
    let text = std::fs::read_to_string("tests/pictures/card.txt").unwrap();
    for file in [
        "baseline.jpg",
        "progressive.jpg",
        "grey.jpg",
        "palette.png",
        "interlaced.png",
    ] {
        let bytes = std::fs::read(PathBuf::from("tests/pictures").join(file)).unwrap();
        assert_eq!(
            texts_in_picture(&bytes),
            Ok(vec![text.trim_end().to_owned()]),
            "{file}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let png = Symbol::new("PASO").unwrap().to_png(NonZeroU8::MIN);
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
    bomb.extend([
        0x00, 0x01, 0x86, 0xA0, 0x00, 0x01, 0x86, 0xA0, 8, 6, 0, 0, 0,
    ]);
    bomb.extend(crc(&bomb[12..]).to_be_bytes());
    let white = Frame::new(300, 300, 255).png();
    let cases: [(&str, Vec<u8>, ScanError); 9] = [
        ("nothing", Vec::new(), ScanError::NotAnImage),
        ("text", b"HC1:6BFOXN".to_vec(), ScanError::NotAnImage),
        ("a PDF", b"%PDF-1.7".to_vec(), ScanError::NotAnImage),
        (
            "a cut PNG",
            png[..png.len() / 2].to_vec(),
            ScanError::Damaged,
        ),
        ("only a signature", png[..8].to_vec(), ScanError::Damaged),
        (
            "a cut JPEG",
            vec![0xFF, 0xD8, 0xFF, 0xE0],
            ScanError::Damaged,
        ),
        ("100,000 by 100,000 pixels", bomb, ScanError::TooLarge),
        ("20 MB", vec![0xFF; 20 << 20], ScanError::TooLarge),
        ("a white page", white, ScanError::NoCode),
    ];
    for (name, bytes, error) in cases {
        assert_eq!(texts_in_picture(&bytes), Err(error), "{name}");
    }
}

/// Noise and broken files for `PASO_FUZZ_SECONDS` (2 by default): texts or a named error, never a
/// panic.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long to look for trouble is told in seconds; what is tried follows from a seed"
)]
fn noise_and_broken_files_never_panic() {
    let seconds = std::env::var("PASO_FUZZ_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(2);
    let seeds: Vec<Vec<u8>> = [
        "baseline.jpg",
        "progressive.jpg",
        "interlaced.png",
        "palette.png",
    ]
    .map(|file| std::fs::read(PathBuf::from("tests/pictures").join(file)).unwrap())
    .into();
    let symbol = Symbol::new(&qr_text(390, 1)).unwrap();
    let mut chance = Chance(20_261_122);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut rounds = 0_u32;
    // At least some rounds of each kind, even on a machine that is busy.
    while rounds < 24 || Instant::now() < until {
        let bytes = match rounds % 4 {
            0 => noise(&mut chance, &symbol).png(),
            1 => torn(&mut chance, &symbol).png(),
            _ => mutated(&mut chance, &seeds),
        };
        let _ = texts_in_picture(&bytes);
        rounds += 1;
    }
    println!("{rounds} rounds");
}

/// Grey noise, black and white noise, or blocks of it.
fn noise(chance: &mut Chance, _: &Symbol) -> Frame {
    let mut frame = Frame::new(
        1 + (chance.next() % 900) as usize,
        1 + (chance.next() % 700) as usize,
        0,
    );
    let kind = chance.next() % 3;
    let block = 1 + (chance.next() % 9) as usize;
    let grain: Vec<u8> = (0..4096).map(|_| chance.next() as u8).collect();
    for (at, pixel) in frame.pixels.iter_mut().enumerate() {
        let (x, y) = (at % frame.width / block, at / frame.width / block);
        let value = grain[(x * 31 + y * 977 + x * y) % grain.len()];
        *pixel = match kind {
            0 => value,
            1 => {
                if value > 127 {
                    255
                } else {
                    0
                }
            }
            _ => {
                if value > 200 {
                    0
                } else {
                    255
                }
            }
        };
    }
    frame
}

/// A photograph with bands moved, turned dark or repeated.
fn torn(chance: &mut Chance, symbol: &Symbol) -> Frame {
    let view = View {
        degrees: chance.share() * 360.0,
        perspective: chance.share() * 0.3,
        px_per_module: 1.0 + chance.share() * 3.0,
        ..EASY
    };
    let mut frame = photograph(symbol, view, chance.next());
    for _ in 0..=chance.next() % 6 {
        let from = (chance.next() as usize) % frame.height;
        let to = (chance.next() as usize) % frame.height;
        let width = frame.width;
        let row = frame.pixels[from * width..(from + 1) * width].to_vec();
        let high = (1 + chance.next() as usize % 12).min(frame.height - to);
        for line in to..to + high {
            frame.pixels[line * width..(line + 1) * width].copy_from_slice(&row);
        }
    }
    frame
}

/// A file with bytes changed, cut out, doubled, or its end missing.
fn mutated(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[chance.next() as usize % seeds.len()].clone();
    for _ in 0..=chance.next() % 8 {
        let at = chance.next() as usize % bytes.len();
        match chance.next() % 5 {
            0 => bytes[at] ^= 1 << (chance.next() % 8),
            1 => bytes[at] = chance.next() as u8,
            2 => bytes.truncate(at.max(4)),
            3 => {
                let end = (at + chance.next() as usize % 64).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let end = (at + chance.next() as usize % 16).min(bytes.len());
                bytes.drain(at..end);
                if bytes.is_empty() {
                    bytes.push(0);
                }
            }
        }
    }
    bytes
}

/// CRC-32 as PNG chunks carry it (ISO/IEC 15948 annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}
