// An item that is open in a client, and what its owner does with it. Only checked records get here.

import { type Account, ownPin } from "../account/account.ts";
import { fingerprint } from "../account/fingerprint.ts";
import { type Bytes, sha256 } from "../bytes.ts";
import { refuse } from "../error.ts";
import { random } from "../random.ts";
import { type Contents } from "./contents.ts";
import { type Details } from "./details.ts";
import { commitment, ITEM_KEY, openOwnerWrap, openPrevious, sealPrevious, signEpoch, wrapForOwner } from "./epoch.ts";
import { check, type Checked, type Records, type Seen } from "./records.ts";
import { ofOwner, type Roster } from "./roster.ts";
import { openBody, openDetails, sealVersion, signVersion } from "./version.ts";

/** An item whose records were checked and whose key was opened. */
export type Item = { readonly key: Bytes; readonly checked: Checked };

/** A new epoch, to be uploaded together with its first version. */
export type SealedEpoch = {
  readonly epoch: number;
  readonly record: Bytes;
  /** The item key, sealed for the owner. */
  readonly wrap: Bytes;
  /** The item key of the epoch before, sealed under this one's. There is none in the first. */
  readonly previousKey: Bytes | null;
};

/** A new version, to be uploaded. */
export type SealedVersion = {
  readonly version: number;
  /** The epoch whose key seals it. */
  readonly epoch: number;
  readonly record: Bytes;
  readonly details: Bytes;
  readonly body: Bytes;
};

/** An epoch and the version with which it begins. */
export type Begun = { readonly epoch: SealedEpoch; readonly version: SealedVersion };

/** Where a record goes: which item, which number, behind which record. */
type Place = { readonly item: Bytes; readonly number: number; readonly previous: Bytes };

const NOTHING = new Uint8Array(32);

/** Makes an item that only its owner holds. */
export async function createItem(owner: Account, item: Bytes, contents: Contents): Promise<Begun> {
  const roster = ofOwner(owner.user, await fingerprint((await ownPin(owner)).keys));
  const first: Place = { item, number: 1, previous: NOTHING };
  const { key, epoch } = await begin(owner, first, roster, null);
  return { epoch, version: await save(owner, first, 1, key, contents) };
}

/** Checks everything that the daemon served for an item of one's own, and opens its key. */
export async function openItem(
  owner: Account,
  item: Bytes,
  records: Records,
  wrap: Bytes,
  seen: Seen | null,
): Promise<Item> {
  // One's own keys come first, so that no pin under one's own id could stand before them.
  const people = [await ownPin(owner), ...owner.keys.pins];
  const checked = await check(records, { item, owner: owner.user, people }, seen);
  return { key: await openOwnerWrap(wrap, owner.root, checked.epoch.says), checked };
}

/** What to remember, and to pass to `openItem` the next time. */
export function seenOf({ checked: { epoch, version } }: Item): Seen {
  return {
    epoch: epoch.says.epoch,
    epochRecord: epoch.hash,
    version: version.says.version,
    versionRecord: version.hash,
  };
}

/** Opens the current version's details. */
export async function currentDetails(item: Item, sealed: Bytes): Promise<Details> {
  return openDetails(sealed, item.checked.version.says, item.key);
}

/** Opens the current version's contents. */
export async function currentContents(item: Item, body: Bytes): Promise<Contents> {
  return openBody(body, item.checked.version.says, item.key);
}

/**
 * Opens an earlier version's contents. `previousKeys` are the sealed keys of the epochs from the current one back to
 * the one after that version's, in this order; versions of the current epoch need none. Both records must be among
 * those the item was opened with.
 */
export async function earlierContents(
  item: Item,
  version: number,
  body: Bytes,
  previousKeys: readonly Bytes[],
): Promise<Contents> {
  const record = item.checked.versions.find(({ says }) => says.version === version)?.says ?? refuse("chain");
  const [current = refuse("chain"), ...before] = item.checked.epochs.map(({ says }) => says).reverse();
  let [key, at] = [item.key, current];
  for (let back = 0; at.epoch > record.epoch; back += 1) {
    const [sealed, older] = [previousKeys[back] ?? refuse("chain"), before[back] ?? refuse("chain")];
    key = await openPrevious(sealed, key, at.epoch, older);
    at = older;
  }
  return openBody(body, record, key);
}

/** Seals new contents under the current epoch's key. */
export async function saveItem({ key, checked }: Item, author: Account, contents: Contents): Promise<SealedVersion> {
  return save(author, behindVersion(checked), checked.epoch.says.epoch, key, contents);
}

/**
 * Begins a new epoch with a new key and seals the contents anew under it. Whoever loses access loses it by not being
 * wrapped to any more; the history stays readable to those who hold the new key.
 */
export async function startEpoch({ key: old, checked }: Item, owner: Account, contents: Contents): Promise<Begun> {
  const { item, epoch: number, roster } = checked.epoch.says;
  const { key, epoch } = await begin(owner, { item, number: number + 1, previous: checked.epoch.hash }, roster, old);
  return { epoch, version: await save(owner, behindVersion(checked), number + 1, key, contents) };
}

function behindVersion({ version: { says, hash } }: Checked): Place {
  return { item: says.item, number: says.version + 1, previous: hash };
}

async function begin(
  owner: Account,
  { item, number, previous }: Place,
  roster: Roster,
  old: Bytes | null,
): Promise<{ readonly key: Bytes; readonly epoch: SealedEpoch }> {
  const key = random(ITEM_KEY);
  const commit = await commitment(key, item, number);
  const epoch: SealedEpoch = {
    epoch: number,
    record: await signEpoch({ item, epoch: number, author: owner.user, roster, commit, previous }, owner),
    wrap: await wrapForOwner(key, owner.root, item, number),
    previousKey: old && (await sealPrevious(old, key, item, number)),
  };
  return { key, epoch };
}

async function save(
  author: Account,
  place: Place,
  epoch: number,
  key: Bytes,
  contents: Contents,
): Promise<SealedVersion> {
  const { item, number: version, previous } = place;
  const sealed = await sealVersion(contents, key, { item, epoch, version });
  const [details, body] = [await sha256(sealed.details), await sha256(sealed.body)];
  const record = { item, epoch, version, author: author.user, previous, details, body };
  return { version, epoch, record: await signVersion(record, author), ...sealed };
}
