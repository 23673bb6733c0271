//! Printing numbers for a place, and saying that one of them will never come back.

use crate::{Service, ServiceError, access::Permit, journal::ATTEMPTS};
use paso_domain::{
    act::Act,
    crossings::PostCode,
    event::Event,
    policy::powers,
    sheet::{
        Batch, SheetCommand, SheetKind, SheetNumber, SheetRefusal, SheetsState, VoidReason, decide,
    },
    subject::Subject,
};

/// A batch that was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Which.
    pub batch: Batch,
    /// For which place.
    pub place: PostCode,
    /// How many.
    pub count: u16,
    /// When, where and by whom.
    pub act: Act,
}

impl Printed {
    /// The numbers of its sheets, in order.
    pub fn numbers(&self) -> impl Iterator<Item = SheetNumber> {
        let batch = self.batch;
        (1..=self.count).filter_map(move |serial| batch.sheet(serial))
    }
}

impl Service {
    /// Draws numbers for a batch of sheets for the officer's own place. They are in the journal before
    /// anything is on paper.
    ///
    /// # Errors
    /// When the count cannot be, or nothing could be recorded.
    pub async fn print_sheets(
        &self,
        permit: &Permit<powers::PrintSheets>,
        kind: SheetKind,
        count: u16,
    ) -> Result<Printed, ServiceError> {
        let act = permit.act(self.now());
        let place = act.post;
        let site = crate::start::site_of(place)?;
        for _ in 0..ATTEMPTS {
            let batch = Batch::new(site, kind, self.random().bytes()?);
            let subject = Subject::Sheets(batch);
            let command = SheetCommand::Print { place, count };
            let event = match decide(&SheetsState::default(), command, act.clone()) {
                Ok(event) => event,
                Err(refusal) => {
                    let subject = Subject::Lists(act.officer.clone());
                    return Err(self
                        .refused(&subject, &act, "sheet.print", refusal.into(), None)
                        .await);
                }
            };
            let events = vec![(subject.clone(), Event::Sheet(event))];
            if self.append(events, vec![(subject, 0)]).await? {
                return Ok(Printed {
                    batch,
                    place,
                    count,
                    act,
                });
            }
        }
        Err(ServiceError::Contended)
    }

    /// A batch of one's own place, to print it, or once more what the printer ate. That it was asked
    /// for is written down: two papers of one number are a temptation.
    ///
    /// # Errors
    /// When there is none of this place.
    pub async fn printed_sheets(
        &self,
        permit: &Permit<powers::PrintSheets>,
        batch: Batch,
    ) -> Result<Printed, ServiceError> {
        let (state, _) = self.load_sheets(&Subject::Sheets(batch)).await?;
        let Some((act, place, count)) = state.printed() else {
            return Err(ServiceError::NotFound);
        };
        if *place != permit.post {
            return Err(ServiceError::NotFound);
        }
        self.list(permit, format!("sheets {batch}"), Vec::new())
            .await?;
        Ok(Printed {
            batch,
            place: *place,
            count: *count,
            act: act.clone(),
        })
    }

    /// Says that nothing will be recorded from a sheet of one's own place, and why.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be recorded.
    pub async fn void_sheet(
        &self,
        permit: &Permit<powers::PrintSheets>,
        sheet: SheetNumber,
        reason: VoidReason,
        words: &str,
    ) -> Result<(), ServiceError> {
        let act = permit.act(self.now());
        let subject = Subject::Sheets(sheet.batch());
        for _ in 0..ATTEMPTS {
            let (state, version) = self.load_sheets(&subject).await?;
            let here = state
                .printed()
                .is_some_and(|(_, place, _)| *place == permit.post);
            if !here {
                let (subject, no) = (
                    Subject::Lists(permit.number.clone()),
                    SheetRefusal::NotPrinted.into(),
                );
                return Err(self.refused(&subject, &act, "sheet.void", no, None).await);
            }
            let command = SheetCommand::Void {
                serial: sheet.serial(),
                reason,
                words: words.to_owned(),
            };
            let event = match decide(&state, command, act.clone()) {
                Ok(event) => event,
                Err(no) => {
                    return Err(self
                        .refused(&subject, &act, "sheet.void", no.into(), None)
                        .await);
                }
            };
            let events = vec![(subject.clone(), Event::Sheet(event))];
            if self
                .append(events, vec![(subject.clone(), version)])
                .await?
            {
                return Ok(());
            }
        }
        Err(ServiceError::Contended)
    }
}
