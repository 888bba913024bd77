// Items: what a daemon serves of one, and what its owner reads in it.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { type Account } from "../account/account.ts";
import { type Contents } from "../item/contents.ts";
import { detailsOf } from "../item/details.ts";
import { currentContents, currentDetails, earlierContents, openItem, seenOf } from "../item/open.ts";
import { type Seen } from "../item/records.ts";
import { bytes, type Case, check, folder, list, load, object, text, unhex } from "./cases.ts";
import { cases, goodItems, long, malformedItems, seenCase } from "./item_cases.ts";
import { scripted } from "./scripted.ts";

check({
  name: "item",
  about:
    "An item as its owner gets it: records oldest first, the current wrap, details and bodies of all versions. " +
    "'seen' is what the reader has seen before (null: nothing), 'newest' what it has seen afterwards.",
  good: goodItems,
  malformed: malformedItems,
  read,
});

async function read(one: Case): Promise<void> {
  const own = object(one, "owner");
  const keys = { encryption: bytes(own, "encryption"), signing: bytes(own, "signing"), pins: [] };
  const owner: Account = { user: bytes(own, "user"), root: bytes(own, "root"), keys };
  const [epochs, versions] = [list(one, "epochs") as readonly Case[], list(one, "versions") as readonly Case[]];
  const records = {
    epochs: epochs.map((epoch) => bytes(epoch, "record")),
    versions: versions.map((version) => bytes(version, "record")),
  };
  const previousKeys = epochs
    .toReversed()
    .flatMap(({ previous_key: key }) => (typeof key === "string" ? [unhex(key)] : []));
  const item = await openItem(
    owner,
    bytes(one, "item"),
    records,
    bytes(one, "wrap"),
    one["seen"] === null ? null : seenIn(object(one, "seen")),
  );
  for (const [at, version] of versions.entries()) {
    const last = at + 1 === versions.length;
    const body = bytes(version, "body");
    const contents = last ? await currentContents(item, body) : await earlierContents(item, at + 1, body, previousKeys);
    assert.equal(JSON.stringify(contents), text(version, "text"));
    if (last) {
      assert.deepEqual(await currentDetails(item, bytes(version, "details")), detailsOf(contents));
    }
  }
  assert.deepEqual(seenCase(seenOf(item)), one["newest"]);
}

function seenIn(seen: Case): Seen {
  const [epochRecord, versionRecord] = [bytes(seen, "epoch_record"), bytes(seen, "version_record")];
  return { epoch: Number(seen["epoch"]), epochRecord, version: Number(seen["version"]), versionRecord };
}

test("from the same randomness both implementations make the same item", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "item.json"));
  const whole = good[1] as Case;
  const texts = list(whole, "versions").map((version) => JSON.parse(text(version as Case, "text")) as Contents);
  const again = await scripted("item", async () =>
    cases(await long(bytes(object(whole, "owner"), "user"), bytes(whole, "item"), texts)),
  );
  assert.deepEqual(again, good);
});
