//! Labels keep signed objects apart, so none may equal another or begin another.

pub fn violations(labels: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, one) in labels.iter().enumerate() {
        for other in &labels[index + 1..] {
            if one == other {
                found.push(format!("the label {one} is there twice"));
            } else if one.starts_with(other) || other.starts_with(one) {
                found.push(format!("of the labels {one} and {other} one begins the other"));
            }
        }
    }
    found
}

#[cfg(test)]
mod planted {
    use super::violations;

    #[test]
    fn twins_and_prefixes_are_seen() {
        assert!(violations(&["a.block.v1", "a.record.v1"]).is_empty());
        assert_eq!(violations(&["a.block.v1", "a.block.v1"]).len(), 1);
        assert_eq!(violations(&["a.block.v1", "a.record.v1", "a.block.v10"]).len(), 1);
    }
}
