// The check of an item's records: order, hash chains, signatures, rights, and nothing older than what was seen before.
// No key is opened here, and no record is believed because of where it came from.

import { fingerprint } from "../account/fingerprint.ts";
import { type Pin } from "../account/keys.ts";
import { type Bytes, equal } from "../bytes.ts";
import { refuse } from "../error.ts";
import { verify } from "../sign.ts";
import { epochFromText, type EpochRecord } from "./epoch.ts";
import { parseSigned, type Signed } from "./record.ts";
import { entryOf, rosterBytes } from "./roster.ts";
import { versionFromText, type VersionRecord } from "./version.ts";

/** Records as the daemon serves them, oldest first, each list ending with the current one. */
export type Records = {
  /** From the first one, or from the last one seen, or from any that the owner signed. */
  readonly epochs: readonly Bytes[];
  /** From the first one or from the last one seen, or just the current one; where more is needed, "gap" asks for it. */
  readonly versions: readonly Bytes[];
};

/**
 * The newest state of an item that this client has seen. A client that has seen nothing can't know what is withheld
 * from it.
 */
export type Seen = {
  readonly epoch: number;
  /** SHA-256 of its record. */
  readonly epochRecord: Bytes;
  readonly version: number;
  /** SHA-256 of its record. */
  readonly versionRecord: Bytes;
};

/** Records that passed every check, and the newest of each. */
export type Checked = {
  readonly epochs: readonly Signed<EpochRecord>[];
  readonly versions: readonly Signed<VersionRecord>[];
  readonly epoch: Signed<EpochRecord>;
  readonly version: Signed<VersionRecord>;
};

/** Whose item it is, and the people whose keys are known, the reader among them. */
export type Expected = { readonly item: Bytes; readonly owner: Bytes; readonly people: readonly Pin[] };

/** A number and a hash: what a chain is made of. */
type Link = readonly [number: number, hash: Bytes];

const NOTHING = new Uint8Array(32);

/** Checks all records of an item. */
export async function check(records: Records, expected: Expected, seen: Seen | null): Promise<Checked> {
  const epochs = await checkEpochs(records.epochs, expected, seen);
  const versions = await checkVersions(records.versions, expected, epochs, seen);
  const [epoch, version] = [epochs.at(-1) ?? refuse("chain"), versions.at(-1) ?? refuse("chain")];
  // A new epoch always begins with a version of its own, so the last ones belong together.
  return epoch.says.epoch === version.says.epoch ? { epochs, versions, epoch, version } : refuse("chain");
}

async function checkEpochs(
  records: readonly Bytes[],
  expected: Expected,
  seen: Seen | null,
): Promise<Signed<EpochRecord>[]> {
  const checked: Signed<EpochRecord>[] = [];
  for (const bytes of records) {
    const record = await parseSigned(bytes, epochFromText);
    const { says } = record;
    if (!equal(says.item, expected.item) || !equal(says.roster.owner.user, expected.owner)) {
      return refuse("other item");
    }
    const before = checked.at(-1);
    follows(says.epoch, says.previous, before && [before.says.epoch, before.hash]);
    // Only the owner changes the roster. An editor may repeat it; where the record before isn't at hand to compare
    // with, that can't be seen, so the list must begin with an owner's record or with one that was checked when it was
    // first seen.
    const known = seen !== null && seen.epoch === says.epoch && equal(seen.epochRecord, record.hash);
    const repeated = before !== undefined && equal(rosterBytes(before.says.roster), rosterBytes(says.roster));
    if (!equal(says.author, expected.owner) && !repeated && !known) {
      return refuse("author");
    }
    await verifyAuthor(record, says.author, says, expected.people);
    checked.push(record);
  }
  const links = checked.map((record): Link => [record.says.epoch, record.hash]);
  notOlder(links, checked[0]?.says.previous, seen && [seen.epoch, seen.epochRecord]);
  return checked;
}

async function checkVersions(
  records: readonly Bytes[],
  expected: Expected,
  epochs: readonly Signed<EpochRecord>[],
  seen: Seen | null,
): Promise<Signed<VersionRecord>[]> {
  const checked: Signed<VersionRecord>[] = [];
  for (const bytes of records) {
    const record = await parseSigned(bytes, versionFromText);
    const { says } = record;
    if (!equal(says.item, expected.item)) {
      return refuse("other item");
    }
    const before = checked.at(-1);
    follows(says.version, says.previous, before && [before.says.version, before.hash]);
    if (before !== undefined && before.says.epoch > says.epoch) {
      return refuse("chain");
    }
    const epoch = epochs.find((epoch) => epoch.says.epoch === says.epoch) ?? refuse("chain");
    await verifyAuthor(record, says.author, epoch.says, expected.people);
    checked.push(record);
  }
  const links = checked.map((record): Link => [record.says.version, record.hash]);
  notOlder(links, checked[0]?.says.previous, seen && [seen.version, seen.versionRecord]);
  return checked;
}

/** A record's number and hash follow from the one before; the first ever has none before it. */
function follows(number: number, previous: Bytes, before: Link | undefined): void {
  const right =
    before === undefined
      ? // Where a list begins later, what came before it can't be checked, but that something did can.
        number > 0 && (number === 1) === equal(previous, NOTHING)
      : number === before[0] + 1 && equal(previous, before[1]);
  if (!right) {
    refuse("chain");
  }
}

/** The list ends no earlier than what was seen, and reaches back to it. */
function notOlder(links: readonly Link[], beforeFirst: Bytes | undefined, seen: Link | null): void {
  const [[first], [last]] = [links[0] ?? refuse("chain"), links.at(-1) ?? refuse("chain")];
  if (seen === null) {
    return;
  }
  const [number, hash] = seen;
  if (last < number) {
    refuse("older");
  }
  const rightBehind = first === number + 1;
  const among = links.some((link) => link[0] === number && equal(link[1], hash));
  if (!among && !(rightBehind && beforeFirst !== undefined && equal(beforeFirst, hash))) {
    refuse(first > number && !rightBehind ? "gap" : "chain");
  }
}

/** The author may edit, is known under the roster's fingerprint, and signed exactly this. */
async function verifyAuthor<T>(
  record: Signed<T>,
  author: Bytes,
  epoch: EpochRecord,
  people: readonly Pin[],
): Promise<void> {
  const entry = entryOf(epoch.roster, author) ?? refuse("author");
  if (entry.right === "view") {
    refuse("author");
  }
  const pin = people.find((pin) => equal(pin.user, author)) ?? refuse("unknown keys");
  if (!equal(await fingerprint(pin.keys), entry.fingerprint)) {
    refuse("unknown keys");
  }
  await verify(pin.keys.signing, record.text, record.signature);
}
