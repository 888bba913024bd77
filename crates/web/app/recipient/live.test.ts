// The page while nobody touches it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { WATCH_MS } from "./page.ts";
import { asked, MINUTE, offered, shown, START, Story } from "./story.ts";

const tick = { name: "tick" } as const;

test("an open page asks how its link stands every twenty seconds, and never twice at once", () => {
  for (const [story, by] of [
    [asked(), "knock"],
    [offered(), "watch"],
    [shown(), "watch"],
  ] as const) {
    assert.deepEqual(
      story
        .wait(WATCH_MS - 1)
        .tell(tick)
        .effects(),
      [],
    );
    assert.deepEqual(story.wait(1).tell(tick).effects(), [{ name: "watch", by, turn: story.page.turn }]);
    assert.deepEqual(story.wait(WATCH_MS).tell(tick).effects(), []);
    story.watched("open");
    assert.deepEqual(story.tell(tick).wanted(), ["watch"]);
  }
});

test("a hidden page asks nothing, and asks at once when it is seen again", () => {
  const story = offered().tell({ name: "seen", visible: false });
  assert.deepEqual(story.wait(MINUTE).tell(tick).wanted(), []);
  const soon = offered().tell({ name: "seen", visible: false }).wait(1000);
  assert.deepEqual(soon.tell({ name: "seen", visible: true }).wanted(), ["watch"]);
  assert.deepEqual(story.tell({ name: "seen", visible: true }).wanted(), ["watch"]);
});

test("a link that can't be opened any more is left alone", () => {
  for (const story of [
    shown({ views_left: 0 }),
    shown().watched("revoked", 0),
    new Story().started().knocked("frozen"),
  ]) {
    story.wanted();
    assert.deepEqual(story.wait(WATCH_MS).tell(tick).tell({ name: "seen", visible: true }).wanted(), []);
  }
});

test("nothing is asked while an answer is due", () => {
  const story = offered().does("view").wait(WATCH_MS);
  story.wanted();
  assert.deepEqual(story.tell(tick).wanted(), []);
});

test("a changed link ends the token's and the offer's screen", () => {
  for (const story of [asked(), offered()]) {
    story.tell({ name: "ask", question: "report" });
    assert.deepEqual(story.watched("revoked").on("dead").end, { why: "revoked" });
    assert.equal(story.page.question, null);
    assert.deepEqual(story.wanted(), ["forget-keys", "drop-attempt"]);
  }
});

test("what is shown stays, whatever becomes of the link", () => {
  const story = shown().watched("open", 0);
  assert.equal(story.on("shown").viewsLeft, 0);
  for (const state of ["expired", "revoked", "frozen", "burnt"] as const) {
    assert.equal(shown().watched(state, null).on("shown").link, state);
  }
  assert.equal(shown().watched("frozen", null).on("shown").viewsLeft, 1);
  assert.equal(shown().watched("used-up", 0).on("shown").viewsLeft, 0);
});

test("the offer's numbers follow the link", () => {
  const story = offered().watched("open", 1);
  assert.equal(story.on("offer").checked?.views_left, 1);
});

test("an answer from before the view can't turn it into a dead end", () => {
  const story = offered().wait(WATCH_MS).tell(tick);
  const { turn } = story.page;
  story.does("view").tell({ name: "watched", turn, seen: { state: "used-up" }, pending: null });
  story.on("offer");
  assert.equal(story.page.busy, true);
  assert.equal(story.page.watch.underWay, false);
  story.opened().on("shown");
});

test("a watch without an answer is worth a word only when it lasts, and an answer takes the word back", () => {
  const story = shown();
  const miss = () =>
    story
      .wait(WATCH_MS)
      .tell(tick)
      .tell({ name: "watch-failed", turn: story.page.turn, failure: { why: "daemon-away" }, pending: null });
  assert.equal((miss(), miss()).page.trouble, null);
  assert.deepEqual(miss().page.trouble, { why: "daemon-away" });
  story.wanted();
  assert.deepEqual(story.does("try-again").wanted(), ["watch"]);
  assert.equal(story.watched("open").page.trouble, null);
});

test("an answer to a watch leaves alone what else went wrong", () => {
  const story = offered().does("view").failed("reveal", { why: "daemon-away" }).watched("open");
  assert.deepEqual(story.page.trouble, { why: "daemon-away" });
});

test("a page told to come later comes later", () => {
  const story = offered().wait(WATCH_MS).tell(tick);
  const failure = { why: "too-many-requests", retrySeconds: 60 } as const;
  story.tell({ name: "watch-failed", turn: story.page.turn, failure, pending: null });
  story.wanted();
  assert.deepEqual(story.wait(59_999).tell(tick).wanted(), []);
  assert.deepEqual(story.wait(1).tell(tick).wanted(), ["watch"]);
});

test("who leaves the network while the page is open comes to its page, unless something is shown", () => {
  const failure = {
    why: "refused",
    problem: { status: 403, name: "outside-networks", detail: "", hint: "Join." },
  } as const;
  const leave = (story: Story) => story.tell({ name: "watch-failed", turn: story.page.turn, failure, pending: null });
  assert.deepEqual(leave(offered()).on("dead").end, { why: "outside-networks", hint: "Join." });
  leave(shown()).on("shown");
});

test("a link that is not open yet is knocked at again when its time has come, and no earlier", () => {
  const startsAt = START + 3 * MINUTE;
  const story = new Story().started().knocked("waiting", { startsAt });
  story.wanted();
  assert.deepEqual(
    story
      .wait(3 * MINUTE - 1)
      .tell(tick)
      .wanted(),
    [],
  );
  assert.deepEqual(story.wait(1).tell(tick).tell(tick).wanted(), ["knock"]);
  story.on("dead");
  story.knocked("waiting", { startsAt });
  story.wanted();
  assert.deepEqual(
    story
      .wait(WATCH_MS - 1)
      .tell(tick)
      .wanted(),
    [],
  );
  assert.deepEqual(story.wait(1).tell(tick).wanted(), ["knock"]);
  story.failed("knock", { why: "daemon-away" });
  assert.deepEqual(story.on("dead").end, { why: "not-yet", startsAt });
  assert.equal(story.page.trouble, null);
  assert.deepEqual(story.tell(tick).wanted(), []);
  assert.deepEqual(story.wait(WATCH_MS).tell(tick).wanted(), ["knock"]);
  story.knocked("open").on("token");
});
