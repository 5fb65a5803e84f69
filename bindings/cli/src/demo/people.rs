//! Who takes part: two organizations, a doctor, a lab technician, a patient.

use std::fs;
use std::path::Path;

use vault::facade::Setup;

use super::{Cast, Stage, wait};
use crate::commands::vault::{kit_text, write_private};
use crate::driver;
use crate::error::Error;
use crate::session::Session;

/// Opens every vault of the demo; printed, as these vaults hold nothing real.
pub(super) const PASSPHRASE: &str = "satchel-demo";

/// Folders and whose they are.
pub(super) const FOLDERS: &[(&str, &str)] = &[
    ("asha", "Asha, the patient"),
    ("rao", "Dr Rao, practitioner"),
    ("lena", "Lena Okoro, laboratory"),
    ("hospital", "City Hospital, organization"),
    ("laboratory", "Riverside Laboratory, organization"),
];

pub(super) fn arrive(stage: &mut Stage<'_>) -> Result<Cast, Error> {
    fs::create_dir_all(&stage.data).map_err(|error| Error::file(&stage.data, &error))?;
    stage.step("Two organizations are founded; each has a public chain that says who works there");
    let mut hospital = join(stage, "hospital", "organization", "City Hospital")?;
    let mut laboratory = join(stage, "laboratory", "organization", "Riverside Laboratory")?;
    let mut lines = String::from("# Organizations that the people of the demo trust\n");
    for organization in [&mut hospital, &mut laboratory] {
        organization.command(|vault, now, rng| vault.publish(false, now, rng))?;
        organization.sync()?;
        let view = organization.query(|vault| vault.organization())?;
        lines.push_str(&format!("{}\n", view.line));
        stage.say(format!("{:<22} {}", view.name, view.fingerprint));
    }
    write_private(&stage.data.join("trust.txt"), lines.as_bytes())?;

    stage.step("They vouch for a doctor and a lab technician, by signed credentials");
    let mut rao = join(stage, "rao", "practitioner", "Dr Rao")?;
    let mut lena = join(stage, "lena", "laboratory", "Lena Okoro")?;
    vouch(stage, &mut hospital, &mut rao, "practitioner", "MC-20417")?;
    vouch(stage, &mut laboratory, &mut lena, "laboratory", "LT-0932")?;

    stage.step("Asha makes her vault: keys on her device, the first block, the words of the recovery kit");
    let asha = patient(stage)?;
    Ok(Cast { rao, lena, asha })
}

/// Everybody takes the same short list in.
pub(super) fn trust(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Error> {
    let path = stage.data.join("trust.txt");
    let list = fs::read_to_string(&path).map_err(|error| Error::file(&path, &error))?;
    stage.step("Asha, Dr Rao and the lab each take in a list of organizations that they trust");
    for person in [&mut cast.asha, &mut cast.rao, &mut cast.lena] {
        person.command(|vault, now, rng| vault.trust_list(&list, now, rng))?;
        person.sync()?;
    }
    for one in cast.asha.query(|vault| vault.trusted())? {
        stage.say(format!("{:<22} {}", one.name, one.fingerprint));
    }
    Ok(())
}

fn join(stage: &Stage<'_>, folder: &str, role: &str, name: &str) -> Result<Session, Error> {
    let mut session = Session::create(&stage.data.join(folder), &setup(stage, role, name), PASSPHRASE)?;
    // An organization's second kit only replaces its key one day; the first one opens it.
    if let Some(words) = session.query(|vault| vault.kit())?.first() {
        stage.link(name, words);
    }
    session.vault().forget_kit();
    found(&mut session)?;
    Ok(session)
}

fn setup(stage: &Stage<'_>, role: &str, name: &str) -> Setup {
    Setup {
        role: role.to_owned(),
        name: name.to_owned(),
        relay: stage.relay.clone(),
        token: None,
    }
}

fn found(session: &mut Session) -> Result<(), Error> {
    wait(session, "a vault was not founded", |session| {
        let profile = session.query(|vault| vault.profile())?;
        Ok((profile.stage == "ready" && profile.outbox == 0).then_some(()))
    })
}

fn vouch(
    stage: &Stage<'_>,
    organization: &mut Session,
    staff: &mut Session,
    role: &str,
    licence: &str,
) -> Result<(), Error> {
    let now = staff.now();
    let request = staff.query(|vault| vault.credential_request(now, &mut driver::random()))?;
    let changes = organization.command(|vault, now, rng| vault.vouch(&request, role, licence, 365, now, rng))?;
    let id = changes.created.unwrap_or_default();
    organization.sync()?;
    let credential = organization.query(|vault| vault.credential(&id))?;
    staff.command(|vault, now, rng| vault.accept_credential(&credential, now, rng))?;
    staff.sync()?;
    let now = staff.now();
    for held in staff.query(|vault| vault.credentials(now))? {
        stage.good(format!(
            "{}: {}, licence {}, vouched for by {}",
            held.name, held.role, held.licence, held.organization_name
        ));
    }
    Ok(())
}

/// The patient, whose kit goes to a file so that recovery can be tried afterwards.
fn patient(stage: &Stage<'_>) -> Result<Session, Error> {
    let mut asha = Session::create(&stage.data.join("asha"), &setup(stage, "patient", "Asha"), PASSPHRASE)?;
    let kit = asha.query(|vault| vault.kit())?;
    let path = stage.data.join("asha-kit.txt");
    write_private(&path, kit_text(&kit, &stage.relay).as_bytes())?;
    if let [words] = kit.as_slice() {
        stage.link("Asha", words);
    }
    asha.vault().forget_kit();
    found(&mut asha)?;
    let profile = asha.query(|vault| vault.profile())?;
    stage.say(format!(
        "{:<22} {}",
        profile.name,
        profile.fingerprint.unwrap_or_default()
    ));
    stage.say(format!("kit of 24 words made: {}", shown(&path)));
    Ok(asha)
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}
