//! Looking at the database behind the store's back.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use store::Database;

use super::House;

impl House {
    /// Everything that the database remembers but for the audit log, one line for each row.
    pub fn remembered(&self) -> String {
        let tables = self.text(match self.settings.database {
            Database::Sqlite(_) => {
                "SELECT group_concat(name, ' ') AS found FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)"
            }
            Database::Postgres(_) => {
                "SELECT string_agg(tablename::text, ' ' ORDER BY tablename) AS found FROM pg_tables WHERE schemaname = 'public'"
            }
        });
        let told = |table: &&str| !table.starts_with("audit") && !table.starts_with("__");
        let rows = |table: &str| format!("{table}:\n{}\n\n", self.rows_of(table));
        // SQLite quotes bytes in capitals.
        tables.split(' ').filter(told).map(rows).collect::<String>().to_lowercase()
    }

    fn rows_of(&self, table: &str) -> String {
        match self.settings.database {
            Database::Sqlite(_) => {
                let columns = self.text(&format!(
                    "SELECT group_concat('quote(' || name || ')', ' || '' '' || ') AS found FROM pragma_table_info('{table}')"
                ));
                let rows = format!("SELECT {columns} AS line FROM {table} ORDER BY 1");
                self.text(&format!("SELECT coalesce(group_concat(line, char(10)), '') AS found FROM ({rows})"))
            }
            Database::Postgres(_) => {
                self.text(&format!("SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS found FROM {table} t"))
            }
        }
    }

    /// Runs SQL behind the store's back.
    pub fn sql(&self, sql: &str) {
        match &self.settings.database {
            Database::Sqlite(file) => SqliteConnection::establish(file.to_str().unwrap()).unwrap().batch_execute(sql).unwrap(),
            Database::Postgres(address) => PgConnection::establish(address).unwrap().batch_execute(sql).unwrap(),
        }
    }

    fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = Text)]
            found: String,
        }
        let found: Found = match &self.settings.database {
            Database::Sqlite(file) => {
                diesel::sql_query(sql).get_result(&mut SqliteConnection::establish(file.to_str().unwrap()).unwrap()).unwrap()
            }
            Database::Postgres(address) => diesel::sql_query(sql).get_result(&mut PgConnection::establish(address).unwrap()).unwrap(),
        };
        found.found
    }
}
