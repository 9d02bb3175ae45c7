//! The SQL of stages.

use crate::leads::model::{Outcome, Stage, StageTone};
use crate::values::{CompanyId, PipelineId, StageId};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// Stages with the conditions that are given. Their dimmers are not lit.
macro_rules! stages {
    ($conditions:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Stage,
            r#"select id as "id: StageId", pipeline_id as "pipeline: PipelineId",
                      (select p.name from sales.pipelines p where p.id = pipeline_id) as "pipeline_name!", slug, name,
                      outcome as "outcome: Outcome", tone as "tone: StageTone", 0::smallint as "lit!",
                      probability, wip_limit, wip_hard, rot_days
                 from sales.stages where "# + $conditions
            $(, $argument)*
        )
    };
}

/// Every stage, pipeline by pipeline, left to right.
pub async fn all(conn: &mut PgConnection) -> Found<Vec<Stage>> {
    let mut stages = stages!(
        "removed_at is null order by (select p.position from sales.pipelines p where p.id = pipeline_id), pipeline_id, position, id"
    )
    .fetch_all(conn)
    .await?;
    Stage::light(&mut stages);
    Ok(stages)
}

/// Those that were taken off the board, the latest first.
pub async fn removed(conn: &mut PgConnection) -> Found<Vec<Stage>> {
    stages!("removed_at is not null order by removed_at desc, id").fetch_all(conn).await
}

/// Holds stages beside others who do, until the transaction ends, and gives those there are: whoever locks
/// one waits for all who hold it, and they for them. For a drop between two cards, which minds no other drop.
pub async fn hold(conn: &mut PgConnection, stages: &[StageId]) -> Found<Vec<Stage>> {
    let ids: Vec<_> = stages.iter().map(|id| id.0).collect();
    stages!("removed_at is null and id = any ($1) order by id for share", &ids).fetch_all(conn).await
}

/// Locks stages until the transaction ends, always in the same order, and gives those there are.
/// Whoever needs a column to stand still locks its stage: to number it afresh, or to keep to its limit.
pub async fn lock(conn: &mut PgConnection, stages: &[StageId]) -> Found<Vec<Stage>> {
    let ids: Vec<_> = stages.iter().map(|id| id.0).collect();
    stages!("removed_at is null and id = any ($1) order by id for no key update", &ids).fetch_all(conn).await
}

/// How many leads stand in a stage, whoever may see them.
pub async fn count_in(conn: &mut PgConnection, stage: StageId) -> Found<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from sales.leads where stage_id = $1"#, stage.0).fetch_one(conn).await
}

/// Locks every stage of the company until the transaction ends: whoever changes the stages
/// themselves waits for all drops, and all drops wait for them.
pub async fn lock_all(conn: &mut PgConnection) -> Found<()> {
    sqlx::query!("select id from sales.stages order by id for update").fetch_all(conn).await?;
    Ok(())
}

/// Adds a stage at that place. Its slug is the one given, or that with a number behind it if a stage,
/// perhaps one removed, has it already.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, stage: &Stage, position: i16) -> Found<()> {
    sqlx::query!(
        "insert into sales.stages (company_id, id, pipeline_id, slug, name, outcome, position, tone, probability)
         values ($1, $2, $9, (select case when n = 1 then $3 else left($3, 36) || '-' || n end
                            from generate_series(1, 999) n
                           where not exists (select from sales.stages where slug = case when n = 1 then $3 else left($3, 36) || '-' || n end)
                           order by n limit 1), $4, $5, $6, $7, $8)",
        company.0,
        stage.id.0,
        stage.slug,
        stage.name,
        stage.outcome.as_str(),
        position,
        stage.tone.as_str(),
        stage.probability,
        stage.pipeline.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what an admin decided about a stage.
pub async fn set(conn: &mut PgConnection, stage: &Stage) -> Found<()> {
    sqlx::query!(
        "update sales.stages set name = $2, tone = $3, probability = $4, wip_limit = $5, wip_hard = $6, rot_days = $7 where id = $1",
        stage.id.0,
        stage.name,
        stage.tone.as_str(),
        stage.probability,
        stage.wip_limit,
        stage.wip_hard,
        stage.rot_days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts the stages into that order.
pub async fn order(conn: &mut PgConnection, stages: &[StageId]) -> Found<()> {
    let ids: Vec<_> = stages.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update sales.stages s set position = wanted.place from unnest($1::uuid[]) with ordinality wanted (id, place) where s.id = wanted.id",
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a stage off the board. Its leads have gone elsewhere.
pub async fn remove(conn: &mut PgConnection, stage: StageId) -> Found<()> {
    sqlx::query!("update sales.stages set removed_at = now() where id = $1", stage.0).execute(conn).await?;
    Ok(())
}

/// Adds a pipeline behind all others.
pub async fn insert_pipeline(conn: &mut PgConnection, company: CompanyId, id: PipelineId, name: &str) -> Found<()> {
    sqlx::query!(
        "insert into sales.pipelines (company_id, id, name, position)
         select $1, $2, $3, 1 + coalesce(max(position), 0) from sales.pipelines where company_id = $1",
        company.0,
        id.0,
        name
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Calls a pipeline that.
pub async fn name_pipeline(conn: &mut PgConnection, id: PipelineId, name: &str) -> Found<()> {
    sqlx::query!("update sales.pipelines set name = $2 where id = $1", id.0, name).execute(conn).await?;
    Ok(())
}

/// Puts the pipelines into that order.
pub async fn order_pipelines(conn: &mut PgConnection, pipelines: &[PipelineId]) -> Found<()> {
    let ids: Vec<_> = pipelines.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update sales.pipelines p set position = wanted.place from unnest($1::uuid[]) with ordinality wanted (id, place) where p.id = wanted.id",
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a pipeline away. Its stages are removed.
pub async fn remove_pipeline(conn: &mut PgConnection, id: PipelineId) -> Found<()> {
    sqlx::query!("update sales.pipelines set removed_at = now() where id = $1", id.0).execute(conn).await?;
    Ok(())
}
