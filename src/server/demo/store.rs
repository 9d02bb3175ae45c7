//! Writes a demo company: rows, and the history that led to them.

use super::data::{AssistantData, CompanyData, EARLIER, LeadData, NOBODY};
use crate::accounts::server::actor::Actor;
use crate::activity::model::{Event, Who};
use crate::assistants::model::{AnswerKind, Question};
use crate::conversations::model::{Author, Channel, Control, ConversationRow, Delivery, HandOff, Message, Owner};
use crate::leads::model::{Card, LeadMoved, Source, Stage};
use crate::leads::server::pipeline;
use crate::server::{app::App, db::Audience};
use crate::values::*;
use anyhow::Context;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;

const MINUTE: i64 = 60_000;

/// The demo companies that are there, oldest first.
pub async fn companies(pool: &PgPool) -> Result<Vec<CompanyId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select company_id as "id!: CompanyId" from ops.demo_companies()"#).fetch_all(pool).await
}

/// The assistant of that name.
pub async fn assistant(app: &App, company: CompanyId, name: &str) -> anyhow::Result<AssistantId> {
    let mut tx = app.begin(&Actor::system(company, "demo")).await?;
    Ok(sqlx::query_scalar!(r#"select id as "id: AssistantId" from talk.assistants where name = $1"#, name).fetch_one(&mut *tx).await?)
}

/// What was made, as later steps refer to it.
struct Made {
    company: CompanyId,
    people: Vec<(UserId, &'static str)>,
    assistants: Vec<(AssistantId, &'static str)>,
    stages: Vec<(StageId, String)>,
    tags: &'static [(&'static str, &'static [&'static str])],
    history: Vec<(Timestamp, Who, Event, Audience)>,
}

/// Writes one company in one transaction.
pub async fn fill(app: &App, company: CompanyId, data: &CompanyData, password_hash: &str) -> anyhow::Result<()> {
    let mut tx = app.begin(&Actor::system(company, "demo")).await?;
    sqlx::query!("insert into identity.companies (id, name, demo) values ($1, $2, true)", company.0, data.name).execute(&mut *tx).await?;
    let mut made = Made { company, people: Vec::new(), assistants: Vec::new(), stages: Vec::new(), tags: data.tags, history: Vec::new() };
    for (name, email, role, tint) in data.people {
        let id = UserId::new();
        sqlx::query!(
            "insert into identity.users (company_id, id, email, name, role, password_hash, tint) values ($1, $2, $3, $4, $5, $6, $7)",
            company.0,
            id.0,
            email,
            name,
            role,
            password_hash,
            tint
        )
        .execute(&mut *tx)
        .await?;
        made.people.push((id, name));
    }
    for name in [pipeline::FIRST].iter().chain(data.pipelines) {
        pipeline::begin(&mut tx, name).await?;
    }
    sqlx::query!("update sales.stages set rot_days = 7, wip_limit = case slug when 'proposal' then 8 end where company_id = $1 and slug in ('contacted', 'qualified', 'proposal')", company.0)
        .execute(&mut *tx)
        .await?;
    let stages = pipeline::stages(&mut tx).await?;
    made.stages = stages.iter().map(|stage| (stage.id, stage.slug.clone())).collect();
    // Before the first lead of the story.
    made.history.push((
        Timestamp(Timestamp::now().0 - 90 * 1_440 * MINUTE),
        Who::System { part: "demo".into() },
        Event::StagesChanged { stages },
        Audience::everyone(),
    ));
    for assistant in data.assistants {
        let id = write_assistant(&mut tx, &made, assistant).await?;
        made.assistants.push((id, assistant.name));
    }
    super::forms::write(&mut tx, data, made.assistants.first().map(|(id, _)| *id)).await?;
    let mut columns: HashMap<String, std::vec::IntoIter<Rank>> = HashMap::new();
    for (_, slug) in made.stages.clone() {
        let count = data.leads.iter().filter(|lead| lead.2 == slug).count();
        columns.insert(slug, Rank::spread(count).into_iter());
    }
    for (number, lead) in data.leads.iter().enumerate() {
        let rank = columns.get_mut(lead.2).and_then(Iterator::next).context("a stage of the demo that does not exist")?;
        write_lead(&mut tx, &mut made, number, lead, rank).await?;
    }
    super::fields::write(&mut tx, company).await?;
    let told = super::tasks::write(&mut tx, data, &made.people).await?;
    made.history.extend(told);
    write_history(&mut tx, made).await?;
    tx.commit().await?;
    Ok(())
}

async fn write_assistant(conn: &mut PgConnection, made: &Made, data: &AssistantData) -> anyhow::Result<AssistantId> {
    let (company, id) = (made.company, AssistantId::new());
    let questions: Vec<Question> = data
        .questions
        .iter()
        .map(|(key, label, question, kind)| {
            let kind = kind.parse::<AnswerKind>().map_err(anyhow::Error::msg)?;
            Ok(Question { key: (*key).into(), label: (*label).into(), question: (*question).into(), kind })
        })
        .collect::<anyhow::Result<_>>()?;
    sqlx::query!(
        "insert into talk.assistants (company_id, id, name, public_key, hue, live, persona, goals, greeting, questions) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        company.0, id.0, data.name, data.key, data.hue, data.live, data.persona, data.goals, data.greeting, serde_json::to_value(questions)?
    )
    .execute(&mut *conn)
    .await?;
    for (title, body) in data.knowledge {
        sqlx::query!(
            "insert into talk.knowledge (company_id, id, assistant_id, title, body) values ($1, $2, $3, $4, $5)",
            company.0,
            KnowledgeId::new().0,
            id.0,
            title,
            body
        )
        .execute(&mut *conn)
        .await?;
    }
    for rep in data.reps {
        sqlx::query!(
            "insert into talk.assistant_reps (company_id, assistant_id, user_id) values ($1, $2, $3)",
            company.0,
            id.0,
            made.people[*rep].0.0
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(id)
}

/// A lead, its talk, and how it came to stand where it stands.
async fn write_lead(conn: &mut PgConnection, made: &mut Made, number: usize, data: &LeadData, rank: Rank) -> anyhow::Result<()> {
    let LeadData(name, organisation, slug, pounds, score, mood, assistant, owner, ago, last) = *data;
    let company = made.company;
    let last_at = Timestamp(Timestamp::now().0 - ago * MINUTE);
    // Longer histories for those who have come further.
    let found = made.stages.iter().position(|(_, known)| *known == slug).context("a stage of the demo that does not exist")?;
    let (pipeline, place) = (found / Stage::FIRST.len(), found % Stage::FIRST.len());
    let stages = made.stages.chunks(Stage::FIRST.len()).nth(pipeline).unwrap_or_default().to_vec();
    let rounds = (place + number % 3).clamp(1, EARLIER.len());
    let began = Timestamp(last_at.0 - (rounds as i64 * 95 + place as i64 * 1_440) * MINUTE);
    let (contact, lead, conversation, visitor) = (ContactId::new(), LeadId::new(), ConversationId::new(), VisitorId::new());
    let (assistant, assistant_name) = made.assistants[assistant];
    let owner = (owner != NOBODY).then(|| made.people[owner.min(made.people.len() - 1)]);
    let sentiment: Sentiment = mood.parse().map_err(anyhow::Error::msg)?;
    let email = format!("{}@{}.example", slugged(name), slugged(organisation).replace('.', "-"));
    sqlx::query!(
        "insert into sales.contacts (company_id, id, name, organisation, email, created_at) values ($1, $2, $3, $4, $5, $6)",
        company.0,
        contact.0,
        name,
        organisation,
        email,
        began as _
    )
    .execute(&mut *conn)
    .await?;
    // A few have not come on for too long.
    let stuck = if number % 5 == 4 && matches!(slug, "contacted" | "qualified" | "proposal") { 9 * 1_440 } else { 0 };
    let entered = Timestamp(last_at.0 - (place as i64 * 300 + stuck) * MINUTE);
    sqlx::query!(
        r#"insert into sales.leads (company_id, id, contact_id, stage_id, rank, value_minor, currency, score, score_reasons, sentiment, source, assistant_id, owner_id,
                                  last_message, last_activity_at, stage_entered_at, created_at, version, conversation_id)
           values ($1, $2, $3, $4, $5, $6, 'GBP', $7, '[{"label":"Engaged in the chat","points":20},{"label":"Answers given","points":15}]', $8, 'widget', $9, $10, $11, $12, $13, $14, $15, $16)"#,
        company.0, lead.0, contact.0, stages[place].0.0, rank.as_str(), pounds * 100, score, mood, assistant.0, owner.map(|owner| owner.0.0), last, last_at as _,
        entered as _, began as _, place as i32 + 1, conversation.0
    )
    .execute(&mut *conn)
    .await?;

    let asked_for = last.contains("real person");
    let by_hand = matches!(sentiment, Sentiment::Negative) && !asked_for && slug == "proposal";
    let control = match owner {
        Some((id, name)) if by_hand => Control { owner: Owner::Person, user: Some(id), name: Some(name.into()), epoch: 1 },
        _ if asked_for => Control { owner: Owner::Waiting, user: None, name: None, epoch: 1 },
        _ => Control { owner: Owner::Assistant, user: None, name: None, epoch: 0 },
    };
    let mut messages = Vec::new();
    let mut say = |author: Author, body: &str, at: Timestamp, sentiment: Option<Sentiment>| {
        messages.push(Message {
            id: MessageId::new(),
            conversation,
            number: messages.len() as i32 + 1,
            author,
            user: None,
            name: if author == Author::Visitor { name.into() } else { assistant_name.into() },
            body: body.into(),
            files: Vec::new(),
            channel: Channel::Web,
            state: Delivery::Read,
            failure: None,
            partial: false,
            sources: Vec::new(),
            sentiment,
            mood: sentiment.map(|sentiment| match sentiment {
                Sentiment::Positive => 45,
                Sentiment::Neutral => 5,
                Sentiment::Negative => -55,
            }),
            at,
        });
    };
    let spacing = (last_at.0 - began.0) / (rounds as i64 + 1);
    for (round, (asked, answered)) in EARLIER.iter().cycle().skip(number % 2).take(rounds).enumerate() {
        let at = Timestamp(began.0 + round as i64 * spacing);
        say(Author::Visitor, asked, at, Some(Sentiment::Neutral));
        say(Author::Assistant, answered, Timestamp(at.0 + MINUTE / 3), None);
    }
    say(Author::Visitor, last, last_at, Some(sentiment));
    let waiting_since = asked_for.then_some(last_at);
    let handoff = asked_for.then_some(HandOff::CustomerRequest);
    let unread = i32::from(ago < 60);
    let newest = messages.last().map(|message| message.id.0);
    sqlx::query!(
        "insert into talk.conversations (company_id, id, lead_id, assistant_id, visitor_id, owner, owner_user_id, epoch, newest_inbound, handoff_reason, waiting_since, unread,
                                         last_message, last_author, last_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'visitor', $14, $15)",
        company.0, conversation.0, lead.0, assistant.0, visitor.0, control.owner.as_str(), control.user.map(|user| user.0), control.epoch, newest,
        handoff.map(HandOff::as_str), waiting_since as _, unread, last, last_at as _, began as _
    )
    .execute(&mut *conn)
    .await?;
    for message in &messages {
        sqlx::query!(
            "insert into talk.messages (company_id, id, conversation_id, number, author, name, body, state, sentiment, mood, at) values ($1, $2, $3, $4, $5, $6, $7, 'read', $8, $9, $10)",
            company.0, message.id.0, conversation.0, message.number, message.author.as_str(), message.name, message.body,
            message.sentiment.map(Sentiment::as_str), message.mood, message.at as _
        )
        .execute(&mut *conn)
        .await?;
    }
    for (key, label, value) in [
        ("roof", "Roof area and type", "2,100 m², steel"),
        ("yearly_use", "Yearly use", "412 MWh"),
        ("owns_building", "Owns the building", "Yes"),
    ]
    .into_iter()
    .take(place)
    {
        sqlx::query!(
            "insert into sales.answers (company_id, lead_id, key, label, value) values ($1, $2, $3, $4, $5)",
            company.0,
            lead.0,
            key,
            label,
            value
        )
        .execute(&mut *conn)
        .await?;
    }

    // The same story as events, for timelines and for whoever replays the stream.
    let audience = Audience::of_lead(Some(assistant), owner.map(|owner| owner.0));
    let first = stages[0].0;
    let card = Card {
        id: lead,
        name: name.into(),
        organisation: organisation.into(),
        stage: first,
        rank: rank.clone(),
        value: Money { minor: pounds * 100, currency: Currency::Gbp },
        score: Some(Score::new(score.into())),
        sentiment,
        assistant: Some(assistant),
        owner: owner.map(|owner| owner.0),
        last_message: messages[0].body.clone(),
        last_activity_at: began,
        stage_entered_at: began,
        conversation: Some(conversation),
        created_at: began,
        source: Source::Widget,
        closes_on: None,
        next_step: None,
        tags: Vec::new(),
        version: 1,
    };
    let row = ConversationRow {
        id: conversation,
        lead,
        name: name.into(),
        organisation: organisation.into(),
        assistant,
        control: Control { owner: Owner::Assistant, user: None, name: None, epoch: 0 },
        handoff: None,
        waiting_since: None,
        unread: 1,
        last_message: messages[0].body.clone(),
        last_author: Author::Visitor,
        last_at: began,
        sentiment: Sentiment::Neutral,
        rest: None,
        channel: Channel::Web,
    };
    let voice = Who::Assistant { id: assistant, name: assistant_name.into() };
    let mut tell = |at, who, event| made.history.push((at, who, event, audience.clone()));
    tell(began, Who::Visitor, Event::LeadCreated { card, import: None });
    tell(began, Who::Visitor, Event::ConversationStarted { row });
    for message in messages {
        let who = if message.author == Author::Visitor { Who::Visitor } else { voice.clone() };
        tell(message.at, who, Event::MessageSent { lead, message });
    }
    let (mover, mover_name) = owner.unwrap_or(made.people[0]);
    for step in 1..=place {
        // Nobody passes through Won on the way to Lost.
        if slug == "lost" && stages[step].1 == "won" {
            continue;
        }
        let from = stages[if stages[step].1 == "lost" { step - 2 } else { step - 1 }].0;
        let at = Timestamp(began.0 + (entered.0 - began.0).max(0) * step as i64 / place as i64);
        let moved = LeadMoved { lead, from, to: stages[step].0, rank: rank.clone(), after: None, version: step as i32 + 1, at };
        tell(at, Who::Person { id: mover, name: mover_name.into() }, Event::LeadMoved(moved));
    }
    if let Some((_, tags)) = made.tags.iter().find(|(known, _)| *known == name) {
        let tags: Vec<Tag> = tags.iter().filter_map(|tag| Tag::parse(tag)).collect();
        sqlx::query!(
            "with known as (insert into sales.tags (company_id, name) select $1, unnest($3::text[]) on conflict do nothing)
             update sales.leads set tags = $3 where company_id = $1 and id = $2",
            company.0,
            lead.0,
            &tags as &[Tag]
        )
        .execute(&mut *conn)
        .await?;
        let who = Who::Person { id: mover, name: mover_name.into() };
        tell(last_at, who, Event::LeadTagged { lead, added: tags.clone(), tags, removed: Vec::new() });
    }
    if control.owner != Owner::Assistant {
        let who = if asked_for { voice } else { Who::Person { id: mover, name: mover_name.into() } };
        tell(last_at, who, Event::ControlChanged { lead, conversation, control, handoff, waiting_since });
    }
    Ok(())
}

/// Numbers the collected history by time and writes it.
async fn write_history(conn: &mut PgConnection, mut made: Made) -> anyhow::Result<()> {
    made.history.sort_by_key(|(at, ..)| *at);
    for (seq, (at, who, event, audience)) in (1i64..).zip(&made.history) {
        let body = serde_json::to_value(event)?;
        let owners: Vec<_> = audience.owners.iter().map(|owner| owner.0).collect();
        sqlx::query!(
            "insert into ops.events (company_id, seq, at, actor, kind, body, lead_id, conversation_id, assistant_id, owners, staff_only) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            made.company.0, seq, *at as _, serde_json::to_value(who)?, body["kind"].as_str().unwrap_or_default(), body, event.lead().map(|id| id.0),
            event.conversation().map(|id| id.0), audience.assistant.map(|id| id.0), &owners, audience.staff_only
        )
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query!("insert into ops.streams (company_id, seq) values ($1, $2)", made.company.0, made.history.len() as i64)
        .execute(conn)
        .await?;
    Ok(())
}

fn slugged(text: &str) -> String {
    let kept: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
    kept.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}
