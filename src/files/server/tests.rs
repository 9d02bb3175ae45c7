//! Files against a real Postgres, over real HTTP.

use super::{jobs::Discard, service, upload::PIECE};
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::error::AppError;
use crate::files::model::{FileChange, FileKind, LARGEST, LeadFile};
use crate::leads::model::Card;
use crate::leads::server::{merge, service as leads, tests::new, trash};
use crate::server::jobs::Job;
use crate::server::testing::{Browser, TestApp, form_with_file, person};
use crate::values::*;
use futures::TryStreamExt;
use reqwest::{Response, StatusCode, header};
use uuid::Uuid;

/// A file comes in, as if over HTTP.
pub(crate) async fn put(test: &TestApp, actor: &Actor, lead: LeadId, name: &str, body: &[u8]) -> Result<LeadFile, AppError> {
    let content = match service::begin(&test.app, actor, FileId::new(), lead, name).await? {
        Ok(content) => content,
        Err(known) => return Ok(known),
    };
    for (number, piece) in body.chunks(PIECE).enumerate() {
        service::keep(&test.app, actor, content, number as i32, piece).await?;
    }
    service::finish(&test.app, actor, content, body).await
}

/// What the section sends of a file.
fn form(id: FileId, name: &str, body: &[u8]) -> Vec<u8> {
    form_with_file(("id", &id.to_string()), name, body)
}

impl Browser {
    /// Sends a file as the script does, or as a form does that has none.
    async fn send_form(&self, lead: LeadId, script: bool, form: Vec<u8>) -> Response {
        let request = self.http.post(format!("{}/leads/{lead}", self.address)).header("cookie", &self.cookie);
        let request = request.header("accept", if script { "application/json" } else { "text/html" });
        request.header("content-type", "multipart/form-data; boundary=B").body(form).send().await.unwrap()
    }

    async fn send_file(&self, lead: LeadId, id: FileId, name: &str, body: &[u8]) -> Result<LeadFile, (StatusCode, String)> {
        let answer = self.send_form(lead, true, form(id, name, body)).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        if status == 200 { Ok(serde_json::from_str(&text).unwrap()) } else { Err((status, text)) }
    }

    async fn fetch(&self, id: FileId, headers: &[(&str, &str)]) -> Response {
        let request = self.http.get(format!("{}/files/{id}", self.address)).header("cookie", &self.cookie);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
    }
}

fn says(answer: &Response, name: header::HeaderName) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn files(test: &TestApp, actor: &Actor, lead: LeadId) -> Vec<String> {
    leads::load_lead(&test.app, actor, lead).await.unwrap().files.into_iter().map(|file| file.name).collect()
}

/// Bytes in which no piece is like another.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

async fn rows(test: &TestApp) -> (i64, i64) {
    sqlx::query_as("select (select count(*) from sales.files), (select count(*) from sales.file_pieces)")
        .fetch_one(&test.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_file_is_given_back_as_it_came_whole_and_in_parts() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let rep = person(&company.rep);
    let lead = leads::create_lead(&test.app, &rep, new("Ada Byron", "", None)).await.unwrap().id;
    let browser = Browser::of(&test, &company.rep).await;
    for (name, body) in [("one.bin", bytes(1)), ("piece.bin", bytes(PIECE)), ("more.bin", bytes(PIECE * 3 + 17))] {
        let id = FileId::new();
        let file = browser.send_file(lead, id, name, &body).await.unwrap();
        assert_eq!(
            (file.id, &*file.name, file.size, file.kind, file.by),
            (id, name, body.len() as i64, FileKind::Other, company.rep.name.clone())
        );
        // Sent twice it is one.
        assert_eq!(browser.send_file(lead, id, name, b"anything").await.unwrap().size, body.len() as i64);
        let answer = browser.fetch(id, &[]).await;
        assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, Some(body.len() as u64)));
        assert_eq!(answer.bytes().await.unwrap(), body);
    }
    assert_eq!(files(&test, &rep, lead).await, ["more.bin", "piece.bin", "one.bin"]);
    let page = leads::load_lead(&test.app, &rep, lead).await.unwrap();
    assert!(matches!(&page.timeline[0].event, Event::FileChanged { file, change: FileChange::Added, .. } if *file == page.files[0]));

    let (id, whole) = (page.files[0].id, bytes(PIECE * 3 + 17));
    for (range, part) in [(0, 4), (PIECE - 1, PIECE + 1), (PIECE, PIECE * 2), (PIECE * 3 + 16, PIECE * 3 + 17), (5, PIECE * 3)] {
        let answer = browser.fetch(id, &[("range", &format!("bytes={range}-{}", part - 1))]).await;
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(says(&answer, header::CONTENT_RANGE), format!("bytes {range}-{}/{}", part - 1, whole.len()));
        assert_eq!(answer.bytes().await.unwrap(), whole[range..part], "{range}..{part}");
    }
    let behind = browser.fetch(id, &[("range", &format!("bytes={}-", whole.len()))]).await;
    assert_eq!(
        (behind.status(), says(&behind, header::CONTENT_RANGE)),
        (StatusCode::RANGE_NOT_SATISFIABLE, format!("bytes */{}", whole.len()))
    );
    let tag = says(&behind, header::ETAG);
    assert_eq!(browser.fetch(id, &[("if-none-match", &tag)]).await.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(browser.fetch(id, &[("range", "bytes=0-1"), ("if-range", "\"another\"")]).await.status(), StatusCode::OK);
    // It is not packed on its way, or parts would be of something else.
    let packed = browser.fetch(id, &[("accept-encoding", "br, gzip")]).await;
    assert_eq!((says(&packed, header::CONTENT_ENCODING), packed.content_length()), (String::new(), Some(whole.len() as u64)));
}

#[tokio::test]
async fn what_a_file_says_it_is_counts_for_nothing_and_nothing_in_it_runs() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let lead = leads::create_lead(&test.app, &person(&company.rep), new("Ada", "", None)).await.unwrap().id;
    let browser = Browser::of(&test, &company.rep).await;
    let script: &[u8] = b"<html><script>alert(document.cookie)</script>";
    let hostile: [(&str, &[u8], &str, &str); 5] = [
        ("photo.png", script, "application/octet-stream", "attachment"),
        ("drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "application/octet-stream", "attachment"),
        ("page.html", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "image/png", "inline"),
        ("../../etc/passwd", b"GIF89a/*<script>*/=alert(1)", "image/gif", "inline"),
        ("offer.pdf", b"%PDF-1.7 /OpenAction << /S /JavaScript >>", "application/pdf", "inline"),
    ];
    for (name, body, media, placed) in hostile {
        let file = browser.send_file(lead, FileId::new(), name, body).await.unwrap();
        assert!(!file.name.contains('/'), "{}", file.name);
        let answer = browser.fetch(file.id, &[]).await;
        assert_eq!(says(&answer, header::CONTENT_TYPE), media, "{name}");
        assert!(says(&answer, header::CONTENT_DISPOSITION).starts_with(placed), "{name}");
        assert_eq!(says(&answer, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        let policy = says(&answer, header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        assert!(policy.contains("sandbox") || media == "application/pdf", "{policy}");
    }
    // A name that turns around, that ends a header, that is not seen, that is too long.
    for (sent, kept) in [
        ("offer\u{202e}gnp.exe", "offergnp.exe".to_owned()),
        ("C:\\Users\\ada\\r\u{e0041}eal.txt", "real.txt".to_owned()),
        (&"ä".repeat(500), "ä".repeat(200)),
    ] {
        let file = browser.send_file(lead, FileId::new(), sent, b"text").await.unwrap();
        assert_eq!(file.name, kept);
        let placed = says(&browser.fetch(file.id, &[]).await, header::CONTENT_DISPOSITION);
        assert!(placed.starts_with("attachment; filename*=UTF-8''") && placed.is_ascii(), "{placed}");
    }
    for unseen in ["", "\u{200b}", "  "] {
        assert_eq!(browser.send_file(lead, FileId::new(), unseen, b"text").await.unwrap_err().0, 422, "{unseen:?}");
    }
}

#[tokio::test]
async fn nobody_out_of_reach_adds_sees_or_removes_a_file() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let rep = person(&ours.rep);
    let lead = leads::create_lead(&test.app, &rep, new("Ada", "", None)).await.unwrap().id;
    let file = put(&test, &rep, lead, "offer.pdf", b"%PDF-1.7").await.unwrap();
    for stranger in [&ours.other_rep, &theirs.admin] {
        let browser = Browser::of(&test, stranger).await;
        assert_eq!(browser.fetch(file.id, &[]).await.status(), 404, "{}", stranger.name);
        assert_eq!(browser.send_file(lead, FileId::new(), "a.txt", b"text").await.unwrap_err().0, 404);
        // Nor does a known id tell them anything, on a lead of their own.
        let own = leads::create_lead(&test.app, &person(stranger), new("Own", "", None)).await.unwrap().id;
        let same = browser.send_file(own, file.id, "a.txt", b"text").await;
        assert!(same.as_ref().is_ok_and(|same| same.name == "a.txt") || same.as_ref().is_err_and(|(status, _)| *status == 404), "{same:?}");
        assert_eq!(service::mark_file(&test.app, &person(stranger), FileId::new(), true).await, Err(AppError::NotFound));
    }
    assert_eq!(service::mark_file(&test.app, &person(&ours.other_rep), file.id, true).await, Err(AppError::NotFound));
    let nobody = Browser { cookie: String::new(), ..Browser::of(&test, &ours.rep).await };
    assert_eq!(nobody.fetch(file.id, &[]).await.status(), 401);
    assert_eq!(nobody.send_file(lead, FileId::new(), "a.txt", b"text").await.unwrap_err().0, 401);
    assert_eq!(nobody.send_form(lead, false, form(FileId::new(), "a.txt", b"text")).await.status(), 303, "to the sign-in");
    assert_eq!(files(&test, &rep, lead).await, ["offer.pdf"]);

    // Whoever loses the lead loses its files, at once.
    let browser = Browser::of(&test, &ours.rep).await;
    let card = leads::load_lead(&test.app, &rep, lead).await.unwrap().card;
    leads::assign_lead(&test.app, &person(&ours.manager), lead, Some(ours.other_rep.user), card.version).await.unwrap();
    assert_eq!(browser.fetch(file.id, &[]).await.status(), 404);
}

#[tokio::test]
async fn too_large_cut_off_or_empty_leaves_nothing_behind() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let lead = leads::create_lead(&test.app, &person(&company.rep), new("Ada", "", None)).await.unwrap().id;
    let browser = Browser::of(&test, &company.rep).await;
    let large = vec![7; LARGEST as usize + 1];
    let (status, text) = browser.send_file(lead, FileId::new(), "film.mov", &large).await.unwrap_err();
    assert!(status == 422 && text.contains("25 MB"), "{status} {text}");
    let just = browser.send_file(lead, FileId::new(), "film.mov", &large[1..]).await.unwrap();
    assert_eq!(just.size, LARGEST);
    let before = rows(&test).await;
    assert_eq!(browser.send_file(lead, FileId::new(), "empty.txt", b"").await.unwrap_err().0, 422);
    let id = FileId::new();
    let mut cut = form(id, "cut.bin", &bytes(PIECE * 2));
    cut.truncate(PIECE + PIECE / 2);
    assert_eq!(browser.send_form(lead, true, cut).await.status(), 422);
    assert_eq!(browser.send_form(lead, true, b"no form at all".to_vec()).await.status(), 422);
    assert_eq!(rows(&test).await, before);
    // Tried again, it arrives.
    browser.send_file(lead, id, "cut.bin", &bytes(PIECE * 2)).await.unwrap();
    // Without script: back to the lead; or its page, with what was wrong.
    let fine = browser.send_form(lead, false, form(FileId::new(), "form.txt", b"text")).await;
    assert_eq!((fine.status(), says(&fine, header::LOCATION)), (StatusCode::SEE_OTHER, format!("/leads/{lead}#files")));
    let wrong = browser.send_form(lead, false, form(FileId::new(), "", b"")).await;
    let (status, page) = (wrong.status(), wrong.text().await.unwrap());
    assert!(status == 422 && page.contains("Choose a file.") && page.contains("Ada"), "{status}");
}

#[tokio::test]
async fn a_file_that_is_sent_anew_while_the_first_try_hangs_is_one_file() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, rep) = (&test.app, person(&company.rep));
    let lead = leads::create_lead(app, &rep, new("Ada", "", None)).await.unwrap().id;
    let id = FileId::new();
    let begin = async || service::begin(app, &rep, id, lead, "offer.pdf").await.unwrap().unwrap();
    let first: Uuid = begin().await;
    service::keep(app, &rep, first, 0, b"half").await.unwrap();
    let second = begin().await;
    service::keep(app, &rep, second, 0, b"%PDF-1.7 whole").await.unwrap();
    // The first wakes up.
    assert!(service::keep(app, &rep, first, 1, b"the rest").await.is_err());
    assert!(service::finish(app, &rep, first, b"half").await.is_err());
    service::give_up(app, &rep, first).await.unwrap();
    assert_eq!(files(&test, &rep, lead).await, [""; 0], "not before it is whole");
    let file = service::finish(app, &rep, second, b"%PDF-1.7").await.unwrap();
    assert_eq!((file.size, file.kind), (14, FileKind::Pdf));
    assert!(service::begin(app, &rep, id, lead, "offer.pdf").await.unwrap().is_err(), "it is here");
    let stored = service::open(app, &rep, id).await.unwrap();
    let read: Vec<_> = service::read(app, &rep, stored.content, 0..14).try_collect().await.unwrap();
    assert_eq!(read.concat(), b"%PDF-1.7 whole");
    assert_eq!(rows(&test).await, (1, 1));
}

#[tokio::test]
async fn what_never_came_in_whole_goes_and_nobody_fills_the_disk() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, rep) = (&test.app, person(&company.rep));
    let lead = leads::create_lead(app, &rep, new("Ada", "", None)).await.unwrap().id;
    let sql = async |statement: &'static str| sqlx::query(statement).execute(&test.owner).await.unwrap();
    // Its process was killed, and nobody sent it again.
    let left = service::begin(app, &rep, FileId::new(), lead, "left.bin").await.unwrap().unwrap();
    service::keep(app, &rep, left, 0, b"half").await.unwrap();
    put(&test, &rep, lead, "one.txt", b"text").await.unwrap();
    assert_eq!(rows(&test).await, (2, 2), "it may still be coming");
    sql("update sales.files set begun_at = now() - interval '61 minutes' where at is null").await;
    put(&test, &rep, lead, "two.txt", b"text").await.unwrap();
    assert_eq!(rows(&test).await, (2, 2));
    assert_eq!(files(&test, &rep, lead).await, ["two.txt", "one.txt"]);

    let refused = async || put(&test, &rep, lead, "more.txt", b"text").await.unwrap_err();
    sql("update sales.files set size = 20::bigint << 30 where name = 'one.txt'").await;
    assert!(refused().await.to_string().contains("20 GB"));
    sql("update sales.files set size = 4 where name = 'one.txt'").await;
    sql("insert into sales.files (company_id, id, lead_id, name, content, by, at)
           select company_id, gen_random_uuid(), lead_id, 'copy', gen_random_uuid(), by, at from sales.files, generate_series(1, 198) where name = 'one.txt'")
        .await;
    assert!(refused().await.to_string().contains("200 files"));
    sql("update sales.files set removed_at = now() where name = 'two.txt'").await;
    put(&test, &rep, lead, "more.txt", b"text").await.unwrap();
}

#[tokio::test]
async fn a_file_is_removed_put_back_and_at_last_let_go_of() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, rep) = (&test.app, person(&company.rep));
    let lead = leads::create_lead(app, &rep, new("Ada", "", None)).await.unwrap().id;
    let file = put(&test, &rep, lead, "offer.pdf", b"%PDF-1.7").await.unwrap();
    let browser = Browser::of(&test, &company.rep).await;
    let discard = || Discard { company: company.id, file: file.id }.run(app);
    for (removed, there) in [(true, 404), (false, 200), (true, 404)] {
        // A double click.
        for _ in 0..2 {
            service::mark_file(app, &rep, file.id, removed).await.unwrap();
        }
        assert_eq!(browser.fetch(file.id, &[]).await.status(), there);
        // Too early to let go of it.
        discard().await.unwrap();
    }
    let told = leads::load_lead(app, &rep, lead).await.unwrap().timeline;
    let changes: Vec<_> =
        told.iter().filter_map(|told| if let Event::FileChanged { change, .. } = told.event { Some(change) } else { None }).collect();
    assert_eq!(changes, [FileChange::Removed, FileChange::Restored, FileChange::Removed, FileChange::Added]);
    let ago = "update sales.files set removed_at = now() - interval '61 minutes' where id = $1";
    sqlx::query(ago).bind(file.id).execute(&test.owner).await.unwrap();
    for _ in 0..2 {
        discard().await.unwrap();
    }
    assert_eq!(service::mark_file(app, &rep, file.id, false).await, Err(AppError::NotFound));
    assert_eq!(rows(&test).await, (0, 0));
}

#[tokio::test]
async fn files_go_with_their_lead_wherever_it_goes() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, boss) = (&test.app, person(&company.manager));
    let lead = async |name| leads::create_lead(app, &boss, new(name, "", None)).await.unwrap();
    let seen = |card: &Card| (card.id, card.version);
    let (keep, gone) = (lead("Ada").await, lead("Ada B.").await);
    let file = put(&test, &boss, gone.id, "offer.pdf", b"%PDF-1.7").await.unwrap();
    let coming = service::begin(app, &boss, FileId::new(), gone.id, "late.txt").await.unwrap().unwrap();
    service::keep(app, &boss, coming, 0, b"text").await.unwrap();
    merge::merge_leads(app, &boss, seen(&keep), seen(&gone), &[]).await.unwrap();
    // One that was on its way arrives where its lead is now.
    service::finish(app, &boss, coming, b"text").await.unwrap();
    assert_eq!(files(&test, &boss, keep.id).await, ["late.txt", "offer.pdf"]);
    merge::part_leads(app, &boss, gone.id).await.unwrap();
    assert_eq!(files(&test, &boss, gone.id).await, ["late.txt", "offer.pdf"]);
    assert_eq!(files(&test, &boss, keep.id).await, [""; 0]);

    // In the trash they are nowhere; with the person they are gone.
    let browser = Browser::of(&test, &company.manager).await;
    trash::remove_lead(app, &boss, gone.id, None).await.unwrap();
    assert_eq!(browser.fetch(file.id, &[]).await.status(), 404);
    assert_eq!(browser.send_file(gone.id, FileId::new(), "a.txt", b"text").await.unwrap_err().0, 404);
    assert_eq!(service::mark_file(app, &boss, file.id, true).await, Err(AppError::NotFound));
    trash::restore_lead(app, &boss, gone.id).await.unwrap();
    assert_eq!(browser.fetch(file.id, &[]).await.status(), 200);
    trash::remove_lead(app, &boss, gone.id, None).await.unwrap();
    trash::erase_lead(app, &person(&company.admin), gone.id).await.unwrap();
    assert_eq!(rows(&test).await, (0, 0));
    let left: i64 =
        sqlx::query_scalar("select count(*) from ops.events where body::text like '%offer.pdf%'").fetch_one(&test.owner).await.unwrap();
    assert_eq!(left, 0, "nor does the stream name it");
}
