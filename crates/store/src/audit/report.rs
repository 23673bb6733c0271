//! What an audit says: which checks were made, on how much, and what was found where.

use core::fmt;
use std::collections::BTreeMap;

/// Findings of one check that are kept; the others are counted. A thousand rows damaged by one cause
/// fill a screen, not the memory.
pub const MOST_KEPT: usize = 100;

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$what])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable code: on the command line and in JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }
    };
}

coded!(
    /// A check: one question to the register, answered in one line.
    Check {
        /// The journal's rows are all there, in order, and every body opens and is what it was.
        Journal = "journal",
        /// The live views are what a fresh replay makes of the journal.
        Views = "views",
        /// Every row has its signed entry, which binds it, and every entry its row.
        Entries = "entries",
        /// Each device's stream is whole, linked, and signed by its one key.
        Streams = "streams",
        /// The tree over the entries is the one that was signed, published and written to files.
        Log = "log",
        /// Signed heads bear the signatures that the policy asks for.
        Heads = "heads",
        /// What has to follow has followed: integration, publication, receipts, leases.
        Duties = "duties",
        /// No act bears an officer's number from a time outside their service.
        Officers = "officers",
        /// Clocks lie within what the log proves of them.
        Times = "times",
    }
);

coded!(
    /// What can be found.
    Code {
        /// A position of the journal has no row.
        PositionMissing = "position-missing",
        /// A subject's versions have a hole.
        VersionMissing = "version-missing",
        /// A later version of a subject lies before an earlier one.
        VersionOrder = "version-order",
        /// A row holds what nothing here can have written.
        RowUnreadable = "row-unreadable",
        /// A body does not open with its subject's key.
        BodyAltered = "body-altered",
        /// A body opens, and the commitment beside it is not its own.
        CommitmentAltered = "commitment-altered",
        /// A body opens and is no event known here in canonical form.
        EventUnknown = "event-unknown",
        /// The minute beside a body is not the event's.
        TimeAltered = "time-altered",
        /// A body has no key, and no erasure accounts for it.
        KeyMissing = "key-missing",
        /// A body has a key that an erasure has destroyed.
        KeyKept = "key-kept",
        /// The keys know of an erasure that the journal lacks: it is older than they are.
        ErasureMissing = "erasure-missing",

        /// The live views have not followed the journal.
        ViewsBehind = "views-behind",
        /// A fresh replay makes a row that is not there.
        ViewRowMissing = "view-row-missing",
        /// A row is there that no replay makes.
        ViewRowExtra = "view-row-extra",
        /// A row is not what a replay makes of it.
        ViewRowDiffers = "view-row-differs",

        /// A row of the journal has no entry.
        RowWithoutEntry = "row-without-entry",
        /// An entry of an event has no row.
        EntryWithoutRow = "entry-without-row",
        /// An entry's leaf names another place in a stream than the row it stands beside.
        EntryOfAnotherRow = "entry-of-another-row",
        /// A leaf that is none.
        LeafUnreadable = "leaf-unreadable",
        /// A leaf commits to another body.
        CommitmentDiffers = "commitment-differs",
        /// A leaf binds another envelope.
        EnvelopeDiffers = "envelope-differs",
        /// A leaf tells another class than the event's.
        ClassDiffers = "class-differs",
        /// What was told to the ombudsman stands beside no row.
        StatementWithoutRow = "statement-without-row",

        /// Numbers are missing in a stream.
        StreamGap = "stream-gap",
        /// A leaf does not link to the one before it.
        LinkBroken = "link-broken",
        /// A leaf is not signed by its stream's key.
        SignatureBad = "signature-bad",
        /// A leaf is signed by another key than its stream's.
        SignedByAnotherKey = "signed-by-another-key",
        /// A stream has no key here.
        DeviceUnknown = "device-unknown",
        /// A stream's key is in no trust bundle.
        KeyNotTrusted = "key-not-trusted",
        /// A key signed outside its window.
        KeyOutsideWindow = "key-outside-window",
        /// A key signed after it may have been in other hands.
        KeyCompromised = "key-compromised",
        /// A device has signed two leaves of one number.
        Fork = "fork",

        /// The order in which entries wait for the log has a hole.
        NumberMissing = "number-missing",
        /// A log holds more than there are entries.
        EntriesMissing = "entries-missing",
        /// A log's first leaf does not open it, or does not continue the log before.
        OpeningDiffers = "opening-differs",
        /// The tree is not the one stored.
        StoredRootDiffers = "stored-root-differs",
        /// The tree is not the one signed last.
        SignedRootDiffers = "signed-root-differs",
        /// The tree is not one that was published.
        PublishedRootDiffers = "published-root-differs",
        /// The tree is not the one that the guard saw signed.
        GuardDiffers = "guard-differs",
        /// A tile is not the tree's.
        TileDiffers = "tile-differs",
        /// A tile is nowhere.
        TileMissing = "tile-missing",

        /// A signed head cannot be read, or is another's than it stands beside.
        NoteDiffers = "note-differs",
        /// A head is not signed by the log's key.
        LogSignatureBad = "log-signature-bad",
        /// A witness's line under a published head is not its signature.
        CosignatureBad = "cosignature-bad",
        /// A published head lacks witnesses that the policy asks for.
        QuorumMissing = "quorum-missing",

        /// An entry waits longer for its log than the policy allows.
        NotIntegrated = "not-integrated",
        /// An integrated entry waits longer for a witnessed head than the policy allows.
        NotPublished = "not-published",
        /// An act for which a receipt is due has none.
        ReceiptMissing = "receipt-missing",
        /// A block of status indexes was leased again.
        LeaseRepeated = "lease-repeated",
        /// A status index was given to two cards.
        IndexRepeated = "index-repeated",
        /// A trust bundle's number was given again.
        BundleRepeated = "bundle-repeated",
        /// Sheets of custody or encounters of a batch have been out longer than the policy allows.
        SheetOutstanding = "sheet-outstanding",
        /// A sheet of a batch says two things at once.
        SheetContradicted = "sheet-contradicted",

        /// An officer's number bears an act from while they were suspended or after their dismissal.
        ActWhileAway = "act-while-away",

        /// An entry is anchored to a head that was never published here.
        AnchorUnknown = "anchor-unknown",
        /// A device's clock stood before a head that it had seen.
        ClockBehind = "clock-behind",
        /// A device's clock stood after the head that holds its entry.
        ClockAhead = "clock-ahead",
        /// Between the bounds of an entry's time lies more than the policy allows.
        SandwichWide = "sandwich-wide",
    }
);

impl Code {
    /// The check that finds it.
    #[must_use]
    pub const fn check(self) -> Check {
        match self {
            Self::PositionMissing
            | Self::VersionMissing
            | Self::VersionOrder
            | Self::RowUnreadable
            | Self::BodyAltered
            | Self::CommitmentAltered
            | Self::EventUnknown
            | Self::TimeAltered
            | Self::KeyMissing
            | Self::KeyKept
            | Self::ErasureMissing => Check::Journal,
            Self::ViewsBehind
            | Self::ViewRowMissing
            | Self::ViewRowExtra
            | Self::ViewRowDiffers => Check::Views,
            Self::RowWithoutEntry
            | Self::EntryWithoutRow
            | Self::EntryOfAnotherRow
            | Self::LeafUnreadable
            | Self::CommitmentDiffers
            | Self::EnvelopeDiffers
            | Self::ClassDiffers
            | Self::StatementWithoutRow => Check::Entries,
            Self::StreamGap
            | Self::LinkBroken
            | Self::SignatureBad
            | Self::SignedByAnotherKey
            | Self::DeviceUnknown
            | Self::KeyNotTrusted
            | Self::KeyOutsideWindow
            | Self::KeyCompromised
            | Self::Fork => Check::Streams,
            Self::NumberMissing
            | Self::EntriesMissing
            | Self::OpeningDiffers
            | Self::StoredRootDiffers
            | Self::SignedRootDiffers
            | Self::PublishedRootDiffers
            | Self::GuardDiffers
            | Self::TileDiffers
            | Self::TileMissing => Check::Log,
            Self::NoteDiffers
            | Self::LogSignatureBad
            | Self::CosignatureBad
            | Self::QuorumMissing => Check::Heads,
            Self::NotIntegrated
            | Self::NotPublished
            | Self::ReceiptMissing
            | Self::SheetOutstanding
            | Self::SheetContradicted
            | Self::LeaseRepeated
            | Self::IndexRepeated
            | Self::BundleRepeated => Check::Duties,
            Self::ActWhileAway => Check::Officers,
            Self::AnchorUnknown | Self::ClockBehind | Self::ClockAhead | Self::SandwichWide => {
                Check::Times
            }
        }
    }
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A row of the journal.
    Position(u64),
    /// A row of a view, by its table and key. The key may name a person: it is for the office only.
    View(String),
    /// An entry, by its number, and by stream and sequence where they can be read.
    Entry {
        /// Its number here.
        number: u64,
        /// Its stream and sequence.
        of: Option<(String, u64)>,
    },
    /// Places in a stream, from one to another.
    Stream {
        /// The stream.
        stream: String,
        /// The first number.
        from: u64,
        /// The last.
        to: u64,
    },
    /// A tree of a log.
    Tree {
        /// The log.
        origin: String,
        /// Its leaves.
        size: u64,
    },
    /// A tile of a log.
    Tile {
        /// The log.
        origin: String,
        /// As its address has it.
        path: String,
    },
    /// A status index.
    Index {
        /// The list.
        list: String,
        /// The index.
        index: u32,
        /// The row that gave it again.
        position: u64,
    },
}

/// In figures and names that need no translation.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => write!(f, "#{position}"),
            Self::View(row) => f.write_str(row),
            Self::Entry { number, of: None } => write!(f, "e{number}"),
            Self::Entry {
                number,
                of: Some((stream, sequence)),
            } => write!(f, "e{number} {stream}/{sequence}"),
            Self::Stream { stream, from, to } if from == to => write!(f, "{stream}/{from}"),
            Self::Stream { stream, from, to } => write!(f, "{stream}/{from}-{to}"),
            Self::Tree { origin, size } => write!(f, "{origin} {size}"),
            Self::Tile { origin, path } => write!(f, "{origin} {path}"),
            Self::Index {
                list,
                index,
                position,
            } => write!(f, "{list} {index} #{position}"),
        }
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// Where.
    pub place: Place,
}

coded!(
    /// Why a check was not made.
    Skipped {
        /// Nobody asked for it.
        NotAsked = "not-asked",
        /// There is nothing of the kind.
        Nothing = "nothing",
        /// Views are made when the program starts, and it has not started on this copy yet.
        NoViews = "no-views",
        /// The views are of another version of the program.
        OtherViews = "other-views",
        /// Bodies do not open, so no replay is complete.
        NoReplay = "no-replay",
    }
);

coded!(
    /// What is counted beside findings: normal, and worth a look when it grows.
    Counted {
        /// What was looked at.
        Examined = "examined",
        /// Rows whose key was destroyed.
        Erased = "erased",
        /// Entries that came after one of a higher number in their stream.
        Late = "late",
        /// Signs of life.
        Heartbeats = "heartbeats",
        /// Events recorded in another minute than they happened in.
        RecordedLater = "recorded-later",
        /// Entries that are anchored to no head.
        NotAnchored = "not-anchored",
        /// Streams whose keys no bundle at hand could speak for.
        NoBundle = "no-bundle",
        /// Heads that no policy at hand could speak for.
        NoPolicy = "no-policy",
        /// Acts from before receipts were given.
        BeforeReceipts = "before-receipts",
    }
);

/// The answer of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Why it was not made; none where it was.
    pub skipped: Option<Skipped>,
    /// Counts.
    pub counted: BTreeMap<Counted, u64>,
    /// How much was found of each kind.
    pub found: BTreeMap<Code, u64>,
    /// The first [`MOST_KEPT`] findings.
    pub findings: Vec<Finding>,
}

/// What an audit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The journal's last position at the instant that was audited.
    pub position: u64,
    /// One line a check.
    pub lines: BTreeMap<Check, Line>,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lines.values().all(|line| line.found.is_empty())
    }

    /// The kinds of findings, all checks together.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.lines
            .values()
            .flat_map(|line| line.found.keys().copied())
    }

    /// A check's line.
    pub(super) fn line(&mut self, check: Check) -> &mut Line {
        self.lines.entry(check).or_default()
    }

    pub(super) fn find(&mut self, code: Code, place: Place) {
        let line = self.line(code.check());
        *line.found.entry(code).or_default() += 1;
        if line.findings.len() < MOST_KEPT {
            line.findings.push(Finding { code, place });
        }
    }

    pub(super) fn count(&mut self, check: Check, counted: Counted, by: u64) {
        if by > 0 {
            *self.line(check).counted.entry(counted).or_default() += by;
        }
    }

    pub(super) fn skip(&mut self, check: Check, why: Skipped) {
        self.line(check).skipped = Some(why);
    }
}
