//! Rate limits: one token bucket per capability, per IPv4 address, per IPv6 /64. Kept in memory only.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::{Rate, Rates};
use crate::refusal::{Refusal, Result};

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

struct Bucket<K: Hash + Eq + Clone>(Option<Limiter<K>>);

/// The relay's rate limits.
pub(crate) struct RateLimits {
    address: Bucket<IpAddr>,
    create: Bucket<IpAddr>,
    intake: Bucket<IpAddr>,
    capability: Bucket<[u8; 32]>,
}

impl<K: Hash + Eq + Clone> Bucket<K> {
    fn new(rate: Rate) -> Self {
        let quota = NonZeroU32::new(rate.per_second).zip(NonZeroU32::new(rate.burst));
        Self(quota.map(|(per_second, burst)| RateLimiter::dashmap(Quota::per_second(per_second).allow_burst(burst))))
    }

    fn take(&self, key: &K) -> Result<()> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            Refusal::rate_limited(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }

    fn forget(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
        }
    }
}

impl RateLimits {
    pub(crate) fn new(rates: &Rates) -> Self {
        Self {
            address: Bucket::new(rates.address),
            create: Bucket::new(rates.create),
            intake: Bucket::new(rates.intake),
            capability: Bucket::new(rates.capability),
        }
    }

    pub(crate) fn any(&self, address: IpAddr) -> Result<()> {
        self.address.take(&network(address))
    }

    pub(crate) fn create(&self, address: IpAddr) -> Result<()> {
        self.create.take(&network(address))
    }

    pub(crate) fn intake(&self, address: IpAddr) -> Result<()> {
        self.intake.take(&network(address))
    }

    pub(crate) fn capability(&self, key: &[u8; 32]) -> Result<()> {
        self.capability.take(key)
    }

    /// Forgets buckets that are full again.
    pub(crate) fn forget(&self) {
        self.address.forget();
        self.create.forget();
        self.intake.forget();
        self.capability.forget();
    }
}

/// One subscriber: an IPv4 address, or the /64 that an IPv6 subscriber is given.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::{RateLimits, network};
    use crate::config::{Rate, Rates};

    #[test]
    fn a_network_is_one_subscriber() {
        let net = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(net("192.0.2.7"), "192.0.2.7");
        assert_eq!(net("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(net("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn the_burst_then_no_more() {
        let rate = Rate {
            per_second: 1,
            burst: 3,
        };
        let limits = RateLimits::new(&Rates {
            capability: rate,
            ..Rates::UNLIMITED
        });
        assert!((0..3).all(|_| limits.capability(&[1; 32]).is_ok()));
        assert!(limits.capability(&[1; 32]).is_err());
        assert!(limits.capability(&[2; 32]).is_ok());
        assert!((0..100).all(|_| limits.any("192.0.2.7".parse().unwrap()).is_ok()));
    }
}
