// The way through the recipient's page: knock, token, offer, view, and each end of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, CHECKED, offered, shown, START, Story } from "./story.ts";

const ENDS = ["used-up", "expired", "revoked", "frozen", "locked", "burnt"] as const;

test("a page that opens knocks, and nothing else", () => {
  const story = new Story().started();
  assert.deepEqual(story.wanted(), ["forget-keys", "knock"]);
  assert.equal(story.page.busy, true);
  story.on("knocking");
});

test("a page that can't begin says why and sends nothing", () => {
  for (const why of ["browser-too-old", "no-storage", "no-fragment", "damaged-link"] as const) {
    const story = new Story().tell({ name: "started", end: { why } });
    assert.deepEqual(story.on("dead").end, { why });
    story.does("try-again").tell({ name: "tick" });
    assert.deepEqual(story.wanted(), ["forget-keys"]);
  }
});

test("an open link asks for its token", () => {
  const story = new Story().started().knocked();
  assert.deepEqual(story.on("token"), { name: "token", purpose: "view", again: false, refused: null });
  assert.equal(story.page.busy, false);
});

test("a link without a token goes straight to the offer, and not to what is behind it", () => {
  const story = new Story().started().knocked("open", { withToken: false });
  assert.deepEqual(story.wanted(), ["forget-keys", "knock", "take-token", "check"]);
  story.checked();
  assert.deepEqual(story.on("offer"), { name: "offer", checked: CHECKED, again: false });
  assert.deepEqual(story.wanted(), []);
});

test("each state in which a link can't be opened has its own end", () => {
  for (const state of ENDS) {
    assert.deepEqual(new Story().started().knocked(state).on("dead").end, { why: state });
    assert.deepEqual(asked().token().refused("check", state).on("dead").end, { why: state });
    assert.deepEqual(offered().does("view").refused("reveal", state).on("dead").end, { why: state });
  }
  const startsAt = START + 5000;
  assert.deepEqual(new Story().started().knocked("waiting", { startsAt }).on("dead").end, { why: "not-yet", startsAt });
});

test("what has ended for good keeps no attempt, and no end keeps keys", () => {
  for (const state of ENDS) {
    const story = new Story().started();
    story.wanted();
    const gone = state === "revoked" || state === "burnt" ? ["forget-keys", "drop-attempt"] : ["forget-keys"];
    assert.deepEqual(story.knocked(state).wanted(), gone, state);
  }
});

test("who is outside the networks reads which one to join", () => {
  const hint = "Join the office's network.";
  for (const name of ["outside-networks", "outside-share-networks"] as const) {
    assert.deepEqual(new Story().started().refused("knock", name, { hint }).on("dead").end, { why: name, hint });
  }
  assert.deepEqual(new Story().started().refused("knock", "unknown-link").on("dead").end, { why: "unknown-link" });
});

test("whose device shows no certificate that counts is told so, and nothing is taken for a wrong link", () => {
  for (const name of ["certificate-required", "certificate-not-valid", "certificate-behind-proxy"]) {
    assert.deepEqual(new Story().started().refused("knock", name).on("dead").end, { why: "no-certificate" }, name);
  }
});

test("a malformed token is never sent", () => {
  for (const text of ["", "7F3K", "7F3K-9QXM-02TV-HC5U", "https://vault.example/s/1"]) {
    const story = asked().token(text);
    assert.deepEqual(story.on("token").refused, { why: "malformed" });
    assert.deepEqual(story.wanted(), []);
  }
});

test("a wrong token tells how many tries are left, and the last one locks", () => {
  const story = asked().token().refused("check", "wrong-token", { tries_left: 3 });
  assert.deepEqual(story.on("token").refused, { why: "wrong", triesLeft: 3 });
  assert.deepEqual(story.wanted(), ["take-token", "check", "forget-keys"]);
  story.token();
  assert.equal(story.on("token").refused, null);
  assert.deepEqual(story.refused("check", "wrong-token", { tries_left: 0 }).on("dead").end, { why: "locked" });
});

test("a second click sends nothing while the first is under way", () => {
  assert.deepEqual(asked().token().token().wanted(), ["take-token", "check"]);
  assert.deepEqual(offered().does("view", "view").wanted(), ["reveal"]);
  for (const question of ["destroy", "report"] as const) {
    const story = shown().tell({ name: "ask", question }).does("confirm", "confirm");
    assert.equal(story.page.question, question);
    story.does("never-mind").tell({ name: "ask", question }).does("confirm");
    assert.equal(story.page.question, null);
    assert.equal(story.wanted().length, 1);
  }
});

test("an answer to an earlier request changes nothing", () => {
  const story = offered().does("view");
  const late = story.page.turn - 1;
  const before = story.page;
  story.tell({
    name: "knocked",
    turn: late,
    knocked: { state: "revoked", with_token: true, starts_at: 0 },
    pending: null,
  });
  story.tell({ name: "failed", turn: late, what: "check", failure: { why: "daemon-away" }, pending: null });
  assert.equal(story.page, before);
});

test("what was swapped on the way is not shown, and what was kept for it stays", () => {
  const story = offered().does("view").failed("reveal", { why: "not-opened" });
  assert.deepEqual(story.on("dead").end, { why: "not-opened" });
  assert.deepEqual(story.wanted(), ["reveal", "forget-keys"]);
});

test("where no attempt can be kept the page says so", () => {
  assert.deepEqual(offered().does("view").failed("reveal", { why: "no-storage" }).on("dead").end, {
    why: "no-storage",
  });
});

test("a pasted link begins anew, and what is none is said to be none", () => {
  const story = new Story().tell({ name: "started", end: { why: "no-fragment" } });
  story.tell({ name: "link-pasted", text: "nonsense" });
  assert.deepEqual(story.wanted(), ["forget-keys", "take-link"]);
  story.tell({ name: "link-taken", end: "damaged-link" });
  assert.deepEqual(story.on("dead").end, { why: "damaged-link", pasted: true });
  story.tell({ name: "link-taken", end: null });
  story.on("knocking");
  assert.deepEqual(story.wanted(), ["forget-keys", "forget-keys", "knock"]);
  assert.deepEqual(asked().tell({ name: "link-pasted", text: "x" }).wanted(), []);
});

test("without an answer the page stays, says why, and sends the same again", () => {
  const check = asked().token().failed("check", { why: "daemon-away" });
  assert.deepEqual(check.page.trouble, { why: "daemon-away" });
  check.on("token");
  assert.deepEqual(check.does("try-again").wanted(), ["take-token", "check", "check"]);
  assert.equal(check.page.trouble, null);

  const knock = new Story().started().failed("knock", { why: "daemon-unwell" });
  assert.deepEqual(knock.on("dead").end, { why: "daemon-unwell" });
  knock.wanted();
  assert.deepEqual(knock.does("try-again").wanted(), ["forget-keys", "knock"]);
});

test("who asks too often is told when to come back, and isn't let try before", () => {
  const story = new Story().started().failed("knock", { why: "too-many-requests", retrySeconds: 7 });
  assert.deepEqual(story.on("dead").end, { why: "too-many-requests", retryAt: START + 7000 });
  story.wanted();
  assert.deepEqual(story.wait(6999).does("try-again").wanted(), []);
  assert.deepEqual(story.wait(1).does("try-again").wanted(), ["forget-keys", "knock"]);
  const check = asked().token().failed("check", { why: "too-many-requests", retrySeconds: 7 });
  check.wanted();
  assert.deepEqual(check.does("try-again").token().wanted(), []);
  assert.deepEqual(check.wait(7000).does("try-again").wanted(), ["check"]);
  const reveal = offered().does("view").failed("reveal", { why: "too-many-requests", retrySeconds: 7 });
  assert.deepEqual(reveal.does("view").wanted(), ["reveal"]);
  assert.deepEqual(reveal.wait(7000).does("view").wanted(), ["reveal"]);
});

test("when the network is back the page goes on by itself, but spends nothing by itself", () => {
  const knock = new Story().started().failed("knock", { why: "no-network" });
  knock.wanted();
  assert.deepEqual(knock.tell({ name: "online" }).wanted(), ["forget-keys", "knock"]);
  const check = asked().token().failed("check", { why: "no-network" });
  check.wanted();
  assert.deepEqual(check.tell({ name: "online" }).wanted(), ["check"]);
  const reveal = offered().does("view").failed("reveal", { why: "no-network" });
  reveal.wanted();
  assert.deepEqual(reveal.tell({ name: "online" }).wanted(), []);
  const away = new Story().started().failed("knock", { why: "daemon-away" });
  away.wanted();
  assert.deepEqual(away.tell({ name: "online" }).wanted(), []);
});
