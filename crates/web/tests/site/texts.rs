//! Every code of every closed list has its text, every text asked for exists, and none is idle.

use paso_domain::{
    access::How,
    authority::AuthorityRefusal,
    card::{CardRefusal, RefusalGround, RevocationReason},
    contradiction::{Finding as SettleFinding, SettleRefusal, Which},
    custody::{Alarm, ClockKind, CustodyRefusal, EndingKind, Misfit, Standing},
    device::DeviceRefusal,
    document::DocumentKind,
    eligibility::Cure,
    encounter::{Breach, Outcome},
    erasure::{ErasureGround, ErasureRefusal},
    event::{Event, class_of},
    figures::Measure,
    officer::{InvitationPurpose, OfficerConflict, OfficerRefusal, PasskeyEndReason},
    person::PersonRefusal,
    policy::Role,
    post::{Part, Trouble},
    programme::Permission,
    protection::{self, Answer, Channel, Consenting, Duty, FlagAfter, ProtectionRefusal},
    sheet::{SheetKind, SheetRefusal, VoidReason},
    shift::Remark,
    site::SiteRefusal,
    stay::{EntryGround, StayRefusal},
    token::TokenRefusal,
};
use paso_formats::{
    assertion::AssertionError,
    entry::Class,
    mrz::Field,
    placard::{PlacardFinding, PlacardStep},
    receipt::{self, LogState, ProofFault, ReceiptFinding, ReceiptStep},
    scan::Malformed,
    verdict::{Finding, Light, NextStep},
};
use paso_pages::{Lang, texts};
use paso_service::{
    approval::{DeclineReason, SigningRefusal},
    passkey::PasskeyRefusal,
    phone::PhoneRefusal,
    receipt::NoSymbol,
};
use std::{collections::BTreeSet, fs, path::Path};

/// The keys of all messages but the overseer's, which are asked for in its own crate.
fn keys() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let ours = texts::built_in(Lang::Es).iter();
    for (_, text) in ours.filter(|(file, _)| !file.ends_with("/overseer.ftl")) {
        for line in text.lines() {
            let named = line.split_once(" =").map(|(key, _)| key);
            if let Some(key) = named.filter(|key| key.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                all.insert(key.to_owned());
            }
        }
    }
    all
}

/// Families of texts whose keys end in a code, with all the codes there are.
fn families() -> Vec<(&'static str, Vec<String>)> {
    let own = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let stem = |codes: Vec<&'static str>| codes.into_iter().map(str::to_owned).collect();
    let cures = [
        Cure::NoneUnderThisProgramme,
        Cure::ShowCoveredNationality,
        Cure::BringDocument,
        Cure::BringDocumentInForce,
        Cure::BringPermission,
        Cure::BringBirthCertificate,
        Cure::CheckDate,
    ];
    let mut refusals = vec![
        PersonRefusal::Nameless.code(),
        PersonRefusal::Unknown.code(),
        PersonRefusal::AlreadyMerged.code(),
        PersonRefusal::TargetMerged.code(),
        PersonRefusal::SameRecord.code(),
        PersonRefusal::NotMerged.code(),
        PersonRefusal::NoReason.code(),
        CardRefusal::NumberTaken.code(),
        CardRefusal::NotEligible.code(),
        CardRefusal::NoReasons.code(),
        CardRefusal::NoRemedy.code(),
        CardRefusal::PreviousNotLive.code(),
        CardRefusal::Unknown.code(),
        CardRefusal::Ended.code(),
        CardRefusal::OrderNotNamed.code(),
        StayRefusal::Entry(EntryGround::CardUnknown).code(),
        StayRefusal::Entry(EntryGround::CardRevoked).code(),
        StayRefusal::Entry(EntryGround::CardReplaced).code(),
        StayRefusal::Entry(EntryGround::CardExpired).code(),
        StayRefusal::NoRule.code(),
        StayRefusal::NotProven.code(),
        StayRefusal::NotAsIssued.code(),
    ];
    refusals.extend(ProtectionRefusal::ALL.map(ProtectionRefusal::code));
    refusals.extend(CustodyRefusal::ALL.map(CustodyRefusal::code));
    refusals.extend(SheetRefusal::ALL.map(SheetRefusal::code));
    refusals.extend(SettleRefusal::ALL.map(SettleRefusal::code));
    let fields = [
        Field::DocumentCode,
        Field::Issuer,
        Field::DocumentNumber,
        Field::Name,
        Field::Nationality,
        Field::BirthDate,
        Field::Sex,
        Field::ExpiryDate,
        Field::OptionalData,
        Field::OptionalData2,
        Field::Composite,
    ];
    // What the day's list leaves out: parts of another act, the house's own affairs, and whatever
    // concerns a person's protection.
    let silent = [
        "person.claimed",
        "card.application-received",
        "receipt.given",
        "protection.noted",
        "access.opened",
        "access.listed",
    ];
    let acts = Event::KINDS
        .into_iter()
        .filter(|kind| class_of(kind) == Class::Act && !silent.contains(kind));
    let signed = [
        "shift.open-phone",
        "officer.enrol",
        "officer.grant",
        "officer.end-grant",
        "officer.invite",
        "officer.recover-passkey",
        "officer.end-passkey",
        "officer.suspend",
        "officer.reinstate",
        "officer.dismiss",
        "device.revoke",
        "authority.end-key",
        "token.issue",
        "erasure.propose",
        "custody.open",
        "custody.offer",
        "custody.accept",
        "custody.miss",
        "custody.give-on-paper",
        "custody.end",
        "custody.countersign",
        "custody.settle",
    ];
    let affairs = Event::KINDS
        .into_iter()
        .filter(|kind| class_of(kind) == Class::Administration && !kind.starts_with("post."));
    let commands = [
        "card.issue",
        "card.refuse",
        "card.revoke",
        "stay.enter",
        "person.merge",
        "person.undo-merge",
        "erasure.propose",
    ];
    vec![
        ("role", stem(Role::ALL.map(Role::code).into())),
        ("home-lead", stem(Role::ALL.map(Role::code).into())),
        (
            "document-kind",
            stem(DocumentKind::ALL.map(DocumentKind::code).into()),
        ),
        ("sex", own(&["F", "M", "X"])),
        (
            "permission",
            stem(Permission::ALL.map(Permission::code).into()),
        ),
        ("cure", stem(cures.map(Cure::code).into())),
        (
            "ground",
            stem(RefusalGround::ALL.map(RefusalGround::code).into()),
        ),
        (
            "revocation",
            stem(RevocationReason::ALL.map(RevocationReason::code).into()),
        ),
        (
            "sheet-kind",
            stem(SheetKind::ALL.map(SheetKind::code).into()),
        ),
        (
            "sheet-reason",
            stem(VoidReason::ALL.map(VoidReason::code).into()),
        ),
        ("outcome", stem(Outcome::ALL.map(Outcome::code).into())),
        (
            "paper-outcome",
            stem(Outcome::ALL.map(Outcome::code).into()),
        ),
        (
            "breach",
            stem(
                [Breach::CustodyWithoutRed, Breach::CustodyWithoutBasis]
                    .map(Breach::code)
                    .into(),
            ),
        ),
        (
            "refusal",
            stem(
                refusals
                    .into_iter()
                    .chain(not_let_in())
                    .chain(house())
                    .chain(ErasureRefusal::ALL.map(ErasureRefusal::code))
                    .collect(),
            ),
        ),
        (
            "erasure-ground",
            stem(ErasureGround::ALL.map(ErasureGround::code).into()),
        ),
        ("reading-how", stem(How::ALL.map(How::code).into())),
        ("measure", stem(Measure::ALL.map(Measure::code).into())),
        (
            "measure-about",
            stem(Measure::ALL.map(Measure::code).into()),
        ),
        (
            "beside",
            own(&["few-acts", "few-officers", "usual", "above", "below"]),
        ),
        (
            "llave",
            own(&[
                "espera",
                "NotAllowedError",
                "InvalidStateError",
                "NotSupportedError",
                "SecurityError",
                "ConstraintError",
                "sin-soporte",
                "otro",
            ]),
        ),
        ("proposal", own(&["done", "declined", "overtaken"])),
        (
            "about",
            own(&[
                "card",
                "person",
                "application",
                "officer",
                "shifts",
                "other",
            ]),
        ),
        ("phone-refusal", own(&PhoneRefusal::CODES)),
        ("phone-remark", stem(Remark::ALL.map(Remark::code).into())),
        (
            "invitation",
            stem(InvitationPurpose::ALL.map(InvitationPurpose::code).into()),
        ),
        (
            "passkey-end",
            stem(PasskeyEndReason::ALL.map(PasskeyEndReason::code).into()),
        ),
        (
            "signing-line",
            own(&[
                "until",
                "phone-key",
                "name",
                "birth",
                "nationality",
                "ground",
                "reasons",
                "remedy",
                "revocation",
                "note",
                "into",
                "reason",
                "officer-name",
                "role",
                "posts",
                "from",
                "invitation",
                "link-until",
                "passkey-end",
                "erasure",
                "erased",
                "holder",
                "purpose",
                "device",
                "compromised",
                "counted",
                "taken",
                "where",
                "vehicle",
                "unit",
                "ordered-by",
                "basis",
                "to",
                "transport",
                "ending",
                "receiver",
                "sheet",
                "evidence",
                "answers",
                "people",
                "missing",
            ]),
        ),
        (
            "affair",
            affairs.map(|kind| kind.replace('.', "-")).collect(),
        ),
        (
            "officer-state",
            own(&["unknown", "active", "suspended", "dismissed"]),
        ),
        (
            "officer-conflict",
            stem(OfficerConflict::ALL.map(OfficerConflict::code).into()),
        ),
        ("device-state", own(&["in-use", "put-away", "in-doubt"])),
        (
            "protection-answer",
            stem(Answer::ALL.map(Answer::code).into()),
        ),
        (
            "protection-channel",
            stem(Channel::ALL.map(Channel::code).into()),
        ),
        ("protection-duty", stem(Duty::ALL.map(Duty::code).into())),
        (
            "protection-breach",
            stem(protection::Breach::ALL.map(protection::Breach::code).into()),
        ),
        (
            "refuge-standing",
            own(&["claim", "referred", "protected", "lifted"]),
        ),
        (
            "refuge-by",
            stem(Consenting::ALL.map(Consenting::code).into()),
        ),
        (
            "refuge-after",
            stem(FlagAfter::ALL.map(FlagAfter::code).into()),
        ),
        (
            "custody-clock",
            stem(ClockKind::ALL.map(ClockKind::code).into()),
        ),
        (
            "custody-standing",
            stem(Standing::ALL.map(Standing::code).into()),
        ),
        (
            "custody-ending",
            stem(EndingKind::ALL.map(EndingKind::code).into()),
        ),
        (
            "custody-paper",
            EndingKind::ALL
                .into_iter()
                .filter(|kind| kind.has_receiver())
                .map(|kind| kind.code().to_owned())
                .collect(),
        ),
        ("custody-alarm", alarms()),
        (
            "custody-language",
            own(&["es", "mam", "quc", "kek", "ht", "en", "pt"]),
        ),
        (
            "custody-fact",
            own(&[
                "opened",
                "described",
                "recognised",
                "offered",
                "accepted",
                "missed",
                "withdrawn",
                "given-on-paper",
                "paper-confirmed",
                "departed",
                "arrived",
                "ended",
                "countersigned",
                "not-found",
                "found",
                "settled",
                "accepted-abroad",
                "secret-changed",
            ]),
        ),
        ("log-light", own(&["green", "amber", "red"])),
        (
            "log-reason",
            own(&[
                "witnessed",
                "starting",
                "unwitnessed",
                "nobody-answered",
                "too-few-witnesses",
                "failing",
                "halted",
            ]),
        ),
        (
            "log-heard",
            own(&[
                "nothing",
                "cosigned",
                "silent",
                "refused",
                "claims",
                "contradicts",
            ]),
        ),
        ("mrz-field", stem(fields.map(Field::code).into())),
        (
            "light",
            stem(
                [Light::Green, Light::Amber, Light::Red]
                    .map(Light::code)
                    .into(),
            ),
        ),
        (
            "receipt-kind",
            stem(receipt::Kind::ALL.map(receipt::Kind::code).into()),
        ),
        (
            "custody-slip",
            stem(
                [
                    receipt::Kind::Handover,
                    receipt::Kind::Release,
                    receipt::Kind::CustodyEnded,
                ]
                .map(receipt::Kind::code)
                .into(),
            ),
        ),
        (
            "verify-light",
            stem(
                [Light::Green, Light::Amber, Light::Red]
                    .map(Light::code)
                    .into(),
            ),
        ),
        (
            "verify-word",
            stem(ReceiptFinding::EACH.map(ReceiptFinding::code).into()),
        ),
        (
            "verify-finding",
            stem(ReceiptFinding::EACH.map(ReceiptFinding::code).into()),
        ),
        (
            "letrero-word",
            stem(PlacardFinding::EACH.map(PlacardFinding::code).into()),
        ),
        (
            "letrero-finding",
            stem(PlacardFinding::EACH.map(PlacardFinding::code).into()),
        ),
        (
            "letrero-next",
            stem(PlacardStep::ALL.map(PlacardStep::code).into()),
        ),
        (
            "verify-next",
            stem(ReceiptStep::ALL.map(ReceiptStep::code).into()),
        ),
        (
            "proof-fault",
            stem(ProofFault::ALL.map(ProofFault::code).into()),
        ),
        (
            "verify-log-state",
            stem(LogState::ALL.map(LogState::code).into()),
        ),
        (
            "paper-no-symbol",
            stem(NoSymbol::ALL.map(NoSymbol::code).into()),
        ),
        ("word", findings()),
        ("finding", findings()),
        ("next", stem(NextStep::ALL.map(NextStep::code).into())),
        ("mine-next", stem(NextStep::ALL.map(NextStep::code).into())),
        ("cause", causes()),
        ("act", acts.map(|kind| kind.replace('.', "-")).collect()),
        (
            "command",
            commands
                .into_iter()
                .chain(signed)
                .chain(["sheet.print", "sheet.use", "sheet.void"])
                .map(|command| command.replace('.', "-"))
                .collect(),
        ),
        (
            "standing",
            own(&["issued", "brought", "expired", "revoked", "replaced"]),
        ),
        (
            "contradiction",
            Which::CODES
                .map(str::to_owned)
                .into_iter()
                .chain(own(&[
                    "title",
                    "look",
                    "of-card",
                    "open",
                    "late",
                    "settled",
                    "key",
                    "sides",
                    "when",
                    "who",
                    "found",
                    "finding",
                    "words",
                    "words-hint",
                    "settle",
                    "settle-hint",
                    "settle-go",
                    "done",
                    "party",
                    "at-hub",
                ]))
                .chain(
                    ["issued", "refused", "left", "revoked", "replaced", "shown"]
                        .map(|said| format!("said-{said}")),
                )
                .chain(["finding-missing".to_owned()])
                .chain(SettleFinding::ALL.map(|one| format!("finding-{}", one.code())))
                .collect(),
        ),
        ("applicants", own(&["national", "permanent-resident"])),
        ("stay-open", own(&["running", "grace", "overstayed"])),
        ("stay-ended", own(&["running", "grace", "overstayed"])),
        ("clock-phase", own(&["running", "grace", "overstayed"])),
        (
            "trouble",
            Trouble::ALL
                .map(|trouble| trouble.code().to_owned())
                .into_iter()
                .chain(Part::ALL.map(|part| part.code().to_owned()))
                .collect(),
        ),
        (
            "scan",
            own(&["not-an-image", "too-large", "damaged", "no-code"]),
        ),
        (
            "help",
            own(&[
                "card", "green", "amber", "red", "clocks", "receipt", "scanner", "keyboard",
            ]),
        ),
        (
            "warning",
            own(&[
                "age-unknown",
                "age-in-doubt",
                "minors-rule-unsourced",
                "dpi-of-a-child",
                "document-expired-unsourced",
                "residence-not-proved",
            ]),
        ),
        (
            "cui-warning",
            own(&[
                "cui-not-thirteen-digits",
                "cui-check-digit",
                "cui-unknown-department",
                "cui-unknown-municipality",
            ]),
        ),
        (
            "unmet",
            own(&[
                "no-rule-in-force",
                "rule-not-issuable",
                "nationality-not-covered",
                "nationality-not-covered-residents",
                "document-missing",
                "document-missing-any",
                "document-expired",
                "birth-in-the-future",
                "permission-missing",
                "permission-of-another-kind",
                "birth-certificate-missing",
                "birth-certificate-too-old",
                "birth-certificate-from-the-future",
            ]),
        ),
        (
            "mrz",
            own(&[
                "empty",
                "length",
                "line-length",
                "character",
                "visa",
                "check-digit",
                "value",
            ]),
        ),
        (
            "weekday",
            own(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        ),
        (
            "weekday-short",
            own(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        ),
        ("month", (1..=12).map(|month| month.to_string()).collect()),
        (
            "month-short",
            (1..=12).map(|month| month.to_string()).collect(),
        ),
        ("length", own(&["days", "hours", "minutes"])),
        (
            "state",
            own(&["MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO", "MX-YUC"]),
        ),
        ("problem", problems()),
        ("problem-title", problems()),
        ("fault", faults()),
        ("fault-title", faults()),
    ]
}

/// Why a passkey, or a signature, is not taken.
fn not_let_in() -> Vec<&'static str> {
    let answers = [
        AssertionError::TooLarge,
        AssertionError::Malformed,
        AssertionError::Signature,
        AssertionError::AlgorithmNotHere,
        AssertionError::Data,
        AssertionError::Kind,
        AssertionError::Challenge,
        AssertionError::Origin,
        AssertionError::CrossOrigin,
        AssertionError::RelyingParty,
        AssertionError::NotPresent,
        AssertionError::NotVerified,
    ];
    let passkeys = [
        PasskeyRefusal::NoHostName,
        PasskeyRefusal::LinkUnknown,
        PasskeyRefusal::CeremonyOver,
        PasskeyRefusal::Unreadable,
        PasskeyRefusal::KindOfKey,
        PasskeyRefusal::NotRegistered,
        PasskeyRefusal::AnotherOfficer,
        PasskeyRefusal::Ended,
        PasskeyRefusal::NotInService,
        PasskeyRefusal::NoRole,
        PasskeyRefusal::NotThere,
    ];
    let signatures = [
        SigningRefusal::NoPasskey,
        SigningRefusal::Expired,
        SigningRefusal::FromLater,
        SigningRefusal::Ended,
        SigningRefusal::Overtaken,
        SigningRefusal::SamePerson,
        SigningRefusal::SameKey,
        SigningRefusal::NotYours,
    ];
    answers
        .map(AssertionError::code)
        .into_iter()
        .chain(passkeys.map(PasskeyRefusal::code))
        .chain(signatures.map(SigningRefusal::code))
        .chain(DeclineReason::ALL.map(DeclineReason::code))
        .collect()
}

fn problems() -> Vec<String> {
    [
        "no-token",
        "unsupported",
        "unreadable",
        "invalid",
        "key-reused",
        "who-is-it",
        "too-large",
        "late",
    ]
    .map(str::to_owned)
    .into()
}

fn faults() -> Vec<String> {
    [
        "not-found",
        "signed-out",
        "forged",
        "not-offered",
        "other-host",
        "too-large",
        "unreadable",
        "late",
        "often",
        "busy",
        "at-hub",
        "lease-ended",
        "nothing-left",
        "contended",
        "forgotten",
        "refused",
        "not-printed",
        "not-signed",
        "access-ended",
        "unavailable",
        "internal",
    ]
    .map(str::to_owned)
    .into()
}

pub(super) fn findings() -> Vec<String> {
    [
        Finding::Valid,
        Finding::ValidStay,
        Finding::ValidLeaveNow,
        Finding::BundleOld,
        Finding::ClockBehind,
        Finding::NoBundle,
        Finding::BundleExpired,
        Finding::UnknownKey,
        Finding::KeyRetired,
        Finding::KeyLaterCompromised,
        Finding::Suspended,
        Finding::StatusUnknown,
        Finding::OutsideTerritory,
        Finding::Encrypted,
        Finding::Malformed(Malformed::Empty),
        Finding::SlipMalformed(Malformed::Empty),
        Finding::SlipUnproven,
        Finding::SlipOfAnotherCard,
        Finding::Expired,
        Finding::NotYetValid,
        Finding::Overstayed,
        Finding::Revoked,
        Finding::KeyOutOfWindow,
        Finding::KeyCompromised,
        Finding::BadSignature,
        Finding::Unsigned,
        Finding::SlipForged,
    ]
    .map(|finding| finding.code().to_owned())
    .into()
}

fn causes() -> Vec<String> {
    // The two that wrap an error of their own, by the codes of what they wrap.
    let wrapping = [
        "not-base45",
        "cbor-truncated",
        "cbor-trailing",
        "cbor-too-deep",
        "cbor-too-many-entries",
        "cbor-indefinite",
        "cbor-duplicate-key",
        "cbor-key-kind",
        "cbor-malformed",
        "cbor-not-canonical",
    ];
    let others = [
        Malformed::Empty,
        Malformed::TooLong,
        Malformed::NotZlib,
        Malformed::InflatesTooFar,
        Malformed::NotSign1,
        Malformed::WrongTag(1),
        Malformed::Encrypted,
        Malformed::Unsigned,
        Malformed::UnsupportedAlgorithm,
        Malformed::AlgorithmNotProtected,
        Malformed::CriticalHeader,
        Malformed::BadHeader,
        Malformed::NoIdentity,
        Malformed::BadField(paso_formats::scan::Field::Issuer),
        Malformed::SlipNotCard,
        Malformed::CardNotSlip,
        Malformed::ReceiptNotCard,
        Malformed::NotReceipt,
        Malformed::PlacardNotCard,
        Malformed::NotPlacard,
    ];
    let plain = others.into_iter().map(|cause| cause.code().to_owned());
    plain.chain(wrapping.map(str::to_owned)).collect()
}

/// The sources and templates of the crates that speak.
fn sources() -> String {
    fn read(folder: &Path, all: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, all);
            } else if path
                .extension()
                .is_some_and(|kind| kind == "rs" || kind == "html")
            {
                all.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = String::new();
    for folder in ["web/src", "pages/src", "pages/templates"] {
        read(&crates.join(folder), &mut all);
    }
    all
}

#[test]
fn every_code_has_its_text() {
    let keys = keys();
    let mut missing = Vec::new();
    for (family, codes) in families() {
        missing.extend(
            codes
                .iter()
                .map(|code| format!("{family}-{code}"))
                .filter(|key| !keys.contains(key)),
        );
    }
    assert_eq!(missing, Vec::<String>::new(), "codes without a text");
}

#[test]
fn every_text_asked_for_exists() {
    let (keys, sources) = (keys(), sources());
    for call in ["t.text(\"", "t.with(\"", "t.one(\"", "t.count(\""] {
        for found in sources.split(call).skip(1) {
            let key = found.split('"').next().unwrap();
            // Tests in the sources ask for what is not there, on purpose.
            assert!(
                keys.contains(key) || key == "missing" || key.contains('{'),
                "{call}{key}"
            );
        }
    }
}

#[test]
fn no_text_is_idle() {
    let (keys, sources) = (keys(), sources());
    let coded: BTreeSet<String> = families()
        .into_iter()
        .flat_map(|(family, codes)| {
            codes
                .into_iter()
                .map(move |code| format!("{family}-{code}"))
        })
        .collect();
    let idle: Vec<&String> = keys
        .iter()
        .filter(|key| !coded.contains(*key))
        .filter(|key| !sources.contains(&format!("\"{key}\"")))
        // The list of countries is open; a tile's hint and a help's title follow their key.
        .filter(|key| !key.starts_with("country-"))
        .filter(|key| {
            !key.strip_suffix("-hint")
                .is_some_and(|of| sources.contains(&format!("\"{of}\"")))
        })
        .filter(|key| !(key.starts_with("help-") && key.ends_with("-title")))
        .collect();
    assert_eq!(idle, Vec::<&String>::new(), "texts nobody asks for");
}

/// Everything about an episode that somebody has to look at.
fn alarms() -> Vec<String> {
    let own = [
        Alarm::NotFound,
        Alarm::MissedAtHandover,
        Alarm::Disputed,
        Alarm::ChildInStation,
        Alarm::ClaimsHome,
        Alarm::NationalityChanged,
        Alarm::GraveEnding,
    ];
    own.into_iter()
        .chain(Misfit::ALL.map(Alarm::Misfit))
        .chain(ClockKind::ALL.map(Alarm::Overdue))
        .map(Alarm::code)
        .collect()
}

/// What the registers of the house's own affairs refuse.
fn house() -> Vec<&'static str> {
    let codes: [Vec<_>; 5] = [
        OfficerRefusal::ALL.map(OfficerRefusal::code).into(),
        DeviceRefusal::ALL.map(DeviceRefusal::code).into(),
        SiteRefusal::ALL.map(SiteRefusal::code).into(),
        AuthorityRefusal::ALL.map(AuthorityRefusal::code).into(),
        TokenRefusal::ALL.map(TokenRefusal::code).into(),
    ];
    codes.concat()
}
