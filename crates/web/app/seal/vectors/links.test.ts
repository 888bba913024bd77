// Links: what is derived from secret and token, and shares with their links.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openExactly, seal } from "../aead.ts";
import { type Bytes, concat, sha256, utf8 } from "../bytes.ts";
import { writeCode } from "../code.ts";
import { ctx } from "../ctx.ts";
import { type Reason, reasonOf } from "../error.ts";
import type { Contents } from "../item/contents.ts";
import { attemptHash, freshAttempt } from "../link/attempt.ts";
import { kek, knock, proof } from "../link/secrets.ts";
import { openLink, sealShare, wrapFor } from "../link/share.ts";
import { fromPadded, type Snapshot, toPadded } from "../link/snapshot.ts";
import { freshToken, readToken } from "../link/token.ts";
import { parseFragment, writeFragment } from "../link/url.ts";
import { pad } from "../padding.ts";
import { random } from "../random.ts";
import { altered, bytes, type Case, change, check, damaged, filled, flipped } from "./cases.ts";
import { hex, malformed, same, text } from "./cases.ts";
import { drawing } from "./scripted.ts";

const SHARE = filled(16, 0xc1);
const LINKS = [
  { link: filled(16, 0xd1), withToken: false },
  { link: filled(16, 0xd2), withToken: true },
];

check({
  name: "link",
  about: "What is derived from a link's secret and token ('' is no token), and the hashes that the daemon stores.",
  good: async () => {
    const one = async (link: Bytes, token: Bytes | null): Promise<Case> => {
      const [secret, attempt] = [random(32), freshAttempt()];
      const knocked = await knock(secret, link);
      const proven = await proof(secret, token, link);
      return {
        link: hex(link),
        secret: hex(secret),
        token: token === null ? "" : writeCode(token),
        fragment: writeFragment(secret),
        knock: hex(knocked),
        knock_hash: hex(await sha256(knocked)),
        proof: hex(proven),
        proof_hash: hex(await sha256(proven)),
        kek: hex(await kek(secret, token, link)),
        attempt: hex(attempt),
        attempt_hash: hex(await attemptHash(attempt, link)),
      };
    };
    return [
      await one(filled(16, 0), null),
      await one(filled(16, 0xff), freshToken()),
      await one(random(16), filled(10, 0)),
    ];
  },
  malformed: async () => [],
  read: async (one) => {
    const [link, secret, token] = [bytes(one, "link"), bytes(one, "secret"), tokenOf(one)];
    same(parseFragment(text(one, "fragment")), one, "secret");
    assert.equal(writeFragment(secret), text(one, "fragment"));
    same(await knock(secret, link), one, "knock");
    same(await sha256(bytes(one, "knock")), one, "knock_hash");
    same(await proof(secret, token, link), one, "proof");
    same(await sha256(bytes(one, "proof")), one, "proof_hash");
    same(await kek(secret, token, link), one, "kek");
    same(await attemptHash(bytes(one, "attempt"), link), one, "attempt_hash");
  },
});

check({
  name: "share",
  about: "A share as one link opens it: wrap and snapshot are what a reveal answers, 'text' is the snapshot's JSON.",
  good: async () => {
    const all: Case[] = [];
    for (const snapshot of snapshots()) {
      all.push(...(await cases(snapshot)));
    }
    return all;
  },
  malformed: malformedShares,
  read: async (one) => {
    const opened = await openLink(answerOf(one));
    assert.equal(JSON.stringify(opened), text(one, "text"));
    const { share, link, secret, token, wrap, snapshot } = answerOf(one);
    // With its nonce given, each seal comes out the same.
    const key = await shareKey(one);
    const wrapped = async (): Promise<Bytes> => wrapFor({ share, link, secret, token }, key, snapshot);
    same(await drawing(wrap.slice(1, 13), wrapped), one, "wrap");
    const sealed = async (): Promise<Bytes> => seal(key, toPadded(opened), ctx("snapshot", share));
    same(await drawing(snapshot.slice(1, 13), sealed), one, "snapshot");
  },
});

function snapshots(): readonly Snapshot[] {
  const around = (views: number | null, contents: Contents): Snapshot => {
    const [starts_ms, expires_ms] = [1_790_000_000_000, Number.MAX_SAFE_INTEGER];
    return { sharer: "Zoë Example", starts_ms, expires_ms, views, contents };
  };
  const every = Array.from({ length: 0x100 }, (_, at) => String.fromCharCode(at)).join("");
  return [
    around(2 ** 32, { kind: "note", name: every, body: "\u2028\u2029\ufeff\ufffd\uffff😀\u{10ffff}" }),
    around(null, { kind: "account", name: "", url: "", username: "", password: "", mfa_key: "", notes: "" }),
    around(1, {
      kind: "api_secret",
      name: "Zahlungen",
      application_url: "https://pay.example/?a=1&b=<2>",
      key: "client-1",
      secret: "'\"`\\/",
      notes: "n".repeat(1000),
    }),
  ];
}

async function cases(snapshot: Snapshot): Promise<Case[]> {
  const sealed = await sealShare(SHARE, snapshot, LINKS);
  return sealed.links.map(({ link, secret, token, wrap }) => ({
    share: hex(SHARE),
    link: hex(link),
    fragment: writeFragment(secret),
    token: token === null ? "" : writeCode(token),
    wrap: hex(wrap),
    snapshot: hex(sealed.snapshot),
    text: JSON.stringify(snapshot),
  }));
}

async function malformedShares(): Promise<readonly Case[]> {
  const [, good = {}] = await cases(snapshots()[2] as Snapshot);
  const [other = {}] = await cases(snapshots()[2] as Snapshot);
  const sealed = bytes(good, "snapshot");
  const another = (member: string, value: string, error: Reason, why: string): Case => {
    return malformed(change(good, member, value), error, why);
  };
  return [
    ...damaged(good, "wrap"),
    ...altered(good, "wrap", "length"),
    another("wrap", "02", "version", "an unknown version of another length"),
    another("snapshot", hex(flipped(sealed, 0, 3)), "other snapshot", "a snapshot of another version"),
    another("snapshot", hex(flipped(sealed, 30, 1)), "other snapshot", "a snapshot with a bit flipped"),
    another("snapshot", hex(concat(sealed, filled(1, 0))), "other snapshot", "a snapshot with a byte more"),
    another("snapshot", text(other, "snapshot"), "other snapshot", "the same contents sealed for another share"),
    another("wrap", text(other, "wrap"), "opening", "another share's wrap"),
    another("token", writeCode(filled(10, 0)), "opening", "a token of zeros"),
    another("token", "", "opening", "no token"),
    another("share", hex(flipped(SHARE, 15, 1)), "opening", "another share"),
    another("link", text(other, "link"), "opening", "another link"),
    ...(await slippedIn()),
    ...(await malformedTexts()),
  ];
}

/** Who knows the share key can seal another snapshot under it, but can't put its hash into the wrap. */
async function slippedIn(): Promise<readonly Case[]> {
  const right = await handMade(toPadded(snapshots()[1] as Snapshot));
  const wrong = await handMade(toPadded(snapshots()[0] as Snapshot));
  return [malformed(change(right, "snapshot", text(wrong, "snapshot")), "other snapshot", "under the right key")];
}

async function malformedTexts(): Promise<readonly Case[]> {
  const whole = JSON.stringify(snapshots()[1]);
  const around = whole.slice(0, whole.indexOf('{"kind"'));
  const note = (members: string): string => `${around}{"kind":"note",${members}}}`;
  const samples: readonly (readonly [string, string])[] = [
    [` ${whole}`, "a space in front"],
    [`\ufeff${whole}`, "a byte order mark"],
    [`${whole}\n`, "a line end behind"],
    [whole.slice(0, -1), "cut short"],
    ["", "empty"],
    ["null", "null"],
    [`[${whole}]`, "a list"],
    [whole.replace('"views":null', '"views":"1"'), "views as text"],
    [whole.replace('"views":null', '"views":-1'), "views below nothing"],
    [whole.replace('"views":null', '"views":-0'), "a zero with a sign"],
    [whole.replace('"views":null', '"views":1.5'), "half a view"],
    [whole.replace('"views":null', '"views":1e3'), "an exponent"],
    [whole.replace('"views":null', '"views":01'), "a leading zero"],
    [whole.replace('"views":null', '"views":0'), "no views at all"],
    [whole.replace('"views":null', '"views":9007199254740993'), "views beyond 2^53 - 1"],
    [whole.replace('"views":null', '"views":18446744073709551616'), "views beyond 2^64"],
    [whole.replace('"views":null,', ""), "no word on views"],
    [whole.replace('"starts_ms":1790000000000', '"starts_ms":null'), "no start"],
    [whole.replace('"starts_ms":1790000000000', '"starts_ms":9007199254740991'), "expired when it starts"],
    [whole.replace("Zoë", "Zo\\u00eb"), "an escape that isn't needed"],
    [whole.replace("Example", "\\ud83d\\ude00"), "a character escaped as a pair"],
    [whole.replace("Example", "\\ud83d"), "half a surrogate pair"],
    [whole.replace("Example", "\\ude00\\ud83d"), "a surrogate pair the wrong way round"],
    [whole.replace("Example", "a\tb"), "a control character as it is"],
    [whole.replace("Example", "\\u001F"), "an escape in capitals"],
    [whole.replace("Example", "\\/"), "an escaped slash"],
    [whole.replace('{"sharer"', '{"__proto__":null,"sharer"'), "a member that some languages take for their own"],
    [note('"name":"","body":"","notes":""'), "another kind's member"],
    [note('"body":"","name":""'), "members of contents in another order"],
    [note('"name":""'), "a member of contents too few"],
    [note('"name":"","body":"","body":""'), "a member of contents twice"],
    [note('"name":"","body":null'), "a member of contents that is null"],
    [note('"name":"","body":7'), "a member of contents that is a number"],
    [`${around}{"kind":"Note","name":"","body":""}}`, "a kind in capitals"],
    [`${around}{"kind":"constructor","name":""}}`, "a kind that every object has"],
    [`${around}{"kind":["note"],"name":"","body":""}}`, "a kind that is a list"],
    [`${around}{"name":"","body":""}}`, "no kind"],
    [`${around}null}`, "no contents"],
  ];
  const all: Case[] = [];
  for (const [sample, why] of samples) {
    all.push(malformed(await handMade(pad(utf8(sample))), "form", why));
  }
  all.push(malformed(await handMade(new Uint8Array(0)), "padding", "nothing at all"));
  all.push(malformed(await handMade(utf8(whole)), "padding", "not padded"));
  all.push(malformed(await handMade(flipped(pad(utf8(whole)), 255, 1)), "padding", "padding that says something"));
  return all;
}

/** A share whose padded text is whatever it is told to be. */
async function handMade(padded: Bytes): Promise<Case> {
  const [key, secret, link] = [filled(32, 0xe1), filled(32, 0xe2), filled(16, 0xd3)];
  const snapshot = await seal(key, padded, ctx("snapshot", SHARE));
  const wrap = await wrapFor({ share: SHARE, link, secret, token: null }, key, snapshot);
  return {
    share: hex(SHARE),
    link: hex(link),
    fragment: writeFragment(secret),
    token: "",
    wrap: hex(wrap),
    snapshot: hex(snapshot),
    text: "",
  };
}

function tokenOf(one: Case): Bytes | null {
  const shown = text(one, "token");
  return shown === "" ? null : readToken(shown);
}

function answerOf(one: Case): Parameters<typeof openLink>[0] {
  return {
    share: bytes(one, "share"),
    link: bytes(one, "link"),
    secret: parseFragment(text(one, "fragment")),
    token: tokenOf(one),
    wrap: bytes(one, "wrap"),
    snapshot: bytes(one, "snapshot"),
  };
}

/** The share key inside a case's wrap. */
async function shareKey(one: Case): Promise<Bytes> {
  const { share, link, secret, token, wrap } = answerOf(one);
  const inside = await openExactly(await kek(secret, token, link), wrap, ctx("link-wrap", share, link), 64);
  return inside.subarray(0, 32);
}

test("each recipient opens the share with their own link, and with nobody else's token", async () => {
  const snapshot = snapshots()[2] as Snapshot;
  const two = [{ link: filled(16, 1), withToken: true }, { link: filled(16, 2), withToken: true }];
  const sealed = await sealShare(SHARE, snapshot, two);
  const [anna, ben] = sealed.links;
  assert.ok(anna !== undefined && ben !== undefined);
  for (const one of [anna, ben]) {
    assert.deepEqual(await openLink({ ...one, share: SHARE, snapshot: sealed.snapshot }), snapshot);
    assert.equal(hex(await sha256(await proof(one.secret, one.token, one.link))), hex(one.proofHash));
    assert.equal(hex(await sha256(await knock(one.secret, one.link))), hex(one.knockHash));
  }
  const mixed = openLink({ ...anna, token: ben.token, share: SHARE, snapshot: sealed.snapshot });
  assert.equal(await mixed.then(() => null, reasonOf), "opening");
});

test("a snapshot that makes no sense is neither sealed nor opened", async () => {
  const right = snapshots()[1] as Snapshot;
  const twisted: readonly (readonly [Partial<Snapshot>, Reason])[] = [
    [{ views: 0 }, "form"],
    [{ views: 1.5 }, "form"],
    [{ expires_ms: right.starts_ms }, "form"],
    [{ expires_ms: 2 ** 53 }, "form"],
    [{ sharer: "\ud800" }, "form"],
    [{ sharer: "x".repeat(300_000) }, "too large"],
  ];
  for (const [twist, reason] of twisted) {
    const sealing = sealShare(SHARE, { ...right, ...twist }, []);
    assert.equal(await sealing.then(() => null, reasonOf), reason, JSON.stringify(twist).slice(0, 100));
    const padded = pad(utf8(JSON.stringify({ ...right, ...twist })));
    assert.throws(() => fromPadded(padded), (error) => reasonOf(error) === reason);
  }
});
