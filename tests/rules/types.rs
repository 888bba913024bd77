//! The page's types of what travels are made from the Rust types, so that the two can't come to differ. What writes them is in no program.

use api::links::{Burn, Check, Checked, Knock, Knocked, Opening, Report, Reveal, Revealed, Watch, Watched};
use api::{Problem, State};
use harness::tree::top;
use ts_rs::{Config, TS};

const FILE: &str = "crates/web/app/api/types.ts";

const COMMAND: &str = "POSTERN_WRITE_TYPES=1 cargo test --locked -p postern-tests --test rules types";

#[test]
fn the_pages_types_are_those_that_the_api_makes() {
    let made = made();
    let file = top().join(FILE);
    if std::env::var_os("POSTERN_WRITE_TYPES").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == made, "{FILE} differs from what crates/api makes; this writes it anew: {COMMAND}");
}

#[test]
fn no_program_is_built_with_what_writes_types() {
    for program in ["daemon", "owner", "console"] {
        assert!(!crate::arrows::built_from(program).contains("ts-rs"), "{program} is built with ts-rs, which is for tests alone");
    }
}

fn made() -> String {
    let types = [
        typescript::<State>(),
        typescript::<Knock>(),
        typescript::<Knocked>(),
        typescript::<Check>(),
        typescript::<Checked>(),
        typescript::<Opening>(),
        typescript::<Watch>(),
        typescript::<Watched>(),
        typescript::<Reveal>(),
        typescript::<Revealed>(),
        typescript::<Burn>(),
        typescript::<Report>(),
        typescript::<Problem>(),
    ];
    let about = "// Made by ts-rs from `crates/api`: what the recipient's page and the daemon say to each other. This writes it anew:";
    format!("{about}\n// {COMMAND}\n{}", types.concat())
}

/// A type's declaration, laid out as people write it. Every field has a comment, so each stands on a line of its own.
fn typescript<T: TS>() -> String {
    let config = Config::new();
    let (mut out, mut comment) = (String::from("\n"), Vec::new());
    let declared = format!("{}export {}", T::docs().unwrap_or_default(), T::decl(&config));
    for line in declared.lines().map(str::trim) {
        let indent = if out.contains('{') { "  " } else { "" };
        if let Some(words) = line.strip_prefix("* ") {
            comment.push(words);
        } else if line == "*/" {
            out += &match &comment[..] {
                [words] => format!("{indent}/** {words} */\n"),
                many => format!("{indent}/**\n{indent} * {}\n{indent} */\n", many.join(&format!("\n{indent} * "))),
            };
            comment.clear();
        } else if let Some(field) = line.trim_end_matches("};").trim_end().strip_suffix(',') {
            out += &format!("{indent}{field};\n");
        } else if line != "/**" {
            out += &format!("{line}\n");
        }
    }
    if out.contains('{') { out + "};\n" } else { out }
}
