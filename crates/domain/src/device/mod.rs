//! The register of devices: machines with a key of their own, each named after the stream it writes.
//!
//! A device is *retired* when it is no longer used and was never in doubt, and *revoked* when it may
//! be in other hands; then it has a moment from which nothing it signed is to be believed without a
//! look. A device that began its work before there was this register is known by its stream alone.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{DeviceCommand, DeviceRefusal, decide};
pub use event::{Device, DeviceEvent};
pub use state::{DeviceEnd, DeviceState};
