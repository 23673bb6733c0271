//! The fold of a device's events.

use super::event::{Device, DeviceEvent};
use paso_formats::moment::Moment;

/// How a device's work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceEnd {
    /// From when.
    pub from: Moment,
    /// From when on it may have been in other hands; none for a device that was only put away.
    pub compromised_from: Option<Moment>,
}

/// What the register knows of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceState {
    device: Option<Device>,
    end: Option<DeviceEnd>,
}

impl DeviceState {
    /// Takes one more fact in. The first enrolment stands, and of several ends the earliest moments:
    /// doubt must not give a device back.
    #[must_use]
    pub fn apply(mut self, event: &DeviceEvent) -> Self {
        match event {
            DeviceEvent::Enrolled { device, .. } => {
                self.device.get_or_insert_with(|| device.clone());
            }
            DeviceEvent::Retired { from, .. } => self.finish(*from, None),
            DeviceEvent::Revoked {
                from,
                compromised_from,
                ..
            } => self.finish(*from, Some(*compromised_from)),
        }
        self
    }

    fn finish(&mut self, from: Moment, compromised_from: Option<Moment>) {
        let known = self.end.get_or_insert(DeviceEnd {
            from,
            compromised_from,
        });
        known.from = known.from.min(from);
        known.compromised_from = match (known.compromised_from, compromised_from) {
            (Some(known), Some(also)) => Some(known.min(also)),
            (known, also) => known.or(also),
        };
    }

    /// What is known of it, once enrolled.
    #[must_use]
    pub const fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }

    /// How its work ended.
    #[must_use]
    pub const fn end(&self) -> Option<DeviceEnd> {
        self.end
    }
}
