//! How the log stands: what a page and `paso log status` show of it.

use super::{Label, Log, Signed, clearance::Clearance};
use paso_formats::moment::{HOUR, MINUTE, Moment};
use paso_store::log::Published;
use paso_tlog::{
    checkpoint::{Head, Origin, SignedCheckpoint},
    cosignature::Timestamp,
};

/// How long acts may wait for a witnessed head before that is worth a warning (anchors/log.md
/// §5.1), in seconds.
pub const LATE: i64 = 15 * MINUTE;

/// How long before it is an incident, in seconds.
pub const TOO_LATE: i64 = 24 * HOUR;

/// One of three lights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// All is well.
    Green,
    /// Acts go on; what they leave behind is not witnessed yet, or not at all.
    Amber,
    /// Somebody has to act.
    Red,
}

impl Light {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// Why the light is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The newest head is witnessed, and none waits for long.
    Witnessed,
    /// Nothing is published yet, and none waits for long.
    Starting,
    /// The policy asks nobody: the log's word stands alone.
    Unwitnessed,
    /// Since the start no witness has answered, so nothing is signed.
    NobodyAnswered,
    /// Too few witnesses have cosigned for a while.
    TooFewWitnesses,
    /// Something failed that may pass by itself.
    Failing(String),
    /// Nothing is signed any more until somebody acts.
    Halted(String),
}

impl Reason {
    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Witnessed => "witnessed",
            Self::Starting => "starting",
            Self::Unwitnessed => "unwitnessed",
            Self::NobodyAnswered => "nobody-answered",
            Self::TooFewWitnesses => "too-few-witnesses",
            Self::Failing(_) => "failing",
            Self::Halted(_) => "halted",
        }
    }

    /// What was said of it, where it has words of its own.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Failing(words) | Self::Halted(words) => Some(words),
            _ => None,
        }
    }
}

/// What was last heard of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was not asked yet.
    Nothing,
    /// It cosigned a head of this size, at this time by its own clock.
    Cosigned {
        /// Leaves.
        size: u64,
        /// When.
        time: Timestamp,
    },
    /// It did not answer, or not in time.
    Silent(String),
    /// It answered and did not cosign.
    Refused(String),
    /// It claims to know a larger or another tree and shows none that this log signed.
    Claims(String),
    /// It showed a head that this log's key signed and this database does not continue.
    Contradicts(String),
}

impl Heard {
    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Cosigned { .. } => "cosigned",
            Self::Silent(_) => "silent",
            Self::Refused(_) => "refused",
            Self::Claims(_) => "claims",
            Self::Contradicts(_) => "contradicts",
        }
    }

    /// What it said, where that is not a cosignature.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Nothing | Self::Cosigned { .. } => None,
            Self::Silent(words)
            | Self::Refused(words)
            | Self::Claims(words)
            | Self::Contradicts(words) => Some(words),
        }
    }
}

/// A witness as last heard of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessStanding {
    /// What the policy calls it.
    pub name: String,
    /// Its verifier key.
    pub key: String,
    /// Whether it can be asked: the policy gives it an address.
    pub reachable: bool,
    /// What was last heard.
    pub heard: Heard,
    /// When, by the hub's clock.
    pub at: Option<Moment>,
}

/// How the log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The log that is open, once there is one.
    pub open: Option<(Label, Origin)>,
    /// What is integrated of it.
    pub integrated: Option<Head>,
    /// What is signed of it.
    pub signed: Option<Head>,
    /// The newest published head, of this log or of the one before.
    pub published: Option<Published>,
    /// Entries that no published head holds.
    pub waiting: u64,
    /// The witnesses of the policy.
    pub witnesses: Vec<WitnessStanding>,
    /// Green, amber or red.
    pub light: Light,
    /// Why.
    pub reason: Reason,
}

/// What the tasks of the log know of each other.
pub(super) struct Known {
    pub(super) clearance: Clearance,
    pub(super) signed: Option<Signed>,
    /// When it was signed: what came later waits for the next.
    pub(super) signed_at: Option<Moment>,
    /// Since when acts wait that no published head holds; none while none do.
    pub(super) waiting_since: Option<Moment>,
    pub(super) published: Option<Published>,
    pub(super) halted: Option<String>,
    pub(super) failing: Option<String>,
    pub(super) witnesses: Vec<WitnessStanding>,
}

impl Known {
    /// `witnessed` says whether the published head has the signatures that the policy wants today.
    fn judge(&self, now: Moment, asks_nobody: bool, witnessed: bool) -> (Light, Reason) {
        if let Some(words) = &self.halted {
            return (Light::Red, Reason::Halted(words.clone()));
        }
        let waited = self.waiting_since.map_or(0, |since| now.since(since));
        let at_least = if waited >= TOO_LATE {
            Light::Red
        } else {
            Light::Amber
        };
        if let Some(words) = &self.failing {
            return (at_least, Reason::Failing(words.clone()));
        }
        if self.clearance == Clearance::Awaited {
            return (at_least, Reason::NobodyAnswered);
        }
        if waited >= LATE {
            return (at_least, Reason::TooFewWitnesses);
        }
        if asks_nobody {
            return (Light::Amber, Reason::Unwitnessed);
        }
        // Who answered and would not sign is not late: that needs somebody, now.
        let unwilling = |witness: &WitnessStanding| {
            matches!(
                witness.heard,
                Heard::Refused(_) | Heard::Claims(_) | Heard::Contradicts(_)
            )
        };
        let held_up = self.waiting_since.is_some() && self.witnesses.iter().any(unwilling);
        if self.published.is_some() && (held_up || !witnessed) {
            return (at_least, Reason::TooFewWitnesses);
        }
        match self.published {
            Some(_) => (Light::Green, Reason::Witnessed),
            None => (Light::Amber, Reason::Starting),
        }
    }
}

impl Log {
    /// Whether a published head has the signatures that the policy wants today.
    fn is_witnessed(&self, published: &Published) -> bool {
        let Ok(note) = SignedCheckpoint::parse(published.note.as_bytes()) else {
            return false;
        };
        let verifier = self.0.key.verifier(&published.origin);
        verifier.is_ok_and(|log| self.0.policy.check(&log, &note).is_ok())
    }

    /// How the log stands now.
    pub async fn standing(&self) -> Result<Standing, paso_store::DatabaseError> {
        let inner = &self.0;
        let rows = inner.store.logs().await?;
        let published = inner.store.newest_published().await?;
        let last = inner.store.entry_count().await?;
        let held = published.as_ref().and_then(|published| {
            let row = rows.iter().find(|row| row.ordinal == published.ordinal)?;
            // The entry after the last one of a tree has the tree's size as its index.
            row.number_at(published.head.size)?.checked_sub(1)
        });
        let newest = rows.last();
        let witnessed = published
            .as_ref()
            .is_some_and(|published| self.is_witnessed(published));
        let known = inner.known();
        let (light, reason) = known.judge(inner.now(), !inner.policy.wants_witnesses(), witnessed);
        let signed = known.signed.as_ref();
        Ok(Standing {
            open: newest.and_then(|row| Some((inner.base.label(&row.origin)?, row.origin.clone()))),
            integrated: newest.map(|row| row.head),
            signed: signed
                .filter(|signed| newest.is_some_and(|row| row.ordinal == signed.log.row.ordinal))
                .map(|signed| signed.note.unverified().head()),
            published,
            waiting: last.saturating_sub(held.unwrap_or(0)),
            witnesses: known.witnesses.clone(),
            light,
            reason,
        })
    }
}
