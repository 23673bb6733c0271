//! Values that travel as text: each is spelt in one way, read at the edge into the type the rules
//! use, and described in the document by the very pattern or list that the reader goes by.
//!
//! People may write a card's number in several ways; a program writes it as we do. So a text is
//! taken only if the value it stands for would be written back as that text.

use core::{fmt, marker::PhantomData};
use jiff::civil::Date;
use paso_domain::{
    access::How,
    card::{RefusalGround, RevocationReason},
    crossings::PostCode,
    document::DocumentKind,
    encounter::Outcome,
    figures::Measure,
    id::{ApplicationId, OfficerNumber, PersonId, StayId},
    policy::Role,
    programme::Permission,
};
use paso_formats::{
    field::{BirthDate, Sex, StateCode},
    moment::Moment,
    number::{CardNumber, SlipNumber},
    receipt::{self, Code},
    verdict::NextStep,
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

/// What texts of a kind look like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Those that match a regular expression, of ECMA-262 and the `regex` crate alike.
    Pattern(&'static str, &'static str),
    /// One of a closed list.
    Codes(&'static [&'static str]),
}

/// A type with one spelling.
pub(crate) trait Spelt: Sized {
    /// Its name in the document.
    const NAME: &'static str;
    /// What it is, for whoever builds a client.
    const ABOUT: &'static str;
    /// What its texts look like.
    const FORM: Form;
    /// The value of a text that is spelt right.
    fn read(text: &str) -> Option<Self>;
    /// Its text.
    fn write(&self) -> String;
}

/// A value that travels as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct As<T>(pub(crate) T);

impl<T: Spelt> Serialize for As<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.write())
    }
}

struct Reader<T>(PhantomData<T>);

impl<T: Spelt> Visitor<'_> for Reader<T> {
    type Value = As<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match T::FORM {
            Form::Pattern(_, example) => write!(f, "a {}, such as {example}", T::NAME),
            Form::Codes(codes) => write!(f, "a {}: {}", T::NAME, codes.join(", ")),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<As<T>, E> {
        T::read(text)
            .map(As)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

impl<'de, T: Spelt> Deserialize<'de> for As<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader(PhantomData))
    }
}

impl<T: Spelt> PartialSchema for As<T> {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(T::ABOUT));
        match T::FORM {
            Form::Pattern(pattern, example) => {
                text.pattern(Some(pattern)).examples([example]).into()
            }
            Form::Codes(codes) => text.enum_values(Some(codes.iter().copied())).into(),
        }
    }
}

impl<T: Spelt> ToSchema for As<T> {
    fn name() -> Cow<'static, str> {
        T::NAME.into()
    }
}

/// Types that are parsed from and shown as text.
macro_rules! texts {
    ($($type:ty, $name:literal, $about:literal, $pattern:literal, $example:literal;)*) => {
        $(impl Spelt for $type {
            const NAME: &'static str = $name;
            const ABOUT: &'static str = $about;
            const FORM: Form = Form::Pattern($pattern, $example);

            fn read(text: &str) -> Option<Self> {
                text.parse().ok().filter(|value: &Self| value.write() == text)
            }

            fn write(&self) -> String {
                self.to_string()
            }
        })*
    };
}

texts! {
    CardNumber, "CardNumber",
    "The number printed on a card. The last character checks the others; I, L, O and U do not occur.",
    "^[A-Z]{2,3}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]$", "TAL-7K3M-9Q2X-F";
    SlipNumber, "SlipNumber", "The number printed on an entry slip.",
    "^[A-Z]{2,3}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]$", "TAL-7K3M-9Q2X-X";
    PersonId, "PersonId", "The record of a person.",
    "^[0-9a-f]{32}$", "5f0c9e1d2b3a4f5e6d7c8b9a0f1e2d3c";
    StayId, "StayId", "A stay, from an entry to its exit.",
    "^[0-9a-f]{32}$", "5f0c9e1d2b3a4f5e6d7c8b9a0f1e2d3c";
    ApplicationId, "ApplicationId", "An application that was refused.",
    "^[0-9a-f]{32}$", "5f0c9e1d2b3a4f5e6d7c8b9a0f1e2d3c";
    OfficerNumber, "OfficerNumber", "The number by which an officer answers for an act.",
    "^[0-9A-Z-]{2,16}$", "INM-0417";
    PostCode, "PostCode", "The code of a post.", "^[A-Z]{2,3}$", "TAL";
    StateCode, "StateCode",
    "A country or organisation as documents name it (Doc 9303-3 section 5), without fillers.",
    "^[A-Z]{1,3}$", "GTM";
    BirthDate, "BirthDate",
    "A date of birth as far as it is known: a day, a month or a year. It must be on the calendar.",
    "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$", "1990-05-31";
    Moment, "Moment", "An instant, in UTC, to the second (RFC 3339).",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", "2014-07-08T15:00:00Z";
    Code, "ReceiptCode", "The code on a receipt.",
    "^[2346789CFHJKPRTX]{4}-[2346789CFHJKPRTX]{4}$", "2346-789C";
}

/// Closed lists of codes.
macro_rules! codes {
    ($($type:ty, $name:literal, $about:literal;)*) => {
        $(impl Spelt for $type {
            const NAME: &'static str = $name;
            const ABOUT: &'static str = $about;
            const FORM: Form = Form::Codes(&{
                let mut codes = [""; <$type>::ALL.len()];
                let mut at = 0;
                while at < codes.len() {
                    codes[at] = <$type>::ALL[at].code();
                    at += 1;
                }
                codes
            });

            fn read(text: &str) -> Option<Self> {
                <$type>::ALL.into_iter().find(|value| value.code() == text)
            }

            fn write(&self) -> String {
                self.code().to_owned()
            }
        })*
    };
}

codes! {
    DocumentKind, "DocumentKind", "What kind of paper it is.";
    Permission, "Permission", "Before whom a minor's permission was given.";
    RefusalGround, "RefusalGround", "The closed list of grounds of a refusal.";
    RevocationReason, "RevocationReason", "The closed list of reasons to revoke a card.";
    Outcome, "Outcome", "How an encounter ended.";
    NextStep, "NextStep", "What the officer does next.";
    Role, "Role", "A purpose for which an officer is signed in or a token was issued.";
    How, "How", "In which form something was read.";
    Measure, "Measure", "What is counted of an officer.";
    receipt::Kind, "ReceiptKind", "What a receipt was given for.";
}

impl Spelt for Date {
    const NAME: &'static str = "Date";
    const ABOUT: &'static str = "A day of the calendar.";
    const FORM: Form = Form::Pattern(
        "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "2019-01-31",
    );

    fn read(text: &str) -> Option<Self> {
        // Years before 0 have a sign and are no day of anybody's document.
        text.parse()
            .ok()
            .filter(|day: &Self| day.year() >= 0 && day.write() == text)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Spelt for Sex {
    const NAME: &'static str = "Sex";
    const ABOUT: &'static str = "Sex as the document states it.";
    const FORM: Form = Form::Codes(&["F", "M", "X"]);

    fn read(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        let sex = letters.next().and_then(Self::from_letter)?;
        (sex.write() == text).then_some(sex)
    }

    fn write(&self) -> String {
        self.letter().to_string()
    }
}

/// Whose application it is, where there are records that may be of the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Nobody whom the register knows; the officer has looked.
    New,
    /// This one.
    Known(PersonId),
}

impl Spelt for Who {
    const NAME: &'static str = "Who";
    const ABOUT: &'static str = "The person's record, or `new` where the officer has looked at those that may be of the same \
         person and found none.";
    const FORM: Form = Form::Pattern("^(new|[0-9a-f]{32})$", "new");

    fn read(text: &str) -> Option<Self> {
        match text {
            "new" => Some(Self::New),
            id => PersonId::read(id).map(Self::Known),
        }
    }

    fn write(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Known(id) => id.write(),
        }
    }
}

/// Names without parameters: the document's derive spells those of generic types out.
pub(crate) mod named {
    use super::As;

    pub(crate) type Number = As<paso_formats::number::CardNumber>;
    pub(crate) type Slip = As<paso_formats::number::SlipNumber>;
    pub(crate) type Person = As<paso_domain::id::PersonId>;
    pub(crate) type Stay = As<paso_domain::id::StayId>;
    pub(crate) type Application = As<paso_domain::id::ApplicationId>;
    pub(crate) type Officer = As<paso_domain::id::OfficerNumber>;
    pub(crate) type Post = As<paso_domain::crossings::PostCode>;
    pub(crate) type Country = As<paso_formats::field::StateCode>;
    pub(crate) type Birth = As<paso_formats::field::BirthDate>;
    pub(crate) type Sex = As<paso_formats::field::Sex>;
    pub(crate) type Day = As<jiff::civil::Date>;
    pub(crate) type At = As<paso_formats::moment::Moment>;
    pub(crate) type Code = As<paso_formats::receipt::Code>;
    pub(crate) type ReceiptKind = As<paso_formats::receipt::Kind>;
    pub(crate) type Paper = As<paso_domain::document::DocumentKind>;
    pub(crate) type Permission = As<paso_domain::programme::Permission>;
    pub(crate) type Ground = As<paso_domain::card::RefusalGround>;
    pub(crate) type Reason = As<paso_domain::card::RevocationReason>;
    pub(crate) type Outcome = As<paso_domain::encounter::Outcome>;
    pub(crate) type Next = As<paso_formats::verdict::NextStep>;
    pub(crate) type Role = As<paso_domain::policy::Role>;
    pub(crate) type How = As<paso_domain::access::How>;
    pub(crate) type Measure = As<paso_domain::figures::Measure>;
    pub(crate) type Who = As<super::Who>;
}

#[cfg(test)]
#[path = "spelt_tests.rs"]
mod tests;
