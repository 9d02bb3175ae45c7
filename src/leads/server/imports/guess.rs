//! What the columns of a file may be, by their names and what stands in them.

use super::row::telephone;
use crate::leads::imports::Field;
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
pub fn columns(header: &[String], samples: &[Vec<String>]) -> Vec<Field> {
    let mut guessed: Vec<Field> = Vec::with_capacity(header.len());
    for name in header {
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let known = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field);
        guessed.push(known.filter(|field| !guessed.contains(field)).unwrap_or(Field::Skip));
    }
    // Columns of another name, by what stands in every one of the first rows.
    for (field, is) in [(Field::Email, (|cell| Email::parse(cell).is_some()) as fn(&str) -> bool), (Field::Phone, telephone)] {
        let all = |column: usize| !samples.is_empty() && samples.iter().all(|row| row.get(column).is_some_and(|cell| is(cell)));
        if !guessed.contains(&field)
            && let Some(column) = (0..header.len()).find(|column| guessed[*column] == Field::Skip && all(*column))
        {
            guessed[column] = field;
        }
    }
    guessed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names_and_by_what_stands_in_them() {
        let texts = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let header = texts(&["Full Name", "Company", "E-Mail Address", "Reach at", "Deal value", "Name", "Id"]);
        let samples = [
            texts(&["Ada Byron", "Analytical", "ada@example.test", "+44 20 7946 0182", "84k", "x", "17"]),
            texts(&["Bea", "", "bea@example.test", "020 7946 0183", "", "", "18"]),
        ];
        use Field::*;
        assert_eq!(columns(&header, &samples), [Name, Organisation, Email, Phone, Value, Skip, Skip]);
        assert_eq!(columns(&texts(&["Whatever"]), &[texts(&["ada@example.test"])]), [Email]);
    }
}
