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

/// An optional instant as Unix seconds.
#[expect(
    clippy::ref_option,
    clippy::option_option,
    reason = "the signatures minicbor's derive asks for"
)]
pub(crate) mod optional_moment {
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };
    use paso_formats::moment::Moment;

    pub(crate) fn encode<C, W: Write>(
        value: &Option<Moment>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match value {
            Some(value) => super::moment::encode(value, e, ctx),
            None => e.null()?.ok(),
        }
    }

    pub(crate) fn decode<C>(
        d: &mut Decoder<'_>,
        ctx: &mut C,
    ) -> Result<Option<Moment>, DecodeError> {
        if d.datatype()? == minicbor::data::Type::Null {
            d.skip()?;
            return Ok(None);
        }
        super::moment::decode(d, ctx).map(Some)
    }

    pub(crate) fn is_nil(value: &Option<Moment>) -> bool {
        value.is_none()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the signature minicbor's derive asks for"
    )]
    pub(crate) fn nil() -> Option<Option<Moment>> {
        Some(None)
    }
}

/// Values by their `Display` and `FromStr`, in the order given.
pub(crate) mod texts {
    use core::{fmt::Display, str::FromStr};
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };

    #[expect(clippy::ptr_arg, reason = "the signature minicbor's derive asks for")]
    pub(crate) fn encode<C, T: Display, W: Write>(
        values: &Vec<T>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        // No list of an event comes near 2^64 items.
        e.array(values.len() as u64)?;
        values
            .iter()
            .try_for_each(|value| super::text::encode(value, e, ctx))
    }

    pub(crate) fn decode<C, T: FromStr>(
        d: &mut Decoder<'_>,
        ctx: &mut C,
    ) -> Result<Vec<T>, DecodeError> {
        let length = d
            .array()?
            .ok_or_else(|| DecodeError::message("a list of indefinite length"))?;
        // The length is the sender's word: nothing is set aside for it.
        (0..length).map(|_| super::text::decode(d, ctx)).collect()
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
