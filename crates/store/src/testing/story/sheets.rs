//! Paper in the story: a batch is printed, some of it is typed later, a sheet gets lost.

use paso_domain::{
    act::{Act, Late},
    encounter::EncounterEvent,
    event::Event,
    sheet::{Batch, SheetEvent, SheetKind, VoidReason},
    subject::Subject,
};
use paso_formats::moment::HOUR;

use super::{Story, Told};

impl Story {
    /// The next that happens to a sheet.
    pub(super) fn on_paper(&mut self) -> Told {
        let Some((batch, serial)) = self.sheets else {
            return self.printed();
        };
        self.sheets = (serial < 5).then_some((batch, serial + 1));
        let subject = Subject::Sheets(batch);
        if serial == 3 {
            let act = self.act();
            let voided = SheetEvent::Voided {
                act,
                serial,
                reason: VoidReason::Lost,
                words: "Se fue con el agua.".into(),
            };
            return vec![(subject, Event::Sheet(voided))];
        }
        let mut told = self.encounter();
        let mut used = None;
        for (_, event) in &mut told {
            if let Event::Encounter(EncounterEvent::Recorded { act, .. }) = event {
                *act = Act {
                    at: act.at.plus(-HOUR),
                    late: batch.sheet(serial).map(|sheet| Late {
                        recorded: act.at,
                        sheet,
                        signed: "INM-0033".parse().unwrap(),
                    }),
                    ..act.clone()
                };
                used = Some(act.clone());
            }
        }
        let used = used.map(|act| Event::Sheet(SheetEvent::Used { act, serial }));
        told.extend(used.map(|event| (subject, event)));
        told
    }

    fn printed(&mut self) -> Told {
        let act = self.act();
        let batch = Batch::new(
            "TAL".parse().unwrap(),
            SheetKind::Encounter,
            self.random.bytes(),
        );
        self.sheets = Some((batch, 1));
        let printed = SheetEvent::Printed {
            place: act.post,
            act,
            count: 20,
        };
        vec![(Subject::Sheets(batch), Event::Sheet(printed))]
    }
}
