//! What is stored about a reading. Stored for ever: add, never change.

use crate::{
    act::Act,
    cbor,
    policy::{Power, Role},
    subject::Subject,
};
use minicbor::{Decode, Encode};

/// In which form something was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// On a screen.
    Page,
    /// Printed, or as a file to be printed.
    Print,
    /// As data to take along.
    Export,
    /// By another program, which answers for it by its token.
    Api,
}

impl How {
    /// All forms.
    pub const ALL: [Self; 4] = [Self::Page, Self::Print, Self::Export, Self::Api];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Print => "print",
            Self::Export => "export",
            Self::Api => "api",
        }
    }
}

cbor::coded!(How, "form of reading");

/// One record that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Opened {
    /// The power it was opened by.
    #[cbor(n(0), with = "cbor::text")]
    pub power: Power,
    /// The purpose for which the officer was signed in.
    #[cbor(n(1), with = "cbor::text")]
    pub role: Role,
    /// What was opened: a person's own record, a card, an application, the stays.
    #[cbor(n(2), with = "cbor::text")]
    pub record: Subject,
    /// In which form.
    #[cbor(n(3), with = "cbor::text")]
    pub how: How,
}

/// One list that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Listed {
    /// The power it was asked for by.
    #[cbor(n(0), with = "cbor::text")]
    pub power: Power,
    /// The purpose for which the officer was signed in.
    #[cbor(n(1), with = "cbor::text")]
    pub role: Role,
    /// Which list, with what bounds it, such as `acts 2014-07-08`. Never a name, a date of birth or a
    /// document's number: this text outlives the person's record, and a name in it would, too.
    #[n(2)]
    pub query: String,
    /// The persons' records that the answer showed, where it was a search for one.
    #[cbor(n(3), with = "cbor::texts")]
    pub found: Vec<Subject>,
    /// In which form.
    #[cbor(n(4), with = "cbor::text")]
    pub how: How,
}

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AccessEvent {
    /// A record was opened.
    #[n(0)]
    Opened {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What was opened.
        #[n(1)]
        opened: Opened,
    },
    /// A list was asked for.
    #[n(1)]
    Listed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What was asked.
        #[n(1)]
        listed: Listed,
    },
}

impl AccessEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Opened { act, .. } | Self::Listed { act, .. } => act,
        }
    }
}
