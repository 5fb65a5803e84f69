//! The command line: arguments, the command they name, and how its answer or error is shown.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use clinical::catalog::Catalog;

use crate::commands::{
    add, appointment, block, claim, confirm, copy, delegate, deletion, device, draft, entry, export, files, grant,
    import, kit, laboratory, lifecycle, offer, organization, outbox, read, records, recover, staff, submission, sync,
    team, vault, write,
};
use crate::context::{Context, default_folder};
use crate::demo;
use crate::error::Error;
use crate::page::{self, Answer};
use crate::terminal;

/// Satchel: a health record in the patient's own hands.
///
/// Every party has a vault: a folder of sealed entries, opened by a passphrase. The relay carries ciphertext between vaults.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, max_term_width = 100, after_help = AFTER)]
struct Arguments {
    /// Folder of the vault.
    #[arg(long, global = true, env = "SATCHEL_VAULT", value_name = "DIR")]
    vault: Option<PathBuf>,
    /// File that holds the passphrase; SATCHEL_PASSPHRASE may hold it too.
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Do not talk to the relay; what is made is kept and sent by `satchel sync`.
    #[arg(long, global = true)]
    offline: bool,
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "Ids may be shortened to any unambiguous beginning.
Exit status: 0 done, 1 other error, 2 wrong use, 3 wrong passphrase, 4 vault in use or damaged, 5 relay not reached,
6 something does not verify, 7 nothing with this name, 8 refused by a rule.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a vault and its recovery kit.
    Create(vault::Create),
    /// Make a vault from the words of a recovery kit: recovery, or a second device.
    #[command(visible_alias = "join")]
    Recover(recover::Recover),
    /// Check that the passphrase opens the vault.
    Unlock,
    /// Whose vault this is.
    Profile,
    /// Change the passphrase.
    Passphrase {
        /// File that holds the new passphrase; asked for without it.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// How everything stands, without asking the relay.
    Status,
    /// Send what waits and take the news.
    Sync(sync::Sync),
    /// Import a FHIR bundle, a PDF or a picture.
    Import(import::Import),
    /// Files on their way to the relay.
    Files(files::Files),
    /// Add an own entry.
    #[command(subcommand)]
    Add(Box<add::Add>),
    /// Change your personal details: what is not named stays.
    Amend(entry::Person),
    /// Mark an own entry as entered in error; it stays, marked.
    Error {
        /// The record.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Drafts on this device: save, list, show, sign, discard.
    #[command(subcommand)]
    Draft(draft::Draft),
    /// What waits to be sent, and taking it back before it is.
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Requests and how far they have come: orders, state, specimen.
    #[command(subcommand)]
    Lab(laboratory::Lab),
    /// Copies of results to who ordered them: allow, end, list, read.
    #[command(subcommand)]
    Copy(copy::Copy),
    /// What was corrected or withdrawn, by whom, why, and who had read it.
    Corrections,
    /// List the records of this vault.
    List(records::Filter),
    /// Search them: words, code, category, dates, author.
    Search(records::Filter),
    /// Show one record in plain words.
    Show(records::Show),
    /// Keep a record out of shares; what is shared already is taken away from the relay.
    Hide(records::Hide),
    /// Let a hidden record into shares again.
    Unhide {
        /// The record.
        id: String,
    },
    /// Erase a record for ever: here, at the relay, in every grant.
    Erase(lifecycle::Erase),
    /// Look at the chain: genesis, a block, all blocks, verify.
    Block(block::Block),
    /// Offer access by a QR code.
    Offer(offer::Offer),
    /// Codes made and who claims them.
    Offers,
    /// Say what a code is; never claims it.
    Scan(claim::Scanned),
    /// Claim access by a code.
    Claim(claim::Claim),
    /// Claims made, and claims that wait for a decision, with their symbols.
    Claims,
    /// Give access to a claimant after comparing the symbols.
    Confirm(confirm::Confirm),
    /// Say no to a claimant, or withdraw a code.
    Decline {
        /// The offer.
        id: String,
    },
    /// Who has access: holder, scope, since, until, last opened.
    Grants,
    /// Grants one by one: list, keep, revoke, ask-delete, deletions.
    #[command(subcommand)]
    Grant(deletion::Grant),
    /// Access received, one by one: list, requests, delete, refuse.
    #[command(subcommand)]
    Access(deletion::Access),
    /// Let a colleague act under a grant, or stop it: to, card, list, stop.
    #[command(subcommand)]
    Delegate(delegate::Delegate),
    /// End access for ever.
    Revoke(lifecycle::One),
    /// Stop access for now.
    Pause(lifecycle::One),
    /// Let paused access go on.
    Resume(lifecycle::One),
    /// Give rights other periods.
    Renew(lifecycle::Renew),
    /// Leave access fewer records or rights.
    Narrow(lifecycle::Narrow),
    /// How much the holder of a grant may send in files.
    GrantFiles(lifecycle::Allowed),
    /// What was fetched under a grant, opened or not.
    Deliveries(lifecycle::One),
    /// An organization's team: add, remove, list, grants.
    #[command(subcommand)]
    Team(team::Team),
    /// Access received from patients.
    Accesses,
    /// Read what a patient shared; opening tells the patient.
    Read(read::Read),
    /// Write for a patient: report, prescription, lab-request, result.
    #[command(subcommand)]
    Write(Box<write::Write>),
    /// Records written for patients and how far they have come.
    Submissions {
        /// Send this one again.
        #[arg(long, value_name = "ID")]
        resend: Option<String>,
    },
    /// Who opened what, and when.
    Receipts,
    /// Appointments: contact, open, ask, offer, accept, move, decline, cancel, list.
    #[command(subcommand)]
    Appointment(appointment::Appointment),
    /// An organization's own side: vouch, suspend, reinstate, staff, publish, card.
    #[command(subcommand)]
    Org(organization::Org),
    /// Credentials of staff: request, accept, list.
    #[command(subcommand)]
    Credential(staff::Credential),
    /// Whom you trust to vouch for people: add, remove, list, import.
    #[command(subcommand)]
    Trust(staff::Trust),
    /// Devices of this identity: list, rename, remove.
    #[command(subcommand)]
    Device(device::Device),
    /// The recovery kit: replace it by a new one.
    #[command(subcommand)]
    Kit(kit::Kit),
    /// Hand records out as a file that anybody can verify offline.
    Export(export::Export),
    /// Verify such a file: no vault, no relay, no network.
    Verify(export::Verify),
    /// Play a whole consultation over a relay: patient, doctor, lab.
    Demo(demo::Demo),
    /// Completions for a shell, on standard output.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: Shell,
    },
}

/// Runs the command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap prints each where it belongs.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let json = arguments.json;
    let catalog = match Catalog::english() {
        Ok(catalog) => catalog,
        Err(error) => {
            terminal::note(&format!("error: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let context = Context {
        vault: arguments.vault.clone().unwrap_or_else(default_folder),
        passphrase_file: arguments.passphrase_file.clone(),
        offline: arguments.offline,
        json,
        catalog,
    };
    match carry_out(&context, &arguments.command) {
        Ok(answer) => {
            answer.print(json);
            ExitCode::from(answer.status)
        }
        Err(error) => {
            report(&context, &error);
            ExitCode::from(error.status())
        }
    }
}

fn carry_out(context: &Context, command: &Command) -> Result<Answer, Error> {
    match command {
        Command::Create(arguments) => vault::create(context, arguments),
        Command::Recover(arguments) => recover::recover(context, arguments),
        Command::Unlock => vault::unlock(context),
        Command::Profile => vault::profile(context),
        Command::Passphrase { new_passphrase_file } => vault::passphrase(context, new_passphrase_file.as_deref()),
        Command::Status => sync::status(context),
        Command::Sync(arguments) => sync::sync(context, arguments),
        Command::Import(arguments) => import::import(context, arguments),
        Command::Files(arguments) => files::files(context, arguments),
        Command::Add(what) => add::add(context, what),
        Command::Amend(entry) => add::amend(context, entry),
        Command::Error { id, reason } => add::entered_in_error(context, id, reason),
        Command::Draft(what) => draft::draft(context, what),
        Command::Outbox(what) => outbox::outbox(context, what),
        Command::Lab(what) => laboratory::lab(context, what),
        Command::Copy(what) => copy::copy(context, what),
        Command::Corrections => laboratory::corrections(context),
        Command::List(filter) | Command::Search(filter) => records::list(context, filter),
        Command::Show(arguments) => records::show(context, arguments),
        Command::Hide(arguments) => records::hide(context, arguments),
        Command::Unhide { id } => records::unhide(context, id),
        Command::Erase(arguments) => lifecycle::erase(context, arguments),
        Command::Block(arguments) => block::block(context, arguments),
        Command::Offer(arguments) => offer::offer(context, arguments),
        Command::Offers => offer::offers(context),
        Command::Scan(scanned) => claim::scan(context, scanned),
        Command::Claim(arguments) => claim::claim(context, arguments),
        Command::Claims => claim::claims(context),
        Command::Confirm(arguments) => confirm::confirm(context, arguments),
        Command::Decline { id } => confirm::decline(context, id),
        Command::Grants => grant::grants(context),
        Command::Grant(what) => deletion::grant(context, what),
        Command::Access(what) => deletion::access(context, what),
        Command::Delegate(what) => delegate::delegate(context, what),
        Command::Revoke(arguments) => lifecycle::revoke(context, arguments),
        Command::Pause(arguments) => lifecycle::pause(context, arguments),
        Command::Resume(arguments) => lifecycle::resume(context, arguments),
        Command::Renew(arguments) => lifecycle::renew(context, arguments),
        Command::Narrow(arguments) => lifecycle::narrow(context, arguments),
        Command::GrantFiles(arguments) => lifecycle::files(context, arguments),
        Command::Deliveries(arguments) => lifecycle::deliveries(context, arguments),
        Command::Team(what) => team::team(context, what),
        Command::Accesses => grant::accesses(context),
        Command::Read(arguments) => read::read(context, arguments),
        Command::Write(what) => write::write(context, what),
        Command::Submissions { resend } => submission::submissions(context, resend.as_deref()),
        Command::Receipts => grant::receipts(context),
        Command::Appointment(what) => appointment::appointment(context, what),
        Command::Org(what) => organization::org(context, what),
        Command::Credential(what) => staff::credential(context, what),
        Command::Trust(what) => staff::trust(context, what),
        Command::Device(what) => device::device(context, what),
        Command::Kit(what) => kit::kit(context, what),
        Command::Export(arguments) => export::export(context, arguments),
        Command::Verify(arguments) => export::verify(context, arguments),
        Command::Demo(arguments) => demo::demo(context, arguments),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Arguments::command(), "satchel", &mut std::io::stdout());
            Ok(Answer::default())
        }
    }
}

fn report(context: &Context, error: &Error) {
    let sentence = error.sentence(&context.catalog);
    if context.json {
        page::print_json(&page::error_json(error, &sentence));
        return;
    }
    terminal::note(&format!("error: {sentence} [{}]", error.code));
    if let Some(hint) = error.hint() {
        terminal::note(&format!("what to do: {hint}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }
}
