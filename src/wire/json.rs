//! Reading from and writing to a tree of JSON, and what the derived code is made of.

use serde_json::Value;
use std::{borrow::Cow, collections::HashMap, hash::Hash, str::FromStr};

/// Can be read from JSON.
pub trait FromWire: Sized {
    /// None when it is something else.
    fn from_wire(json: &Value) -> Option<Self>;
}

/// Can be written as JSON.
pub trait ToWire {
    /// As a tree. What is null is left out of objects.
    fn to_wire(&self) -> Value;
}

/// A tree from its text.
pub fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// The text of a tree, as JavaScript may read it too. Of numbers only whole ones are written: nothing here
/// has others, and what words them is 2 kB to load.
pub fn print(json: &Value) -> String {
    let mut text = String::new();
    print_into(json, &mut text);
    text
}

fn print_into(json: &Value, text: &mut String) {
    match json {
        Value::Null => text.push_str("null"),
        Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.as_i64().unwrap_or_default().to_string()),
        Value::String(string) => quote_into(string, text),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                print_into(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (at, (name, value)) in fields.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                quote_into(name, text);
                text.push(':');
                print_into(value, text);
            }
            text.push('}');
        }
    }
}

fn quote_into(string: &str, text: &mut String) {
    text.push('"');
    for letter in string.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            // RFC 8259, section 7: these must not stand as they are.
            '\0'..' ' => {
                text.push_str("\\u00");
                text.extend([u32::from(letter) >> 4, u32::from(letter) & 15].map(|digit| char::from_digit(digit, 16).unwrap_or('0')));
            }
            _ => text.push(letter),
        }
    }
    text.push('"');
}

/// What the type is to be is told by where it goes.
pub fn read<T: FromWire>(json: &Value) -> Option<T> {
    T::from_wire(json)
}

/// Nothing there is the same as null.
fn find<'a>(json: &'a Value, name: &str) -> &'a Value {
    json.get(name).unwrap_or(&Value::Null)
}

/// A field of an object.
pub fn field<T: FromWire>(json: &Value, name: &str) -> Option<T> {
    read(find(json, name))
}

/// A field of an object that may be missing.
pub fn field_or_default<T: FromWire + Default>(json: &Value, name: &str) -> Option<T> {
    match find(json, name) {
        Value::Null => Some(T::default()),
        there => read(there),
    }
}

/// A place in a list.
pub fn item<T: FromWire>(json: &Value, at: usize) -> Option<T> {
    read(json.get(at).unwrap_or(&Value::Null))
}

/// The word that an enum's variant goes by.
pub fn word(json: &Value) -> Option<&str> {
    json.as_str()
}

/// Text as JSON.
pub fn text(text: String) -> Value {
    Value::String(text)
}

/// An object of these fields.
pub fn object(fields: Vec<(&str, Value)>) -> Value {
    fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The fields of both in one object.
pub fn merged(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(mut other)) = (&mut one, other) {
        one.append(&mut other);
    }
    one
}

impl FromWire for Value {
    fn from_wire(json: &Value) -> Option<Self> {
        Some(json.clone())
    }
}
impl ToWire for Value {
    fn to_wire(&self) -> Value {
        self.clone()
    }
}

impl FromWire for () {
    fn from_wire(_: &Value) -> Option<Self> {
        Some(())
    }
}

impl FromWire for bool {
    fn from_wire(json: &Value) -> Option<Self> {
        json.as_bool()
    }
}
impl ToWire for bool {
    fn to_wire(&self) -> Value {
        Value::Bool(*self)
    }
}

macro_rules! whole_numbers {
    ($($number:ty)+) => {$(
        impl FromWire for $number {
            fn from_wire(json: &Value) -> Option<Self> {
                json.as_i64()?.try_into().ok()
            }
        }
        impl ToWire for $number {
            fn to_wire(&self) -> Value {
                Value::from(*self)
            }
        }
    )+};
}
whole_numbers! { u8 u16 u32 i16 i32 i64 }

impl FromWire for String {
    fn from_wire(json: &Value) -> Option<Self> {
        word(json).map(str::to_owned)
    }
}
impl ToWire for String {
    fn to_wire(&self) -> Value {
        text(self.clone())
    }
}

impl FromWire for uuid::Uuid {
    fn from_wire(json: &Value) -> Option<Self> {
        word(json)?.parse().ok()
    }
}
impl ToWire for uuid::Uuid {
    fn to_wire(&self) -> Value {
        text(self.to_string())
    }
}

impl<T: FromWire> FromWire for Option<T> {
    fn from_wire(json: &Value) -> Option<Self> {
        if json.is_null() { Some(None) } else { read(json).map(Some) }
    }
}
impl<T: ToWire> ToWire for Option<T> {
    fn to_wire(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_wire)
    }
}

impl<T: FromWire> FromWire for Box<T> {
    fn from_wire(json: &Value) -> Option<Self> {
        read(json).map(Box::new)
    }
}

impl<T: FromWire> FromWire for Vec<T> {
    fn from_wire(json: &Value) -> Option<Self> {
        json.as_array()?.iter().map(T::from_wire).collect()
    }
}
impl<T: ToWire> ToWire for Vec<T> {
    fn to_wire(&self) -> Value {
        Value::Array(self.iter().map(T::to_wire).collect())
    }
}

impl<T: ToOwned<Owned: FromWire> + ?Sized> FromWire for Cow<'_, T> {
    fn from_wire(json: &Value) -> Option<Self> {
        read(json).map(Cow::Owned)
    }
}

impl<K: FromStr + Eq + Hash, V: FromWire> FromWire for HashMap<K, V> {
    fn from_wire(json: &Value) -> Option<Self> {
        json.as_object()?.iter().map(|(key, value)| Some((key.parse().ok()?, read(value)?))).collect()
    }
}

impl<A: FromWire, B: FromWire> FromWire for (A, B) {
    fn from_wire(json: &Value) -> Option<Self> {
        Some((item(json, 0)?, item(json, 1)?))
    }
}

impl<A: ToWire, B: ToWire> ToWire for (A, B) {
    fn to_wire(&self) -> Value {
        Value::Array(vec![self.0.to_wire(), self.1.to_wire()])
    }
}

/// As serde writes it, which is how the results of a page's resources come.
impl<T: FromWire, E: FromWire> FromWire for Result<T, E> {
    fn from_wire(json: &Value) -> Option<Self> {
        match json.get("Ok") {
            Some(fine) => read(fine).map(Ok),
            None => read(json.get("Err")?).map(Err),
        }
    }
}
