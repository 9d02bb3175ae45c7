//! The SQL of places in a column.

use crate::values::{LeadId, Rank, StageId};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// A card's place: what a column is sorted by.
pub type Place = (Rank, LeadId);

/// Where a card stands in that column; None if it stands elsewhere.
pub async fn place_of(conn: &mut PgConnection, stage: StageId, lead: LeadId) -> Found<Option<Place>> {
    let row = sqlx::query!(
        r#"select rank as "rank: Rank", id as "id: LeadId" from sales.leads where stage_id = $1 and id = $2"#,
        stage.0,
        lead.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.rank, row.id)))
}

/// The lowest card of the column that stands at `rank` or above it (the last at all if none), `without` left out.
pub async fn last_up_to(conn: &mut PgConnection, stage: StageId, without: LeadId, rank: Option<&Rank>) -> Found<Option<Place>> {
    let row = sqlx::query!(
        r#"select rank as "rank: Rank", id as "id: LeadId" from sales.leads
            where stage_id = $1 and id <> $2 and rank <= $3 order by rank desc, id desc limit 1"#,
        stage.0,
        without.0,
        // Behind every rank there can be. A condition that may be none would keep the index from being entered here.
        rank.map_or("~", Rank::as_str)
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.rank, row.id)))
}

/// The rank of the first card behind `place` (of the first card at all if none), `without` left out.
pub async fn first_after(conn: &mut PgConnection, stage: StageId, without: LeadId, place: Option<&Place>) -> Found<Option<Rank>> {
    sqlx::query_scalar!(
        r#"select rank as "rank: Rank" from sales.leads
            where stage_id = $1 and id <> $2 and (rank, id) > ($3 collate "C", $4)
            order by rank, id limit 1"#,
        stage.0,
        without.0,
        // Before every rank there can be.
        place.map_or("", |(rank, _)| rank.as_str()),
        place.map_or(uuid::Uuid::nil(), |(_, id)| id.0),
    )
    .fetch_optional(conn)
    .await
}

/// Gives cards new ranks.
pub async fn renumber(conn: &mut PgConnection, ranks: &[(LeadId, Rank)]) -> Found<()> {
    let ids: Vec<_> = ranks.iter().map(|(id, _)| id.0).collect();
    let ranks: Vec<_> = ranks.iter().map(|(_, rank)| rank.as_str().to_owned()).collect();
    sqlx::query!(
        "update sales.leads l set rank = fresh.rank from unnest($1::uuid[], $2::text[]) fresh (id, rank) where l.id = fresh.id",
        &ids,
        &ranks
    )
    .execute(conn)
    .await?;
    Ok(())
}
