//! Vectors, journeys, properties, architecture rules.
