//! What time it is, as the vault is told.

use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock, or one that runs ahead of it or behind, for tests of what happens later and of clocks that are wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    ahead: u64,
    behind: u64,
}

impl Clock {
    /// A clock that runs this many seconds ahead.
    pub fn ahead(seconds: u64) -> Self {
        Self {
            ahead: seconds,
            behind: 0,
        }
    }

    /// A clock that runs this many seconds behind.
    pub fn behind(seconds: u64) -> Self {
        Self {
            ahead: 0,
            behind: seconds,
        }
    }

    /// Unix seconds.
    pub fn now(self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since
            .map_or(0, |duration| duration.as_secs() + self.ahead)
            .saturating_sub(self.behind)
    }
}
