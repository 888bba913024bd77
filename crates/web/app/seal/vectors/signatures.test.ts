// Signatures: the vectors, and RFC 8032's own.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { type Bytes, utf8 } from "../bytes.ts";
import { sign, verify, verifyingKey } from "../sign.ts";
import { bytes, type Case, change, check, filled, flipped, folder, hex, load, malformed, same } from "./cases.ts";

const made = async (seed: Bytes, text: Bytes): Promise<Case> => ({
  private: hex(seed),
  public: hex(await verifyingKey(seed)),
  text: hex(text),
  signature: hex(await sign(seed, text)),
});

const read = async (one: Case): Promise<void> => {
  await verify(bytes(one, "public"), bytes(one, "text"), bytes(one, "signature"));
  same(await verifyingKey(bytes(one, "private")), one, "public");
  same(await sign(bytes(one, "private"), bytes(one, "text")), one, "signature");
};

check({
  name: "sign",
  about: "Ed25519 signatures.",
  good: async () => [await made(filled(32, 0), filled(1, 0)), await made(filled(32, 0xee), filled(1000, 0x5c))],
  malformed: async () => {
    const good = await made(filled(32, 0x41), utf8("a text"));
    const signature = bytes(good, "signature");
    return [
      malformed(change(good, "text", ""), "signature", "no text"),
      malformed(change(good, "signature", hex(flipped(signature, 0, 1))), "signature", "another point"),
      malformed(change(good, "signature", hex(flipped(signature, 40, 1))), "signature", "another scalar"),
      malformed(change(good, "signature", hex(filled(64, 0xff))), "signature", "a scalar beyond the group's order"),
      malformed(change(good, "public", hex(await verifyingKey(filled(32, 0x42)))), "signature", "another key"),
    ];
  },
  read,
});

test("signatures agree with RFC 8032", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "rfc", "rfc8032.json"));
  assert.equal(good.length, 3);
  for (const one of good) {
    await read({ ...one });
  }
});
