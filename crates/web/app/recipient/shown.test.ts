// What was shared while it is shown: hidden, copied, compared, forgotten, destroyed, reported.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Contents } from "../seal/item/contents.ts";
import { differences } from "./differences.ts";
import { fieldsOf } from "./fields.ts";
import { CHECKED, EXPIRES, MINUTE, offered, PENDING, REVEALED, shown, SNAPSHOT, START, Story } from "./story.ts";

test("all values are hidden at first, and each is made legible by itself or with all others", () => {
  const story = shown();
  const legible = () => [...story.on("shown").legible];
  assert.deepEqual(legible(), []);
  story.tell({ name: "field-toggled", field: "password" });
  assert.deepEqual(legible(), ["password"]);
  assert.deepEqual((story.does("all-toggled"), legible()), ["username", "password"]);
  assert.deepEqual((story.does("all-toggled"), legible()), []);
  story.tell({ name: "field-toggled", field: "username" }).tell({ name: "field-toggled", field: "username" });
  assert.deepEqual(legible(), []);
});

test("everything that was filled in is a value to show, whatever kind it is, but for the item's name", () => {
  const empty = { name: "n", url: "", username: "", password: "", mfa_key: "", notes: "" };
  assert.deepEqual(fieldsOf({ kind: "account", ...empty }), []);
  const kinds: Contents[] = [
    { kind: "account", name: "n", url: "u", username: "u", password: "p", mfa_key: "m", notes: "n" },
    { kind: "note", name: "n", body: "b" },
    { kind: "api_secret", name: "n", application_url: "u", key: "k", secret: "s", notes: "n" },
  ];
  for (const contents of kinds) {
    const due = Object.keys(contents).filter((member) => member !== "kind" && member !== "name");
    assert.deepEqual([...fieldsOf(contents)].sort(), due.sort());
  }
});

test("a value is copied by its name, and what became of the copy is told of the latest one only", () => {
  const story = shown().tell({ name: "copy", field: "password" });
  assert.deepEqual(story.effects(), [{ name: "copy", field: "password", text: "swordfish" }]);
  assert.deepEqual(story.tell({ name: "copy", field: "kind" }).tell({ name: "copy", field: "notes" }).effects(), []);
  const first = { field: "password", how: "copied", clearsAt: START + MINUTE } as const;
  const second = { field: "username", how: "copied", clearsAt: START + MINUTE + 1 } as const;
  story.tell({ name: "copied", copied: first }).tell({ name: "copied", copied: second });
  story.tell({ name: "copied", copied: { ...first, how: "cleared" } });
  assert.deepEqual(story.on("shown").copied, second);
  story.tell({ name: "copied", copied: { ...second, how: "kept" } });
  assert.equal(story.on("shown").copied?.how, "kept");
  assert.equal(story.tell({ name: "copied", copied: null }).on("shown").copied, null);
});

test("after five minutes the page has forgotten what it showed", () => {
  const story = shown();
  story
    .wait(5 * MINUTE - 1)
    .tell({ name: "tick" })
    .on("shown");
  story.watched("open").effects();
  story.wait(1).tell({ name: "tick" });
  assert.deepEqual(story.on("forgotten"), {
    name: "forgotten",
    viewsLeft: 1,
    expiresAt: EXPIRES,
    retryUntil: REVEALED.retry_until,
  });
  assert.deepEqual(story.wanted(), ["forget-keys"]);
  assert.ok(!JSON.stringify(story.page).includes("swordfish"));
});

test("who prolongs has five minutes from then", () => {
  const story = shown()
    .wait(4 * MINUTE)
    .does("prolong");
  assert.equal(story.on("shown").forgetsAt, START + 9 * MINUTE);
  story
    .wait(4 * MINUTE)
    .tell({ name: "tick" })
    .on("shown");
  story.wait(MINUTE).tell({ name: "tick" }).on("forgotten");
});

test("a laptop that slept forgets as soon as it wakes, before anything else", () => {
  const woken = shown()
    .wait(8 * 3_600_000)
    .tell({ name: "seen", visible: true });
  woken.on("forgotten");
  assert.deepEqual(woken.wanted(), ["forget-keys"]);
  const hidden = shown()
    .tell({ name: "seen", visible: false })
    .wait(5 * MINUTE)
    .tell({ name: "tick" });
  hidden.on("forgotten");
});

test("a link that was ended while it was shown is not said to be there for coming back", () => {
  for (const state of ["revoked", "burnt", "frozen"] as const) {
    const story = shown();
    assert.ok(story.watched(state, 0).on("shown").retryUntil <= START);
    assert.deepEqual(story.does("forget").on("dead").end, { why: state });
    assert.equal(story.wanted()[0], "forget-keys");
    assert.ok(!JSON.stringify(story.page).includes("swordfish"));
  }
  for (const state of ["used-up", "expired", "locked"] as const) {
    const story = shown().watched(state, 0);
    assert.equal(story.on("shown").retryUntil, REVEALED.retry_until);
    story.does("forget").on("forgotten");
  }
});

test("a question on the screen keeps nobody from forgetting", () => {
  const story = shown()
    .tell({ name: "ask", question: "destroy" })
    .wait(5 * MINUTE)
    .tell({ name: "tick" });
  story.on("forgotten");
  assert.equal(story.page.question, null);
});

test("a page that is left forgets at once, and one that comes back begins anew", () => {
  const story = shown().tell({ name: "left" });
  story.on("forgotten");
  assert.deepEqual(story.wanted(), ["forget-keys"]);
  assert.deepEqual(story.tell({ name: "returned" }).wanted(), ["forget-keys", "knock"]);
  const busy = offered().does("view");
  const { turn } = busy.page;
  busy.tell({ name: "left" });
  busy.tell({ name: "opened", turn, revealed: REVEALED, snapshot: SNAPSHOT }).on("offer");
  assert.deepEqual(busy.wanted(), ["reveal", "forget-keys"]);
  busy.tell({ name: "returned" }).on("knocking");
});

test("nobody has to wait for an answer to have it forgotten", () => {
  const story = shown().tell({ name: "ask", question: "destroy" }).does("confirm", "forget");
  story.on("forgotten");
  assert.equal(story.page.busy, false);
  assert.deepEqual(story.wanted(), ["burn", "forget-keys"]);
});

test("what comes after it was forgotten stays forgotten", () => {
  const story = shown().tell({ name: "ask", question: "destroy" }).does("confirm");
  const { turn } = story.page;
  story
    .wait(5 * MINUTE)
    .tell({ name: "tick" })
    .on("forgotten");
  story.tell({ name: "failed", turn, what: "burn", failure: { why: "daemon-away" }, pending: PENDING });
  assert.equal(story.page.trouble, null);
});

test("who wants to view again after it was forgotten is asked for the token again, and it costs no view", () => {
  const story = shown().does("forget");
  story.on("forgotten");
  assert.deepEqual(story.wanted(), ["forget-keys"]);
  assert.deepEqual(story.does("view").wanted(), ["forget-keys", "knock"]);
  assert.equal(story.knocked("used-up", { pending: PENDING }).on("token").again, true);
});

test("destroying and reporting are asked once more, and end everything", () => {
  for (const [question, what, news, end] of [
    ["destroy", "burn", "burnt", "destroyed"],
    ["report", "report", "reported", "reported"],
  ] as const) {
    for (const story of [shown(), offered()]) {
      story.does("confirm").tell({ name: "ask", question });
      assert.deepEqual(story.wanted(), []);
      assert.equal(story.page.question, question);
      story.does("never-mind");
      assert.equal(story.page.question, null);
      assert.deepEqual(story.tell({ name: "ask", question }).does("confirm").wanted(), [what]);
      story.tell({ name: news, turn: story.page.turn }).on(end);
      assert.deepEqual(story.wanted(), ["forget-keys", "drop-attempt"]);
      assert.ok(!JSON.stringify(story.page).includes("swordfish"));
      assert.deepEqual(story.tell({ name: "returned" }).tell({ name: "tick" }).wanted(), []);
    }
  }
});

test("what was destroyed already is destroyed, and what was revoked is no longer shown", () => {
  const burn = () => shown().tell({ name: "ask", question: "destroy" }).does("confirm");
  burn().refused("burn", "burnt").on("destroyed");
  assert.deepEqual(burn().refused("burn", "revoked").on("dead").end, { why: "revoked" });
});

test("a destruction without an answer leaves what is shown, and is sent again", () => {
  const story = shown()
    .tell({ name: "ask", question: "destroy" })
    .does("confirm")
    .failed("burn", { why: "daemon-away" });
  story.on("shown");
  story.wanted();
  assert.deepEqual(story.does("try-again").wanted(), ["burn"]);
});

test("what was asked once more stays asked until there is an answer, and can be confirmed again where none came", () => {
  const story = shown().tell({ name: "ask", question: "destroy" }).does("confirm");
  assert.equal(story.page.question, "destroy");
  story.failed("burn", { why: "too-many-requests", retrySeconds: 7 });
  assert.equal(story.page.question, "destroy");
  story.wanted();
  assert.deepEqual(story.does("confirm").wanted(), []);
  assert.deepEqual(story.wait(7000).does("confirm").wanted(), ["burn"]);
  story.tell({ name: "burnt", turn: story.page.turn }).on("destroyed");
  assert.equal(story.page.question, null);
});

test("at an ended link somebody can say that it wasn't them, with the token", () => {
  for (const state of ["used-up", "expired", "burnt"] as const) {
    const story = new Story().started().knocked(state).tell({ name: "ask", question: "report" });
    assert.equal(story.page.question, "report");
    story.does("confirm");
    assert.deepEqual(story.on("token"), { name: "token", purpose: "report", again: false, refused: null });
    story.wanted();
    assert.deepEqual(story.token().wanted(), ["take-token", "report"]);
    story.refused("report", "wrong-token", { tries_left: 8 });
    assert.deepEqual(story.on("token"), {
      name: "token",
      purpose: "report",
      again: false,
      refused: { why: "wrong", triesLeft: 8 },
    });
    story.token().tell({ name: "reported", turn: story.page.turn }).on("reported");
  }
  const frozen = new Story().started().knocked("frozen").tell({ name: "ask", question: "report" });
  assert.equal(frozen.page.question, null);
});

test("a link without a token is reported without one, and who thinks better of it goes back", () => {
  const story = new Story()
    .started()
    .knocked("used-up", { withToken: false })
    .tell({ name: "ask", question: "report" });
  story.wanted();
  assert.deepEqual(story.does("confirm").wanted(), ["take-token", "report"]);
  const back = new Story().started().knocked("used-up").tell({ name: "ask", question: "report" }).does("confirm");
  back.wanted();
  assert.deepEqual(back.does("never-mind").wanted(), ["forget-keys", "knock"]);
});

test("a difference between the daemon's word and the sharer's is told", () => {
  const words = {
    checked: CHECKED,
    again: false,
    startsAt: SNAPSHOT.starts_ms,
    revealed: REVEALED,
    snapshot: SNAPSHOT,
  };
  assert.deepEqual(differences(words), []);
  assert.deepEqual(differences({ ...words, checked: { ...CHECKED, sharer: "Eve" } }), ["sharer"]);
  assert.deepEqual(differences({ ...words, startsAt: 1 }), ["start"]);
  assert.deepEqual(differences({ ...words, checked: { ...CHECKED, expires_at: 1 } }), ["expiry"]);
  assert.deepEqual(differences({ ...words, revealed: { ...REVEALED, expires_at: 1 } }), ["expiry"]);
  assert.deepEqual(differences({ ...words, snapshot: { ...SNAPSHOT, views: null } }), ["views"]);
  const later = { ...CHECKED, views_left: 1, openings: [{ at: START, address: "10.20.0.5" }] };
  assert.deepEqual(differences({ ...words, checked: later }), []);
  assert.deepEqual(differences({ ...words, again: true, checked: { ...CHECKED, views_left: 1 } }), []);
  assert.deepEqual(differences({ ...words, checked: null, again: true }), []);
});

test("the page that shows it lists the differences", () => {
  assert.deepEqual(offered({ sharer: "Eve" }).does("view").opened().on("shown").differences, ["sharer"]);
});
