//! Results, states of a request, wishes, and everything that can be corrected or withdrawn.

use super::*;

pub fn samples() -> Vec<Sample> {
    let number = |value: &str| {
        Some(Identifier {
            system: "urn:example:tubes".into(),
            value: value.into(),
        })
    };
    vec![
        Sample {
            uuid: uuid(7),
            number: number("T-1"),
            kind: Concept::snomed("119297000", "Blood specimen"),
            collected: Some("2026-11-25T07:30:00Z".into()),
            rejected: None,
        },
        Sample {
            uuid: uuid(0x70),
            number: number("T-2"),
            kind: Concept::text("Serum"),
            collected: Some("2026-11-25T07:30:00Z".into()),
            rejected: Some("Haemolysed".into()),
        },
    ]
}

pub fn progress(state: Progress) -> OrderProgress {
    OrderProgress {
        uuid: uuid(0x98),
        task: uuid(0x97),
        state,
        reason: (state == Progress::Rejected).then(|| "Tube broken".into()),
        order: urn(6),
        subject: urn(1),
        owner: Party::named("LabCo"),
        time: at(50_000),
        samples: samples(),
    }
}

pub fn wish() -> Wish {
    Wish {
        id: id(0x96),
        subject: wish::Subject::OrganDonation,
        permit: Some(true),
        words: "All organs and tissue.".into(),
        patient: urn(1),
        time: at(0),
    }
}

pub fn lab_result() -> LabResult {
    LabResult {
        uuid: uuid(0x99),
        report: uuid(0xa),
        number: Some(Identifier {
            system: "urn:example:lab-reports".into(),
            value: "LR-2026-0042".into(),
        }),
        status: "final".into(),
        code: Concept::loinc("58410-2", "CBC panel - Blood by Automated count"),
        subject: urn(1),
        performer: Party::new("urn:uuid:0b4f2d6e-7f0a-4c57-9a53-000000000004", "LabCo"),
        order: Some(urn(6)),
        effective: "2026-11-25T07:30:00Z".into(),
        issued: at(100_000),
        samples: samples(),
        tests: vec![
            Test {
                uuid: uuid(8),
                code: Concept::loinc("718-7", "Hemoglobin [Mass/volume] in Blood").said("Hemoglobin"),
                finding: Finding::Quantity(Quantity::ucum("9.80", "g/dL"), None),
                range: Some(Range::between("12", "16")),
                level: None,
                critical: Some(Range::between("7", "20")),
                sample: Some(0),
                note: None,
            },
            Test {
                uuid: uuid(9),
                code: Concept::loinc("2823-3", "Potassium [Moles/volume] in Serum or Plasma"),
                finding: Finding::Quantity(Quantity::ucum("6.9", "mmol/L"), None),
                range: Some(Range::between("3.5", "5.1")),
                level: Some(Level::CriticalHigh),
                critical: None,
                sample: Some(1),
                note: Some("Repeated and confirmed".into()),
            },
            Test {
                uuid: uuid(11),
                code: Concept::loinc("787-2", "MCV [Entitic volume]"),
                finding: Finding::Absent("not-performed".into()),
                range: None,
                level: None,
                critical: None,
                sample: None,
                note: None,
            },
        ],
        conclusion: Some("Anemia; potassium critically high".into()),
    }
}

/// Adds the states, wishes, corrections and withdrawals to everything built so far.
pub fn add(out: &mut Vec<(&'static str, Vec<u8>)>) {
    let mut add = |name: &'static str, resource: &dyn Resource| out.push((name, resource.bytes().unwrap()));
    for state in Progress::ALL {
        add(leak(format!("progress_{}", state.as_str())), &progress(*state));
    }
    add("wish", &wish());
    let directive = Wish {
        subject: wish::Subject::Resuscitation,
        permit: None,
        ..wish()
    };
    add("wish_in_words", &directive);
    let mut revised = Vec::new();
    for name in [
        "lab_result",
        "condition",
        "allergy",
        "medication_statement",
        "visit_report",
        "wish",
        "order_two",
    ] {
        let bytes = out.iter().find(|(other, _)| *other == name).unwrap().1.clone();
        let corrected = revise::corrected(&bytes, "Wrong tube").unwrap();
        revised.push((leak(format!("{name}_corrected")), corrected));
        let withdrawn = revise::withdrawn(&bytes, "Wrong patient", at(200_000)).unwrap();
        revised.push((leak(format!("{name}_withdrawn")), withdrawn));
    }
    out.extend(revised);
}

fn leak(name: String) -> &'static str {
    Box::leak(name.into_boxed_str())
}
