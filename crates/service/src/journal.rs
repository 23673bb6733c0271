//! Loading subjects and appending to the journal: where keys, envelopes and versions meet.

use crate::{Service, ServiceError, erasure::Tombstone, error::Refusal};
use paso_domain::{
    act::Act,
    card::CardState,
    event::{Event, Refused},
    id::PersonId,
    post::is_of_the_hub,
    subject::Subject,
};
use paso_formats::{
    envelope::{NONCE_LEN, SubjectKey},
    moment::Moment,
    number::CardNumber,
};
use paso_store::{Append, AppendError, Entry};
use std::sync::{Arc, atomic::Ordering};

/// How often a use case decides anew when others change the same subject meanwhile.
pub(crate) const ATTEMPTS: usize = 8;

/// A state and the version it was folded from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded<S> {
    pub(crate) state: S,
    pub(crate) version: u64,
}

/// A subject's events, opened.
pub(crate) struct Opened {
    pub(crate) events: Vec<Event>,
    pub(crate) version: u64,
}

impl Service {
    /// A subject's events in order, and its version: the number of its last event, 0 for none.
    pub(crate) async fn load(&self, subject: &Subject) -> Result<Opened, ServiceError> {
        let rows = self.store().load(core::slice::from_ref(subject)).await?;
        let version = rows.last().map_or(0, |row| row.version);
        if rows.is_empty() {
            return Ok(Opened {
                events: Vec::new(),
                version,
            });
        }
        let key = self.store().subject_key(subject).await?;
        let Some(key) = key else {
            return Err(Box::pin(self.without_key(subject)).await);
        };
        let events = rows
            .iter()
            .map(|row| {
                row.open(&key)
                    .map_err(|error| ServiceError::Unreadable(error.to_string()))
            })
            .collect::<Result<_, _>>()?;
        Ok(Opened { events, version })
    }

    pub(crate) async fn load_card(
        &self,
        number: CardNumber,
    ) -> Result<Loaded<CardState>, ServiceError> {
        let loaded = self.load(&Subject::Card(number)).await?;
        Ok(Loaded {
            state: card_state(&loaded.events),
            version: loaded.version,
        })
    }

    /// The same as it stood at a moment: whoever entered on paper held the card of that hour, whatever
    /// became of it since. The version is that of now.
    pub(crate) async fn load_card_at(
        &self,
        number: CardNumber,
        at: Moment,
    ) -> Result<Loaded<CardState>, ServiceError> {
        let loaded = self.load(&Subject::Card(number)).await?;
        let mut events = loaded.events;
        events.retain(|event| event.act().is_none_or(|act| act.at <= at));
        Ok(Loaded {
            state: card_state(&events),
            version: loaded.version,
        })
    }

    /// The state of a card, or of an application that did not become one.
    pub(crate) async fn load_card_state(
        &self,
        subject: &Subject,
    ) -> Result<CardState, ServiceError> {
        Ok(card_state(&self.load(subject).await?.events))
    }

    /// Appends events and answers `true` when they are durable, `false` when a subject that was
    /// expected at a version has moved on: then the caller loads and decides anew.
    pub(crate) async fn append(
        &self,
        events: Vec<(Subject, Event)>,
        expect: Vec<(Subject, u64)>,
    ) -> Result<bool, ServiceError> {
        let entries = self.seal(events).await?;
        self.append_sealed(entries, expect).await
    }

    /// Seals events under their subjects' keys.
    pub(crate) async fn seal(
        &self,
        events: Vec<(Subject, Event)>,
    ) -> Result<Vec<Entry>, ServiceError> {
        // Keys are durable before the first body that needs them; one write serves all subjects.
        let fresh = events
            .iter()
            .map(|(subject, _)| {
                Ok((
                    subject.clone(),
                    SubjectKey::from_random(self.random().bytes()?),
                ))
            })
            .collect::<Result<Vec<_>, ServiceError>>()?;
        let keys = self.store().subject_keys_or_insert(fresh).await?;
        let mut entries = Vec::with_capacity(events.len());
        for (subject, event) in events {
            let Some(key) = keys.get(&subject) else {
                return Err(Box::pin(self.without_key(&subject)).await);
            };
            let nonce = self.random().bytes::<NONCE_LEN>()?;
            entries.push(Entry::seal(subject, event, key.sealing(), nonce));
        }
        Ok(entries)
    }

    /// As [`Service::append`], for entries that were sealed before.
    pub(crate) async fn append_sealed(
        &self,
        entries: Vec<Entry>,
        expect: Vec<(Subject, u64)>,
    ) -> Result<bool, ServiceError> {
        if self.site().is_some()
            && entries
                .iter()
                .any(|entry| is_of_the_hub(entry.event().kind()))
        {
            return Err(ServiceError::AtHub);
        }
        let ends_a_device = |entry: &Entry| {
            let kind = entry.event().kind();
            kind == "device.revoked" || kind == "device.retired"
        };
        if entries.iter().any(ends_a_device) {
            // The keys of a post end with its device, and the next bundle says so.
            self.stale.store(true, Ordering::SeqCst);
        }
        let entries = self.state(entries).await?;
        match self
            .store()
            .append(Append {
                device: Arc::clone(self.device()),
                now: self.now(),
                entries,
                expect,
            })
            .await
        {
            Ok(_) => Ok(true),
            Err(AppendError::Conflict { .. }) => Ok(false),
            Err(AppendError::Forgotten(subject)) => Err(Box::pin(self.without_key(&subject)).await),
            Err(error @ AppendError::InDoubt(_)) => Err(ServiceError::InDoubt(error)),
            Err(error) => Err(ServiceError::Append(error)),
        }
    }

    /// Why a subject has no key: it was erased, or something is wrong.
    async fn without_key(&self, subject: &Subject) -> ServiceError {
        match self.tombstone(subject).await {
            Ok(Some(Tombstone { erasure, at })) => ServiceError::Forgotten { erasure, at },
            Ok(None) => ServiceError::Unreadable(format!("no key for {subject}")),
            Err(error) => error,
        }
    }

    /// Journals that a command was refused, and gives the refusal back as an error. When even that
    /// cannot be recorded, the person is told so instead: a refusal without a trace is what the
    /// journal exists to prevent.
    pub(crate) async fn refused(
        &self,
        subject: &Subject,
        act: &Act,
        command: &str,
        refusal: Refusal,
        person: Option<PersonId>,
    ) -> ServiceError {
        let event = Event::Refused(Refused {
            act: act.clone(),
            command: command.to_owned(),
            reason: refusal.code().to_owned(),
            person,
        });
        match self
            .append(vec![(subject.clone(), event)], Vec::new())
            .await
        {
            Ok(_) => ServiceError::Refused(refusal),
            Err(error) => error,
        }
    }
}

fn card_state(events: &[Event]) -> CardState {
    events
        .iter()
        .fold(CardState::default(), |state, event| match event {
            Event::Card(event) => state.apply(event),
            _ => state,
        })
}
