//! How often anybody may ask, without knowing who asks (`paso_listen::buckets`).
//!
//! Generous where monitors read tiles and shelters check receipts, strict where a form writes to this
//! machine's disk: a flood of invented reports would bury the true ones.

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use paso_listen::{
    Trust,
    buckets::{Buckets, Rate, TooOften},
    peer::Peer,
};
use std::sync::{Arc, Mutex, PoisonError};

/// A page and its style are two requests; a monitor reads tiles by the hundred.
const ORDINARY: Rate = Rate {
    class: 0,
    burst: 600,
    per_minute: 1200,
};

/// Checking a receipt, or looking up a report.
const CHECKING: Rate = Rate {
    class: 1,
    burst: 60,
    per_minute: 60,
};

/// Telling of people taken. A shelter tells of one bus after the other.
const TELLING: Rate = Rate {
    class: 2,
    burst: 12,
    per_minute: 2,
};

/// How many askers are told apart: some 3 MB.
const MOST_ASKERS: usize = 65_536;

/// What stands between other machines and the pages.
#[derive(Clone, Debug)]
pub struct Front {
    trust: Trust,
    buckets: Arc<Mutex<Buckets>>,
    clock: fn() -> i64,
}

impl Front {
    /// One that believes `trust` about who asks, draws its keys with `draw` and reads `clock`.
    pub fn new(
        trust: Trust,
        draw: impl FnMut() -> [u8; 32] + Send + 'static,
        clock: fn() -> i64,
    ) -> Self {
        Self {
            trust,
            buckets: Arc::new(Mutex::new(Buckets::new(MOST_ASKERS, draw))),
            clock,
        }
    }

    fn admit(&self, request: &Request) -> Result<(), TooOften> {
        // Only what came through `paso_listen` has an asker; all of it has.
        let asking = Peer::asking(request.extensions(), request.headers(), &self.trust);
        let Some(peer) = asking else { return Ok(()) };
        // Without a server in front, what comes from this machine is its own operator's.
        if self.trust == Trust::Nobody && peer.is_this_machine() {
            return Ok(());
        }
        let rate = rate(request.method(), request.uri().path());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(rate, peer, (self.clock)())
    }
}

fn rate(method: &Method, path: &str) -> Rate {
    match path {
        "/taking" if *method == Method::POST => TELLING,
        "/verify" | "/taking/own" | "/taking/answer" if *method == Method::POST => CHECKING,
        _ => ORDINARY,
    }
}

/// Middleware, outermost.
pub(crate) async fn how_often(
    State(front): State<Front>,
    request: Request,
    next: Next,
) -> Response {
    match front.admit(&request) {
        Ok(()) => next.run(request).await,
        Err(TooOften { wait }) => {
            let headers = [(RETRY_AFTER, wait.to_string())];
            let words = format!("Demasiado seguido: espere {wait} s. Too often: wait {wait} s.\n");
            (StatusCode::TOO_MANY_REQUESTS, headers, words).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request as Asked};

    #[test]
    fn who_floods_one_form_waits_and_others_do_not() {
        let front = Front::new(Trust::Anyone, || [7; 32], || 1_790_000_000);
        let request = |from: &str, method: Method, path: &str| {
            let mut request = Asked::builder()
                .method(method)
                .uri(path)
                .header("x-forwarded-for", from)
                .body(Body::empty())
                .unwrap();
            let peer = Peer::at("127.0.0.1".parse().unwrap());
            request.extensions_mut().insert(peer);
            request
        };
        let tell = |from| front.admit(&request(from, Method::POST, "/taking"));
        for _ in 0..TELLING.burst {
            assert_eq!(tell("192.0.2.1"), Ok(()));
        }
        assert_eq!(tell("192.0.2.1"), Err(TooOften { wait: 30 }));
        assert_eq!(tell("192.0.2.2"), Ok(()));
        let read = front.admit(&request("192.0.2.1", Method::GET, "/takings"));
        assert_eq!(read, Ok(()));
        assert!(!format!("{front:?}").contains("192.0"));
    }
}
