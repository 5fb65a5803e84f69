//! FHIR to [`Category`] (`core/spec/clinical.md`, CLIN-1) and to the kind of record a person knows.

use protocol::category::Category;
use serde_json::Value;

use super::element::{codes, text};

/// Sections of v2-0074 that are images.
const IMAGING: &[&str] = &[
    "RAD",
    "CT",
    "NMR",
    "NRS",
    "OUS",
    "RUS",
    "VUS",
    "RX",
    "XRC",
    "CUS",
    "LP29684-5",
    "imaging",
];
/// LOINC codes of FHIR's vital signs profile.
#[rustfmt::skip]
const VITALS: &[&str] = &[
    "85353-1", "9279-1", "8867-4", "2708-6", "59408-5", "8310-5", "8302-2", "9843-4", "29463-7", "39156-5", "85354-9", "8480-6",
    "8462-4", "55284-4",
];
/// LOINC codes of visit reports: consult, history and physical, progress, discharge, visit.
const VISITS: &[&str] = &[
    "11488-4", "34117-2", "11506-3", "18842-5", "34133-9", "34109-9", "51845-6", "28570-0",
];

/// The category of a resource; [`Category::Other`] when nothing fits.
pub fn of(resource: &Value) -> Category {
    match text(resource, "resourceType").as_deref().unwrap_or_default() {
        "Patient" | "RelatedPerson" | "Person" => Category::Demographics,
        "Condition" | "DetectedIssue" | "Flag" => Category::Problem,
        "AllergyIntolerance" | "AdverseEvent" => Category::Allergy,
        "MedicationRequest"
        | "MedicationStatement"
        | "MedicationDispense"
        | "MedicationAdministration"
        | "Medication" => Category::Medication,
        "Immunization" | "ImmunizationRecommendation" | "ImmunizationEvaluation" => Category::Immunization,
        "Observation" => observation(resource),
        "DiagnosticReport" if listed(resource, "category", IMAGING) => Category::Imaging,
        "DiagnosticReport" | "Specimen" => Category::Laboratory,
        "ImagingStudy" | "Media" => Category::Imaging,
        "Procedure" | "DeviceUseStatement" => Category::Procedure,
        "Encounter" | "ClinicalImpression" | "EpisodeOfCare" => Category::Visit,
        "Composition" if listed(resource, "type", VISITS) => Category::Visit,
        "Composition" | "DocumentReference" | "DocumentManifest" | "Binary" | "List" | "QuestionnaireResponse" => {
            Category::Document
        }
        // How far a lab's work has come belongs to its result, and whoever may send the one may send the other.
        "Task" if listed(resource, "code", &["fulfill"]) => Category::Laboratory,
        "ServiceRequest" | "DeviceRequest" | "NutritionOrder" | "VisionPrescription" | "Task" | "RequestGroup" => {
            Category::Order
        }
        "Appointment" | "AppointmentResponse" | "Schedule" | "Slot" => Category::Appointment,
        "CarePlan" | "CareTeam" | "Goal" => Category::CarePlan,
        "Consent" => Category::Consent,
        "Provenance" | "AuditEvent" => Category::Provenance,
        "Coverage"
        | "Claim"
        | "ClaimResponse"
        | "ExplanationOfBenefit"
        | "CoverageEligibilityResponse"
        | "Invoice"
        | "Account" => Category::Coverage,
        "Bundle" => super::bundle::category(resource),
        _ => Category::Other,
    }
}

fn observation(resource: &Value) -> Category {
    let has = |code: &str| listed(resource, "category", &[code]);
    if has("vital-signs") {
        Category::VitalSign
    } else if has("laboratory") || has("LAB") {
        Category::Laboratory
    } else if has("imaging") || listed(resource, "category", IMAGING) {
        Category::Imaging
    } else if has("procedure") {
        Category::Procedure
    } else if resource.get("category").is_none() && listed(resource, "code", VITALS) {
        Category::VitalSign
    } else {
        Category::Other
    }
}

fn listed(resource: &Value, key: &str, wanted: &[&str]) -> bool {
    codes(resource.get(key))
        .iter()
        .any(|coding| wanted.contains(&coding.code.as_str()))
}

/// The phrase key of the kind of record.
pub(super) fn kind(resource: &Value) -> &'static str {
    match text(resource, "resourceType").as_deref().unwrap_or_default() {
        "Patient" => "record.patient",
        "Condition" => "record.problem",
        "AllergyIntolerance" => "record.allergy",
        "MedicationRequest" => "record.prescription",
        "MedicationStatement" => "record.medicine",
        "Medication" => "record.medicine_product",
        "Immunization" => "record.immunization",
        "Observation" => match of(resource) {
            Category::Laboratory => "record.laboratory_value",
            Category::VitalSign => "record.vital_sign",
            _ => "record.observation",
        },
        "DiagnosticReport" if of(resource) == Category::Imaging => "record.imaging_report",
        "DiagnosticReport" => "record.laboratory_result",
        "Specimen" => "record.specimen",
        "ImagingStudy" => "record.imaging_study",
        "Procedure" => "record.procedure",
        "Encounter" => "record.encounter",
        "ClinicalImpression" => "record.assessment",
        "Composition" if of(resource) == Category::Visit => "record.visit_report",
        "Composition" if listed(resource, "type", &["60591-5"]) => "record.patient_summary",
        "Composition" => "record.document",
        "DocumentReference" => "record.file",
        "ServiceRequest" => "record.order",
        "Task" if of(resource) == Category::Laboratory => "record.order_progress",
        "Appointment" => "record.appointment",
        "AppointmentResponse" => "record.appointment_response",
        "Schedule" => "record.schedule",
        "Slot" => "record.slot",
        "CarePlan" => "record.care_plan",
        "Consent" if listed(resource, "scope", &["adr"]) => "record.wish",
        "Consent" => "record.consent",
        "Provenance" => "record.provenance",
        "AuditEvent" => "record.audit_event",
        "Practitioner" | "PractitionerRole" => "record.practitioner",
        "Organization" => "record.organization",
        "Coverage" | "Claim" | "ExplanationOfBenefit" => "record.coverage",
        "Bundle" => super::bundle::kind(resource),
        _ => "record.other",
    }
}
