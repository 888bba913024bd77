//! Programs as processes: started, spoken to, waited for, ended.
//! Nothing started here outlives its test: a dropped value kills its process, and the kernel kills it when the test process itself is gone.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::clock::{Deadline, PATIENCE};
use crate::journal::Journal;

pub use crate::running::{Finished, Running};

/// One of the programs that are being tested (`postern`, `posternctl`, `posternd`), as built beside the running test.
///
/// # Panics
/// Fails the test when the program has not been built, naming the command that builds it.
pub fn program(name: &str) -> Program {
    let test = std::env::current_exe().expect("a test knows where it lies");
    let built = test.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    match built {
        Some(path) => Program::at(path),
        None => panic!("{name} is not built. Run `make test`, or `cargo build --workspace --bins` first."),
    }
}

/// A program that can be run, with all that it is given.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    input: Vec<u8>,
    user: Option<OsString>,
    namespace: Option<u32>,
    network: Option<OsString>,
}

impl Program {
    /// The program at this path.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
            input: Vec::new(),
            user: None,
            namespace: None,
            network: None,
        }
    }

    /// The program of this name, as a shell would find it.
    pub fn named(name: &str) -> Self {
        Self::at(name)
    }

    /// Where the program lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds one argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub fn args<I>(mut self, arguments: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let arguments = arguments.into_iter().map(|one| one.as_ref().to_owned());
        self.arguments.extend(arguments);
        self
    }

    /// Adds another program as its arguments, to be started by this one, with what that one is given; as whom and where is this one's affair.
    pub fn then(mut self, other: &Self) -> Self {
        self.arguments.push(other.path.clone().into_os_string());
        self.arguments.extend(other.arguments.iter().cloned());
        self.environment.extend(other.environment.iter().cloned());
        self
    }

    /// Sets a variable of its environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let pair = (name.as_ref().to_owned(), value.as_ref().to_owned());
        self.environment.push(pair);
        self
    }

    /// Runs it in this folder.
    pub fn in_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Gives it this as its standard input, which then ends. Without it the input is empty.
    pub fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_owned();
        self
    }

    /// Runs it as another user of this machine, with that user's groups. Only root can.
    pub fn as_user(mut self, user: impl AsRef<OsStr>) -> Self {
        self.user = Some(user.as_ref().to_owned());
        self
    }

    /// Runs it where its words reach this journal. Only root can.
    pub fn inside(mut self, journal: &Journal) -> Self {
        self.namespace = Some(journal.namespace());
        self
    }

    /// Runs it in this network namespace, as `ip netns` names it. Only root can.
    pub fn within_network(mut self, name: impl AsRef<OsStr>) -> Self {
        self.network = Some(name.as_ref().to_owned());
        self
    }

    /// Starts it, its input closed after what [`Program::input`] gave.
    pub fn spawn(&self) -> Running {
        Running::start(self.command(), Some(&self.input), self.name())
    }

    /// Starts it with its input left open, for [`Running::say`].
    pub fn spawn_listening(&self) -> Running {
        Running::start(self.command(), None, self.name())
    }

    /// Runs it to its end. Fails the test, with what it said so far, if it hasn't ended within [`PATIENCE`].
    pub fn finish(&self) -> Finished {
        self.spawn().finish_by(Deadline::after(PATIENCE))
    }

    fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// The command that the kernel sees. `nsenter`, `ip` and `setpriv` replace themselves by what they run, so the process is the program's own;
    /// `setpriv` stands last because a change of user forgets the signal that comes with a parent's death.
    fn command(&self) -> Command {
        let mut words: Vec<OsString> = Vec::new();
        if let Some(process) = self.namespace {
            words.extend(["nsenter", "--mount", "--target"].map(OsString::from));
            words.extend([process.to_string().into(), "--".into()]);
        }
        if let Some(network) = &self.network {
            words.extend(["ip", "netns", "exec"].map(OsString::from));
            words.push(network.clone());
        }
        words.extend(["setpriv", "--pdeathsig", "KILL"].map(OsString::from));
        if let Some(user) = &self.user {
            let group = primary_group(user);
            words.extend(["--reuid".into(), user.clone(), "--regid".into(), group]);
            words.push("--init-groups".into());
        }
        words.extend(["--".into(), self.path.clone().into_os_string()]);
        words.extend(self.arguments.iter().cloned());

        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn primary_group(user: &OsStr) -> OsString {
    let found = nix::unistd::User::from_name(&user.to_string_lossy()).expect("the list of users can be read");
    match found {
        Some(user) => user.gid.to_string().into(),
        None => panic!("this machine has no user {}", user.display()),
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::kill;
    use nix::unistd::Pid;

    use super::*;

    fn shell(script: &str) -> Program {
        Program::named("sh").args(["-c", script])
    }

    #[test]
    fn a_program_is_given_its_input_and_answers_with_output_and_code() {
        let finished = shell("cat; echo no >&2; exit 3").input("a secret\n").finish();
        assert_eq!(finished.stdout, "a secret\n");
        assert_eq!(finished.stderr, "no\n");
        assert_eq!(finished.code, 3);
        assert!(!finished.success());
    }

    #[test]
    fn readiness_is_a_line_that_the_program_says() {
        let running = shell("echo warming up; echo listening on port 4711 >&2; sleep 600").spawn();
        assert_eq!(running.wait_for("listening"), "listening on port 4711");
        assert_eq!(running.ended(), None);
    }

    #[test]
    #[should_panic(expected = "ended with code 5 before it said \"listening\"")]
    fn a_program_that_ends_before_it_is_ready_fails_the_test_at_once() {
        shell("exit 5").spawn().wait_for("listening");
    }

    #[test]
    fn a_program_does_not_outlive_its_test() {
        let running = shell("echo up; exec sleep 600").spawn();
        running.wait_for("up");
        let process = Pid::from_raw(running.id().cast_signed());
        assert!(kill(process, None).is_ok());
        drop(running);
        assert!(kill(process, None).is_err(), "still there after the drop");
    }

    #[test]
    fn a_program_can_be_asked_and_answer() {
        let mut running = shell("read word; echo you said $word").spawn_listening();
        running.say("friend\n");
        assert_eq!(running.wait_for("you said"), "you said friend");
    }

    #[test]
    #[should_panic(expected = "posternx is not built")]
    fn a_program_that_is_not_built_is_named() {
        program("posternx");
    }
}
