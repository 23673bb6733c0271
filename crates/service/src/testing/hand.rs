//! Officers of a house with passkeys in software: what their browsers would answer.

use super::House;
use crate::{Officer, session::Token};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use paso_domain::{
    act::{Act, Way},
    custody::CustodyEvent,
    event::Event,
    id::EpisodeId,
    officer::{InvitationPurpose, OfficerEvent},
    subject::Subject,
};
use paso_formats::{
    moment::DAY,
    testing::{Authenticator, Ceremony, assertion_json},
};

/// Where the pages of a house are.
pub const PAGES: &str = "http://mx.localhost";

/// The relying party's id there.
pub const HOST: &str = "mx.localhost";

/// An officer with an authenticator.
pub struct Hand {
    /// The officer.
    pub officer: Officer,
    /// The authenticator, with one credential.
    pub key: Authenticator,
    /// The handle under which it keeps the officer.
    pub handle: Vec<u8>,
}

/// A challenge, and the handle of the user, out of a page's options.
fn asked(options: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    let options: serde_json::Value = serde_json::from_str(options).unwrap_or_default();
    let bytes = |value: &serde_json::Value| {
        let text = value.as_str()?;
        BASE64_URL_SAFE_NO_PAD.decode(text).ok()
    };
    let challenge = bytes(&options["challenge"]).unwrap_or_default();
    (challenge, bytes(&options["user"]["id"]))
}

impl Hand {
    /// An officer whose authenticator has nothing registered yet.
    #[must_use]
    pub fn new(officer: Officer, seed: u8) -> Self {
        Self {
            officer,
            key: Authenticator::es256(seed),
            handle: Vec::new(),
        }
    }

    /// What a browser answers to the options of a registration.
    pub fn register(&mut self, options: &str) -> String {
        let (challenge, handle) = asked(options);
        self.handle = handle.unwrap_or_default();
        let ceremony = Ceremony::new(HOST, PAGES, &challenge);
        self.key.register(&ceremony).to_json()
    }

    /// What a browser answers to the options of a sign-in or of an act to be signed.
    #[must_use]
    pub fn answer(&self, options: &str) -> String {
        self.answer_changed(options, |_| {})
    }

    /// The same, after something about the ceremony was changed.
    pub fn answer_changed(&self, options: &str, change: impl FnOnce(&mut Ceremony<'_>)) -> String {
        let (challenge, _) = asked(options);
        let mut ceremony = Ceremony::new(HOST, PAGES, &challenge);
        change(&mut ceremony);
        assertion_json(&self.key.assert(&ceremony), Some(&self.handle))
    }
}

#[expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test's ground: what fails here fails the test"
)]
impl House {
    /// Enrols an officer for their role at their post, as the console does, and answers with the
    /// secret of their invitation.
    pub async fn invited(&self, officer: &Officer) -> Token {
        let act = Act {
            at: self.now(),
            post: officer.post,
            officer: "INM-0001".parse().unwrap(),
            late: None,
        };
        let link = self.invitation_token(&officer.number).unwrap();
        let events = [
            OfficerEvent::Enrolled {
                act: act.clone(),
                way: Way::Console,
                name: format!("Agente {}", officer.number),
            },
            OfficerEvent::Granted {
                act: act.clone(),
                way: Way::Console,
                role: officer.role,
                posts: vec![officer.post],
                from: act.at,
                until: None,
            },
            OfficerEvent::Invited {
                act: act.clone(),
                way: Way::Console,
                purpose: InvitationPurpose::Enrolment,
                link: link.hash(),
                expires: act.at.plus(DAY),
            },
        ];
        for event in events {
            self.record_of(officer, event).await;
        }
        link
    }

    /// Records something about an officer, as if it had been decided.
    pub async fn record_of(&self, officer: &Officer, event: OfficerEvent) {
        let subject = Subject::Officer(officer.number.clone());
        let stored = self.append(vec![(subject, Event::Officer(event))], Vec::new());
        assert!(stored.await.unwrap());
    }

    /// Records a fact about an episode, as a post that was offline would bring it.
    pub async fn record_custody(&self, episode: EpisodeId, event: CustodyEvent) {
        let subject = Subject::Episode(episode);
        let stored = self.append(vec![(subject, Event::Custody(event))], Vec::new());
        assert!(stored.await.unwrap());
    }

    /// The sealed statements on a subject's rows, in their order.
    pub async fn statements_of(&self, subject: &Subject) -> Vec<Vec<u8>> {
        let entries = self.store().entries(1, u32::MAX).await.unwrap();
        let of = |entry: &paso_store::EntryRow| {
            let recorded = entry.recorded.as_ref()?;
            let stated = recorded.subject == *subject && !entry.statement.is_empty();
            stated.then(|| entry.statement.clone())
        };
        entries.iter().filter_map(of).collect()
    }

    /// The rows of a subject.
    pub async fn journal_of(&self, subject: &Subject) -> Vec<paso_store::Recorded> {
        let rows = self.store().load(core::slice::from_ref(subject));
        rows.await.unwrap()
    }

    /// The leaves of a subject, as the log has them.
    pub async fn leaves_of(&self, subject: &Subject) -> Vec<Vec<u8>> {
        let leaves = self.store().leaves_of(subject).await.unwrap();
        leaves.into_iter().map(|leaf| leaf.bytes).collect()
    }

    /// How far the journal goes.
    pub async fn position(&self) -> u64 {
        self.store().position().await.unwrap()
    }

    /// The events of a subject.
    pub async fn events_of(&self, subject: &Subject) -> Vec<Event> {
        self.load(subject).await.unwrap().events
    }

    /// An enrolled officer with a registered passkey.
    pub async fn hand(&self, officer: Officer, seed: u8) -> Hand {
        let link = self.invited(&officer).await;
        let mut hand = Hand::new(officer, seed);
        let begun = self.begin_enrolment(&link).await.unwrap();
        let answer = hand.register(&begun.asks.options);
        self.finish_enrolment(&link, &begun.asks.ceremony, &answer)
            .await
            .unwrap();
        hand
    }
}
