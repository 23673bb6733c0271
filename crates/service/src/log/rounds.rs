//! From a signed head to a published one: the witnesses are asked, all at once, each in its own
//! time.
//!
//! A head is published as soon as the policy is content; who answers later is attached then. A
//! witness that is silent is asked again at growing distances, so that it costs the others nothing.

#![expect(
    clippy::similar_names,
    reason = "a head, what is held and what was heard are the log's own words"
)]

use super::{
    Log, Signed,
    clearance::{Clearance, WitnessKnows},
    fault::Point,
    standing::Heard,
    tree::{Named, TreeError},
    witness::Witness,
};
use paso_formats::moment::Moment;
use paso_store::{DatabaseError, log::Published};
use paso_tlog::{
    checkpoint::{Head, SignedCheckpoint},
    note::SignatureLine,
    witness::{Answer, Request},
};
use std::{io, sync::Arc};
use tokio::{task::JoinSet, time::timeout};

/// The longest that a silent witness is left alone, in seconds.
const LONGEST_PAUSE: i64 = 60;

/// How often a witness may correct us about its size within one round.
const CORRECTIONS: usize = 3;

/// How far a witness is.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) witness: Arc<dyn Witness>,
    /// Leaves of the tree it has stored, as far as is known: where the proof begins.
    pub(super) size: u64,
    /// The head it cosigned last.
    cosigned: Option<(u64, Head)>,
    failures: u32,
    again: Option<Moment>,
}

/// How far the witnesses are, and the newest head with the cosignatures that have come in.
pub(super) struct Collecting {
    pub(super) asking: Vec<Asking>,
    note: Option<(u64, SignedCheckpoint)>,
}

impl Collecting {
    pub(super) const fn new(asking: Vec<Asking>) -> Self {
        Self { asking, note: None }
    }
}

impl Asking {
    pub(super) const fn new(witness: Arc<dyn Witness>) -> Self {
        Self {
            witness,
            size: 0,
            cosigned: None,
            failures: 0,
            again: None,
        }
    }

    fn is_due(&self, ordinal: u64, head: Head, now: Moment) -> bool {
        self.cosigned != Some((ordinal, head)) && self.again.is_none_or(|again| again <= now)
    }

    fn succeeded(&mut self) {
        self.failures = 0;
        self.again = None;
    }

    fn failed(&mut self, now: Moment) {
        let pause = 1_i64.checked_shl(self.failures).unwrap_or(LONGEST_PAUSE);
        self.again = Some(now.plus(pause.clamp(1, LONGEST_PAUSE)));
        self.failures = self.failures.saturating_add(1).min(32);
    }
}

/// Why a round was not finished.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A witness knows more than this database.
    #[error(transparent)]
    Witness(#[from] WitnessKnows),
    /// A test made it fail.
    #[error(transparent)]
    Injected(io::Error),
}

/// What came of asking one witness.
enum Answered {
    Cosigned(SignatureLine, Heard),
    Not(Heard),
    Contradicts(WitnessKnows),
}

impl Log {
    /// Asks the witnesses about the newest signed head, publishes it when the policy is content, and
    /// answers whether it did.
    pub async fn round(&self) -> Result<bool, RoundError> {
        let rounded = self.round_once().await;
        match &rounded {
            Err(RoundError::Witness(knows)) => {
                self.0.known().halted.get_or_insert(knows.to_string());
            }
            _ => self.note_waiting().await?,
        }
        rounded
    }

    async fn round_once(&self) -> Result<bool, RoundError> {
        let now = self.0.now();
        if self.0.known().clearance == Clearance::Awaited {
            self.clear_again(now).await?;
        }
        let signed = self.0.known().signed.clone();
        let Some(signed) = signed else {
            return Ok(false);
        };
        let ordinal = signed.log.row.ordinal;
        let head = signed.note.unverified().head();
        let mut held = self.0.store.last_published(ordinal).await?;
        if held.as_ref().is_some_and(|held| held.head.size > head.size) {
            return Ok(false);
        }
        held = held.filter(|held| held.head == head);
        let published_before = held.is_some();
        let mut collecting = self.0.asking.lock().await;
        let Collecting {
            asking,
            note: collected,
        } = &mut *collecting;
        // A round that failed after the witnesses had answered has lost nothing of it.
        let mut note = collected
            .take()
            .filter(|(of, note)| *of == ordinal && note.unverified().head() == head)
            .map(|(_, note)| note)
            .or_else(|| SignedCheckpoint::parse(held?.note.as_bytes()).ok())
            .unwrap_or_else(|| signed.note.clone());
        *collected = Some((ordinal, note.clone()));
        let mut published = self
            .publish_if_witnessed(&signed.log, &note, published_before)
            .await?;
        let mut answers = JoinSet::new();
        for (index, asked) in asking.iter().enumerate() {
            if asked.is_due(ordinal, head, now) {
                let (log, asked, signed) = (self.clone(), asked.clone(), signed.clone());
                answers.spawn(async move {
                    let (size, answered) = log.ask(&asked, &signed).await;
                    (index, size, answered)
                });
            }
        }
        let mut contradiction = None;
        while let Some(answer) = answers.join_next().await {
            let Ok((index, size, answered)) = answer else {
                continue;
            };
            let Some(asked) = asking.get_mut(index) else {
                continue;
            };
            asked.size = size;
            match answered {
                Answered::Cosigned(line, heard) => {
                    asked.succeeded();
                    asked.cosigned = Some((ordinal, head));
                    self.hear(&*asked.witness, heard);
                    if note.attach(line).is_ok() {
                        *collected = Some((ordinal, note.clone()));
                        let before = published_before || published;
                        published |= self
                            .publish_if_witnessed(&signed.log, &note, before)
                            .await?;
                    }
                }
                Answered::Not(heard) => {
                    asked.failed(now);
                    self.hear(&*asked.witness, heard);
                }
                Answered::Contradicts(knows) => {
                    asked.failed(now);
                    self.hear(&*asked.witness, Heard::Contradicts(knows.to_string()));
                    contradiction = Some(knows);
                }
            }
        }
        match contradiction {
            Some(knows) => Err(knows.into()),
            None => Ok(published && !published_before),
        }
    }

    /// Asks for clearance again, with the pauses of silent witnesses.
    async fn clear_again(&self, now: Moment) -> Result<(), RoundError> {
        {
            let asking = &mut self.0.asking.lock().await.asking;
            if !asking
                .iter()
                .any(|asked| asked.again.is_none_or(|again| again <= now))
            {
                return Ok(());
            }
            for asked in asking.iter_mut() {
                asked.failed(now);
            }
        }
        let newest = self.0.store.logs().await?.pop();
        let continued = newest
            .and_then(|row| self.0.named(row))
            .filter(|log| log.label.edition == self.0.edition);
        self.clear(continued).await?;
        if self.0.known().clearance == Clearance::Given {
            let asking = &mut self.0.asking.lock().await.asking;
            asking.iter_mut().for_each(Asking::succeeded);
        }
        Ok(())
    }

    /// Publishes a note that satisfies the policy. `before` says that the head is published and
    /// only a cosignature is new.
    async fn publish_if_witnessed(
        &self,
        log: &Named,
        note: &SignedCheckpoint,
        before: bool,
    ) -> Result<bool, RoundError> {
        let Ok(verifier) = self.0.key.verifier(&log.row.origin) else {
            return Ok(false);
        };
        if self.0.policy.check(&verifier, note).is_err() {
            return Ok(false);
        }
        let published = Published {
            ordinal: log.row.ordinal,
            origin: log.row.origin.clone(),
            head: note.unverified().head(),
            note: note.to_string(),
            at: self.0.now(),
        };
        let newest = self.0.known().published.clone();
        if newest.is_some_and(|newest| {
            newest.ordinal == published.ordinal
                && newest.head == published.head
                && newest.note == published.note
        }) {
            return Ok(false);
        }
        self.0
            .faults
            .at(Point::Cosigned)
            .map_err(RoundError::Injected)?;
        self.0.store.publish(&published).await?;
        self.0
            .faults
            .at(Point::Published)
            .map_err(RoundError::Injected)?;
        let mut known = self.0.known();
        if !before {
            known.waiting_since = known.signed_at;
        }
        known.published = Some(published);
        Ok(true)
    }

    /// Sends one witness the checkpoint, with a proof from where it is. Returns where it is now.
    async fn ask(&self, asked: &Asking, signed: &Signed) -> (u64, Answered) {
        let witness = &*asked.witness;
        let head = signed.note.unverified().head();
        let mut old = if asked
            .cosigned
            .is_none_or(|(ordinal, _)| ordinal == signed.log.row.ordinal)
        {
            asked.size.min(head.size)
        } else {
            // Another log: it has seen nothing of this one.
            0
        };
        for _ in 0..CORRECTIONS {
            let proof = match self.0.trees.consistency(&signed.log, old, head).await {
                Ok(proof) => proof,
                Err(error) => return (old, Answered::Not(Heard::Refused(error.to_string()))),
            };
            let Ok(request) = Request::new(old, proof, signed.note.clone()) else {
                return (0, Answered::Not(Heard::Refused("no such request".into())));
            };
            let reply = match timeout(self.0.patience, witness.add_checkpoint(&request)).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(silent)) => {
                    return (old, Answered::Not(Heard::Silent(silent.to_string())));
                }
                Err(_) => return (old, Answered::Not(Heard::Silent(self.too_slow()))),
            };
            let content_type = reply.content_type.as_deref();
            let answer = Answer::read(
                &request,
                witness.key(),
                reply.status,
                content_type,
                &reply.body,
            );
            let words = match answer {
                Ok(Answer::Cosigned { line, time }) => {
                    let heard = Heard::Cosigned {
                        size: head.size,
                        time,
                    };
                    return (head.size, Answered::Cosigned(line, heard));
                }
                Ok(Answer::Stored { size }) => {
                    old = size;
                    continue;
                }
                Ok(Answer::KnowsLarger { .. } | Answer::OtherTree | Answer::BadProof) => {
                    return (0, self.look_into(witness, signed).await);
                }
                Ok(Answer::UnknownLog) => {
                    old = 0;
                    "it does not follow this log; send its operator `paso log keys`".into()
                }
                Ok(Answer::NotTrusted) => {
                    "it does not trust this log's key; send its operator `paso log keys`".into()
                }
                Ok(Answer::NotUnderstood) => "it did not understand the request".into(),
                Err(error) => error.to_string(),
            };
            return (old, Answered::Not(Heard::Refused(words)));
        }
        let words = "it names another size each time it is asked; tell its operator";
        (0, Answered::Not(Heard::Refused(words.into())))
    }

    /// A witness says that it knows more, or otherwise. Only a head that our key signed counts.
    async fn look_into(&self, witness: &dyn Witness, signed: &Signed) -> Answered {
        let origin = &signed.log.row.origin;
        // Another process may have signed more since, quite rightly.
        let rows = match self.0.store.logs().await {
            Ok(rows) => rows,
            Err(error) => return Answered::Not(Heard::Refused(error.to_string())),
        };
        let row = rows.into_iter().find(|row| row.origin == *origin);
        let log = row.and_then(|row| self.0.named(row));
        match self.newest_head(witness, origin).await {
            Err(heard) => return Answered::Not(heard),
            Ok(None) => {}
            Ok(Some(head)) => {
                match self
                    .contradiction(witness, log.as_ref(), origin, head)
                    .await
                {
                    Ok(Some(knows)) => return Answered::Contradicts(knows),
                    Ok(None) => {}
                    Err(error) => return Answered::Not(Heard::Refused(error.to_string())),
                }
            }
        }
        Answered::Not(Heard::Claims(
            "it says that it knows more of this log, or other entries, and shows no head signed \
             with this authority's key that says so; ask its operator"
                .into(),
        ))
    }

    /// Notes since when entries wait that no published head holds.
    pub(super) async fn note_waiting(&self) -> Result<(), DatabaseError> {
        let waiting = self.standing().await?.waiting;
        let now = self.0.now();
        let mut known = self.0.known();
        if waiting == 0 {
            known.waiting_since = None;
        } else {
            known.waiting_since.get_or_insert(now);
        }
        Ok(())
    }
}
