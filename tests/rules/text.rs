//! Which characters deceive: the vault's rule, and its twin in the owner's program, which must not depend on the vault.
//! Says nothing about what a screen makes of them.

use harness::tree::top;

#[test]
fn the_vault_and_the_owners_program_mistrust_the_same_characters() {
    let [vault, owner] = ["crates/vault/src/text.rs", "crates/owner/src/terminal/harmless.rs"].map(rule);
    assert!(vault.contains("is_control") && vault.contains("{E0000}"), "{vault}");
    assert_eq!(vault, owner);
}

/// What `deceives` says in this file, whatever its lines.
fn rule(file: &str) -> String {
    let text = std::fs::read_to_string(top().join(file)).unwrap();
    let rule = text.split_once("fn deceives(").and_then(|(_, rest)| rest.split_once("\n}\n")).map(|(rule, _)| rule);
    rule.unwrap_or_else(|| panic!("{file} has no `deceives`")).split_whitespace().collect()
}
