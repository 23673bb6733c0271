//! Devices: enrolled, put away, or revoked when they may be in other hands.

use super::{Affair, Asker, Console};
use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
};
use paso_domain::{
    device::{self, DeviceCommand, DeviceState},
    event::Event,
    id::StreamId,
    policy::powers,
    subject::Subject,
};
use paso_store::DeviceRow;

impl Service {
    /// The devices.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn devices(
        &self,
        _permit: &Permit<powers::ManageDevices>,
    ) -> Result<Vec<DeviceRow>, ServiceError> {
        Ok(self.store().listed_devices().await?)
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn devices_at_console(&self) -> Result<Vec<DeviceRow>, ServiceError> {
        Ok(self.store().listed_devices().await?)
    }

    /// Enrols, retires or revokes a device.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_device(
        &self,
        permit: &Permit<powers::ManageDevices>,
        stream: StreamId,
        command: DeviceCommand,
    ) -> Result<Prepared, ServiceError> {
        let asker = Asker::by_permit(self, permit);
        let plan = self.plan_device(&asker, stream, command).await?;
        self.prepare(permit, plan).await
    }

    /// The same at the machine, at once.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_device_at_console(
        &self,
        console: &Console,
        stream: StreamId,
        command: DeviceCommand,
    ) -> Result<(), ServiceError> {
        self.at_once(console, &Affair::Device(stream, command))
            .await
    }

    pub(super) async fn plan_device(
        &self,
        asker: &Asker,
        stream: StreamId,
        command: DeviceCommand,
    ) -> Result<Plan, ServiceError> {
        let subject = Subject::Device(stream);
        let loaded = self.load(&subject).await?;
        let events = loaded.events.iter();
        let state = events.fold(DeviceState::default(), |state, event| match event {
            Event::Device(event) => state.apply(event),
            _ => state,
        });
        let code = command.code();
        match device::decide(&state, command, asker.act.clone(), asker.way) {
            Ok(event) => Ok(Plan::new(
                code,
                vec![(subject.clone(), Event::Device(event))],
                vec![(subject, loaded.version)],
            )),
            Err(no) => Err(self.declined(&subject, asker, code, no).await),
        }
    }
}
