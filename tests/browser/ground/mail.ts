// What an appliance has mailed, read as its recipients would.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { until } from "./programs.ts";

/** The folder into which messages are dropped. */
export interface Mail {
  all(): Promise<readonly string[]>;
  /** Waits for a message to somebody that holds this text. */
  waitFor(whom: string, text: string): Promise<string>;
}

export function mailIn(folder: string): Mail {
  const all = async (): Promise<readonly string[]> => {
    // Half-written files lie under another name until they are whole.
    const names = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
    return Promise.all(names.map(async (name) => readable(await readFile(join(folder, name), "utf8"))));
  };
  const isTo = (message: string, whom: string): boolean => {
    const [head = ""] = message.split("\n\n", 1);
    return head.split("\n").some((line) => line.startsWith("To:") && line.includes(whom));
  };
  return {
    all,
    waitFor: async (whom, text) =>
      until(
        () => `no message to ${whom} holds ${JSON.stringify(text)}`,
        async () => (await all()).find((message) => isTo(message, whom) && message.includes(text)) ?? null,
      ),
  };
}

/** The message with soft line breaks (RFC 2045, section 6.7) and line ends undone. */
function readable(message: string): string {
  return message.replaceAll("\r\n", "\n").replaceAll("=\n", "").replaceAll("=3D", "=");
}
