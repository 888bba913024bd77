//! The frame as people use it.
