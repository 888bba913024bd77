// What the page says, from its own catalogue: stories find things by the words that people see.

import { readFileSync } from "node:fs";

export const LANGUAGES = ["en", "pt-BR", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

const catalogue: Readonly<Record<Language, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(new URL("../../../crates/web/app/words/words.json", import.meta.url), "utf8"),
);

/** The text of this key, with its gaps filled. */
export function say(key: string, gaps: Readonly<Record<string, string | number>> = {}, language: Language = "en"): string {
  const text = catalogue[language][key];
  if (text === undefined) {
    throw new Error(`the catalogue has no ${key} in ${language}`);
  }
  return Object.entries(gaps).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, String(value)), text);
}

/** The text of this key, whatever stands in its gaps. */
export function saying(key: string, language: Language = "en"): RegExp {
  const parts = say(key, {}, language).split(/\{\w+\}/);
  return new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+?"));
}
