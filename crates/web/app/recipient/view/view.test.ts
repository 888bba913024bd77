// How times, tokens and other people's text are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import catalogue from "../../words/words.json" with { type: "json" };
import { speak } from "../../words/words.ts";
import type { Part } from "./element.ts";
import { isOdd, legible, pageAt } from "./legible.ts";
import { cost } from "./offer.ts";
import { duration, moment, timeOfDay } from "./moment.ts";
import { grouped } from "./token.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const AT = Date.UTC(2026, 10, 21, 17, 49, 3);

test("what is left is told as roughly as it matters, and never as more than it is", () => {
  assert.equal(duration(4 * 24 * HOUR + 3 * HOUR + 59, "en"), "4 days 3 hours");
  assert.equal(duration(24 * HOUR, "pt-BR"), "1 dia");
  assert.equal(duration(3 * HOUR + 20 * 60 * SECOND, "es"), "3 horas 20 minutos");
  assert.equal(duration(12 * 60 * SECOND + 4500, "en"), "12:05");
  assert.equal(duration(1, "en"), "0:01");
  assert.equal(duration(0, "en"), "0:00");
  assert.equal(duration(-5, "en"), "0:00");
});

test("a moment stands in its reader's language, on the clock of where they are, with its zone", () => {
  assert.match(moment(AT, "en-GB", "America/Sao_Paulo"), /^Sat,? 21 November 2026 at 14:49 GMT−3$/);
  assert.match(moment(AT, "pt-BR", "UTC"), /21 de novembro de 2026.*17:49 UTC/);
  assert.match(moment(AT, "es", "Europe/Madrid"), /21 de noviembre de 2026.*18:49/);
  assert.equal(timeOfDay(AT, "en-GB", "UTC"), "17:49");
  for (const locale of ["en-GB", "en-US", "pt-BR", "es", "es-MX"]) {
    const early = AT - 13 * HOUR;
    assert.ok(moment(early, locale, "UTC").includes(` ${timeOfDay(early, locale, "UTC")}`), locale);
  }
});

test("a token falls into groups of four however it is typed, and the caret stays where it was", () => {
  assert.deepEqual(grouped("7f3k9", 5), { text: "7F3K-9", caret: 6 });
  assert.deepEqual(grouped(" 7f3k 9qxm–02tv_hc5a\n", 21), { text: "7F3K-9QXM-02TV-HC5A", caret: 19 });
  assert.deepEqual(grouped("7F3Kx-9QXM", 5), { text: "7F3K-X9QX-M", caret: 6 });
  assert.deepEqual(grouped("7F3K-", 5), { text: "7F3K", caret: 4 });
});

test("a text that would turn or hide what stands around it is shown by number", () => {
  const { tag, pieces } = legible("a\u202eb\u0007\r\nc") as Part;
  assert.equal(tag, "bdi");
  const written = pieces.map((piece) => (typeof piece === "object" && piece ? piece.pieces.join("") : piece));
  assert.deepEqual(written, ["a", "U+202E", "b", "U+0007", "\nc"]);
  for (const odd of ["\u0085", "\u00ad", "\u061c", "\u115f", "\u2028", "\u2069", "\u2800", "\u3164", "\ufeff", "\uffa0", "\ufffa", "\u{e0041}"]) {
    assert.ok(isOdd(`a${odd}b`), odd.codePointAt(0)?.toString(16));
  }
  assert.deepEqual((legible("\u{e0041}") as Part).pieces.filter(Boolean).map((piece) => (piece as Part).pieces), [["U+E0041"]]);
  assert.ok(!isOdd("Straße 5\n\tשלום 👨‍👩‍👧"));
});

test("what viewing costs is said without promising more than is known", () => {
  speak("en", catalogue.en);
  assert.equal(cost(1, false), "Spends the only view");
  assert.equal(cost(3, false), "Spends 1 of 3 views");
  assert.equal(cost(null, false), null);
  // Whether the first request arrived isn't known: a view may be spent now, but not a second one.
  assert.equal(cost(3, true), "Spends no second view");
  assert.doesNotMatch(catalogue.en.again, /no view|You opened/);
});

test("only addresses of pages can be followed", () => {
  assert.equal(pageAt("https://example.com/a"), "https://example.com/a");
  for (const text of ["javascript:alert(1)", "data:text/html,x", "example.com", " https://example.com", "https://exa\u200bmple.com", "https://example.com\n.example.org", "https:example.com", "ftp://example.com", ""]) {
    assert.equal(pageAt(text), null, text);
  }
});
