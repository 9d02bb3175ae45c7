//! Notes that name colleagues, against a real Postgres.

use super::{LETTERS_AN_HOUR, write_note};
use crate::activity::model::Event;
use crate::leads::server::{service, tests::new};
use crate::server::testing::{TestApp, person};
use crate::values::*;

#[tokio::test]
async fn whom_a_note_names_is_written_to_once_and_nobody_who_cannot_see_the_lead() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let rep = person(&ours.rep);
    let lead = service::create_lead(&test.app, &rep, new("Ada Byron", "", None)).await.unwrap().id;
    let letters = || async {
        sqlx::query_as::<_, (String, String, String)>("select recipient, subject, body from ops.mails where company_id = $1 order by id")
            .bind(ours.id)
            .fetch_all(&test.owner)
            .await
            .unwrap()
    };
    let (boss, other) = (ours.manager.name.clone(), ours.other_rep.name.clone());
    let (note, body) = (MutationId::new(), format!("@{} and @{}, and @{} again: zebra", boss.to_uppercase(), ours.rep.name, boss));
    for _ in 0..2 {
        write_note(&test.app, &rep, note, lead, body.clone()).await.unwrap();
    }
    let sent = letters().await;
    assert_eq!(sent.len(), 1, "to oneself nobody writes: {sent:?}");
    assert_eq!((sent[0].0.as_str(), &sent[0].1), (ours.manager.email.as_str(), &format!("{} mentioned you in a note", ours.rep.name)));
    assert!(sent[0].2.contains("zebra") && sent[0].2.contains(&format!("/leads/{lead}")), "{}", sent[0].2);
    let page = service::load_lead(&test.app, &rep, lead).await.unwrap();
    let Event::NoteWritten { mentions, .. } = &page.timeline[0].event else { panic!("{:?}", page.timeline[0]) };
    assert_eq!(*mentions, [ours.manager.user, ours.rep.user]);

    // Another rep does not see the lead; a stranger is nobody here.
    let refused = write_note(&test.app, &rep, MutationId::new(), lead, format!("@{other}, look")).await.unwrap_err();
    assert!(refused.field() == Some("body") && refused.to_string().starts_with(&format!("{other} cannot see")), "{refused}");
    write_note(&test.app, &rep, MutationId::new(), lead, format!("@{}, kit@elder.test", theirs.admin.name)).await.unwrap();
    assert_eq!(letters().await.len(), 1);

    // However often one is named, no more than so many letters come of it; the notes stand.
    for _ in 0..LETTERS_AN_HOUR + 2 {
        write_note(&test.app, &rep, MutationId::new(), lead, format!("@{boss}, see this")).await.unwrap();
    }
    assert_eq!(letters().await.len() as i64, LETTERS_AN_HOUR);
    let written: i64 =
        sqlx::query_scalar("select count(*) from sales.notes where company_id = $1").bind(ours.id).fetch_one(&test.owner).await.unwrap();
    assert_eq!(written, LETTERS_AN_HOUR + 4);
    // Another's letters are their own.
    write_note(&test.app, &person(&ours.admin), MutationId::new(), lead, format!("@{boss}, and this")).await.unwrap();
    assert_eq!(letters().await.len() as i64, LETTERS_AN_HOUR + 1);
}
