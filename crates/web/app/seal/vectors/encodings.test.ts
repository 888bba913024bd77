// Encodings: ctx, base64url, codes, padding, ids, addresses of links.

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Bytes, u64be, utf8 } from "../bytes.ts";
import { writeCode } from "../code.ts";
import { ctx, fields } from "../ctx.ts";
import { type Reason, reasonOf } from "../error.ts";
import { idText, parseId } from "../id.ts";
import { readToken } from "../link/token.ts";
import { parseLink, parseOrigin, writeFragment, writeLink } from "../link/url.ts";
import { pad, unpad } from "../padding.ts";
import { decode, encode } from "../text.ts";
import { bytes, type Case, check, filled, flipped, hex, list, malformed, same, text, unhex } from "./cases.ts";

const NONE = new Uint8Array(0);

check({
  name: "ctx",
  about: "ctx(kind, fields). Malformed: bytes that are no encoding of that kind with two fields.",
  good: async () => {
    const one = (kind: string, ...parts: readonly Bytes[]): Case => {
      return { kind, fields: parts.map(hex), bytes: hex(ctx(kind, ...parts)) };
    };
    return [
      one(""),
      one("root-recovery", filled(16, 0xa0)),
      one("version", filled(16, 0xa1), u64be(1), u64be(Number.MAX_SAFE_INTEGER), filled(32, 0)),
      one("x", NONE, NONE, NONE),
      one("x", filled(255, 1), filled(256, 2)),
    ];
  },
  malformed: async () => {
    const whole = ctx("pair", utf8("left"), utf8("right"));
    const one = (value: Bytes, error: Reason, why: string): Case => {
      return malformed({ kind: "pair", bytes: hex(value) }, error, why);
    };
    return [
      one(ctx("pairs", utf8("left"), utf8("right")), "form", "a longer kind"),
      one(ctx("pai", utf8("left"), utf8("right")), "form", "a shorter kind"),
      one(flipped(whole, 8, 3), "form", "another version in the prefix"),
      one(whole.slice(0, 14), "form", "no zero byte behind the kind"),
      one(whole.slice(0, 15), "length", "no fields"),
      one(whole.slice(0, 17), "length", "cut short in a length"),
      one(flipped(whole, 15, 0x80), "length", "a huge length"),
      one(ctx("pair", utf8("a"), utf8("b"), utf8("c")), "length", "a field too many"),
    ];
  },
  read: async (one) => {
    const encoding = bytes(one, "bytes");
    if (!("fields" in one)) {
      return void fields(text(one, "kind"), encoding, 2);
    }
    const parts = list(one, "fields").map((part) => unhex(String(part)));
    same(ctx(text(one, "kind"), ...parts), one, "bytes");
    assert.deepEqual(fields(text(one, "kind"), encoding, parts.length).map(hex), one["fields"]);
  },
});

check({
  name: "base64url",
  about: "Text of bytes: base64url without padding, one text for each byte string.",
  good: async () => {
    const all = Uint8Array.from({ length: 256 }, (_, at) => at);
    const samples = [NONE, filled(1, 0xff), filled(2, 0xff), filled(3, 0xfb), filled(4, 0xfb), all];
    return samples.map((sample) => ({ bytes: hex(sample), text: encode(sample) }));
  },
  malformed: async () => {
    const samples = {
      "AA==": "padding",
      "AAA=": "less padding",
      "=": "padding alone",
      "AA/A": "a slash",
      "AA+A": "a plus",
      "AB": "stray bits behind one byte",
      "AAB": "stray bits behind two",
      "AAAAA": "a digit too many",
      "AA AA": "a space inside",
      " AAAA": "a space in front",
      "AA\u0000A": "a zero character",
      "ＡＡＡＡ": "full-width letters",
    };
    return Object.entries(samples).map(([sample, why]) => malformed({ text: sample }, "text", why));
  },
  read: async (one) => {
    same(decode(text(one, "text")), one, "bytes");
    assert.equal(encode(bytes(one, "bytes")), text(one, "text"));
  },
});

check({
  name: "code",
  about: "Access tokens (10 bytes): shown as 'text'; what people may type instead stands in 'typed'.",
  good: async () => {
    const one = (code: Bytes, ...typed: readonly string[]): Case => {
      return { bytes: hex(code), text: writeCode(code), typed };
    };
    return [
      one(filled(10, 0x11), "\u20032 48h\u00a02-48H\n248h2-48h\u2028", "24-8H24-8H2-48H-248H"),
      one(filled(10, 0x21), "44gj-289l-44GJ-289I", "44gJ289i44Gj2891"),
      one(unhex("00000000000000000001"), "ooooOOOO00000ooi", "----------------0000000000000001"),
      one(unhex("f0e1d2c3b4a5968778ff")),
    ];
  },
  malformed: async () => {
    const samples: readonly (readonly [string, Reason, string])[] = [
      ["248H-248H-248H", "length", "a group too few"],
      ["248H-248H-248H-248H-248H", "length", "a group too many"],
      [" - ", "length", "nothing but white space and dashes"],
      ["248H-248H-248H-24u8", "character", "a small U"],
      ["248H-248H-248H-248!", "character", "an exclamation mark"],
      ["248H\u2013248H\u2013248H\u2013248H", "character", "dashes that are no hyphens"],
      ["248H-248H-248H-24ı8", "character", "a letter that is an I only in capitals"],
      ["248H-248H-248H-24ſ8", "character", "a letter that is an S only in capitals"],
      ["248H-248H-248H-24\u212a8", "character", "the Kelvin sign, which is no K"],
      ["\ufeff248H-248H-248H-248H", "character", "a byte order mark"],
      ["248H-248H-248H-248H-248U", "character", "a wrong character and too many"],
    ];
    return samples.map(([sample, error, why]) => malformed({ text: sample }, error, why));
  },
  read: async (one) => {
    same(readToken(text(one, "text")), one, "bytes");
    assert.equal(writeCode(bytes(one, "bytes")), text(one, "text"));
    for (const typed of list(one, "typed")) {
      same(readToken(String(typed)), one, "bytes");
    }
  },
});

check({
  name: "padding",
  about: "u32be(length) || data || zeros, to a multiple of 256 bytes and no longer than needed.",
  good: async () => {
    const samples = [3, 251, 252, 254, 507, 509].map((length) => filled(length, length % 3));
    return samples.map((data) => ({ data: hex(data), padded: hex(pad(data)) }));
  },
  malformed: async () => {
    const padded = pad(utf8("some data"));
    const longer = new Uint8Array(512);
    longer.set(padded);
    const one = (value: Bytes, why: string): Case => malformed({ padded: hex(value) }, "padding", why);
    return [
      one(flipped(padded, 13, 0x80), "a bit right behind the data"),
      one(flipped(padded, 200, 0x01), "a bit among the zeros"),
      one(flipped(padded, 3, 0x01), "a length shorter than the data"),
      one(longer, "a block too many"),
      one(padded.slice(0, 13), "no zeros at all"),
      one(padded.slice(0, 3), "too short for a length"),
      one(flipped(padded, 2, 0x01), "a length beyond the end"),
      one(flipped(padded, 0, 0x80), "a huge length"),
      one(new Uint8Array(4), "a length and no block"),
      one(filled(512, 0), "two blocks for nothing"),
    ];
  },
  read: async (one) => {
    const data = unpad(bytes(one, "padded"));
    same(data, one, "data");
    same(pad(data), one, "padded");
  },
});

check({
  name: "url",
  about: "The text of a link, taken apart.",
  good: async () => {
    const one = (origin: string, byte: number): Case => {
      const [link, secret] = [filled(16, byte), filled(32, byte ^ 0xff)];
      return { origin, link: hex(link), secret: hex(secret), text: writeLink({ origin, link, secret }) };
    };
    return [
      one("https://localhost", 0x01),
      one("https://a.b-c.d1:1", 0xfe),
      one("https://xn--bcher-kva.example:65535", 0x3c),
      one("https://192.168.0.1:443", 0xc3),
      one("https://[::1]", 0x10),
      one("https://[::]:8443", 0x11),
      one("https://[2001:db8:0:1:1:1:1:1]", 0x12),
      one("https://[2001:db8::1:0:0:1]", 0x13),
      one("https://[::ffff:10.0.0.5]:8443", 0x14),
    ];
  },
  malformed: async () => {
    const fragment = writeFragment(filled(32, 0x42));
    const path = `https://vault.example/s/${idText(filled(16, 0xcd))}`;
    const whole = `${path}#${fragment}`;
    const host = (other: string, why: string): Case => {
      return malformed({ text: whole.replace("vault.example", other) }, "host", why);
    };
    const one = (sample: string, error: Reason, why: string): Case => malformed({ text: sample }, error, why);
    return [
      one(whole.replace("https", "HTTPS"), "scheme", "a scheme in capitals"),
      one(whole.replace("https://", ""), "scheme", "no scheme"),
      one(`<${whole}>`, "scheme", "in angle brackets"),
      one(`\ufeff${whole}`, "scheme", "a byte order mark in front"),
      host("", "no host"),
      host("vault.example.", "a dot at the end"),
      host("vault..example", "two dots"),
      host("-vault.example", "a dash in front"),
      host("vault-.example", "a dash at the end of a label"),
      host("v_ault.example", "an underscore"),
      host("väult.example", "not ASCII"),
      host(`${"a".repeat(64)}.example`, "a label too long"),
      host(`${"abcdefg.".repeat(32)}example`, "a host too long"),
      host("vault.example:", "a colon without a port"),
      host("vault.example:0443", "a port with a zero in front"),
      host("vault.example:65536", "a port too high"),
      host("vault.example:+443", "a port with a sign"),
      host("vault.example:443:443", "two ports"),
      host("me:pw@vault.example", "a user and a password"),
      host("vault.example\\evil", "a backslash"),
      host("vault%2eexample", "a percent sign"),
      host("[::1", "a bracket left open"),
      host("[::1]443", "a port without a colon"),
      host("[0:0:0:0:0:0:0:1]", "an IPv6 address in another form"),
      host("[2001:DB8::1]", "an IPv6 address in capitals"),
      host("[2001:db8::0:1]", "an IPv6 address with a zero too many"),
      host("[::ffff:a00:5]", "an IPv4 address in an IPv6 one in another form"),
      host("[fe80::1%25eth0]", "an IPv6 address with a zone"),
      host("[1.2.3.4]", "an IPv4 address in brackets"),
      host("::1", "an IPv6 address without brackets"),
      one(whole.replace("/s/", "//s/"), "path", "two slashes"),
      one(whole.replace("/s/", "/S/"), "path", "a capital letter in the path"),
      one(whole.replace("/s/", "/s/../s/"), "path", "a way around"),
      one(whole.replace("#", "/#"), "path", "a slash behind the id"),
      one(whole.replace("cdcd-", "cdcd"), "path", "a hyphen too few"),
      one(whole.replace("/cdcd", "/gdcd"), "path", "an id with another letter"),
      one(`https://vault.example#${fragment}`, "path", "no path"),
      one("https://vault.example", "path", "nothing but a host"),
      one(`${whole}=`, "fragment", "padding behind the fragment"),
      one(`${whole}#`, "fragment", "a number sign twice"),
      one(whole.slice(0, -1), "fragment", "a character lost"),
      one(`${path}#AQ`, "fragment", "a version and nothing else"),
      one(`${path}#%41${fragment.slice(1)}`, "fragment", "a percent sign"),
      one(`${path}#AA${fragment.slice(2)}`, "version", "version 0"),
      one(`${path}#_w`, "version", "version 255, whatever its length"),
    ];
  },
  read: async (one) => {
    const { origin, link, secret } = parseLink(text(one, "text"));
    assert.equal(origin, text(one, "origin"));
    same(link, one, "link");
    same(secret, one, "secret");
    assert.equal(writeLink({ origin, link, secret }), text(one, "text"));
    const around = parseLink(`\u3000\r\n${text(one, "text")}\t\u0085 `);
    assert.deepEqual(around, { origin, link, secret });
  },
});

test("an id is read only in the form in which it is written", () => {
  const id = "0198c0de-0000-7000-8000-00000000abcd";
  assert.equal(idText(parseId(id)), id);
  const others = [
    "",
    id.toUpperCase(),
    id.replaceAll("-", ""),
    id.slice(1),
    `${id}0`,
    `{${id}}`,
    id.replace("c0de", "c0dg"),
    id.replace("00abcd", " 0abcd"),
    "0198c0de-0000-7000-8000-0000000-0abcd",
  ];
  for (const other of others) {
    assert.equal(refusal(() => parseId(other)), "text", other);
  }
});

test("an origin that isn't encrypted is no origin", () => {
  assert.equal(parseOrigin("https://localhost:8443"), "https://localhost:8443");
  assert.equal(refusal(() => parseOrigin("http://localhost:8443")), "scheme");
  assert.equal(refusal(() => parseOrigin("https://localhost:8443/")), "host");
});

function refusal(read: () => unknown): Reason | null {
  try {
    read();
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
