// Wraps to a public key: the vectors, RFC 9180's own numbers, and what a platform that is too lenient must not get
// through.

import assert from "node:assert/strict";
import { join } from "node:path";
import { mock, test } from "node:test";

import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

import { type Bytes, concat, u64be, utf8 } from "../bytes.ts";
import { ctx } from "../ctx.ts";
import { reasonOf } from "../error.ts";
import { unwrap, wrap, wrappingKey } from "../wrap.ts";
import {
  bytes,
  type Case,
  change,
  check,
  filled,
  flipped,
  folder,
  hex,
  load,
  malformed,
  same,
  unhex,
} from "./cases.ts";
import { scripted } from "./scripted.ts";

const SECRET = filled(32, 0x77);
const INFO = utf8("info");

const made = async (secret: Bytes, plaintext: Bytes, info: Bytes): Promise<Case> => {
  const key = await wrappingKey(secret);
  const wrapped = hex(await wrap(key, plaintext, info));
  return { private: hex(secret), public: hex(key), plaintext: hex(plaintext), info: hex(info), wrapped };
};

check({
  name: "wrap",
  about: "HPKE base mode: 0x01 || kem_id || kdf_id || aead_id || encapsulated key (32) || ciphertext || tag (16).",
  good: async () => [
    await made(SECRET, filled(32, 0x78), utf8("für wen und wofür")),
    await made(filled(32, 0), filled(1, 0), new Uint8Array()),
    await made(filled(32, 0x79), filled(1000, 0x7a), filled(300, 0x7b)),
  ],
  malformed: async () => {
    const good = await made(SECRET, filled(32, 0x78), utf8("info"));
    const wrapped = bytes(good, "wrapped");
    const other = (value: Bytes): Case => change(good, "wrapped", hex(value));
    const suites = [1, 2, 3, 4, 5, 6].map((at) => other(flipped(wrapped, at, 0x04)));
    return [
      malformed(other(flipped(wrapped, 0, 0x02)), "version", "an unknown version"),
      malformed(other(new Uint8Array()), "length", "empty"),
      malformed(other(wrapped.slice(0, 6)), "length", "cut short among the ids"),
      malformed(other(wrapped.slice(0, 54)), "length", "cut short by all that it holds and a byte"),
      ...suites.map((one) => malformed(one, "suite", "another id of an algorithm")),
      malformed(other(flipped(wrapped, 38, 0x80)), "opening", "another spelling of the encapsulated key"),
      malformed(
        other(concat(wrapped.slice(0, 7), filled(32, 0), wrapped.slice(39))),
        "opening",
        "an encapsulated key that gives zeros",
      ),
      malformed(other(flipped(wrapped, 39, 1)), "opening", "another ciphertext"),
      malformed(other(Uint8Array.of(...wrapped, 0xff)), "opening", "a byte more"),
      malformed(change(good, "info", ""), "opening", "no info"),
      malformed(change(good, "private", hex(filled(32, 0x79))), "opening", "another key"),
    ];
  },
  read: async (one) => {
    same(await unwrap(bytes(one, "private"), bytes(one, "wrapped"), bytes(one, "info")), one, "plaintext");
    same(await wrappingKey(bytes(one, "private")), one, "public");
  },
});

test("from the same randomness both implementations make the same wraps", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "wrap.json"));
  await scripted("wrap", async () => {
    for (const one of good) {
      same(await wrap(bytes(one, "public"), bytes(one, "plaintext"), bytes(one, "info")), one, "wrapped");
    }
  });
});

test("the library agrees with RFC 9180", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "rfc", "rfc9180.json"));
  for (const rfc of good) {
    const kem = new DhkemX25519HkdfSha256();
    const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes128Gcm() });
    same(await wrappingKey(bytes(rfc, "private")), rfc, "public");
    const recipientPublicKey = await kem.deserializePublicKey(bytes(rfc, "public"));
    const sender = await suite.createSenderContext({
      recipientPublicKey,
      info: bytes(rfc, "info"),
      ekm: bytes(rfc, "ephemeral_ikm"),
    });
    same(new Uint8Array(sender.enc), rfc, "encapsulated");
    same(new Uint8Array(await sender.seal(bytes(rfc, "plaintext"), bytes(rfc, "associated"))), rfc, "ciphertext");
  }
});

test("a wrap that doesn't bind its suite is refused", async () => {
  const { suite, kem } = ours();
  const recipientPublicKey = await kem.deserializePublicKey(await wrappingKey(SECRET));
  const { ct, enc } = await suite.seal({ recipientPublicKey, info: INFO }, utf8("key"));
  assert.equal(await unwrap(SECRET, assembled(enc, ct), INFO).catch(reasonOf), "opening");
});

// Points of order 4, 1 and 8: whatever they are multiplied with by X25519, zero comes out (RFC 7748, section 6.1).
const POINTS = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
].map(unhex);

test("a public key that gives everybody the same secret is refused, even where the platform takes it", async () => {
  for (const point of POINTS) {
    const forged = await forge(point);
    const refused = async (): Promise<void> => {
      assert.equal(await wrap(point, utf8("key"), INFO).catch(reasonOf), "public key");
      assert.equal(await unwrap(SECRET, forged, INFO).catch(reasonOf), "opening");
    };
    await refused();
    await withDerived((strict) => strict.catch(() => new ArrayBuffer(32)), refused);
  }
});

/** What somebody who knows no key makes for a reader who takes zeros for a secret. */
async function forge(point: Bytes): Promise<Bytes> {
  const { suite, kem } = ours();
  const recipientPublicKey = await kem.deserializePublicKey(await wrappingKey(SECRET));
  const { privateKey } = await kem.generateKeyPair();
  const ekm = { privateKey, publicKey: await kem.deserializePublicKey(point) };
  const zeros = (): ArrayBuffer => new ArrayBuffer(32);
  return withDerived(
    (strict) => strict.then(zeros, zeros),
    async () => {
      const sender = await suite.createSenderContext({ recipientPublicKey, info: INFO, ekm });
      const associated = ctx("suite", u64be(0x20), u64be(1), u64be(2));
      return assembled(sender.enc, await sender.seal(utf8("key"), associated));
    },
  );
}

/** Runs some work on a platform whose X25519 answers otherwise. */
async function withDerived<T>(
  other: (strict: Promise<ArrayBuffer>) => Promise<ArrayBuffer>,
  work: () => Promise<T>,
): Promise<T> {
  const strict = crypto.subtle.deriveBits.bind(crypto.subtle);
  const derive: typeof strict = (algorithm, ...rest) => {
    const derived = strict(algorithm, ...rest);
    return typeof algorithm === "object" && algorithm.name === "X25519" ? other(derived) : derived;
  };
  const mocked = mock.method(crypto.subtle, "deriveBits", derive);
  try {
    return await work();
  } finally {
    mocked.mock.restore();
  }
}

function ours(): { suite: CipherSuite; kem: DhkemX25519HkdfSha256 } {
  const kem = new DhkemX25519HkdfSha256();
  return { suite: new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() }), kem };
}

function assembled(enc: ArrayBuffer, sealed: ArrayBuffer): Bytes {
  return concat(Uint8Array.of(1, 0, 0x20, 0, 1, 0, 2), new Uint8Array(enc), new Uint8Array(sealed));
}
