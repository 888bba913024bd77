//! Performs effects: asks the daemon on threads of its own, reads keys and signals, draws when something changed.
//!
//! Nothing here decides what is shown. Input never waits for the daemon, and while nothing happens nothing is sent to the terminal.

use std::io::{self, Write};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use api::Timestamp;
use client::Client;
use crossterm::event as keys;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::Rect;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;

use super::call::{Call, Outcome, Ticket};
use super::clock::{self, Due};
use super::effect::Effect;
use super::event::{Event, Happened};
use super::{Console, tty};
use crate::failure::{self, Failure};
use crate::witness::{self, Intent, UNWITNESSED};

/// How many calls may be under way at once.
const CALLERS: usize = 3;

/// How long to wait for the word that the terminal is gone, once it can't be written to.
const HANGUP: Duration = Duration::from_millis(500);

/// How long crossterm is given to look whether there is more. With no time at all it wouldn't look.
const GLANCE: Duration = Duration::from_millis(1);

/// What the console ended with: an exit code, and a word for standard error.
pub(crate) type Ended = (u8, Option<String>);

/// What performs effects besides drawing.
pub(crate) struct Runner {
    calls: Sender<(Ticket, Box<Call>)>,
    events: Receiver<Event>,
    way: Arc<Way>,
    wakes: Vec<Due>,
}

impl Runner {
    /// Starts the threads that ask the daemon at this socket, and those that read keys and signals. Setting up a client takes longer than
    /// anybody should wait for a first sight, so that happens there, too.
    ///
    /// # Errors
    /// When signals can't be heard.
    pub(crate) fn start(socket: &Path) -> io::Result<Self> {
        let (happens, events) = mpsc::channel();
        let (calls, asked) = mpsc::channel::<(Ticket, Box<Call>)>();
        let (way, asked) = (Arc::new(Way::default()), Arc::new(Mutex::new(asked)));
        for _ in 0..CALLERS {
            let (way, asked, happens, socket) = (way.clone(), asked.clone(), happens.clone(), socket.to_owned());
            thread::spawn(move || {
                loop {
                    let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((ticket, call)) = next else { return };
                    let outcome = way.client(&socket).and_then(|client| performed(&call, client, &happens));
                    let outcome = Box::new(outcome.map_err(|failure| failure.at(&socket)));
                    if happens.send(Event::Answered { ticket, call, outcome }).is_err() {
                        return;
                    }
                }
            });
        }
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH])?;
        let heard = happens.clone();
        thread::spawn(move || {
            for signal in signals.forever() {
                let event = match signal {
                    SIGWINCH => crossterm::terminal::size().map_or(Event::Hangup, |(wide, high)| Event::Resize(wide, high)),
                    _ => Event::Hangup,
                };
                if heard.send(event).is_err() {
                    return;
                }
            }
        });
        thread::spawn(move || read(&happens));
        Ok(Self { calls, events, way, wakes: Vec::new() })
    }

    /// What time it is: the daemon's clock as far as it is known, since lists and details tell its times.
    pub(crate) fn now(&self) -> Timestamp {
        self.way.client.get().and_then(Client::daemon_time).unwrap_or_else(clock::now)
    }

    /// Runs the console until it ends.
    ///
    /// # Errors
    /// When the terminal can't be written to any more.
    pub(crate) fn run<B: Backend<Error = io::Error> + Write>(
        mut self,
        console: &mut Console,
        terminal: &mut Terminal<B>,
    ) -> io::Result<Ended> {
        let drawn = self.go_on(console, terminal);
        match drawn {
            // A terminal that is gone can't be drawn on: that is how many an SSH session ends, and no fault of anybody's.
            Err(_) if self.gone() => Ok((failure::OK, None)),
            ended => ended,
        }
    }

    fn go_on<B: Backend<Error = io::Error> + Write>(&mut self, console: &mut Console, terminal: &mut Terminal<B>) -> io::Result<Ended> {
        terminal.draw(|frame| console.view(frame))?;
        let mut effects = console.start();
        loop {
            for effect in std::mem::take(&mut effects) {
                if let Some(ended) = self.perform(effect, terminal)? {
                    return Ok(ended);
                }
            }
            let event = self.next();
            effects = console.update(Happened { event, at: self.now() });
            // Whatever else has happened already is taken before drawing: a flood of keys or answers is drawn once.
            while let Ok(event) = self.events.try_recv() {
                effects.extend(console.update(Happened { event, at: self.now() }));
            }
            if !effects.iter().any(|effect| matches!(effect, Effect::Quit { .. })) {
                terminal.draw(|frame| console.view(frame))?;
            }
        }
    }

    /// Whether the terminal has hung up, or does within a moment: its closing and a failed write may be seen in either order.
    fn gone(&self) -> bool {
        std::iter::from_fn(|| self.events.recv_timeout(HANGUP).ok()).any(|event| matches!(event, Event::Hangup))
    }

    /// What happens next; the time that somebody asked to be told of is one of the things that happen.
    fn next(&mut self) -> Event {
        self.wakes.sort();
        let Some(first) = self.wakes.first().copied() else { return self.events.recv().unwrap_or(Event::Hangup) };
        match self.events.recv_timeout(first.left()) {
            Ok(event) => event,
            Err(RecvTimeoutError::Disconnected) => Event::Hangup,
            Err(RecvTimeoutError::Timeout) => {
                self.wakes.retain(|due| due.left() > Duration::ZERO);
                Event::Tick
            }
        }
    }

    fn perform<B: Backend<Error = io::Error> + Write>(&mut self, effect: Effect, terminal: &mut Terminal<B>) -> io::Result<Option<Ended>> {
        match effect {
            // Nobody takes it only when all callers are gone, and then the process ends anyway.
            Effect::Ask { ticket, call } => drop(self.calls.send((ticket, call))),
            Effect::Copy(text) => tty::copy(terminal.backend_mut(), &text)?,
            Effect::Wake(wait) => self.wakes.push(Due::after(wait)),
            Effect::Mouse(on) => tty::mouse(terminal.backend_mut(), on)?,
            // Not by `clear`, which asks the terminal where its cursor is: not every terminal answers.
            Effect::Redraw => {
                let size = terminal.size()?;
                terminal.resize(Rect::new(0, 0, size.width, size.height))?;
            }
            Effect::Quit { code, words } => return Ok(Some((code, words))),
        }
        Ok(None)
    }
}

/// Makes a call; one that acts has its second witness, or a remark says that it hadn't.
fn performed(call: &Call, client: &Client, happens: &Sender<Event>) -> Outcome {
    if !call.acts() {
        return call.perform(client);
    }
    let told = happens.clone();
    call.perform(&witness::watched(client, Intent::of(&call.words()), move |_| drop(told.send(Event::Remark(UNWITNESSED.to_owned())))))
}

/// The client that all callers share. The first that needs one makes it, and the others wait for it.
#[derive(Default)]
struct Way {
    client: OnceLock<Client>,
    making: Mutex<()>,
}

impl Way {
    fn client(&self, socket: &Path) -> Result<&Client, Failure> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let new = Client::admin(socket)?;
        Ok(self.client.get_or_init(|| new))
    }
}

/// Reads what the terminal sends, until it is gone. The poll comes first: a terminal that has hung up is never read from.
///
/// crossterm hears of another size itself, too. It must be built to look at its inputs anew each time (`use-dev-tty`): the other way it
/// forgets a key that came together with another size, until there is one more.
fn read(happens: &Sender<Event>) {
    let input = io::stdin();
    loop {
        let mut fds = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(nix::errno::Errno::EINTR) => continue,
            Err(_) => break,
            Ok(_) => {}
        }
        let [fd] = fds.map(|fd| fd.revents().unwrap_or(PollFlags::POLLHUP));
        if fd.intersects(PollFlags::POLLHUP | PollFlags::POLLERR | PollFlags::POLLNVAL) {
            break;
        }
        while keys::poll(GLANCE).unwrap_or(false) {
            let event = match keys::read() {
                Ok(keys::Event::Key(key)) => Event::Key(key),
                Ok(keys::Event::Paste(text)) => Event::Paste(text),
                Ok(keys::Event::Mouse(mouse)) => Event::Mouse(mouse),
                Ok(keys::Event::Resize(wide, high)) => Event::Resize(wide, high),
                Ok(_) => continue,
                Err(_) => break,
            };
            if happens.send(event).is_err() {
                return;
            }
        }
    }
    drop(happens.send(Event::Hangup));
}
