//! The console in a terminal: how soon it shows something, how quickly it turns a page, what it needs, and that it is silent when nothing happens.

use std::fs;

use harness::Screen;
use harness::screen::keys::{CTRL_C, PAGE_DOWN, PAGE_UP};

use crate::Wanted;
use crate::appliance::Appliance;
use crate::clock::{Watch, pause};
use crate::numbers::Numbers;

/// Rows and columns of a usual terminal.
const SIZE: (u16, u16) = (40, 120);

/// Nothing is waited for longer than that, in milliseconds.
const LONGEST_MILLIS: f64 = 60_000.0;

/// What the console was like.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Milliseconds from its start to the first thing on the screen.
    pub paint: Numbers,
    /// Milliseconds from its start to the first links on the screen.
    pub open: Numbers,
    /// Milliseconds from PageDown, or PageUp, to another page on the screen.
    pub page: Numbers,
    /// The most memory that it held, in MiB.
    pub mib: Numbers,
    /// Bytes that it sent while nobody pressed anything.
    pub idle_bytes: Numbers,
    /// Milliseconds for a program that does nothing to be started in a terminal and seen.
    pub nothing: Numbers,
}

/// Measures it, so often.
pub fn console(appliance: &Appliance, wanted: &Wanted) -> Measured {
    let mut measured = Measured::default();
    for _ in 0..wanted.runs {
        let watch = Watch::start();
        let echo = harness::Program::named("sh").args(["-c", "echo here; read word"]).on_screen(SIZE.0, SIZE.1);
        until(&echo, "said a word", |screen| screen.shown().contains("here"));
        measured.nothing.add(watch.millis());
        drop(echo);
        once(appliance, wanted, &mut measured);
    }
    measured
}

fn once(appliance: &Appliance, wanted: &Wanted, measured: &mut Measured) {
    let watch = Watch::start();
    let screen = appliance.operator().on_screen(SIZE.0, SIZE.1);
    // The list of shares is what every operator opens, whatever the first screen is.
    screen.press("2");
    until(&screen, "painted anything", |screen| !screen.shown().trim().is_empty());
    measured.paint.add(watch.millis());
    until(&screen, "showed links", links);
    measured.open.add(watch.millis());
    // Half of the pages down, then half of that up again, so that pages are also asked for that were let go of.
    for turn in 0..wanted.pages * 3 / 2 {
        let before = screen.shown();
        let watch = Watch::start();
        screen.press(if turn < wanted.pages { PAGE_DOWN } else { PAGE_UP });
        until(&screen, "turned a page", |screen| body(&screen.shown()) != body(&before) && links(screen));
        measured.page.add(watch.millis());
        // A person reads a page, if only for a moment; what is fetched ahead then is not held against the next one.
        pause(20);
    }
    // What was under way when the last key was pressed has come by then.
    pause(500);
    let before = screen.sent();
    pause(wanted.idle_millis);
    measured.idle_bytes.add((screen.sent() - before) as f64);
    measured.mib.add(peak_mib(screen.id()));
    screen.press(CTRL_C);
    screen.finish();
}

/// Whether there are links in the list: each has a recipient.
fn links(screen: &Screen) -> bool {
    body(&screen.shown()).iter().filter(|line| line.contains('@')).count() > 5
}

/// The list without what stands above and below it.
fn body(shown: &str) -> Vec<String> {
    let lines: Vec<&str> = shown.lines().collect();
    lines.iter().skip(4).take(lines.len().saturating_sub(7)).map(|line| (*line).to_owned()).collect()
}

fn until(screen: &Screen, what: &str, is: impl Fn(&Screen) -> bool) {
    let watch = Watch::start();
    while !is(screen) {
        assert!(screen.ended().is_none() || is(screen), "it ended and never {what}:\n{}", screen.shown());
        assert!(watch.millis() < LONGEST_MILLIS, "it never {what}:\n{}", screen.shown());
        std::thread::yield_now();
        pause(0);
    }
}

/// The most memory that a process has held so far, as proc(5) tells it.
fn peak_mib(process: u32) -> f64 {
    let told = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or_default();
    kib / 1024.0
}
