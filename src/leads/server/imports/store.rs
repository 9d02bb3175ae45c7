//! The SQL of imports.

/// The kept file.
pub mod files;
/// What rows become.
pub mod rows;

use crate::leads::imports::{Column, Fate, Field, ImportRow, ImportState, Rejected};
use crate::values::{CompanyId, ImportId, Timestamp, UserId};
use sqlx::{PgConnection, types::Json};

type Found<T> = Result<T, sqlx::Error>;

/// An import as it is stored.
pub struct Import {
    /// As a list names it.
    pub row: ImportRow,
    /// Bytes of the file.
    pub size: i64,
    /// What parts its cells.
    pub separator: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// The first rows.
    pub samples: Vec<Vec<String>>,
    /// What each column is.
    pub mapping: Vec<Column>,
    /// Where the next row begins, in bytes and in lines.
    pub place: (i64, i64),
    /// When it last came further.
    pub updated_at: Timestamp,
}

/// Imports with the conditions that are given.
macro_rules! imports {
    ($rest:literal $(, $argument:expr)*) => {
        sqlx::query!(
            r#"select i.id as "id: ImportId", i.file_name, i.state as "state: ImportState", u.name as made_by,
                      i.created_at as "created_at: Timestamp", i.added, i.duplicates, i.bad, i.size, i.separator, i.header,
                      i.samples as "samples: Json<Vec<Vec<String>>>", i.mapping, i.position, i.line,
                      i.updated_at as "updated_at: Timestamp"
                 from sales.imports i join identity.users u on (u.company_id, u.id) = (i.company_id, i.created_by) "# + $rest
            $(, $argument)*
        )
        .map(|row| Import {
            row: ImportRow {
                id: row.id,
                file_name: row.file_name,
                state: row.state,
                made_by: row.made_by,
                created_at: row.created_at,
                added: row.added,
                duplicates: row.duplicates,
                bad: row.bad,
            },
            size: row.size,
            separator: row.separator,
            header: row.header,
            samples: row.samples.0,
            mapping: row.mapping.iter().map(|word| word.parse().unwrap_or(Column::Every(Field::Skip))).collect(),
            place: (row.position, row.line),
            updated_at: row.updated_at,
        })
    };
}

/// The newest imports.
pub async fn newest(conn: &mut PgConnection, most: i64) -> Found<Vec<Import>> {
    imports!("order by i.id desc limit $1", most).fetch_all(conn).await
}

/// One import.
pub async fn import(conn: &mut PgConnection, id: ImportId) -> Found<Option<Import>> {
    imports!("where i.id = $1", id.0).fetch_optional(conn).await
}

/// One import, locked until the transaction ends: whoever reads its rows holds it.
pub async fn lock(conn: &mut PgConnection, id: ImportId) -> Found<Option<Import>> {
    imports!("where i.id = $1 for no key update of i", id.0).fetch_optional(conn).await
}

/// Notes that a file is coming in. False when it is already.
pub async fn begin(conn: &mut PgConnection, company: CompanyId, id: ImportId, by: UserId, file_name: &str) -> Found<bool> {
    let done = sqlx::query!(
        "insert into sales.imports (company_id, id, created_by, file_name, state) values ($1, $2, $3, $4, 'receiving') on conflict do nothing",
        company.0,
        id.0,
        by.0,
        file_name
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What is known of a file once it is here.
pub struct Received {
    /// Its length in bytes.
    pub size: i64,
    /// What parts its cells.
    pub separator: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// The first rows.
    pub samples: Vec<Vec<String>>,
    /// What each column may be.
    pub mapping: Vec<Column>,
    /// Where the first row begins, in bytes and in lines.
    pub body: (i64, i64),
}

/// The file is here.
pub async fn received(conn: &mut PgConnection, id: ImportId, file: &Received) -> Found<()> {
    sqlx::query!(
        "update sales.imports set state = 'mapping', size = $2, separator = $3, header = $4, samples = $5, mapping = $6, body_at = $7,
                body_line = $8, position = $7, line = $8, updated_at = now() where id = $1",
        id.0,
        file.size,
        file.separator,
        &file.header,
        serde_json::json!(file.samples),
        &words(&file.mapping),
        file.body.0,
        file.body.1
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn words(mapping: &[Column]) -> Vec<String> {
    mapping.iter().map(|column| String::from(*column)).collect()
}

/// Says what the columns are.
pub async fn set_mapping(conn: &mut PgConnection, id: ImportId, mapping: &[Column]) -> Found<()> {
    sqlx::query!("update sales.imports set mapping = $2 where id = $1", id.0, &words(mapping)).execute(conn).await?;
    Ok(())
}

/// Says how far it has come.
pub async fn set_state(conn: &mut PgConnection, id: ImportId, state: ImportState) -> Found<()> {
    sqlx::query!("update sales.imports set state = $2, updated_at = now() where id = $1", id.0, state.as_str()).execute(conn).await?;
    Ok(())
}

/// Goes back to the first row: nothing is counted, nothing rejected.
pub async fn rewind(conn: &mut PgConnection, id: ImportId) -> Found<()> {
    sqlx::query!(
        "update sales.imports set position = body_at, line = body_line, added = 0, duplicates = 0, bad = 0, updated_at = now() where id = $1",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from sales.import_rejects where import_id = $1", id.0).execute(&mut *conn).await?;
    rows::forget(conn, id).await
}

/// Rows up to that place have been read; so many of each fate more.
pub async fn advance(conn: &mut PgConnection, id: ImportId, place: (i64, i64), added: i64, duplicates: i64, bad: i64) -> Found<()> {
    sqlx::query!(
        "update sales.imports set position = $2, line = $3, added = added + $4, duplicates = duplicates + $5, bad = bad + $6, updated_at = now()
          where id = $1",
        id.0,
        place.0,
        place.1,
        added,
        duplicates,
        bad
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes an import away with its file and its rejected rows. Its leads stay.
pub async fn remove(conn: &mut PgConnection, id: ImportId) -> Found<()> {
    sqlx::query!("delete from sales.imports where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Takes away what never came in whole, and what nobody has gone on with for a month. Reports of what
/// was imported stay.
pub async fn clear(conn: &mut PgConnection) -> Found<()> {
    sqlx::query!(
        "delete from sales.imports where (state = 'receiving' and updated_at < now() - interval '1 hour')
             or (state <> 'done' and updated_at < now() - interval '30 days')"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many imports keep a file.
pub async fn waiting(conn: &mut PgConnection) -> Found<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from sales.imports where state <> 'done'"#).fetch_one(conn).await
}

/// Notes that more of the file has come in; false when nobody waits for it any more.
pub async fn still_receives(conn: &mut PgConnection, id: ImportId) -> Found<bool> {
    let done =
        sqlx::query!("update sales.imports set updated_at = now() where id = $1 and state = 'receiving'", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Rejected rows of one fate behind that line, in the order of the file.
pub async fn rejected_briefly(conn: &mut PgConnection, id: ImportId, fate: Fate, after: i64, most: i64) -> Found<Vec<Rejected>> {
    sqlx::query!(
        r#"select line, reason,
                  (select coalesce(jsonb_agg(left(cell, 121)), '[]')
                     from (select cell from jsonb_array_elements_text(cells) cell where cell ~ '\S' limit 4) shown) as "cells!: Json<Vec<String>>"
             from sales.import_rejects where import_id = $1 and fate = $2 and line > $3 order by line limit $4"#,
        id.0,
        fate.as_str(),
        after,
        most
    )
    .map(|row| Rejected { line: row.line, reason: row.reason, cells: row.cells.0 })
    .fetch_all(conn)
    .await
}

/// The same, whole, as the report has them.
pub async fn rejected(conn: &mut PgConnection, id: ImportId, fate: Fate, after: i64, most: i64) -> Found<Vec<Rejected>> {
    sqlx::query!(
        r#"select line, reason, cells as "cells: Json<Vec<String>>" from sales.import_rejects
            where import_id = $1 and fate = $2 and line > $3 order by line limit $4"#,
        id.0,
        fate.as_str(),
        after,
        most
    )
    .map(|row| Rejected { line: row.line, reason: row.reason, cells: row.cells.0 })
    .fetch_all(conn)
    .await
}
