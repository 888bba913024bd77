// The text of a link: `https://HOST[:port]/s/<link id>#<base64url(0x01 || secret)>`. There is one text for each link;
// nothing is mended, because what a program mends another may read differently.

import { rest, VERSION } from "../blob.ts";
import { type Bytes, concat } from "../bytes.ts";
import { exactly } from "../ctx.ts";
import { reasonOf, refuse } from "../error.ts";
import { idText, parseId } from "../id.ts";
import { decode, encode } from "../text.ts";

/** A whole link, taken apart. */
export interface Link {
  /** `https://HOST[:port]` */
  readonly origin: string;
  readonly link: Bytes;
  readonly secret: Bytes;
}

/** Reads what stands behind the `#`, without it. Refused as "no fragment", "fragment" (it is damaged) or "version". */
export function parseFragment(fragment: string): Bytes {
  if (fragment === "") {
    return refuse("no fragment");
  }
  try {
    return exactly(rest(decode(fragment)), 32);
  } catch (error) {
    return refuse(reasonOf(error) === "version" ? "version" : "fragment");
  }
}

/** Writes what stands behind the `#`. */
export function writeFragment(secret: Bytes): string {
  return encode(concat(VERSION, secret));
}

/** Reads a whole link. White space around it is no part of it. */
export function parseLink(text: string): Link {
  const whole = text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
  const apart = /^(https:\/\/[^/#]*)([^#]*)(?:#(.*))?$/su.exec(whole) ?? refuse("scheme");
  const [, origin = "", path = "", fragment = ""] = apart;
  return { origin: parseOrigin(origin), link: parsePath(path), secret: parseFragment(fragment) };
}

/** Writes the whole link. */
export function writeLink({ origin, link, secret }: Link): string {
  return `${origin}/s/${idText(link)}#${writeFragment(secret)}`;
}

function parsePath(path: string): Bytes {
  try {
    return path.startsWith("/s/") ? parseId(path.slice(3)) : refuse("path");
  } catch {
    return refuse("path");
  }
}

/** Reads `https://HOST[:port]`: a host name, an IPv4 address, or an IPv6 address in brackets, in lower case. */
export function parseOrigin(text: string): string {
  const apart = /^https:\/\/(\[[^\]]*\]|[^:[]*)(?::([1-9][0-9]{0,4}))?$/.exec(text);
  const [, host = "", port = "1"] = apart ?? [];
  const right = (host.startsWith("[") ? isIpv6(host) : isName(host)) && Number(port) <= 0xffff;
  return right ? text : refuse(text.startsWith("https://") ? "host" : "scheme");
}

function isName(host: string): boolean {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
  return host.length <= 253 && host.split(".").every((part) => label.test(part));
}

/** Whether this is an address in its recommended form (RFC 5952). Browsers write that, but not for IPv4 inside IPv6. */
function isIpv6(host: string): boolean {
  let written: string;
  try {
    written = new URL(`https://${host}`).hostname;
  } catch {
    return false;
  }
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(written);
  if (mapped !== null) {
    const bytes = mapped.slice(1).flatMap((pair) => [Number.parseInt(pair, 16) >> 8, Number.parseInt(pair, 16) & 0xff]);
    written = `[::ffff:${bytes.join(".")}]`;
  }
  return written === host;
}
