// Postern's own programs, run as processes: nothing here knows how they do what they do.
//
// No secret is ever given as an argument: lines go to standard input, as people type them.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** How long anything real may take before its test fails, in milliseconds. Nothing is measured by it. */
export const PATIENCE = 60_000;

/** What a program that has ended leaves. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Running {
  /** All that it has said so far. */
  said(): string;
  /** Its exit code once it has ended; nothing while it runs. */
  ended(): number | null;
  signal(name: NodeJS.Signals): void;
  /** Waits for its end and answers with its exit code. */
  end(): Promise<number>;
}

/** Where one of the programs under test lies. */
export function program(name: "posternd" | "postern" | "posternctl"): string {
  const folder = process.env["POSTERN_PROGRAMS"];
  if (folder === undefined) {
    throw new Error("POSTERN_PROGRAMS isn't set. Run: cargo test -p postern-tests --test browser");
  }
  const path = join(folder, name);
  if (!existsSync(path)) {
    throw new Error(`${name} is not built. Run: cargo build --workspace --bins`);
  }
  return path;
}

/** Runs a program to its end with these lines as its input. */
export async function run(path: string, args: readonly string[], lines: readonly string[] = []): Promise<Finished> {
  const child = begin(path, args, {});
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A program that needs no input may have closed it already.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(lines.map((line) => `${line}\n`).join(""));
  const code = await new Promise<number>((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done(code ?? 128));
  });
  return { code, stdout, stderr };
}

/** Runs a program that must succeed and answers with the JSON that it prints. */
export async function told(path: string, args: readonly string[], lines: readonly string[] = []): Promise<any> {
  const finished = await run(path, [...args, "--json"], lines);
  if (finished.code !== 0) {
    throw new Error(`${path} ${args.join(" ")} ended with ${finished.code}: ${finished.stderr}`);
  }
  return finished.stdout.trim() === "" ? null : JSON.parse(finished.stdout);
}

/** Starts a program and leaves it running. */
export function start(path: string, args: readonly string[], environment: Readonly<Record<string, string>>): Running {
  const child = begin(path, args, environment);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  child.stdin?.end();
  let code: number | null = null;
  const ended = new Promise<number>((done, failed) => {
    child.on("error", failed);
    child.on("close", (status) => done((code = status ?? 128)));
  });
  return { said: () => said, ended: () => code, signal: (name) => void child.kill(name), end: () => ended };
}

/** Asks until there is an answer, or fails with these words. */
export async function until<T>(what: () => string, ask: () => T | null | Promise<T | null>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer !== null) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(what());
    }
    await new Promise((go) => setTimeout(go, 20));
  }
}

/** The kernel ends what was started here when whoever started it is gone, however that came. */
function begin(path: string, args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn("setpriv", ["--pdeathsig", "KILL", "--", path, ...args], { env: { ...process.env, ...environment } });
}
