//! A line between a post and its hub as roads have it: it breaks in the middle, it stands, it crawls.

#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use super::Random;
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

/// How the line is at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// It carries everything.
    Open,
    /// Nobody answers.
    Dead,
    /// Each connection breaks after so many bytes, or so many times as many.
    Cuts(u64),
    /// It carries a few bytes at a time, as a telephone on a hill does.
    Crawls,
    /// Each connection is one of the others.
    Flaps,
}

/// The line.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    line: Arc<Mutex<Line>>,
    ended: Arc<AtomicBool>,
    /// How many connections it broke.
    pub(crate) broken: Arc<AtomicU64>,
}

impl Proxy {
    /// A line to a port, open at first.
    pub(crate) fn to(hub: u16, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self {
            port,
            line: Arc::new(Mutex::new(Line::Open)),
            ended: Arc::default(),
            broken: Arc::default(),
        };
        let (line, ended, broken) = (
            Arc::clone(&proxy.line),
            Arc::clone(&proxy.ended),
            Arc::clone(&proxy.broken),
        );
        thread::spawn(move || {
            let mut random = Random(seed);
            for wire in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let held = *line.lock().expect("no poison");
                let now = match held {
                    Line::Flaps => match random.below(4) {
                        0 => Line::Open,
                        1 => Line::Dead,
                        2 => Line::Crawls,
                        _ => Line::Cuts(200 + random.below(20_000)),
                    },
                    Line::Cuts(most) => Line::Cuts(1 + random.below(most)),
                    line => line,
                };
                let broken = Arc::clone(&broken);
                thread::spawn(move || carry(&wire, hub, now, &broken));
            }
        });
        proxy
    }

    pub(crate) fn becomes(&self, line: Line) {
        *self.line.lock().expect("no poison") = line;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // So that the listening thread looks.
        TcpStream::connect(("127.0.0.1", self.port)).ok();
    }
}

fn carry(wire: &TcpStream, hub: u16, line: Line, broken: &Arc<AtomicU64>) {
    if line == Line::Dead {
        broken.fetch_add(1, Ordering::SeqCst);
        return;
    }
    let Ok(other) = TcpStream::connect(("127.0.0.1", hub)) else {
        return;
    };
    let left = Arc::new(AtomicU64::new(match line {
        Line::Cuts(most) => most,
        _ => u64::MAX,
    }));
    let ways = [(wire, &other), (&other, wire)].map(|(from, to)| {
        let (from, to) = (from.try_clone(), to.try_clone());
        let (left, broken) = (Arc::clone(&left), Arc::clone(broken));
        thread::spawn(move || {
            if let (Ok(from), Ok(to)) = (from, to) {
                pour(from, to, line, &left, &broken);
            }
        })
    });
    for way in ways {
        way.join().ok();
    }
}

fn pour(mut from: TcpStream, mut to: TcpStream, line: Line, left: &AtomicU64, broken: &AtomicU64) {
    let mut bytes = [0; 4096];
    let most = if line == Line::Crawls {
        512
    } else {
        bytes.len()
    };
    while let Ok(count @ 1..) = from.read(&mut bytes[..most]) {
        let before = left.fetch_sub(count as u64, Ordering::SeqCst);
        let whole = usize::try_from(before.min(count as u64)).unwrap_or(count);
        let sent = to.write_all(&bytes[..whole]).is_ok();
        if whole < count {
            broken.fetch_add(1, Ordering::SeqCst);
            from.shutdown(Shutdown::Both).ok();
            to.shutdown(Shutdown::Both).ok();
            return;
        }
        if !sent {
            return;
        }
        if line == Line::Crawls {
            thread::yield_now();
        }
    }
    to.shutdown(Shutdown::Write).ok();
}
