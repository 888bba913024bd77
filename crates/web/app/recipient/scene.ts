// For tests: an appliance with one link, a daemon of a few lines, and the tabs of a browser with real keys.

import assert from "node:assert/strict";

import type { Answer, Failure, LinkCalls } from "../api/links.ts";
import type { Check, Knock, Reveal, State as LinkState } from "../api/types.ts";
import { type Bytes, equal, sha256 } from "../seal/bytes.ts";
import { writeCode } from "../seal/code.ts";
import { idText } from "../seal/id.ts";
import { sealShare, type SealedLink } from "../seal/link/share.ts";
import { writeLink } from "../seal/link/url.ts";
import { decode, encode } from "../seal/text.ts";
import { keepAttempts } from "./attempts.ts";
import { holdKeys } from "./keys.ts";
import { run, type Runner } from "./runner.ts";
import type { Screen, State } from "./state.ts";
import { EXPIRES, MINUTE, SNAPSHOT, START } from "./story.ts";

const SHARE = new Uint8Array(16).fill(5);
const LINK = new Uint8Array(16).fill(1);
export const HERE = "https://vault.example";

function refusal<T>(status: number, name: string): Answer<T> {
  return { ok: false, failure: { why: "refused", problem: { status, name, detail: "No." } } };
}

/** A daemon with one link of one view. */
export class Daemon {
  readonly sent: { verb: string; body: object }[] = [];
  readonly #made: SealedLink;
  readonly #snapshot: Bytes;
  used = false;
  attempt = "";
  burnt = false;
  frozen = false;
  /** What becomes of the next answers. */
  lost: Failure | null = null;
  swapped = false;
  onReveal = (): void => {};

  constructor(made: SealedLink, snapshot: Bytes) {
    this.#made = made;
    this.#snapshot = snapshot;
  }

  async #call<T>(
    verb: string,
    body: Knock & Partial<Check>,
    answer: (state: LinkState, right: boolean) => T | Answer<T>,
  ): Promise<Answer<T>> {
    this.sent.push({ verb, body });
    if (!equal(await sha256(decode(body.knock)), this.#made.knockHash)) {
      return refusal(404, "unknown-link");
    }
    const state = this.burnt ? "burnt" : this.frozen ? "frozen" : this.used ? "used-up" : "open";
    const right = body.proof !== undefined && equal(await sha256(decode(body.proof)), this.#made.proofHash);
    if (state === "open" && body.proof !== undefined && !right) {
      return {
        ok: false,
        failure: { why: "refused", problem: { status: 403, name: "wrong-token", detail: "", tries_left: 9 } },
      };
    }
    const value = answer(state, right);
    if (this.lost !== null) {
      return { ok: false, failure: this.lost };
    }
    return typeof value === "object" && value !== null && "ok" in value ? value : { ok: true, value: value as T };
  }

  calls(): LinkCalls {
    return {
      knock: (body) =>
        this.#call("knock", body, (state) => ({ state, with_token: true, starts_at: SNAPSHOT.starts_ms })),
      check: (body) =>
        this.#call("check", body, () => ({
          sharer: SNAPSHOT.sharer,
          sharer_email: "ada@example.com",
          shared_at: START,
          expires_at: EXPIRES,
          views_left: 1,
          openings: [],
          failed_tokens: 0,
        })),
      watch: (body) => this.#call("watch", body, (state) => ({ state, views_left: 0, expires_at: EXPIRES })),
      reveal: (body: Reveal) =>
        this.#call("reveal", body, (state, right) => {
          this.onReveal();
          if (state !== "open" && (this.frozen || !(right && body.attempt === this.attempt))) {
            return refusal(410, state);
          }
          [this.used, this.attempt] = [true, body.attempt];
          const snapshot = encode(this.swapped ? this.#snapshot.map((byte) => byte ^ 1) : this.#snapshot);
          const wrap = encode(this.#made.wrap);
          return {
            share: idText(SHARE),
            snapshot,
            wrap,
            views_left: 0,
            expires_at: EXPIRES,
            retry_until: START + 10 * MINUTE,
          };
        }),
      burn: (body) => this.#call("burn", body, () => ((this.burnt = true), null)),
      report: (body) => this.#call("report", body, () => null),
    };
  }

  verbs(): string[] {
    return this.sent.splice(0).map(({ verb }) => verb);
  }
}

/** What a browser would keep. */
function memory(): Storage & { full: boolean } {
  const held = new Map<string, string>();
  return {
    full: false,
    get length() {
      return held.size;
    },
    key: (at) => [...held.keys()][at] ?? null,
    getItem: (key) => held.get(key) ?? null,
    setItem(key, text) {
      if (this.full) {
        throw new Error("full");
      }
      held.set(key, text);
    },
    removeItem: (key) => void held.delete(key),
    clear: () => held.clear(),
  };
}

/** An appliance with one link, and the browser that opens it. */
export async function scene() {
  const sealed = await sealShare(SHARE, { ...SNAPSHOT, views: 1 }, [{ link: LINK, withToken: true }]);
  const made = sealed.links[0];
  assert.ok(made?.token);
  const { secret, token: bytes } = made;
  const daemon = new Daemon(made, sealed.snapshot);
  const storage = memory();
  const went: string[] = [];
  return {
    daemon,
    storage,
    went,
    made,
    token: writeCode(bytes),
    link: writeLink({ origin: HERE, link: LINK, secret }),
    tab: () => tab(daemon, storage, (url) => went.push(url)),
    keys: () => holdKeys(LINK, secret.slice()),
  };
}

/** A page in a tab, and the moments at which it comes to rest on a screen. */
function tab(daemon: Daemon, storage: Storage, go: (url: string) => void) {
  const drawn: State[] = [];
  let waiting: { name: Screen["name"]; done: () => void } | null = null;
  let broken = false;
  const check = () => {
    const state = drawn.at(-1);
    if (waiting !== null && state?.screen.name === waiting.name && !state.busy) {
      waiting.done();
      waiting = null;
    }
  };
  const runner: Runner = run({
    now: () => START,
    origin: HERE,
    go,
    calls: () => daemon.calls(),
    attempts: keepAttempts(storage, () => START, undefined),
    clipboard: () => ({ copy: async () => {}, otherCopied: () => {} }),
    draw: (state) => {
      drawn.push(state);
      check();
      if (broken) {
        throw new Error("a view is broken");
      }
    },
  });
  const rests = async (name: Screen["name"]): Promise<State> => {
    await new Promise<void>((done) => {
      waiting = { name, done };
      check();
    });
    const state = drawn.at(-1);
    assert.ok(state);
    return state;
  };
  return { runner, drawn, rests, breakViews: () => (broken = true) };
}

export type Scene = Awaited<ReturnType<typeof scene>>;

/** A tab that has come as far as the offer. */
export async function offering(from: Scene) {
  const { runner, ...rest } = from.tab();
  runner.start(from.keys());
  await rest.rests("token");
  runner.tell({ name: "token-given", text: from.token });
  await rest.rests("offer");
  return { runner, ...rest };
}
