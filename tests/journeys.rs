//! Journeys: what people do with Satchel, over a real relay process and the shipped driver, and what must not be possible on the way.
//!
//! Each negative step asserts its code and names, in a comment, the function that refuses: without that check the step passes through
//! and the test fails. `guards.toml` lists the checks themselves, and `cargo xtask guards` takes each away to see that it is so.

#[path = "journeys/appointment.rs"]
mod appointment;
#[path = "journeys/audit.rs"]
mod audit;
#[path = "journeys/consent.rs"]
mod consent;
#[path = "journeys/copy_to.rs"]
mod copy_to;
#[path = "journeys/corrections.rs"]
mod corrections;
#[path = "journeys/delegation.rs"]
mod delegation;
#[path = "journeys/deletion.rs"]
mod deletion;
#[path = "journeys/devices.rs"]
mod devices;
#[path = "journeys/erasure.rs"]
mod erasure;
#[path = "journeys/faults.rs"]
mod faults;
#[path = "journeys/files.rs"]
mod files;
#[path = "journeys/files_passed.rs"]
mod files_passed;
#[path = "journeys/files_process.rs"]
mod files_process;
#[path = "journeys/flipped.rs"]
mod flipped;
#[path = "journeys/forged.rs"]
mod forged;
#[path = "journeys/grant_keys.rs"]
mod grant_keys;
#[path = "journeys/grants.rs"]
mod grants;
#[path = "journeys/handed.rs"]
mod handed;
#[path = "journeys/hospitals.rs"]
mod hospitals;
#[path = "journeys/lab_states.rs"]
mod lab_states;
#[path = "journeys/laboratory.rs"]
mod laboratory;
#[path = "journeys/lost_phone.rs"]
mod lost_phone;
#[path = "journeys/new_patient.rs"]
mod new_patient;
#[path = "journeys/officers.rs"]
mod officers;
#[path = "journeys/own_data.rs"]
mod own_data;
#[path = "journeys/replay.rs"]
mod replay;
#[path = "journeys/revocation.rs"]
mod revocation;
#[path = "journeys/rollback.rs"]
mod rollback;
#[path = "journeys/store.rs"]
mod store;
#[path = "journeys/submission.rs"]
mod submission;
#[path = "journeys/swapped.rs"]
mod swapped;
#[path = "journeys/team.rs"]
mod team;
#[path = "journeys/visit.rs"]
mod visit;
