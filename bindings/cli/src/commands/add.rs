//! The patient's own entries.

use clap::{Args, Subcommand};
use vault::facade::{AllergyDraft, ConditionDraft, DosageDraft, ImmunizationDraft, MeasurementDraft, MedicineDraft, PatientDraft};

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
    /// Who you are: a new version of your personal details.
    Person(Person),
}

/// What every entry may carry.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Code of what it is.
    #[arg(long)]
    code: Option<String>,
    /// Code system, a URI such as http://snomed.info/sct.
    #[arg(long, requires = "code")]
    system: Option<String>,
    /// Note.
    #[arg(long)]
    note: Option<String>,
    /// The own entry that this corrects.
    #[arg(long, value_name = "ID")]
    corrects: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Allergy {
    /// What it is to.
    substance: String,
    /// food, medication, environment or biologic.
    #[arg(long)]
    kind: Option<String>,
    /// low, high or unable-to-assess.
    #[arg(long)]
    criticality: Option<String>,
    /// What happens; may be given several times.
    #[arg(long)]
    reaction: Vec<String>,
    /// mild, moderate or severe.
    #[arg(long, requires = "reaction")]
    severity: Option<String>,
    /// Since when, such as 2019 or 2019-05.
    #[arg(long)]
    since: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Condition {
    /// What it is.
    name: String,
    /// active, recurrence, relapse, inactive, remission or resolved.
    #[arg(long)]
    status: Option<String>,
    /// Since when.
    #[arg(long)]
    since: Option<String>,
    /// Until when.
    #[arg(long)]
    until: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Medicine {
    /// What it is.
    medicine: String,
    /// active, completed, intended, stopped, on-hold or not-taken.
    #[arg(long)]
    status: Option<String>,
    /// Since when.
    #[arg(long)]
    since: Option<String>,
    /// Until when.
    #[arg(long)]
    until: Option<String>,
    #[command(flatten)]
    dosage: Dosage,
    #[command(flatten)]
    common: Common,
}

/// How a medicine is taken.
#[derive(Debug, Args)]
pub(crate) struct Dosage {
    /// How much at a time, such as 1 or 0.5.
    #[arg(long, requires = "unit")]
    dose: Option<String>,
    /// Unit of the dose, such as tablet or mg.
    #[arg(long)]
    unit: Option<String>,
    /// How often in a period.
    #[arg(long)]
    times: Option<u32>,
    /// Length of the period; 1 when left out.
    #[arg(long)]
    every: Option<String>,
    /// Unit of the period: h, d, wk or mo.
    #[arg(long)]
    every_unit: Option<String>,
    /// By mouth, into the eye ...
    #[arg(long)]
    route: Option<String>,
    /// When: AC before a meal, PC after one, HS before sleep, MORN ...; may be given several times.
    #[arg(long)]
    when: Vec<String>,
    /// Only when needed.
    #[arg(long)]
    as_needed: bool,
    /// For how many days.
    #[arg(long)]
    days: Option<String>,
    /// Instruction in words.
    #[arg(long)]
    instruction: Option<String>,
}

impl Dosage {
    pub(crate) fn draft(&self) -> DosageDraft {
        DosageDraft {
            instruction: self.instruction.clone(),
            dose: self.dose.clone(),
            dose_unit: self.unit.clone(),
            dose_ucum: None,
            route: self.route.clone(),
            frequency: self.times,
            period: self.every.clone(),
            period_unit: self.every_unit.clone(),
            when: self.when.clone(),
            as_needed: self.as_needed,
            duration: self.days.clone(),
            duration_unit: None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Measurement {
    /// What was measured.
    name: String,
    /// Its value: a number, or words.
    value: String,
    /// Unit, such as kg or mg/dL.
    #[arg(long)]
    unit: Option<String>,
    /// Lower end of what is normal.
    #[arg(long)]
    low: Option<String>,
    /// Upper end of what is normal.
    #[arg(long)]
    high: Option<String>,
    /// vital-signs, laboratory, social-history or exam.
    #[arg(long)]
    kind: Option<String>,
    /// When; now when left out.
    #[arg(long)]
    date: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Immunization {
    /// Vaccine.
    vaccine: String,
    /// When.
    #[arg(long)]
    date: String,
    /// Lot number.
    #[arg(long)]
    lot: Option<String>,
    /// Which dose of the series.
    #[arg(long)]
    dose: Option<u32>,
    /// Who gave it.
    #[arg(long)]
    performer: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Whole name.
    #[arg(long)]
    name: Option<String>,
    /// female, male, other or unknown.
    #[arg(long)]
    gender: Option<String>,
    /// Year, month or day of birth.
    #[arg(long)]
    born: Option<String>,
    /// Phone number.
    #[arg(long)]
    phone: Option<String>,
    /// E-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Town.
    #[arg(long)]
    city: Option<String>,
    /// Country.
    #[arg(long)]
    country: Option<String>,
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
    };
    let id = created.unwrap_or_default();
    let now = session.now();
    let view = session.query(|vault| vault.record(&id, now))?;
    let mut page = render::facts(&view.fhir, &context.catalog)?;
    let block = view.summary.sequence.map(|number| format!("in block {number} of your chain, ")).unwrap_or_default();
    page.push(0, Tone::Faint, format!("{block}record {}", render::short(&id)));
    send(context, &mut session, &mut page)?;
    Answer::new(page).with("record", id)
}

fn send(context: &Context, session: &mut Session, page: &mut Page) -> Result<(), Error> {
    context.send(session, page).map(drop)
}

fn corrects(session: &mut Session, common: &Common) -> Result<Option<String>, Error> {
    common.corrects.as_deref().map(|typed| own_record(session, typed)).transpose()
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
    Ok(session.command(|vault, now, rng| vault.add_allergy(&draft, now, rng))?.created)
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
    Ok(session.command(|vault, now, rng| vault.add_condition(&draft, now, rng))?.created)
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
    Ok(session.command(|vault, now, rng| vault.add_medicine(&draft, now, rng))?.created)
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
    Ok(session.command(|vault, now, rng| vault.add_measurement(&draft, now, rng))?.created)
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
    Ok(session.command(|vault, now, rng| vault.add_immunization(&draft, now, rng))?.created)
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
    Ok(session.command(|vault, now, rng| vault.set_demographics(&draft, now, rng))?.created)
}
