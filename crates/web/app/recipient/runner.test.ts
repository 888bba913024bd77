// The page as it runs, with real keys, against a daemon of a few lines.

import assert from "node:assert/strict";
import { test } from "node:test";

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
const HERE = "https://vault.example";

function refusal<T>(status: number, name: string): Answer<T> {
  return { ok: false, failure: { why: "refused", problem: { status, name, detail: "No." } } };
}

/** A daemon with one link of one view. */
class Daemon {
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

  async #call<T>(verb: string, body: Knock & Partial<Check>, answer: (state: LinkState, right: boolean) => T | Answer<T>): Promise<Answer<T>> {
    this.sent.push({ verb, body });
    if (!equal(await sha256(decode(body.knock)), this.#made.knockHash)) {
      return refusal(404, "unknown-link");
    }
    const state = this.burnt ? "burnt" : this.frozen ? "frozen" : this.used ? "used-up" : "open";
    const right = body.proof !== undefined && equal(await sha256(decode(body.proof)), this.#made.proofHash);
    if (state === "open" && body.proof !== undefined && !right) {
      return { ok: false, failure: { why: "refused", problem: { status: 403, name: "wrong-token", detail: "", tries_left: 9 } } };
    }
    const value = answer(state, right);
    if (this.lost !== null) {
      return { ok: false, failure: this.lost };
    }
    return typeof value === "object" && value !== null && "ok" in value ? value : { ok: true, value: value as T };
  }

  calls(): LinkCalls {
    return {
      knock: (body) => this.#call("knock", body, (state) => ({ state, with_token: true, starts_at: SNAPSHOT.starts_ms })),
      check: (body) => this.#call("check", body, () => ({
        sharer: SNAPSHOT.sharer, sharer_email: "ada@example.com", shared_at: START, expires_at: EXPIRES,
        views_left: 1, openings: [], failed_tokens: 0,
      })),
      watch: (body) => this.#call("watch", body, (state) => ({ state, views_left: 0, expires_at: EXPIRES })),
      reveal: (body: Reveal) => this.#call("reveal", body, (state, right) => {
        this.onReveal();
        if (state !== "open" && (this.frozen || !(right && body.attempt === this.attempt))) {
          return refusal(410, state);
        }
        [this.used, this.attempt] = [true, body.attempt];
        const snapshot = encode(this.swapped ? this.#snapshot.map((byte) => byte ^ 1) : this.#snapshot);
        const wrap = encode(this.#made.wrap);
        return { share: idText(SHARE), snapshot, wrap, views_left: 0, expires_at: EXPIRES, retry_until: START + 10 * MINUTE };
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
    get length() { return held.size; },
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
async function scene() {
  const sealed = await sealShare(SHARE, { ...SNAPSHOT, views: 1 }, [{ link: LINK, withToken: true }]);
  const made = sealed.links[0];
  assert.ok(made?.token);
  const { secret, token: bytes } = made;
  const daemon = new Daemon(made, sealed.snapshot);
  const storage = memory();
  const went: string[] = [];
  return {
    daemon, storage, went, made,
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

type Scene = Awaited<ReturnType<typeof scene>>;

/** A tab that has come as far as the offer. */
async function offering(from: Scene) {
  const { runner, ...rest } = from.tab();
  runner.start(from.keys());
  await rest.rests("token");
  runner.tell({ name: "token-given", text: from.token });
  await rest.rests("offer");
  return { runner, ...rest };
}

test("link and token lead to what was shared, and no key is ever part of what is drawn", async () => {
  const it = await scene();
  const { runner, rests, drawn } = await offering(it);
  runner.tell({ name: "view" });
  const { screen } = await rests("shown");
  assert.ok(screen.name === "shown");
  assert.deepEqual(screen.contents, SNAPSHOT.contents);
  assert.deepEqual(screen.differences, []);
  const seen = JSON.stringify(drawn);
  const bodies = it.daemon.sent.flatMap(({ body }) => Object.values(body) as string[]);
  assert.ok(bodies.length >= 6);
  for (const secret of [...bodies, it.token, it.token.replaceAll("-", ""), encode(it.made.secret), it.link.split("#")[1]]) {
    assert.ok(secret && !seen.includes(secret));
  }
  assert.deepEqual(it.daemon.verbs(), ["knock", "check", "reveal"]);
});

test("the attempt is kept before it is sent", async () => {
  const it = await scene();
  const { runner, rests } = await offering(it);
  let kept = 0;
  it.daemon.onReveal = () => (kept = it.storage.length);
  runner.tell({ name: "view" });
  await rests("shown");
  assert.equal(kept, 1);
});

test("where no attempt can be kept nothing is sent", async () => {
  const it = await scene();
  const { runner, rests } = await offering(it);
  it.storage.full = true;
  runner.tell({ name: "view" });
  assert.deepEqual((await rests("dead")).screen, { name: "dead", end: { why: "no-storage" } });
  assert.deepEqual(it.daemon.verbs(), ["knock", "check"]);
  assert.equal(it.daemon.used, false);
});

test("an answer lost on the way is had again, here and in another tab, and one view is spent", async () => {
  const it = await scene();
  const { runner, rests } = await offering(it);
  it.daemon.lost = { why: "daemon-away" };
  runner.tell({ name: "view" });
  const { screen, trouble } = await rests("offer");
  assert.deepEqual([screen.name === "offer" && screen.again, trouble], [true, { why: "daemon-away" }]);
  assert.equal(it.daemon.used, true);
  it.daemon.lost = null;
  runner.tell({ name: "try-again" });
  await rests("shown");

  const other = it.tab();
  other.runner.start(it.keys());
  const asked = await other.rests("token");
  assert.equal(asked.screen.name === "token" && asked.screen.again, true);
  other.runner.tell({ name: "token-given", text: "0000-0000-0000-0000" });
  const { screen: mistyped } = await other.rests("token");
  assert.deepEqual(mistyped.name === "token" && mistyped.refused, { why: "no-match" });
  other.runner.tell({ name: "token-given", text: it.token });
  const { screen: shown } = await other.rests("shown");
  assert.ok(shown.name === "shown" && shown.contents.name === "Wiki");
  assert.equal(new Set(it.daemon.sent.filter(({ verb }) => verb === "reveal").map(({ body }) => (body as Reveal).attempt)).size, 1);
});

test("a knock without an answer, on a machine whose clock is wrong, costs nothing that is kept", async () => {
  const it = await scene();
  it.storage.setItem("postern/attempt/of-another-time", "{}");
  it.daemon.lost = { why: "no-network" };
  const { runner, rests } = it.tab();
  runner.start(it.keys());
  await rests("dead");
  assert.equal(it.storage.length, 1);
  it.daemon.lost = null;
  runner.tell({ name: "online" });
  await rests("token");
  assert.equal(it.storage.length, 0);
});

test("an attempt that was refused at its first try is not kept", async () => {
  const it = await scene();
  const { runner, rests } = await offering(it);
  it.daemon.frozen = true;
  runner.tell({ name: "view" });
  assert.deepEqual((await rests("dead")).screen, { name: "dead", end: { why: "frozen" } });
  assert.equal(it.storage.length, 0);
});

test("an attempt that may have been granted is kept when it is refused later", async () => {
  const it = await scene();
  const { runner, rests } = await offering(it);
  it.daemon.lost = { why: "daemon-away" };
  runner.tell({ name: "view" });
  await rests("offer");
  [it.daemon.lost, it.daemon.frozen] = [null, true];
  runner.tell({ name: "try-again" });
  await rests("dead");
  assert.equal(it.storage.length, 1);
});

test("a swapped snapshot is not shown", async () => {
  const it = await scene();
  const { runner, rests, drawn } = await offering(it);
  it.daemon.swapped = true;
  runner.tell({ name: "view" });
  assert.deepEqual((await rests("dead")).screen, { name: "dead", end: { why: "not-opened" } });
  assert.ok(!JSON.stringify(drawn).includes("swordfish"));
});

test("who destroys the link leaves nothing behind in the browser", async () => {
  const it = await scene();
  const { runner, rests } = await offering(it);
  runner.tell({ name: "view" });
  await rests("shown");
  assert.equal(it.storage.length, 1);
  runner.tell({ name: "ask", question: "destroy" });
  runner.tell({ name: "confirm" });
  await rests("destroyed");
  assert.deepEqual([it.storage.length, it.daemon.burnt], [0, true]);
});

test("a page that fell over while drawing still forgets its keys", async () => {
  const it = await scene();
  const keys = it.keys();
  let forgotten = 0;
  const { runner, rests, breakViews } = it.tab();
  runner.start({ ...keys, forget: () => ((forgotten += 1), keys.forget()) });
  await rests("token");
  const before = forgotten;
  breakViews();
  assert.throws(() => runner.tell({ name: "left" }));
  assert.equal(forgotten, before + 1);
});

test("forgotten keys prove and open nothing", async () => {
  const it = await scene();
  const keys = it.keys();
  await assert.rejects(keys.proof());
  keys.take(it.token);
  assert.equal(decode(await keys.proof(), 32).length, 32);
  keys.forget();
  await assert.rejects(keys.proof());
  assert.throws(() => keys.take("nonsense"));
  await assert.rejects(keys.proof());
});

test("a pasted link is opened here without coming into the address, one for elsewhere is opened there", async () => {
  const it = await scene();
  const page = it.tab();
  page.runner.start({ why: "no-fragment" });
  page.runner.tell({ name: "link-pasted", text: "nonsense" });
  await new Promise((done) => setImmediate(done));
  assert.deepEqual((await page.rests("dead")).screen, { name: "dead", end: { why: "damaged-link", pasted: true } });
  const elsewhere = it.link.replace(HERE, "https://other.example");
  page.runner.tell({ name: "link-pasted", text: ` ${elsewhere}\n` });
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(it.went, [elsewhere]);
  page.runner.tell({ name: "link-pasted", text: it.link });
  await page.rests("token");
  assert.deepEqual(it.went, [elsewhere]);
  assert.deepEqual(it.daemon.verbs(), ["knock"]);
});
