//! How often anybody may ask, and how much heavy work is done at once.
//!
//! Where these pages leave their machine, a [`Front`] stands before them. It counts askers by codes
//! that lead to nobody (`paso_listen::buckets`), generously: a post, a shelter and a consulate each
//! come from one address. Pictures and papers have a ceiling of their own everywhere, with words
//! for whoever finds it reached: the machine must go on answering while somebody feeds it pictures.

use crate::{App, fault::Fault};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use core::time::Duration;
use paso_formats::moment::Moment;
use paso_listen::{
    Trust,
    buckets::{Buckets, Rate, TooOften},
    peer::Peer,
};
use std::sync::{Mutex, PoisonError};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// A page and its style are two requests; a shelter's worth of people behind one address are many.
const ORDINARY: Rate = Rate {
    class: 0,
    burst: 600,
    per_minute: 1200,
};

/// Signing in and enrolling: a whole shift through one address, a form sent wrongly included.
const SIGNING_IN: Rate = Rate {
    class: 1,
    burst: 60,
    per_minute: 30,
};

/// Checking a receipt, most of all from a picture, and asking by a receipt's secret.
const CHECKING: Rate = Rate {
    class: 2,
    burst: 60,
    per_minute: 60,
};

/// Proofs from the log, which an office may fetch for a folder of receipts.
const PROVING: Rate = Rate {
    class: 3,
    burst: 600,
    per_minute: 300,
};

/// What is counted apart: how it begins, and whether only forms sent there are meant.
const APART: [(&str, bool, Rate); 7] = [
    ("/entrar", true, SIGNING_IN),
    ("/llave", true, SIGNING_IN),
    ("/alta", true, SIGNING_IN),
    ("/verify", true, CHECKING),
    ("/mi-tarjeta", true, CHECKING),
    ("/familia", true, CHECKING),
    ("/log/proof", false, PROVING),
];

/// How many askers are told apart: some 3 MB. More than that within minutes is no office.
const MOST_ASKERS: usize = 65_536;

/// Pictures on their way in at once, from officers and from everybody else: 8 MB each at the most.
const MOST_UPLOADS: usize = 32;

/// Pictures decoded and papers laid out at once.
const MOST_AT_WORK: usize = 4;

/// How long heavy work waits for its turn; then whoever asked is told to come again.
const TURN: Duration = Duration::from_secs(10);

/// What stands between other machines and the pages.
pub struct Front {
    trust: Trust,
    buckets: Mutex<Buckets>,
}

impl core::fmt::Debug for Front {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "a front that trusts {:?}", self.trust)
    }
}

impl Front {
    /// One that believes `trust` about who asks, and draws its keys with `draw`, anew every hour.
    pub fn new(trust: Trust, draw: impl FnMut() -> [u8; 32] + Send + 'static) -> Self {
        Self {
            trust,
            buckets: Mutex::new(Buckets::new(MOST_ASKERS, draw)),
        }
    }

    fn admit(&self, request: &Request, now: Moment) -> Result<(), TooOften> {
        // Only what came through `paso_listen` has an asker; all of it has.
        let asking = Peer::asking(request.extensions(), request.headers(), &self.trust);
        let Some(peer) = asking else { return Ok(()) };
        // Without a server in front, what comes from this machine is its own operator's.
        if self.trust == Trust::Nobody && peer.is_this_machine() {
            return Ok(());
        }
        let rate = rate(request.method(), request.uri().path());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(rate, peer, now.unix())
    }
}

fn rate(method: &Method, path: &str) -> Rate {
    let below = |begin: &str| {
        path.strip_prefix(begin)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    APART
        .iter()
        .find(|(begin, forms, _)| below(begin) && (!forms || *method == Method::POST))
        .map_or(ORDINARY, |(_, _, rate)| *rate)
}

/// Turns of heavy work.
pub(crate) struct Heavy {
    officers: Semaphore,
    everybody: Semaphore,
    pictures: Semaphore,
    papers: Semaphore,
}

impl Heavy {
    pub(crate) fn new() -> Self {
        Self {
            officers: Semaphore::new(MOST_UPLOADS),
            everybody: Semaphore::new(MOST_UPLOADS),
            pictures: Semaphore::new(MOST_AT_WORK),
            papers: Semaphore::new(MOST_AT_WORK),
        }
    }

    /// A turn to decode a picture that is here.
    pub(crate) async fn picture(&self) -> Result<SemaphorePermit<'_>, Fault> {
        turn(&self.pictures).await
    }
}

async fn turn(place: &Semaphore) -> Result<SemaphorePermit<'_>, Fault> {
    match timeout(TURN, place.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Fault::Busy),
    }
}

/// Middleware, outermost: how often.
pub(crate) async fn how_often(State(app): State<App>, request: Request, next: Next) -> Response {
    let now = app.service().clock().now();
    let admitted = app
        .front()
        .map_or(Ok(()), |front| front.admit(&request, now));
    match admitted {
        Ok(()) => next.run(request).await,
        Err(TooOften { wait }) => Fault::Often { wait }.into_response(),
    }
}

/// Middleware, innermost, so that a turn lasts as long as the work: how much at once. Strangers can
/// fill their own places only: an officer's picture never waits for theirs.
pub(crate) async fn in_turn(State(app): State<App>, request: Request, next: Next) -> Response {
    let heavy = app.heavy();
    let place = if request.uri().path().rsplit('.').next() == Some("pdf") {
        Some(&heavy.papers)
    } else if !brings_files(request.headers()) {
        None
    } else if request.uri().path() == "/verify" {
        Some(&heavy.everybody)
    } else {
        Some(&heavy.officers)
    };
    let _turn = match place {
        None => None,
        Some(place) => match turn(place).await {
            Ok(turn) => Some(turn),
            Err(busy) => return busy.into_response(),
        },
    };
    next.run(request).await
}

fn brings_files(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_apart() {
        let (get, post) = (Method::GET, Method::POST);
        for (method, path, class) in [
            (&get, "/", ORDINARY),
            (&get, "/entrar/puesto", ORDINARY),
            (&post, "/entrar/puesto", SIGNING_IN),
            (&post, "/entrarse", ORDINARY),
            (&get, "/verify", ORDINARY),
            (&post, "/verify", CHECKING),
            (&post, "/familia", CHECKING),
            (&get, "/log/proof/a/b", PROVING),
            (&get, "/log/2026/checkpoint", ORDINARY),
        ] {
            assert_eq!(rate(method, path), class, "{method} {path}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_comes_when_another_ends_and_words_when_none_does() {
        let heavy = Heavy::new();
        let mut held = Vec::new();
        for _ in 0..MOST_AT_WORK {
            held.push(heavy.picture().await.ok());
        }
        assert_eq!(heavy.picture().await.err(), Some(Fault::Busy));
        held.pop();
        assert!(heavy.picture().await.is_ok());
        assert!(turn(&heavy.papers).await.is_ok(), "papers have their own");
    }
}
