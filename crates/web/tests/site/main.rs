//! The whole app over a real database, asked as browsers ask: who finds what (`doors`), what is on
//! each page (`pages`), and whether every text is used and every used text exists (`texts`).

mod doors;
mod harness;
mod pages;
mod texts;
