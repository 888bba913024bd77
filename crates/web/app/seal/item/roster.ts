// The roster: who holds an item's key in an epoch, under which keys of their own, with which right. It stands in the
// epoch's signed record; nobody is ever wrapped to who isn't in it.
//
// Entries of 50 bytes: `kind[1] || id[16] || right[1] || fingerprint[32]`. The owner comes first, the others follow in
// strictly ascending order of their first 17 bytes.

import { type Bytes, concat, equal } from "../bytes.ts";
import { refuse } from "../error.ts";

const ENTRY = 50;

/** A person. Groups will be 0x02. */
const USER = 1;

const RIGHTS = ["own", "edit", "view"] as const;

/** Everything, the roster included; saving versions, and starting an epoch with the roster as it is; reading. */
export type Right = (typeof RIGHTS)[number];

/** One line of the roster. */
export type Entry = { readonly user: Bytes; readonly right: Right; readonly fingerprint: Bytes };

/** All holders of an item in one epoch: the owner, and the others in their order. */
export type Roster = { readonly owner: Entry; readonly others: readonly Entry[] };

/** The roster of an item that only its owner holds. */
export function ofOwner(user: Bytes, fingerprint: Bytes): Roster {
  return { owner: { user, right: "own", fingerprint }, others: [] };
}

/** The entry of a person, if they have one. */
export function entryOf(roster: Roster, user: Bytes): Entry | undefined {
  return [roster.owner, ...roster.others].find((entry) => equal(entry.user, user));
}

/** The bytes that stand in the epoch's record. */
export function rosterBytes(roster: Roster): Bytes {
  const entry = ({ user, right, fingerprint }: Entry) =>
    concat(Uint8Array.of(USER), user, Uint8Array.of(RIGHTS.indexOf(right) + 1), fingerprint);
  return concat(...[roster.owner, ...roster.others].map(entry));
}

/** Reads what `rosterBytes` wrote. */
export function parseRoster(bytes: Bytes): Roster {
  if (bytes.length === 0 || bytes.length % ENTRY !== 0) {
    return refuse("length");
  }
  const entries = Array.from({ length: bytes.length / ENTRY }, (_, at) =>
    parseEntry(bytes.slice(at * ENTRY, (at + 1) * ENTRY)),
  );
  const [owner = refuse("length"), ...others] = entries;
  const oneOwner = owner.right === "own" && others.every((entry) => entry.right !== "own");
  const ascending = others.every((entry, at) => at === 0 || comesBefore(others[at - 1], entry));
  const once = others.every((entry) => !equal(entry.user, owner.user));
  return oneOwner && ascending && once ? { owner, others } : refuse("form");
}

function parseEntry(bytes: Bytes): Entry {
  const right = RIGHTS[(bytes[17] ?? 0) - 1] ?? refuse("form");
  return bytes[0] === USER ? { user: bytes.slice(1, 17), right, fingerprint: bytes.slice(18) } : refuse("form");
}

/** Whether one id is smaller than another; the kinds are all the same so far. */
function comesBefore(a: Entry | undefined, b: Entry): boolean {
  const at = b.user.findIndex((byte, at) => a?.user[at] !== byte);
  return a !== undefined && at >= 0 && (a.user[at] ?? 0) < (b.user[at] ?? 0);
}
