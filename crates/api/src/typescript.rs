//! How bytes look in TypeScript: as the text that they are on the wire. No program is built with this.

use ts_rs::{Config, TS};

use crate::{Fixed, Sealed};

impl<const N: usize> TS for Fixed<N> {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(config: &Config) -> String {
        String::name(config)
    }

    fn inline(config: &Config) -> String {
        String::inline(config)
    }
}

impl TS for Sealed {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(config: &Config) -> String {
        String::name(config)
    }

    fn inline(config: &Config) -> String {
        String::inline(config)
    }
}
