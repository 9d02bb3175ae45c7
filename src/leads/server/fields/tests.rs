//! Fields that a company makes, against a real Postgres.

use super::{add_field, change_field, load_fields, put_away, read, shift_field};
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::leads::fields::{CustomField, FieldKind, LeadField};
use crate::leads::model::NewLead;
use crate::leads::server::{
    service,
    tests::{edit, new},
};
use crate::server::testing::{TestApp, person};
use crate::values::*;

async fn names(test: &TestApp, actor: &Actor) -> Vec<String> {
    load_fields(&test.app, actor).await.unwrap().into_iter().map(|field| field.name).collect()
}

#[test]
fn each_kind_takes_what_it_is_for() {
    let field = |kind| CustomField {
        id: FieldId::new(),
        slug: "x".into(),
        name: "X".into(),
        kind,
        choices: vec!["Steel".into(), "Tile".into()],
        away: false,
    };
    use FieldKind::*;
    for (kind, typed, kept) in [
        (Text, "  two words ", Some("two words")),
        (Text, "a\nb", None),
        (Text, "", Some("")),
        (Number, "1,200.5", Some("1200.5")),
        (Number, "−3", Some("-3")),
        (Number, "1e9", None),
        (Number, "-", None),
        (Number, "1.2.3", None),
        (Number, "3,5", None),
        (Money, "1250,50", None),
        (Number, "٣", None),
        (Money, "£84k", Some("84,000")),
        (Money, "0", Some("0")),
        (Money, "much", None),
        (Date, "2026-12-24", Some("2026-12-24")),
        (Date, "2026-02-30", None),
        (Choice, "Steel", Some("Steel")),
        (Choice, "steel", Some("Steel")),
        (Choice, "glass", None),
        (Link, "example.com/a?b=1", Some("https://example.com/a?b=1")),
        (Link, "http://example.com", Some("http://example.com")),
        (Link, "javascript:alert(1)", None),
        (Link, "javascript://example.com/%0aalert(1)", None),
        (Link, "data:text/html,x", None),
        (Link, "https://bank.com@evil.com", None),
        (Link, "https://", None),
        (Link, "localhost", None),
        (Link, "no space.com", None),
    ] {
        let field = field(kind);
        match (read(&field, typed, Currency::Gbp), kept) {
            (Ok(text), Some(kept)) => assert_eq!(text, kept, "{typed:?}"),
            (Err(error), None) => assert_eq!(error.field(), Some(field.id.to_string().as_str()), "{typed:?}"),
            (other, _) => panic!("{kind} {typed:?}: {other:?}"),
        }
        assert!(read(&field, &"9".repeat(501), Currency::Gbp).is_err());
    }
}

#[tokio::test]
async fn an_admin_arranges_them_and_what_was_written_outlives_being_put_away() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (admin, rep) = (person(&company.admin), person(&company.rep));
    for (name, kind, choices) in [("Roof area", "number", ""), ("Roof", "choice", "Steel\n\n Tile \nSteel"), ("Website", "link", "")] {
        add_field(&test.app, &admin, name, kind, choices).await.unwrap();
    }
    let [area, roof, site] = <[CustomField; 3]>::try_from(load_fields(&test.app, &rep).await.unwrap()).unwrap();
    assert_eq!((area.slug.as_str(), roof.choices.join(","), site.kind), ("roof_area", "Steel,Tile".into(), FieldKind::Link));
    shift_field(&test.app, &admin, site.id, true).await.unwrap();
    shift_field(&test.app, &admin, area.id, true).await.unwrap();
    assert_eq!(names(&test, &rep).await, ["Roof area", "Website", "Roof"]);

    // A lead that a program sends, and one that is changed by hand.
    let sent = NewLead { custom: vec![(area.id, "1,200".into()), (roof.id, "".into())], ..new("Ada Byron", "", None) };
    let lead = service::create_lead(&test.app, &rep, sent).await.unwrap().id;
    let page = service::load_lead(&test.app, &rep, lead).await.unwrap();
    assert_eq!((page.custom.len(), page.custom[&area.id].as_str(), page.fields.len()), (1, "1200", 3));
    let roofed = edit(&page, &[(LeadField::Custom(roof.id), "Tile"), (LeadField::Custom(area.id), "")]);
    let done = service::edit_lead(&test.app, &rep, roofed).await.unwrap();
    assert_eq!(done.changed.iter().map(|change| change.label.as_str()).collect::<Vec<_>>(), ["Roof", "Roof area"]);

    // A choice that is offered no more stays where it was chosen, and cannot be chosen again.
    change_field(&test.app, &admin, roof.id, "Roof type", "Steel\nSlate").await.unwrap();
    let page = service::load_lead(&test.app, &rep, lead).await.unwrap();
    assert_eq!(page.custom.values().collect::<Vec<_>>(), ["Tile"]);
    put_away(&test.app, &admin, roof.id, true).await.unwrap();
    let away = service::load_lead(&test.app, &rep, lead).await.unwrap();
    assert_eq!(away.fields.len(), 2);
    let refused = service::edit_lead(&test.app, &rep, edit(&away, &[(LeadField::Custom(roof.id), "Steel")])).await.unwrap_err();
    assert_eq!(refused.field(), Some(roof.id.to_string().as_str()));
    put_away(&test.app, &admin, roof.id, false).await.unwrap();
    assert_eq!(service::load_lead(&test.app, &rep, lead).await.unwrap().custom[&roof.id], "Tile");
}

#[tokio::test]
async fn names_are_a_companys_own_and_only_admins_arrange() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let admin = person(&ours.admin);
    add_field(&test.app, &admin, "Roof", "text", "").await.unwrap();
    for (name, kind, choices, field) in [
        (" ", "text", "", "name"),
        ("e-MAIL", "text", "", "name"),
        ("Company", "text", "", "name"),
        ("roof", "text", "", "name"),
        (&"x".repeat(41), "text", "", "name"),
        ("Size", "sphere", "", "kind"),
        ("Size", "choice", "one", "choices"),
    ] {
        let refused = add_field(&test.app, &admin, name, kind, choices).await.unwrap_err();
        assert_eq!(refused.field(), Some(field), "{name}");
    }
    let roof = load_fields(&test.app, &admin).await.unwrap()[0].id;
    for (stranger, error) in [(&ours.manager, None), (&ours.rep, None), (&theirs.admin, Some(AppError::NotFound))] {
        let asked = person(stranger);
        for refused in [
            change_field(&test.app, &asked, roof, "Mine", "").await,
            put_away(&test.app, &asked, roof, true).await,
            shift_field(&test.app, &asked, roof, true).await,
        ] {
            let refused = refused.unwrap_err();
            assert!(error.as_ref().map_or(matches!(refused, AppError::Forbidden { .. }), |error| *error == refused), "{refused:?}");
        }
    }
    // The same name in another company, the same slug with a number in the same.
    add_field(&test.app, &person(&theirs.admin), "Roof", "text", "").await.unwrap();
    add_field(&test.app, &admin, "Roof?", "text", "").await.unwrap();
    let slugs: Vec<String> = load_fields(&test.app, &admin).await.unwrap().into_iter().map(|field| field.slug).collect();
    assert_eq!(slugs, ["roof", "roof_2"]);
    // Long names that differ by a sign have slugs of their own.
    for name in ["a".repeat(39) + "!", "a".repeat(39) + "?"] {
        add_field(&test.app, &person(&theirs.admin), &name, "text", "").await.unwrap();
    }
    // Many at once: none is lost, and no more than there may be.
    let many = (0..60).map(|n| {
        let (app, admin) = (test.app.clone(), admin.clone());
        async move { add_field(&app, &admin, &format!("Field {n}"), "text", "").await.is_ok() }
    });
    let made = futures::future::join_all(many).await.into_iter().filter(|made| *made).count();
    assert_eq!(made, CustomField::MOST - 2);
}
