//! Of which version and day the pages are: the workspace's version, and the day of SOURCE_DATE_EPOCH or of the newest release in the changelog.
//!
//! Never the day on which they were made: the same sources make the same bytes.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Failed;

const CHANGELOG: &str = include_str!("../../../CHANGELOG.md");

/// What stands in every page's footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// `2026-12-24`; empty before the first release.
    pub(crate) day: String,
    /// `Postern 0.1.0`.
    pub(crate) of: String,
}

impl Issue {
    /// The issue of these sources. `epoch` is SOURCE_DATE_EPOCH, in seconds since 1970, where it is set.
    ///
    /// # Errors
    /// [`Failed`], when it is no such number.
    pub fn of(epoch: Option<&str>) -> Result<Self, Failed> {
        let day = match epoch {
            Some(seconds) => day(seconds)?,
            None => released(CHANGELOG).unwrap_or_default().to_owned(),
        };
        Ok(Self { day, of: concat!("Postern ", env!("CARGO_PKG_VERSION")).to_owned() })
    }
}

fn day(seconds: &str) -> Result<String, Failed> {
    let moment = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let moment = moment.ok_or_else(|| Failed(format!("SOURCE_DATE_EPOCH is {seconds:?}; it takes seconds since 1970")))?;
    Ok(moment.to_zoned(TimeZone::UTC).date().to_string())
}

/// The day in the first heading that has one, as in `## [0.1.0] - 2026-12-24`.
fn released(changelog: &str) -> Option<&str> {
    changelog.lines().filter(|line| line.starts_with("## [")).find_map(|line| Some(line.split_once("] - ")?.1.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_of_the_day_that_packagers_name_or_of_the_newest_release() {
        assert_eq!(Issue::of(Some("1766577600")).unwrap().day, "2025-12-24");
        assert!(Issue::of(Some("yesterday")).is_err());
        let changelog = "# Changelog\n\n## [Unreleased]\n- x\n\n## [0.2.0] - 2027-02-03\n\n## [0.1.0] - 2026-12-24\n";
        assert_eq!(released(changelog), Some("2027-02-03"));
        assert_eq!(released("## [Unreleased]\n"), None);
    }
}
