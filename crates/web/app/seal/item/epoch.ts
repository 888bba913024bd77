// One epoch of an item: a key, and a signed record of who holds it. The key itself never stands in a record, only a
// commitment to it, so that nobody can hand two holders two different keys.
//
// The record's text: `ctx("epoch", item, epoch, author, roster, commit, SHA-256(previous record))`

import { type Account } from "../account/account.ts";
import { openExactly, seal } from "../aead.ts";
import { type Bytes, equal, u64be } from "../bytes.ts";
import { ctx, exactly, fields, number } from "../ctx.ts";
import { refuse } from "../error.ts";
import { derive } from "../kdf.ts";
import { signRecord } from "./record.ts";
import { parseRoster, type Roster, rosterBytes } from "./roster.ts";

/** How long an item key is. */
export const ITEM_KEY = 32;

/** What an epoch's record says. It has its form, nothing more: see `records.ts`. */
export type EpochRecord = {
  readonly item: Bytes;
  /** Counted from 1. */
  readonly epoch: number;
  /** Who signed. */
  readonly author: Bytes;
  /** Who holds the key. */
  readonly roster: Roster;
  /** What the key is committed to. */
  readonly commit: Bytes;
  /** SHA-256 of the record before; zeros in the first epoch. */
  readonly previous: Bytes;
};

/** Signs a record. */
export async function signEpoch(record: EpochRecord, author: Account): Promise<Bytes> {
  const { item, epoch, roster, commit, previous } = record;
  return signRecord(ctx("epoch", item, u64be(epoch), record.author, rosterBytes(roster), commit, previous), author);
}

/** Reads a record's text. */
export function epochFromText(text: Bytes): EpochRecord {
  const [item, epoch, author, roster, commit, previous] = fields("epoch", text, 6) as readonly [
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
  ];
  return {
    item: exactly(item, 16),
    epoch: number(epoch),
    author: exactly(author, 16),
    roster: parseRoster(roster),
    commit: exactly(commit, 32),
    previous: exactly(previous, 32),
  };
}

/** What an epoch's author commits to. */
export async function commitment(key: Bytes, item: Bytes, epoch: number): Promise<Bytes> {
  return derive(key, new Uint8Array(), ctx("commit", item, u64be(epoch)));
}

/** Seals an item key for the item's owner. */
export async function wrapForOwner(key: Bytes, root: Bytes, item: Bytes, epoch: number): Promise<Bytes> {
  return seal(await ownerKey(root), key, ctx("owner-wrap", item, u64be(epoch)));
}

/** Opens the owner's wrap and holds it against the record's commitment. */
export async function openOwnerWrap(wrap: Bytes, root: Bytes, record: EpochRecord): Promise<Bytes> {
  const associated = ctx("owner-wrap", record.item, u64be(record.epoch));
  return committedIn(record, await openExactly(await ownerKey(root), wrap, associated, ITEM_KEY));
}

/** Seals the key of the epoch before under the key of the epoch that begins. */
export async function sealPrevious(previous: Bytes, key: Bytes, item: Bytes, epoch: number): Promise<Bytes> {
  return seal(key, previous, ctx("previous-key", item, u64be(epoch)));
}

/** Opens the key of the epoch before, and holds it against that epoch's commitment. */
export async function openPrevious(sealed: Bytes, key: Bytes, epoch: number, previous: EpochRecord): Promise<Bytes> {
  const associated = ctx("previous-key", previous.item, u64be(epoch));
  return committedIn(previous, await openExactly(key, sealed, associated, ITEM_KEY));
}

async function committedIn(record: EpochRecord, key: Bytes): Promise<Bytes> {
  const right = equal(await commitment(key, record.item, record.epoch), record.commit);
  return right ? key : refuse("commitment");
}

async function ownerKey(root: Bytes): Promise<Bytes> {
  return derive(root, new Uint8Array(), ctx("owner-wrap-key"));
}
