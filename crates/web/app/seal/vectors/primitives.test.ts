// Primitives: derivation and symmetric seal.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { open, seal } from "../aead.ts";
import { type Bytes, utf8 } from "../bytes.ts";
import { derive } from "../kdf.ts";
import { altered, bytes, type Case, change, check, damaged, filled, folder, hex, load } from "./cases.ts";
import { malformed, same } from "./cases.ts";
import { drawing } from "./scripted.ts";

const NONE = new Uint8Array(0);

check({
  name: "kdf",
  about: "H(ikm, salt, info): HKDF-SHA-256, extract and expand, 32 bytes.",
  good: async () => {
    const one = async (ikm: Bytes, salt: Bytes, info: Bytes): Promise<Case> => {
      return { ikm: hex(ikm), salt: hex(salt), info: hex(info), key: hex(await derive(ikm, salt, info)) };
    };
    return [
      await one(filled(32, 0xfe), NONE, NONE),
      await one(filled(42, 0x80), filled(64, 0x81), utf8("Ü")),
      await one(filled(65, 0x21), filled(65, 0x22), filled(1000, 0x23)),
    ];
  },
  malformed: async () => [],
  read: async (one) => same(await derive(bytes(one, "ikm"), bytes(one, "salt"), bytes(one, "info")), one, "key"),
});

check({
  name: "aead",
  about: "0x01 || nonce (12) || AES-256-GCM ciphertext || tag (16).",
  good: async () => {
    const one = async (key: Bytes, plain: Bytes, associated: Bytes): Promise<Case> => {
      const sealed = hex(await seal(key, plain, associated));
      return { key: hex(key), plaintext: hex(plain), associated: hex(associated), sealed };
    };
    return [
      await one(filled(32, 0xf0), filled(1, 0), NONE),
      await one(filled(32, 0xf1), NONE, utf8("only data")),
      await one(filled(32, 0xf2), filled(1024, 0x55), filled(256, 0xaa)),
    ];
  },
  malformed: async () => {
    const [key, data] = [filled(32, 0xf3), utf8("associated")];
    const good = { key: hex(key), associated: hex(data), sealed: hex(await seal(key, utf8("plain text"), data)) };
    return [
      ...damaged(good, "sealed"),
      ...altered(good, "sealed", "opening"),
      malformed(change(good, "key", hex(filled(32, 0))), "opening", "a key of zeros"),
      malformed(change(good, "associated", ""), "opening", "no associated data"),
    ];
  },
  read: async (one) => {
    const [key, sealed, associated] = [bytes(one, "key"), bytes(one, "sealed"), bytes(one, "associated")];
    const plain = await open(key, sealed, associated);
    same(plain, one, "plaintext");
    same(await drawing(sealed.slice(1, 13), async () => seal(key, plain, associated)), one, "sealed");
  },
});

test("the derivation agrees with RFC 5869", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "rfc", "rfc5869.json"));
  assert.equal(good.length, 3);
  for (const one of good) {
    const key = await derive(bytes(one, "ikm"), bytes(one, "salt"), bytes(one, "info"));
    assert.equal(hex(key), hex(bytes(one, "okm").slice(0, 32)));
  }
});

test("sealing twice never gives the same bytes", async () => {
  const twice = [await seal(filled(32, 7), NONE, NONE), await seal(filled(32, 7), NONE, NONE)].map(hex);
  assert.notEqual(twice[0], twice[1]);
});
