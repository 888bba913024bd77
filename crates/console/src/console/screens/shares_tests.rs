//! The screen of shares as people use it.
