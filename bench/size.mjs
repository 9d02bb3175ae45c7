// What people download, against its limits: node bench/size.mjs (after bin/build --release --site)
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const site = join(dirname(fileURLToPath(import.meta.url)), '../target/site');
if (!existsSync(join(site, 'build'))) {
  console.error('no target/site: run bin/build --release --site');
  process.exit(2);
}
const pkg = `pkg-${readFileSync(join(site, 'build'), 'utf8').trim()}`;

// What a page of that area loads: its parts come in one file.
const page = (part) => [
  ...readdirSync(join(site, pkg)).filter((name) => /\.(js|css)$/.test(name)),
  `${part}.pack`,
].map((name) => `${pkg}/${name}`);

// What each page fetches. Fonts are packed already. Faces for other alphabets come only where
// such letters stand.
const parts = [
  {
    what: 'the board, first load',
    limit: 350_000,
    files: [...page('board'), 'fonts/hanken-grotesk.woff2', 'icons.svg', 'favicon.svg'],
  },
  { what: 'the launcher', limit: 5_000, files: ['widget.js'] },
  { what: 'the chat panel', limit: 60_000, files: ['widget/panel.js', 'widget/panel.css', 'fonts/hanken-grotesk.woff2'] },
];

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
const number = new Intl.NumberFormat('en-GB');
const line = (name, ...sizes) => console.log(`${name.padEnd(36)}${sizes.map((size) => String(typeof size === 'number' ? number.format(size) : size).padStart(12)).join('')}`);

let over = 0;
for (const { what, limit, files } of parts) {
  line(what, 'plain', 'gzip', 'brotli', 'limit');
  const total = [0, 0, 0];
  for (const file of files) {
    const path = join(site, file);
    if (!existsSync(path)) {
      // The sprite may stand in the page itself; everything else must be there.
      if (file === 'icons.svg') continue;
      console.error(`missing: ${path}`);
      process.exit(2);
    }
    const plain = readFileSync(path);
    // As on the wire: packed where that is smaller.
    const sizes = [plain.length, ...[gzipSync(plain, { level: 9 }), brotli(plain)].map((packed) => Math.min(plain.length, packed.length))];
    line(`  ${file}`, ...sizes);
    sizes.forEach((size, at) => { total[at] += size; });
  }
  line('  in all', ...total, limit);
  if (total[2] > limit) {
    console.error(`✗ ${what}: ${number.format(total[2])} B brotli, over its limit of ${number.format(limit)} B`);
    over += 1;
  }
}
process.exit(over ? 1 : 0);
