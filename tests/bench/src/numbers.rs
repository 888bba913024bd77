//! Several measurements of one thing, and what to say of them.

use serde_json::{Value, json};

/// What was measured, in the unit that its name says.
#[derive(Clone, Debug, Default)]
pub struct Numbers(Vec<f64>);

impl Numbers {
    /// One more.
    pub fn add(&mut self, number: f64) {
        self.0.push(number);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The one in the middle; 0 if there is none.
    pub fn median(&self) -> f64 {
        self.part(0.5)
    }

    /// The one that 95 of 100 don't pass.
    pub fn nearly_worst(&self) -> f64 {
        self.part(0.95)
    }

    /// The greatest.
    pub fn worst(&self) -> f64 {
        self.part(1.0)
    }

    fn part(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let at = (last as f64 * part).round() as usize;
        sorted.get(at).copied().unwrap_or_default()
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({ "median": round(self.median()), "p95": round(self.nearly_worst()), "max": round(self.worst()), "count": self.count() })
    }
}

/// To two places: what lies behind them is the machine's mood.
pub fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_ends_are_those_of_the_sorted_numbers() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.median(), 0.0);
        (1..=100).rev().for_each(|number| numbers.add(f64::from(number)));
        assert_eq!((numbers.median(), numbers.nearly_worst(), numbers.worst(), numbers.count()), (51.0, 95.0, 100.0, 100));
    }
}
