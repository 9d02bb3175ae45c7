//! Small readers and writers of JSON for the browser (`src/wire/mod.rs` says why). They understand
//! the `#[serde(…)]` attributes that this program uses, so that a type is described once.
//!
//! An attribute that is not understood here is an error: both halves must read it alike.

mod attributes;

use attributes::{Container, Field, word};
use proc_macro::TokenStream;
use proc_macro2::TokenStream as Code;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Generics, Ident, Variant, parse_macro_input, parse_quote};

/// Reads the type from JSON, as its `Deserialize` does on the server.
#[proc_macro_derive(FromWire, attributes(serde))]
pub fn from_wire(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), Way::In)
}

/// Writes the type as JSON, as its `Serialize` does on the server; what is null is left out.
#[proc_macro_derive(ToWire, attributes(serde))]
pub fn to_wire(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input), Way::Out)
}

/// A function that the browser calls and the server runs: leptos' `#[server]`, carried by `crate::wire::Lean`.
#[proc_macro_attribute]
pub fn server(_: TokenStream, function: TokenStream) -> TokenStream {
    let function = Code::from(function);
    quote! {
        #[::leptos::prelude::server(
            protocol = crate::wire::Lean,
            input_derive = (Clone, ::serde::Serialize, ::serde::Deserialize, crate::wire::ToWire)
        )]
        #function
    }
    .into()
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    In,
    Out,
}

fn derive(input: &DeriveInput, way: Way) -> TokenStream {
    implementation(input, way).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn implementation(input: &DeriveInput, way: Way) -> Result<Code, Error> {
    let container = Container::read(&input.attrs)?;
    let body = match (&input.data, way) {
        (_, Way::In) if container.by_text => quote! { crate::wire::read::<String>(json)?.try_into().ok() },
        (_, Way::Out) if container.by_text => quote! { crate::wire::text(self.clone().into()) },
        (Data::Struct(data), Way::In) => read_fields(&quote!(Self), &data.fields)?,
        (Data::Struct(data), Way::Out) => {
            let names = names(&data.fields);
            let (pattern, value) = write_fields(&data.fields, &names, None)?;
            quote! { let Self #pattern = self; #value }
        }
        (Data::Enum(data), Way::In) => read_enum(&container, data.variants.iter())?,
        (Data::Enum(data), Way::Out) => write_enum(&container, data.variants.iter())?,
        (Data::Union(_), _) => return Err(Error::new_spanned(&input.ident, "a union has no JSON")),
    };
    let name = &input.ident;
    let generics = bounded(&input.generics, way);
    let (head, types, clause) = generics.split_for_impl();
    Ok(match way {
        Way::In => quote! {
            impl #head crate::wire::FromWire for #name #types #clause {
                fn from_wire(json: &crate::wire::Value) -> Option<Self> { #body }
            }
        },
        Way::Out => quote! {
            impl #head crate::wire::ToWire for #name #types #clause {
                fn to_wire(&self) -> crate::wire::Value { #body }
            }
        },
    })
}

/// What a type parameter stands for must be readable too.
fn bounded(generics: &Generics, way: Way) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(if way == Way::In { parse_quote!(crate::wire::FromWire) } else { parse_quote!(crate::wire::ToWire) });
    }
    generics
}

/// A struct, or a variant's content, from `json`.
fn read_fields(path: &Code, fields: &Fields) -> Result<Code, Error> {
    Ok(match fields {
        Fields::Unit => quote! { Some(#path) },
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => quote! { Some(#path(crate::wire::read(json)?)) },
        Fields::Unnamed(fields) => {
            let places = 0..fields.unnamed.len();
            quote! { Some(#path(#(crate::wire::item(json, #places)?),*)) }
        }
        Fields::Named(fields) => {
            let mut reads = Vec::new();
            for field in &fields.named {
                let (ident, said) = (&field.ident, Field::read(field)?);
                let name = &said.name;
                reads.push(match (said.flat, said.or_default) {
                    (true, _) => quote! { #ident: crate::wire::read(json)? },
                    (_, true) => quote! { #ident: crate::wire::field_or_default(json, #name)? },
                    _ => quote! { #ident: crate::wire::field(json, #name)? },
                });
            }
            quote! { Some(#path { #(#reads),* }) }
        }
    })
}

/// Names to bind the fields to.
fn names(fields: &Fields) -> Vec<Ident> {
    fields.iter().enumerate().map(|(at, field)| field.ident.clone().unwrap_or_else(|| format_ident!("at_{at}"))).collect()
}

/// The pattern that binds the fields, and their value. With a tag it is an object that has it.
fn write_fields(fields: &Fields, names: &[Ident], tag: Option<(&str, &str)>) -> Result<(Code, Code), Error> {
    let tagged = tag.map(|(tag, word)| quote! { (#tag, crate::wire::text(#word.into())), }).unwrap_or_default();
    Ok(match fields {
        Fields::Unit if tag.is_some() => (quote!(), quote! { crate::wire::object(vec![#tagged]) }),
        Fields::Unit => (quote!(), quote! { crate::wire::Value::Null }),
        Fields::Unnamed(inner) if inner.unnamed.len() == 1 => {
            let value = quote! { crate::wire::ToWire::to_wire(#(#names)*) };
            let value = if tag.is_some() {
                quote! { crate::wire::merged(crate::wire::object(vec![#tagged]), #value) }
            } else {
                value
            };
            (quote! { (#(#names),*) }, value)
        }
        Fields::Unnamed(_) => {
            (quote! { (#(#names),*) }, quote! { crate::wire::Value::Array(vec![#(crate::wire::ToWire::to_wire(#names)),*]) })
        }
        Fields::Named(inner) => {
            let (mut pairs, mut flat) = (Vec::new(), Vec::new());
            for (field, ident) in inner.named.iter().zip(names) {
                let Field { name, flat: is_flat, .. } = Field::read(field)?;
                if is_flat {
                    flat.push(ident);
                } else {
                    pairs.push(quote! { (#name, crate::wire::ToWire::to_wire(#ident)) });
                }
            }
            let own = quote! { crate::wire::object(vec![#tagged #(#pairs),*]) };
            let value = flat.iter().fold(own, |own, ident| quote! { crate::wire::merged(#own, crate::wire::ToWire::to_wire(#ident)) });
            (quote! { { #(#names),* } }, value)
        }
    })
}

/// The variants with the words they go by.
fn worded<'a>(container: &Container, variants: impl Iterator<Item = &'a Variant>) -> Result<Vec<(&'a Variant, String)>, Error> {
    variants
        .map(|variant| {
            if container.tag.is_none() && !matches!(variant.fields, Fields::Unit) {
                return Err(Error::new_spanned(variant, "a variant with content needs #[serde(tag = …)] on its enum"));
            }
            Ok((variant, word(variant, container.snake_case)?))
        })
        .collect()
}

fn read_enum<'a>(container: &Container, variants: impl Iterator<Item = &'a Variant>) -> Result<Code, Error> {
    let word = match &container.tag {
        Some(tag) => quote! { crate::wire::word(json.get(#tag)?)? },
        None => quote! { crate::wire::word(json)? },
    };
    let mut arms = Vec::new();
    for (variant, word) in worded(container, variants)? {
        let ident = &variant.ident;
        let value = read_fields(&quote!(Self::#ident), &variant.fields)?;
        arms.push(quote! { #word => #value });
    }
    Ok(quote! { match #word { #(#arms,)* _ => None } })
}

fn write_enum<'a>(container: &Container, variants: impl Iterator<Item = &'a Variant>) -> Result<Code, Error> {
    let mut arms = Vec::new();
    for (variant, word) in worded(container, variants)? {
        let (ident, names) = (&variant.ident, names(&variant.fields));
        arms.push(match &container.tag {
            Some(tag) => {
                let (pattern, value) = write_fields(&variant.fields, &names, Some((tag, &word)))?;
                quote! { Self::#ident #pattern => #value }
            }
            None => quote! { Self::#ident => crate::wire::text(#word.into()) },
        });
    }
    Ok(quote! { match self { #(#arms),* } })
}
