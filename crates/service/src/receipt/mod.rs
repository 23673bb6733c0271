//! Receipts: recorded with their act, signed for the paper, found by their code.
//!
//! A receipt's event is in the same append as the act it is given for, so there is never one without
//! the other. The paper's text is signed whenever it is printed, by the key of the stream in which
//! the event stands: its number there is known only then, and a print made years later says the same
//! as the first. If that key cannot sign, the act stands, and the paper says why it has no symbol.

mod check;
mod given;
#[cfg(all(test, feature = "testing"))]
mod tests;

pub use check::Told;
pub use given::{NoSymbol, PaperReceipt};

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    act::Act,
    event::Event,
    policy::powers,
    receipt::{self, Code, Facts, Handle, Kind},
    subject::Subject,
};
use paso_formats::number::CardNumber;

/// A receipt on its way into the journal: its code, and its event where there can be one.
pub(crate) struct Drawn {
    pub(crate) code: Code,
    event: Option<(Subject, Event)>,
}

impl Drawn {
    /// The code, where the receipt can be given.
    pub(crate) fn given(&self) -> Option<Code> {
        self.event.as_ref().map(|_| self.code)
    }

    /// Puts the event behind those of the act, and expects that nobody holds a receipt of this code:
    /// on a clash the caller draws another.
    pub(crate) fn join(self, events: &mut Vec<(Subject, Event)>, expect: &mut Vec<(Subject, u64)>) {
        if let Some((subject, event)) = self.event {
            expect.push((subject.clone(), 0));
            events.push((subject, event));
        }
    }
}

impl Service {
    /// Draws a receipt for an act. An act whose facts cannot stand on a receipt (a clock before
    /// 1970) goes on without one.
    pub(crate) fn draw_receipt(
        &self,
        kind: Kind,
        act: &Act,
        handle: Option<Handle>,
    ) -> Result<Drawn, ServiceError> {
        let code = Code::from_random(self.random().bytes()?);
        let event = receipt::given(code, kind, act, handle)
            .inspect_err(|error| tracing::error!("no receipt can be given: {error}"))
            .ok();
        Ok(Drawn { code, event })
    }

    /// The receipt that a person took away from an entry or exit on this card, to print it again.
    ///
    /// # Errors
    /// When the role may not, or no such receipt was given on this card.
    pub async fn crossing_receipt(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        card: CardNumber,
        code: Code,
    ) -> Result<PaperReceipt, ServiceError> {
        self.open(permit, &Subject::Card(card)).await?;
        let given = self.given(code).await?;
        given
            .iter()
            .find(|given| given.is_on(card))
            .and_then(|given| given.paper(self))
            .ok_or(ServiceError::NotFound)
    }

    /// What was given under this code for other acts than encounters, for whoever has it read out to
    /// them. Without the card: a code is overheard, and shows nobody's card to anyone.
    ///
    /// # Errors
    /// When the role may not.
    pub async fn crossings_by_code(
        &self,
        permit: &Permit<powers::ReadReceipt>,
        code: Code,
    ) -> Result<Vec<Facts>, ServiceError> {
        self.list(permit, format!("receipt {code}"), Vec::new())
            .await?;
        Ok(self
            .given(code)
            .await?
            .iter()
            .filter_map(|given| given.facts())
            .filter(|facts| !matches!(facts.kind, Kind::Encounter | Kind::Check))
            .map(|facts| Facts {
                handle: None,
                ..facts.clone()
            })
            .collect())
    }
}
