//! The primitives of MessagePack, read from bytes that aren't trusted. Must not know the types of
//! values: the module above says which primitive it expects.

use rmp::Marker;

use crate::tf_provider::codec::CodecError;
use crate::tf_provider::value::{Number, NumberError};

/// The bytes that haven't been read yet. Every method fails where they end too early. A method that takes
/// a marker returns `None` if the marker starts something else than it reads.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes have not been read.
    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| CodecError::new("the bytes end before the value does"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// The next byte as the marker of a value.
    pub(super) fn marker(&mut self) -> Result<Marker, CodecError> {
        let [byte] = self.array()?;
        Ok(Marker::from_u8(byte))
    }

    fn u8_len(&mut self) -> Result<Option<usize>, CodecError> {
        Ok(Some(u8::from_be_bytes(self.array()?).into()))
    }

    fn u16_len(&mut self) -> Result<Option<usize>, CodecError> {
        Ok(Some(u16::from_be_bytes(self.array()?).into()))
    }

    fn u32_len(&mut self) -> Result<Option<usize>, CodecError> {
        // It doesn't fit only where usize has 16 bits: then the bytes end earlier.
        let length = u32::from_be_bytes(self.array()?);
        Ok(Some(usize::try_from(length).unwrap_or(usize::MAX)))
    }

    /// The length of an extension's body; its code comes before it.
    pub(super) fn ext_len(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        match marker {
            Marker::FixExt1 => Ok(Some(1)),
            Marker::FixExt2 => Ok(Some(2)),
            Marker::FixExt4 => Ok(Some(4)),
            Marker::FixExt8 => Ok(Some(8)),
            Marker::FixExt16 => Ok(Some(16)),
            Marker::Ext8 => self.u8_len(),
            Marker::Ext16 => self.u16_len(),
            Marker::Ext32 => self.u32_len(),
            _ => Ok(None),
        }
    }

    /// The number of elements of an array.
    pub(super) fn array_len(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        match marker {
            Marker::FixArray(length) => Ok(Some(length.into())),
            Marker::Array16 => self.u16_len(),
            Marker::Array32 => self.u32_len(),
            _ => Ok(None),
        }
    }

    /// The number of entries of a map.
    pub(super) fn map_len(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        match marker {
            Marker::FixMap(length) => Ok(Some(length.into())),
            Marker::Map16 => self.u16_len(),
            Marker::Map32 => self.u32_len(),
            _ => Ok(None),
        }
    }

    /// Binary data.
    pub(super) fn binary(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, CodecError> {
        let length = match marker {
            Marker::Bin8 => self.u8_len()?,
            Marker::Bin16 => self.u16_len()?,
            Marker::Bin32 => self.u32_len()?,
            _ => None,
        };
        length.map(|length| self.take(length)).transpose()
    }

    /// A string.
    pub(super) fn text(&mut self, marker: Marker) -> Result<Option<&'a str>, CodecError> {
        let length = match marker {
            Marker::FixStr(length) => Some(length.into()),
            Marker::Str8 => self.u8_len()?,
            Marker::Str16 => self.u16_len()?,
            Marker::Str32 => self.u32_len()?,
            _ => None,
        };
        let Some(length) = length else {
            return Ok(None);
        };
        std::str::from_utf8(self.take(length)?)
            .map(Some)
            .map_err(|_| CodecError::new("the string is not valid UTF-8"))
    }

    /// The key of an entry of a map, with its marker.
    pub(super) fn key(&mut self) -> Result<&'a str, CodecError> {
        let marker = self.marker()?;
        self.text(marker)?
            .ok_or_else(|| CodecError::new(format!("a key must be a string, not {}", kind(marker))))
    }

    /// A number, in any of the forms that hosts write.
    pub(super) fn number(&mut self, marker: Marker) -> Result<Option<Number>, CodecError> {
        let signed = |number: i64| Ok(Some(Number::from(number)));
        let parsed = |number: Result<Number, NumberError>| {
            number
                .map(Some)
                .map_err(|error| CodecError::new(error.to_string()))
        };
        match marker {
            Marker::FixPos(number) => signed(number.into()),
            Marker::FixNeg(number) => signed(number.into()),
            Marker::I8 => signed(i8::from_be_bytes(self.array()?).into()),
            Marker::I16 => signed(i16::from_be_bytes(self.array()?).into()),
            Marker::I32 => signed(i32::from_be_bytes(self.array()?).into()),
            Marker::I64 => signed(i64::from_be_bytes(self.array()?)),
            Marker::U8 => signed(u8::from_be_bytes(self.array()?).into()),
            Marker::U16 => signed(u16::from_be_bytes(self.array()?).into()),
            Marker::U32 => signed(u32::from_be_bytes(self.array()?).into()),
            Marker::U64 => Ok(Some(Number::from(u64::from_be_bytes(self.array()?)))),
            Marker::F32 => parsed(Number::from_f64(f32::from_be_bytes(self.array()?).into())),
            Marker::F64 => parsed(Number::from_f64(f64::from_be_bytes(self.array()?))),
            _ => match self.text(marker)? {
                Some(text) => parsed(text.parse()),
                None => Ok(None),
            },
        }
    }
}

/// The kind of value that a marker starts, in words for a message.
pub(super) fn kind(marker: Marker) -> &'static str {
    match marker {
        Marker::Null => "null",
        Marker::True | Marker::False => "a bool",
        Marker::FixPos(_) | Marker::U8 | Marker::U16 | Marker::U32 | Marker::U64 => "a number",
        Marker::FixNeg(_) | Marker::I8 | Marker::I16 | Marker::I32 | Marker::I64 => "a number",
        Marker::F32 | Marker::F64 => "a number",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "binary",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::FixExt1 | Marker::FixExt2 | Marker::FixExt4 | Marker::FixExt8 => "unknown",
        Marker::FixExt16 | Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => "unknown",
        Marker::Reserved => "no MessagePack",
    }
}
