//! Acts that somebody must sign with their own passkey, alone or with a second person.
//!
//! How to use it, in a use case that does a grave thing:
//!
//! 1. Decide as ever: load the subjects, ask the register, get its events; journal a refusal as ever.
//! 2. In the place of appending, hand over a [`Plan`]: the command's code, the events, the versions
//!    they were decided on. Name **every** subject that is written, so that nothing is decided twice:
//!
//!    ```text
//!    let plan = Plan::new("card.revoke", events, expect);
//!    match self.prepare(permit, plan).await? {
//!        Prepared::Done => …,          // the table asks for no signature: it is in the journal
//!        Prepared::ToSign(id) => …,    // send the browser to `/firmas/{id}`
//!    }
//!    ```
//! 3. The rest happens at `/firmas/{id}`: the page says what will be signed, the passkey signs, and
//!    the last signature appends the entries with all approvals. What must follow an act
//!    (`after`: a bundle, sessions that end) is listed there, by event.
//! 4. A secret that the act creates and somebody must be given once (the link of an invitation, a
//!    token) goes along as [`Plan::handing_over`]: it waits sealed, and is shown once, to whoever
//!    gives the last signature.
//!
//! Which command needs what is one table, `paso_domain::signing`. Whoever proposed can never
//! be the second person. What is signed is the digest of the act with the commitments of its sealed
//! entries (`paso_formats::approval`), so those very bytes wait in the table `proposal` and are
//! appended; nothing of a body can be read there. Alone one has [`ALONE`] to sign, and a second person
//! [`TOGETHER`]; if a subject has moved on meanwhile the act is void and is looked at again.

mod after;
mod plan;
mod refusal;
mod sealed;
mod show;
mod sign;

pub use plan::{Plan, Prepared, ProposalId};
pub use refusal::{DeclineReason, SigningRefusal};
pub use show::{Given, Shown};
pub use sign::Signed;
pub(crate) use sign::read;

use paso_formats::moment::{DAY, MINUTE};

/// How long whoever proposes has to sign, in seconds.
pub const ALONE: i64 = 10 * MINUTE;

/// How long a second person has, in seconds.
pub const TOGETHER: i64 = 7 * DAY;
