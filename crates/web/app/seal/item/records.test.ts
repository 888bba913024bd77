// Records by several hands, checked one rule at a time: what each right allows, and what no right does.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { type Account, createAccount, ownPin } from "../account/account.ts";
import { fingerprint } from "../account/fingerprint.ts";
import { type Pin } from "../account/keys.ts";
import { type Bytes, sha256 } from "../bytes.ts";
import { type Reason, reasonOf } from "../error.ts";
import { type EpochRecord, signEpoch } from "./epoch.ts";
import { check, type Records, type Seen } from "./records.ts";
import { type Right, type Roster } from "./roster.ts";
import { signVersion, type VersionRecord } from "./version.ts";

const ITEM = new Uint8Array(16).fill(0x17);
const ZEROS = new Uint8Array(32);

let owner: Account;
let editor: Account;
let viewer: Account;
let stranger: Account;
let people: readonly Pin[];
let first: EpochRecord;

before(async () => {
  [owner, editor, viewer, stranger] = [await person(1), await person(2), await person(3), await person(4)];
  people = await Promise.all([owner, editor, viewer, stranger].map(ownPin));
  const roster = await rosterOf([editor, "edit"], [viewer, "view"]);
  first = { item: ITEM, epoch: 1, author: owner.user, roster, commit: ZEROS, previous: ZEROS };
});

async function person(byte: number): Promise<Account> {
  return (await createAccount(new Uint8Array(16).fill(byte), new Uint8Array(64).fill(byte))).account;
}

async function rosterOf(...others: readonly (readonly [Account, Right])[]): Promise<Roster> {
  const entry = async (of: Account, right: Right) => ({
    user: of.user,
    right,
    fingerprint: await fingerprint((await ownPin(of)).keys),
  });
  return { owner: await entry(owner, "own"), others: await Promise.all(others.map(([of, right]) => entry(of, right))) };
}

async function versionBy(author: Account, change: Partial<VersionRecord> = {}): Promise<Bytes> {
  const record = { item: ITEM, epoch: 1, version: 1, previous: ZEROS, details: ZEROS, body: ZEROS };
  return signVersion({ ...record, author: author.user, ...change }, author);
}

/** What comes of a check: nothing, or the reason of a refusal. */
async function checked(records: Records, seen: Seen | null = null, known = people): Promise<Reason | null> {
  const done = check(records, { item: ITEM, owner: owner.user, people: known }, seen);
  return done.then(() => null, reasonOf);
}

test("only those save whom the roster lets edit", async () => {
  const epochs = [await signEpoch(first, owner)];
  const savedBy = async (author: Account) => checked({ epochs, versions: [await versionBy(author)] });
  assert.equal(await savedBy(owner), null);
  assert.equal(await savedBy(editor), null);
  assert.equal(await savedBy(viewer), "author");
  assert.equal(await savedBy(stranger), "author");
});

test("a signature by other keys than the roster's is refused", async () => {
  const epochs = [await signEpoch(first, owner)];
  const impostor: Account = { ...(await person(9)), user: editor.user };
  const versions = [await versionBy(impostor)];
  assert.equal(await checked({ epochs, versions }), "signature");
  // Even if the client were told the impostor's keys, they aren't those that the roster names.
  assert.equal(await checked({ epochs, versions }, null, [await ownPin(impostor), ...people]), "unknown keys");
  assert.equal(await checked({ epochs, versions }, null, [await ownPin(owner)]), "unknown keys");
});

test("only the owner changes the roster", async () => {
  const begun = await signEpoch(first, owner);
  const previous = await sha256(begun);
  const second = async (author: Account, roster: Roster) => {
    const next = await signEpoch({ ...first, epoch: 2, author: author.user, roster, previous }, author);
    return checked({ epochs: [begun, next], versions: [await versionBy(owner, { epoch: 2 })] });
  };
  const more = await rosterOf([editor, "edit"], [viewer, "view"], [stranger, "edit"]);
  const promoted = await rosterOf([editor, "edit"], [viewer, "edit"]);
  assert.equal(await second(owner, more), null);
  assert.equal(await second(editor, first.roster), null);
  assert.equal(await second(editor, more), "author");
  assert.equal(await second(editor, promoted), "author");
  assert.equal(await second(viewer, first.roster), "author");
  assert.equal(await second(stranger, first.roster), "author");
});

test("a roster that nobody can vouch for is refused", async () => {
  const previous = await sha256(await signEpoch(first, owner));
  const second = await signEpoch({ ...first, epoch: 2, author: editor.user, previous }, editor);
  const version = await versionBy(editor, { epoch: 2 });
  const alone = (seen: Seen | null) => checked({ epochs: [second], versions: [version] }, seen);
  assert.equal(await alone(null), "author");
  const seen = { epoch: 2, epochRecord: await sha256(second), version: 1, versionRecord: await sha256(version) };
  assert.equal(await alone(seen), null, "it was checked when it was seen first");
});

/** Two epochs and a chain of versions, each as it should be but for what `change` does to it. */
async function chained(
  epochs: readonly number[],
  change: (at: number, record: VersionRecord) => VersionRecord = (_, record) => record,
): Promise<Records> {
  const begun = await signEpoch(first, owner);
  const second = await signEpoch({ ...first, epoch: 2, previous: await sha256(begun) }, owner);
  const versions: Bytes[] = [];
  for (const [at, epoch] of epochs.entries()) {
    const last = versions.at(-1);
    const previous = last === undefined ? ZEROS : await sha256(last);
    const right = { item: ITEM, epoch, version: at + 1, author: owner.user, previous, details: ZEROS, body: ZEROS };
    versions.push(await signVersion(change(at, right), owner));
  }
  return { epochs: [begun, second], versions };
}

test("even the owner cannot sign versions that do not follow from each other", async () => {
  assert.equal(await checked(await chained([1, 2, 2])), null);
  assert.equal(await checked(await chained([1, 2, 1, 2])), "chain", "back to an older epoch");
  assert.equal(await checked(await chained([1, 3, 2])), "chain", "an epoch that isn't there");
  assert.equal(await checked(await chained([1, 1])), "chain", "no version in the last epoch");
  const skips = await chained([1, 2, 2], (at, record) => ({ ...record, version: record.version + at }));
  assert.equal(await checked(skips), "chain", "numbers left out");
  const torn = await chained([1, 2], (at, record) =>
    at === 0 ? record : { ...record, previous: first.commit.with(0, 1) },
  );
  assert.equal(await checked(torn), "chain", "another record before");
  const elsewhere = await chained([1, 2], (_, record) => ({ ...record, item: new Uint8Array(16).fill(9) }));
  assert.equal(await checked(elsewhere), "other item");
});

test("epochs follow from each other too", async () => {
  const begun = await signEpoch(first, owner);
  const behind = async (change: Partial<EpochRecord>) => {
    const second = await signEpoch({ ...first, epoch: 2, previous: await sha256(begun), ...change }, owner);
    return checked({ epochs: [begun, second], versions: [await versionBy(owner, { epoch: change.epoch ?? 2 })] });
  };
  assert.equal(await behind({}), null);
  assert.equal(await behind({ epoch: 3 }), "chain", "a number left out");
  assert.equal(await behind({ previous: new Uint8Array(32).fill(1) }), "chain", "another record before");
  assert.equal(await behind({ previous: ZEROS }), "chain", "no record before");
});

test("an item with the wrong number or previous hash at its start is refused", async () => {
  for (const [epoch, fill] of [
    [0, 0],
    [1, 1],
    [2, 0],
  ] as const) {
    const start = { ...first, epoch, previous: new Uint8Array(32).fill(fill) };
    const records = { epochs: [await signEpoch(start, owner)], versions: [await versionBy(owner, { epoch })] };
    assert.equal(await checked(records), "chain", `${epoch} ${fill}`);
  }
});

test("an epoch of another item or another owner is refused, even with this item's versions", async () => {
  const elsewhere = await signEpoch({ ...first, item: new Uint8Array(16).fill(9) }, owner);
  assert.equal(await checked({ epochs: [elsewhere], versions: [await versionBy(owner)] }), "other item");
  const { owner: entry } = first.roster;
  const roster = { owner: { ...entry, user: editor.user }, others: [] };
  const taken = await signEpoch({ ...first, author: editor.user, roster }, editor);
  assert.equal(await checked({ epochs: [taken], versions: [await versionBy(editor)] }), "other item");
});

test("what was seen is served again, or the list begins right behind it", async () => {
  const { epochs, versions } = await chained([1, 2, 2, 2]);
  const hash = async (bytes: Bytes | undefined) => sha256(bytes ?? ZEROS);
  const seen: Seen = {
    epoch: 2,
    epochRecord: await hash(epochs[1]),
    version: 2,
    versionRecord: await hash(versions[1]),
  };
  const from = (epoch: number, version: number, of = seen) =>
    checked({ epochs: epochs.slice(epoch), versions: versions.slice(version) }, of);
  assert.equal(await from(0, 0), null);
  assert.equal(await from(1, 1), null);
  assert.equal(await from(1, 2), null, "right behind it");
  assert.equal(await from(1, 3), "gap");
  const forked = { ...seen, versionRecord: new Uint8Array(32).fill(7) };
  assert.equal(await from(0, 0, forked), "chain", "a fork of what was seen");
  assert.equal(await from(1, 2, forked), "chain", "a fork right behind it");
  assert.equal(await from(0, 0, { ...seen, epochRecord: forked.versionRecord }), "chain", "a fork of the epoch");
  assert.equal(await from(0, 0, { ...seen, version: 5 }), "older");
  assert.equal(await from(0, 0, { ...seen, epoch: 3 }), "older");
});
