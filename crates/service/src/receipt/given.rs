//! A receipt as it lies in the journal, and its signed text.

use crate::{Service, ServiceError};
use core::num::NonZeroU32;
use paso_domain::{
    event::Event,
    receipt::{Body, Code, Facts, Handle, ReceiptEvent},
    subject::Subject,
};
use paso_formats::{
    entry::StreamId,
    number::CardNumber,
    receipt::{self, ReceiptClaims},
};
use zeroize::Zeroizing;

/// Why a receipt has no symbol to scan. The act it was given for stands all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSymbol {
    /// The act was recorded without one: in the days before receipts were signed, or by a clock
    /// before 1970.
    #[error("this act was recorded without a signed receipt; its code finds it all the same")]
    NotGiven,
    /// The key of the device that recorded the act is not here, or does not sign.
    #[error(
        "the key of the device that recorded this act cannot sign; restore its file, or call the office that runs the system"
    )]
    NoKey,
    /// The register could not be read when it was printed.
    #[error("the act is recorded, but its receipt could not be read; print it again in a while")]
    Unreadable,
}

impl NoSymbol {
    /// All reasons.
    pub const ALL: [Self; 3] = [Self::NotGiven, Self::NoKey, Self::Unreadable];

    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotGiven => "not-given",
            Self::NoKey => "no-key",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A receipt for its paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperReceipt {
    /// What it says.
    pub facts: Facts,
    /// The text of its symbol, or why there is none.
    pub symbol: Result<String, NoSymbol>,
}

/// A receipt's row of the journal.
pub(super) struct Given {
    /// The number of its entry.
    pub(super) number: u64,
    stream: StreamId,
    sequence: u64,
    /// What the body says, and the key that opens its commitment; none once the key is destroyed.
    opened: Option<(Body, Zeroizing<[u8; 32]>)>,
}

impl Given {
    /// A receipt as an entry of a stream holds it.
    pub(super) const fn new(
        number: u64,
        (stream, sequence): (StreamId, u64),
        opened: Option<(Body, Zeroizing<[u8; 32]>)>,
    ) -> Self {
        Self {
            number,
            stream,
            sequence,
            opened,
        }
    }

    pub(super) fn facts(&self) -> Option<&Facts> {
        self.opened.as_ref().map(|(body, _)| body.facts())
    }

    pub(super) fn is_on(&self, card: CardNumber) -> bool {
        self.facts()
            .is_some_and(|facts| facts.handle == Some(Handle::Card(card)))
    }

    /// What goes on paper; none once the body is erased.
    pub(super) fn paper(&self, service: &Service) -> Option<PaperReceipt> {
        let (body, k_event) = self.opened.as_ref()?;
        Some(PaperReceipt {
            facts: body.facts().clone(),
            symbol: self.symbol(body, k_event, service),
        })
    }

    /// The text for the symbol.
    fn symbol(
        &self,
        body: &Body,
        k_event: &[u8; 32],
        service: &Service,
    ) -> Result<String, NoSymbol> {
        let claims = ReceiptClaims {
            body: body.clone(),
            stream: self.stream,
            // A device that outgrew 32 bits promises no number, and the commitment still holds.
            sequence: u32::try_from(self.sequence).ok().and_then(NonZeroU32::new),
            k_event: *k_event,
        };
        let signer = service
            .keys()
            .of_stream(self.stream)
            .ok_or(NoSymbol::NoKey)?;
        receipt::encode(&claims, signer)
            .map(receipt::ReceiptText::into_string)
            .map_err(|error| {
                tracing::error!("a receipt was not signed: {error}");
                NoSymbol::NoKey
            })
    }
}

impl Service {
    /// Every receipt under a code, in the journal's order: mostly none or one. Devices draw codes
    /// apart from each other, and 32 bits can meet.
    pub(super) async fn given(&self, code: Code) -> Result<Vec<Given>, ServiceError> {
        let subject = Subject::Receipt(code);
        let rows = self.store().load(core::slice::from_ref(&subject)).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.store().subject_key(&subject).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(entry) = self.store().entry_at(row.position).await? else {
                continue;
            };
            let opened = match &key {
                None => None,
                Some(key) => match row.open(key) {
                    Ok(Event::Receipt(ReceiptEvent::Given(body))) => {
                        row.event_key(key).map(|k_event| (body, k_event))
                    }
                    Ok(_) => None,
                    Err(error) => return Err(ServiceError::Unreadable(error.to_string())),
                },
            };
            let place = (entry.leaf.stream(), entry.leaf.sequence());
            found.push(Given::new(entry.number, place, opened));
        }
        Ok(found)
    }

    /// The text of the symbol of the receipt under `code` whose facts are these. Whatever fails here
    /// fails after the act was recorded, and so is a reason and never an error.
    pub(crate) async fn symbol_of(
        &self,
        code: Option<Code>,
        is: impl Fn(&Facts) -> bool,
    ) -> Result<String, NoSymbol> {
        let given = self
            .given(code.ok_or(NoSymbol::NotGiven)?)
            .await
            .map_err(|error| {
                tracing::error!("a receipt could not be read: {error}");
                NoSymbol::Unreadable
            })?;
        given
            .iter()
            .find(|given| given.facts().is_some_and(&is))
            .and_then(|given| given.paper(self))
            .map_or(Err(NoSymbol::NotGiven), |paper| paper.symbol)
    }
}
