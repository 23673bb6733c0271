//! The journal's events: one enum over all registers, and their canonical bytes.
//!
//! A body is deterministic CBOR (RFC 8949 §4.2.1): integer-keyed maps and arrays of definite
//! length, written in one order. Kind and schema stand in the envelope outside the body, so that a
//! reader knows what it cannot read.

use crate::{
    access::AccessEvent,
    act::Act,
    authority::AuthorityEvent,
    card::CardEvent,
    cbor,
    custody::{self, CustodyEvent},
    device::DeviceEvent,
    encounter::EncounterEvent,
    erasure::ErasureEvent,
    id::PersonId,
    officer::OfficerEvent,
    person::PersonEvent,
    post::PostEvent,
    protection::{self, ProtectionEvent},
    receipt::ReceiptEvent,
    sheet::SheetEvent,
    shift::ShiftEvent,
    site::SiteEvent,
    stay::StayEvent,
    token::TokenEvent,
};
use minicbor::{Decode, Encode};
use paso_formats::{entry::Class, moment::Moment, receipt::EVENT_KIND};

/// A command that was refused. That it was asked is itself a fact worth keeping: slots, cards and
/// decisions are what is sold (facts A.5).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Refused {
    /// When, where, by whom it was asked.
    #[n(0)]
    pub act: Act,
    /// What was asked, such as `card.issue`.
    #[n(1)]
    pub command: String,
    /// The stable code of the reason.
    #[n(2)]
    pub reason: String,
    /// The person it was about, where known.
    #[cbor(n(3), with = "cbor::optional_text", has_nil)]
    pub person: Option<PersonId>,
}

/// An event of any register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// About a person.
    Person(PersonEvent),
    /// About an application or a card.
    Card(CardEvent),
    /// About a person's stays.
    Stay(StayEvent),
    /// About an encounter.
    Encounter(EncounterEvent),
    /// About a receipt.
    Receipt(ReceiptEvent),
    /// About a person's protection.
    Protection(ProtectionEvent),
    /// About an episode of custody.
    Custody(CustodyEvent),
    /// About a post itself.
    Post(PostEvent),
    /// About an officer.
    Officer(OfficerEvent),
    /// About an officer's shifts.
    Shift(ShiftEvent),
    /// About numbered sheets of paper.
    Sheet(SheetEvent),
    /// About a device.
    Device(DeviceEvent),
    /// About a site.
    Site(SiteEvent),
    /// About an authority's keys.
    Authority(AuthorityEvent),
    /// About a token.
    Token(TokenEvent),
    /// About a reading.
    Access(AccessEvent),
    /// About an erasure.
    Erasure(ErasureEvent),
    /// A refused command, on the subject it was about.
    Refused(Refused),
}

/// A stored body that this program cannot read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableEvent {
    /// The kind is newer than this program.
    #[error("event kind {0:?} is unknown here; it was written by a newer version, use that one")]
    UnknownKind(String),
    /// The schema is newer than this program.
    #[error(
        "event kind {kind:?} has schema {found}, and {known} is the newest known here; use a newer version"
    )]
    NewerSchema {
        /// The kind.
        kind: &'static str,
        /// What was found.
        found: u16,
        /// What is known.
        known: u16,
    },
    /// The bytes are not an event of that kind.
    #[error("the body of a {kind:?} event does not decode: {reason}; run an audit of the journal")]
    Malformed {
        /// The kind.
        kind: &'static str,
        /// What the decoder said.
        reason: String,
    },
}

/// The schema all kinds have today.
pub const SCHEMA: u16 = 1;

/// The class of a kind, which its register decides, so that a body nobody can open any more has
/// one, too. Whatever befalls a person is an act like any other: a class that told more would point
/// at one ([`Class`]).
#[must_use]
pub fn class_of(kind: &str) -> Class {
    match kind.split_once('.').map(|(register, _)| register) {
        Some("post" | "officer" | "shift" | "device" | "site" | "authority" | "token") => {
            Class::Administration
        }
        Some("access") => Class::Access,
        _ => Class::Act,
    }
}

impl Event {
    /// The kind, stored in the envelope. Each names one variant for ever.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person(PersonEvent::Claimed { .. }) => "person.claimed",
            Self::Person(PersonEvent::MergedInto { .. }) => "person.merged",
            Self::Person(PersonEvent::MergeUndone { .. }) => "person.merge-undone",
            Self::Card(CardEvent::ApplicationReceived { .. }) => "card.application-received",
            Self::Card(CardEvent::Issued { .. }) => "card.issued",
            Self::Card(CardEvent::Refused { .. }) => "card.refused",
            Self::Card(CardEvent::Revoked { .. }) => "card.revoked",
            Self::Card(CardEvent::Replaced { .. }) => "card.replaced",
            Self::Card(CardEvent::Presented { .. }) => "card.presented",
            Self::Card(CardEvent::Settled { .. }) => "card.settled",
            Self::Stay(StayEvent::Entered { .. }) => "stay.entered",
            Self::Stay(StayEvent::Exited { .. }) => "stay.exited",
            Self::Stay(StayEvent::ExitNotRecorded { .. }) => "stay.exit-not-recorded",
            Self::Stay(StayEvent::Settled { .. }) => "stay.settled",
            Self::Encounter(EncounterEvent::Recorded { .. }) => "encounter.recorded",
            Self::Receipt(ReceiptEvent::Given(_)) => EVENT_KIND,
            // One kind for all: the envelope must not tell a claim from a screening.
            Self::Protection(_) => "protection.noted",
            // One kind here, too: counts of openings per hour could tell when a bus leaves.
            Self::Custody(_) => "custody.noted",
            Self::Post(PostEvent::BlockLeased { .. }) => "post.block-leased",
            Self::Post(PostEvent::BundlePublished { .. }) => "post.bundle-published",
            Self::Post(PostEvent::Noticed { .. }) => "post.noticed",
            Self::Post(PostEvent::Told { .. }) => "post.told",
            Self::Officer(event) => event.kind(),
            Self::Shift(event) => event.kind(),
            Self::Sheet(event) => event.kind(),
            Self::Device(event) => event.kind(),
            Self::Site(event) => event.kind(),
            Self::Authority(event) => event.kind(),
            Self::Token(event) => event.kind(),
            Self::Access(AccessEvent::Opened { .. }) => "access.opened",
            Self::Access(AccessEvent::Listed { .. }) => "access.listed",
            Self::Erasure(ErasureEvent::CarriedOut { .. }) => "erasure.carried-out",
            Self::Refused(_) => "command.refused",
        }
    }

    /// Every kind there is: the register of kinds that later versions must go on reading.
    pub const KINDS: [&'static str; 51] = [
        "person.claimed",
        "person.merged",
        "person.merge-undone",
        "card.application-received",
        "card.issued",
        "card.refused",
        "card.revoked",
        "card.replaced",
        "card.presented",
        "card.settled",
        "stay.entered",
        "stay.exited",
        "stay.exit-not-recorded",
        "stay.settled",
        "encounter.recorded",
        EVENT_KIND,
        "protection.noted",
        "custody.noted",
        "post.block-leased",
        "post.bundle-published",
        "post.noticed",
        "post.told",
        "officer.enrolled",
        "officer.granted",
        "officer.grant-ended",
        "officer.invited",
        "officer.passkey-added",
        "officer.passkey-ended",
        "officer.suspended",
        "officer.reinstated",
        "officer.dismissed",
        "officer.counter-stepped-back",
        "shift.opened",
        "shift.closed",
        "shift.phone-opened",
        "sheet.printed",
        "sheet.used",
        "sheet.voided",
        "device.enrolled",
        "device.retired",
        "device.revoked",
        "site.opened",
        "site.closed",
        "authority.key-added",
        "authority.key-ended",
        "token.issued",
        "token.revoked",
        "access.opened",
        "access.listed",
        "erasure.carried-out",
        "command.refused",
    ];

    /// The coarse class that the event's leaf in the log tells of it.
    #[must_use]
    pub fn class(&self) -> Class {
        class_of(self.kind())
    }

    /// When it was recorded, by the clock of the device that did. What came from paper happened
    /// earlier: that stands in its [act](Self::act).
    #[must_use]
    pub const fn at(&self) -> Moment {
        match self.circumstances() {
            Ok(act) => act.recorded(),
            Err(at) => at,
        }
    }

    /// When, where and by whom, for every act of an officer; none for what a post does by itself,
    /// nor for a receipt: it is part of the act it was given for, which stands beside it.
    #[must_use]
    pub const fn act(&self) -> Option<&Act> {
        match self.circumstances() {
            Ok(act) => Some(act),
            Err(_) => None,
        }
    }

    /// The act, or the moment alone where no officer acted.
    const fn circumstances(&self) -> Result<&Act, Moment> {
        match self {
            Self::Post(
                PostEvent::BlockLeased { at, .. }
                | PostEvent::BundlePublished { at, .. }
                | PostEvent::Noticed { at, .. },
            ) => Err(*at),
            Self::Receipt(ReceiptEvent::Given(body)) => Err(body.facts().at),
            Self::Protection(event) => Ok(event.act()),
            Self::Custody(event) => Ok(event.act()),
            Self::Officer(event) => Ok(event.act()),
            Self::Shift(event) => Ok(event.act()),
            Self::Sheet(event) => Ok(event.act()),
            Self::Device(event) => Ok(event.act()),
            Self::Site(event) => Ok(event.act()),
            Self::Authority(event) => Ok(event.act()),
            Self::Token(event) => Ok(event.act()),
            Self::Person(
                PersonEvent::Claimed { act, .. }
                | PersonEvent::MergedInto { act, .. }
                | PersonEvent::MergeUndone { act, .. },
            )
            | Self::Card(
                CardEvent::ApplicationReceived { act, .. }
                | CardEvent::Issued { act, .. }
                | CardEvent::Refused { act, .. }
                | CardEvent::Revoked { act, .. }
                | CardEvent::Replaced { act, .. }
                | CardEvent::Presented { act, .. }
                | CardEvent::Settled { act, .. },
            )
            | Self::Stay(
                StayEvent::Entered { act, .. }
                | StayEvent::Exited { act, .. }
                | StayEvent::ExitNotRecorded { act, .. }
                | StayEvent::Settled { act, .. },
            )
            | Self::Encounter(EncounterEvent::Recorded { act, .. })
            | Self::Access(AccessEvent::Opened { act, .. } | AccessEvent::Listed { act, .. })
            | Self::Erasure(ErasureEvent::CarriedOut { act, .. })
            | Self::Post(PostEvent::Told { act, .. })
            | Self::Refused(Refused { act, .. }) => Ok(act),
        }
    }

    /// The canonical bytes of the body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let written = match self {
            Self::Person(event) => minicbor::encode(event, &mut bytes),
            Self::Card(event) => minicbor::encode(event, &mut bytes),
            Self::Stay(event) => minicbor::encode(event, &mut bytes),
            Self::Encounter(event) => minicbor::encode(event, &mut bytes),
            // Byte for byte what the paper discloses: the leaf commits to just that.
            Self::Receipt(ReceiptEvent::Given(body)) => return body.to_cbor(),
            Self::Protection(event) => return protection::encode(event),
            Self::Custody(event) => return custody::encode(event),
            Self::Post(event) => minicbor::encode(event, &mut bytes),
            Self::Officer(event) => minicbor::encode(event, &mut bytes),
            Self::Shift(event) => minicbor::encode(event, &mut bytes),
            Self::Sheet(event) => minicbor::encode(event, &mut bytes),
            Self::Device(event) => minicbor::encode(event, &mut bytes),
            Self::Site(event) => minicbor::encode(event, &mut bytes),
            Self::Authority(event) => minicbor::encode(event, &mut bytes),
            Self::Token(event) => minicbor::encode(event, &mut bytes),
            Self::Access(event) => minicbor::encode(event, &mut bytes),
            Self::Erasure(event) => minicbor::encode(event, &mut bytes),
            Self::Refused(event) => minicbor::encode(event, &mut bytes),
        };
        match written {
            Ok(()) => bytes,
            // Writing into a Vec has the error type Infallible; only a custom encoder could fail,
            // and those of `crate::cbor` do not.
            Err(impossible) => unreachable!("{impossible}"),
        }
    }

    /// The event with this kind, schema and body.
    ///
    /// # Errors
    /// See [`UnreadableEvent`].
    pub fn decode(kind: &str, schema: u16, body: &[u8]) -> Result<Self, UnreadableEvent> {
        let Some(kind) = Self::KINDS.into_iter().find(|known| *known == kind) else {
            return Err(UnreadableEvent::UnknownKind(kind.to_owned()));
        };
        if schema > SCHEMA {
            return Err(UnreadableEvent::NewerSchema {
                kind,
                found: schema,
                known: SCHEMA,
            });
        }
        let decoded = match kind.split_once('.').map(|(register, _)| register) {
            Some("person") => minicbor::decode(body).map(Self::Person),
            Some("card") => minicbor::decode(body).map(Self::Card),
            Some("stay") => minicbor::decode(body).map(Self::Stay),
            Some("encounter") => minicbor::decode(body).map(Self::Encounter),
            Some("receipt") => ReceiptEvent::decode(body).map(Self::Receipt),
            Some("protection") => protection::decode(body).map(Self::Protection),
            Some("custody") => custody::decode(body).map(Self::Custody),
            Some("post") => minicbor::decode(body).map(Self::Post),
            Some("officer") => minicbor::decode(body).map(Self::Officer),
            Some("shift") => minicbor::decode(body).map(Self::Shift),
            Some("sheet") => minicbor::decode(body).map(Self::Sheet),
            Some("device") => minicbor::decode(body).map(Self::Device),
            Some("site") => minicbor::decode(body).map(Self::Site),
            Some("authority") => minicbor::decode(body).map(Self::Authority),
            Some("token") => minicbor::decode(body).map(Self::Token),
            Some("access") => minicbor::decode(body).map(Self::Access),
            Some("erasure") => minicbor::decode(body).map(Self::Erasure),
            _ => minicbor::decode(body).map(Self::Refused),
        };
        let event = decoded.map_err(|error| UnreadableEvent::Malformed {
            kind,
            reason: error.to_string(),
        })?;
        if event.kind() == kind && event.encode() == body {
            Ok(event)
        } else {
            Err(UnreadableEvent::Malformed {
                kind,
                reason: "it is not in canonical form".into(),
            })
        }
    }
}
