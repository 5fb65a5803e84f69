//! Everything anyone may parse and verify: no secret, no cipher.
