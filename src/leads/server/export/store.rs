//! The SQL of the download.

use crate::accounts::server::actor::Scope;
use crate::leads::closing::LostReason;
use crate::leads::fields::{CustomField, FieldKind};
use crate::leads::model::Card;
use crate::leads::server::store::{Custom, cards_of};
use crate::values::*;
use sqlx::{PgConnection, types::Json};
use std::collections::HashMap;

/// A lead as it is written out.
pub struct Exported {
    /// What the filter asks about.
    pub card: Card,
    email: String,
    phone: String,
    owner: String,
    assistant: String,
    custom: Custom,
    times: [String; 3],
    closed_on: String,
    lost_reason: Option<LostReason>,
}

impl Exported {
    /// Its cells, in the order of the head, and then of the company's own fields.
    pub fn cells(&self, stage: &str, own: &[CustomField]) -> Vec<String> {
        let card = &self.card;
        let [created, active, entered] = self.times.clone();
        let every = [
            card.name.clone(),
            card.organisation.clone(),
            self.email.clone(),
            self.phone.clone(),
            stage.to_owned(),
            format!("{}.{:02}", card.value.minor / 100, card.value.minor % 100),
            card.value.currency.to_string(),
            card.score.map(|score| score.get().to_string()).unwrap_or_default(),
            card.sentiment.to_string(),
            self.owner.clone(),
            self.assistant.clone(),
            card.source.to_string(),
            card.closes_on.map(Day::iso).unwrap_or_default(),
            created,
            active,
            entered,
            self.closed_on.clone(),
            self.lost_reason.map(|reason| reason.label().to_owned()).unwrap_or_default(),
            card.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            card.id.to_string(),
        ];
        let own = own.iter().map(|own| {
            let text = self.custom.get(&own.id).cloned().unwrap_or_default();
            // As the value is: digits alone, which is what programs read.
            if own.kind == FieldKind::Money { text.replace(',', "") } else { text }
        });
        every.into_iter().chain(own).collect()
    }
}

/// The newest `most` leads in reach that are older than `before`. Ids are made in the order of time.
pub async fn export(conn: &mut PgConnection, scope: &Scope, before: Option<LeadId>, most: i64) -> Result<Vec<Exported>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select l.id as "id: LeadId", coalesce(c.email, '') as "email!",
                  coalesce(c.phone, '') as "phone!", coalesce(u.name, '') as "owner!", coalesce(a.name, '') as "assistant!",
                  l.custom as "custom: Json<Custom>", coalesce(to_char(case when s.outcome <> 'open' and (s.outcome = 'lost') = (l.lost_reason is not null) then l.closed_on end,
                                   'YYYY-MM-DD'), '') as "closed_on!",
                  case when s.outcome = 'lost' then l.lost_reason end as "lost_reason: LostReason", to_char(l.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "created!",
                  to_char(l.last_activity_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "active!",
                  to_char(l.stage_entered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "entered!"
             from sales.leads l
             join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
             join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
             left join identity.users u on (u.company_id, u.id) = (l.company_id, l.owner_id)
             left join talk.assistants a on (a.company_id, a.id) = (l.company_id, l.assistant_id)
            where ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) and l.id < $4
            order by l.id desc limit $5"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        before.map_or(uuid::Uuid::max(), |id| id.0),
        most
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<LeadId> = rows.iter().map(|row| row.id).collect();
    let mut cards: HashMap<LeadId, Card> = cards_of(conn, &ids).await?.into_iter().map(|card| (card.id, card)).collect();
    let exported = rows.into_iter().filter_map(|row| {
        Some(Exported {
            card: cards.remove(&row.id)?,
            email: row.email,
            phone: row.phone,
            owner: row.owner,
            assistant: row.assistant,
            custom: row.custom.0,
            times: [row.created, row.active, row.entered],
            closed_on: row.closed_on,
            lost_reason: row.lost_reason,
        })
    });
    Ok(exported.collect())
}
