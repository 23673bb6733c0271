//! The house's own affairs in the story: one officer after another comes, works and goes, with
//! devices, sites, keys and tokens beside.

use paso_domain::{
    act::{Act, Way},
    authority::{AuthorityEvent, AuthorityKey},
    device::{Device, DeviceEvent},
    event::Event,
    id::{OfficerNumber, ShiftId, StreamId, TokenId},
    officer::{InvitationPurpose, OfficerEvent, PasskeyEndReason},
    policy::Role,
    shift::{Shift, ShiftEnd, ShiftEvent},
    site::SiteEvent,
    subject::Subject,
    token::{Token, TokenEvent},
};
use paso_formats::{
    key::KeyId,
    moment::{DAY, HOUR},
};

use super::{Story, Told};

/// One officer's affairs.
#[derive(Clone, Debug)]
pub(super) struct Affairs {
    officer: OfficerNumber,
    step: u8,
    link: [u8; 32],
    credential: [u8; 16],
    shift: ShiftId,
    device: StreamId,
    key: KeyId,
    token: TokenId,
}

const REASON: &str = "Así lo pidió la delegación.";

impl Story {
    fn affairs(&mut self) -> Affairs {
        let number = format!("DEL-{:08X}", self.random.bits() >> 32);
        Affairs {
            officer: number.parse().unwrap(),
            step: 0,
            link: self.random.bytes(),
            credential: self.random.bytes(),
            shift: ShiftId::from_random(self.random.bytes()),
            device: StreamId::from_random(self.random.bytes()),
            key: KeyId(self.random.bytes()),
            token: TokenId::from_random(self.random.bytes()),
        }
    }

    /// The next of them.
    pub(super) fn administration(&mut self) -> Told {
        let mut affairs = match self.affairs.take() {
            Some(affairs) => affairs,
            None => self.affairs(),
        };
        let act = self.act();
        let told = affairs.told(&act);
        affairs.step += 1;
        // The last step is the dismissal.
        self.affairs = (affairs.step < 7).then_some(affairs);
        told
    }
}

impl Affairs {
    #[expect(clippy::too_many_lines, reason = "a list of events, one arm a step")]
    fn told(&self, act: &Act) -> Told {
        let (now, way) = (act.at, Way::Console);
        let act = || act.clone();
        let own = || Act {
            officer: self.officer.clone(),
            ..act()
        };
        let mut told = Told::new();
        let officer = |event| {
            (
                Subject::Officer(self.officer.clone()),
                Event::Officer(event),
            )
        };
        let shift = |event| (Subject::Shifts(self.officer.clone()), Event::Shift(event));
        let device = |event| (Subject::Device(self.device), Event::Device(event));
        let site = |event| (Subject::Site("CHC".parse().unwrap()), Event::Site(event));
        let authority = |event| {
            (
                Subject::Authority("mx-inm".parse().unwrap()),
                Event::Authority(event),
            )
        };
        let token = |event| (Subject::Token(self.token), Event::Token(event));
        match self.step {
            0 => told.extend([
                officer(OfficerEvent::Enrolled {
                    act: act(),
                    way,
                    name: "Xóchitl Núñez".into(),
                }),
                officer(OfficerEvent::Granted {
                    act: act(),
                    way,
                    role: Role::Statistics,
                    posts: vec!["TAL".parse().unwrap()],
                    from: now,
                    until: None,
                }),
                officer(OfficerEvent::Invited {
                    act: act(),
                    way,
                    purpose: InvitationPurpose::Enrolment,
                    link: self.link,
                    expires: now.plus(DAY),
                }),
            ]),
            1 => told.extend([
                officer(OfficerEvent::PasskeyAdded {
                    act: own(),
                    link: self.link,
                    purpose: InvitationPurpose::Enrolment,
                    credential: self.credential.to_vec(),
                    key: vec![0xa0],
                    algorithm: -7,
                    backup_eligible: true,
                    backed_up: false,
                    from: now,
                    until: None,
                }),
                shift(ShiftEvent::Opened {
                    act: own(),
                    shift: Shift {
                        id: self.shift,
                        role: Role::Statistics,
                        lane: Some("2".into()),
                        device: Some(self.device),
                    },
                }),
            ]),
            2 => told.extend([
                device(DeviceEvent::Enrolled {
                    act: act(),
                    way,
                    device: Device {
                        name: "Carril 2".into(),
                        post: "TAL".parse().unwrap(),
                        key: vec![0xa0],
                        from: now,
                        until: None,
                    },
                }),
                site(SiteEvent::Opened {
                    act: act(),
                    way,
                    from: now,
                    note: String::new(),
                }),
                authority(AuthorityEvent::KeyAdded {
                    act: act(),
                    way,
                    key: AuthorityKey {
                        id: self.key,
                        purpose: "card".into(),
                        key: vec![0xa0],
                        sign_from: now,
                        sign_until: now.plus(DAY),
                        verify_until: now.plus(2 * DAY),
                        site: None,
                        device: None,
                    },
                }),
                token(TokenEvent::Issued {
                    act: act(),
                    way,
                    token: Token {
                        hash: self.link,
                        officer: self.officer.clone(),
                        role: Role::Statistics,
                        post: "TAL".parse().unwrap(),
                        purpose: "El cuadro mensual.".into(),
                        expires: now.plus(90 * DAY),
                    },
                }),
            ]),
            3 => told.extend([
                officer(OfficerEvent::CounterSteppedBack {
                    act: own(),
                    credential: self.credential.to_vec(),
                    known: 9,
                    seen: 3,
                }),
                officer(OfficerEvent::Suspended {
                    act: act(),
                    way,
                    from: now.plus(-HOUR),
                    reason: REASON.into(),
                }),
                shift(ShiftEvent::Closed {
                    act: own(),
                    shift: self.shift,
                    end: ShiftEnd::AccessEnded,
                }),
            ]),
            4 => told.extend([
                officer(OfficerEvent::Reinstated {
                    act: act(),
                    way,
                    from: now,
                    reason: REASON.into(),
                }),
                device(DeviceEvent::Retired {
                    act: act(),
                    way,
                    from: now,
                    reason: REASON.into(),
                }),
                site(SiteEvent::Closed {
                    act: act(),
                    way,
                    from: now,
                    reason: REASON.into(),
                }),
            ]),
            5 => told.extend([
                officer(OfficerEvent::GrantEnded {
                    act: act(),
                    way,
                    role: Role::Statistics,
                    from: now,
                    reason: REASON.into(),
                }),
                device(DeviceEvent::Revoked {
                    act: act(),
                    way,
                    from: now,
                    compromised_from: now.plus(-HOUR),
                    reason: REASON.into(),
                }),
                authority(AuthorityEvent::KeyEnded {
                    act: act(),
                    way,
                    id: self.key,
                    from: now,
                    compromised_from: Some(now.plus(-HOUR)),
                    reason: REASON.into(),
                }),
                token(TokenEvent::Revoked {
                    act: act(),
                    way,
                    from: now,
                    reason: REASON.into(),
                }),
            ]),
            _ => told.extend([
                officer(OfficerEvent::PasskeyEnded {
                    act: act(),
                    way,
                    credential: self.credential.to_vec(),
                    reason: PasskeyEndReason::PutAway,
                    from: now,
                    compromised_from: None,
                    note: String::new(),
                }),
                officer(OfficerEvent::Dismissed {
                    act: act(),
                    way,
                    from: now.plus(-HOUR),
                    reason: REASON.into(),
                }),
            ]),
        }
        told
    }
}
