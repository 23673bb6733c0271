//! When a program is to end.

use std::io;

/// Ends when standard input does, if it is to be listened to. A thread of its own reads it: a task of
/// the runtime could not be taken from a read, and would keep a process that was told to stop.
async fn abandoned(at_eof: bool) {
    let (gone, noticed) = tokio::sync::oneshot::channel();
    if !at_eof {
        return core::future::pending().await;
    }
    std::thread::spawn(move || {
        // Whatever ends it, an error too: nobody holds the other end any more.
        io::copy(&mut io::stdin().lock(), &mut io::sink()).ok();
        gone.send(()).ok();
    });
    noticed.await.ok();
}

/// Ends when this process is told to stop, or, where `at_eof`, is abandoned by whoever holds its
/// standard input.
pub async fn stopped(at_eof: bool) {
    let interrupted = tokio::signal::ctrl_c();
    let abandoned = abandoned(at_eof);
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
                () = abandoned => {}
            }
        }
        Err(error) => {
            tracing::warn!("cannot wait for SIGTERM: {error}");
            tokio::select! {
                _ = interrupted => {}
                () = abandoned => {}
            }
        }
    }
}
