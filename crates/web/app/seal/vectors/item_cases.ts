// Items for the vectors: what a daemon serves of one, rightly and wrongly.

import { type Account } from "../account/account.ts";
import { newKeys } from "../account/keys.ts";
import { type Bytes } from "../bytes.ts";
import { type Contents } from "../item/contents.ts";
import { wrapForOwner } from "../item/epoch.ts";
import {
  createItem,
  openItem,
  saveItem,
  type SealedEpoch,
  type SealedVersion,
  seenOf,
  startEpoch,
} from "../item/open.ts";
import { type Seen } from "../item/records.ts";
import { random } from "../random.ts";
import { bytes, type Case, change, filled, flipped, hex, list, malformed, object, text } from "./cases.ts";

/** An item with all that was uploaded of it. */
type Kept = {
  owner: Account;
  item: Bytes;
  epochs: SealedEpoch[];
  versions: SealedVersion[];
  texts: readonly Contents[];
};

const ITEM = filled(16, 0x2d);
const OWNER = filled(16, 0x0e);
const TEXTS: readonly Contents[] = [
  { kind: "note", name: "Tür", body: "1" },
  { kind: "account", name: "Mail", url: "", username: "ö", password: '"\\\u{1}\u{2028}', mfa_key: "", notes: "\n" },
  {
    kind: "api_secret",
    name: "Billing",
    application_url: "https://example.org",
    key: "k",
    secret: "s".repeat(600),
    notes: "",
  },
  { kind: "note", name: "Tür", body: "" },
];

/** An item with two versions in its first epoch and two in its second. */
export async function long(user: Bytes, item: Bytes, texts: readonly Contents[]): Promise<Kept> {
  const owner: Account = { user, root: random(32), keys: { ...newKeys(), pins: [] } };
  const kept: Kept = { owner, item, epochs: [], versions: [], texts };
  for (const [at, contents] of texts.entries()) {
    if (at === 0) {
      take(kept, await createItem(owner, item, contents));
    } else if (at === 2) {
      take(kept, await startEpoch(await opened(kept), owner, contents));
    } else {
      kept.versions.push(await saveItem(await opened(kept), owner, contents));
    }
  }
  return kept;
}

function take(kept: Kept, { epoch, version }: Awaited<ReturnType<typeof createItem>>): void {
  kept.epochs.push(epoch);
  kept.versions.push(version);
}

function until(kept: Kept, epochs: number, versions: number): Kept {
  return { ...kept, epochs: kept.epochs.slice(0, epochs), versions: kept.versions.slice(0, versions) };
}

async function opened({ owner, item, epochs, versions }: Kept): ReturnType<typeof openItem> {
  const records = { epochs: epochs.map((one) => one.record), versions: versions.map((one) => one.record) };
  return openItem(owner, item, records, epochs.at(-1)?.wrap ?? new Uint8Array(), null);
}

async function served(kept: Kept): Promise<Case> {
  const { owner, item, epochs, versions, texts } = kept;
  return {
    item: hex(item),
    owner: {
      user: hex(owner.user),
      root: hex(owner.root),
      encryption: hex(owner.keys.encryption),
      signing: hex(owner.keys.signing),
    },
    epochs: epochs.map((one) => ({ record: hex(one.record), previous_key: one.previousKey && hex(one.previousKey) })),
    wrap: hex(epochs.at(-1)?.wrap ?? new Uint8Array()),
    versions: versions.map((one, at) => {
      return {
        record: hex(one.record),
        details: hex(one.details),
        body: hex(one.body),
        text: JSON.stringify(texts[at]),
      };
    }),
    seen: null,
    newest: seenCase(seenOf(await opened(kept))),
  };
}

export function seenCase(seen: Seen): Case {
  const { epoch, version } = seen;
  return { epoch, epoch_record: hex(seen.epochRecord), version, version_record: hex(seen.versionRecord) };
}

export async function cases(kept: Kept): Promise<Case[]> {
  const whole = await served(kept);
  const seen = seenCase(seenOf(await opened(until(kept, 1, 2))));
  return [await served(until(kept, 1, 1)), whole, { ...whole, seen }];
}

/** The same from its beginning, in whole, and for readers who have seen some or all of it. */
export async function goodItems(): Promise<Case[]> {
  const kept = await long(OWNER, ITEM, TEXTS);
  const whole = await served(kept);
  return [...(await cases(kept)), { ...whole, seen: whole["newest"] ?? null }];
}

/** What a daemon could try with an item of two epochs. */
export async function malformedItems(): Promise<Case[]> {
  const kept = await long(OWNER, ITEM, TEXTS);
  const good = await served(kept);
  const other = await served(await long(OWNER, filled(16, 0x2e), TEXTS));
  const part = (name: string, at: number, member: string, value: string): Case =>
    change(
      good,
      name,
      list(good, name).map((one, index) => (index === at ? change(one as Case, member, value) : one)),
    );
  const bent = (name: string, at: number, member: string, byte: number, bits: number): Case =>
    part(name, at, member, hex(flipped(bytes(list(good, name)[at] as Case, member), byte, bits)));
  const some = (name: string, ...at: number[]): Case =>
    change(
      good,
      name,
      at.map((index) => list(good, name)[index] ?? null),
    );
  const of = (name: string, at: number, member: string): string => text(list(good, name)[at] as Case, member);
  const seen = (value: Seen | Case, one = good): Case =>
    change(one, "seen", "epochRecord" in value ? seenCase(value as Seen) : value);
  const newest = object(good, "newest");
  const early = seenOf(await opened(until(kept, 1, 1)));
  const wrongKey = await wrapForOwner(random(32), kept.owner.root, ITEM, 2);
  return [
    malformed(bent("epochs", 1, "record", 0, 1), "version", "an epoch record of an unknown version"),
    malformed(bent("epochs", 0, "record", 20, 1), "signature", "an epoch record with another signature"),
    malformed(bent("epochs", 0, "record", 65 + 16 + 4, 1), "other item", "an epoch record that speaks of another item"),
    malformed(bent("versions", 0, "record", 64, 1), "signature", "a version record with another signature"),
    malformed(bent("versions", 3, "record", 240, 1), "signature", "a version record that names another body"),
    malformed(
      part("versions", 2, "record", of("epochs", 1, "record")),
      "form",
      "an epoch record in place of a version record",
    ),
    malformed(
      part("versions", 1, "record", `${of("versions", 1, "record")}00`),
      "length",
      "a version record with a byte more",
    ),
    malformed(part("epochs", 0, "record", ""), "length", "an empty epoch record"),
    malformed(change(good, "wrap", hex(flipped(bytes(good, "wrap"), 60, 1))), "opening", "an altered wrap"),
    malformed(change(good, "wrap", text(good, "wrap").slice(2)), "version", "a wrap without its first byte"),
    malformed(change(good, "wrap", text(other, "wrap")), "opening", "another item's wrap"),
    malformed(change(good, "wrap", hex(wrongKey)), "commitment", "a wrap of another key than the record promises"),
    malformed(bent("versions", 3, "body", 20, 1), "other bytes", "an altered body"),
    malformed(bent("versions", 3, "details", 0, 3), "other bytes", "altered details"),
    malformed(
      part("versions", 3, "details", of("versions", 0, "details")),
      "other bytes",
      "an earlier version's details",
    ),
    malformed(
      part("versions", 0, "body", of("versions", 1, "body")),
      "other bytes",
      "a later version's body in an earlier one",
    ),
    malformed(
      part("epochs", 1, "previous_key", text(good, "wrap")),
      "opening",
      "the wrap in place of the previous key",
    ),
    malformed(some("versions", 0, 1, 3), "chain", "a version left out"),
    malformed(some("versions", 0, 2, 1, 3), "chain", "versions in another order"),
    malformed(some("versions", 0, 1, 2, 3, 3), "chain", "a version twice"),
    malformed(some("epochs", 1), "chain", "the first epoch left out"),
    malformed(some("epochs", 0), "chain", "the second epoch left out"),
    malformed(some("epochs", 0, 0, 1), "chain", "an epoch twice"),
    malformed(some("versions", 0), "chain", "all versions of the second epoch left out"),
    malformed(some("versions"), "chain", "no versions"),
    malformed(some("epochs"), "chain", "no epochs"),
    malformed(
      change(good, "epochs", [list(good, "epochs")[0] ?? null, list(other, "epochs")[1] ?? null]),
      "other item",
      "another item's epoch",
    ),
    malformed(
      change(good, "owner", change(object(good, "owner"), "user", hex(filled(16, 1)))),
      "other item",
      "another owner's records",
    ),
    malformed(
      change(good, "owner", change(object(good, "owner"), "encryption", hex(filled(32, 1)))),
      "unknown keys",
      "other keys than the record's",
    ),
    malformed(seen(change(newest, "epoch_record", hex(filled(32, 1)))), "chain", "a fork of the epoch that was seen"),
    malformed(seen(change(newest, "version", 5)), "older", "fewer versions than were seen"),
    malformed(seen(change(newest, "epoch", 3)), "older", "fewer epochs than were seen"),
    malformed(
      seen(early, some("versions", 2, 3)),
      "gap",
      "a version between what was seen and what is served is missing",
    ),
  ];
}
