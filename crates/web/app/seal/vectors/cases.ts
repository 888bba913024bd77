// The test vectors in `tests/vectors/`: `crates/seal` made them and this code reads them; this code makes those in
// `browser/`, and `crates/seal` reads them. Every file is `{ about, good, malformed }`, bytes are lower-case
// hexadecimal, and a malformed case bears the word for the reason for which it must be refused.
//
// `POSTERN_WRITE_VECTORS=1` writes `browser/` anew. Otherwise a difference is a failure: a format has changed that
// others read.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import type { Bytes } from "../bytes.ts";
import { type Reason, reasonOf } from "../error.ts";
import { scripted } from "./scripted.ts";

/** What stands in a case. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [member: string]: Value };
export type Case = { readonly [member: string]: Value };

/** One file: how its cases are made, and how each is read. */
export interface File {
  readonly name: string;
  readonly about: string;
  readonly good: () => Promise<readonly Case[]>;
  readonly malformed: () => Promise<readonly Case[]>;
  /** Reads a case; what it says must come out. A malformed one must be refused by a SealError. */
  readonly read: (one: Case) => Promise<void>;
}

type Kept = { readonly about: string; readonly good: readonly Case[]; readonly malformed: readonly Case[] };

/** Where the vectors are. */
export const folder = join(import.meta.dirname, "../../../../../tests/vectors");

/** The tests of one file. */
export function check(file: File): void {
  const name = `${file.name}.json`;
  const browsers = join(folder, "browser", name);

  test(`browser/${name} on disk is what this code makes`, async () => {
    const made = await scripted(`browser ${file.name}`, async () => {
      const good = await file.good();
      return { about: file.about, good, malformed: await file.malformed() };
    });
    const text = `${JSON.stringify(sorted(made), null, 2)}\n`;
    if (process.env["POSTERN_WRITE_VECTORS"] !== undefined) {
      mkdirSync(join(folder, "browser"), { recursive: true });
      writeFileSync(browsers, text);
    }
    const kept = existsSync(browsers) ? readFileSync(browsers, "utf8") : "";
    assert.ok(kept === text, `browser/${name} differs from what this code makes; make vectors writes it anew`);
  });

  for (const path of [join(folder, name), browsers]) {
    const from = path === browsers ? `browser/${name}` : name;
    test(`every vector in ${from} is read as it says`, async () => {
      const kept = load<Kept>(path);
      assert.ok(kept.good.length > 0, "there are cases");
      for (const one of kept.good) {
        await file.read(one).catch((error: unknown) => {
          assert.fail(`${from} refuses ${JSON.stringify(one)}: ${String(error)}`);
        });
      }
      for (const one of kept.malformed) {
        const read = file.read(one).then(() => "read");
        const came = await read.catch((error: unknown) => reasonOf(error) ?? String(error));
        assert.equal(came, one["error"], `${from}: ${text(one, "why")}: ${JSON.stringify(one)}`);
      }
    });
  }
}

/** Reads a file of JSON. */
export function load<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

/** A case, malformed, with the word for its error and a sentence that says why. */
export function malformed(one: Case, error: Reason, why: string): Case {
  return { ...one, error, why };
}

/** A copy of a case with one member changed. */
export function change(one: Case, member: string, value: Value): Case {
  assert.ok(member in one, `there is a ${member} to change`);
  return { ...one, [member]: value };
}

/** The ways in which any sealed blob can be damaged. */
export function damaged(one: Case, member: string): Case[] {
  const blob = bytes(one, member);
  const other = (value: Bytes): Case => change(one, member, hex(value));
  return [
    malformed(other(flipped(blob, 0, 0x01)), "version", "version 0"),
    malformed(other(flipped(blob, 0, 0x80)), "version", "an unknown version"),
    malformed(other(blob.subarray(0, 28)), "length", "cut short by all that it holds and a byte"),
    malformed(other(blob.subarray(0, 1)), "length", "a version byte alone"),
    malformed(other(blob.subarray(0, 0)), "length", "empty"),
  ];
}

/** The ways in which a blob of fixed length can be altered besides; `longer` is what is said of a byte more or less. */
export function altered(one: Case, member: string, longer: Reason): Case[] {
  const blob = bytes(one, member);
  const other = (value: Bytes): Case => change(one, member, hex(value));
  return [
    malformed(other(flipped(blob, 12, 0x80)), "opening", "another nonce"),
    malformed(other(flipped(blob, 13, 0x01)), "opening", "another ciphertext"),
    malformed(other(flipped(blob, blob.length - 1, 0x01)), "opening", "another tag"),
    malformed(other(Uint8Array.of(...blob, 0xff)), longer, "a byte more"),
    malformed(other(blob.subarray(0, blob.length - 1)), longer, "a byte less"),
  ];
}

/** A copy with some bits of one byte flipped. */
export function flipped(blob: Bytes, at: number, bits: number): Bytes {
  return blob.map((byte, index) => (index === at ? byte ^ bits : byte));
}

/** So many times the same byte. */
export function filled(length: number, byte: number): Bytes {
  return new Uint8Array(length).fill(byte);
}

/** Bytes as lower-case hexadecimal. */
export function hex(value: Bytes): string {
  return Buffer.from(value).toString("hex");
}

/** The bytes of hexadecimal digits. */
export function unhex(digits: string): Bytes {
  assert.match(digits, /^([0-9a-f]{2})*$/);
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** A member that is text. */
export function text(one: Case, member: string): string {
  const value = one[member];
  assert.ok(typeof value === "string", `no text ${member} in ${JSON.stringify(one)}`);
  return value;
}

/** A member that is bytes. */
export function bytes(one: Case, member: string): Bytes {
  return unhex(text(one, member));
}

/** A member that is a list. */
export function list(one: Case, member: string): readonly Value[] {
  const value = one[member];
  assert.ok(Array.isArray(value), `no list ${member} in ${JSON.stringify(one)}`);
  return value as readonly Value[];
}

/** A member that is an object. */
export function object(one: Case, member: string): Case {
  const value = one[member];
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `no object ${member}`);
  return value as Case;
}

/** Fails unless these bytes are what the case says. */
export function same(read: Bytes, one: Case, member: string): void {
  assert.equal(hex(read), text(one, member), member);
}

/** The same with its members in alphabetical order, as `crates/seal` writes them. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).map(sorted);
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
  }
  return value;
}
