//! The relay: carries ciphertext, admits blocks, signs promises.
