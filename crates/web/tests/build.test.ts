// What the build makes of the sources, and what it refuses to make anything of.

import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { build } from "../build.ts";

const APP = join(import.meta.dirname, "../app");
const ground = await mkdtemp(join(tmpdir(), "postern-build-"));
after(() => rm(ground, { recursive: true }));

async function built(name: string, app: string): Promise<Map<string, Buffer>> {
  const dist = join(ground, name);
  await build(app, dist);
  const files = (await readdir(dist, { recursive: true })).filter((file) => file.includes(".")).sort();
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(join(dist, file))] as const)));
}

/** A copy of the sources with one file changed. */
async function changed(name: string, file: string, change: (text: string) => string): Promise<string> {
  const app = join(ground, `${name}-app`);
  await cp(APP, app, { recursive: true });
  await writeFile(join(app, file), change(await readFile(join(app, file), "utf8")));
  return app;
}

test("the same sources make the same bytes", async () => {
  assert.deepEqual(await built("once", APP), await built("again", APP));
});

test("what was compressed ahead is what is served to who can't decompress", async () => {
  const files = await built("compressed", APP);
  const served = [...files].filter(([file]) => file.startsWith("pages/") || file.startsWith("assets/"));
  const plain = served.filter(([file]) => !/\.(br|gz)$/.test(file));
  assert.equal(plain.length * 3, served.length);
  for (const [file, bytes] of plain) {
    assert.deepEqual(brotliDecompressSync(files.get(`${file}.br`) ?? ""), bytes, file);
    assert.deepEqual(gunzipSync(files.get(`${file}.gz`) ?? ""), bytes, file);
  }
});

test("an asset that changes changes its name", async () => {
  const style = (files: Map<string, Buffer>): string | undefined => [...files.keys()].find((file) => file.endsWith(".css"));
  const app = await changed("style", "style/postern.css", (css) => `${css}\nbody { margin: 1px; }\n`);
  assert.notEqual(style(await built("style", app)), style(await built("style-before", APP)));
});

test("the scripts carry no words of pages that have none", async () => {
  const use = 'import all from "../words/words.json" with { type: "json" };\nconsole.log(all);\n';
  const files = await built("words", await changed("words", "recipient/main.ts", (code) => use + code));
  const script = [...files].find(([file]) => file.endsWith(".js"))?.[1].toString() ?? "";
  assert.ok(script.includes("pt-BR"));
  assert.ok(!script.includes("front.title") && !script.includes("denied."));
});

test("a page that loads somebody else's code is not built", async () => {
  const app = await changed("foreign", "recipient/main.ts", (code) => `import { thing } from "thing";\nthing();\n${code}`);
  const thing = join(app, "recipient/node_modules/thing");
  await mkdir(thing, { recursive: true });
  await writeFile(join(thing, "index.js"), "export const thing = () => console.log(1);\n");
  await assert.rejects(built("foreign", app), /node_modules\/thing\/index\.js: the recipient's page/);
});

test("a key that a template asks for and nobody has written is an error", async () => {
  const app = await changed("unknown", "front/front.html", (page) => page.replace("{{front.lead}}", "{{front.nonsense}}"));
  await assert.rejects(built("unknown", app), /app\/front\/front\.html asks for \{\{front\.nonsense\}\}/);
});

test("a sentence that one language lacks is an error", async () => {
  const app = await changed("lacking", "words/words.json", (words) => {
    const catalogue = JSON.parse(words);
    delete catalogue.es["front.lead"];
    catalogue["pt-BR"]["front.what"] = " ";
    return JSON.stringify(catalogue);
  });
  await assert.rejects(built("lacking", app), /lacks front\.what in pt-BR, front\.lead in es/);
});

test("a sentence is text wherever it stands", async () => {
  const title = "<b> & $' \"</b>";
  const app = await changed("text", "words/words.json", (words) => {
    const catalogue = JSON.parse(words);
    catalogue.en["front.title"] = title;
    return JSON.stringify(catalogue);
  });
  const page = (await built("text", app)).get("pages/front.en.html")?.toString() ?? "";
  assert.ok(page.includes("&#60;b&#62; &#38; $&#39; &#34;&#60;/b&#62;"));
});

test("a hole that the daemon can't fill is an error", async () => {
  const app = await changed("hole", "denied/denied.html", (page) => page.replace("[[request]]", "[[link]]"));
  await assert.rejects(built("hole", app), /\[\[link\]\] is none of/);
  const other = await changed("hole-elsewhere", "front/front.html", (page) => page.replace("</main>", "[[hint]]</main>"));
  await assert.rejects(built("hole-elsewhere", other), /only denied\.html/);
});
