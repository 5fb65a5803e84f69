//! What a record is about, as a grant's scope names it (`core/spec/record.md`, REC rules).
//!
//! The author signs the category with the record; `clinical` maps FHIR resources to it. Numbers are fixed for ever.

use crate::coded_error;

coded_error! {
    /// Why a category is refused.
    pub enum Error {
        Unknown = "category.unknown", "the category is not known";
    }
}

macro_rules! categories {
    ($($(#[$meta:meta])* $name:ident = $number:literal, $text:literal;)+) => {
        /// The category of a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Category { $($(#[$meta])* $name = $number,)+ }

        impl Category {
            /// All categories, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The number on the wire.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The word used at every boundary.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

categories! {
    /// Who the patient is: name, birth date, address.
    Demographics = 1, "demographics";
    /// Problems and diagnoses.
    Problem = 2, "problem";
    /// Allergies and intolerances.
    Allergy = 3, "allergy";
    /// Prescriptions and medicines taken.
    Medication = 4, "medication";
    /// Immunizations.
    Immunization = 5, "immunization";
    /// Measurements of the body: blood pressure, weight.
    VitalSign = 6, "vital_sign";
    /// Laboratory results.
    Laboratory = 7, "laboratory";
    /// Images and their reports.
    Imaging = 8, "imaging";
    /// Procedures done.
    Procedure = 9, "procedure";
    /// Visit reports and encounters.
    Visit = 10, "visit";
    /// Requests: laboratory, imaging, referral.
    Order = 11, "order";
    /// Appointments and free times.
    Appointment = 12, "appointment";
    /// Plans and goals of care.
    CarePlan = 13, "care_plan";
    /// Consents and wishes.
    Consent = 14, "consent";
    /// Whole documents: summaries, scans, letters.
    Document = 15, "document";
    /// Who did what: provenance, audit.
    Provenance = 16, "provenance";
    /// Insurance and claims.
    Coverage = 17, "coverage";
    /// Anything else.
    Other = 18, "other";
}

impl Category {
    /// The category with this number.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn from_number(number: u8) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|category| category.number() == number)
            .ok_or(Error::Unknown)
    }

    /// The category with this word.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|category| category.as_str() == text)
            .ok_or(Error::Unknown)
    }
}

impl<C> minicbor::Encode<C> for Category {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u8(self.number())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Category {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::from_number(d.u8()?).map_err(|_| minicbor::decode::Error::message("unknown category"))
    }
}

impl serde::Serialize for Category {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Category {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
