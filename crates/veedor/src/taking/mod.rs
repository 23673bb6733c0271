//! Taking reports: anybody tells that people were taken, and the authority must match an opening of
//! custody or answer within a dated clock; silence is shown to everybody.
//!
//! No account, no script, no address kept. What says which people are meant (place, time, unit,
//! vehicle, number) goes to the authority; what was told in free words is sealed to the ombudsman
//! before it is stored, and this machine cannot read it. On the public list stand the day, the state,
//! a number and what the authority did, never a place, a name or a word of what was told.

pub mod answers;
pub mod area;
pub mod form;
mod pages;
pub mod rule;
pub mod store;

pub(crate) use pages::router;

use crate::token::Token;
use paso_formats::{
    moment::Moment,
    statement::SealingKey,
    taking::{Folio, Says},
};
use paso_tlog::{hash::leaf_hash, witness::Log};
use rule::Match;

/// What was told, without the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its folio.
    pub folio: Folio,
    /// When it came.
    pub received: Moment,
    /// Until when an authority may take for its answer.
    pub due: Moment,
    /// The code of the state, [`area::AREAS`].
    pub area: String,
    /// Where, as told.
    pub place: String,
    /// About when.
    pub taken: Moment,
    /// Whose people, as told; may be empty.
    pub unit: String,
    /// In which vehicle, as told; may be empty.
    pub vehicle: String,
    /// How many people.
    pub people: u32,
}

/// A report that nobody has stored yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// All but what the store gives it.
    pub report: Report,
    /// The codes of the authorities that must answer.
    pub asked: Vec<String>,
    /// What was told in free words, sealed.
    pub sealed: Vec<u8>,
    /// The hash of the secret that opens it for whoever told it.
    pub secret: [u8; 32],
}

/// One answer, as it lies here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// When it came.
    pub received: Moment,
    /// What it says.
    pub says: Says,
    /// What the statements say to that; none before they were opened.
    pub checked: Option<Match>,
}

/// What one authority did about a report; the answers in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its short name.
    pub authority: String,
    /// Its answers. Nothing replaces an earlier one; the last one counts.
    pub answers: Vec<Given>,
}

/// What the pages need.
#[derive(Debug)]
pub struct Takings {
    /// Where reports lie.
    pub store: store::Store,
    /// To whom words are sealed.
    pub key: SealingKey,
    /// How many hours an authority has.
    pub hours: u32,
    /// The token with which authorities read what they are asked.
    pub token: Token,
    /// The authorities, and the logs whose keys sign their answers.
    pub authorities: Vec<(String, Vec<Log>)>,
}

/// What is kept of a report's secret. The folio makes one secret under two folios look different.
#[must_use]
pub fn secret_hash(folio: Folio, secret: &str) -> [u8; 32] {
    let plain: String = secret
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-'))
        .collect();
    let text = format!("paso taking secret v1\n{folio}\n{}", plain.to_uppercase());
    leaf_hash(text.as_bytes()).0
}
