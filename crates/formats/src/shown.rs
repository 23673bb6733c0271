//! What a person shows: a card, and perhaps the slip that goes with it, in any order.
//!
//! An officer does not have to know which paper is which, and every face of Paso sorts them alike.

use crate::{
    card::SignedCard,
    scan::{Malformed, Scanned, scan},
    slip::SignedSlip,
};
use sha2::{Digest as _, Sha256};

/// The papers, sorted; ready for [`crate::verdict::verdict`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The card, or why there is none.
    pub card: Result<SignedCard, Malformed>,
    /// The slip, or why what was shown beside the card is none; nothing beside it, `None`.
    pub slip: Option<Result<SignedSlip, Malformed>>,
}

/// Tells the text of one card from that of another where neither is to be kept.
#[must_use]
pub fn mark_of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let half = digest.iter().take(16);
    half.fold(String::new(), |mark, byte| mark + &format!("{byte:02x}"))
}

/// Sorts scanned texts. One text scanned twice counts once; the first card is the card, and
/// whatever else is shown is held to be its slip.
#[must_use]
pub fn sort(texts: &[impl AsRef<str>]) -> Shown {
    let mut seen: Vec<&str> = Vec::new();
    let mut card: Option<SignedCard> = None;
    let mut slip: Option<SignedSlip> = None;
    let mut other: Option<Malformed> = None;
    for text in texts {
        let text = text.as_ref().trim_matches(['\r', '\n', '\t']);
        if seen.contains(&text) {
            continue;
        }
        seen.push(text);
        match scan(text) {
            Ok(Scanned::Card(found)) if card.is_none() => card = Some(found),
            Ok(Scanned::Slip(found)) if slip.is_none() => slip = Some(found),
            Ok(Scanned::Card(_)) => other = other.or(Some(Malformed::CardNotSlip)),
            Ok(Scanned::Slip(_)) => other = other.or(Some(Malformed::SlipNotCard)),
            Ok(Scanned::Receipt(_)) => other = other.or(Some(Malformed::ReceiptNotCard)),
            Err(error) => other = other.or(Some(error)),
        }
    }
    if let Some(card) = card {
        return Shown {
            card: Ok(card),
            slip: slip.map(Ok).or_else(|| other.map(Err)),
        };
    }
    // A slip that reads beside something that does not: the card is what does not.
    let alone = slip.is_some().then_some(Malformed::SlipNotCard);
    Shown {
        card: Err(other.or(alone).unwrap_or(Malformed::Empty)),
        slip: slip.map(Ok),
    }
}
