//! How the fields of stored events are written in CBOR, for `#[cbor(with = "…")]`.
//!
//! Everything that has one text form is stored as that text: a journal must be readable in thirty
//! years with no more than a CBOR printer.

/// A value by its `Display` and `FromStr`.
pub(crate) mod text {
    use core::{fmt::Display, str::FromStr};
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };

    pub(crate) fn encode<C, T: Display, W: Write>(
        value: &T,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.str(&value.to_string())?.ok()
    }

    pub(crate) fn decode<C, T: FromStr>(d: &mut Decoder<'_>, _: &mut C) -> Result<T, DecodeError> {
        d.str()?
            .parse()
            .map_err(|_| DecodeError::message("text is not a value of this field"))
    }
}

/// An optional value by its `Display` and `FromStr`.
#[expect(
    clippy::ref_option,
    clippy::option_option,
    reason = "the signatures minicbor's derive asks for"
)]
pub(crate) mod optional_text {
    use core::{fmt::Display, str::FromStr};
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };

    pub(crate) fn encode<C, T: Display, W: Write>(
        value: &Option<T>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match value {
            Some(value) => super::text::encode(value, e, ctx),
            None => e.null()?.ok(),
        }
    }

    pub(crate) fn decode<C, T: FromStr>(
        d: &mut Decoder<'_>,
        ctx: &mut C,
    ) -> Result<Option<T>, DecodeError> {
        if d.datatype()? == minicbor::data::Type::Null {
            d.skip()?;
            return Ok(None);
        }
        super::text::decode(d, ctx).map(Some)
    }

    pub(crate) fn is_nil<T>(value: &Option<T>) -> bool {
        value.is_none()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the signature minicbor's derive asks for"
    )]
    pub(crate) fn nil<T>() -> Option<Option<T>> {
        Some(None)
    }
}

/// An instant as Unix seconds.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature minicbor's derive asks for"
)]
pub(crate) mod moment {
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };
    use paso_formats::moment::Moment;

    pub(crate) fn encode<C, W: Write>(
        value: &Moment,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.i64(value.unix())?.ok()
    }

    pub(crate) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Moment, DecodeError> {
        d.i64().map(Moment::from_unix)
    }
}

/// `Display` and `FromStr` of a closed list by the stable codes of its `ALL`.
macro_rules! coded {
    ($name:ident, $what:literal) => {
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::cbor::NotOnTheList;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .into_iter()
                    .find(|item| item.code() == text)
                    .ok_or($crate::cbor::NotOnTheList($what))
            }
        }
    };
}
pub(crate) use coded;

/// The text is not an item of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}; choose one from the list")]
pub struct NotOnTheList(pub(crate) &'static str);
