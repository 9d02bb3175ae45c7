// Writes a .br and a .gz beside every file that gets smaller by it: node bin/compress.mjs FOLDER
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

for (const name of readdirSync(process.argv[2], { recursive: true })) {
  const path = join(process.argv[2], name);
  if (!statSync(path).isFile() || !/\.(js|css|svg|wasm|pack|html|txt)$/.test(name)) continue;
  const plain = readFileSync(path);
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } };
  for (const [ending, packed] of [['br', brotliCompressSync(plain, options)], ['gz', gzipSync(plain, { level: 9 })]]) {
    if (packed.length < plain.length) writeFileSync(`${path}.${ending}`, packed);
  }
}
