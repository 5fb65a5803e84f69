//! The patient's own entries.

use clap::Subcommand;
use vault::facade::{
    AllergyDraft, ConditionDraft, ContactDraft, ImmunizationDraft, MeasurementDraft, MedicineDraft, PatientDraft,
    WishDraft,
};

use super::entry::{Allergy, Common, Condition, Contact, Immunization, Measurement, Medicine, Person, Wish};
use super::records::own_record;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Add {
    /// An allergy or intolerance.
    Allergy(Allergy),
    /// A problem or diagnosis.
    Condition(Condition),
    /// A medicine you take.
    Medicine(Medicine),
    /// A measurement: weight, blood sugar, blood group.
    Measurement(Measurement),
    /// A vaccination.
    Immunization(Immunization),
    /// A document, picture or any other file, of any size.
    File(super::files::NewFile),
    /// Who you are: a new version of your personal details.
    Person(Person),
    /// Somebody to call in an emergency.
    Contact(Contact),
    /// A wish for care: organ donation, resuscitation, another directive.
    Wish(Wish),
}

pub(crate) fn add(context: &Context, what: &Add) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let created = match what {
        Add::Allergy(entry) => allergy(&mut session, entry)?,
        Add::Condition(entry) => condition(&mut session, entry)?,
        Add::Medicine(entry) => medicine(&mut session, entry)?,
        Add::Measurement(entry) => measurement(&mut session, entry)?,
        Add::Immunization(entry) => immunization(&mut session, entry)?,
        Add::Person(entry) => person(&mut session, entry)?,
        Add::Contact(entry) => contact(&mut session, entry)?,
        Add::Wish(entry) => wish(&mut session, entry)?,
        Add::File(entry) => return super::files::add(context, &mut session, entry),
    };
    show(context, &mut session, created)
}

/// Changes personal details: what is not named stays as it was.
pub(crate) fn amend(context: &Context, entry: &Person) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let former = session.query(|vault| vault.demographics())?;
    let or = |new: &Option<String>, old: Option<String>| new.clone().or(old);
    let draft = PatientDraft {
        name: or(&entry.name, former.name),
        family: former.family.filter(|_| entry.name.is_none()),
        given: if entry.name.is_none() { former.given } else { Vec::new() },
        gender: or(&entry.gender, former.gender),
        birth_date: or(&entry.born, former.birth_date),
        phone: or(&entry.phone, former.phone),
        email: or(&entry.email, former.email),
        city: or(&entry.city, former.city),
        country: or(&entry.country, former.country),
        ..former
    };
    let created = session
        .command(|vault, now, rng| vault.set_demographics(&draft, now, rng))?
        .created;
    show(context, &mut session, created)
}

/// Marks an own entry as entered in error.
pub(crate) fn entered_in_error(context: &Context, typed: &str, reason: &str) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let id = own_record(&mut session, typed)?;
    let created = session
        .command(|vault, now, rng| vault.mark_entered_in_error(&id, reason, now, rng))?
        .created;
    show(context, &mut session, created)
}

/// What was filed, and sends it.
fn show(context: &Context, session: &mut Session, created: Option<String>) -> Result<Answer, Error> {
    let id = created.unwrap_or_default();
    let now = session.now();
    let view = session.query(|vault| vault.record(&id, now))?;
    let mut page = render::facts(&view.fhir, &context.catalog)?;
    let block = view
        .summary
        .sequence
        .map(|number| format!("in block {number} of your chain, "))
        .unwrap_or_default();
    page.push(0, Tone::Faint, format!("{block}record {}", render::short(&id)));
    if let Some(mark) = &view.summary.mark {
        page.push(0, Tone::Faint, render::phrase(&context.catalog, mark));
    }
    send(context, session, &mut page)?;
    Answer::new(page).with("record", id)
}

fn send(context: &Context, session: &mut Session, page: &mut Page) -> Result<(), Error> {
    context.send(session, page).map(drop)
}

fn corrects(session: &mut Session, common: &Common) -> Result<Option<String>, Error> {
    common
        .corrects
        .as_deref()
        .map(|typed| own_record(session, typed))
        .transpose()
}

fn allergy(session: &mut Session, entry: &Allergy) -> Result<Option<String>, Error> {
    let draft = AllergyDraft {
        substance: entry.substance.clone(),
        system: entry.common.system.clone(),
        code: entry.common.code.clone(),
        status: None,
        kind: entry.kind.clone(),
        criticality: entry.criticality.clone(),
        reactions: entry.reaction.clone(),
        severity: entry.severity.clone(),
        onset: entry.since.clone(),
        note: entry.common.note.clone(),
        supersedes: corrects(session, &entry.common)?,
    };
    Ok(session
        .command(|vault, now, rng| vault.add_allergy(&draft, now, rng))?
        .created)
}

fn condition(session: &mut Session, entry: &Condition) -> Result<Option<String>, Error> {
    let draft = ConditionDraft {
        name: entry.name.clone(),
        system: entry.common.system.clone(),
        code: entry.common.code.clone(),
        status: entry.status.clone(),
        onset: entry.since.clone(),
        until: entry.until.clone(),
        note: entry.common.note.clone(),
        supersedes: corrects(session, &entry.common)?,
    };
    Ok(session
        .command(|vault, now, rng| vault.add_condition(&draft, now, rng))?
        .created)
}

fn medicine(session: &mut Session, entry: &Medicine) -> Result<Option<String>, Error> {
    let draft = MedicineDraft {
        medicine: entry.medicine.clone(),
        system: entry.common.system.clone(),
        code: entry.common.code.clone(),
        status: entry.status.clone(),
        since: entry.since.clone(),
        until: entry.until.clone(),
        dosage: entry.dosage.draft(),
        note: entry.common.note.clone(),
        supersedes: corrects(session, &entry.common)?,
    };
    Ok(session
        .command(|vault, now, rng| vault.add_medicine(&draft, now, rng))?
        .created)
}

fn measurement(session: &mut Session, entry: &Measurement) -> Result<Option<String>, Error> {
    let draft = MeasurementDraft {
        name: entry.name.clone(),
        system: entry.common.system.clone(),
        code: entry.common.code.clone(),
        kind: entry.kind.clone(),
        value: Some(entry.value.clone()),
        unit: entry.unit.clone(),
        ucum: None,
        low: entry.low.clone(),
        high: entry.high.clone(),
        level: None,
        date: entry.date.clone(),
        parts: Vec::new(),
        note: entry.common.note.clone(),
        supersedes: corrects(session, &entry.common)?,
    };
    Ok(session
        .command(|vault, now, rng| vault.add_measurement(&draft, now, rng))?
        .created)
}

fn immunization(session: &mut Session, entry: &Immunization) -> Result<Option<String>, Error> {
    let draft = ImmunizationDraft {
        vaccine: entry.vaccine.clone(),
        system: entry.common.system.clone(),
        code: entry.common.code.clone(),
        date: entry.date.clone(),
        lot: entry.lot.clone(),
        dose: entry.dose,
        performer: entry.performer.clone(),
        note: entry.common.note.clone(),
        supersedes: corrects(session, &entry.common)?,
    };
    Ok(session
        .command(|vault, now, rng| vault.add_immunization(&draft, now, rng))?
        .created)
}

fn person(session: &mut Session, entry: &Person) -> Result<Option<String>, Error> {
    let draft = PatientDraft {
        name: entry.name.clone(),
        gender: entry.gender.clone(),
        birth_date: entry.born.clone(),
        phone: entry.phone.clone(),
        email: entry.email.clone(),
        city: entry.city.clone(),
        country: entry.country.clone(),
        ..PatientDraft::default()
    };
    Ok(session
        .command(|vault, now, rng| vault.set_demographics(&draft, now, rng))?
        .created)
}

fn contact(session: &mut Session, entry: &Contact) -> Result<Option<String>, Error> {
    let draft = ContactDraft {
        name: entry.name.clone(),
        relationship: entry.relationship.clone(),
        phone: entry.phone.clone(),
    };
    Ok(session
        .command(|vault, now, rng| vault.add_emergency_contact(&draft, now, rng))?
        .created)
}

fn wish(session: &mut Session, entry: &Wish) -> Result<Option<String>, Error> {
    let supersedes = entry
        .corrects
        .as_deref()
        .map(|typed| own_record(session, typed))
        .transpose()?;
    let draft = WishDraft {
        subject: entry.subject.clone(),
        permit: match (entry.yes, entry.no) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        words: entry.words.clone(),
        supersedes,
    };
    Ok(session
        .command(|vault, now, rng| vault.add_wish(&draft, now, rng))?
        .created)
}
