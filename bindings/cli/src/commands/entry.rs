//! What the options of an own entry are.

use clap::Args;
use vault::facade::DosageDraft;

/// What every entry may carry.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Code of what it is.
    #[arg(long)]
    pub(super) code: Option<String>,
    /// Code system, a URI such as http://snomed.info/sct.
    #[arg(long, requires = "code")]
    pub(super) system: Option<String>,
    /// Note.
    #[arg(long)]
    pub(super) note: Option<String>,
    /// The own entry that this corrects.
    #[arg(long, value_name = "ID")]
    pub(super) corrects: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Allergy {
    /// What it is to.
    pub(super) substance: String,
    /// food, medication, environment or biologic.
    #[arg(long)]
    pub(super) kind: Option<String>,
    /// low, high or unable-to-assess.
    #[arg(long)]
    pub(super) criticality: Option<String>,
    /// What happens; may be given several times.
    #[arg(long)]
    pub(super) reaction: Vec<String>,
    /// mild, moderate or severe.
    #[arg(long, requires = "reaction")]
    pub(super) severity: Option<String>,
    /// Since when, such as 2019 or 2019-05.
    #[arg(long)]
    pub(super) since: Option<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Condition {
    /// What it is.
    pub(super) name: String,
    /// active, recurrence, relapse, inactive, remission or resolved.
    #[arg(long)]
    pub(super) status: Option<String>,
    /// Since when.
    #[arg(long)]
    pub(super) since: Option<String>,
    /// Until when.
    #[arg(long)]
    pub(super) until: Option<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Medicine {
    /// What it is.
    pub(super) medicine: String,
    /// active, completed, intended, stopped, on-hold or not-taken.
    #[arg(long)]
    pub(super) status: Option<String>,
    /// Since when.
    #[arg(long)]
    pub(super) since: Option<String>,
    /// Until when.
    #[arg(long)]
    pub(super) until: Option<String>,
    #[command(flatten)]
    pub(super) dosage: Dosage,
    #[command(flatten)]
    pub(super) common: Common,
}

/// How a medicine is taken.
#[derive(Debug, Args)]
pub(crate) struct Dosage {
    /// How much at a time, such as 1 or 0.5.
    #[arg(long, requires = "unit")]
    pub(super) dose: Option<String>,
    /// Unit of the dose, such as tablet or mg.
    #[arg(long)]
    pub(super) unit: Option<String>,
    /// How often in a period.
    #[arg(long)]
    pub(super) times: Option<u32>,
    /// Length of the period; 1 when left out.
    #[arg(long)]
    pub(super) every: Option<String>,
    /// Unit of the period: h, d, wk or mo.
    #[arg(long)]
    pub(super) every_unit: Option<String>,
    /// By mouth, into the eye ...
    #[arg(long)]
    pub(super) route: Option<String>,
    /// When: AC before a meal, PC after one, HS before sleep, MORN ...; may be given several times.
    #[arg(long)]
    pub(super) when: Vec<String>,
    /// Only when needed.
    #[arg(long)]
    pub(super) as_needed: bool,
    /// For how many days.
    #[arg(long)]
    pub(super) days: Option<String>,
    /// Instruction in words.
    #[arg(long)]
    pub(super) instruction: Option<String>,
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
    pub(super) name: String,
    /// Its value: a number, or words.
    pub(super) value: String,
    /// Unit, such as kg or mg/dL.
    #[arg(long)]
    pub(super) unit: Option<String>,
    /// Lower end of what is normal.
    #[arg(long)]
    pub(super) low: Option<String>,
    /// Upper end of what is normal.
    #[arg(long)]
    pub(super) high: Option<String>,
    /// vital-signs, laboratory, social-history or exam.
    #[arg(long)]
    pub(super) kind: Option<String>,
    /// When; now when left out.
    #[arg(long)]
    pub(super) date: Option<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Immunization {
    /// Vaccine.
    pub(super) vaccine: String,
    /// When.
    #[arg(long)]
    pub(super) date: String,
    /// Lot number.
    #[arg(long)]
    pub(super) lot: Option<String>,
    /// Which dose of the series.
    #[arg(long)]
    pub(super) dose: Option<u32>,
    /// Who gave it.
    #[arg(long)]
    pub(super) performer: Option<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Whole name.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// female, male, other or unknown.
    #[arg(long)]
    pub(super) gender: Option<String>,
    /// Year, month or day of birth.
    #[arg(long)]
    pub(super) born: Option<String>,
    /// Phone number.
    #[arg(long)]
    pub(super) phone: Option<String>,
    /// E-mail address.
    #[arg(long)]
    pub(super) email: Option<String>,
    /// Town.
    #[arg(long)]
    pub(super) city: Option<String>,
    /// Country.
    #[arg(long)]
    pub(super) country: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Contact {
    /// Name.
    pub(super) name: String,
    /// Relationship in words.
    #[arg(long)]
    pub(super) relationship: Option<String>,
    /// Phone number.
    #[arg(long)]
    pub(super) phone: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Wish {
    /// organ-donation, resuscitation or directive.
    pub(super) subject: String,
    /// The wish in your own words.
    pub(super) words: String,
    /// You agree to it.
    #[arg(long, conflicts_with = "no")]
    pub(super) yes: bool,
    /// You refuse it.
    #[arg(long)]
    pub(super) no: bool,
    /// The own wish that this replaces.
    #[arg(long, value_name = "ID")]
    pub(super) corrects: Option<String>,
}
