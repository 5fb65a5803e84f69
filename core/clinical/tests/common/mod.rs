//! One of everything that the builders write, and its broken copies: shared by tests and `examples/produce.rs`.
#![allow(dead_code, unused_imports, reason = "each test takes what it needs")]

mod laboratory;
mod mutants;

pub use laboratory::{lab_result, progress, samples, wish};
pub use mutants::mutants;

use clinical::build::appointment::{Appointment, AppointmentResponse, Participant};
use clinical::build::lab::{LabResult, Sample, Test};
use clinical::build::medication::{Dosage, MedicationRequest, MedicationStatement, TimeUnit};
use clinical::build::observation::{Component, Finding, Kind, Observation, Range};
use clinical::build::order::{self, LabOrder, Priority};
use clinical::build::patient::{Contact, Gender, Patient};
use clinical::build::progress::OrderProgress;
use clinical::build::report::{DiagnosticReport, Section, Specimen};
use clinical::build::schedule::{Schedule, Slot};
use clinical::build::visit::{self, Entry, Named, VisitReport};
use clinical::build::wish::{self, Wish};
use clinical::build::{Concept, Identifier, Quantity, Resource};
use clinical::build::{allergy, audit, condition, consent, file, immunization, provenance, revise};
use clinical::facts::{Coding, Level, Party};
use clinical::order::Progress;
use protocol::hash::sha256;
use protocol::time::{Period, Timestamp};

/// 2026-11-24T09:00:00Z.
pub const NOW: u64 = 1_795_510_800;

pub fn at(offset: u64) -> Timestamp {
    Timestamp::new(NOW + offset).unwrap()
}

pub fn uuid(number: u32) -> String {
    format!("0b4f2d6e-7f0a-4c57-9a53-{number:012x}")
}

pub fn urn(number: u32) -> Party {
    Party::reference(&format!("urn:uuid:{}", uuid(number)))
}

fn id(number: u32) -> Option<String> {
    Some(uuid(number))
}

pub fn doctor() -> Party {
    Party::new("urn:uuid:0b4f2d6e-7f0a-4c57-9a53-000000000002", "Dr. Rao")
}

pub fn patient() -> Patient {
    Patient {
        id: id(1),
        version: Some(2),
        updated: Some(at(0)),
        identifiers: vec![Identifier {
            system: "urn:example:patients".into(),
            value: "w-0001".into(),
        }],
        family: Some("Rivera".into()),
        given: vec!["Ana".into(), "Lucia".into()],
        gender: Some(Gender::Female),
        birth_date: Some("1987-04-12".into()),
        phone: Some("+1-555-0100".into()),
        email: Some("ana@example.org".into()),
        address: vec!["1 Example St".into()],
        city: Some("Springfield".into()),
        country: Some("US".into()),
        language: Some("es".into()),
        contacts: vec![Contact {
            name: "Meera Rivera".into(),
            relationship: Some(Concept::text("Mother")),
            phone: Some("+1-555-0101".into()),
        }],
        ..Patient::default()
    }
}

pub fn hemoglobin(value: &str) -> Observation {
    Observation {
        id: id(8),
        status: "final".into(),
        kind: Kind::Laboratory,
        code: Concept::loinc("718-7", "Hemoglobin [Mass/volume] in Blood").said("Hemoglobin"),
        subject: urn(1),
        effective: "2026-11-25T07:30:00Z".into(),
        issued: Some(at(100_000)),
        performer: Some(Party::named("LabCo")),
        based_on: Some(urn(6)),
        finding: Some(Finding::Quantity(Quantity::ucum(value, "g/dL"), None)),
        range: Some(Range::between("12", "16")),
        critical: None,
        level: None,
        specimen: Some(urn(7)),
        note: None,
        components: Vec::new(),
    }
}

pub fn pressure() -> Observation {
    let part = |code: &str, name: &str, value: &str, low: &str, high: &str| Component {
        code: Concept::loinc(code, name),
        finding: Finding::Quantity(Quantity::ucum(value, "mm[Hg]"), None),
        range: Some(Range::between(low, high)),
        level: None,
    };
    Observation {
        id: id(20),
        kind: Kind::VitalSigns,
        code: Concept::loinc("85354-9", "Blood pressure panel with all children optional").said("Blood pressure"),
        finding: None,
        range: None,
        specimen: None,
        based_on: None,
        components: vec![
            part("8480-6", "Systolic blood pressure", "142", "90", "130"),
            part("8462-4", "Diastolic blood pressure", "85", "60", "85"),
        ],
        ..hemoglobin("0")
    }
}

pub fn prescription() -> MedicationRequest {
    MedicationRequest {
        id: id(12),
        identifiers: vec![Identifier {
            system: "urn:example:rx".into(),
            value: "RX-9".into(),
        }],
        status: "active".into(),
        medication: Concept::code(
            "http://www.nlm.nih.gov/research/umls/rxnorm",
            "310325",
            "ferrous sulfate 325 MG Oral Tablet",
        )
        .said("Ferrous sulfate 325 mg"),
        subject: urn(1),
        requester: doctor(),
        authored: at(3600),
        reasons: vec![Concept::snomed("87522002", "Iron deficiency anemia")],
        dosage: Dosage {
            text: Some("1 tablet by mouth once a day".into()),
            dose: Some(Quantity::new("1", "tablet", "{tbl}")),
            route: Some(Concept::snomed("26643006", "Oral route")),
            timing: Some((1, "1".into(), TimeUnit::Day)),
            when: Vec::new(),
            as_needed: false,
            duration: Some(("30".into(), TimeUnit::Day)),
        },
        quantity: Some(Quantity::new("30", "tablet", "{tbl}")),
        refills: Some(2),
        validity: Some(("2026-11-24".into(), "2027-11-24".into())),
        substitution: Some(true),
        note: Some("Take with water".into()),
    }
}

pub fn order(tests: usize) -> LabOrder {
    let codes = [
        ("58410-2", "CBC panel - Blood by Automated count"),
        ("24323-8", "Comprehensive metabolic panel"),
    ];
    LabOrder {
        requisition: Identifier {
            system: "urn:example:orders".into(),
            value: "ORD-77".into(),
        },
        status: "active".into(),
        priority: Priority::Urgent,
        tests: codes
            .iter()
            .take(tests)
            .enumerate()
            .map(|(n, (code, name))| order::Test {
                uuid: uuid(6 + 32 * n as u32),
                code: Concept::loinc(code, name),
            })
            .collect(),
        subject: urn(1),
        requester: doctor(),
        performer: Some(urn(4)),
        authored: at(900),
        wanted: Some("2026-11-26".into()),
        reasons: vec![Concept::snomed("84229001", "Fatigue")],
        instruction: Some("Come fasting".into()),
        note: None,
    }
}

pub fn appointment() -> Appointment {
    let person = |actor: Party, status: &str| Participant {
        actor,
        status: status.into(),
    };
    Appointment {
        id: id(5),
        status: "booked".into(),
        service: Some(Concept::snomed("11429006", "Consultation")),
        specialty: Some(Concept::snomed("394814009", "General practice")),
        reason: Some(Concept::text("Tired for weeks")),
        time: Some((at(0), at(1200))),
        created: Some(at(0).minus(86_400)),
        participants: vec![person(urn(1), "accepted"), person(doctor(), "accepted")],
        ..Appointment::default()
    }
}

pub fn condition() -> condition::Condition {
    condition::Condition {
        id: id(13),
        identifiers: Vec::new(),
        clinical_status: "active".into(),
        verification: Some("confirmed".into()),
        code: Concept::snomed("87522002", "Iron deficiency anemia"),
        subject: urn(1),
        onset: Some("2026-11".into()),
        abatement: None,
        recorded: Some("2026-11-26".into()),
        recorder: Some(doctor()),
        note: None,
    }
}

pub fn visit_report<'a>(entries: Vec<Entry<'a>>, text: &str) -> VisitReport<'a> {
    let uuids = entries.iter().map(|entry| entry.uuid.clone()).collect();
    VisitReport {
        uuid: uuid(0x98),
        composition: uuid(0x97),
        status: "final".into(),
        kind: Concept::loinc("11488-4", "Consult note"),
        title: "Consultation note".into(),
        date: at(7200),
        patient: (uuid(1), patient()),
        author: Named {
            uuid: uuid(2),
            name: "Dr. Rao".into(),
        },
        custodian: Some(Named {
            uuid: uuid(3),
            name: "Hospital H".into(),
        }),
        sections: vec![
            visit::Section {
                title: "Reason for visit".into(),
                code: Some(Coding::new("http://loinc.org", "29299-5", "Reason for visit Narrative")),
                text: Some(text.into()),
                ..visit::Section::default()
            },
            visit::Section {
                title: "Assessment and plan".into(),
                code: Some(Coding::new("http://loinc.org", "51848-0", "Evaluation note")),
                text: Some("Iron deficiency anemia. Oral iron.".into()),
                entries: uuids,
                empty_reason: None,
            },
        ],
        entries,
    }
}

/// Every resource that the builders write, by file name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let hemoglobin_bytes = hemoglobin("9.80");
    let condition = condition();
    let prescription = prescription();
    let report = visit_report(
        vec![
            Entry {
                uuid: uuid(13),
                resource: &condition,
            },
            Entry {
                uuid: uuid(12),
                resource: &prescription,
            },
        ],
        "Fatigue for several weeks.\nHb < 10 & falling.",
    );
    let resources: Vec<(&'static str, &dyn Resource)> = vec![
        ("observation", &hemoglobin_bytes),
        ("condition", &condition),
        ("medication_request", &prescription),
        ("visit_report", &report),
    ];
    let mut out: Vec<(&'static str, Vec<u8>)> = resources
        .into_iter()
        .map(|(name, resource)| (name, resource.bytes().unwrap()))
        .collect();
    let mut add = |name: &'static str, resource: &dyn Resource| out.push((name, resource.bytes().unwrap()));
    add("patient", &patient());
    add(
        "medication_statement",
        &MedicationStatement {
            id: id(21),
            status: "active".into(),
            medication: Concept::text("Vitamin D"),
            subject: urn(1),
            since: Some("2024".into()),
            until: None,
            asserted: Some("2026-11-24".into()),
            source: Some(urn(1)),
            dosage: Dosage {
                dose: Some(Quantity::ucum("1000", "[IU]")),
                timing: Some((2, "1".into(), TimeUnit::Week)),
                ..Dosage::default()
            },
            note: None,
        },
    );
    add(
        "blood_group",
        &Observation {
            id: id(22),
            code: Concept::loinc("882-1", "ABO and Rh group [Type] in Blood"),
            finding: Some(Finding::Concept(Concept::text("A positive"))),
            range: None,
            specimen: None,
            based_on: None,
            performer: Some(urn(1)),
            ..hemoglobin("0")
        },
    );
    add("blood_pressure", &pressure());
    add("lab_result", &lab_result());
    add("order_one", &order(1));
    add("order_two", &order(2));
    add("appointment", &appointment());
    add(
        "appointment_proposed",
        &Appointment {
            status: "proposed".into(),
            time: None,
            wishes: vec![("2026-12-01".into(), "2026-12-05".into())],
            ..appointment()
        },
    );
    add(
        "appointment_response",
        &AppointmentResponse {
            id: None,
            appointment: urn(5),
            actor: doctor(),
            status: "accepted".into(),
            time: Some((at(0), at(1200))),
            comment: Some("See you then".into()),
        },
    );
    add(
        "schedule",
        &Schedule {
            id: id(30),
            active: true,
            service: Some(Concept::text("Consultation")),
            specialty: None,
            actors: vec![doctor()],
            horizon: Some((at(0), at(86_400))),
            comment: None,
        },
    );
    add(
        "slot",
        &Slot {
            id: id(31),
            schedule: urn(30),
            status: "free".into(),
            start: at(0),
            end: at(1200),
            comment: None,
        },
    );
    add(
        "diagnostic_report",
        &DiagnosticReport {
            id: id(10),
            identifiers: Vec::new(),
            based_on: Some(urn(6)),
            status: "final".into(),
            section: Section::Radiology,
            code: Concept::text("Chest X-ray"),
            subject: urn(1),
            effective: "2026-11-25".into(),
            issued: Some(at(90_000)),
            performer: Some(Party::named("Radiology")),
            specimens: Vec::new(),
            results: Vec::new(),
            conclusion: Some("No finding".into()),
        },
    );
    add(
        "specimen",
        &Specimen {
            id: id(7),
            number: None,
            kind: Concept::snomed("119297000", "Blood specimen"),
            subject: urn(1),
            request: Some(urn(6)),
            collected: Some("2026-11-25T07:30:00Z".into()),
            rejected: None,
        },
    );
    add(
        "allergy",
        &allergy::AllergyIntolerance {
            id: id(14),
            identifiers: Vec::new(),
            clinical_status: "active".into(),
            verification: Some("confirmed".into()),
            kind: Some("medication".into()),
            criticality: Some("high".into()),
            code: Concept::snomed("764146007", "Penicillin"),
            patient: urn(1),
            onset: Some("2001".into()),
            recorded: Some("2026-11-24".into()),
            recorder: Some(urn(1)),
            reactions: vec![Concept::text("Hives")],
            severity: Some("moderate".into()),
            note: None,
        },
    );
    add(
        "immunization",
        &immunization::Immunization {
            id: id(15),
            identifiers: Vec::new(),
            status: "completed".into(),
            vaccine: Concept::code("http://hl7.org/fhir/sid/cvx", "158", "influenza, injectable"),
            patient: urn(1),
            occurrence: "2026-10-02".into(),
            lot: Some("A-77".into()),
            performer: Some(doctor()),
            dose: Some(1),
            note: None,
        },
    );
    add(
        "document_reference",
        &file::DocumentReference {
            id: id(16),
            kind: Some(Concept::loinc("18842-5", "Discharge summary")),
            subject: urn(1),
            date: at(0),
            author: Some(Party::named("Old Hospital")),
            description: Some("Discharge letter 2019".into()),
            attachments: vec![file::Attachment {
                content_type: "application/pdf".into(),
                title: "letter.pdf".into(),
                size: 123_456,
                hash: sha256(&[b"letter"]),
                created: Some(at(0)),
            }],
        },
    );
    add(
        "consent",
        &consent::Consent {
            id: id(17),
            grant: Identifier {
                system: "urn:example:grant".into(),
                value: "7".into(),
            },
            status: "active".into(),
            patient: urn(1),
            date: at(0),
            grantee: doctor(),
            purposes: vec!["TREAT".into()],
            period: Period::new(at(0), Some(at(3600))).unwrap(),
            resource_types: vec!["Observation".into(), "DiagnosticReport".into()],
            records: vec![urn(10)],
        },
    );
    add(
        "audit_event",
        &audit::AuditEvent {
            id: id(18),
            recorded: at(60),
            reader: doctor(),
            observer: Party::named("Ana's wallet"),
            grant: "urn:example:grant:7".into(),
            purpose: "TREAT".into(),
            records: vec![urn(10), urn(12)],
        },
    );
    add(
        "provenance",
        &provenance::Provenance {
            id: id(19),
            targets: vec![urn(10)],
            recorded: at(70),
            signed: at(60),
            author: doctor(),
            on_behalf_of: Some(Party::named("Hospital H")),
            signature: vec![0xd2, 0x84, 0x58],
        },
    );
    laboratory::add(&mut out);
    out
}
