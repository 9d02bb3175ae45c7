//! The chat panel and the demonstration site as HTML: plain pages that work without scripts.
//!
//! Everything that comes from outside passes [`Esc`]; `widget/panel/` takes the panel over in the browser.
use crate::server::html::Esc;

/// What the panel page shows.
pub struct PanelPage {
    /// Of the content security policy.
    pub nonce: String,
    /// The assistant's public key, as in the address.
    pub public_key: String,
    /// The company's name.
    pub company: String,
    /// The assistant's name.
    pub assistant: String,
    /// The assistant's hue and place of the lamp, 0 to 7.
    pub hue: u8,
    /// The assistant's first words.
    pub greeting: String,
    /// False while the assistant is paused: a person will answer.
    pub live: bool,
    /// The thread so far, oldest first; empty for a visitor who is not known.
    pub messages: Vec<PanelMessage>,
    /// The token of a visitor whom the cookie made known.
    pub token: Option<String>,
    /// A fresh id for the form's message, so that sending the form twice stores it once.
    pub next_id: String,
    /// Why the last message was not taken, as a sentence.
    pub error: Option<String>,
    /// What was written and not taken.
    pub draft: String,
    /// Names this build, so that no browser keeps an old script.
    pub build: String,
}

/// One message of the thread.
pub struct PanelMessage {
    pub id: String,
    /// `visitor`, `assistant` or `rep`.
    pub author: &'static str,
    /// Whose words they are; unused for the visitor's own.
    pub name: String,
    pub body: String,
    /// `sent`, `delivered` or `read`.
    pub state: &'static str,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
}

/// The icons of the panel, as symbols that `<use>` refers to.
const ICONS: &str = r##"<svg hidden aria-hidden="true"><symbol id="i-alert" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10"/><path d="M12 8v4M12 16h.01"/></symbol><symbol id="i-arrow-down" viewBox="0 0 24 24"><path d="M12 5v14M19 12l-7 7-7-7"/></symbol><symbol id="i-arrow-right" viewBox="0 0 24 24"><path d="M5 12h14M12 5l7 7-7 7"/></symbol><symbol id="i-arrow-up" viewBox="0 0 24 24"><path d="m5 12 7-7 7 7M12 19V5"/></symbol><symbol id="i-check" viewBox="0 0 24 24"><path d="M20 6 9 17l-5-5"/></symbol><symbol id="i-check-check" viewBox="0 0 24 24"><path d="M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16"/></symbol><symbol id="i-clock" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/></symbol><symbol id="i-file" viewBox="0 0 24 24"><path d="M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7ZM14 2v5h6"/></symbol><symbol id="i-paperclip" viewBox="0 0 24 24"><path d="m16 6-8.4 8.6a2 2 0 0 0 2.8 2.8L18.800 8.800a4 4 0 0 0-5.600-5.600L4.700 11.700a6 6 0 0 0 8.500 8.500L20 13.500"/></symbol><symbol id="i-wifi-off" viewBox="0 0 24 24"><path d="M12 20h.01M8.5 16.429a5 5 0 0 1 7 0M5 12.859a10 10 0 0 1 5.17-2.69M19 12.859a10 10 0 0 0-2.007-1.523M2 8.82a15 15 0 0 1 4.177-2.643M22 8.82a15 15 0 0 0-11.288-3.764M2 2l20 20"/></symbol><symbol id="i-x" viewBox="0 0 24 24"><path d="M18 6 6 18M6 6l12 12"/></symbol></svg>"##;

/// The assistant's squircle, lit from its own angle; decorative, the name stands beside it.
fn bot(hue: u8) -> String {
    let (cone, x, y, lamp_x, lamp_y) = match hue % 8 % 3 {
        0 => ("M6 3 21 15A7 3 0 0 1 8 19Z", "14", "17", "6", "4.6"),
        1 => ("M18 3 3 15A7 3 0 0 0 16 19Z", "10", "17", "18", "4.6"),
        _ => ("M12 2.5 5 17A7 3 0 0 0 19 17Z", "12", "17.5", "12", "4.2"),
    };
    format!(
        r#"<svg class="bot lamp-{}" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24"/><path d="{cone}"/><ellipse cx="{x}" cy="{y}" rx="6.4" ry="2.7"/><circle cx="{lamp_x}" cy="{lamp_y}" r="2.3"/></svg>"#,
        hue % 8
    )
}

fn message(message: &PanelMessage, assistant_face: &str) -> String {
    let who = match message.author {
        "visitor" => "You".to_owned(),
        "assistant" => format!("{}, AI assistant", message.name),
        _ => message.name.clone(),
    };
    let face = match message.author {
        "visitor" => String::new(),
        "assistant" => format!(r#"<span class="face">{assistant_face}</span>"#),
        _ => {
            let initial: String = message.name.chars().take(1).collect();
            let initial = Esc(&initial);
            format!(r#"<span class="face"><span class="person peer-4" aria-hidden="true">{initial}</span></span>"#)
        }
    };
    let when = chrono::DateTime::from_timestamp_millis(message.at).unwrap_or_default();
    format!(
        r#"<article class="msg last" data-message="{id}" data-author="{author}" data-state="{state}" data-name="{name}" data-at="{at}">{face}<div class="bubble"><span class="sr-only">{who}: </span><div class="text">{body}</div><time class="sources" datetime="{iso}">{words}</time></div></article>"#,
        id = Esc(&message.id),
        author = message.author,
        state = message.state,
        name = Esc(&message.name),
        at = message.at,
        who = Esc(&who),
        body = Esc(&message.body),
        iso = when.format("%Y-%m-%dT%H:%M:%SZ"),
        words = when.format("%-d %b, %H:%M UTC"),
    )
}

/// The whole panel page.
pub fn panel_page(data: &PanelPage) -> String {
    let face = bot(data.hue);
    let thread: String = data.messages.iter().map(|each| message(each, &face)).collect();
    let token = data.token.as_ref().map(|token| format!(r#" data-token="{}""#, Esc(token))).unwrap_or_default();
    let error = data.error.as_ref().map_or_else(String::new, |error| {
        let icon = r##"<svg class="ic" aria-hidden="true"><use href="#i-alert"/></svg>"##;
        format!(r#"<p class="refused" id="refused" role="alert">{icon}{}</p>"#, Esc(error))
    });
    let invalid = if data.error.is_some() { r#" aria-invalid="true" aria-describedby="refused""# } else { "" };
    let (assistant, company) = (Esc(&data.assistant), Esc(&data.company));
    let (sub, invite, foot) = if data.live {
        (
            "Usually answers at once",
            "Ask anything. A person can join whenever you like.".to_owned(),
            format!("{assistant} is an AI assistant. Ask for a person at any time."),
        )
    } else {
        (
            "Paused for now",
            format!("Write here and a person at {company} will answer."),
            format!("{assistant} is paused. What you write reaches the team at {company}."),
        )
    };
    format!(
        r##"<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><title>Chat with {assistant}, {company}</title>
<link rel="preload" href="/fonts/hanken-grotesk.woff2" as="font" type="font/woff2" crossorigin><link rel="stylesheet" href="/widget/panel.css?v={build}"><link rel="icon" href="data:,"><script type="module" nonce="{nonce}" src="/widget/panel.js?v={build}"></script></head>
<body><main id="panel" aria-label="Chat with {company}" data-key="{key}" data-assistant="{assistant}" data-company="{company}" data-greeting="{greeting}" data-live="{live}"{token}>
<header class="head"><span class="portrait"><span id="face">{face}</span><i id="dot"{dot}></i></span><div class="title"><div><h1 id="name">{assistant}</h1><span id="mark">AI assistant</span></div><p id="sub">{sub}</p></div><button id="close" type="button" aria-label="Close chat" hidden><svg class="ic" aria-hidden="true"><use href="#i-x"/></svg></button></header>
<div id="banner" role="status" hidden><svg class="ic" aria-hidden="true"><use href="#i-wifi-off"/></svg><span id="banner-words"></span><button type="button" hidden>Try now</button></div>
<div class="stage"><div id="scroll" role="region" aria-label="Thread" tabindex="0"><section id="welcome" aria-label="Welcome"{welcome}><h2>{greeting}</h2><p id="invite">{invite}</p><button class="starter" type="button" data-starter="I’d rather talk to a person" hidden>I’d rather talk to a person<svg class="ic" aria-hidden="true"><use href="#i-arrow-right"/></svg></button></section><div id="log" role="log" aria-label="Messages" aria-relevant="additions" data-conversation>{thread}</div><div id="growing" aria-hidden="true"></div></div><button id="pill" type="button" hidden><svg class="ic" aria-hidden="true"><use href="#i-arrow-down"/></svg>New reply</button></div>
<footer class="foot"><form id="composer" method="post" action="/w/{key}/messages">{error}<input type="hidden" name="id" value="{next_id}"><ul id="files" aria-label="Files with your message" hidden></ul><div class="field"><button id="attach" type="button" aria-label="Add files" title="Add pictures, sound or PDF" hidden><svg class="ic" aria-hidden="true"><use href="#i-paperclip"/></svg></button><input id="file" type="file" multiple hidden accept="image/png,image/jpeg,image/gif,image/webp,application/pdf,audio/*"><textarea id="body" name="body" rows="1" maxlength="4000" required aria-label="Write a message" placeholder="Write a message" enterkeyhint="send"{invalid}>
{draft}</textarea><button id="send" aria-label="Send"><svg class="ic" aria-hidden="true"><use href="#i-arrow-up"/></svg></button></div><p id="count" hidden></p></form><p id="foot">{foot}</p></footer>
</main>{ICONS}</body></html>
"##,
        greeting = Esc(&data.greeting),
        key = Esc(&data.public_key),
        build = Esc(&data.build),
        nonce = Esc(&data.nonce),
        live = data.live,
        dot = if data.live { "" } else { " hidden" },
        welcome = if data.messages.is_empty() { "" } else { " hidden" },
        next_id = Esc(&data.next_id),
        draft = Esc(&data.draft),
    )
}

/// One roof of the demonstration site: name, figures, and how far its drawing is shifted.
const ROOFS: [(&str, &str, i32); 3] = [
    ("Calder Bakery", "420 kW, 5.2 years to pay back", 0),
    ("Saltmarsh Hotels", "190 kW, 5.9 years to pay back", 1),
    ("Frew Farms", "88 kW, 6.1 years to pay back", 2),
];

fn roof(shift: i32) -> String {
    let mut cells = String::new();
    for row in 0..4 {
        for column in 0..5 {
            let (x, y) = (96 + column * 34 - row * 9 + shift * 8, 62 + row * 13);
            let shade = ["0.55", "0.7", "0.85"][(row + column + shift) as usize % 3];
            cells += &format!(r#"<path d="m{x} {y} 26 1-6 9-27-1Z" opacity="{shade}"/>"#);
        }
    }
    let (left, top, y, right) = (20 + shift * 20, 90 + shift * 10, 46 + shift * 8, 58 - shift * 4);
    format!(
        r#"<svg viewBox="0 0 320 148" preserveAspectRatio="xMidYMid slice" aria-hidden="true"><path class="roof" d="M{left} 112 {top} {y} 300 {right} 268 120Z"/><g class="cells">{cells}</g></svg>"#
    )
}

/// The site of Meridian Solar, with the widget of one assistant on it.
///
/// `assistants` are public key and name; `chosen` is the key asked for, the first is taken when it is none of them.
pub fn demo_site_page(nonce: &str, origin: &str, assistants: &[(String, String)], chosen: Option<&str>) -> String {
    let here = assistants.iter().find(|(key, _)| Some(key.as_str()) == chosen).or_else(|| assistants.first());
    let choices: String = assistants
        .iter()
        .map(|each| {
            let current = if Some(each) == here { r#" aria-current="true""# } else { "" };
            // A key is letters and digits, so it needs no encoding in an address.
            format!(r#"<li><a href="/demo/site?assistant={}"{current}>{}</a></li>"#, Esc(&each.0), Esc(&each.1))
        })
        .collect();
    let chooser = if choices.is_empty() {
        "No assistant yet: make one and it can be met here.".to_owned()
    } else {
        format!("Meet an assistant: <ul>{choices}</ul>")
    };
    let widget = here.map_or_else(String::new, |(key, _)| {
        let (origin, key) = (Esc(origin), Esc(key));
        format!(r#"<script nonce="{nonce}" src="{origin}/widget.js" data-assistant="{key}" async></script>"#, nonce = Esc(nonce))
    });
    let roofs: String =
        ROOFS.iter().map(|(name, figures, shift)| format!("<li>{}<div><b>{name}</b>{figures}</div></li>", roof(*shift))).collect();
    format!(
        r##"<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>Meridian Solar: commercial solar, designed and installed</title><meta name="description" content="We survey, design, fund and fit solar systems for factories, schools, farms and cold stores."><link rel="stylesheet" href="/widget/site.css"><link rel="icon" href="data:,"></head>
<body><aside class="demo" aria-label="Demonstration">A made-up company’s site. {chooser}</aside>
<header class="top"><a class="brand" href="#top"><svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"><path d="M2 14a9 9 0 0 1 18 0Z"/><path d="M1 17h20M4 20h14"/></svg>Meridian Solar</a><nav aria-label="Site"><a href="#how">How it works</a><a href="#projects">Projects</a><a href="#cost">Cost</a></nav><a class="button" href="tel:+442079460100">Call 020 7946 0100</a></header>
<main id="top"><section class="hero"><p class="eyebrow">Commercial solar, designed and installed</p><h1>Your roof could be paying a third of the bill.</h1><p class="lead">We survey, design, fund and fit systems from 50 kW to 2 MW for factories, schools, farms and cold stores. Most pay back in under six years.</p><div class="actions"><a class="button dark" href="#cost">See what it costs</a><a class="button" href="#projects">See projects</a></div></section>
<section class="part" id="projects"><h2>Roofs at work</h2><p>Three of the systems that we have fitted and still look after.</p><ul class="cards">{roofs}</ul></section>
<section class="part" id="how"><h2>How it works</h2><p>A 40-minute survey on your roof, a design with a figure in it two days later, and six to ten weeks from your yes to the first kilowatt-hour. You can buy the system or pay for the power alone.</p></section>
<section class="part" id="cost"><h2>What it costs</h2><p>Typical prices, fitted and connected, before any grant. Your survey gives the exact figure.</p><div class="scroll" role="region" aria-label="Prices" tabindex="0"><table><thead><tr><th scope="col">System</th><th scope="col">Roof needed</th><th scope="col">Price</th><th scope="col">Pays back in</th></tr></thead><tbody><tr><th scope="row">100 kW</th><td>600 m²</td><td>£92,000</td><td>6.1 years</td></tr><tr><th scope="row">250 kW</th><td>1,450 m²</td><td>£214,000</td><td>5.7 years</td></tr><tr><th scope="row">400 kW</th><td>2,300 m²</td><td>£328,000</td><td>5.4 years</td></tr></tbody></table></div></section></main>
<footer>Meridian Solar is made up for this demonstration; the assistant in the corner is real.</footer>{widget}</body></html>
"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closes a tag, an attribute in either quotes, a text area and a character reference.
    const HOSTILE: &str = r#"</textarea>"'><script>x()</script>&amp;"#;

    fn hostile() -> PanelPage {
        let text = || HOSTILE.to_owned();
        let from = |author| PanelMessage { id: text(), author, name: text(), body: text(), state: "sent", at: 0 };
        PanelPage {
            nonce: text(),
            public_key: text(),
            company: text(),
            assistant: text(),
            hue: 255,
            greeting: text(),
            live: false,
            messages: vec![from("visitor"), from("assistant"), from("rep")],
            token: Some(text()),
            next_id: text(),
            error: Some(text()),
            draft: text(),
            build: text(),
        }
    }

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let panel = panel_page(&hostile());
        assert_eq!(panel.matches("<script").count(), 1, "only the panel's own script");
        assert_eq!(panel.matches("</textarea>").count(), 1);
        assert!(!panel.contains(r#""'>"#) && !panel.contains("x()</script>"));
        assert!(panel.contains("&lt;script&gt;x()&lt;/script&gt;&amp;amp;"));

        let key = (HOSTILE.to_owned(), HOSTILE.to_owned());
        let site = demo_site_page(HOSTILE, HOSTILE, &[key], None);
        assert_eq!(site.matches("<script").count(), 1, "only the widget's own script");
        assert!(!site.contains(r#""'>"#) && !site.contains("x()</script>"));
    }

    #[test]
    fn a_draft_that_begins_with_a_line_break_keeps_it() {
        // HTML drops one line break after the opening tag; the template spends its own there.
        let panel = panel_page(&PanelPage { draft: "\nfirst".to_owned(), ..hostile() });
        assert!(panel.contains(">\n\nfirst</textarea>"));
    }

    #[test]
    fn an_unknown_choice_falls_back_to_the_first_assistant() {
        let all = [("k1".to_owned(), "Nora".to_owned()), ("k2".to_owned(), "Theo".to_owned())];
        let embeds =
            |chosen, key: &str| demo_site_page("n", "https://a.test", &all, chosen).contains(&format!(r#"data-assistant="{key}""#));
        assert!(embeds(Some("k2"), "k2") && embeds(Some("k9"), "k1") && embeds(None, "k1"));
        assert!(!demo_site_page("n", "https://a.test", &[], None).contains("<script"));
    }
}
