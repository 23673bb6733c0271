//! Where posts bring what they have recorded, and fetch what they need.
//!
//! Nobody is signed in here: a parcel is signed by the device that sends it and sealed to the one that
//! receives it, and a request for enrolment by the code that a person carried. What is refused is
//! said in words for whoever looks after the post.

use crate::{
    App,
    door::Public,
    fault::{Fault, at_home},
    routes::Routes,
    session::own,
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use paso_domain::id::StreamId;
use paso_formats::parcel::{MAX_PARCEL_BYTES, Parcel};
use paso_pages::{Station, Voice};
use paso_service::{
    ServiceError,
    sync::{EnrolError, Level, Mood, SyncError},
};

/// How this post stands, in a few sentences for every page; none at a hub.
pub(crate) fn station(app: &App, t: Voice<'_>) -> Option<Station> {
    let standing = app.service().shown_standing()?;
    let now = app.service().clock().now();
    let post = app.service().crossings().post(standing.post.as_str());
    let place = post.map_or_else(|| standing.post.to_string(), |post| post.name.clone());
    let at = |moment| at_home(app, t, moment);
    let bundle = standing.bundle.map_or_else(|| "—".to_owned(), at);
    let how = match (standing.level, standing.since) {
        (Level::Hub, _) => t.with("post-hub", [("place", &place), ("bundle", &bundle)]),
        (Level::Local, Some(since)) => t.with(
            "post-apart",
            [
                ("place", &place),
                ("since", &at(since)),
                ("bundle", &bundle),
            ],
        ),
        (Level::Local, None) => t.with("post-never", [("place", &place), ("bundle", &bundle)]),
    };
    let mut words = vec![
        how,
        t.count(
            "post-unsent",
            i64::try_from(standing.unsent).unwrap_or(i64::MAX),
        ),
    ];
    if standing.lease < now {
        words.push(t.text("post-lease-ended"));
    } else if standing.is_late(now) {
        words.push(t.with("post-lease", [("until", &at(standing.lease))]));
    }
    if standing.has_few() {
        words.push(t.with("post-few", [("left", &standing.left.to_string())]));
    }
    if let Some(refusal) = &standing.refusal {
        words.push(t.with("post-refused", [("words", refusal)]));
    }
    let mood = match standing.mood(now) {
        Mood::Fine => "fine",
        Mood::Apart => "apart",
        Mood::Grave => "grave",
    };
    Some(Station {
        mood,
        words: words.join(" "),
    })
}

/// The most bytes of what a post sends.
pub(crate) const MOST: usize = MAX_PARCEL_BYTES;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .post("/sync/enrol", enrol)
        .post("/sync/{stream}", exchange)
}

fn bytes(body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, "application/octet-stream")], body).into_response()
}

fn words(status: StatusCode, said: &impl ToString) -> Response {
    tracing::warn!("a post was refused: {}", said.to_string());
    // RFC 9457; the program at the other end shows the sentence to whoever looks after the post.
    let problem = serde_json::json!({ "status": status.as_u16(), "detail": said.to_string() });
    let kind = [(CONTENT_TYPE, "application/problem+json")];
    (status, kind, problem.to_string()).into_response()
}

/// Enrols a post by its code.
async fn enrol(
    _: Public,
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    own(&headers, &app)?;
    match app.service().enrol_post(&body).await {
        Ok(answer) => Ok(bytes(answer)),
        Err(EnrolError::Sync(error)) => answer_to(error),
        Err(EnrolError::NoSettings) => Err(Fault::NotFound),
        Err(error) => Ok(words(StatusCode::FORBIDDEN, &error)),
    }
}

/// Takes a parcel, and answers with the one for the way back.
async fn exchange(
    _: Public,
    State(app): State<App>,
    Path(stream): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    // No browser has business here.
    own(&headers, &app)?;
    let stream: StreamId = stream.parse().map_err(|_| Fault::NotFound)?;
    let sender = Parcel::read(&body).map(|parcel| parcel.address().from);
    if sender.is_ok_and(|sender| sender != stream) {
        return answer_to(SyncError::NotForUs);
    }
    match app.service().take_parcel(&body).await {
        Ok(received) => {
            tracing::info!(
                "{stream:?}: {} entries taken, {} were here already, all up to {}",
                received.taken,
                received.present,
                received.contiguous
            );
            Ok(bytes(received.answer))
        }
        Err(error) => answer_to(error),
    }
}

/// What is our own trouble is a fault like any other, and the post comes again; the rest is for
/// whoever looks after the post to read.
fn answer_to(error: SyncError) -> Result<Response, Fault> {
    match error {
        SyncError::Database(_) | SyncError::Random(_) | SyncError::Unsigned(_) => {
            tracing::error!("{error}");
            Err(Fault::Unavailable)
        }
        SyncError::Import(paso_service::sync::ImportError::Database(error)) => {
            tracing::error!("{error}");
            Err(Fault::Unavailable)
        }
        SyncError::Service(error @ (ServiceError::Database(_) | ServiceError::Append(_))) => {
            Err(error.into())
        }
        SyncError::Service(ServiceError::Contended | ServiceError::InDoubt(_)) => {
            Err(Fault::Contended)
        }
        SyncError::NotTheHub | SyncError::NotAPost => Err(Fault::NotFound),
        SyncError::UnknownDevice(_) | SyncError::Revoked { .. } | SyncError::HubsAffair { .. } => {
            Ok(words(StatusCode::FORBIDDEN, &error))
        }
        error => Ok(words(StatusCode::UNPROCESSABLE_ENTITY, &error)),
    }
}
