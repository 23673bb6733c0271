//! Time zones by their IANA names, from the database compiled in.
//!
//! The database of the machine is not asked: a verdict must be the same at every post, and a rule
//! does no I/O. An instant is stored in UTC beside the zone's name, never as a local string
//! (facts F).

use core::fmt;
use jiff::{
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use paso_formats::moment::Moment;

/// An IANA time zone, such as `America/Cancun`.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// There is no such zone in the IANA database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is no IANA time zone; write America/Mexico_City, America/Cancun or the like")]
pub struct NoSuchZone {
    name: String,
}

impl Zone {
    /// The zone of this name.
    ///
    /// # Errors
    /// When the IANA database has no such zone.
    pub fn named(name: &str) -> Result<Self, NoSuchZone> {
        let no_such_zone = || NoSuchZone { name: name.into() };
        let zone = TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| no_such_zone())?;
        // The database answers in any case of letters; the stored name is the canonical one.
        let name = zone.iana_name().ok_or_else(no_such_zone)?.to_owned();
        Ok(Self { name, zone })
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone itself, for whoever shows moments without knowing the rules.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The calendar day there at `moment`.
    #[must_use]
    pub fn date_at(&self, moment: Moment) -> Date {
        self.zone.to_datetime(moment.timestamp()).date()
    }

    /// What a clock on the wall there shows at `moment`.
    #[must_use]
    pub fn local(&self, moment: Moment) -> LocalTime {
        let timestamp = moment.timestamp();
        LocalTime {
            date_time: self.zone.to_datetime(timestamp),
            offset_seconds: self.zone.to_offset(timestamp).seconds(),
            zone: self.name.clone(),
        }
    }

    /// The last second of the calendar day `date` there, whatever the clocks do that day.
    #[must_use]
    pub fn last_second_of(&self, date: Date) -> Moment {
        // Past year 9999 there is no next day; the clamped end of time is as good.
        let Ok(next) = date.tomorrow() else {
            return Moment::MAX;
        };
        self.zone
            .to_zoned(next.at(0, 0, 0, 0))
            .map_or(Moment::MAX, |midnight| {
                Moment::from(midnight.timestamp()).plus(-1)
            })
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A local time with all a person needs to read it: some communities keep other clocks than the
/// state does (facts F), so it is never shown without its offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Date and time on the wall.
    pub date_time: jiff::civil::DateTime,
    /// Seconds east of UTC; negative here.
    pub offset_seconds: i32,
    /// The IANA name of the zone.
    pub zone: String,
}

impl LocalTime {
    /// `-06:00`.
    #[must_use]
    pub fn offset(&self) -> String {
        let sign = if self.offset_seconds < 0 { '-' } else { '+' };
        let minutes = self.offset_seconds.unsigned_abs() / 60;
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// `2014-10-27 19:00 -06:00`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.date_time.date(), self.date_time.time());
        write!(
            f,
            "{date} {:02}:{:02} {}",
            time.hour(),
            time.minute(),
            self.offset()
        )
    }
}
