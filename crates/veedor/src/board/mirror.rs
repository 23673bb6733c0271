//! The part of the board about what is mirrored: how complete each copy is, what was refused, and
//! what does not fit. Of devices it tells numbers only: which of them is silent, and since when, is
//! nothing to post on a wall.

use super::{Instant, Shown, Words, sign, since};
use crate::{evidence::Kind, lag::Lag, mirror::LogStanding};
use paso_pages::Voice;
use paso_tlog::cosignature::Timestamp;

pub(super) use crate::mirror::Standing;

/// A copy of one log.
#[derive(Debug)]
pub(super) struct CopyRow {
    pub(super) origin: String,
    pub(super) class: &'static str,
    pub(super) shape: &'static str,
    pub(super) word: &'static str,
    pub(super) advice: &'static str,
    pub(super) size: u64,
    pub(super) root: String,
    pub(super) complete: Instant,
    pub(super) behind: Option<String>,
    /// What its addresses begin with.
    pub(super) base: String,
    /// Each piece, and whether its notes are for everybody to read.
    pub(super) evidence: Vec<(Shown, bool)>,
}

/// Something that does not fit.
#[derive(Debug)]
pub(super) struct FindingRow {
    pub(super) origin: String,
    pub(super) place: u64,
    pub(super) what: &'static str,
    pub(super) found: Instant,
}

/// The copies of an authority.
#[derive(Debug)]
pub(super) struct MirrorRow {
    pub(super) code: String,
    pub(super) failure: Option<&'static str>,
    pub(super) copies: Vec<CopyRow>,
    pub(super) devices: usize,
    pub(super) silent: usize,
    pub(super) missing: u64,
    pub(super) findings: Vec<FindingRow>,
}

impl MirrorRow {
    pub(super) fn new(voice: Voice<'_>, words: &Words, now: Timestamp, mirror: &Standing) -> Self {
        let newest = mirror.logs.last().map(|log| log.held.label);
        let silent = mirror
            .streams
            .iter()
            .filter(|stream| Lag::of(Some(stream.heard), now) != Lag::Current);
        let origin = |label| {
            let of = |log: &&LogStanding| log.held.label == label;
            let found = mirror.logs.iter().find(of);
            found.map_or_else(|| label.to_string(), |log| log.held.origin.to_string())
        };
        Self {
            code: mirror.code.clone(),
            failure: mirror.failure.map(|failure| words.failed(failure)),
            copies: mirror
                .logs
                .iter()
                .rev()
                .map(|log| {
                    let open = Some(log.held.label) == newest;
                    CopyRow::new(voice, words, now, &mirror.code, log, open)
                })
                .collect(),
            devices: mirror.streams.len(),
            silent: silent.count(),
            missing: mirror.streams.iter().map(|stream| stream.missing).sum(),
            findings: mirror
                .findings
                .iter()
                .map(|finding| FindingRow {
                    origin: origin(finding.label),
                    place: finding.place,
                    what: words.found(finding.what),
                    found: Instant::new(voice, finding.found),
                })
                .collect(),
        }
    }
}

impl CopyRow {
    fn new(
        voice: Voice<'_>,
        words: &Words,
        now: Timestamp,
        code: &str,
        log: &LogStanding,
        open: bool,
    ) -> Self {
        let forked = log.evidence.iter().any(|piece| piece.kind == Kind::Fork);
        // A log that another one continues does not grow any more: what is held of it is all of it,
        // or the next one's opening is a finding.
        let lag = if open {
            Lag::of(Some(log.complete), now)
        } else {
            Lag::Current
        };
        let (class, shape) = sign(lag, forked);
        let [word, advice] = words.mirrored(lag, forked);
        let shown = |piece| (Shown::new(voice, words, piece), piece.kind.is_public());
        Self {
            origin: log.held.origin.to_string(),
            class,
            shape,
            word,
            advice,
            size: log.held.head.size,
            root: log.held.head.root.to_string(),
            complete: Instant::new(voice, log.complete),
            behind: (lag != Lag::Current).then(|| since(voice, now, log.complete)),
            base: format!("/mirror/{code}/{}", log.held.label),
            evidence: log.evidence.iter().map(shown).collect(),
        }
    }
}
