//! What `#[serde(…)]` says of a type, a variant and a field.

use syn::{Attribute, Error, LitStr, Variant, meta::ParseNestedMeta};

/// Of a type.
#[derive(Default)]
pub struct Container {
    /// The field that names an enum's variant.
    pub tag: Option<String>,
    /// Variants go by their name in snake case.
    pub snake_case: bool,
    /// Read by `TryFrom<String>`, written by `Into<String>`.
    pub by_text: bool,
}

impl Container {
    /// From a type's attributes.
    pub fn read(attributes: &[Attribute]) -> Result<Self, Error> {
        let mut said = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("tag") {
                said.tag = Some(text(&meta)?);
            } else if meta.path.is_ident("rename_all") {
                if text(&meta)? != "snake_case" {
                    return Err(meta.error("only snake_case is understood"));
                }
                said.snake_case = true;
            } else if meta.path.is_ident("try_from") || meta.path.is_ident("into") {
                if text(&meta)? != "String" {
                    return Err(meta.error("only String is understood"));
                }
                said.by_text = true;
            } else if meta.path.is_ident("crate") {
                text(&meta)?;
            } else if !meta.path.is_ident("transparent") {
                return Err(meta.error("not understood here"));
            }
            Ok(())
        })?;
        Ok(said)
    }
}

/// The word a variant goes by: its own name, unless it is said otherwise.
pub fn word(variant: &Variant, snake_case: bool) -> Result<String, Error> {
    let mut word = variant.ident.to_string();
    if snake_case {
        word = word.char_indices().fold(String::new(), |mut word, (at, letter)| {
            if at > 0 && letter.is_uppercase() {
                word.push('_');
            }
            word.extend(letter.to_lowercase());
            word
        });
    }
    each(&variant.attrs, |meta| {
        if !meta.path.is_ident("rename") {
            return Err(meta.error("not understood here"));
        }
        word = text(&meta)?;
        Ok(())
    })?;
    Ok(word)
}

/// Of a named field.
pub struct Field {
    /// Its name in the object.
    pub name: String,
    /// Missing, it is the default.
    pub or_default: bool,
    /// Its own fields stand in the same object.
    pub flat: bool,
}

impl Field {
    /// From the field.
    pub fn read(field: &syn::Field) -> Result<Self, Error> {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut said = Self { name: name.trim_start_matches("r#").to_owned(), or_default: false, flat: false };
        each(&field.attrs, |meta| {
            if meta.path.is_ident("rename") {
                said.name = text(&meta)?;
            } else if meta.path.is_ident("default") {
                said.or_default = true;
            } else if meta.path.is_ident("flatten") {
                said.flat = true;
            } else if meta.path.is_ident("skip_serializing_if") {
                // Only ever said of what is null then, and null is left out anyway.
                if text(&meta)? != "Option::is_none" {
                    return Err(meta.error("only Option::is_none is understood"));
                }
            } else {
                return Err(meta.error("not understood here"));
            }
            Ok(())
        })?;
        Ok(said)
    }
}

fn each(attributes: &[Attribute], mut read: impl FnMut(ParseNestedMeta) -> Result<(), Error>) -> Result<(), Error> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut read))
}

fn text(meta: &ParseNestedMeta) -> Result<String, Error> {
    Ok(meta.value()?.parse::<LitStr>()?.value())
}
