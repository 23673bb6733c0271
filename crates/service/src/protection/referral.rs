//! Referrals, as those who receive them see them: who was referred to them, and a word that they know.
//! Like refuge's own matters, a reading of these lists stands in nobody's list of readings: that child
//! protection looked would tell of a child.

use super::{Known, PAGE, RefugeRow};
use crate::{Officer, Service, ServiceError, access::Permit};
use paso_domain::{
    crossings::PostCode,
    custody::{Alarm, Clock, Story},
    id::PersonId,
    policy::powers,
    protection::{ProtectionCommand, Receiver, clock, receiver_of},
};
use paso_formats::{field::BirthDate, moment::Moment, name::PersonName};
use paso_store::Concerned;

/// A referral as its receiver sees it: no other answer, and nobody else's referral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralRecord {
    /// The record that stands for the person.
    pub person: PersonId,
    /// Name as stated; none where nothing was.
    pub name: Option<String>,
    /// Date of birth as stated.
    pub birth: Option<BirthDate>,
    /// When the person was referred.
    pub at: Moment,
    /// At which post.
    pub post: PostCode,
    /// When its receiver said that they know.
    pub received: Option<Moment>,
    /// By when they should.
    pub clock: Option<Clock>,
    /// The place of this row in the list.
    pub row: RefugeRow,
}

impl Service {
    /// Who was referred to the officer's body, newest first.
    ///
    /// # Errors
    /// When the role receives none, or the journal cannot be read.
    pub async fn referrals(
        &self,
        permit: &Permit<powers::ReceiveReferrals>,
        after: Option<RefugeRow>,
    ) -> Result<Vec<ReferralRecord>, ServiceError> {
        let by = receiving(permit)?;
        let concerned = Concerned::receiving(by);
        let rows = self.store().concerns(concerned, after, PAGE).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            // Facts of one place may arrive before the person's own of another.
            match self.protected(row.person).await {
                Ok(known) => found.extend(self.referral(&known, by, row)),
                Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    fn referral(&self, known: &Known, by: Receiver, row: RefugeRow) -> Option<ReferralRecord> {
        let mut referrals = known.state.referrals().into_iter();
        let referred = referrals.find(|one| one.to == by)?;
        let post = self.crossings().post(referred.act.post.as_str())?;
        let day = post.zone().date_at(referred.act.at);
        let claim = known.newest();
        Some(ReferralRecord {
            person: known.person,
            name: claim.map(|claim| PersonName::new(&claim.surnames, &claim.given).display()),
            birth: claim.map(|claim| claim.birth),
            at: referred.act.at,
            post: referred.act.post,
            received: referred.received,
            clock: clock(&referred, &self.parts().clocks, day),
            row,
        })
    }

    /// Says that a referral has arrived.
    ///
    /// # Errors
    /// When nobody of that record was referred here, or it could not be recorded.
    pub async fn receive_referral(
        &self,
        permit: &Permit<powers::ReceiveReferrals>,
        person: PersonId,
    ) -> Result<(), ServiceError> {
        let by = receiving(permit)?;
        // To whom somebody was not referred, there is no such person.
        if !self.protected(person).await?.state.referred().contains(&by) {
            return Err(ServiceError::NotFound);
        }
        self.protect(permit, person, |_| ProtectionCommand::ReceiveReferral {
            by,
        })
        .await
    }

    /// Referrals of somebody in custody that nobody has acknowledged in time: for the ombudsman.
    pub(crate) async fn unacknowledged(
        &self,
        officer: &Officer,
        story: &Story,
    ) -> Result<Vec<Alarm>, ServiceError> {
        let day = self.began(officer, story)?;
        let state = self.protection_in(story).await?;
        let clocks = state.referrals().into_iter();
        let clocks = clocks.filter_map(|one| clock(&one, &self.parts().clocks, day));
        Ok(clocks
            .filter(|clock| clock.is_running() && clock.is_overdue(self.now()))
            .map(|clock| Alarm::Overdue(clock.kind))
            .collect())
    }
}

fn receiving(officer: &Officer) -> Result<Receiver, ServiceError> {
    receiver_of(officer.role).ok_or(ServiceError::NotFound)
}
