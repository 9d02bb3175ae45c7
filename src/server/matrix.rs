//! The tenant matrix: every route × every role × the other tenant's ids.
//!
//! The list of routes is read off the router itself and off the registered server functions. One
//! that has no row here fails the test, so a new route cannot be forgotten.

use crate::canned::server::service as canned;
use crate::channels::server::service as channels;
use crate::conversations::server::visitor::visitor_says;
use crate::conversations::{model::NewMessage, server::later};
use crate::leads::filter::Sight;
use crate::leads::server::{enquiry, views};
use crate::server::router;
use crate::server::testing::{Company, TestApp, person};
use crate::values::*;
use std::collections::BTreeSet;

/// What is asked with another company's ids.
struct Ids {
    lead: LeadId,
    stage: StageId,
    pipeline: PipelineId,
    field: FieldId,
    conversation: ConversationId,
    assistant: AssistantId,
    knowledge: KnowledgeId,
    user: UserId,
    session: SessionId,
    invite: InviteId,
    api_key: ApiKeyId,
    import: ImportId,
    task: TaskId,
    file: FileId,
    canned: CannedReplyId,
    channel: ChannelId,
    hook: String,
    scheduled: MessageId,
    view: ViewId,
    job: i64,
    key: String,
    form: EnquiryFormId,
    form_key: String,
}

/// How a route answers somebody of another company.
#[derive(Clone, Copy, PartialEq)]
enum Answers {
    /// Asked for another company's thing: not found, or forbidden to the role altogether.
    NotTheirs,
    /// Their own company's data, in which nothing of the other stands.
    Own,
    /// Anybody may ask, and learns nothing of a company by it.
    Public,
}

struct Row {
    route: &'static str,
    answers: Answers,
    /// The path and the form or JSON body to send; none for GET.
    ask: fn(&Ids) -> (String, Option<Body>),
}

enum Body {
    Form(String),
    Json(serde_json::Value),
}

fn row(route: &'static str, answers: Answers, ask: fn(&Ids) -> (String, Option<Body>)) -> Row {
    Row { route, answers, ask }
}

fn form(text: String) -> Option<Body> {
    Some(Body::Form(text))
}

/// Every server function by its name, every other route by its path.
fn matrix() -> Vec<Row> {
    use Answers::*;
    vec![
        // --- server functions: reading ---
        row("load_board", Own, |_| (String::new(), Some(Body::Json(serde_json::json!({ "sight": Sight::default() }))))),
        row("search", Own, |_| (String::new(), form("typed=secret".into()))),
        row("load_tasks", Own, |_| (String::new(), form(String::new()))),
        row("load_tasks", NotTheirs, |ids| (String::new(), form(format!("of={}", ids.user)))),
        row("load_inbox", Own, |_| (String::new(), form(String::new()))),
        row("load_assistants", Own, |_| (String::new(), form(String::new()))),
        row("load_sessions", Own, |_| (String::new(), form(String::new()))),
        row("load_past", Own, |_| (String::new(), form("at=0".into()))),
        row("load_alike", Own, |_| (String::new(), form(String::new()))),
        row("load_trash", Own, |_| (String::new(), form(String::new()))),
        row("load_stages", Own, |_| (String::new(), form(String::new()))),
        row("load_fields", Own, |_| (String::new(), form(String::new()))),
        row("load_team", Own, |_| (String::new(), form(String::new()))),
        row("load_imports", Own, |_| (String::new(), form(String::new()))),
        row("load_import", NotTheirs, |ids| (String::new(), form(format!("id={}&fate=bad&after=0", ids.import)))),
        row("load_enquiry_forms", Own, |_| (String::new(), form(String::new()))),
        row("load_enquiry_form", NotTheirs, |ids| (String::new(), form(format!("id={}", ids.form)))),
        row("load_keys", Own, |_| (String::new(), form(String::new()))),
        row("load_outbox", Own, |_| (String::new(), form(String::new()))),
        row("load_queue", Own, |_| (String::new(), form(String::new()))),
        row("load_invite", Public, |_| (String::new(), form("token=guessed".into()))),
        row("load_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}", ids.lead)))),
        row("load_thread", NotTheirs, |ids| (String::new(), form(format!("conversation={}", ids.conversation)))),
        row("load_assistant", NotTheirs, |ids| (String::new(), form(format!("id={}", ids.assistant)))),
        // --- server functions: changing ---
        row("look", Own, |_| (String::new(), form("begins=true".into()))),
        row("move_lead", NotTheirs, |ids| {
            let moved = serde_json::json!({ "lead": ids.lead, "from": ids.stage, "to": ids.stage, "rank": "V", "after": null, "version": 1, "at": 0 });
            (String::new(), Some(Body::Json(serde_json::json!({ "mutation": MutationId::new(), "moved": moved }))))
        }),
        row("move_lead_to", NotTheirs, |ids| (String::new(), form(format!("lead={}&stage={}&version=1", ids.lead, ids.stage)))),
        // Their own board gets no lead in another company's column.
        row("create_lead", NotTheirs, |ids| (String::new(), form(format!("mutation={}&name=X&stage={}", MutationId::new(), ids.stage)))),
        row("assign_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}&version=1&owner={}", ids.lead, ids.user)))),
        row("remove_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}&version=1", ids.lead)))),
        row("restore_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}", ids.lead)))),
        row("edit_lead", NotTheirs, |ids| {
            (String::new(), form(format!("lead={}&changes[0][field]=name&changes[0][was]=Y&changes[0][to]=X", ids.lead)))
        }),
        row("take_back_closing", NotTheirs, |ids| {
            let was = serde_json::json!({ "value": { "minor": 0, "currency": "GBP" } });
            (String::new(), Some(Body::Json(serde_json::json!({ "lead": ids.lead, "version": 1, "was": was }))))
        }),
        row("close_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}&reason=price", ids.lead)))),
        row("write_note", NotTheirs, |ids| (String::new(), form(format!("note={}&lead={}&body=X", MutationId::new(), ids.lead)))),
        row("load_merge", NotTheirs, |ids| (String::new(), form(format!("keep={}&other={}", ids.lead, LeadId::new())))),
        row("load_table", Own, |_| (String::new(), Some(Body::Json(serde_json::json!({ "sight": Sight::default(), "skipped": 0 }))))),
        row("load_matching", Own, |_| (String::new(), Some(Body::Json(serde_json::json!({ "sight": Sight::default() }))))),
        row("change_leads", Own, |ids| {
            let wanted = serde_json::json!([{ "lead": ids.lead, "version": 1, "change": { "what": "remove" } }]);
            (String::new(), Some(Body::Json(serde_json::json!({ "wanted": wanted }))))
        }),
        row("keep_view", Own, |_| (String::new(), form(format!("view={}&name=X&query=%3Fstuck%3D1", ViewId::new())))),
        row("share_view", NotTheirs, |ids| (String::new(), form(format!("view={}&shared=true", ids.view)))),
        row("remove_view", NotTheirs, |ids| (String::new(), form(format!("view={}", ids.view)))),
        row("fold_stage", NotTheirs, |ids| (String::new(), form(format!("stage={}&folded=true", ids.stage)))),
        row("tag_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}&tag=X", ids.lead)))),
        row("untag_lead", NotTheirs, |ids| (String::new(), form(format!("lead={}&tag=X", ids.lead)))),
        row("add_task", NotTheirs, |ids| (String::new(), form(format!("task={}&lead={}&words=X", TaskId::new(), ids.lead)))),
        row("edit_task", NotTheirs, |ids| {
            (String::new(), form(format!("mutation={}&task={}&version=1&words=X", MutationId::new(), ids.task)))
        }),
        row("mark_task", NotTheirs, |ids| (String::new(), form(format!("mutation={}&task={}&state=done", MutationId::new(), ids.task)))),
        row("mark_file", NotTheirs, |ids| (String::new(), form(format!("file={}&removed=true", ids.file)))),
        row("send_message", NotTheirs, |ids| {
            let message = serde_json::json!({ "id": MessageId::new(), "conversation": ids.conversation, "body": "X", "files": [] });
            (String::new(), Some(Body::Json(serde_json::json!({ "message": message }))))
        }),
        row("schedule_message", NotTheirs, |ids| {
            let message = serde_json::json!({ "id": MessageId::new(), "conversation": ids.conversation, "body": "X", "files": [] });
            let at = Timestamp::now().0 + 60_000;
            (String::new(), Some(Body::Json(serde_json::json!({ "message": message, "at": at }))))
        }),
        row("unschedule_message", NotTheirs, |ids| (String::new(), form(format!("message={}", ids.scheduled)))),
        row("say", NotTheirs, |ids| (String::new(), form(format!("conversation={}&id={}&body=X", ids.conversation, MessageId::new())))),
        row("take_over", NotTheirs, |ids| (String::new(), form(format!("conversation={}&epoch=0", ids.conversation)))),
        row("hand_back", NotTheirs, |ids| (String::new(), form(format!("conversation={}&epoch=0", ids.conversation)))),
        row("give_chat", NotTheirs, |ids| (String::new(), form(format!("conversation={}&person={}&epoch=0", ids.conversation, ids.user)))),
        row("close_chat", NotTheirs, |ids| (String::new(), form(format!("conversation={}&seen=9", ids.conversation)))),
        row("snooze_chat", NotTheirs, |ids| {
            (String::new(), form(format!("conversation={}&seen=9&until={}", ids.conversation, Timestamp::now().0 + 60_000)))
        }),
        row("open_chat", NotTheirs, |ids| (String::new(), form(format!("conversation={}", ids.conversation)))),
        row("mark_seen", NotTheirs, |ids| (String::new(), form(format!("conversation={}", ids.conversation)))),
        row("create_assistant", NotTheirs, |ids| (String::new(), form(format!("id={}&name=", ids.assistant)))),
        row("save_assistant", NotTheirs, |ids| {
            (String::new(), form(format!("id={}&version=1&name=X&persona=X&goals=X&greeting=X", ids.assistant)))
        }),
        row("set_live", NotTheirs, |ids| (String::new(), form(format!("id={}&live=false", ids.assistant)))),
        row("add_knowledge", NotTheirs, |ids| {
            (String::new(), form(format!("assistant={}&id={}&title=X&body=X", ids.assistant, KnowledgeId::new())))
        }),
        row("edit_knowledge", NotTheirs, |ids| {
            (String::new(), form(format!("assistant={}&id={}&title=X&body=X", ids.assistant, ids.knowledge)))
        }),
        row("remove_knowledge", NotTheirs, |ids| (String::new(), form(format!("assistant={}&id={}", ids.assistant, ids.knowledge)))),
        row("set_reps", NotTheirs, |ids| (String::new(), form(format!("id={}&reps[0]={}", ids.assistant, ids.user)))),
        row("revive_job", NotTheirs, |ids| (String::new(), form(format!("id={}", ids.job)))),
        // --- pages ---
        row("/", Own, |_| ("/".into(), None)),
        row("/board", Own, |_| ("/board".into(), None)),
        row("/board/past", Own, |_| ("/board/past?at=0".into(), None)),
        // Known by a key, not by a cookie: see leads::server::rest::tests.
        row("/api/v1/leads", Public, |_| ("/api/v1/leads".into(), None)),
        row("/api/v1/leads/{id}", Public, |ids| (format!("/api/v1/leads/{}", ids.lead), None)),
        row("/api/v1/leads/{id}/move", Public, |ids| {
            (format!("/api/v1/leads/{}/move", ids.lead), Some(Body::Json(serde_json::json!({ "version": 1, "stage": "new" }))))
        }),
        row("/api/v1/leads/{id}/tags", Public, |ids| {
            (format!("/api/v1/leads/{}/tags", ids.lead), Some(Body::Json(serde_json::json!({ "add": ["X"] }))))
        }),
        row("/api/v1/leads/{id}/notes", Public, |ids| {
            (format!("/api/v1/leads/{}/notes", ids.lead), Some(Body::Json(serde_json::json!({ "body": "X" }))))
        }),
        row("/api/v1/leads/{id}/tasks", Public, |ids| {
            (format!("/api/v1/leads/{}/tasks", ids.lead), Some(Body::Json(serde_json::json!({ "words": "X" }))))
        }),
        row("/api/v1/tasks/{id}", Public, |ids| (format!("/api/v1/tasks/{}", ids.task), None)),
        row("/api/v1/fields", Public, |_| ("/api/v1/fields".into(), None)),
        row("/api/v1/stages", Public, |_| ("/api/v1/stages".into(), None)),
        row("/api/v1/openapi.json", Public, |_| ("/api/v1/openapi.json".into(), None)),
        row("/settings/keys", Own, |_| ("/settings/keys".into(), None)),
        row("/leads", Own, |_| ("/leads".into(), None)),
        row("/leads/merge", NotTheirs, |ids| (format!("/leads/merge?keep={}&other={}", ids.lead, LeadId::new()), None)),
        row("/leads/merge", NotTheirs, |ids| {
            let other = LeadId::new();
            ("/leads/merge".into(), form(format!("form=merge&keep={}&keep_version=1&other={other}&other_version=1", ids.lead)))
        }),
        row("/leads/merge", NotTheirs, |ids| ("/leads/merge".into(), form(format!("form=part:{}", ids.lead)))),
        row("/leads/alike", Own, |_| ("/leads/alike".into(), None)),
        row("/leads/trash", Own, |_| ("/leads/trash".into(), None)),
        row("/leads/trash", NotTheirs, |ids| ("/leads/trash".into(), form(format!("form=remove:{}", ids.lead)))),
        row("/leads/trash", NotTheirs, |ids| ("/leads/trash".into(), form(format!("form=restore:{}", ids.lead)))),
        row("/leads/trash", NotTheirs, |ids| ("/leads/trash".into(), form(format!("form=erase:{}&sure=yes", ids.lead)))),
        row("/leads.csv", Own, |_| ("/leads.csv".into(), None)),
        row("/search", Own, |_| ("/search?q=secret".into(), None)),
        row("/tasks", Own, |_| ("/tasks".into(), None)),
        row("/inbox", Own, |_| ("/inbox".into(), None)),
        row("/assistants", Own, |_| ("/assistants".into(), None)),
        row("/settings/outbox", Own, |_| ("/settings/outbox".into(), None)),
        row("/settings/jobs", Own, |_| ("/settings/jobs".into(), None)),
        row("/leads/import", Own, |_| ("/leads/import".into(), None)),
        // A form that brings no file.
        row("/leads/import", NotTheirs, |_| ("/leads/import".into(), form(String::new()))),
        row("/leads/import/{id}", NotTheirs, |ids| (format!("/leads/import/{}", ids.import), None)),
        row("/leads/import/{id}", NotTheirs, |ids| (format!("/leads/import/{}", ids.import), form("form=remove".into()))),
        row("/leads/import/{id}", NotTheirs, |ids| (format!("/leads/import/{}", ids.import), form("form=start".into()))),
        row("/leads/import/{id}/rejected.csv", NotTheirs, |ids| (format!("/leads/import/{}/rejected.csv", ids.import), None)),
        row("/leads/{id}", NotTheirs, |ids| (format!("/leads/{}", ids.lead), None)),
        // A form that brings no file; those that bring one are tested beside the files.
        row("/leads/{id}", NotTheirs, |ids| (format!("/leads/{}", ids.lead), form(String::new()))),
        row("/files/{id}", NotTheirs, |ids| (format!("/files/{}", ids.file), None)),
        row("/inbox/{conversation}", NotTheirs, |ids| (format!("/inbox/{}", ids.conversation), None)),
        row("/assistants/{id}", NotTheirs, |ids| (format!("/assistants/{}", ids.assistant), None)),
        // --- forms (the pages of the same paths are rendered by the same table) ---
        // Ending a session that is not theirs ends nothing; the fingerprint sees to that.
        row("/settings", Own, |ids| ("/settings".into(), form(format!("form=end-session&session={}", ids.session)))),
        row("/settings/keys", NotTheirs, |ids| ("/settings/keys".into(), form(format!("form=revoke&key={}", ids.api_key)))),
        row("/settings/team", NotTheirs, |ids| ("/settings/team".into(), form(format!("form=disable&user={}", ids.user)))),
        row("/settings/team", NotTheirs, |ids| ("/settings/team".into(), form(format!("form=role&user={}&role=admin", ids.user)))),
        row("/settings/team", NotTheirs, |ids| ("/settings/team".into(), form(format!("form=revoke&invite={}", ids.invite)))),
        row("/settings/stages", Own, |_| ("/settings/stages".into(), None)),
        row("/settings/stages", NotTheirs, |ids| {
            ("/settings/stages".into(), form(format!("form=change:{}&name=X&tone=red&probability=1", ids.stage)))
        }),
        row("/settings/stages", NotTheirs, |ids| ("/settings/stages".into(), form(format!("form=left:{}", ids.stage)))),
        row("load_canned", Own, |_| (String::new(), form(String::new()))),
        row("/settings/replies", Own, |_| ("/settings/replies".into(), None)),
        row("/settings/replies", NotTheirs, |ids| {
            ("/settings/replies".into(), form(format!("form=change:{}&version=1&name=X&body=X", ids.canned)))
        }),
        row("/settings/replies", NotTheirs, |ids| ("/settings/replies".into(), form(format!("form=remove:{}", ids.canned)))),
        row("/settings/fields", Own, |_| ("/settings/fields".into(), None)),
        row("/settings/fields", NotTheirs, |ids| ("/settings/fields".into(), form(format!("form=change:{}&name=X", ids.field)))),
        row("/settings/fields", NotTheirs, |ids| ("/settings/fields".into(), form(format!("form=up:{}", ids.field)))),
        row("/settings/fields", NotTheirs, |ids| ("/settings/fields".into(), form(format!("form=away:{}", ids.field)))),
        row("/settings/stages", NotTheirs, |ids| ("/settings/stages".into(), form(format!("form=remove:{}", ids.stage)))),
        row("/settings/stages", NotTheirs, |ids| ("/settings/stages".into(), form(format!("form=add:{}&name=X", ids.pipeline)))),
        row("/settings/stages", NotTheirs, |ids| ("/settings/stages".into(), form(format!("form=rename:{}&name=X", ids.pipeline)))),
        row("/settings/stages", NotTheirs, |ids| ("/settings/stages".into(), form(format!("form=up:{}", ids.pipeline)))),
        row("/settings/stages", NotTheirs, |ids| ("/settings/stages".into(), form(format!("form=remove-pipeline:{}", ids.pipeline)))),
        row("/settings/stages", Own, |_| ("/settings/stages".into(), form(format!("form=add-pipeline&name=P{}", MutationId::new())))),
        row("/settings/forms", Own, |_| ("/settings/forms".into(), None)),
        row("/settings/forms", Own, |_| ("/settings/forms".into(), form(format!("name=Form {}", MutationId::new())))),
        row("/settings/forms/{id}", NotTheirs, |ids| (format!("/settings/forms/{}", ids.form), None)),
        row("/settings/forms/{id}", NotTheirs, |ids| {
            let fields = "form=change&name=X&heading=X&organisation=no&phone=no&message=no&thanks=X";
            (format!("/settings/forms/{}", ids.form), form(format!("{fields}&stage={}", ids.stage)))
        }),
        row("/settings/forms/{id}", NotTheirs, |ids| (format!("/settings/forms/{}", ids.form), form("form=remove&sure=yes".into()))),
        row("/settings/theme", Public, |_| ("/settings/theme".into(), form("theme=system".into()))),
        row("/sign-in", Public, |_| ("/sign-in".into(), form("email=nobody@nowhere.test&password=x".into()))),
        row("/sign-up", Public, |_| ("/sign-up".into(), form("company=&name=&email=&password=".into()))),
        row("/sign-out", Public, |_| ("/sign-out".into(), None)),
        row("/forgot", Public, |_| ("/forgot".into(), form("email=nobody@nowhere.test".into()))),
        row("/reset/{token}", Public, |_| ("/reset/guessed".into(), form("password=long enough to pass".into()))),
        row("/invite/{token}", Public, |_| ("/invite/guessed".into(), form("name=X&password=long enough to pass".into()))),
        // --- the widget: a public key opens an assistant's panel, and nothing else ---
        row("/w/{key}", Public, |ids| (format!("/w/{}", ids.key), None)),
        row("/w/{key}/session", Public, |ids| (format!("/w/{}/session", ids.key), Some(Body::Json(serde_json::json!({}))))),
        row("/w/{key}/messages", Public, |_| {
            ("/w/no-such-key/messages".into(), Some(Body::Json(serde_json::json!({ "id": MessageId::new(), "body": "X" }))))
        }),
        row("/w/{key}/files", Public, |ids| (format!("/w/{}/files", ids.key), form(String::new()))),
        row("/w/{key}/files/{id}", Public, |ids| (format!("/w/{}/files/{}", ids.key, ids.file), None)),
        row("/w/{key}/read", Public, |ids| {
            (format!("/w/{}/read", ids.key), Some(Body::Json(serde_json::json!({ "upto": MessageId::new() }))))
        }),
        row("/w/{key}/delivered", Public, |ids| {
            (format!("/w/{}/delivered", ids.key), Some(Body::Json(serde_json::json!({ "upto": MessageId::new() }))))
        }),
        // --- forms for enquiries: a public key shows what the form asks, and sends it, and nothing else ---
        row("load_routing", Own, |_| (String::new(), form(String::new()))),
        row("/settings/routing", Own, |_| ("/settings/routing".into(), None)),
        row("/settings/routing", Own, |_| ("/settings/routing".into(), form("pickup=90&zone=UTC&version=0".into()))),
        row("load_texts", Own, |_| (String::new(), form(String::new()))),
        row("begin_text", NotTheirs, |ids| (String::new(), form(format!("lead={}", ids.lead)))),
        row("note_consent", NotTheirs, |ids| (String::new(), form(format!("conversation={}&how=They said so", ids.conversation)))),
        row("/settings/texts", Own, |_| ("/settings/texts".into(), None)),
        row("/settings/texts", NotTheirs, |ids| ("/settings/texts".into(), form(format!("form=test:{}", ids.channel)))),
        row("/settings/texts", NotTheirs, |ids| ("/settings/texts".into(), form(format!("form=disconnect:{}", ids.channel)))),
        row("/settings/texts", NotTheirs, |ids| {
            let fields = format!("form=change:{}&version=1&number=%2B447700900999&assistant={}", ids.channel, ids.assistant);
            (
                "/settings/texts".into(),
                form(format!("{fields}&day_from=8&day_until=9&zone=UTC&account=AC00000000000000000000000000000001&token=0123456789abcdef")),
            )
        }),
        // Known by a signature, not by a cookie: see channels::server::tests.
        row("/hooks/twilio/{hook}", Public, |ids| {
            (format!("/hooks/twilio/{}", ids.hook), form("MessageSid=SM1&From=%2B447700900123&To=%2B447700900100&Body=X".into()))
        }),
        row("/hooks/twilio/{hook}/status", Public, |ids| {
            (format!("/hooks/twilio/{}/status?message={}", ids.hook, ids.scheduled), form("MessageSid=SM1&MessageStatus=delivered".into()))
        }),
        // Of the demo's own companies, of which there is none here.
        row("/demo/phone", Public, |_| ("/demo/phone".into(), None)),
        row("/demo/phone/texts", Public, |_| ("/demo/phone/texts".into(), None)),
        row("/f/{key}", Public, |ids| (format!("/f/{}", ids.form_key), None)),
        row("/f/{key}", Public, |ids| (format!("/f/{}", ids.form_key), form("name=X&email=x@x.test&message=X&ticket=guessed".into()))),
        row("/f/{key}/frame", Public, |ids| (format!("/f/{}/frame", ids.form_key), None)),
        row("/f/{key}/frame", Public, |_| ("/f/no-such-key/frame".into(), form("name=X".into()))),
        row("/demo/site", Public, |_| ("/demo/site".into(), None)),
        // --- the process; who may listen to which topic is tested beside the socket ---
        row("/live", Public, |_| ("/live".into(), None)),
        row("/healthz", Public, |_| ("/healthz".into(), None)),
        row("/readyz", Public, |_| ("/readyz".into(), None)),
        row("/metrics", Public, |_| ("/metrics".into(), None)),
        // --- files ---
        row("/widget.js", Public, |_| ("/widget.js".into(), None)),
        row("/icons.svg", Public, |_| ("/icons.svg".into(), None)),
        row("/favicon.svg", Public, |_| ("/favicon.svg".into(), None)),
    ]
}

/// Paths of the router, read off its debug form: axum has no list of its own to give.
fn paths_of(router: &axum::Router<crate::server::app::App>) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let found: BTreeSet<String> = text
        .split('"')
        .filter(|part| part.starts_with('/'))
        // Folders of files, and the catch-all of server functions, which are listed by name.
        .filter(|path| {
            !path.contains("{*") && !path.contains("__private") && !["/pkg-test", "/fonts", "/widget"].contains(&path.trim_end_matches('/'))
        })
        .map(str::to_owned)
        .collect();
    assert!(found.len() > 25, "the router's debug form no longer lists its paths: {found:?}");
    found
}

/// `/api/load_board1234` → `load_board`.
fn function_name(path: &str) -> String {
    path.trim_start_matches("/api/").trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
}

async fn ids_of(test: &TestApp, company: &Company) -> Ids {
    let app = &test.app;
    let token = crate::accounts::server::visitor::issue(&app.inner.secret, company.id, company.assistant, VisitorId::new());
    let visitor = crate::accounts::server::visitor::check(&app.inner.secret, &token, company.assistant).unwrap();
    let (message, conversation) = visitor_says(app, &visitor, MessageId::new(), "A secret of the first company", &[], None).await.unwrap();
    test.cookie(&company.admin).await;
    let invite = InviteId::new();
    sqlx::query("insert into identity.invites (company_id, id, token_hash, email, role, invited_by, expires_at) values ($1, $2, $3, 'x@first.test', 'manager', $4, now() + interval '1 day')")
        .bind(company.id)
        .bind(invite)
        .bind(vec![1u8; 32])
        .bind(company.admin.user)
        .execute(&test.owner)
        .await
        .unwrap();
    let view = ViewId::new();
    views::keep_view(app, &person(&company.admin), view, "A secret view", "?stuck=1", true).await.unwrap();
    let form = enquiry::make_form(app, &person(&company.admin), "A secret of the first company").await.unwrap();
    let api_key = ApiKeyId::new();
    sqlx::query("insert into identity.api_keys (company_id, id, name, key_hash, hint, made_by) values ($1, $2, 'Theirs', $3, 'abcd', $4)")
        .bind(company.id)
        .bind(api_key)
        .bind(vec![2u8; 32])
        .bind(company.admin.user)
        .execute(&test.owner)
        .await
        .unwrap();
    let field = FieldId::new();
    sqlx::query("insert into sales.fields (company_id, id, slug, name, kind, place) values ($1, $2, 'secret', 'A secret of the first company', 'text', 0)")
        .bind(company.id)
        .bind(field)
        .execute(&test.owner)
        .await
        .unwrap();
    let import = ImportId::new();
    sqlx::query("insert into sales.imports (company_id, id, created_by, file_name, state) values ($1, $2, $3, 'A secret of the first company', 'checked')")
        .bind(company.id)
        .bind(import)
        .bind(company.admin.user)
        .execute(&test.owner)
        .await
        .unwrap();
    let task = TaskId::new();
    sqlx::query("insert into sales.tasks (company_id, id, lead_id, words, person_id, made_by) select company_id, $2, id, 'A secret of the first company', $3, '{\"kind\":\"visitor\"}' from sales.leads where company_id = $1 limit 1")
        .bind(company.id)
        .bind(task)
        .bind(company.rep.user)
        .execute(&test.owner)
        .await
        .unwrap();
    let file = FileId::new();
    sqlx::query("insert into sales.files (company_id, id, lead_id, name, size, content, by, at) select company_id, $2, id, 'A secret of the first company', 28, $2, '{\"kind\":\"visitor\"}', now() from sales.leads where company_id = $1 limit 1")
        .bind(company.id)
        .bind(file)
        .execute(&test.owner)
        .await
        .unwrap();
    sqlx::query("insert into sales.file_pieces (company_id, content, number, body) values ($1, $2, 0, 'A secret of the first company')")
        .bind(company.id)
        .bind(file)
        .execute(&test.owner)
        .await
        .unwrap();
    let scheduled = MessageId::new();
    let letter = NewMessage { id: scheduled, conversation, body: "A secret of the first company".into(), files: Vec::new(), channel: None };
    later::schedule(app, &person(&company.rep), letter, Timestamp(Timestamp::now().0 + 3_600_000)).await.unwrap();
    canned::add(app, &person(&company.admin), "secret", "A secret of the first company").await.unwrap();
    let channel = ChannelId::new();
    let wanted = channels::Wanted {
        id: channel,
        version: 0,
        number: "+447700900100".into(),
        account: String::new(),
        token: String::new().into(),
        assistant: company.assistant,
        day_from: 8,
        day_until: 21,
        zone: "UTC".into(),
        sandbox: true,
    };
    channels::connect(app, &person(&company.admin), wanted).await.unwrap();
    let one = |sql: &'static str| sqlx::query_scalar::<_, uuid::Uuid>(sql).bind(company.id).fetch_one(&test.owner);
    let canned = CannedReplyId(one("select id from talk.canned_replies where company_id = $1").await.unwrap());
    Ids {
        lead: LeadId(one("select id from sales.leads where company_id = $1 limit 1").await.unwrap()),
        stage: company.stages[1],
        pipeline: PipelineId(one("select id from sales.pipelines where company_id = $1 limit 1").await.unwrap()),
        field,
        conversation,
        assistant: company.assistant,
        knowledge: KnowledgeId(one("select id from talk.knowledge where company_id = $1 limit 1").await.unwrap()),
        user: company.rep.user,
        session: company.admin.session,
        invite,
        api_key,
        import,
        task,
        file,
        canned,
        channel,
        hook: sqlx::query_scalar("select hook from talk.channels where company_id = $1")
            .bind(company.id)
            .fetch_one(&test.owner)
            .await
            .unwrap(),
        scheduled,
        view,
        job: {
            // A dead job of theirs.
            sqlx::query("update graphile_worker._private_jobs set attempts = max_attempts").execute(&test.owner).await.unwrap();
            sqlx::query_scalar("select id from graphile_worker._private_jobs where payload->>'company' = $1 limit 1")
                .bind(company.id.to_string())
                .fetch_one(&test.owner)
                .await
                .unwrap_or_else(|error| panic!("no job after message {}: {error}", message.id))
        },
        key: company.key.clone(),
        form: form.id,
        form_key: form.public_key,
    }
}

/// Everything the company has, as one figure.
async fn fingerprint(test: &TestApp, company: &Company) -> String {
    let mut sum = String::new();
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', table_schema, table_name) from information_schema.columns
          where column_name = 'company_id' and table_schema in ('identity', 'sales', 'talk', 'ops') order by 1",
    )
    .fetch_all(&test.owner)
    .await
    .unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        let sql = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t where company_id = $1");
        let part: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(company.id).fetch_one(&test.owner).await.unwrap();
        sum.push_str(&format!("{table} {part}\n"));
    }
    sum
}

#[tokio::test]
async fn every_route_keeps_tenants_apart() {
    let test = TestApp::new().await;
    let (first, second) = (test.company("First").await, test.company("Second").await);
    let ids = ids_of(&test, &first).await;
    let base = test.serve().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();

    let rows = matrix();
    let functions: Vec<(String, String)> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| (function_name(path), path.to_owned())).collect();
    let mut unlisted: BTreeSet<String> = paths_of(&router::routes(&test.app));
    unlisted.extend(functions.iter().map(|(name, _)| name.clone()));
    for row in &rows {
        unlisted.remove(row.route);
    }
    assert!(unlisted.is_empty(), "routes without a row in the tenant matrix: {unlisted:?}");

    let secrets =
        [ids.lead.to_string(), ids.conversation.to_string(), "A secret of the first company".to_owned(), "admin@first.test".to_owned()];
    let before = fingerprint(&test, &first).await;
    let mut broken = Vec::new();
    let people = [("anonymous", None), ("admin", Some(&second.admin)), ("manager", Some(&second.manager)), ("rep", Some(&second.rep))];
    for (who, me) in people {
        for row in &rows {
            // `/sign-out` ends the session: a fresh one for each row.
            let cookie = match me {
                Some(me) => {
                    let mut me = me.clone();
                    me.session = SessionId::new();
                    Some(test.cookie(&me).await)
                }
                None => None,
            };
            let (path, body) = (row.ask)(&ids);
            let path = match functions.iter().find(|(name, _)| name == row.route) {
                Some((_, path)) => path.clone(),
                None => path,
            };
            let mut request = match &body {
                None => client.get(format!("{base}{path}")),
                Some(Body::Form(text)) => {
                    client.post(format!("{base}{path}")).header("content-type", "application/x-www-form-urlencoded").body(text.clone())
                }
                Some(Body::Json(value)) => client.post(format!("{base}{path}")).header("accept", "application/json").json(value),
            };
            if let Some(cookie) = &cookie {
                request = request.header("cookie", cookie);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            let told = format!("{who} {} {path}: {status}", row.route);
            if status >= 500 {
                broken.push(format!("{told}: a fault of ours: {}", &text[..text.len().min(200)]));
            }
            // What they sent themselves may come back to them.
            let sent = match &body {
                Some(Body::Form(form)) => format!("{path} {form}"),
                Some(Body::Json(json)) => format!("{path} {json}"),
                None => path.clone(),
            };
            if secrets.iter().any(|secret| text.contains(secret.as_str()) && !sent.contains(secret.as_str())) {
                broken.push(format!("{told}: told something of the first company"));
            }
            if text.contains("A secret of the first company") {
                broken.push(format!("{told}: told the first company's secret"));
            }
            let fine = match (row.answers, me.is_some()) {
                (Answers::Public, _) => true,
                // Nobody: sent to the sign-in page, or told to sign in.
                (_, false) => matches!(status, 401 | 303),
                (Answers::NotTheirs, true) => matches!(status, 404 | 403 | 422),
                (Answers::Own, true) => matches!(status, 200 | 303 | 403),
            };
            if !fine {
                broken.push(told);
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(before, fingerprint(&test, &first).await, "something of the first company was changed");
}

#[tokio::test]
async fn without_a_company_the_process_sees_no_row_of_any_tenant() {
    let test = TestApp::new().await;
    let company = test.company("First").await;
    ids_of(&test, &company).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select distinct format('%I.%I', table_schema, table_name) from information_schema.columns
          where (column_name = 'company_id' or table_name = 'companies') and table_schema in ('identity', 'sales', 'talk', 'ops')",
    )
    .fetch_all(&test.owner)
    .await
    .unwrap();
    let mut filled = 0;
    for table in &tables {
        let sql = format!("select count(*) from {table}");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone())).fetch_one(test.app.db.pool()).await.unwrap();
        assert_eq!(seen, 0, "{table} shows rows to a process without a company");
        let there: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&test.owner).await.unwrap();
        filled += i64::from(there > 0);
    }
    assert!(filled >= 10, "only {filled} of {} tables have rows: the test proves little", tables.len());
    let (superuser, bypasses): (bool, bool) = sqlx::query_as("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        .fetch_one(test.app.db.pool())
        .await
        .unwrap();
    assert!(!superuser && !bypasses);
}

#[tokio::test]
async fn a_rep_reaches_no_lead_of_another_rep() {
    let test = TestApp::new().await;
    let company = test.company("First").await;
    let ids = ids_of(&test, &company).await;
    let base = test.serve().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (me, status) in [(&company.rep, 200), (&company.other_rep, 404), (&company.manager, 200)] {
        let cookie = test.cookie(me).await;
        for path in [format!("/leads/{}", ids.lead), format!("/inbox/{}", ids.conversation)] {
            let answer = client.get(format!("{base}{path}")).header("cookie", &cookie).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{} {path}", me.name);
        }
    }
}

#[tokio::test]
async fn what_a_foreign_page_sends_is_refused() {
    let test = TestApp::new().await;
    let company = test.company("First").await;
    let cookie = test.cookie(&company.admin).await;
    let base = test.serve().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let post = |header: &'static str, value: String| {
        client
            .post(format!("{base}/settings/theme"))
            .header("cookie", &cookie)
            .header(header, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("theme=dark")
    };
    assert_eq!(post("sec-fetch-site", "cross-site".into()).send().await.unwrap().status(), 403);
    assert_eq!(post("sec-fetch-site", "same-site".into()).send().await.unwrap().status(), 403);
    assert_eq!(post("origin", "https://evil.example".into()).send().await.unwrap().status(), 403);
    assert_eq!(post("origin", "null".into()).send().await.unwrap().status(), 403);
    assert_eq!(post("sec-fetch-site", "same-origin".into()).send().await.unwrap().status(), 303);
    assert_eq!(post("origin", base.clone()).send().await.unwrap().status(), 303);
    let upgrade = client
        .get(format!("{base}/live"))
        .header("cookie", &cookie)
        .header("origin", "https://evil.example")
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(upgrade.send().await.unwrap().status(), 403, "a socket of a foreign page");
}
