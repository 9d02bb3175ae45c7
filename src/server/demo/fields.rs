//! The demo's own fields of leads, and when its deals are expected to be made.

use crate::leads::fields::FieldKind;
use crate::values::{CompanyId, Day, FieldId, LeadId, Timestamp};
use sqlx::{PgConnection, types::Json};
use std::collections::BTreeMap;

/// Name, slug, kind, choices.
const FIELDS: [(&str, &str, FieldKind, &[&str]); 4] = [
    ("Roof type", "roof_type", FieldKind::Choice, &["Steel", "Tile", "Flat", "Ground"]),
    ("Roof area, m²", "roof_area_m", FieldKind::Number, &[]),
    ("Yearly power bill", "yearly_power_bill", FieldKind::Money, &[]),
    ("Website", "website", FieldKind::Link, &[]),
];

/// Makes the fields, and writes something in those of leads that have come a little further.
pub async fn write(conn: &mut PgConnection, company: CompanyId) -> anyhow::Result<()> {
    let mut ids = Vec::new();
    for (place, (name, slug, kind, choices)) in (0i16..).zip(FIELDS) {
        let id = FieldId::new();
        let choices: Vec<String> = choices.iter().map(|choice| (*choice).to_owned()).collect();
        sqlx::query!(
            "insert into sales.fields (company_id, id, slug, name, kind, choices, place) values ($1, $2, $3, $4, $5, $6, $7)",
            company.0,
            id.0,
            slug,
            name,
            kind.as_str(),
            &choices,
            place
        )
        .execute(&mut *conn)
        .await?;
        ids.push(id);
    }
    let leads = sqlx::query!(
        r#"select l.id as "id: LeadId", l.value_minor, c.email from sales.leads l
             join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
             join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
            where l.company_id = $1 and s.slug in ('qualified', 'proposal') order by l.created_at, l.id"#,
        company.0
    )
    .fetch_all(&mut *conn)
    .await?;
    for (number, lead) in (0i64..).zip(leads) {
        let domain = lead.email.as_deref().and_then(|email| email.split_once('@')).map_or("", |(_, domain)| domain);
        let [roof, area, bill, site] = [
            ["Steel", "Tile", "Flat"][number as usize % 3].to_owned(),
            (400 + number * 170).to_string(),
            format!("{},{:03}", 18 + number * 3, number * 125 % 1000),
            format!("https://{domain}"),
        ];
        let custom: BTreeMap<String, String> = ids.iter().map(ToString::to_string).zip([roof, area, bill, site]).collect();
        // A few are late, most of them soon.
        let closes = Day::of(Timestamp(Timestamp::now().0 + (number * 9 % 55 - 6) * 86_400_000));
        sqlx::query!(
            "update sales.leads set custom = $2, closes_on = $3::text::date where id = $1",
            lead.id.0,
            Json(custom) as _,
            closes.iso()
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
