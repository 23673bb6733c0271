//! Feeds the reader of machine readable zones with the corpus, then with mutations of it, for
//! `PASO_FUZZ_SECONDS` (2 unless set). Whatever comes in, it answers; what it reads, it can write
//! again and read the same. The seed is fixed, so a failure is found again.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests build is known to be good"
)]

use jiff::civil::date;
use paso_formats::mrz::{Mrz, parse};
use std::time::{Duration, Instant};

/// xorshift64: enough to choose what to break.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

fn corpus() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/mrz");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 8, "the corpus is missing");
    files
        .iter()
        .map(|f| String::from_utf8_lossy(&std::fs::read(f).unwrap()).into_owned())
        .collect()
}

fn mutate(text: &str, other: &str, chance: &mut Chance) -> String {
    const PIECES: [char; 14] = [
        '<',
        '0',
        '9',
        'A',
        'K',
        'Z',
        'O',
        '\n',
        '\r',
        ' ',
        '«',
        'ñ',
        '\u{0}',
        '\u{10ffff}',
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=chance.below(6) {
        let at = chance.below(characters.len() + 1);
        match chance.below(6) {
            0 => characters.insert(at, PIECES[chance.below(PIECES.len())]),
            1 if at < characters.len() => {
                characters.remove(at);
            }
            2 if at < characters.len() => characters[at] = PIECES[chance.below(PIECES.len())],
            3 => characters.truncate(at),
            4 => characters.extend(other.chars().skip(at)),
            _ if at > 0 && at < characters.len() => characters.swap(at, at - 1),
            _ => {}
        }
    }
    characters.into_iter().take(2_000).collect()
}

fn reads_the_same_again(mrz: &Mrz) {
    let today = date(2026, 11, 22);
    // What was read from a zone may not fit it once its spaces are ours, such as a number cut by
    // a filler; then the encoder says so. What it writes must be the same document.
    let Ok(lines) = mrz.encode() else { return };
    let again = parse(&lines.join("\n"), today).unwrap();
    assert_eq!(
        (&again.number, again.birth, again.expires),
        (&mrz.number, mrz.birth, mrz.expires)
    );
    assert_eq!(
        (again.issuer, again.nationality, again.sex),
        (mrz.issuer, mrz.nationality, mrz.sex)
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the length of a fuzz run is a time, not a rule"
)]
fn no_text_panics_and_what_reads_reads_again() {
    let seconds = std::env::var("PASO_FUZZ_SECONDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(2);
    let corpus = corpus();
    let today = date(2026, 11, 22);
    let mut good = 0;
    for text in &corpus {
        if let Ok(mrz) = parse(text, today) {
            reads_the_same_again(&mrz);
            good += 1;
        }
    }
    assert!(good >= 4, "the corpus must hold zones that read");
    let mut chance = Chance(0x9303_9303_9303_9303);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        for _ in 0..1_000 {
            let text = &corpus[chance.below(corpus.len())];
            let other = &corpus[chance.below(corpus.len())];
            if let Ok(mrz) = parse(&mutate(text, other, &mut chance), today) {
                reads_the_same_again(&mrz);
            }
        }
    }
}
