//! Licence expressions (SPDX) as crates write them, made comparable.
//! Doesn't judge them: `deny.toml` does.

use std::collections::BTreeSet;

/// One expression in one spelling: choices in order, and `/`, which old crates write, as `OR`.
pub fn plain(expression: &str) -> String {
    let expression = expression.replace(" / ", " OR ").replace('/', " OR ");
    if expression.contains('(') || expression.contains(" AND ") {
        return expression;
    }
    let choices: BTreeSet<&str> = expression.split(" OR ").map(str::trim).collect();
    choices.into_iter().collect::<Vec<_>>().join(" OR ")
}

/// The expression that says all of these at once.
pub fn together(expressions: &[&str]) -> String {
    let different: BTreeSet<&&str> = expressions.iter().collect();
    let bracketed = different.into_iter().map(|one| if one.contains(' ') { format!("({one})") } else { (*one).to_owned() });
    bracketed.collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_that_are_written_differently_and_mean_the_same_are_one() {
        for spelling in ["MIT OR Apache-2.0", "Apache-2.0 OR MIT", "MIT/Apache-2.0", "Apache-2.0 / MIT"] {
            assert_eq!(plain(spelling), "Apache-2.0 OR MIT");
        }
        assert_eq!(plain("(MIT OR Apache-2.0) AND BSD-3-Clause"), "(MIT OR Apache-2.0) AND BSD-3-Clause");
        assert_eq!(together(&["MIT", "Apache-2.0 OR MIT", "MIT"]), "(Apache-2.0 OR MIT) AND MIT");
    }
}
