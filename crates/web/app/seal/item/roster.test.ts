// A roster has one form, and whatever differs from it is refused.

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Bytes } from "../bytes.ts";
import { reasonOf } from "../error.ts";
import { entryOf, parseRoster, type Roster, rosterBytes } from "./roster.ts";

const id = (byte: number): Bytes => new Uint8Array(16).fill(byte);
const print = (byte: number): Bytes => new Uint8Array(32).fill(byte);

const ROSTER: Roster = {
  owner: { user: id(5), right: "own", fingerprint: print(1) },
  others: [
    { user: id(3), right: "view", fingerprint: print(3) },
    { user: id(9), right: "edit", fingerprint: print(2) },
  ],
};

test("a roster is read back", () => {
  assert.deepEqual(parseRoster(rosterBytes(ROSTER)), ROSTER);
  assert.equal(entryOf(ROSTER, id(9))?.right, "edit");
  assert.equal(entryOf(ROSTER, id(5))?.right, "own");
  assert.equal(entryOf(ROSTER, id(8)), undefined);
});

test("the others stand in the order of their ids, whichever byte decides", () => {
  const [smaller, larger] = [id(3).with(15, 4), id(3).with(14, 4)];
  const of = (...users: Bytes[]): Bytes =>
    rosterBytes({ ...ROSTER, others: users.map((user) => ({ user, right: "view", fingerprint: print(1) })) });
  assert.ok(parseRoster(of(smaller, larger)));
  assert.throws(() => parseRoster(of(larger, smaller)));
  assert.throws(() => parseRoster(of(id(1), id(0xff), id(2))));
});

test("every other form is refused", () => {
  const refused = (why: string, reason: string, change: (bytes: Bytes) => Bytes): void => {
    assert.throws(
      () => parseRoster(change(rosterBytes(ROSTER))),
      (error) => reasonOf(error) === reason,
      why,
    );
  };
  const at = (index: number, byte: number) => (bytes: Bytes) => bytes.with(index, byte);
  refused("nobody", "length", () => new Uint8Array());
  refused("a byte less", "length", (bytes) => bytes.slice(0, 149));
  refused("a byte more", "length", (bytes) => Uint8Array.of(...bytes, 0));
  refused("an unknown kind of holder", "form", at(0, 2));
  refused("an unknown right", "form", at(17, 4));
  refused("no right", "form", at(67, 0));
  refused("no owner", "form", at(17, 2));
  refused("two owners", "form", at(67, 1));
  refused("another order", "form", (bytes) =>
    Uint8Array.of(...bytes.slice(0, 50), ...bytes.slice(100), ...bytes.slice(50, 100)),
  );
  refused("somebody twice", "form", (bytes) => bytes.copyWithin(100, 50, 100));
  refused("the owner twice", "form", (bytes) => bytes.fill(5, 51, 67));
});
