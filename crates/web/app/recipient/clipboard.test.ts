// Copies: they work, or it is said that they didn't, and the clipboard is emptied where the browser allows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CLEAR_MS, type Desk, keepClipboard } from "./clipboard.ts";
import type { Copied } from "./state.ts";

/** A desk without a browser: its clipboard, its timer, its focus. */
function desk() {
  const it = {
    text: "before",
    now: 1000,
    focused: true,
    allowed: true,
    timers: [] as (() => void)[],
    focus: [] as (() => void)[],
  };
  const desk: Desk = {
    now: () => it.now,
    write: async (text) => {
      if (!it.allowed) {
        throw new Error("not allowed");
      }
      it.text = text;
    },
    later: (ms, then) => {
      assert.equal(ms, CLEAR_MS);
      it.timers.push(then);
    },
    hasFocus: () => it.focused,
    onFocus: (then) => it.focus.push(then),
  };
  const told: (Copied | null)[] = [];
  const clipboard = keepClipboard(desk, (copied) => told.push(copied));
  const settle = () => new Promise((done) => setImmediate(done));
  const run = async (waiting: (() => void)[]) => {
    waiting.splice(0).forEach((then) => then());
    await settle();
  };
  return { it, told, clipboard, run, hows: () => told.map((copied) => copied?.how ?? null) };
}

test("what was copied is gone from the clipboard a minute later", async () => {
  const { it, told, clipboard, run } = desk();
  await clipboard.copy("password", "swordfish");
  assert.equal(it.text, "swordfish");
  await run(it.timers);
  assert.equal(it.text, "");
  const clearsAt = 1000 + CLEAR_MS;
  assert.deepEqual(told, [
    { field: "password", how: "copied", clearsAt },
    { field: "password", how: "cleared", clearsAt },
  ]);
});

test("a browser that lets nobody copy is said to", async () => {
  const { it, clipboard, hows, run } = desk();
  it.allowed = false;
  await clipboard.copy("password", "swordfish");
  await run(it.timers);
  assert.deepEqual(hows(), ["failed"]);
});

test("a browser that lets no page empty the clipboard is said to", async () => {
  const { it, clipboard, hows, run } = desk();
  await clipboard.copy("password", "swordfish");
  it.allowed = false;
  await run(it.timers);
  assert.deepEqual(hows(), ["copied", "kept"]);
});

test("a page in the background empties the clipboard when it comes to the front", async () => {
  const { it, clipboard, hows, run } = desk();
  await clipboard.copy("password", "swordfish");
  it.focused = false;
  await run(it.timers);
  assert.deepEqual([it.text, hows()], ["swordfish", ["copied"]]);
  it.focused = true;
  await run(it.focus);
  assert.deepEqual([it.text, hows()], ["", ["copied", "cleared"]]);
});

test("of two copies the first one's minute empties nothing", async () => {
  const { it, clipboard, hows, run } = desk();
  await clipboard.copy("username", "ada");
  const first = it.timers.splice(0);
  await clipboard.copy("password", "swordfish");
  await run(first);
  assert.equal(it.text, "swordfish");
  await run(it.timers);
  assert.deepEqual([it.text, hows()], ["", ["copied", "copied", "cleared"]]);
});

test("what somebody copied by hand since stays", async () => {
  const { it, clipboard, hows, run } = desk();
  await clipboard.copy("password", "swordfish");
  it.text = "by hand";
  clipboard.otherCopied();
  await run(it.timers);
  assert.deepEqual([it.text, hows()], ["by hand", ["copied", null]]);
});
