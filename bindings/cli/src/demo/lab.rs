//! The lab's part: taking a request by code, entering results, everybody reading the same values.

use vault::facade::{OfferRequest, RecordQuery, ResultDraft, ResultValue};

use super::care::{Written, filed};
use super::consent::{Given, agree, rights};
use super::{Cast, Stage, wait, wrong};
use crate::commands::read;
use crate::error::Error;
use crate::render;

/// Gives the id of the result.
pub(super) fn examine(
    stage: &mut Stage<'_>,
    cast: &mut Cast,
    visit: &Given,
    written: &Written,
) -> Result<String, Error> {
    stage.step("At the lab: Asha shows a code for the request alone, and nothing else");
    let request = OfferRequest {
        categories: Vec::new(),
        records: vec![written.request.clone()],
        from: None,
        until: None,
        ongoing: false,
        rights: rights(&["read", "append"]),
        hidden: Vec::new(),
        lifetime: 900,
    };
    let Cast { asha, lena, rao, .. } = cast;
    let given = agree(stage, asha, lena, &request, "lab-code.png")?;
    let listed = lena.query(|vault| vault.shared_records(&given.grant, &RecordQuery::default()))?;
    let [order] = listed.as_slice() else {
        return Err(wrong("the lab should see one record"));
    };
    let order = order.id.clone();
    read::open(stage.context, lena, &given.grant, std::slice::from_ref(&order))?;
    let now = lena.now();
    let view = lena.query(|vault| vault.shared_record(&given.grant, &order, now))?;
    stage.say("The lab reads:");
    stage.show(render::facts(&view.fhir, &stage.context.catalog)?, 2);
    stage.show(render::standing(&view.standing, &stage.context.catalog).first_line(), 2);

    stage.step("The lab enters its values and signs; Asha and Dr Rao read the same");
    let value = |name: &str, code: &str, value: &str, unit: &str, low: &str, high: &str| ResultValue {
        name: name.to_owned(),
        code: Some(code.to_owned()),
        value: Some(value.to_owned()),
        unit: Some(unit.to_owned()),
        low: Some(low.to_owned()),
        high: Some(high.to_owned()),
        ..ResultValue::default()
    };
    let draft = ResultDraft {
        panel: "Blood count".to_owned(),
        code: Some("58410-2".to_owned()),
        specimen: Some("blood".to_owned()),
        values: vec![
            value("Hemoglobin", "718-7", "9.8", "g/dL", "12.0", "15.5"),
            value("MCV", "787-2", "84", "fL", "80", "100"),
        ],
        conclusion: Some("Hemoglobin is low".to_owned()),
        ..ResultDraft::default()
    };
    let answered = Some(order.clone());
    let id = lena
        .command(|vault, now, rng| vault.write_result(&given.grant, answered.clone(), &draft, now, rng))?
        .created
        .unwrap_or_default();
    lena.sync()?;
    filed(stage, asha, &id)?;
    asha.sync()?;
    // The doctor's share was given "from now on": what comes later joins it.
    wait(rao, "the result did not reach the doctor", |rao| {
        let shared = rao.query(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()))?;
        Ok(shared.into_iter().find(|record| record.id == id).map(drop))
    })?;
    read::open(stage.context, rao, &visit.grant, std::slice::from_ref(&id))?;
    let now = rao.now();
    let doctors = rao.query(|vault| vault.shared_record(&visit.grant, &id, now))?;
    let patients = asha.query(|vault| vault.record(&id, now))?;
    if doctors.fhir != patients.fhir || doctors.summary.level.as_deref() != Some("low") {
        return Err(wrong("patient and doctor read different results"));
    }
    stage.good(format!(
        "Asha and Dr Rao read the same signed bytes: record {}",
        render::short(&id)
    ));
    wait(asha, "the doctor's receipt did not arrive", |asha| {
        let receipts = asha.query(|vault| vault.receipts())?;
        Ok(receipts
            .iter()
            .any(|receipt| receipt.grant == visit.grant && receipt.records.contains(&id))
            .then_some(()))
    })?;
    Ok(id)
}
