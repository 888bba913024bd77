// Sign-in: a server setup and a registered record. Whoever signs in with the password must come to the same export key;
// a client with other Argon2id parameters doesn't.
//
// The published vectors of RFC 9807 stretch with the identity and have a context, which the library can't be told. So
// only their first messages are replayed here; `crates/seal` replays the rest, and `tests/flows` has both sign in to
// one account.

import assert from "node:assert/strict";
import nodeCrypto from "node:crypto";
import { join } from "node:path";
import { mock, test } from "node:test";

import { ready, server } from "@serenity-kit/opaque";

import { type Bytes, concat } from "../bytes.ts";
import { reasonOf } from "../error.ts";
import { register, signIn } from "../opaque.ts";
import { decode, encode } from "../text.ts";
import { bytes, type Case, change, check, filled, folder, hex, load, malformed, object, same, text } from "./cases.ts";
import { drawing } from "./scripted.ts";

await ready;

// Under Node the library draws from this one function; it goes the way of everything else that is drawn.
mock.method(nodeCrypto, "randomFillSync", (out: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(out));

async function made(name: string, password: string): Promise<Case> {
  const setup = server.createSetup();
  const { request, finish } = await register(password);
  const registrationRequest = encode(request);
  const { registrationResponse } = server.createRegistrationResponse({
    serverSetup: setup,
    userIdentifier: name,
    registrationRequest,
  });
  const { upload, exportKey } = finish(decode(registrationResponse));
  return { setup: hex(decode(setup)), name, password, record: hex(upload), export_key: hex(exportKey) };
}

check({
  name: "sign_in",
  about:
    "OPAQUE: 'setup' is the daemon's serialized setup, 'record' what registration stored under 'name'. " +
    "Signing in with 'password' gives 'export_key'.",
  good: async () => [await made("ada", "ein Passwort, das niemand errät"), await made("grace.hopper", "\u{1f511}")],
  malformed: async () => {
    const good = await made("ada", "a password");
    return [
      malformed(change(good, "password", ""), "wrong password", "no password"),
      malformed(change(good, "password", "a password "), "wrong password", "a password with a space behind it"),
      malformed(change(good, "password", "A password"), "wrong password", "a password with a capital letter"),
      malformed(change(good, "name", "Ada"), "wrong password", "a name that isn't normalised"),
      malformed(change(good, "setup", hex(decode(server.createSetup()))), "wrong password", "another setup"),
    ];
  },
  read: async (one) => {
    const { request, finish } = await signIn(text(one, "password"));
    const { serverLoginState, loginResponse } = server.startLogin({
      serverSetup: encode(bytes(one, "setup")),
      registrationRecord: encode(bytes(one, "record")),
      startLoginRequest: encode(request),
      userIdentifier: text(one, "name"),
    });
    const { finalization, exportKey, sessionKey } = finish(decode(loginResponse));
    same(exportKey, one, "export_key");
    const verified = server.finishLogin({ serverLoginState, finishLoginRequest: encode(finalization) });
    assert.equal(verified.sessionKey, encode(sessionKey));
  },
});

test("the first messages agree with RFC 9807", async () => {
  const { good } = load<{ good: readonly Case[] }>(join(folder, "rfc", "rfc9807.json"));
  assert.equal(good.length, 1);
  for (const rfc of good) {
    const password = new TextDecoder().decode(bytes(rfc, "password"));
    // The library draws 64 bytes for a scalar and reduces them; the RFC gives the scalar itself, zeros complete it.
    const blind = (of: Case): Bytes => concat(bytes(of, "blind"), new Uint8Array(32));
    const [registration, begun] = [object(rfc, "registration"), object(rfc, "sign_in")];
    const request = await drawing(blind(registration), async () => (await register(password)).request);
    same(request, registration, "request");
    const drawn = concat(blind(begun), bytes(begun, "client_keyshare_seed"), bytes(begun, "client_nonce"));
    same(await drawing(drawn, async () => (await signIn(password)).request), begun, "ke1");
  }
});

test("an answer that no honest daemon gives is told from a wrong password", async () => {
  const registration = await register("a password");
  for (const answer of [filled(0, 0), filled(63, 1), filled(64, 0xff)]) {
    assert.equal(reasonOf(caught(() => registration.finish(answer))), "form");
  }
  const begun = await signIn("a password");
  for (const answer of [filled(0, 0), filled(319, 1), filled(320, 0xff)]) {
    assert.equal(reasonOf(caught(() => begun.finish(answer))), "form");
  }
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
