//! The contract of [`relay_server::store::Store`], run against every implementation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod contract;
mod support;

use relay_server::store::Sqlite;
use relay_server::store::sqlite::Durability;

macro_rules! sqlite {
    ($($name:ident)+) => {$(
        #[test]
        fn $name() {
            let directory = tempfile::tempdir().unwrap();
            let open = || Sqlite::open(directory.path(), Durability::Full).unwrap();
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(contract::$name(open));
        }
    )+};
}

sqlite! {
    admission_is_insert_if_absent
    many_racers_one_winner
    a_failed_operation_leaves_no_trace
    everything_survives_reopening
    nonces_are_used_once
    roles_are_decided_inside
    capabilities_compare_and_swap
    deletion_frees_files_and_room
    envelopes_are_deduplicated_and_expire
    one_claim_wins
    offers_vanish_a_day_after_their_end
    the_log_is_pinned_once
    tokens_are_spent_once
    usage_counts
}

#[test]
fn a_newer_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(Sqlite::open(directory.path(), Durability::Full).unwrap());
    let connection = rusqlite::Connection::open(directory.path().join("relay.sqlite")).unwrap();
    connection.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(connection);
    assert!(Sqlite::open(directory.path(), Durability::Full).is_err());
}

#[test]
fn a_database_of_version_1_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    drop(Sqlite::open(directory.path(), Durability::Full).unwrap());
    let connection = rusqlite::Connection::open(directory.path().join("relay.sqlite")).unwrap();
    connection
        .execute_batch("ALTER TABLE blob DROP COLUMN uploader; PRAGMA user_version = 1")
        .unwrap();
    drop(connection);
    for _ in 0..2 {
        drop(Sqlite::open(directory.path(), Durability::Full).unwrap());
    }
    let connection = rusqlite::Connection::open(directory.path().join("relay.sqlite")).unwrap();
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 2);
    connection.prepare("SELECT uploader FROM blob").unwrap();
}

#[test]
fn the_file_is_set_up_for_durability() {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path(), Durability::Full).unwrap();
    let connection = rusqlite::Connection::open(directory.path().join("relay.sqlite")).unwrap();
    let pragma = |name: &str| {
        connection
            .query_row(&format!("PRAGMA {name}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0)
            })
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".to_owned()));
    assert_eq!(pragma("auto_vacuum"), rusqlite::types::Value::Integer(2));
    let loose: i64 = connection
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "every table is STRICT");
    drop(store);
}
