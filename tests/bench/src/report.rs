//! What was measured: as JSON for programs, as a table for people.

use serde_json::{Value, json};

use crate::lists::List;
use crate::numbers::{Numbers, round};
use crate::terminal::Measured;

/// How many lists that are narrowed by two things the table tells.
const SLOWEST_PAIRS: usize = 15;

/// Everything that was measured in one run.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many shares were stored.
    pub shares: u64,
    /// How many audit events were stored.
    pub events: u64,
    /// How long the daemon took until it listened, in milliseconds.
    pub started_ms: f64,
    /// The way to the daemon and back, in milliseconds.
    pub baseline: Numbers,
    /// Every list, page by page.
    pub lists: Vec<List>,
    /// The console in its terminal.
    pub console: Measured,
}

impl Report {
    /// The list whose pages take longest.
    fn slowest(&self) -> Option<&List> {
        self.lists.iter().max_by(|one, other| one.pages.median().total_cmp(&other.pages.median()))
    }

    /// A page: of the slowest list through the API, or in the terminal if that takes longer.
    fn page_ms(&self) -> f64 {
        self.slowest().map_or(0.0, |list| list.pages.median()).max(self.console.page.median())
    }

    /// For programs. The four figures that are compared from run to run stand in front.
    pub fn json(&self) -> Value {
        let console = &self.console;
        let lists: Vec<Value> = self
            .lists
            .iter()
            .map(|list| json!({ "list": list.name, "ms": list.pages.json(), "rows": list.rows, "to_baseline": self.to_baseline(list) }))
            .collect();
        json!({
            "console_open_ms": round(console.open.median()),
            "console_page_ms": round(self.page_ms()),
            "console_mib": round(console.mib.worst()),
            "console_idle_bytes": console.idle_bytes.worst() as u64,
            "console_first_paint_ms": round(console.paint.median()),
            "console_open_to_baseline": round(ratio(console.open.median(), console.nothing.median())),
            "console_page_to_baseline": round(ratio(self.page_ms(), self.baseline.median())),
            "console_page_in_terminal_ms": console.page.json(),
            "baseline_call_ms": self.baseline.json(),
            "baseline_terminal_ms": console.nothing.json(),
            "slowest_list": self.slowest().map(|list| list.name.clone()),
            "posternd_start_ms": round(self.started_ms),
            "shares": self.shares,
            "audit_events": self.events,
            "lists": lists,
        })
    }

    fn to_baseline(&self, list: &List) -> f64 {
        round(ratio(list.pages.median(), self.baseline.median()))
    }

    /// For people.
    pub fn table(&self) -> String {
        let console = &self.console;
        let mut lines = vec![format!("{} shares, {} audit events\n", self.shares, self.events)];
        let mut figure = |name: &str, value: String, about: &str| lines.push(format!("{name:<20}{value:>10}  {about}"));
        figure("console_open_ms", format!("{:.1}", console.open.median()), "from its start to links on the screen (200)");
        figure("  first paint", format!("{:.1}", console.paint.median()), "");
        figure("  baseline", format!("{:.1}", console.nothing.median()), "a program that does nothing, seen in a terminal");
        figure("console_page_ms", format!("{:.1}", self.page_ms()), "the slowest list's page (50)");
        figure("  in the terminal", format!("{:.1}", console.page.median()), "from PageDown to another page on the screen");
        figure("  baseline", format!("{:.1}", self.baseline.median()), "a call that has next to nothing to do");
        figure("console_mib", format!("{:.1}", console.mib.worst()), "the most memory held (40)");
        figure("console_idle_bytes", format!("{:.0}", console.idle_bytes.worst()), "sent while nothing happened (0)");
        figure("posternd started", format!("{:.0}", self.started_ms), "ms until it listened");
        lines.push(format!("\n{:<46}{:>9}{:>9}{:>9}{:>9}{:>7}", "LIST", "MEDIAN ms", "P95", "MAX", "x BASE", "ROWS"));
        let mut lists: Vec<&List> = self.lists.iter().collect();
        lists.sort_by(|one, other| other.pages.median().total_cmp(&one.pages.median()));
        // Of the hundreds that are narrowed by two things, only the slowest are told; JSON has all.
        let mut pairs = 0;
        for list in lists {
            pairs += usize::from(list.pair);
            if list.pair && pairs > SLOWEST_PAIRS {
                continue;
            }
            let (pages, base) = (&list.pages, self.to_baseline(list));
            let (median, late, worst) = (pages.median(), pages.nearly_worst(), pages.worst());
            lines.push(format!("{:<46}{median:>9.2}{late:>9.2}{worst:>9.2}{base:>9.1}{:>7}", list.name, list.rows));
        }
        if let Some(quicker) = pairs.checked_sub(SLOWEST_PAIRS).filter(|more| *more > 0) {
            lines.push(format!("and {quicker} lists that are narrowed by two things and quicker than those above"));
        }
        lines.join("\n")
    }
}

fn ratio(one: f64, other: f64) -> f64 {
    if other > 0.0 { one / other } else { 0.0 }
}
