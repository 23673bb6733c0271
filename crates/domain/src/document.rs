//! The papers a person shows: what kind, whose, which number, until when.
//!
//! A number is free text. The pattern of Belizean numbers is unsourced (facts E.2), so no number is
//! ever refused for its form; and handwritten Belizean passports without a machine readable zone
//! stayed valid until they expired, so a document that no machine can read is still a document.

use core::{fmt, str::FromStr};
use jiff::civil::Date;
use paso_formats::field::StateCode;

/// What kind of document it is. Kinds are those the rules name (facts A.3) and those people show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// Guatemala's personal identification document; issued from the age of 18 only (facts E.1).
    Dpi,
    /// The paper Guatemala issues in place of a DPI; the rule says "its substitute" (facts A.3).
    DpiSubstitute,
    /// Guatemala's identity booklet, replaced by the DPI in August 2013 (facts E.1).
    CedulaDeVecindad,
    /// A passport whose data page a machine can read.
    Passport,
    /// A passport written by hand, with no machine readable zone (facts E.2, Belize).
    HandwrittenPassport,
    /// "Documento de identidad y viaje" (facts A.3).
    IdentityAndTravelDocument,
    /// The visa that proves permanent residence in a country of the region (facts A.3).
    PermanentResidenceVisa,
    /// A birth certificate. It proves filiation and age; it is no identity document here.
    BirthCertificate,
    /// Any other official identity document.
    OtherOfficialId,
    /// Any other paper.
    Other,
}

impl DocumentKind {
    /// Every kind, in the order a desk offers them.
    pub const ALL: [Self; 10] = [
        Self::Dpi,
        Self::Passport,
        Self::IdentityAndTravelDocument,
        Self::CedulaDeVecindad,
        Self::DpiSubstitute,
        Self::HandwrittenPassport,
        Self::PermanentResidenceVisa,
        Self::BirthCertificate,
        Self::OtherOfficialId,
        Self::Other,
    ];

    /// The stable code, used in journals, rule files and translations.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dpi => "dpi",
            Self::DpiSubstitute => "dpi-substitute",
            Self::CedulaDeVecindad => "cedula-de-vecindad",
            Self::Passport => "passport",
            Self::HandwrittenPassport => "handwritten-passport",
            Self::IdentityAndTravelDocument => "identity-and-travel-document",
            Self::PermanentResidenceVisa => "permanent-residence-visa",
            Self::BirthCertificate => "birth-certificate",
            Self::OtherOfficialId => "other-official-id",
            Self::Other => "other",
        }
    }

    /// Whether a rule that asks for `wanted` is met by this kind: a handwritten passport is a
    /// passport (facts E.2).
    #[must_use]
    pub fn serves_as(self, wanted: Self) -> bool {
        self == wanted || (self == Self::HandwrittenPassport && wanted == Self::Passport)
    }

    /// Whether it is an official identity document, which is what the practice of 2014 asked for
    /// ("one official ID", facts A.3).
    #[must_use]
    pub const fn identifies(self) -> bool {
        matches!(
            self,
            Self::Dpi
                | Self::DpiSubstitute
                | Self::CedulaDeVecindad
                | Self::Passport
                | Self::HandwrittenPassport
                | Self::IdentityAndTravelDocument
                | Self::OtherOfficialId
        )
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is not the code of a kind of document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of document; write one of dpi, passport, identity-and-travel-document, …")]
pub struct NotADocumentKind;

impl FromStr for DocumentKind {
    type Err = NotADocumentKind;

    fn from_str(text: &str) -> Result<Self, NotADocumentKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(NotADocumentKind)
    }
}

/// A document that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelDocument {
    /// What it is.
    pub kind: DocumentKind,
    /// Its number exactly as printed or typed; no pattern is asked for.
    pub number: String,
    /// The state that issued it.
    pub issuer: StateCode,
    /// Its last day, where it states one.
    pub expires: Option<Date>,
    /// Whether it was read from a machine readable zone whose check digits all agreed. `false` is
    /// no suspicion: many good documents have no such zone.
    pub mrz_checked: bool,
}

impl TravelDocument {
    /// Whether its last day lies before `on`. A document that states no last day never expires.
    #[must_use]
    pub fn expired_on(&self, on: Date) -> bool {
        self.expires.is_some_and(|last| last < on)
    }

    /// The last letters and digits of its number, at most `count`: what the card carries so that a
    /// paper is bound to a document (DESIGN §5).
    #[must_use]
    pub fn number_tail(&self, count: usize) -> String {
        let kept: Vec<char> = self
            .number
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        kept[kept.len().saturating_sub(count)..].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_code_and_reads_back() {
        for kind in DocumentKind::ALL {
            assert_eq!(kind.code().parse(), Ok(kind));
            assert_eq!(
                DocumentKind::ALL
                    .iter()
                    .filter(|k| k.code() == kind.code())
                    .count(),
                1
            );
        }
        assert_eq!("DPI".parse::<DocumentKind>(), Err(NotADocumentKind));
    }

    #[test]
    fn a_handwritten_passport_is_a_passport_and_a_birth_certificate_no_identity_document() {
        assert!(DocumentKind::HandwrittenPassport.serves_as(DocumentKind::Passport));
        assert!(!DocumentKind::Passport.serves_as(DocumentKind::HandwrittenPassport));
        assert!(!DocumentKind::BirthCertificate.identifies());
    }

    #[test]
    fn numbers_are_free_text_and_their_tail_is_letters_and_digits() {
        let document = |number: &str| TravelDocument {
            kind: DocumentKind::HandwrittenPassport,
            number: number.into(),
            issuer: StateCode::BLZ,
            expires: Some(jiff::civil::date(2014, 7, 7)),
            mrz_checked: false,
        };
        for (number, tail) in [
            ("r-01 234/56", "23456"),
            ("7", "7"),
            ("", ""),
            ("№ 1ñ2", "12"),
        ] {
            assert_eq!(document(number).number_tail(5), tail);
        }
        let paper = document("1");
        assert!(!paper.expired_on(jiff::civil::date(2014, 7, 7)));
        assert!(paper.expired_on(jiff::civil::date(2014, 7, 8)));
    }
}
