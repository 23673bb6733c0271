//! What may be asked of the register of officers, and what it refuses.

use super::{
    event::{InvitationPurpose, OfficerEvent, PasskeyEndReason},
    state::{Access, OfficerState},
};
use crate::{
    act::{Act, Way},
    crossings::PostCode,
    id::OfficerNumber,
    policy::Role,
};
use paso_formats::moment::Moment;

/// A passkey on its way into the register: the ceremony (`WebAuthn` L3 §7.1) has been held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// The invitation's link, hashed.
    pub link: [u8; 32],
    /// The credential's identifier.
    pub credential: Vec<u8>,
    /// The public key as registered: a `COSE_Key`.
    pub key: Vec<u8>,
    /// Its algorithm, by COSE number.
    pub algorithm: i64,
    /// Whether its authenticator may copy it to other devices.
    pub backup_eligible: bool,
    /// Whether it has been copied.
    pub backed_up: bool,
    /// Whether some officer, this one or another, has a passkey of this identifier already.
    pub known: bool,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfficerCommand {
    /// Give a number to a person.
    Enrol {
        /// The person's name.
        name: String,
    },
    /// Give a role.
    Grant {
        /// Which.
        role: Role,
        /// At which posts; none for all.
        posts: Vec<PostCode>,
        /// From when.
        from: Moment,
        /// Until when.
        until: Option<Moment>,
    },
    /// Take a role back.
    EndGrant {
        /// Which.
        role: Role,
        /// From when.
        from: Moment,
        /// Why.
        reason: String,
    },
    /// Make a one-time link.
    Invite {
        /// What for.
        purpose: InvitationPurpose,
        /// The link's secret, hashed.
        link: [u8; 32],
        /// From when it no longer works.
        expires: Moment,
    },
    /// Register a passkey by an invitation.
    AddPasskey(NewPasskey),
    /// End a passkey.
    EndPasskey {
        /// Which.
        credential: Vec<u8>,
        /// Why.
        reason: PasskeyEndReason,
        /// From when.
        from: Moment,
        /// From when on it may have been in other hands.
        compromised_from: Option<Moment>,
        /// The words of whoever ends it.
        note: String,
    },
    /// Take access away for a time.
    Suspend {
        /// From when.
        from: Moment,
        /// Why.
        reason: String,
    },
    /// Lift a suspension.
    Reinstate {
        /// Why.
        reason: String,
    },
    /// End the service, for good.
    Dismiss {
        /// From when: now, or earlier.
        from: Moment,
        /// Why.
        reason: String,
    },
}

impl OfficerCommand {
    /// The stable code, as approvals and refusals name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Enrol { .. } => "officer.enrol",
            Self::Grant { .. } => "officer.grant",
            Self::EndGrant { .. } => "officer.end-grant",
            Self::Invite { .. } => "officer.invite",
            Self::AddPasskey(_) => "officer.add-passkey",
            Self::EndPasskey { .. } => "officer.end-passkey",
            Self::Suspend { .. } => "officer.suspend",
            Self::Reinstate { .. } => "officer.reinstate",
            Self::Dismiss { .. } => "officer.dismiss",
        }
    }
}

/// Who asks, which way, and what the register has to know beside the officer's own state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When, where, by whom.
    pub act: Act,
    /// Which way.
    pub way: Way,
    /// How many officers other than the one it is about are administrators in service now.
    pub other_administrators: usize,
}

/// Why a command about an officer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfficerRefusal {
    /// The number is somebody's.
    #[error("this number is taken; numbers are never shared, choose another")]
    NumberTaken,
    /// The number was a dismissed officer's.
    #[error(
        "this number belonged to an officer who was dismissed and is never given again; choose another"
    )]
    NumberDismissed,
    /// No name.
    #[error("write the officer's name, as colleagues know it")]
    NameMissing,
    /// Nobody enrolled the number.
    #[error("no officer has this number; look at the list, or enrol the officer first")]
    NotEnrolled,
    /// Dismissed already.
    #[error(
        "this officer was dismissed, which is final; a return is an enrolment with a new number"
    )]
    Dismissed,
    /// Suspended.
    #[error("this officer is suspended; reinstate first")]
    Suspended,
    /// Not suspended.
    #[error("this officer is not suspended; nothing is to be lifted")]
    NotSuspended,
    /// Oneself.
    #[error("nobody does this for themselves; ask another administrator")]
    Oneself,
    /// The last one.
    #[error(
        "you are the last administrator in service: enrol another and give them the role first, or nobody could let anybody in"
    )]
    LastAdministrator,
    /// The role is held there already.
    #[error("the officer has this role there already; nothing is to be given")]
    AlreadyGranted,
    /// The role is not held.
    #[error("the officer does not have this role; look at the roles shown")]
    NotGranted,
    /// Ends before it begins.
    #[error("the end lies before the beginning or in the past; correct the dates")]
    EndsBeforeItBegins,
    /// Begins later.
    #[error("it takes effect at once; give a moment that is not in the future, or none")]
    InFuture,
    /// No reason.
    #[error("write the reason in a few words; it stays with the act")]
    ReasonMissing,
    /// There is a passkey.
    #[error(
        "this officer has had a passkey: in the place of a lost one comes a recovery, which takes two people"
    )]
    RecoveryNeeded,
    /// There is none to recover.
    #[error("this officer never had a passkey; invite them to enrol one")]
    NothingToRecover,
    /// No such invitation.
    #[error("there is no such invitation; ask an administrator for a new link")]
    NotInvited,
    /// Used.
    #[error("this link was used already; if that was not you, tell an administrator at once")]
    InvitationUsed,
    /// Too old.
    #[error("this link is too old; ask an administrator for a new one")]
    InvitationExpired,
    /// Somebody's passkey.
    #[error("this passkey is registered already; sign in with it, or use another authenticator")]
    PasskeyKnown,
    /// No such passkey.
    #[error("the officer has no such passkey; look at the list")]
    NoSuchPasskey,
    /// Ended.
    #[error("this passkey has ended already")]
    PasskeyEnded,
}

impl OfficerRefusal {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::NumberTaken,
        Self::NumberDismissed,
        Self::NameMissing,
        Self::NotEnrolled,
        Self::Dismissed,
        Self::Suspended,
        Self::NotSuspended,
        Self::Oneself,
        Self::LastAdministrator,
        Self::AlreadyGranted,
        Self::NotGranted,
        Self::EndsBeforeItBegins,
        Self::InFuture,
        Self::ReasonMissing,
        Self::RecoveryNeeded,
        Self::NothingToRecover,
        Self::NotInvited,
        Self::InvitationUsed,
        Self::InvitationExpired,
        Self::PasskeyKnown,
        Self::NoSuchPasskey,
        Self::PasskeyEnded,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NumberTaken => "officer-number-taken",
            Self::NumberDismissed => "officer-number-dismissed",
            Self::NameMissing => "officer-name-missing",
            Self::NotEnrolled => "officer-not-enrolled",
            Self::Dismissed => "officer-dismissed",
            Self::Suspended => "officer-suspended",
            Self::NotSuspended => "officer-not-suspended",
            Self::Oneself => "officer-oneself",
            Self::LastAdministrator => "officer-last-administrator",
            Self::AlreadyGranted => "officer-already-granted",
            Self::NotGranted => "officer-not-granted",
            Self::EndsBeforeItBegins => "officer-ends-before-it-begins",
            Self::InFuture => "officer-in-future",
            Self::ReasonMissing => "officer-reason-missing",
            Self::RecoveryNeeded => "officer-recovery-needed",
            Self::NothingToRecover => "officer-nothing-to-recover",
            Self::NotInvited => "officer-not-invited",
            Self::InvitationUsed => "officer-invitation-used",
            Self::InvitationExpired => "officer-invitation-expired",
            Self::PasskeyKnown => "officer-passkey-known",
            Self::NoSuchPasskey => "officer-no-such-passkey",
            Self::PasskeyEnded => "officer-passkey-ended",
        }
    }
}

/// What follows for this officer.
///
/// # Errors
/// See [`OfficerRefusal`].
pub fn decide(
    state: &OfficerState,
    officer: &OfficerNumber,
    command: OfficerCommand,
    asked: Asked,
) -> Result<Vec<OfficerEvent>, OfficerRefusal> {
    let case = Case {
        state,
        access: state.access_at(asked.act.at),
        oneself: asked.act.officer == *officer,
        asked,
    };
    match command {
        OfficerCommand::Enrol { name } => case.enrol(&name),
        OfficerCommand::Grant {
            role,
            posts,
            from,
            until,
        } => case.grant(role, posts, from, until),
        OfficerCommand::EndGrant { role, from, reason } => case.end_grant(role, from, reason),
        OfficerCommand::Invite {
            purpose,
            link,
            expires,
        } => case.invite(purpose, link, expires),
        OfficerCommand::AddPasskey(new) => case.add_passkey(new),
        OfficerCommand::EndPasskey { .. } => case.end_passkey(command),
        OfficerCommand::Suspend { from, reason } => case.suspend(from, reason),
        OfficerCommand::Reinstate { reason } => case.reinstate(reason),
        OfficerCommand::Dismiss { from, reason } => case.dismiss(from, reason),
    }
}

type Decided = Result<Vec<OfficerEvent>, OfficerRefusal>;

/// One command about one officer.
struct Case<'a> {
    state: &'a OfficerState,
    access: Access,
    /// Whether the officer asks about themselves.
    oneself: bool,
    asked: Asked,
}

impl Case<'_> {
    const fn now(&self) -> Moment {
        self.asked.act.at
    }

    /// Enrolled, and not dismissed.
    fn in_service(&self) -> Result<(), OfficerRefusal> {
        if self.state.dismissed().is_some() {
            return Err(OfficerRefusal::Dismissed);
        }
        if self.state.enrolled().is_none() {
            return Err(OfficerRefusal::NotEnrolled);
        }
        Ok(())
    }

    fn active(&self) -> Result<(), OfficerRefusal> {
        self.in_service()?;
        match self.access {
            Access::Active => Ok(()),
            Access::Suspended { .. } => Err(OfficerRefusal::Suspended),
            Access::Dismissed { .. } => Err(OfficerRefusal::Dismissed),
            Access::Unknown => Err(OfficerRefusal::NotEnrolled),
        }
    }

    /// Nobody does it for themselves, save the very first, at the machine: somebody has to begin.
    fn by_another(&self) -> Result<(), OfficerRefusal> {
        let first = self.asked.way == Way::Console && self.asked.other_administrators == 0;
        if self.oneself && !first {
            return Err(OfficerRefusal::Oneself);
        }
        Ok(())
    }

    fn not_the_last_administrator(&self) -> Result<(), OfficerRefusal> {
        let administrator = self
            .state
            .standing_at(self.now())
            .grants
            .iter()
            .any(|grant| grant.role == Role::Administrator);
        if self.oneself && administrator && self.asked.other_administrators == 0 {
            return Err(OfficerRefusal::LastAdministrator);
        }
        Ok(())
    }

    fn not_in_future(&self, from: Moment) -> Result<(), OfficerRefusal> {
        if from > self.now() {
            return Err(OfficerRefusal::InFuture);
        }
        Ok(())
    }

    fn enrol(self, name: &str) -> Decided {
        if self.state.dismissed().is_some() {
            return Err(OfficerRefusal::NumberDismissed);
        }
        if self.state.enrolled().is_some() {
            return Err(OfficerRefusal::NumberTaken);
        }
        if name.trim().is_empty() {
            return Err(OfficerRefusal::NameMissing);
        }
        self.by_another()?;
        Ok(vec![OfficerEvent::Enrolled {
            act: self.asked.act,
            way: self.asked.way,
            name: name.trim().to_owned(),
        }])
    }

    fn grant(
        self,
        role: Role,
        posts: Vec<PostCode>,
        from: Moment,
        until: Option<Moment>,
    ) -> Decided {
        self.in_service()?;
        self.by_another()?;
        if until.is_some_and(|until| until <= from || until <= self.now()) {
            return Err(OfficerRefusal::EndsBeforeItBegins);
        }
        let held = self.state.grants().iter().any(|grant| {
            let covers = if posts.is_empty() {
                grant.posts.is_empty()
            } else {
                posts.iter().all(|post| grant.covers(*post))
            };
            grant.role == role && covers && grant.counts_at(from) && grant.until.is_none()
        });
        if held {
            return Err(OfficerRefusal::AlreadyGranted);
        }
        Ok(vec![OfficerEvent::Granted {
            act: self.asked.act,
            way: self.asked.way,
            role,
            posts,
            from,
            until,
        }])
    }

    fn end_grant(self, role: Role, from: Moment, reason: String) -> Decided {
        self.in_service()?;
        reason_given(&reason)?;
        let held = |grant: &super::Grant| {
            grant.role == role && grant.until.is_none_or(|until| until > from)
        };
        if !self.state.grants().iter().any(held) {
            return Err(OfficerRefusal::NotGranted);
        }
        if role == Role::Administrator {
            self.not_the_last_administrator()?;
        }
        Ok(vec![OfficerEvent::GrantEnded {
            act: self.asked.act,
            way: self.asked.way,
            role,
            from,
            reason,
        }])
    }

    fn invite(self, purpose: InvitationPurpose, link: [u8; 32], expires: Moment) -> Decided {
        self.active()?;
        if expires <= self.now() {
            return Err(OfficerRefusal::EndsBeforeItBegins);
        }
        let has_had_one = !self.state.passkeys().is_empty();
        match purpose {
            // A second passkey is asked for with the first one in the hand. Else one administrator
            // alone could make themselves anybody's passkey.
            InvitationPurpose::Enrolment
                if has_had_one && !(self.oneself && self.asked.way == Way::Page) =>
            {
                return Err(OfficerRefusal::RecoveryNeeded);
            }
            InvitationPurpose::Recovery if self.oneself => return Err(OfficerRefusal::Oneself),
            InvitationPurpose::Recovery if !has_had_one => {
                return Err(OfficerRefusal::NothingToRecover);
            }
            InvitationPurpose::Enrolment | InvitationPurpose::Recovery => {}
        }
        Ok(vec![OfficerEvent::Invited {
            act: self.asked.act,
            way: self.asked.way,
            purpose,
            link,
            expires,
        }])
    }

    fn add_passkey(self, new: NewPasskey) -> Decided {
        self.active()?;
        let invitation = self
            .state
            .invitations()
            .iter()
            .find(|invitation| invitation.link == new.link)
            .ok_or(OfficerRefusal::NotInvited)?;
        if invitation.used {
            return Err(OfficerRefusal::InvitationUsed);
        }
        if self.now() >= invitation.expires {
            return Err(OfficerRefusal::InvitationExpired);
        }
        if new.known {
            return Err(OfficerRefusal::PasskeyKnown);
        }
        let act = &self.asked.act;
        let mut events = Vec::new();
        if invitation.purpose == InvitationPurpose::Recovery {
            let old = self.state.passkeys().iter();
            events.extend(
                old.filter(|passkey| passkey.ended.is_none())
                    .map(|passkey| OfficerEvent::PasskeyEnded {
                        act: act.clone(),
                        way: self.asked.way,
                        credential: passkey.credential.clone(),
                        reason: PasskeyEndReason::Recovered,
                        from: act.at,
                        compromised_from: None,
                        note: String::new(),
                    }),
            );
        }
        events.push(OfficerEvent::PasskeyAdded {
            act: act.clone(),
            link: new.link,
            purpose: invitation.purpose,
            credential: new.credential,
            key: new.key,
            algorithm: new.algorithm,
            backup_eligible: new.backup_eligible,
            backed_up: new.backed_up,
            from: act.at,
            until: None,
        });
        Ok(events)
    }

    fn end_passkey(self, command: OfficerCommand) -> Decided {
        let OfficerCommand::EndPasskey {
            credential,
            reason,
            from,
            compromised_from,
            note,
        } = command
        else {
            return Err(OfficerRefusal::NoSuchPasskey);
        };
        let passkey = self
            .state
            .passkeys()
            .iter()
            .find(|passkey| passkey.credential == credential)
            .ok_or(OfficerRefusal::NoSuchPasskey)?;
        // That it was in other hands may become known after it has ended.
        let news = compromised_from
            .is_some_and(|from| passkey.compromised_from.is_none_or(|known| from < known));
        if passkey.ended.is_some() && !news {
            return Err(OfficerRefusal::PasskeyEnded);
        }
        self.not_in_future(compromised_from.map_or(from, |compromised| compromised.max(from)))?;
        Ok(vec![OfficerEvent::PasskeyEnded {
            act: self.asked.act,
            way: self.asked.way,
            credential,
            reason,
            from,
            compromised_from,
            note,
        }])
    }

    fn suspend(self, from: Moment, reason: String) -> Decided {
        self.in_service()?;
        if matches!(self.access, Access::Suspended { .. }) {
            return Err(OfficerRefusal::Suspended);
        }
        self.not_in_future(from)?;
        reason_given(&reason)?;
        self.not_the_last_administrator()?;
        Ok(vec![OfficerEvent::Suspended {
            act: self.asked.act,
            way: self.asked.way,
            from,
            reason,
        }])
    }

    fn reinstate(self, reason: String) -> Decided {
        self.in_service()?;
        if !matches!(self.access, Access::Suspended { .. }) {
            return Err(OfficerRefusal::NotSuspended);
        }
        reason_given(&reason)?;
        self.by_another()?;
        let from = self.now();
        Ok(vec![OfficerEvent::Reinstated {
            act: self.asked.act,
            way: self.asked.way,
            from,
            reason,
        }])
    }

    fn dismiss(self, from: Moment, reason: String) -> Decided {
        if self.state.enrolled().is_none() {
            return Err(OfficerRefusal::NotEnrolled);
        }
        // That it should have counted from an earlier moment may become known later.
        if self.state.dismissed().is_some_and(|known| from >= known) {
            return Err(OfficerRefusal::Dismissed);
        }
        self.not_in_future(from)?;
        reason_given(&reason)?;
        self.not_the_last_administrator()?;
        Ok(vec![OfficerEvent::Dismissed {
            act: self.asked.act,
            way: self.asked.way,
            from,
            reason,
        }])
    }
}

fn reason_given(reason: &str) -> Result<(), OfficerRefusal> {
    if reason.trim().is_empty() {
        return Err(OfficerRefusal::ReasonMissing);
    }
    Ok(())
}
