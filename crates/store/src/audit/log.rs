//! The log: every tree is built anew from the entries and held against all that was said of it.
//!
//! One walk over the entries in the order in which they waited serves the tree, the tiles, every
//! published head, and the times that those heads prove. Of a tree only its edge is in memory.

use std::collections::{BTreeSet, HashMap};

use paso_formats::{entry::Witnessed, moment::Moment};
use paso_tlog::{
    checkpoint::{Head, Origin, SignedCheckpoint},
    hash::{Hash, leaf_hash},
    opening::Opening,
    tile::{Bundle, Edge, Kind, Tile, TilePath},
};

use super::{
    AuditError, Check, Code, Counted, Known, Place, Report, Skipped,
    heads::Policies,
    pages::{Entries, StoredEntry},
    reader::Reader,
    times::{self, Bounds},
};
use crate::{
    error::DatabaseError,
    sql::{Row, Statement, Value},
};

/// Heads read at a time, and anchors remembered.
const PAGE: usize = 256;

const LOGS: Statement = Statement {
    name: "audit::LOGS",
    text: "SELECT ordinal, origin, opening, first_number, size, root, signed, note FROM log
        ORDER BY ordinal",
};
const PUBLISHED: Statement = Statement {
    name: "audit::PUBLISHED",
    text: "SELECT ordinal, origin, size, root, note, at FROM published
        WHERE (ordinal, size) > ($1, $2) ORDER BY ordinal, size LIMIT $3",
};
const ANCHOR: Statement = Statement {
    name: "audit::ANCHOR",
    text: "SELECT ordinal, origin, size, root, note, at FROM published
        WHERE ordinal = $1 AND size = $2",
};
const TILE: Statement = Statement {
    name: "audit::TILE",
    text: "SELECT hashes FROM log_tile WHERE ordinal = $1 AND level = $2 AND place = $3",
};

/// A log as it is stored.
struct Log {
    ordinal: u64,
    origin: String,
    opening: Vec<u8>,
    first_number: u64,
    head: Head,
    signed: u64,
    note: Option<String>,
}

impl Log {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            ordinal: row.number(0)?,
            origin: row.text(1)?,
            opening: row.bytes(2)?,
            first_number: row.number(3)?,
            head: Head {
                size: row.number(4)?,
                root: Hash(row.hash(5)?),
            },
            signed: row.number(6)?,
            note: row.optional_text(7)?,
        })
    }

    /// The number of the entry that is integrated next.
    const fn next_number(&self) -> u64 {
        self.first_number + self.head.size.saturating_sub(1)
    }

    fn place(&self, size: u64) -> Place {
        Place::Tree {
            origin: self.origin.clone(),
            size,
        }
    }
}

/// A published head.
struct Published {
    ordinal: u64,
    origin: String,
    head: Head,
    note: String,
    at: Moment,
}

impl Published {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            ordinal: row.number(0)?,
            origin: row.text(1)?,
            head: Head {
                size: row.number(2)?,
                root: Hash(row.hash(3)?),
            },
            note: row.text(4)?,
            at: row.moment(5)?,
        })
    }
}

/// What a published head proves of time: a bound, where its signatures are right.
#[derive(Clone, Copy)]
struct Proof(Option<Moment>);

/// Published heads in order, judged one by one.
#[derive(Default)]
struct Heads {
    page: std::vec::IntoIter<Published>,
    last: (u64, u64),
    ended: bool,
    /// The head at hand.
    now: Option<Published>,
    /// When it was there at the latest, where that is proven.
    at: Option<Moment>,
    /// The leaves of each log.
    sizes: HashMap<u64, u64>,
}

impl Heads {
    /// Goes to the first head of a log with more than so many leaves.
    async fn beyond(
        &mut self,
        ordinal: u64,
        leaves: u64,
        reader: &mut Reader,
        policies: &Policies,
        report: &mut Report,
    ) -> Result<(), DatabaseError> {
        let is_beyond = |head: &Published| (head.ordinal, head.head.size) > (ordinal, leaves);
        while !self.ended && !self.now.as_ref().is_some_and(is_beyond) {
            self.now = None;
            if self.page.len() == 0 {
                let (ordinal, size) = self.last;
                let values = vec![
                    Value::from(ordinal),
                    Value::from(size),
                    Value::from(PAGE as u64),
                ];
                let rows = reader.fetch(&PUBLISHED, values).await?;
                let read = rows.iter().map(Published::read);
                self.page = read.collect::<Result<Vec<_>, _>>()?.into_iter();
            }
            let Some(head) = self.page.next() else {
                self.ended = true;
                break;
            };
            self.last = (head.ordinal, head.head.size);
            report.count(Check::Heads, Counted::Examined, 1);
            let place = || Place::Tree {
                origin: head.origin.clone(),
                size: head.head.size,
            };
            let leaves = self.sizes.get(&head.ordinal);
            if leaves.is_none_or(|leaves| *leaves < head.head.size) {
                report.find(Code::EntriesMissing, place());
            }
            let judged = policies.judge(&head.origin, &head.note, head.head, true);
            if !judged.by_policy {
                report.count(Check::Heads, Counted::NoPolicy, 1);
            }
            if let Some(code) = judged.found {
                report.find(code, place());
            }
            self.at = judged.bound(head.at, |(_, last)| last);
            self.now = Some(head);
        }
        Ok(())
    }

    /// The head at hand, if it is this log's.
    fn of(&self, ordinal: u64) -> Option<&Published> {
        self.now.as_ref().filter(|head| head.ordinal == ordinal)
    }
}

/// A head that the tree must have had.
struct Expected {
    head: Head,
    code: Code,
}

/// A tree on its way.
struct Tree<'a> {
    log: &'a Log,
    edge: Edge,
    expected: Vec<Expected>,
    /// The leaves since the last full tile.
    leaves: Vec<Vec<u8>>,
    /// An entry is missing, so that nothing more can be said of it.
    broken: bool,
}

pub(super) async fn check(
    reader: &mut Reader,
    checks: &BTreeSet<Check>,
    known: &Known<'_>,
    report: &mut Report,
) -> Result<(), AuditError> {
    let rows = reader.fetch(&LOGS, Vec::new()).await?;
    let logs: Vec<_> = rows.iter().map(Log::read).collect::<Result<_, _>>()?;
    guarded(&logs, known, report);
    if logs.is_empty() {
        for check in [Check::Log, Check::Heads, Check::Times] {
            if checks.contains(&check) && report.line(check).found.is_empty() {
                report.skip(check, Skipped::Nothing);
            }
        }
    }
    let mut walk = Walk {
        known,
        policies: Policies::read(known.policies),
        heads: Heads {
            sizes: logs
                .iter()
                .map(|log| (log.ordinal, log.head.size))
                .collect(),
            ..Heads::default()
        },
        anchors: HashMap::new(),
        ordinals: logs.iter().rev().map(|log| log.ordinal).collect(),
    };
    walk.through(&logs, reader, report).await
}

/// What the guard saw signed must be there.
fn guarded(logs: &[Log], known: &Known<'_>, report: &mut Report) {
    for (origin, head) in known.guard {
        let log = logs.iter().find(|log| log.origin == origin.as_ref());
        if log.is_none_or(|log| log.head.size < head.size) {
            let place = Place::Tree {
                origin: origin.to_string(),
                size: head.size,
            };
            report.find(Code::GuardDiffers, place);
        }
    }
}

struct Walk<'a> {
    known: &'a Known<'a>,
    policies: Policies,
    heads: Heads,
    /// When the heads that entries name were there at the earliest, where that is proven; none for
    /// those never published here.
    anchors: HashMap<(u64, [u8; 32]), Option<Proof>>,
    /// The newest log first: entries name young heads.
    ordinals: Vec<u64>,
}

impl Walk<'_> {
    async fn through(
        &mut self,
        logs: &[Log],
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<(), AuditError> {
        let mut rest = logs.iter().peekable();
        let mut tree: Option<Tree<'_>> = None;
        let mut entries = Entries::default();
        let mut expected = 1;
        while let Some(entry) = entries.next(reader).await? {
            if entry.number > expected {
                let place = Place::Entry {
                    number: expected,
                    of: None,
                };
                report.find(Code::NumberMissing, place);
                if let Some(tree) = &mut tree {
                    tree.broken = true;
                }
            }
            expected = entry.number + 1;
            while rest
                .peek()
                .is_some_and(|log| log.first_number <= entry.number)
            {
                let before = self.finish(tree.take(), reader, report).await?;
                tree = match rest.next() {
                    Some(log) => Some(self.open(log, before, reader, report).await?),
                    None => None,
                };
            }
            report.count(Check::Log, Counted::Examined, 1);
            let published = match &mut tree {
                Some(tree) => self.add(tree, &entry, reader, report).await?,
                None => None,
            };
            let integrated = tree
                .as_ref()
                .is_some_and(|tree| entry.number < tree.log.next_number());
            let made = self
                .time(&entry, published.and_then(|Proof(at)| at), reader, report)
                .await?;
            if let Some(made) = made {
                self.waits(&entry, made, integrated, published.is_some(), report);
            }
        }
        // Logs that no entry belongs to yet: they were opened, and no more.
        let mut before = self.finish(tree, reader, report).await?;
        for log in rest {
            let tree = self.open(log, before, reader, report).await?;
            before = self.finish(Some(tree), reader, report).await?;
        }
        // What was published of logs that are not there.
        self.heads
            .beyond(u64::MAX, u64::MAX, reader, &self.policies, report)
            .await?;
        Ok(())
    }

    /// Opens a log's tree by its first leaf.
    async fn open<'l>(
        &mut self,
        log: &'l Log,
        before: Option<(String, Head)>,
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<Tree<'l>, AuditError> {
        let mut tree = Tree {
            log,
            edge: Edge::new(),
            expected: self.expected_of(log, report),
            leaves: Vec::new(),
            broken: false,
        };
        let opens = Opening::parse(&log.opening).is_ok_and(|opening| {
            let continues = opening.continues();
            let continues = continues.map(|(origin, head)| (origin.to_string(), *head));
            // Of the first log here nothing before it is known: it may continue one that was lost.
            opening.origin().as_ref() == log.origin && (before.is_none() || continues == before)
        });
        if !opens {
            report.find(Code::OpeningDiffers, log.place(1));
        }
        self.heads
            .beyond(log.ordinal, 0, reader, &self.policies, report)
            .await?;
        if log.head.size > 0 {
            self.push(&mut tree, log.opening.clone(), reader, report)
                .await?;
        }
        Ok(tree)
    }

    /// The heads that are kept of a log, beside those published.
    fn expected_of(&self, log: &Log, report: &mut Report) -> Vec<Expected> {
        let mut expected = vec![Expected {
            head: log.head,
            code: Code::StoredRootDiffers,
        }];
        if let Some(note) = &log.note {
            let signed = SignedCheckpoint::parse(note.as_bytes());
            // A note that cannot be read says nothing of a head; `judge` names it.
            let head = signed.map_or(Head::EMPTY, |signed| signed.unverified().head());
            let judged = self.policies.judge(&log.origin, note, head, false);
            if let Some(code) = judged.found {
                report.find(code, log.place(log.signed));
            } else if head.size == log.signed {
                expected.push(Expected {
                    head,
                    code: Code::SignedRootDiffers,
                });
            } else {
                report.find(Code::NoteDiffers, log.place(log.signed));
            }
        }
        let guard = self.known.guard.iter();
        let guard = guard
            .filter(|(origin, head)| origin.as_ref() == log.origin && head.size <= log.head.size);
        expected.extend(guard.map(|(_, head)| Expected {
            head: *head,
            code: Code::GuardDiffers,
        }));
        expected
    }

    /// Adds an entry, and says whether a published head holds it and when the first of them was
    /// there at the latest.
    async fn add(
        &mut self,
        tree: &mut Tree<'_>,
        entry: &StoredEntry,
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<Option<Proof>, AuditError> {
        let index = entry.number - tree.log.first_number + 1;
        self.heads
            .beyond(tree.log.ordinal, index, reader, &self.policies, report)
            .await?;
        let published = self
            .heads
            .of(tree.log.ordinal)
            .map(|_| Proof(self.heads.at));
        if index < tree.log.head.size && !tree.broken {
            self.push(tree, entry.bytes.clone(), reader, report).await?;
        }
        Ok(published)
    }

    async fn push(
        &mut self,
        tree: &mut Tree<'_>,
        leaf: Vec<u8>,
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<(), AuditError> {
        let full = tree.edge.push(leaf_hash(&leaf));
        tree.leaves.push(leaf);
        if !full.is_empty() {
            self.bundle(tree, report)?;
        }
        for tile in &full {
            self.tile(tree.log, tile, reader, report).await?;
        }
        let size = tree.edge.size();
        let published = self.heads.of(tree.log.ordinal);
        let published = published.filter(|head| head.head.size == size);
        let expects = tree.expected.iter().any(|head| head.head.size == size);
        if !expects && published.is_none() {
            return Ok(());
        }
        let root = tree.edge.root();
        for expected in tree.expected.iter().filter(|e| e.head.size == size) {
            if expected.head.root != root {
                report.find(expected.code, tree.log.place(size));
            }
        }
        if published.is_some_and(|head| head.head.root != root) {
            report.find(Code::PublishedRootDiffers, tree.log.place(size));
        }
        Ok(())
    }

    /// Holds a full tile against the database and the files. It is in one of them, or in both while
    /// it passes from one to the other.
    async fn tile(
        &self,
        log: &Log,
        tile: &Tile,
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<(), AuditError> {
        let stored = stored_tile(log, &tile.path, reader).await?;
        let file = self.file(log, &tile.path)?;
        let place = || Place::Tile {
            origin: log.origin.clone(),
            path: tile.path.to_string(),
        };
        let right = tile.bytes();
        if stored.iter().chain(&file).any(|bytes| *bytes != right) {
            report.find(Code::TileDiffers, place());
        } else if stored.is_none() && file.is_none() && self.known.tiles.is_some() {
            report.find(Code::TileMissing, place());
        }
        Ok(())
    }

    /// Holds the entry bundle of the leaves at hand against its file, where there is one: the entries
    /// are kept in the database anyway.
    fn bundle(&self, tree: &mut Tree<'_>, report: &mut Report) -> Result<(), AuditError> {
        let index = (tree.edge.size() - 1) / 256;
        let leaves = core::mem::take(&mut tree.leaves);
        let Some(path) = TilePath::full(Kind::Entries, index) else {
            return Ok(());
        };
        let bundle = Bundle::new(leaves.iter().map(Vec::as_slice).collect());
        if let (Some(file), Ok(bundle)) = (self.file(tree.log, &path)?, bundle)
            && file != bundle.bytes()
        {
            let place = Place::Tile {
                origin: tree.log.origin.clone(),
                path: path.to_string(),
            };
            report.find(Code::TileDiffers, place);
        }
        Ok(())
    }

    fn file(&self, log: &Log, path: &TilePath) -> Result<Option<Vec<u8>>, AuditError> {
        let (Some(files), Some(origin)) = (self.known.tiles, Origin::new(&log.origin)) else {
            return Ok(None);
        };
        files
            .read(&origin, path)
            .map_err(|source| AuditError::Tile {
                path: path.to_string(),
                source,
            })
    }

    /// Ends a tree: its partial tiles, and whether all it should hold was there. Gives the head that
    /// the next log has to continue.
    async fn finish(
        &mut self,
        tree: Option<Tree<'_>>,
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<Option<(String, Head)>, AuditError> {
        let Some(tree) = tree else { return Ok(None) };
        let size = tree.edge.size();
        if size == tree.log.head.size {
            for tile in tree.edge.tiles() {
                let stored = stored_tile(tree.log, &tile.path, reader).await?;
                let place = Place::Tile {
                    origin: tree.log.origin.clone(),
                    path: tile.path.to_string(),
                };
                match stored {
                    Some(bytes) if bytes == tile.bytes() => {}
                    Some(_) => report.find(Code::TileDiffers, place),
                    None => report.find(Code::TileMissing, place),
                }
            }
        } else if !tree.broken {
            report.find(Code::EntriesMissing, tree.log.place(size));
        }
        self.heads
            .beyond(tree.log.ordinal, size, reader, &self.policies, report)
            .await?;
        Ok(Some((tree.log.origin.clone(), tree.log.head)))
    }

    /// Whether an entry waits for longer than it may.
    fn waits(
        &self,
        entry: &StoredEntry,
        made: Moment,
        integrated: bool,
        published: bool,
        report: &mut Report,
    ) {
        let waited = self.known.now.since(made);
        if self.ordinals.is_empty() || waited <= self.known.limits.waiting {
            return;
        }
        if !integrated {
            report.find(Code::NotIntegrated, entry.place());
        } else if !published {
            report.find(Code::NotPublished, entry.place());
        }
    }

    /// Holds an entry's clock against what the heads prove, and says since when it is there: by its
    /// clock, unless that lies before what it had seen.
    async fn time(
        &mut self,
        entry: &StoredEntry,
        not_after: Option<Moment>,
        reader: &mut Reader,
        report: &mut Report,
    ) -> Result<Option<Moment>, AuditError> {
        let Some(leaf) = &entry.leaf else {
            return Ok(None);
        };
        report.count(Check::Times, Counted::Examined, 1);
        let not_before = match leaf.witnessed() {
            None => {
                report.count(Check::Times, Counted::NotAnchored, 1);
                None
            }
            Some(head) => {
                let anchor = self.anchor(head, reader).await?;
                if anchor.is_none() {
                    report.find(Code::AnchorUnknown, entry.place());
                }
                anchor.and_then(|Proof(at)| at)
            }
        };
        let bounds = Bounds {
            not_before,
            not_after,
        };
        for code in times::judge(bounds, leaf.time(), self.known.limits) {
            report.find(code, entry.place());
        }
        let said = leaf.time().start();
        Ok(Some(not_before.map_or(said, |bound| said.max(bound))))
    }

    /// Whether a head that an entry names was published here, and when it was there at the earliest.
    async fn anchor(
        &mut self,
        head: Witnessed,
        reader: &mut Reader,
    ) -> Result<Option<Proof>, DatabaseError> {
        let key = (head.size.get(), head.root);
        if let Some(anchor) = self.anchors.get(&key) {
            return Ok(*anchor);
        }
        let mut anchor = None;
        for ordinal in &self.ordinals {
            let values = vec![Value::from(*ordinal), Value::from(key.0)];
            let rows = reader.fetch(&ANCHOR, values).await?;
            let found = rows.first().map(Published::read).transpose()?;
            if let Some(head) = found.filter(|found| found.head.root.0 == key.1) {
                let judged = self
                    .policies
                    .judge(&head.origin, &head.note, head.head, true);
                anchor = Some(Proof(judged.bound(head.at, |(first, _)| first)));
                break;
            }
        }
        if self.anchors.len() >= PAGE {
            self.anchors.clear();
        }
        self.anchors.insert(key, anchor);
        Ok(anchor)
    }
}

async fn stored_tile(
    log: &Log,
    path: &TilePath,
    reader: &mut Reader,
) -> Result<Option<Vec<u8>>, DatabaseError> {
    let values = vec![
        Value::from(log.ordinal),
        Value::from(u64::from(path.kind().level())),
        Value::from(path.index()),
    ];
    let rows = reader.fetch(&TILE, values).await?;
    rows.first().map(|row| row.bytes(0)).transpose()
}
