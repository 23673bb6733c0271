//! May this database sign? Asked before anything else happens, of the guard and of the witnesses.
//!
//! A copy that was put back would go on from where it was, give numbers a second time and sign a
//! second tree of one size: an honest mistake that looks like a lie and cannot be taken back. So a
//! database that knows less than the guard or a witness does not start, and one that nobody vouches
//! for takes acts and signs nothing (DESIGN §5).

#![expect(
    clippy::similar_names,
    reason = "a head, what is held and what was heard are the log's own words"
)]

use super::{
    Inner, Log, LogParts,
    guard::{Guard, GuardError},
    rounds::{Asking, Collecting},
    sequencer::Sequencing,
    standing::{Heard, Known, WitnessStanding},
    tree::{Named, TreeError, Trees, blocking},
    witness::Witness,
};
use paso_store::{DatabaseError, log::LogRow};
use paso_tlog::{
    checkpoint::{Head, Origin},
    cosignature::CosignerKey,
    hash::leaf_hash,
    opening::Opening,
    proof::verify_consistency,
    witness::{Answer, Request},
};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex as StdMutex},
};
use tokio::{sync::Mutex, task::JoinSet, time::timeout};

/// What to do with a database that knows less than was signed.
const WAY_OUT: &str = "Nothing was started, recorded or signed. \
     (1) If the newest database still exists somewhere, put that one in place. \
     (2) Otherwise restore the newest backup (`paso restore`), fetch the log's feed from the \
     ombudsman's mirror, take it in with `paso stream import`, and start again: all comes back as \
     it was, and signing goes on from there. \
     (3) Only if nobody has those entries any more: make a new device key, and raise \
     [log].edition in paso.toml by one. A new log then begins, which names the lost head; every \
     receipt given since is the proof of what was lost. \
     Never delete the guard file and never sign this log again from an older copy: \
     the witnesses would hold two trees of one size, and the authority would stand convicted";

/// Why a log is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The guard cannot be read.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The guard knows more than the database.
    #[error(
        "{guard} says that {signed} entries of the log {origin} were signed, and this database holds \
         {held}: it is an older copy. {WAY_OUT}"
    )]
    Older {
        /// The guard's file.
        guard: PathBuf,
        /// Which log.
        origin: Origin,
        /// Leaves signed.
        signed: u64,
        /// Leaves here.
        held: u64,
    },
    /// The guard knows another tree than the database.
    #[error(
        "{guard} says that other entries than these were signed as the first {signed} of the log \
         {origin}: this database is another's, or was an older copy that went on. {WAY_OUT}"
    )]
    Another {
        /// The guard's file.
        guard: PathBuf,
        /// Which log.
        origin: Origin,
        /// Leaves signed.
        signed: u64,
    },
    /// A witness knows more than the database, or another tree.
    #[error(transparent)]
    Witness(#[from] WitnessKnows),
    /// The configuration names other logs than the database holds.
    #[error(
        "the newest log of this database is {found}, and [log].origin says {base}; put back the \
         origin that belongs to this database"
    )]
    OtherOrigin {
        /// What is there.
        found: Origin,
        /// What is configured.
        base: String,
    },
    /// The edition was lowered.
    #[error(
        "the newest log of this database is {found}; [log].edition must not go back from there"
    )]
    EditionWentBack {
        /// What is there.
        found: Origin,
    },
}

/// A witness showed a head that this log's key signed and this database does not continue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the witness {witness} shows a head of {knows} entries of the log {origin}, signed with this \
     authority's key, and this database {here}: it is an older copy or another. {WAY_OUT}"
)]
pub struct WitnessKnows {
    /// What the policy calls it.
    pub witness: String,
    /// Which log.
    pub origin: Origin,
    /// Leaves of the head it shows.
    pub knows: u64,
    /// What the database has instead.
    pub here: String,
}

/// Whether anything may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clearance {
    /// No witness has answered since the start.
    Awaited,
    /// A witness has answered, or there is none to ask.
    Given,
}

/// What of a head's tree is in this database.
enum Held {
    /// All of it, entry for entry.
    Whole,
    /// So many leaves, and no more.
    Short(u64),
    /// Other entries.
    Another,
}

/// What one witness says to it.
enum Word {
    /// It knows no more than this database. How large a tree it has, if it said so.
    Vouches(u64),
    /// Nothing that helps.
    Nothing(Heard),
    /// It has a signed head that is not continued here.
    Contradicts(WitnessKnows),
}

impl Log {
    /// Opens the log of a database, without writing anything: asks the guard, then the witnesses,
    /// each for as long as its patience lasts.
    pub async fn open(parts: LogParts) -> Result<Self, OpenError> {
        let witnesses = parts.policy.witnesses().iter().map(|witness| {
            let named = |asked: &&Arc<dyn Witness>| *asked.key() == witness.key;
            WitnessStanding {
                name: String::from_utf8_lossy(&witness.name).into_owned(),
                key: witness.key.to_string(),
                reachable: parts.witnesses.iter().any(|asked| named(&asked)),
                heard: Heard::Nothing,
                at: None,
            }
        });
        let known = Known {
            clearance: Clearance::Awaited,
            signed: None,
            signed_at: None,
            waiting_since: None,
            published: parts.store.newest_published().await?,
            halted: None,
            failing: None,
            witnesses: witnesses.collect(),
        };
        let asking = parts.witnesses.iter().cloned().map(Asking::new).collect();
        let log = Self(Arc::new(Inner {
            trees: Trees::new(parts.store.clone(), parts.tiles, parts.faults.clone()),
            guard: Guard::at(parts.guard, parts.faults.clone()),
            store: parts.store,
            clock: parts.clock,
            key: parts.key,
            base: parts.base,
            edition: parts.edition,
            zone: parts.zone,
            policy: parts.policy,
            witnesses: parts.witnesses,
            mirror_token: parts.mirror_token,
            bundle: parts.bundle,
            patience: parts.patience,
            faults: parts.faults,
            sequencing: Mutex::new(Sequencing::default()),
            asking: Mutex::new(Collecting::new(asking)),
            known: StdMutex::new(known),
        }));
        let continued = log.ask_guard().await?;
        log.clear(continued).await?;
        Ok(log)
    }

    /// The log that this database continues, after the guard has been asked about it; none where a
    /// new one begins.
    async fn ask_guard(&self) -> Result<Option<Named>, OpenError> {
        let inner = &self.0;
        let Some(row) = inner.store.logs().await?.pop() else {
            let guard = inner.guard.clone();
            let signed = blocking(move || guard.all()).await?;
            let ours = signed.into_iter().find(|(origin, _)| {
                let label = inner.base.label(origin);
                label.is_some_and(|label| label.edition >= inner.edition)
            });
            let Some((origin, head)) = ours else {
                return Ok(None);
            };
            if let Some(log) = self.unopened(&origin) {
                self.compare_with_guard(&log, head).await?;
            }
            return Ok(None);
        };
        let found = row.origin.clone();
        let Some(log) = inner.named(row) else {
            return Err(OpenError::OtherOrigin {
                found,
                base: inner.base.to_string(),
            });
        };
        if log.label.edition > inner.edition {
            return Err(OpenError::EditionWentBack { found });
        }
        if log.label.edition < inner.edition {
            return Ok(None);
        }
        let (guard, origin) = (inner.guard.clone(), found.clone());
        let signed = blocking(move || guard.signed(&origin)).await?;
        if let Some(signed) = signed {
            self.compare_with_guard(&log, signed).await?;
        }
        let guard = inner.guard.clone();
        for (origin, signed) in blocking(move || guard.all()).await? {
            let label = inner.base.label(&origin);
            if label.is_some_and(|at| at.edition == inner.edition && at.year > log.label.year) {
                return Err(OpenError::Older {
                    guard: inner.guard.path().to_owned(),
                    origin,
                    signed: signed.size,
                    held: 0,
                });
            }
        }
        Ok(Some(log))
    }

    async fn compare_with_guard(&self, log: &Named, signed: Head) -> Result<(), OpenError> {
        let guard = self.0.guard.path().to_owned();
        let origin = log.row.origin.clone();
        match self.holds(log, signed).await? {
            Held::Whole => Ok(()),
            Held::Short(held) => Err(OpenError::Older {
                guard,
                origin,
                signed: signed.size,
                // The opening leaf of a log that was never opened is no entry that is held.
                held: if held == 1 { log.row.head.size } else { held },
            }),
            Held::Another => Err(OpenError::Another {
                guard,
                origin,
                signed: signed.size,
            }),
        }
    }

    /// Whether this database holds the tree under a head: integrated, or in entries that wait to be,
    /// as they do when they were just fetched back from the mirror.
    async fn holds(&self, log: &Named, head: Head) -> Result<Held, TreeError> {
        let here = log.row.head;
        if head.size <= here.size {
            let proof = self.0.trees.consistency(log, head.size, here).await?;
            let verified = verify_consistency(head.size, &head.root, here.size, &here.root, &proof);
            return Ok(verified.map_or(Held::Another, |()| Held::Whole));
        }
        let mut edge = self.0.trees.edge(log).await?;
        while edge.size() < head.size {
            let leaves = head.size - edge.size();
            let leaves = self
                .0
                .trees
                .leaves(log, edge.size(), leaves.min(4096))
                .await?;
            if leaves.is_empty() {
                return Ok(Held::Short(edge.size()));
            }
            for leaf in leaves {
                edge.push(leaf_hash(&leaf));
            }
        }
        Ok(if edge.root() == head.root {
            Held::Whole
        } else {
            Held::Another
        })
    }

    /// The log that would be opened first: what a database without any is compared as.
    fn unopened(&self, origin: &Origin) -> Option<Named> {
        let opening = Opening::new(origin.clone(), None).ok()?;
        self.0.named(LogRow {
            ordinal: 1,
            origin: origin.clone(),
            opening: opening.to_bytes(),
            first_number: 1,
            head: Head::EMPTY,
            note: None,
        })
    }

    /// Asks again, as at the start: another process may have led since then, on another copy of the
    /// database.
    pub(super) async fn ask_anew(&self) -> Result<(), OpenError> {
        let continued = self.ask_guard().await?;
        self.0.known().clearance = Clearance::Awaited;
        Ok(self.clear(continued).await?)
    }

    /// Asks all witnesses at once whether this database may sign. `continued` is the log that it
    /// goes on with, if any.
    pub(super) async fn clear(&self, continued: Option<Named>) -> Result<(), WitnessKnows> {
        let asking = &mut self.0.asking.lock().await.asking;
        if asking.is_empty() {
            self.0.known().clearance = Clearance::Given;
            return Ok(());
        }
        let label = self.label_now();
        let origin = match &continued {
            Some(log) => Some(log.row.origin.clone()),
            None => self.0.origin(label),
        };
        // The configuration was checked: a label never makes an origin too long.
        let Some(origin) = origin else { return Ok(()) };
        // A log of a later year is one that this database has lost, if anybody has seen it signed.
        let newest = continued.as_ref().map_or(label, |log| log.label);
        let later: Vec<_> =
            core::iter::successors(Some(newest.next_year()), |at| Some(at.next_year()))
                .take_while(|at| at.year <= label.year)
                .filter_map(|at| self.0.origin(at))
                .collect();
        let mut words = JoinSet::new();
        for (index, asked) in asking.iter().enumerate() {
            let (log, witness) = (self.clone(), Arc::clone(&asked.witness));
            let (continued, origin, later) = (continued.clone(), origin.clone(), later.clone());
            words.spawn(async move {
                let mut word = log.word_of(&*witness, continued.as_ref(), &origin).await;
                for origin in &later {
                    if !matches!(word, Word::Vouches(_)) {
                        break;
                    }
                    match log.shown_by(&*witness, None, origin).await {
                        Word::Vouches(_) => {}
                        other => word = other,
                    }
                }
                (index, word)
            });
        }
        let mut contradiction = None;
        let mut vouched = BTreeSet::new();
        while let Some(word) = words.join_next().await {
            let Ok((index, word)) = word else { continue };
            let Some(asked) = asking.get_mut(index) else {
                continue;
            };
            match word {
                Word::Vouches(size) => {
                    asked.size = size;
                    vouched.insert(asked.witness.key().to_string());
                }
                Word::Nothing(heard) => self.hear(&*asked.witness, heard),
                Word::Contradicts(knows) => {
                    self.hear(&*asked.witness, Heard::Contradicts(knows.to_string()));
                    contradiction = Some(knows);
                }
            }
        }
        if let Some(knows) = contradiction {
            return Err(knows);
        }
        // One witness may have been down when the others signed: those who have not answered must be
        // too few to have published anything.
        let has_vouched = |key: &CosignerKey| vouched.contains(&key.to_string());
        if !self.0.policy.others_could_publish(has_vouched) {
            self.0.known().clearance = Clearance::Given;
        }
        Ok(())
    }

    async fn word_of(
        &self,
        witness: &dyn Witness,
        continued: Option<&Named>,
        origin: &Origin,
    ) -> Word {
        // What this log signed last may be sent again: it is nothing new that is signed.
        let signed = continued.and_then(|log| self.signed_of(log));
        let Some(signed) = signed else {
            return self.shown_by(witness, continued, origin).await;
        };
        let size = signed.note.unverified().head().size;
        let Ok(request) = Request::new(size, Vec::new(), signed.note) else {
            return Word::Nothing(Heard::Refused("the last note cannot be sent".into()));
        };
        let reply = match timeout(self.0.patience, witness.add_checkpoint(&request)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(silent)) => return Word::Nothing(Heard::Silent(silent.to_string())),
            Err(_) => return Word::Nothing(Heard::Silent(self.too_slow())),
        };
        let content_type = reply.content_type.as_deref();
        match Answer::read(
            &request,
            witness.key(),
            reply.status,
            content_type,
            &reply.body,
        ) {
            Ok(Answer::Cosigned { .. }) => Word::Vouches(size),
            Ok(Answer::Stored { size }) => Word::Vouches(size),
            Ok(Answer::UnknownLog) => Word::Vouches(0),
            Ok(Answer::KnowsLarger { .. } | Answer::OtherTree | Answer::BadProof) => {
                match self.shown_by(witness, continued, origin).await {
                    // Entries fetched back from the mirror lead to what it shows.
                    Word::Vouches(shown) if shown > size => Word::Vouches(shown),
                    // What it claimed it does not show: nobody is believed without a signature.
                    Word::Vouches(_) => Word::Nothing(Heard::Claims(
                        "it says that it knows more of this log, or other entries, and shows no \
                         head signed with this authority's key; ask its operator"
                            .into(),
                    )),
                    other => other,
                }
            }
            Ok(Answer::NotTrusted) => Word::Nothing(Heard::Refused(
                "it does not trust this log's key; send its operator `paso log keys`".into(),
            )),
            Ok(Answer::NotUnderstood) => {
                Word::Nothing(Heard::Refused("it did not understand the request".into()))
            }
            Err(error) => Word::Nothing(Heard::Refused(error.to_string())),
        }
    }

    pub(super) fn too_slow(&self) -> String {
        format!("no answer within {} seconds", self.0.patience.as_secs())
    }

    /// Looks at the newest head that a witness shows, and whether it is continued here.
    async fn shown_by(
        &self,
        witness: &dyn Witness,
        continued: Option<&Named>,
        origin: &Origin,
    ) -> Word {
        let head = match self.newest_head(witness, origin).await {
            Ok(head) => head,
            Err(heard) => return Word::Nothing(heard),
        };
        let Some(head) = head else {
            return Word::Vouches(0);
        };
        match self.contradiction(witness, continued, origin, head).await {
            Ok(None) => Word::Vouches(head.size),
            Ok(Some(knows)) => Word::Contradicts(knows),
            Err(error) => Word::Nothing(Heard::Refused(error.to_string())),
        }
    }

    /// In which way a head that this log's key signed is not continued here, if it is not.
    pub(super) async fn contradiction(
        &self,
        witness: &dyn Witness,
        continued: Option<&Named>,
        origin: &Origin,
        head: Head,
    ) -> Result<Option<WitnessKnows>, TreeError> {
        let unopened = self.unopened(origin);
        let Some(log) = continued.or(unopened.as_ref()) else {
            return Ok(None);
        };
        let here = match self.holds(log, head).await? {
            Held::Whole => return Ok(None),
            Held::Short(held) => format!("holds {held}"),
            Held::Another => "holds other ones".to_owned(),
        };
        Ok(Some(WitnessKnows {
            witness: witness.name().to_owned(),
            origin: origin.clone(),
            knows: head.size,
            here,
        }))
    }

    /// The newest head that a witness shows of a log, if it shows one that our key signed.
    pub(super) async fn newest_head(
        &self,
        witness: &dyn Witness,
        origin: &Origin,
    ) -> Result<Option<Head>, Heard> {
        match timeout(self.0.patience, witness.newest(origin)).await {
            Err(_) => Err(Heard::Silent(self.too_slow())),
            Ok(Err(silent)) => Err(Heard::Silent(silent.to_string())),
            Ok(Ok(reply)) => match reply.status {
                200 => self.0.key.read(origin, &reply.body).map(Some).map_err(|_| {
                    Heard::Refused("it shows a head that this log's key did not sign".into())
                }),
                // None seen, or a witness that shows nothing to monitors.
                404 | 405 | 501 => Ok(None),
                status => Err(Heard::Refused(format!("it answered with status {status}"))),
            },
        }
    }

    /// The heads of a log that the witnesses show, as far as our key signed them.
    pub(super) async fn newest_of_witnesses(&self, origin: &Origin) -> Vec<Head> {
        let mut asked = JoinSet::new();
        for witness in &self.0.witnesses {
            let (log, witness, origin) = (self.clone(), Arc::clone(witness), origin.clone());
            asked.spawn(async move { log.newest_head(&*witness, &origin).await });
        }
        let mut heads = Vec::new();
        while let Some(head) = asked.join_next().await {
            if let Ok(Ok(Some(head))) = head {
                heads.push(head);
            }
        }
        heads
    }

    /// Notes what was last heard of a witness.
    pub(super) fn hear(&self, witness: &dyn Witness, heard: Heard) {
        let key = witness.key().to_string();
        let now = self.0.now();
        let mut known = self.0.known();
        if let Some(standing) = known.witnesses.iter_mut().find(|held| held.key == key) {
            standing.heard = heard;
            standing.at = Some(now);
        }
    }
}
