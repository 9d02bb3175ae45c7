//! The page of a form as HTML: plain, without script, and small. Everything that comes from outside passes [`Esc`].

use super::submit::{TRAP, Typed};
use crate::leads::enquiry::{Asked, EnquiryForm};
use crate::server::html::Esc;

/// What every page of a form shows.
pub struct Around<'a> {
    /// The company's name.
    pub company: &'a str,
    /// Whether it stands in a frame of another site.
    pub framed: bool,
    /// Names this build, so that no browser keeps an old style.
    pub build: &'a str,
}

/// What stands in a form, and what is wrong with it.
pub struct Filled<'a> {
    /// For what it is posted with.
    pub ticket: &'a str,
    /// What was typed.
    pub typed: &'a Typed,
    /// What is wrong with none of the fields in particular.
    pub said: Option<String>,
    /// What is wrong with some of the fields.
    pub wrong: &'a [(&'static str, String)],
}

/// A page of a form. `head` and `main` are HTML.
fn document(around: &Around, title: &str, head: &str, main: &str) -> String {
    let (company, build) = (Esc(around.company), Esc(around.build));
    // Whose page it is, is plain from the site around it.
    let whose = if around.framed || around.company.is_empty() { String::new() } else { format!(r#"<p class="company">{company}</p>"#) };
    let named = if around.company.is_empty() { String::new() } else { format!(", {company}") };
    format!(
        r#"<!doctype html>
<html lang="en-GB"{framed}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><meta name="robots" content="noindex"><title>{title}{named}</title>{head}
<link rel="preload" href="/fonts/hanken-grotesk.woff2" as="font" type="font/woff2" crossorigin><link rel="stylesheet" href="/widget/form.css?v={build}"><link rel="icon" href="data:,"></head>
<body><main>{whose}{main}</main></body></html>
"#,
        framed = if around.framed { r#" class="framed""# } else { "" },
        title = Esc(title),
    )
}

/// The form.
pub fn form_page(around: &Around, form: &EnquiryForm, filled: &Filled) -> String {
    let action = place(form, around.framed);
    let several = filled.wrong.len();
    let said = filled.said.clone().or_else(|| match several {
        0 => None,
        1 => Some("Not sent yet: one field needs another look.".into()),
        _ => Some(format!("Not sent yet: {several} fields need another look.")),
    });
    let said = said.map_or_else(String::new, |said| format!(r#"<p class="refused" role="alert">{}</p>"#, Esc(&said)));
    let intro = if form.intro.is_empty() { String::new() } else { format!(r#"<p class="intro">{}</p>"#, Esc(&form.intro)) };
    let fields: String = [
        ("name", "Name", Asked::Required, r#"type="text" autocomplete="name" maxlength="120""#),
        ("email", "E-mail", Asked::Required, r#"type="email" autocomplete="email" maxlength="254""#),
        ("organisation", "Organisation", form.organisation, r#"type="text" autocomplete="organization" maxlength="120""#),
        ("phone", "Telephone", form.phone, r#"type="tel" autocomplete="tel" maxlength="40""#),
        ("message", "Message", form.message, ""),
    ]
    .into_iter()
    .filter(|(_, _, asked, _)| *asked != Asked::No)
    .map(|(name, label, asked, kind)| field(filled, name, label, asked, kind))
    .collect();
    let consent = if form.consent.is_empty() { String::new() } else { consent(filled, &form.consent) };
    let main = format!(
        r#"<h1>{heading}</h1>{intro}{said}
<form method="post" action="{action}"><input type="hidden" name="ticket" value="{ticket}" autocomplete="off">{fields}{consent}
<p class="trap" aria-hidden="true"><label for="{TRAP}">Leave this empty</label><input id="{TRAP}" name="{TRAP}" type="text" tabindex="-1" autocomplete="off"></p>
<button>Send</button></form>"#,
        heading = Esc(&form.heading),
        ticket = Esc(filled.ticket),
    );
    document(around, &form.heading, "", &main)
}

/// One field with its label, and what is wrong with it. The first of those that are wrong is gone to.
fn field(filled: &Filled, name: &str, label: &str, asked: Asked, kind: &str) -> String {
    let value = Esc(filled.typed.field(name));
    let (marks, error) = fault(filled, name);
    let required = if asked == Asked::Required { " required" } else { "" };
    let optional = if asked == Asked::Required { "" } else { r#" <span class="optional">(optional)</span>"# };
    let input = if name == "message" {
        let most = EnquiryForm::LONGEST_MESSAGE;
        // HTML drops one line break after the opening tag; this one is spent there.
        format!("<textarea id=\"{name}\" name=\"{name}\" rows=\"5\" maxlength=\"{most}\"{required}{marks}>\n{value}</textarea>")
    } else {
        format!(r#"<input id="{name}" name="{name}" {kind} value="{value}"{required}{marks}>"#)
    };
    format!(r#"<p class="field"><label for="{name}">{label}{optional}</label>{input}{error}</p>"#)
}

/// The tick of what has to be agreed to.
fn consent(filled: &Filled, text: &str) -> String {
    let (marks, error) = fault(filled, "consent");
    let checked = if filled.typed.field("consent").is_empty() { "" } else { " checked" };
    format!(
        r#"<p class="consent"><label><input id="consent" name="consent" type="checkbox" value="yes" required{checked}{marks}><span>{}</span></label>{error}</p>"#,
        Esc(text)
    )
}

/// What is wrong with a field: for the field itself, and below it.
fn fault(filled: &Filled, name: &str) -> (String, String) {
    match filled.wrong.iter().find(|(field, _)| *field == name) {
        Some((_, said)) => {
            let first = filled.wrong.first().is_some_and(|(field, _)| *field == name);
            let focus = if first { " autofocus" } else { "" };
            let marks = format!(r#" aria-invalid="true" aria-describedby="{name}-error"{focus}"#);
            (marks, format!(r#"<span class="error" id="{name}-error">{}</span>"#, Esc(said)))
        }
        None => Default::default(),
    }
}

/// Where a form stands.
pub fn place(form: &EnquiryForm, framed: bool) -> String {
    // A key is letters, digits and dashes, so it needs no encoding in an address.
    format!("/f/{}{}", Esc(&form.public_key), if framed { "/frame" } else { "" })
}

/// What whoever has written sees next. A frame cannot leave by itself: there the way on is a link.
pub fn thanks_page(around: &Around, form: &EnquiryForm) -> String {
    let again = format!(r#"<p><a href="{}">Send another</a></p>"#, place(form, around.framed));
    let (head, on) = if form.redirect.is_empty() {
        (String::new(), again)
    } else {
        let to = Esc(&form.redirect);
        let head = if around.framed { String::new() } else { format!(r#"<meta http-equiv="refresh" content="0; url={to}">"#) };
        (head, format!(r#"<p><a href="{to}" target="_top">Go on</a></p>"#))
    };
    let main = format!(r#"<h1>Sent</h1><p class="intro" role="status">{}</p>{on}"#, Esc(&form.thanks));
    document(around, "Sent", &head, &main)
}

/// A page that says one thing.
pub fn plain_page(around: &Around, title: &str, text: &str) -> String {
    document(around, title, "", &format!(r#"<h1>{}</h1><p class="intro">{}</p>"#, Esc(title), Esc(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::EnquiryFormId;

    /// Closes a tag, an attribute in either quotes, a text area and a character reference.
    const HOSTILE: &str = r#"</textarea>"'><script>x()</script>&amp;"#;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let text = || HOSTILE.to_owned();
        let form = EnquiryForm {
            id: EnquiryFormId::new(),
            public_key: text(),
            name: text(),
            heading: text(),
            intro: text(),
            organisation: Asked::Optional,
            phone: Asked::Required,
            message: Asked::Optional,
            consent: text(),
            thanks: text(),
            redirect: text(),
            stage: None,
            assistant: None,
            owner: None,
            live: true,
            submissions: 0,
            last_at: None,
        };
        let fields = ["name", "email", "organisation", "phone", "message"];
        let typed = Typed(fields.map(|field| (field.to_owned(), text())).to_vec());
        let wrong = fields.map(|field| (field, text()));
        let filled = Filled { ticket: HOSTILE, typed: &typed, said: Some(text()), wrong: &wrong };
        for framed in [false, true] {
            let around = Around { company: HOSTILE, framed, build: HOSTILE };
            for page in [form_page(&around, &form, &filled), thanks_page(&around, &form), plain_page(&around, HOSTILE, HOSTILE)] {
                assert!(!page.contains("<script") && !page.contains(r#""'>"#), "{page}");
                assert!(page.contains("&lt;script&gt;x()&lt;/script&gt;&amp;amp;"));
                assert!(page.matches("</textarea>").count() <= 1);
            }
        }
    }
}
