// Says which files each part of the program consists of: node bin/parts.mjs FOLDER
//
// The splitter leaves its loader in __wasm_split.js. The server looks for the list of files as
// __wasm_split_manifest.json, to have a page's head ask for them at once, and for the loader under
// the name below (leptos 0.8, hydration/mod.rs).
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const loader = '__wasm_split.______________________.js';
const text = readFileSync(join(folder, '__wasm_split.js'), 'utf8');
const parts = {};
for (const [, part, own, shared] of text.matchAll(/__wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\(.*?"\.\/(\w+)\.wasm".*?, \[([^\]]*)\]\)\)/gs)) {
  parts[part] = [...shared.split(', ').filter(Boolean).map((name) => name.replace(/^__/, '')), own];
}
if (Object.keys(parts).length === 0) throw new Error('the splitter made no parts');
writeFileSync(join(folder, '__wasm_split_manifest.json'), JSON.stringify(parts));
renameSync(join(folder, '__wasm_split.js'), join(folder, loader));
// Where it is imported from; inside the WASM it keeps its name.
const main = join(folder, 'spotlight.js');
writeFileSync(main, readFileSync(main, 'utf8').replaceAll('from "./__wasm_split.js"', `from "./${loader}"`));
