//! The harness's PostgreSQL is a real one, and its databases are private.
//! The run's server comes from `with-postgres`; without it these tests fail as every other does.

use harness::postgres::{Durability, Server, ask, database, query};

#[test]
fn two_tests_get_two_databases_that_know_nothing_of_each_other() {
    let (mine, yours) = (database(), database());
    query(&mine, "CREATE TABLE kept (word text)");
    query(&mine, "INSERT INTO kept VALUES ('mine')");
    assert_eq!(query(&mine, "SELECT word FROM kept"), "mine");
    assert_eq!(query(&yours, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'"), "0");
}

#[test]
fn a_server_that_lost_its_power_keeps_nothing_running() {
    let mut server = Server::start(Durability::Full);
    assert_eq!(query(&server.address(), "SHOW fsync"), "on");
    server.kill();
    assert!(ask(&server.address(), "SELECT 1").is_err(), "a killed server still answers");
}
