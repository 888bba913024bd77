// Signing in: the client's half of OPAQUE (RFC 9807). The password never leaves this file's callers, and neither does
// anything from which the daemon alone could guess it.
//
// The cipher suite is the library's one: ristretto255 for the OPRF and for the key exchange, SHA-512, 3DH, no context
// and no identifiers. Only the stretching has a choice, and nothing but the client stretches: the daemon's agreement
// proves nothing about these numbers, so they are given explicitly. A library that is loaded for signing in is loaded
// by nothing else.

import { client, ready } from "@serenity-kit/opaque";

import { type Bytes } from "./bytes.ts";
import { refuse } from "./error.ts";
import { decode, encode } from "./text.ts";

/** Argon2id, 65,536 KiB, three passes, four lanes (docs/protocol.md, "Sign-in"). */
const STRETCHING = { "argon2id-custom": { memory: 65_536, iterations: 3, parallelism: 4 } };

/** How long messages are, in bytes (RFC 9807, section 4 and 6). */
const RESPONSE = 64;
const KE2 = 320;

/** A registration whose request has been made and whose answer is awaited. */
export type Registration = { readonly request: Bytes; readonly finish: (answer: Bytes) => Registered };

/** The record to upload, and what opens the root, now and at every sign-in with the same password. */
export type Registered = { readonly upload: Bytes; readonly exportKey: Bytes };

/** A sign-in whose first message (KE1) has been made and whose answer is awaited. */
export type SignIn = { readonly request: Bytes; readonly finish: (answer: Bytes) => SignedIn };

/** The third message (KE3), which alone tells the daemon that the password was right, and what opens the root. */
export type SignedIn = { readonly finalization: Bytes; readonly exportKey: Bytes; readonly sessionKey: Bytes };

/** Begins a registration. */
export async function register(password: string): Promise<Registration> {
  await ready;
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const finish = (answer: Bytes): Registered => {
    const registrationResponse = message(answer, RESPONSE);
    const keyStretching = STRETCHING;
    const finished = formed(() =>
      client.finishRegistration({ password, clientRegistrationState, registrationResponse, keyStretching }),
    );
    return { upload: decode(finished.registrationRecord), exportKey: decode(finished.exportKey, 64) };
  };
  return { request: decode(registrationRequest), finish };
}

/** Begins a sign-in. */
export async function signIn(password: string): Promise<SignIn> {
  await ready;
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  const finish = (answer: Bytes): SignedIn => {
    const loginResponse = message(answer, KE2);
    const keyStretching = STRETCHING;
    const finished = formed(() => client.finishLogin({ password, clientLoginState, loginResponse, keyStretching }));
    if (finished === undefined) {
      // Or there is nobody of that name: nobody can tell which.
      return refuse("wrong password");
    }
    return {
      finalization: decode(finished.finishLoginRequest),
      exportKey: decode(finished.exportKey, 64),
      sessionKey: decode(finished.sessionKey, 64),
    };
  };
  return { request: decode(startLoginRequest), finish };
}

function message(answer: Bytes, length: number): string {
  return answer.length === length ? encode(answer) : refuse("form");
}

/**
 * What no honest daemon answers is told from a wrong password, and from a machine that has no memory left to stretch
 * in.
 */
function formed<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      throw error;
    }
    return refuse("form");
  }
}
