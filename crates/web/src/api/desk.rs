//! The desk: an application assessed, and a card issued on it.

use super::{
    cards::Card,
    describe::{Api, Op},
    door::Token,
    json::{Answer, Sent, at},
    once,
    problem::Problem,
    shapes::{Document, Name},
    spelt::{As, Who, named},
    words::{Line, Words},
};
use paso_domain::{card::ApplicationPurpose, eligibility::Accompaniment, policy::powers};
use paso_formats::mrz;
use paso_service::desk::ApplicationForm;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .post(
            "/api/v1/applications/assessment",
            assess,
            Op::answering::<Assessed>(
                "assessApplication",
                "Whether a card may be issued, and why not. Records nothing.",
            )
            .taking::<Application>(),
        )
        .post(
            "/api/v1/cards",
            issue,
            Op::answering::<Card>("issueCard", "Issue, renew or replace a card.")
                .taking::<Application>()
                .acting()
                .placed(),
        )
}

/// An application as stated at the desk. All of it is claims.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Application {
    /// Whose it is. Without it a first card is not issued if the register knows somebody who may be
    /// the same person.
    person: Option<named::Who>,
    /// First card, renewal or replacement.
    #[serde(default)]
    #[schema(required = false)]
    purpose: Purpose,
    name: Name,
    birth: named::Birth,
    sex: named::Sex,
    nationality: named::Country,
    /// State of permanent residence, where another.
    residence: Option<named::Country>,
    /// Guatemala's personal code, as typed. What is odd about it is a warning and refuses nobody.
    cui: Option<Line>,
    /// Papers shown; the card is bound to the first.
    #[schema(min_items = 1, max_items = 3)]
    documents: Vec<Document>,
    /// The machine readable zone of the first paper, its lines apart. If all its check digits agree
    /// and it says what the paper says, the paper counts as machine read.
    mrz: Option<Line>,
    /// Whether an adult is under guardianship.
    #[serde(default)]
    #[schema(required = false)]
    under_guardianship: bool,
    /// Who comes along with a minor, or with somebody under guardianship.
    #[serde(default)]
    #[schema(required = false)]
    accompaniment: Along,
}

/// Why a card is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Purpose {
    /// A first card.
    First {},
    /// A card that follows one that expires or has expired.
    Renewal {
        /// That one.
        of: named::Number,
    },
    /// A card in place of one that was lost, stolen or damaged.
    Replacement {
        /// That one. It dies when the new one is issued.
        of: named::Number,
    },
}

impl Default for Purpose {
    fn default() -> Self {
        Self::First {}
    }
}

/// Who comes along.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "with", rename_all = "kebab-case", deny_unknown_fields)]
enum Along {
    /// Both parents, or the guardians.
    Both {},
    /// Not both; what was brought instead.
    NotBoth {
        /// Before whom the permission was given.
        permission: Option<named::Permission>,
        /// When the birth certificate shown was issued.
        birth_certificate: Option<named::Day>,
    },
}

impl Default for Along {
    fn default() -> Self {
        Self::NotBoth {
            permission: None,
            birth_certificate: None,
        }
    }
}

/// The most papers of an application; the page has room for as many.
const PAPERS: usize = crate::desk::form::PAPERS;

impl Application {
    fn read<P>(&self, door: &Token<P>) -> Result<ApplicationForm, Problem> {
        let name = self.name.read();
        let name = name.ok_or_else(|| Problem::invalid("name: at least one letter"))?;
        if !(1..=PAPERS).contains(&self.documents.len()) {
            return Err(Problem::invalid("documents: one to three of them"));
        }
        let mut documents: Vec<_> = self.documents.iter().map(Document::read).collect();
        if let (Some(zone), Some(paper)) = (&self.mrz, documents.first_mut()) {
            let today = door.service().today(door.officer())?;
            let zone = mrz::parse(zone.as_sent(), today)
                .map_err(|error| Problem::invalid(format!("mrz: {error}")))?;
            paper.mrz_checked = paper.number == zone.number
                && paper.issuer == zone.issuer
                && paper.expires == zone.expires;
        }
        Ok(ApplicationForm {
            person: match self.person {
                Some(As(Who::Known(person))) => Some(person),
                Some(As(Who::New)) | None => None,
            },
            purpose: match &self.purpose {
                Purpose::First {} => ApplicationPurpose::First,
                Purpose::Renewal { of } => ApplicationPurpose::Renewal { of: of.0 },
                Purpose::Replacement { of } => ApplicationPurpose::Replacement { of: of.0 },
            },
            name,
            birth: self.birth.0,
            sex: self.sex.0,
            nationality: self.nationality.0,
            residence: self.residence.map(|code| code.0),
            cui: self.cui.as_ref().map(Words::trimmed),
            documents,
            under_guardianship: self.under_guardianship,
            accompaniment: match &self.accompaniment {
                Along::Both {} => Accompaniment::BothParentsOrGuardians,
                Along::NotBoth {
                    permission,
                    birth_certificate,
                } => Accompaniment::NotBoth {
                    permission: permission.map(|kind| kind.0),
                    birth_certificate_issued: birth_certificate.map(|day| day.0),
                },
            },
            portrait: None,
        })
    }
}

/// Whether a card may be issued.
#[derive(Serialize, ToSchema)]
struct Assessed {
    eligible: bool,
    /// The day assessed, by the calendar of the token's post.
    on: named::Day,
    /// The row of the programme, where one is in force.
    rule: Option<String>,
    /// Every demand that is not met.
    unmet: Vec<Demand>,
    /// What to look at; it refuses nobody.
    warnings: Vec<String>,
    /// From when on a card issued now would no longer be valid.
    would_expire: Option<named::At>,
}

/// A demand that is not met.
#[derive(Serialize, ToSchema)]
struct Demand {
    /// Which.
    #[schema(example = "nationality-not-covered")]
    code: &'static str,
    /// What would meet it.
    #[schema(example = "show-covered-nationality")]
    cure: &'static str,
}

async fn assess(
    door: Token<powers::AssessApplication>,
    sent: Sent<Application>,
) -> Result<Answer, Problem> {
    let form = sent.body.read(&door)?;
    let found = door.service().assess(door.permit(), &form)?;
    let eligibility = found.eligibility;
    let warnings = eligibility.warnings.iter().map(|warning| warning.code());
    let about_cui = found.cui_warnings.iter().map(|warning| warning.code());
    Answer::with(&Assessed {
        eligible: eligibility.is_eligible(),
        on: As(eligibility.on),
        unmet: eligibility
            .unmet
            .iter()
            .map(|unmet| Demand {
                code: unmet.code(),
                cure: unmet.cure().code(),
            })
            .collect(),
        warnings: warnings.chain(about_cui).map(str::to_owned).collect(),
        would_expire: found.would_expire.map(at),
        rule: eligibility.rule,
    })
}

async fn issue(
    door: Token<powers::DecideApplication>,
    sent: Sent<Application>,
) -> Result<Answer, Problem> {
    let form = sent.body.read(&door)?;
    let issuing = async {
        // A second record of one person is made by saying so, never by overlooking the question.
        if sent.body.person.is_none() && form.purpose == ApplicationPurpose::First {
            let finding = door.need().await?;
            let paper = form.documents.first();
            let known = door
                .service()
                .find_person(&finding, &form.name, form.birth, paper)
                .await?;
            if !known.is_empty() {
                let known = known.iter().map(|candidate| candidate.person).collect();
                return Err(Problem::who_is_it(known));
            }
        }
        let record = door.service().issue(door.permit(), &form).await?;
        let place = format!("/api/v1/cards/{}", record.card.number);
        Answer::made(place, &Card::of(&record, door.service().clock().now()))
    };
    once::act(&door, sent.repeats(), Box::pin(issuing)).await
}
