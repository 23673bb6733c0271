//! A request's body that must have come by a certain time: one that trickles would hold a place, and
//! what is kept of it, for as long as its sender likes.

use core::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use http_body::{Body, Frame, SizeHint};
use std::io;
use tokio::time::{Instant, Sleep, sleep_until};

/// The body and its time.
pub(crate) struct Timed<B> {
    body: B,
    /// None for a request without a body.
    until: Option<Pin<Box<Sleep>>>,
}

impl<B: Body> Timed<B> {
    pub(crate) fn new(body: B, longest: Duration) -> Self {
        let until =
            (!body.is_end_stream()).then(|| Box::pin(sleep_until(Instant::now() + longest)));
        Self { body, until }
    }
}

impl<B> Body for Timed<B>
where
    B: Body + Unpin,
    B::Error: core::error::Error + Send + Sync + 'static,
{
    type Data = B::Data;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, io::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)));
        }
        match &mut this.until {
            Some(until) => until
                .as_mut()
                .poll(context)
                .map(|()| Some(Err(io::ErrorKind::TimedOut.into()))),
            None => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
