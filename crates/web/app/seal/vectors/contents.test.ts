// What an item holds: one text for each contents, and no larger than may be.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { utf8 } from "../bytes.ts";
import { type Reason, reasonOf } from "../error.ts";
import { type Contents, fromPadded, MOST_BYTES, toPadded } from "../item/contents.ts";
import { pad } from "../padding.ts";
import { type Case, folder, list, load, text } from "./cases.ts";

test("the contents in every version of the items' vectors are read and written again", () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "item.json"));
  const texts = good.flatMap((one) => list(one, "versions").map((version) => text(version as Case, "text")));
  assert.ok(texts.length > 0);
  for (const one of texts) {
    const padded = pad(utf8(one));
    assert.equal(JSON.stringify(fromPadded(padded)), one);
    assert.deepEqual(toPadded(fromPadded(padded)), padded);
  }
});

test("contents larger than the limit are neither sealed nor opened", () => {
  const note = (length: number): Contents => ({ kind: "note", name: "", body: "x".repeat(length) });
  const most = MOST_BYTES - JSON.stringify(note(0)).length;
  assert.deepEqual(fromPadded(toPadded(note(most))), note(most));
  assert.equal(refusal(() => toPadded(note(most + 1))), "too large");
  assert.equal(refusal(() => fromPadded(pad(utf8(JSON.stringify(note(most + 1)))))), "too large");
});

test("contents that no program would write are not sealed", () => {
  const twisted = [
    { kind: "spell", name: "", body: "" },
    { kind: "note", name: "" },
    { kind: "note", name: "", body: 7 },
    { kind: "note", name: "", body: "\udc00" },
    {},
    null,
    "note",
  ];
  for (const one of twisted) {
    assert.equal(refusal(() => toPadded(one as Contents)), "form", JSON.stringify(one));
  }
});

function refusal(work: () => unknown): Reason | null {
  try {
    work();
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
