// One version of an item: details and body, sealed under the epoch's key, and a signed record of both.
//
// The record's text: `ctx("version", item, epoch, n, author, SHA-256(previous record), SHA-256(details),
// SHA-256(body))`

import { type Account } from "../account/account.ts";
import { open, seal } from "../aead.ts";
import { type Bytes, equal, sha256, u64be, wipe } from "../bytes.ts";
import { ctx, exactly, fields, number } from "../ctx.ts";
import { refuse } from "../error.ts";
import { type Contents, fromPadded, toPadded } from "./contents.ts";
import { type Details, detailsFromPadded, detailsOf, detailsToPadded } from "./details.ts";
import { signRecord } from "./record.ts";

/** What a version's record says. It has its form, nothing more: see `records.ts`. */
export type VersionRecord = {
  readonly item: Bytes;
  /** Under which epoch's key it is sealed. */
  readonly epoch: number;
  /** Counted from 1 through all epochs. */
  readonly version: number;
  /** Who signed. */
  readonly author: Bytes;
  /** SHA-256 of the record before; zeros in the first version. */
  readonly previous: Bytes;
  /** SHA-256 of the sealed details. */
  readonly details: Bytes;
  /** SHA-256 of the sealed body. */
  readonly body: Bytes;
};

/** Signs a record. */
export async function signVersion(record: VersionRecord, author: Account): Promise<Bytes> {
  const { item, epoch, version, previous, details, body } = record;
  return signRecord(ctx("version", item, u64be(epoch), u64be(version), record.author, previous, details, body), author);
}

/** Reads a record's text. */
export function versionFromText(text: Bytes): VersionRecord {
  const parts = fields("version", text, 7);
  const [item, epoch, version, author, previous, details, body] = parts as readonly [
    Bytes,
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
    version: number(version),
    author: exactly(author, 16),
    previous: exactly(previous, 32),
    details: exactly(details, 32),
    body: exactly(body, 32),
  };
}

/** Opens the details that a version's author signed. */
export async function openDetails(sealed: Bytes, record: VersionRecord, key: Bytes): Promise<Details> {
  return opened(sealed, record.details, key, associated("details", record), detailsFromPadded);
}

/** Opens the body that a version's author signed. */
export async function openBody(sealed: Bytes, record: VersionRecord, key: Bytes): Promise<Contents> {
  return opened(sealed, record.body, key, associated("body", record), fromPadded);
}

/** Seals details and body of a version. */
export async function sealVersion(
  contents: Contents,
  key: Bytes,
  at: Pick<VersionRecord, "item" | "epoch" | "version">,
): Promise<{ readonly details: Bytes; readonly body: Bytes }> {
  const [details, body] = [detailsToPadded(detailsOf(contents)), toPadded(contents)];
  const sealed = {
    details: await seal(key, details, associated("details", at)),
    body: await seal(key, body, associated("body", at)),
  };
  wipe(details, body);
  return sealed;
}

async function opened<T>(
  sealed: Bytes,
  hash: Bytes,
  key: Bytes,
  associated: Bytes,
  read: (padded: Bytes) => T,
): Promise<T> {
  if (!equal(await sha256(sealed), hash)) {
    return refuse("other bytes");
  }
  const padded = await open(key, sealed, associated);
  try {
    return read(padded);
  } finally {
    wipe(padded);
  }
}

function associated(part: "details" | "body", at: Pick<VersionRecord, "item" | "epoch" | "version">): Bytes {
  return ctx(part, at.item, u64be(at.epoch), u64be(at.version));
}
