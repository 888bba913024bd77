// The catalogue: every sentence in every language, none missing and none too many.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import catalogue from "./words.json" with { type: "json" };
import { around, chooseLanguage, count, language, LANGUAGES, say, speak } from "./words.ts";

const APP = join(import.meta.dirname, "..");
const ELSEWHERE = /^(front|denied)\./;
const keys = Object.keys(catalogue.en);

test("every language says everything, and nothing else", () => {
  assert.deepEqual(Object.keys(catalogue), Object.keys(LANGUAGES));
  for (const words of Object.values(catalogue)) {
    assert.deepEqual(Object.keys(words), keys);
  }
});

test("a sentence has the same places in every language", () => {
  const places = (text: string): string[] => (text.match(/\{\w+\}|\[\[\w+\]\]/g) ?? []).sort();
  for (const key of keys) {
    for (const words of Object.values(catalogue)) {
      assert.deepEqual(places(words[key as "again"]), places(catalogue.en[key as "again"]), key);
    }
  }
});

test("what is counted can be said of one and of more", () => {
  const counted = keys.filter((key) => /\.(one|other)$/.test(key)).map((key) => key.replace(/\.\w+$/, ""));
  assert.ok(counted.length > 0);
  for (const name of counted) {
    assert.ok(keys.includes(`${name}.one`) && keys.includes(`${name}.other`), name);
  }
  speak("es", catalogue.es);
  assert.equal(count("views", 1), "Queda 1 visualización");
  assert.equal(count("views", 3), "Quedan 3 visualizaciones");
});

test("no sentence is written that nobody says, and none is said that nobody wrote", () => {
  const files = readdirSync(APP, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.test)\.(ts|html)$/.test(file));
  const text = files.filter((file) => /^(recipient|words)\b/.test(file)).map((file) => readFileSync(join(APP, file), "utf8"));
  const said = [...text.join("\n").matchAll(/"([\w.-]+)"|\{\{([\w.-]+)\}\}|`([\w.-]+\.)\$\{/g)];
  const exact = new Set(said.map((match) => match[1] ?? match[2]));
  const beginnings = said.flatMap((match) => match[3] ?? []);
  for (const key of keys.filter((key) => !ELSEWHERE.test(key))) {
    const name = key.replace(/\.(one|other)$/, "");
    assert.ok(exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning)), key);
  }
  const given = ["language", "direction", "script", "style"];
  for (const key of said.flatMap((match) => match[2] ?? [])) {
    assert.ok(keys.includes(key) || given.includes(key), key);
  }
});

test("values are put where they belong and are never read as sentences", () => {
  speak("en", catalogue.en);
  assert.equal(say("retry.in", { time: "{time}" }), "Try again in {time}");
  assert.deepEqual(around("shown.from", "sharer", 7), ["From ", 7, ""]);
});

test("of two languages that were asked for, the later wish holds, whichever answer comes first", async () => {
  speak("en", catalogue.en);
  const waiting = new Map<string, () => void>();
  const page = (wish: string): Response =>
    new Response(`<script id="words">${JSON.stringify(catalogue[wish as "es"])}</script>`, { headers: { "content-language": wish } });
  Object.assign(globalThis, {
    location: { pathname: "/s/x" },
    localStorage: { setItem: () => undefined },
    document: { documentElement: {} },
    fetch: (_: string, { headers }: { headers: { "accept-language": string } }) =>
      new Promise<Response>((answer) => {
        const wish = headers["accept-language"];
        waiting.set(wish, () => answer(page(wish)));
      }),
  });
  const both = [chooseLanguage("pt-BR"), chooseLanguage("es")];
  waiting.get("es")?.();
  await both[1];
  assert.equal(language(), "es");
  waiting.get("pt-BR")?.();
  await both[0];
  assert.equal(language(), "es");
});
