//! zlib (RFC 1950) for small signed data: an inflater with a limit, a deflater without stored blocks,
//! and a writer of nothing but a stored block.
//!
//! The deflater exists because a widespread reader of claim 169 fails on stored blocks, which every
//! ordinary deflater picks for data as dense as a card; and because at this size the code tables of
//! a dynamic block cost more than they save. It writes one block with the fixed codes of RFC 1951
//! §3.2.6, choosing literals and matches so that the sum of bits is least.

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags},
};

/// Why bytes could not be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZlibError {
    /// Not a zlib stream, a damaged one, or one with bytes behind its end.
    NotZlib,
    /// More output than the limit.
    TooLarge,
}

/// The content of a whole zlib stream of at most `limit` bytes.
///
/// Memory grows with what really comes out, so a small bomb costs no more than `limit`.
pub(crate) fn inflate(stream: &[u8], limit: usize) -> Result<Vec<u8>, ZlibError> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut inflater = Box::<DecompressorOxide>::default();
    let mut content = vec![0; stream.len().saturating_mul(2).min(limit)];
    let (mut read, mut written) = (0, 0);
    loop {
        let rest = stream.get(read..).unwrap_or_default();
        let (status, taken, given) = decompress(&mut inflater, rest, &mut content, written, flags);
        read += taken;
        written += given;
        match status {
            TINFLStatus::Done if read == stream.len() => {
                content.truncate(written);
                return Ok(content);
            }
            TINFLStatus::HasMoreOutput if content.len() >= limit => {
                return Err(ZlibError::TooLarge);
            }
            TINFLStatus::HasMoreOutput => {
                let grown = content.len().saturating_mul(2).clamp(64, limit);
                content.resize(grown, 0);
            }
            _ => return Err(ZlibError::NotZlib),
        }
    }
}

/// A zlib stream of `content` in one block with fixed codes.
///
/// Looks at every earlier match, so work may grow with the square of the length on repetitive
/// content; meant for cards and slips of some hundred bytes.
pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    // CMF and FLG: deflate, 32 kB window, no preset dictionary; a multiple of 31.
    bits.bytes.extend_from_slice(&[0x78, 0xda]);
    // BFINAL and BTYPE = 01.
    bits.push(0b011, 3);
    let mut at = 0;
    for step in cheapest_steps(content) {
        match step {
            Step::Literal => {
                let (code, length) = literal_code(u16::from(content[at]));
                bits.push_code(code, length);
                at += 1;
            }
            Step::Match { length, distance } => {
                let (symbol, extra, extra_bits) = length_symbol(length);
                let (code, code_bits) = literal_code(symbol);
                bits.push_code(code, code_bits);
                bits.push(u32::from(extra), extra_bits);
                let (symbol, extra, extra_bits) = distance_symbol(distance);
                bits.push_code(symbol, 5);
                bits.push(u32::from(extra), extra_bits);
                at += usize::from(length);
            }
        }
    }
    let (end, length) = literal_code(256);
    bits.push_code(end, length);
    let mut stream = bits.finish();
    stream.extend_from_slice(&adler32(content).to_be_bytes());
    stream
}

/// A zlib stream of `content` in stored blocks: 11 bytes more than up to 65,535 bytes of content,
/// whatever they are. For codes that must fit by their fields and never by luck, and that only
/// readers of Paso's own formats open.
pub(crate) fn store(content: &[u8]) -> Vec<u8> {
    // CMF as in `deflate`, FLEVEL 0; a multiple of 31.
    let mut stream = vec![0x78, 0x01];
    let mut rest = content;
    loop {
        // RFC 1951 §3.2.4: BFINAL and BTYPE = 00 in a byte of their own, LEN and its complement.
        let (block, left) = rest.split_at(rest.len().min(usize::from(u16::MAX)));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(left.is_empty()));
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(block);
        rest = left;
        if rest.is_empty() {
            break;
        }
    }
    stream.extend_from_slice(&adler32(content).to_be_bytes());
    stream
}

#[derive(Clone, Copy)]
enum Step {
    Literal,
    Match { length: u16, distance: u16 },
}

/// RFC 1951 §3.2.5.
const MIN_MATCH: usize = 3;
const MAX_MATCH: usize = 258;
const MAX_DISTANCE: u16 = 32 * 1024;

/// The steps with the least bits: a shortest path from the end back to the start.
fn cheapest_steps(content: &[u8]) -> Vec<Step> {
    let earlier = earlier_places(content);
    let mut cost = vec![0_u32; content.len() + 1];
    let mut steps = vec![Step::Literal; content.len()];
    for at in (0..content.len()).rev() {
        let mut best = cost[at + 1] + u32::from(literal_code(u16::from(content[at])).1);
        let mut best_step = Step::Literal;
        let longest = (content.len() - at).min(MAX_MATCH);
        let mut reached = MIN_MATCH - 1;
        let mut place = earlier[at];
        // Nearest first: a farther match is only worth looking at where it is longer.
        while let Some(from) = place.filter(|_| reached < longest) {
            place = earlier[from];
            let Some(distance) = u16::try_from(at - from).ok().filter(|d| *d <= MAX_DISTANCE)
            else {
                break;
            };
            let same = content[from..]
                .iter()
                .zip(&content[at..at + longest])
                .take_while(|(a, b)| a == b)
                .count();
            for (length, short) in (0..=same).zip(0_u16..).skip(reached + 1) {
                let (symbol, _, length_bits) = length_symbol(short);
                let (_, _, distance_bits) = distance_symbol(distance);
                let bits = u32::from(literal_code(symbol).1)
                    + u32::from(length_bits)
                    + 5
                    + u32::from(distance_bits)
                    + cost[at + length];
                if bits < best {
                    best = bits;
                    best_step = Step::Match {
                        length: short,
                        distance,
                    };
                }
            }
            reached = reached.max(same);
        }
        cost[at] = best;
        steps[at] = best_step;
    }
    let mut path = Vec::new();
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        path.push(*step);
        at += match step {
            Step::Literal => 1,
            Step::Match { length, .. } => usize::from(*length),
        };
    }
    path
}

/// For every place the nearest earlier one that may start with the same three bytes.
fn earlier_places(content: &[u8]) -> Vec<Option<usize>> {
    const SLOTS: usize = 1 << 9;
    let mut latest = [None; SLOTS];
    let mut earlier = vec![None; content.len()];
    for (at, three) in content.windows(MIN_MATCH).enumerate() {
        let hash = three.iter().fold(0_usize, |hash, byte| {
            hash.wrapping_mul(131) + usize::from(*byte)
        });
        let slot = &mut latest[hash % SLOTS];
        earlier[at] = *slot;
        *slot = Some(at);
    }
    earlier
}

/// The fixed code of a literal or length symbol and its bits (RFC 1951 §3.2.6).
const fn literal_code(symbol: u16) -> (u16, u8) {
    match symbol {
        0..=143 => (0x30 + symbol, 8),
        144..=255 => (0x190 + symbol - 144, 9),
        256..=279 => (symbol - 256, 7),
        _ => (0xc0 + symbol - 280, 8),
    }
}

/// The symbol of a match length with its extra bits (RFC 1951 §3.2.5).
fn length_symbol(length: u16) -> (u16, u16, u8) {
    match length {
        ..=10 => (254 + length, 0, 0),
        258 => (285, 0, 0),
        _ => {
            // Lengths 11 to 257 fall in groups of four symbols, each group twice as wide.
            let past = length - 3;
            let extra_bits = past.ilog2() - 2;
            let symbol = 257 + 4 * extra_bits + u32::from(past >> extra_bits);
            split(symbol, past, extra_bits)
        }
    }
}

/// The symbol of a match distance with its extra bits.
fn distance_symbol(distance: u16) -> (u16, u16, u8) {
    let past = distance - 1;
    if past < 4 {
        return (past, 0, 0);
    }
    let extra_bits = past.ilog2() - 1;
    split(
        2 * extra_bits + u32::from(past >> extra_bits),
        past,
        extra_bits,
    )
}

/// A symbol, the low `extra_bits` of what it stands for, and their number; all far below 2^16.
fn split(symbol: u32, past: u16, extra_bits: u32) -> (u16, u16, u8) {
    let mask = (1_u16 << extra_bits) - 1;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "symbols end at 285, bits at 13"
    )]
    (symbol as u16, past & mask, extra_bits as u8)
}

/// Bits in the order of RFC 1951 §3.1.1: from the least significant of each byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u8,
}

impl Bits {
    /// Appends a number, least significant bit first.
    fn push(&mut self, value: u32, bits: u8) {
        self.pending |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// Appends a Huffman code, most significant bit first.
    fn push_code(&mut self, code: u16, bits: u8) {
        self.push(u32::from(code.reverse_bits() >> (16 - bits)), bits);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        self.bytes
    }
}

/// RFC 1950 §8.2.
fn adler32(content: &[u8]) -> u32 {
    const BASE: u32 = 65_521;
    let (low, high) = content.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % BASE;
        (low, (high + low) % BASE)
    });
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// BTYPE of the first block.
    fn block_type(stream: &[u8]) -> u8 {
        stream[2] >> 1 & 3
    }

    #[test]
    fn every_length_and_distance_has_its_symbol() {
        // One run of each length at each kind of distance, read back by another implementation.
        for length in 3..=258_usize {
            let mut content = vec![7; length + 1];
            content.push(9);
            assert_eq!(
                inflate(&deflate(&content), 1000).unwrap(),
                content,
                "{length}"
            );
        }
        for distance in (1..=1400_usize).chain([4000, 4096, 4097]) {
            let mut noise = 1_u32;
            let mut content: Vec<u8> = (0..distance)
                .map(|_| {
                    noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (noise >> 24) as u8
                })
                .collect();
            content.extend_from_within(..content.len().min(8));
            assert_eq!(
                inflate(&deflate(&content), 10_000).unwrap(),
                content,
                "{distance}"
            );
        }
    }

    #[test]
    fn never_stores_and_beats_a_greedy_deflater_on_dense_data() {
        let dense: Vec<u8> = (0..=255).collect();
        assert_eq!(block_type(&deflate(&dense)), 1);
        assert_eq!(block_type(&deflate(&[])), 1);
        let text = b"https://tvr.example https://tvr.example/1 TAPACHULA TAPACHULA";
        let greedy = miniz_oxide::deflate::compress_to_vec_zlib(text, 9);
        assert!(deflate(text).len() <= greedy.len());
    }

    #[test]
    fn what_is_stored_grows_by_the_same_whatever_it_is() {
        for length in [0, 1, 200, 65_535] {
            for byte in [0, 0xff] {
                let content = vec![byte; length];
                let stream = store(&content);
                assert_eq!(stream.len(), length + 11);
                assert_eq!(block_type(&stream), 0);
                assert_eq!(inflate(&stream, 1 << 17), Ok(content));
            }
        }
        let long = vec![7; 65_536];
        assert_eq!(inflate(&store(&long), 1 << 17), Ok(long));
    }

    #[test]
    fn bombs_and_tails_are_refused() {
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 1 << 20], 9);
        assert!(bomb.len() < 2000);
        assert_eq!(inflate(&bomb, 64 * 1024), Err(ZlibError::TooLarge));
        assert_eq!(
            inflate(&bomb, 1 << 20).map(|content| content.len()),
            Ok(1 << 20)
        );
        let mut tail = deflate(b"card");
        tail.push(0);
        assert_eq!(inflate(&tail, 1000), Err(ZlibError::NotZlib));
        assert_eq!(inflate(&[], 1000), Err(ZlibError::NotZlib));
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(content in proptest::collection::vec(0_u8..8, 0..600)) {
            prop_assert_eq!(inflate(&deflate(&content), 1000), Ok(content));
        }

        #[test]
        fn a_cut_or_changed_stream_is_refused(
            content in proptest::collection::vec(any::<u8>(), 1..100), at: prop::sample::Index, bit in 0..8,
        ) {
            let stream = deflate(&content);
            let at = at.index(stream.len());
            prop_assert!(inflate(&stream[..at], 1000).is_err());
            let mut changed = stream.clone();
            changed[at] ^= 1_u8 << bit;
            // Adler-32 sees every single changed bit; header bits may leave the content as it was.
            if let Ok(read) = inflate(&changed, 1000) {
                prop_assert_eq!(read, content);
            }
        }
    }
}
