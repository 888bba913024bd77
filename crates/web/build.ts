// Builds the browser's side into a folder that the daemon embeds: `node build.ts FOLDER`.
//
// Nothing is fetched, and the same sources make the same bytes: nobody needs to believe what they can build again.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build as bundle, type BuildOptions, type Plugin } from "esbuild";

/** A sentence for each key, in one language. */
type Words = Readonly<Record<string, string>>;

/** The catalogue: words by language tag (RFC 5646). */
type Catalogue = Readonly<Record<string, Words>>;

const CATALOGUE = "words/words.json";

/** Pages as they are served. */
const PAGES = ["recipient", "front"] as const;

/** Why somebody is shown `denied.html`; in it, `{{denied.*.title}}` is `denied.outside.title` and so on. */
const DENIED = ["outside", "certificate", "nothing", "busy", "away"] as const;

/** What only the daemon knows, and puts in where `[[hint]]` and the like stand in `denied.html`. */
const HOLES: readonly string[] = ["hint", "address", "request", "seconds"];

/** Words that stand in pages and that no script says. */
const WITHOUT_SCRIPT = ["front.", "denied.", "static."];

/** Languages that are written from right to left. */
const LEFTWARDS = ["ar", "fa", "he", "ur"];

/** Builds what lies in `app` into `dist`, which is made anew. */
export async function build(app: string, dist: string): Promise<void> {
  const catalogue = JSON.parse(await readFile(join(app, CATALOGUE), "utf8")) as Catalogue;
  whole(catalogue);
  const script = await bundled(join(app, "recipient/main.ts"), catalogue);
  const style = (await bundled(join(app, "style/postern.css"), catalogue)).trimEnd();
  if (style.includes("</")) throw new Error("The style can't stand inside a page: it contains </");

  await rm(dist, { recursive: true, force: true });
  const assets = { script: hashed("recipient", "js", script), style: hashed("postern", "css", style) };
  await writeCompressed(join(dist, assets.script), script);
  await writeCompressed(join(dist, assets.style), style);
  await write(join(dist, "denied/style.sha256"), createHash("sha256").update(style).digest("base64"));

  for (const [language, words] of Object.entries(catalogue)) {
    const given = { language, direction: LEFTWARDS.includes(language.split("-")[0] ?? "") ? "rtl" : "ltr" };
    for (const name of PAGES) {
      const file = `${name}/${name}.html`;
      const values = { ...given, script: `/${assets.script}`, style: `/${assets.style}` };
      const page = carrying(filled(await readFile(join(app, file), "utf8"), file, values, words), words);
      if (page.includes("[[")) throw new Error(`app/${file}: only denied.html has holes that the daemon fills`);
      await writeCompressed(join(dist, `pages/${name}.${language}.html`), page);
    }
    for (const why of DENIED) {
      const file = "denied/denied.html";
      const template = (await readFile(join(app, file), "utf8")).replaceAll("denied.*.", `denied.${why}.`);
      // The style stands inside: who isn't let in isn't served assets. Its hash stands in the Content-Security-Policy.
      const page = filled(template, file, given, words).replace("<style></style>", () => `<style>${style}</style>`);
      if (!page.includes(style)) throw new Error(`app/${file}: there is no <style></style> for the style to stand in`);
      const unknown = [...page.matchAll(/\[\[(.*?)\]\]/g)].find((hole) => !HOLES.includes(hole[1] ?? ""));
      if (unknown) throw new Error(`app/${file}: ${unknown[0]} is none of ${HOLES.join(", ")}`);
      await write(join(dist, `denied/${why}.${language}.html`), page);
    }
  }
}

/** Every sentence stands in every language, and English is there. */
function whole(catalogue: Catalogue): void {
  if (!catalogue["en"]) throw new Error(`app/${CATALOGUE} has no "en"`);
  const keys = new Set(Object.values(catalogue).flatMap((words) => Object.keys(words)));
  const missing = Object.entries(catalogue).flatMap(([language, words]) =>
    [...keys].filter((key) => !words[key]?.trim()).map((key) => `${key} in ${language}`),
  );
  if (missing.length > 0) throw new Error(`app/${CATALOGUE} lacks ${missing.join(", ")}`);
}

/** Puts words and values into a template. */
function filled(template: string, file: string, values: Words, words: Words): string {
  const page = template.replace(/\{\{(.*?)\}\}/g, (whole, key: string) => {
    const text = values[key] ?? words[key];
    if (text === undefined) throw new Error(`app/${file} asks for ${whole}, which app/${CATALOGUE} doesn't have`);
    return escaped(text);
  });
  if (page.includes("{{")) throw new Error(`app/${file}: a {{ is never closed`);
  return page;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** One file of all that this one imports. A warning is an error: nobody reads the words of a build that went well. */
async function bundled(entry: string, catalogue: Catalogue): Promise<string> {
  const options = {
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    loader: { ".svg": "dataurl" },
    plugins: [fewerWords(catalogue)],
    tsconfigRaw: "{}",
    logLevel: "silent",
    metafile: true,
  } satisfies BuildOptions;
  const { outputFiles, warnings, metafile } = await bundle(options);
  const foreign = Object.keys(metafile.inputs).find((file) => file.includes("node_modules"));
  if (foreign) throw new Error(`${entry} loads ${foreign}: the recipient's page is made of nothing but what stands in app/`);
  const [first] = warnings;
  if (first) throw new Error(`${first.location?.file}:${first.location?.line}: ${first.text}`);
  const [output] = outputFiles;
  if (!output || outputFiles.length > 1) throw new Error(`${entry} became ${outputFiles.length} files instead of one`);
  return output.text;
}

/** A page with the words of its language for its script, as data. Where a browser looks for another element, a `<` can't stand. */
function carrying(page: string, words: Words): string {
  const data = JSON.stringify(said(words)).replaceAll("<", "\\u003c");
  return page.replace(' id="words"></script>', () => ` id="words">${data}</script>`);
}

/** Words that scripts say. */
function said(words: Words): Words {
  return Object.fromEntries(Object.entries(words).filter(([key]) => !WITHOUT_SCRIPT.some((beginning) => key.startsWith(beginning))));
}

/** Gives scripts the catalogue without the words that none of them says. */
function fewerWords(catalogue: Catalogue): Plugin {
  const fewer = Object.entries(catalogue).map(([language, words]) => [language, said(words)] as const);
  const contents = JSON.stringify(Object.fromEntries(fewer));
  return {
    name: "fewer-words",
    setup: (esbuild) => esbuild.onLoad({ filter: /\/words\/words\.json$/ }, () => ({ contents, loader: "json" })),
  };
}

/** A name that changes with the contents, so that browsers may keep the file for good. */
function hashed(name: string, ending: string, contents: string): string {
  return `assets/${name}.${createHash("sha256").update(contents).digest("hex").slice(0, 16)}.${ending}`;
}

async function write(file: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contents);
}

async function writeCompressed(file: string, contents: string): Promise<void> {
  const bytes = Buffer.from(contents);
  const brotli = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await write(file, bytes);
  await write(`${file}.br`, brotliCompressSync(bytes, { params: brotli }));
  await write(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = process.argv[2];
  try {
    if (!dist) throw new Error("usage: node build.ts FOLDER");
    await build(join(import.meta.dirname, "app"), dist);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
