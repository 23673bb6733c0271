//! The black box: what a machine notices about itself, and what people say does not work.
//!
//! At nine of twelve sites of a comparable system nobody reported outages (anchors/border.md §4). So
//! the machine says by itself what it can see, once when it begins and once when it is over; and what
//! only people can see, a printer without ink, they say by pressing one button.

use super::event::PostEvent;
use crate::cbor;
use paso_formats::moment::{MINUTE, Moment};

/// What a machine notices about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// It did not run, or slept: so many minutes lie between its last entry and its start.
    Silent,
    /// The hub has not answered for so many minutes.
    HubLost,
    /// The hub answers again, after so many minutes.
    HubBack,
    /// Its clock was moved, or it slept: so many seconds, forward if positive.
    ClockJumped,
    /// So many mebibytes are left on its disk.
    DiskLow,
    /// There is room again: so many mebibytes.
    DiskFine,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Silent,
        Self::HubLost,
        Self::HubBack,
        Self::ClockJumped,
        Self::DiskLow,
        Self::DiskFine,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::HubLost => "hub-lost",
            Self::HubBack => "hub-back",
            Self::ClockJumped => "clock-jumped",
            Self::DiskLow => "disk-low",
            Self::DiskFine => "disk-fine",
        }
    }
}

cbor::coded!(Trouble, "trouble of a machine");

/// What people can say does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The printer.
    Printer,
    /// Paper or cards to print on.
    Stock,
    /// The reader of documents, or the camera.
    Reader,
    /// Electricity.
    Power,
    /// The network.
    Network,
    /// Something else.
    Other,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Printer,
        Self::Stock,
        Self::Reader,
        Self::Power,
        Self::Network,
        Self::Other,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Printer => "printer",
            Self::Stock => "stock",
            Self::Reader => "reader",
            Self::Power => "power",
            Self::Network => "network",
            Self::Other => "other",
        }
    }
}

cbor::coded!(Part, "part of a post");

/// So long without an entry at the start is said. A machine that runs writes one at the latest every
/// ten minutes, so a restart is no silence.
const SILENCE: i64 = 20 * MINUTE;
/// So long without the hub is said; every line fails for a moment.
const APART: i64 = 15 * MINUTE;
/// A clock that moved by so much is said. Clocks are set by a second or two all day.
const JUMP: i64 = 2 * MINUTE;
/// Less room than this on the disk is said, in mebibytes: some days of a busy post.
const LOW: u64 = 1024;
/// Only with so much is there room again, so that a disk on the edge does not say both every minute.
const ENOUGH: u64 = 2 * LOW;

/// What a machine sees of itself in one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The clock.
    pub now: Moment,
    /// When the hub last answered; none for a hub, and for a post that has never reached one.
    pub heard: Option<Moment>,
    /// By how many seconds the clock has moved more than time has passed since the last look.
    pub moved: i64,
    /// Mebibytes free on the disk; none where that cannot be seen.
    pub free: Option<u64>,
}

/// What has been said and is not over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Since when the hub does not answer, once that was said.
    apart: Option<Moment>,
    low: bool,
}

impl Watch {
    /// Takes one more fact in.
    #[must_use]
    pub fn apply(mut self, event: &PostEvent) -> Self {
        let PostEvent::Noticed {
            at,
            trouble,
            amount,
        } = event
        else {
            return self;
        };
        match trouble {
            Trouble::HubLost => {
                self.apart = Some(at.plus(amount.saturating_mul(-MINUTE)));
            }
            Trouble::HubBack => self.apart = None,
            Trouble::DiskLow => self.low = true,
            Trouble::DiskFine => self.low = false,
            Trouble::Silent | Trouble::ClockJumped => {}
        }
        self
    }

    /// What there is to say after a look.
    #[must_use]
    pub fn notices(self, look: Look) -> Vec<PostEvent> {
        let mut said = Vec::new();
        let mut say = |trouble, amount| {
            said.push(PostEvent::Noticed {
                at: look.now,
                trouble,
                amount,
            });
        };
        if look.moved.abs() >= JUMP {
            say(Trouble::ClockJumped, look.moved);
        }
        if let Some(heard) = look.heard {
            let apart = look.now.since(heard);
            match self.apart {
                None if apart >= APART => say(Trouble::HubLost, apart / MINUTE),
                Some(since) if apart < APART => {
                    say(Trouble::HubBack, heard.since(since).max(0) / MINUTE);
                }
                _ => {}
            }
        }
        match look.free {
            Some(free) if !self.low && free < LOW => say(Trouble::DiskLow, amount(free)),
            Some(free) if self.low && free >= ENOUGH => say(Trouble::DiskFine, amount(free)),
            _ => {}
        }
        said
    }
}

/// What there is to say at a start, when the machine's last entry was made at a moment.
#[must_use]
pub fn woken(last: Moment, now: Moment) -> Option<PostEvent> {
    let silent = now.since(last);
    (silent >= SILENCE).then_some(PostEvent::Noticed {
        at: now,
        trouble: Trouble::Silent,
        amount: silent / MINUTE,
    })
}

fn amount(free: u64) -> i64 {
    i64::try_from(free).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Moment {
        Moment::from_unix(1_700_000_000 + minutes * MINUTE)
    }

    fn look(minutes: i64) -> Look {
        Look {
            now: at(minutes),
            heard: None,
            moved: 0,
            free: None,
        }
    }

    /// What a machine says over a row of looks, as codes and amounts.
    fn said(looks: impl IntoIterator<Item = Look>) -> Vec<(&'static str, i64)> {
        let mut watch = Watch::default();
        let mut said = Vec::new();
        for look in looks {
            for notice in watch.notices(look) {
                watch = watch.apply(&notice);
                if let PostEvent::Noticed {
                    trouble, amount, ..
                } = notice
                {
                    said.push((trouble.code(), amount));
                }
            }
        }
        said
    }

    #[test]
    fn a_lost_hub_is_said_once_and_once_when_it_is_back() {
        let looks = (0..60).map(|minute| Look {
            // It answered until minute 5, and again from minute 45.
            heard: Some(at(if minute < 45 { minute.min(5) } else { minute })),
            ..look(minute)
        });
        assert_eq!(said(looks), [("hub-lost", 15), ("hub-back", 40)]);
    }

    #[test]
    fn a_short_break_is_not_worth_a_word() {
        let looks = (0..60).map(|minute| Look {
            heard: Some(at(minute - minute % 15)),
            ..look(minute)
        });
        assert_eq!(said(looks), []);
    }

    #[test]
    fn a_restart_in_the_middle_of_an_outage_says_nothing_twice() {
        let lost = Watch::default().apply(&PostEvent::Noticed {
            at: at(20),
            trouble: Trouble::HubLost,
            amount: 15,
        });
        let apart = Look {
            heard: Some(at(5)),
            ..look(30)
        };
        assert_eq!(lost.notices(apart), []);
        let back = Look {
            heard: Some(at(31)),
            ..look(31)
        };
        let expected = PostEvent::Noticed {
            at: at(31),
            trouble: Trouble::HubBack,
            amount: 26,
        };
        assert_eq!(lost.notices(back), [expected]);
    }

    #[test]
    fn clocks_and_disks() {
        let moved = |moved| Look { moved, ..look(0) };
        assert_eq!(said([moved(119), moved(-119)]), []);
        assert_eq!(
            said([moved(7200), moved(-120)]),
            [("clock-jumped", 7200), ("clock-jumped", -120)]
        );
        let free = |free| Look {
            free: Some(free),
            ..look(0)
        };
        assert_eq!(
            said([free(1024), free(1023), free(900), free(2047), free(2048)]),
            [("disk-low", 1023), ("disk-fine", 2048)]
        );
    }

    #[test]
    fn a_silence_is_said_at_the_start() {
        assert_eq!(woken(at(0), at(19)), None);
        // A clock that was set back has not been silent.
        assert_eq!(woken(at(0), at(-60)), None);
        let expected = PostEvent::Noticed {
            at: at(61),
            trouble: Trouble::Silent,
            amount: 61,
        };
        assert_eq!(woken(at(0), at(61)), Some(expected));
    }

    #[test]
    fn codes_are_read_back() {
        for trouble in Trouble::ALL {
            assert_eq!(trouble.code().parse(), Ok(trouble));
        }
        for part in Part::ALL {
            assert_eq!(part.code().parse(), Ok(part));
        }
    }
}
