//! Both sides of the witness protocol over files, to be compared with other people's programs:
//!
//! - `ask_witness judge <log's key> <stored checkpoint, or -> <request>` prints the status that our
//!   witness gives;
//! - `ask_witness read <request> <witness's key> <status> <content type> <body>` prints what our log
//!   makes of a response, and writes the cosigned checkpoint to standard error.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for tests stops where its ground gives way, and prints its answer"
)]

use std::fs;

use paso_tlog::{
    checkpoint::{Head, SignedCheckpoint},
    witness::{Answer, Log, Outcome, Refusal, Request, Status, decide},
};

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["judge", key, stored, request] => println!("{}", judge(key, stored, request).code()),
        ["read", request, key, status, content_type, body] => {
            let request = Request::parse(&fs::read(request).unwrap()).unwrap();
            let key = fs::read_to_string(key).unwrap().trim_end().parse().unwrap();
            let body = fs::read(body).unwrap();
            let status = status.parse().unwrap();
            match Answer::read(&request, &key, status, Some(content_type), &body) {
                Ok(Answer::Cosigned { line, .. }) => {
                    println!("cosigned");
                    let mut checkpoint = request.checkpoint().clone();
                    checkpoint.attach(line).unwrap();
                    eprint!("{checkpoint}");
                }
                Ok(other) => println!("{other:?}"),
                Err(error) => println!("error: {error}"),
            }
        }
        _ => {}
    }
}

fn judge(key: &str, stored: &str, request: &str) -> Status {
    let stored = match stored {
        "-" => Head::EMPTY,
        path => {
            let signed = SignedCheckpoint::parse(&fs::read(path).unwrap()).unwrap();
            signed.unverified().head()
        }
    };
    let request = match Request::parse(&fs::read(request).unwrap()) {
        Ok(request) => request,
        Err(error) => return Refusal::from(error).status(),
    };
    let key: paso_tlog::note::Ed25519Key =
        fs::read_to_string(key).unwrap().trim_end().parse().unwrap();
    let name = paso_tlog::note::Verify::name(&key).to_string();
    let log = Log {
        origin: paso_tlog::checkpoint::Origin::new(&name).unwrap(),
        keys: vec![key],
    };
    match decide(Some(&log), stored, &request) {
        Outcome::Accept(_) => Status::Ok,
        Outcome::Refuse(refusal) => refusal.status(),
    }
}
