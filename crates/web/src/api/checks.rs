//! The verdict over what is shown, the encounter, and receipts by their code.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, Sent, at},
    once,
    problem::Problem,
    shapes::By,
    spelt::{As, named},
    words::{Scan, Told, Untold},
};
use crate::checkpoint::MOST_CODES;
use paso_domain::policy::powers;
use paso_formats::{
    receipt::{Code, Facts},
    scan::Malformed,
    verdict::{ShownCard, Verdict},
};
use paso_service::{
    ServiceError,
    checkpoint::{EncounterForm, EncounterRecord},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .post(
            "/api/v1/checks",
            check,
            Op::answering::<Checked>(
                "checkCard",
                "The verdict over what was read: a card, and a slip where one is shown. Records \
                 nothing.",
            )
            .taking::<ToCheck>(),
        )
        .post(
            "/api/v1/encounters",
            record,
            Op::answering::<Encounter>(
                "recordEncounter",
                "Record an encounter and draw its receipt. A fact: it is never refused.",
            )
            .taking::<ToRecord>()
            .acting()
            .placed(),
        )
        .get(
            "/api/v1/receipts/{code}",
            receipts,
            Op::answering::<Receipts>("readReceipts", "What was given under a receipt's code.")
                .at::<Code>("code"),
        )
}

/// What was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToCheck {
    /// The texts of the codes, in any order.
    #[schema(min_items = 1, max_items = 4)]
    texts: Vec<Scan>,
}

fn texts(sent: &[Scan]) -> Result<Vec<String>, Problem> {
    if sent.len() > MOST_CODES {
        return Err(Problem::invalid("at most four codes"));
    }
    // As sent: a space belongs to the code.
    Ok(sent.iter().map(|text| text.as_sent().to_owned()).collect())
}

/// What a card is worth, here and now.
#[derive(Serialize, ToSchema)]
struct Checked {
    /// The one thing found.
    #[schema(example = "valid-stay")]
    finding: &'static str,
    /// `green`: proven good. `amber`: not proven, for a reason the holder is not answerable for; it
    /// never justifies custody. `red`: proven not good here and now.
    light: Light,
    /// Where a code that could not be read broke.
    cause: Option<&'static str>,
    /// What the officer does next.
    next: named::Next,
    /// Whether that may be the start of a case against anybody. What is not is no reason to hold a
    /// person.
    may_start_a_case: bool,
    /// Seconds since the trust bundle was signed; none without a bundle.
    bundle_age: Option<i64>,
    /// Whether the bundle is past its soft date.
    bundle_old: bool,
    /// Whether the clock is behind what is known to have happened.
    clock_behind: bool,
    /// The time at which it was judged.
    trusted_now: named::At,
    /// What the card says, where a trusted key signed it.
    card: Option<Says>,
    /// The stay that a slip has proven.
    stay: Option<Proven>,
}

/// The colour of a verdict.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Light {
    Green,
    Amber,
    Red,
}

/// What a card says, to be compared with the person's document.
#[derive(Serialize, ToSchema)]
struct Says {
    number: Option<String>,
    name: Option<String>,
    birth: Option<named::Birth>,
    sex: Option<named::Sex>,
    nationality: Option<String>,
    document_tail: Option<String>,
    issued: Option<named::At>,
    expires: Option<named::At>,
}

/// A proven stay.
#[derive(Serialize, ToSchema)]
struct Proven {
    entered: named::At,
    leave_by: named::At,
    not_overstayed_until: named::At,
    zone: String,
    states: Vec<String>,
}

impl From<paso_formats::verdict::Light> for Light {
    fn from(light: paso_formats::verdict::Light) -> Self {
        match light {
            paso_formats::verdict::Light::Green => Self::Green,
            paso_formats::verdict::Light::Amber => Self::Amber,
            paso_formats::verdict::Light::Red => Self::Red,
        }
    }
}

impl Checked {
    fn of(verdict: Verdict) -> Self {
        Self {
            finding: verdict.finding.code(),
            light: verdict.light.into(),
            cause: verdict.finding.cause().map(Malformed::code),
            next: As(verdict.next),
            may_start_a_case: verdict.next.may_start_a_case(),
            bundle_age: verdict.bundle_age,
            bundle_old: verdict.bundle_old,
            clock_behind: verdict.clock_behind,
            trusted_now: at(verdict.trusted_now),
            card: verdict.card.filter(|card| card.proven).map(Says::of),
            stay: verdict.stay.map(|stay| Proven {
                entered: at(stay.entered),
                leave_by: at(stay.leave_by),
                not_overstayed_until: at(stay.not_overstayed_until),
                zone: stay.zone,
                states: stay.states,
            }),
        }
    }
}

impl Says {
    fn of(card: ShownCard) -> Self {
        Self {
            number: card.number,
            name: card.name,
            birth: card.birth.map(As),
            sex: card.sex.map(As),
            nationality: card.nationality,
            document_tail: card.document_tail,
            issued: card.issued_at.map(at),
            expires: card.expires.map(at),
        }
    }
}

async fn check(door: Token<powers::CheckCard>, sent: Sent<ToCheck>) -> Result<Answer, Problem> {
    let texts = texts(&sent.body.texts)?;
    if texts.is_empty() {
        return Err(Problem::invalid("texts: at least one"));
    }
    let verdict = door.service().check(door.permit(), &texts)?;
    Answer::with(&Checked::of(verdict))
}

/// An encounter as told by the officer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToRecord {
    /// Where, in words: kilometre, bridge, bus.
    place: Told,
    /// How it ended.
    outcome: named::Outcome,
    /// The legal basis claimed. That none is stated is a fact, and recorded as such.
    #[serde(default)]
    #[schema(required = false)]
    legal_basis: Untold,
    /// The reason claimed.
    #[serde(default)]
    #[schema(required = false)]
    reason: Untold,
    /// The texts of codes that were read; none where nothing was shown. The verdict over them is
    /// recorded, the texts are not.
    #[serde(default)]
    #[schema(required = false, max_items = 4)]
    texts: Vec<Scan>,
}

/// An encounter as its receipt tells it.
#[derive(Serialize, ToSchema)]
struct Encounter {
    receipt: named::Code,
    recorded: By,
    place: String,
    /// Whether a card or slip was shown.
    with_card: bool,
    outcome: named::Outcome,
    legal_basis: String,
    reason: String,
    /// What the check found, where one was made.
    finding: Option<String>,
    /// What in it contradicts a rule. It is recorded all the same.
    breaches: Vec<&'static str>,
    /// The text of the receipt's code, where it could be signed.
    receipt_text: Option<String>,
}

impl Encounter {
    fn of(record: EncounterRecord) -> Self {
        let encounter = record.encounter;
        Self {
            receipt: As(encounter.receipt),
            recorded: By::of(&record.act),
            place: encounter.place,
            with_card: encounter.with_card,
            outcome: As(encounter.outcome),
            legal_basis: encounter.legal_basis,
            reason: encounter.reason,
            finding: encounter.check.map(|check| check.finding),
            breaches: record.breaches.iter().map(|breach| breach.code()).collect(),
            receipt_text: record.symbol.ok(),
        }
    }
}

async fn record(
    door: Token<powers::RecordEncounter>,
    sent: Sent<ToRecord>,
) -> Result<Answer, Problem> {
    let shown = texts(&sent.body.texts)?;
    let form = EncounterForm {
        place: sent.body.place.trimmed(),
        with_card: !shown.is_empty(),
        outcome: sent.body.outcome.0,
        legal_basis: sent.body.legal_basis.trimmed(),
        reason: sent.body.reason.trimmed(),
        shown,
    };
    let recording = async {
        let record = door.service().encounter(door.permit(), &form).await?;
        let place = format!("/api/v1/receipts/{}", record.encounter.receipt);
        Answer::made(place, &Encounter::of(record))
    };
    once::act(&door, sent.repeats(), Box::pin(recording)).await
}

/// What was given under one code. Codes are short enough to be read aloud, so two acts may share one.
#[derive(Serialize, ToSchema)]
struct Receipts {
    encounters: Vec<Encounter>,
    /// Receipts of other acts. They name no card: a code is overheard.
    others: Vec<Other>,
}

/// A receipt of another act.
#[derive(Serialize, ToSchema)]
struct Other {
    kind: named::ReceiptKind,
    post: String,
    officer: String,
    at: named::At,
}

impl Other {
    fn of(facts: Facts) -> Self {
        Self {
            kind: As(facts.kind),
            post: facts.post,
            officer: facts.officer,
            at: at(facts.at),
        }
    }
}

async fn receipts(door: Token<powers::ReadReceipt>, At(code): At<Code>) -> Result<Answer, Problem> {
    let met = match door.service().receipts(door.permit(), code).await {
        Err(ServiceError::NotFound) => Vec::new(),
        found => found?,
    };
    let others = door
        .service()
        .crossings_by_code(door.permit(), code)
        .await?;
    if met.is_empty() && others.is_empty() {
        return Err(Problem::NOT_FOUND);
    }
    Answer::with(&Receipts {
        encounters: met.into_iter().map(Encounter::of).collect(),
        others: others.into_iter().map(Other::of).collect(),
    })
}
