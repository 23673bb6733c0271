//! Why a request was not answered with the page it asked for; and the one place that turns such a
//! reason into a page in plain words.

use crate::{App, api, print, reply, say};
use askama::Template;
use axum::{
    extract::{Request, State},
    http::{
        StatusCode, Uri,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use paso_domain::id::ErasureId;
use paso_formats::moment::Moment;
use paso_pages::{Frame, Lang, Voice};
use paso_service::{ServiceError, approval::SigningRefusal, error::Refusal};

/// A reason. What a role may not know of looks like what does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing there, or nothing this role may know of.
    NotFound,
    /// Nobody is signed in, and a form was sent: what was typed is still in the browser.
    SignedOut,
    /// Nobody is signed in: to the page that says how.
    ToWelcome,
    /// The form did not come from one of our pages.
    Forged,
    /// The request is asked in a way that is not offered here.
    NotOffered,
    /// The request names a host that these pages are not served under.
    OtherHost,
    /// More was sent than any form here takes.
    TooLarge,
    /// The form cannot be read at all.
    Unreadable,
    /// It took too long.
    Late,
    /// Asked too often: again after so many seconds.
    Often {
        /// How many.
        wait: u32,
    },
    /// More heavy work is asked for than is done at once.
    Busy,
    /// Others are changing the same record.
    Contended,
    /// The record was erased, at this moment, by this erasure.
    Forgotten(Moment, ErasureId),
    /// A register refused; the refusal is journaled.
    Refused(Refusal),
    /// The act needs a signature that was not taken.
    NotSigned(SigningRefusal),
    /// Whoever is signed in may no longer act.
    AccessEnded,
    /// The paper cannot be printed.
    NotPrinted,
    /// The database does not answer or is full.
    Unavailable,
    /// The hub's affair, and this is a post.
    AtHub,
    /// The post's leave to issue has ended.
    LeaseEnded(Moment),
    /// The post has no status index left.
    NothingLeft,
    /// A matter for the office that runs the system.
    Internal,
}

impl Fault {
    /// Those that carry nothing of their own.
    const PLAIN: [Self; 18] = [
        Self::NotFound,
        Self::SignedOut,
        Self::Forged,
        Self::NotOffered,
        Self::OtherHost,
        Self::TooLarge,
        Self::Unreadable,
        Self::Late,
        Self::Contended,
        Self::NotPrinted,
        Self::Unavailable,
        Self::Internal,
        Self::Often { wait: 1 },
        Self::Busy,
        Self::AccessEnded,
        Self::AtHub,
        Self::LeaseEnded(Moment::from_unix(0)),
        Self::NothingLeft,
    ];

    /// Every code there is. Some of them have whole sentences of their own in the place of a text.
    pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
        let telling = ["refused", "not-signed", "forgotten"];
        Self::PLAIN.into_iter().map(Self::code).chain(telling)
    }

    /// The stable code: the key of texts.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NotFound | Self::ToWelcome => "not-found",
            Self::SignedOut => "signed-out",
            Self::Forged => "forged",
            Self::NotOffered => "not-offered",
            Self::OtherHost => "other-host",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::Late => "late",
            Self::Often { .. } => "often",
            Self::Busy => "busy",
            Self::Contended => "contended",
            Self::Forgotten(..) => "forgotten",
            Self::Refused(_) => "refused",
            Self::NotSigned(_) => "not-signed",
            Self::AccessEnded => "access-ended",
            Self::NotPrinted => "not-printed",
            Self::AtHub => "at-hub",
            Self::LeaseEnded(_) => "lease-ended",
            Self::NothingLeft => "nothing-left",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::ToWelcome => StatusCode::SEE_OTHER,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forged | Self::AccessEnded => StatusCode::FORBIDDEN,
            Self::NotOffered => StatusCode::METHOD_NOT_ALLOWED,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Forgotten(..) => StatusCode::GONE,
            Self::Contended
            | Self::Refused(_)
            | Self::NotSigned(_)
            | Self::AtHub
            | Self::LeaseEnded(_)
            | Self::NothingLeft => StatusCode::CONFLICT,
            Self::NotPrinted => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Often { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// After how many seconds it is worth asking again, where that is known (RFC 9110 §10.2.3).
    pub(crate) const fn again_after(self) -> Option<u32> {
        match self {
            Self::Often { wait } => Some(wait),
            Self::Busy => Some(10),
            _ => None,
        }
    }

    /// The fault of an answer that a layer below gave without words.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        Self::PLAIN
            .into_iter()
            .find(|fault| fault.status() == status)
            .unwrap_or(if status.is_server_error() {
                Self::Internal
            } else {
                Self::Unreadable
            })
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotAllowed(_) | ServiceError::NotFound => Self::NotFound,
            ServiceError::Refused(refusal) => Self::Refused(refusal),
            ServiceError::Forgotten { at, erasure } => Self::Forgotten(at, erasure),
            ServiceError::Signing(refusal) => Self::NotSigned(refusal),
            ServiceError::AccessEnded => Self::AccessEnded,
            ServiceError::Contended => Self::Contended,
            ServiceError::Database(_) | ServiceError::Append(_) => {
                tracing::error!("{error}");
                Self::Unavailable
            }
            ServiceError::InDoubt(_) => {
                tracing::error!("{error}");
                Self::Late
            }
            ServiceError::AtHub => Self::AtHub,
            ServiceError::LeaseEnded { since } => Self::LeaseEnded(since),
            ServiceError::NothingLeft => Self::NothingLeft,
            // Pages say it beside the field; what reaches here was sent past them.
            ServiceError::BadRequest { .. } => {
                tracing::info!("{error}");
                Self::Unreadable
            }
            ServiceError::Unreadable(_) | ServiceError::Device(_) => {
                tracing::error!("{error}");
                Self::Internal
            }
        }
    }
}

impl From<paso_paper::PrintError> for Fault {
    fn from(error: paso_paper::PrintError) -> Self {
        tracing::warn!("not printed: {error}");
        Self::NotPrinted
    }
}

impl IntoResponse for Fault {
    /// The status, and the reason for `in_words` to find.
    fn into_response(self) -> Response {
        if self == Self::ToWelcome {
            return reply::see_other("/");
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    f: Frame<'a>,
    code: &'static str,
    refusal: Option<String>,
}

/// Middleware: puts a page in the place of every failure without one.
pub(crate) async fn in_words(
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let has_page = response.headers().contains_key(CONTENT_TYPE)
        && response.extensions().get::<Fault>().is_none()
        && !response.headers()[CONTENT_TYPE]
            .as_bytes()
            .starts_with(b"text/plain");
    if has_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if api::is_below(uri.path()) {
        return api::in_words(&app, lang, &response);
    }
    let fault = response
        .extensions()
        .get()
        .copied()
        .unwrap_or_else(|| Fault::of_status(status));
    let t = app.speak(lang);
    let page = FaultPage {
        f: app
            .frame(lang, &uri)
            .titled(t.code("fault-title", fault.code())),
        code: fault.code(),
        refusal: match fault {
            Fault::Refused(refusal) => Some(t.code("refusal", refusal.code())),
            Fault::Forgotten(at, erasure) => Some(tombstone(&app, t, at, erasure)),
            Fault::NotSigned(refusal) => Some(t.code("refusal", refusal.code())),
            Fault::LeaseEnded(since) => {
                Some(t.with("lease-ended-since", [("since", &at_home(&app, t, since))]))
            }
            _ => None,
        },
    };
    match page.render() {
        Ok(html) => {
            let mut answer = (fault.status(), axum::response::Html(html)).into_response();
            if let Some(seconds) = fault.again_after() {
                answer.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
            answer
        }
        Err(_) => response,
    }
}

/// A moment by the clock of the authority's own post.
pub(crate) fn at_home(app: &App, t: Voice<'_>, at: Moment) -> String {
    let service = app.service();
    let home = service.crossings().post(service.authority().home.as_str());
    home.map_or_else(|| at.to_string(), |home| say::at(t, home.zone(), at))
}

/// When a record was erased and by which erasure, by the clock of the authority's own post.
fn tombstone(app: &App, t: Voice<'_>, at: Moment, erasure: ErasureId) -> String {
    let at = at_home(app, t, at);
    let folio = print::short(&erasure.to_string());
    t.with("forgotten", [("at", &at), ("folio", &folio)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_from_below_finds_its_words() {
        for (status, code) in [
            (404, "not-found"),
            (405, "not-offered"),
            (413, "too-large"),
            (408, "late"),
            (429, "often"),
            (503, "unavailable"),
            (400, "unreadable"),
            (415, "unreadable"),
            (422, "not-printed"),
            (500, "internal"),
            (507, "internal"),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(Fault::of_status(status).code(), code, "{status}");
        }
    }
}
