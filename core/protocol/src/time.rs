//! Points in time and periods, without a clock (`core/spec/conventions.md`, TIME rules).
//!
//! Invariant: seconds since 1970 fit the integers that every language of ours represents exactly (2^53).

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::coded_error;

coded_error! {
    /// Why a number is not a time.
    pub enum Error {
        Range = "time.range", "the time is out of range";
        Period = "time.period", "a period must end after it begins";
    }
}

/// Unix time in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Timestamp(u64);

impl Timestamp {
    /// The largest time: 2^53 - 1 seconds.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// Checks the range.
    ///
    /// # Errors
    /// [`Error::Range`] at or above 2^53.
    pub const fn new(seconds: u64) -> Result<Self, Error> {
        if seconds < 1 << 53 {
            Ok(Self(seconds))
        } else {
            Err(Error::Range)
        }
    }

    /// Unix seconds.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// This time moved forward, at most to [`Timestamp::MAX`].
    pub const fn plus(self, seconds: u64) -> Self {
        let sum = self.0.saturating_add(seconds);
        if sum > Self::MAX.0 { Self::MAX } else { Self(sum) }
    }

    /// This time moved back, at most to 1970.
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }
}

impl TryFrom<u64> for Timestamp {
    type Error = Error;
    fn try_from(seconds: u64) -> Result<Self, Error> {
        Self::new(seconds)
    }
}

impl From<Timestamp> for u64 {
    fn from(time: Timestamp) -> u64 {
        time.0
    }
}

impl<C> Encode<C> for Timestamp {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u64(self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Timestamp {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(d.u64()?).map_err(|_| minicbor::decode::Error::message("time out of range"))
    }
}

/// A span of time: `from` counts, `until` is the first moment that no longer does; without `until` it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct Period {
    /// First moment.
    #[n(0)]
    pub from: Timestamp,
    /// First moment after it, or none.
    #[n(1)]
    pub until: Option<Timestamp>,
}

impl Period {
    /// A period that ends after it begins.
    ///
    /// # Errors
    /// [`Error::Period`] when `until` is not later than `from`.
    pub fn new(from: Timestamp, until: Option<Timestamp>) -> Result<Self, Error> {
        let period = Self { from, until };
        period.check()?;
        Ok(period)
    }

    /// Whether the period ends after it begins.
    ///
    /// # Errors
    /// [`Error::Period`] when it does not.
    pub fn check(&self) -> Result<(), Error> {
        match self.until {
            Some(until) if until <= self.from => Err(Error::Period),
            _ => Ok(()),
        }
    }

    /// Whether `time` lies in the period.
    pub fn contains(&self, time: Timestamp) -> bool {
        self.from <= time && self.until.is_none_or(|until| time < until)
    }

    /// Whether every moment of `self` lies in `outer`.
    pub fn within(&self, outer: &Self) -> bool {
        let ends_in_time = match (self.until, outer.until) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(limit)) => own <= limit,
        };
        outer.from <= self.from && ends_in_time
    }
}
