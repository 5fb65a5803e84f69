//! What the tests share: people, a relay process, clocks and seeded randomness.
