//! From the cells of a row to a lead, or to the sentence that says why not.

use crate::error::AppError;
use crate::leads::fields::{CustomField, FieldKind};
use crate::leads::imports::{Column, Field};
use crate::leads::server::face::{Face, phone_key};
use crate::leads::server::{fields, store::Custom};
use crate::values::{AssistantId, Currency, Day, StageId, UserId};
use std::collections::HashMap;

/// The longest note, in characters; as of one that is written by hand.
const LONGEST_NOTE: usize = 4000;

/// By what people call a thing, in lower case. None where several are called so.
pub type Names<T> = HashMap<String, Option<T>>;

/// What the company has that rows can name.
pub struct Known {
    /// What it trades in.
    pub currency: Currency,
    /// By name and by slug.
    pub stages: Names<StageId>,
    /// Where a lead stands whose row names no stage.
    pub first_stage: StageId,
    /// People who may sign in, by address and by name.
    pub people: Names<UserId>,
    /// By name.
    pub assistants: Names<AssistantId>,
    /// Fields of the company's own.
    pub fields: Vec<CustomField>,
}

/// Notes that a thing is called so.
pub fn call<T: PartialEq + Copy>(names: &mut Names<T>, name: &str, thing: T) {
    names.entry(name.trim().to_lowercase()).and_modify(|known| *known = known.filter(|known| *known == thing)).or_insert(Some(thing));
}

/// A lead that a row would make.
#[derive(Debug)]
pub struct Draft {
    /// Name, organisation, value, address and telephone.
    pub face: Face,
    /// Where it stands.
    pub stage: StageId,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// The assistant it is on.
    pub assistant: Option<AssistantId>,
    /// A private note; may be empty.
    pub note: String,
    /// What stands in the company's own fields.
    pub custom: Custom,
}

impl Draft {
    /// What tells two leads apart: address and telephone, as they are compared.
    pub fn keys(&self) -> impl Iterator<Item = String> + use<> {
        let (email, phone) = (self.face.email.clone(), phone_key(&self.face.phone));
        [email, phone].into_iter().filter(|key| !key.is_empty())
    }
}

/// Whether that is how telephone numbers are written.
pub fn telephone(cell: &str) -> bool {
    let cell = plain(cell);
    (7..=15).contains(&cell.chars().filter(char::is_ascii_digit).count())
        && cell.chars().all(|c| c.is_ascii_digit() || "+-()/. ".contains(c))
}

/// A cell without white space around it, and without the apostrophe by which downloads, ours too, keep a
/// spreadsheet from taking it for a formula.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

/// Reads a row. `comma` says that amounts are written with a decimal comma.
///
/// # Errors
/// Why it makes no lead, in one sentence.
pub fn read(known: &Known, mapping: &[Column], cells: &[String], comma: bool) -> Result<Draft, String> {
    if cells.iter().skip(mapping.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(format!(
            "The row has {} cells, the first line names {} columns. A cell with a separator in it needs quotation marks.",
            cells.len(),
            mapping.len()
        ));
    }
    let cell = |field: Field| {
        let column = mapping.iter().position(|mapped| *mapped == Column::Every(field));
        column.and_then(|column| cells.get(column)).map_or("", |cell| plain(cell))
    };
    let whole = [Field::FirstName, Field::LastName].map(cell).join(" ");
    let [organisation, email] = [Field::Organisation, Field::Email].map(cell);
    // Whoever has no name is called by what there is.
    let name = [cell(Field::Name), whole.trim(), organisation, email].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let currency = currency(cell(Field::Currency), cell(Field::Value), known.currency)?;
    let value = amount(cell(Field::Value), comma)?;
    let mut face = Face::read(name, organisation, &value, email, cell(Field::Phone), currency).map_err(|error| match error {
        AppError::Invalid { field, message } => format!("{}: {message}", named(&field)),
        other => other.to_string(),
    })?;
    face.closes_on = match cell(Field::ClosesOn) {
        "" => None,
        // Some programs write the time as well.
        day => Some(
            Day::parse(day.split(['T', ' ']).next().unwrap_or(day))
                .ok_or_else(|| format!("Closes on: “{}” is no day. Write it as 2026-12-24.", short(day)))?,
        ),
    };
    let (stage, owner, assistant) = (cell(Field::Stage), cell(Field::Owner), cell(Field::Assistant));
    Ok(Draft {
        face,
        stage: called(&known.stages, stage, "stage")?.unwrap_or(known.first_stage),
        owner: called(&known.people, owner, "colleague")?,
        assistant: called(&known.assistants, assistant, "assistant")?,
        note: note(cell(Field::Note), cell(Field::Source))?,
        custom: custom(known, mapping, cells, comma)?,
    })
}

/// What stands in the company's own fields. One that was put away since is passed over.
fn custom(known: &Known, mapping: &[Column], cells: &[String], comma: bool) -> Result<Custom, String> {
    let mut custom = Custom::new();
    for own in &known.fields {
        let column = mapping.iter().position(|mapped| *mapped == Column::Custom(own.id));
        let Some(cell) = column.and_then(|column| cells.get(column)) else { continue };
        let cell = plain(cell);
        // In the spelling of the file, as the value is.
        let typed = match own.kind {
            FieldKind::Money | FieldKind::Number => amount(cell, comma).map_err(|error| error.replacen("Value", &own.name, 1))?,
            _ => cell.to_owned(),
        };
        let text = fields::read(own, &typed, known.currency).map_err(|error| format!("{}: {error}", own.name))?;
        if !text.is_empty() {
            custom.insert(own.id, text);
        }
    }
    Ok(custom)
}

/// A field of a form as a column is called.
fn named(field: &str) -> String {
    field.parse::<Field>().map_or_else(|_| field.to_owned(), |field| field.label().to_owned())
}

fn called<T: Copy>(names: &Names<T>, name: &str, what: &str) -> Result<Option<T>, String> {
    if name.is_empty() {
        return Ok(None);
    }
    match names.get(&name.to_lowercase()) {
        Some(Some(found)) => Ok(Some(*found)),
        Some(None) => Err(format!("More than one {what} is called “{}”.", short(name))),
        None => Err(format!("There is no {what} “{}”.", short(name))),
    }
}

fn note(text: &str, source: &str) -> Result<String, String> {
    let source = if source.is_empty() { String::new() } else { format!("Source: {source}") };
    let note = [text, source.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    match note.chars().count() {
        ..=LONGEST_NOTE => Ok(note),
        length => Err(format!("Note: it has {length} characters; {LONGEST_NOTE} are the most.")),
    }
}

/// The currency that is named, or by whose sign the amount is written, or the company's.
fn currency(named: &str, value: &str, home: Currency) -> Result<Currency, String> {
    let named = named.to_uppercase();
    let by_sign = |text: &str| Currency::ALL.iter().copied().find(|currency| text.contains(currency.sign()));
    match by_sign(&named).or_else(|| named.parse().ok()) {
        Some(currency) => Ok(currency),
        None if named.is_empty() => Ok(by_sign(value).unwrap_or(home)),
        None => Err(format!("Currency: “{}” is none of GBP, EUR and USD.", short(&named))),
    }
}

/// An amount without its sign and without what groups its digits: `12.345,67 €` is `12345.67`. What can be
/// read in two ways is not guessed.
fn amount(text: &str, comma: bool) -> Result<String, String> {
    let unit = |c: char| c.is_whitespace() || c == '\'' || Currency::ALL.iter().any(|currency| currency.sign().contains(c));
    let bare: String = text.chars().filter(|c| !unit(*c)).collect();
    let (last_comma, last_dot) = (bare.rfind(','), bare.rfind('.'));
    let groups = |sign: char| {
        let mut parts = bare.split(sign);
        parts.next().is_some_and(|first| (1..=3).contains(&first.len())) && parts.all(|part| part.len() == 3)
    };
    let decimal = match (last_comma, last_dot) {
        (None, None) => return Ok(bare),
        (Some(comma), Some(dot)) => Some(if comma > dot { ',' } else { '.' }),
        (Some(_), None) if groups(',') => None,
        (Some(_), None) => Some(','),
        (None, Some(_)) if !groups('.') => Some('.'),
        // Amounts have no thousandths, but some programs write three digits all the same.
        (None, Some(_)) if comma || bare.matches('.').count() > 1 => None,
        (None, Some(_)) => return Err(format!("Value: “{}” can be read in two ways. Write it without the dot.", short(text))),
    };
    let plain = bare.chars().filter(|c| !matches!(c, ',' | '.') || Some(*c) == decimal);
    Ok(plain.map(|c| if c == ',' { '.' } else { c }).collect())
}

/// What a cell says, short enough for a sentence.
fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::FieldId;

    fn known() -> Known {
        let mut known = Known {
            currency: Currency::Gbp,
            stages: HashMap::new(),
            first_stage: StageId::new(),
            people: HashMap::new(),
            assistants: HashMap::new(),
            fields: vec![CustomField {
                id: FieldId(uuid::Uuid::nil()),
                slug: "area".into(),
                name: "Roof area".into(),
                kind: FieldKind::Number,
                choices: Vec::new(),
                away: false,
            }],
        };
        call(&mut known.stages, "Qualified", StageId::new());
        for person in ["Maya Lind", "Maya Lind", "Tom Ash"] {
            call(&mut known.people, person, UserId::new());
        }
        known
    }

    fn row(fields: &[(Field, &str)]) -> Result<Draft, String> {
        let (mapping, cells): (Vec<Column>, Vec<String>) =
            fields.iter().map(|(field, cell)| (Column::Every(*field), (*cell).to_owned())).unzip();
        read(&known(), &mapping, &cells, false)
    }

    #[test]
    fn amounts_are_read_as_they_are_written_in_either_half_of_europe() {
        for (text, comma, plain) in [
            ("84,000", false, "84000"),
            ("£84,000.50", false, "84000.50"),
            ("12.345,67 €", false, "12345.67"),
            ("1.234.567", false, "1234567"),
            ("12,50", false, "12.50"),
            ("12.345", true, "12345"),
            ("12345.678", false, "12345.678"),
            ("84k", false, "84k"),
            ("1'000", false, "1000"),
            ("", false, ""),
        ] {
            assert_eq!(amount(text, comma).as_deref(), Ok(plain), "{text}");
        }
        assert!(amount("12.345", false).is_err(), "a dozen, or twelve thousand?");
    }

    #[test]
    fn every_reason_names_what_will_not_do() {
        use Field::*;
        let why = |fields: &[(Field, &str)]| row(fields).err().unwrap_or_default();
        assert!(why(&[(Name, " ")]).starts_with("Name: Who is it?"));
        assert!(why(&[(Name, &"x".repeat(10_000))]).starts_with("Name: A name has at most 120"));
        assert!(why(&[(Name, "Ada"), (Email, "ada at home")]).starts_with("E-mail: "));
        assert!(why(&[(Name, "Ada"), (Phone, "12")]).starts_with("Phone: "));
        assert!(why(&[(Name, "Ada"), (Value, "much")]).starts_with("Value: "));
        assert!(why(&[(Name, "Ada"), (Value, "-5")]).starts_with("Value: "));
        assert!(why(&[(Name, "Ada"), (ClosesOn, "24/12/26")]).starts_with("Closes on: "));
        let own = |cell: &str| {
            read(&known(), &[Column::Every(Name), Column::Custom(FieldId(uuid::Uuid::nil()))], &["Ada".into(), cell.into()], false)
        };
        assert_eq!(own("much").unwrap_err(), "Roof area: Give a number, such as 1200 or 3.5.");
        assert_eq!(own("'-1,200").unwrap().custom.into_values().collect::<Vec<_>>(), ["-1200"]);
        assert!(own("").unwrap().custom.is_empty());
        let mapping = [Column::Every(Name), Column::Custom(FieldId(uuid::Uuid::nil()))];
        let german = read(&known(), &mapping, &["Ada".into(), "1.250,5".into()], true).unwrap();
        assert_eq!(german.custom.into_values().collect::<Vec<_>>(), ["1250.5"]);
        assert!(why(&[(Name, "Ada"), (ClosesOn, "2026-12-24garbage")]).starts_with("Closes on: "));
        assert!(row(&[(Name, "Ada"), (ClosesOn, "2026-12-24 00:00")]).unwrap().face.closes_on.is_some());
        assert_eq!(why(&[(Name, "Ada"), (Currency, "CHF")]), "Currency: “CHF” is none of GBP, EUR and USD.");
        assert_eq!(why(&[(Name, "Ada"), (Stage, "Nowhere")]), "There is no stage “Nowhere”.");
        assert_eq!(why(&[(Name, "Ada"), (Owner, "maya lind")]), "More than one colleague is called “maya lind”.");
        assert!(why(&[(Name, "Ada"), (Note, &"x".repeat(4001))]).starts_with("Note: it has 4001"));
        assert!(read(&known(), &[Column::Every(Name)], &["Ada".into(), "Byron".into()], false).unwrap_err().contains("2 cells"));
    }

    #[test]
    fn whoever_has_no_name_is_called_by_what_there_is() {
        use Field::*;
        assert_eq!(row(&[(FirstName, "Ada"), (LastName, "Byron")]).unwrap().face.name, "Ada Byron");
        assert_eq!(row(&[(Name, ""), (Organisation, "Analytical")]).unwrap().face.name, "Analytical");
        assert_eq!(row(&[(Email, "ADA@Example.test")]).unwrap().face.name, "ADA@Example.test");
        let draft =
            row(&[(Name, "Ada"), (Phone, "'+44 (0)20 7946 0182"), (Value, "€ 5.000,00"), (Source, "Fair"), (Owner, "TOM ASH")]).unwrap();
        assert_eq!((draft.face.phone.as_str(), draft.note.as_str()), ("+44 (0)20 7946 0182", "Source: Fair"));
        assert_eq!((draft.face.value.minor, draft.face.value.currency), (500_000, crate::values::Currency::Eur));
        assert_eq!(draft.keys().collect::<Vec<_>>(), ["442079460182"]);
        assert_eq!(phone_key("0044 20 7946 0182"), "442079460182");
        assert!(draft.owner.is_some());
    }
}
