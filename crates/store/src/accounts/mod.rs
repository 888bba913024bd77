//! To come: owned by the intentions' half.
