//! The circumstances of an act that stood on paper first.

use crate::{Officer, Service, ServiceError};
use paso_domain::{
    act::{Act, Late},
    event::Event,
    id::OfficerNumber,
    sheet::{SheetCommand, SheetKind, SheetNumber, SheetRefusal, SheetsState, decide},
    subject::Subject,
};
use paso_formats::moment::Moment;

/// What a sheet says of the circumstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromPaper {
    /// Its number.
    pub sheet: SheetNumber,
    /// When it happened, as it says there.
    pub happened: Moment,
    /// Who signed it.
    pub signed: OfficerNumber,
}

/// An act's circumstances, and the use of its sheet where it has one.
pub(crate) struct Circumstances {
    /// When, where, by whom.
    pub(crate) act: Act,
    used: Option<(Subject, Event, u64)>,
}

impl Circumstances {
    /// Puts the use of the sheet behind the act, and expects that nobody spoke of its batch meanwhile.
    pub(crate) fn join(self, events: &mut Vec<(Subject, Event)>, expect: &mut Vec<(Subject, u64)>) {
        if let Some((subject, event, version)) = self.used {
            expect.push((subject.clone(), version));
            events.push((subject, event));
        }
    }
}

impl Service {
    /// The circumstances of what an officer records now, from a sheet of this kind where there is one.
    pub(crate) async fn circumstances(
        &self,
        officer: &Officer,
        paper: Option<&FromPaper>,
        kind: SheetKind,
    ) -> Result<Circumstances, ServiceError> {
        let now = officer.act(self.now());
        let Some(paper) = paper else {
            return Ok(Circumstances {
                act: now,
                used: None,
            });
        };
        let batch = paper.sheet.batch();
        let subject = Subject::Sheets(batch);
        let (state, version) = self.load_sheets(&subject).await?;
        // A number that nobody printed has no place in the journal but with whoever typed it.
        let known = state.printed().is_some();
        let kept_with = if known {
            subject.clone()
        } else {
            Subject::Lists(officer.number.clone())
        };
        let act = Act {
            at: paper.happened,
            late: Some(Late {
                recorded: now.at,
                sheet: paper.sheet,
                signed: paper.signed.clone(),
            }),
            ..now.clone()
        };
        let serial = paper.sheet.serial();
        let used = if batch.kind() == kind {
            decide(&state, SheetCommand::Use { serial }, act.clone())
        } else {
            Err(SheetRefusal::OtherKind)
        };
        match used {
            Ok(event) => Ok(Circumstances {
                act,
                used: Some((subject, Event::Sheet(event), version)),
            }),
            Err(refusal) => Err(self
                .refused(&kept_with, &now, "sheet.use", refusal.into(), None)
                .await),
        }
    }

    /// A batch's state and version.
    pub(super) async fn load_sheets(
        &self,
        subject: &Subject,
    ) -> Result<(SheetsState, u64), ServiceError> {
        let opened = self.load(subject).await?;
        let state = opened
            .events
            .iter()
            .fold(SheetsState::default(), |state, event| match event {
                Event::Sheet(event) => state.apply(event),
                _ => state,
            });
        Ok((state, opened.version))
    }
}
