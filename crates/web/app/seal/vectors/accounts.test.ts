// Accounts: the root's three seals, the recovery code, the key bundle, the fingerprint.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { type NewAccount, createAccount, openAccount } from "../account/account.ts";
import { openBundle, sealBundle } from "../account/bundle.ts";
import { fingerprint, showFingerprint } from "../account/fingerprint.ts";
import { newKeys, type Pin, publicKeys } from "../account/keys.ts";
import { readRecoveryCode, recoveryProof, recoveryVerifier, showRecoveryCode } from "../account/recovery.ts";
import { keep, openByPassword, openByRecovery, openKept, sealByPassword } from "../account/root.ts";
import { seal } from "../aead.ts";
import { type Bytes, utf8 } from "../bytes.ts";
import { ctx } from "../ctx.ts";
import { reasonOf } from "../error.ts";
import { derive } from "../kdf.ts";
import { pad } from "../padding.ts";
import { random } from "../random.ts";
import { encode } from "../text.ts";
import {
  altered,
  bytes,
  type Case,
  change,
  check,
  damaged,
  filled,
  folder,
  hex,
  list,
  load,
  malformed,
  same,
  text,
} from "./cases.ts";
import { scripted } from "./scripted.ts";

const USER = filled(16, 0x3c);
const EXPORT_KEY = filled(64, 0x1e);

/** A case as `crates/seal` makes it, in the order in which that draws: the same randomness must give the same bytes. */
async function made(user: Bytes, exportKey: Bytes, met: readonly Bytes[]): Promise<Case> {
  const keptKey = random(32);
  const { account, code, sealed }: NewAccount = await createAccount(user, exportKey);
  const pins: Pin[] = [];
  for (const person of met) {
    pins.push({ user: person, keys: await publicKeys(newKeys()) });
  }
  const whole = await fingerprint(sealed.public);
  return {
    user: hex(user),
    root: hex(account.root),
    export_key: hex(exportKey),
    root_by_password: hex(sealed.rootByPassword),
    recovery_code: showRecoveryCode(code),
    recovery_proof: hex(await recoveryProof(code, user)),
    recovery_verifier: hex(sealed.recoveryVerifier),
    root_by_recovery: hex(sealed.rootByRecovery),
    kept_key: hex(keptKey),
    kept: hex(await keep(account.root, keptKey, user)),
    encryption: hex(account.keys.encryption),
    signing: hex(account.keys.signing),
    public: person({ user, keys: sealed.public }),
    fingerprint: showFingerprint(whole),
    fingerprint_bytes: hex(whole),
    pins: pins.map(person),
    bundle: hex(await sealBundle({ ...account.keys, pins }, account.root, user)),
  };
}

async function read(one: Case): Promise<void> {
  const user = bytes(one, "user");
  const root = await openByPassword(bytes(one, "root_by_password"), bytes(one, "export_key"), user);
  same(root, one, "root");
  const code = readRecoveryCode(text(one, "recovery_code"));
  assert.equal(showRecoveryCode(code), text(one, "recovery_code"));
  const proof = await recoveryProof(code, user);
  same(proof, one, "recovery_proof");
  same(await recoveryVerifier(proof), one, "recovery_verifier");
  same(await openByRecovery(bytes(one, "root_by_recovery"), code, user), one, "root");
  same(await openKept(bytes(one, "kept"), bytes(one, "kept_key"), user), one, "root");
  const account = await openAccount(user, root, bytes(one, "bundle"));
  same(account.keys.encryption, one, "encryption");
  same(account.keys.signing, one, "signing");
  const keys = await publicKeys(account.keys);
  assert.deepEqual(person({ user, keys }), one["public"]);
  same(await fingerprint(keys), one, "fingerprint_bytes");
  assert.equal(showFingerprint(await fingerprint(keys)), text(one, "fingerprint"));
  assert.deepEqual(account.keys.pins.map(person), list(one, "pins"));
}

check({
  name: "account",
  about:
    "An account. 'root_by_*' and 'kept' seal the root, 'bundle' the private keys and the people met; " +
    "'fingerprint' is what people compare.",
  good: async () => [
    await made(USER, EXPORT_KEY, []),
    await made(filled(16, 0), filled(64, 0xff), [filled(16, 0xff), filled(16, 1), filled(16, 0x80)]),
  ],
  malformed: async () => {
    const good = await made(USER, EXPORT_KEY, []);
    const seals = ["root_by_password", "root_by_recovery", "kept"];
    return [
      ...seals.flatMap((member) => [...damaged(good, member), ...altered(good, member, "length")]),
      ...damaged(good, "bundle"),
      ...altered(good, "bundle", "opening"),
      malformed(
        change(good, "kept", text(good, "root_by_recovery")),
        "opening",
        "the recovery code's seal instead of the session's",
      ),
      malformed(change(good, "export_key", hex(filled(64, 0x1f))), "opening", "another password's export key"),
      malformed(change(good, "kept_key", hex(filled(32, 0x1f))), "opening", "another session's key"),
      ...(await bundles(good)),
    ];
  },
  read,
});

/** Bundles that open, but don't hold what a bundle holds. */
async function bundles(good: Case): Promise<Case[]> {
  const key = encode(filled(32, 0x2a));
  const keys = (signing: string) => `"encryption":"${key}","signing":"${signing}"`;
  const pin = (user: Bytes, of = keys(key)) => `{"user":"${encode(user)}","keys":{${of}}}`;
  const bundle = (pins: string, signing = key) => `{${keys(signing)},"pins":[${pins}]}`;
  const texts: [string, string][] = [
    [bundle(pin(filled(15, 1))), "an id that is too short"],
    [bundle(pin(filled(16, 1), `"signing":"${key}","encryption":"${key}"`)), "another order in somebody's keys"],
    [
      bundle(`${pin(filled(16, 1))},${pin(filled(16, 2))},${pin(filled(16, 1))}`),
      "somebody met twice, and somebody else between",
    ],
    [bundle("", encode(filled(31, 1))), "a key that is too short"],
    [bundle("", `${key.slice(0, -1)}B`), "stray bits in a key"],
    [bundle("null"), "nobody met"],
    [` ${bundle("")}`, "white space"],
    ["", "nothing"],
  ];
  const root = bytes(good, "root");
  const sealed = async (plain: string): Promise<string> => {
    const under = await derive(root, new Uint8Array(), ctx("bundle-key", USER));
    return hex(await seal(under, pad(utf8(plain)), ctx("bundle", USER)));
  };
  const all: Case[] = [];
  for (const [plain, why] of texts) {
    all.push(malformed(change(good, "bundle", await sealed(plain)), "form", why));
  }
  return all;
}

function person({ user, keys }: Pin): Case {
  return { user: hex(user), encryption: hex(keys.encryption), signing: hex(keys.signing) };
}

test("from the same randomness both implementations make the same account", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "account.json"));
  const again = await scripted("account", async () => {
    const all: Case[] = [];
    for (const one of good) {
      const met = list(one, "pins").map((pin) => bytes(pin as Case, "user"));
      all.push(await made(bytes(one, "user"), bytes(one, "export_key"), met));
    }
    return all;
  });
  assert.deepEqual(again, good);
});

test("nobody else's password, code or id opens an account", async () => {
  const { account, code, sealed } = await createAccount(USER, EXPORT_KEY);
  const other = filled(16, 0x3d);
  const refused = async (opened: Promise<unknown>): Promise<void> =>
    assert.equal(await opened.catch(reasonOf), "opening");
  await refused(openByPassword(sealed.rootByPassword, EXPORT_KEY, other));
  await refused(openByRecovery(sealed.rootByRecovery, random(20), USER));
  await refused(openByRecovery(sealed.rootByRecovery, code, other));
  await refused(openBundle(sealed.bundle, account.root, other));
  await refused(openBundle(sealed.bundle, random(32), USER));
  const anew = await sealByPassword(account.root, filled(64, 2), USER);
  assert.deepEqual(await openByPassword(anew, filled(64, 2), USER), account.root);
});
