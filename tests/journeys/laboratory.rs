//! The laboratory: takes one request by code, enters results; patient and doctor read the same values.

use support::{Relay, everything, writing};
use vault::facade::{OfferRequest, RecordQuery, RecordView, Vault};

use super::visit::{Cast, deliver, stage};

type Row = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Name, value, unit, range and level of everything measured.
fn rows(record: &RecordView) -> Vec<Row> {
    let values = record
        .parts
        .iter()
        .flat_map(|part| &part.values)
        .filter(|value| value.numeric);
    values
        .map(|v| {
            (
                v.name.clone(),
                v.value.clone(),
                v.unit.clone(),
                v.low.clone(),
                v.high.clone(),
                v.level.clone(),
            )
        })
        .collect()
}

#[test]
fn a_lab_takes_a_request_and_patient_and_doctor_read_the_same_values() {
    let Some(relay) = Relay::start() else { return };
    let Cast {
        mut clinic,
        mut asha,
        mut rao,
    } = Cast::new(&relay);
    let (mut lab, _) = clinic.hire(&relay, "laboratory", "Lina Weber");
    let visit = asha.admit(&mut rao, &everything());
    let request = rao.make(|vault, now, rng| vault.write_lab_request(&visit.grant, &writing::lab_request(), now, rng));
    deliver(&mut rao, &mut asha);
    assert_eq!(stage(&mut rao, &request), ("filed".into(), None));

    // The lab gets this one record and nothing else.
    let scope = OfferRequest {
        categories: Vec::new(),
        records: vec![request.clone()],
        ongoing: false,
        ..everything()
    };
    let scope = OfferRequest {
        rights: scope
            .rights
            .iter()
            .filter(|right| right.right != "order")
            .cloned()
            .collect(),
        ..scope
    };
    let taken = asha.admit(&mut lab, &scope);
    let shared = lab.ask(|vault| vault.shared_records(&taken.grant, &RecordQuery::default()));
    assert_eq!(shared.iter().map(|record| &record.id).collect::<Vec<_>>(), [&request]);
    lab.read_all(&taken.grant);
    let now = lab.now();
    let order = lab.ask(|vault| vault.shared_record(&taken.grant, &request, now));
    assert_eq!(order.fhir, asha.ask(|vault| vault.record(&request, now)).fhir);

    // A technician's vault writes no prescriptions and places no orders: `Author::of`, `Grant::allows`.
    let refused =
        lab.refused(|vault, now, rng| vault.write_prescription(&taken.grant, &writing::prescription(), now, rng));
    assert_eq!(refused, "vault.role");

    let result = lab
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    deliver(&mut lab, &mut asha);
    assert_eq!(stage(&mut lab, &result), ("filed".into(), None));
    rao.sync();
    rao.read_all(&visit.grant);
    let mine = asha.ask(|vault| vault.record(&result, now));
    let theirs = rao.ask(|vault| vault.shared_record(&visit.grant, &result, now));
    assert_eq!(mine.fhir, theirs.fhir);
    assert_eq!(rows(&mine), rows(&theirs));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows(&mine)[0],
        (
            text("Hemoglobin"),
            text("9.80"),
            text("g/dL"),
            text("12.0"),
            text("15.5"),
            text("low")
        ),
        "the last digit counts"
    );
    assert_eq!(rows(&mine).len(), 2);
    assert_eq!(
        (mine.standing.authentic.as_str(), mine.standing.vouched.as_str()),
        ("authentic", "trusted")
    );
    assert_eq!(mine.summary.replies_to.as_ref(), Some(&request));
    // The result lies outside the lab's own scope.
    lab.sync();
    assert_eq!(
        lab.ask(|vault| vault.shared_records(&taken.grant, &RecordQuery::default()))
            .len(),
        1
    );

    asha.sync();
    let receipts = asha.ask(Vault::receipts);
    let by = |name: &str, record: &String| receipts.iter().any(|r| r.name == name && r.records.contains(record));
    assert!(
        by("Lina Weber", &request) && by("Dr Rao", &result) && by("Dr Rao", &request),
        "{receipts:?}"
    );
    assert!(!by("Lina Weber", &result));
}
