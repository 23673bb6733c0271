//! What may be asked of the register of devices, and what it refuses.

use super::{
    event::{Device, DeviceEvent},
    state::DeviceState,
};
use crate::act::{Act, Way};
use paso_formats::moment::Moment;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceCommand {
    /// Let it begin its work.
    Enrol(Device),
    /// Put it away.
    Retire {
        /// From when.
        from: Moment,
        /// Why.
        reason: String,
    },
    /// Say that it may be in other hands.
    Revoke {
        /// From when on it may have been.
        compromised_from: Moment,
        /// Why.
        reason: String,
    },
}

impl DeviceCommand {
    /// The stable code, as approvals and refusals name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Enrol(_) => "device.enrol",
            Self::Retire { .. } => "device.retire",
            Self::Revoke { .. } => "device.revoke",
        }
    }
}

/// Why a command about a device is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefusal {
    /// Enrolled already.
    #[error("this device is enrolled already; look at the list")]
    Known,
    /// Its work has ended.
    #[error("this device was retired or revoked; give the machine a new key and enrol that")]
    Ended,
    /// No name.
    #[error("write what people call the device, such as \"Talismán, lane 2\"")]
    NameMissing,
    /// No reason.
    #[error("write the reason in a few words; it stays with the act")]
    ReasonMissing,
    /// In the future.
    #[error("it takes effect at once; give a moment that is not in the future")]
    InFuture,
}

impl DeviceRefusal {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Known,
        Self::Ended,
        Self::NameMissing,
        Self::ReasonMissing,
        Self::InFuture,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Known => "device-known",
            Self::Ended => "device-ended",
            Self::NameMissing => "device-name-missing",
            Self::ReasonMissing => "device-reason-missing",
            Self::InFuture => "device-in-future",
        }
    }
}

/// What follows. A device that was never enrolled can be ended all the same: it may have worked
/// before there was this register.
///
/// # Errors
/// See [`DeviceRefusal`].
pub fn decide(
    state: &DeviceState,
    command: DeviceCommand,
    act: Act,
    way: Way,
) -> Result<DeviceEvent, DeviceRefusal> {
    match command {
        DeviceCommand::Enrol(_) if state.end().is_some() => Err(DeviceRefusal::Ended),
        DeviceCommand::Enrol(_) if state.device().is_some() => Err(DeviceRefusal::Known),
        DeviceCommand::Enrol(device) if device.name.trim().is_empty() => {
            Err(DeviceRefusal::NameMissing)
        }
        DeviceCommand::Enrol(device) => Ok(DeviceEvent::Enrolled { act, way, device }),
        DeviceCommand::Retire { reason, .. } | DeviceCommand::Revoke { reason, .. }
            if reason.trim().is_empty() =>
        {
            Err(DeviceRefusal::ReasonMissing)
        }
        DeviceCommand::Retire { .. } if state.end().is_some() => Err(DeviceRefusal::Ended),
        DeviceCommand::Retire { from, .. } if from > act.at => Err(DeviceRefusal::InFuture),
        DeviceCommand::Retire { from, reason } => Ok(DeviceEvent::Retired {
            act,
            way,
            from,
            reason,
        }),
        DeviceCommand::Revoke {
            compromised_from, ..
        } if compromised_from > act.at => Err(DeviceRefusal::InFuture),
        // A retired device can turn out to be in other hands, and that earlier than was thought.
        DeviceCommand::Revoke {
            compromised_from, ..
        } if state
            .end()
            .and_then(|end| end.compromised_from)
            .is_some_and(|known| compromised_from >= known) =>
        {
            Err(DeviceRefusal::Ended)
        }
        DeviceCommand::Revoke {
            compromised_from,
            reason,
        } => Ok(DeviceEvent::Revoked {
            from: act.at,
            act,
            way,
            compromised_from,
            reason,
        }),
    }
}
