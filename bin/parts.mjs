// Says which files each part of the program consists of: node bin/parts.mjs FOLDER
// and, once they are final, puts each area's together: node bin/parts.mjs FOLDER pack
//
// The splitter leaves its loader in __wasm_split.js. It fetches each part by itself; here it learns
// to look first among those that came with the page (src/server/start.js).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder, pack] = process.argv;
const list = join(folder, 'parts.json');

if (pack) {
  const wasm = (name) => readFileSync(join(folder, `${name}.wasm`));
  for (const [area, names] of Object.entries(JSON.parse(readFileSync(list, 'utf8')))) {
    const parts = names.map((name) => [name, wasm(name)]);
    const head = JSON.stringify(parts.map(([name, bytes]) => [name, bytes.length]));
    writeFileSync(join(folder, `${area}.pack`), Buffer.concat([Buffer.from(`${head}\n`), ...parts.map(([, bytes]) => bytes)]));
  }
} else {
  const file = join(folder, '__wasm_split.js');
  const text = readFileSync(file, 'utf8');
  const parts = {};
  for (const [, part, own, shared] of text.matchAll(/__wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\(.*?"\.\/(\w+)\.wasm".*?, \[([^\]]*)\]\)\)/gs)) {
    parts[part] = ['spotlight', ...shared.split(', ').filter(Boolean).map((name) => name.replace(/^__/, '')), own];
  }
  if (Object.keys(parts).length === 0) throw new Error('the splitter made no parts');
  writeFileSync(list, JSON.stringify(parts));
  let fetches = 0;
  const taught = text.replace(/fetch\(new URL\("\.\/(\w+)\.wasm", import\.meta\.url\)\)/g, (_, name) => {
    fetches += 1;
    return `part("${name}")`;
  });
  if (fetches === 0) throw new Error('the splitter loads its parts in another way than before');
  writeFileSync(file, `${taught}
const part = async (name) => {
  const brought = globalThis.spotlightParts?.[name];
  if (!brought) return fetch(new URL(\`./\${name}.wasm\`, import.meta.url));
  delete globalThis.spotlightParts[name];
  return brought;
};
`);
}
