// An owner's calls as a page will make them, from Node: registration, signing in, an item made, read and sealed under a new key.
// One task comes as JSON on standard input, what came of it goes as JSON to standard output. `tests/flows` runs it against a
// daemon, with `postern` as the other client of the same account.
//
// It draws no screen and keeps nothing.

import { text } from "node:stream/consumers";

import { type Account, createAccount, openAccount, ownPin } from "../../../crates/web/app/seal/account/account.ts";
import { fingerprint, showFingerprint } from "../../../crates/web/app/seal/account/fingerprint.ts";
import { showRecoveryCode } from "../../../crates/web/app/seal/account/recovery.ts";
import { openByPassword } from "../../../crates/web/app/seal/account/root.ts";
import type { Bytes } from "../../../crates/web/app/seal/bytes.ts";
import { reasonOf } from "../../../crates/web/app/seal/error.ts";
import { idText, parseId } from "../../../crates/web/app/seal/id.ts";
import type { Contents } from "../../../crates/web/app/seal/item/contents.ts";
import { createItem, currentContents, openItem } from "../../../crates/web/app/seal/item/open.ts";
import { type SealedEpoch, type SealedVersion, startEpoch } from "../../../crates/web/app/seal/item/open.ts";
import { register, signIn } from "../../../crates/web/app/seal/opaque.ts";
import { decode, encode } from "../../../crates/web/app/seal/text.ts";

type Task = { readonly server: string; readonly password: string } & (
  | { readonly do: "register"; readonly invitation: string }
  | { readonly do: "look" | "turn"; readonly name: string; readonly item: string }
  | { readonly do: "add"; readonly name: string; readonly contents: Contents }
);

type Json = { readonly [member: string]: Json | string | number | boolean | null | readonly Json[] };
type Session = { readonly account: Account; readonly call: Call };
type Call = (method: "GET" | "POST", path: string, body?: Json) => Promise<Answer>;

/** What a daemon answers; nothing here is believed before it is opened. */
type Answer = any;

const task = JSON.parse(await text(process.stdin)) as Task;
const told = await work().catch((error: unknown) => {
  const refused = reasonOf(error);
  if (refused === null) {
    throw error;
  }
  return { refused };
});
process.stdout.write(`${JSON.stringify(told)}\n`);

async function work(): Promise<Json> {
  switch (task.do) {
    case "register":
      return join(task.invitation, task.password);
    case "look":
      return look(await enter(task.name), task.item);
    case "add":
      return add(await enter(task.name), task.contents);
    case "turn":
      return turn(await enter(task.name), task.item);
  }
}

/** Makes an account out of an invitation. */
async function join(invitation: string, password: string): Promise<Json> {
  const call = calling();
  const { request, finish } = await register(password);
  const started = await call("POST", "/registration/start", { invitation, request: encode(request) });
  const { upload, exportKey } = finish(decode(started.response));
  const { account, code, sealed } = await createAccount(parseId(started.user), exportKey);
  await call("POST", "/registration/finish", {
    invitation,
    upload: encode(upload),
    root: encode(sealed.rootByPassword),
    keys: encode(sealed.bundle),
    public: { encryption: encode(sealed.public.encryption), signing: encode(sealed.public.signing) },
    recovery: { root: encode(sealed.rootByRecovery), verifier: encode(sealed.recoveryVerifier) },
  });
  return { user: started.user, recovery_code: showRecoveryCode(code), fingerprint: await shown(account) };
}

/** Signs in and opens root and keys. */
async function enter(name: string): Promise<Session> {
  const { request, finish } = await signIn(task.password);
  const started = await calling()("POST", "/sign-in/start", { name, request: encode(request) });
  const { finalization, exportKey } = finish(decode(started.response));
  const answer = { sign_in: started.sign_in, finalization: encode(finalization) };
  const { session, account } = await calling()("POST", "/sign-in/finish", answer);
  const user = parseId(account.user);
  const root = await openByPassword(decode(account.root), exportKey, user);
  return { account: await openAccount(user, root, decode(account.keys)), call: calling(session) };
}

/** Opens an item. */
async function look({ account, call }: Session, id: string): Promise<Json> {
  const { item, body } = await open(account, call, id);
  return { fingerprint: await shown(account), contents: await currentContents(item, body) };
}

/** Makes an item. */
async function add({ account, call }: Session, contents: Contents): Promise<Json> {
  const id = newId();
  const { epoch, version } = await createItem(account, parseId(id), contents);
  await call("POST", "/items", {
    id,
    epoch: epochJson(epoch),
    version: versionJson(version),
    body: encode(version.body),
  });
  return { fingerprint: await shown(account) };
}

/** Seals an item's contents under a new key. */
async function turn({ account, call }: Session, id: string): Promise<Json> {
  const { item, body } = await open(account, call, id);
  const { epoch, version } = await startEpoch(item, account, await currentContents(item, body));
  const saved = { epoch: epochJson(epoch), version: versionJson(version), body: encode(version.body) };
  await call("POST", `/items/${id}/versions`, saved);
  return { epoch: epoch.epoch, version: version.version };
}

async function open(
  account: Account,
  call: Call,
  id: string,
): Promise<{ item: Awaited<ReturnType<typeof openItem>>; body: Bytes }> {
  const served = await call("GET", `/items/${id}`);
  const epochs: Bytes[] = served.epochs.map((epoch: Answer) => decode(epoch.record));
  const versions: Bytes[] = served.versions.map((saved: Answer) => decode(saved.version.record));
  const wrap = decode(served.epochs.at(-1).wrap);
  return { item: await openItem(account, parseId(id), { epochs, versions }, wrap, null), body: decode(served.body) };
}

function epochJson({ epoch, record, wrap, previousKey }: SealedEpoch): Json {
  const previous = previousKey === null ? {} : { previous_key: encode(previousKey) };
  return { epoch, record: encode(record), wrap: encode(wrap), ...previous };
}

function versionJson({ version, epoch, record, details }: SealedVersion): Json {
  return { version, epoch, record: encode(record), details: encode(details) };
}

async function shown(account: Account): Promise<string> {
  return showFingerprint(await fingerprint((await ownPin(account)).keys));
}

/** An id that bears the present time (UUIDv7, RFC 9562). */
function newId(): string {
  const id = crypto.getRandomValues(new Uint8Array(16));
  const now = new DataView(id.buffer);
  now.setUint32(0, Math.floor(Date.now() / 0x1_0000));
  now.setUint16(4, Date.now() % 0x1_0000);
  now.setUint8(6, 0x70 | (now.getUint8(6) & 0x0f));
  now.setUint8(8, 0x80 | (now.getUint8(8) & 0x3f));
  return idText(id);
}

function calling(session?: string): Call {
  return async (method, path, body) => {
    const headers: Record<string, string> = session === undefined ? {} : { authorization: `Bearer ${session}` };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${task.server}/api/v1${path}`, { method, headers: { ...headers, ...type }, ...sent });
    const answer = await response.text();
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${(JSON.parse(answer) as { name: string }).name}`);
    }
    return answer === "" ? null : JSON.parse(answer);
  };
}
