//! Bodies in and out.

use super::problem::Problem;
use crate::App;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use paso_formats::moment::Moment;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::spelt::Spelt;
use crate::fault::Fault;

/// The header by which a program says that it repeats itself.
pub(super) const KEY: &str = "idempotency-key";

/// The most characters of a key: a UUID, and as much again.
pub(super) const MOST_KEY: usize = 64;

/// What a program sent.
pub(super) struct Sent<T> {
    pub(super) body: T,
    key: Option<String>,
    /// Tells one request from another under the same key. Whoever makes two meet spoils their own
    /// repetition and nobody else's, so it need not withstand anybody.
    mark: u64,
}

impl<T> Sent<T> {
    /// The key, and what was asked under it.
    pub(super) fn repeats(&self) -> (Option<&str>, u64) {
        (self.key.as_deref(), self.mark)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let key = key(request.headers())?;
        if !is_json(request.headers()) {
            return Err(Problem::UNSUPPORTED);
        }
        let mut hasher = DefaultHasher::new();
        request.uri().path().hash(&mut hasher);
        let bytes = Bytes::from_request(request, app).await.map_err(|error| {
            Problem::from(match error.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
                _ => Fault::Unreadable,
            })
        })?;
        hasher.write(&bytes);
        let body = serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
            Category::Data => Problem::invalid(error.to_string()),
            _ => Problem::unreadable(error.to_string()),
        })?;
        Ok(Self {
            body,
            key,
            mark: hasher.finish(),
        })
    }
}

/// An act that says all in its address.
pub(super) struct Empty(Sent<()>);

impl Empty {
    pub(super) fn repeats(&self) -> (Option<&str>, u64) {
        self.0.repeats()
    }
}

impl FromRequest<App> for Empty {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let key = key(request.headers())?;
        let mut hasher = DefaultHasher::new();
        request.uri().path().hash(&mut hasher);
        Ok(Self(Sent {
            body: (),
            key,
            mark: hasher.finish(),
        }))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(sent) = headers.get(KEY) else {
        return Ok(None);
    };
    let key = sent.to_str().unwrap_or_default();
    let fits = (1..=MOST_KEY).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if fits {
        Ok(Some(key.to_owned()))
    } else {
        Err(Problem::invalid(
            "Idempotency-Key: 1 to 64 letters, digits, hyphens or underscores",
        ))
    }
}

/// A value in an address. What is none is not found.
pub(super) struct At<T>(pub(super) T);

impl<T: Spelt> FromRequestParts<App> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        let text = text.map_err(|_| Problem::NOT_FOUND)?;
        T::read(&text).map(Self).ok_or(Problem::NOT_FOUND)
    }
}

/// Two values in an address.
pub(super) struct Both<T, U>(pub(super) T, pub(super) U);

impl<T: Spelt, U: Spelt> FromRequestParts<App> for Both<T, U> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let texts = axum::extract::Path::<(String, String)>::from_request_parts(parts, app).await;
        let axum::extract::Path((one, other)) = texts.map_err(|_| Problem::NOT_FOUND)?;
        let (one, other) = (T::read(&one), U::read(&other));
        one.zip(other)
            .map(|(one, other)| Self(one, other))
            .ok_or(Problem::NOT_FOUND)
    }
}

/// What stands behind the question mark.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, app)
            .await
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|error| Problem::invalid(error.body_text()))
    }
}

/// An answer that can be given again.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    place: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    /// Here it is.
    pub(super) fn with(value: &impl Serialize) -> Result<Self, Problem> {
        Self::of(StatusCode::OK, None, value)
    }

    /// It was made, and is found there.
    pub(super) fn made(place: String, value: &impl Serialize) -> Result<Self, Problem> {
        Self::of(StatusCode::CREATED, Some(place), value)
    }

    /// It waits for somebody, there.
    pub(super) fn waits(place: String, value: &impl Serialize) -> Result<Self, Problem> {
        Self::of(StatusCode::ACCEPTED, Some(place), value)
    }

    /// It was made, and has no address of its own.
    pub(super) fn done(value: &impl Serialize) -> Result<Self, Problem> {
        Self::of(StatusCode::CREATED, None, value)
    }

    fn of(
        status: StatusCode,
        place: Option<String>,
        value: &impl Serialize,
    ) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!("an answer could not be written: {error}");
            Problem::from(Fault::Internal)
        })?;
        Ok(Self {
            status,
            place,
            body,
        })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/json");
        let mut response = (self.status, [(CONTENT_TYPE, kind)], self.body).into_response();
        // Places are built from our own paths and numbers, which are plain ASCII.
        if let Some(place) = self
            .place
            .and_then(|place| HeaderValue::try_from(place).ok())
        {
            response.headers_mut().insert(LOCATION, place);
        }
        response
    }
}

/// A moment, for answers.
pub(super) const fn at(moment: Moment) -> super::spelt::named::At {
    super::spelt::As(moment)
}
