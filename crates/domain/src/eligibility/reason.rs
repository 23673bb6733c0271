//! The reasons an assessment gives, each with a stable code that pages translate.

use crate::{
    document::DocumentKind,
    programme::{Accepted, Permission},
};
use jiff::civil::Date;
use paso_formats::field::StateCode;

/// A demand of the rule that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// No row of the programme is in force on the day of issue.
    NoRuleInForce,
    /// The row in force says too little to issue cards, or speaks of another document.
    RuleNotIssuable,
    /// Neither the nationality claimed nor the residence is covered by the row.
    NationalityNotCovered {
        /// The nationalities the row covers.
        nationals: Vec<StateCode>,
        /// The countries whose permanent residents it covers.
        residents: Vec<StateCode>,
    },
    /// A paper that the row asks for was not shown.
    DocumentMissing {
        /// What would meet the demand.
        accepted: Accepted,
        /// The country whose paper it must be.
        of: StateCode,
    },
    /// The paper that was shown is past its last day, and the row asks for one in force.
    DocumentExpired {
        /// What was shown.
        kind: DocumentKind,
        /// Its last day.
        expired: Date,
    },
    /// The date of birth lies after today: a slip of the pen, and no person's.
    BirthInTheFuture,
    /// A minor is not with both parents, and no permission was shown.
    PermissionMissing {
        /// What the row asks for.
        needed: Permission,
    },
    /// The permission was given before the wrong authority.
    PermissionOfAnotherKind {
        /// What the row asks for.
        needed: Permission,
        /// What was shown.
        shown: Permission,
    },
    /// A minor is not with both parents, and no birth certificate was shown.
    BirthCertificateMissing {
        /// How many months old it may be.
        max_months: u8,
    },
    /// The birth certificate was issued too long ago.
    BirthCertificateTooOld {
        /// When it was issued.
        issued: Date,
        /// The earliest day it may have been issued.
        earliest: Date,
    },
    /// The birth certificate bears a date after today.
    BirthCertificateFromTheFuture {
        /// The date it bears.
        issued: Date,
    },
}

/// What would meet a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cure {
    /// Nothing at this desk: the programme has no rule to issue under.
    NoneUnderThisProgramme,
    /// Show evidence of a nationality or residence that the row covers.
    ShowCoveredNationality,
    /// Bring one of the papers named.
    BringDocument,
    /// Bring a paper that is in force.
    BringDocumentInForce,
    /// Bring a permission of the kind named, or come with both parents or guardians.
    BringPermission,
    /// Bring a birth certificate issued recently enough.
    BringBirthCertificate,
    /// Check the date typed against the paper.
    CheckDate,
}

impl Cure {
    /// Every cure, so that translations can be checked for completeness.
    pub const ALL: [Self; 7] = [
        Self::NoneUnderThisProgramme,
        Self::ShowCoveredNationality,
        Self::BringDocument,
        Self::BringDocumentInForce,
        Self::BringPermission,
        Self::BringBirthCertificate,
        Self::CheckDate,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoneUnderThisProgramme => "none-under-this-programme",
            Self::ShowCoveredNationality => "show-covered-nationality",
            Self::BringDocument => "bring-document",
            Self::BringDocumentInForce => "bring-document-in-force",
            Self::BringPermission => "bring-permission",
            Self::BringBirthCertificate => "bring-birth-certificate",
            Self::CheckDate => "check-date",
        }
    }
}

impl Unmet {
    /// Every code, so that translations can be checked for completeness.
    pub const CODES: [&'static str; 11] = [
        "no-rule-in-force",
        "rule-not-issuable",
        "nationality-not-covered",
        "document-missing",
        "document-expired",
        "birth-in-the-future",
        "permission-missing",
        "permission-of-another-kind",
        "birth-certificate-missing",
        "birth-certificate-too-old",
        "birth-certificate-from-the-future",
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRuleInForce => "no-rule-in-force",
            Self::RuleNotIssuable => "rule-not-issuable",
            Self::NationalityNotCovered { .. } => "nationality-not-covered",
            Self::DocumentMissing { .. } => "document-missing",
            Self::DocumentExpired { .. } => "document-expired",
            Self::BirthInTheFuture => "birth-in-the-future",
            Self::PermissionMissing { .. } => "permission-missing",
            Self::PermissionOfAnotherKind { .. } => "permission-of-another-kind",
            Self::BirthCertificateMissing { .. } => "birth-certificate-missing",
            Self::BirthCertificateTooOld { .. } => "birth-certificate-too-old",
            Self::BirthCertificateFromTheFuture { .. } => "birth-certificate-from-the-future",
        }
    }

    /// What would meet the demand.
    #[must_use]
    pub const fn cure(&self) -> Cure {
        match self {
            Self::NoRuleInForce | Self::RuleNotIssuable => Cure::NoneUnderThisProgramme,
            Self::NationalityNotCovered { .. } => Cure::ShowCoveredNationality,
            Self::DocumentMissing { .. } => Cure::BringDocument,
            Self::DocumentExpired { .. } => Cure::BringDocumentInForce,
            Self::PermissionMissing { .. } | Self::PermissionOfAnotherKind { .. } => {
                Cure::BringPermission
            }
            Self::BirthCertificateMissing { .. } | Self::BirthCertificateTooOld { .. } => {
                Cure::BringBirthCertificate
            }
            Self::BirthInTheFuture | Self::BirthCertificateFromTheFuture { .. } => Cure::CheckDate,
        }
    }
}

/// Something to look at that refuses nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Warning {
    /// The birth date is unknown; the person was taken for a child.
    AgeUnknown,
    /// The birth date is known in part and allows both; the person was taken for a child.
    AgeInDoubt,
    /// No source says what minors bring under this row; look after the child all the same.
    MinorsRuleUnsourced,
    /// A DPI of somebody who is, or may be, a child: it is issued from 18 only (facts E.1).
    DpiOfAChild,
    /// A paper is past its last day, and no source says whether it must be in force.
    DocumentExpired,
    /// The paper shown does not prove the residence that the application rests on.
    ResidenceNotProved,
}

impl Warning {
    /// Every warning, so that translations can be checked for completeness.
    pub const ALL: [Self; 6] = [
        Self::AgeUnknown,
        Self::AgeInDoubt,
        Self::MinorsRuleUnsourced,
        Self::DpiOfAChild,
        Self::DocumentExpired,
        Self::ResidenceNotProved,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AgeUnknown => "age-unknown",
            Self::AgeInDoubt => "age-in-doubt",
            Self::MinorsRuleUnsourced => "minors-rule-unsourced",
            Self::DpiOfAChild => "dpi-of-a-child",
            Self::DocumentExpired => "document-expired-unsourced",
            Self::ResidenceNotProved => "residence-not-proved",
        }
    }
}
