//! The rules of the programme, and what each act does.
//!
//! In scope: who is eligible under which dated rule, how long a stay lasts, and one module per
//! register with its commands, events and states. Out of scope: storing, showing, signing, asking
//! the clock. `decide` may refuse a command and says why; `apply` takes every fact in any order.
//!
//! Reading order: [`subject`] and [`act`], then one register, say [`card`]: `event`, `state`,
//! `decide`, `tests`. Who knows one register knows them all.

pub mod access;
pub mod act;
pub mod authority;
pub mod card;
mod cbor;
pub mod contradiction;
pub mod crossings;
pub mod cui;
pub mod custody;
pub mod dated;
pub mod device;
pub mod document;
pub mod eligibility;
pub mod encounter;
pub mod erasure;
pub mod event;
pub mod figures;
pub mod id;
pub mod officer;
mod padded;
pub mod person;
pub mod placard;
pub mod policy;
pub mod post;
pub mod programme;
pub mod protection;
pub mod receipt;
pub mod roles;
pub mod sheet;
pub mod shift;
pub mod signing;
pub mod site;
pub mod stay;
pub mod stay_clock;
pub mod subject;
pub mod token;
pub mod urgent;
