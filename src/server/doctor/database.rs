//! What doctor looks at inside the database.

use super::Finding;
use crate::server::postgres::OLDEST_MAJOR;
use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, migrate::Migrator};
use std::time::{SystemTime, UNIX_EPOCH};

/// Adds what it finds until something cannot be asked at all.
pub(super) async fn examine(
    owner: &mut PgConnection,
    app: &mut PgConnection,
    migrator: &Migrator,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let before = SystemTime::now();
    let (number, version, theirs): (i32, String, f64) = sqlx::query_as(
        "select current_setting('server_version_num')::int, current_setting('server_version'), extract(epoch from clock_timestamp())::float8",
    )
    .fetch_one(&mut *owner)
    .await
    .context("asking for the version")?;
    let after = SystemTime::now();
    findings.push(if number / 10_000 >= OLDEST_MAJOR as i32 {
        Finding::ok(format!("Postgres {version} answers"))
    } else {
        Finding::fault(format!("Postgres {version} is too old"), format!("move to Postgres {OLDEST_MAJOR} or later"))
    });
    findings.push(clock(before, after, theirs));
    roles(owner, app, findings).await.context("looking at the roles")?;
    findings.push(migrations(owner, migrator).await.context("looking at the migrations")?);
    tenancy(owner, app, findings).await.context("looking at the tenants' tables")?;
    findings.push(demo_people(owner).await.context("looking for demo sign-ins")?);
    Ok(())
}

/// `theirs` is what Postgres says the time is, in seconds since 1970, asked between two looks at
/// our own clock.
pub(super) fn clock(before: SystemTime, after: SystemTime, theirs: f64) -> Finding {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let apart = (theirs - (seconds(before) + seconds(after)) / 2.0).abs();
    if apart > 2.0 {
        Finding::warn(
            format!("our clock and that of Postgres are {apart:.1} s apart"),
            "set both by NTP: appointments and sessions go by them",
        )
    } else {
        Finding::ok("our clock agrees with that of Postgres")
    }
}

async fn roles(owner: &mut PgConnection, app: &mut PgConnection, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let owner_name: String = sqlx::query_scalar("select current_user::text").fetch_one(owner).await?;
    let row = sqlx::query(
        "select current_user::text as name, session_user::text as entered, r.rolsuper or r.rolbypassrls as unbound,
                e.rolsuper or e.rolbypassrls as entered_unbound,
                (select count(*) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owned
           from pg_roles r, pg_roles e where r.rolname = current_user and e.rolname = session_user",
    )
    .fetch_one(app)
    .await?;
    let (name, entered): (String, String) = (row.try_get("name")?, row.try_get("entered")?);
    let owned: i64 = row.try_get("owned")?;
    if row.try_get("unbound")? {
        findings.push(Finding::fault(
            format!("the process works as {name}, which row-level security does not hold for"),
            "use a DATABASE_URL whose user is neither superuser nor BYPASSRLS",
        ));
    } else if owned > 0 || name == owner_name {
        findings.push(Finding::fault(
            format!("the process works as {name}, which owns {owned} tables and could lift their protection"),
            "let a role of its own work (DATABASE_URL) and the owner migrate (DATABASE_OWNER_URL)",
        ));
    } else {
        findings.push(Finding::ok(format!("{owner_name} owns, {name} works and row-level security holds for it")));
    }
    if entered != name && row.try_get("entered_unbound")? {
        findings.push(Finding::warn(
            format!("the process enters as {entered}, which row-level security does not hold for, and then works as {name}"),
            "give the process a sign-in of its own: DATABASE_URL for it, DATABASE_OWNER_URL for the owner",
        ));
    }
    Ok(())
}

async fn migrations(owner: &mut PgConnection, migrator: &Migrator) -> anyhow::Result<Finding> {
    let known: Vec<_> = migrator.iter().filter(|migration| migration.migration_type.is_up_migration()).collect();
    let begun: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *owner).await?;
    let applied: Vec<(i64, Vec<u8>, bool)> = match begun {
        true => sqlx::query_as("select version, checksum, success from _sqlx_migrations order by version").fetch_all(owner).await?,
        false => Vec::new(),
    };
    let list = |numbers: Vec<i64>| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let find = |version| applied.iter().find(|(number, ..)| *number == version);
    let changed: Vec<i64> =
        known.iter().filter(|m| find(m.version).is_some_and(|(_, sum, ok)| !ok || sum[..] != m.checksum[..])).map(|m| m.version).collect();
    let missing: Vec<i64> = known.iter().filter(|m| find(m.version).is_none()).map(|m| m.version).collect();
    let unknown: Vec<i64> =
        applied.iter().filter(|(number, ..)| known.iter().all(|m| m.version != *number)).map(|(number, ..)| *number).collect();
    Ok(if !changed.is_empty() {
        Finding::fault(
            format!("migrations {} failed, or were changed since they ran", list(changed)),
            "restore the files as they were, or the database from a backup",
        )
    } else if !missing.is_empty() {
        Finding::fault(format!("migrations {} have not run", list(missing)), "run `spotlight migrate`")
    } else if !unknown.is_empty() {
        Finding::warn(format!("the database has migrations this program does not know: {}", list(unknown)), "run the newer program")
    } else {
        Finding::ok(format!("all {} migrations have run", known.len()))
    })
}

/// Each table with a `company_id`, and each one under row-level security (the job queue's own tables
/// are no tenant's and left out): it is on, forced, has a policy, and shows nothing where no company
/// is set.
async fn tenancy(owner: &mut PgConnection, app: &mut PgConnection, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let tables: Vec<(String, bool, bool, bool)> = sqlx::query_as(
        "select format('%I.%I', n.nspname, c.relname), c.relrowsecurity, c.relforcerowsecurity,
                exists (select from pg_policy p where p.polrelid = c.oid)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_worker')
            and (c.relrowsecurity or exists (select from pg_attribute a
                  where a.attrelid = c.oid and a.attname = 'company_id' and not a.attisdropped))
          order by 1",
    )
    .fetch_all(owner)
    .await?;
    let faults_before = findings.len();
    for (table, on, forced, has_policy) in &tables {
        for (there, lack) in
            [(on, "row-level security is off"), (forced, "row-level security is not forced"), (has_policy, "there is no policy")]
        {
            if !there {
                findings.push(Finding::fault(format!("{table}: {lack}"), "put it under the rule of the other tables, in a migration"));
            }
        }
        // The name was quoted by Postgres.
        let count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&mut *app).await;
        match count {
            Ok(0) => {}
            Ok(rows) => findings.push(Finding::fault(
                format!("{table}: {rows} rows can be seen where no company is set"),
                "its policy must compare with the company of the transaction",
            )),
            // No right to read it at all is as good as no row.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => {}
            Err(error) => findings.push(Finding::fault(
                format!("{table}: reading it where no company is set fails: {error}"),
                "its policy must be false, not an error, where no company is set",
            )),
        }
    }
    if tables.is_empty() {
        findings.push(Finding::fault("there are no tenants' tables", "run `spotlight migrate`"));
    } else if findings.len() == faults_before {
        findings.push(Finding::ok(format!("{} tenants' tables are closed where no company is set", tables.len())));
    }
    Ok(())
}

async fn demo_people(owner: &mut PgConnection) -> anyhow::Result<Finding> {
    let there: bool = sqlx::query_scalar("select to_regclass('identity.users') is not null").fetch_one(&mut *owner).await?;
    if !there {
        return Ok(Finding::warn("demo sign-ins were not looked for: there are no users yet", "run `spotlight migrate`"));
    }
    // Row-level security is forced for an owner that is no superuser: it would see nobody, and
    // this would say that all is well. With it off such an owner gets an error instead.
    let mut look = owner.begin().await?;
    sqlx::raw_sql("set local row_security = off").execute(&mut *look).await?;
    let count = sqlx::query_scalar::<_, i64>("select count(*) from identity.users where email like '%.test' and disabled_at is null")
        .fetch_one(&mut *look)
        .await;
    look.rollback().await?;
    Ok(match count {
        Ok(0) => Finding::ok("no demo sign-ins"),
        Ok(count) => Finding::warn(
            format!("{count} demo people (addresses ending in .test) can sign in, with passwords that anybody knows"),
            "leave the demo company out of a database that customers use",
        ),
        Err(error) => Finding::warn(
            format!("whether demo people can sign in cannot be seen: {error}"),
            "run doctor with a DATABASE_OWNER_URL whose user is superuser or BYPASSRLS",
        ),
    })
}
