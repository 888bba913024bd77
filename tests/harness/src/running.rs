//! A process under way: what it said so far, and its end.
//! Never waits without a deadline, and never lets a full pipe stop the process.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;

use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::clock::{Deadline, PATIENCE};

/// How a program ended, and all that it said.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its exit code; 128 and the signal's number if a signal ended it.
    pub code: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Finished {
    /// Whether it ended with code 0.
    pub fn success(&self) -> bool {
        self.code == 0
    }
}

/// A process under way. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    name: String,
    process: Mutex<Child>,
    input: Option<ChildStdin>,
    stdout: Heard,
    stderr: Heard,
}

impl Running {
    /// Starts a command whose three streams are pipes. Its input is `input` and ends, or stays open if there is none.
    pub(crate) fn start(command: Command, input: Option<&[u8]>, name: String) -> Self {
        let mut process = spawn(command).unwrap_or_else(|error| panic!("{name} can't be started: {error}"));
        let stdout = Heard::listen(process.stdout.take().expect("a pipe"));
        let stderr = Heard::listen(process.stderr.take().expect("a pipe"));
        let mut pipe = process.stdin.take();
        if let (Some(input), Some(mut pipe)) = (input.map(<[u8]>::to_owned), pipe.take_if(|_| input.is_some())) {
            // A thread of its own, since a program may talk before it has read everything; one that doesn't read at all is no failure.
            std::thread::spawn(move || pipe.write_all(&input));
        }
        Self { name, process: Mutex::new(process), input: pipe, stdout, stderr }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.lock().expect("never poisoned").id()
    }

    /// Waits until it has said a line that holds `text`, on either stream, and answers that line.
    ///
    /// # Panics
    /// Fails the test, with all that it said, when it ends first or the patience does.
    pub fn wait_for(&self, text: &str) -> String {
        let waited = Deadline::after(PATIENCE).until(|| {
            // Whether it ended is asked first: what it said before its end then counts.
            let ended = self.ended().inspect(|_| self.hear_out());
            match self.line_with(text) {
                Some(line) => Some(Ok(line)),
                None => ended.map(Err),
            }
        });
        match waited {
            Some(Ok(line)) => line,
            Some(Err(code)) => panic!("{} ended with code {code} before it said {text:?}:\n{}", self.name, self.said()),
            None => panic!("{} never said {text:?}:\n{}", self.name, self.said()),
        }
    }

    /// Writes to its standard input. Needs [`crate::Program::spawn_listening`].
    pub fn say(&mut self, words: &str) {
        let input = self.input.as_mut().expect("started with its input left open");
        input.write_all(words.as_bytes()).unwrap_or_else(|error| panic!("{} doesn't listen: {error}", self.name));
    }

    /// All that it has said so far: standard output, then standard error.
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout.so_far(), self.stderr.so_far())
    }

    /// Its exit code, once it has ended.
    pub fn ended(&self) -> Option<i32> {
        let mut process = self.process.lock().expect("never poisoned");
        let status = process.try_wait().expect("a child can be asked");
        status.map(|status| status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)))
    }

    /// Sends it a signal. One that has ended already gets none.
    pub fn signal(&self, signal: Signal) {
        if self.ended().is_none() {
            let process = Pid::from_raw(self.id().cast_signed());
            nix::sys::signal::kill(process, signal).expect("a child of ours takes signals");
        }
    }

    /// Kills it with SIGKILL, and waits until it is gone.
    pub fn kill(&self) {
        let mut process = self.process.lock().expect("never poisoned");
        // One that has ended already is as dead as wanted.
        let _dead = process.kill();
        let _gone = process.wait();
    }

    /// Waits for its end, for as long as [`PATIENCE`].
    pub fn finish(self) -> Finished {
        self.finish_by(Deadline::after(PATIENCE))
    }

    /// Waits for its end until the deadline, then fails the test with what it said so far.
    pub fn finish_by(mut self, deadline: Deadline) -> Finished {
        drop(self.input.take());
        let Some(code) = deadline.until(|| self.ended()) else {
            panic!("{} doesn't end:\n{}", self.name, self.said());
        };
        self.hear_out();
        Finished { code, stdout: self.stdout.so_far(), stderr: self.stderr.so_far() }
    }

    fn line_with(&self, text: &str) -> Option<String> {
        [&self.stdout, &self.stderr].into_iter().find_map(|heard| heard.line_with(text))
    }

    /// Reads the rest of what an ended process said. A grandchild may hold the pipe open for longer: that is waited for only briefly.
    fn hear_out(&self) {
        let brief = Deadline::after(std::time::Duration::from_secs(2));
        brief.until(|| (self.stdout.is_over() && self.stderr.is_over()).then_some(()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// One stream of a process, read by a thread as it comes.
#[derive(Debug)]
struct Heard {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Heard {
    fn listen(stream: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            while let Ok(piece) = stream.fill_buf().map(<[u8]>::to_owned) {
                if piece.is_empty() {
                    break;
                }
                stream.consume(piece.len());
                kept.lock().expect("never poisoned").extend(piece);
            }
        });
        Self { bytes, reader }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().expect("never poisoned")).into_owned()
    }

    /// The first whole line that holds `text`; the last one counts without its line feed once the stream is over.
    fn line_with(&self, text: &str) -> Option<String> {
        let over = self.is_over();
        self.so_far()
            .split_inclusive('\n')
            .filter(|line| over || line.ends_with('\n'))
            .find(|line| line.contains(text))
            .map(|line| line.trim_end().to_owned())
    }

    fn is_over(&self) -> bool {
        self.reader.is_finished()
    }
}

/// Starts a process from a thread that lives as long as ours. The kernel counts the death of the *thread* that started a process as its
/// parent's death, and a test's thread ends with the test, too early for what several tests share.
fn spawn(command: Command) -> std::io::Result<Child> {
    type Order = (Command, Sender<std::io::Result<Child>>);
    static STARTER: OnceLock<Sender<Order>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (orders, taken) = channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, answer) in taken {
                // Nobody waits for the answer only if the asking thread has panicked.
                let _unheard = answer.send(command.spawn());
            }
        });
        orders
    });
    let (answer, started) = channel();
    starter.send((command, answer)).expect("the starting thread lives as long as we do");
    started.recv().expect("every order is answered")
}
