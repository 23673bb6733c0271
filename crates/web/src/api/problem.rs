//! Why a program was not answered, as RFC 9457 writes it: a stable code to branch on, and a sentence
//! for whoever reads the log.

use crate::{App, fault::Fault};
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use paso_domain::id::PersonId;
use paso_pages::{Lang, Voice};
use paso_service::ServiceError;
use serde::Serialize;
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use super::spelt::named::Person;

/// The media type of problems (RFC 9457 §3).
pub(super) const MEDIA: &str = "application/problem+json";

/// A problem on its way to [`in_words`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    why: Why,
    /// Where the body or query is wrong, in the reader's words.
    reading: Option<String>,
    /// Records that may be of the person who applies.
    known: Vec<PersonId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// What pages know, too.
    Fault(Fault),
    /// No token, or none that counts.
    NoToken,
    /// Not JSON by its own account.
    Unsupported,
    /// It can be read and says something that cannot be.
    Invalid,
    /// Another request came under the same key.
    KeyReused,
    /// There are records that may be of this person, and nobody has said.
    WhoIsIt,
}

impl Why {
    const OWN: [Self; 5] = [
        Self::NoToken,
        Self::Unsupported,
        Self::Invalid,
        Self::KeyReused,
        Self::WhoIsIt,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.code(),
            Self::NoToken => "no-token",
            Self::Unsupported => "unsupported",
            Self::Invalid => "invalid",
            Self::KeyReused => "key-reused",
            Self::WhoIsIt => "who-is-it",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Fault(fault) => fault.status(),
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::WhoIsIt => StatusCode::CONFLICT,
        }
    }
}

impl Problem {
    pub(super) const NO_TOKEN: Self = Self::of(Why::NoToken);
    pub(super) const UNSUPPORTED: Self = Self::of(Why::Unsupported);
    pub(super) const KEY_REUSED: Self = Self::of(Why::KeyReused);
    pub(super) const NOT_FOUND: Self = Self::of(Why::Fault(Fault::NotFound));

    const fn of(why: Why) -> Self {
        Self {
            why,
            reading: None,
            known: Vec::new(),
        }
    }

    /// No JSON at all.
    pub(super) fn unreadable(reading: String) -> Self {
        Self {
            reading: Some(reading),
            ..Self::of(Why::Fault(Fault::Unreadable))
        }
    }

    /// JSON that says what cannot be.
    pub(super) fn invalid(reading: impl Into<String>) -> Self {
        Self {
            reading: Some(reading.into()),
            ..Self::of(Why::Invalid)
        }
    }

    /// These may be the person.
    pub(super) fn who_is_it(known: Vec<PersonId>) -> Self {
        Self {
            known,
            ..Self::of(Why::WhoIsIt)
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::of(Why::Fault(fault))
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        Fault::from(error).into()
    }
}

impl From<paso_paper::PrintError> for Problem {
    fn from(error: paso_paper::PrintError) -> Self {
        Fault::from(error).into()
    }
}

impl IntoResponse for Problem {
    /// The status, and the reason for [`in_words`] to find.
    fn into_response(self) -> Response {
        let mut response = self.why.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem as it travels.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Written {
    /// Where this kind of problem is described.
    #[schema(format = "uri-reference")]
    r#type: String,
    /// A few words, in the language asked for.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened and what to do, in the language asked for.
    detail: String,
    /// What happened, for programs. Never changes its meaning.
    code: ProblemCode,
    /// Which rule of a register refused, where one did. The attempt is in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refusal: Option<&'static str>,
    /// Where the request is wrong, for whoever builds the client. In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reading: Option<String>,
    /// Records that may be of the person who applies. Look at them, then send one, or `new`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    known: Vec<Person>,
}

#[derive(Serialize)]
struct ProblemCode(&'static str);

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The closed list of problems."))
            .enum_values(Some(codes()))
            .into()
    }
}

impl ToSchema for ProblemCode {
    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }
}

/// Every code there is.
pub(super) fn codes() -> Vec<&'static str> {
    let own = Why::OWN.map(Why::code);
    Fault::codes().chain(own).collect()
}

/// Puts a problem in the place of a failure, whichever layer it comes from.
pub(crate) fn in_words(app: &App, lang: Lang, response: &Response) -> Response {
    let found = response.extensions().get::<Problem>().cloned();
    let problem = found.unwrap_or_else(|| {
        let fault = response.extensions().get::<Fault>().copied();
        fault
            .unwrap_or_else(|| Fault::of_status(response.status()))
            .into()
    });
    let t = app.speak(lang);
    let Problem {
        why,
        reading,
        known,
    } = problem;
    let (code, status) = (why.code(), why.status());
    let refusal = match why {
        Why::Fault(Fault::Refused(refusal)) => Some(refusal.code()),
        _ => None,
    };
    let written = Written {
        r#type: format!("/api/openapi.json#{code}"),
        title: words(t, "problem-title", "fault-title", code),
        status: status.as_u16(),
        detail: refusal.map_or_else(
            || words(t, "problem", "fault", code),
            |refusal| t.code("refusal", refusal),
        ),
        code: ProblemCode(code),
        refusal,
        reading,
        known: known.into_iter().map(super::spelt::As).collect(),
    };
    let Ok(body) = serde_json::to_vec(&written) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = (status, body).into_response();
    // What a layer below said beside the status, such as when to come again, still holds.
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    if let Why::Fault(fault) = why
        && let Some(seconds) = fault.again_after()
    {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"paso\""),
        );
    }
    answer
}

/// A program is told otherwise than a person at a page, where that makes a difference.
fn words(t: Voice<'_>, own: &str, pages: &str, code: &str) -> String {
    t.known(own, code).unwrap_or_else(|| t.code(pages, code))
}
