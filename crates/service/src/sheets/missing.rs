//! What was handed out and what came back, place by place. Numbers and ages, never a score: a sheet
//! that is missing is a question to the place, and mostly a wet bag.

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    crossings::PostCode,
    id::OfficerNumber,
    policy::powers,
    sheet::{SheetKind, SheetNumber, Standing, VoidReason},
    subject::Subject,
};
use paso_formats::moment::Moment;
use paso_store::{BatchRow, SheetRow};

/// The most batches of a place that are looked at: years of them.
const MOST_BATCHES: u32 = 2_000;

/// What became of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetState {
    /// It has not come back.
    Outstanding {
        /// For how many seconds.
        age: i64,
        /// Whether the place is to be asked after it.
        asked: bool,
    },
    /// What stood on it was recorded.
    Used {
        /// When it happened.
        happened: Option<Moment>,
        /// When it was recorded.
        recorded: Option<Moment>,
        /// By whom.
        officer: Option<OfficerNumber>,
        /// Who had signed the sheet.
        signed: Option<OfficerNumber>,
        /// Whether more than one act says so, or it was declared void as well: somebody has to say
        /// which is true.
        contradicted: bool,
    },
    /// Nothing will be recorded from it.
    Void {
        /// Why.
        reason: VoidReason,
        /// When that was said.
        at: Option<Moment>,
        /// By whom.
        officer: Option<OfficerNumber>,
    },
}

/// One sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub sheet: SheetNumber,
    /// When it was printed.
    pub printed: Moment,
    /// What became of it.
    pub state: SheetState,
}

/// The sheets of one kind at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetsOfKind {
    /// Which kind.
    pub kind: SheetKind,
    /// How many numbers were handed out.
    pub printed: u32,
    /// Those that have not come back, oldest first.
    pub outstanding: Vec<Told>,
    /// Those used or void, newest batch first.
    pub settled: Vec<Told>,
}

impl SheetsOfKind {
    /// How many the place is to be asked after.
    #[must_use]
    pub fn asked(&self) -> usize {
        let asked = |one: &&Told| matches!(one.state, SheetState::Outstanding { asked: true, .. });
        self.outstanding.iter().filter(asked).count()
    }

    /// How many were used.
    #[must_use]
    pub fn used(&self) -> usize {
        let used = |one: &&Told| matches!(one.state, SheetState::Used { .. });
        self.settled.iter().filter(used).count()
    }

    /// How many were declared void.
    #[must_use]
    pub fn void(&self) -> usize {
        self.settled.len() - self.used()
    }

    /// How many say two things at once.
    #[must_use]
    pub fn contradicted(&self) -> usize {
        let twice = |one: &&Told| {
            matches!(
                one.state,
                SheetState::Used {
                    contradicted: true,
                    ..
                }
            )
        };
        self.settled.iter().filter(twice).count()
    }
}

/// All sheets of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceSheets {
    /// Which place.
    pub place: PostCode,
    /// By kind, those of which any were printed.
    pub kinds: Vec<SheetsOfKind>,
    /// The batches, newest first: which, when, by whom, how many.
    pub batches: Vec<BatchRow>,
}

impl Service {
    /// The sheets of the officer's own place.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn sheets(
        &self,
        permit: &Permit<powers::ReadSheets>,
    ) -> Result<PlaceSheets, ServiceError> {
        self.sheets_of(permit.post).await
    }

    /// The sheets of any place, for internal control. That they were asked for is written down first.
    ///
    /// # Errors
    /// As for [`Service::sheets`].
    pub async fn sheets_at(
        &self,
        permit: &Permit<powers::ReadFigures>,
        place: PostCode,
    ) -> Result<PlaceSheets, ServiceError> {
        self.list(permit, format!("sheets {place}"), Vec::new())
            .await?;
        self.sheets_of(place).await
    }

    /// What a number is, for whoever holds the sheet: to open the form that is typed from it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when no such sheet was printed that this place knows of.
    pub async fn sheet(
        &self,
        _permit: &Permit<powers::ReadSheets>,
        sheet: SheetNumber,
    ) -> Result<Told, ServiceError> {
        let (state, _) = self.load_sheets(&Subject::Sheets(sheet.batch())).await?;
        let (printed, _, _) = state.printed().ok_or(ServiceError::NotFound)?;
        let told = match state.standing(sheet.serial()) {
            Standing::NotPrinted => return Err(ServiceError::NotFound),
            Standing::Outstanding => self.outstanding(sheet, printed.at),
            Standing::Used(act) => SheetState::Used {
                happened: Some(act.at),
                recorded: Some(act.recorded()),
                officer: Some(act.officer.clone()),
                signed: act.late.as_ref().map(|late| late.signed.clone()),
                contradicted: !state.conflicts().is_empty(),
            },
            Standing::Void(reason, act) => SheetState::Void {
                reason,
                at: Some(act.at),
                officer: Some(act.officer.clone()),
            },
        };
        Ok(Told {
            sheet,
            printed: printed.at,
            state: told,
        })
    }

    /// Whether what was carried here came late: more than the terms of the day on which it was
    /// recorded allow.
    #[must_use]
    pub fn came_late(&self, recorded: Moment, arrived: Moment) -> bool {
        let terms = self.parts().paper.on(day_of(recorded));
        arrived.since(recorded) > terms.late_after()
    }

    fn outstanding(&self, sheet: SheetNumber, printed: Moment) -> SheetState {
        let age = self.now().since(printed);
        let terms = self.parts().paper.on(day_of(printed));
        let after = terms.asked_after(sheet.kind());
        SheetState::Outstanding {
            age,
            asked: after.is_some_and(|after| age > after),
        }
    }

    async fn sheets_of(&self, place: PostCode) -> Result<PlaceSheets, ServiceError> {
        let batches = self.store().sheet_batches(place, MOST_BATCHES).await?;
        let mut kinds = Vec::new();
        for kind in SheetKind::ALL {
            let mut of = SheetsOfKind {
                kind,
                printed: 0,
                outstanding: Vec::new(),
                settled: Vec::new(),
            };
            for row in batches.iter().filter(|row| row.kind() == kind) {
                of.printed += u32::from(row.count);
                self.sort_out(row, &mut of);
            }
            of.outstanding
                .sort_by_key(|told| (told.printed, told.sheet));
            if of.printed > 0 {
                kinds.push(of);
            }
        }
        Ok(PlaceSheets {
            place,
            kinds,
            batches,
        })
    }

    fn sort_out(&self, row: &BatchRow, of: &mut SheetsOfKind) {
        for sheet in (1..=row.count).filter_map(|serial| row.batch.sheet(serial)) {
            let known = row.sheets.iter().find(|one| one.serial == sheet.serial());
            let told = |state| Told {
                sheet,
                printed: row.printed_at,
                state,
            };
            match known.and_then(settled) {
                Some(state) => of.settled.push(told(state)),
                None => of
                    .outstanding
                    .push(told(self.outstanding(sheet, row.printed_at))),
            }
        }
    }
}

/// The day by which terms are chosen: they change on a date of no place in particular.
fn day_of(at: Moment) -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(at.timestamp()).date()
}

/// What is known of a sheet that was spoken of.
fn settled(row: &SheetRow) -> Option<SheetState> {
    if row.used > 0 {
        return Some(SheetState::Used {
            happened: row.used_at,
            recorded: row.recorded,
            officer: row.officer.clone(),
            signed: row.signed.clone(),
            contradicted: row.used > 1 || row.void.is_some(),
        });
    }
    row.void.map(|reason| SheetState::Void {
        reason,
        at: row.void_at,
        officer: row.void_by.clone(),
    })
}
