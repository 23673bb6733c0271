//! What the formats promise, tried from outside through the public interface.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where its ground gives way"
)]

mod anchor;
mod approval;
mod assertion;
mod batch;
mod bundle;
mod card;
mod chain;
mod cose;
mod device;
mod entry;
mod episode;
mod feed;
mod handover;
mod key;
mod parcel;
mod phone;
mod placard;
mod receipt;
mod receipt_verdict;
mod sample;
mod signers;
mod slip;
mod status_list;
mod verdict;
