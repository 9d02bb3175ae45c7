//! What the columns of a file may be, by their names and what stands in them.

use super::row::telephone;
use crate::leads::fields::CustomField;
use crate::leads::imports::{Column, Field};
use crate::values::Email;

/// Names under which other programs write a field, in lower case and without signs.
const NAMES: [(Field, &[&str]); 14] = [
    (Field::Name, &["name", "fullname", "contactname", "contact", "leadname", "lead", "person", "customer", "client", "kontakt", "nom"]),
    (Field::FirstName, &["firstname", "givenname", "forename", "first", "vorname", "prenom", "prénom"]),
    (Field::LastName, &["lastname", "surname", "familyname", "last", "nachname"]),
    (
        Field::Organisation,
        &["organisation", "organization", "company", "companyname", "account", "accountname", "business", "employer", "firma", "société"],
    ),
    (Field::Email, &["email", "emailaddress", "mail", "primaryemail", "workemail", "courriel"]),
    (Field::Phone, &["phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "telefon", "handy", "workphone"]),
    (Field::Value, &["value", "dealvalue", "amount", "dealamount", "dealsize", "worth", "budget", "revenue", "price", "wert", "betrag"]),
    (Field::ClosesOn, &["closeson", "closedate", "closingdate", "expectedclosedate", "expectedclose", "abschlussdatum"]),
    (Field::Currency, &["currency", "currencycode", "ccy", "währung"]),
    (Field::Stage, &["stage", "dealstage", "pipelinestage", "status", "leadstatus", "phase"]),
    (Field::Owner, &["owner", "leadowner", "dealowner", "contactowner", "accountowner", "assignedto", "salesrep", "rep", "owneremail"]),
    (Field::Assistant, &["assistant", "aiassistant"]),
    (Field::Source, &["source", "leadsource", "originalsource", "channel", "quelle"]),
    (Field::Note, &["note", "notes", "remark", "remarks", "comment", "comments", "description", "notiz", "bemerkung"]),
];

/// A field for each column; none twice.
pub fn columns(header: &[String], samples: &[Vec<String>], own: &[CustomField]) -> Vec<Column> {
    let plain = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let mut guessed: Vec<Column> = Vec::with_capacity(header.len());
    let nothing = Column::Every(Field::Skip);
    for name in header {
        let name = plain(name);
        // What the company calls a field of its own is meant by that.
        let theirs = own.iter().find(|own| plain(&own.name) == name || plain(&own.slug) == name).map(|own| Column::Custom(own.id));
        let known = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| Column::Every(*field));
        let free = |column: &Column| !guessed.contains(column);
        guessed.push(theirs.filter(free).or(known.filter(free)).unwrap_or(nothing));
    }
    // Columns of another name, by what stands in every one of the first rows.
    for (field, is) in [(Field::Email, (|cell| Email::parse(cell).is_some()) as fn(&str) -> bool), (Field::Phone, telephone)] {
        let all = |column: usize| !samples.is_empty() && samples.iter().all(|row| row.get(column).is_some_and(|cell| is(cell)));
        if !guessed.contains(&Column::Every(field))
            && let Some(column) = (0..header.len()).find(|column| guessed[*column] == nothing && all(*column))
        {
            guessed[column] = Column::Every(field);
        }
    }
    guessed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::fields::FieldKind;
    use crate::values::FieldId;

    #[test]
    fn columns_are_known_by_their_names_and_by_what_stands_in_them() {
        let texts = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let header = texts(&["Full Name", "Company", "E-Mail Address", "Reach at", "Deal value", "Name", "Id"]);
        let samples = [
            texts(&["Ada Byron", "Analytical", "ada@example.test", "+44 20 7946 0182", "84k", "x", "17"]),
            texts(&["Bea", "", "bea@example.test", "020 7946 0183", "", "", "18"]),
        ];
        use Field::*;
        assert_eq!(columns(&header, &samples, &[]), [Name, Organisation, Email, Phone, Value, Skip, Skip].map(Column::Every));
        assert_eq!(columns(&texts(&["Whatever"]), &[texts(&["ada@example.test"])], &[]), [Column::Every(Email)]);
        let own = CustomField {
            id: FieldId::new(),
            slug: "budget".into(),
            name: "Budget (yearly)".into(),
            kind: FieldKind::Money,
            choices: Vec::new(),
            away: false,
        };
        let both = columns(&texts(&["Budget", "Deal value", "budget yearly"]), &[], std::slice::from_ref(&own));
        assert_eq!(both, [Column::Custom(own.id), Column::Every(Value), Column::Every(Skip)]);
    }
}
