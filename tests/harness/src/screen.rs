//! A program in a terminal of its own: what a person would see there, and what they press.
//! Never waits without a deadline; nothing started here outlives its test.

use std::io::{ErrorKind, PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{LocalFlags, tcgetattr};
use pty_process::Size;
use pty_process::blocking::{Pts, Pty};

use crate::clock::{Deadline, PATIENCE};
use crate::film::Film;

/// How long what a program has written may take to be seen after its end.
const AFTERGLOW: Duration = Duration::from_secs(2);

/// Keys that no letter stands for, as a terminal sends them. Several may be joined, and letters stand for themselves.
pub mod keys {
    #![allow(missing_docs, reason = "a key's name is on the key")]
    pub const ENTER: &str = "\r";
    pub const ESCAPE: &str = "\x1b";
    pub const TAB: &str = "\t";
    pub const BACKSPACE: &str = "\x7f";
    pub const CTRL_C: &str = "\x03";
    pub const CTRL_D: &str = "\x04";
    pub const UP: &str = "\x1b[A";
    pub const DOWN: &str = "\x1b[B";
    pub const RIGHT: &str = "\x1b[C";
    pub const LEFT: &str = "\x1b[D";
    pub const HOME: &str = "\x1b[H";
    pub const PAGE_UP: &str = "\x1b[5~";
    pub const PAGE_DOWN: &str = "\x1b[6~";
}

/// What stands on a screen, cell by cell.
pub use vt100::Screen as Shown;

/// A pseudo-terminal with a program in it. Dropping it kills the program.
pub struct Screen {
    name: String,
    process: Mutex<Child>,
    pty: Option<Arc<Pty>>,
    /// Held open, so that the terminal's settings can be read when the program has gone.
    line: Option<Pts>,
    film: Arc<Mutex<Film>>,
    eye: Option<JoinHandle<()>>,
    /// The eye looks away once this is dropped.
    open: Option<PipeWriter>,
}

impl Screen {
    /// Starts a command whose terminal has this size. Lines that scroll out of it are seen no more.
    pub(crate) fn open(mut command: Command, name: String, rows: u16, columns: u16) -> Self {
        let (pty, line) = pty_process::blocking::open().expect("the kernel gives pseudo-terminals");
        pty.resize(Size::new(rows, columns)).expect("a terminal takes a size");
        // What the screen is read back as.
        command.env("TERM", "xterm-256color");
        let started = pty_process::blocking::Command::from(command).spawn_borrowed(&line);
        let process = started.unwrap_or_else(|error| panic!("{name} can't be started: {error}"));
        let (pty, film) = (Arc::new(pty), Arc::new(Mutex::new(Film::new(rows, columns))));
        let (closed, open) = std::io::pipe().expect("the kernel gives pipes");
        let eye = std::thread::spawn({
            let (pty, film) = (Arc::clone(&pty), Arc::clone(&film));
            move || watch(&pty, &film, &closed)
        });
        Self { name, process: Mutex::new(process), pty: Some(pty), line: Some(line), film, eye: Some(eye), open: Some(open) }
    }

    /// Presses these keys, one after the other; [`keys`] has those that are no letters.
    pub fn press(&self, keys: &str) {
        self.pty().write_all(keys.as_bytes()).unwrap_or_else(|error| panic!("{} has left its terminal: {error}", self.name));
    }

    /// Makes the terminal larger or smaller, as somebody does who drags its corner: the program is told.
    pub fn resize(&self, rows: u16, columns: u16) {
        self.film.lock().expect("never poisoned").resized(rows, columns);
        self.pty().resize(Size::new(rows, columns)).expect("a terminal takes a size");
    }

    /// What stands on the screen: its rows down to the last that isn't empty, each without the spaces at its end. A line that is
    /// longer than the screen is wide is one line here.
    pub fn shown(&self) -> String {
        self.look(|screen| screen.contents())
    }

    /// How many bytes the program has sent to its terminal so far.
    pub fn sent(&self) -> u64 {
        self.film.lock().expect("never poisoned").sent()
    }

    /// Every byte that the program has sent to its terminal so far.
    pub fn written(&self) -> Vec<u8> {
        self.film.lock().expect("never poisoned").bytes()
    }

    /// Whether the screen was ever like that, although it may be no longer.
    pub fn ever(&self, is: impl Fn(&vt100::Screen) -> bool) -> bool {
        self.film.lock().expect("never poisoned").ever(is)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.lock().expect("never poisoned").id()
    }

    /// Looks at the screen as closely as needed: colours, cursor, each cell.
    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.film.lock().expect("never poisoned").now())
    }

    /// Waits until this text stands on the screen.
    ///
    /// # Panics
    /// Fails the test, with the screen, when the program ends first or the patience does.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("showed {text:?}"), |screen| screen.shown().contains(text));
    }

    /// Waits until the screen or its terminal is like that; `what` completes the sentence "it never ...".
    ///
    /// # Panics
    /// Fails the test, with the screen, when the program ends first or the patience does.
    pub fn wait_until(&self, what: &str, is: impl Fn(&Self) -> bool) {
        let waited = Deadline::after(PATIENCE).until(|| {
            if is(self) {
                return Some(Ok(()));
            }
            // What it showed just before its end may still be on its way here.
            let code = self.ended()?;
            Some(Deadline::after(AFTERGLOW).until(|| is(self).then_some(())).ok_or(code))
        });
        match waited {
            Some(Ok(())) => {}
            Some(Err(code)) => panic!("{} ended with code {code} and never {what}:\n{}", self.name, self.shown()),
            None => panic!("{} never {what}:\n{}", self.name, self.shown()),
        }
    }

    /// Whether what is typed is shown.
    pub fn echoes(&self) -> bool {
        self.settings().contains(LocalFlags::ECHO)
    }

    /// Whether the terminal is as a shell needs it: it shows what is typed and where, takes lines, and Ctrl-C ends programs.
    pub fn is_left_well(&self) -> bool {
        left_well(self.settings()) && self.look(usable)
    }

    /// Its exit code, once it has ended; 128 and the signal's number if a signal ended it.
    pub fn ended(&self) -> Option<i32> {
        let status = self.process.lock().expect("never poisoned").try_wait().expect("a child can be asked");
        status.map(|status| status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)))
    }

    /// Waits for its end. Answers with its exit code and with what stands on the screen then.
    ///
    /// # Panics
    /// Fails the test if it doesn't end, or leaves its terminal otherwise than a shell needs it.
    pub fn finish(mut self) -> (i32, String) {
        let Some(code) = Deadline::after(PATIENCE).until(|| self.ended()) else {
            panic!("{} doesn't end:\n{}", self.name, self.shown());
        };
        // Asked while the line is still held, seen when all has arrived.
        let settings = self.settings();
        self.see_out();
        let shown = self.shown();
        assert!(left_well(settings) && self.look(usable), "{} left its terminal in a mess ({settings:?}):\n{shown}", self.name);
        (code, shown)
    }

    /// Closes the terminal, as a lost connection does: the kernel tells the program, and nobody reads what it still writes. Answers with
    /// its exit code.
    ///
    /// # Panics
    /// Fails the test if it doesn't end.
    pub fn hang_up(mut self) -> i32 {
        self.open.take();
        if let Some(eye) = self.eye.take() {
            eye.join().expect("the eye ends by itself");
        }
        self.pty.take();
        let Some(code) = Deadline::after(PATIENCE).until(|| self.ended()) else {
            panic!("{} outlives its terminal:\n{}", self.name, self.shown());
        };
        code
    }

    fn pty(&self) -> &Pty {
        self.pty.as_ref().expect("held until it hangs up")
    }

    fn settings(&self) -> LocalFlags {
        tcgetattr(self.pty()).expect("a terminal tells its settings").local_flags
    }

    /// The eye sees the end once nobody holds the line any more.
    fn see_out(&mut self) {
        drop(self.line.take());
        if let Some(eye) = self.eye.take() {
            eye.join().expect("the eye ends by itself");
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Ok(mut process) = self.process.lock() {
            // One that has ended already is as dead as wanted.
            let _dead = process.kill();
            let _gone = process.wait();
        }
        self.line.take();
    }
}

fn left_well(settings: LocalFlags) -> bool {
    settings.contains(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG)
}

fn usable(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen() && !screen.hide_cursor()
}

fn watch(mut pty: &Pty, film: &Mutex<Film>, closed: &PipeReader) {
    let mut piece = [0; 4096];
    loop {
        let mut either = [PollFd::new(pty.as_fd(), PollFlags::POLLIN), PollFd::new(closed.as_fd(), PollFlags::POLLIN)];
        match poll(&mut either, PollTimeout::NONE) {
            Err(nix::errno::Errno::EINTR) => continue,
            Err(_) => return,
            Ok(_) if either[1].any() == Some(true) => return,
            Ok(_) => {}
        }
        match pty.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => film.lock().expect("never poisoned").said(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // So says the kernel when the other end is closed.
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::keys::{CTRL_C, ENTER};
    use crate::Program;

    fn shell(script: &str) -> super::Screen {
        Program::named("sh").args(["-c", script]).on_screen(24, 80)
    }

    #[test]
    fn a_program_sits_at_a_terminal_of_the_wished_size_and_hears_what_is_pressed() {
        let screen = shell("test -t 0 && test -t 1 && test -t 2 && stty size; read word; echo \"you said $word\"; exit 3");
        screen.wait_for("24 80");
        screen.press(&format!("friend{ENTER}"));
        screen.wait_for("you said friend");
        assert_eq!(screen.finish().0, 3);
    }

    #[test]
    fn a_screen_is_read_as_a_person_sees_it_and_not_as_it_was_written() {
        let screen = shell(r"printf 'wrong\rright\033[5;3Hthere\033[1mbold\n'");
        screen.wait_for("bold");
        let bold = screen.look(|screen| screen.cell(4, 7).unwrap().bold());
        let (code, shown) = screen.finish();
        assert_eq!((code, bold, shown.trim_end()), (0, true, "right\n\n\n\n  therebold"));
    }

    #[test]
    fn what_a_program_sends_is_counted_byte_by_byte() {
        let screen = shell("printf 12345; read word");
        screen.wait_for("12345");
        assert_eq!(screen.sent(), 5);
    }

    #[test]
    fn a_program_is_told_when_its_terminal_changes_its_size() {
        let screen = shell("trap 'stty size; exit' WINCH; echo ready; while :; do read word || :; done");
        screen.wait_for("ready");
        screen.resize(40, 100);
        screen.wait_for("40 100");
    }

    #[test]
    fn a_program_whose_terminal_closes_is_told_and_ends() {
        let screen = shell("trap 'exit 7' HUP; echo ready; while :; do read word || :; done");
        screen.wait_for("ready");
        assert_eq!(screen.hang_up(), 7);
        let deaf = shell("echo ready; exec sleep 600");
        deaf.wait_for("ready");
        assert_eq!(deaf.hang_up(), 129, "SIGHUP ends whoever doesn't listen");
    }

    #[test]
    fn ctrl_c_ends_a_program_that_lets_it() {
        let screen = shell("echo up; exec sleep 600");
        screen.wait_for("up");
        assert!(screen.is_left_well() && screen.echoes());
        screen.press(CTRL_C);
        assert_eq!(screen.finish().0, 130);
    }

    #[test]
    #[should_panic(expected = "left its terminal in a mess")]
    fn a_program_that_leaves_a_terminal_that_shows_nothing_typed_fails_the_test() {
        shell("stty -echo").finish();
    }

    #[test]
    #[should_panic(expected = "left its terminal in a mess")]
    fn a_program_that_leaves_the_cursor_hidden_fails_the_test() {
        shell(r"printf '\033[?25l'").finish();
    }

    #[test]
    #[should_panic(expected = "ended with code 5 and never showed \"ready\"")]
    fn a_program_that_ends_before_it_shows_something_fails_the_test_at_once() {
        shell("exit 5").wait_for("ready");
    }
}
