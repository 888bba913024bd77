//! Has the crate built anew when a migration comes: the embedded list is read at compile time.
//!
//! Nothing is generated here.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
