//! What people write in the tests.

use vault::facade::{
    AllergyDraft, DosageDraft, LabRequestDraft, MeasurementDraft, PrescriptionDraft, ReportDraft, ResultDraft,
    ResultValue, TestDraft,
};

/// An allergy of high criticality.
pub fn allergy() -> AllergyDraft {
    AllergyDraft {
        substance: "Penicillin".into(),
        system: Some("http://snomed.info/sct".into()),
        code: Some("764146007".into()),
        kind: Some("medication".into()),
        criticality: Some("high".into()),
        reactions: vec!["Hives".into()],
        ..AllergyDraft::default()
    }
}

/// A body weight in kilograms.
pub fn weight(value: &str) -> MeasurementDraft {
    MeasurementDraft {
        name: "Body weight".into(),
        code: Some("29463-7".into()),
        value: Some(value.into()),
        unit: Some("kg".into()),
        ..MeasurementDraft::default()
    }
}

/// A visit report.
pub fn report() -> ReportDraft {
    ReportDraft {
        title: "Consultation".into(),
        reason: Some("Tired for six weeks".into()),
        findings: Some("Pale; pulse 96".into()),
        assessment: Some("Anaemia suspected".into()),
        plan: Some("Blood count, then iron".into()),
        ..ReportDraft::default()
    }
}

/// A prescription for a month.
pub fn prescription() -> PrescriptionDraft {
    PrescriptionDraft {
        medicine: "Ferrous sulfate 200 mg".into(),
        dosage: DosageDraft {
            instruction: Some("One tablet in the morning".into()),
            dose: Some("1".into()),
            dose_unit: Some("tablet".into()),
            frequency: Some(1),
            duration: Some("30".into()),
            ..DosageDraft::default()
        },
        quantity: Some("30".into()),
        quantity_unit: Some("tablet".into()),
        refills: Some(1),
        ..PrescriptionDraft::default()
    }
}

/// An urgent blood count.
pub fn lab_request() -> LabRequestDraft {
    LabRequestDraft {
        tests: vec![TestDraft {
            system: None,
            code: Some("58410-2".into()),
            display: "Blood count".into(),
        }],
        priority: Some("urgent".into()),
        reason: Some("Anaemia suspected".into()),
        ..LabRequestDraft::default()
    }
}

/// Its result, one value below the range.
pub fn result() -> ResultDraft {
    let value = |name: &str, code: &str, value: &str, unit: &str, low: &str, high: &str| ResultValue {
        name: name.into(),
        code: Some(code.into()),
        value: Some(value.into()),
        unit: Some(unit.into()),
        low: Some(low.into()),
        high: Some(high.into()),
        ..ResultValue::default()
    };
    ResultDraft {
        panel: "Blood count".into(),
        code: Some("58410-2".into()),
        specimen: Some("blood".into()),
        values: vec![
            value("Hemoglobin", "718-7", "9.80", "g/dL", "12.0", "15.5"),
            value("Platelets", "777-3", "245", "10*3/uL", "150", "400"),
        ],
        conclusion: Some("Microcytic anaemia".into()),
        ..ResultDraft::default()
    }
}
