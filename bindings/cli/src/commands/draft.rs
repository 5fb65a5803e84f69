//! Drafts: what was begun and not signed, sealed on this device.

use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vault::facade::{
    AllergyDraft, ConditionDraft, ContactDraft, DraftContent, ImmunizationDraft, LabRequestDraft, MeasurementDraft,
    MedicineDraft, OrderStateDraft, PatientDraft, PrescriptionDraft, ReportDraft, ResultDraft, WishDraft,
};

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Draft {
    /// Save a draft: a JSON object of the form's members, from a file or standard input.
    Save(Save),
    /// Drafts on this device.
    List,
    /// Show one as it was last saved.
    Show {
        /// The draft.
        id: String,
    },
    /// Sign what a draft says, file or send it, and discard the draft.
    Sign {
        /// The draft.
        id: String,
    },
    /// Discard a draft.
    Discard {
        /// The draft.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Save {
    /// allergy, condition, medicine, measurement, immunization, person, contact, wish, report, prescription, lab_request, result, order_state.
    #[arg(long)]
    kind: Option<String>,
    /// Change this draft instead of making a new one.
    #[arg(long, value_name = "DRAFT")]
    id: Option<String>,
    /// For the patient of this grant.
    #[arg(long, value_name = "GRANT")]
    grant: Option<String>,
    /// The shared record that it will answer.
    #[arg(long, value_name = "ID", requires = "grant")]
    request: Option<String>,
    /// The file; standard input without it.
    file: Option<PathBuf>,
}

pub(crate) fn draft(context: &Context, what: &Draft) -> Result<Answer, Error> {
    let mut session = context.open()?;
    match what {
        Draft::Save(save) => self::save(&mut session, save),
        Draft::List => list(context, &mut session),
        Draft::Show { id } => {
            let id = named(&mut session, id)?;
            let content = session.query(|vault| vault.draft(&id))?;
            let mut page = Page::default();
            page.title(content.kind.clone());
            page.line(content.json.clone());
            Answer::new(page).with("draft", &content)
        }
        Draft::Sign { id } => sign(context, &mut session, id),
        Draft::Discard { id } => {
            let id = named(&mut session, id)?;
            session.command(|vault, now, rng| vault.discard_draft(&id, now, rng))?;
            let mut page = Page::default();
            page.line("Discarded.");
            Answer::new(page).with("draft", id)
        }
    }
}

fn named(session: &mut Session, typed: &str) -> Result<String, Error> {
    let all = session.query(|vault| vault.drafts())?;
    render::resolve(typed, all.iter().map(|draft| draft.id.as_str()))
}

fn save(session: &mut Session, save: &Save) -> Result<Answer, Error> {
    let json = match &save.file {
        Some(path) => std::fs::read_to_string(path).map_err(|error| Error::file(path, &error))?,
        None => {
            let mut text = String::new();
            let read = std::io::stdin().take(1 << 20).read_to_string(&mut text);
            read.map_err(|error| Error::file(std::path::Path::new("-"), &error))?;
            text
        }
    };
    let id = save.id.as_deref().map(|typed| named(session, typed)).transpose()?;
    let before = match &id {
        Some(id) => session.query(|vault| vault.draft(id))?,
        None => DraftContent::default(),
    };
    let grant = save
        .grant
        .as_deref()
        .map(|typed| super::read::access(session, typed))
        .transpose()?;
    let content = DraftContent {
        kind: save.kind.clone().unwrap_or(before.kind),
        grant: grant.or(before.grant),
        request: save.request.clone().or(before.request),
        json,
    };
    let created = session
        .command(|vault, now, rng| vault.save_draft(id.clone(), &content, now, rng))?
        .created
        .unwrap_or_default();
    let mut page = Page::default();
    page.push(0, Tone::Good, format!("Saved: draft {}", render::short(&created)));
    page.push(0, Tone::Faint, "It lies sealed on this device and is not sent.");
    Answer::new(page).with("draft", created)
}

fn list(context: &Context, session: &mut Session) -> Result<Answer, Error> {
    let all = session.query(|vault| vault.drafts())?;
    let mut page = Page::default();
    for one in &all {
        let to = one
            .patient
            .as_deref()
            .map(|name| format!(" for {name}"))
            .unwrap_or_default();
        let kind = one.kind.replace('_', " ");
        page.line(format!(
            "{}  {}  {kind}{to}",
            render::short(&one.id),
            time::show(one.saved)
        ));
    }
    let _ = context;
    page.push(0, Tone::Faint, render::count(all.len(), "draft", "drafts"));
    Answer::new(page).with("drafts", &all)
}

/// A form from a draft: what was not filled in stays empty.
fn form<T: Serialize + DeserializeOwned + Default>(json: &str) -> Result<T, Error> {
    let wrong = |_| Error::argument("a draft whose members are those of its form");
    let mut whole = serde_json::to_value(T::default()).map_err(wrong)?;
    let filled: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).map_err(wrong)?;
    if let Some(members) = whole.as_object_mut() {
        for (name, value) in filled {
            if !members.contains_key(&name) {
                return Err(Error::argument("a draft whose members are those of its form"));
            }
            members.insert(name, value);
        }
    }
    serde_json::from_value(whole).map_err(wrong)
}

fn sign(context: &Context, session: &mut Session, typed: &str) -> Result<Answer, Error> {
    let id = named(session, typed)?;
    let draft = session.query(|vault| vault.draft(&id))?;
    let json = draft.json.as_str();
    let grant = draft.grant.clone().unwrap_or_default();
    let request = draft.request.clone();
    macro_rules! own {
        ($type:ty, $method:ident) => {{
            let form: $type = form(json)?;
            session.command(|vault, now, rng| vault.$method(&form, now, rng))?
        }};
    }
    macro_rules! patients {
        ($type:ty, $method:ident) => {{
            let form: $type = form(json)?;
            session.command(|vault, now, rng| vault.$method(&grant, &form, now, rng))?
        }};
    }
    let changes = match draft.kind.as_str() {
        "allergy" => own!(AllergyDraft, add_allergy),
        "condition" => own!(ConditionDraft, add_condition),
        "medicine" => own!(MedicineDraft, add_medicine),
        "measurement" => own!(MeasurementDraft, add_measurement),
        "immunization" => own!(ImmunizationDraft, add_immunization),
        "person" => own!(PatientDraft, set_demographics),
        "contact" => own!(ContactDraft, add_emergency_contact),
        "wish" => own!(WishDraft, add_wish),
        "report" => patients!(ReportDraft, write_report),
        "prescription" => patients!(PrescriptionDraft, write_prescription),
        "lab_request" => patients!(LabRequestDraft, write_lab_request),
        "result" => {
            let form: ResultDraft = form(json)?;
            session.command(|vault, now, rng| vault.write_result(&grant, request.clone(), &form, now, rng))?
        }
        "order_state" => {
            let form: OrderStateDraft = form(json)?;
            let order = request.unwrap_or_default();
            session.command(|vault, now, rng| vault.set_order_state(&grant, &order, &form, now, rng))?
        }
        _ => return Err(Error::argument("a draft of a known form")),
    };
    // Signed first, discarded second: a crash between leaves a draft too many, never a record too few.
    session.command(|vault, now, rng| vault.discard_draft(&id, now, rng))?;
    let created = changes.created.unwrap_or_default();
    let mut page = Page::default();
    page.push(0, Tone::Good, format!("Signed: record {}", render::short(&created)));
    context.send(session, &mut page)?;
    Answer::new(page).with("record", created)
}
