//! Imports against a real Postgres, over real HTTP.

use super::run::ReadImport;
use super::{check, load_import, load_imports, remove, report, start, stop};
use crate::accounts::model::Me;
use crate::activity::model::{Event, Who};
use crate::error::AppError;
use crate::leads::filter::{Filter, Sight};
use crate::leads::imports::{Column, Fate, Field, ImportPage, ImportState};
use crate::leads::model::NewLead;
use crate::leads::server::{export::export, pipeline, service};
use crate::server::jobs::Job;
use crate::server::testing::{Browser, TestApp, form_with_file, person};
use crate::values::*;
use futures::TryStreamExt;
use std::time::{Duration, Instant};

impl Browser {
    /// Sends a file; gives the status, where it leads and what the page says.
    async fn send(&self, id: ImportId, name: &str, file: &[u8]) -> (u16, String, String) {
        let request = self.http.post(format!("{}/leads/import", self.address)).header("cookie", &self.cookie);
        let request =
            request.header("content-type", "multipart/form-data; boundary=B").body(form_with_file(("import", &id.to_string()), name, file));
        let answer = request.send().await.expect("an answer");
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }

    async fn post(&self, path: &str, body: &str) -> (u16, String) {
        let request = self.http.post(format!("{}{path}", self.address)).header("cookie", &self.cookie);
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.address)).header("cookie", &self.cookie).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

async fn sent(test: &TestApp, me: &Me, file: &[u8]) -> ImportId {
    let id = ImportId::new();
    let (status, to, page) = Browser::of(test, me).await.send(id, "leads.csv", file).await;
    assert_eq!((status, to), (303, format!("/leads/import/{id}")), "{page}");
    id
}

async fn page(test: &TestApp, me: &Me, id: ImportId) -> ImportPage {
    load_import(&test.app, &person(me), id, Fate::Bad, 0).await.expect("there")
}

/// Waits until nothing is being done with it.
async fn settled(test: &TestApp, me: &Me, id: ImportId) -> ImportPage {
    loop {
        let page = page(test, me, id).await;
        if !page.row.state.busy() {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// Has it checked with the columns as they were guessed.
async fn checked(test: &TestApp, me: &Me, id: ImportId) -> ImportPage {
    let mapping = page(test, me, id).await.mapping;
    check(&test.app, &person(me), id, mapping).await.expect("checked");
    settled(test, me, id).await
}

async fn count(test: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&test.owner).await.unwrap()
}

/// So many rows; every one whose number `bad` divides will not do.
fn rows(number: usize, bad: usize) -> String {
    let mut file = String::from("Name,Company,E-mail,Phone,Value,Note\r\n");
    for row in 1..=number {
        let email = if row % bad == 0 { "nobody at all".to_owned() } else { format!("lead{row}@example.test") };
        file.push_str(&format!("\"Lead {row}\",Works {},{email},+44 20 {row:07},\"{row},000\",\"Line one\r\nline two\"\r\n", row % 97));
    }
    file
}

#[tokio::test]
async fn two_thousand_rows_with_twenty_bad_ones_make_leads_like_any_other() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (me, manager) = (&company.manager, person(&company.manager));
    let by_hand = NewLead {
        mutation: MutationId::new(),
        name: "By hand".into(),
        organisation: String::new(),
        email: String::new(),
        phone: String::new(),
        value: String::new(),
        closes_on: String::new(),
        custom: Vec::new(),
        stage: None,
    };
    service::create_lead(&test.app, &manager, by_hand).await.unwrap();
    test.work();
    let id = sent(&test, me, rows(2000, 100).as_bytes()).await;
    use Field::*;
    assert_eq!(page(&test, me, id).await.mapping, [Name, Organisation, Email, Phone, Value, Note].map(Column::Every));

    let dry = checked(&test, me, id).await;
    assert_eq!((dry.row.state, dry.row.added, dry.row.bad, dry.row.duplicates), (ImportState::Checked, 1980, 20, 0));
    assert_eq!(count(&test, "select count(*) from sales.leads").await, 1, "nothing is stored yet");
    // Each row is three lines: the note has two.
    assert_eq!(dry.rejected.iter().map(|row| row.line).collect::<Vec<_>>(), (1..=20).map(|n| 2 + 2 * (n * 100 - 1)).collect::<Vec<_>>());
    assert!(dry.rejected[0].reason.starts_with("E-mail: That is no e-mail address"), "{:?}", dry.rejected[0]);

    start(&test.app, &manager, id).await.unwrap();
    start(&test.app, &manager, id).await.unwrap();
    let done = settled(&test, me, id).await;
    assert_eq!((done.row.state, done.row.added, done.row.bad, done.percent), (ImportState::Done, 1980, 20, 100));
    start(&test.app, &manager, id).await.unwrap();

    let board = service::load_board(&test.app, &manager, &Sight::default()).await.unwrap();
    assert_eq!(board.cards.len(), 1981);
    let names: Vec<_> = board.column(company.stages[0]).map(|card| card.name.clone()).collect();
    assert_eq!(
        (&names[..3], names.last().map(String::as_str)),
        (&["By hand".into(), "Lead 1".into(), "Lead 2".into()][..], Some("Lead 1999"))
    );
    let lead = board.column(company.stages[0]).find(|card| card.name == "Lead 7").unwrap().id;
    let lead = service::load_lead(&test.app, &manager, lead).await.unwrap();
    assert_eq!(
        (lead.email.as_str(), lead.card.source, lead.card.value.minor),
        ("lead7@example.test", crate::leads::model::Source::Import, 700_000)
    );
    assert!(lead.card.score.is_some() && !lead.score_reasons.is_empty());
    assert!(matches!(&lead.timeline[0].event, Event::NoteWritten { body, .. } if body == "Line one\r\nline two"));
    assert!(matches!(lead.timeline[1].event, Event::LeadCreated { import: Some(by), .. } if by == id));
    assert!(matches!(&lead.timeline[1].actor, Who::Person { id, .. } if *id == me.user));
    let found = crate::search::server::service::search(&test.app, &manager, "lead7@example.test").await.unwrap();
    assert!(format!("{found:?}").contains("Lead 7"), "{found:?}");

    // No number of the stream is missing, and boards were told once, not two thousand times.
    assert_eq!(count(&test, "select max(seq) - count(*) from ops.events").await, 0);
    assert_eq!(count(&test, "select count(*) from ops.events where kind = 'leads_imported'").await, 1);
    assert_eq!(count(&test, "select count(*) from sales.import_pieces").await, 0, "the file is not kept");
    assert_eq!(count(&test, "select count(*) from sales.import_keys").await, 0);

    // The same file once more: everybody is there already.
    let again = sent(&test, me, rows(2000, 100).as_bytes()).await;
    let dry = checked(&test, me, again).await;
    assert_eq!((dry.row.added, dry.row.duplicates, dry.row.bad), (0, 1980, 20));
}

#[tokio::test]
async fn a_job_that_dies_between_and_in_the_middle_of_rows_loses_and_doubles_nothing() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (me, manager) = (&company.manager, person(&company.manager));
    let id = sent(&test, me, rows(3000, 10).as_bytes()).await;
    let mapping = page(&test, me, id).await.mapping;
    check(&test.app, &manager, id, mapping).await.unwrap();
    let job = ReadImport::of(&manager, id).unwrap();
    job.clone().run(&test.app).await.unwrap();
    start(&test.app, &manager, id).await.unwrap();
    let mut kills = 0;
    while page(&test, me, id).await.row.state == ImportState::Importing {
        // Dropped wherever it happens to be: what was not committed never happened.
        let pause = Duration::from_millis(20 + 35 * kills);
        let _ = tokio::time::timeout(pause, job.clone().run(&test.app)).await;
        kills += 1;
        if kills % 3 == 0 {
            assert!(job.read_some(&test.app, false).await.is_ok());
        }
    }
    assert!(kills > 2, "{kills} kills show nothing");
    // Two that run at once, after the end as well.
    let (one, other) = tokio::join!(job.clone().run(&test.app), job.clone().run(&test.app));
    assert!(one.is_ok() && other.is_ok());
    let done = page(&test, me, id).await;
    assert_eq!((done.row.state, done.row.added, done.row.bad), (ImportState::Done, 2700, 300));
    assert_eq!(count(&test, "select count(*) from sales.leads").await, 2700);
    assert_eq!(count(&test, "select count(distinct email) from sales.contacts").await, 2700);
    assert_eq!(count(&test, "select count(distinct lead_id) from ops.events where kind = 'lead_created'").await, 2700);
    assert_eq!(count(&test, "select count(*) from sales.import_rejects").await, 300);
    assert_eq!(count(&test, "select max(seq) - count(*) from ops.events").await, 0);
}

#[tokio::test]
async fn two_jobs_at_once_read_each_row_once_and_whoever_stops_keeps_what_came_in() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (me, manager) = (&company.manager, person(&company.manager));
    let id = sent(&test, me, rows(2500, 50).as_bytes()).await;
    let mapping = page(&test, me, id).await.mapping;
    check(&test.app, &manager, id, mapping).await.unwrap();
    let job = ReadImport::of(&manager, id).unwrap();
    let (one, other) = tokio::join!(job.clone().run(&test.app), job.clone().run(&test.app));
    assert!(one.is_ok() && other.is_ok());
    start(&test.app, &manager, id).await.unwrap();
    job.read_some(&test.app, false).await.unwrap();
    stop(&test.app, &manager, id).await.unwrap();
    assert!(!job.read_some(&test.app, false).await.unwrap(), "nothing is read of what is stopped");
    let stopped = page(&test, me, id).await;
    assert_eq!((stopped.row.state, stopped.row.added, stopped.row.bad), (ImportState::Stopped, 490, 10));
    super::go_on(&test.app, &manager, id).await.unwrap();
    let (one, other) = tokio::join!(job.clone().run(&test.app), job.clone().run(&test.app));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(page(&test, me, id).await.row.added, 2450);
    assert_eq!(count(&test, "select count(*) from sales.leads").await, 2450);
    remove(&test.app, &manager, id).await.unwrap();
    assert_eq!(count(&test, "select count(*) from sales.leads").await, 2450, "leads stay when the report goes");
}

#[tokio::test]
async fn files_of_every_make_are_read() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = &company.manager;
    test.work();
    let utf16: Vec<u8> = "\u{feff}Name\tE-mail\r\nZoë\tzoe@example.test\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: [(&[u8], &str); 5] = [
        (b"\xef\xbb\xbfName;Value\nJos\xc3\xa9;12.345,50\n", "José"),
        (b"Name,Company\r\nJosef,B\xe4cker\r\n", "Josef"),
        (b"Name\rAda\rBea", "Bea"),
        (&utf16, "Zoë"),
        (b"Name\nCora\n", "Cora"),
    ];
    for (file, name) in files {
        let id = sent(&test, me, file).await;
        let dry = checked(&test, me, id).await;
        assert!(dry.row.added > 0 && dry.row.bad == 0, "{name}: {dry:?}");
        start(&test.app, &person(me), id).await.unwrap();
        settled(&test, me, id).await;
        let board = service::load_board(&test.app, &person(me), &Sight::default()).await.unwrap();
        assert!(board.cards.values().any(|card| card.name == name), "{name}");
    }
    let board = service::load_board(&test.app, &person(me), &Sight::default()).await.unwrap();
    let of = |name: &str| board.cards.values().find(|card| card.name == name).unwrap();
    assert_eq!((of("José").value.minor, of("Josef").organisation.as_str()), (1_234_550, "Bäcker"));
}

#[tokio::test]
async fn what_a_row_names_is_found_and_what_is_there_already_is_passed_over() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = &company.admin;
    test.work();
    let file = format!(
        "Name,Name,E-mail,Phone,Stage,Owner,Assistant,Currency,Value,Source\n\
         Ada,x,ADA@example.test,,Qualified,{owner},nora,EUR,\"1,500\",Fair\n\
         Ada again,,ada@example.test,,,,,,,\n\
         Bea,,bea@example.test,020 7946 0182,won,Manager of Meridian,,,€20,\n\
         Bea again,,,(020) 7946-0182,,,,,,\n\
         ,,,,,,,,,\n\
         Cora,,,,Nowhere,,,,,\n\
         Dora,,,,,nobody@example.test,,,,\n\
         Edda,,,,,,Hal,,,\n\
         {long},,,,,,,,,\n\
         Fay,,,,,,,,,,too,much\n\
         '=Gwen,,,,,,,,,\n",
        owner = company.rep.email,
        long = "x".repeat(10_000),
    );
    let id = sent(&test, me, file.as_bytes()).await;
    use Field::*;
    assert_eq!(
        page(&test, me, id).await.mapping,
        [Name, Skip, Email, Phone, Stage, Owner, Assistant, Currency, Value, Source].map(Column::Every)
    );
    let dry = checked(&test, me, id).await;
    let lines: Vec<_> = dry.rejected.iter().map(|row| row.line).collect();
    assert_eq!((dry.row.added, dry.row.duplicates, &lines[..]), (3, 2, &[7, 8, 9, 10, 11][..]), "{:?}", dry.rejected);
    let twice = load_import(&test.app, &person(me), id, Fate::Duplicate, 0).await.unwrap().rejected;
    assert_eq!(
        twice.iter().map(|row| (row.line, row.reason.as_str())).collect::<Vec<_>>(),
        [(3, "An earlier row has the address ada@example.test already."), (5, "An earlier row has that telephone number already.")]
    );
    start(&test.app, &person(me), id).await.unwrap();
    settled(&test, me, id).await;
    let board = service::load_board(&test.app, &person(me), &Sight::default()).await.unwrap();
    let of = |name: &str| board.cards.values().find(|card| card.name == name).unwrap_or_else(|| panic!("no {name}"));
    let ada = of("Ada");
    assert_eq!((ada.stage, ada.owner, ada.assistant), (company.stages[2], Some(company.rep.user), Some(company.assistant)));
    assert_eq!((ada.value.minor, ada.value.currency), (150_000, crate::values::Currency::Eur));
    assert_eq!((of("Bea").stage, of("Bea").owner), (company.stages[4], Some(company.manager.user)));
    // Whoever it was given to sees it, and nobody else of the reps.
    assert_eq!(service::load_board(&test.app, &person(&company.rep), &Sight::default()).await.unwrap().cards.len(), 1);
    assert_eq!(service::load_board(&test.app, &person(&company.other_rep), &Sight::default()).await.unwrap().cards.len(), 0);

    let pieces: Vec<_> = report(&test.app, &person(me), id).await.unwrap().try_collect().await.unwrap();
    let text = String::from_utf8(pieces.concat()).unwrap();
    let rows: Vec<csv::StringRecord> = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes())
        .into_records()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 7);
    assert_eq!((&rows[0][0], &rows[0][10], &rows[0][11]), ("Cora", "7", "There is no stage “Nowhere”."));
    assert_eq!(&rows[5][0], "Ada again");
}

/// As the download writes stages: outside the first pipeline behind its name.
#[tokio::test]
async fn a_stage_is_found_by_the_name_that_the_download_gives_it_whatever_its_pipeline() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = &company.admin;
    test.work();
    pipeline::add_pipeline(&test.app, &person(me), "Care").await.unwrap();
    let id = sent(&test, me, b"Name,Stage\nAda,qualified\nBea,Care: Qualified\nCal,\n").await;
    checked(&test, me, id).await;
    start(&test.app, &person(me), id).await.unwrap();
    settled(&test, me, id).await;
    let written: Vec<_> = export(&test.app, &person(me), Filter::default()).await.unwrap().try_collect().await.unwrap();
    let text = String::from_utf8(written.concat()).unwrap();
    let mut rows: Vec<(String, String)> = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
        .into_records()
        .map(Result::unwrap)
        .map(|row| (row[0].to_owned(), row[4].to_owned()))
        .collect();
    rows.sort();
    let expected =
        [("Ada", "Qualified"), ("Bea", "Care: Qualified"), ("Cal", "New")].map(|(name, stage)| (name.to_owned(), stage.to_owned()));
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn the_report_holds_no_formula_and_can_be_brought_in_again() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = &company.manager;
    test.work();
    let id = sent(&test, me, b"Name,E-mail,Phone\n=HYPERLINK(1),no,+44 20 7946 0182\n@x,no,-1\n").await;
    checked(&test, me, id).await;
    let (status, text) = Browser::of(&test, me).await.get(&format!("/leads/import/{id}/rejected.csv")).await;
    assert_eq!(status, 200);
    assert!(text.contains("\n'=HYPERLINK(1),no,'+44 20 7946 0182,2,") && text.contains("\n'@x,no,'-1,3,"), "{text}");
    let again = sent(&test, me, text.replace(",no,", ",ada@example.test,").as_bytes()).await;
    let dry = page(&test, me, again).await;
    assert_eq!(dry.mapping, [Field::Name, Field::Email, Field::Phone, Field::Skip, Field::Skip].map(Column::Every));
    assert_eq!(checked(&test, me, again).await.row.added, 1);
}

#[tokio::test]
async fn a_file_that_will_not_do_is_refused_beside_its_field() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let browser = Browser::of(&test, &company.manager).await;
    let long = format!("\"Name,{}", "x".repeat(300_000));
    let wide = "a,".repeat(300);
    let huge = vec![b'x'; (50 << 20) + 1];
    let files: [(&[u8], &str); 9] = [
        (b"", "The file is empty."),
        (b" \r\n", "The file is empty."),
        (b"PK\x03\x04\0\0\0", "This is no file of text."),
        (b"Ada,ada@example.test\nBea,bea@example.test\n", "has to name the columns"),
        (b"1,2\n3,4\n", "has to name the columns"),
        (b"Name,E-mail\r\n", "There is no row below"),
        (long.as_bytes(), "never closed"),
        (wide.as_bytes(), "more than 200 columns"),
        (&huge, "larger than 50 MB"),
    ];
    for (file, wrong) in files {
        let (status, _, page) = browser.send(ImportId::new(), "leads.csv", file).await;
        assert_eq!(status, 422, "{wrong}");
        assert!(page.contains(wrong) && page.contains("aria-invalid=\"true\""), "{wrong}");
    }
    assert_eq!(browser.send(ImportId::new(), "", b"").await.0, 422);
    assert_eq!(count(&test, "select count(*) from sales.imports").await, 0, "nothing is left of them");

    // The same form sent twice is one import; another file from the same page is another.
    let id = ImportId::new();
    let file: &[u8] = b"Name\nAda\n";
    let (one, other) = tokio::join!(browser.send(id, "a.csv", file), browser.send(id, "a.csv", file));
    assert_eq!((one.0, &one.1), (303, &other.1));
    let third = browser.send(id, "b.csv", file).await;
    assert_eq!(third.0, 303);
    assert_ne!(third.1, one.1);
    assert_eq!(count(&test, "select count(*) from sales.imports").await, 2);

    // Columns that make no lead, or two that are the same.
    let path = format!("/leads/import/{id}");
    let id = sent(&test, &company.manager, b"Name,Other\nAda,x\n").await;
    let (status, page) = browser.post(&format!("/leads/import/{id}"), "form=check&column0=&column1=note").await;
    assert!(status == 422 && page.contains("Say which column has the name"), "{status}");
    let (status, page) = browser.post(&format!("/leads/import/{id}"), "form=check&column0=name&column1=name").await;
    assert!(status == 422 && page.contains("Another column is Name already."), "{status}");
    assert_eq!(browser.post(&format!("/leads/import/{id}"), "form=check&column0=name&column1=moon").await.0, 422);
    assert_eq!(browser.post(&format!("/leads/import/{id}"), "form=check&column0=name").await.0, 404);
    assert_eq!(browser.post(&path, "form=start").await.0, 409, "not checked yet");
}

#[tokio::test]
async fn reps_import_nothing_and_no_company_sees_another_s_files() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let id = sent(&test, &ours.manager, b"Name\nAda\n").await;
    let rep = Browser::of(&test, &ours.rep).await;
    assert_eq!(rep.get("/leads/import").await.0, 403);
    assert_eq!(rep.get(&format!("/leads/import/{id}")).await.0, 403);
    assert_eq!(rep.send(ImportId::new(), "a.csv", b"Name\nAda\n").await.0, 403);
    assert!(matches!(check(&test.app, &person(&ours.rep), id, vec![Column::Every(Field::Name)]).await, Err(AppError::Forbidden { .. })));
    let other = Browser::of(&test, &theirs.admin).await;
    assert_eq!(other.get(&format!("/leads/import/{id}")).await.0, 404);
    assert_eq!(other.get(&format!("/leads/import/{id}/rejected.csv")).await.0, 404);
    assert_eq!(other.get("/leads/import/x").await.0, 404);
    for form in ["start", "remove", "stop", "go-on", "columns", "check&column0=name"] {
        assert_eq!(other.post(&format!("/leads/import/{id}"), &format!("form={form}")).await.0, 404, "{form}");
    }
    assert_eq!(load_imports(&test.app, &person(&theirs.admin)).await.unwrap(), []);
    assert_eq!(page(&test, &ours.manager, id).await.row.state, ImportState::Mapping);
    // The id of another company's file makes no file of theirs one of ours.
    assert_eq!(other.send(id, "leads.csv", b"Name\nAda\n").await.0, 303);
    assert_eq!(count(&test, "select count(*) from sales.imports").await, 2);
}

/// SPOTLIGHT_IMPORT_ROWS says how many rows; a hundredth of them are bad.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_takes_no_memory_and_survives_its_worker() {
    let number = std::env::var("SPOTLIGHT_IMPORT_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(1500);
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (me, manager) = (&company.manager, person(&company.manager));
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: 0 kB").to_owned();
        line.split_whitespace().nth(1).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0) / 1024
    };
    let file = rows(number, 100);
    println!("{number} rows, {} MB", file.len() >> 20);
    let before = resident();
    let began = Instant::now();
    let id = sent(&test, me, file.as_bytes()).await;
    drop(file);
    println!("received after {:.1} s, resident {before} MB before and {} MB after", began.elapsed().as_secs_f64(), resident());
    let mapping = page(&test, me, id).await.mapping;
    check(&test.app, &manager, id, mapping).await.unwrap();
    let job = ReadImport::of(&manager, id).unwrap();
    let began = Instant::now();
    while page(&test, me, id).await.row.state == ImportState::Checking {
        job.clone().run(&test.app).await.unwrap();
    }
    println!("checked in {:.1} s, resident {} MB", began.elapsed().as_secs_f64(), resident());
    start(&test.app, &manager, id).await.unwrap();
    let began = Instant::now();
    let mut killed = false;
    let mut most = 0;
    while page(&test, me, id).await.row.state == ImportState::Importing {
        let run = tokio::spawn({
            let (job, app) = (job.clone(), test.app.clone());
            async move { job.run(&app).await }
        });
        if !killed {
            while page(&test, me, id).await.percent < 40 && !run.is_finished() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            killed = !run.is_finished();
            run.abort();
        }
        let _ = run.await;
        most = most.max(resident());
    }
    println!("imported in {:.1} s, resident {most} MB at most", began.elapsed().as_secs_f64());
    assert!(killed || number < 10_000, "it was over before it could be killed");
    let done = page(&test, me, id).await;
    assert_eq!((done.row.added, done.row.bad), ((number - number / 100) as i64, (number / 100) as i64));
    assert_eq!(count(&test, "select count(*) from sales.leads").await, done.row.added);
    assert_eq!(count(&test, "select count(distinct email) from sales.contacts").await, done.row.added);
    assert_eq!(count(&test, "select max(seq) - count(*) from ops.events").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_that_are_imported_at_once_make_no_lead_twice() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = &company.admin;
    test.work();
    let rows: String = (0..1200).map(|number| format!("Lead {number},lead{number}@example.test\n")).collect();
    let file = format!("Name,E-mail\n{rows}");
    let ids = [sent(&test, me, file.as_bytes()).await, sent(&test, me, file.as_bytes()).await];
    for id in ids {
        checked(&test, me, id).await;
    }
    let asked = person(me);
    tokio::try_join!(start(&test.app, &asked, ids[0]), start(&test.app, &asked, ids[1])).unwrap();
    let (one, two) = (settled(&test, me, ids[0]).await, settled(&test, me, ids[1]).await);
    assert_eq!((one.row.added + two.row.added, one.row.duplicates + two.row.duplicates), (1200, 1200));
    assert_eq!(service::load_board(&test.app, &asked, &Sight::default()).await.unwrap().cards.len(), 1200);
}

#[tokio::test]
async fn the_page_shows_a_little_of_a_long_row_and_the_report_all_of_it() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = &company.admin;
    test.work();
    let long = "x".repeat(500_000);
    let file = format!("Name,E-mail,Note\n,,\nAda,no address,{long}\n\u{200b}\u{200b},ada@example.test,\nBea,{},\n", ",".repeat(5_000));
    let id = sent(&test, me, file.as_bytes()).await;
    let dry = checked(&test, me, id).await;
    let lines: Vec<_> = dry.rejected.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4, 5], "{:?}", dry.rejected.iter().map(|row| &row.reason).collect::<Vec<_>>());
    assert!(dry.rejected.iter().flat_map(|row| &row.cells).all(|cell| cell.chars().count() <= 121));
    assert!(dry.rejected[2].reason.contains("more than 4,096 cells"));
    let pieces: Vec<_> = report(&test.app, &person(me), id).await.unwrap().try_collect().await.unwrap();
    assert!(String::from_utf8(pieces.concat()).unwrap().contains(&long));
}

#[tokio::test]
async fn a_file_that_is_removed_while_it_comes_in_is_said_to_be() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (me, id) = (&company.admin, ImportId::new());
    let browser = Browser::of(&test, me).await;
    let (begun, go) = tokio::sync::oneshot::channel::<()>();
    let whole = form_with_file(("import", &id.to_string()), "leads.csv", format!("Name\n{}", "Ada\n".repeat(200_000)).as_bytes());
    let (head, tail) = (whole[..400_000].to_vec(), whole[400_000..].to_vec());
    let body = async_stream::stream! {
        yield Ok::<_, std::io::Error>(head);
        let _ = go.await;
        yield Ok(tail);
    };
    let request = browser.http.post(format!("{}/leads/import", browser.address)).header("cookie", &browser.cookie);
    let request = request.header("content-type", "multipart/form-data; boundary=B").body(reqwest::Body::wrap_stream(body));
    let sending = tokio::spawn(request.send());
    // Until the first piece is kept.
    while load_import(&test.app, &person(me), id, Fate::Bad, 0).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    remove(&test.app, &person(me), id).await.unwrap();
    begun.send(()).unwrap();
    let answer = sending.await.unwrap().unwrap();
    let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert!(status < 500 && page.contains("removed while it came in"), "{status}: {page}");
}
