//! The whole app over a real database, asked as browsers ask: who finds what (`doors`), what is on
//! each page (`pages`), what programs find
//! (`api`), and whether every text is used and every used text exists (`texts`).

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "what fails here fails the test, and a table or a story is as long as it is"
)]

mod access;
mod api;
mod baseline;
mod black_box;
mod border;
mod custody;
mod doors;
mod firewall;
mod harness;
mod log;
mod pages;
mod phone;
mod placard;
mod stolen;
mod texts;
mod verify;
