// The page as it runs, with real keys, against a daemon of a few lines.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Reveal } from "../api/types.ts";
import { decode, encode } from "../seal/text.ts";
import { HERE, offering, scene } from "./scene.ts";
import { SNAPSHOT } from "./story.ts";

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
  for (const secret of [
    ...bodies,
    it.token,
    it.token.replaceAll("-", ""),
    encode(it.made.secret),
    it.link.split("#")[1],
  ]) {
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
  assert.equal(
    new Set(it.daemon.sent.filter(({ verb }) => verb === "reveal").map(({ body }) => (body as Reveal).attempt)).size,
    1,
  );
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
  const [path = "", fragment = ""] = it.link.replace(HERE, "").split("#");
  for (const [text, why] of [
    ["nonsense", "damaged-link"],
    [`${HERE}${path}`, "no-fragment"],
    [`${HERE}${path}#${fragment.slice(1)}`, "damaged-link"],
    [`${HERE}/#${fragment}`, "damaged-link"],
    [`http://other.example${path}#${fragment}`, "damaged-link"],
    [`https://${new URL(HERE).host}@other.example${path}#${fragment}`, "damaged-link"],
    [`javascript:alert(1)//${path}#${fragment}`, "damaged-link"],
  ] as const) {
    page.runner.tell({ name: "link-pasted", text });
    await new Promise((done) => setImmediate(done));
    assert.deepEqual((await page.rests("dead")).screen, { name: "dead", end: { why, pasted: true } }, text);
  }
  assert.deepEqual(it.went, []);
  const elsewhere = it.link.replace(HERE, "https://other.example");
  page.runner.tell({ name: "link-pasted", text: ` ${elsewhere}\n` });
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(it.went, [elsewhere]);
  page.runner.tell({ name: "link-pasted", text: it.link });
  await page.rests("token");
  assert.deepEqual(it.went, [elsewhere]);
  assert.deepEqual(it.daemon.verbs(), ["knock"]);
});
