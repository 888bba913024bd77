//! The browser's types of what travels and of what is sealed are made from the Rust types, so that the two can't come to differ.
//! What writes them is in no program.

use api::links::{Burn, Check, Checked, Knock, Knocked, Opening, Report, Reveal, Revealed, Watch, Watched};
use api::{Problem, State};
use harness::tree::top;
use seal::item::{Contents, Details, Kind};
use seal::link::Snapshot;
use ts_rs::{Config, TS};

const COMMAND: &str = "POSTERN_WRITE_TYPES=1 cargo test --locked -p postern-tests --test rules types::";

#[test]
fn the_browsers_types_are_those_that_the_rust_types_make() {
    for (file, about, types) in [
        ("crates/web/app/api/types.ts", "`crates/api`: what the recipient's page and the daemon say to each other", travelling()),
        ("crates/web/app/seal/types.ts", "`crates/seal`: what is sealed, once it is open", sealed()),
    ] {
        let made = format!("// Made by ts-rs from {about}. This writes it anew:\n// {COMMAND}\n{types}");
        let file = top().join(file);
        if std::env::var_os("POSTERN_WRITE_TYPES").is_some() {
            std::fs::write(&file, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == made, "{} differs from what the Rust types make; this writes it anew: {COMMAND}", file.display());
    }
}

#[test]
fn no_program_is_built_with_what_writes_types() {
    for program in ["daemon", "owner", "console"] {
        assert!(!crate::arrows::built_from(program).contains("ts-rs"), "{program} is built with ts-rs, which is for tests alone");
    }
}

fn travelling() -> String {
    [
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
    ]
    .concat()
}

fn sealed() -> String {
    [typescript::<Contents>(), typescript::<Kind>(), typescript::<Details>(), typescript::<Snapshot>()].concat()
}

/// A type's declaration, laid out as people write it: every comment and every field on a line of its own.
fn typescript<T: TS>() -> String {
    // No number that travels or is sealed is larger than a browser's numbers hold exactly.
    let config = Config::new().with_large_int("number");
    let declared = T::decl(&config).replace("{ ", "{\n").replace(", }", ",\n}");
    let declared = format!("{}export {declared}", T::docs().unwrap_or_default());
    let (mut out, mut comment) = (String::from("\n"), Vec::new());
    let mut indent = "";
    for line in declared.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("* ") {
            comment.push(words);
        } else if line == "*/" {
            out += &match &comment[..] {
                [words] => format!("{indent}/** {words} */\n"),
                many => format!("{indent}/**\n{indent} * {}\n{indent} */\n", many.join(&format!("\n{indent} * "))),
            };
            comment.clear();
        } else if let Some(field) = line.strip_suffix(',') {
            // The member that tells kinds apart comes in quotation marks, the others don't.
            out += &match field.strip_prefix('"') {
                Some(quoted) => format!("{indent}{};\n", quoted.replacen('"', "", 1)),
                None => format!("{indent}{field};\n"),
            };
        } else if !matches!(line, "" | "/**") {
            out += &format!("{line}\n");
            indent = if line.ends_with('{') { "  " } else { "" };
        }
    }
    out
}
