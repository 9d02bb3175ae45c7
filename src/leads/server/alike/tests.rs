//! Likenesses against a real Postgres.

use super::{add_lead, load_alike};
use crate::error::AppError;
use crate::leads::model::{Card, NewLead};
use crate::leads::server::{service, trash};
use crate::server::testing::{TestApp, person};

fn new(name: &str, email: &str, phone: &str) -> NewLead {
    NewLead { email: email.into(), phone: phone.into(), ..crate::leads::server::tests::new(name, "", None) }
}

#[tokio::test]
async fn who_is_there_already_is_told_when_added_and_added_all_the_same_if_meant() {
    let test = TestApp::new().await;
    let (company, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (app, boss) = (&test.app, person(&company.manager));
    let ada = add_lead(app, &boss, new("Ada Byron", "ada@example.test", "+44 (0)20 7946 0182"), false).await.unwrap();
    add_lead(app, &person(&theirs.admin), new("Theirs", "ada@example.test", ""), false).await.expect("another company's is nobody");

    for (email, phone, by) in [(" ADA@example.test", "", "ada@example.test"), ("", "0044 20 7946-0182", "+44 (0)20 7946 0182")] {
        let refused = add_lead(app, &boss, new("A. Byron", email, phone), false).await;
        let Err(AppError::Conflict { reason, current: Some(current) }) = refused else { panic!("{refused:?}") };
        assert_eq!(reason, format!("{by} is there already: Ada Byron, in New."));
        assert_eq!(serde_json::from_value::<Card>(*current).unwrap().id, ada.id);
    }
    // A rep is not told of a lead that they may not see. A double click is no likeness.
    let of_rep = new("Ada B", "ada@example.test", "");
    let first = add_lead(app, &person(&company.other_rep), of_rep.clone(), false).await.unwrap();
    assert_eq!(add_lead(app, &person(&company.other_rep), of_rep, false).await.unwrap().id, first.id);
    let again = add_lead(app, &boss, new("A. Byron", "ada@example.test", "020 1111 2222"), true).await.unwrap();

    let page = service::load_lead(app, &boss, ada.id).await.unwrap();
    let names: Vec<_> = page.alike.iter().map(|alike| (alike.lead, &*alike.by)).collect();
    assert_eq!(names, [(again.id, "ada@example.test"), (first.id, "ada@example.test")], "the latest first, never itself");
    let of_rep = service::load_lead(app, &person(&company.other_rep), first.id).await.unwrap();
    assert_eq!(of_rep.alike, [], "nothing out of reach");
    trash::remove_lead(app, &boss, again.id, None).await.unwrap();
    assert_eq!(service::load_lead(app, &boss, ada.id).await.unwrap().alike.len(), 1, "nothing in the trash");
    // Nothing typed is like nothing typed.
    for name in ["No address", "None either"] {
        add_lead(app, &boss, new(name, "", ""), false).await.unwrap();
    }
}

#[tokio::test]
async fn the_list_has_every_likeness_once_page_by_page() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, boss) = (&test.app, person(&company.manager));
    for number in 0..60 {
        for _ in 0..2 + usize::from(number == 7) {
            let lead = new("Twin", &format!("twin{number:02}@example.test"), "");
            service::create_lead(app, &boss, lead).await.unwrap();
        }
    }
    service::create_lead(app, &boss, new("Ada", "ada@example.test", "0044 20 7946 0182")).await.unwrap();
    service::create_lead(app, &boss, new("Ida", "ida@example.test", "+44 20 7946 0182")).await.unwrap();

    let (mut all, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = load_alike(app, &boss, &after).await.unwrap();
        all.extend(page.groups);
        pages += 1;
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!((all.len(), pages), (61, 2));
    assert_eq!((&*all[7].by, all[7].leads.len()), ("twin07@example.test", 3));
    let last: Vec<_> = all[60].leads.iter().map(|lead| &*lead.name).collect();
    assert_eq!(last, ["Ida", "Ada"], "numbers behind addresses");
    assert_eq!(load_alike(app, &person(&company.other_rep), "").await.unwrap().groups, []);
}
