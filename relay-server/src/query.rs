//! The query of a request: where to go on, how much, how long to wait (RELAY-2, RELAY-25).

use protocol::relay::{MAX_PAGE, MAX_WAIT, problem};

use crate::refusal::Result;

/// The query of a reading request. Unknown, doubled and malformed members are refused.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) after: Option<u64>,
    pub(crate) limit: Option<u64>,
    pub(crate) wait: Option<u64>,
    pub(crate) through: Option<u64>,
}

impl Paging {
    pub(crate) fn parse(query: &str) -> Result<Self> {
        let mut paging = Self::default();
        for member in query.split('&').filter(|member| !member.is_empty()) {
            let (name, value) = member.split_once('=').ok_or(problem::Error::Malformed)?;
            let place = match name {
                "after" => &mut paging.after,
                "limit" => &mut paging.limit,
                "wait" => &mut paging.wait,
                "through" => &mut paging.through,
                _ => return Err(problem::Error::Malformed.into()),
            };
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            let value = value.parse().ok().filter(|_| digits).ok_or(problem::Error::Malformed)?;
            if place.replace(value).is_some() {
                return Err(problem::Error::Malformed.into());
            }
        }
        if paging.wait.is_some_and(|wait| wait > MAX_WAIT)
            || paging.limit.is_some_and(|limit| limit == 0 || limit > MAX_PAGE)
        {
            return Err(problem::Error::Malformed.into());
        }
        Ok(paging)
    }

    pub(crate) fn page(&self) -> u64 {
        self.limit.unwrap_or(MAX_PAGE)
    }
}

#[cfg(test)]
mod tests {
    use super::Paging;

    #[test]
    fn queries_are_strict() {
        let paging = Paging::parse("after=4&limit=256&wait=25").unwrap();
        assert_eq!((paging.after, paging.page(), paging.wait), (Some(4), 256, Some(25)));
        assert_eq!(Paging::parse("").unwrap(), Paging::default());
        for refused in [
            "after",
            "after=",
            "after=-1",
            "after=+1",
            "after=1&after=2",
            "x=1",
            "wait=26",
            "limit=0",
            "limit=257",
            "after=99999999999999999999",
        ] {
            assert!(Paging::parse(refused).is_err(), "{refused}");
        }
    }
}
