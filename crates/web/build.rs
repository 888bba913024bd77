//! Builds the browser's side, or takes it ready built from `POSTERN_WEB_DIST`, and writes the table by which the library embeds it.
//!
//! Nothing is fetched or compiled here: `.ci/node/run` sees to Node and its packages, `build.ts` does the work.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Where a ready build may lie.
const READY: &str = "POSTERN_WEB_DIST";

/// What the build reads, as it lies beside this file.
const SOURCES: [&str; 5] = ["app", "build.ts", "package-lock.json", ".npmrc", "../../.ci/node"];

/// The built browser's side beside the table that embeds it.
const HERE: &str = "dist";

const PAGES: [&str; 2] = ["recipient", "front"];
const DENIED: [&str; 5] = ["outside", "certificate", "nothing", "busy", "away"];

fn main() {
    println!("cargo::rerun-if-env-changed={READY}");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let embedded = dist(env::var_os(READY), &out).and_then(|dist| {
        let table = table(&dist)?;
        beside(&dist, &out).map(|()| table)
    });
    let written = embedded.and_then(|table| fs::write(out.join("table.rs"), table).map_err(|error| error.to_string()));
    if let Err(error) = written {
        for line in error.lines() {
            println!("cargo::error={line}");
        }
    }
}

/// The folder of the built browser's side: the one that is given, or one that is made now.
pub fn dist(given: Option<OsString>, out: &Path) -> Result<PathBuf, String> {
    if let Some(given) = given.filter(|given| !given.is_empty()) {
        let dist = fs::canonicalize(&given).map_err(|error| format!("{READY} is {}: {error}", Path::new(&given).display()))?;
        println!("cargo::rerun-if-changed={}", dist.display());
        return Ok(dist);
    }
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let dist = out.join(HERE);
    let built = Command::new("../../.ci/node/run").args([".", "node", "build.ts"]).arg(&dist).output();
    match built {
        Ok(built) if built.status.success() => Ok(dist),
        Ok(built) => Err(format!(
            "The browser's side could not be built:\n{}To see it again: .ci/node/run crates/web node build.ts /tmp/dist\n\
             To do without Node: {READY}=FOLDER with what that command has made elsewhere",
            String::from_utf8_lossy(&built.stderr)
        )),
        Err(error) => Err(format!("The browser's side could not be built: .ci/node/run: {error}")),
    }
}

/// The same folder as `dist` beside the table, so that the table's paths are the same wherever the sources lie: the same sources make
/// the same program.
fn beside(dist: &Path, out: &Path) -> Result<(), String> {
    let here = out.join(HERE);
    if dist != here {
        let told = |error: std::io::Error| format!("{} can't be copied to {}: {error}", dist.display(), here.display());
        if here.exists() {
            fs::remove_dir_all(&here).map_err(told)?;
        }
        copy(dist, &here).map_err(told)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}

/// The table in Rust, for beside the folder: `ENGLISH`, `OTHERS`, `ASSETS` and `DENIED_STYLE`. What is missing is told by its path.
pub fn table(dist: &Path) -> Result<String, String> {
    let pages = names(&dist.join("pages"))?;
    let other = |name: &String| Some(name.strip_prefix("front.")?.strip_suffix(".html")?.to_owned()).filter(|language| language != "en");
    let others: Vec<String> = pages.iter().filter_map(other).collect();
    let others = others.iter().map(|language| edition(dist, language)).collect::<Result<Vec<_>, _>>()?;
    let assets = names(&dist.join("assets"))?;
    let assets = assets.iter().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"));
    let assets = assets.map(|name| Ok(format!("({name:?}, {})", file(dist, &format!("assets/{name}"), media_type(name)?)?)));
    let assets = assets.collect::<Result<Vec<_>, String>>()?;
    if assets.is_empty() {
        return Err(format!("{} holds no asset", dist.join("assets").display()));
    }
    Ok(format!(
        "/// English.\npub static ENGLISH: Edition = {};\nstatic OTHERS: &[Edition] = &[{}];\nstatic ASSETS: &[(&str, File)] = &[{}];\n\
         /// The style that stands in pages for whom is not let in, as a Content-Security-Policy names it: SHA-256 in base64.\n\
         pub static DENIED_STYLE: &str = {};\n",
        edition(dist, "en")?,
        others.join(", "),
        assets.join(", "),
        include("include_str", dist, "denied/style.sha256")?
    ))
}

/// All pages in one language.
fn edition(dist: &Path, language: &str) -> Result<String, String> {
    let mut fields = vec![format!("language: {language:?}")];
    for name in PAGES {
        fields.push(format!("{name}: {}", file(dist, &format!("pages/{name}.{language}.html"), "text/html; charset=utf-8")?));
    }
    for name in DENIED {
        fields.push(format!("{name}: {}", include("include_str", dist, &format!("denied/{name}.{language}.html"))?));
    }
    Ok(format!("Edition {{ {} }}", fields.join(", ")))
}

/// A file with what it is compressed.
fn file(dist: &Path, path: &str, media_type: &str) -> Result<String, String> {
    let bytes = |ending: &str| include("include_bytes", dist, &format!("{path}{ending}"));
    Ok(format!("File {{ media_type: {media_type:?}, plain: {}, brotli: {}, gzip: {} }}", bytes("")?, bytes(".br")?, bytes(".gz")?))
}

fn include(how: &str, dist: &Path, path: &str) -> Result<String, String> {
    match fs::metadata(dist.join(path)) {
        Ok(there) if there.len() > 0 => Ok(format!("{how}!({:?})", format!("{HERE}/{path}"))),
        _ => Err(format!("{} is missing or empty: this is no whole build of the browser's side", dist.join(path).display())),
    }
}

fn media_type(name: &str) -> Result<&'static str, String> {
    match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("json") => Ok("application/json"),
        _ => Err(format!("assets/{name} is of no kind that pages are made of")),
    }
}

/// The names in a folder, always in the same order.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}
