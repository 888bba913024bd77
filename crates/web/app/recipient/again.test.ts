// Nothing is lost: an opening whose answer was lost, whose page is gone, or which another tab has begun.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, MINUTE, offered, PENDING, shown, START, Story } from "./story.ts";

/** Where the daemon still answers an earlier attempt. */
const TAKEN_UP = ["used-up", "expired", "locked"] as const;

test("an ended link is opened again by who was about to, and typing the token is the click", () => {
  for (const state of TAKEN_UP) {
    const story = new Story().started().knocked(state, { pending: PENDING });
    assert.deepEqual(story.on("token"), { name: "token", purpose: "view", again: true, refused: null });
    story.wanted();
    assert.deepEqual(story.token().wanted(), ["take-token", "reveal"]);
    story.opened({ views_left: 0 }).on("shown");
  }
});

test("an ended link without a token waits for one click", () => {
  const story = new Story().started().knocked("used-up", { pending: PENDING, withToken: false });
  assert.deepEqual(story.on("offer"), { name: "offer", checked: null, again: true });
  assert.deepEqual(story.wanted(), ["forget-keys", "knock", "take-token"]);
  assert.deepEqual(story.does("view").wanted(), ["reveal"]);
});

test("revoked, burnt and frozen links are opened again by nobody", () => {
  for (const state of ["revoked", "burnt", "frozen", "waiting"] as const) {
    new Story().started().knocked(state, { pending: PENDING }).on("dead");
  }
});

test("a mistyped token at an ended link costs neither a try nor what is kept", () => {
  const story = new Story().started().knocked("used-up", { pending: PENDING }).token();
  story.wanted();
  story.refused("reveal", "used-up", {}, PENDING);
  assert.deepEqual(story.on("token"), { name: "token", purpose: "view", again: true, refused: { why: "no-match" } });
  assert.deepEqual(story.wanted(), ["forget-keys"]);
});

test("where the token was right, a link that is used up keeps no attempt", () => {
  const story = offered({}, PENDING).does("view").refused("reveal", "used-up", {}, PENDING);
  assert.deepEqual(story.on("dead").end, { why: "used-up" });
  assert.deepEqual(story.wanted(), ["reveal", "forget-keys", "drop-attempt"]);
});

test("an open link with an opening begun is checked, and offers to go on with it", () => {
  const story = asked({ pending: PENDING });
  assert.equal(story.on("token").again, true);
  assert.deepEqual(story.token().wanted(), ["take-token", "check"]);
  assert.equal(story.checked().on("offer").again, true);
});

test("a lost answer keeps the offer, and the same is asked for again", () => {
  const story = offered().does("view").failed("reveal", { why: "daemon-away" }, PENDING);
  assert.equal(story.on("offer").again, true);
  assert.deepEqual(story.page.trouble, { why: "daemon-away" });
  story.wanted();
  assert.deepEqual(story.does("try-again").wanted(), ["reveal"]);
  story.failed("reveal", { why: "daemon-unwell" }, PENDING);
  story.wanted();
  assert.deepEqual(story.does("view").wanted(), ["reveal"]);
  story.opened({ views_left: 0 }).on("shown");
});

test("the last view, spent by an answer that was lost, is no dead end to who waits for it", () => {
  const story = offered().does("view").failed("reveal", { why: "daemon-away" }, PENDING);
  story.watched("used-up", 0, PENDING);
  assert.equal(story.on("offer").again, true);
  assert.equal(story.on("offer").checked?.views_left, 0);
});

test("what another tab has opened can be opened here too", () => {
  assert.equal(offered().watched("used-up", 0, PENDING).on("offer").again, true);
  assert.equal(asked().watched("used-up", 0, PENDING).on("token").again, true);
  const check = asked().token().refused("check", "used-up", {}, PENDING);
  assert.deepEqual(check.on("offer"), { name: "offer", checked: null, again: true });
  offered().watched("used-up", 0, null).on("dead");
});

test("after ten minutes nothing is taken up any more", () => {
  const ended = new Story().started().knocked("used-up", { pending: PENDING });
  ended.wanted();
  ended.wait(10 * MINUTE).tell({ name: "tick" });
  assert.deepEqual(ended.on("dead").end, { why: "used-up" });
  assert.deepEqual(ended.wanted(), ["forget-keys", "drop-attempt"]);
  const open = offered({}, PENDING)
    .wait(10 * MINUTE)
    .tell({ name: "tick" });
  assert.equal(open.on("offer").again, false);
  assert.deepEqual(open.wanted(), ["drop-attempt"]);
});

test("what may still be free is not promised to be", () => {
  const story = offered({}, { freeUntil: START + MINUTE, keptUntil: START + 10 * MINUTE }).wait(MINUTE);
  story.tell({ name: "seen", visible: false }).tell({ name: "tick" });
  assert.equal(story.on("offer").again, false);
  assert.deepEqual(story.wanted(), []);
});

test("the attempt goes when its time is over, while what it opened is shown", () => {
  const story = shown({ views_left: 0 })
    .wait(4 * MINUTE)
    .does("prolong")
    .wait(4 * MINUTE)
    .does("prolong")
    .wait(2 * MINUTE);
  story.tell({ name: "tick" }).on("shown");
  assert.deepEqual(story.wanted(), ["drop-attempt"]);
});
