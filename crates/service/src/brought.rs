//! A card brings itself: what its signed text proves where nobody knows it, and what a desk shows of
//! whoever bears it.
//!
//! Persons and cards of other places do not come down to a post. So the card itself is what a post
//! records: that this very text was shown, and believed by a bundle of such an age. Nothing is known of
//! the holder but what the card says, and the record of its entries is named after the card
//! ([`PersonId::of_card`]); where the card was issued, the two meet.

use crate::{Officer, Service, ServiceError, access::Permit};
use paso_domain::{
    card::{CardState, Presented, Standing},
    document::DocumentKind,
    id::PersonId,
    policy::powers,
    stay::{EntryGround, StayRefusal},
};
use paso_formats::{
    card::SignedCard, field::BirthDate, moment::Moment, number::CardNumber, shown::sort,
    verdict::Finding,
};

/// A card whose signature was believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Brought {
    pub(crate) number: CardNumber,
    pub(crate) shown: Presented,
    finding: Finding,
}

impl Brought {
    /// Whether somebody may enter on it. What only this post lacks, other than a bundle that still
    /// counts, keeps nobody out.
    pub(crate) const fn lets_in(&self) -> Result<(), StayRefusal> {
        match self.finding {
            Finding::Valid
            | Finding::BundleOld
            | Finding::ClockBehind
            | Finding::OutsideTerritory => Ok(()),
            Finding::Revoked => Err(StayRefusal::Entry(EntryGround::CardRevoked)),
            Finding::Expired => Err(StayRefusal::Entry(EntryGround::CardExpired)),
            _ => Err(StayRefusal::NotProven),
        }
    }
}

/// Who bears a card, as a desk shows them and a slip names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The card's number.
    pub number: CardNumber,
    /// Given names and surnames; of a card that was brought in the letters that it carries.
    pub name: String,
    /// Date of birth, as far as known.
    pub birth: Option<BirthDate>,
    /// Nationality: a code of Doc 9303.
    pub nationality: Option<String>,
    /// The kind of document it is bound to, which a card does not say.
    pub document: Option<DocumentKind>,
    /// The last characters of that document's number.
    pub document_tail: String,
    /// From when it is no longer valid.
    pub expires: Moment,
    /// How it stands.
    pub standing: Standing,
}

impl Bearer {
    /// What the text of a card says of its bearer. It proves nothing: judge it first.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let card = sort(&[text]).card.ok()?;
        Self::of_signed(&card)
    }

    fn of_signed(card: &SignedCard) -> Option<Self> {
        let facts = card.facts();
        let identity = &facts.identity;
        Some(Self {
            number: card.number()?,
            name: identity.name.clone().unwrap_or_default(),
            birth: identity.birth,
            nationality: identity.nationality.clone(),
            document: None,
            document_tail: identity.document_tail.clone().unwrap_or_default(),
            expires: facts.expires?,
            standing: Standing::Brought,
        })
    }

    fn of_state(state: &CardState) -> Option<Self> {
        let Some(card) = state.card() else {
            let (_, shown) = state.presented().last()?;
            return Some(Self {
                standing: state.standing().clone(),
                ..Self::of_text(&shown.text)?
            });
        };
        let claim = state.application().map(|application| &application.claim);
        Some(Self {
            number: card.number,
            name: claim
                .map(|c| format!("{} {}", c.given, c.surnames).trim().to_owned())
                .unwrap_or_default(),
            birth: claim.map(|c| c.birth),
            nationality: claim.map(|c| c.nationality.to_string()),
            document: Some(card.document),
            document_tail: card.document_tail.clone(),
            expires: card.expires,
            standing: state.standing().clone(),
        })
    }
}

impl Service {
    /// Who bears a card, whether it was issued here or only brought.
    ///
    /// # Errors
    /// When the role may not, or nobody knows such a card here.
    pub async fn bearer(
        &self,
        permit: &Permit<powers::ReadCard>,
        number: CardNumber,
    ) -> Result<Bearer, ServiceError> {
        self.open(permit, &paso_domain::subject::Subject::Card(number))
            .await?;
        let state = self.load_card(number).await?.state;
        Bearer::of_state(&state).ok_or(ServiceError::NotFound)
    }

    /// What a scanned text proves. What proves nothing is about nobody, and is not journaled.
    pub(crate) fn prove(&self, officer: &Officer, text: &str) -> Result<Brought, ServiceError> {
        let verdict = self.verdict_on(officer, &[text.to_owned()])?;
        let card = sort(&[text]).card.ok();
        let brought = || {
            let card = card.filter(|_| verdict.card.as_ref().is_some_and(|card| card.proven))?;
            let bundle = self.bundle()?;
            Some(Brought {
                number: card.number()?,
                shown: Presented {
                    text: text.trim().to_owned(),
                    expires: card.facts().expires?,
                    finding: verdict.finding.code().to_owned(),
                    bundle: bundle.bundle().sequence,
                    bundle_made: bundle.bundle().issued_at,
                },
                finding: verdict.finding,
            })
        };
        brought().ok_or(ServiceError::Refused(StayRefusal::NotProven.into()))
    }

    /// The records under which others wrote entries on these persons' cards, as far as what was shown
    /// to them is the card that was issued: on a forged one somebody else came.
    pub(crate) async fn card_records_of(
        &self,
        records: &[PersonId],
    ) -> Result<Vec<PersonId>, ServiceError> {
        let mut found = Vec::new();
        for row in self.store().cards_of(records).await? {
            let state = self.load_card(row.number).await?.state;
            if !state.presented().is_empty() && state.is_as_issued() {
                found.push(PersonId::of_card(row.number));
            }
        }
        Ok(found)
    }
}
