// Builds the chat widget: node widget/build.mjs OUT writes OUT/widget.js and OUT/widget/{panel.js,panel.css,form.css,phone.css,site.css},
// prints their sizes and fails when a limit is passed.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("usage: node widget/build.mjs OUT");
  process.exit(2);
}

/** The custom properties declared in a piece of CSS, by name. */
function declared(css) {
  return new Map([...css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2].trim()]));
}

const source = await readFile(join(here, "../style/tokens.css"), "utf8");
const darkStart = source.indexOf('[data-theme="dark"]');
const darkEnd = source.indexOf("@media (prefers-color-scheme: dark)");
if (darkStart < 0 || darkEnd < darkStart) throw new Error("style/tokens.css no longer has its light, dark and system blocks in that order");
const light = declared(source.slice(0, darkStart));
const dark = declared(source.slice(darkStart, darkEnd));

/** Puts the tokens that `css` uses, and only those, before it. */
function withTokens(css, root) {
  const own = declared(css);
  const used = new Set();
  const visit = (text) => {
    for (const [, name] of text.matchAll(/var\((--[\w-]+)/g)) {
      if (used.has(name) || own.has(name)) continue;
      if (!light.has(name)) throw new Error(`no such design token: ${name}`);
      used.add(name);
      visit(light.get(name));
    }
  };
  visit(css);
  const block = (values) => [...used].filter((name) => values.has(name)).map((name) => `${name}:${values.get(name)};`).join("");
  return `${root}{color-scheme:light;${block(light)}}@media (prefers-color-scheme:dark){${root}{color-scheme:dark;${block(dark)}}}${css}`;
}

const tokens = (root, loader) => ({
  name: "tokens",
  setup(b) {
    b.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const contents = withTokens(await readFile(path, "utf8"), root);
      if (loader === "css") return { contents, loader };
      const small = await b.esbuild.transform(contents, { loader: "css", minify: true, target });
      return { contents: small.code.trim(), loader };
    });
  },
});
const target = ["chrome111", "firefox114", "safari16.4"];
const shared = { bundle: true, minify: true, write: false, target, legalComments: "none", external: ["/fonts/*"], charset: "utf8" };
const one = async (entry, options) => (await build({ ...shared, entryPoints: [join(here, entry)], ...options })).outputFiles[0].contents;

const files = {
  "widget.js": await one("loader.js", { format: "iife", plugins: [tokens(":host", "text")] }),
  "widget/panel.js": await one("panel/main.js", { format: "esm" }),
  "widget/panel.css": await one("panel.css", { plugins: [tokens(":root", "css")] }),
  "widget/form.css": await one("form.css", { plugins: [tokens(":root", "css")] }),
  "widget/phone.css": await one("phone.css", { plugins: [tokens(":root", "css")] }),
  "widget/site.css": await one("site.css", { plugins: [tokens(":root", "css")] }),
};
const font = (await readFile(join(here, "../public/fonts/hanken-grotesk.woff2"))).length;
const packed = {};
for (const [name, contents] of Object.entries(files)) {
  const path = join(out, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
  packed[name] = brotliCompressSync(contents).length;
  console.log(`${name.padEnd(18)} ${String(contents.length).padStart(6)} B   ${String(packed[name]).padStart(6)} B brotli`);
}

// The page itself and its icons are some 4 kB more; 56 kB leaves room for them under 60.
const panel = packed["widget/panel.js"] + packed["widget/panel.css"] + font;
console.log(`${"panel with font".padEnd(18)} ${" ".repeat(6)}     ${String(panel).padStart(6)} B`);
const over = [
  [packed["widget.js"], 5_000, "the loader"],
  [panel, 56_000, "the panel with its font"],
].filter(([size, limit]) => size > limit);
for (const [size, limit, what] of over) console.error(`${what} is ${size} B, over its limit of ${limit} B`);
process.exit(over.length ? 1 : 0);
