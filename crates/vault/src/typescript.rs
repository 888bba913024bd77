//! How ids and times look in TypeScript: as the text and the number that they are on the wire. No program is built with this.

use ts_rs::{Config, TS};

use crate::{RequestId, ShareId, Timestamp};

macro_rules! written_as {
    ($type:ty, $typescript:literal) => {
        impl TS for $type {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &Config) -> String {
                $typescript.to_owned()
            }

            fn inline(config: &Config) -> String {
                Self::name(config)
            }
        }
    };
}

written_as!(RequestId, "string");
written_as!(ShareId, "string");
written_as!(Timestamp, "number");
