//! Taking in what a phone brings: opened, proven, recorded with when it happened and when it came.
//!
//! Nobody need be signed in for it: whoever brings a record proves by it whose it is, and a shift may
//! be long over when a network is found. Bringing one twice changes nothing.

use crate::{Service, ServiceError, journal::ATTEMPTS};
use paso_domain::{
    act::Act,
    encounter::{Check, EncounterEvent, Outcome, ReceiptCode, Recorded},
    event::Event,
    id::{EncounterId, OfficerNumber},
    policy::Power,
    receipt::{Handle, Kind, given},
    shift::{ByPhone, OpenPhone, Remark, remarks},
    subject::Subject,
};
use paso_formats::{
    moment::Moment,
    parcel::opening_key,
    phone::{PhoneAct, PhoneEncounter, PhoneError, Record, SealedRecord, SignedRecord},
};
use paso_store::Entry;

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The codes of the receipts that the phone gave.
    pub receipts: Vec<ReceiptCode>,
    /// When it first arrived.
    pub arrived: Moment,
    /// What is to be looked at about its coming.
    pub remarks: Vec<Remark>,
    /// Whether it had been brought before.
    pub again: bool,
}

/// Why a record was not taken. The phone keeps it and shows the sentence.
#[derive(Debug, thiserror::Error)]
pub enum PhoneRefusal {
    /// The bytes.
    #[error(transparent)]
    Bytes(#[from] PhoneError),
    /// Another machine opened the shift.
    #[error(
        "another machine of this office opened the shift of this record and alone can open it; keep \
         it on the phone and connect where the shift was opened"
    )]
    Elsewhere,
    /// No shift was opened with such a key.
    #[error(
        "no shift was opened with the key of this record; keep it on the phone, and call the office \
         that runs the system"
    )]
    UnknownPhone,
    /// The signature is not the shift's key's.
    #[error("the record was altered after it was signed; nothing was taken from it")]
    NotSigned,
    /// Something else stands under its name already.
    #[error(
        "another record came under this one's name before; keep both phones, and call the office that \
         runs the system"
    )]
    Another,
    /// It uses a word that this program does not have.
    #[error("the record says something that this program does not know; update this machine first")]
    Unknown,
    /// It could not be recorded now.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl PhoneRefusal {
    /// The codes of all refusals about a record itself.
    pub const CODES: [&'static str; 11] = [
        "not-a-record",
        "newer",
        "torn",
        "too-large",
        "closed",
        "content",
        "elsewhere",
        "unknown-phone",
        "not-signed",
        "another",
        "unknown",
    ];

    /// A stable name for texts and JSON; none where it is no matter of the record, and whoever brings
    /// it should come again.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Bytes(error) => error.code(),
            Self::Elsewhere => "elsewhere",
            Self::UnknownPhone => "unknown-phone",
            Self::NotSigned => "not-signed",
            Self::Another => "another",
            Self::Unknown => "unknown",
            Self::Service(_) => return None,
        })
    }
}

impl Service {
    /// Takes in a record that a phone made without a network.
    ///
    /// # Errors
    /// See [`PhoneRefusal`].
    pub async fn take_from_phone(&self, bytes: &[u8]) -> Result<Taken, PhoneRefusal> {
        let sealed = SealedRecord::read(bytes)?;
        let own = self.keys().of_stream(sealed.to());
        let own = own.ok_or(PhoneRefusal::Elsewhere)?;
        let signed = sealed.open(&opening_key(own).map_err(ServiceError::from)?)?;
        let record = signed.record();
        let officer: OfficerNumber = record
            .officer
            .parse()
            .map_err(|_| PhoneRefusal::UnknownPhone)?;
        let shifts = self.load_shifts(&officer).await?.state;
        let phone = shifts.phone(record.phone);
        let phone = phone.ok_or(PhoneRefusal::UnknownPhone)?;
        signed
            .verify(&phone.key)
            .map_err(|_| PhoneRefusal::NotSigned)?;
        // The receipts name the stream that vouched, and only its own device writes there.
        if phone.phone.device != sealed.to() || self.device().stream != sealed.to() {
            return Err(PhoneRefusal::Elsewhere);
        }
        match &record.act {
            PhoneAct::Encounter(met) => self.met_by_phone(phone, &signed, met).await,
            PhoneAct::Opening(told) => self.counted_by_phone(phone, &signed, told).await,
        }
    }

    async fn met_by_phone(
        &self,
        phone: &OpenPhone,
        signed: &SignedRecord,
        met: &PhoneEncounter,
    ) -> Result<Taken, PhoneRefusal> {
        let record = signed.record();
        let outcome = Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.code() == met.outcome)
            .ok_or(PhoneRefusal::Unknown)?;
        let act = act_of(phone, record);
        let subject = Subject::Encounter(EncounterId::from_random(record.seed.act()));
        for _ in 0..ATTEMPTS {
            let known = self.load(&subject).await?;
            if let Some(event) = known.events.first() {
                return brought_before(event, signed);
            }
            let by = self.by_phone(phone, signed, Power::RecordEncounter).await?;
            let encounter = Recorded {
                receipt: record.seed.code(0),
                place: met.place.clone(),
                with_card: met.with_card,
                outcome,
                legal_basis: met.basis.clone(),
                reason: met.reason.clone(),
                check: met.check.as_ref().map(|check| Check {
                    finding: check.finding.clone(),
                    light: check.light.clone(),
                    bundle: check.bundle,
                }),
                phone: Some(by.clone()),
            };
            let event = EncounterEvent::Recorded {
                act: act.clone(),
                encounter,
            };
            let kind = if met.with_card {
                Kind::Check
            } else {
                Kind::Encounter
            };
            let events = vec![(subject.clone(), Event::Encounter(event))];
            let mut entries = self.seal(events).await?;
            entries.extend(self.promised(record, 0, kind, &act, None).await?);
            let expect = vec![(subject.clone(), 0)];
            if self.append_sealed(entries, expect).await? {
                return Ok(Taken {
                    receipts: vec![record.seed.code(0)],
                    arrived: by.arrived,
                    remarks: by.remarks,
                    again: false,
                });
            }
        }
        Err(ServiceError::Contended.into())
    }

    /// How this record came, as it stands with the act.
    pub(super) async fn by_phone(
        &self,
        phone: &OpenPhone,
        signed: &SignedRecord,
        power: Power,
    ) -> Result<ByPhone, ServiceError> {
        let arrived = self.now();
        let officer = self.load_officer(&phone.opened.officer).await?.state;
        let about = (&officer, self.roles());
        let at = signed.record().at;
        Ok(ByPhone {
            key: phone.key.key_id(),
            arrived,
            digest: *signed.digest(),
            signature: *signed.signature(),
            remarks: remarks(&phone.phone, about, power, at, arrived),
        })
    }

    /// The event of a receipt that the phone has given away, sealed so that its commitment is the one
    /// that the receipt promises.
    pub(super) async fn promised(
        &self,
        record: &Record,
        ordinal: u16,
        kind: Kind,
        act: &Act,
        handle: Option<Handle>,
    ) -> Result<Option<Entry>, ServiceError> {
        let (key, nonce) = record.seed.receipt(ordinal);
        let receipt = given(record.seed.code(ordinal), kind, act, handle)
            .inspect_err(|error| tracing::error!("a phone's receipt cannot be kept: {error}"));
        let Ok((subject, event)) = receipt else {
            return Ok(None);
        };
        self.store()
            .take_in_keys(&[(subject.clone(), key.clone())])
            .await?;
        Ok(Some(Entry::seal(subject, event, &key, nonce)))
    }
}

/// When, where and by whom, as the phone says and its shift bounds it.
pub(super) fn act_of(phone: &OpenPhone, record: &Record) -> Act {
    Act {
        at: record.at,
        ..phone.opened.clone()
    }
}

/// The answer to a record that is here already, or to another under its name.
pub(super) fn brought_before(known: &Event, signed: &SignedRecord) -> Result<Taken, PhoneRefusal> {
    let by = match known {
        Event::Encounter(EncounterEvent::Recorded { encounter, .. }) => encounter.phone.as_ref(),
        Event::Custody(fact) => fact.phone(),
        _ => None,
    };
    match by {
        Some(by) if by.digest == *signed.digest() => Ok(Taken {
            receipts: vec![signed.record().seed.code(0)],
            arrived: by.arrived,
            remarks: by.remarks.clone(),
            again: true,
        }),
        _ => Err(PhoneRefusal::Another),
    }
}
