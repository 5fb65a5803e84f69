//! Refusals of a relay as problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), RELAY-3.
//!
//! Programs rely on `code` alone. Missing and forbidden are one and the same `relay.not_found`, so that nobody learns which resources exist.

use serde::{Deserialize, Serialize};

use crate::code::Coded;
use crate::coded_error;
use crate::hash::Hash;
use crate::time::Timestamp;

/// Content type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

coded_error! {
    /// Why a relay refuses a request.
    pub enum Error {
        Malformed = "relay.malformed", "the request is not of the expected form";
        Signature = "relay.signature", "the request's signature is missing, malformed or does not verify";
        Clock = "relay.clock", "the request was signed at another time than the relay's clock allows";
        Token = "relay.token", "this relay asks for an unused token to create a chain";
        NotFound = "relay.not_found", "there is nothing here for this key";
        Method = "relay.method", "this address does not take that method";
        Timeout = "relay.timeout", "the request took too long to arrive";
        Exists = "relay.exists", "this id is already taken by something else";
        Conflict = "relay.conflict", "this label is already taken by another commit";
        Version = "relay.version", "the capabilities changed meanwhile";
        Replayed = "relay.replayed", "this very request was already carried out";
        Claimed = "relay.offer_claimed", "the offer was already claimed by somebody else";
        Answered = "offer.answered", "the offer was already answered differently";
        Expired = "relay.offer_expired", "the offer has expired";
        TooLarge = "relay.too_large", "the request is larger than this relay allows";
        Range = "relay.range", "the requested range lies outside the content";
        Authority = "relay.authority", "the request was sent to a name that is not this relay's";
        RateLimited = "relay.rate_limited", "too many requests, try again later";
        Internal = "relay.internal", "the relay failed to carry out the request";
        Unavailable = "relay.unavailable", "the relay is stopping or overloaded, try again";
        Quota = "relay.quota", "the quota of this resource is used up";
        Uploads = "relay.uploads", "the files that the owner of this resource allows others to store in it are used up";
        Storage = "relay.storage", "the relay's disk is full or does not take writes; nothing was stored, try again later";
        Damaged = "relay.damaged", "the relay's database is damaged; its operator has to restore it";
    }
}

impl Error {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Signature | Self::Clock => 401,
            Self::Token => 403,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::Timeout => 408,
            Self::Exists | Self::Conflict | Self::Version | Self::Replayed | Self::Claimed | Self::Answered => 409,
            Self::Expired => 410,
            Self::TooLarge => 413,
            Self::Range => 416,
            Self::Authority => 421,
            Self::RateLimited => 429,
            Self::Internal | Self::Damaged => 500,
            Self::Unavailable => 503,
            Self::Quota | Self::Uploads | Self::Storage => 507,
        }
    }

    /// The HTTP reason phrase, used as the problem's title.
    pub const fn title(self) -> &'static str {
        match self.status() {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            408 => "Request Timeout",
            409 => "Conflict",
            410 => "Gone",
            413 => "Content Too Large",
            416 => "Range Not Satisfiable",
            421 => "Misdirected Request",
            429 => "Too Many Requests",
            503 => "Service Unavailable",
            507 => "Insufficient Storage",
            _ => "Internal Server Error",
        }
    }
}

/// One refusal as it travels. Members that do not apply are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Always `about:blank`: `code` says what happened.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The reason phrase of the status.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One English sentence for logs.
    #[serde(default)]
    pub detail: String,
    /// The stable code.
    pub code: String,
    /// Always false.
    #[serde(default)]
    pub success: bool,
    /// Largest allowed size or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The relay's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Index of the entry that holds the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The label in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Hash>,
    /// The commit that holds the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Hash>,
    /// The present version of the capabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: error.title().to_owned(),
            status: error.status(),
            detail: error.to_string(),
            code: error.code().to_owned(),
            success: false,
            limit: None,
            retry_after: None,
            time: None,
            index: None,
            label: None,
            commit: None,
            version: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Problem};

    #[test]
    fn a_problem_travels_with_its_members_only() {
        let problem = Problem {
            limit: Some(7),
            ..Error::TooLarge.into()
        };
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(
            text,
            "{\"type\":\"about:blank\",\"title\":\"Content Too Large\",\"status\":413,\
             \"detail\":\"the request is larger than this relay allows\",\"code\":\"relay.too_large\",\"success\":false,\"limit\":7}"
        );
        assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
    }

    #[test]
    fn missing_and_forbidden_have_one_code() {
        assert_eq!(
            Error::CODES
                .iter()
                .filter(|code| code.contains("not_found") || code.contains("forbidden"))
                .count(),
            1
        );
    }
}
