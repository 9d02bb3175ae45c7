//! Bringing a database up to date, as its owner.

use anyhow::Context;
use sqlx::{PgPool, migrate::Migrator};

/// Our own migrations. The queue brings its own.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Runs what has not run yet, ours and the queue's, and lets the process's role work the queue.
/// Two processes that start at once wait for each other.
///
/// # Errors
/// When a migration fails, or was changed after it ran.
pub async fn migrate(owner: &PgPool) -> anyhow::Result<()> {
    MIGRATIONS.run(owner).await.context("migrating the database")?;
    graphile_worker::WorkerUtils::new(owner.clone(), "graphile_worker").migrate().await.context("migrating the job queue")?;
    sqlx::raw_sql(
        "grant select on _sqlx_migrations to spotlight_app;
         grant usage on schema graphile_worker to spotlight_app;
         grant select, insert, update, delete on all tables in schema graphile_worker to spotlight_app;
         grant usage, select on all sequences in schema graphile_worker to spotlight_app;
         grant execute on all functions in schema graphile_worker to spotlight_app;
         -- The queue puts its tables under row security without policies, for its owner alone.
         do $$
         declare queue_table regclass;
         begin
           for queue_table in
             select c.oid from pg_class c
              where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
                and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'process')
           loop
             execute format('create policy process on %s to spotlight_app using (true) with check (true)', queue_table);
           end loop;
         end $$;",
    )
    .execute(owner)
    .await
    .context("letting the process work the job queue")?;
    Ok(())
}
