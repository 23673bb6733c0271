//! Takes connections and serves one router on them, with a ceiling and a time for everything.
//!
//! hyper alone, asked directly: `axum::serve` sets no times for headers, and speaks no TLS.

use crate::{body::Timed, peer::Peer, tls::Certificate};
use axum::{Router, body::Body, extract::Request};
use core::{future::Future, pin::pin, time::Duration};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{net::IpAddr, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// How much is taken at once, and how long each part may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once. Whoever comes later waits in the machine's queue and is served next.
    pub connections: usize,
    /// For TLS to agree.
    pub handshake: Duration,
    /// For the first line and all headers; an idle connection is closed after the same time.
    pub headers: Duration,
    /// Bytes of first line and headers.
    pub header_bytes: usize,
    /// For the body.
    pub body: Duration,
    /// For a connection with all its requests: it is asked to come again.
    pub age: Duration,
    /// For what is under way when a connection, or everything, is told to end.
    pub grace: Duration,
}

impl Default for Limits {
    /// Below the 1,024 files that systems give a process, databases and files counted; times for a
    /// post whose line is a telephone.
    fn default() -> Self {
        Self {
            connections: 512,
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(15),
            header_bytes: 16 * 1024,
            body: Duration::from_mins(1),
            age: Duration::from_mins(10),
            grace: Duration::from_secs(10),
        }
    }
}

/// How long to wait when the system gives no more connections (its files are used up).
const BREATH: Duration = Duration::from_secs(1);

/// Serves until `stop`, and then for at most [`Limits::grace`].
pub async fn serve(
    listener: TcpListener,
    secured: Option<Arc<Certificate>>,
    limits: Limits,
    pages: Router,
    stop: impl Future<Output = ()>,
) {
    let acceptor = secured.map(|certificate| TlsAcceptor::from(certificate.settings()));
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (leave, leaving) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let slot = tokio::select! {
            () = &mut stop => break,
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, from)) => {
                let connection = Connection {
                    limits,
                    peer: from.ip().to_canonical(),
                    pages: pages.clone(),
                    leaving: leaving.clone(),
                };
                let acceptor = acceptor.clone();
                open.spawn(async move {
                    let _slot = slot;
                    connection.run(stream, acceptor).await;
                });
            }
            Err(error) => {
                // One that was gone before it was taken is nobody's fault; the others pass.
                tracing::warn!("no connection could be taken: {error}");
                if timeout(BREATH, &mut stop).await.is_ok() {
                    break;
                }
            }
        }
    }
    drop(listener);
    leave.send_replace(true);
    let all_gone = async { while open.join_next().await.is_some() {} };
    if timeout(limits.grace, all_gone).await.is_err() {
        tracing::warn!("connections that did not end in time were closed");
    }
    open.shutdown().await;
}

struct Connection {
    limits: Limits,
    peer: IpAddr,
    pages: Router,
    leaving: watch::Receiver<bool>,
}

impl Connection {
    /// Errors of single connections are no message to anybody: every scan of the internet makes
    /// some, and they would name who came.
    async fn run(self, stream: TcpStream, acceptor: Option<TlsAcceptor>) {
        // Small answers leave at once; a failure costs time only.
        stream.set_nodelay(true).ok();
        match acceptor {
            None => self.talk(stream).await,
            Some(acceptor) => {
                let agreed = timeout(self.limits.handshake, acceptor.accept(stream)).await;
                if let Ok(Ok(stream)) = agreed {
                    self.talk(stream).await;
                }
            }
        }
    }

    async fn talk(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (peer, longest) = (Peer(self.peer), self.limits.body);
        let pages = TowerToHyperService::new(self.pages);
        let each = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(|body| Body::new(Timed::new(body, longest)));
            request.extensions_mut().insert(peer);
            pages.call(request)
        });
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.headers)
            .max_header_size(self.limits.header_bytes);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), each));
        let until_told = async {
            tokio::select! {
                _ = connection.as_mut() => true,
                _ = self.leaving.wait_for(|leaving| *leaving) => false,
            }
        };
        if let Ok(true) = timeout(self.limits.age, until_told).await {
            return;
        }
        connection.as_mut().graceful_shutdown();
        timeout(self.limits.grace, connection).await.ok();
    }
}
