//! MessagePack, as hosts and providers exchange values.
//!
//! An extension of any code is an unknown value. Of refinements in it, the beginning of a string is kept,
//! and all else passed over; none is sent. Numbers are read from integers, floats and decimal text, and
//! written as the most compact of these that is exact.

mod reader;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use rmp::Marker;
use rmp::encode::{self, ValueWriteError};

use reader::{Reader, kind};

use super::{CodecError, Depth, Shape, index};
use crate::tf_provider::path::Step;
use crate::tf_provider::value::{Number, Type, Value};

/// An unknown value as hosts write it: an extension of one byte, with code 0.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

/// The code of an extension that says something about the value to come, in a map. Of its keys, one says
/// whether the value may be null, and another how a string begins.
const REFINED: u8 = 12;
const MAY_BE_NULL: &[u8] = &[1];
const BEGINNING: &[u8] = &[2];

/// Reads a value of type `ty`, which takes up all of `bytes`.
///
/// An object must have each attribute of its type exactly once, and no other. Nothing is
/// converted: a number is no string.
///
/// # Errors
/// The bytes are no MessagePack, or a value of another type.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    let mut reader = Reader::new(bytes);
    let value = read(&mut reader, ty, Depth::START)?;
    match reader.remaining() {
        0 => Ok(value),
        extra => Err(CodecError::new(format!(
            "the value ends before its bytes do: {extra} remain"
        ))),
    }
}

/// Writes `value` as one of type `ty`.
///
/// # Errors
/// The value is of another type.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    write(&mut out, value, ty, Depth::START)?;
    Ok(out)
}

fn read(reader: &mut Reader<'_>, ty: &Type, depth: Depth) -> Result<Value, CodecError> {
    let depth = depth.deeper()?;
    let marker = reader.marker()?;
    if marker == Marker::Null {
        return Ok(Value::Null);
    }
    if let Some(length) = reader.ext_len(marker)? {
        // The code, then the body.
        let code = reader.take(1)?;
        let body = reader.take(length)?;
        let beginning = (*ty == Type::String && code == [REFINED]).then(|| beginning(body));
        let beginning = beginning.flatten().filter(|text| !text.is_empty());
        return Ok(beginning.map_or(Value::Unknown, |text| Value::UnknownText(text.into())));
    }
    let mismatch = || CodecError::mismatch(ty, kind(marker));
    match ty {
        Type::String => {
            let text = reader.text(marker)?.ok_or_else(mismatch)?;
            Ok(Value::from(text))
        }
        Type::Number => {
            let number = reader.number(marker)?.ok_or_else(mismatch)?;
            Ok(Value::Number(number))
        }
        Type::Bool => match marker {
            Marker::True => Ok(Value::Bool(true)),
            Marker::False => Ok(Value::Bool(false)),
            _ => Err(mismatch()),
        },
        Type::List(element) => {
            let length = reader.array_len(marker)?.ok_or_else(mismatch)?;
            read_elements(reader, length, element, index, depth).map(Value::List)
        }
        Type::Set(element) => {
            let length = reader.array_len(marker)?.ok_or_else(mismatch)?;
            read_elements(reader, length, element, |_| Step::Element, depth).map(Value::set)
        }
        Type::Tuple(types) => {
            let length = reader.array_len(marker)?.ok_or_else(mismatch)?;
            if length != types.len() {
                return Err(CodecError::tuple_length(types.len(), length));
            }
            let element = |(at, ty)| read(reader, ty, depth).map_err(|e| e.under(index(at)));
            let elements = types.iter().enumerate().map(element);
            elements.collect::<Result<_, _>>().map(Value::List)
        }
        Type::Map(element) => {
            let length = reader.map_len(marker)?.ok_or_else(mismatch)?;
            read_map(reader, length, element, depth).map(Value::Map)
        }
        Type::Object(types) => {
            let length = reader.map_len(marker)?.ok_or_else(mismatch)?;
            read_object(reader, length, types, depth).map(Value::Object)
        }
        Type::Dynamic => {
            if reader.array_len(marker)? != Some(2) {
                return Err(mismatch());
            }
            let concrete = reader.marker()?;
            let json = reader.binary(concrete)?.ok_or_else(mismatch)?;
            let concrete = Type::from_json(json).map_err(|e| CodecError::new(e.to_string()))?;
            let value = read(reader, &concrete, depth)?;
            Ok(Value::dynamic(concrete, value))
        }
    }
}

/// How a string begins that isn't known yet and won't be null. Whatever else an extension holds is no
/// mistake, as hosts may come to say more.
fn beginning(refinements: &[u8]) -> Option<&str> {
    let mut reader = Reader::new(refinements);
    let marker = reader.marker().ok()?;
    let entries = reader.map_len(marker).ok()??;
    let mut is_given = false;
    for _ in 0..entries {
        let key = reader.take(1).ok()?;
        let marker = reader.marker().ok()?;
        match key {
            MAY_BE_NULL => is_given = marker == Marker::False,
            // It comes last of what concerns strings.
            BEGINNING => return reader.text(marker).ok()?.filter(|_| is_given),
            _ => return None,
        }
    }
    None
}

fn read_elements(
    reader: &mut Reader<'_>,
    length: usize,
    ty: &Type,
    step: fn(usize) -> Step,
    depth: Depth,
) -> Result<Vec<Value>, CodecError> {
    // Collecting into a `Result` reserves no memory, so a length that the bytes only claim costs none.
    (0..length)
        .map(|at| read(reader, ty, depth).map_err(|e| e.under(step(at))))
        .collect()
}

fn read_map(
    reader: &mut Reader<'_>,
    length: usize,
    ty: &Type,
    depth: Depth,
) -> Result<BTreeMap<String, Value>, CodecError> {
    let mut entries = BTreeMap::new();
    for _ in 0..length {
        let key = reader.key()?;
        let value = read(reader, ty, depth).map_err(|e| e.under(Step::Key(key.to_owned())))?;
        if entries.insert(key.to_owned(), value).is_some() {
            return Err(CodecError::new(format!("the key {key:?} is there twice")));
        }
    }
    Ok(entries)
}

fn read_object(
    reader: &mut Reader<'_>,
    length: usize,
    types: &BTreeMap<String, Type>,
    depth: Depth,
) -> Result<BTreeMap<String, Value>, CodecError> {
    let mut attributes = BTreeMap::new();
    for _ in 0..length {
        let name = reader.key()?;
        let ty = types
            .get(name)
            .ok_or_else(|| CodecError::unsupported(name))?;
        let value =
            read(reader, ty, depth).map_err(|e| e.under(Step::Attribute(name.to_owned())))?;
        if attributes.insert(name.to_owned(), value).is_some() {
            return Err(CodecError::new(format!(
                "the attribute {name:?} is there twice"
            )));
        }
    }
    match types.keys().find(|name| !attributes.contains_key(*name)) {
        Some(name) => Err(CodecError::missing(name)),
        None => Ok(attributes),
    }
}

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type, depth: Depth) -> Result<(), CodecError> {
    let depth = depth.deeper()?;
    match Shape::of(value, ty)? {
        Shape::Null => encode::write_nil(out)?,
        Shape::Unknown => out.extend_from_slice(&UNKNOWN),
        Shape::Bool(truth) => encode::write_bool(out, truth)?,
        Shape::Number(number) => write_number(out, number)?,
        Shape::String(text) => write_text(out, text)?,
        Shape::List(elements, ty) => {
            encode::write_array_len(out, length(elements.len())?)?;
            for (at, element) in elements.iter().enumerate() {
                write(out, element, ty, depth).map_err(|e| e.under(index(at)))?;
            }
        }
        Shape::Set(elements, ty) => {
            encode::write_array_len(out, length(elements.len())?)?;
            for element in elements {
                write(out, element, ty, depth).map_err(|e| e.under(Step::Element))?;
            }
        }
        Shape::Tuple(elements, types) => {
            encode::write_array_len(out, length(elements.len())?)?;
            for (at, (element, ty)) in elements.iter().zip(types).enumerate() {
                write(out, element, ty, depth).map_err(|e| e.under(index(at)))?;
            }
        }
        Shape::Map(entries, ty) => {
            encode::write_map_len(out, length(entries.len())?)?;
            for (key, element) in entries {
                write_text(out, key)?;
                write(out, element, ty, depth).map_err(|e| e.under(Step::Key(key.clone())))?;
            }
        }
        Shape::Object(attributes) => {
            encode::write_map_len(out, length(attributes.len())?)?;
            for (name, value, ty) in attributes {
                write_text(out, name)?;
                write(out, value, ty, depth)
                    .map_err(|e| e.under(Step::Attribute(name.to_owned())))?;
            }
        }
        Shape::Dynamic(ty, value) => {
            encode::write_array_len(out, 2)?;
            let json = ty.to_json();
            encode::write_bin_len(out, length(json.len())?)?;
            out.extend_from_slice(&json);
            write(out, value, ty, depth)?;
        }
    }
    Ok(())
}

fn write_number(out: &mut Vec<u8>, number: &Number) -> Result<(), CodecError> {
    if let Some(integer) = number.as_i64() {
        encode::write_sint(out, integer)?;
    } else if let Some(double) = number.as_exact_f64().filter(|double| double.fract() != 0.0) {
        encode::write_f64(out, double)?;
    } else {
        write_text(out, &number.to_string())?;
    }
    Ok(())
}

fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), CodecError> {
    encode::write_str_len(out, length(text.len())?)?;
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// A length in MessagePack, which has 32 bits.
fn length(length: usize) -> Result<u32, CodecError> {
    u32::try_from(length).map_err(|_| CodecError::new("the value is too large to send"))
}

/// Writing to a `Vec` doesn't fail; this conversion is for `?`.
impl From<ValueWriteError<io::Error>> for CodecError {
    fn from(error: ValueWriteError<io::Error>) -> Self {
        Self::new(error.to_string())
    }
}

/// `write_nil` and `write_bool` return `io::Error` instead of `ValueWriteError`.
impl From<io::Error> for CodecError {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string())
    }
}
