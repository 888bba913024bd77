//! Rows of any table, out and in, for backups: what a column holds is asked of the database, so that tables of every version can be read.
//!
//! Beside `connection`, the one file that knows which database it is. Names go into SQL here: only those of `backup::plan`, and of
//! columns that the database itself has told.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::query_builder::BoxedSqlQuery;
use diesel::row::{Field as _, NamedRow};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Bool, HasSqlType, Integer, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteType};
use vault::backup::Cells;

use super::{Broken, Connection};

/// What one column of one row holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Number(i64),
    Truth(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row as it comes, whatever its table.
struct Row(Vec<Cell>);

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

impl Connection {
    /// The tables that there are, ours or not, sorted.
    pub fn tables(&mut self) -> Result<Vec<String>, Broken> {
        let found: Vec<Name> = match self {
            Self::Sqlite(conn) => diesel::sql_query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            )
            .load(conn)?,
            Self::Postgres(conn) => diesel::sql_query(
                "SELECT table_name::text AS name FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1",
            )
            .load(conn)?,
        };
        Ok(found.into_iter().map(|table| table.name).collect())
    }

    /// A table's columns and what they hold, in the table's order; none where there is no such table.
    pub fn columns(&mut self, table: &str) -> Result<Vec<(String, Cells)>, Broken> {
        let found: Vec<Column> = match self {
            Self::Sqlite(conn) => {
                diesel::sql_query("SELECT name, type AS kind FROM pragma_table_info(?) ORDER BY cid").bind::<Text, _>(table).load(conn)?
            }
            Self::Postgres(conn) => diesel::sql_query(
                "SELECT column_name::text AS name, data_type::text AS kind FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
            )
            .bind::<Text, _>(table)
            .load(conn)?,
        };
        found.into_iter().map(|column| cells(&column.kind).map(|cells| (column.name, cells))).collect()
    }

    /// Hands over each row that a query finds, one at a time.
    pub fn each(&mut self, sql: &str, mut take: impl FnMut(Vec<Cell>) -> Result<(), Broken>) -> Result<(), Broken> {
        match self {
            Self::Sqlite(conn) => {
                for row in diesel::sql_query(sql).load_iter::<Row, diesel::connection::DefaultLoadingMode>(conn)? {
                    take(row?.0)?;
                }
            }
            Self::Postgres(conn) => {
                for row in diesel::sql_query(sql).load_iter::<Row, PgRowByRowLoadingMode>(conn)? {
                    take(row?.0)?;
                }
            }
        }
        Ok(())
    }

    /// Inserts rows, each with a cell for each of these columns, which the table has.
    pub fn insert(&mut self, table: &str, columns: &[(String, Cells)], rows: Vec<Vec<Cell>>) -> Result<(), Broken> {
        if rows.is_empty() {
            return Ok(());
        }
        let names = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let mut sql = format!("INSERT INTO \"{table}\" ({names}) VALUES ");
        let server = matches!(self, Self::Postgres(_));
        let mut place = 0_usize;
        for row in 0..rows.len() {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..columns.len() {
                place += 1;
                sql.push_str(if column == 0 { "" } else { ", " });
                sql.push_str(&if server { format!("${place}") } else { "?".to_owned() });
            }
            sql.push(')');
        }
        match self {
            Self::Sqlite(conn) => bound(diesel::sql_query(sql).into_boxed(), columns, rows).execute(conn)?,
            Self::Postgres(conn) => bound(diesel::sql_query(sql).into_boxed(), columns, rows).execute(conn)?,
        };
        Ok(())
    }

    /// About how many bytes the whole database has on its disk.
    pub fn size(&mut self) -> Result<u64, Broken> {
        let size: Size = match self {
            Self::Sqlite(conn) => {
                diesel::sql_query("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()").get_result(conn)?
            }
            Self::Postgres(conn) => diesel::sql_query("SELECT pg_database_size(current_database()) AS bytes").get_result(conn)?,
        };
        Ok(u64::try_from(size.bytes).unwrap_or(0))
    }
}

/// What a column of this declared type holds. The migrations use no other types.
fn cells(declared: &str) -> Result<Cells, Broken> {
    match declared.to_ascii_lowercase().as_str() {
        "blob" | "bytea" => Ok(Cells::Bytes),
        "text" | "character varying" => Ok(Cells::Text),
        "integer" | "bigint" => Ok(Cells::Number),
        "boolean" => Ok(Cells::Truth),
        other => Err(Broken::Damaged(format!("a column is of type {other}, which no table of Postern's has"))),
    }
}

/// The query with a value for each place. Numbers and truth values stand for each other where the databases differ.
fn bound<'q, DB, Q>(query: BoxedSqlQuery<'q, DB, Q>, columns: &[(String, Cells)], rows: Vec<Vec<Cell>>) -> BoxedSqlQuery<'q, DB, Q>
where
    DB: Backend + HasSqlType<Binary> + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Bool> + 'q,
    Option<Vec<u8>>: ToSql<Nullable<Binary>, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<bool>: ToSql<Nullable<Bool>, DB>,
{
    rows.into_iter().flat_map(|row| row.into_iter().zip(columns)).fold(query, |query, (cell, (_, cells))| match cells {
        Cells::Bytes => query.bind::<Nullable<Binary>, _>(match cell {
            Cell::Bytes(bytes) => Some(bytes),
            _ => None,
        }),
        Cells::Text => query.bind::<Nullable<Text>, _>(match cell {
            Cell::Text(text) => Some(text),
            _ => None,
        }),
        Cells::Number => query.bind::<Nullable<BigInt>, _>(match cell {
            Cell::Number(number) => Some(number),
            Cell::Truth(truth) => Some(i64::from(truth)),
            _ => None,
        }),
        Cells::Truth => query.bind::<Nullable<Bool>, _>(match cell {
            Cell::Truth(truth) => Some(truth),
            Cell::Number(number) => Some(number != 0),
            _ => None,
        }),
    })
}

impl QueryableByName<Sqlite> for Row {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let mut cells = Vec::with_capacity(row.field_count());
        for place in 0..row.field_count() {
            let field = diesel::row::Row::get(row, place).ok_or("a row is shorter than it says")?;
            cells.push(match field.value() {
                None => Cell::Null,
                Some(value) => match value.value_type() {
                    None => Cell::Null,
                    Some(SqliteType::Binary) => Cell::Bytes(<Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?),
                    Some(SqliteType::Text) => Cell::Text(<String as FromSql<Text, Sqlite>>::from_sql(value)?),
                    Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => {
                        Cell::Number(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?)
                    }
                    Some(_) => return Err("a column holds what no table of Postern's has".into()),
                },
            });
        }
        Ok(Self(cells))
    }
}

impl QueryableByName<Pg> for Row {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let mut cells = Vec::with_capacity(row.field_count());
        for place in 0..row.field_count() {
            let field = diesel::row::Row::get(row, place).ok_or("a row is shorter than it says")?;
            cells.push(match field.value() {
                None => Cell::Null,
                // The types' numbers are fixed in PostgreSQL's catalogue (pg_type.dat).
                Some(value) => match value.get_oid().get() {
                    16 => Cell::Truth(<bool as FromSql<Bool, Pg>>::from_sql(value)?),
                    17 => Cell::Bytes(<Vec<u8> as FromSql<Binary, Pg>>::from_sql(value)?),
                    20 => Cell::Number(<i64 as FromSql<BigInt, Pg>>::from_sql(value)?),
                    23 => Cell::Number(<i32 as FromSql<Integer, Pg>>::from_sql(value)?.into()),
                    25 | 1043 => Cell::Text(<String as FromSql<Text, Pg>>::from_sql(value)?),
                    _ => return Err("a column holds what no table of Postern's has".into()),
                },
            });
        }
        Ok(Self(cells))
    }
}
