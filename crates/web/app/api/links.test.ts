// The recipient's calls against a server that answers as it is told.

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";

import { linkCalls } from "./links.ts";
import type { Checked, Knocked, Revealed, Watched } from "./types.ts";

const LINK = "0190163d-8694-739b-aea5-966c26f8ad91";
const DATE = "Mon, 21 Sep 2026 12:53:20 GMT";
const KNOCKED: Knocked = { state: "open", with_token: true, starts_at: 1 };
const CHECKED: Checked = {
  sharer: "Ada",
  sharer_email: "ada@example.com",
  shared_at: 1,
  expires_at: 2,
  views_left: null,
  openings: [{ at: 1, address: "10.20.0.5" }],
  failed_tokens: 0,
};
const REVEALED: Revealed = { share: LINK, snapshot: "AQ", wrap: "AQ", views_left: 0, expires_at: 2, retry_until: 3 };
const WATCHED: Watched = { state: "used-up", views_left: 0, expires_at: 2 };

let server: Server;
let origin: string;
let reply: (response: ServerResponse, request: IncomingMessage) => void;
const asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
const heard: number[] = [];

before(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      response.setHeader("Date", DATE);
      reply(response, request);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const both = { knock: "k", proof: "p" };
const calls = (limitMs?: number) => linkCalls(LINK, (at) => heard.push(at), origin, limitMs);

function answers(status: number, body: unknown, headers: Record<string, string> = {}): void {
  heard.length = 0;
  asked.length = 0;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  reply = (response) => response.writeHead(status, headers).end(text);
}

const problem = (status: number, name: string, more: object = {}) =>
  answers(status, { status, name, detail: "No.", ...more });

/** Why a call came to nothing. */
async function why(call: Promise<{ ok: boolean; failure?: unknown }>): Promise<unknown> {
  const answer = await call;
  assert.equal(answer.ok, false);
  return answer.failure;
}

test("each call goes to its own address with its body, and brings back what the daemon said", async () => {
  const here = calls();
  const reveal = { ...both, attempt: "a" };
  const cases = [
    ["knock", () => here.knock({ knock: "k" }), { knock: "k" }, KNOCKED],
    ["check", () => here.check(both), both, CHECKED],
    ["watch", () => here.watch(both), both, WATCHED],
    ["reveal", () => here.reveal(reveal), reveal, REVEALED],
  ] as const;
  for (const [verb, call, body, value] of cases) {
    answers(200, { ...value, later: "what a newer daemon adds" });
    const answer = await call();
    assert.ok(answer.ok);
    assert.deepEqual(answer.value, { ...value, later: "what a newer daemon adds" });
    assert.deepEqual(
      asked.map(({ method, url }) => [method, url]),
      [["POST", `/api/v1/links/${LINK}/${verb}`]],
    );
    assert.deepEqual(JSON.parse(asked[0]?.body ?? ""), body);
    assert.equal(asked[0]?.headers["content-type"], "application/json");
    assert.equal(asked[0]?.headers.cookie, undefined);
    assert.equal(asked[0]?.headers.referer, undefined);
  }
  for (const call of [here.burn, here.report]) {
    answers(204, "");
    assert.deepEqual(await call(both), { ok: true, value: null });
  }
});

test("the daemon's time is heard from its own answers, refusals too, and from nobody else's", async () => {
  answers(200, KNOCKED);
  await calls().knock({ knock: "k" });
  assert.deepEqual(heard, [Date.parse(DATE)]);
  problem(404, "unknown-link");
  await calls().knock({ knock: "k" });
  assert.deepEqual(heard, [Date.parse(DATE)]);
  answers(200, "<html>Please sign in to the hotel's network</html>");
  await calls().knock({ knock: "k" });
  assert.deepEqual(heard, []);
});

test("a refusal comes with what it tells", async () => {
  for (const [status, name, more] of [
    [403, "wrong-token", { tries_left: 4 }],
    [403, "outside-networks", { hint: "Join the office's network." }],
    [410, "used-up", {}],
    [423, "locked", {}],
    [425, "not-yet", {}],
  ] as const) {
    problem(status, name, more);
    assert.deepEqual(await why(calls().check(both)), {
      why: "refused",
      problem: { status, name, detail: "No.", ...more },
    });
  }
});

test("what says no in a way that the page doesn't know is an unwell daemon", async () => {
  for (const [status, name] of [
    [400, "bad-request"],
    [413, "too-large"],
    [410, "toString"],
    [503, "broken"],
    [503, "clock-behind"],
  ] as const) {
    problem(status, name);
    assert.deepEqual(await why(calls().check(both)), { why: "daemon-unwell" }, name);
  }
  answers(502, "<html>Bad gateway</html>");
  assert.deepEqual(await why(calls().check(both)), { why: "daemon-unwell" });
});

test("a stranger's page in the daemon's place is nobody's answer", async () => {
  const pages = ["<html>Sign in</html>", "", "null", "7", "[]", '"open"', "{}"];
  for (const page of pages) {
    for (const status of [200, 201, 204, 403, 404, 410]) {
      answers(status, status === 204 ? "" : page);
      assert.deepEqual(await why(calls().knock({ knock: "k" })), { why: "daemon-away" }, `${status} ${page}`);
    }
    answers(404, KNOCKED);
    assert.deepEqual(await why(calls().knock({ knock: "k" })), { why: "daemon-away" }, "an error says nothing else");
    answers(200, page);
    assert.deepEqual(await why(calls().burn(both)), { why: "daemon-away" }, "nothing is destroyed by a page");
  }
});

test("an answer of another shape is none", async () => {
  const twisted: [() => Promise<{ ok: boolean }>, object, object[]][] = [
    [
      () => calls().knock({ knock: "k" }),
      KNOCKED,
      [
        { state: "ajar" },
        { state: "toString" },
        { with_token: 1 },
        { starts_at: "1" },
        { starts_at: -1 },
        { starts_at: 9e15 },
      ],
    ],
    [
      () => calls().check(both),
      CHECKED,
      [
        { sharer: null },
        { sharer_email: 1 },
        { shared_at: 1.5 },
        { expires_at: null },
        { views_left: "1" },
        { views_left: undefined },
        { openings: {} },
        { openings: [null] },
        { openings: [{ at: 1 }] },
        { failed_tokens: null },
      ],
    ],
    [() => calls().watch(both), WATCHED, [{ state: null }, { views_left: -1 }, { expires_at: 1e300 }]],
    [
      () => calls().reveal({ ...both, attempt: "a" }),
      REVEALED,
      [
        { share: 1 },
        { snapshot: null },
        { wrap: undefined },
        { views_left: "0" },
        { expires_at: null },
        { retry_until: undefined },
      ],
    ],
  ];
  for (const [call, right, wrongs] of twisted) {
    for (const wrong of wrongs) {
      answers(200, { ...right, ...wrong });
      assert.equal((await call()).ok, false, JSON.stringify(wrong));
    }
  }
});

test("a problem of another shape, or of another status than its answer's, is none", async () => {
  for (const more of [{ tries_left: "4" }, { hint: 7 }, { name: 7 }, { status: 410 }]) {
    problem(403, "wrong-token", more);
    assert.deepEqual(await why(calls().check(both)), { why: "daemon-away" });
  }
});

test("who asks too often learns when to come back, from whoever says so", async () => {
  const wait = async () => why(calls().check(both));
  problem(429, "too-many-requests", { retry_seconds: 7 });
  assert.deepEqual(await wait(), { why: "too-many-requests", retrySeconds: 7 });
  answers(429, "Slow down", { "Retry-After": "9" });
  assert.deepEqual(await wait(), { why: "too-many-requests", retrySeconds: 9 });
  answers(429, "Slow down", { "Retry-After": "1e400" });
  assert.deepEqual(await wait(), { why: "too-many-requests", retrySeconds: 3600 });
  for (const odd of ["", "soon", "-1", DATE]) {
    answers(429, "Slow down", { "Retry-After": odd });
    assert.deepEqual(await wait(), { why: "too-many-requests", retrySeconds: 30 });
  }
});

test("a redirect is not followed", async () => {
  answers(307, "", { Location: `${origin}/elsewhere` });
  assert.deepEqual(await why(calls().knock({ knock: "k" })), { why: "daemon-away" });
  assert.equal(asked.length, 1);
});

test("an answer cut off, or one that never comes, is nobody's", async () => {
  reply = (response) => response.socket?.destroy();
  assert.deepEqual(await why(calls().reveal({ ...both, attempt: "a" })), { why: "daemon-away" });
  reply = (response) => void response.writeHead(200).write('{ "share": "');
  assert.deepEqual(await why(calls(50).reveal({ ...both, attempt: "a" })), { why: "daemon-away" });
  reply = () => {};
  assert.deepEqual(await why(calls(50).knock({ knock: "k" })), { why: "daemon-away" });
});

test("without a network it is the network that is missing", async (t) => {
  reply = (response) => response.socket?.destroy();
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  t.after(() => delete (navigator as { onLine?: boolean }).onLine);
  assert.deepEqual(await why(calls().knock({ knock: "k" })), { why: "no-network" });
});
