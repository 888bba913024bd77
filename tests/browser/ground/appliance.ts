// An appliance of one's own: the real daemon in a folder of its own, a copy of the prepared one.
//
// Nothing outlives it: the daemon ends and the folder goes when it is closed.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { mailIn, type Mail } from "./mail.ts";
import { operatorAt, ownerAt, recipientAt, type Operator, type Owner, type Recipient } from "./people.ts";
import { program, run, start, until, type Running } from "./programs.ts";

/** A daemon with all that is its own. */
export interface Appliance {
  readonly folder: string;
  /** Where the browser finds it: the same after each start, since links lead there. */
  readonly url: string;
  readonly port: number;
  /** The owner who keeps the three prepared items. */
  readonly ada: Owner;
  readonly operator: Operator;
  readonly mail: Mail;
  /** Somebody outside, at a terminal of their own. */
  recipient(name: string): Recipient;
  /** All that the daemon has said, over all its starts: what would stand in the journal. */
  said(): string;
  start(): Promise<void>;
  /** Ends the daemon in good order. */
  stop(): Promise<void>;
  /** Kills the daemon as a lost machine would. */
  kill(): Promise<void>;
  /** Ends the daemon and starts it so many seconds later, by its own clock. */
  later(seconds: number): Promise<void>;
  /** Ends the daemon and starts it with these settings laid over the configuration. */
  settle(settings: string): Promise<void>;
  /** Ends the daemon and takes its folder away. */
  close(): Promise<void>;
}

/** An empty appliance's folder and configuration, with `posternd init` done. */
export async function makeEmpty(folder: string): Promise<void> {
  await configure(folder, "");
  const made = await run(program("posternd"), ["--config", join(folder, "posternd.toml"), "init"]);
  if (made.code !== 0) {
    throw new Error(`posternd init: ${made.stderr}`);
  }
}

/** Copies a prepared folder and starts a daemon in the copy. */
export async function openAppliance(prepared: string, settings = ""): Promise<Appliance> {
  const folder = await mkdtemp(join(tmpdir(), "postern-browser-"));
  await cp(prepared, folder, { recursive: true });
  return serveIn(folder, settings);
}

/** Starts a daemon in a folder in which `posternd init` was done. */
export async function serveIn(folder: string, settings = ""): Promise<Appliance> {
  await configure(folder, settings);
  let daemon: Running | null = null;
  let port = 0;
  let offset = 0;
  let before = "";
  const said = (): string => before + (daemon?.said() ?? "");

  /** Nothing where somebody else has taken the port while nobody listened: that passes. */
  const tryStart = async (): Promise<true | null> => {
    const environment = {
      POSTERN_TEST_CLOCK_OFFSET_SECONDS: String(offset),
      ...(port === 0 ? {} : { POSTERN__LISTEN__ADDRESS: `127.0.0.1:${port}` }),
    };
    const started = start(program("posternd"), ["--config", join(folder, "posternd.toml"), "serve"], environment);
    const listening = await until(
      () => `posternd doesn't listen:\n${started.said()}`,
      () => {
        if (started.ended() !== null && !started.said().includes("in use")) {
          throw new Error(`posternd ended with code ${started.ended()}:\n${started.said()}`);
        }
        const line = /^listening https:\/\/[^:\n]*:(\d+)\b.*\n/m.exec(started.said());
        return started.ended() !== null ? 0 : line === null ? null : Number(line[1]);
      },
    );
    if (listening === 0) {
      return null;
    }
    port = listening;
    daemon = started;
    return true;
  };
  const begin = async (): Promise<void> => {
    await until(() => `posternd doesn't start:\n${said()}`, tryStart);
  };
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    if (daemon === null) {
      throw new Error("the daemon doesn't run");
    }
    daemon.signal(signal);
    const code = await daemon.end();
    before = said();
    daemon = null;
    return code;
  };
  const stop = async (): Promise<void> => {
    const code = await end("SIGTERM");
    if (code !== 0) {
      throw new Error(`a stop in good order ends with 0, not ${code}:\n${before}`);
    }
  };

  await begin();
  const url = `https://localhost:${port}`;
  const ca = join(folder, "state/authority.crt");
  await moveOwners(folder, url);
  return {
    folder,
    url,
    port,
    ada: ownerAt(join(folder, "homes/ada"), url, ca),
    operator: operatorAt(join(folder, "admin/admin.sock")),
    mail: mailIn(join(folder, "mail")),
    recipient: (name) => recipientAt(join(folder, "homes", `outside-${name}`), ca),
    said,
    start: begin,
    stop,
    kill: async () => void (await end("SIGKILL")),
    later: async (seconds) => {
      await stop();
      offset += seconds;
      await begin();
    },
    settle: async (more) => {
      await stop();
      await configure(folder, more);
      await begin();
    },
    close: async () => {
      if (daemon !== null) {
        await end("SIGKILL");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function configure(folder: string, settings: string): Promise<void> {
  for (const name of ["state", "mail", "conf.d", "homes"]) {
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  }
  const configuration = `[state]
folder = "${folder}/state"
[listen]
address = "127.0.0.1:0"
workers = 2
[admin]
socket = "${folder}/admin/admin.sock"
[mail]
transport = "file"
folder = "${folder}/mail"
[journal]
to = "stderr"
`;
  await writeFile(join(folder, "posternd.toml"), configuration);
  await writeFile(join(folder, "conf.d/story.toml"), settings);
}

/** Tells ada's machine that the appliance it remembers is now at this address: each copy listens on a port of its own. */
async function moveOwners(folder: string, url: string): Promise<void> {
  for (const name of ["server.json", "session.json"]) {
    const file = join(folder, "homes/ada", name);
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) {
      await writeFile(file, JSON.stringify({ ...JSON.parse(text), server: url }));
    }
  }
}
