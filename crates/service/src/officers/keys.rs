//! The authority's keys in the register: which came into use, and which ended.
//!
//! Keys are files, made and ended by commands at the machine, and the program reads them when it
//! starts. So that is when the register takes them in: what the list of keys says of a key, with the
//! officer who answers for it, is held against what is known, and the rest is recorded. Whenever the
//! power fails, the list is whole, and the next start goes on from it.

use super::{Affair, Asker, Console, read::PAGE};
use crate::{Service, ServiceError, approval::Plan, ceremony::ListedKey};
use paso_domain::{
    authority::{self, AuthorityCommand, AuthorityKey, AuthorityState},
    crossings::PostCode,
    event::Event,
    subject::Subject,
};
use paso_formats::{key::KeyId, moment::Moment, number::CardNumber, scan};

/// A card that a key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCard {
    /// The card.
    pub number: CardNumber,
    /// Where it was issued.
    pub post: PostCode,
    /// When.
    pub issued_at: Moment,
    /// Until when it is valid by itself.
    pub expires: Moment,
}

impl Service {
    /// The keys of the list that the program was started with.
    #[must_use]
    pub fn listed_keys(&self) -> &[ListedKey] {
        &self.keys().listed
    }

    /// Records what the list of keys says and the register does not know. A line whose officer may not
    /// answer for it is said in the log and left: the program must start all the same.
    pub(crate) async fn record_keys(&self) -> Result<(), ServiceError> {
        let known = self.known_keys().await?;
        for ListedKey { entry, key } in self.listed_keys() {
            let known = known.key(key.key_id());
            let mut asked = Vec::new();
            if let Some(by) = entry
                .by
                .as_ref()
                .filter(|_| known.is_none_or(|k| k.key.is_none()))
            {
                let added = AuthorityKey {
                    id: key.key_id(),
                    purpose: entry.purpose.code().to_owned(),
                    key: key.to_cose_key(),
                    sign_from: entry.sign_from,
                    sign_until: entry.sign_until,
                    verify_until: entry.verify_until,
                    site: None,
                    device: None,
                };
                asked.push((by, AuthorityCommand::AddKey(added)));
            }
            let end = known.and_then(|known| known.end);
            let news = end.is_none_or(|end| {
                let earlier = |at| end.compromised_from.is_none_or(|known| at < known);
                entry.compromised_at.is_some_and(earlier)
            });
            if let Some(ended) = entry.ended.as_ref().filter(|_| news) {
                let ending = AuthorityCommand::EndKey {
                    id: key.key_id(),
                    from: ended.from,
                    compromised_from: entry.compromised_at,
                    reason: ended.reason.clone(),
                };
                asked.push((&ended.by, ending));
            }
            for (by, command) in asked {
                let done = match self.at_console(by, None).await {
                    Ok(console) => self.manage_key_at_console(&console, command).await,
                    Err(error) => Err(error),
                };
                match done {
                    Ok(()) => {}
                    Err(error @ (ServiceError::BadRequest { .. } | ServiceError::Refused(_))) => {
                        tracing::error!(
                            "what keys.toml says of {} is not in the register, since {error}",
                            entry.file
                        );
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// The cards in force that a key signed at or after a moment, oldest first: whoever holds one is
    /// to get another, free. It says nothing of the holders.
    ///
    /// # Errors
    /// When something could not be read.
    pub async fn cards_signed_by(
        &self,
        key: KeyId,
        from: Moment,
    ) -> Result<Vec<SignedCard>, ServiceError> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = self
                .store()
                .cards_in_force(from, self.now(), after, PAGE)
                .await?;
            let Some(last) = page.last() else {
                return Ok(found);
            };
            after = last.issued.as_ref().map(|card| (card.at, last.number));
            for row in page {
                let state = self.load_card(row.number).await?.state;
                let Some(card) = state.card() else { continue };
                let signer = scan::open(&card.text).ok().and_then(|card| card.key_id());
                if let (Some(issued), true) = (row.issued, signer == Some(key)) {
                    found.push(SignedCard {
                        number: row.number,
                        post: issued.post,
                        issued_at: card.issued_at,
                        expires: card.expires,
                    });
                }
            }
        }
    }

    /// What the register knows of the authority's keys.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn known_keys(&self) -> Result<AuthorityState, ServiceError> {
        Ok(self.load_authority().await?.1)
    }

    /// Records at the machine that a key came into use, or ended.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_key_at_console(
        &self,
        console: &Console,
        command: AuthorityCommand,
    ) -> Result<(), ServiceError> {
        self.at_once(console, &Affair::Key(command)).await
    }

    pub(super) async fn plan_key(
        &self,
        asker: &Asker,
        command: AuthorityCommand,
    ) -> Result<Plan, ServiceError> {
        let (subject, state, version) = self.load_authority().await?;
        let code = command.code();
        match authority::decide(&state, command, asker.act.clone(), asker.way) {
            Ok(event) => Ok(Plan::new(
                code,
                vec![(subject.clone(), Event::Authority(event))],
                vec![(subject, version)],
            )),
            Err(no) => Err(self.declined(&subject, asker, code, no).await),
        }
    }

    async fn load_authority(&self) -> Result<(Subject, AuthorityState, u64), ServiceError> {
        let code = &self.authority().code;
        let code = code.parse().map_err(|error: paso_domain::id::NotAnId| {
            ServiceError::Unreadable(error.to_string())
        })?;
        let subject = Subject::Authority(code);
        let loaded = self.load(&subject).await?;
        let events = loaded.events.iter();
        let state = events.fold(AuthorityState::default(), |state, event| match event {
            Event::Authority(event) => state.apply(event),
            _ => state,
        });
        Ok((subject, state, loaded.version))
    }
}
